"""One sitting, chunk by chunk into the landing place, checked there, and then made visible whole in one transaction.

What belongs here: those transactions. What does not: trying again (link), what goes at all (outgoing), what a
sitting rests on (frozen). What has landed of a sitting is always its beginning, without a gap, and checked:
whoever sends it takes its lock, looks how far it came, and goes on from there. The check computes the chain again from
the rows that the database gives back, not from those that were sent, before each chunk is committed.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from app.store import chain
from app.store.central.frozen import Sender
from app.store.central.link import Link
from app.store.central.outgoing import Log, OwnSitting, Row
from app.store.central.stored import is_stored, refuse_other_rows
from app.store.central.tables import EVENT_COLUMNS, LANDED, SAMPLE_COLUMNS
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

CHUNK_BYTES = 500_000  # so small that a bad link carries most of them whole
ROW_BYTES = 300  # of an event beside its payload, about
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))"
LAST_LANDED = "SELECT seq, hash FROM landed_events WHERE uid = %s ORDER BY seq DESC LIMIT 1"
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
    for _ in range(3):  # another copy of the store may have thrown away what had landed
        for end, size in _chunks(log.events, log.samples):
            link.run(partial(_land, sitting=sitting, log=log, end=end))
            on_bytes(size)
        receipt = link.run(partial(_settle, sender=sender, sitting=sitting, log=log))
        if receipt is not None:
            return receipt
    raise Refused(
        StudyProblem(
            f"Another copy of the store of {sender.called} sends sitting {sitting.uid} otherwise.",
            todo="Stop all but one `readerlab sync` of this station; then look for the copy.",
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
    """Bring the landing place up to event `end`; nothing is done where it, or the whole sitting, is there.

    What another copy of the store left there, which does not go on as this one does, is thrown away.
    """
    connection.execute(LOCK, (sitting.uid,))
    if connection.execute(THERE, (sitting.uid,)).fetchone() is not None:
        return
    begin, last = _landed(connection, sitting)
    if begin and (begin > len(log.events) or last != log.events[begin - 1][-1]):
        _throw_away(connection, sitting)
        begin, last = 0, bytes(sitting.genesis)
    if begin >= end:
        return
    _copy(connection, "arriving_events", EVENT_COLUMNS, sitting.uid, log.events[begin:end])
    first, past = (bisect_left(log.samples, seq, key=lambda row: row[0]) for seq in (begin, end))
    _copy(connection, "arriving_samples", SAMPLE_COLUMNS, sitting.uid, log.samples[first:past])
    if not _goes_on(connection, sitting, begin, end, last):
        raise _changed(sitting)


def _changed(sitting: OwnSitting) -> Refused:
    return Refused(
        StudyProblem(
            f"What arrived of sitting {sitting.uid} is not what was sent.",
            todo="Something on the way or in the database changes data. Nothing of it was kept.",
        )
    )


def _landed(connection: Connection, sitting: OwnSitting) -> tuple[int, bytes]:
    """How many events have landed, and the last one's hash; the hash that the first continues where there is none."""
    last = connection.execute(LAST_LANDED, (sitting.uid,)).fetchone()
    return (0, bytes(sitting.genesis)) if last is None else (int(last[0]) + 1, bytes(last[1]))


def _throw_away(connection: Connection, sitting: OwnSitting) -> None:
    for table in LANDED:
        connection.execute(f"DELETE FROM {table} WHERE uid = %s", (sitting.uid,))


def _copy(connection: Connection, table: str, columns: tuple[str, ...], uid: str, rows: Iterable[Row]) -> None:
    statement = f"COPY {table} ({', '.join(('uid', *columns))}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((uid, *row))


# --- what has arrived becomes a sitting


def _settle(connection: Connection, sender: Sender, sitting: OwnSitting, log: Log) -> Receipt | None:
    """Check what landed and make it visible; None where it was not what the station holds, and was thrown away."""
    connection.execute(LOCK, (sitting.uid,))
    there = connection.execute(THERE, (sitting.uid,)).fetchone()
    if there is not None:
        refuse_altered(sender.called, sitting, Receipt(sitting.uid, there[0], there[1]))
        return Receipt(sitting.uid, there[0], there[1])
    connection.execute(LOCK, (" ".join(map(str, sitting.of)),))  # always after the one above: two never wait in a ring
    _refuse_read_twice(connection, sender, sitting)
    landed = _landed(connection, sitting)
    whole = landed == (sitting.events, bytes(sitting.head)) and _is_bound(sitting)
    if whole:
        _make_visible(connection, sender, sitting, log)
    _throw_away(connection, sitting)
    return Receipt(sitting.uid, sitting.events, sitting.head.hex()) if whole else None


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


