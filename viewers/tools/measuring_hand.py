"""Measuring with the pointer: drawing something new, and taking hold of what was drawn.

What belongs here: two hands for viewports, from presses and moves to drafts and changed points. What does not: what is
kept of it (viewers.desks.measure_desk), painting (viewers.drawing.measure_painter), arithmetic (viewers.measuring).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from PySide6.QtCore import Qt

from viewers.measuring.drawing import Draft, begun, closed, led, placed, stepped_back
from viewers.measuring.editing import (
    HANDLE_REACH_PX,
    LINE_REACH_PX,
    Hit,
    centre_of,
    handle_at,
    line_distance,
    moved,
    with_handle,
)
from viewers.measuring.history import Board
from viewers.measuring.shapes import Kind, Measurement, Points, drawing_scale, redrawn, shown_on
from viewers.tools.hand import Pointer
from viewers.view import image_to_screen

CLICK_PX = 3.0  # travel below which a press and release are a click
CLOSE_PX = 10.0  # a polygon closes on its first corner


class Bench(Protocol):
    """What hands ask of whoever keeps the measurements."""

    kind: Kind | None
    selected: str
    hovered: Hit | None
    preview: Measurement | None

    @property
    def board(self) -> Board: ...

    def finish(self, draft: Draft, pointer: Pointer) -> None: ...

    def select(self, mark: str) -> None: ...

    def change(self, measurement: Measurement, pointer: Pointer) -> None: ...

    def name_at(self, mark: str) -> None: ...

    def label_under(self, pointer: Pointer) -> str: ...


class DrawingHand:
    """Draws the bench's kind: press, drag, release, or click by click; a double click closes outlines."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.draft: Draft | None = None
        self.where: tuple[str, int] | None = None  # shown series and slice that the draft lies on
        self._pressed: tuple[float, float] | None = None
        self._places_on_release = False
        self._last: Pointer | None = None

    def press(self, pointer: Pointer) -> bool:
        kind = self._bench.kind
        if pointer.button != "left" or kind is None:
            return False
        self._pressed, self._last = (pointer.x, pointer.y), pointer
        here = (pointer.volume.header.key, pointer.slice_index)
        if self.draft is None or self.where != here or self.draft.kind != kind:
            self.draft, self.where = begun(kind, _spot(pointer), drawing_scale(pointer.volume.header)), here
            self._places_on_release = kind == "point"
        else:
            self._go_on(self.draft, pointer)
        return True

    def _go_on(self, draft: Draft, pointer: Pointer) -> None:
        """A press while there is a draft: its last point can still be dragged into place, others stand at once."""
        if draft.kind == "freehand" or (draft.kind == "polygon" and _is_first_corner(draft, pointer)):
            self._close(pointer)
        elif draft.wants_one_more:
            self.draft, self._places_on_release = led(draft, _spot(pointer)), True
        else:
            self.draft = placed(draft, _spot(pointer))

    def move(self, pointer: Pointer) -> None:
        self._last = pointer
        if self.draft is not None:
            self.draft = led(self.draft, _spot(pointer))

    hover = move

    def release(self, pointer: Pointer) -> None:
        if self.draft is None or self._pressed is None:
            return
        travel = abs(pointer.x - self._pressed[0]) + abs(pointer.y - self._pressed[1])
        self._pressed = None
        if self.draft.kind == "freehand":
            if travel > CLICK_PX:
                self._close(pointer)
        elif self.draft.is_complete:
            self._done(self.draft, pointer)
        elif self._places_on_release or travel > CLICK_PX:
            self._place(self.draft, pointer)

    def double_click(self, pointer: Pointer) -> bool:
        """Closes an outline; elsewhere a quick second click is one click more."""
        if self.draft is None:
            return self.press(pointer)
        if self.draft.kind in ("polygon", "freehand"):
            self._close(pointer)
        else:
            self._place(self.draft, pointer)
        return True

    def cursor(self, pointer: Pointer) -> Qt.CursorShape | None:
        return Qt.CursorShape.CrossCursor

    @property
    def has_outline(self) -> bool:
        """Whether an outline is being drawn, which a key may close or shorten."""
        return self.draft is not None and self.draft.kind in ("polygon", "freehand")

    def close_outline(self) -> None:
        if self._last is not None:
            self._close(self._last)

    def step_back(self) -> None:
        """Takes the draft's last point back."""
        self.draft = stepped_back(self.draft) if self.draft is not None else None

    def forget(self) -> None:
        self.draft = self._pressed = None

    def _place(self, draft: Draft, pointer: Pointer) -> None:
        self._places_on_release = False
        self.draft = placed(draft, _spot(pointer))
        if self.draft.is_complete:
            self._done(self.draft, pointer)

    def _close(self, pointer: Pointer) -> None:
        if self.draft is not None:
            self._done(closed(self.draft), pointer)

    def _done(self, draft: Draft, pointer: Pointer) -> None:
        self.forget()
        if draft.is_sound:
            self._bench.finish(draft, pointer)


