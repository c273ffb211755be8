"""What a reader drew: the frozen `Measurement`, and where its points lie in images and in space.

What belongs here: the value and its coordinates. What does not: numbers (values), changing it (editing), the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from viewers.geometry import apply, inverse
from viewers.measuring.numbers import NO_NUMBERS, Numbers
from viewers.volume import SeriesHeader

Kind = Literal[
    "length", "angle", "cobb", "bidirectional", "ellipse", "rectangle", "polygon", "freehand", "arrow", "point", "box"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
REGIONS: frozenset[Kind] = frozenset({"ellipse", "rectangle", "polygon", "freehand"})  # measured inside
CLOSED: frozenset[Kind] = REGIONS | {"box"}
Points = NDArray[np.float64]
Place = tuple[float, float, float]  # voxel (column, row, slice) of the source series, fractions allowed

ON_SLICE = 0.5  # a point lies on the slice that it is nearest to
COLOURS = ("#ffd166", "#56b4e9", "#ff9f45", "#5fd3a3", "#e6a8d7", "#f2f2f2")  # told apart by all colour visions


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing drawn on one plane of one series.

    `points` are voxels (column, row, slice) of the source series `series` (its key), pixel centres at integers, with a
    fraction of a slice where it was drawn on a recut plane: length 2 ends; angle end, corner, end; cobb 2 + 2 ends;
    bidirectional long 2 + short 2; ellipse both ends of one axis, then of the other; rectangle and box 4 corners in
    order; polygon and freehand their corners; arrow tip and tail; point itself. `sop_uid` and `frame` name the image
    that it lies on, "" where it lies on none. `plane` is the plane it was drawn on, as the derived series is named.
    `label_px` is where its label was dragged to, logical pixels from where it would stand.
    """

    id: str
    kind: Kind
    series: str
    points: tuple[Place, ...]
    sop_uid: str = ""
    frame: int = 0
    plane: str = ""
    name: str = ""
    colour: int = 0  # which of COLOURS, and of the dash patterns
    confidence: int | None = None
    label_px: tuple[float, float] | None = None
    numbers: Numbers = NO_NUMBERS

    @property
    def array(self) -> Points:
        """The points, shape (n, 3)."""
        return np.array(self.points, np.float64)

    @property
    def slice_index(self) -> int:
        """The source slice nearest to its middle."""
        return round(float(np.mean([point[2] for point in self.points])))


def places(points: Points) -> tuple[Place, ...]:
    """The points as plain values, rounded to a ten-thousandth of a pixel, which is far below what a hand can do."""
    return tuple((round(float(c), 4), round(float(r), 4), round(float(s), 4)) for c, r, s in points)


def drawn(kind: Kind, mark: str, header: SeriesHeader, image_points: Points, slice_index: int) -> Measurement:
    """A measurement at image points (n, 2) of a slice of the series as it is shown, kept in the source's voxels."""
    source = origin(header)
    points = places(to_source(header, image_points, slice_index))
    slices = {point[2] for point in points}
    on_image = len(slices) == 1 and float(next(iter(slices))).is_integer() and 0 <= next(iter(slices)) < source.frames
    instance = source.instances[int(next(iter(slices)))] if on_image else None
    return Measurement(
        id=mark,
        kind=kind,
        series=source.key,
        points=points,
        sop_uid=instance.sop_uid if instance is not None else "",
        frame=instance.frame if instance is not None else 0,
        plane=header.derived.name if header.derived is not None else "",
    )


def redrawn(measurement: Measurement, header: SeriesHeader, image_points: Points, slice_index: int) -> Measurement:
    """The same measurement at other image points; its numbers are to be worked out anew."""
    there = drawn(measurement.kind, measurement.id, header, image_points, slice_index)
    return replace(
        there,
        name=measurement.name,
        colour=measurement.colour,
        confidence=measurement.confidence,
        label_px=measurement.label_px,
    )


def origin(header: SeriesHeader) -> SeriesHeader:
    """The series as the files have it, however often it was derived."""
    while header.derived is not None:
        header = header.derived.source
    return header


def source_matrix(header: SeriesHeader) -> NDArray[np.float64]:
    """Voxel of the shown series → voxel of its source, 4×4, through every derivation.

    In unevenly spaced stacks cut across, the slice is a place along the stack (`Derived.places`), not a number.
    """
    matrix = np.eye(4)
    while header.derived is not None:
        matrix, header = header.derived.to_source @ matrix, header.derived.source
    return matrix


def to_source(header: SeriesHeader, image_points: Points, slice_index: float) -> Points:
    """Image points (n, 2) of a shown slice → source voxels (n, 3)."""
    flat = np.atleast_2d(np.asarray(image_points, np.float64))
    points = np.column_stack([flat, np.full(len(flat), float(slice_index))])
    while header.derived is not None:
        points = apply(header.derived.to_source, points)
        if header.derived.places:
            points[:, 2] = np.interp(points[:, 2], header.derived.places, np.arange(len(header.derived.places)))
        header = header.derived.source
    return points


def to_shown(header: SeriesHeader, points: Points) -> Points:
    """Source voxels (n, 3) → voxels (n, 3) of the series as it is shown."""
    if header.derived is None:
        return np.array(points, np.float64)
    there = to_shown(header.derived.source, points)
    if header.derived.places:
        there[:, 2] = np.interp(there[:, 2], np.arange(len(header.derived.places)), header.derived.places)
    return apply(inverse(header.derived.to_source), there)


def shown_on(header: SeriesHeader, measurement: Measurement, slice_index: int) -> Points | None:
    """Its image points (n, 2) on a shown slice; None where it lies on another slice, plane or series."""
    if origin(header).key != measurement.series:
        return None
    there = to_shown(header, measurement.array)
    return there[:, :2] if bool((np.abs(there[:, 2] - slice_index) < ON_SLICE).all()) else None


def space_mm(source: SeriesHeader, points: Points) -> Points:
    """Source voxels (n, 3) → LPS mm, or the mm of the image's own frame; between slices in proportion.

    Each slice's own position counts, so that places are exact in unevenly spaced stacks too.
    """
    points = np.atleast_2d(np.asarray(points, np.float64))
    below = np.clip(np.floor(points[:, 2] + 1e-6), 0, source.frames - 1).astype(np.int64)
    found = np.empty_like(points)
    for index in np.unique(below).tolist():
        there = below == index
        flat = points[there] * (1.0, 1.0, 0.0)
        here = apply(source.affine_at(index), flat)
        rest = points[there, 2, None] - index
        found[there] = here + np.where(np.abs(rest) < 1e-6, 0.0, rest * (_next_mm(source, index, flat, rest) - here))
    return found


def _next_mm(source: SeriesHeader, index: int, flat: Points, rest: Points) -> Points:
    """The same places one slice on; where the stack has ended, as it would go on."""
    onward = apply(source.affine_at(index), flat) + source.grid_affine[:3, 2]
    if index + 1 >= source.frames:
        return onward
    return np.where(rest > 0, apply(source.affine_at(index + 1), flat), onward)


def drawing_scale(header: SeriesHeader) -> tuple[float, float]:
    """How long a pixel is (across, down) in proportion, for what must be square on the screen."""
    row_mm, column_mm = header.pixel_mm
    return column_mm, row_mm


def label_of(measurements: Sequence[Measurement], mark: str) -> str:
    """The number that a measurement bears on images and in the list."""
    return next((str(n) for n, each in enumerate(measurements, 1) if each.id == mark), "")
