"""Painting voxels: round brushes on a plane or through slices, within a range of values.

What belongs here: the frozen `Segment` and `Brush`, which voxels a stroke reaches. What does not: runs (masks), Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewers.measuring.masks import Mask, Plane
from viewers.measuring.numbers import Number, Numbers
from viewers.measuring.shapes import Place, Points, to_source
from viewers.measuring.values import why_not_mm
from viewers.volume import SeriesHeader, Volume

RADIUS_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
RANGE_SPREADS = 2.0  # SDs either side of the mean under the first touch
LIKE = 1e-9


@dataclass(frozen=True, slots=True)
class Segment:
    """A painted part of a series: the reader's own, or the correction of an AI mask (`of` names it)."""

    id: str
    series: str
    mask: Mask
    name: str = ""
    colour: int = 0
    of: str = ""


@dataclass(frozen=True, slots=True)
class Brush:
    """How it paints: a ball of `radius` through slices, or a disc on the plane.

    `radius` is in mm, of the detector where there is no other, and in pixels where there is no spacing. `values` is the
    range, in the units of the modality, in which voxels are taken; None takes all. `learns` takes the range from what
    lies under the first touch of each stroke.
    """

    radius: float = 6.0
    erases: bool = False
    is_ball: bool = False
    values: tuple[float, float] | None = None
    learns: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """Where a stroke is painted: the source volume, and the shown plane's normal in its voxels."""

    volume: Volume  # the source series
    normal: Points  # (3,)


def resized(brush: Brush, steps: int) -> Brush:
    """Larger or smaller by so many steps."""
    nearest = int(np.abs(np.array(RADIUS_STEPS) - brush.radius).argmin())
    return replace(brush, radius=RADIUS_STEPS[max(0, min(len(RADIUS_STEPS) - 1, nearest + steps))])


def plane_normal(matrix: NDArray[np.float64]) -> Points:
    """The normal of a shown plane in source voxels, from its voxel → source matrix."""
    return np.cross(matrix[:3, 0], matrix[:3, 1])


def learned(brush: Brush, canvas: Canvas, at: Place) -> Brush:
    """The brush with the range of what lies under it: mean ± 2 SD, at least half a value either way."""
    if not brush.learns:
        return brush
    values = _values_under(replace(brush, values=None), canvas, at)
    if not len(values):
        return brush
    reach = max(RANGE_SPREADS * float(values.std()), 0.5)
    return replace(brush, values=(float(values.mean()) - reach, float(values.mean()) + reach))


def _values_under(brush: Brush, canvas: Canvas, at: Place) -> NDArray[np.float64]:
    instances, found = canvas.volume.header.instances, []
    for index, (near, left, top) in reached(replace(brush, is_ball=False), canvas, at, at).items():
        crop = canvas.volume.plane(index)[top : top + near.shape[0], left : left + near.shape[1]]
        found.append(instances[index].rescale.values(crop[near]))
    return np.concatenate(found) if found else np.zeros(0)


class Stroke:
    """A stroke under way: the slices that it has touched, unpacked, until it ends as a mask."""

    def __init__(self, mask: Mask, brush: Brush, canvas: Canvas, at: Place) -> None:
        self.brush = learned(brush, canvas, at)
        self.touched: dict[int, Plane] = {}
        self._mask, self._canvas, self._at = mask, canvas, at
        self.go(at)

    def go(self, to: Place) -> None:
        """Paints straight on to a place (source voxel)."""
        for index, (near, left, top) in reached(self.brush, self._canvas, self._at, to).items():
            near &= _in_range(self.brush, self._canvas.volume, index, near.shape, left, top)
            if near.any():
                plane = self.plane(index)
                plane[top : top + near.shape[0], left : left + near.shape[1]][near] = not self.brush.erases
                self.touched[index] = plane
        self._at = to

    def plane(self, slice_index: int) -> Plane:
        """One slice as it stands."""
        return self.touched[slice_index] if slice_index in self.touched else self._mask.plane(slice_index)

    @property
    def mask(self) -> Mask:
        """The whole as it stands."""
        return self._mask.with_planes(self.touched)


def reached(brush: Brush, canvas: Canvas, start: Place, end: Place) -> dict[int, tuple[Plane, int, int]]:
    """The voxels whose centre is within the radius of the way from start to end, by slice: (mask, left, top).

    A disc reaches the voxels that the plane cuts, a ball those all round.
    """
    header = canvas.volume.header
    steps = np.asarray(header.grid_affine[:3, :3])
    low, high = _box(header, steps, brush.radius, np.array([start, end]))
    if (high <= low).any():
        return {}
    columns, rows, slices = (np.arange(a, b, dtype=np.float64) for a, b in zip(low, high, strict=True))
    found = {}
    for index in slices:
        near = _near(columns, rows, float(index), start, end, steps) <= brush.radius**2 + LIKE
        if not brush.is_ball:
            near &= _on_plane(columns, rows, float(index), start, canvas.normal)
        if near.any():
            found[int(index)] = (near, int(low[0]), int(low[1]))
    return found


