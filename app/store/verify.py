"""Is this store what was written? Every hash is computed again, and the first bad row of each sitting is named.

What belongs here: checks on the rows and a report of them. What does not: repairing anything.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from app.store import chain, ledger
from app.store.acts_verify import check_acts
from app.store.broken_chain import At, broken
from app.store.connection import DAMAGE, KEEP_IT, last_holder, problem_from, scalar
from app.store.faults import Fault, first_of
from app.store.location import Location
from app.store.migrations import LEDGER_SINCE, NEWEST, make_tables, version_of
from app.store.opening import open_as_it_is
from app.store.safety import journal
from app.store.safety.backup import FOLDER
from app.store.seals import Seal, against, is_of, nearly, receipt_from
from study_configs.problem import StudyProblem
from study_configs.problems import ProtocolProblems

SITTINGS = """SELECT s.id, s.uid, s.reader, s.protocol_sha256, s.number, s.started_utc, s.provenance, s.genesis,
    s.ended_utc, o.sha256, h.events, h.hash
    FROM sittings s LEFT JOIN orders o ON o.reader = s.reader AND o.protocol_sha256 = s.protocol_sha256
    LEFT JOIN heads h ON h.sitting = s.id ORDER BY s.id"""
EVENTS = """SELECT e.seq, e.at_ns, e.utc, e.kind, e.payload, e.prev_hash, e.hash, s.codec, s.data
    FROM events e LEFT JOIN samples s ON s.sitting = e.sitting AND s.seq = e.seq WHERE e.sitting = ? ORDER BY e.seq"""
OLDER_EVENTS = """SELECT seq, at_ns, utc, kind, payload, prev_hash, hash, NULL, NULL
    FROM events WHERE sitting = ? ORDER BY seq"""
BYTES = """SELECT seq, CAST(utc AS BLOB), CAST(kind AS BLOB), CAST(payload AS BLOB)
    FROM events WHERE sitting = ? ORDER BY seq"""
LOST_SAMPLES = """SELECT s.sitting, s.seq FROM samples s LEFT JOIN events e ON e.sitting = s.sitting AND e.seq = s.seq
    WHERE e.seq IS NULL"""
SAMPLED = '"samples":{'  # in the payload of an event whose samples stand beside it; inside a text it would be escaped
ORPHANS = "SELECT DISTINCT sitting FROM events WHERE sitting NOT IN (SELECT id FROM sittings)"
SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
ACTS_SINCE, SAMPLES_SINCE = 2, 3
FROZEN = (*ledger.SEALED, "accounts")
NOT_PROVEN = (
    "Not proven: that nobody with this program wrote the whole store anew, or put an older copy in its place. Only a "
    "receipt or seal that was kept elsewhere shows that: --receipt, --seal (docs/integrity.md)."
)
AFTER_IT = (
    "Not proven: what came after that receipt or seal, who sat at the station, and that its clock was right "
    "(docs/integrity.md)."
)
MISTYPED = " (it differs from one that does in few digits: was it copied wrongly?)"
UNBOUND = (
    "Nor, as the store has version {version}: that no reader, protocol or whole sitting was put in or taken out. "
    "Its acts tell of them from version 3 on, to which the next sign-in brings it."
)
KEEP_CENTRAL = "Keep the database as it is, and run `readerlab verify` on it: docs/sync.md."
LOST_HEADS = "SELECT sitting FROM heads WHERE sitting NOT IN (SELECT id FROM sittings)"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was checked and found; `heads` holds each sitting's receipt, `unfinished` the sittings without an end.

    A sitting that was cut off is no fault, but only its receipt could show that its end was cut away on purpose.
    """

    path: str
    sittings: int
    events: int
    problems: tuple[Fault, ...]
    unfinished: tuple[int, ...]
    heads: dict[int, str]
    acts: int = 0
    journals: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()
    held_against: tuple[str, ...] = ()
    other_seals: int = 0
    version: int = NEWEST

    @property
    def sound(self) -> bool:
        return not self.problems

    @property
    def first(self) -> Fault | None:
        """The first bad row, None where there is none."""
        return first_of(self.problems)

    def to_text(self) -> str:
        """A few lines for people."""
        noun = "sitting" if self.sittings == 1 else "sittings"
        counted = f"{self.path}: {self.sittings} {noun}, {self.events:,} events"
        counted += f", {self.acts:,} acts" if self.acts else ""
        lines = [f"{counted}: {'every hash agrees' if self.sound else 'NOT as it was written'}."]
        first = self.first
        lines += [f"The first bad row: {first.sentence}"] if first is not None else []
        lines += [f"- {fault.sentence}" for fault in self.problems if fault is not first]
        lines += [f"Sitting {key} was cut off; its receipt is {self.heads.get(key, '-')}." for key in self.unfinished]
        lines += [
            f"Rows wait in the emergency journal {each}: open the store once, then they are saved."
            for each in self.journals
        ]
        lines += [
            f"The emergency journal {each} did not fit and was set aside: what only it holds is in no sitting."
            for each in self.set_aside
        ]
        if self.backups:
            lines.append(f"Backups: {len(self.backups)}, the newest {self.backups[-1]}; they are not checked here.")
        if self.held_against:
            lines.append(f"Held against {', '.join(self.held_against)}.")
        if self.other_seals:
            named = f"Seals of other stores that were named, too: {self.other_seals}."
            lines.append(f"{named} If one was taken of this store, another store stands in its place now.")
        return "\n".join([*lines, self.not_proven])

    @property
    def not_proven(self) -> str:
        """What nobody may conclude from this report."""
        since = AFTER_IT if self.held_against else NOT_PROVEN
        return since if self.version >= LEDGER_SINCE else f"{since} {UNBOUND.format(version=self.version)}"

    def to_json(self) -> str:
        first = None if self.first is None else asdict(self.first)
        return json.dumps(
            {"sound": self.sound, "first": first, **asdict(self), "not_proven": self.not_proven}, indent=2
        )


