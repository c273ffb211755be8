"""`readerlab` that stands still at a chosen event, so that a test can end it there, however fast the machine is.

Run as a program by test_sittings: `python halting.py EVENTS MOMENT ARGUMENTS…`. It stops itself (SIGSTOP) once so many
events are being written (MOMENT `writing`, within the transaction) or are in the store (`written`).
"""

from __future__ import annotations

import os
import signal
import sys

from app.cli import main
from app.store.writer import StoreWriter


class Halt:
    """Stops this process once, when the store's writer has come that far."""

    def __init__(self, at_events: int, moment: str) -> None:
        self._at_events, self._moment = at_events, moment
        self._events = 0
        self._is_over = False

    def install(self) -> None:
        write, commit = StoreWriter._write, StoreWriter._commit_kept

        def counted_write(writer, heads):
            write(writer, heads)
            self._events += len(writer._kept)
            self._look("writing")

        def watched_commit(writer):
            heads = commit(writer)
            self._look("written")
            return heads

        StoreWriter._write, StoreWriter._commit_kept = counted_write, watched_commit

    def _look(self, moment: str) -> None:
        if moment == self._moment and self._events >= self._at_events and not self._is_over:
            self._is_over = True
            os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    Halt(int(sys.argv[1]), sys.argv[2]).install()
    sys.argv = ["readerlab", *sys.argv[3:]]
    main()
