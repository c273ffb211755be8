"""A shortest time that counts down, for buttons that wait for it.

What belongs here: that. What does not: what waits (break_page, text_page).
"""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QObject, QTimer, Signal

TICK_MS = 200


class Countdown(QObject):
    """`start`, then `ticked` with the whole seconds that are left, at once and until they are 0."""

    ticked = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._over_at_s = 0.0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def left_s(self) -> int:
        return max(0, math.ceil(self._over_at_s - time.monotonic()))

    def start(self, seconds: float) -> None:
        self._over_at_s = time.monotonic() + seconds
        self._timer.start()
        self._tick()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        left = self.left_s
        if not left:
            self._timer.stop()
        self.ticked.emit(left)
