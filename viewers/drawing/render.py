"""One slice of a volume through a view into 8-bit pixels: sample the stored values first, then window them.

What belongs here: sampling, windowing, the kept sample that makes a window drag cheap, pyramids of large images.
What does not: widgets (viewport) and anything painted over the image (overlays.painting, annotations).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from viewers.drawing.colour_maps import coloured
from viewers.drawing.grey import Pixels, grey_levels, grey_table
from viewers.planes.slab import projected, slab_revision
from viewers.presentation.shutters import open_mask
from viewers.view import Filter, Interpolation, View
from viewers.volume import Rescale, Volume, Window

T = TypeVar("T")
LARGE_PX = 4_000_000  # images above this are sampled from a pyramid while the view moves
SMALL_PX = 1_000_000  # images up to this stay in the processor's cache while they are shrunk
KEPT_PYRAMIDS = 8
CROP_CANDIDATES = 16  # crop starts tried for the one that lies nearest to a whole device pixel
MARGIN_PX = 3  # image pixels beyond the visible part that cubic interpolation looks at
BLUR_PX = {"smooth": 0.8, "sharpen": 1.0}  # sigma of the filters: image pixels, but no less in device pixels
WIDEST_BLUR_PX = 8.0  # device pixels


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The image as it goes on the screen: its visible part, and where that lies.

    `pixels` is (rows, columns) uint8 grey or (rows, columns, 4) uint8 BGRA in device pixels; its top left corner lies
    at device pixel (`left`, `top`) of the viewport. `view` is the view that is shown exactly: at most half a device
    pixel away from the one asked for, because pictures start on whole device pixels. Paint overlays with this one.
    """

    pixels: Pixels
    left: int
    top: int
    view: View


@dataclass(frozen=True, slots=True)
class _Axis:
    """One image axis on one screen axis: image pixels start..stop fill device pixels from `first` on.

    `step` is image pixels per device pixel, `low` and `high` the device pixels that lie in the viewport, counted from
    the resized crop's own first one; `shift_px` is how far the picture lies from where the view wants it (device px).
    """

    start: int
    stop: int
    step: float
    first: int
    low: int
    high: int
    shift_px: float


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Stored values at screen resolution, `scale` times too large to keep fractions.

    `mask` is 0 where no image is (padding), `cover` 255 where a shutter of grey level `shade` lies over it.
    """

    values: NDArray[np.generic]
    mask: Pixels | None
    cover: Pixels | None
    shade: int
    scale: int
    left: int
    top: int
    centre_px: tuple[float, float]


class Pyramids:
    """Half, quarter, … sized copies of large slices, averaged over 2 × 2 pixels in a thread of their own."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, "pyramid")
        self._lock = threading.Lock()
        self._built: OrderedDict[tuple[int, int], tuple[Volume, Future[list[NDArray[np.generic]]]]] = OrderedDict()

    def level(self, volume: Volume, slice_index: int, level: int) -> NDArray[np.generic] | None:
        """The slice shrunk 2**level times, or None while it is not there yet (asking for it starts it)."""
        key = (id(volume), slice_index)
        with self._lock:
            if key not in self._built:
                self._built[key] = (volume, self._worker.submit(_halvings, volume.plane(slice_index)))
                while len(self._built) > KEPT_PYRAMIDS:
                    self._built.popitem(last=False)[1][1].cancel()
            self._built.move_to_end(key)
            future = self._built[key][1]
        if not future.done():
            return None
        levels = future.result()
        return levels[min(level, len(levels)) - 1]

    def work(self, job: Callable[[], T]) -> Future[T]:
        """Has something else about large images done in that thread."""
        return self._worker.submit(job)

    def wait(self) -> None:
        """Blocks until everything asked for is built."""
        for _, future in list(self._built.values()):
            future.result()

    def close(self) -> None:
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._built.clear()


