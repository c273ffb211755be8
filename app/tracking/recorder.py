"""The recorder: every event of one sitting goes through here to the log, and is counted.

What belongs here: handing over, counting, the clock. What does not: writing (store), Qt (observer).
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import Future
from pathlib import Path
from typing import Literal, Protocol

from app.tracking.events import Event, SittingEnded
from app.tracking.held import Held
from study_configs.problem import ProgramError, StudyProblem


class Log(Protocol):
    """Where events go: `app.store.writer.StoreWriter`, or a list in a test."""

    @property
    def problem(self) -> StudyProblem | ProgramError | None:
        """Why rows can't be made safe now."""

    @property
    def held(self) -> Held | None:
        """What is held while there is a problem."""

    @property
    def path(self) -> Path:
        """The file that is written."""

    def append(self, sitting: int, event: Event, utc_ns: int) -> None: ...

    def commit(self, sitting: int, event: Event, utc_ns: int) -> Future[str]: ...


def clock() -> int:
    """The workstation's monotonic clock in ns, which every event's `at_ns` is read from."""
    return time.monotonic_ns()


class Recorder:
    """The log of one sitting, as the windows see it. Called from one thread, the windows'."""

    def __init__(self, log: Log, sitting: int) -> None:
        self.sitting = sitting
        self.counts: Counter[str] = Counter()  # events taken so far, by kind
        self._log, self._append, self._commit = log, log.append, log.commit
        self._ending: Future[str] | None = None  # the receipt to come, once the sitting's last event was taken

    @property
    def problem(self) -> StudyProblem | None:
        """What in the world keeps the log from being written now, such as a full disk."""
        return self._log.problem if isinstance(self._log.problem, StudyProblem) else None

    @property
    def held(self) -> Held | None:
        """What waits to be made safe while there is a problem."""
        return self._log.held

    @property
    def path(self) -> Path:
        """The file that is written, for messages."""
        return self._log.path

    def record(self, event: Event) -> None:
        """Take an event: one count and one `put`. It is on the disk within about 100 ms.

        What still happens while the window closes, after the sitting's end, is not part of the sitting and is left out.
        """
        if self._ending is not None:
            return
        self._append(self.sitting, event, time.time_ns())
        self.counts[type(event).__name__] += 1

    def commit(self, event: Event) -> Future[str]:
        """Take an event that is shown as done only when the future resolves (after the commit, with the head hash).

        The future has failed already with a StudyProblem while the log can't write, and with a ProgramError after the
        sitting's end; the event is then not taken and not counted. Callbacks run in the log's thread.
        """
        if self._ending is not None:
            return _failed(ProgramError(f"A {type(event).__name__} came after the sitting's end."))
        future = self._commit(self.sitting, event, time.time_ns())
        if not _refused(future):
            self.counts[type(event).__name__] += 1
        return future

    def end(self, reason: Literal["finished", "signed_out", "failed", "time_up"]) -> Future[str]:
        """Commit the sitting's last event, with the counts of all before it; the future gives the receipt.

        The receipt is the head hash in hex. It must leave the machine (printed or exported), since a chain alone shows
        only clumsy tampering. A sitting ends once: asked again, it gives the same future, unless the log had refused.
        """
        if self._ending is not None:
            return self._ending
        future = self.commit(SittingEnded(at_ns=clock(), reason=reason, counts=dict(self.counts)))
        if not _refused(future):
            self._ending = future
        return future


def _failed(error: ProgramError) -> Future[str]:
    future: Future[str] = Future()
    future.set_exception(error)
    return future


def _refused(future: Future[str]) -> bool:
    return future.done() and future.exception() is not None
