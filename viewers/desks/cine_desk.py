"""Plays the stack of the active viewport as a cine.

What belongs here: the timer, starting, stopping, the line that says how fast. What does not: which frame is due (cine).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from viewers.cine import Cine, cine_of, next_rate
from viewers.grid import ViewportGrid
from viewers.view import View
from viewers.viewport import Viewport
from viewers.volume import Volume

NOTE = "cine"
MEASURED = 30  # frames over which the reached speed is taken
LATE_MS = 4  # how soon to look again where the last frame is not on the screen yet


class CineDesk(QObject):
    """Does the cine commands. It shows frames through `set_view`, so that the log and linked viewports see each one.

    A frame is asked for once the one before is on the screen and its own pixels are there: late ones are dropped.
    Any other way of changing the slice stops it, as do another viewport, another series and a pause.
    """

    toggled = Signal(bool)  # it plays, or has stopped

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._viewport: Viewport | None = None
        self._volume: Volume | None = None
        self._cine: Cine | None = None
        self._rate, self._bounce = 1.0, False
        self._began_s = 0.0  # when frame 0 would have been shown
        self._awaited: int | None = None  # a slice that is due and not loaded yet
        self._shown: int | None = None  # the slice that the cine asked for last
        self._painted_s: deque[float] = deque(maxlen=MEASURED)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        grid.add_performer(self.perform)
        grid.view_changed.connect(self._painted)
        grid.slice_wanted.connect(self._navigated)
        grid.active_changed.connect(lambda _index: self.stop())
        grid.emptied.connect(self._emptied)

    @property
    def is_playing(self) -> bool:
        return self._viewport is not None

    @property
    def reached_fps(self) -> float:
        """Frames a second that came onto the screen lately; 0 before there are two."""
        seen = self._painted_s
        return (len(seen) - 1) / (seen[-1] - seen[0]) if len(seen) > 1 and seen[-1] > seen[0] else 0.0

    def perform(self, command_id: str) -> bool:
        acts: dict[str, Callable[[], None]] = {
            "cine.toggle": self.toggle,
            "cine.bounce": self._toggle_bounce,
            "cine.faster": lambda: self._change_rate(1),
            "cine.slower": lambda: self._change_rate(-1),
        }
        if command_id not in acts:
            return False
        acts[command_id]()
        return True

    def toggle(self) -> None:
        self.stop() if self.is_playing else self.play()

    def play(self) -> None:
        viewport = self._grid.active_viewport
        if viewport.volume is None or viewport.view is None or viewport.volume.header.frames < 2:
            viewport.say(self.tr("There is nothing to play: this series has one image."))
            return
        self._viewport, self._volume = viewport, viewport.volume
        self._painted_s.clear()
        self._go_on_from(viewport.view.slice_index)
        self.toggled.emit(True)

    def stop(self) -> None:
        if self._viewport is not None:
            self._viewport.set_note(NOTE, "")
        was_playing = self.is_playing
        self._viewport = self._volume = self._cine = self._shown = None
        self._timer.stop()
        if was_playing:
            self.toggled.emit(False)

    def _go_on_from(self, frame: int) -> None:
        """Starts, or goes on at another speed or in another way, without a jump."""
        if self._viewport is None or self._volume is None:
            return
        self._cine = cine_of(self._volume.header, self._rate, self._bounce)
        self._shown, self._awaited = frame, None
        self._began_s = perf_counter() - self._cine.begins_s(frame)
        self._painted_s.clear()
        self._say()
        self._timer.start(1)

    def _change_rate(self, way: int) -> None:
        self._rate = next_rate(self._rate, way)
        if self.is_playing:
            self._go_on_from(self._shown or 0)
        else:
            self._say_rate()

    def _say_rate(self) -> None:
        """How fast it would play, while it does not."""
        viewport = self._grid.active_viewport
        if viewport.volume is not None:
            fps = cine_of(viewport.volume.header, self._rate, self._bounce).fps
            viewport.say(self.tr("Will play {n} images a second.").format(n=f"{fps:.1f}"))

    def _toggle_bounce(self) -> None:
        self._bounce = not self._bounce
        if self.is_playing:
            self._go_on_from(self._shown or 0)
        else:
            words = self.tr("Plays to and fro.") if self._bounce else self.tr("Plays round and round.")
            self._grid.active_viewport.say(words)

    def _tick(self) -> None:
        viewport, cine, volume = self._viewport, self._cine, self._volume
        if viewport is None or cine is None or volume is None or viewport.view is None:
            return
        if viewport.volume is not volume:
            self.stop()
            return
        now = perf_counter() - self._began_s
        due = cine.at(now) if self._awaited is None else self._awaited
        if not viewport.is_painted:
            self._timer.start(LATE_MS)
            return
        if due != viewport.view.slice_index:
            if not volume.loaded[due] and due in viewport.lost:  # nothing to wait for
                self._awaited = None
                self._timer.start(LATE_MS)
                return
            if not volume.loaded[due]:  # wait for it, and go on from it
                self._awaited = due
                self._timer.start(LATE_MS)
                return
            if self._awaited is not None:
                self._awaited, self._began_s = None, perf_counter() - cine.begins_s(due)
                now = cine.begins_s(due)
            self._shown = due
            viewport.set_view(replace(viewport.view, slice_index=due))
        self._timer.start(max(1, round(cine.wait_s(now) * 1000)))

    def _painted(self, index: int, view: View) -> None:
        if self._viewport is self._grid.viewports[index] and view.slice_index == self._shown:
            self._painted_s.append(perf_counter())
            if len(self._painted_s) % 5 == 0 or len(self._painted_s) == MEASURED:
                self._say()

    def _navigated(self, index: int, slice_index: int) -> None:
        """Somebody else turned to another slice."""
        if self._viewport is self._grid.viewports[index] and slice_index != self._shown:
            self.stop()

    def _emptied(self, index: int) -> None:
        if self._viewport is self._grid.viewports[index]:
            self.stop()

    def _say(self) -> None:
        if self._viewport is None or self._cine is None:
            return
        asked, reached = f"{self._cine.fps:.1f}", self.reached_fps
        words = self._running_words() if reached else self._starting_words()
        self._viewport.set_note(NOTE, f"▶  {words.format(asked=asked, shown=f'{reached:.1f}')}")

    def _starting_words(self) -> str:
        if self._cine is not None and self._cine.bounce:
            return self.tr("{asked} images a second to and fro, starting")
        return self.tr("{asked} images a second round and round, starting")

    def _running_words(self) -> str:
        if self._cine is not None and self._cine.bounce:
            return self.tr("{asked} images a second to and fro, {shown} shown")
        return self.tr("{asked} images a second round and round, {shown} shown")