class SliceRenderer:
    """Draws slices for one viewport and keeps the last sample, so that a window drag is one table and one look-up."""

    def __init__(self, pyramids: Pyramids | None = None) -> None:
        self._pyramids = pyramids
        self._sample: tuple[tuple[object, ...], Volume, _Sample | None] | None = None
        self._coming: tuple[tuple[object, ...], Volume, Future[_Sample | None]] | None = None
        self._table: tuple[tuple[object, ...], Pixels] | None = None
        self._last: tuple[_Sample, View, Picture] | None = None

    def render(
        self,
        volume: Volume,
        view: View,
        width: int,
        height: int,
        device_pixel_ratio: float = 1.0,
        *,
        settled: bool = True,
        may_wait: bool = False,
    ) -> Picture | None:
        """The picture for a viewport of width × height logical pixels; None if the slice is not loaded or out of sight.

        `settled` asks for cubic interpolation and full resolution, else linear and pyramids while the view moves. With
        `may_wait` a large image is sampled in another thread: until it is there (`is_unfinished`), the picture is as
        while the view moves, or None where nothing was drawn before.
        """
        if not volume.loaded[view.slice_index]:
            self._coming = None
            return None
        sample = self._sampled(volume, view, width, height, device_pixel_ratio, settled, may_wait)
        if sample is None:
            return None
        if self._last is None or self._last[0] is not sample or self._last[1] != view:
            pixels = self._colours(view, sample) if volume.is_colour else self._windowed(volume, view, sample)
            picture = Picture(pixels, sample.left, sample.top, replace(view, centre_px=sample.centre_px))
            self._last = (sample, view, picture)
        return self._last[2]

    @property
    def is_unfinished(self) -> bool:
        """Whether a better picture is on its way."""
        return self._coming is not None

    def forget(self) -> None:
        """Lets go of the kept sample, its picture and its volume."""
        self._sample = self._last = self._coming = None

    def _sampled(
        self, volume: Volume, view: View, width: int, height: int, ratio: float, settled: bool, may_wait: bool
    ) -> _Sample | None:
        filled = volume.revision(view.slice_index) if view.slab is None else slab_revision(volume, view)
        way = (view.slab, filled, view.interpolation, view.filter)
        key = (view.slice_index, view.centre_px, view.zoom, *way, width, height, ratio)
        if self._sample is not None:
            (kept_key, kept_settled), kept_volume, sample = self._sample
            if kept_volume is volume and kept_key == key and (kept_settled or not settled):
                return sample
        size = (width * ratio, height * ratio)
        has_moved = self._coming is not None and self._coming[1] is volume and self._coming[0] != key
        is_first = (self._sample is None or self._sample[1] is not volume) and not has_moved  # who moves waits no more
        if may_wait and (settled or is_first) and self._pyramids and _is_large(volume) and view.slab is None:
            future = self._later(key, volume, lambda: self._sample_slice(volume, view, *size, ratio, True))
            if future.done():
                self._coming, self._sample = None, ((key, True), volume, future.result())
                return future.result()
            if is_first:
                return None
            return self._sampled(volume, view, width, height, ratio, False, False)
        if settled:
            self._coming = None
        sample = self._sample_slice(volume, view, *size, ratio, settled)
        self._sample = ((key, settled), volume, sample)
        return sample

    def _later(
        self, key: tuple[object, ...], volume: Volume, draw: Callable[[], _Sample | None]
    ) -> Future[_Sample | None]:
        """What the pyramids' thread makes of this view, begun at the first call."""
        assert self._pyramids is not None  # as the caller has seen
        if self._coming is None or self._coming[0] != key or self._coming[1] is not volume:
            if self._coming is not None:
                self._coming[2].cancel()
            self._coming = (key, volume, self._pyramids.work(draw))
        return self._coming[2]

    def _sample_slice(
        self, volume: Volume, view: View, width: float, height: float, ratio: float, settled: bool
    ) -> _Sample | None:
        row_mm, column_mm = volume.header.pixel_mm
        steps = (1 / (view.zoom * column_mm * ratio), 1 / (view.zoom * row_mm * ratio))
        is_quick = not settled and self._pyramids is not None and _is_large(volume)
        image, shrunk = self._source(volume, view, min(steps), settled)
        across = _axis(image.shape[1], view.centre_px[0], steps[0], shrunk, width)
        down = _axis(image.shape[0], view.centre_px[1], steps[1], shrunk, height)
        if across is None or down is None:
            return None
        crop = image[down.start : down.stop, across.start : across.stop]
        exact = across.step == 1 and down.step == 1 and not view.filter
        values, mask, scale = _prepared(volume, crop, exact=exact or is_quick)
        method = _method(view.interpolation, settled)
        resized = _resized(values, across.step, down.step, method, is_quick=is_quick)
        values = _filtered(resized, view.filter, 1 / min(across.step, down.step))
        part = (slice(down.low, down.high), slice(across.low, across.high))
        return _Sample(
            values[part],
            None if mask is None else _hardened(_resized(mask, across.step, down.step, min(method, LINEAR))[part]),
            _cover(volume, view.slice_index, image.shape, across, down),
            _shade(volume, view.slice_index),
            scale,
            across.first + across.low,
            down.first + down.low,
            (view.centre_px[0] - across.shift_px * steps[0], view.centre_px[1] - down.shift_px * steps[1]),
        )

    def _source(self, volume: Volume, view: View, step: float, settled: bool) -> tuple[NDArray[np.generic], int]:
        """The slice, or while the view moves a smaller one from the pyramid, and how many times smaller it is."""
        if view.slab is not None:
            return projected(volume, view.slice_index, view.slab), 1
        slice_index = view.slice_index
        image = volume.plane(slice_index)
        level = int(np.log2(step)) if step >= 2 else 0
        if self._pyramids is None or level == 0 or not _is_large(volume):
            return image, 1
        smaller = self._pyramids.level(volume, slice_index, level)
        if settled or smaller is None:
            return image, 1
        return smaller, round(image.shape[1] / smaller.shape[1])

    def _windowed(self, volume: Volume, view: View, sample: _Sample) -> Pixels:
        instance = volume.header.instances[view.slice_index]
        rescale = instance.rescale
        negative = (volume.header.photometric == "MONOCHROME1" or instance.is_inverse) != view.inverted
        if sample.values.dtype in (np.int16, np.uint16):
            table = self._table_for(sample, rescale, view.window, negative)
            grey = np.asarray(cv2.LUT(sample.values.view(np.uint16), table), np.uint8)
        else:
            grey = grey_levels(rescale.values(sample.values), view.window, negative)
        return _covered(coloured(grey, view.colour_map) if view.colour_map else grey, sample)

    def _table_for(self, sample: _Sample, rescale: Rescale, window: Window, negative: bool) -> Pixels:
        key = (sample.values.dtype, sample.scale, rescale, window, negative)
        if self._table is None or self._table[0] != key:
            self._table = (key, grey_table(sample.values.dtype, rescale, window, negative, sample.scale))
        return self._table[1]

    def _colours(self, view: View, sample: _Sample) -> Pixels:
        colours = sample.values if not view.inverted else cv2.bitwise_not(sample.values)
        return _covered(np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2BGRA)), sample)


