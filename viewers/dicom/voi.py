"""Windows: those that files name, those of each modality, and a sensible one where there is none.

What belongs here: choosing a window (DICOM PS3.3 C.11.2). What does not: applying it to pixels (viewers.render).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewers.dicom.elements import Elements
from viewers.volume import SeriesHeader, Volume, Window

# Keys 1-5, as most viewers have them
CT_PRESETS = (
    Window(40, 400, name="Soft tissue"),
    Window(-600, 1500, name="Lung"),
    Window(90, 150, name="Liver"),
    Window(480, 2500, name="Bone"),
    Window(40, 80, name="Brain"),
)
COLOUR_WINDOW = Window(127.5, 255, "linear_exact", "Colour")
SAMPLES = 200_000  # values that are looked at for a robust window


def presets(header: SeriesHeader) -> tuple[Window, ...]:
    """The windows to offer on number keys: the modality's own, or those that the files name."""
    return CT_PRESETS if header.modality == "CT" and header.units == "HU" else file_windows(header)


def file_windows(header: SeriesHeader) -> tuple[Window, ...]:
    """The windows of the middle slice, as its file names them."""
    return header.instances[header.frames // 2].windows if header.instances else ()


def default_window(header: SeriesHeader, volume: Volume | None = None) -> Window:
    """The window to begin with: the file's first, or the modality's, or a robust one over what is loaded."""
    if header.samples == 3:
        return COLOUR_WINDOW
    named = file_windows(header)
    if named:
        return named[0]
    if header.modality == "CT" and header.units == "HU":
        return CT_PRESETS[0]
    if volume is not None and volume.loaded.any():
        return loaded_window(volume)
    return stored_range(header)


def loaded_window(volume: Volume) -> Window:
    """A robust window over some slices that are loaded, in modality units."""
    indices = np.flatnonzero(volume.loaded)
    chosen = indices[np.linspace(0, len(indices) - 1, min(len(indices), 8)).astype(int)]
    values = [_sampled(volume, int(index), SAMPLES // len(chosen)) for index in chosen]
    return robust_window(np.concatenate(values))


def _sampled(volume: Volume, index: int, count: int) -> NDArray[np.float64]:
    """Some modality values of one slice, without padding."""
    flat = volume.stored[index].reshape(-1)
    some: NDArray[np.float64] = flat[:: max(1, flat.size // count)].astype(np.float64)
    if volume.header.padding:
        low, high = volume.header.padding
        some = some[(some < low) | (some > high)]
    rescale = volume.header.instances[index].rescale
    return np.asarray(some * rescale.slope + rescale.intercept)


def robust_window(values: ArrayLike) -> Window:
    """From the 1st to the 99th percentile; values that are not finite do not count."""
    flat = np.asarray(values, np.float64).reshape(-1)
    finite = flat[np.isfinite(flat)]
    if finite.size == 0:
        return Window(0.5, 1.0, "linear_exact", "Automatic")
    low, high = (float(v) for v in np.percentile(finite, (1, 99)))
    if high <= low:
        low, high = float(finite.min()), float(finite.max())
    if high <= low:
        high = low + 1.0
    return Window((low + high) / 2, high - low, "linear_exact", "Automatic")


def stored_range(header: SeriesHeader) -> Window:
    """The whole range that the stored bits can hold, in modality units, for want of anything better."""
    low = -(1 << (header.bits_stored - 1)) if header.signed else 0
    high = low + (1 << header.bits_stored) - 1
    rescale = header.instances[0].rescale
    ends = sorted((low * rescale.slope + rescale.intercept, high * rescale.slope + rescale.intercept))
    return Window((ends[0] + ends[1]) / 2, ends[1] - ends[0], "linear_exact", "Full range")


def lut_windows(elements: Elements) -> tuple[Window, ...]:
    """The tables of VOILUTSequence (0028,3010), each approximated by the linear window that spans its rise.

    The window runs from where the table leaves 1 % of its range to where it reaches 99 %, and its name says so.
    """
    windows = [_lut_window(item) for item in elements.items(0x00283010)]
    return tuple(window for window in windows if window is not None)


def _lut_window(item: Elements) -> Window | None:
    table = voi_table(item)
    if table is None:
        return None
    first, values = table
    low, high = int(values.min()), int(values.max())
    if high == low:
        return None
    rise = np.flatnonzero((values > low + 0.01 * (high - low)) & (values < low + 0.99 * (high - low)))
    start, stop = (int(rise[0]), int(rise[-1])) if rise.size else (0, len(values) - 1)
    name = item.words(0x00283003) or "VOI LUT"
    return Window(first + (start + stop) / 2, float(max(1, stop - start)), "linear_exact", f"{name} (approximated)")


def voi_table(item: Elements) -> tuple[int, NDArray[np.uint16]] | None:
    """(first modality value mapped, output values) of one item of VOILUTSequence; None where it is incomplete."""
    raw_descriptor, data = item.raw(0x00283002), item.raw(0x00283006)
    if raw_descriptor is None or len(raw_descriptor) != 6 or not data:
        return None
    entries, first, bits = item.shorts(0x00283002)
    entries = entries or 65536
    place = item.found[0x00283002]
    if place[2] == b"SS" and first > 32767:
        first -= 65536
    narrow = bits <= 8 and len(data) < entries * 2
    values = np.frombuffer(data, np.uint8 if narrow else f"{item.encoding.order}u2").astype(np.uint16)
    return (int(first), values[:entries]) if len(values) >= entries else None
