"""Marks that readers put on images: the value that a viewport shows, and which one the pointer is on.

What belongs here: the shown mark and picking. What does not: what marks mean and where they are kept (app.reading).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from viewers.view import View, image_to_screen
from viewers.volume import SeriesHeader

PICK_RADIUS_PX = 12.0


@dataclass(frozen=True, slots=True)
class ScreenMark:
    """A mark as shown: at an image point (column, row) of one slice of the source series; `colour` is sRGB hex."""

    id: str
    column: float
    row: float
    slice_index: int
    label: str = ""
    colour: str = "#8fd0ff"
    selected: bool = False


def mark_at(
    marks: Sequence[ScreenMark], view: View, header: SeriesHeader, width: int, height: int, x: float, y: float
) -> ScreenMark | None:
    """The mark on the shown slice that lies nearest to viewport point (x, y), within reach of a hand."""
    nearest, reach = None, PICK_RADIUS_PX
    for mark in marks:
        column, row, slice_index = header.shown_point(mark.column, mark.row, mark.slice_index)
        mark_x, mark_y = image_to_screen(view, header, width, height, column, row)
        distance = ((mark_x - x) ** 2 + (mark_y - y) ** 2) ** 0.5
        if round(slice_index) == view.slice_index and distance <= reach:
            nearest, reach = mark, distance
    return nearest
