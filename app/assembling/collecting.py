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
        self._old = self._grown_old = 0  # objects at the last full collection, and those that have grown old since
        ticking = QTimer(self, interval=LOOK_MS)
        ticking.timeout.connect(self.look)
        ticking.start()

    def look(self) -> None:
        """Collect the oldest generation that is due by Python's own rules.

        One of them Python keeps to itself: all objects are gone through only once a quarter more have grown old, since
        that takes a frame's time and more.
        """
        made, most = gc.get_count(), gc.get_threshold()
        if made[2] > most[2] and self._grown_old > self._old / 4:
            gc.collect()
            self._old, self._grown_old = len(gc.get_objects()), 0
        elif made[1] > most[1]:
            young = len(gc.get_objects(0)) + len(gc.get_objects(1))
            self._grown_old += young - gc.collect(1)
        elif made[0] > most[0]:
            gc.collect(0)


def collector(app: QApplication) -> Collector:
    """The process's one collector, at work from its first mention on."""
    return app.findChild(Collector) or Collector(app)
