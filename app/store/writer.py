"""The one thread that writes a store: batches, acknowledgements, and what happens when the disk says no.

What belongs here: taking events from a queue, chaining them, committing them. What does not: what the events mean, and
reading them back (reader).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from sqlite3 import Connection
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from app.store import chain, ledger
from app.store.connection import announce, beside, last_holder, open_exclusive, problem_from, scalar, why_not_opened
from app.store.event_rows import EventRow, row_of
from app.store.safety import journal, playback
from app.store.safety.backup import Backups, back_up
from app.store.safety.holding import Holding, left_behind, say_settled
from app.store.safety.journal import HeldRow
from app.store.safety.lost_file import found_again, identity, refuse_lost
from app.store.safety.playback import PlayedBack
from app.tracking.events import Event
from app.tracking.events.base import DenseEvent
from app.tracking.held import Held
from study_configs.problem import ProgramError, StudyProblem

BATCH_S = 0.1
RETRY_S = 1.0
MOST_ROWS = 2_000  # in a transaction, unless rows were held
T = TypeVar("T")

ENDED = "SittingEnded"
INSERT_EVENT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_SAMPLES = "INSERT INTO samples VALUES (?, ?, ?, ?)"
SET_HEAD = """INSERT INTO heads VALUES (?, ?, ?)
    ON CONFLICT (sitting) DO UPDATE SET events = excluded.events, hash = excluded.hash"""
SET_END = "UPDATE sittings SET ended_utc = ? WHERE id = ? RETURNING uid"
INSERT_SITTING = """INSERT INTO sittings (uid, reader, protocol_sha256, number, started_utc, provenance, genesis)
    VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id"""

Entry = tuple[int, Event, int, "Future[str] | None"]  # sitting, event, UTC in ns since 1970, who waits for the commit


class _Row(NamedTuple):  # as are heads: a dataclass takes four times as long to make
    """An event as it will stand in its row, all but its place in the chain."""

    sitting: int
    utc: str
    event: EventRow
    waiting: Future[str] | None


@dataclass(frozen=True, slots=True)
class _Job:
    """Something else to be done on the writer's connection, in a transaction of its own."""

    do: Callable[[Connection], Any]
    waiting: Future[Any]


class _Head(NamedTuple):
    events: int
    hash: bytes


