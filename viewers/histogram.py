"""How often each value occurs in the shown picture.

What belongs here: counting, and where a window lies over the counts. What does not: drawing it (histogram_plot).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewers.presets import image_values
from viewers.view import View
from viewers.volume import Volume, Window

BINS = 256
KEPT_SHARES = (0.0005, 0.9995)  # of the values: beyond them the axis would be drawn for a few specks


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts of values in equal bins from `low` to `high`, in modality units; values beyond are in the end bins."""

    low: float
    high: float
    counts: NDArray[np.int64]
    units: str
    mean: float
    spread: float  # standard deviation
    least: float
    most: float

    def bin_of(self, value: float) -> float:
        """Where a value lies on the axis: 0 at `low`, the number of bins at `high`."""
        return (value - self.low) / (self.high - self.low) * len(self.counts)

    def heights(self) -> NDArray[np.float64]:
        """The counts for drawing, 0 to 1: as square roots, so that air does not flatten everything else."""
        roots = np.sqrt(self.counts.astype(np.float64))
        return roots / max(1.0, float(np.sort(roots)[-2]) if len(roots) > 1 else float(roots.max()))


def histogram(volume: Volume, view: View, bins: int = BINS) -> Histogram | None:
    """The histogram of the shown slice; of a slab's slices together where one is shown. None without grey values."""
    if volume.is_colour or not volume.loaded[view.slice_index]:
        return None
    values = np.concatenate([image_values(volume, index) for index in shown_slices(volume, view)])
    if values.size == 0:
        return None
    low, high = (float(v) for v in np.quantile(values, KEPT_SHARES))
    if high <= low:
        low, high = low - 0.5, low + 0.5
    if volume.stored.dtype.kind in "iu" and high - low < bins:  # no bin without a possible value
        low, high, bins = np.floor(low), np.ceil(high) + 1, max(1, int(np.ceil(high) + 1 - np.floor(low)))
    counts, _ = np.histogram(np.clip(values, low, np.nextafter(high, low)), bins, (low, high))
    return Histogram(
        float(low), float(high), counts, volume.header.instances[view.slice_index].rescale.units,
        float(values.mean()), float(values.std()), float(values.min()), float(values.max()),
    )  # fmt: skip


def shown_slices(volume: Volume, view: View) -> list[int]:
    """The loaded slices that the picture is made of: the one, or those of the slab around it."""
    if view.slab is None:
        return [view.slice_index]
    half = int(view.slab.thickness_mm / (volume.header.slice_spacing_mm or 1.0) / 2)
    first, last = max(0, view.slice_index - half), min(volume.header.frames - 1, view.slice_index + half)
    return [index for index in range(first, last + 1) if volume.loaded[index]]


def edges(window: Window) -> tuple[float, float]:
    """The values that are drawn darkest and brightest (DICOM PS3.3 C.11.2.1.2.1 and .3)."""
    if window.shape == "linear":
        return window.centre - 0.5 - (window.width - 1) / 2, window.centre - 0.5 + (window.width - 1) / 2
    return window.centre - window.width / 2, window.centre + window.width / 2


def between(window: Window, low: float, high: float) -> Window:
    """The window with other edges; of the same shape, without its name."""
    centre, width = (low + high) / 2, max(high - low, 1e-6)
    if window.shape == "linear":
        centre, width = centre + 0.5, max(width + 1, 1.0)
    return Window(centre, width, window.shape, "", window.table)
