"""The central database gets the tables that models state, through Alembic, and keeps what is written."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, UniqueConstraint, create_engine, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.store.migrations import NEWEST
from app.store.migrations.runner import upgrade_central
from app.store.models import metadata, tables_in
from benchmarks.postgres import home, server

pytestmark = pytest.mark.skipif(home() is None, reason="PostgreSQL's server is not installed")

MINE = {table.name for table in tables_in("central")}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An empty PostgreSQL that two programs brought up to date at the same time."""
    with server() as running:
        running.sql("CREATE DATABASE schema_of_the_lab")
        address = running.url("schema_of_the_lab").replace("postgresql://", "postgresql+psycopg://")
        made = create_engine(address, poolclass=NullPool)
        both = [threading.Thread(target=upgrade_central, args=(made, "test")) for _ in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        yield made


def test_that_the_steps_lead_to_the_tables_that_models_state(engine: Engine) -> None:
    def stated(_object: object, name: str | None, kind: str, _reflected: bool, _to: object) -> bool:
        return kind != "table" or name in MINE

    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == MINE | {"alembic_version"}
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": stated})
        found = compare_metadata(context, metadata)
    assert [each for each in found if not _is_for_stations(each)] == []


def _is_for_stations(difference: object) -> bool:
    """Two stations may each have a first reader of a protocol; one station has one."""
    match difference:
        case ("add_constraint", UniqueConstraint() as constraint):
            return [column.name for column in constraint.columns] == ["protocol_sha256", "enrolment"]
    return False


def test_that_the_version_is_told_once(engine: Engine) -> None:
    upgrade_central(engine, "again")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version, program_version FROM schema_version").fetchall() == [
            (NEWEST, "test")
        ]


@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_that_what_is_written_can_be_neither_changed_nor_deleted(engine: Engine, change: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO readers VALUES ('R1', '', '', '') ON CONFLICT DO NOTHING")
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(change.format("readers", "stratum", "stratum"))
