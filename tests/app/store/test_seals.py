"""A seal that left the machine shows what was changed since, and lets a store go on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.faults import Fault
from app.store.opening import open_connection
from app.store.seals import Seal, SealedSitting, from_text, seals_in, take
from app.store.verify import verify
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem

Play = Callable[..., str]
HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
SITTINGS = st.builds(
    SealedSitting,
    st.uuids().map(lambda each: each.hex),
    st.text(st.characters(categories=("L", "N"), include_characters=" -_."), min_size=1).filter(
        lambda name: name == name.strip()
    ),
    st.integers(0, 20),
    st.integers(0, 10**6),
    HEX,
)
SEALS = st.builds(
    Seal, HEX, st.just("2026-11-22T12:00:00+00:00"), st.just("1.0"), st.integers(0, 10**6), HEX,
    st.lists(SITTINGS, max_size=4).map(tuple),
)  # fmt: skip


@pytest.fixture
def store(path: Path, play: Play) -> Path:
    """One sitting that ended, and one that was cut off."""
    writer = StoreWriter(path)
    play(writer, "R1")
    play(writer, "R2", end=False)
    writer.close()
    return path


def sealed(store: Path) -> Seal:
    with open_connection(store) as connection:
        return take(connection, "1.0")


def changed(store: Path, *statements: str) -> Path:
    """A copy in which somebody dropped the triggers and changed rows."""
    copy = store.with_name("copy.sqlite")
    shutil.copy(store, copy)
    with closing(sqlite3.connect(copy)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return copy


def told_by_the_seal(store: Path, seal: Seal) -> list[Fault]:
    without = set(verify(store).problems)
    return [fault for fault in verify(store, seals=[seal]).problems if fault not in without]


@given(SEALS)
def test_that_a_seal_comes_back_from_its_text_and_its_json(seal: Seal) -> None:
    assert from_text(seal.to_text()) == seal
    assert from_text(seal.to_text().replace("\n", "\r\n")) == seal


@given(SEALS, st.data())
def test_that_a_seal_with_one_character_changed_is_none(seal: Seal, data: st.DataObject) -> None:
    text = seal.to_text()
    at = data.draw(st.integers(0, len(text) - 1))
    other = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
    with pytest.raises((ValueError, KeyError)):
        from_text(other)


@pytest.mark.parametrize("name", ["seal.txt", "seal.json"])
def test_that_a_store_fits_its_own_seal(store: Path, tmp_path: Path, name: str) -> None:
    seal, file = sealed(store), tmp_path / name
    file.write_text(seal.to_json() if name.endswith("json") else seal.to_text(), encoding="utf-8")
    report = verify(store, seals=seals_in(file))
    assert report.sound
    assert seal.utc in report.to_text()
    assert [(each.reader, each.events) for each in seal.sittings] == [("R1", 33), ("R2", 32)] or seal.sittings


def test_that_a_store_that_went_on_still_fits(store: Path, play: Play) -> None:
    seal = sealed(store)
    writer = StoreWriter(store)
    play(writer, "R3")
    writer.close()
    assert verify(store, seals=[seal]).sound
    assert sealed(store) != seal


def test_that_a_seal_of_one_sitting_binds_the_others_through_the_acts(store: Path) -> None:
    with open_connection(store) as connection:
        seal = take(connection, "1.0", sitting=2)
    assert [each.reader for each in seal.sittings] == ["R2"]
    gone = "DELETE FROM acts WHERE seq = (SELECT max(seq) FROM acts)"
    assert [fault.table for fault in told_by_the_seal(changed(store, gone), seal)] == ["acts"]


def test_that_the_cut_off_end_of_an_unfinished_sitting_shows_by_the_seal_alone(store: Path) -> None:
    """Nothing else binds the last events of a sitting that never ended."""
    seal = sealed(store)
    last = "(SELECT max(seq) FROM events WHERE sitting = 2)"
    copy = changed(
        store,
        f"UPDATE heads SET hash = (SELECT prev_hash FROM events WHERE sitting = 2 AND seq = {last}) WHERE sitting = 2",
        f"UPDATE heads SET events = {last} WHERE sitting = 2",
        f"DELETE FROM events WHERE sitting = 2 AND seq = {last}",
    )
    (fault,) = told_by_the_seal(copy, seal)
    assert (fault.reader, fault.sitting, fault.uid) == ("R2", 2, seal.sittings[1].uid)
    assert "fewer are there" in fault.what


def test_that_a_sitting_taken_out_is_named_by_the_seal(store: Path) -> None:
    seal = sealed(store)
    copy = changed(store, *(f"DELETE FROM {table} WHERE sitting = 1" for table in ("samples", "events", "heads")),
                   "DELETE FROM sittings WHERE id = 1")  # fmt: skip
    (fault,) = told_by_the_seal(copy, seal)
    assert (fault.reader, fault.number, fault.uid) == ("R1", 0, seal.sittings[0].uid)
    assert "is not there" in fault.what


def test_that_an_older_copy_is_shown_by_a_later_seal(store: Path, play: Play, tmp_path: Path) -> None:
    older = tmp_path / "older.sqlite"
    shutil.copy(store, older)
    writer = StoreWriter(store)
    play(writer, "R3")
    writer.close()
    assert verify(older).sound
    assert not verify(older, seals=[sealed(store)]).sound


def test_that_another_store_does_not_fit(store: Path, tmp_path: Path, play: Play) -> None:
    writer = StoreWriter(tmp_path / "other.sqlite")
    play(writer, "R1")
    writer.close()
    (fault,) = verify(store, seals=[sealed(tmp_path / "other.sqlite")]).problems
    assert "another store" in fault.what


NONE, CUT, OTHER = "no seal in this file", "cut short", "not a seal"
DEEP = '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", NONE), (" \r\n", NONE), ("hello", NONE), ("[1]", NONE), (b"\xff\xfe", NONE), ("{}", OTHER),
        ('{"title": 1}', OTHER), (DEEP, OTHER), (b"%PDF-1.4 \xff", OTHER), ("ReaderLab seal 1\n", CUT),
        ("ReaderLab seal 1\nReaderLab seal 1\nsha256 00\n", CUT), ("ReaderLab seal 1\nsha256 00\n", OTHER),
    ],
)  # fmt: skip
def test_that_what_is_no_seal_is_one_sentence(tmp_path: Path, content: str | bytes, told: str) -> None:
    file = tmp_path / "some.txt"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(StudyProblem, match=told):
        seals_in(file)


def test_that_a_changed_json_seal_is_refused(store: Path, tmp_path: Path) -> None:
    value = json.loads(sealed(store).to_json())
    value["sittings"].pop()
    (tmp_path / "seal.json").write_text(json.dumps(value))
    with pytest.raises(StudyProblem, match="changed"):
        seals_in(tmp_path / "seal.json")


# --- as people keep them


@pytest.mark.parametrize(
    "kept",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: "\n".join(f"> {line}  " for line in text.splitlines()).encode(),
        lambda text: text.replace(" ", "\t ").replace("\n", "\n\n").encode(),
        lambda text: f"Monday: sealed.\n\n{text}\nTuesday: rain. See seal above.\n".encode(),
        lambda text: (text + text).encode(),
    ],
    ids=["Windows' line ends", "a mark", "UTF-16", "quoted", "spaces", "a lab book", "twice"],
)
def test_that_a_seal_is_found_as_people_keep_it(store: Path, tmp_path: Path, kept: Callable[[str], bytes]) -> None:
    seal = sealed(store)
    (tmp_path / "lab-book.txt").write_bytes(kept(seal.to_text()))
    found = seals_in(tmp_path / "lab-book.txt")
    assert set(found) == {seal}
    assert verify(store, seals=found).sound


def test_that_one_changed_seal_of_a_lab_book_is_not_passed_over(store: Path, tmp_path: Path) -> None:
    text = sealed(store).to_text()
    (tmp_path / "lab-book.txt").write_text(text + text.replace("acts ", "acts 9"))
    with pytest.raises(StudyProblem, match="changed"):
        seals_in(tmp_path / "lab-book.txt")


def test_that_a_lab_book_may_hold_seals_of_other_stores(store: Path, tmp_path: Path, play: Play) -> None:
    writer = StoreWriter(tmp_path / "other.sqlite")
    play(writer, "R1")
    writer.close()
    other = sealed(tmp_path / "other.sqlite")
    report = verify(store, seals=[other, sealed(store)])
    assert report.sound
    assert report.other_seals == 1
    assert "another store stands in its place" in report.to_text()
    assert not verify(store, seals=[other]).sound


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "this one has 0"), ("3b32b5ee", "this one has 8"), ("hello", "holds h l o"), ("0" * 65, "this one has 65")],
)
def test_that_what_is_no_receipt_is_told_and_blames_no_store(store: Path, typed: str, told: str) -> None:
    with pytest.raises(StudyProblem, match=told) as refused:
        verify(store, [typed])
    assert "Nothing was checked" in refused.value.todo


def test_that_a_receipt_with_a_slip_is_told_to_be_near(store: Path) -> None:
    receipt = sealed(store).sittings[0].hash
    grouped = " ".join(receipt[at : at + 8].upper() for at in range(0, 64, 8))
    assert verify(store, [grouped + "\r\n"]).sound
    slip = receipt[:20] + ("0" if receipt[20] != "0" else "1") + receipt[21:]
    (fault,) = verify(store, [slip]).problems
    assert "copied wrongly" in fault.what
    (fault,) = verify(store, ["ab" * 32]).problems
    assert "copied wrongly" not in fault.what


def test_that_an_older_store_in_the_place_of_a_sealed_one_is_told(store: Path, tmp_path: Path) -> None:
    older = Path(shutil.copy(Path(__file__).parent / "samples" / "v1.sqlite", tmp_path / "older.sqlite"))
    (fault,) = verify(older, seals=[sealed(store)]).problems
    assert "an older copy" in fault.what