def verify(path: Location, receipts: Collection[str] = (), seals: Collection[Seal] = ()) -> VerifyReport:
    """Check a store: SQLite's own integrity check, frozen protocols and orders, every sitting's chain, and the acts'.

    A central database is checked by central.verify.

    `receipts` are head hashes (hex) that left the machine at sign-out: each must be the last hash of a sitting. `seals`
    left it, too: the chains must go through what they hold. Raises StudyProblem where the file can't be opened at all,
    or what was given is no receipt.
    """
    receipts = [receipt_from(each) for each in receipts]
    if not isinstance(path, Path):
        from app.store.central.verify import verify_central

        if seals:
            raise StudyProblem("A seal is that of a station's own store.", todo="Name the store that it was taken of.")
        return verify_central(path, receipts)
    with open_as_it_is(path) as connection:
        report = verify_open(connection, path, receipts, seals)
        waiting, aside = _waiting(connection, path)
        return replace(report, journals=waiting, set_aside=aside, backups=_backups(path))


def verify_open(
    connection: Connection, path: Path, receipts: Collection[str] = (), seals: Collection[Seal] = ()
) -> VerifyReport:
    """As `verify`, over a connection that is open, such as the writer's own."""
    checker = _Checker(connection, path)
    for check in (checker.integrity, checker.frozen, checker.chains, checker.acts, checker.ledger, checker.schema):
        checker.attempt(check)
    checker.receipts(receipts)
    checker.attempt(partial(checker.seals, seals))
    return checker.report()


