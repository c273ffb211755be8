"""Rows of an emergency journal, as they continue the chains of the store that they belong to.

What belongs here: which rows the store still lacks, and whether they fit. What does not: the journal itself (journal)
and writing rows (writer).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from app.store import chain
from app.store.safety.journal import HeldRow, Journalled

SITTING = """SELECT s.id, s.reader, s.protocol_sha256, h.events, h.hash
    FROM sittings s JOIN heads h ON h.sitting = s.id WHERE s.uid = ?"""
READ_ON = "SELECT 1 FROM sittings WHERE reader = ? AND protocol_sha256 = ? AND id > ?"
HASH = "SELECT hash FROM events WHERE sitting = ? AND seq = ?"


class Unfit(Exception):
    """The journal does not continue this store; the words say why."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What the store lacks of one sitting: its head as it stands there, and the rows that follow it."""

    sitting: int
    uid: str
    events: int
    hash: bytes
    rows: tuple[HeldRow, ...]


@dataclass(frozen=True, slots=True)
class PlayedBack:
    """How a journal ended: `rows` came into the store, or it was `kept` under this name, because of `why`."""

    rows: int
    kept: Path | None = None
    why: str = ""


def missing(connection: Connection, journalled: Journalled) -> list[Missing]:
    """The rows that the store lacks, by sitting. Raises Unfit where they don't follow what is there."""
    by_sitting: dict[str, list[HeldRow]] = {}
    for row in journalled.rows:
        by_sitting.setdefault(row.sitting, []).append(row)
    return [_missing_of(connection, uid, rows) for uid, rows in by_sitting.items()]


def _missing_of(connection: Connection, uid: str, rows: list[HeldRow]) -> Missing:
    found = connection.execute(SITTING, (uid,)).fetchone()
    if found is None:
        raise Unfit("the store does not have the sitting that it belongs to")
    sitting, reader, protocol, events, head = found
    for row in rows:
        if row.seq < events and connection.execute(HASH, (sitting, row.seq)).fetchone() != (row.hash,):
            raise Unfit(f"the store has another event {row.seq}")
    lacking = tuple(row for row in rows if row.seq >= events)
    if lacking and connection.execute(READ_ON, (reader, protocol, sitting)).fetchone():
        raise Unfit("its reader has read on since")
    _refuse_unlinked(lacking, events, head)
    return Missing(sitting, uid, events, head, lacking)


def _refuse_unlinked(rows: tuple[HeldRow, ...], events: int, head: bytes) -> None:
    for seq, row in enumerate(rows, start=events):
        head = chain.link(head, seq, row.at_ns, row.utc, row.kind, row.payload)
        if (row.seq, row.hash) != (seq, head):
            raise Unfit(f"its event {row.seq} does not follow the last one in the store")
