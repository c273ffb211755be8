"""Alembic run from within the program: over a station's store, over the central database, and to write newest.sql.

What belongs here: whatever needs Alembic and SQLAlchemy to bring tables to a version. What does not: the steps
(versions). `schema_version` says in both databases which version is in force, so that an older program, which knows no
Alembic, refuses a newer store. In a station's store Alembic's own note (its table alembic_version) is gone before the
commit; in the central database it stays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from app.store.migrations import NEWEST, SCRIPT, version_row

CENTRAL_SINCE = 3
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(1380729154)"  # the application id of a store
NOTE_CENTRAL = "INSERT INTO schema_version VALUES (%s, %s, %s)"
SHAPES = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"


def run_steps(connection: sqlite3.Connection, before: int, newest: int = NEWEST) -> None:
    """Apply the steps after version `before` within the transaction that is open. Raises sqlite3.Error."""
    engine = create_engine("sqlite://", creator=lambda: _Lent(connection), poolclass=StaticPool)
    try:
        with engine.connect() as lent:
            _stamp(lent, before)
            _run(lent, f"{newest:04}")
            lent.exec_driver_sql("DROP TABLE alembic_version")
    except DBAPIError as error:
        raise error.orig if isinstance(error.orig, sqlite3.Error) else error from error


class _Lent:
    """A store's connection as SQLAlchemy may have it: it can neither end the transaction that is open nor close it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass

    def close(self) -> None:
        pass


def upgrade_central(engine: Engine, program_version: str) -> int:
    """Bring a PostgreSQL database to the newest version in one transaction, and return that version.

    Several programs may do so at once: one does it, the others wait. Raises sqlalchemy.exc.DBAPIError.
    """

    def note(step: Any, **_: Any) -> None:
        version = int(step.up_revision_id)
        if version >= CENTRAL_SINCE:
            connection.exec_driver_sql(NOTE_CENTRAL, version_row(version, program_version))

    with engine.begin() as connection:
        connection.exec_driver_sql(ONE_AT_A_TIME)
        _run(connection, "head", on_version_apply=note)
    return NEWEST


def _stamp(connection: Connection, version: int) -> None:
    """Alembic's own note of the version that the store has."""
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    if version:
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (f"{version:04}",))


def _run(connection: Connection, target: str, **options: Any) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    script = ScriptDirectory.from_config(config)

    def steps(found: Any, context: MigrationContext) -> Iterable[Any]:
        return script._upgrade_revs(target, found)

    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=connection, **options)
        environment.run_migrations()


def tables_by_steps(newest: int = NEWEST) -> sqlite3.Connection:
    """An empty database in memory that went through every step."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("BEGIN")
    run_steps(connection, 0, newest)
    connection.execute("COMMIT")
    return connection


def write_script() -> None:
    """Write newest.sql anew: `python -m app.store.migrations.runner`, after a step was added."""
    shapes = [shape for (shape,) in tables_by_steps().execute(SHAPES)]
    SCRIPT.write_text("".join(f"{shape}\n\n" for shape in shapes), encoding="utf-8")


if __name__ == "__main__":
    write_script()
