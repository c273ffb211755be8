"""What of a finding or a map lies on one displayed slice: outlines and sampled fields, in image points or pixels.

What belongs here: pure geometry between patient mm, image points (column, row) and a viewport's device pixels.
What does not: colours and Qt (paint), the choice of what is shown (layers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.result import AIMap, Box, Geometry, Polygon
from viewers import geometry
from viewers.view import View, image_to_screen
from viewers.volume import SeriesHeader

Points = NDArray[np.float64]  # (n, 2): image points (column, row)
Field = NDArray[np.float32]
Crop = tuple[int, int, int, int]  # rows and columns (start, stop)

REACH_SLICES = 0.5  # a slice stands for half a slice to either side of its plane
OBLIQUE_SAMPLES = 256  # along each edge of the coarse grid that an oblique section is sampled on
AXES_AGREE = 1e-3  # voxels of drift across the whole image under which axes count as aligned

_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
_EDGES = np.array([(a, b) for a, b in combinations(range(8), 2) if np.sum(_CORNERS[a] != _CORNERS[b]) == 1])


def outline(shape: Geometry, to_voxel: geometry.Array) -> Points | None:
    """Where a finding's geometry meets the slice, as a closed outline of image points; None where it does not.

    `to_voxel` maps LPS mm to (column, row, slices from this one): the inverse of `SeriesHeader.affine_at`.
    A shape that ends or lies between two slices is shown on the nearest of them, within half a slice.
    """
    return _box_outline(shape, to_voxel) if isinstance(shape, Box) else _polygon_outline(shape, to_voxel)


def _box_outline(box: Box, to_voxel: geometry.Array) -> Points | None:
    corners = geometry.apply(to_voxel, np.asarray(box.centre_mm) + _CORNERS * np.asarray(box.size_mm))
    depth = corners[:, 2]
    if depth.min() > REACH_SLICES or depth.max() < -REACH_SLICES:
        return None
    if np.ptp(depth) < 1e-9:
        return _hull(corners[:, :2])
    margin = min(1e-6, float(np.ptp(depth)) / 4)
    level = float(np.clip(0.0, depth.min() + margin, depth.max() - margin))
    start, end = corners[_EDGES[:, 0]], corners[_EDGES[:, 1]]
    crosses = (start[:, 2] - level) * (end[:, 2] - level) < 0
    start, end = start[crosses], end[crosses]
    share = ((level - start[:, 2]) / (end[:, 2] - start[:, 2]))[:, None]
    return _hull((start + share * (end - start))[:, :2])


def _polygon_outline(polygon: Polygon, to_voxel: geometry.Array) -> Points | None:
    points = geometry.apply(to_voxel, polygon.points_mm)
    return points[:, :2] if bool((np.abs(points[:, 2]) <= REACH_SLICES).all()) else None


def _hull(points: Points) -> Points:
    """The convex outline, in the order of the angle around the middle: box sections are convex and small."""
    middle = points.mean(axis=0)
    return points[np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))]


def shape_centre_mm(shape: Geometry) -> tuple[float, float, float]:
    """The middle of a finding, LPS mm."""
    if isinstance(shape, Box):
        return shape.centre_mm
    x, y, z = np.mean(np.asarray(shape.points_mm, np.float64), axis=0)
    return (float(x), float(y), float(z))


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A map cut by a slice: `values` (rows, columns) and the 2×3 matrix from image points to its (column, row)."""

    values: Field
    from_image: NDArray[np.float64]


def cut(ai_map: AIMap, plane: geometry.Array, columns: int, rows: int) -> Section | None:
    """The map on the slice's plane, linear between its slices; None where the plane misses it.

    As SimpleITK does, a voxel reaches half its size beyond its centre, and what is outside has no value (NaN → none).
    """
    to_map = _inverse(np.asarray(ai_map.affine, np.float64).tobytes()) @ plane
    depth_axis, drift = _depth_axis(to_map[:3, :2].tobytes(), columns, rows)
    if drift > AXES_AGREE:
        return _cut_obliquely(ai_map.values, to_map, columns, rows)
    flat = _between_slices(ai_map.values, 2 - depth_axis, float(to_map[depth_axis, 3]))
    in_plane = [axis for axis in range(3) if axis != depth_axis]
    return None if flat is None else Section(flat, to_map[in_plane][:, [0, 1, 3]])


@lru_cache(maxsize=64)  # asked for again on every slice
def _inverse(affine: bytes) -> geometry.Array:
    return geometry.inverse(np.frombuffer(affine).reshape(4, 4))


@lru_cache(maxsize=64)
def _depth_axis(in_plane: bytes, columns: int, rows: int) -> tuple[int, float]:
    """The map's axis that the slice runs along least (3×2 float64), and by how many voxels across the image."""
    reach = np.abs(np.frombuffer(in_plane).reshape(3, 2) * (columns, rows)).max(axis=1)
    axis = int(np.argmin(reach))
    return axis, float(reach[axis])


