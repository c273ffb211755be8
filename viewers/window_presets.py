"""Windows by name: which ones a series offers on keys 1 to 5 and in the menu, by modality and body part.

What belongs here: the lists of resources/windows, choosing among them, turning one into a `Window` for an image. What
does not: the window a series opens with (presets) and applying one (render).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from study_configs.problem import ProgramError
from study_configs.yaml12 import load
from viewers.presets import file_windows, image_values
from viewers.volume import SeriesHeader, Volume, Window

ON_KEYS = 5
FALLBACK = "OT"  # the list for modalities that none names
REGION_PERCENTILES = (1.0, 99.0)


@dataclass(frozen=True, slots=True)
class Preset:
    """A window by name: fixed, in SUV, or worked out from the file or the image. Exactly one way is given.

    `fixed` is (centre, width) in modality units; `suv` (lowest, highest) in SUV body weight; `percentiles` of the
    image's values; `from_zero` the percentile that is brightest, zero being darkest; `file` the file's window, from 1.
    """

    name: str
    fixed: tuple[float, float] | None = None
    suv: tuple[float, float] | None = None
    percentiles: tuple[float, float] | None = None
    from_zero: float | None = None
    file: int | None = None


@dataclass(frozen=True, slots=True)
class PresetList:
    """The presets of some modalities, for body parts that carry one of these words; () means all."""

    modalities: tuple[str, ...]
    body_parts: tuple[str, ...]
    presets: tuple[Preset, ...]


def presets_for(header: SeriesHeader) -> tuple[Preset, ...]:
    """What a series offers, in order: the first five are on keys 1 to 5. Colour images offer none."""
    if header.samples == 3:
        return ()
    lists = _lists_of(header.modality) or _lists_of(FALLBACK)
    for words in (_words(header.body_part), _words(header.description)):
        found = next((each for each in lists if set(each.body_parts) & words), None)
        if found is not None:
            return found.presets
    return next(each.presets for each in lists if not each.body_parts)


def preset_window(preset: Preset, volume: Volume, slice_index: int) -> Window | None:
    """The preset as a window for this slice, in modality units; None where it can't be worked out here."""
    if preset.fixed is not None:
        return Window(*preset.fixed, name=preset.name)
    if preset.file is not None:
        given = file_windows(volume.header, slice_index)
        return given[preset.file - 1] if preset.file <= len(given) else None
    if preset.suv is not None:
        factor = suv_factor(volume.header, slice_index)
        return None if factor is None else _between(preset.suv[0] / factor, preset.suv[1] / factor, preset.name)
    if volume.is_colour or not volume.loaded[slice_index]:
        return None
    values = image_values(volume, slice_index)
    if preset.from_zero is not None:
        return _between(0.0, _percentiles(values, (preset.from_zero,))[0], preset.name)
    low, high = _percentiles(values, preset.percentiles or (0.0, 100.0))
    return _between(low, high, preset.name)


def suv_factor(header: SeriesHeader, slice_index: int) -> float | None:
    """What a modality value is multiplied by to become SUV body weight; None where the file says too little."""
    instance = header.instances[slice_index]
    if instance.rescale.units.upper() in ("SUV", "SUVBW", "GML", "G/ML"):
        return 1.0
    return instance.suv_factor


def region_window(volume: Volume, slice_index: int, box: tuple[float, float, float, float]) -> Window | None:
    """The window from the 1st to the 99th percentile of a box (left, top, right, bottom: image points); None if bare.

    Pixels count whose centres lie in the box; the box's own pixel where it is smaller than one.
    """
    left, top, right, bottom = box
    header = volume.header
    columns = slice(max(0, round(left)), min(header.columns, round(right) + 1))
    rows = slice(max(0, round(top)), min(header.rows, round(bottom) + 1))
    if volume.is_colour or not volume.loaded[slice_index] or columns.start >= columns.stop or rows.start >= rows.stop:
        return None
    values = image_values(volume, slice_index, (rows, columns))
    if values.size == 0:
        return None
    low, high = _percentiles(values, REGION_PERCENTILES)
    return _between(low, high, "Region")


def preset_lists() -> tuple[PresetList, ...]:
    """Every list that is shipped, as the tables in docs show them."""
    return _all_lists()


def _lists_of(modality: str) -> list[PresetList]:
    return [each for each in _all_lists() if modality in each.modalities]


@cache
def _all_lists() -> tuple[PresetList, ...]:
    folder = files("resources").joinpath("windows")
    found = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            found += _read(entry.read_bytes(), entry.name)
    return tuple(found)


def _read(text: bytes, name: str) -> list[PresetList]:
    document = load(text, name)
    if document.problems or not isinstance(document.value, Mapping):
        raise ProgramError(f"resources/windows/{name} cannot be read: {document.problems}")
    modalities = tuple(document.value["modalities"])
    return [
        PresetList(modalities, tuple(each.get("body_parts", ())), tuple(_preset(entry) for entry in each["windows"]))
        for each in document.value["lists"]
    ]


def _preset(entry: Mapping[str, Any]) -> Preset:
    if "centre" in entry:
        return Preset(entry["name"], fixed=(float(entry["centre"]), float(entry["width"])))
    if "file" in entry:
        return Preset(entry["name"], file=int(entry["file"]))
    if "from_zero" in entry:
        return Preset(entry["name"], from_zero=float(entry["from_zero"]))
    low, high = (float(value) for value in entry.get("suv") or entry["percentiles"])
    if "suv" in entry:
        return Preset(entry["name"], suv=(low, high))
    return Preset(entry["name"], percentiles=(low, high))


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in text.upper()).split())


def _percentiles(values: NDArray[np.float64], shares: tuple[float, ...]) -> list[float]:
    return [float(v) for v in np.percentile(values, shares)] if values.size else [0.0, 1.0][-len(shares) :]


def _between(low: float, high: float, name: str) -> Window:
    return Window((low + high) / 2, max(high - low, 1e-6), "linear_exact", name)
