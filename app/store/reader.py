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
from sqlite3 import Connection
from typing import Any

from app.store.connection import scalar
from app.store.event_rows import EventRow, at_event, event_from
from app.store.opening import BRING_UP, COPIED, open_connection
from app.tracking.events import Event, SittingEnded
from study_configs.cases import SealedTruth
from study_configs.problem import StudyProblem

ENROLMENTS = """SELECT o.reader, o.protocol_sha256, o.enrolment, o.json, o.sha256, r.stratum
    FROM orders o JOIN readers r ON r.pseudonym = o.reader ORDER BY o.protocol_sha256, o.enrolment"""
SITTINGS = """SELECT id, uid, reader, protocol_sha256, number, started_utc, provenance, ended_utc
    FROM sittings ORDER BY id"""
EVENTS = """SELECT e.seq, e.utc, e.at_ns, e.kind, e.payload, s.codec, s.data
    FROM events e LEFT JOIN samples s ON s.sitting = e.sitting AND s.seq = e.seq WHERE e.sitting = ? ORDER BY e.seq"""
NAMED_IN_COPY = "SELECT 1 FROM schema_version WHERE version = 2 AND program_version = ?"
EVENTS_OF_KINDS = """SELECT e.sitting, e.seq, e.at_ns, e.kind, e.payload, p.codec, p.data
    FROM events e JOIN sittings s ON s.id = e.sitting
    LEFT JOIN samples p ON p.sitting = e.sitting AND p.seq = e.seq
    WHERE s.reader = ? AND s.protocol_sha256 = ? AND e.kind IN ({kinds}) ORDER BY e.sitting, e.seq"""


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

    def uid(self) -> str:
        """The store's own random name, which stands in nothing that leaves it.

        Raises StudyProblem where it has none, being of version 1 and read from a copy.
        """
        if scalar(self._connection, NAMED_IN_COPY, (COPIED,)):
            raise StudyProblem(
                "The store has version 1, and so no name yet from which letters are drawn.", todo=BRING_UP
            )
        return str(scalar(self._connection, "SELECT uid FROM act_heads"))

    def protocols(self) -> list[ProtocolRecord]:
        query = "SELECT sha256, id, version, mode, source FROM protocols ORDER BY frozen_utc, sha256"
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

    def truth(self, protocol_sha256: str) -> SealedTruth:
        """The reference that was frozen with a protocol; the latest, where it was corrected."""
        query = "SELECT json FROM truths WHERE protocol_sha256 = ? ORDER BY frozen_utc DESC LIMIT 1"
        found = self._connection.execute(query, (protocol_sha256,)).fetchone()
        return SealedTruth({}) if found is None else SealedTruth.from_json(found[0])

    def enrolments(self, protocol_sha256: str | None = None) -> list[Enrolment]:
        """Every reader's order, of one protocol or of all, by enrolment index."""
        rows = [_enrolment(row) for row in self._connection.execute(ENROLMENTS)]
        return [each for each in rows if protocol_sha256 in (None, each.protocol_sha256)]

    def order(self, reader: str, protocol_sha256: str) -> Enrolment | None:
        """The order that was frozen for this reader, None for one who is not enrolled."""
        found = (each for each in self.enrolments(protocol_sha256) if each.reader == reader)
        return next(found, None)

    def sittings(self, *, reader: str | None = None, protocol_sha256: str | None = None) -> list[Sitting]:
        """Sittings in the order in which they began."""
        rows = [_sitting(row) for row in self._connection.execute(SITTINGS)]
        mine = [each for each in rows if reader in (None, each.reader)]
        return [each for each in mine if protocol_sha256 in (None, each.protocol_sha256)]

    def last_utc(self, sitting: Sitting) -> str:
        """When a sitting was last at work: its last event, else its beginning (ISO 8601 UTC)."""
        query = "SELECT utc FROM events WHERE sitting = ? ORDER BY seq DESC LIMIT 1"
        found = self._connection.execute(query, (sitting.id,)).fetchone()
        return found[0] if found is not None else sitting.started_utc

    def logged(self, sitting: int) -> Iterator[LoggedEvent]:
        """The events of a sitting with their places, in order. Raises StudyProblem for a kind not known here."""
        for seq, utc, *row in self._connection.execute(EVENTS, (sitting,)):
            yield LoggedEvent(sitting, seq, utc, _event(sitting, seq, *row))

    def events(self, sitting: int) -> list[Event]:
        return [each.event for each in self.logged(sitting)]

    @property
    def connection(self) -> Connection:
        return self._connection

    def events_of(self, reader: str, protocol_sha256: str, kinds: tuple[type[Event], ...]) -> list[Event]:
        """A reader's events of these kinds alone, which is quick over a long log."""
        names = [kind.__name__ for kind in kinds]
        query = EVENTS_OF_KINDS.format(kinds=",".join("?" * len(names)))
        rows = self._connection.execute(query, (reader, protocol_sha256, *names))
        return [_event(*row) for row in rows]

    def course(self, reader: str, protocol_sha256: str) -> list[Event]:
        """All events of a reader under a protocol, sitting after sitting: what app.reading folds over to resume.

        Each sitting begins with its SittingStarted; `at_ns` can be compared within one sitting only.
        """
        found = self.sittings(reader=reader, protocol_sha256=protocol_sha256)
        return [event for sitting in found for event in self.events(sitting.id)]


def _enrolment(row: tuple[Any, ...]) -> Enrolment:
    reader, protocol_sha256, index, order, sha256, stratum = row
    return Enrolment(reader, protocol_sha256, index, json.loads(order), sha256, stratum)


def _sitting(row: tuple[Any, ...]) -> Sitting:
    key, uid, reader, protocol_sha256, number, started_utc, provenance, ended_utc = row
    return Sitting(key, uid, reader, protocol_sha256, number, started_utc, json.loads(provenance), ended_utc)


def _event(sitting: int, seq: int, at_ns: int, kind: str, text: str, codec: str | None, data: bytes | None) -> Event:
    samples = None if codec is None or data is None else (codec, data)
    try:
        return event_from(EventRow(at_ns, kind, text, samples))
    except StudyProblem as problem:
        raise at_event(sitting, seq, problem) from problem


@contextmanager
def open_store(path: Path) -> Iterator[StoreReader]:
    """The store, read-only (see `open_connection`). Raises StudyProblem where it can't be read."""
    with open_connection(path) as connection:
        yield StoreReader(connection)


def finished_readers(path: Path) -> frozenset[str]:
    """The readers of whom some sitting was read to its end. Raises StudyProblem where the store can't be read."""
    with open_store(path) as store:
        return frozenset(
            sitting.reader
            for sitting in store.sittings()
            for last in store.events(sitting.id)[-1:]
            if isinstance(last, SittingEnded) and last.reason == "finished"
        )
