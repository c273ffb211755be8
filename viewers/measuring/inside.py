"""Which pixels lie inside an outline, by one rule: their centre does.

What belongs here: masks of outlines, cropped to where they can be. What does not: what is measured in them (values).
A centre that lies exactly on an outline's left or upper side counts, on its right or lower side not, so that outlines
that share a side share no pixel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Mask = NDArray[np.bool_]
Place = tuple[Mask, int, int]  # a mask, and the column and row of its first pixel in the image


def outline_mask(points: Points, shape: tuple[int, int]) -> Place:
    """Inside a closed outline of image points (n, 2), by the even-odd rule, in an image of (rows, columns).

    Each side turns over every pixel right of it in the rows that it spans; what was turned an odd number of times is
    inside. Work grows with the outline's length and box, not with the image.
    """
    left, top, right, bottom = _box(points, shape)
    width, height = max(0, right - left), max(0, bottom - top)
    if not width or not height:
        return np.zeros((0, 0), bool), left, top
    rows, columns = _crossings(points, top, bottom)
    turned = np.zeros((height, width + 1), np.int32)
    np.add.at(turned, (rows - top, np.clip(np.ceil(columns).astype(np.int64) - left, 0, width)), 1)
    inside = (np.cumsum(turned[:, :width], axis=1) & 1).astype(bool)
    return inside, left, top


def _crossings(points: Points, top: int, bottom: int) -> tuple[NDArray[np.int64], Points]:
    """Where the sides cross the rows' centre lines: (rows, columns). A side holds its upper end, not its lower one."""
    ends = np.roll(points, -1, axis=0)
    is_downward = (points[:, 1] <= ends[:, 1])[:, None]
    upper, lower = np.where(is_downward, points, ends), np.where(is_downward, ends, points)
    first = np.clip(np.ceil(upper[:, 1]), top, bottom).astype(np.int64)
    past = np.clip(np.ceil(lower[:, 1]), top, bottom).astype(np.int64)
    counts = past - first
    side = np.repeat(np.arange(len(points)), counts)
    rows = np.arange(len(side)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    steep = (lower[side, 0] - upper[side, 0]) / (lower[side, 1] - upper[side, 1])
    return rows, np.asarray(upper[side, 0] + (rows - upper[side, 1]) * steep)


def ellipse_mask(points: Points, shape: tuple[int, int]) -> Place:
    """Inside an ellipse given by both ends of two conjugate diameters, image points (4, 2); its edge counts."""
    centre = points.mean(axis=0)
    halves = np.column_stack([points[1] - points[0], points[3] - points[2]]) / 2
    reach = np.hypot(halves[:, 0], halves[:, 1])
    left, top, right, bottom = _box(np.array([centre - reach, centre + reach]), shape)
    if abs(np.linalg.det(halves)) < 1e-9 or right <= left or bottom <= top:
        return np.zeros((0, 0), bool), left, top
    first, last = _chords(np.asarray(np.linalg.inv(halves), np.float64), np.arange(top, bottom) - centre[1])
    columns = np.arange(left, right, dtype=np.float32)
    first, last = np.ceil(first + centre[0] - 1e-9), np.floor(last + centre[0] + 1e-9)
    return (columns >= first[:, None].astype(np.float32)) & (columns <= last[:, None].astype(np.float32)), left, top


def _chords(turned: Points, down: Points) -> tuple[Points, Points]:
    """Where rows cut the ellipse |turned · (x, y)| = 1 at heights `down`: least and greatest x."""
    a, b, c = turned[:, 0] @ turned[:, 0], turned[:, 0] @ turned[:, 1], turned[:, 1] @ turned[:, 1]
    under_root = (b * down) ** 2 - a * (c * down**2 - 1.0)
    half = np.where(under_root >= -1e-12, np.sqrt(np.maximum(under_root, 0.0)) / a, -np.inf)
    return -b * down / a - half, -b * down / a + half


def _box(points: Points, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """The pixels whose centres can be inside: left, top, right and bottom, the latter two not included."""
    low, high = np.ceil(points.min(axis=0)), np.floor(points.max(axis=0)) + 1
    left, top = int(max(0, low[0])), int(max(0, low[1]))
    return left, top, int(min(shape[1], high[0])), int(min(shape[0], high[1]))
