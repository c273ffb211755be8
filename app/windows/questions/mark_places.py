"""From drawings to the places of marks, in LPS mm.

What belongs here: pure geometry of one drawing. What does not: which drawings are marks (marks_shapes).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.tracking.events import MarkPlaced
from viewers.measuring.brush import Segment
from viewers.measuring.history import Board
from viewers.measuring.masks import Mask, as_text
from viewers.measuring.shapes import Kind, Measurement, Points, places, space_mm
from viewers.volume import SeriesHeader

Shaped = Measurement | Segment
Key = tuple[int, int, str]  # trial, phase, question


def placed_from(drawing: Shaped, header: SeriesHeader, shape: str, at_ns: int, key: Key) -> MarkPlaced:
    """The mark of a drawing on the series `header`: its centre, and its points or its mask."""
    centre = _middle(drawing.mask) if isinstance(drawing, Segment) else _centre(drawing)
    slice_index = int(np.clip(round(float(centre[2])), 0, header.frames - 1))
    trial, phase, question = key
    placed = MarkPlaced(
        at_ns=at_ns,
        trial=trial,
        phase=phase,
        question=question,
        mark=drawing.id,
        series_uid=header.key,
        sop_uid=header.instances[slice_index].sop_uid,
        slice_index=slice_index,
        column=round(float(centre[0]), 4),
        row=round(float(centre[1]), 4),
        position_mm=places(space_mm(header, centre[None]))[0],
        shape=shape,
    )
    if isinstance(drawing, Segment):
        return replace(placed, mask=as_text(drawing.mask), mask_shape=drawing.mask.shape)
    return replace(placed, points_mm=places(space_mm(header, shape_points(drawing.kind, drawing.array))))


def shape_points(kind: Kind, points: Points) -> Points:
    """The points of a measurement as marks keep those of their shape (MarkPlaced), (n, 3)."""
    if kind in ("box", "rectangle"):
        return points[[0, 2]]
    if kind == "ellipse":
        return np.array([points.mean(axis=0), points[1], points[3]])
    return points


def _centre(measurement: Measurement) -> Points:
    """The vertex of an angle, else the middle of its points."""
    return np.asarray(measurement.array[1] if measurement.kind == "angle" else measurement.array.mean(axis=0))


def _middle(mask: Mask) -> Points:
    """The mean of a mask's voxels (column, row, slice)."""
    total, count = np.zeros(3), 0
    for index in mask.slices:
        rows, columns = np.nonzero(mask.plane(index))
        total += (columns.sum(), rows.sum(), index * len(rows))
        count += len(rows)
    return np.asarray(total / max(1, count))


def last_length_mm(board: Board) -> float | None:
    """The length that was measured last, in mm: of a line, or the longest diameter; None where there is none."""
    for measurement in reversed(board.measurements):
        found = next((each for each in measurement.numbers.items if each.unit == "mm"), None)
        if measurement.kind in ("length", "bidirectional") and found is not None:
            return found.value
    return None
