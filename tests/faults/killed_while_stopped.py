"""A simulated reader at the real windows whose disk fills at the Nth confirmation, killed when the message stands.

Run as a program by test_stopped_everywhere: `python killed_while_stopped.py STUDY STORE JOURNALS N`. Before its death,
by a real SIGKILL, it prints what was acknowledged (kind and at_ns) and how many events the message says are held.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.simulated.reader import SimulatedReader
from app.tracking.events import Event
from tests.faults.test_stopped_reading import Sitting


def main(study: Path, store: Path, journals: Path, nth: int) -> None:
    sitting = Sitting(study, store, journals)
    safe: list[tuple[str, int]] = []
    commit, taken = sitting.writer.commit, [0]

    def fills(number: int, event: Event, utc_ns: int) -> Future[str]:
        taken[0] += 1
        sitting.writer.full = taken[0] >= nth
        future = commit(number, event, utc_ns)
        future.add_done_callback(lambda done: done.exception() or safe.append((type(event).__name__, event.at_ns)))
        return future

    def die(problem: object) -> None:
        told = {"safe": safe, "held": sitting.writer.held.events, "message": sitting.window.message.isVisible()}
        print(json.dumps(told), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    sitting.writer.commit = fills
    simulated = SimulatedReader(sitting.window, "hasty", "tester")
    sitting.window.page_shown.connect(lambda name: die(name) if name == "message" else None)
    simulated.start()
    QApplication.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
