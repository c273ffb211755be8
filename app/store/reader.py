"""A store read back: protocols, readers, orders, sittings and their events, as values.

What belongs here: questions to the tables. What does not: writing them (writer), and what events mean (reading,
analysis).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import DBAPIError

from app.store import migrations
from app.store.connection import APPLICATION_ID, connect, problem_from, refuse_foreign
from app.store.models import events, orders, protocols, readers, sittings
from app.tracking.events import KINDS, Event, from_payload
from study_configs.problem import StudyProblem


@dataclass(frozen=True, slots=True)
class ProtocolRecord:
    """A protocol as it was frozen. `sha256` is over the bytes of `source`."""

    sha256: str
    id: str
    version: str
    mode: str
    source: bytes


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A reader's frozen order under one protocol; `index` is which reader of that protocol this is, from 0.

    `order` is the JSON value that was frozen, `sha256` is over its canonical text.
    """

    reader: str
    protocol_sha256: str
    index: int
    order: Any
    sha256: str
    stratum: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting's row. `number` is which sitting of the order; `ended_utc` is None for one that was cut off."""

    id: int
    uid: str
    reader: str
    protocol_sha256: str
    number: int
    started_utc: str
    provenance: dict[str, Any]
    ended_utc: str | None


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with its place in the log."""

    sitting: int
    seq: int
    utc: str
    event: Event


class StoreReader:
    """Read-only questions over one connection: the writer's own (through `StoreWriter.run`) or `open_store`'s."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def protocols(self) -> list[ProtocolRecord]:
        columns = (protocols.c.sha256, protocols.c.id, protocols.c.version, protocols.c.mode, protocols.c.source)
        query = select(*columns).order_by(protocols.c.frozen_utc, protocols.c.sha256)
        return [ProtocolRecord(*row) for row in self._connection.execute(query)]

    def protocol(self, sha256: str) -> ProtocolRecord:
        """The protocol of that hash. Raises StudyProblem where the store has none."""
        for record in self.protocols():
            if record.sha256 == sha256:
                return record
        raise StudyProblem(
            f"The store holds no protocol {sha256[:12]}….", todo="Name the store that was read under it."
        )

    def protocol_text(self, sha256: str) -> str:
        return self.protocol(sha256).source.decode("utf-8-sig")

    def enrolments(self, protocol_sha256: str | None = None) -> list[Enrolment]:
        """Every reader's order, of one protocol or of all, by enrolment index."""
        query = select(orders, readers.c.stratum).join(readers).order_by(orders.c.protocol_sha256, orders.c.enrolment)
        if protocol_sha256 is not None:
            query = query.where(orders.c.protocol_sha256 == protocol_sha256)
        return [_enrolment(row) for row in self._connection.execute(query)]

    def order(self, reader: str, protocol_sha256: str) -> Enrolment | None:
        """The order that was frozen for this reader, None for one who is not enrolled."""
        found = (each for each in self.enrolments(protocol_sha256) if each.reader == reader)
        return next(found, None)

    def sittings(self, *, reader: str | None = None, protocol_sha256: str | None = None) -> list[Sitting]:
        """Sittings in the order in which they began."""
        query = select(sittings).order_by(sittings.c.id)
        if reader is not None:
            query = query.where(sittings.c.reader == reader)
        if protocol_sha256 is not None:
            query = query.where(sittings.c.protocol_sha256 == protocol_sha256)
        return [_sitting(row) for row in self._connection.execute(query)]

    def logged(self, sitting: int) -> Iterator[LoggedEvent]:
        """The events of a sitting with their places, in order. Raises StudyProblem for a kind not known here."""
        columns = (events.c.seq, events.c.at_ns, events.c.utc, events.c.kind, events.c.payload)
        query = select(*columns).where(events.c.sitting == sitting).order_by(events.c.seq)
        for seq, at_ns, utc, kind, text in self._connection.execute(query):
            yield LoggedEvent(sitting, seq, utc, _event(sitting, seq, at_ns, kind, text))

    def events(self, sitting: int) -> list[Event]:
        return [each.event for each in self.logged(sitting)]

    def course(self, reader: str, protocol_sha256: str) -> list[Event]:
        """All events of a reader under a protocol, sitting after sitting: what app.reading folds over to resume.

        Each sitting begins with its SittingStarted; `at_ns` can be compared within one sitting only.
        """
        found = self.sittings(reader=reader, protocol_sha256=protocol_sha256)
        return [event for sitting in found for event in self.events(sitting.id)]


def _enrolment(row: Row[Any]) -> Enrolment:
    return Enrolment(row.reader, row.protocol_sha256, row.enrolment, json.loads(row.json), row.sha256, row.stratum)


def _sitting(row: Row[Any]) -> Sitting:
    kept = (row.id, row.uid, row.reader, row.protocol_sha256, row.number, row.started_utc)
    return Sitting(*kept, provenance=json.loads(row.provenance), ended_utc=row.ended_utc)


def _event(sitting: int, seq: int, at_ns: int, kind: str, text: str) -> Event:
    if kind not in KINDS:
        raise StudyProblem(
            f"Event {seq} of sitting {sitting} is a {kind}, which this program does not know.",
            todo="Update ReaderLab to the version that wrote it.",
        )
    return from_payload(kind, at_ns, json.loads(text))


@contextmanager
def open_store(path: Path) -> Iterator[StoreReader]:
    """The store, read-only; nothing about the file changes. Raises StudyProblem where it can't be read."""
    with open_connection(path) as connection:
        yield StoreReader(connection)


@contextmanager
def open_connection(path: Path) -> Iterator[Connection]:
    """A read-only connection to a store of a known version; SQLite's errors inside come out as StudyProblem."""
    if not path.is_file():
        raise StudyProblem("There is no such store.", where=str(path), todo="Check the path.")
    try:
        connection = _read_only(path)
        with connection:
            yield connection
    except DBAPIError as error:
        raise problem_from(error, path) from error


def _read_only(path: Path) -> Connection:
    """A store on read-only media can be opened only as immutable, which is right when nobody left a log beside it."""
    connection = connect(path, mode="ro")
    try:
        _refuse_unreadable(connection, path)
    except DBAPIError as error:
        connection.close()
        unwritable = "unable to open" in str(error) or "readonly" in str(error)
        if not unwritable or path.with_name(path.name + "-wal").exists():
            raise
        connection = connect(path, mode="ro", immutable=True)
        _refuse_unreadable(connection, path)
    return connection


def _refuse_unreadable(connection: Connection, path: Path) -> None:
    refuse_foreign(connection, path)
    version = migrations.version_of(connection)
    if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID or version == 0:
        raise StudyProblem("This file is not a ReaderLab store.", where=str(path), todo="Name another file.")
    if version < migrations.NEWEST:
        raise StudyProblem(
            f"The store has version {version}; this program reads version {migrations.NEWEST}.",
            where=str(path),
            todo="Open it once for reading cases (`readerlab run`), which brings it up to date.",
        )
