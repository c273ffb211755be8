"""The tables of a store as they stand in the newest version, for analyses that query it with SQLAlchemy or pandas.

What belongs here: columns, keys, a read-only engine. What does not: making the tables (migrations, frozen one by one),
and the workstation's own reading and writing, which does without SQLAlchemy's half second of imports. A `seal` is the
sha-256 over the rest of its row, blobs aside, which have hashes of their own.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    Column,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
)
from sqlalchemy.pool import NullPool

from app.store.reader import open_connection

metadata = MetaData()

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("applied_utc", Text, nullable=False),
    Column("program_version", Text, nullable=False),
)

protocols = Table(
    "protocols",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("frozen_utc", Text, nullable=False),
    Column("seal", Text, nullable=False),
)

readers = Table(
    "readers",
    metadata,
    Column("pseudonym", Text, primary_key=True),
    Column("stratum", Text, nullable=False),
    Column("enrolled_utc", Text, nullable=False),
    Column("seal", Text, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("reader", Text, ForeignKey("readers.pseudonym"), primary_key=True),
    Column("protocol_sha256", Text, ForeignKey("protocols.sha256"), primary_key=True),
    Column("enrolment", Integer, nullable=False),  # which reader of this protocol, from 0
    Column("json", Text, nullable=False),  # canonical
    Column("sha256", Text, nullable=False),  # of `json`
    Column("frozen_utc", Text, nullable=False),
    Column("seal", Text, nullable=False),
    UniqueConstraint("protocol_sha256", "enrolment"),
)

models = Table(
    "models",
    metadata,
    Column("protocol_sha256", Text, ForeignKey("protocols.sha256"), primary_key=True),
    Column("ai", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("frozen_utc", Text, nullable=False),
    Column("seal", Text, nullable=False),
)

truths = Table(
    "truths",
    metadata,
    Column("protocol_sha256", Text, ForeignKey("protocols.sha256"), primary_key=True),
    Column("sha256", Text, primary_key=True),  # of `json`; a corrected truth is a later row
    Column("json", Text, nullable=False),
    Column("frozen_utc", Text, nullable=False),
    Column("seal", Text, nullable=False),
)

sittings = Table(
    "sittings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),  # random, so that stores can be put together
    Column("reader", Text, nullable=False),
    Column("protocol_sha256", Text, nullable=False),
    Column("number", Integer, nullable=False),  # which sitting of the reading order
    Column("started_utc", Text, nullable=False),
    Column("provenance", Text, nullable=False),  # canonical JSON: program, Python, screen; no name of person or machine
    Column("genesis", LargeBinary, nullable=False),  # sha256 over all of the above and the order's sha256
    Column("ended_utc", Text),
)

events = Table(
    "events",
    metadata,
    Column("sitting", Integer, ForeignKey("sittings.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 0, without gaps
    Column("at_ns", Integer, nullable=False),
    Column("utc", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),  # canonical JSON
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

heads = Table(
    "heads",
    metadata,
    Column("sitting", Integer, ForeignKey("sittings.id"), primary_key=True),
    Column("events", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("role", Text, primary_key=True),  # coordinator | reader
    Column("name", Text, primary_key=True),
    Column("secret_number", Integer, primary_key=True),  # from 0; the highest counts
    Column("secret", Text, nullable=False),  # argon2id with its parameters and salt
    Column("made_utc", Text, nullable=False),
    Column("seal", Text, nullable=False),
)

acts = Table(
    "acts",
    metadata,
    Column("seq", Integer, primary_key=True),  # from 0, without gaps
    Column("utc", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),  # canonical JSON
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

act_heads = Table(
    "act_heads",
    metadata,
    Column("id", Integer, primary_key=True),  # 1
    Column("uid", Text, nullable=False),  # the store's random name; its sha256 is what the first act continues
    Column("acts", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)


def read_only_engine(path: Path) -> Engine:
    """An engine on a store that can only read. Raises StudyProblem where the file is not a store of this version."""
    with open_connection(path):
        pass
    return create_engine(f"sqlite:///{path.absolute().as_uri()}?mode=ro&uri=true", poolclass=NullPool)
