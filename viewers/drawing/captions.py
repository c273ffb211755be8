"""The words and numbers at the edges of an image: what is shown, where, how, and the value under the pointer.

What belongs here: text and lengths from values. What does not: painting them (annotations).
"""

from __future__ import annotations

import numpy as np

from study_configs.words import translate
from viewers.drawing.colour_maps import title_of
from viewers.geometry import apply, edge_letters
from viewers.planes.slab import caption, projected
from viewers.presets import CT_PRESETS
from viewers.shown_words import plane_name, window_name
from viewers.view import Slab, View, magnification
from viewers.volume import SeriesHeader, Volume, Window

SCALE_LENGTHS_MM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


Lines = tuple[str, ...]  # of one corner, from the outer edge inwards


def series_corner(header: SeriesHeader) -> Lines:
    """Top left: what is shown, and what was made of it: a description may name the files' plane, which is not shown."""
    made = plane_name(header.derived.name) if header.derived is not None else ""
    return _said(header.description, made, series_line(header))


def place_corner(volume: Volume, view: View, lost: int = 0) -> Lines:
    """Top right: where the slice lies; `lost` is how many slices can never be loaded."""
    header = volume.header
    label = header.instances[view.slice_index].label if header.derived is None else ""
    return _said(
        slice_line(header, view.slice_index),
        position_line(header, view.slice_index),
        label,
        loading_line(volume, lost),
    )


def probe_corner(volume: Volume, view: View, cursor: tuple[float, float] | None) -> Lines:
    """Bottom left: the value at `cursor`, the image point (column, row) under the pointer."""
    probe = probe_lines(volume, view.slice_index, cursor, view.slab)
    around = around_line(volume, view.slice_index, cursor) if probe and cursor and view.slab is None else ""
    return _said(*probe, around)


def shown_corner(volume: Volume, view: View, device_pixel_ratio: float) -> Lines:
    """Bottom right: how the slice is shown."""
    slab = caption(view.slab) if view.slab is not None else ""
    size = f"{magnification(view, volume.header, device_pixel_ratio):.0%}"
    zoom = translate("ViewerCaptions", "Zoom {size}").format(size=size)
    return _said(zoom, window_line(volume, view), slab)


def series_line(header: SeriesHeader) -> str:
    words = translate("ViewerCaptions", "series {n}") if header.series_number else ""
    number = words.format(n=header.series_number)
    return " · ".join(part for part in (header.modality, header.body_part.capitalize(), number) if part)


def slice_line(header: SeriesHeader, slice_index: int) -> str:
    return f"{slice_index + 1} / {header.frames}"


def position_line(header: SeriesHeader, slice_index: int) -> str:
    """The slice's place along the patient axis that its normal is nearest to, signed in LPS: "H 12.5 mm"."""
    if header.affine is None:
        return ""
    axis = int(np.abs(header.affine[:3, :2]).sum(axis=1).argmin())
    across, down, _, start = (float(v) for v in header.affine_at(slice_index)[axis])
    mm = start + across * (header.columns - 1) / 2 + down * (header.rows - 1) / 2  # in the slice's middle
    return f"{('LPH' if mm >= 0 else 'RAF')[axis]} {abs(mm):.1f} mm"


def window_line(volume: Volume, view: View) -> str:
    if volume.is_colour:
        inverted = translate("ViewerCaptions", "Colour, inverted")
        return inverted if view.inverted else translate("ViewerCaptions", "Colour")
    window = view.window
    numbers = f"W {_number(window.width)}  C {_number(window.centre)}"
    name = window_name(window.name or preset_name(volume.header, window))
    inverted = translate("ViewerCaptions", "inverted") if view.inverted else ""
    colours = title_of(view.colour_map) if view.colour_map else ""
    return "  ·  ".join(part for part in (name, numbers, inverted, colours) if part)


def preset_name(header: SeriesHeader, window: Window) -> str:
    if header.modality != "CT":
        return ""
    return next((p.name for p in CT_PRESETS if (p.centre, p.width) == (window.centre, window.width)), "")


def probe_lines(
    volume: Volume, slice_index: int, cursor: tuple[float, float] | None, slab: Slab | None = None
) -> Lines:
    """The value under the pointer and its place, in LPS mm where there is patient geometry, else in pixels."""
    if cursor is None or not volume.loaded[slice_index]:
        return ()
    column, row = round(cursor[0]), round(cursor[1])
    if not (0 <= column < volume.header.columns and 0 <= row < volume.header.rows):
        return ()
    value = value_text(volume, column, row, slice_index)
    if slab is not None and not volume.is_colour:
        value = slab_text(volume, column, row, slice_index, slab)
    return value, place_text(volume.header, cursor, slice_index)


def around_line(volume: Volume, slice_index: int, cursor: tuple[float, float]) -> str:
    """The mean of the three by three pixels around the one under the pointer; "" at the image's edge and in colour."""
    column, row, header = round(cursor[0]), round(cursor[1]), volume.header
    if volume.is_colour or not (0 < column < header.columns - 1 and 0 < row < header.rows - 1):
        return ""
    stored = volume.plane(slice_index)[row - 1 : row + 2, column - 1 : column + 2].astype(np.float64)
    if header.padding is not None and ((stored >= header.padding[0]) & (stored <= header.padding[1])).any():
        return ""
    mean = float(header.instances[slice_index].rescale.values(stored).mean())
    value = measured_text(header, slice_index, round(mean, 1))
    return translate("ViewerCaptions", "mean of 3 × 3: {value}").format(value=value)