def _between_slices(values: Field, array_axis: int, depth: float) -> Field | None:
    last = values.shape[array_axis] - 1
    if not -0.5 <= depth <= last + 0.5:
        return None
    below = max(0, min(last, floor(depth)))
    above, share = min(below + 1, last), max(0.0, min(1.0, depth - below))
    planes = np.moveaxis(values, array_axis, 0) if array_axis else values
    if share == 0:
        return np.ascontiguousarray(planes[below])
    return np.asarray(cv2.addWeighted(planes[below], 1 - share, planes[above], share, 0))


def _cut_obliquely(values: Field, to_map: geometry.Array, columns: int, rows: int) -> Section | None:
    """Trilinear samples on a coarse grid over the part of the image that the map can reach."""
    low, high = _reach(values.shape, to_map, columns, rows)
    if (high <= low).any():
        return None
    step = np.maximum((high - low) / (OBLIQUE_SAMPLES - 1), 1e-6)
    column, row = (low[i] + step[i] * np.arange(OBLIQUE_SAMPLES) for i in (0, 1))
    grid = np.stack([*np.meshgrid(column, row), np.zeros((OBLIQUE_SAMPLES,) * 2)], axis=-1)
    sampled = trilinear(values, geometry.apply(to_map, grid))
    from_image = np.array([[1 / step[0], 0, -low[0] / step[0]], [0, 1 / step[1], -low[1] / step[1]]])
    return Section(sampled, from_image)


def _reach(shape: tuple[int, ...], to_map: geometry.Array, columns: int, rows: int) -> tuple[Points, Points]:
    """The image points' range over which the plane can meet the map's box."""
    size = np.array(shape[::-1], np.float64)
    corners = (_CORNERS + 0.5) * size - 0.5
    in_image = geometry.apply(geometry.inverse(to_map), corners)[:, :2]
    low = np.maximum(in_image.min(axis=0), -0.5)
    return low, np.minimum(in_image.max(axis=0), (columns - 0.5, rows - 0.5))


def strongest(maps: Sequence[AIMap]) -> tuple[AIMap, ...]:
    """One map per grid: the highest value that any of the maps on that grid has at each voxel."""
    grids: dict[bytes, list[AIMap]] = {}
    for each in maps:
        key = np.asarray(each.affine, np.float64).tobytes() + repr((each.values.shape, each.value_range)).encode()
        grids.setdefault(key, []).append(each)
    return tuple(_strongest_of(group) for group in grids.values())


def _strongest_of(group: list[AIMap]) -> AIMap:
    if len(group) == 1:
        return group[0]
    highest = np.fmax.reduce([each.values for each in group])
    return replace(group[0], id="+".join(each.id for each in group), values=highest, finding="")


def trilinear(values: Field, voxels: NDArray[np.float64]) -> Field:
    """Values at voxel points (…, (column, row, slice)); NaN further than half a voxel outside."""
    last = np.array(values.shape[::-1]) - 1
    outside = ((voxels < -0.5) | (voxels > last + 0.5)).any(axis=-1)
    points = np.clip(voxels, 0, last)
    base = np.minimum(points.astype(np.int64), np.maximum(last - 1, 0))
    share = (points - base).astype(np.float32)
    total = np.zeros(voxels.shape[:-1], np.float32)
    for corner in (_CORNERS + 0.5).astype(np.int64):
        at = np.minimum(base + corner, last)
        weight = np.where(corner == 1, share, 1 - share).prod(axis=-1)
        total += weight * values[at[..., 2], at[..., 1], at[..., 0]]
    total[outside] = np.nan
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Map values at device pixels: `values` (rows, columns), its first pixel at device pixel (x, y) of the viewport."""

    values: Field
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Screen:
    """A viewport's size in logical pixels and its device pixels per logical pixel."""

    width: int
    height: int
    dpr: float = 1.0

    @property
    def device_size(self) -> tuple[int, int]:
        return round(self.width * self.dpr), round(self.height * self.dpr)


def device_to_image(view: View, header: SeriesHeader, screen: Screen) -> NDArray[np.float64]:
    """The 2×3 matrix from device pixel indices (centres at integers) to image points."""
    x0, y0 = image_to_screen(view, header, screen.width, screen.height, 0.0, 0.0)
    x1, y1 = image_to_screen(view, header, screen.width, screen.height, 1.0, 1.0)
    step_x, step_y = 1 / ((x1 - x0) * screen.dpr), 1 / ((y1 - y0) * screen.dpr)
    return np.array([[step_x, 0, (0.5 - x0 * screen.dpr) * step_x], [0, step_y, (0.5 - y0 * screen.dpr) * step_y]])


