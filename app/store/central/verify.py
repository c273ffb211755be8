"""Is a central database what its stations delivered? Every hash again, station by station.

What belongs here: checks on the rows there. What does not: a station's own store (verify). Each station's chain of acts
names every frozen row, and every sitting with its first and last hash, so that rows can't be changed, added or taken
away there without the stations' receipts saying otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from app.store import chain
from app.store.acts import Who, link
from app.store.central.database import address_of
from app.store.central.delivery import packing_of
from app.store.central.reader import CentralReader, begun_in, open_central
from app.store.connection import DAMAGE
from app.store.faults import Fault
from app.store.ledger import SEALED
from app.store.verify import VerifyReport

SITTINGS = """SELECT s.id, s.uid, s.reader, s.protocol_sha256, s.number, s.started_utc, s.provenance, s.genesis,
    o.sha256, h.events, h.hash, d.station, d.events, d.head
    FROM sittings s LEFT JOIN orders o ON o.reader = s.reader AND o.protocol_sha256 = s.protocol_sha256
    LEFT JOIN heads h ON h.sitting = s.id LEFT JOIN deliveries d ON d.sitting = s.id ORDER BY s.id"""
EVENTS = """SELECT e.seq, e.at_ns, e.utc, e.kind, e.payload, e.prev_hash, e.hash, p.codec, p.data
    FROM events e LEFT JOIN samples p ON p.sitting = e.sitting AND p.seq = e.seq WHERE e.sitting = ? ORDER BY e.seq"""
ACTS = "SELECT seq, utc, role, who, kind, payload, prev_hash, hash FROM station_acts WHERE station = ? ORDER BY seq"


def verify_central(url: str, receipts: Collection[str] = ()) -> VerifyReport:
    """Check a central database. `receipts` (hex) left a station at sign-out: each must be the last hash of a sitting,
    or stand in a station's acts. Raises StudyProblem where it can't be read."""
    with open_central(url) as store:
        checker = _Checker(store, address_of(url))
        checker.attempt(checker.frozen)
        for station, name in store.connection.execute("SELECT id, name FROM stations ORDER BY id").fetchall():
            checker.attempt(partial(checker.station, str(station), name or f"station {station[:8]}"))
        checker.sittings()
        checker.receipts(receipts)
        return checker.report()


class _Checker:
    def __init__(self, store: CentralReader, where: str) -> None:
        self._ask, self._where = store.connection.execute, where
        self._faults: list[Fault] = []
        self._heads: dict[int, str] = {}
        self._unfinished: list[int] = []
        self._events = self._sittings = self._acts = 0
        self._known: set[str] = set()  # hashes of acts, which receipts may name
        self._began: dict[str, str] = {}  # sitting → what its first event continues (hex), by the acts
        self._ended: dict[str, tuple[int, str]] = {}  # sitting → events and last hash (hex), by the acts
        self._given: dict[str, tuple[int, str]] = {}  # the same of those that were delivered here
        self._name = (self._ask("SELECT name FROM this_database").fetchone() or ("",))[0]

    def report(self) -> VerifyReport:
        faults, unfinished = tuple(self._faults), tuple(self._unfinished)
        return VerifyReport(self._where, self._sittings, self._events, faults, unfinished, self._heads, self._acts)

    def attempt(self, check: Callable[[], None], sitting: int | None = None) -> None:
        """Values that no station writes may stop any check: that is a finding, and the other checks go on."""
        try:
            check()
        except DAMAGE as error:
            self._fault(f"A value is not of its kind: {error}", sitting)

    def frozen(self) -> None:
        """Every frozen row has its seal, and stands as one of its stations delivered it."""
        given = Counter(self._ask("SELECT table_name, seal FROM station_rows").fetchall())
        for table in (*SEALED, "stations", "deliveries"):
            for *values, seal in self._ask(f"SELECT * FROM {table}").fetchall():
                if chain.seal(values) != seal:
                    self._fault(f"A row of {table} was changed: {_named(values)}.")
                elif table in SEALED and not given[table, seal]:
                    self._fault(f"A row of {table} came from no station: {_named(values)}.")
        for table, key, content in (("protocols", "sha256", "source"), ("orders", "sha256", "json"),
                                    ("truths", "sha256", "json")):  # fmt: skip
            for sha256, text in self._ask(f"SELECT {key}, {content} FROM {table}").fetchall():
                if chain.sha256_of(text) != sha256:
                    self._fault(f"What {table} hold under {sha256[:12]}… is not what was frozen.")
        for table, seal, text in self._ask("SELECT table_name, seal, content FROM station_rows").fetchall():
            if chain.sha256_of(text) != seal:
                self._fault(f"A station's row of {table} was changed: {text[:80]}.")

    def station(self, station: str, called: str) -> None:
        """The station's chain of acts, and what it says of the station's rows."""
        previous, told, count = bytes.fromhex(station), Counter[tuple[str, str]](), 0
        for seq, utc, role, who, kind, text, before, own in self._ask(ACTS, (station,)):
            linked = link(previous, seq, utc, Who(role, who), kind, text)
            if (seq, before, own) != (count, previous, linked):
                self._fault(f"Act {count} of {called} is missing, out of its order, or was changed.")
                return
            self._take(kind, json.loads(text), told)
            previous, count = linked, count + 1
            self._known.add(linked.hex())
        self._acts += count
        head = self._ask("SELECT acts, hash FROM station_act_heads WHERE station = ?", (station,)).fetchone()
        if head is None or tuple(head) != (count, previous):
            self._fault(f"{called} delivered {head[0] if head else 'some'} acts, {count} are there.")
        query = "SELECT table_name, seal FROM station_rows WHERE station = ?"
        held = Counter(self._ask(query, (station,)).fetchall())
        for table, change in (*((each, "missing") for each, _ in told - held),
                              *((each, "there past its acts") for each, _ in held - told)):  # fmt: skip
            self._fault(f"A row of {table} that {called} froze is {change}.")

    def _take(self, kind: str, said: dict[str, Any], told: Counter[tuple[str, str]]) -> None:
        if kind == "RowFrozen" and said["table"] in SEALED:
            told[said["table"], said["seal"]] += 1
        elif kind == "LedgerBegan":
            told.update((table, seal) for table, seal, *_ in said["rows"] if table in SEALED)
            self._began |= dict(said["sittings"])
        elif kind == "SittingBegun":
            self._began[begun_in(kind, said)[0]] = said["genesis"]
        elif kind == "SittingSealed":
            self._ended[said["sitting"]] = (said["events"], said["hash"])
        elif kind == "Delivered" and said["to"] == self._name:
            self._given[said["sitting"]] = (said["events"], said["hash"])

    def sittings(self) -> None:
        rows = self._ask(SITTINGS).fetchall()
        for uid in sorted(self._given.keys() - {row[1] for row in rows}):
            self._fault(f"Sitting {uid} was delivered and is not there.")
        for row in rows:
            self._sittings += 1
            self.attempt(partial(self._check, row), row[0])
        lost = "SELECT DISTINCT sitting FROM {} WHERE sitting NOT IN (SELECT id FROM sittings)"
        for table in ("events", "samples", "heads", "deliveries"):
            for (sitting,) in self._ask(lost.format(table)).fetchall():
                self._fault(f"There are rows of {table}, but the sitting is gone.", sitting)

    def _check(self, row: Any) -> None:
        for what, seq in self._sitting(row):
            self._fault(what, row[0], seq)

    def _sitting(self, row: Any) -> Iterator[tuple[str, int | None]]:
        """What is wrong with one sitting: in words, and at which event."""
        key, uid, reader, protocol, number, started, provenance, first, order, count, head, station, given, last = row
        bound = {"uid": uid, "reader": reader, "protocol_sha256": protocol, "number": number, "started_utc": started}
        if chain.genesis(**bound, provenance=provenance, order_sha256=order) != first:
            yield "The sitting's own row, its protocol or its reading order was changed.", None
        if self._began.get(uid) != first.hex():
            yield "No station's acts say that this sitting was begun.", None
        previous, events, kind = first, 0, ""
        for seq, at_ns, utc, kind, text, before, own, codec, data in self._ask(EVENTS, (key,)):
            linked = chain.link(previous, seq, at_ns, utc, kind, text)
            if wrong := _broken((seq, before, own), (events, previous, linked)):
                yield wrong, events
                return
            if packing_of(text) != (None if data is None else (codec, hashlib.sha256(data).hexdigest())):
                yield "The event's samples are not those that were written.", events
            previous, events = linked, events + 1
        self._events += events
        self._heads[key] = previous.hex()
        if kind != "SittingEnded":
            self._unfinished.append(key)
        if station is None or (events, previous.hex()) != (given, last) or (events, previous) != (count, head):
            yield f"{given or 'no'} events were delivered, {events} are there.", events
        ends = (events, previous.hex())
        if self._ended.get(uid, ends) != ends or self._given.get(uid, ends) != ends:
            yield "The sitting does not end as its station sealed it.", events

    def receipts(self, receipts: Collection[str]) -> None:
        for receipt in receipts:
            if receipt not in self._heads.values() and receipt not in self._known:
                self._fault(f"Receipt {receipt} does not fit: no sitting that was delivered ends with it.")

    def _fault(self, what: str, sitting: int | None = None, seq: int | None = None) -> None:
        self._faults.append(Fault(what, sitting, seq))


def _broken(found: tuple[Any, ...], expected: tuple[Any, ...]) -> str:
    """What is wrong with one event, empty for nothing: (place, hash before it, its own hash)."""
    for is_, should_be, what in zip(
        found,
        expected,
        (
            f"Event {expected[0]} is missing.",
            "The event does not follow the one before it.",
            "The event was changed after it was delivered.",
        ),
        strict=True,
    ):
        if is_ != should_be:
            return what
    return ""


def _named(values: list[Any]) -> str:
    return ", ".join(str(value)[:20] for value in values[:2])