def _is_large(volume: Volume) -> bool:
    header = volume.header
    return header.rows * header.columns > LARGE_PX and volume.stored.dtype in (np.uint8, np.uint16, np.int16)


def _covered(picture: Pixels, sample: _Sample) -> Pixels:
    """The picture with black where there is padding, and the shutter's shade where that lies."""
    if sample.mask is not None:
        mask = sample.mask if picture.ndim == 2 else cv2.cvtColor(sample.mask, cv2.COLOR_GRAY2BGRA)
        picture = np.asarray(cv2.bitwise_and(picture, mask), np.uint8)
    if sample.cover is not None:
        cover = sample.cover if picture.ndim == 2 else cv2.cvtColor(sample.cover, cv2.COLOR_GRAY2BGRA)
        shade = cv2.bitwise_and(cover, np.full_like(cover, sample.shade))
        picture = np.asarray(cv2.bitwise_or(cv2.bitwise_and(picture, cv2.bitwise_not(cover)), shade), np.uint8)
    return picture


def _cover(volume: Volume, slice_index: int, shape: tuple[int, ...], across: _Axis, down: _Axis) -> Pixels | None:
    """Where the shutter lies, as the sample sees it: 255 where the pixel under a device pixel's centre is covered."""
    mask = open_mask(volume.header, slice_index)
    if mask is None:
        return None
    if mask.shape != shape[:2]:  # a level of the pyramid
        mask = np.asarray(cv2.resize(mask, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)
    crop = mask[down.start : down.stop, across.start : across.stop]
    resized = _resized(crop, across.step, down.step, NEAREST)[down.low : down.high, across.low : across.high]
    return np.asarray(cv2.bitwise_not(_hardened(resized)), np.uint8)


def _shade(volume: Volume, slice_index: int) -> int:
    shutter = volume.header.instances[slice_index].shutter
    return 0 if shutter is None else round(255 * shutter.shade)


@lru_cache(maxsize=64)  # scrolling asks for the same two on every slice
def _axis(length: int, centre_px: float, step: float, shrunk: int, device_length: float) -> _Axis | None:
    """How one axis of an image (or of its pyramid level, `shrunk` times smaller) lies on `device_length` device pixels.

    Edge coordinates count from the image's outer edge, so that pixel i covers i..i + 1. The crop starts where an image
    edge falls nearest to a device pixel's edge; None where nothing of the image is in sight.
    """
    step = step / shrunk
    origin = device_length / 2 - (centre_px + 0.5) / shrunk / step  # where the image's outer edge falls, device px
    visible = max(0, int(np.floor(-origin * step)) - MARGIN_PX)
    starts = np.arange(max(0, visible - CROP_CANDIDATES), visible + 1) if visible else np.zeros(1, int)
    wanted = origin + starts / step
    best = int(np.argmin(np.abs(wanted - np.rint(wanted)).round(6)))
    start, first = int(starts[best]), round(float(wanted[best]))
    stop = min(length, int(np.ceil((device_length - origin) * step)) + MARGIN_PX)
    if stop <= start:
        return None
    low, high = max(0, -first), min(max(1, round((stop - start) / step)), int(np.ceil(device_length)) - first)
    return _Axis(start, stop, step, first, low, high, first - float(wanted[best])) if high > low else None


def _prepared(
    volume: Volume, crop: NDArray[np.generic], *, exact: bool
) -> tuple[NDArray[np.generic], Pixels | None, int]:
    """The crop in a type that OpenCV resamples with care, a mask of what is image, and the factor on its values."""
    if volume.is_colour:
        return _eight_bits(crop, volume.header.bits_stored), None, 1
    mask = _image_mask(crop, volume.header.padding)
    if crop.dtype.kind == "f":
        return np.nan_to_num(crop, nan=0.0, posinf=0.0, neginf=0.0), mask, 1
    if crop.dtype.itemsize > 2:
        return crop.astype(np.float64), mask, 1
    wide = crop.astype(np.uint16 if crop.dtype.kind in "ub" else np.int16, copy=False)
    if exact or wide.size > LARGE_PX:
        return wide, mask, 1
    scale = _spare_factor(wide)
    return (wide * wide.dtype.type(scale) if scale > 1 else wide), mask, scale


def _eight_bits(crop: NDArray[np.generic], bits_stored: int) -> NDArray[np.generic]:
    return crop if crop.dtype == np.uint8 else (crop >> max(0, bits_stored - 8)).astype(np.uint8)  # type: ignore[operator]


def _spare_factor(crop: NDArray[np.generic]) -> int:
    """The power of two by which 16-bit values can grow, with one bit left for what cubic interpolation overshoots."""
    low, high, _, _ = cv2.minMaxLoc(np.ascontiguousarray(crop))
    room = 32_767 if crop.dtype == np.uint16 else 16_383
    largest = max(abs(low), abs(high), 1)
    return int(2 ** max(0, min(6, int(np.log2(room / largest))))) if largest <= room else 1


def _image_mask(crop: NDArray[np.generic], padding: tuple[int, int] | None) -> Pixels | None:
    """255 where there is image, 0 where there is padding or no number; None where all of it is image."""
    if padding is None and crop.dtype.kind != "f":
        return None
    missing = np.zeros(crop.shape, np.uint8)
    if padding is not None:
        known = crop if crop.dtype.itemsize <= 2 else crop.astype(np.float64)
        missing = np.asarray(cv2.inRange(known, float(padding[0]), float(padding[1])), np.uint8)
    if crop.dtype.kind == "f":
        missing[~np.isfinite(crop)] = 255
    return np.asarray(cv2.bitwise_not(missing), np.uint8) if missing.any() else None


NEAREST, LINEAR, CUBIC = 0, 1, 2
METHODS = {NEAREST: cv2.INTER_NEAREST_EXACT, LINEAR: cv2.INTER_LINEAR, CUBIC: cv2.INTER_CUBIC}


def _method(interpolation: Interpolation, settled: bool) -> int:
    if interpolation == "nearest":
        return NEAREST
    return CUBIC if settled and interpolation == "smooth" else LINEAR


def _resized(
    values: NDArray[np.generic], step_across: float, step_down: float, method: int, *, is_quick: bool = False
) -> NDArray[np.generic]:
    """The values at every `step` pixels from outer edge to outer edge, half-pixel centres; means where they shrink.

    `is_quick` leaves out the means where less than every second pixel would be passed over: ten times faster.
    """
    if step_across == 1 and step_down == 1:
        return values
    if (
        min(step_across, step_down) < 1 < max(step_across, step_down) and not is_quick
    ):  # area averaging wants both axes to shrink
        return _resized(_resized(values, step_across, 1, method), 1, step_down, method)
    rows, columns = values.shape[:2]
    across, down = max(1 / step_across, 1 / columns), max(1 / step_down, 1 / rows)  # never less than one device pixel
    if max(step_across, step_down) > (2 if is_quick else 1):
        return _averaged(values, across, down)
    return np.asarray(cv2.resize(values, None, fx=across, fy=down, interpolation=METHODS[method]))


def _averaged(values: NDArray[np.generic], across: float, down: float) -> NDArray[np.generic]:
    """Means over the area of each new pixel; where it takes half the work, first of rows and then of columns."""
    is_small = values.ndim == 2 and values.size <= SMALL_PX and values.dtype.itemsize == 2
    if not is_small or (float(1 / across).is_integer() and float(1 / down).is_integer()):
        return np.asarray(cv2.resize(values, None, fx=across, fy=down, interpolation=cv2.INTER_AREA))
    turned = cv2.transpose(_fewer_rows(values, down))
    return np.asarray(cv2.transpose(_fewer_rows(turned, across)))


def _fewer_rows(values: NDArray[np.generic], share: float) -> NDArray[np.generic]:
    """The means of rows; four columns at a time go as one pixel of four channels, for which OpenCV has vectors."""
    rows, columns = values.shape
    spare = -columns % 4
    full = cv2.copyMakeBorder(values, 0, 0, 0, spare, cv2.BORDER_REPLICATE) if spare else np.ascontiguousarray(values)
    fewer = np.asarray(cv2.resize(full.reshape(rows, -1, 4), None, fx=1, fy=share, interpolation=cv2.INTER_AREA))
    return fewer.reshape(len(fewer), -1)[:, :columns]


def _filtered(values: NDArray[np.generic], name: Filter, magnification: float) -> NDArray[np.generic]:
    """Smoothed by a Gaussian, or sharpened by what that takes away (unsharp mask); `magnification` > 1 enlarges."""
    if not name:
        return values
    sigma = min(WIDEST_BLUR_PX, BLUR_PX[name] * max(1.0, magnification))
    blurred = np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))
    return blurred if name == "smooth" else np.asarray(cv2.addWeighted(values, 2.0, blurred, -1.0, 0.0))


def _hardened(mask: NDArray[np.generic]) -> Pixels:
    return np.asarray(cv2.compare(np.asarray(mask), 128.0, cv2.CMP_GE), np.uint8)


def _halvings(image: NDArray[np.generic]) -> list[NDArray[np.generic]]:
    """The image at 1/2, 1/4, … down to under 512 pixels; odd edges repeat their last row or column."""
    levels: list[NDArray[np.generic]] = []
    while min(image.shape[:2]) > 512:
        even = cv2.copyMakeBorder(image, 0, image.shape[0] % 2, 0, image.shape[1] % 2, cv2.BORDER_REPLICATE)
        image = np.asarray(cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
        levels.append(image)
    return levels
