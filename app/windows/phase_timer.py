"""The clock of a phase: the warning before it ends by itself, the end, and the time that is shown.

What belongs here: timers that follow the law's times. What does not: the times themselves (app.reading.here), and what
happens at the end (reading_room).
"""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.reading import engine
from app.tracking.events import TimeWarned
from app.tracking.recorder import clock
from app.windows.sitting_driver import SittingDriver

TICK_MS = 250
SPARE_MS = 1  # a timer may come a little early, and the law counts in ns


class PhaseTimer(QObject):
    """`start` once the phase has begun, `stop` when it is over.

    `over`: the phase ends by itself now. `warned`: so many seconds are left, logged already. `shown`: what the phase's
    clock reads, "" where it has none. What falls due while something is being saved comes once that is safe.
    """

    over = Signal()
    warned = Signal(float)
    shown = Signal(str)

    def __init__(self, driver: SittingDriver) -> None:
        super().__init__(driver)
        self._driver = driver
        self._end = self._single(self.over.emit)
        self._warn = self._single(self._say_left)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._show)
        self._is_warned = False
        driver.saving.connect(lambda saving: None if saving else self.look_again())

    def _single(self, slot: object) -> QTimer:
        timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(slot)
        return timer

    def start(self) -> None:
        self.stop()
        script, state = self._driver.script, self._driver.state
        self._is_warned = False
        self._await_both()
        if engine.phase_now(script, state).clock:
            self._show()
            self._tick.start()

    def look_again(self) -> None:
        """End or warning could not be acted on when they came: they come again, at once where they are past."""
        if self._driver.is_reading:
            self._await_both()

    def _await_both(self) -> None:
        script, state = self._driver.script, self._driver.state
        self._await(self._end, engine.ends_ns(script, state))
        if not self._is_warned:
            self._await(self._warn, engine.warns_ns(script, state))

    def _await(self, timer: QTimer, at_ns: int | None) -> None:
        if at_ns is not None:
            timer.start(max(0, math.ceil((at_ns - clock()) / 1e6)) + SPARE_MS)

    def stop(self) -> None:
        for timer in (self._end, self._warn, self._tick):
            timer.stop()
        self.shown.emit("")

    def _say_left(self) -> None:
        driver = self._driver
        ends_ns = engine.ends_ns(driver.script, driver.state)
        if ends_ns is None or not driver.is_reading or driver.busy:
            return
        left_s = round((ends_ns - clock()) / 1e9, 1)
        self._is_warned = True
        trial = engine.trial_now(driver.script, driver.state).index
        driver.take(TimeWarned(at_ns=clock(), trial=trial, phase=driver.state.phase, left_s=left_s))
        self.warned.emit(left_s)

    def _show(self) -> None:
        """Time left where the phase ends by itself, else time passed."""
        state = self._driver.state
        if state.phase_started_ns is None:
            return
        ends_ns, now = engine.ends_ns(self._driver.script, state), clock()
        if ends_ns is None:
            self.shown.emit(minutes(now - state.phase_started_ns + state.phase_spent_ns))
        else:
            left = minutes(max(0, ends_ns - now), up=True)
            self.shown.emit(self.tr("{time} left").format(time=left))


def minutes(spent_ns: int, *, up: bool = False) -> str:
    """A time as m:ss; `up` for time that is left, so that it reads 0:00 only at the end."""
    seconds = math.ceil(spent_ns / 1e9) if up else spent_ns // 1_000_000_000
    return f"{seconds // 60}:{seconds % 60:02d}"
