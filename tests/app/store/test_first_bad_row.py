"""verify says which row is the first bad one, what happened to it, and whose sitting it is."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.store.chain import link
from app.store.faults import Fault, first_of
from app.store.safety.backup import beside
from app.store.safety.journal import HeldRow, Journal
from app.store.verify import verify
from app.store.writer import StoreWriter

Play = Callable[..., str]
MOVE = "UPDATE events SET seq = {to} WHERE sitting = 1 AND seq = {at}"


@pytest.fixture
def store(path: Path, play: Play) -> Path:
    writer = StoreWriter(path)
    play(writer, "R1")
    play(writer, "R2", end=False)
    writer.close()
    return path


def first(store: Path, *statements: str, do: Callable[[sqlite3.Connection], None] = lambda _: None) -> Fault:
    copy = store.with_name("copy.sqlite")
    shutil.copy(store, copy)
    with closing(sqlite3.connect(copy)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        do(connection)
        connection.commit()
    found = verify(copy).first
    assert found is not None
    return found


def shift(connection: sqlite3.Connection, at: int, by: int) -> None:
    """Number the events from `at` on anew."""
    order = "DESC" if by > 0 else "ASC"
    query = f"SELECT seq FROM events WHERE sitting = 1 AND seq >= ? ORDER BY seq {order}"
    for (seq,) in connection.execute(query, (at,)).fetchall():
        connection.execute(MOVE.format(to=seq + by, at=seq))


def put_in(connection: sqlite3.Connection) -> None:
    """Another event 5, which continues event 4 in order, all others one further on."""
    shift(connection, 5, 1)
    query = "SELECT at_ns, utc, kind, payload, hash FROM events WHERE sitting = 1 AND seq = 4"
    at_ns, utc, kind, text, previous = connection.execute(query).fetchone()
    own = link(previous, 5, at_ns, utc, kind, text)
    row: tuple[Any, ...] = (1, 5, at_ns, utc, kind, text, previous, own)
    connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def taken_out(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM events WHERE sitting = 1 AND seq = 5")
    shift(connection, 6, -1)


@pytest.mark.parametrize(
    ("change", "seq", "told"),
    [
        (("UPDATE events SET payload = '{}' WHERE sitting = 1 AND seq = 1",), 1, "changed"),
        (("UPDATE events SET utc = '2020' WHERE sitting = 1 AND seq = 1",), 1, "changed"),
        (("DELETE FROM events WHERE sitting = 1 AND seq = 1",), 1, "Event 1 is missing."),
        ((MOVE.format(at=1, to=-1), MOVE.format(at=2, to=1), MOVE.format(at=-1, to=2)), 1, "event 1 stands as event 2"),
    ],
)
def test_that_an_altered_missing_or_reordered_event_is_told_apart(
    store: Path, change: tuple[str, ...], seq: int, told: str
) -> None:
    found = first(store, *change)
    assert (found.sitting, found.seq, found.reader, found.number) == (1, seq, "R1", 0)
    assert told in found.what
    assert len(found.uid) == 32
    assert found.sentence.startswith(f"sitting 1, event {seq} (reader R1, number 0 of the order, uid {found.uid}): ")


def test_that_an_event_put_in_between_is_named(store: Path) -> None:
    found = first(store, do=put_in)
    assert (found.sitting, found.seq) == (1, 5)
    assert "put in" in found.what


def test_that_an_event_taken_out_with_the_rest_numbered_anew_is_named(store: Path) -> None:
    found = first(store, do=taken_out)
    assert (found.sitting, found.seq) == (1, 5)
    assert found.what == "Event 5 is missing: what stands there was event 6."


def test_that_the_first_is_an_event_where_there_is_one(store: Path) -> None:
    found = first(
        store,
        "UPDATE readers SET stratum = 'x'",
        "UPDATE events SET payload = '{}' WHERE sitting = 2 AND seq = 3",
        "UPDATE events SET payload = '{}' WHERE sitting = 2 AND seq = 1",
    )
    assert (found.reader, found.seq) == ("R2", 1)
    assert first_of(()) is None


@pytest.mark.parametrize(
    ("change", "table", "key", "told"),
    [
        ("UPDATE readers SET stratum = 'x' WHERE pseudonym = 'R2'", "readers", "R2", "was changed"),
        ("DELETE FROM readers WHERE pseudonym = 'R2'", "readers", "R2", "is missing: R2"),
        ("INSERT INTO readers VALUES ('R9', '', '', '00')", "readers", "R9", "was changed"),
        ("DELETE FROM schema_version WHERE version = 1", "schema_version", "1", "is missing: 1"),
        ("DELETE FROM acts WHERE seq = 2", "acts", "2", "Act 2 is missing."),
        ("UPDATE acts SET utc = '2020' WHERE seq = 2", "acts", "2", "was changed"),
    ],
)
def test_that_a_frozen_row_or_an_act_is_named_by_table_and_key(
    store: Path, change: str, table: str, key: str, told: str
) -> None:
    found = first(store, change)
    report = verify(store.with_name("copy.sqlite"))
    named = [fault for fault in report.problems if (fault.table, fault.key) == (table, key)]
    assert named, [fault.sentence for fault in report.problems]
    assert any(told in fault.what for fault in named)
    assert found in named


def test_that_a_row_put_in_with_a_right_seal_is_named(store: Path) -> None:
    from app.store.chain import sealed

    def enrol_past_the_program(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO readers VALUES (?, ?, ?, ?)", sealed("R9", "expert", "2026"))

    first(store, do=enrol_past_the_program)
    told = verify(store.with_name("copy.sqlite")).to_text()
    assert "readers R9: A row of readers was put in past the program, or changed: R9." in told


def test_that_a_whole_sitting_taken_out_is_named_by_its_uid(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        (uid,) = connection.execute("SELECT uid FROM sittings WHERE id = 2").fetchone()
    first(store, "DELETE FROM events WHERE sitting = 2", "DELETE FROM heads WHERE sitting = 2",
          "DELETE FROM sittings WHERE id = 2")  # fmt: skip
    faults = verify(store.with_name("copy.sqlite")).problems
    assert [fault.what for fault in faults if fault.uid == uid] == [f"Sitting {uid} was begun and is not there."]


def test_that_the_report_names_the_first_row_and_what_it_does_not_prove(store: Path) -> None:
    first(store, "UPDATE events SET payload = '{}' WHERE sitting = 1 AND seq = 1")
    report = verify(store.with_name("copy.sqlite"))
    told = json.loads(report.to_json())
    assert (told["first"]["sitting"], told["first"]["seq"], told["first"]["reader"]) == (1, 1, "R1")
    assert told["sound"] is False
    assert "The first bad row: sitting 1, event 1" in report.to_text()
    assert "Not proven" in report.to_text()
    assert told["not_proven"]


def test_that_journals_and_backups_and_unfinished_sittings_are_told(
    path: Path, play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.safety.journal.default_folder", lambda: tmp_path / "journals")
    writer = StoreWriter(path, journals=tmp_path / "journals", backups=beside(path))
    play(writer, "R1")
    play(writer, "R2", end=False)
    uid = writer.run(lambda store: store.execute("SELECT uid FROM act_heads").fetchone()[0]).result(30)
    writer.close()
    journal = Journal(tmp_path / "journals", uid, path)
    journal.hold([HeldRow("ab", 0, 1, "2026", "Paused", "{}", b"\0" * 32)])
    journal.close()
    report = verify(path)
    assert report.sound
    assert (len(report.journals), len(report.backups), report.unfinished) == (1, 1, (2,))
    told = report.to_text()
    assert "emergency journal" in told
    assert "Backups: 1" in told
    assert "Sitting 2 was cut off" in told
