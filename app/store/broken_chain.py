"""What happened to the first event at which a sitting's chain breaks: altered, missing, reordered or put in.

What belongs here: telling these apart by the hashes of the rows around it. What does not: walking a chain (verify).
"""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from app.store import chain

FOLLOWS = "SELECT seq FROM events WHERE sitting = ? AND prev_hash = ? AND seq <> ? ORDER BY seq LIMIT 1"
SHIFTED = 1000  # as far as rows that were numbered anew are looked for


@dataclass(frozen=True, slots=True)
class At:
    """Where a chain stands: the next event's number, the hash that it must continue, and the one before that."""

    sitting: int
    seq: int
    previous: bytes
    before: bytes = b""


def broken(connection: Connection, row: Any, at: At) -> tuple[int, str]:
    """Which event is wrong and how: `row` (seq, at_ns, utc, kind, payload, prev_hash, hash) does not continue."""
    seq, prev_hash = row[0], row[5]
    if (seq, prev_hash) == (at.seq, at.previous):
        return seq, "The event was changed after it was written."
    if seq == at.seq and at.before and prev_hash == at.before:
        return seq - 1, f"The event was put in: event {seq} follows the one before it."
    moved = connection.execute(FOLLOWS, (at.sitting, at.previous, at.seq)).fetchone()
    if moved is not None and seq == at.seq:
        return at.seq, f"The events are in another order: event {at.seq} stands as event {moved[0]}."
    if moved is not None:
        return at.seq, f"Event {at.seq} is missing: it stands as event {moved[0]}."
    if seq != at.seq:
        return at.seq, f"Event {at.seq} is missing."
    return at.seq, _replaced(row)


def _replaced(row: Any) -> str:
    """Of a row that continues another hash than the last one: whether rows before it were taken out."""
    seq, *values, prev_hash, own = row
    for was in range(seq + 1, seq + SHIFTED):
        if chain.link(prev_hash, was, *values) == own:
            return f"Event {seq} is missing: what stands there was event {was}."
    return "The event does not follow the one before it."
