"""The stage: the open case's series in the list and in the viewports, its priors, hangings and key images.

What belongs here: which series stands in which viewport, and fetching on from where the reader is. What does not:
fetching itself (case_desk), the course of a trial (reading_room), what hangs how (viewers.comparing.hanging).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.windows.case_desk import CaseDesk, FetchedCase
from study_configs.hanging import HangingProtocol
from study_configs.problem import StudyProblem
from viewers.comparing.exams import exams
from viewers.comparing.hanging import MOST_REPEATED, opening_view
from viewers.comparing.key_images import KeyImages
from viewers.comparing.times import heads
from viewers.desks.chips_desk import ChipsDesk
from viewers.desks.hanging_desk import HangingDesk
from viewers.desks.key_image_desk import KeyImageDesk
from viewers.desks.prior_desk import PriorDesk
from viewers.desks.tile_desk import TileDesk
from viewers.dicom.key_objects import KEY_OBJECTS, key_images_of, read_key_objects
from viewers.dicom.problems import FileProblem
from viewers.grid import ViewportGrid
from viewers.panels.layout_picker import LayoutDesk
from viewers.panels.series_list import SeriesList
from viewers.viewport import Viewport
from viewers.volume import SeriesHeader


class CaseStage(QObject):
    """Hangs one case at a time. `lost` says in words what can't be shown, `filled` that a viewport changed series."""

    lost = Signal(str)
    filled = Signal()

    def __init__(
        self,
        grid: ViewportGrid,
        series: SeriesList,
        desk: CaseDesk,
        hanging: str | HangingProtocol,
        *,
        is_blind: bool = True,
    ) -> None:
        super().__init__(grid)
        self.case: FetchedCase | None = None
        self.chips = ChipsDesk(grid)
        self.hangings = HangingDesk(grid, self.show_series)
        self.priors = PriorDesk(grid, self.show_series)
        self.tiles = TileDesk(grid)
        self.keys = KeyImageDesk(grid, self.chips, self._show_by_key)
        self.layouts = LayoutDesk(grid)
        self._grid, self._series, self._desk = grid, series, desk
        self._list_wished: bool | None = None  # the reader's own choice about the series list
        self._slices: dict[int, int] = {}
        self._unread: list[FileProblem] = []
        self._is_blind = is_blind  # others' key images and the names of files tell a study's reader too much
        desk.set_hanging(hanging)
        self._connect()

    def _connect(self) -> None:
        grid, series = self._grid, self._series
        self._desk.image_lost.connect(self._miss)
        grid.view_changed.connect(self._viewed)
        grid.series_stepped.connect(self._step)
        grid.series_dropped.connect(self.show_series)
        grid.active_changed.connect(self._choose_shown)
        grid.layout_changed.connect(self._fill)
        grid.first_painted.connect(lambda _index: self._say_shown())
        grid.first_painted.connect(lambda _index: self._desk.go_on())
        series.series_chosen.connect(lambda row: self.show_series(grid.active, row))
        self.keys.key_images_changed.connect(series.set_key_images)

    def hang(self, case: FetchedCase) -> None:
        """Put a case into the viewports as the protocol or its images ask."""
        self.case = case
        self._slices.clear()
        found = exams(case.series)
        self._series.set_series(case.series, found)
        self._series.setVisible(len(case.series) > 1 if self._list_wished is None else self._list_wished)
        self.tiles.forget()
        self.priors.start(case.series)
        self.chips.set_exams(found)
        self._say_empty(self.tr("No further series. Drag one here."))
        self.keys.start(tuple(header.key for header in case.series), self._key_objects(case))
        self.hangings.hang(case.hanging)
        for viewport in self._grid.viewports:
            self._open_at_image(viewport)
        self._say_shown()
        self._grid.setFocus()
        self._unread = []
        for problem in case.scan.problems:
            self._miss(problem)

    def _key_objects(self, case: FetchedCase) -> KeyImages:
        """The images that key object selections among the case's files name."""
        paths = [each.path for each in case.scan.other if each.sop_class_uid == KEY_OBJECTS]
        if self._is_blind or not paths:
            return ()
        found, problems = read_key_objects(paths)
        for problem in problems:
            self.lost.emit(str(problem))
        return key_images_of(found, case.series)

    def _miss(self, problem: FileProblem) -> None:
        self._unread.append(self._as_told(problem))
        for viewport in self._grid.viewports:
            self._say_lost(viewport)
        self.lost.emit(self.unread)

    def _say_lost(self, viewport: Viewport) -> None:
        """Puts the reason into the place of each image that can't be shown."""
        if viewport.volume is not None:
            lost = self._desk.lost(viewport.volume.header.source)
            viewport.set_lost({index: self._as_told(problem) for index, problem in lost.items()})

    def _as_told(self, problem: FileProblem) -> FileProblem:
        """To a blind reader the case's id stands for the file: names of files can say what is in them."""
        if not self._is_blind or self.case is None:
            return problem
        return replace(problem, path=Path(self.case.case.id))

    def _open_at_image(self, viewport: Viewport) -> None:
        """Where the image that a series opens with can't be shown, the nearest that is there."""
        if viewport.volume is None or viewport.view is None or viewport.view.slice_index not in viewport.lost:
            return
        at = viewport.view.slice_index
        there = np.flatnonzero(viewport.volume.loaded)
        if len(there):
            nearest = int(there[np.argmin(np.abs(there - at))])
            viewport.set_view(opening_view(viewport.volume, viewport.width(), viewport.height(), nearest))

    @property
    def unread(self) -> str:
        """What of the open case can't be read, in words; empty where all of it can."""
        if len(self._unread) < 2:
            return "".join(str(problem) for problem in self._unread)
        many = self.tr("%n files of this case can't be read. The last: {problem}", "", len(self._unread))
        return many.format(problem=self._unread[-1])

    def show_series(self, index: int, row: int) -> None:
        """Show a series of the case (by its row in the list) in a viewport."""
        if self.case is None:
            return
        try:
            volume = self._desk.need(self.case.series[row])
        except StudyProblem as problem:
            self.lost.emit(str(problem))
            return
        self._grid.show_volume(index, volume)
        self._say_lost(self._grid.viewports[index])
        self._series.set_volume(row, volume)
        if index == self._grid.active:
            self._series.choose(row)
        self.filled.emit()

    def bring(self, fits: Callable[[SeriesHeader], bool]) -> bool:
        """Show the first series that fits in the active viewport; False where the case has none."""
        rows = (row for row, header in enumerate(self.case.series) if fits(header)) if self.case is not None else ()
        row = next(iter(rows), None)
        if row is not None:
            self.show_series(self._grid.active, row)
        return row is not None

    def clear(self) -> None:
        """Take the case off the screen and let go of its images."""
        self.case = None
        self._unread = []
        self.tiles.forget()
        self.hangings.forget()
        self.priors.start(())
        self._grid.clear()
        self._say_empty("")
        self._series.set_series(())
        self._desk.release()

    def toggle_list(self) -> None:
        self._list_wished = not self._series.isVisible()
        self._series.setVisible(self._list_wished)

    def _fill(self, rows: int, columns: int, linked: bool) -> None:
        """New viewports open with the series that follow, else with the active one's; of many the rest stays empty."""
        if self.case is None or self.hangings.is_here or self.tiles.is_tiling:
            return
        shown = [v.volume.header.source.key for v in self._grid.shown if v.volume is not None]
        of_all_times = {head for head in heads(self.case.series) if self.case.series[head].key not in shown}
        waiting = sorted(of_all_times)
        repeats = len(self._grid.seats) <= MOST_REPEATED
        for index in self._grid.seats:
            if self._grid.viewports[index].volume is None and (waiting or repeats):
                self.show_series(index, waiting.pop(0) if waiting else self._row_of(self._grid.active))
                self._bring_level(index)

    def _bring_level(self, index: int) -> None:
        """A viewport that shows what the active one shows opens at the same image."""
        leader, viewport = self._grid.active_viewport, self._grid.viewports[index]
        if leader.view is not None and viewport.view is not None and leader.volume is viewport.volume:
            viewport.set_view(replace(viewport.view, slice_index=leader.view.slice_index))

    def _step(self, steps: int) -> None:
        """The next series, or the one before; at either end it is said that there is no further one."""
        before = self._series.currentRow()
        self._series.step(steps)
        if self.case is not None and self._series.currentRow() == before:
            words = self.tr("This is the last series.") if steps > 0 else self.tr("This is the first series.")
            self._grid.active_viewport.say(words)

    def _choose_shown(self, index: int) -> None:
        if self.case is not None and self._grid.viewports[index].volume is not None:
            self._series.choose(self._row_of(index))

    def _row_of(self, index: int) -> int:
        """Which series of the case a viewport shows; the first where it shows none."""
        volume = self._grid.viewports[index].volume
        keys = [header.key for header in self.case.series] if self.case is not None else []
        key = volume.header.source.key.partition("@")[0] if volume is not None else ""  # of a curve: its series
        return keys.index(key) if key in keys else 0

    def _show_by_key(self, index: int, series: str) -> None:
        keys = [header.key for header in self.case.series] if self.case is not None else []
        if series in keys:
            self.show_series(index, keys.index(series))

    def _say_empty(self, words: str) -> None:
        for viewport in self._grid.viewports:
            viewport.set_empty_words(words)

    def _say_shown(self) -> None:
        """Which series is where, for the list's marks."""
        seats = [n for n in self._grid.seats if self._grid.viewports[n].volume is not None]
        self._series.set_shown({n: self._row_of(n) for n in seats})

    def _viewed(self, index: int, view: object) -> None:
        viewport = self._grid.viewports[index]
        if viewport.volume is None or viewport.view is None or viewport.volume.is_complete:
            return
        slice_index, before = viewport.view.slice_index, self._slices.get(index, 0)
        self._slices[index] = slice_index
        if slice_index != before:
            self._desk.prioritise(viewport.volume.header.source, slice_index, 1 if slice_index > before else -1)
