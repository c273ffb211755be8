"""The thread that a tracker's samples come in on: it finds the stream, keeps to it, notices when it is gone.

What belongs here: that thread, batches, the two clocks, loss and return. What does not: LSL itself (lsl), Qt (a window
takes the events to its own thread), what the numbers mean (arriving).

Nothing waits for a tracker: whoever starts the receiver goes on at once, and a tracker that dies only ends its events.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from app.tracking.events import Event, GazeClockSynced, GazeSourceLost, GazeSourceOpened
from app.tracking.gaze.arriving import missing, moved
from app.tracking.gaze.screens import GazeScreen
from app.tracking.gaze.streams import GazeLayout
from app.tracking.recorder import clock
from study_configs.problem import StudyProblem

PULL_S = 0.08  # a batch is at most this long, and its event 100 ms
SILENT_S = 1.0  # without any sample a tracker counts as lost
SYNC_S = 5.0
TELL_SYNC_NS = 200_000  # the clocks' offset is told again where it has moved so far
LEAVE_S = 0.5

NO_MM = StudyProblem(
    "The eye tracker gives places in mm, and the size of this screen is not known.",
    todo="Measure it: Ctrl+F12 while reading; or let the tracker send pixels.",
)
Reason = Literal["silent", "closed", "not_found", "unusable", "ended"]


class SourceLost(Exception):
    """The stream broke off."""


@dataclass(frozen=True, slots=True)
class Offset:
    """What is added to a source's time stamps (s) to get the workstation's monotonic clock (ns)."""

    ns: int
    uncertainty_ms: float


class Source(Protocol):
    """An open stream. Every call may take a while, and raises SourceLost once the stream is gone."""

    name: str
    kind: str
    source_id: str
    rate_hz: float
    layout: GazeLayout

    def pull(self, within_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Time stamps (s, of the source's clock) and values (n, channels) of what came, after `within_s` at most."""

    def offset(self) -> Offset:
        """How the source's clock lies to the workstation's now."""

    def close(self) -> None: ...


Find = Callable[[], Source | None]  # looks for about half a second; raises StudyProblem for a stream of no use
Take = Callable[[Event], None]


class GazeReceiver:
    """Hands over what a tracker tells, from a thread of its own, until it is stopped.

    `take` gets GazeSourceOpened when the first sample has come, GazeMoved at least every 100 ms, GazeClockSynced,
    and GazeSourceLost; then it looks for the tracker again. `problem` says why a stream cannot be used.
    """

    def __init__(self, find: Find, take: Take, screen: GazeScreen) -> None:
        self._find, self._hand_on, self.screen = find, take, screen  # another screen holds from the next batch on
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gaze", daemon=True)
        self.problem: StudyProblem | None = None
        self._opened_before = False
        self._left = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to stop and wait for half a second at most; a thread that LSL holds longer ends by itself, unheard."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(LEAVE_S)
        self._left = True

    def _take(self, event: Event) -> None:
        if not self._left:  # whoever took events may be gone by now
            self._hand_on(event)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            source = self._found()
            if source is not None:
                self._listen(source)

    def _found(self) -> Source | None:
        try:
            source = self._find()
        except SourceLost:  # it went while it was being opened
            self._stopping.wait(LEAVE_S)
            return None
        except StudyProblem as problem:
            self._say_unusable(problem)
            self._stopping.wait(SILENT_S)
            return None
        if source is not None and source.layout.units == "mm" and not self.screen.has_mm:
            source.close()
            self._say_unusable(NO_MM)
            self._stopping.wait(SILENT_S)
            return None
        return source

    def _say_unusable(self, problem: StudyProblem) -> None:
        """Once, however often the stream is looked at again."""
        if str(self.problem) != str(problem):
            self.problem = problem
            self._take(GazeSourceLost(at_ns=clock(), name="", reason="unusable"))

    def _listen(self, source: Source) -> None:
        listening = _Listening(source, self._take, lambda: self.screen, self._opened_before)
        try:
            reason = listening.listen(self._stopping)
        finally:
            source.close()
        self._opened_before |= listening.is_open
        if listening.is_open:
            self.problem = None
        listening.say_lost(reason)


class _Listening:
    """One stream, from its first sample to its last."""

    def __init__(self, source: Source, take: Take, screen: Callable[[], GazeScreen], again: bool) -> None:
        self._source, self._take, self._screen, self._again = source, take, screen, again
        self._offset = Offset(0, 0.0)
        self._synced_at = self._heard_at = time.monotonic()
        self._empty = 0  # pulls in a row
        self._last_ns: int | None = None
        self._samples = self._dropped = 0
        self.is_open = False

    def listen(self, stopping: threading.Event) -> Reason:
        """Hand over samples until the tracker is lost or somebody stops it."""
        try:
            self._offset = self._source.offset()
            while not stopping.is_set():
                times, values = self._source.pull(PULL_S)
                if len(times):
                    self._hand_over(times, values)
                elif self._is_silent():
                    return "silent"
                self._sync()
        except SourceLost:
            return "closed"
        return "ended"

    def _is_silent(self) -> bool:
        """Nothing came, pull after pull: where this machine stood still itself, what was sent meanwhile comes next."""
        self._empty += 1
        return self._empty * PULL_S > SILENT_S and time.monotonic() - self._heard_at > SILENT_S

    def say_lost(self, reason: Reason) -> None:
        if self.is_open:
            lost = (self._last_ns or 0, self._samples, self._dropped)
            name = self._source.name
            self._take(
                GazeSourceLost(
                    at_ns=clock(), name=name, reason=reason, last_ns=lost[0], samples=lost[1], dropped=lost[2]
                )
            )

    def _hand_over(self, times_s: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        self._heard_at, self._empty = time.monotonic(), 0
        times = np.round(times_s * 1e9).astype(np.int64) + self._offset.ns
        if not self.is_open:
            self.is_open = True
            self._take(_opened(self._source, self._screen(), int(times[0]), self._again))
            self._say_synced()
        dropped = missing(times, self._source.rate_hz, self._last_ns)
        self._last_ns = int(times[-1])
        self._samples += len(times)
        self._dropped += dropped
        self._take(moved(times, values, self._source.layout, self._screen(), dropped))

    def _sync(self) -> None:
        """The clocks drift against each other; the change is told where it matters."""
        if time.monotonic() - self._synced_at < SYNC_S:
            return
        self._synced_at, before = time.monotonic(), self._offset
        self._offset = self._source.offset()
        if self.is_open and abs(self._offset.ns - before.ns) >= TELL_SYNC_NS:
            self._say_synced()

    def _say_synced(self) -> None:
        offset = self._offset
        self._take(
            GazeClockSynced(
                at_ns=clock(), name=self._source.name, offset_ns=offset.ns, uncertainty_ms=offset.uncertainty_ms
            )
        )


def _opened(source: Source, screen: GazeScreen, at_ns: int, again: bool) -> GazeSourceOpened:
    layout = source.layout
    return GazeSourceOpened(
        at_ns=at_ns,
        name=source.name,
        kind=source.kind,
        rate_hz=source.rate_hz,
        units=layout.units,
        channels=tuple(each.label or each.kind for each in layout.channels),
        source_id=source.source_id,
        manufacturer=layout.manufacturer,
        model=layout.model,
        screen_px=screen.px,
        screen_mm=screen.mm,
        declared_px=layout.screen_px,
        distance_mm=screen.distance_mm,
        again=again,
    )
