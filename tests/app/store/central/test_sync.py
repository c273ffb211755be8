"""Many stations' stores gathered in one real PostgreSQL, over good links and bad ones."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from app.store import chain
from app.store.accounts import first_coordinator
from app.store.acts import Delivered, GapDecided, Who, acts, first_hash, link, write
from app.store.central.database import address_of
from app.store.central.sync import Outcome
from app.store.chain import sha256_of
from app.store.exports.tidy import export
from app.store.location import open_any
from app.store.reader import ProtocolRecord, open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from benchmarks.postgres import BadLink, Server, home
from study_configs.problem import StudyProblem
from tests.app.store.central.syncing import assert_every_event_once, central, delivered, postgres, ready, station

__all__ = ["central", "postgres", "ready", "station"]
Play = Callable[..., str]
pytestmark = pytest.mark.skipif(home() is None, reason="PostgreSQL's server is not installed")


def test_that_a_sitting_is_delivered_whole(central: str, station: Callable[..., Path]) -> None:
    path = station("north", "R1")
    outcome = delivered(path, central)
    assert (len(outcome.delivered), outcome.before, outcome.refused) == (1, 0, ())
    with open_store(path) as own, open_any(central) as there:
        (sitting,), (arrived,) = own.sittings(), there.sittings()
        assert (arrived.uid, arrived.reader, arrived.ended_utc) == (sitting.uid, "R1", sitting.ended_utc)
        assert there.events(arrived.id) == own.events(sitting.id)
        assert there.order("R1", arrived.protocol_sha256).sha256 == own.order("R1", sitting.protocol_sha256).sha256
        assert there.truth(arrived.protocol_sha256).unseal() == own.truth(sitting.protocol_sha256).unseal()


def test_that_syncing_again_sends_nothing(central: str, station: Callable[..., Path]) -> None:
    path = station("north", "R1", "R2")
    delivered(path, central)
    again = delivered(path, central)
    assert (again.delivered, again.before, again.sent_bytes) == ((), 2, 0)
    assert verify(central).sound


def test_that_the_receipt_stands_in_the_stations_acts(central: str, station: Callable[..., Path]) -> None:
    path = station("north", "R1")
    delivered(path, central)
    delivered(path, central)
    with open_store(path) as own:
        (head,) = own.connection.execute("SELECT hash FROM heads").fetchone()
        told = [each.act for each in acts(own.connection) if isinstance(each.act, Delivered)]
    assert [(each.hash, each.at) for each in told] == [(head.hex(), address_of(central))]
    assert verify(path).sound


def test_that_the_stores_name_and_secrets_stay_at_the_station(central: str, station: Callable[..., Path]) -> None:
    path = station("north", "R1")
    writer = StoreWriter(path)
    first_coordinator(writer, "anna", "a long password")
    writer.close()
    delivered(path, central)
    with open_store(path) as own:
        uid = own.uid()
        ((secret,),) = own.connection.execute("SELECT secret FROM accounts").fetchall()
    everything = dumped(central)
    assert secret not in everything
    assert uid not in everything
    assert "R1" in everything


def dumped(central: str) -> str:
    """Every row of every table, as text."""
    with psycopg.connect(central) as connection:
        find = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        tables = [name for (name,) in connection.execute(find)]
        return "\n".join(str(row) for name in tables for row in connection.execute(f"SELECT * FROM {name}"))


@pytest.mark.slow
def test_that_export_and_report_of_all_stations_are_those_of_each(
    central: str, station: Callable[..., Path], tmp_path: Path
) -> None:
    stores = [station(f"s{at}", f"R{at}", f"Q{at}") for at in range(3)]
    for path in stores:
        delivered(path, central)
    export(central, tmp_path / "all")
    for at, path in enumerate(stores):
        export(path, tmp_path / f"one{at}")
    for table in sorted(each.name for each in (tmp_path / "all").glob("*.csv")):
        gathered = sorted(rows_of(tmp_path / "all" / table))
        single = sorted({row for at in range(3) for row in rows_of(tmp_path / f"one{at}" / table)})
        assert sorted(set(gathered)) == single, table
        assert table == "dictionary.csv" or len(gathered) == len(set(gathered)), table


def rows_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[1:]


def test_that_the_central_database_keeps_what_arrived(central: str, station: Callable[..., Path]) -> None:
    delivered(station("north", "R1"), central)
    with psycopg.connect(central, autocommit=True) as connection:
        for statement in (
            "UPDATE events SET payload = '{}'", "DELETE FROM events", "TRUNCATE deliveries", "DELETE FROM samples",
            "UPDATE sittings SET reader = 'R9'", "DELETE FROM station_acts", "UPDATE orders SET json = '{}'",
        ):  # fmt: skip
            with pytest.raises(psycopg.Error, match=r"append-only|has ended|foreign key"):
                connection.execute(statement)


CHANGES = {
    "an answer": ("UPDATE events SET payload = replace(payload, '60.5', '90.5') WHERE kind = 'AnswerGiven'", "changed"),
    "an event taken out": ("DELETE FROM samples; DELETE FROM events WHERE seq = 6", "missing"),
    "the last event": ("DELETE FROM events WHERE kind = 'SittingEnded'", "were delivered"),
    "a whole sitting": (
        "DELETE FROM samples; DELETE FROM events; DELETE FROM heads; DELETE FROM deliveries; DELETE FROM sittings",
        "is not there",
    ),
    "samples": ("UPDATE samples SET data = '\\x00'", "samples"),
    "samples taken out": ("DELETE FROM samples", "samples"),
    "an order": ("UPDATE orders SET json = '{}'", "orders"),
    "a truth": ("UPDATE truths SET json = '[1]'", "truths"),
    "a reader": ("UPDATE readers SET stratum = 'expert'", "readers"),
    "an act": ("UPDATE station_acts SET utc = '2020' WHERE seq = 1", "Act 1"),
    "acts cut off": ("DELETE FROM station_acts WHERE seq > 2", "acts"),
    "a station's row": ("DELETE FROM station_rows WHERE table_name = 'truths'", "truths"),
    "a receipt": ("UPDATE deliveries SET events = 3", "deliveries"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_that_verify_finds_what_an_administrator_changed(
    postgres: Server, central: str, station: Callable[..., Path], change: str
) -> None:
    path = station("north", "R1")
    delivered(path, central)
    assert verify(central).sound
    statement, said = CHANGES[change]
    with psycopg.connect(central, autocommit=True) as connection:
        connection.execute(f"SET session_replication_role = replica; {statement}")
    found = verify(central)
    assert not found.sound
    assert any(said in fault.what for fault in found.problems), found.to_text()


# --- stations that don't agree


def test_that_two_people_under_one_pseudonym_are_told_apart(central: str, station: Callable[..., Path]) -> None:
    delivered(station("north", "R1"), central)
    refused = delivered(station("south", "R2", "R1"), central)  # R1 has the second place of the plan here
    assert len(refused.delivered) == 1
    (problem,) = refused.refused
    assert "Station south gave reader R1 another reading order" in problem.what
    assert "another pseudonym" in problem.todo
    assert verify(central).sound


def test_that_one_sitting_of_one_reader_counts_from_one_station(central: str, station: Callable[..., Path]) -> None:
    delivered(station("north", "R1"), central)
    (problem,) = delivered(station("south", "R1"), central).refused
    assert "Station south and north both hold sitting 0 of reader R1" in problem.what
    assert verify(central).sound


def test_that_another_text_of_one_protocol_is_refused(
    central: str, station: Callable[..., Path], protocol: ProtocolRecord
) -> None:
    delivered(station("north", "R1"), central)
    source = protocol.source + b"# edited\n"
    other = replace(protocol, source=source, sha256=sha256_of(source))
    (problem,) = delivered(station("south", "R2", protocol=other), central).refused
    assert "Station south read who-goes-first 1.0.0 under another text" in problem.what
    assert verify(central).sound


# --- stores that are not as they were


def test_that_a_sitting_that_was_changed_stays_at_its_station(central: str, station: Callable[..., Path]) -> None:
    path = station("north", "R1", "R2")
    tamper(path, "UPDATE events SET payload = replace(payload, '60.5', '90.5') WHERE sitting = 2")
    outcome = delivered(path, central)
    assert len(outcome.delivered) == 1
    (problem,) = outcome.refused
    assert "Station north can't deliver sitting 2, event" in problem.what


def test_that_a_sitting_that_was_rewritten_after_its_delivery_is_named(
    central: str, station: Callable[..., Path]
) -> None:
    path = station("north", "R1")
    delivered(path, central)
    with open_store(path) as own:
        (uid,) = own.connection.execute("SELECT uid FROM sittings").fetchone()
    forge(path, "60.5", "90.5")
    assert verify(path).sound  # whoever has the program can compute every hash anew
    with pytest.raises(StudyProblem, match=f"the store was altered.* Sitting {uid} of reader R1 is not as it was"):
        delivered(path, central)
    assert verify(central).sound


def forge(path: Path, before: str, after: str) -> None:
    """Change what a sitting's events say and compute every later hash anew, those of the acts too."""

    def forged(connection: sqlite3.Connection) -> None:
        (previous,) = connection.execute("SELECT genesis FROM sittings").fetchone()
        rows = connection.execute("SELECT seq, at_ns, utc, kind, payload FROM events ORDER BY seq").fetchall()
        for seq, at_ns, utc, kind, text in rows:
            text = text.replace(before, after)
            linked = chain.link(previous, seq, at_ns, utc, kind, text)
            found = (text, previous, linked, seq)
            connection.execute("UPDATE events SET payload = ?, prev_hash = ?, hash = ? WHERE seq = ?", found)
            previous = linked
        (true,) = connection.execute("SELECT hash FROM heads").fetchone()
        connection.execute("UPDATE heads SET hash = ?", (previous,))
        (uid,) = connection.execute("SELECT uid FROM act_heads").fetchone()
        head = first_hash(uid)
        for seq, utc, role, who, kind, text in connection.execute(
            "SELECT seq, utc, role, who, kind, payload FROM acts ORDER BY seq"
        ).fetchall():
            text = text.replace(true.hex(), previous.hex())
            linked = link(head, seq, utc, Who(role, who), kind, text)
            found = (text, head, linked, seq)
            connection.execute("UPDATE acts SET payload = ?, prev_hash = ?, hash = ? WHERE seq = ?", found)
            head = linked
        connection.execute("UPDATE act_heads SET hash = ?", (head,))

    past_triggers(path, forged)


