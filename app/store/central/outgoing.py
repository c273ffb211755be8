"""What a station's store has to send: which sittings, their rows, and the frozen rows and acts that they rest on.

What belongs here: reading it, each time in a moment, so that a reader can sign in meanwhile. What does not: sending it
(delivery, frozen). Accounts and the store's own random name are never read for sending; only the name's hash,
which the first act continues, leaves the station.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from app.store.acts import first_hash
from app.store.acts_in_force import in_force_of
from app.store.central.tables import EVENT_COLUMNS, SAMPLE_COLUMNS
from app.store.opening import open_connection

Row = tuple[Any, ...]

FROZEN = {  # in the order in which others point to them
    "protocols": ("sha256", "id", "version", "mode", "source", "frozen_utc", "seal"),
    "readers": ("pseudonym", "stratum", "enrolled_utc", "seal"),
    "orders": ("reader", "protocol_sha256", "enrolment", "json", "sha256", "frozen_utc", "seal"),
    "models": ("protocol_sha256", "ai", "sha256", "frozen_utc", "seal"),
    "truths": ("protocol_sha256", "sha256", "json", "frozen_utc", "seal"),
}
ACT_COLUMNS = ("seq", "utc", "role", "who", "kind", "payload", "prev_hash", "hash")
SITTINGS = """SELECT s.id, s.uid, s.reader, s.protocol_sha256, s.number, s.started_utc, s.provenance, s.genesis,
    s.ended_utc, o.sha256, h.events, h.hash
    FROM sittings s JOIN heads h ON h.sitting = s.id
    JOIN orders o ON o.reader = s.reader AND o.protocol_sha256 = s.protocol_sha256 ORDER BY s.id"""


@dataclass(frozen=True, slots=True)
class OwnSitting:
    """A sitting's row at its station, with the hash of its order, and how its chain ends."""

    id: int
    uid: str
    reader: str
    protocol_sha256: str
    number: int
    started_utc: str
    provenance: str
    genesis: bytes
    ended_utc: str | None
    order_sha256: str
    events: int
    head: bytes

    @property
    def of(self) -> tuple[str, str, int]:
        """Which sitting of which order: sign-ins of one sitting have it in common."""
        return (self.reader, self.protocol_sha256, self.number)


@dataclass(frozen=True, slots=True)
class Outbox:
    """All that a store could send. `ready` are the sittings that may go, `waiting` those that are not finished."""

    path: Path
    station: str  # hex
    frozen: dict[str, list[Row]]
    acts: list[Row]
    ready: tuple[OwnSitting, ...]
    waiting: tuple[OwnSitting, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """A sitting's events and the packed samples of the dense ones, in the columns of tables."""

    events: list[Row]
    samples: list[Row]


def outbox(path: Path, *, cut_off: bool = False) -> Outbox:
    """What a store has to send. Raises StudyProblem where it can't be read, or a sitting runs in it.

    A sign-in that was cut off goes with the one that finished its sitting; with `cut_off`, so does one that a
    coordinator closed for good (GapDecided: end_sitting).
    """
    with open_connection(path) as connection:
        connection.execute("BEGIN")  # all of it as of one moment
        (uid,) = connection.execute("SELECT uid FROM act_heads").fetchone()
        frozen = {table: _rows(connection, table, columns) for table, columns in FROZEN.items()}
        own = [OwnSitting(*row) for row in connection.execute(SITTINGS)]
        closed = _closed(connection, own) if cut_off else set()
        ready = tuple(each for each in own if _may_go(each, own, closed))
        waiting = tuple(each for each in own if each not in ready)
        return Outbox(path, first_hash(uid).hex(), frozen, _rows(connection, "acts", ACT_COLUMNS), ready, waiting)


def log_of(path: Path, sitting: OwnSitting) -> Log:
    """The rows of one sitting, all in memory: some 25 MB for an hour of reading. Raises StudyProblem."""
    with open_connection(path) as connection:
        return Log(
            _rows(connection, "events", EVENT_COLUMNS, sitting.id),
            _rows(connection, "samples", SAMPLE_COLUMNS, sitting.id),
        )


def acts_of(path: Path) -> list[Row]:
    """All acts of a store, as they stand now. Raises StudyProblem."""
    with open_connection(path) as connection:
        return _rows(connection, "acts", ACT_COLUMNS)


def _rows(connection: Connection, table: str, columns: tuple[str, ...], sitting: int | None = None) -> list[Row]:
    """Rows by their key, which stands first."""
    of_sitting = "" if sitting is None else f"WHERE sitting = {sitting}"
    return connection.execute(f"SELECT {', '.join(columns)} FROM {table} {of_sitting} ORDER BY 1, 2").fetchall()


def _closed(connection: Connection, own: list[OwnSitting]) -> set[tuple[str, str, int]]:
    """The sittings that a coordinator ended after they had been cut off."""
    return {
        (reader, sha256, number)
        for sha256 in {each.protocol_sha256 for each in own}
        for (reader, number), gap in in_force_of(connection, sha256).gaps.items()
        if gap.decision == "end_sitting"
    }


def _may_go(sitting: OwnSitting, own: list[OwnSitting], closed: set[tuple[str, str, int]]) -> bool:
    """Nothing is added to a sign-in that was cut off: the next one has a row of its own."""
    if sitting.ended_utc is not None or sitting.of in closed:
        return True
    return any(each.of == sitting.of and each.id > sitting.id and each.ended_utc is not None for each in own)
