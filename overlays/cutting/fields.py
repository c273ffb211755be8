"""A map cut by a slice: fields linear, segments by nearest voxel, along the map's planes or across them, and as slabs.

What belongs here: `Section` and how one is had. What does not: contours of what it holds (labels), device pixels
(painting).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import ceil

import cv2
import numpy as np

from overlays.cutting.outlines import reach_slices
from overlays.cutting.sampling import TIE, Grid, Matrix, Values, box_corners, plane_numbers, sampled
from overlays.cutting.shapes import KeptBy
from overlays.result import AIMap, ImageRef
from viewers import geometry
from viewers.volume import SeriesHeader

AXES_AGREE = 0.01  # voxels of drift across the whole image under which axes count as aligned
OBLIQUE_FIELD, OBLIQUE_LABELS = 256, 768  # samples at most along each edge of an oblique section
MOST_SLAB_PLANES = 48  # of an oblique slab
SPARE = 1  # voxels beyond those that a section is made of
ON_PLANE = 2e-3  # of a step beside a plane of a field, under which it is shown as it is: half a grey level of 255
BLENDED = (np.uint8, np.int8, np.uint16, np.int16, np.int32, np.float32)  # what OpenCV blends into float32


Part = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]  # first and one past the last slice, row and column


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A map cut by a slice: `values` (rows, columns) and the 2×3 matrix from image points to its (column, row).

    Values mean what the map's do (`AIMap.stored`); a voxel reaches half its size beyond its centre.
    """

    values: Values
    from_image: Matrix

    def to_image(self, points: Matrix) -> Matrix:
        """Image points of (column, row) points of the section, (n, 2)."""
        return np.asarray((points - self.from_image[:, 2]) @ np.linalg.inv(self.from_image[:, :2]).T)


def map_section(ai_map: AIMap, header: SeriesHeader, slice_index: int, thickness_mm: float = 0.0) -> Section | None:
    """The map on a slice of a series, or in a slab of `thickness_mm` about it; None where it has nothing there.

    A plane of a map that belongs to one image is seen on that image alone, turned or mirrored as it may be, and on
    planes cut across only where they meet it.
    """
    plane = header.affine_at(slice_index)
    if not ai_map.images or (header.derived is not None and not header.derived.keeps_grid):
        return cut(ai_map, plane, header.columns, header.rows, thickness_mm)
    shown, reach = header.source_point(0.0, 0.0, slice_index)[2], reach_slices(header, thickness_mm)
    number = _plane_of_image(ai_map, header.source, shown, reach)
    if number is None:
        return None
    to_map = _inverse(np.asarray(ai_map.affine, np.float64).tobytes()) @ plane
    return Section(ai_map.values[number], to_map[:2][:, [0, 1, 3]])


def part_read(ai_map: AIMap, header: SeriesHeader, slice_index: int, thickness_mm: float = 0.0) -> Part | None:
    """The first and one past the last slice, row and column of the voxels that a section is made of, some to spare.

    None where the slice misses the map. For maps in space, not those whose planes belong to images.
    """
    plane = header.affine_at(slice_index)
    half = thickness_mm / 2 / _step_mm(plane)
    corners = np.array(list(product((-0.5, header.columns - 0.5), (-0.5, header.rows - 0.5), (-half, half))))
    in_map = geometry.apply(_inverse(np.asarray(ai_map.affine, np.float64).tobytes()) @ plane, corners)[:, ::-1]
    low, high = in_map.min(axis=0), in_map.max(axis=0)
    if ai_map.places:
        low[0], high[0] = np.searchsorted(ai_map.places, (low[0] - TIE, high[0] + TIE)) + np.array([-1, 0])
    first = np.clip(np.floor(low) - SPARE, 0, ai_map.values.shape).astype(int).tolist()
    last = np.clip(np.ceil(high) + SPARE + 1, 0, ai_map.values.shape).astype(int).tolist()
    slices, rows, columns = zip(first, last, strict=True)
    return (slices, rows, columns) if all(start < stop for start, stop in (slices, rows, columns)) else None


def _plane_of_image(ai_map: AIMap, source: SeriesHeader, shown: int, reach: float) -> int | None:
    """The plane of the map whose image is the slice that is shown, or within a slab the nearest one to it."""
    planes = _planes(ai_map.images)
    within = range(max(0, ceil(shown - reach)), min(source.frames, int(shown + reach) + 1))
    for index in sorted(within, key=lambda index: abs(index - shown)):
        each = source.instances[index]
        for frame in (each.frame, None):
            if (each.sop_uid, frame) in planes:
                return planes[each.sop_uid, frame]
    return None


def _by_image(images: tuple[ImageRef, ...]) -> dict[tuple[str, int | None], int]:
    return {(image.sop_uid, image.frame): number for number, image in enumerate(images)}


_planes = KeptBy(_by_image)


def cut(ai_map: AIMap, plane: Matrix, columns: int, rows: int, thickness_mm: float = 0.0) -> Section | None:
    """The map on a slice's plane of columns × rows pixels, `plane` being its affine; None where the plane misses it.

    Fields are linear between their planes (NaN: no value), segments are those of the nearest voxel (0: none). In a
    slab a field shows its highest value, segments those nearest to the slab's middle, each plane of the map counting
    whose centre lies within. Along the map's own planes the section is a view of its values.
    """
    to_map = _inverse(np.asarray(ai_map.affine, np.float64).tobytes()) @ plane
    axis, drift = _depth_axis(to_map[:3, :2].tobytes(), columns, rows)
    half = thickness_mm / 2 / _step_mm(plane) if thickness_mm else 0.0  # slices of the image
    if drift > AXES_AGREE or (ai_map.places and axis != 2):
        return _obliquely(ai_map, to_map, columns, rows, half)
    depth = float(to_map[axis, 3])
    seen = _slab(ai_map, axis, depth, half * abs(float(to_map[axis, 2]))) if half else _single(ai_map, axis, depth)
    in_plane = [each for each in range(3) if each != axis]
    return None if seen is None else Section(seen, to_map[in_plane][:, [0, 1, 3]])