def _box(
    header: SeriesHeader, steps: NDArray[np.float64], radius: float, ends: Points
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The voxels that can be reached: first ones, and past the last ones."""
    reach = radius * np.linalg.norm(np.linalg.inv(steps), axis=1)
    size = np.array([header.columns, header.rows, header.frames])
    low = np.clip(np.ceil(ends.min(axis=0) - reach - LIKE), 0, size).astype(np.int64)
    return low, np.clip(np.floor(ends.max(axis=0) + reach + LIKE) + 1, 0, size).astype(np.int64)


def _near(
    columns: Points, rows: Points, index: float, start: Place, end: Place, steps: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Squared distances of one slice's voxels to the way from start to end, (rows, columns)."""
    offset = (
        (columns - start[0])[None, :, None] * steps[:, 0]
        + (rows - start[1])[:, None, None] * steps[:, 1]
        + (index - start[2]) * steps[:, 2]
    )
    way = steps @ (np.array(end) - start)
    share = np.clip(offset @ way / max(float(way @ way), 1e-12), 0.0, 1.0)
    return np.asarray(((offset - share[..., None] * way) ** 2).sum(axis=-1))


def _on_plane(columns: Points, rows: Points, index: float, at: Place, normal: Points) -> Plane:
    """Which voxels of a slice the plane through `at` cuts: half a voxel away at most, so that none counts twice."""
    offset = (columns - at[0])[None, :] * normal[0] + (rows - at[1])[:, None] * normal[1] + (index - at[2]) * normal[2]
    half = np.abs(normal).sum() / 2
    return np.asarray((offset > -half - LIKE) & (offset <= half - LIKE))


def _in_range(brush: Brush, volume: Volume, index: int, shape: tuple[int, ...], left: int, top: int) -> Plane:
    if brush.values is None or brush.erases or volume.is_colour:
        return np.ones(shape, bool)
    if not volume.loaded[index]:
        return np.zeros(shape, bool)
    crop = volume.plane(index)[top : top + shape[0], left : left + shape[1]]
    values = volume.header.instances[index].rescale.values(crop)
    return np.asarray((values >= brush.values[0]) & (values <= brush.values[1]))


def segment_numbers(segment: Segment, source: SeriesHeader) -> Numbers:
    """Volume in ml where the stack is calibrated in all three directions, area where it is one image, else voxels."""
    voxels = segment.mask.voxels
    remark = why_not_mm(source)
    count = Number("voxels", float(voxels), "")
    if remark:
        return Numbers((Number("area", float(voxels), "px2"), count) if source.frames == 1 else (count,), remark)
    if source.frames == 1:
        row_mm, column_mm = source.pixel_mm
        return Numbers((Number("area", voxels * row_mm * column_mm, "mm2"), count))
    if source.slice_spacing_mm is None:
        return Numbers((count,), "no spacing between slices")
    return Numbers((Number("volume", _volume_mm3(segment.mask, source) / 1000, "ml"), count))


def _volume_mm3(mask: Mask, source: SeriesHeader) -> float:
    return mask.voxels * abs(float(np.linalg.det(source.grid_affine[:3, :3])))


def correction_of(
    volume: NDArray[np.bool_] | NDArray[np.uint8] | NDArray[np.float32],
    affine: NDArray[np.float64],
    source: SeriesHeader,
    threshold: float = 0.5,
) -> Mask:
    """An AI mask (slices, rows, columns) with its own affine (voxel → LPS mm), on the grid of a series.

    Each voxel of the series takes the nearest voxel of the mask; those above `threshold` are in.
    """
    within = np.argwhere(volume > threshold)
    mask = Mask((source.frames, source.rows, source.columns))
    if not len(within):
        return mask
    low, high = _reaching(within, affine, source)
    columns, rows = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    planes = {}
    for index in range(low[2], high[2]):
        flat = np.stack([columns, rows, np.zeros_like(columns), np.ones_like(columns)], -1).astype(np.float64)
        there = np.rint(flat @ (np.linalg.inv(affine) @ source.affine_at(index)).T[:, :3]).astype(np.int64)
        plane = np.zeros(mask.shape[1:], bool)
        plane[low[1] : high[1], low[0] : high[0]] = _looked_up(volume, there) > threshold
        planes[index] = plane
    return mask.with_planes(planes)


def _reaching(within: NDArray[np.intp], affine: NDArray[np.float64], source: SeriesHeader) -> tuple[Points, Points]:
    """The voxels of the series that a mask can cover: first ones, and past the last ones."""
    first, last = within.min(axis=0)[::-1] - 0.5, within.max(axis=0)[::-1] + 0.5
    corners = np.array(
        [(c, r, s, 1.0) for c in (first[0], last[0]) for r in (first[1], last[1]) for s in (first[2], last[2])]
    )
    places = (corners @ (np.linalg.inv(source.grid_affine) @ affine).T)[:, :3]
    size = np.array([source.columns, source.rows, source.frames])
    low = np.clip(np.floor(places.min(axis=0)) - 1, 0, size).astype(np.int64)
    return low, np.clip(np.ceil(places.max(axis=0)) + 2, 0, size).astype(np.int64)


def _looked_up(volume: Any, places: NDArray[np.int64]) -> Any:
    """Values at (column, row, slice) places, 0 outside."""
    size = np.array(volume.shape[::-1])
    is_inside = ((places >= 0) & (places < size)).all(axis=-1)
    column, row, index = np.moveaxis(np.clip(places, 0, size - 1), -1, 0)
    return np.where(is_inside, volume[index, row, column], 0)


def shown_plane(mask: Mask, header: SeriesHeader, slice_index: int) -> Plane:
    """What of a mask lies on a slice as it is shown, (rows, columns): of each pixel, the source voxel nearest to it."""
    if header.derived is None:
        return mask.plane(slice_index)
    plane = np.zeros((header.rows, header.columns), bool)
    columns, rows = np.meshgrid(np.arange(header.columns), np.arange(header.rows))
    there = to_source(header, np.column_stack([columns.ravel(), rows.ravel()]), slice_index)
    column, row, index = np.rint(there).astype(np.int64).T.reshape(3, header.rows, header.columns)
    is_inside = (column >= 0) & (column < mask.shape[2]) & (row >= 0) & (row < mask.shape[1])
    for each in mask.slices.keys() & np.unique(index).tolist():
        here = is_inside & (index == each)
        plane[here] = mask.plane(each)[row[here], column[here]]
    return plane
