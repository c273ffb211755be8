"""What sittings rest on, sent first: the station itself, its frozen rows, its chain of acts.

What belongs here: putting them in where they are new, and saying where they differ from what is there. What does not:
sittings (delivery). A row that is there is never changed: the first of equal ones stands in its table, and what
each station had frozen stands in full in station_rows. One lock lets one station at a time do this, which is short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.store import chain
from app.store.central.outgoing import ACT_COLUMNS, FROZEN, Outbox, OwnSitting, Row, acts_of
from app.store.central.stored import refuse_missing, refuse_other_rows
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

FROZEN_LOCK = "SELECT pg_advisory_xact_lock(1380729155)"
ACTS_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))"
PUT_BACK = "Keep this store as it is and tell the coordinator; docs/sync.md says how to find out what happened."


KEPT = {  # columns by which a station finds its frozen rows there, the first ones of each table
    "protocols": ("sha256",),
    "readers": ("pseudonym",),
    "orders": ("reader", "protocol_sha256"),
    "models": ("protocol_sha256", "ai", "sha256"),
    "truths": ("protocol_sha256", "sha256"),
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who delivers: the station's id (hex), what people call it, the program's version."""

    station: str
    called: str
    program_version: str


@dataclass(slots=True)
class Differing:
    """What can't be put beside what is there: by protocol, by reader, by reader and protocol, each with its reason."""

    reasons: dict[tuple[str, ...], StudyProblem] = field(default_factory=dict)

    def of(self, sitting: OwnSitting) -> StudyProblem | None:
        """Why this sitting can't go, None where it can."""
        keys = (("protocol", sitting.protocol_sha256), ("reader", sitting.reader))
        both = ("order", sitting.reader, sitting.protocol_sha256)
        return next((self.reasons[key] for key in (*keys, both) if key in self.reasons), None)


def send_grounds(
    connection: Connection, outbox: Outbox, name: str, sender: Sender, rewritten: Sequence[OwnSitting]
) -> Differing:
    """All that sittings rest on, in one transaction: acts and the rows that they tell of are there together or not.

    Returns what differs from what is there. Raises StudyProblem as `send_acts` does.
    """
    _register(connection, outbox, name)
    differing = _send_frozen(connection, outbox, sender.called)
    send_acts(connection, outbox.path, sender, rewritten)
    return differing


def _register(connection: Connection, outbox: Outbox, name: str) -> None:
    """The station's row; the name that it was first given stays."""
    row = chain.sealed(outbox.station, name, datetime.now(UTC).isoformat(timespec="microseconds"))
    connection.execute("INSERT INTO stations VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING", row)
    refuse_other_rows(connection, "stations", [row])
    refuse_missing(connection, "stations", ("id",), [row[:1]])


def _send_frozen(connection: Connection, outbox: Outbox, station: str) -> Differing:
    """Put the frozen rows in. `station` is what people call it. Returns what differs from what is there."""
    connection.execute(FROZEN_LOCK)
    differing = _differing(connection, outbox, station)
    held = "SELECT table_name, seal FROM station_rows WHERE station = %s"
    known = set(connection.execute(held, (outbox.station,)).fetchall())
    for table, rows in outbox.frozen.items():
        new = [row for row in rows if (table, row[-1]) not in known]
        content = [(outbox.station, table, row[-1], chain.canonical(_without_blobs(row[:-1]))) for row in new]
        _insert(connection, "station_rows", content)
        _insert(connection, table, [row for row in rows if not _names(table, row) & differing.reasons.keys()])
    _refuse_changed(connection, outbox, differing)
    return differing


def _refuse_changed(connection: Connection, outbox: Outbox, differing: Differing) -> None:
    """Raise StudyProblem where the frozen rows are not there as they were sent."""
    seals: list[Row] = []
    contents: list[Row] = []
    for table, rows in outbox.frozen.items():
        refuse_other_rows(connection, table, rows)
        sent = [row for row in rows if not _names(table, row) & differing.reasons.keys()]
        columns = KEPT[table]
        refuse_missing(connection, table, columns, [row[: len(columns)] for row in sent])
        seals += [(outbox.station, table, row[-1]) for row in rows]
        contents += [(outbox.station, table, row[-1], chain.canonical(_without_blobs(row[:-1]))) for row in rows]
    refuse_other_rows(connection, "station_rows", contents)
    refuse_missing(connection, "station_rows", ("station", "table_name", "seal"), seals)


def send_acts(connection: Connection, store: Path, sender: Sender, rewritten: Sequence[OwnSitting] = ()) -> None:
    """Add the acts that are not there yet. Raises StudyProblem where those there are not this store's.

    `rewritten` are the sittings that end otherwise than when they were delivered, to be named then. The store is read
    once nobody else sends its acts, so that it can't hold fewer than are there.
    """
    connection.execute(ACTS_LOCK, (sender.station,))
    find = "SELECT acts, hash FROM station_act_heads WHERE station = %s"
    there = connection.execute(find, (sender.station,)).fetchone()
    acts, count = acts_of(store), 0 if there is None else int(there[0])
    if there is not None and (count > len(acts) or acts[count - 1][-1] != there[1]):
        raise _not_as_delivered(store, sender, rewritten)
    if count < len(acts):
        _add_acts(connection, sender.station, acts, count)


