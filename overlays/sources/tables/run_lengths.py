"""Masks as COCO packs them: lengths of runs, column by column, and the outlines of what they cover.

What belongs here: lengths to outlines. What does not: COCO's keys (coco).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import Pixel

LARGEST_PIXELS = 200_000_000
LONGEST_LENGTH = 7  # characters of one packed length: 35 bits

Ring = tuple[Pixel, ...]


def outlines(height: int, width: int, counts: str | list[int]) -> tuple[list[Ring], int]:
    """The outer outlines (column, row) along the edges of a mask's pixels, and how many holes they have.

    Raises ValueError where the lengths make no mask of this size.
    """
    from overlays.cutting.labels import label_outlines

    mask = mask_of(height, width, counts)
    lines = label_outlines(mask, np.eye(3)[:2], (1,)).get(1, ())
    areas = [_area(line) for line in lines]
    outer = np.sign(max(areas, key=abs, default=0.0))  # holes run the other way round
    rings = [
        tuple((float(x), float(y)) for x, y in line)
        for line, area in zip(lines, areas, strict=True)
        if area * outer > 0
    ]
    return rings, len(lines) - len(rings)


def mask_of(height: int, width: int, counts: str | list[int]) -> NDArray[np.uint8]:
    """The mask (rows, columns) of 0 and 1. Raises ValueError."""
    if height * width > LARGEST_PIXELS:
        raise ValueError(f"its mask says that it is {width} × {height} pixels large")
    lengths = list(_unpacked(counts)) if isinstance(counts, str) else counts
    if any(length < 0 for length in lengths) or sum(lengths) != height * width:
        raise ValueError(f"the runs of its mask do not add up to {width} × {height} pixels")
    turns = (np.arange(len(lengths)) & 1).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(turns, lengths).reshape(width, height).T)


def _area(line: NDArray[Any]) -> float:
    """Twice the area within a closed line, negative the other way round."""
    following = np.roll(line, -1, axis=0)
    return float((line[:, 0] * following[:, 1] - following[:, 0] * line[:, 1]).sum())


def _unpacked(text: str) -> Iterator[int]:
    """The lengths in COCO's string: from the fourth on it has the difference to the last but one."""
    lengths: list[int] = []
    for length in _signed(text):
        lengths.append(length + (lengths[-2] if len(lengths) > 2 else 0))
        yield lengths[-1]


def _signed(text: str) -> Iterator[int]:
    """Numbers of 5 bits a character, the lowest first; the sixth bit says that another one follows."""
    value = shift = 0
    for character in text:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or shift >= 5 * LONGEST_LENGTH:
            raise ValueError("its mask is damaged")
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            yield value - (1 << shift) if bits & 16 else value
            value = shift = 0
    if shift:
        raise ValueError("its mask ends in the middle of a run")
