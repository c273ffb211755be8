"""Sections of maps at a viewport's device pixels.

What belongs here: enlarging values to the screen, smoothly or voxel by voxel. What does not: cutting maps by slices
(cutting) and colours (heat, regions).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from viewers.view import View, image_to_screen
from viewers.volume import SeriesHeader

Values = NDArray[Any]
Matrix = NDArray[np.float64]
Crop = tuple[int, int, int, int]  # rows and columns (start, stop)
MOST_SCREENS = 4  # areas of the viewport that may be enlarged at once, most of it for nothing


@dataclass(frozen=True, slots=True)
class Screen:
    """A viewport's size in logical pixels and its device pixels per logical pixel."""

    width: int
    height: int
    dpr: float = 1.0

    @property
    def device_size(self) -> tuple[int, int]:
        return round(self.width * self.dpr), round(self.height * self.dpr)


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Map values at device pixels: `values` (rows, columns), its first pixel at device pixel (x, y) of the viewport."""

    values: Values
    x: int
    y: int

    @property
    def bytes(self) -> int:
        return int(self.values.nbytes)


def device_to_image(view: View, header: SeriesHeader, screen: Screen) -> Matrix:
    """The 2×3 matrix from device pixel indices (centres at integers) to image points."""
    x0, y0 = image_to_screen(view, header, screen.width, screen.height, 0.0, 0.0)
    x1, y1 = image_to_screen(view, header, screen.width, screen.height, 1.0, 1.0)
    step_x, step_y = 1 / ((x1 - x0) * screen.dpr), 1 / ((y1 - y0) * screen.dpr)
    return np.array([[step_x, 0, (0.5 - x0 * screen.dpr) * step_x], [0, step_y, (0.5 - y0 * screen.dpr) * step_y]])


def sample(
    values: Values, from_image: Matrix, from_device: Matrix, screen: Screen, crop: Crop | None, *, smooth: bool
) -> Patch | None:
    """Values (rows, columns) at device pixels, cut to `crop` (their `hot_crop`); None where out of sight.

    `from_image` is the 2×3 matrix from image points to (column, row) of the values, `from_device` is `device_to_image`.
    Smooth ones are linear between voxels; upright, they are placed to the nearest device pixel (at most half a pixel
    off), because `cv2.resize` is 15 times faster than `warpAffine`. Else every device pixel has the value of the voxel
    that its centre lies in. Outside the voxels floats are NaN and integers 0.
    """
    if crop is None:
        return None
    if smooth and values.dtype.kind == "f" and np.isnan(cv2.sumElems(values)[0]):
        return _sample_known(values, from_image, from_device, screen, crop)
    to_values = from_image[:, :2] @ from_device
    to_values[:, 2] += from_image[:, 2]
    values, to_values = _cropped(values, to_values, crop)
    if abs(to_values[0, 0]) < 1e-12 and abs(to_values[1, 1]) < 1e-12:
        values, to_values = np.ascontiguousarray(values.T), to_values[::-1].copy()
    if abs(to_values[0, 1]) > 1e-12 or abs(to_values[1, 0]) > 1e-12:
        return _warped(values, to_values, screen, smooth=smooth)
    if not smooth:
        return _picked(values, to_values, screen)
    return _resized(*_unflipped(values, to_values), screen)


def _sample_known(values: Values, from_image: Matrix, from_device: Matrix, screen: Screen, crop: Crop) -> Patch | None:
    """The same where some have no value: what does reaches half way to what does not."""
    known = np.isfinite(values)
    place = (from_image, from_device, screen, crop)
    patch = sample(_filled(values, known), *place, smooth=True)
    reach = sample(known.astype(np.float32), *place, smooth=True)
    if patch is None or reach is None:
        return None
    patch.values[~(reach.values >= 0.5)] = np.nan
    return patch


def hot_crop(values: Values, floor_value: float) -> Crop | None:
    """Rows and columns (start, stop) around the values that reach the floor, with one to spare for interpolation."""
    x, y, width, height = cv2.boundingRect((values >= floor_value).view(np.uint8))
    if width == 0:
        return None
    rows, columns = values.shape
    return max(0, y - 1), min(rows, y + height + 1), max(0, x - 1), min(columns, x + width + 1)


def _cropped(values: Values, matrix: Matrix, crop: Crop) -> tuple[Values, Matrix]:
    top, bottom, left, right = crop
    moved = matrix.copy()
    moved[:, 2] -= (left, top)
    return values[top:bottom, left:right], moved


def _unflipped(values: Values, matrix: Matrix) -> tuple[Values, Matrix]:
    """The same field with axes that rise with the screen's."""
    turned = matrix.copy()
    for axis, array_axis in ((0, 1), (1, 0)):
        if turned[axis, axis] < 0:
            values = np.flip(values, array_axis)
            turned[axis] *= -1
            turned[axis, 2] += values.shape[array_axis] - 1
    return np.ascontiguousarray(values), turned


def _picked(values: Values, to_values: Matrix, screen: Screen) -> Patch | None:
    """Upright voxels as they are: for every device pixel the voxel that its centre lies in."""
    (left, columns), (top, rows) = (
        _voxels_along(float(to_values[axis, axis]), float(to_values[axis, 2]), screen.device_size[axis], count)
        for axis, count in ((0, values.shape[1]), (1, values.shape[0]))
    )
    if not len(columns) or not len(rows):
        return None
    low, high = rows.min(), rows.max() + 1
    wide = cv2.transpose(np.take(cv2.transpose(values[low:high]), columns, axis=0))  # whole rows are copied fastest
    return Patch(np.take(np.asarray(wide).reshape(high - low, len(columns)), rows - low, axis=0), left, top)