@lru_cache(maxsize=64)  # asked for again on every slice
def _inverse(affine: bytes) -> Matrix:
    return geometry.inverse(np.frombuffer(affine).reshape(4, 4))


@lru_cache(maxsize=64)
def _depth_axis(in_plane: bytes, columns: int, rows: int) -> tuple[int, float]:
    """The map's axis that the slice runs along least (3×2 float64), and by how many voxels across the image."""
    reach = np.abs(np.frombuffer(in_plane).reshape(3, 2) * (columns, rows)).max(axis=1)
    axis = int(np.argmin(reach))
    return axis, float(reach[axis])


def _step_mm(plane: Matrix) -> float:
    """From this slice to the next one, along the normal."""
    across = np.cross(plane[:3, 0], plane[:3, 1])
    return abs(float(plane[:3, 2] @ across)) / float(np.linalg.norm(across)) or 1.0


# --- along the map's planes -------------------------------------------------------------------------------------------


def _single(ai_map: AIMap, axis: int, depth: float) -> Values | None:
    planes = np.moveaxis(ai_map.values, 2 - axis, 0)
    below, share, inside = plane_numbers(np.array([depth]), len(planes), ai_map.places if axis == 2 else ())
    if not inside[0]:
        return None
    first, part = int(below[0]), float(share[0])
    if ai_map.is_label or min(part, 1 - part) < ON_PLANE:
        return _in_rows(planes[first + (part >= 0.5 - TIE)])
    return _blended(planes[first], planes[first + 1], part)


def _in_rows(plane: Values) -> Values:
    """The plane itself where its rows lie in one piece each, as OpenCV wants them, else a copy."""
    return plane if plane.strides[1] == plane.itemsize else np.ascontiguousarray(plane)


def _blended(below: Values, above: Values, share: float) -> Values:
    if below.dtype.type not in BLENDED:
        below, above = below.astype(np.float32), above.astype(np.float32)
    parts = np.ascontiguousarray(below), np.ascontiguousarray(above)
    return np.asarray(cv2.addWeighted(parts[0], 1 - share, parts[1], share, 0, dtype=cv2.CV_32F))


def _slab(ai_map: AIMap, axis: int, depth: float, half: float) -> Values | None:
    """The planes whose centres lie within `half` of the depth as one; the plane at the depth where none does."""
    planes = np.moveaxis(ai_map.values, 2 - axis, 0)
    at = np.asarray(ai_map.places) if ai_map.places and axis == 2 else np.arange(len(planes))
    within = np.flatnonzero(np.abs(at - depth) <= half + TIE)
    if len(within) < 2:
        return _single(ai_map, axis, float(at[within[0]]) if len(within) else depth)
    block = planes[within[0] : within[-1] + 1]
    if ai_map.kind == "label":
        return _nearest_to_middle(block[np.argsort(np.abs(at[within] - depth), kind="stable")])
    return np.ascontiguousarray(np.fmax.reduce(block, axis=0))


def _nearest_to_middle(planes: Values) -> Values:
    """Of planes in the order of their distance, at each point the first segment that there is."""
    seen = np.array(planes[-1])
    for plane in planes[-2::-1]:
        np.copyto(seen, plane, where=plane != 0)
    return seen


# --- across the map's planes ------------------------------------------------------------------------------------------


def _obliquely(ai_map: AIMap, to_map: Matrix, columns: int, rows: int, half: float) -> Section | None:
    """Samples over the part of the image that the map can reach: every image point for segments, coarser for fields.

    `half` is a slab's half depth in slices of the image; its planes are as far apart as the map's finest voxels.
    """
    low, high = _reach(ai_map, to_map, columns, rows)
    if (high <= low).any():
        return None
    finest = float(1 / np.abs(to_map[:3, :2]).max())  # image points per voxel along the map's finest axis
    grid = Grid.within(
        low, high, to_map, *((min(1.0, finest), OBLIQUE_LABELS) if ai_map.is_label else (finest / 3, OBLIQUE_FIELD))
    )
    count = min(MOST_SLAB_PLANES, 2 * ceil(half * float(np.abs(to_map[:3, 2]).max())) + 1) if half else 1
    depths = sorted(np.linspace(-half, half, count), key=abs)
    planes = [
        sampled(ai_map.values, ai_map.places, grid.at(depth), grid.size, linear=not ai_map.is_label) for depth in depths
    ]
    if len(planes) == 1:
        return Section(planes[0], grid.from_image)
    seen = _nearest_to_middle(np.stack(planes)) if ai_map.kind == "label" else np.fmax.reduce(planes)
    return Section(seen, grid.from_image)


def _reach(ai_map: AIMap, to_map: Matrix, columns: int, rows: int) -> tuple[Matrix, Matrix]:
    """The image points' range over which the plane can meet the map's box."""
    corners = box_corners(ai_map.values.shape, ai_map.places)
    in_image = geometry.apply(geometry.inverse(to_map), corners)[:, :2]
    low = np.maximum(in_image.min(axis=0), -0.5)
    return low, np.minimum(in_image.max(axis=0), (columns - 0.5, rows - 0.5))
