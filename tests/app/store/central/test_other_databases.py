"""Databases that are not for this ReaderLab: another program's, or of a newer version. Refused, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import app
from app.store.central.database import address_of
from benchmarks.postgres import Server, home
from study_configs.problem import StudyProblem
from tests.app.store.central.syncing import central, postgres, ready, station

__all__ = ["central", "postgres", "ready", "station"]
pytestmark = pytest.mark.skipif(home() is None, reason="PostgreSQL's server is not installed")
Station = Callable[..., Path]

EVERYTHING = """SELECT c.relname, c.relkind, c.relacl::text, pg_relation_size(c.oid), t.tgname
    FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
    WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 5"""


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def everything(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(EVERYTHING).fetchall()


COMMANDS = ("central", "sync", "verify", "export", "report", "attention", "acts")


def asked(command: str, url: str, path: Path, folder: Path) -> Result:
    words = {"central": [url], "sync": [path, url], "export": [url, folder / "out"],
             "report": [url, "--out", folder / "report.html"]}  # fmt: skip
    return run(command, *words.get(command, [url]))


@pytest.mark.parametrize(
    "theirs",
    [
        "CREATE TABLE customers (name text)",
        "CREATE TABLE events (id serial PRIMARY KEY)",
        "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('8f2c')",
        "CREATE TABLE schema_version (version text); INSERT INTO schema_version VALUES ('of Liquibase')",
        "CREATE VIEW today AS SELECT now()",
    ],
)
def test_that_another_programs_database_is_refused_untouched(
    postgres: Server, station: Station, tmp_path: Path, theirs: str
) -> None:
    postgres.sql("DROP DATABASE IF EXISTS their_own")
    postgres.sql("CREATE DATABASE their_own")
    url, path = postgres.url("their_own"), station("north", "R1")
    postgres.sql(theirs, "their_own")
    before, store = everything(url), path.read_bytes()
    for command in COMMANDS:
        done = asked(command, url, path, tmp_path)
        told = str(done.exception) + done.output
        assert done.exit_code == 1
        assert "another program's" in told, command
        assert "Nothing was changed" in told
    assert everything(url) == before
    assert path.read_bytes() == store


def test_that_what_an_extension_brought_is_no_other_program(postgres: Server) -> None:
    postgres.sql("CREATE DATABASE extended")
    try:
        postgres.sql("CREATE EXTENSION pg_stat_statements", "extended")
    except psycopg.Error:
        pytest.skip("PostgreSQL's own extensions are not installed")
    assert run("central", postgres.url("extended")).exit_code == 0


def test_that_a_newer_database_is_refused_untouched(central: str, station: Station, tmp_path: Path) -> None:
    path = station("north", "R1")
    with psycopg.connect(central, autocommit=True) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, '2030', 'of the future')")
    before, store = everything(central), path.read_bytes()
    for command in COMMANDS:
        done = asked(command, central, path, tmp_path)
        told = str(done.exception) + done.output
        assert done.exit_code == 1
        assert "has version 99" in told, command
        assert "Update ReaderLab" in told
    assert everything(central) == before
    assert path.read_bytes() == store


@pytest.mark.parametrize(
    "address",
    [
        "host=lab password=hidden dbname=readerlab",
        "postgresql://lab:hid/den@host/readerlab",
        "postgresql://lab:12/hidden@host/readerlab",
        "postgresql://lab:hid#den@host/readerlab",
        "postgresql://lab:hid?den@host/readerlab",
        "postgresql://lab:hidden@[host/readerlab",
        "postgresql://lab@host:hidden/readerlab",
        "postgresql://lab@host/readerlab?password=hidden",
        "postgresql://lab@host/readerlab?sslpassword=hidden",
        "hidden",
    ],
)
def test_that_an_address_that_can_not_be_right_is_not_repeated(address: str, tmp_path: Path) -> None:
    with pytest.raises(StudyProblem) as told:
        address_of(address)
    assert "den" not in str(told.value)
    assert "12" not in str(told.value)
    done = run("sync", tmp_path / "none.sqlite", address)
    assert isinstance(done.exception, StudyProblem)
    assert "den" not in str(done.exception) + done.output