class StoreWriter:
    """The store: one exclusive connection in one thread; events in, commits out.

    `on_problem` and `on_safe` are called in the writer's thread: when rows can't be made safe, and when they are again.
    While they can't be, batches are kept in memory and in the emergency journal (a file in `journals`) and tried again
    every second, and no new confirmation is taken. A journal that was left behind is played back at opening
    (`played_back`). With `backups`, a backup is made whenever a sitting has ended (`backup_problem` where it failed).
    Raises StudyProblem where the store can't be opened (see `connection.open_exclusive`).
    """

    def __init__(
        self,
        path: Path,
        *,
        program_version: str = "",
        on_problem: Callable[[StudyProblem | ProgramError], None] = lambda problem: None,
        on_safe: Callable[[], None] = lambda: None,
        journals: Path | None = None,
        backups: Backups | None = None,
    ) -> None:
        self._path = path
        self.problem: StudyProblem | ProgramError | None = None
        self.played_back: tuple[PlayedBack, ...] = ()
        self.backup_problem: StudyProblem | None = None
        self._journals, self._backups = journals or journal.default_folder(), backups
        self._backup_due = False
        self._on_problem, self._on_safe = on_problem, on_safe
        self._queue: SimpleQueue[Entry | _Job] = SimpleQueue()
        self._urgent = threading.Event()
        self._closing = False
        self._kept: list[_Row] = []
        self._heads: dict[int, _Head] = {}
        self._uids: dict[int, str] = {}
        opened: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(opened, program_version), name="store writer", daemon=True
        )
        self._thread.start()
        opened.result()

    @property
    def path(self) -> Path:
        """The store's file."""
        return self._path

    @property
    def held(self) -> Held | None:
        """What is held while there is a problem."""
        return self._holding.held

    # --- called from other threads

    def append(self, sitting: int, event: Event, utc_ns: int) -> None:
        """Take an event; it is on the disk within about 100 ms. Costs the caller one `put`.

        What is acknowledged, and samples, which were gathered for 200 ms already, are written at once.
        Raises ProgramError once the store is closed.
        """
        if self._closing:
            raise ProgramError(f"A {type(event).__name__} came after the store was closed.")
        self._queue.put((sitting, event, utc_ns, None))
        if (event.acknowledged or isinstance(event, DenseEvent)) and not self._urgent.is_set():
            self._urgent.set()  # which costs more than asking

    def commit(self, sitting: int, event: Event, utc_ns: int) -> Future[str]:
        """Take an event and write it at once. The future resolves after the commit, with the sitting's head hash.

        It fails at once with the StudyProblem while earlier rows can't be made safe, and with a ProgramError once the
        store is closed; the event is then not taken.
        Its callbacks run in the writer's thread.
        """
        waiting: Future[str] = Future()
        waiting.set_running_or_notify_cancel()
        refusal = ProgramError("The store is closed.") if self._closing else self.problem
        if refusal is not None:
            waiting.set_exception(refusal)
            return waiting
        self._queue.put((sitting, event, utc_ns, waiting))
        self._urgent.set()
        return waiting

    def run(self, do: Callable[[Connection], T]) -> Future[T]:
        """Do something on the store's connection, after all events taken so far, in one transaction."""
        waiting: Future[T] = Future()
        waiting.set_running_or_notify_cancel()
        if self._closing or not self._thread.is_alive():
            waiting.set_exception(ProgramError("The store is closed."))
            return waiting
        self._queue.put(_Job(do, waiting))
        self._urgent.set()
        return waiting

    def begin_sitting(
        self, *, reader: str, protocol_sha256: str, number: int, provenance: dict[str, Any] | None = None
    ) -> int:
        """A new sitting of an enrolled reader; returns its id. `number` is which sitting of the order.

        `provenance` (program, Python, screen) names no person and no machine. A resumed sitting is a new row of the
        same number: its monotonic clock has another origin.
        """
        bound = {
            "uid": uuid4().hex,
            "reader": reader,
            "protocol_sha256": protocol_sha256,
            "number": number,
            "started_utc": chain.utc_text(time.time_ns()),
            "provenance": chain.canonical(provenance or {}),
        }
        return self.run(lambda connection: self._begin_sitting(connection, bound)).result()

    def close(self) -> None:
        """Write everything that was taken, fold the WAL into the file and let go of it.

        Raises StudyProblem where that can't be done; events that were never confirmed to anybody may then be lost.
        """
        self._closing = True
        self._urgent.set()
        self._thread.join()
        if self.problem is not None:
            raise self.problem

    # --- the writer's thread

    def _run(self, opened: Future[None], program_version: str) -> None:
        try:
            self._connection = open_exclusive(self.path, program_version)
        except Exception as error:  # noqa: BLE001 whatever it is, somebody waits for the store to be open
            opened.set_exception(why_not_opened(error, self.path))
            return
        try:
            self._settle_in()
        except Exception as error:  # noqa: BLE001 as above
            self._connection.close()
            opened.set_exception(why_not_opened(error, self.path))
            return
        opened.set_result(None)
        try:
            self._work()
        except BaseException as error:
            self._give_up(ProgramError(f"The store's writer stopped: {error!r}"))
            raise
        finally:
            self._holding.close()
            self._connection.close()

    def _settle_in(self) -> None:
        """Once the store is open: have back what was held, then say who holds it."""
        last = last_holder(self.path)
        self._file = identity(self.path)
        self._uid = str(scalar(self._connection, "SELECT uid FROM act_heads"))
        self._holding = Holding(self.path, self._journals, self._uid)
        found = left_behind(self.path, self._journals, self._uid, last)
        self.played_back = tuple(self._play_back(each) for each in found)
        try:
            announce(self.path, self._journals)
        except OSError:
            beside(self.path).unlink(missing_ok=True)
            raise

    def _play_back(self, path: Path) -> PlayedBack:
        """Write what a journal holds in one transaction, as if it were new.

        Raises sqlite3.Error, StudyProblem or OSError; the journal then stays as it is.
        """
        journalled = journal.read(path)
        try:
            lacking = playback.missing(self._connection, journalled)
        except playback.Unfit as error:
            say_settled(self.path)
            return PlayedBack(0, journal.set_aside(path), str(error))
        for each in lacking:
            self._heads[each.sitting], self._uids[each.sitting] = _Head(each.events, each.hash), each.uid
            self._kept += [_kept(each.sitting, row) for row in each.rows]
        rows = len(self._kept)
        self._heads, self._kept = self._commit_kept(), []
        say_settled(self.path)
        if journalled.is_broken:
            return PlayedBack(rows, journal.set_aside(path), "its end is damaged")
        journal.remove(path)
        return PlayedBack(rows)

    def _work(self) -> None:
        while not self._closing:
            self._urgent.wait(RETRY_S if self.problem else BATCH_S)
            self._urgent.clear()
            self._serve()
            self._back_up()
        self._serve()
        if self._kept:
            self._give_up(self.problem or ProgramError("Rows were left over."))
            return
        self._back_up()
        with suppress(
            sqlite3.Error
        ):  # no room to fold it in: the log holds it, and the next to open the store folds it
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        beside(self.path).unlink(missing_ok=True)

    def _serve(self) -> None:
        while not self._take():
            self._flush()
        self._flush()

    def _back_up(self) -> None:
        """After a sitting's end: the farewell is on the screen already, and whoever comes next is served meanwhile."""
        if self._backups is None or not self._backup_due:
            return
        self._backup_due = False
        try:
            back_up(self._connection, self.path, self._backups, self._serve)
        except StudyProblem as problem:
            self.backup_problem = problem

    def _take(self) -> bool:
        """Take rows for the next flush, do jobs in their turn; False where the rows are enough and more may wait."""
        while self.problem is not None or len(self._kept) < MOST_ROWS:
            try:
                item = self._queue.get_nowait()
            except Empty:
                return True
            if isinstance(item, _Job):
                self._do(item)
            else:
                self._keep(*item)
        return False

    def _keep(self, sitting: int, event: Event, utc_ns: int, waiting: Future[str] | None) -> None:
        try:
            row = row_of(event)
        except ProgramError as refused:
            if waiting is not None:
                waiting.set_exception(refused)
            self._on_problem(refused)
            return
        self._kept.append(_Row(sitting, chain.utc_text(utc_ns), row, waiting))

    def _do(self, job: _Job) -> None:
        self._flush()
        if self.problem is not None:
            job.waiting.set_exception(self.problem)
            return
        try:
            self._begin()
            result = job.do(self._connection)
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 whatever it is belongs to the one who waits for the job
            self._roll_back()
            job.waiting.set_exception(problem_from(error, self.path) if isinstance(error, sqlite3.Error) else error)
            return
        job.waiting.set_result(result)

    def _flush(self) -> None:
        """Write what is kept in one transaction and tell those who wait; on failure keep it and say so."""
        if not self._kept:
            return
        try:
            self._look_for_file()
            heads = self._commit_kept()
        except (sqlite3.Error, StudyProblem, OSError) as error:
            self._roll_back()
            self._unsafe(error if isinstance(error, StudyProblem) else problem_from(error, self.path, held=True))
            return
        written, self._kept, self._heads = self._kept, [], heads
        self._safe()
        self._backup_due = self._backup_due or any(row.event.kind == ENDED for row in written)
        for row in written:
            if row.waiting is not None:
                row.waiting.set_result(heads[row.sitting].hash.hex())

    def _commit_kept(self) -> dict[int, _Head]:
        """Write what is kept; returns the heads as they then are. Raises sqlite3.Error, StudyProblem or OSError."""
        heads = self._heads.copy()
        self._begin()
        self._write(heads)
        self._refuse_lost_file()
        self._connection.execute("COMMIT")
        return heads

    def _chained(self, heads: dict[int, _Head]) -> Iterator[tuple[_Row, _Head, bytes]]:
        """Each kept row with the head that it continues and its own hash; `heads` moves along."""
        for row in self._kept:
            head, event = heads[row.sitting], row.event
            linked = chain.link(head.hash, head.events, event.at_ns, row.utc, event.kind, event.payload)
            heads[row.sitting] = _Head(head.events + 1, linked)
            yield row, head, linked

    def _write(self, heads: dict[int, _Head]) -> None:
        rows, samples, ended = [], [], []
        for (sitting, utc, event, _), head, linked in self._chained(heads):
            rows.append((sitting, head.events, event.at_ns, utc, event.kind, event.payload, head.hash, linked))
            if event.samples is not None:
                samples.append((sitting, head.events, *event.samples))
            if event.kind == ENDED:
                ended.append((utc, sitting))
        touched = {row.sitting for row in self._kept}
        self._connection.executemany(INSERT_EVENT, rows)
        self._connection.executemany(INSERT_SAMPLES, samples)
        self._connection.executemany(SET_HEAD, [(key, heads[key].events, heads[key].hash) for key in touched])
        for utc, sitting in ended:
            (uid,) = self._connection.execute(SET_END, (utc, sitting)).fetchone()
            ledger.sitting_sealed(self._connection, uid, heads[sitting].events, heads[sitting].hash)

    def _begin_sitting(self, connection: Connection, bound: dict[str, Any]) -> int:
        find = "SELECT sha256 FROM orders WHERE reader = ? AND protocol_sha256 = ?"
        order = scalar(connection, find, (bound["reader"], bound["protocol_sha256"]))
        if order is None:
            raise ProgramError("A sitting needs an enrolled reader.")
        start = chain.genesis(**bound, order_sha256=order)
        sitting = int(scalar(connection, INSERT_SITTING, (*bound.values(), start)))
        connection.execute(SET_HEAD, (sitting, 0, start))
        ledger.sitting_begun(connection, bound["uid"], start)
        self._heads[sitting], self._uids[sitting] = _Head(0, start), bound["uid"]
        return sitting

    def _begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def _refuse_lost_file(self) -> None:
        refuse_lost(self.path, self._file)

    def _roll_back(self) -> None:
        """A full disk rolls back by itself, and then ROLLBACK would raise: ask first."""
        with suppress(sqlite3.ProgrammingError):  # the connection may be closed (see lost_file)
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _look_for_file(self) -> None:
        """After a problem: the store may stand at its place again, as another file."""
        if self.problem is None:
            return
        heads = {sitting: (head.events, head.hash) for sitting, head in self._heads.items()}
        again = found_again(self.path, self._file, self._connection, self._uid, heads)
        if again is not None:
            self._connection, self._file = again, identity(self.path)
        self._connection.execute("PRAGMA shrink_memory").fetchall()  # a page that was read wrongly is read again

    def _unsafe(self, problem: StudyProblem) -> None:
        news = self.problem is None or self.problem.args != problem.args
        self._hold()
        self.problem = problem
        if news:
            self._on_problem(problem)

    def _hold(self) -> None:
        """What the store does not take goes into the emergency journal, in its place in the chain."""
        chained = self._chained(self._heads.copy())
        held = [_held(self._uids[row.sitting], row, head, own) for row, head, own in chained]
        self._holding.hold(held, sum(row.waiting is not None for row in self._kept))

    def _safe(self) -> None:
        if self.problem is not None:
            self._holding.let_go()
            self.problem = None
            self._on_safe()

    def _give_up(self, problem: StudyProblem | ProgramError) -> None:
        """Nothing more will be written: whoever waits is told, and so is everybody who comes later."""
        self.problem = problem
        waiting = [row.waiting for row in self._kept if row.waiting is not None]
        while not self._queue.empty():
            item = self._queue.get_nowait()
            late = item.waiting if isinstance(item, _Job) else item[3]
            if late is not None:
                waiting.append(late)
        for future in waiting:
            future.set_exception(problem)
        self._on_problem(problem)


def _kept(sitting: int, row: HeldRow) -> _Row:
    return _Row(sitting, row.utc, EventRow(row.at_ns, row.kind, row.payload, row.samples), None)


def _held(uid: str, row: _Row, head: _Head, own: bytes) -> HeldRow:
    at_ns, kind, payload, samples = row.event
    return HeldRow(uid, head.events, at_ns, row.utc, kind, payload, own, samples)
