"""A central database read as one store: the same questions, the same values, whatever came first over the network.

What belongs here: PostgreSQL behind the connection that StoreReader asks, and everything that would else depend on the
order of arrival. What does not: what the answers mean (analysis), checking them (verify).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from app.store.central.database import address_of, connect_asking, problem_from, refuse_other_version
from app.store.reader import Enrolment, ProtocolRecord, Sitting, StoreReader
from app.tracking.events import Event
from study_configs.cases import SealedTruth

if TYPE_CHECKING:
    import psycopg

BEGUN = """SELECT station, seq, kind, payload FROM station_acts WHERE kind IN ('LedgerBegan', 'SittingBegun')
    ORDER BY station, seq"""
ONE_MOMENT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


@contextmanager
def open_central(url: str) -> Iterator[CentralReader]:
    """The central database as of one moment, read-only. Raises StudyProblem where it can't be read."""
    import psycopg

    where = address_of(url)
    with connect_asking(url) as connection:
        try:
            refuse_other_version(connection, where)
            connection.execute(ONE_MOMENT)
            yield CentralReader(CentralConnection(connection))
        except psycopg.Error as error:
            raise problem_from(error, where) from error


class CentralConnection:
    """What readers ask of a connection, over PostgreSQL: `?` stands for a value, rows are tuples."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    def execute(self, query: str, values: Sequence[Any] = ()) -> psycopg.Cursor[tuple[Any, ...]]:
        cursor = self._connection.cursor(binary=True)  # hashes and samples as bytes, not as hexadecimal
        if not values:
            return cursor.execute(query)
        return cursor.execute(query.replace("%", "%%").replace("?", "%s"), list(values))


class CentralReader(StoreReader):
    """Sittings come in the order in which they began, those of a station in its own order whatever its clock did; a
    protocol, and a truth, counts from when the first of its stations froze it."""

    def __init__(self, connection: CentralConnection) -> None:
        super().__init__(cast(Any, connection))

    def uid(self) -> str:
        """That of the first station: it stays the same whoever comes later."""
        found = self._connection.execute("SELECT id FROM stations ORDER BY first_utc, id LIMIT 1").fetchone()
        return "" if found is None else str(found[0])

    def protocols(self) -> list[ProtocolRecord]:
        frozen = self._first_frozen("protocols", slice(0, 1))
        return sorted(super().protocols(), key=lambda each: (frozen.get((each.sha256,), ""), each.sha256))

    def truth(self, protocol_sha256: str) -> SealedTruth:
        frozen = self._first_frozen("truths", slice(0, 2))
        query = "SELECT sha256, json FROM truths WHERE protocol_sha256 = ?"
        rows = self._connection.execute(query, (protocol_sha256,)).fetchall()
        latest = max(rows, key=lambda row: (frozen.get((protocol_sha256, row[0]), ""), row[0]), default=None)
        return SealedTruth({}) if latest is None else SealedTruth.from_json(latest[1])

    def enrolments(self, protocol_sha256: str | None = None) -> list[Enrolment]:
        """By protocol, and by each station's own count; two stations' first readers stand beside each other."""
        found = super().enrolments(protocol_sha256)
        return sorted(found, key=lambda each: (each.protocol_sha256, each.index, each.reader))

    def sittings(self, *, reader: str | None = None, protocol_sha256: str | None = None) -> list[Sitting]:
        found = super().sittings(reader=reader, protocol_sha256=protocol_sha256)
        place = self._places()
        return sorted(found, key=lambda each: place.get(each.uid, (each.started_utc, "", 0)))

    def events_of(self, reader: str, protocol_sha256: str, kinds: tuple[type[Event], ...]) -> list[Event]:
        return [event for event in self.course(reader, protocol_sha256) if isinstance(event, kinds)]

    def _first_frozen(self, table: str, key: slice) -> dict[tuple[str, ...], str]:
        """When a row of that key was first frozen at any station (ISO 8601 UTC); the time is the last value before
        the seal."""
        first: dict[tuple[str, ...], str] = {}
        for (text,) in self._connection.execute("SELECT content FROM station_rows WHERE table_name = ?", (table,)):
            values = json.loads(text)
            named = tuple(values[key])
            first[named] = min(values[-1], first.get(named, values[-1]))
        return first

    def _places(self) -> dict[str, tuple[str, str, int]]:
        """Where each sitting stands among all: the latest beginning at its station so far, the station, its place."""
        began = dict(self._connection.execute("SELECT uid, started_utc FROM sittings").fetchall())
        reached: dict[str, str] = {}
        places: dict[str, tuple[str, str, int]] = {}
        for station, _, kind, text in self._connection.execute(BEGUN):
            for uid in begun_in(kind, json.loads(text)):
                reached[station] = max(began.get(uid, ""), reached.get(station, ""))
                places[uid] = (reached[station], station, len(places))
        return places


def begun_in(kind: str, told: dict[str, Any]) -> list[str]:
    """The sittings (by uid) that an act of the program says were begun, in their order."""
    return [uid for uid, _ in told["sittings"]] if kind == "LedgerBegan" else [told["sitting"]]
