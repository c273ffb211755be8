"""Where a finding meets a slice or a slab of slices, as lines of image points.

What belongs here: the section of every geometry, and on which images a finding may be seen at all. What does not: maps
(fields, labels), volumes of contours as voxels (stacks), colours and device pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.cutting.shapes import CIRCLE, KeptBy, Points, box_corners_mm, contours_of, ellipse_points_mm
from overlays.cutting.stacks import stack_lines
from overlays.result import (
    Box,
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    Finding,
    Geometry,
    ImageRef,
    InSegment,
    OnImage,
    Polyline,
)
from study_configs.problem import ProgramError
from viewers import geometry
from viewers.volume import SeriesHeader

REACH_SLICES = 0.5  # a slice stands for half a slice to either side of its plane
FLAT = 0.02  # slices of depth under which a contour counts as lying in the slice's plane

_CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
_EDGES = np.array([(a, b) for a, b in combinations(range(8), 2) if np.sum(_CUBE[a] != _CUBE[b]) == 1])


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Lines of image points (column, row), each (n, 2). Closed ones run round regions: one within another is a hole.

    Open ones are lines: of two points or more, or of one where the finding is a point.
    """

    lines: tuple[Points, ...]
    closed: bool


def outline(shape: Geometry, to_voxel: geometry.Array, reach_slices: float = REACH_SLICES) -> Outline | None:
    """Where a shape meets the slice; None where it does not.

    `to_voxel` maps LPS mm to (column, row, slices from this one): the inverse of `SeriesHeader.affine_at`.
    What crosses the slice's plane is cut by it, exactly. What does not, but lies within `reach_slices` of it, is seen
    as the part within that reach, looked at along the stack: shapes between two slices show on the nearer one. With a
    larger reach (a slab) everything within is seen so, as a maximum intensity projection shows what is within.
    """
    if isinstance(shape, OnImage | InSegment):
        raise ProgramError("A shape was asked for its place on a slice that has to be placed first.")
    if isinstance(shape, Dot):
        return _dot(geometry.apply(to_voxel, [shape.at_mm]), reach_slices)
    if isinstance(shape, Box):
        return _box(geometry.apply(to_voxel, box_corners_mm(shape)), reach_slices)
    if isinstance(shape, Ellipsoid):
        return _ellipsoid(shape, to_voxel, reach_slices)
    if isinstance(shape, Polyline):
        return _polyline(geometry.apply(to_voxel, shape.points_mm), reach_slices)
    if isinstance(shape, ContourStack):
        return _stack(shape, to_voxel, reach_slices)
    points = ellipse_points_mm(shape) if isinstance(shape, Ellipse) else np.asarray(shape.points_mm)
    return _polygon(geometry.apply(to_voxel, points), reach_slices)


def finding_outline(
    finding: Finding, header: SeriesHeader, slice_index: int, thickness_mm: float = 0.0
) -> Outline | None:
    """Where a finding is seen on a slice of a series, or in a slab of `thickness_mm` about it; None where it is not.

    A finding of one image is seen on that image alone, turned or mirrored as it may be, and on planes cut across it
    only where they meet it. Raises ProgramError for shapes that were not placed.
    """
    to_voxel = geometry.inverse(header.affine_at(slice_index))
    reach = reach_slices(header, thickness_mm)
    if finding.image is None:
        return outline(finding.geometry, to_voxel, reach)
    of_image = slices_of_image(finding.image, header.source)
    if not of_image:
        return None
    if header.derived is not None and not header.derived.keeps_grid:
        return outline(finding.geometry, to_voxel, reach)
    shown = header.source_point(0.0, 0.0, slice_index)[2]
    if min(abs(shown - index) for index in of_image) > reach:
        return None
    return outline(finding.geometry, flattened(to_voxel), reach)


def reach_slices(header: SeriesHeader, thickness_mm: float) -> float:
    """How many slices to either side a slice stands for: half a one, or half a slab."""
    depth_mm = slice_step_mm(header.grid_affine)
    return max(REACH_SLICES, thickness_mm / 2 / depth_mm) if depth_mm else REACH_SLICES


