"""How a store comes to its newest version: Alembic revisions (versions), or at once for a new store (newest.sql).

What belongs here: the store's version, and bringing it up to date. What does not: the steps (versions), running Alembic
(runner), the tables as they stand now (models). Alembic and SQLAlchemy take half a second to import, so only an older
store waits for them; a new one is made from `newest.sql`, which runner writes and a test holds against the steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection
from uuid import uuid4

NEWEST = 3
LEDGER_SINCE = 3
SCRIPT = Path(__file__).with_name("newest.sql")
NOTE_VERSION = "INSERT INTO schema_version VALUES (?, ?, ?)"
NAME_STORE = "INSERT INTO act_heads VALUES (1, ?, 0, ?)"


def version_of(connection: Connection) -> int:
    """The store's version, 0 for an empty file."""
    there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"
    if connection.execute(there).fetchone() is None:
        return 0
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0])


def upgrade(connection: Connection, program_version: str) -> int:
    """Bring a store to the newest version in one transaction, and return the version. Raises sqlite3.Error."""
    before = version_of(connection)
    if before == NEWEST:
        return NEWEST
    connection.execute("BEGIN IMMEDIATE")
    if before == 0:
        make_tables(connection)
    else:
        from app.store.migrations.runner import run_steps

        run_steps(connection, before)
    notes = [version_row(version, program_version) for version in range(before + 1, NEWEST + 1)]
    connection.executemany(NOTE_VERSION, notes)
    _tell(connection, before, notes)
    connection.execute("COMMIT")
    return NEWEST


def make_tables(connection: Connection) -> None:
    """The tables, views and triggers of the newest version, in an empty database, and the store's name."""
    for statement in statements_of(SCRIPT):
        connection.execute(statement)
    connection.execute(NAME_STORE, named_store())


def named_store() -> tuple[str, bytes]:
    """A random name for a store, and the hash that its first act continues."""
    uid = uuid4().hex
    return uid, sha256(uid.encode()).digest()


def version_row(version: int, program_version: str) -> tuple[int, str, str]:
    return version, datetime.now(UTC).isoformat(), program_version


def statements_of(script: Path) -> Iterator[str]:
    """The statements of a file of SQL, in which empty lines stand between them and nowhere else."""
    for block in script.read_text(encoding="utf-8").split("\n\n"):
        if block.strip():
            yield block.strip()


def _tell(connection: Connection, before: int, notes: list[tuple[int, str, str]]) -> None:
    """The acts' chain is told what the store holds, or which versions were added to those that it knows of."""
    from app.store import ledger  # which reads through this module

    if before < LEDGER_SINCE:
        ledger.begin(connection)
        return
    for note in notes:
        ledger.row_frozen(connection, ledger.VERSIONS, note)
