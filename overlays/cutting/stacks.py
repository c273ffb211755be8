"""Stacks of contours as volumes, for planes that cut across them and for slabs.

What belongs here: contours filled on a fine grid of their own planes, and its sections. What does not: slices along
the contours, which show the contours themselves (outlines).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.cutting.labels import iso_lines
from overlays.cutting.sampling import Grid, sampled
from overlays.cutting.shapes import KeptBy, Points, contours_of
from overlays.result import ContourStack
from viewers import geometry

FINE = 384  # steps of the grid along the longer edge of what the contours enclose
SHIFT = 8  # bits of fraction with which OpenCV fills polygons
MOST_SLAB_PLANES = 64


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """Contours filled: 1 inside, 0 outside, on planes of their own."""

    values: NDArray[np.uint8]
    affine: geometry.Array
    places: tuple[float, ...]


def _filled(stack: ContourStack) -> Filled:
    points, starts = contours_of(stack)
    axes = _frame(points[: starts[1] if len(starts) > 1 else len(points)])
    local = points @ axes.T
    ends = np.append(starts, len(points))
    parts = [local[start:end] for start, end in pairwise(ends)]
    heights = np.array([part[:, 2].mean() for part in parts])
    low, high = local.min(axis=0), local.max(axis=0)
    step = max(float((high - low)[:2].max()) / FINE, 1e-6)
    size = np.ceil((high - low)[:2] / step).astype(int) + 3
    levels = _levels(heights, stack.spacing_mm)
    values = np.zeros((len(levels), size[1], size[0]), np.uint8)
    for plane, level in zip(values, levels, strict=True):
        together = [part[:, :2] for part, h in zip(parts, heights, strict=True) if abs(h - level) <= _SAME_MM]
        cv2.fillPoly(plane, [_fixed((part - low[:2]) / step + 1) for part in together], 1, shift=SHIFT)
    affine = np.eye(4)
    affine[:3, :3] = axes.T * (step, step, stack.spacing_mm)
    affine[:3, 3] = axes.T @ (low[0] - step, low[1] - step, levels[0])
    return Filled(values, affine, tuple((levels - levels[0]) / stack.spacing_mm))


_SAME_MM = 0.02
filled = KeptBy(_filled, most=16)


def _frame(contour: Points) -> Points:
    """Three unit vectors (rows): two within the contour's plane, and its normal (Newell's)."""
    ahead = np.roll(contour, -1, axis=0)
    normal = np.cross(contour - contour[0], ahead - contour[0]).sum(axis=0)
    normal /= max(float(np.linalg.norm(normal)), 1e-12)
    normal *= 1 if normal[np.argmax(np.abs(normal))] > 0 else -1
    across = np.cross((0.0, 1.0, 0.0) if abs(normal[1]) < 0.9 else (0.0, 0.0, 1.0), normal)
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(normal, across), normal])


def _levels(heights: NDArray[np.float64], spacing_mm: float) -> NDArray[np.float64]:
    """The planes that contours lie on, rising."""
    rising = np.sort(heights)
    return np.asarray(rising[np.concatenate([[True], np.diff(rising) > _SAME_MM])])


def _fixed(points: Points) -> NDArray[np.int32]:
    return np.asarray(np.round(points * 2**SHIFT).astype(np.int32))


def stack_lines(stack: ContourStack, to_voxel: geometry.Array, reach: float) -> tuple[Points, ...]:
    """Closed lines round where the volume meets the slice or lies in the slab, to a step of the fine grid."""
    volume = filled(stack)
    to_map = geometry.inverse(volume.affine) @ geometry.inverse(to_voxel)
    grid = Grid.around(volume.values.shape, volume.places, to_map, FINE)
    depths = np.zeros(1) if reach <= 0.5 else np.linspace(-reach, reach, min(MOST_SLAB_PLANES, 2 * int(reach) + 3))
    planes = [sampled(volume.values, volume.places, grid.at(depth), grid.size, linear=False) for depth in depths]
    seen = np.maximum.reduce(planes)
    return iso_lines(seen, grid.from_image, 0.5)