def _waiting(connection: Connection, path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Emergency journals that the store is to be given, and those that were set aside, as far as they lie where this
    machine keeps them."""
    told = last_holder(path).journals
    folders = {each for each in (journal.default_folder(), told) if each is not None and _is_open_to_us(each)}
    try:
        uid = str(scalar(connection, "SELECT uid FROM act_heads"))
    except sqlite3.Error:  # which the report tells already
        return (), ()
    found = journal.left_behind(sorted(folders), uid), journal.were_set_aside(sorted(folders), uid)
    waiting, aside = (tuple(str(each) for each in paths) for paths in found)
    return waiting, aside


def _is_open_to_us(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except PermissionError:  # it lies in another user's home
        return False


def _backups(path: Path) -> tuple[str, ...]:
    return tuple(str(each) for each in sorted((path.parent / FOLDER).glob(f"{path.stem}-*{path.suffix}")))


@contextmanager
def blaming_damage(path: Location, check: Callable[[Location], VerifyReport] = verify) -> Iterator[None]:
    """Errors inside, over a store that is not as it was written, come out as a StudyProblem that names the damage.

    Over a sound store they are errors of ours and go on as they are.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, StudyProblem) and error.where and not isinstance(error, ProtocolProblems):
            raise
        where, found = _named(path), check(path)
        if not found.sound:
            first = first_of(found.problems)
            assert first is not None  # an unsound store has one
            todo = KEEP_IT if isinstance(path, Path) else KEEP_CENTRAL
            raise StudyProblem(f"The store is damaged: {first.sentence}", where=where, todo=todo) from error
        if isinstance(error, StudyProblem) and not error.where:
            raise StudyProblem(error.what, where=where, todo=error.todo) from error
        raise


def _named(path: Location) -> str:
    if isinstance(path, Path):
        return str(path)
    from app.store.central.database import address_of

    return address_of(path)


