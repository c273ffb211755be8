"""Distance fields of simple solids, in mm, negative inside; the vocabulary in which the anatomy is written.

What belongs here: shapes and how they join. What does not: organs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from resources.phantoms.plan import Field

Point = tuple[float, float, float]
Tube = Sequence[tuple[float, float, float, float]]  # x, y, z, radius along a centre line


def superellipse(x: Field, y: Field, half_x: Field, half_y: Field, power: float = 2.0) -> Field:
    """The radial distance to |x / half_x|^p + |y / half_y|^p = 1; half axes may vary over the field."""
    reach = np.abs(x / half_x) ** power + np.abs(y / half_y) ** power
    q = np.maximum(reach, 1e-6) ** np.float32(1 / power)
    return np.asarray((q - 1) * np.minimum(np.sqrt(x * x + y * y) / q + 0.5, np.maximum(half_x, half_y)), np.float32)


def ellipsoid(x: Field, y: Field, z: Field, centre: Point, radii: Point) -> Field:
    """The approximate distance to an axis-aligned ellipsoid."""
    u, v, w = (x - centre[0]) / radii[0], (y - centre[1]) / radii[1], (z - centre[2]) / radii[2]
    q = np.sqrt(u * u + v * v + w * w)
    return np.asarray((q - 1) * min(radii), np.float32)


def tilted_ellipsoid(x: Field, y: Field, z: Field, centre: Point, axis: Point, long: float, short: float) -> Field:
    """The approximate distance to a spheroid whose long axis points along `axis`."""
    a = np.asarray(axis, np.float32) / np.linalg.norm(axis)
    u, v, w = x - centre[0], y - centre[1], z - centre[2]
    along = u * a[0] + v * a[1] + w * a[2]
    across2 = np.maximum(u * u + v * v + w * w - along * along, 0)
    return np.asarray((np.sqrt((along / long) ** 2 + across2 / short**2) - 1) * short, np.float32)


def tube(x: Field, y: Field, z: Field, line: Tube) -> Field:
    """The distance to a chain of round cones; far from it, only a lower bound of 99 mm."""
    out = np.full(np.broadcast_shapes(x.shape, y.shape, z.shape), 99, np.float32)
    for start, end in pairwise(line):
        box = tuple(_reach(axis, start[i], end[i], start[3], end[3]) for i, axis in ((2, z), (1, y), (0, x)))
        part = _cone(x[:, :, box[2]], y[:, box[1]], z[box[0]], start, end)
        np.minimum(out[box], part, out=out[box])
    return out


def _reach(axis: Field, a: float, b: float, radius_a: float, radius_b: float, margin: float = 14.0) -> slice:
    """Where an axis lies near a segment."""
    values = axis.ravel()
    reach = max(radius_a, radius_b) + margin
    low, high = np.searchsorted(values, [min(a, b) - reach, max(a, b) + reach])
    return slice(int(low), int(high))


def _cone(x: Field, y: Field, z: Field, start: Sequence[float], end: Sequence[float]) -> Field:
    a = np.asarray(start[:3], np.float32)
    d = np.asarray(end[:3], np.float32) - a
    u, v, w = x - a[0], y - a[1], z - a[2]
    t = np.clip((u * d[0] + v * d[1] + w * d[2]) / max(float(d @ d), 1e-6), 0, 1)
    u, v, w = u - t * d[0], v - t * d[1], w - t * d[2]
    return np.asarray(np.sqrt(u * u + v * v + w * w) - (start[3] + t * (end[3] - start[3])), np.float32)


def join(a: Field, b: Field, blend_mm: float = 6.0) -> Field:
    """The union of two solids with a rounded crease (polynomial smooth minimum)."""
    h = np.clip(0.5 + 0.5 * (b - a) / blend_mm, 0, 1)
    return np.asarray(b + (a - b) * h - blend_mm * h * (1 - h), np.float32)


def meet(a: Field, b: Field, blend_mm: float = 6.0) -> Field:
    """The part that two solids share, with a rounded edge."""
    return -join(-a, -b, blend_mm)


def occupancy(distance: Field, width_mm: float) -> Field:
    """How much of a voxel a solid fills: 1 inside, 0 outside, linear over `width_mm` at its surface."""
    return np.asarray(np.clip(0.5 - distance / np.float32(width_mm), 0, 1))


def profile(z: Field, levels: Sequence[tuple[float, float]]) -> Field:
    """A number that varies along the body: piecewise linear between (z, value), then smoothed."""
    fine = np.linspace(-30, 330, 361, dtype=np.float64)
    curve = np.interp(fine, [a for a, _ in levels], [b for _, b in levels])
    kernel = np.hanning(27)
    smooth = np.convolve(np.pad(curve, 13, mode="edge"), kernel / kernel.sum(), mode="valid")
    return np.interp(z, fine, smooth).astype(np.float32)


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int, int], cells: float) -> Field:
    """Smooth random values of about unit deviation, whose features are about `cells` grid cells wide."""
    small = [max(3, round(n / cells) + 3) for n in shape]
    field = rng.standard_normal(small, dtype=np.float32)
    planes = np.stack([cv2.resize(p, (shape[2], shape[1]), interpolation=cv2.INTER_CUBIC) for p in field])
    flat = planes.reshape(small[0], -1)
    stretched = cv2.resize(flat, (flat.shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(stretched.reshape(shape) * 1.4, np.float32)
