"""Stripes, dots and hatches that tell regions apart without colour.

What belongs here: the patterns as tiles of device pixels. What does not: which region has which (regions, marks).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

TILE_PX = 12  # logical
COUNT = 8
Tile = NDArray[np.uint8]  # 255 where there is ink


@lru_cache(maxsize=64)
def tile(number: int, dpr: float) -> Tile:
    """One period of a pattern, square, in device pixels; patterns from `COUNT` on are the first ones, wider."""
    wider = 1 + 0.5 * (number // COUNT % 2)
    size = round(TILE_PX * wider * dpr / 2) * 2
    thick = max(1, round(1.4 * dpr))
    y, x = np.mgrid[0:size, 0:size]
    half = size // 2
    dot = ((x - half) ** 2 + (y - half) ** 2) <= (1.4 * thick) ** 2
    two_dots = dot | np.roll(dot, (half, half), (0, 1))
    ink = (
        (x + y) % size < thick + 1,
        two_dots,
        y % half < thick,
        (x - y) % size < thick + 1,
        x % half < thick,
        ((x + y) % size < thick) | ((x - y) % size < thick),
        (y % size < thick) | (x % size < thick),
        (y + np.abs(x - half)) % half < thick,
    )[number % COUNT]
    return np.where(ink, np.uint8(255), np.uint8(0))


@lru_cache(maxsize=64)
def shadow(number: int, dpr: float) -> Tile:
    """The pixels below and beside a pattern's ink, to be darkened, so that it shows on bright anatomy too."""
    ink, step = tile(number, dpr), max(1, round(dpr))
    beside = np.roll(ink, (step, step), (0, 1)) | np.roll(ink, step, 0) | np.roll(ink, step, 1)
    return np.where(ink > 0, np.uint8(0), beside)


@lru_cache(maxsize=64)
def spread(number: int, dpr: float, rows: int, columns: int, *, shaded: bool) -> Tile:
    """A pattern (or its shadow) over so many device pixels and a period more, to be cut where it has to begin."""
    one = shadow(number, dpr) if shaded else tile(number, dpr)
    size = one.shape[0]
    return np.tile(one, (rows // size + 2, columns // size + 2))
