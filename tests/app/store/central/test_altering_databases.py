"""A central database that alters what it is sent, by triggers or rules: the station finds it, and delivers nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from app.cli import app
from app.store import chain
from app.store.acts import Delivered, acts
from app.store.central.database import prepare
from app.store.reader import open_store
from app.store.verify import verify
from benchmarks.postgres import Server, home
from study_configs.problem import StudyProblem
from tests.app.store.central.syncing import assert_every_event_once, central, delivered, postgres, ready, station
from tests.app.store.central.test_sync_failures import database, roles

__all__ = ["central", "postgres", "ready", "roles", "station"]
pytestmark = pytest.mark.skipif(home() is None, reason="PostgreSQL's server is not installed")
Station = Callable[..., Path]

BODY = "CREATE FUNCTION alter_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} END $$"
BEFORE = "CREATE TRIGGER alter_it BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION alter_it()"
AT_COMMIT = """CREATE CONSTRAINT TRIGGER alter_it AFTER INSERT ON {} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION alter_it()"""
DROP = "RETURN NULL;"


def alter(central: str, table: str, body: str, trigger: str = BEFORE) -> None:
    with psycopg.connect(central, autocommit=True) as connection:
        connection.execute(BODY.format(body))
        connection.execute(trigger.format(table))


def set_to(values: str) -> str:
    return f"{values}; RETURN NEW;"


@pytest.mark.parametrize(
    ("table", "body"),
    [
        ("arriving_events", set_to("NEW.payload = replace(NEW.payload, '60.5', '90.5')")),
        ("events", set_to("NEW.payload = replace(NEW.payload, '60.5', '90.5')")),
        ("events", set_to("NEW.at_ns = NEW.at_ns + 1")),
        ("events", "IF NEW.seq = 5 THEN RETURN NULL; END IF; RETURN NEW;"),
        ("samples", set_to("NEW.data = '\\x00'::bytea")),
        ("samples", DROP),
        ("sittings", set_to("NEW.provenance = '{}'")),
        ("sittings", set_to("NEW.ended_utc = NULL")),
        ("sittings", DROP),
        ("heads", set_to("NEW.events = 3")),
        ("deliveries", set_to("NEW.delivered_utc = '2020'")),
        ("deliveries", DROP),
        ("protocols", set_to("NEW.source = '\\x41'::bytea")),
        ("protocols", DROP),
        ("readers", set_to("NEW.stratum = 'other'")),
        ("orders", set_to("NEW.json = replace(NEW.json, 'c1', 'c9')")),
        ("models", DROP),
        ("station_rows", set_to("NEW.content = '[]'")),
        ("station_rows", DROP),
        ("station_acts", set_to("NEW.who = 'somebody else'")),
        ("station_acts", DROP),
        ("station_act_heads", DROP),
        ("stations", set_to("NEW.name = 'another'")),
        ("stations", DROP),
    ],
)
def test_that_what_is_not_stored_as_it_was_sent_is_not_delivered(
    central: str, station: Station, table: str, body: str
) -> None:
    path = station("north", "R1")
    alter(central, table, body)
    try:
        outcome = delivered(path, central)
        told = " ".join(each.what + each.todo for each in outcome.refused)
        assert outcome.delivered == ()
    except StudyProblem as problem:
        told = problem.what + problem.todo
    assert "not what was sent" in told or "central database" in told
    assert noted(path) == 0
    with psycopg.connect(central, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM sittings").fetchone() == (0,)
        connection.execute(f"DROP TRIGGER alter_it ON {table}")
    assert verify(central).sound
    assert len(delivered(path, central).delivered) == 1
    assert_every_event_once(central, path)


def noted(path: Path) -> int:
    """How many sittings the store says were delivered."""
    with open_store(path) as store:
        return sum(isinstance(each.act, Delivered) for each in acts(store.connection))


def test_that_a_trigger_that_waits_for_the_commit_is_found_too(central: str, station: Station) -> None:
    path = station("north", "R1")
    body = "UPDATE heads SET events = 3 WHERE sitting = NEW.sitting; RETURN NULL;"
    with psycopg.connect(central, autocommit=True) as connection:
        connection.execute("ALTER TABLE heads DISABLE TRIGGER USER")  # which would not let it
    alter(central, "heads", body, AT_COMMIT)
    with pytest.raises(StudyProblem, match="rows of heads otherwise"):
        delivered(path, central)
    assert noted(path) == 0


def test_that_a_rule_that_swallows_rows_is_found(central: str, station: Station) -> None:
    path = station("north", "R1")
    with psycopg.connect(central, autocommit=True) as connection:
        connection.execute("CREATE RULE swallow AS ON INSERT TO samples DO INSTEAD NOTHING")
    assert "not what was sent" in delivered(path, central).refused[0].what


def test_that_an_altering_database_is_found_by_the_role_of_the_stations(
    postgres: Server, roles: str, station: Station
) -> None:
    path, to = station("north", "R1"), postgres.url(database(roles), user="some_stations")
    alter(roles, "events", set_to("NEW.payload = replace(NEW.payload, '60.5', '90.5')"))
    assert "not what was sent" in delivered(path, to).refused[0].what


def test_that_a_station_sees_of_the_tables_only_what_its_own_transaction_wrote(
    postgres: Server, roles: str, station: Station
) -> None:
    to = postgres.url(database(roles), user="some_stations")
    delivered(station("north", "R1"), to)
    with psycopg.connect(to) as connection:
        for table in ("events", "samples", "orders", "truths", "station_acts", "station_rows"):
            assert connection.execute(f"SELECT count(*) FROM just_{table}").fetchone() == (0,)


def test_that_a_database_made_ready_by_an_older_program_is_told(central: str, station: Station) -> None:
    path = station("north", "R1")
    with psycopg.connect(central, autocommit=True) as connection:
        connection.execute("DROP VIEW just_events")
    with pytest.raises(StudyProblem, match="An older ReaderLab made this database ready") as told:
        delivered(path, central)
    assert "readerlab central" in told.value.todo
    prepare(central, "test")
    assert len(delivered(path, central).delivered) == 1


def test_that_a_first_sync_that_is_cut_leaves_a_sound_database(
    central: str, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The station's row, its frozen rows and its acts come together."""
    path = station("north", "R1")

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("app.store.central.frozen.send_acts", cut)
        with pytest.raises(KeyboardInterrupt):
            delivered(path, central)
    assert verify(central).sound
    assert len(delivered(path, central).delivered) == 1
    assert verify(central).sound


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("stations", ("no hex", "", "2026-01-01")),
        ("station_rows", ("{station}", "readers", "seal", "[")),
        ("station_acts", ("{station}", 900, "", "station", "", "SittingBegun", "{{}}", b"", b"")),
        ("station_acts", ("{station}", 900, "", "station", "", "LedgerBegan", "[" * 50_000, b"", b"")),
    ],
)
def test_that_rows_that_no_station_writes_are_a_finding_and_stop_no_check(
    central: str, station: Station, table: str, row: tuple[object, ...]
) -> None:
    """Whoever has a station's password can add such rows."""
    delivered(station("north", "R1"), central)
    with psycopg.connect(central, autocommit=True) as connection:
        (own,) = connection.execute("SELECT id FROM stations").fetchone() or ("",)
        values = [each.format(station=own) if isinstance(each, str) else each for each in row]
        values += [chain.seal(values)] if table == "stations" else []
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(values))})", values)
    report = verify(central)
    assert not report.sound
    assert report.sittings == 1
    done = CliRunner().invoke(app, ["attention", central])
    assert done.exception is None or isinstance(done.exception, StudyProblem), done.exception
