"""The tables of a store as they stand in the newest version, for analyses that query it with SQLAlchemy or pandas.

What belongs here: tables, columns, keys, what each is for, a read-only engine. What does not: making the tables and
views (migrations, frozen one by one), and the workstation's own reading and writing, which does without SQLAlchemy's
half second of imports. A `seal` is the sha-256 over the rest of its row, blobs aside, which have hashes of their own.

The same tables stand in a station's store (SQLite) and in the central database (PostgreSQL), but for those that
`tables_in` leaves to one of the two: a station's secrets never leave it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
)
from sqlalchemy.pool import NullPool

from app.store.opening import open_as_it_is, refuse_older

Place = Literal["station", "central"]

metadata = MetaData()
Whole = Integer().with_variant(BigInteger(), "postgresql")  # 64 bits in both; SQLite's INTEGER has them anyway
SEAL = "SHA-256 (hex) over the canonical JSON of the row's other values, blobs left out"


def _table(name: str, comment: str, *items: Any, only: Place | None = None) -> Table:
    return Table(name, metadata, *items, comment=comment, info={} if only is None else {"only": only})


def _column(name: str, kind: Any, comment: str, *items: Any, key: bool = False, null: bool = False) -> Column[Any]:
    return Column(name, kind, *items, primary_key=key, nullable=null, comment=comment, autoincrement=False)


def _frozen_utc() -> Column[Any]:
    return _column("frozen_utc", Text, "when it was frozen, ISO 8601 UTC")


def _seal() -> Column[Any]:
    return _column("seal", Text, SEAL)


def _hashes() -> tuple[Column[Any], Column[Any]]:
    return (
        _column("prev_hash", LargeBinary, "the 32 bytes of the hash that this row continues"),
        _column("hash", LargeBinary, "SHA-256 (32 bytes) over prev_hash and the row's canonical JSON"),
    )


schema_version = _table(
    "schema_version",
    "Which versions of the tables this database went through.",
    _column("version", Integer, "number of the version, from 1; the highest one is in force", key=True),
    _column("applied_utc", Text, "when it was brought to that version, ISO 8601 UTC"),
    _column("program_version", Text, "the ReaderLab that did it"),
)

protocols = _table(
    "protocols",
    "Every protocol (study configuration) that was in force.",
    _column("sha256", Text, "SHA-256 (hex) of `source`", key=True),
    _column("id", Text, "the protocol's own id"),
    _column("version", Text, "the protocol's own version"),
    _column("mode", Text, "study, pilot, demo or review; only study counts unless asked for"),
    _column("source", LargeBinary, "the bytes of the protocol's file (YAML)"),
    _frozen_utc(),
    _seal(),
)

readers = _table(
    "readers",
    "Pseudonym and stratum of every reader, and nothing else about a person.",
    _column("pseudonym", Text, "the reader's pseudonym", key=True),
    _column("stratum", Text, "the group that the reader belongs to, such as `resident`"),
    _column("enrolled_utc", Text, "when the reader was first enrolled, ISO 8601 UTC"),
    _seal(),
)

orders = _table(
    "orders",
    "Each reader's reading order under a protocol, frozen at enrolment and never computed again.",
    _column("reader", Text, "pseudonym", ForeignKey("readers.pseudonym"), key=True),
    _column("protocol_sha256", Text, "the protocol", ForeignKey("protocols.sha256"), key=True),
    _column("enrolment", Integer, "which reader of this protocol at this station, from 0"),
    _column("json", Text, "the order: canonical JSON with arm, blocks, trials"),
    _column("sha256", Text, "SHA-256 (hex) of `json`; every sitting's first hash continues it"),
    _frozen_utc(),
    _seal(),
    # two stations may each have enrolled their first reader
    UniqueConstraint("protocol_sha256", "enrolment").ddl_if(dialect="sqlite"),
)

models = _table(
    "models",
    "The AI models that were in force under a protocol.",
    _column("protocol_sha256", Text, "the protocol", ForeignKey("protocols.sha256"), key=True),
    _column("ai", Text, "the AI's name in the protocol", key=True),
    _column("sha256", Text, "SHA-256 (hex) of the model or of its stored results", key=True),
    _frozen_utc(),
    _seal(),
)

truths = _table(
    "truths",
    "The reference that was in force under a protocol. Unblinds: not for readers.",
    _column("protocol_sha256", Text, "the protocol", ForeignKey("protocols.sha256"), key=True),
    _column("sha256", Text, "SHA-256 (hex) of `json`; a corrected reference is a later row", key=True),
    _column("json", Text, "the reference: canonical JSON, one entry a case"),
    _frozen_utc(),
    _seal(),
)

sittings = _table(
    "sittings",
    "Each sign-in. One that was cut off and resumed has several rows of the same number.",
    Column("id", Whole, primary_key=True, comment="this database's own number; `uid` is the same in every database"),
    Column("uid", Text, nullable=False, unique=True, comment="random name, so that databases can be put together"),
    _column("reader", Text, "pseudonym"),
    _column("protocol_sha256", Text, "the protocol"),
    _column("number", Integer, "which sitting of the reading order, from 1"),
    _column("started_utc", Text, "ISO 8601 UTC"),
    _column("provenance", Text, "canonical JSON: program, Python, screen; no name of a person or machine"),
    _column("genesis", LargeBinary, "SHA-256 (32 bytes) over the values above and the order's sha256"),
    _column("ended_utc", Text, "time of the last event of a sitting that was closed, NULL for one cut off", null=True),
    ForeignKeyConstraint(["reader", "protocol_sha256"], ["orders.reader", "orders.protocol_sha256"]),
)

events = _table(
    "events",
    "The log: everything that happened, in order.",
    _column("sitting", Whole, "the sitting", ForeignKey("sittings.id"), key=True),
    _column("seq", Whole, "place in the sitting's log, from 0 without gaps", key=True),
    _column("at_ns", Whole, "monotonic clock in ns; comparable within one sitting only"),
    _column("utc", Text, "wall clock, ISO 8601 UTC with microseconds"),
    _column("kind", Text, "which kind of event (docs/events.md)"),
    _column("payload", Text, "the event's fields as canonical JSON; of a dense event, its header"),
    *_hashes(),
)

samples = _table(
    "samples",
    "The samples of dense events (pointer, gaze), packed; the event's payload holds their count and SHA-256.",
    _column("sitting", Whole, "the event's sitting", key=True),
    _column("seq", Whole, "the event's place in it", key=True),
    _column("codec", Text, "how `data` is packed (app.tracking.samples)"),
    _column("data", LargeBinary, "the packed samples, one column after the other"),
    ForeignKeyConstraint(["sitting", "seq"], ["events.sitting", "events.seq"]),
)

heads = _table(
    "heads",
    "The last hash of each sitting, moved with every batch.",
    _column("sitting", Whole, "the sitting", ForeignKey("sittings.id"), key=True),
    _column("events", Whole, "how many events it holds"),
    _column("hash", LargeBinary, "hash of its last event (the receipt, once it is closed)"),
)

accounts = _table(
    "accounts",
    "Who may sign in, with every PIN or password ever set. Never leaves the station.",
    _column("role", Text, "coordinator or reader", key=True),
    _column("name", Text, "the account's name; a reader's is the pseudonym", key=True),
    _column("secret_number", Integer, "from 0; the highest counts", key=True),
    _column("secret", Text, "Argon2id hash with its parameters and salt"),
    _column("made_utc", Text, "ISO 8601 UTC"),
    _seal(),
    only="station",
)


def _act_columns() -> tuple[Column[Any], ...]:
    return (
        _column("utc", Text, "ISO 8601 UTC"),
        _column("role", Text, "coordinator, reader or program"),
        _column("who", Text, "name of the account"),
        _column("kind", Text, "which act (docs/accounts.md)"),
        _column("payload", Text, "the act's fields as canonical JSON"),
        *_hashes(),
    )


acts = _table(
    "acts",
    "What coordinators did, who signed in, and which rows the program froze: a chain of its own.",
    Column("seq", Integer, primary_key=True, comment="place in the chain, from 0 without gaps"),
    *_act_columns(),
    only="station",
)

act_heads = _table(
    "act_heads",
    "The store's own random name, and the head of its chain of acts. One row.",
    Column("id", Integer, primary_key=True, comment="1"),
    _column("uid", Text, "the store's random name; its SHA-256 is what the first act continues"),
    _column("acts", Integer, "how many acts there are"),
    _column("hash", LargeBinary, "hash of the last act"),
    CheckConstraint("id = 1"),
    only="station",
)

stations = _table(
    "stations",
    "The stations that delivered something.",
    _column(
        "id", Text, "SHA-256 (hex) of the random name of the station's store: its first act continues it", key=True
    ),
    _column("name", Text, "what the lab calls the station; may be empty"),
    _column("first_utc", Text, "when it first delivered, ISO 8601 UTC"),
    _seal(),
    only="central",
)


def _station(*, key: bool = True) -> Column[Any]:
    return _column("station", Text, "the station", ForeignKey("stations.id"), key=key)


deliveries = _table(
    "deliveries",
    "Which station delivered a sitting, when, and what its chain said then.",
    _column("sitting", Whole, "the sitting", ForeignKey("sittings.id"), key=True),
    _station(key=False),
    _column("events", Whole, "how many events were delivered"),
    _column("head", Text, "hash of the last one (hex): the receipt"),
    _column("delivered_utc", Text, "ISO 8601 UTC"),
    _column("program_version", Text, "the ReaderLab that delivered it"),
    _seal(),
    only="central",
)

station_rows = _table(
    "station_rows",
    "The frozen rows of each station as it sealed them; protocols, readers, ... hold the first of equal ones.",
    _station(),
    _column("table_name", Text, "protocols, readers, orders, models or truths", key=True),
    _column("seal", Text, "the seal of the station's row", key=True),
    _column("content", Text, "canonical JSON list of the row's values in the order of columns, without blobs and seal"),
    only="central",
)

station_acts = _table(
    "station_acts",
    "The acts of each station: as table acts of its store.",
    _station(),
    _column("seq", Integer, "place in the station's chain, from 0 without gaps", key=True),
    *_act_columns(),
    only="central",
)

station_act_heads = _table(
    "station_act_heads",
    "The head of each station's chain of acts, as far as it was delivered.",
    _station(),
    _column("acts", Integer, "how many acts were delivered"),
    _column("hash", LargeBinary, "hash of the last one"),
    only="central",
)


def tables_in(place: Place) -> list[Table]:
    """The tables that stand in a station's store, or in the central database; those that others point to first."""
    return [table for table in metadata.sorted_tables if table.info.get("only", place) == place]


def read_only_engine(path: Path) -> Engine:
    """An engine on a store that can only read. Raises StudyProblem where the file is not a store of this version."""
    with open_as_it_is(path) as connection:
        refuse_older(connection, path)
    return create_engine(f"sqlite:///{path.absolute().as_uri()}?mode=ro&uri=true", poolclass=NullPool)