class _Checker:
    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._faults: list[Fault] = []
        self._heads: dict[int, str] = {}
        self._inner: set[str] = set()  # hashes before the last of a sitting
        self._unfinished: list[int] = []
        self._events = self._sittings = self._acts = 0
        self._act_hashes: frozenset[str] = frozenset()
        self._named: dict[int | None, tuple[str, str, int | None]] = {}  # uid, reader, number of each sitting
        self._keys: dict[str, int] = {}
        self._held_against, self._other_seals = list[str](), 0
        told = version_of(connection)
        self._version = told if 0 < told <= NEWEST else NEWEST
        if told != self._version:
            self._fault(f"The store says that it has version {told}, which this program does not know.")

    def report(self) -> VerifyReport:
        faults = tuple(dict.fromkeys(self._placed(fault) for fault in self._faults))
        return VerifyReport(
            str(self._path), self._sittings, self._events, faults, tuple(self._unfinished), self._heads, self._acts,
            held_against=tuple(self._held_against), other_seals=self._other_seals, version=self._version,
        )  # fmt: skip

    def _placed(self, fault: Fault) -> Fault:
        """With the sitting's names, where they are known."""
        key = fault.sitting if fault.sitting is not None else self._keys.get(fault.uid)
        uid, reader, number = self._named.get(key, (fault.uid, fault.reader, fault.number))
        return replace(fault, sitting=key, uid=uid, reader=reader, number=number)

    def attempt(self, check: Callable[[], None], sitting: int | None = None) -> None:
        """A damaged file may stop any query: that is a finding, and the other checks go on."""
        try:
            check()
        except sqlite3.Error as error:
            what = f"The file can't be read to the end: {problem_from(error, self._path).what}"
            self._fault(what, sitting, None if sitting is None else self._undecodable(sitting))
        except DAMAGE as error:
            self._fault(f"A value is not of its kind: {error}", sitting)

    def _undecodable(self, sitting: int) -> int | None:
        """The first event whose texts are no UTF-8, None where all are."""
        with suppress(sqlite3.Error):  # which has been told
            for seq, *texts in self._rows(BYTES, sitting):
                if not all(_is_text(each) for each in texts):
                    return int(seq)
        return None

    def integrity(self) -> None:
        for (said,) in self._rows("PRAGMA cipher_integrity_check"):  # SQLCipher's own; nothing for a plain store
            self._fault(f"SQLCipher says of the encrypted file: {said}")
        for (said,) in self._rows("PRAGMA integrity_check"):
            if said != "ok":
                self._fault(f"SQLite's integrity check says: {said}")

    def schema(self) -> None:
        """Tables, triggers and views as a store of its version has them."""
        for table, *_ in self._rows("PRAGMA foreign_key_check"):
            self._fault(f"A row of {table} points to nothing.")
        wanted, held = _schema_of(self._version), set(self._rows(SCHEMA))
        for kind, name, _ in sorted(wanted - held):
            self._fault(f"The {kind} {name} was changed or taken out.")
        for kind, name, _ in sorted(held - wanted):
            if (kind, name) not in {each[:2] for each in wanted}:
                self._fault(f"There is a {kind} {name} that no store has.")

    def ledger(self) -> None:
        if self._version >= LEDGER_SINCE:
            self._faults += ledger.faults(self._connection)

    def frozen(self) -> None:
        for table in FROZEN if self._version >= ACTS_SINCE else ledger.SEALED:
            for *values, seal in self._rows(f"SELECT * FROM {table}"):
                if chain.seal(values) != seal:
                    key = " ".join(str(each) for each in values[: ledger.KEYS.get(table, 2)])
                    self._row_fault(table, key, f"A row of {table} was changed: {key}.")
        for sha256, source in self._rows("SELECT sha256, source FROM protocols"):
            if chain.sha256_of(source) != sha256:
                self._row_fault("protocols", sha256, f"The text of protocol {sha256} is not the one that was frozen.")
        for reader, text, sha256 in self._rows("SELECT reader, json, sha256 FROM orders"):
            if chain.sha256_of(text) != sha256:
                self._row_fault("orders", reader, f"The reading order of {reader} is not the one that was frozen.")
        for sha256, text in self._rows("SELECT sha256, json FROM truths"):
            if chain.sha256_of(text) != sha256:
                self._row_fault("truths", sha256, f"The truth {sha256} is not the one that was frozen.")

    def chains(self) -> None:
        for row in self._rows(SITTINGS):
            self._sittings += 1
            self.attempt(partial(self._chain, row), row[0])
        for (sitting,) in [*self._rows(ORPHANS), *self._rows(LOST_HEADS)]:
            self._fault(f"There are events of a sitting {sitting}, but the sitting is gone.", sitting)
        for sitting, seq in self._rows(LOST_SAMPLES) if self._has_samples else ():
            self._fault("There are samples, but their event is gone.", sitting, seq)

    def _chain(self, row: Any) -> None:
        sitting, uid, reader, protocol, number, started, provenance, genesis, ended, order, count, head = row
        self._named[sitting], self._keys[uid] = (uid, reader, number), sitting
        bound = {"uid": uid, "reader": reader, "protocol_sha256": protocol, "number": number, "started_utc": started}
        if chain.genesis(**bound, provenance=provenance, order_sha256=order) != genesis:
            self._fault("The sitting's own row, its protocol or its reading order was changed.", sitting)
        before, previous, last, kinds = b"", genesis, None, Counter[str]()
        for seq, event in enumerate(self._rows(EVENTS if self._has_samples else OLDER_EVENTS, sitting)):
            if not _continues(event, seq, previous):
                where, what = broken(self._connection, event[:7], At(sitting, seq, previous, before))
                self._fault(what, sitting, where)
                return
            if (event[8] is not None or SAMPLED in event[4]) and (what := _samples_broken(*event[4:])):
                self._fault(what, sitting, seq)
                return
            self._inner.add(previous.hex())
            before, previous, last = previous, event[6], event
            kinds[event[3]] += 1
            self._events += 1
        self._heads[sitting] = previous.hex()
        if (count, head) != (kinds.total(), previous):
            self._fault(_miscounted(count, kinds.total()), sitting, min(count or 0, kinds.total()))
        self._end(sitting, ended, last, kinds)

    def _end(self, sitting: int, ended: str | None, last: Any, kinds: Counter[str]) -> None:
        if last is None or last[3] != "SittingEnded":
            self._unfinished.append(sitting)
            if ended is not None:
                self._fault("The sitting is marked as ended, but its last event is missing.", sitting)
            return
        kinds["SittingEnded"] -= 1
        if _of_payload(last[4], "counts") != dict(+kinds):
            self._fault("The counts in the last event are not those of the events there.", sitting, last[0])
        if ended != last[2]:
            self._fault("The sitting's end is not the time of its last event.", sitting)

    def acts(self) -> None:
        if self._version < ACTS_SINCE:
            return
        found = check_acts(self._connection)
        self._acts, self._act_hashes = found.acts, found.hashes
        self._faults += found.faults

    def receipts(self, receipts: Collection[str]) -> None:
        for receipt in receipts:
            self._held_against.append(f"receipt {receipt[:8]}…")
            if receipt in self._heads.values() or receipt in self._act_hashes:  # acts go on after a sign-out
                continue
            after = "events were added after it" if receipt in self._inner else "no sitting ends with it"
            after += MISTYPED if nearly(receipt, {*self._heads.values(), *self._act_hashes}) else ""
            self._fault(f"Receipt {receipt} does not fit this store: {after}.")

    def seals(self, seals: Collection[Seal]) -> None:
        """A lab book may hold those of other stores, too; where all do, another may stand in the place of this."""
        if seals and self._version < ACTS_SINCE:
            self._fault("Stores of this version were not sealed: an older copy may stand in the place of the store.")
            return
        own = [each for each in seals if is_of(self._connection, each)]
        for seal in own or seals:
            self._held_against.append(f"the seal of {seal.utc}")
            self._faults += against(self._connection, seal)
        self._other_seals = len(seals) - len(own) if own else 0

    @property
    def _has_samples(self) -> bool:
        return self._version >= SAMPLES_SINCE

    def _rows(self, query: str, *values: Any) -> Iterator[Any]:
        return iter(self._connection.execute(query, values))

    def _row_fault(self, table: str, key: str, what: str) -> None:
        self._faults.append(Fault(what, table=table, key=key))

    def _fault(self, what: str, sitting: int | None = None, seq: int | None = None) -> None:
        self._faults.append(Fault(what, sitting, seq))