def slice_step_mm(affine: geometry.Array) -> float:
    """From one slice to the next along the normal of the slices."""
    across = np.cross(affine[:3, 0], affine[:3, 1])
    return abs(float(affine[:3, 2] @ across)) / float(np.linalg.norm(across))


def slices_of_image(image: ImageRef, source: SeriesHeader) -> tuple[int, ...]:
    """The slices of a series, as its files have it, that show this image; () where none does."""
    slices = _slices(source).get(image.sop_uid, ())
    return tuple(index for index in slices if image.frame in (None, source.instances[index].frame))


def _by_uid(source: SeriesHeader) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, each in enumerate(source.instances):
        found.setdefault(each.sop_uid, []).append(index)
    return found


_slices = KeptBy(_by_uid, most=64)


def flattened(to_voxel: geometry.Array) -> geometry.Array:
    """The same matrix with no depth: what is known to lie on this image lies on it wherever its place is given."""
    flat = to_voxel.copy()
    flat[2] = 0.0
    return flat


# --- sections of each shape, from voxel points (column, row, slices from this one) ------------------------------------


def _crosses(depth: NDArray[np.float64], reach: float) -> bool:
    """Whether the slice's own plane cuts the shape, and no slab was asked for."""
    return reach <= REACH_SLICES and bool(depth.min() < -1e-6 and depth.max() > 1e-6)


def _dot(points: Points, reach: float) -> Outline | None:
    return Outline((points[:, :2],), closed=False) if abs(points[0, 2]) <= reach else None


def _box(corners: Points, reach: float) -> Outline | None:
    if _crosses(corners[:, 2], reach):
        return Outline((_hull(_on_edges(corners, 0.0)),), closed=True)
    within = corners[np.abs(corners[:, 2]) <= reach]
    met = np.vstack([within[:, :2], _on_edges(corners, -reach), _on_edges(corners, reach)])
    return Outline((_hull(met),), closed=True) if len(met) else None


def _on_edges(corners: Points, level: float) -> Points:
    """Where the edges of a box pass a depth, (n, 2)."""
    start, end = corners[_EDGES[:, 0]], corners[_EDGES[:, 1]]
    passes = (start[:, 2] - level) * (end[:, 2] - level) < 0
    start, end = start[passes], end[passes]
    share = ((level - start[:, 2]) / (end[:, 2] - start[:, 2]))[:, None]
    return np.asarray((start + share * (end - start))[:, :2])


def _hull(points: Points) -> Points:
    """The convex outline of points (n, 2)."""
    order = cv2.convexHull(points.astype(np.float32), returnPoints=False)
    return np.asarray(points[np.asarray(order).ravel()])


def _ellipsoid(shape: Ellipsoid, to_voxel: geometry.Array, reach: float) -> Outline | None:
    centre = geometry.apply(to_voxel, shape.centre_mm)
    axes = to_voxel[:3, :3] @ np.asarray(shape.half_axes_mm, np.float64).T  # columns: a ball's axes in voxels
    height = float(np.linalg.norm(axes[2]))
    if abs(centre[2]) > height + reach:
        return None
    if _crosses(centre[2] + np.array([-height, height]), reach):
        return Outline((_conic(centre, axes, 0.0),), closed=True)
    seen = centre + CIRCLE @ np.linalg.svd(axes[:2])[2][:2] @ axes.T  # its outermost points, looked at along the stack
    within = np.abs(seen[:, 2]) <= reach
    if within.all():
        return Outline((seen[:, :2],), closed=True)
    ends = [_conic(centre, axes, level) for level in (-reach, reach) if abs(level - centre[2]) < height]
    met = np.vstack([seen[within, :2], *ends])
    return Outline((_hull(met),), closed=True) if len(met) else None


def _conic(centre: Points, axes: Points, level: float) -> Points:
    """The ellipse in which an ellipsoid (centre plus `axes` times the unit ball) passes a depth."""
    height = float(np.linalg.norm(axes[2]))
    towards = axes[2] / height
    beside = np.linalg.svd(towards[None])[2][1:]
    share = float(np.clip((level - centre[2]) / height, -1, 1))
    ball = share * towards + np.sqrt(1 - share**2) * CIRCLE @ beside
    return np.asarray((centre + ball @ axes.T)[:, :2])