def sample(section: Section, from_device: NDArray[np.float64], screen: Screen, crop: Crop | None) -> Patch | None:
    """The section at device pixels, linear, cut to `crop` (its `hot_crop`); None where that is None or out of sight.

    `from_device` is `device_to_image`. Upright maps are placed to the nearest device pixel (at most half a pixel off)
    because `cv2.resize` is 15 times faster than `warpAffine`; turned maps take `warpAffine`.
    """
    if crop is None:
        return None
    to_section = section.from_image[:, :2] @ from_device
    to_section[:, 2] += section.from_image[:, 2]
    values, to_values = _cropped(section.values, to_section, crop)
    if abs(to_values[0, 0]) < 1e-12 and abs(to_values[1, 1]) < 1e-12:
        values, to_values = np.ascontiguousarray(values.T), to_values[::-1].copy()
    values, to_values = _unflipped(values, to_values)
    if abs(to_values[0, 1]) > 1e-12 or abs(to_values[1, 0]) > 1e-12:
        return _warped(values, to_values, screen)
    return _resized(values, to_values, screen)


def hot_crop(values: Field, floor: float) -> Crop | None:
    """Rows and columns (start, stop) around the values that reach the floor, with one to spare for interpolation."""
    hot = cv2.compare(values, floor, cv2.CMP_GE)
    x, y, width, height = cv2.boundingRect(hot)
    if width == 0:
        return None
    rows, columns = values.shape
    return max(0, y - 1), min(rows, y + height + 1), max(0, x - 1), min(columns, x + width + 1)


def _cropped(values: Field, matrix: Points, crop: Crop) -> tuple[Field, Points]:
    top, bottom, left, right = crop
    moved = matrix.copy()
    moved[:, 2] -= (left, top)
    return values[top:bottom, left:right], moved


def _unflipped(values: Field, matrix: Points) -> tuple[Field, Points]:
    """The same field with axes that rise with the screen's."""
    turned = matrix.copy()
    for axis, array_axis in ((0, 1), (1, 0)):
        if turned[axis, axis] < 0:
            values = np.flip(values, array_axis)
            turned[axis] *= -1
            turned[axis, 2] += values.shape[array_axis] - 1
    return np.ascontiguousarray(values), turned


def _resized(values: Field, to_values: Points, screen: Screen) -> Patch | None:
    """Whole voxels that the viewport can see, enlarged: voxel edges fall at -0.5 and n - 0.5 on both sides."""
    scale = (float(to_values[0, 0]), float(to_values[1, 1]))
    left, right = _seen(float(to_values[0, 2]), scale[0], screen.device_size[0], values.shape[1])
    top, bottom = _seen(float(to_values[1, 2]), scale[1], screen.device_size[1], values.shape[0])
    if left >= right or top >= bottom:
        return None
    if (right - left) / scale[0] < 1 or (bottom - top) / scale[1] < 1:
        return _warped(values, to_values, screen)
    part = values[top:bottom, left:right]
    enlarged = cv2.resize(part, None, fx=1 / scale[0], fy=1 / scale[1], interpolation=cv2.INTER_LINEAR)
    x = round((left - 0.5 - float(to_values[0, 2])) / scale[0] + 0.5)
    y = round((top - 0.5 - float(to_values[1, 2])) / scale[1] + 0.5)
    return _within(Patch(np.asarray(enlarged, np.float32), x, y), screen)


def _seen(start: float, step: float, device_px: int, count: int) -> tuple[int, int]:
    """The voxels (first, one past the last) along an axis that `device_px` pixels can see, with some to spare."""
    return max(0, floor(start - 0.5) - 1), min(count, ceil(start + device_px * step + 0.5) + 2)


def _warped(values: Field, to_values: Points, screen: Screen) -> Patch:
    padded = cv2.copyMakeBorder(values, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    shifted = to_values.copy()
    shifted[:, 2] += 1
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(
        padded, shifted, screen.device_size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=float("nan")
    )
    return Patch(np.asarray(warped, np.float32), 0, 0)


def _within(patch: Patch, screen: Screen) -> Patch | None:
    """The part of a patch that lies inside the viewport."""
    width, height = screen.device_size
    left, top = max(0, -patch.x), max(0, -patch.y)
    values = patch.values[top : max(top, height - patch.y), left : max(left, width - patch.x)]
    return Patch(np.ascontiguousarray(values), patch.x + left, patch.y + top) if values.size else None


def iso_outlines(patch: Patch, level: float) -> list[Points]:
    """Closed outlines of where values reach the level, in device pixels (x, y), their centres at integers."""
    inside = cv2.copyMakeBorder((patch.values >= level).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    found, _ = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_TC89_L1)
    offset = (patch.x - 1, patch.y - 1)  # less the border's pixel
    return [line[:, 0, :].astype(np.float64) + offset for line in found if len(line) > 2]
