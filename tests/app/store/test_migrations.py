"""Every released version of the store can still be opened; the steps end where models.py stands."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import OperationalError

from app.store.migrations import NEWEST, make_tables, upgrade
from app.store.migrations.runner import tables_by_steps
from app.store.models import events, heads, metadata, read_only_engine, tables_in
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import SittingEnded

ROOT = Path(__file__).parents[3]
SAMPLES = sorted((Path(__file__).parent / "samples").glob("v*.sqlite"))


def shapes_of(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Everything that SQLite knows of tables, indexes, triggers and views."""
    return sorted(connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"))


def is_about_a_rowid(difference: object) -> bool:
    """SQLite's INTEGER PRIMARY KEY is never NULL, though it says that it may be."""
    match difference:
        case [("modify_nullable", _, table, column, *_)]:
            return [key.name for key in metadata.tables[table].primary_key] == [column]
    return False


@pytest.fixture
def migrated(path: Path) -> Path:
    StoreWriter(path).close()
    return path


def test_that_the_steps_lead_to_the_tables_that_models_state(migrated: Path) -> None:
    mine = {table.name for table in tables_in("station")}

    def stated(_object: object, name: str | None, kind: str, _reflected: bool, _to: object) -> bool:
        return kind != "table" or name in mine

    with read_only_engine(migrated).connect() as connection:
        assert set(inspect(connection).get_table_names()) == mine
        options = {"compare_type": True, "include_object": stated}
        context = MigrationContext.configure(connection, opts=options)
        found = [each for each in compare_metadata(context, metadata) if not is_about_a_rowid(each)]
        assert found == []
        for name in mine:
            keys = inspect(connection).get_pk_constraint(name)["constrained_columns"]
            assert keys == [key.name for key in metadata.tables[name].primary_key]


def test_that_a_new_store_is_made_as_the_steps_would_make_it() -> None:
    """After a step was added: `python -m app.store.migrations.runner`."""
    new = sqlite3.connect(":memory:")
    make_tables(new)
    assert shapes_of(new) == shapes_of(tables_by_steps())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_that_an_upgraded_store_has_the_tables_of_a_new_one(sample: Path, path: Path, migrated: Path) -> None:
    older = path.with_name("older.sqlite")
    shutil.copy(sample, older)
    older.chmod(0o644)
    StoreWriter(older).close()
    with closing(sqlite3.connect(older)) as upgraded, closing(sqlite3.connect(migrated)) as new:
        assert shapes_of(upgraded) == shapes_of(new)
        assert [row[0] for row in upgraded.execute("SELECT version FROM schema_version")] == list(range(1, NEWEST + 1))
        assert upgraded.execute("PRAGMA foreign_key_check").fetchall() == []


def test_that_an_upgrade_that_fails_leaves_the_store_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(SAMPLES[0], path)
    path.chmod(0o644)
    connection = sqlite3.connect(path, isolation_level=None)
    before = list(connection.iterdump())
    connection.execute("PRAGMA max_page_count = 1")  # no page more than there are: the disk is full
    with pytest.raises(sqlite3.OperationalError, match="full"):
        upgrade(connection, "test")
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    connection.close()
    with closing(sqlite3.connect(path)) as again:
        assert list(again.iterdump()) == before


def test_that_analyses_can_query_a_store_through_sqlalchemy_but_not_change_it(
    path: Path, play: Callable[..., str]
) -> None:
    writer = StoreWriter(path)
    play(writer)
    writer.close()
    with read_only_engine(path).connect() as connection:
        query = select(func.count()).select_from(events).where(events.c.kind == "PhaseConfirmed")
        assert connection.execute(query).scalar_one() == 4
        with pytest.raises(OperationalError, match="readonly"):
            connection.execute(heads.delete())


def test_that_an_upgrade_of_the_newest_changes_nothing(migrated: Path) -> None:
    before = migrated.read_bytes()
    StoreWriter(migrated).close()
    assert migrated.read_bytes() == before


def test_that_the_workstation_makes_and_opens_a_store_without_the_slow_imports(path: Path) -> None:
    """SQLAlchemy and Alembic take half a second to import, a third of the time from a cold start to the first image."""
    code = f"""
import sys
from pathlib import Path
import app.store.enrolment, app.store.verify
from app.store.writer import StoreWriter
for time in ("new", "up to date"):
    StoreWriter(Path({str(path)!r})).close()
print({{"sqlalchemy", "alembic"}} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"


def test_that_there_is_a_sample_of_every_version() -> None:
    assert [sample.stem for sample in SAMPLES] == [f"v{version}" for version in range(1, NEWEST + 1)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_that_a_sample_is_upgraded_and_keeps_every_event(sample: Path, path: Path) -> None:
    shutil.copy(sample, path)
    path.chmod(0o644)
    StoreWriter(path).close()
    report = verify(path)
    assert (report.problems, report.sittings) == ((), 2)
    with open_store(path) as store:
        last = store.events(1)[-1]
    assert isinstance(last, SittingEnded)
    assert last.counts["PhaseConfirmed"] == 4