@dataclass(frozen=True, slots=True)
class _Grip:
    """What is held, its image points when it was taken, and where the pointer took it."""

    hit: Hit
    measurement: Measurement
    points: Points
    start: tuple[float, float]
    start_px: tuple[float, float]


class GrippingHand:
    """Selects, moves and names what was drawn; a press elsewhere goes on to marks and drag tools."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._grip: _Grip | None = None

    def press(self, pointer: Pointer) -> bool:
        hit = self.hit(pointer) if pointer.button == "left" else None
        if hit is None:
            if pointer.button == "left" and self._bench.selected:
                self._bench.select("")
            return False
        self._bench.select(hit.mark)
        measurement = self._bench.board.measurement(hit.mark)
        points = _points(measurement, pointer)
        if measurement is not None and points is not None:
            self._grip = _Grip(hit, measurement, points, _spot(pointer), (pointer.x, pointer.y))
        return True

    def move(self, pointer: Pointer) -> None:
        if self._grip is not None:
            self._bench.preview = self._led(self._grip, pointer)

    def release(self, pointer: Pointer) -> None:
        grip, self._grip = self._grip, None
        self._bench.preview = None
        if grip is None:
            return
        travel = abs(pointer.x - grip.start_px[0]) + abs(pointer.y - grip.start_px[1])
        if travel > CLICK_PX:
            self._bench.change(self._led(grip, pointer), pointer)

    def double_click(self, pointer: Pointer) -> bool:
        hit = self.hit(pointer)
        if hit is None:
            return False
        self._bench.select(hit.mark)
        self._bench.name_at(hit.mark)
        return True

    def hover(self, pointer: Pointer) -> None:
        self._bench.hovered = self.hit(pointer)

    def cursor(self, pointer: Pointer) -> Qt.CursorShape | None:
        hit = self._bench.hovered
        if hit is None:
            return None
        return Qt.CursorShape.PointingHandCursor if hit.part == "handle" else Qt.CursorShape.SizeAllCursor

    def hit(self, pointer: Pointer) -> Hit | None:
        """What the pointer is on: a handle, label, line or middle, in this order, the selected and the newest first."""
        at = np.array([pointer.x, pointer.y])
        shown = [(m, on_screen(m, pointer)) for m in reversed(self._bench.board.measurements)]
        there = sorted(
            ((m, points) for m, points in shown if points is not None),
            key=lambda each: each[0].id != self._bench.selected,
        )
        for measurement, points in there:
            index = handle_at(points, at)
            if index is not None:
                return Hit(measurement.id, "handle", index)
        if label := self._bench.label_under(pointer):
            return Hit(label, "label")
        near = (m.id for m, points in there if line_distance(m.kind, points, at) <= LINE_REACH_PX)
        mark = next(near, None) or next((m.id for m, points in there if self._is_on_centre(m, points, at)), None)
        return Hit(mark, "line") if mark is not None else None

    def _is_on_centre(self, measurement: Measurement, points: Points, at: Points) -> bool:
        """Whether the pointer is on the middle of the selected shape; of others it belongs to the drag tools."""
        centre = centre_of(measurement.kind, points) if measurement.id == self._bench.selected else None
        return centre is not None and float(np.linalg.norm(centre - at)) <= HANDLE_REACH_PX

    def _led(self, grip: _Grip, pointer: Pointer) -> Measurement:
        """The measurement as it is with the pointer where it is now."""
        header, by = pointer.volume.header, np.array(_spot(pointer)) - grip.start
        if grip.hit.part == "label":
            old = grip.measurement.label_px or (0.0, 0.0)
            dx, dy = pointer.x - grip.start_px[0], pointer.y - grip.start_px[1]
            return replace(grip.measurement, label_px=(round(old[0] + dx, 1), round(old[1] + dy, 1)))
        if grip.hit.part == "line" or grip.measurement.kind == "point":
            points = moved(grip.points, by)
        else:
            to = grip.points[grip.hit.index] + by
            points = with_handle(grip.measurement.kind, grip.points, grip.hit.index, to, drawing_scale(header))
        return redrawn(grip.measurement, header, points, pointer.slice_index)


def on_screen(measurement: Measurement, pointer: Pointer) -> Points | None:
    """Its points in the viewport's logical pixels; None where it is not shown there."""
    points = _points(measurement, pointer)
    if points is None:
        return None
    header, size = pointer.volume.header, (pointer.width, pointer.height)
    return np.array([image_to_screen(pointer.view, header, *size, *point) for point in points])


def _points(measurement: Measurement | None, pointer: Pointer) -> Points | None:
    return None if measurement is None else shown_on(pointer.volume.header, measurement, pointer.slice_index)


def _spot(pointer: Pointer) -> tuple[float, float]:
    return pointer.column, pointer.row


def _is_first_corner(draft: Draft, pointer: Pointer) -> bool:
    if len(draft.points) < 3:
        return False
    header, size = pointer.volume.header, (pointer.width, pointer.height)
    x, y = image_to_screen(pointer.view, header, *size, *draft.points[0])
    return abs(x - pointer.x) + abs(y - pointer.y) <= CLOSE_PX
