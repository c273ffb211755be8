"""Whatever is changed in a store after it was written is found and named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.store.chain import canonical
from app.store.migrations import NEWEST
from app.store.verify import verify, verify_open
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem

Play = Callable[..., str]
COLUMNS = ("at_ns", "utc", "kind", "payload", "prev_hash", "hash")
TRUTH = ("protocols", "readers", "orders", "models", "sittings", "events", "heads")
MODEST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def store(path: Path, play: Play) -> Path:
    """Two readers' sittings, the second one cut off."""
    writer = StoreWriter(path)
    play(writer, "R1")
    play(writer, "R2", end=False)
    writer.close()
    return path


@pytest.fixture
def receipt(path: Path, store: Path) -> str:
    return verify(store).heads[1]


def tampered(store: Path, *statements: tuple[str, tuple[Any, ...]]) -> Path:
    """A copy in which somebody dropped the triggers and changed rows."""
    copy = store.with_name("copy.sqlite")
    shutil.copy(store, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()
    return copy


def first_fault(store: Path) -> tuple[int | None, int | None]:
    fault = verify(store).problems[0]
    return fault.sitting, fault.seq


def test_that_an_untouched_store_is_sound(store: Path) -> None:
    report = verify(store)
    assert (report.sound, report.sittings, report.unfinished) == (True, 2, (2,))
    assert "every hash agrees" in report.to_text()
    assert json.loads(report.to_json())["events"] == report.events


def flipped(value: Any, bit: int) -> Any:
    if isinstance(value, int):
        return value ^ (1 << bit % 40)
    raw = bytearray(value if isinstance(value, bytes) else value.encode())
    raw[bit // 8 % len(raw)] ^= 1 << bit % 7  # keeps ASCII ASCII
    return bytes(raw) if isinstance(value, bytes) else raw.decode("latin-1")


@MODEST
@given(
    sitting=st.sampled_from([1, 2]), seq=st.integers(0, 31), column=st.sampled_from(COLUMNS), bit=st.integers(0, 4095)
)
def test_that_any_flipped_bit_of_an_event_is_found_where_it_is(
    store: Path, sitting: int, seq: int, column: str, bit: int
) -> None:
    with closing(sqlite3.connect(store)) as connection:
        query = f"SELECT {column} FROM events WHERE sitting = ? AND seq = ?"
        (value,) = connection.execute(query, (sitting, seq)).fetchone()
    change = f"UPDATE events SET {column} = ? WHERE sitting = ? AND seq = ?"
    found = first_fault(tampered(store, (change, (flipped(value, bit), sitting, seq))))
    assert found == (sitting, seq)


@MODEST
@given(seq=st.integers(0, 31))
def test_that_a_deleted_event_is_found_also_at_the_end(store: Path, seq: int) -> None:
    for sitting in (1, 2):
        copy = tampered(store, ("DELETE FROM events WHERE sitting = ? AND seq = ?", (sitting, seq)))
        assert first_fault(copy) == (sitting, seq)


@MODEST
@given(pair=st.lists(st.integers(0, 31), min_size=2, max_size=2, unique=True))
def test_that_events_in_another_order_are_found(store: Path, pair: list[int]) -> None:
    first, second = sorted(pair)
    move = "UPDATE events SET seq = ? WHERE sitting = 1 AND seq = ?"
    copy = tampered(store, (move, (-1, first)), (move, (first, second)), (move, (second, -1)))
    assert first_fault(copy) == (1, first)


def test_that_an_event_put_in_is_found(store: Path) -> None:
    copied = (
        "INSERT INTO events SELECT sitting, 999, at_ns, utc, kind, payload, prev_hash, hash FROM events WHERE seq = 3"
    )
    assert not verify(tampered(store, (copied, ()))).sound


@MODEST
@given(data=st.data())
def test_that_no_flipped_bit_of_the_file_changes_an_answer_unnoticed(store: Path, data: st.DataObject) -> None:
    raw = bytearray(store.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    copy = store.with_name("flipped.sqlite")
    copy.write_bytes(raw)
    try:
        noticed = not verify(copy).sound
    except StudyProblem:
        noticed = True
    assert noticed or rows_of(copy) == rows_of(store)


def rows_of(store: Path) -> list[list[Any]]:
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as connection:
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in TRUTH]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE protocols SET source = x'00'", "text of protocol"),
        ("UPDATE protocols SET mode = 'demo'", "row of protocols"),
        ("UPDATE orders SET json = '{}'", "reading order"),
        ("UPDATE readers SET stratum = 'expert'", "row of readers"),
        ("UPDATE models SET ai = 'other'", "row of models"),
        ("UPDATE sittings SET reader = 'R2' WHERE id = 1", "own row"),
        ("UPDATE sittings SET number = 1 WHERE id = 1", "own row"),
        ("UPDATE sittings SET ended_utc = '2020-01-01'", "end is not the time"),
        ("DELETE FROM sittings WHERE id = 1", "the sitting is gone"),
        ("UPDATE heads SET events = 0", "events were written"),
    ],
)
def test_that_changed_frozen_rows_are_found(store: Path, change: str, told: str) -> None:
    report = verify(tampered(store, (change, ())))
    assert any(told in fault.what for fault in report.problems)
    assert told in report.to_text()


