"""The workstation's clocks beside each other: what tells that the machine slept, or that its time was set.

What belongs here: reading and comparing clocks. What does not: when that is done (observer).

The log's own clock is Python's monotonic one. It stands still while a Linux or macOS machine sleeps and runs on under
Windows, so each system is asked for one clock that counts sleep and one that does not.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.tracking.events import ClockJumped, Event, Slept

SLEPT_FROM_NS = 500_000_000
JUMPED_FROM_NS = 200_000_000
STEADY_NS = 20_000_000  # a reading that took longer was interrupted, and says nothing

Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Reading:
    """The clocks at one moment, ns: awake stands still in sleep, passed counts it, wall is UTC since 1970."""

    awake_ns: int
    passed_ns: int
    wall_ns: int


def _linux() -> tuple[Clock, Clock]:
    return (lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC)), (lambda: time.clock_gettime_ns(time.CLOCK_BOOTTIME))


def _macos() -> tuple[Clock, Clock]:
    """Python's monotonic clock is mach_absolute_time, which stands still in sleep; CLOCK_MONOTONIC runs on."""
    return time.monotonic_ns, (lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC))


def _windows() -> tuple[Clock, Clock]:
    """The unbiased interrupt time (in 100 ns) leaves sleep out; Python's monotonic clock counts it."""
    import ctypes

    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]

    def awake() -> int:
        ticks = ctypes.c_ulonglong()
        kernel.QueryUnbiasedInterruptTime(ctypes.byref(ticks))
        return ticks.value * 100

    return awake, time.monotonic_ns


def system_clocks() -> tuple[Clock, Clock]:
    """The clock that stands still in sleep and the one that counts it; where only one is known, it is both.

    A sleep then shows as a jump of the wall clock.
    """
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _macos()
    if hasattr(time, "CLOCK_BOOTTIME"):
        return _linux()
    return time.monotonic_ns, time.monotonic_ns


class ClockWatch:
    """Compares the clocks from one look to the next, and tells what befell them in between.

    Called ten times a second, so that a clock which is slewed slowly (NTP: 0.05 %) is never taken for one that jumped.
    """

    def __init__(self, clocks: tuple[Clock, Clock] | None = None, wall: Clock = time.time_ns) -> None:
        self._awake, self._passed = clocks or system_clocks()
        self._wall = wall
        self._last = self._read()

    def look(self, at_ns: int) -> tuple[Event, ...]:
        """What happened since the last look, as events at `at_ns`."""
        last, now = self._last, self._read()
        if now is None:
            return ()
        self._last = now
        if last is None:
            return ()
        passed = now.passed_ns - last.passed_ns
        slept = passed - (now.awake_ns - last.awake_ns)
        jumped = now.wall_ns - last.wall_ns - passed
        events: list[Event] = []
        if slept >= SLEPT_FROM_NS:
            events.append(Slept(at_ns=at_ns, for_ms=slept / 1e6))
        if abs(jumped) >= JUMPED_FROM_NS:
            events.append(ClockJumped(at_ns=at_ns, by_ms=jumped / 1e6))
        return tuple(events)

    def _read(self) -> Reading | None:
        """All clocks at once; None where something else ran in between for long."""
        awake, passed, wall = self._awake(), self._passed(), self._wall()
        if self._awake() - awake > STEADY_NS:
            return None
        return Reading(awake, passed, wall)
