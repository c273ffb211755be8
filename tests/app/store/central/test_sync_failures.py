"""What may go wrong between a station and the central database, each with its own sentence, and nothing lost by it."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import app
from app.store.central.database import address_of, prepare
from app.store.central.delivery import deliver, held
from app.store.central.frozen import Sender
from app.store.central.link import Link
from app.store.central.outgoing import Log, log_of, outbox
from app.store.central.tables import STAGING
from app.store.location import is_central, open_any
from app.store.migrations import NEWEST
from app.store.verify import verify
from benchmarks.postgres import ADMIN, BadLink, Server, home
from study_configs.problem import StudyProblem
from tests.app.store.central.syncing import assert_every_event_once, central, delivered, postgres, ready, station

__all__ = ["central", "postgres", "ready", "station"]
pytestmark = pytest.mark.skipif(home() is None, reason="PostgreSQL's server is not installed")
Station = Callable[..., Path]


def database(central: str) -> str:
    return urlsplit(central).path.strip("/")


# --- the way there


def test_that_a_database_that_cannot_be_reached_is_told_and_caught_up_with(
    postgres: Server, central: str, station: Station
) -> None:
    path = station("north", "R1")
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        with pytest.raises(StudyProblem, match="can't be reached") as told:
            delivered(path, postgres.url(database(central), port=nobody.getsockname()[1]))
    assert "Nothing is lost" in told.value.todo
    assert len(delivered(path, central).delivered) == 1


def test_that_an_address_with_a_password_is_refused() -> None:
    for address in ("postgresql://lab:secret@host/readerlab", "postgresql://lab@host/readerlab?password=secret"):
        with pytest.raises(StudyProblem, match="holds a password") as told:
            address_of(address)
        assert "secret" not in str(told.value)


def test_that_a_wrong_password_is_told(
    postgres: Server, central: str, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.sql("CREATE ROLE guarded LOGIN PASSWORD 'right'")
    rules = postgres.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text("host all guarded 127.0.0.1/32 scram-sha-256\n" + before)
    postgres.reload()
    try:
        monkeypatch.setenv("PGPASSWORD", "wrong")
        with pytest.raises(StudyProblem, match="does not take this name and password"):
            delivered(station("north", "R1"), postgres.url(database(central), user="guarded"))
        monkeypatch.delenv("PGPASSWORD")
        with pytest.raises(StudyProblem, match="asks for a password"):
            Link(postgres.url(database(central), user="guarded"))
    finally:
        rules.write_text(before)
        postgres.reload()
        postgres.sql("DROP ROLE guarded")


def test_that_a_database_that_is_not_there_is_told(postgres: Server) -> None:
    with pytest.raises(StudyProblem, match="no such database"):
        Link(postgres.url("nowhere"))


def test_that_a_database_that_was_not_made_ready_is_told(postgres: Server) -> None:
    with pytest.raises(StudyProblem, match="not made ready") as told:
        Link(postgres.url("postgres"))
    assert "readerlab central" in told.value.todo


def test_that_another_programs_database_is_left_alone(postgres: Server) -> None:
    postgres.sql("CREATE DATABASE theirs")
    postgres.sql("CREATE TABLE schema_version (version text)", "theirs")
    postgres.sql("INSERT INTO schema_version VALUES ('of Liquibase')", "theirs")
    for use in (Link, lambda url: prepare(url, "test")):
        with pytest.raises(StudyProblem, match="another program's") as told:
            use(postgres.url("theirs"))
        assert told.value.where.endswith("/theirs")
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    assert postgres.sql(tables, "theirs") == [("schema_version",)]


def test_that_a_database_that_only_reads_is_told(postgres: Server, central: str, station: Station) -> None:
    path = station("north", "R1")
    postgres.sql(f"ALTER DATABASE {database(central)} SET default_transaction_read_only = on")
    with pytest.raises(StudyProblem, match="read-only now"):
        delivered(path, central)
    postgres.sql(f"ALTER DATABASE {database(central)} RESET default_transaction_read_only")
    assert len(delivered(path, central).delivered) == 1


@pytest.mark.parametrize(("by", "said"), [(1, "knows versions up to"), (-1, "this program writes version")])
def test_that_another_version_is_refused_untouched(
    central: str, station: Station, monkeypatch: pytest.MonkeyPatch, by: int, said: str
) -> None:
    path = station("north", "R1")
    monkeypatch.setattr("app.store.migrations.NEWEST", NEWEST - by)
    with pytest.raises(StudyProblem, match=said):
        Link(central)
    monkeypatch.undo()
    assert len(delivered(path, central).delivered) == 1


# --- killed in the middle


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.02, 0.25, 0.5, 0.75, 0.95])
def test_that_a_sync_that_is_killed_at_any_moment_goes_on(
    postgres: Server, ready: str, central: str, station: Station, share: float
) -> None:
    """After so many bytes, which is at another piece of its work each time, whatever the machine."""
    path = station(f"north-{share}", *(f"R{at}" for at in range(4)))
    whole = BadLink(postgres.port, bytes_per_cut=None)
    trial = f"trial_{database(central)}"
    postgres.sql(f"CREATE DATABASE {trial} TEMPLATE {ready}")
    delivered(Path(shutil.copy(path, path.with_name("trial.sqlite"))), postgres.url(trial, port=whole.port))
    whole.close()
    for part in (share, share / 2):  # what the first has left is found by the second
        link = BadLink(postgres.port, bytes_per_cut=None, held_after=round(part * whole.passed))
        command = [sys.executable, "-m", "app", "sync", str(path), postgres.url(database(central), port=link.port)]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not link.held.wait(0.05) and running.poll() is None:
            pass
        assert link.held.is_set() or part < share  # the second may find nothing left to do
        running.send_signal(signal.SIGKILL)
        running.wait()
        link.close()
    delivered(path, central)
    assert_every_event_once(central, path)
    assert verify(path).sound


def test_that_a_sitting_is_not_seen_before_it_is_whole(central: str, station: Station) -> None:
    path = station("north", "R1")
    delivered(station("south", "R2"), central)
    link = Link(central)
    (sitting,) = outbox(path).ready
    log = log_of(path, sitting)

    class Cut(Exception):
        pass

    def cut(count: int) -> None:
        raise Cut

    with pytest.raises(Cut):
        deliver(link, Sender("0" * 64, "north", "test"), sitting, log, cut)
    assert link.run(lambda connection: held(connection, [sitting.uid])) == {}
    with open_any(central) as there:
        assert [each.reader for each in there.sittings()] == ["R2"]
    link.close()
    assert len(delivered(path, central).delivered) == 1


def test_that_what_an_altered_copy_had_sent_is_thrown_away(central: str, station: Station) -> None:
    path = station("north", "R1")
    link = Link(central)
    (sitting,) = outbox(path).ready
    log = log_of(path, sitting)
    with psycopg.connect(central, autocommit=True) as connection:
        for seq, *row in log.events[:5]:
            row[-1] = bytes(32)
            connection.execute(
                "INSERT INTO arriving_events (uid, seq, at_ns, utc, kind, payload, prev_hash, hash) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (sitting.uid, seq, *row),
            )
    link.close()
    assert len(delivered(path, central).delivered) == 1
    assert_every_event_once(central, path)


def test_that_what_was_changed_on_the_way_is_refused(
    central: str, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(path: Path, sitting: object) -> Log:
        log = log_of(path, sitting)  # type: ignore[arg-type]
        events = [(*row[:4], row[4].replace("60.5", "90.5"), *row[5:]) for row in log.events]
        return Log(events, log.samples)

    monkeypatch.setattr("app.store.central.sync.log_of", changed)
    outcome = delivered(station("north", "R1"), central)
    assert "is not what was sent" in outcome.refused[0].what
    with psycopg.connect(central) as connection:
        assert connection.execute("SELECT count(*) FROM arriving_events").fetchone() == (0,)


# --- order


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(range(3)))
def test_that_the_order_of_arrival_does_not_matter(
    postgres: Server, ready: str, tmp_path_factory: pytest.TempPathFactory, stores: list[Path], order: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    postgres.sql(f"CREATE DATABASE {folder.name} TEMPLATE {ready}")
    to = postgres.url(folder.name)
    for at in order:
        copy = folder / f"s{at}.sqlite"
        copy.write_bytes(stores[at].read_bytes())
        delivered(copy, to)
    with open_any(to) as there:
        seen = [(each.uid, each.reader) for each in there.sittings()]
        enrolled = [(each.reader, each.index) for each in there.enrolments()]
    assert seen == stores_in_time(stores)
    assert enrolled == sorted(enrolled, key=lambda each: (each[1], each[0]))
    assert verify(to).sound


@pytest.fixture
def stores(station: Station) -> list[Path]:
    return [station(f"s{at}", f"R{at}", f"Q{at}") for at in range(3)]


def stores_in_time(stores: list[Path]) -> list[tuple[str, str]]:
    sittings = []
    for path in stores:
        with open_any(path) as own:
            sittings += own.sittings()
    return [(each.uid, each.reader) for each in sorted(sittings, key=lambda each: each.started_utc)]


# --- roles


@pytest.fixture
def roles(postgres: Server, central: str) -> str:
    """The central database with a role for stations and one for analysts."""
    for role in ("some_stations", "some_analysts"):
        if not postgres.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):
            postgres.sql(f"CREATE ROLE {role} LOGIN")
    prepare(central, "test", stations="some_stations", analysts="some_analysts")
    return central


def test_that_stations_can_deliver_and_cannot_read_what_others_did(
    postgres: Server, roles: str, station: Station
) -> None:
    to = postgres.url(database(roles), user="some_stations")
    path = station("north", "R1")
    assert len(delivered(path, to).delivered) == 1
    assert delivered(path, to).before == 1
    with psycopg.connect(to, autocommit=True) as connection:
        for secret in ("payload FROM events", "data FROM samples", "json FROM truths", "json FROM orders",
                       "payload FROM station_acts", "content FROM station_rows", "* FROM acts"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT {secret}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM events")
    assert verify(roles).sound


def test_that_analysts_read_everything_that_is_whole_and_write_nothing(
    postgres: Server, roles: str, station: Station
) -> None:
    delivered(station("north", "R1"), postgres.url(database(roles), user="some_stations"))
    to = postgres.url(database(roles), user="some_analysts")
    assert verify(to).sound
    with psycopg.connect(to, autocommit=True) as connection:
        for statement in ("INSERT INTO stations VALUES ('x', '', '', '')", f"SELECT * FROM {STAGING[0]}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


# --- the commands


def test_that_the_commands_take_a_central_database(central: str, station: Station, tmp_path: Path) -> None:
    path = station("north", "R1")
    runner = CliRunner()
    ready = runner.invoke(app, ["central", central])
    assert (ready.exit_code, ready.output) == (0, f"{address_of(central)} is ready.\n")
    sent = runner.invoke(app, ["sync", str(path), central, "--name", "north"])
    assert (sent.exit_code, "1 delivered, 0 there already" in sent.output) == (0, True)
    checked = runner.invoke(app, ["verify", central])
    assert "every hash agrees" in checked.output
    written = runner.invoke(app, ["export", central, str(tmp_path / "tables")])
    assert written.exit_code == 0, written.output
    assert (tmp_path / "tables" / "decisions.csv").is_file()
    assert is_central(central)
    assert ADMIN in central


def test_that_one_bad_store_keeps_no_other_from_being_sent(central: str, station: Station, tmp_path: Path) -> None:
    path = station("north", "R1")
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"not a store at all" * 100)
    done = CliRunner().invoke(app, ["sync", str(broken), str(path), central])
    assert done.exit_code == 1
    assert "1 delivered" in done.output
    assert "not a ReaderLab store" in done.output


def test_that_a_full_disk_is_told_and_caught_up_with(
    central: str, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = station("north", "R1")

    def full(*_: object) -> None:
        raise psycopg.errors.DiskFull("could not extend file: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("app.store.central.delivery._copy", full)
        with pytest.raises(StudyProblem, match="disk of the database is full"):
            delivered(path, central)
    assert len(delivered(path, central).delivered) == 1


def test_that_watching_goes_on_by_itself_past_what_fails(
    postgres: Server, central: str, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = station("north", "R1")
    rounds: list[float] = []

    class Enough(Exception):
        pass

    def slept(seconds: float) -> None:
        rounds.append(seconds)
        postgres.sql(f"ALTER DATABASE {database(central)} WITH ALLOW_CONNECTIONS true")
        if len(rounds) == 2:
            raise Enough

    monkeypatch.setattr("app.commands.syncing.time.sleep", slept)
    postgres.sql(f"ALTER DATABASE {database(central)} WITH ALLOW_CONNECTIONS false")
    done = CliRunner().invoke(app, ["sync", str(path), central, "--watch", "5"])
    assert isinstance(done.exception, Enough)
    assert rounds == [300, 300]
    assert "1 delivered" in done.output


def test_that_a_database_put_back_to_an_earlier_day_is_filled_again(
    postgres: Server, central: str, station: Station
) -> None:
    path = station("north", "R1")
    early = f"{database(central)}_early"
    postgres.sql(f"CREATE DATABASE {early} TEMPLATE {database(central)}")  # a backup
    delivered(path, central)
    again = delivered(path, postgres.url(early))
    assert len(again.delivered) == 1
    assert_every_event_once(postgres.url(early), path)
