"""Python's garbage, collected in the windows' thread alone.

What belongs here: when cycles are looked for in a process with windows. What does not: what they are made of.

Python looks for cycles in whichever thread makes the next object: the store's writer, a loader. A widget or timer of
ours that is found there is destroyed there, where Qt can neither stop its timers nor close its window: the process
hangs or crashes (tests/app/assembling/test_collecting.py).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

LOOK_MS = 250


class Collector(QObject):
    """Collects what is due while the event loop runs; no other thread does from now on, in the process's whole life."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        gc.disable()
        ticking = QTimer(self, interval=LOOK_MS)
        ticking.timeout.connect(self.look)
        ticking.start()

    def look(self) -> None:
        """Collect the oldest generation that is due by Python's own thresholds."""
        made, most = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(len(most)) if made[generation] > most[generation]]
        if due:
            gc.collect(due[-1])


def collector(app: QApplication) -> Collector:
    """The process's one collector, at work from its first mention on."""
    return app.findChild(Collector) or Collector(app)
