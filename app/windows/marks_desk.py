"""The marks desk: places that the reader points out, from the click to the event and back onto the images.

What belongs here: marks on the screen and their places in mm. What does not: the list of marks beside the images
(marks_field) and whether a mark counts (app.reading).
"""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.reading import engine
from app.reading.asking import marks_now, questions_now
from app.tracking.events import MarkPlaced, MarkRemoved
from app.tracking.recorder import clock
from app.windows.sitting_driver import SittingDriver
from study_configs.questions import Marks
from viewers import geometry
from viewers.grid import ViewportGrid
from viewers.tools.mark import ScreenMark
from viewers.volume import SeriesHeader


class MarksDesk(QObject):
    """Places, moves, removes and shows the marks of the phase in progress.

    `refused` says in words why a place could not be marked.
    """

    refused = Signal(str)
    picked = Signal(str)  # mark

    def __init__(self, grid: ViewportGrid, driver: SittingDriver) -> None:
        super().__init__(grid)
        self._grid, self._driver = grid, driver
        self._active = ""
        grid.mark_requested.connect(self._place)
        grid.mark_moved.connect(self._move)
        grid.mark_picked.connect(lambda index, mark: self.picked.emit(mark))

    def show(self, active: str) -> None:
        """Put the marks as they stand onto every viewport that shows their series; `active` is the selected one."""
        self._active = active
        for index, viewport in enumerate(self._grid.viewports):
            header = viewport.volume.header if viewport.volume is not None else None
            self._grid.set_marks(index, self._on_screen(header) if header is not None else ())

    def clear(self) -> None:
        for index in range(len(self._grid.viewports)):
            self._grid.set_marks(index, ())

    def remove(self, mark: str) -> None:
        placed = self._known(mark)
        if placed is not None and not self._driver.busy:
            driver = self._driver
            driver.take(
                MarkRemoved(
                    at_ns=clock(), trial=placed.trial, phase=driver.state.phase, question=placed.question, mark=mark
                )
            )

    def go_to(self, mark: str) -> None:
        """Scroll a viewport that shows the mark's series to its image."""
        placed = self._known(mark)
        if placed is None:
            return
        series = placed.series_uid
        shown = [v for v in self._grid.shown if v.volume is not None and v.volume.header.source.key == series]
        viewport = self._grid.active_viewport if self._grid.active_viewport in shown else next(iter(shown), None)
        if viewport is not None and viewport.view is not None and viewport.volume is not None:
            header = viewport.volume.header
            depth = header.shown_point(placed.column, placed.row, placed.slice_index)[2]
            viewport.set_view(replace(viewport.view, slice_index=max(0, min(header.frames - 1, round(depth)))))

    def _known(self, mark: str) -> MarkPlaced | None:
        found = (each for each in self._marks() if each.mark == mark)
        return next(found, None)

    def _marks(self) -> tuple[MarkPlaced, ...]:
        return marks_now(self._driver.script, self._driver.state) if self._driver.is_reading else ()

    def _on_screen(self, header: SeriesHeader) -> tuple[ScreenMark, ...]:
        return tuple(
            ScreenMark(
                each.mark, each.column, each.row, each.slice_index, str(number), selected=each.mark == self._active
            )
            for number, each in enumerate(self._marks(), start=1)
            if each.series_uid == header.source.key
        )

    def _place(self, index: int, column: float, row: float, slice_index: int) -> None:
        question = self._question()
        if question is None or self._driver.busy:
            return
        self._take(index, question, f"m{uuid4().hex[:8]}", column, row, slice_index)

    def _move(self, index: int, mark: str, column: float, row: float, slice_index: int) -> None:
        placed = self._known(mark)
        if placed is not None and not self._driver.busy:
            self._take(index, placed.question, mark, column, row, slice_index)
        self.show(self._active)

    def _question(self) -> str | None:
        """The question that a new mark belongs to: the first that asks for marks and takes one more."""
        if not self._driver.is_reading:
            return None
        script, state = self._driver.script, self._driver.state
        for asked in questions_now(script, state):
            if isinstance(asked.question.spec, Marks):
                if len(marks_now(script, state, asked.question.id)) < asked.question.spec.at_most:
                    return asked.question.id
                self.refused.emit(self.tr("No more than %n mark(s) can be made here.", "", asked.question.spec.at_most))
                return None
        waiting = any(isinstance(asked.spec, Marks) for asked in engine.phase_now(script, state).questions)
        later = self.tr("Marks are asked for after another answer.")
        self.refused.emit(later if waiting else self.tr("No marks are asked for here."))
        return None

    def _take(self, index: int, question: str, mark: str, column: float, row: float, slice_index: int) -> None:
        volume = self._grid.viewports[index].volume
        if volume is not None and volume.header.is_curved:
            self.refused.emit(self.tr("Marks are placed on the images themselves, not along a curve."))
            return
        if volume is None or not _inside(volume.header.source, column, row):
            self.refused.emit(self.tr("That place lies beside the image."))
            return
        state, header = self._driver.state, volume.header.source
        self._driver.take(
            MarkPlaced(
                at_ns=clock(),
                trial=engine.trial_now(self._driver.script, state).index,
                phase=state.phase,
                question=question,
                mark=mark,
                series_uid=header.key,
                sop_uid=header.instances[slice_index].sop_uid,
                slice_index=slice_index,
                column=column,
                row=row,
                position_mm=place_mm(header, column, row, slice_index),
            )
        )


def place_mm(header: SeriesHeader, column: float, row: float, slice_index: int) -> tuple[float, float, float]:
    """The LPS point (mm) of an image point on a slice, by the slice's own position where it has one."""
    point = geometry.apply(header.affine_at(slice_index), np.array([column, row, 0.0]))
    x, y, z = (float(value) for value in point)
    return x, y, z


def _inside(header: SeriesHeader, column: float, row: float) -> bool:
    return -0.5 <= column < header.columns - 0.5 and -0.5 <= row < header.rows - 0.5