def test_that_an_older_copy_of_a_store_is_noticed(
    central: str, station: Callable[..., Path], play: Play, tmp_path: Path
) -> None:
    path = station("north", "R1")
    copy = tmp_path / "copy.sqlite"
    shutil.copyfile(path, copy)
    delivered(path, central)
    delivered(path, central)  # the act of the delivery itself
    shutil.copyfile(copy, path)
    writer = StoreWriter(path)
    play(writer, "R2")
    writer.close()
    with pytest.raises(StudyProblem, match="not those that it delivered before"):
        delivered(path, central)


def tamper(path: Path, statement: str) -> None:
    past_triggers(path, lambda connection: connection.execute(statement))


def past_triggers(path: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change a store past its triggers, as somebody would with a tool."""
    with closing(sqlite3.connect(path)) as connection:
        triggers = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        shapes = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        for name in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        change(connection)
        for shape in shapes:
            connection.execute(shape)
        connection.commit()


# --- what goes when


def test_that_a_sitting_that_was_cut_off_goes_with_the_one_that_finished_it(
    central: str, station: Callable[..., Path], play: Play
) -> None:
    path = station("north", "R1", end=False)
    first = delivered(path, central)
    assert (first.delivered, first.waiting) == ((), 1)
    writer = StoreWriter(path)
    play(writer, "R1")
    writer.close()
    second = delivered(path, central)
    assert (len(second.delivered), second.waiting) == (2, 0)
    with open_store(path) as own, open_any(central) as there:
        sha256 = own.protocols()[0].sha256
        assert there.course("R1", sha256) == own.course("R1", sha256)


def test_that_a_sitting_that_a_coordinator_closed_goes_when_asked(
    central: str, station: Callable[..., Path], protocol: ProtocolRecord
) -> None:
    path = station("north", "R1", end=False)
    writer = StoreWriter(path)
    closing_it = GapDecided(protocol.sha256, "R1", 0, "end_sitting", 5, "she left")
    write(writer, Who("coordinator", "anna"), closing_it)
    writer.close()
    assert delivered(path, central).waiting == 1
    assert len(delivered(path, central, cut_off=True).delivered) == 1
    assert verify(central).sound


def test_that_a_store_in_use_is_left_alone(central: str, station: Callable[..., Path]) -> None:
    path = station("north", "R1")
    writer = StoreWriter(path)
    with pytest.raises(StudyProblem, match="in use by another ReaderLab") as told:
        delivered(path, central)
    writer.close()
    assert "after sign-out" in told.value.todo
    assert len(delivered(path, central).delivered) == 1


# --- bad links


def test_that_a_link_that_is_cut_at_random_loses_and_doubles_nothing(
    postgres: Server, central: str, station: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.central.delivery.CHUNK_BYTES", 5_000)
    path = station("north", *(f"R{at}" for at in range(6)))
    bad = BadLink(postgres.port, bytes_per_cut=60_000, seed=7)
    through = postgres.url(urlsplit(central).path.strip("/"), port=bad.port)
    for _ in range(200):
        with suppress(StudyProblem):  # that it can't be reached
            if delivered(path, through).before == 6:
                break
    bad.close()
    assert bad.cuts > 3
    assert_every_event_once(central, path)


def test_that_many_stations_may_sync_at_once_and_each_twice(central: str, station: Callable[..., Path]) -> None:
    stores = [station(f"s{at}", f"R{at}", f"Q{at}") for at in range(5)]

    def tried(path: Path) -> Outcome | None:
        try:
            return delivered(path, central)
        except StudyProblem as problem:
            if "in use" not in problem.what:  # for the moment in which the other notes its receipts
                raise
            return None

    with ThreadPoolExecutor(10) as pool:
        outcomes = [each for each in pool.map(tried, [*stores, *stores]) if each is not None]
    assert not any(each.refused for each in outcomes)
    assert_every_event_once(central, *stores)
