"""Step 1: the first tables, and the triggers that keep the log append-only. Frozen: later changes are later steps."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    """CREATE TABLE schema_version (
        version INTEGER PRIMARY KEY, applied_utc TEXT NOT NULL, program_version TEXT NOT NULL)""",
    """CREATE TABLE protocols (
        sha256 TEXT NOT NULL PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, mode TEXT NOT NULL,
        source BLOB NOT NULL, frozen_utc TEXT NOT NULL, seal TEXT NOT NULL)""",
    """CREATE TABLE readers (
        pseudonym TEXT NOT NULL PRIMARY KEY, stratum TEXT NOT NULL, enrolled_utc TEXT NOT NULL, seal TEXT NOT NULL)""",
    """CREATE TABLE orders (
        reader TEXT NOT NULL REFERENCES readers (pseudonym),
        protocol_sha256 TEXT NOT NULL REFERENCES protocols (sha256),
        enrolment INTEGER NOT NULL, json TEXT NOT NULL, sha256 TEXT NOT NULL, frozen_utc TEXT NOT NULL,
        seal TEXT NOT NULL, PRIMARY KEY (reader, protocol_sha256), UNIQUE (protocol_sha256, enrolment))""",
    """CREATE TABLE models (
        protocol_sha256 TEXT NOT NULL REFERENCES protocols (sha256), ai TEXT NOT NULL, sha256 TEXT NOT NULL,
        frozen_utc TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (protocol_sha256, ai, sha256))""",
    """CREATE TABLE truths (
        protocol_sha256 TEXT NOT NULL REFERENCES protocols (sha256), sha256 TEXT NOT NULL, json TEXT NOT NULL,
        frozen_utc TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (protocol_sha256, sha256))""",
    """CREATE TABLE sittings (
        id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, reader TEXT NOT NULL, protocol_sha256 TEXT NOT NULL,
        number INTEGER NOT NULL, started_utc TEXT NOT NULL, provenance TEXT NOT NULL, genesis BLOB NOT NULL,
        ended_utc TEXT, FOREIGN KEY (reader, protocol_sha256) REFERENCES orders (reader, protocol_sha256))""",
    """CREATE TABLE events (
        sitting INTEGER NOT NULL REFERENCES sittings (id), seq INTEGER NOT NULL, at_ns INTEGER NOT NULL,
        utc TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY (sitting, seq)) WITHOUT ROWID""",
    """CREATE TABLE heads (
        sitting INTEGER PRIMARY KEY REFERENCES sittings (id), events INTEGER NOT NULL, hash BLOB NOT NULL)""",
)

FROZEN = ("protocols", "readers", "orders", "models", "truths", "events")
KEYS = {
    "protocols": "sha256 = NEW.sha256",
    "readers": "pseudonym = NEW.pseudonym",
    "orders": "reader = NEW.reader AND protocol_sha256 = NEW.protocol_sha256",
    "models": "protocol_sha256 = NEW.protocol_sha256 AND ai = NEW.ai AND sha256 = NEW.sha256",
    "truths": "protocol_sha256 = NEW.protocol_sha256 AND sha256 = NEW.sha256",
    "sittings": "id = NEW.id OR uid = NEW.uid",
    "events": "sitting = NEW.sitting AND seq = NEW.seq",
}
SITTING_ENDS_ONCE = """CREATE TRIGGER sittings_end_once BEFORE UPDATE ON sittings
    WHEN OLD.ended_utc IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'the sitting has ended'); END"""
SITTING_KEEPS = """CREATE TRIGGER sittings_keep
    BEFORE UPDATE OF id, uid, reader, protocol_sha256, number, started_utc, provenance, genesis ON sittings
    BEGIN SELECT RAISE(ABORT, 'sittings is append-only'); END"""


def refusal(table: str, verb: str) -> str:
    return f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""


def no_replacement(table: str, key: str) -> str:
    """INSERT OR REPLACE deletes without asking the DELETE trigger, so a second row of the same key is refused here."""
    return f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {key})
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return  # a central database begins with step 3
    for statement in TABLES:
        op.execute(statement)
    for table in FROZEN:
        op.execute(refusal(table, "UPDATE"))
    for table, key in KEYS.items():
        op.execute(refusal(table, "DELETE"))
        op.execute(no_replacement(table, key))
    op.execute(SITTING_ENDS_ONCE)
    op.execute(SITTING_KEEPS)