@pytest.mark.parametrize("version", [-1, 0, NEWEST + 1])
def test_that_a_version_that_there_is_none_of_is_found_through_the_writers_own_connection(
    store: Path, version: int
) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM schema_version WHERE version > 1")
        connection.execute("UPDATE schema_version SET version = ?", (version,))
        assert f"it has version {version}, which this program does not know" in verify_open(connection, store).to_text()


@pytest.mark.parametrize("table", ["events", "protocols", "orders", "readers", "models", "sittings"])
@pytest.mark.parametrize(
    "way", ["UPDATE {0} SET rowid = rowid", "DELETE FROM {0}", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"]
)
def test_that_the_store_itself_refuses_to_change_what_was_written(store: Path, table: str, way: str) -> None:
    key = {
        "events": "seq",
        "protocols": "id",
        "orders": "json",
        "readers": "stratum",
        "models": "ai",
        "sittings": "uid",
    }
    statement = way.replace("rowid", key[table]).format(table)
    with (
        closing(sqlite3.connect(store)) as connection,
        pytest.raises(sqlite3.IntegrityError, match=r"append-only|ended"),
    ):
        connection.execute(statement)


def test_that_a_receipt_fits_only_the_store_that_gave_it(store: Path, receipt: str) -> None:
    assert verify(store, [receipt.upper() + "\n"]).sound
    assert "no sitting ends with it" in verify(store, ["00" * 32]).to_text()


def test_that_a_receipt_shows_a_forger_who_mended_every_chain(store: Path, receipt: str) -> None:
    copy = store.with_name("forged.sqlite")
    shutil.copy(tampered(store, *forgery(store)), copy)
    assert any("does not end as it was sealed" in fault.what for fault in verify(copy).problems)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        mend_the_acts(connection)
        for trigger in triggers_of(store):
            connection.execute(trigger)
    assert verify(copy).problems == ()
    assert not verify(copy, [receipt]).sound


def mend_the_acts(connection: sqlite3.Connection) -> None:
    """Let the acts tell of the forged end, and compute all later acts anew."""
    from app.store.acts import Who, first_hash, link

    uid, last = connection.execute(
        "SELECT s.uid, h.hash FROM sittings s JOIN heads h ON h.sitting = s.id WHERE s.id = 1"
    ).fetchone()
    (name,) = connection.execute("SELECT uid FROM act_heads").fetchone()
    previous = first_hash(name)
    for seq, utc, role, who, kind, text in connection.execute(
        "SELECT seq, utc, role, who, kind, payload FROM acts ORDER BY seq"
    ).fetchall():
        values = json.loads(text)
        if kind == "SittingSealed" and values["sitting"] == uid:
            text = canonical(values | {"hash": last.hex()})
        own = link(previous, seq, utc, Who(role, who), kind, text)
        change = "UPDATE acts SET payload = ?, prev_hash = ?, hash = ? WHERE seq = ?"
        connection.execute(change, (text, previous, own, seq))
        previous = own
    connection.execute("UPDATE act_heads SET hash = ?", (previous,))


def triggers_of(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as connection:
        return [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]


def forgery(store: Path) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Change one answer and compute every later hash again, as somebody with this program could."""
    from app.store.chain import link

    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute(
            "SELECT seq, at_ns, utc, kind, payload FROM events WHERE sitting = 1 ORDER BY seq"
        ).fetchall()
        (previous,) = connection.execute("SELECT genesis FROM sittings WHERE id = 1").fetchone()
    for seq, at_ns, utc, kind, text in rows:
        forged = text.replace('"value":30', '"value":90')
        own = link(previous, seq, at_ns, utc, kind, forged)
        change = "UPDATE events SET payload = ?, prev_hash = ?, hash = ? WHERE sitting = 1 AND seq = ?"
        yield change, (forged, previous, own, seq)
        previous = own
    yield "UPDATE heads SET hash = ? WHERE sitting = 1", (previous,)