@cache
def _schema_of(version: int) -> frozenset[tuple[str, str, str]]:
    if version == NEWEST:
        new = sqlite3.connect(":memory:")
        make_tables(new)
    else:
        from app.store.migrations.runner import tables_by_steps

        new = tables_by_steps(version)
    with closing(new):
        return frozenset(new.execute(SCHEMA))


def _miscounted(written: int | None, there: int) -> str:
    counted = f"{written} events were written, {there} are there."
    if written is None or written == there:
        return f"The sitting's last hash is not the one that was written; {counted}"
    return f"Event {min(written, there)} {'is missing' if there < written else 'was put in'}: {counted}"


def _continues(event: Any, expected: int, previous: bytes) -> bool:
    """Whether this event is the next of its chain, and as it was written."""
    seq, at_ns, utc, kind, text, prev_hash, own, *_ = event
    return (seq, prev_hash) == (expected, previous) and chain.link(previous, seq, at_ns, utc, kind, text) == own


def _samples_broken(text: str, _: bytes, __: bytes, codec: str | None, data: bytes | None) -> str:
    """Whether the samples beside an event are those that its header, which the chain holds, names; empty for yes."""
    header = _of_payload(text, "samples")
    if not isinstance(header, dict):
        return "Samples stand beside an event that has none."
    if data is None:
        return "The event's samples are missing."
    if (codec, hashlib.sha256(data).hexdigest()) != (header.get("codec"), header.get("sha256")):
        return "The event's samples were changed after they were written."
    return ""


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _of_payload(text: str, name: str) -> Any:
    """One field of an event, None where its payload is nothing that a ReaderLab writes."""
    try:
        return json.loads(text)[name]
    except DAMAGE:
        return None