def _not_as_delivered(store: Path, sender: Sender, rewritten: Sequence[OwnSitting]) -> StudyProblem:
    named = (f" Sitting {each.uid} of reader {each.reader} is not as it was delivered." for each in rewritten)
    what = f"The acts of {sender.called} are not those that it delivered before: the store was altered, or an older "
    return StudyProblem(what + "copy was put in its place." + "".join(named), where=str(store), todo=PUT_BACK)


def _add_acts(connection: Connection, station: str, acts: list[Row], count: int) -> None:
    columns = ", ".join(("station", *ACT_COLUMNS))
    with connection.cursor() as cursor, cursor.copy(f"COPY station_acts ({columns}) FROM STDIN") as copy:
        for act in acts[count:]:
            copy.write_row((station, *act))
    head = (station, len(acts), acts[-1][-1])
    connection.execute(
        """INSERT INTO station_act_heads VALUES (%s, %s, %s)
        ON CONFLICT (station) DO UPDATE SET acts = excluded.acts, hash = excluded.hash""",
        head,
    )
    refuse_other_rows(connection, "station_acts", [(station, *act) for act in acts[count:]], all_new=True)
    refuse_other_rows(connection, "station_act_heads", [head], all_new=True)


def _insert(connection: Connection, table: str, rows: list[Row]) -> None:
    if rows:
        places = ", ".join(["%s"] * len(rows[0]))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} VALUES ({places}) ON CONFLICT DO NOTHING", rows)


def _without_blobs(row: Row) -> list[Any]:
    return [value for value in row if not isinstance(value, bytes)]


def _names(table: str, row: Row) -> set[tuple[str, ...]]:
    """What a row would need to be put in: none of these may differ."""
    named = dict(zip(FROZEN[table], row, strict=True))
    match table:
        case "protocols":
            return {("protocol", named["sha256"])}
        case "readers":
            return {("reader", named["pseudonym"])}
    protocol = ("protocol", named["protocol_sha256"])
    if table == "orders":
        return {protocol, ("reader", named["reader"]), ("order", named["reader"], named["protocol_sha256"])}
    return {protocol}


def _differing(connection: Connection, outbox: Outbox, station: str) -> Differing:
    found = Differing()
    for key, what, todo in (
        *_other_protocols(connection, outbox, station),
        *_other_readers(connection, outbox, station),
        *_other_orders(connection, outbox, station),
    ):
        found.reasons[key] = StudyProblem(what, where=str(outbox.path), todo=todo)
    return found


Reason = tuple[tuple[str, ...], str, str]


def _other_protocols(connection: Connection, outbox: Outbox, station: str) -> Iterator[Reason]:
    find = "SELECT sha256 FROM protocols WHERE id = %s AND version = %s AND mode = %s AND mode <> 'demo'"
    for sha256, name, version, mode, *_ in outbox.frozen["protocols"]:
        there = {row[0] for row in connection.execute(find, (name, version, mode)).fetchall()}
        if there and sha256 not in there:
            yield (
                ("protocol", sha256),
                f"{station} read {name} {version} under another text of the study file than the stations before.",
                "Give each text a version of its own; what was read under this one stays at the station.",
            )


def _other_readers(connection: Connection, outbox: Outbox, station: str) -> Iterator[Reason]:
    own = {pseudonym: stratum for pseudonym, stratum, *_ in outbox.frozen["readers"]}
    find = "SELECT pseudonym, stratum FROM readers WHERE pseudonym = ANY(%s)"
    for pseudonym, stratum in connection.execute(find, (list(own),)).fetchall():
        if own[pseudonym] != stratum:
            yield (
                ("reader", pseudonym),
                f"{station} has a reader {pseudonym} of stratum “{own[pseudonym]}”; in the central database the "
                f"reader is of “{stratum}”.",
                "Two people must not share a pseudonym: read on at this station under another one.",
            )


def _other_orders(connection: Connection, outbox: Outbox, station: str) -> Iterator[Reason]:
    own = {(reader, protocol): sha256 for reader, protocol, _, _, sha256, *_ in outbox.frozen["orders"]}
    find = "SELECT reader, protocol_sha256, sha256 FROM orders WHERE reader = ANY(%s)"
    for reader, protocol, sha256 in connection.execute(find, (list({reader for reader, _ in own}),)).fetchall():
        if own.get((reader, protocol), sha256) != sha256:
            yield (
                ("order", reader, protocol),
                f"{station} gave reader {reader} another reading order than the central database holds for {reader}.",
                "Enrol each reader at one station alone, or under another pseudonym; this stays at the station.",
            )
