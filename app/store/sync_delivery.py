"""One sitting, chunk by chunk into the landing place, checked there, and then made visible whole in one transaction.

What belongs here: those transactions. What does not: trying again (sync_link), what goes at all (sync_store), what a
sitting rests on (sync_frozen). What has landed of a sitting is always its beginning, without a gap: whoever sends it
takes its lock, looks how far it came, and goes on from there. The check computes the chain again from the rows that
the database gives back, not from those that were sent.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.store import chain
from app.store.central_tables import EVENT_COLUMNS, SAMPLE_COLUMNS
from app.store.sync_frozen import Sender
from app.store.sync_link import Link
from app.store.sync_store import Log, OwnSitting, Row
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

CHUNK_BYTES = 2_000_000
ROW_BYTES = 300  # of an event beside its payload, about
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))"
LANDED = "SELECT count(*) FROM arriving_events WHERE uid = %s AND sender = current_user"
THERE = """SELECT d.events, d.head, d.station FROM sittings s JOIN deliveries d ON d.sitting = s.id
    WHERE s.uid = %s"""
ELSEWHERE = """SELECT t.id, t.name
    FROM sittings s JOIN deliveries d ON d.sitting = s.id JOIN stations t ON t.id = d.station
    WHERE s.reader = %s AND s.protocol_sha256 = %s AND s.number = %s AND d.station <> %s LIMIT 1"""
SITTING = """INSERT INTO sittings (uid, reader, protocol_sha256, number, started_utc, provenance, genesis, ended_utc)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a central database holds of a sitting: how many events, the last one's hash (hex)."""

    sitting: str
    events: int
    head: str


class Refused(Exception):
    """This sitting can't be delivered; the others may. The argument is the StudyProblem."""


def deliver(
    link: Link, sender: Sender, sitting: OwnSitting, log: Log, on_bytes: Callable[[int], None] = lambda count: None
) -> Receipt:
    """Send a sitting and return its receipt; only what is not there yet is sent. Raises Refused and StudyProblem.

    `on_bytes` is told of every chunk that is safe in the landing place, about how large it was.
    """
    for _ in range(2):  # what an altered copy of the store had left there is thrown away once
        for end, size in _chunks(log.events, log.samples):
            link.run(lambda connection, to=end: _land(connection, sitting, log, to))
            on_bytes(size)
        receipt = link.run(lambda connection: _settle(connection, sender, sitting))
        if receipt is not None:
            return receipt
    raise Refused(
        StudyProblem(
            f"What arrived of sitting {sitting.uid} is not what {sender.called} sent, twice.",
            todo="Something on the way changes data. Nothing of it was kept.",
        )
    )


def held(connection: Connection, uids: list[str]) -> dict[str, Receipt]:
    """What the central database holds of these sittings, whole."""
    find = """SELECT s.uid, d.events, d.head FROM sittings s JOIN deliveries d ON d.sitting = s.id
        WHERE s.uid = ANY(%s)"""
    return {uid: Receipt(uid, events, head) for uid, events, head in connection.execute(find, (uids,)).fetchall()}


def name_of(connection: Connection) -> str:
    """The central database's own random name."""
    found = connection.execute("SELECT name FROM this_database").fetchone()
    return str(found[0]) if found else ""


def _chunks(events: list[Row], samples: list[Row]) -> Iterator[tuple[int, int]]:
    """Pieces of a log of about CHUNK_BYTES: up to which event (exclusive), how many bytes."""
    data = {row[0]: len(row[2]) for row in samples}
    end, size = 0, 0
    for at, event in enumerate(events):
        size += ROW_BYTES + len(event[4]) + data.get(event[0], 0)
        if size >= CHUNK_BYTES:
            end = at + 1
            yield end, size
            size = 0
    if end < len(events):
        yield len(events), size


def _land(connection: Connection, sitting: OwnSitting, log: Log, end: int) -> None:
    """Bring the landing place up to event `end`; nothing is done where it, or the whole sitting, is there."""
    connection.execute(LOCK, (sitting.uid,))
    begin = _landed(connection, sitting)
    if begin >= end or connection.execute(THERE, (sitting.uid,)).fetchone() is not None:
        return
    _copy(connection, "arriving_events", EVENT_COLUMNS, sitting.uid, log.events[begin:end])
    first, last = (bisect_left(log.samples, seq, key=lambda row: row[0]) for seq in (begin, end))
    _copy(connection, "arriving_samples", SAMPLE_COLUMNS, sitting.uid, log.samples[first:last])


def _landed(connection: Connection, sitting: OwnSitting) -> int:
    found = connection.execute(LANDED, (sitting.uid,)).fetchone()
    return int(found[0]) if found else 0


def _copy(connection: Connection, table: str, columns: tuple[str, ...], uid: str, rows: Iterable[Row]) -> None:
    statement = f"COPY {table} ({', '.join(('uid', *columns))}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((uid, *row))


# --- what has arrived becomes a sitting


