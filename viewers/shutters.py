"""What of an image a display shutter leaves open, pixel by pixel.

What belongs here: DICOM PS3.3 C.7.6.11 and C.7.6.15 as masks over image pixels, also of turned images. What does not:
reading shutters from files (viewers.dicom.presentation) and covering pictures (render).
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


def shutter_of(header: SeriesHeader, slice_index: int) -> Shutter | None:
    """The shutter over a slice; a derived image has that of its source where it shows one slice of it as a whole."""
    if header.derived is None:
        return header.instances[slice_index].shutter
    source_slice = whole_slice(header, slice_index)
    return None if source_slice is None else header.source.instances[source_slice].shutter


def whole_slice(header: SeriesHeader, slice_index: int) -> int | None:
    """The source slice that a derived slice shows whole, only turned or mirrored; None for planes that cut across."""
    if header.derived is None:
        return slice_index
    to_source = header.derived.to_source
    if np.abs(to_source[2, :2]).max() > 1e-6:
        return None
    place = float(to_source[2, 2] * slice_index + to_source[2, 3])
    nearest = round(place)
    return nearest if abs(place - nearest) < 1e-3 and 0 <= nearest < header.source.frames else None


def open_mask(header: SeriesHeader, slice_index: int) -> Pixels | None:
    """255 where the slice is open, 0 where it is covered, (rows, columns); None where there is no shutter."""
    shutter = shutter_of(header, slice_index)
    if shutter is None:
        return None
    source = header.source
    shape, aspect = (source.rows, source.columns), source.pixel_mm[0] / source.pixel_mm[1]
    if header.derived is None:
        return _mask(shutter, *shape, aspect)
    turned = tuple(map(float, header.derived.to_source[:2].ravel()))
    return _turned(shutter, turned, shape, (header.rows, header.columns), aspect)


@lru_cache(maxsize=16)
def _turned(
    shutter: Shutter, to_source: tuple[float, ...], source: tuple[int, int], shape: tuple[int, int], aspect: float
) -> Pixels:
    matrix = np.array(to_source).reshape(2, 4)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    x = np.rint(matrix[0, 0] * columns + matrix[0, 1] * rows + matrix[0, 3]).astype(int)
    y = np.rint(matrix[1, 0] * columns + matrix[1, 1] * rows + matrix[1, 3]).astype(int)
    inside = (x >= 0) & (x < source[1]) & (y >= 0) & (y < source[0])
    mask = np.zeros(shape, np.uint8)
    mask[inside] = _mask(shutter, *source, aspect)[y[inside], x[inside]]
    return mask


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
    points = np.rint(np.array(corners) * (1 << SUBPIXEL_BITS)).astype(np.int32)
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