def _voxels_along(step: float, start: float, device_px: int, count: int) -> tuple[int, NDArray[np.int64]]:
    """The first device pixel along an axis that lies in a voxel, and the voxels of it and all that follow."""
    ends = sorted(((-0.5 - start) / step, (count - 0.5 - start) / step))
    first, last = max(0, ceil(ends[0])), min(device_px, ceil(ends[1]))
    voxels = np.floor(start + step * np.arange(first, max(first, last)) + 0.5).astype(np.int64)
    return first, np.clip(voxels, 0, count - 1)


def _resized(values: Values, to_values: Matrix, screen: Screen) -> Patch | None:
    """Whole voxels that the viewport can see, enlarged: voxel edges fall at -0.5 and n - 0.5 on both sides."""
    scale = (float(to_values[0, 0]), float(to_values[1, 1]))
    left, right = _seen(float(to_values[0, 2]), scale[0], screen.device_size[0], values.shape[1])
    top, bottom = _seen(float(to_values[1, 2]), scale[1], screen.device_size[1], values.shape[0])
    if left >= right or top >= bottom:
        return None
    if (right - left) / scale[0] < 1 or (bottom - top) / scale[1] < 1:
        return _warped(values, to_values, screen, smooth=True)
    part = values[top:bottom, left:right]
    width, height = screen.device_size
    if part.size / (scale[0] * scale[1]) > MOST_SCREENS * width * height:
        return _blended(part, to_values - np.array([[0, 0, left], [0, 0, top]]), screen)
    enlarged = cv2.resize(part, None, fx=1 / scale[0], fy=1 / scale[1], interpolation=cv2.INTER_LINEAR)
    x = round((left - 0.5 - float(to_values[0, 2])) / scale[0] + 0.5)
    y = round((top - 0.5 - float(to_values[1, 2])) / scale[1] + 0.5)
    return _within(Patch(np.asarray(enlarged), x, y), screen)


def _blended(values: Values, to_values: Matrix, screen: Screen) -> Patch | None:
    """The same for voxels larger than the viewport, of which nothing is computed that lies outside it."""
    (left, across), (top, down) = (
        _weights(float(to_values[axis, axis]), float(to_values[axis, 2]), screen.device_size[axis], count)
        for axis, count in ((0, values.shape[1]), (1, values.shape[0]))
    )
    if not len(across) or not len(down):
        return None
    blended = down @ values.astype(np.float32) @ across.T
    return Patch(blended if values.dtype.kind == "f" else np.rint(blended).astype(values.dtype), left, top)


def _weights(step: float, start: float, device_px: int, count: int) -> tuple[int, NDArray[np.float32]]:
    """The first device pixel along an axis that lies in a voxel, and of it and all that follow the voxels' shares."""
    first, voxels = _voxels_along(step, start, device_px, count)
    at = np.clip(start + step * (first + np.arange(len(voxels))), 0, count - 1)
    low = np.minimum(np.floor(at).astype(np.int64), max(0, count - 2))
    shares, rows = np.zeros((len(at), count), np.float32), np.arange(len(at))
    shares[rows, np.minimum(low + 1, count - 1)] = at - low
    shares[rows, low] += 1 - (at - low)
    return first, shares


def _seen(start: float, step: float, device_px: int, count: int) -> tuple[int, int]:
    """The voxels (first, one past the last) along an axis that `device_px` pixels can see, with some to spare."""
    return max(0, floor(start - 0.5) - 1), min(count, ceil(start + device_px * step + 0.5) + 2)


def _warped(values: Values, to_values: Matrix, screen: Screen, *, smooth: bool) -> Patch:
    """Turned or much reduced values over the whole viewport."""
    nothing = float("nan") if values.dtype.kind == "f" else 0.0
    way = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    return Patch(_turned(values, to_values, screen, way, nothing), 0, 0)


def _turned(values: Values, to_values: Matrix, screen: Screen, way: int, nothing: float) -> Values:
    padded = cv2.copyMakeBorder(np.ascontiguousarray(values), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    shifted = to_values.copy()
    shifted[:, 2] += 1
    flags, border = way | cv2.WARP_INVERSE_MAP, cv2.BORDER_CONSTANT
    return np.asarray(
        cv2.warpAffine(padded, shifted, screen.device_size, flags=flags, borderMode=border, borderValue=nothing)
    )


def _filled(values: Values, known: NDArray[np.bool_]) -> Values:
    """Values with the mean of their known neighbours beside them, so that nothing is lost up to half a step out."""
    held = np.where(known, values, 0).astype(np.float32)
    total, count = (cv2.boxFilter(each, -1, (3, 3), normalize=False) for each in (held, known.astype(np.float32)))
    return np.where(known, held, total / np.maximum(count, 1))


def _within(patch: Patch, screen: Screen) -> Patch | None:
    """The part of a patch that lies inside the viewport."""
    width, height = screen.device_size
    left, top = max(0, -patch.x), max(0, -patch.y)
    values = patch.values[top : max(top, height - patch.y), left : max(left, width - patch.x)]
    return Patch(np.ascontiguousarray(values), patch.x + left, patch.y + top) if values.size else None
