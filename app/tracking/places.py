"""Places of the pointer and of marks in patient space, from what the log says of a series.

What belongs here: voxel → LPS mm by `SeriesOpened.affine`, the spacing that a series is drawn with. What does not:
where a widget's pixel lies on the image (viewers), dwell (attention).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from app.tracking.events import SeriesOpened

Point = tuple[float, float, float]


def position_mm(affine: Sequence[float], column: float, row: float, slice_index: float) -> Point | None:
    """Where (column, row, slice) of a stack lies, LPS mm; None without patient geometry (an empty affine).

    `affine` is 4×4, row by row, as SeriesOpened holds it; pixel centres are at whole columns and rows.
    """
    if len(affine) != 16:
        return None
    x, y, z = (
        affine[at] * column + affine[at + 1] * row + affine[at + 2] * slice_index + affine[at + 3] for at in (0, 4, 8)
    )
    return (x, y, z)


def pixel_mm(opened: SeriesOpened) -> tuple[float, float]:
    """(row, column) spacing with which a series is drawn: as said, else the affine's, else square pixels."""
    if min(opened.pixel_mm) > 0:
        return opened.pixel_mm
    if len(opened.affine) != 16:
        return (1.0, 1.0)
    column, row = (sqrt(sum(opened.affine[at + axis] ** 2 for at in (0, 4, 8))) for axis in (0, 1))
    return (row, column)