def slab_text(volume: Volume, column: int, row: int, slice_index: int, slab: Slab) -> str:
    """What the slab shows at a pixel, which is not what its middle slice has there."""
    stored, padding = projected(volume, slice_index, slab)[row, column], volume.header.padding
    if padding is not None and padding[0] <= stored <= padding[1]:
        return padding_words()
    value = float(volume.header.instances[slice_index].rescale.values(stored))
    return f"{measured_text(volume.header, slice_index, value)} ({caption(slab)})"


def value_text(volume: Volume, column: int, row: int, slice_index: int) -> str:
    value = volume.value_at(column, row, slice_index)
    if isinstance(value, tuple):
        return "RGB " + " ".join(str(v) for v in value)
    if _is_padding(volume, column, row, slice_index):
        return padding_words()
    return measured_text(volume.header, slice_index, value)


def padding_words() -> str:
    return translate("ViewerCaptions", "outside the image (padding)")


def measured_text(header: SeriesHeader, slice_index: int, value: float) -> str:
    """A modality value with its units: "-310 HU", "SUV 3.2 · 12 345 Bq/ml"."""
    instance = header.instances[slice_index]
    units, factor = instance.rescale.units, instance.suv_factor
    plain = f"{_number(value)} {units}".rstrip()
    if factor is None:
        return plain
    suv = f"SUV {value * factor:.{1 if abs(value * factor) >= 1 else 2}f}"
    return suv if units == "g/ml" else f"{suv} · {plain}"


def place_text(header: SeriesHeader, point: tuple[float, float], slice_index: int) -> str:
    if header.affine is None:
        words = translate("ViewerCaptions", "column {column}  row {row}")
        here = words.format(column=f"{point[0]:.0f}", row=f"{point[1]:.0f}")
        return "  ·  ".join(part for part in (here, region_text(header, point)) if part)
    x, y, z = apply(header.affine_at(slice_index), (*point, 0.0))
    letters = [("LPH" if mm >= 0 else "RAF")[axis] for axis, mm in enumerate((x, y, z))]
    return "  ".join(f"{letter} {abs(mm):.1f}" for letter, mm in zip(letters, (x, y, z), strict=True)) + " mm"


def region_text(header: SeriesHeader, point: tuple[float, float]) -> str:
    """What the axes of a Doppler or M-mode region have at a point of an image: "0.31 s  -45.2 cm/s"."""
    found = [region for region in header.regions if region.holds(*point) and not region.is_tissue]
    if not found or header.derived is not None:
        return ""
    values = found[-1].values_at(*point)
    return "  ".join(f"{value:.3g} {unit}" for value, unit in zip(values, found[-1].units, strict=True))


def orientation(header: SeriesHeader) -> dict[str, str]:
    """Letters for the edges "left", "right", "top", "bottom"; from PatientOrientation for films, {} where unknown."""
    if header.affine is not None:
        return edge_letters(header.affine)
    toward = header.tags.get("PatientOrientation", "").split("\\")
    if len(toward) != 2 or not all(w and set(w) <= set("LRAPHF") for w in toward):
        return {}
    return {"right": toward[0], "left": opposite(toward[0]), "bottom": toward[1], "top": opposite(toward[1])}


def opposite(letters: str) -> str:
    return letters.translate(str.maketrans("LRAPHF", "RLPAFH"))


def scale_bar(header: SeriesHeader, view: View, room_px: float) -> tuple[float, str] | None:
    """The longest round length that fits into `room_px` logical pixels: (its pixels, its name); else None."""
    if header.spacing_mm is None:
        return None
    fitting = [mm for mm in SCALE_LENGTHS_MM if mm * view.zoom <= room_px]
    if not fitting:
        return None
    mm = fitting[-1]
    return mm * view.zoom, f"{mm / 10:g} cm" if mm >= 10 else f"{mm:g} mm"


def loading_line(volume: Volume, lost: int = 0) -> str:
    """How far loading has come, and what of it failed; "" where everything is there."""
    frames, loaded = len(volume.files_loaded), int(volume.files_loaded.sum())
    if frames == 1:
        failed = translate("ViewerCaptions", "The image can't be read") if lost else ""
        return failed if loaded + lost else translate("ViewerCaptions", "Loading the image")
    if loaded + lost < frames:
        return translate("ViewerCaptions", "Loading {loaded}/{all} slices").format(loaded=loaded, all=frames)
    words = translate("ViewerCaptions", "{lost} of {all} slices can't be read") if lost else ""
    return words.format(lost=lost, all=frames)


def _said(*lines: str) -> Lines:
    return tuple(line for line in lines if line)


def _is_padding(volume: Volume, column: int, row: int, slice_index: int) -> bool:
    padding = volume.header.padding
    return padding is not None and padding[0] <= float(volume.plane(slice_index)[row, column]) <= padding[1]


def _number(value: float) -> str:
    if abs(value) >= 10_000:
        return f"{value:,.0f}".replace(",", "\N{NO-BREAK SPACE}")
    return f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.4g}"