def _is_bound(sitting: OwnSitting) -> bool:
    """Whether the first hash is that of the sitting's own row, its protocol and its reading order."""
    started = {"started_utc": sitting.started_utc, "provenance": sitting.provenance, "number": sitting.number}
    of = {"reader": sitting.reader, "protocol_sha256": sitting.protocol_sha256, "order_sha256": sitting.order_sha256}
    return chain.genesis(uid=sitting.uid, **of, **started) == bytes(sitting.genesis)  # type: ignore[arg-type]


def _goes_on(connection: Connection, sitting: OwnSitting, begin: int, end: int, previous: bytes) -> bool:
    """Compute the chain again over events `begin` to `end` (exclusive) as the database gives them back."""
    packed = _packed(connection, sitting, begin)
    count = begin
    events = _arrived(connection, "landed_events", EVENT_COLUMNS, sitting, begin)
    for seq, at_ns, utc, kind, text, before, own in events:
        linked = chain.link(previous, seq, at_ns, utc, kind, text)
        if (seq, before, own) != (count, previous, linked) or packed.pop(seq, None) != packing_of(text):
            return False
        count, previous = count + 1, linked
    return count == end and not packed


def packing_of(payload: str) -> tuple[str, str] | None:
    """Codec and sha-256 of the packed samples that an event says lie beside it, None for an event that has none."""
    if '"codec":' not in payload:
        return None
    samples = json.loads(payload).get("samples")
    return (samples["codec"], samples["sha256"]) if isinstance(samples, dict) and "codec" in samples else None


def _packed(connection: Connection, sitting: OwnSitting, begin: int) -> dict[int, tuple[str, str]]:
    rows = _arrived(connection, "landed_samples", SAMPLE_COLUMNS, sitting, begin)
    return {seq: (codec, hashlib.sha256(data).hexdigest()) for seq, codec, data in rows}


def _arrived(
    connection: Connection, table: str, columns: tuple[str, ...], sitting: OwnSitting, begin: int
) -> Iterator[Row]:
    """What has landed of a sitting from event `begin` on."""
    query = f"""SELECT {", ".join(columns)} FROM {table}
        WHERE uid = %s AND seq >= %s ORDER BY seq"""
    yield from connection.cursor(binary=True).execute(query, (sitting.uid, begin))


def _make_visible(connection: Connection, sender: Sender, sitting: OwnSitting, log: Log) -> None:
    """Raises Refused and StudyProblem where the database does not keep it as it was sent."""
    started = (sitting.started_utc, sitting.provenance, sitting.genesis, sitting.ended_utc)
    row = connection.execute(SITTING, (sitting.uid, *sitting.of, *started)).fetchone()
    if row is None:
        raise _changed(sitting)
    for table, of, columns in (
        ("events", "landed_events", EVENT_COLUMNS),
        ("samples", "landed_samples", SAMPLE_COLUMNS),
    ):
        names = ", ".join(columns)
        connection.execute(
            f"INSERT INTO {table} (sitting, {names}) SELECT %s, {names} FROM {of} WHERE uid = %s ORDER BY seq",
            (row[0], sitting.uid),
        )
    head = (row[0], sitting.events, sitting.head)
    connection.execute("INSERT INTO heads VALUES (%s, %s, %s)", head)
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    bound = chain.sealed(row[0], sender.station, sitting.events, sitting.head.hex(), now, sender.program_version)
    connection.execute("INSERT INTO deliveries VALUES (%s, %s, %s, %s, %s, %s, %s)", bound)
    if not is_stored(connection, row[0], log):
        raise _changed(sitting)
    own = {"sittings": (row[0], sitting.uid, *sitting.of, *started), "heads": head, "deliveries": bound}
    for table, sent in own.items():
        refuse_other_rows(connection, table, [sent], all_new=True)
