"""Painting with the pointer: one stroke of the brush from press to release.

What belongs here: the hand. What does not: which voxels a stroke reaches (viewers.measuring.brush), what is kept of it
(viewers.desks.measure_desk).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from PySide6.QtCore import Qt

from viewers.measuring.brush import Brush, Canvas, Segment, Stroke, plane_normal
from viewers.measuring.shapes import Place, source_matrix, to_source
from viewers.planes.derive import source_of
from viewers.tools.hand import Pointer


class Easel(Protocol):
    """What the brush asks of whoever keeps the segments."""

    brush: Brush
    stroke: tuple[Segment, Stroke] | None
    brush_at: Pointer | None

    def segment_for(self, pointer: Pointer) -> Segment: ...

    def painted(self, segment: Segment, stroke: Stroke) -> None: ...


class BrushHand:
    """Paints on the active segment of the series; a circle around the pointer shows how large the brush is."""

    def __init__(self, easel: Easel) -> None:
        self._easel = easel

    def press(self, pointer: Pointer) -> bool:
        if pointer.button != "left" or pointer.volume.header.is_curved:
            return False
        segment = self._easel.segment_for(pointer)
        canvas = Canvas(source_of(pointer.volume), plane_normal(source_matrix(pointer.volume.header)))
        self._easel.stroke = (segment, Stroke(segment.mask, self._easel.brush, canvas, _place(pointer)))
        self._easel.brush_at = pointer
        return True

    def move(self, pointer: Pointer) -> None:
        self._easel.brush_at = pointer
        if self._easel.stroke is not None:
            self._easel.stroke[1].go(_place(pointer))

    def release(self, pointer: Pointer) -> None:
        stroke, self._easel.stroke = self._easel.stroke, None
        if stroke is not None:
            self._easel.painted(*stroke)

    def double_click(self, pointer: Pointer) -> bool:
        """A quick second dab."""
        if self.press(pointer):
            self.release(pointer)
        return True

    def hover(self, pointer: Pointer) -> None:
        self._easel.brush_at = pointer

    def cursor(self, pointer: Pointer) -> Qt.CursorShape | None:
        return Qt.CursorShape.CrossCursor


def _place(pointer: Pointer) -> Place:
    column, row, index = to_source(
        pointer.volume.header, np.array([(pointer.column, pointer.row)]), pointer.slice_index
    )[0]
    return float(column), float(row), float(index)