def _polygon(points: Points, reach: float) -> Outline | None:
    """A flat region: whole where it lies in the slice, else the chords in which the slice cuts it."""
    if bool((np.abs(points[:, 2]) <= reach).all()):
        return Outline((points[:, :2],), closed=True)
    if _crosses(points[:, 2], reach):
        chords = _chords(points)
        return Outline(chords, closed=False) if chords else None
    part = _below(_below(points, reach) * (1, 1, -1), reach)
    return Outline((part[:, :2],), closed=True) if len(part) > 2 else None


def _chords(points: Points) -> tuple[Points, ...]:
    """Where the slice's plane runs within a flat polygon that it cuts; by even and odd crossings."""
    ahead = np.roll(points, -1, axis=0)
    passes = (points[:, 2] >= 0) != (ahead[:, 2] >= 0)
    start, end = points[passes], ahead[passes]
    hits = (start + (start[:, 2] / (start[:, 2] - end[:, 2]))[:, None] * (end - start))[:, :2]
    along = hits[np.argsort(hits[:, int(np.argmax(np.ptp(hits, axis=0)))], kind="stable")]
    return tuple(along[n : n + 2] for n in range(0, len(along) - 1, 2))


def _below(points: Points, level: float) -> Points:
    """The part of a polygon at depths up to `level` (Sutherland and Hodgman)."""
    if not len(points):
        return points
    ahead = np.roll(points, -1, axis=0)
    kept: list[Points] = []
    for start, end in zip(points, ahead, strict=True):
        if start[2] <= level:
            kept.append(start)
        if (start[2] <= level) != (end[2] <= level):
            kept.append(start + (level - start[2]) / (end[2] - start[2]) * (end - start))
    return np.asarray(kept, np.float64).reshape(-1, 3)


def _polyline(points: Points, reach: float) -> Outline | None:
    """The parts of a line within reach."""
    if len(points) == 1:
        return _dot(points, reach)
    lines: list[list[Points]] = []
    for start, end in pairwise(points):
        part = _between(start, end, reach)
        if part is None:
            continue
        if lines and np.array_equal(lines[-1][-1], part[0]):
            lines[-1].append(part[1])
        else:
            lines.append([part[0], part[1]])
    return Outline(tuple(np.asarray(line)[:, :2] for line in lines), closed=False) if lines else None


def _between(start: Points, end: Points, reach: float) -> tuple[Points, Points] | None:
    """The part of a piece of line at depths of at most `reach` to either side."""
    rise = float(end[2] - start[2])
    if rise == 0:
        return (start, end) if abs(start[2]) <= reach else None
    low, high = sorted(((-reach - start[2]) / rise, (reach - start[2]) / rise))
    if low > 1 or high < 0:
        return None
    return (
        start if low <= 0 else start + low * (end - start),
        end if high >= 1 else start + high * (end - start),
    )


def _stack(shape: ContourStack, to_voxel: geometry.Array, reach: float) -> Outline | None:
    """The contours of the plane nearest to the slice; cut across, or as a slab, the volume that they stand for.

    Each contour stands for half the stack's spacing to either side (and for half a slice of the image, so that none
    is lost between slices), straight up and down: nothing is made up between two contours.
    """
    points, starts = contours_of(shape)
    voxels = geometry.apply(to_voxel, points)
    half = shape.spacing_mm / 2 * float(np.linalg.norm(to_voxel[2, :3]))
    lowest, highest = (pick.reduceat(voxels[:, 2], starts) for pick in (np.minimum, np.maximum))
    if min(lowest.min(), -highest.max()) > reach + half:
        return None
    if reach > REACH_SLICES or (highest - lowest).max() > FLAT:
        lines = stack_lines(shape, to_voxel, reach)
        return Outline(lines, closed=True) if lines else None
    depth = (lowest + highest) / 2
    nearest = depth[np.argmin(np.abs(depth))]
    if abs(nearest) > max(half + 1e-6, reach):
        return None
    together = np.flatnonzero(np.abs(depth - nearest) <= max(FLAT, half / 5))
    ends = np.append(starts, len(voxels))
    return Outline(tuple(voxels[ends[n] : ends[n + 1], :2] for n in together), closed=True)
