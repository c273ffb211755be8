"""The marks desk: places that the reader points out, from the click to the event and back onto the images.

What belongs here: marks on the screen and their places in mm. What does not: the list of marks beside the images
(marks_field) and whether a mark counts (app.reading).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.reading import engine
from app.reading.asking import marks_now, questions_now
from app.tracking.events import MarkPlaced, MarkRemoved
from app.tracking.recorder import clock
from app.windows.questions.marks_shapes import ShapesDesk
from app.windows.sitting_driver import SittingDriver
from study_configs.questions import Marks
from viewers import geometry
from viewers.grid import ViewportGrid
from viewers.tools.mark import ScreenMark
from viewers.volume import SeriesHeader

POINTED_OUT = "#e6c27a"
REACH = 1.0  # slices beyond the first and the last that a place may lie


class MarksDesk(QObject):
    """Places, moves, removes and shows the marks of the phase in progress.

    `refused` says in words why a place could not be marked.
    """

    refused = Signal(str)
    picked = Signal(str)  # mark

    def __init__(self, grid: ViewportGrid, driver: SittingDriver, shapes: ShapesDesk) -> None:
        super().__init__(grid)
        self._grid, self._driver, self._shapes = grid, driver, shapes
        self._pointed = ""  # lesion whose questions are open
        shapes.picked.connect(self.picked)
        shapes.refused.connect(self.refused)
        self._active = ""
        grid.mark_requested.connect(self._place)
        grid.mark_moved.connect(self._move)
        grid.mark_picked.connect(lambda index, mark: self.picked.emit(mark))

    def show(self, active: str) -> None:
        """Put the marks as they stand onto every viewport that shows their series; `active` is the selected one."""
        self._active = active
        self._shapes.select(active)
        for index, viewport in enumerate(self._grid.viewports):
            header = viewport.volume.header if viewport.volume is not None else None
            self._grid.set_marks(index, self._on_screen(header) if header is not None else ())

    def clear(self) -> None:
        self._pointed = ""
        for index in range(len(self._grid.viewports)):
            self._grid.set_marks(index, ())

    def remove(self, mark: str) -> None:
        placed = self._known(mark)
        if placed is not None and placed.shape != "point":
            self._shapes.remove(mark)
        elif placed is not None and not self._driver.busy:
            driver = self._driver
            driver.take(
                MarkRemoved(
                    at_ns=clock(), trial=placed.trial, phase=driver.state.phase, question=placed.question, mark=mark
                )
            )

    def restore(self, placed: MarkPlaced) -> None:
        """Put a mark back as it was before it was moved, drawn otherwise or removed."""
        if placed.shape != "point":
            self._shapes.restore(placed)
        elif self._driver.is_reading and not self._driver.busy:
            self._driver.take(replace(placed, at_ns=clock(), phase=self._driver.state.phase))

    def point_out(self, lesion: str) -> None:
        """Show a place of the protocol on the images, and move them to it; "" for none, and once for each."""
        if lesion == self._pointed:
            return
        self._pointed = lesion
        place = self._lesions().get(lesion)
        for viewport in self._grid.shown:
            header = viewport.volume.header.source if viewport.volume is not None else None
            at = image_point(header, place) if header is not None and place is not None else None
            if at is not None and viewport.view is not None and viewport.volume is not None:
                depth = viewport.volume.header.shown_point(*at)[2]
                index = max(0, min(viewport.volume.header.frames - 1, round(depth)))
                viewport.set_view(replace(viewport.view, slice_index=index))
        self.show(self._active)

    def _lesions(self) -> Mapping[str, tuple[float, float, float]]:
        if not self._driver.is_reading:
            return {}
        script, state = self._driver.script, self._driver.state
        asked = any(q.question.spec.per == "lesion" for q in questions_now(script, state))
        return engine.trial_now(script, state).lesions if asked else {}

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
        own = tuple(
            ScreenMark(
                each.mark, each.column, each.row, each.slice_index, str(number), selected=each.mark == self._active
            )
            for number, each in enumerate(self._marks(), start=1)
            if each.series_uid == header.source.key
        )
        return (*own, *self._pointed_out(header.source))

    def _pointed_out(self, header: SeriesHeader) -> tuple[ScreenMark, ...]:
        """The places that questions are asked about, numbered as their cards are."""
        there = [(name, image_point(header, place)) for name, place in self._lesions().items()]
        return tuple(
            ScreenMark(name, *at, str(number), colour=POINTED_OUT, selected=name == self._pointed)
            for number, (name, at) in enumerate(there, start=1)
            if at is not None
        )

    def _place(self, index: int, column: float, row: float, slice_index: int) -> None:
        question = self._question()
        if question is None or self._driver.busy:
            return
        shape = self._shape(question)
        if shape != "point":
            self._shapes.take_tool(question, shape)
            return
        self._take(index, question, f"m{uuid4().hex[:8]}", column, row, slice_index)

    def _move(self, index: int, mark: str, column: float, row: float, slice_index: int) -> None:
        placed = self._known(mark)
        if placed is not None and placed.shape == "point" and not self._driver.busy:
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

    def _shape(self, question: str) -> str:
        phase = engine.phase_now(self._driver.script, self._driver.state)
        spec = next(asked.spec for asked in phase.questions if asked.id == question)
        return spec.shape if isinstance(spec, Marks) else "point"

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


def image_point(header: SeriesHeader, place: tuple[float, float, float]) -> tuple[float, float, int] | None:
    """The image point (column, row, slice) nearest to a place in LPS mm; None where the series does not reach it."""
    point = geometry.apply(geometry.inverse(header.grid_affine), np.array(place))
    column, row, depth = (float(value) for value in point)
    if not _inside(header, column, row) or not -REACH <= depth <= header.frames - 1 + REACH:
        return None
    return column, row, int(np.clip(round(depth), 0, header.frames - 1))


def _inside(header: SeriesHeader, column: float, row: float) -> bool:
    return -0.5 <= column < header.columns - 0.5 and -0.5 <= row < header.rows - 0.5
