"""Windows to look through: the usual CT presets, the file's own, one from the grey values at hand.

What belongs here: choosing a `Window`. What does not: applying one (render) and the keys that ask for one (commands).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewers.volume import SeriesHeader, Volume, Window

CT_PRESETS = (
    Window(40.0, 400.0, name="Soft tissue"),
    Window(-600.0, 1500.0, name="Lung"),
    Window(90.0, 150.0, name="Liver"),
    Window(480.0, 2500.0, name="Bone"),
    Window(40.0, 80.0, name="Brain"),
)
AUTO_PERCENTILES = (1.0, 99.0)
SAMPLED_VALUES = 65_536  # enough for percentiles, few enough for 13-megapixel films


def file_windows(header: SeriesHeader, slice_index: int) -> tuple[Window, ...]:
    """The windows that the file gives for this slice, those of other slices where it gives none."""
    own = header.instances[slice_index].windows
    return own or next((i.windows for i in header.instances if i.windows), ())


def auto_window(volume: Volume, slice_index: int) -> Window:
    """The window from the 1st to the 99th percentile of one loaded slice, in modality units, padding left out."""
    rescale = volume.header.instances[slice_index].rescale
    stored = _thinned(volume.plane(slice_index))
    values = stored[_is_image(stored, volume.header.padding)].astype(np.float64) * rescale.slope + rescale.intercept
    if values.size == 0:
        return Window(0.5, 1.0, "linear_exact", "Auto")
    low, high = np.percentile(values, AUTO_PERCENTILES)
    return Window(float(low + high) / 2, max(float(high - low), _narrowest(volume)), "linear_exact", "Auto")


def opening_window(volume: Volume, slice_index: int) -> Window:
    """The window that a series opens with: the file's first, else the CT preset, else one from the loaded slice."""
    given = file_windows(volume.header, slice_index)
    if given:
        return given[0]
    if volume.header.modality == "CT":
        return CT_PRESETS[0]
    if volume.is_colour or not volume.loaded[slice_index]:
        return full_window(volume.header, slice_index)
    return auto_window(volume, slice_index)


def full_window(header: SeriesHeader, slice_index: int) -> Window:
    """The window over every value that the stored bits can hold, in modality units."""
    rescale = header.instances[slice_index].rescale
    levels = float(2**header.bits_stored)
    lowest = -levels / 2 if header.signed else 0.0
    ends = sorted(s * rescale.slope + rescale.intercept for s in (lowest, lowest + levels - 1))
    return Window((ends[0] + ends[1]) / 2, max(ends[1] - ends[0], 1e-6), "linear_exact", "Full range")


def _thinned(image: NDArray[np.generic]) -> NDArray[np.generic]:
    step = max(1, int((image.size / SAMPLED_VALUES) ** 0.5))
    return image[::step, ::step]


def _is_image(stored: NDArray[np.generic], padding: tuple[int, int] | None) -> NDArray[np.bool_]:
    values = stored.astype(np.float64)
    is_image = np.isfinite(values)
    if padding is not None:
        is_image &= (values < padding[0]) | (values > padding[1])
    return is_image


def _narrowest(volume: Volume) -> float:
    return 1.0 if volume.stored.dtype.kind in "iu" else 1e-6
