"""Windows to look through: the usual CT presets, the file's own, one from the grey values at hand.

What belongs here: choosing a `Window`. What does not: applying one (grey) and the keys that ask for one (commands).
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
SUV_WINDOW = (0.0, 10.0)  # from white to black, as PET is usually opened


def file_windows(header: SeriesHeader, slice_index: int) -> tuple[Window, ...]:
    """The windows that the file gives for this slice, those of other slices where it gives none."""
    own = header.instances[slice_index].windows
    return own or next((i.windows for i in header.instances if i.windows), ())


def next_file_window(header: SeriesHeader, slice_index: int, window: Window) -> Window | None:
    """The file's window after this one, its first after any other window; None where it names none."""
    given = file_windows(header, slice_index)
    if not given:
        return None
    return given[(given.index(window) + 1) % len(given)] if window in given else given[0]


def window_there(header: SeriesHeader, window: Window, before: int, after: int) -> Window:
    """The window to show slice `after` through: its own where slice `before` was shown through its file's own.

    Files may name other windows for each of their images; one that was chosen or dragged stays.
    """
    here, there = header.instances[before].windows, header.instances[after].windows
    return there[here.index(window)] if here is not there and window in here and len(there) == len(here) else window


def opens_inverted(header: SeriesHeader) -> bool:
    """PET is read with dark uptake on white."""
    return header.modality == "PT" and header.samples == 1


def auto_window(volume: Volume, slice_index: int) -> Window:
    """The window from the 1st to the 99th percentile of one loaded slice, in modality units, padding left out."""
    values = image_values(volume, slice_index)
    if values.size == 0:
        return Window(0.5, 1.0, "linear_exact", "Auto")
    low, high = np.percentile(values, AUTO_PERCENTILES)
    return Window(float(low + high) / 2, max(float(high - low), _narrowest(volume)), "linear_exact", "Auto")


def image_values(
    volume: Volume, slice_index: int, part: tuple[slice, slice] = (slice(None), slice(None))
) -> NDArray[np.float64]:
    """Modality values of a loaded grey slice or a part (rows, columns) of it: thinned, without padding, shape (n,)."""
    stored = _thinned(volume.plane(slice_index)[part])
    return volume.header.instances[slice_index].rescale.values(stored[_is_image(stored, volume.header.padding)])


def opening_window(volume: Volume, slice_index: int) -> Window:
    """The window that a series opens with: the file's first, else the modality's, else one from the loaded slice."""
    given = file_windows(volume.header, slice_index)
    if given:
        return given[0]
    factor = volume.header.instances[slice_index].suv_factor
    if factor is not None:
        low, high = SUV_WINDOW
        return _between(low / factor, high / factor, f"SUV {low:g} to {high:g}")
    if volume.header.modality == "NM" and volume.loaded[slice_index] and not volume.is_colour:
        return _between(0.0, max(1e-6, _brightest(volume, slice_index)), "From 0 to the brightest")
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
    ends = rescale.values(np.array((lowest, lowest + levels - 1))) if rescale.table is None else rescale.table.outputs
    low, high = float(ends.min()), float(ends.max())
    return _between(low, max(high, low + 1e-6), "Full range")


def _between(low: float, high: float, name: str) -> Window:
    return Window((low + high) / 2, high - low, "linear_exact", name)


def _brightest(volume: Volume, slice_index: int) -> float:
    return float(image_values(volume, slice_index).max(initial=0.0))


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
