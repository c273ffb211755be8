"""Contours of what a section holds: segments along the edges of their voxels, fields along lines of one value.

What belongs here: tracing, exactly, so that contours hold at every zoom. What does not: how a section is had (fields),
smoothing and painting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Whole = NDArray[np.int32]

# The eight neighbours of a pixel, as they follow each other round it: right, right and up, up, …; y points down.
_STEPS = np.array([(1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1)], np.int32)
_DIRECTION = np.zeros((3, 3), np.int32)
_DIRECTION[_STEPS[:, 1] + 1, _STEPS[:, 0] + 1] = np.arange(8)
# Each side of a pixel, by the neighbour beyond it, begins at this corner when one walks round it that way.
_BEGINS = np.array([(0.5, 0.5), (0, 0), (0.5, -0.5), (0, 0), (-0.5, -0.5), (0, 0), (-0.5, 0.5), (0, 0)])


def _sides() -> tuple[Whole, Whole]:
    """Which sides of a pixel are passed between coming from one neighbour and going on to another: how many, which."""
    count, which = np.zeros((8, 8), np.int32), np.zeros((8, 8, 4), np.int32)
    for came in range(8):
        for goes in range(8):
            turn = (goes - came) % 8 or 8
            passed = [(came + k) % 8 for k in range(1, turn) if (came + k) % 2 == 0]
            count[came, goes] = len(passed)
            which[came, goes, : len(passed)] = passed
    return count, which


_COUNT, _WHICH = _sides()


def label_outlines(values: NDArray[Any], from_image: Points, numbers: Sequence[int]) -> dict[int, tuple[Points, ...]]:
    """Closed lines in image points round each segment of a section, by its number; without those that are not there.

    They run along the edges of voxels: filled by even and odd crossings they give the very same voxels, holes and all.
    Voxels that touch at a corner belong together.
    """
    found = {number: _borders((values == number).view(np.uint8)) for number in numbers}
    return {number: _along_edges(borders, from_image) for number, borders in found.items() if borders}


def _borders(mask: NDArray[Any]) -> list[Whole]:
    """The border pixels round every region and hole, one after another."""
    lines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    return [line.reshape(-1, 2) for line in lines]


def _along_edges(borders: list[Whole], from_image: Points) -> tuple[Points, ...]:
    """The borders' outer edges as closed lines of image points, one for each border."""
    pixels = np.concatenate(borders)
    lengths = np.array([len(border) for border in borders])
    starts = np.cumsum(lengths) - lengths
    before, after = np.arange(-1, len(pixels) - 1), np.arange(1, len(pixels) + 1)
    before[starts], after[starts + lengths - 1] = starts + lengths - 1, starts
    came, goes = _towards(pixels[before] - pixels), _towards(pixels[after] - pixels)
    counts = _COUNT[came, goes]
    counts[starts[lengths == 1]] = 4  # a pixel alone
    came[starts[lengths == 1]] = goes[starts[lengths == 1]] = 1
    visit = np.repeat(np.arange(len(pixels)), counts)
    first = np.cumsum(counts) - counts
    side = _WHICH[came[visit], goes[visit], np.arange(len(visit)) - first[visit]]
    corners = pixels[visit] + _BEGINS[side]
    sides_of = np.add.reduceat(counts, starts)
    ends = np.cumsum(sides_of)
    turned = side != np.roll(side, 1)  # the middle of a straight run says nothing
    turned[ends - sides_of] = side[ends - sides_of] != side[ends - 1]
    kept = np.add.reduceat(turned, ends - sides_of)
    image = (corners[turned] - from_image[:, 2]) @ np.linalg.inv(from_image[:, :2]).T
    return tuple(np.split(image, np.cumsum(kept)[:-1]))


def _towards(steps: Whole) -> Whole:
    return np.asarray(_DIRECTION[steps[:, 1] + 1, steps[:, 0] + 1])


def iso_lines(values: NDArray[Any], from_image: Points, level: float) -> tuple[Points, ...]:
    """Closed lines in image points where a field passes a level, by marching squares; what has no value is below.

    Where the field reaches the level at its border the line follows the border, half a voxel beyond the last centre.
    """
    from contourpy import LineType, contour_generator

    crop = _hot(values, level)
    if crop is None:
        return ()
    top, bottom, left, right = crop
    part = np.nan_to_num(values[top:bottom, left:right].astype(np.float64), nan=-np.inf)
    low = min(level, float(np.min(part, where=np.isfinite(part), initial=level))) - 1e6 * max(1.0, abs(level))
    part = np.maximum(part, low)
    padded = np.pad(np.pad(part, 1, mode="edge"), 1, constant_values=low)
    x, y = _places(left, right), _places(top, bottom)
    lines = contour_generator(x, y, padded, name="serial", line_type=LineType.Separate).lines(level)
    turn = np.linalg.inv(from_image[:, :2]).T
    return tuple((np.asarray(line)[:-1] - from_image[:, 2]) @ turn for line in lines)


def _places(start: int, stop: int) -> Points:
    """Where columns of the padded field lie: the edge half a voxel out, and just beyond it."""
    return np.array([start - 0.5 - 1e-9, start - 0.5, *range(start, stop), stop - 0.5, stop - 0.5 + 1e-9])


def _hot(values: NDArray[Any], level: float) -> tuple[int, int, int, int] | None:
    """Rows and columns (start, stop) of what reaches the level, with a voxel to spare."""
    x, y, width, height = cv2.boundingRect((values >= level).view(np.uint8))
    if width == 0:
        return None
    rows, columns = values.shape
    return max(0, y - 1), min(rows, y + height + 1), max(0, x - 1), min(columns, x + width + 1)
