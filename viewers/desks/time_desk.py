"""Steps and plays through the times of a stack: the same slice of the next time point, in the same view.

What belongs here: the commands, the timer, the chip. What does not: which stacks belong together (comparing.times) and
playing the slices of one stack (cine_desk).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from study_configs.problem import StudyProblem
from viewers.cine import USUAL_FPS, Cine, next_rate
from viewers.comparing.times import intervals_s, time_words, times_of
from viewers.drawing.chips import Chip
from viewers.grid import ViewportGrid
from viewers.planes.poses import pose_of, posed
from viewers.viewport import Viewport
from viewers.volume import SeriesHeader, Volume

NOTE = "cine"
SLOWEST_S = 0.5  # times that follow each other more slowly are played at the usual speed
LATE_MS = 10  # how soon to look again where the last time is not on the screen yet


class TimeDesk(QObject):
    """Does time.next, time.previous and cine.over_time; while that is on, the cine commands where a stack has times."""

    stepped = Signal(int)  # a viewport shows another time
    toggled = Signal(bool)  # times play, or have stopped
    left = Signal(object)  # SeriesHeader of a time that is in no viewport any more

    def __init__(
        self,
        grid: ViewportGrid,
        series: Callable[[], Sequence[SeriesHeader]],
        volume_of: Callable[[SeriesHeader], Volume],
    ) -> None:
        super().__init__(grid)
        self._grid, self._series, self._volume_of = grid, series, volume_of
        self.plays_time = False
        self._rate, self._bounce, self._way = 1.0, False, 1
        self._playing: Viewport | None = None
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self._tick)
        grid.add_performer(self._take_cine, first=True)
        grid.add_performer(self.perform)
        grid.active_changed.connect(lambda _index: self.stop())
        grid.emptied.connect(lambda index: self.stop() if grid.viewports[index] is self._playing else None)

    @property
    def is_playing(self) -> bool:
        return self._playing is not None

    def perform(self, command_id: str) -> bool:
        acts: dict[str, Callable[[], object]] = {
            "time.next": lambda: self._step_or_say(1),
            "time.previous": lambda: self._step_or_say(-1),
            "cine.over_time": self._toggle_over_time,
        }
        if command_id not in acts:
            return False
        acts[command_id]()
        return True

    def times_at(self, index: int) -> tuple[SeriesHeader, ...]:
        """The stacks of all times of what a viewport shows, in order; () where it has but one."""
        volume, headers = self._grid.viewports[index].volume, self._series()
        return () if volume is None else tuple(headers[row] for row in times_of(volume.header, headers))

    def step(self, index: int, steps: int) -> bool:
        """Shows another time, round and round; False where it can't, which the viewport then says."""
        viewport, times = self._grid.viewports[index], self.times_at(index)
        volume, view = viewport.volume, viewport.view
        if not times or volume is None or view is None:
            return False
        here = volume.header.source
        place = next(n for n, header in enumerate(times) if header.key == here.key)
        try:
            shown = posed(self._volume_of(times[(place + steps) % len(times)]), pose_of(volume))
        except StudyProblem as problem:
            viewport.say(str(problem))
            return False
        was_fitted = viewport.is_fitted
        viewport.show_volume(shown, replace(view, slice_index=min(view.slice_index, shown.header.frames - 1)))
        if was_fitted:
            viewport.perform("zoom.fit")  # and follow the viewport's size as before
        if not self._is_shown(here):
            self.left.emit(here)
        self.stepped.emit(index)
        return True

    def chips(self, index: int) -> list[Chip]:
        """The time that a viewport shows."""
        volume = self._grid.viewports[index].volume
        words = time_words(volume.header) if volume is not None else ""
        return [Chip("time", words, words.partition(",")[0])] if words else []

    def _is_shown(self, header: SeriesHeader) -> bool:
        volumes = (viewport.volume for viewport in self._grid.viewports)
        return any(volume is not None and volume.header.source.key == header.key for volume in volumes)

    def _step_or_say(self, steps: int) -> None:
        if not self.times_at(self._grid.active):
            self._grid.active_viewport.say(self.tr("This stack has no other times."))
            return
        self.step(self._grid.active, steps)

    # --- playing ---------------------------------------------------------------------------------------------------

    def _toggle_over_time(self) -> None:
        self.stop()
        self.plays_time = not self.plays_time
        time = self.tr("C plays the times of a slice.")
        self._grid.active_viewport.say(time if self.plays_time else self.tr("C plays the slices of a stack."))

    def _take_cine(self, command_id: str) -> bool:
        """The cine commands, where they are about time."""
        is_mine = self.is_playing or (self.plays_time and bool(self.times_at(self._grid.active)))
        acts: dict[str, Callable[[], object]] = {
            "cine.toggle": lambda: self.stop() if self.is_playing else self.play(),
            "cine.bounce": self._turn_about,
            "cine.faster": lambda: self._change_rate(1),
            "cine.slower": lambda: self._change_rate(-1),
        }
        if not is_mine or command_id not in acts:
            return False
        acts[command_id]()
        return True

    def play(self) -> None:
        self._playing, self._way = self._grid.active_viewport, 1
        self._say()
        self._due.start(LATE_MS)
        self.toggled.emit(True)

    def stop(self) -> None:
        was_playing, self._playing = self._playing, None
        self._due.stop()
        if was_playing is not None:
            was_playing.set_note(NOTE, "")
            self.toggled.emit(False)

    def _change_rate(self, way: int) -> None:
        self._rate = next_rate(self._rate, way)
        self._say()

    def _turn_about(self) -> None:
        self._bounce = not self._bounce
        self._say()

    def _cine(self, times: Sequence[SeriesHeader]) -> Cine:
        """As fast as the times followed each other, where that is a speed to watch."""
        found = intervals_s(times)
        even = (1 / USUAL_FPS,) * len(times)
        return Cine(found if found is not None and max(found) <= SLOWEST_S else even, self._rate, self._bounce)

    def _tick(self) -> None:
        """The next time, once this one is on the screen; a slice that is still loading is waited for."""
        viewport = self._playing
        if viewport is None or viewport.volume is None:
            return
        if not viewport.is_painted:
            self._due.start(LATE_MS)
            return
        index, before = self._grid.viewports.index(viewport), viewport.volume
        times = self.times_at(index)
        if not times or not self.step(index, self._next_way(before.header.source, len(times))):
            self.stop()
            return
        cine = self._cine(times)
        place = next(n for n, each in enumerate(times) if each.key == viewport.volume.header.source.key)
        self._due.start(max(1, round(1000 * cine.durations_s[place] / cine.rate)))

    def _next_way(self, shown: SeriesHeader, count: int) -> int:
        if self._bounce and shown.time is not None:
            at_end = shown.time.index == (count - 1 if self._way > 0 else 0)
            self._way = -self._way if at_end else self._way
            return self._way
        return 1

    def _say(self) -> None:
        if self._playing is not None:
            cine = self._cine(self.times_at(self._grid.viewports.index(self._playing)))
            fro, round_ = self.tr("{rate} times a second to and fro"), self.tr("{rate} times a second round and round")
            words = fro if self._bounce else round_
            self._playing.set_note(NOTE, f"▶  {words.format(rate=f'{cine.fps:.1f}')}")
