"""Values of a map on any plane: by nearest voxel for segments, linear for fields, with unevenly spaced planes.

What belongs here: grids over a slice, and the numbers at their points. What does not: slices that run along the map's
own planes, which need no sampling (fields).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewers import geometry

Values = NDArray[Any]
Matrix = NDArray[np.float64]

TIE = 1e-6  # voxels: what lies midway belongs to the higher voxel, whatever rounding says
HOLE = 1.5  # steps between planes from which on the space between them has no value
_UNIT = np.array(list(product((0, 1), repeat=3)), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Points of a slice: `size` (columns, rows) of them, in steps from `low`; `to_map` leads from image to voxel."""

    low: Matrix
    step: Matrix
    size: tuple[int, int]
    to_map: Matrix

    @classmethod
    def within(cls, low: Matrix, high: Matrix, to_map: Matrix, finest: float, most: int) -> Grid:
        """From one image point to another in steps of `finest` image points, or as many as `most` allows."""
        extent = np.maximum(high - low, 1e-9)
        count = np.minimum(np.ceil(extent / finest).astype(int) + 1, most)
        count = np.maximum(count, 2)
        return cls(low, extent / (count - 1), (int(count[0]), int(count[1])), to_map)

    @classmethod
    def around(cls, shape: tuple[int, ...], places: tuple[float, ...], to_map: Matrix, steps: int) -> Grid:
        """`steps` points along the longer edge of where the whole map is seen, with a point to spare about it."""
        corners = geometry.apply(geometry.inverse(to_map), box_corners(shape, places))[:, :2]
        low, high = corners.min(axis=0), corners.max(axis=0)
        step = max(float((high - low).max()) / steps, 1e-9)
        return cls.within(low - step, high + step, to_map, step, steps + 3)

    @property
    def from_image(self) -> Matrix:
        """The 2×3 matrix from image points to points of this grid."""
        across, down = 1 / self.step
        return np.array([[across, 0, -self.low[0] * across], [0, down, -self.low[1] * down]])

    def at(self, depth: float) -> Matrix:
        """The 4×4 matrix from this grid's points to voxels, `depth` slices beyond the slice."""
        points = np.diag([*self.step, 1.0, 1.0])
        points[:3, 3] = (*self.low, depth)
        return np.asarray(self.to_map @ points)


def box_corners(shape: tuple[int, ...], places: tuple[float, ...]) -> Matrix:
    """The eight outer corners of a map's voxels, (column, row, slice) on its affine."""
    low = np.array([-0.5, -0.5, (places[0] if places else 0) - 0.5])
    high = np.array([shape[2] - 0.5, shape[1] - 0.5, (places[-1] if places else shape[0] - 1) + 0.5])
    return np.asarray(low + _UNIT * (high - low))


def plane_numbers(depth: Matrix, count: int, places: tuple[float, ...]) -> tuple[NDArray[np.intp], Matrix, Values]:
    """Which planes lie to either side of slice coordinates: the lower one, the share of the way on, whether any does.

    A plane reaches half the way to its neighbours; where they are `HOLE` steps away or more, and at either end, half
    a slice.
    """
    if not places:
        below = np.clip(np.floor(depth), 0, max(count - 2, 0)).astype(np.intp)
        return below, np.clip(depth - below, 0, min(1, count - 1)), (depth >= -0.5) & (depth <= count - 0.5)
    at = np.asarray(places, np.float64)
    inside = (depth >= at[0] - 0.5) & (depth <= at[-1] + 0.5)
    if count == 1:
        return np.zeros(depth.shape, np.intp), np.zeros(depth.shape), inside
    below = np.clip(np.searchsorted(at, depth, "right") - 1, 0, count - 2)
    gap = at[below + 1] - at[below]
    share = np.clip((depth - at[below]) / gap, 0, 1)
    is_hole = gap >= HOLE
    beside = np.minimum(np.abs(depth - at[below]), np.abs(depth - at[below + 1]))
    return below, np.where(is_hole, np.round(share), share), inside & (~is_hole | (beside <= 0.5))


def sampled(
    values: Values, places: tuple[float, ...], to_voxel: Matrix, size: tuple[int, int], *, linear: bool
) -> Values:
    """(rows, columns) values at the points of a grid that `to_voxel` leads to voxels.

    Linear ones are float32, NaN outside; by nearest voxel they are as stored, 0 outside.
    """
    columns, rows = size
    i, j = np.arange(columns, dtype=np.float64), np.arange(rows, dtype=np.float64)[:, None]
    points = [to_voxel[axis, 0] * i + to_voxel[axis, 1] * j + to_voxel[axis, 3] for axis in range(3)]
    return _linear(values, places, points) if linear else _nearest(values, places, points)


def _nearest(values: Values, places: tuple[float, ...], points: list[Matrix]) -> Values:
    count, rows, columns = values.shape
    column, row = (np.floor(point + (0.5 + TIE)).astype(np.int32) for point in points[:2])
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    if places:
        below, share, valid = plane_numbers(points[2], count, places)
        plane = below + (share >= 0.5 - TIE)
        inside &= valid
    else:
        plane = np.floor(points[2] + (0.5 + TIE)).astype(np.int32)
        inside &= (plane >= 0) & (plane < count)
    if not values.flags.c_contiguous:
        seen = np.zeros(column.shape, values.dtype)
        seen[inside] = values[plane[inside], row[inside], column[inside]]
        return seen
    at = (plane.astype(np.int64) * rows + row) * columns + column
    at[~inside] = 0
    seen = values.reshape(-1)[at]
    seen[~inside] = 0
    return np.asarray(seen)


def _linear(values: Values, places: tuple[float, ...], points: list[Matrix]) -> Values:
    count, rows, columns = values.shape
    below, share, inside = plane_numbers(points[2], count, places)
    lower, shares = [below], [share.astype(np.float32)]
    for point, last in ((points[1], rows - 1), (points[0], columns - 1)):
        base = np.clip(np.floor(point), 0, max(last - 1, 0)).astype(np.intp)
        lower.append(base)
        shares.append(np.clip(point - base, 0, min(1, last)).astype(np.float32))
        inside &= (point >= -0.5) & (point <= last + 0.5)
    seen = np.zeros(inside.shape, np.float32)
    last_of = (count - 1, rows - 1, columns - 1)
    for corner in _UNIT.astype(np.intp):
        at = tuple(np.minimum(lower[axis] + corner[axis], last_of[axis]) for axis in range(3))
        weight = np.ones(inside.shape, np.float32)
        for axis in range(3):
            weight = weight * (shares[axis] if corner[axis] else 1 - shares[axis])
        seen += np.where(weight > 0, weight * values[at], 0)  # NaN beside a point that has no part in it says nothing
    seen[~inside] = np.nan
    return seen
