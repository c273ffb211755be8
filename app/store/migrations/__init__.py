"""How a store comes to its newest version: one frozen module a step, applied in order, each in one transaction.

What belongs here: the list of steps and the function that applies them. What does not: the tables as
they stand now (models).
"""

from __future__ import annotations

from datetime import UTC, datetime
from sqlite3 import Connection

from app.store.migrations import step_0001_first_tables, step_0002_accounts_and_acts

STEPS = (step_0001_first_tables.upgrade, step_0002_accounts_and_acts.upgrade)
NEWEST = len(STEPS)


def version_of(connection: Connection) -> int:
    """The store's version, 0 for an empty file."""
    there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"
    if connection.execute(there).fetchone() is None:
        return 0
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0])


def upgrade(connection: Connection, program_version: str) -> int:
    """Apply the steps that the store lacks, each in a transaction of its own, and return the version it then has."""
    for version in range(version_of(connection) + 1, NEWEST + 1):
        connection.execute("BEGIN IMMEDIATE")
        STEPS[version - 1](connection)
        applied = (version, datetime.now(UTC).isoformat(), program_version)
        connection.execute("INSERT INTO schema_version VALUES (?, ?, ?)", applied)
        connection.execute("COMMIT")
    return version_of(connection)
