"""Modality values to grey levels: windows and tables as DICOM defines them, and the one table that holds them all.

What belongs here: PS3.3 C.11.2 as arithmetic on arrays. What does not: which window (presets) and where pixels come
from (render).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewers.volume import LookupTable, Rescale, Window

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
PATTERNS = 65_536  # of 16 bits


def grey_levels(values: Floats, window: Window, negative: bool = False) -> Pixels:
    """Modality values through a window to 0..255, `negative` with black and white exchanged; NaN is black.

    The functions of DICOM PS3.3 C.11.2.1.2.1 (linear), C.11.2.1.3.1 (sigmoid), C.11.2.1.3.2 (linear exact) and tables
    (C.11.2.1.1).
    """
    with np.errstate(over="ignore", invalid="ignore"):
        share = shares(values, window)
    if negative:
        np.subtract(1, share, out=share)
    share *= 255
    np.rint(share, out=share)
    share[np.isnan(share)] = 0
    return share.astype(np.uint8)


def grey_table(dtype: np.dtype[np.generic], rescale: Rescale, window: Window, negative: bool, scale: int = 1) -> Pixels:
    """`grey_levels` of each 16-bit pattern of values that are `scale` times stored ones.

    Worked out only where the window's greys lie.
    """
    lowest = -PATTERNS // 2 if dtype.kind == "i" else 0
    start, stop = _changing(rescale, window, lowest, scale)
    greys = np.empty(PATTERNS, np.uint8)
    stored = np.arange(lowest + start, lowest + stop, dtype=np.float64) / scale
    greys[start:stop] = grey_levels(rescale.values(stored), window, negative)
    greys[:start], greys[stop:] = greys[start], greys[stop - 1]
    return np.roll(greys, lowest)  # the patterns of negative numbers come last


def _changing(rescale: Rescale, window: Window, lowest: int, scale: int) -> tuple[int, int]:
    """Start and stop, counted from the lowest stored value, outside which all is as black or white as at the ends."""
    slope = rescale.slope / scale
    reach = window.width * (2 if window.shape == "sigmoid" else 0.5) + abs(slope) + 1
    ends = window.centre - rescale.intercept - reach, window.centre - rescale.intercept + reach
    if slope == 0 or rescale.table is not None or not np.isfinite(ends).all():
        return 0, PATTERNS
    low, high = sorted(end / slope - lowest for end in ends)
    start = int(max(0, min(PATTERNS - 1, low)))
    return start, int(max(start + 1, min(PATTERNS, high + 1)))


def shares(values: Floats, window: Window) -> Floats:
    """How far up from black (0) to white (1) each value lies, in a new array."""
    centre, width = window.centre, window.width
    if window.table is not None and window.shape == "table":
        return _table_shares(values, window, window.table)
    if window.shape == "sigmoid":
        return np.asarray(1 / (1 + np.exp(-4 * (values - centre) / width)))
    if window.shape == "linear":
        centre, width = centre - 0.5, width - 1
    if width <= 0:
        return np.asarray(np.where(np.isnan(values), np.nan, values > centre), np.float64)
    share = np.asarray(values - centre)
    share /= width
    share += 0.5
    return np.clip(share, 0, 1, out=share)


def _table_shares(values: Floats, window: Window, table: LookupTable) -> Floats:
    outputs = table.outputs
    places = values - (window.centre - window.width / 2)
    places *= len(outputs) / window.width
    places -= 0.5
    return np.asarray(np.interp(places, np.arange(len(outputs)), outputs / (2**table.bits - 1)))


def table_window(table: LookupTable) -> Window:
    """The window that is exactly this table, as the file has it."""
    entries = len(table.outputs)
    return Window(table.first + (entries - 1) / 2, float(entries), "table", table.explanation or "VOI LUT", table)


def presented(window: Window, presentation: LookupTable) -> Window:
    """The window with a presentation LUT behind it (PS3.3 C.11.4): one table over the same values.

    The whole numbers among the values are exact. The table's entries are spread over the window's whole output range,
    whatever first value it names.
    """
    low, step, count = _places(window)
    outputs = presentation.outputs
    places = np.asarray(low + step * np.arange(count, dtype=np.float64), np.float64)
    entries = np.rint(shares(places, window) * (len(outputs) - 1)).astype(np.intp)
    shown = outputs[entries] * (65_535 / (2**presentation.bits - 1))
    data = np.rint(np.clip(shown, 0, 65_535)).astype("<u2").tobytes()
    name = " · ".join(part for part in (window.name, presentation.explanation or "presentation LUT") if part)
    return Window(low + step * (count - 1) / 2, count * step, "table", name, LookupTable(0, 16, data))


def _places(window: Window) -> tuple[float, float, int]:
    """The first value, the step and the number of values at which a window is tabulated; steps divide whole numbers."""
    if window.table is not None:
        count = len(window.table.outputs)
        step = window.width / count
        return window.centre - step * (count - 1) / 2, step, count
    reach = window.width * (2.5 if window.shape == "sigmoid" else 0.5) + 1
    fine = max(1, int(np.ceil(1024 / (2 * reach))))
    low = float(np.floor(window.centre - reach))
    step = max(1 / fine, 2 * reach / (PATTERNS - 2))
    return low, step, min(PATTERNS, int(np.ceil(2 * reach / step)) + 1)
