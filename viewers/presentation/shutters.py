"""What of an image a display shutter leaves open, pixel by pixel.

What belongs here: DICOM PS3.3 C.7.6.11 and C.7.6.15 as masks over image pixels. What does not: reading shutters from
files (viewers.dicom.presentation), turning them (turning) and covering pictures (render).
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from viewers.volume import OverlayPlane, SeriesHeader, Shutter

Pixels = NDArray[np.uint8]
OPEN = 255
SUBPIXEL_BITS = 4
FARTHEST_PX = 1e6  # beyond this a corner is as good as there


def open_mask(header: SeriesHeader, slice_index: int) -> Pixels | None:
    """255 where the slice is open, 0 where it is covered, (rows, columns); None where there is no shutter."""
    shutter = header.instances[slice_index].shutter
    if shutter is None:
        return None
    row_mm, column_mm = header.pixel_mm
    return _mask(shutter, header.rows, header.columns, row_mm / column_mm)


@lru_cache(maxsize=16)
def _mask(shutter: Shutter, rows: int, columns: int, aspect: float) -> Pixels:
    """`aspect` is a pixel's height over its width, so that a circle is one on the screen."""
    mask = np.full((rows, columns), OPEN, np.uint8)
    if shutter.rectangle is not None:
        mask &= _rectangle(shutter.rectangle, rows, columns)
    if shutter.circle is not None:
        mask &= _circle(shutter.circle, rows, columns, aspect)
    if len(shutter.polygon) > 2:
        mask &= _polygon(shutter.polygon, rows, columns)
    if shutter.bitmap is not None:
        mask &= ~_bitmap(shutter.bitmap, rows, columns)
    return mask


def _rectangle(edges: tuple[float, float, float, float], rows: int, columns: int) -> Pixels:
    left, top, right, bottom = edges
    x, y = np.arange(columns), np.arange(rows)[:, None]
    return _as_mask((x >= left) & (x <= right) & (y >= top) & (y <= bottom))


def _circle(circle: tuple[float, float, float], rows: int, columns: int, aspect: float) -> Pixels:
    column, row, radius = circle
    x, y = np.arange(columns) - column, (np.arange(rows)[:, None] - row) * aspect
    return _as_mask(x**2 + y**2 <= radius**2)


def _polygon(corners: tuple[tuple[float, float], ...], rows: int, columns: int) -> Pixels:
    mask = np.zeros((rows, columns), np.uint8)
    within = np.clip(np.array(corners), -FARTHEST_PX, FARTHEST_PX)
    points = np.rint(within * (1 << SUBPIXEL_BITS)).astype(np.int32)
    cv2.fillPoly(mask, [points], OPEN, shift=SUBPIXEL_BITS)
    return mask


def _bitmap(plane: OverlayPlane, rows: int, columns: int) -> Pixels:
    return plane_over(unpacked(plane), plane.origin, rows, columns)


def unpacked(plane: OverlayPlane) -> Pixels:
    """The plane's own pixels, (rows, columns), 255 where its bit is 1; the missing end of a short one is 0."""
    bits = np.unpackbits(np.frombuffer(plane.bits, np.uint8), count=plane.rows * plane.columns, bitorder="little")
    return bits.reshape(plane.rows, plane.columns) * np.uint8(OPEN)


def plane_over(pixels: Pixels, origin: tuple[int, int], rows: int, columns: int) -> Pixels:
    """A plane laid over an image of rows × columns; what lies outside the image is cut off."""
    image = np.zeros((rows, columns), np.uint8)
    x, y = origin
    left, top = max(0, x), max(0, y)
    right, bottom = min(columns, x + pixels.shape[1]), min(rows, y + pixels.shape[0])
    if right > left and bottom > top:
        image[top:bottom, left:right] = pixels[top - y : bottom - y, left - x : right - x]
    return image


def _as_mask(is_open: NDArray[np.bool_]) -> Pixels:
    return is_open.astype(np.uint8) * np.uint8(OPEN)