def _settle(connection: Connection, sender: Sender, sitting: OwnSitting) -> Receipt | None:
    """Check what landed and make it visible; None where it was not what the station holds, and was thrown away."""
    connection.execute(LOCK, (sitting.uid,))
    there = connection.execute(THERE, (sitting.uid,)).fetchone()
    if there is not None:
        refuse_altered(sender.called, sitting, Receipt(sitting.uid, there[0], there[1]))
        return Receipt(sitting.uid, there[0], there[1])
    connection.execute(LOCK, (" ".join(map(str, sitting.of)),))  # always after the one above: two never wait in a ring
    _refuse_read_twice(connection, sender, sitting)
    sound = _is_as_sealed(connection, sitting)
    if sound:
        _make_visible(connection, sender, sitting)
    for table in ("arriving_samples", "arriving_events"):
        connection.execute(f"DELETE FROM {table} WHERE uid = %s AND sender = current_user", (sitting.uid,))
    return Receipt(sitting.uid, sitting.events, sitting.head.hex()) if sound else None


def is_rewritten(sitting: OwnSitting, there: Receipt | None) -> bool:
    """Whether a sitting ends otherwise than it did when it was delivered."""
    return there is not None and (there.events, there.head) != (sitting.events, sitting.head.hex())


def refuse_altered(called: str, sitting: OwnSitting, there: Receipt) -> None:
    """Raise Refused where a sitting ends otherwise than it did when it was delivered."""
    if is_rewritten(sitting, there):
        raise Refused(
            StudyProblem(
                f"Sitting {sitting.uid} of {called} (reader {sitting.reader}) was altered after it had been delivered: "
                f"then it had {there.events} events and ended in {there.head[:12]}…, now {sitting.events} and "
                f"{sitting.head.hex()[:12]}….",
                todo="What was delivered stays there. Keep this store as it is and tell the coordinator.",
            )
        )


def _refuse_read_twice(connection: Connection, sender: Sender, sitting: OwnSitting) -> None:
    found = connection.execute(ELSEWHERE, (*sitting.of, sender.station)).fetchone()
    if found is not None:
        other = found[1] or f"station {found[0][:8]}"
        raise Refused(
            StudyProblem(
                f"{sender.called} and {other} both hold sitting {sitting.number} of reader {sitting.reader}.",
                todo="Two people may share a pseudonym, or one read at two stations: read on under another pseudonym, "
                "or let the coordinator decide which counts. This one stays at the station.",
            )
        )


def _is_as_sealed(connection: Connection, sitting: OwnSitting) -> bool:
    """Compute the chain again from the rows as the database gives them back."""
    if chain.genesis(
        uid=sitting.uid,
        reader=sitting.reader,
        protocol_sha256=sitting.protocol_sha256,
        order_sha256=sitting.order_sha256,
        number=sitting.number,
        started_utc=sitting.started_utc,
        provenance=sitting.provenance,
    ) != bytes(sitting.genesis):
        return False
    packed = _packed(connection, sitting)
    count, previous = 0, bytes(sitting.genesis)
    for seq, at_ns, utc, kind, text, before, own in _arrived(connection, "arriving_events", EVENT_COLUMNS, sitting):
        linked = chain.link(previous, seq, at_ns, utc, kind, text)
        if (seq, before, own) != (count, previous, linked) or packed.pop(seq, None) != packing_of(text):
            return False
        count, previous = count + 1, linked
    return (count, previous) == (sitting.events, bytes(sitting.head)) and not packed


def packing_of(payload: str) -> tuple[str, str] | None:
    """Codec and sha-256 of the packed samples that an event says lie beside it, None for an event that has none."""
    if '"codec":' not in payload:
        return None
    samples = json.loads(payload).get("samples")
    return (samples["codec"], samples["sha256"]) if isinstance(samples, dict) and "codec" in samples else None


def _packed(connection: Connection, sitting: OwnSitting) -> dict[int, tuple[str, str]]:
    rows = _arrived(connection, "arriving_samples", SAMPLE_COLUMNS, sitting)
    return {seq: (codec, hashlib.sha256(data).hexdigest()) for seq, codec, data in rows}


def _arrived(connection: Connection, table: str, columns: tuple[str, ...], sitting: OwnSitting) -> Iterator[Row]:
    """Some thousand rows at a time: a sitting need not be in memory twice."""
    query = f"SELECT {', '.join(columns)} FROM {table} WHERE uid = %s AND sender = current_user ORDER BY seq"
    with connection.cursor("arrived", binary=True) as cursor:
        cursor.itersize = 5000
        yield from cursor.execute(query, (sitting.uid,))


def _make_visible(connection: Connection, sender: Sender, sitting: OwnSitting) -> None:
    started = (sitting.started_utc, sitting.provenance, sitting.genesis, sitting.ended_utc)
    row = connection.execute(SITTING, (sitting.uid, *sitting.of, *started)).fetchone()
    assert row is not None
    for table, of, columns in (
        ("events", "arriving_events", EVENT_COLUMNS),
        ("samples", "arriving_samples", SAMPLE_COLUMNS),
    ):
        names = ", ".join(columns)
        connection.execute(
            f"INSERT INTO {table} (sitting, {names}) SELECT %s, {names} FROM {of} "
            "WHERE uid = %s AND sender = current_user ORDER BY seq",
            (row[0], sitting.uid),
        )
    connection.execute("INSERT INTO heads VALUES (%s, %s, %s)", (row[0], sitting.events, sitting.head))
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    bound = (row[0], sender.station, sitting.events, sitting.head.hex(), now, sender.program_version)
    connection.execute("INSERT INTO deliveries VALUES (%s, %s, %s, %s, %s, %s, %s)", chain.sealed(*bound))
