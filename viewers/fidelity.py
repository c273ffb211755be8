"""How true a picture is: what was done between the stored values and the screen, in plain words.

What belongs here: notes about one picture as values. What does not: drawing the badge (annotations), layers' own notes
(overlays.fidelity says them) and what the numbers of a measurement are worth (measuring).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from viewers.view import View
from viewers.volume import SeriesHeader, Volume

Matter = Literal["grid", "plane", "slab", "filter", "colours", "lossy", "loading", "geometry", "calibration", "layer"]
PROJECTIONS = {"max": "brightest", "min": "darkest", "mean": "mean"}
METHODS = {"nearest": "each image pixel as a block", "linear": "linear interpolation"}
EXACT = 1e-3  # of a magnification, within which it counts as 1


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know of a picture: `short` for the badge (empty: not in it), `text` a sentence for the details.

    `is_caution` marks what can mislead a reader; the rest is how every viewer draws.
    """

    matter: Matter
    short: str
    text: str
    is_caution: bool = False


def notes(volume: Volume, view: View, device_pixel_ratio: float = 1.0, lost: int = 0) -> tuple[Note, ...]:
    """Everything there is to know of the picture of `view`; `lost` is how many slices can never be loaded."""
    header = volume.header
    return (
        _grid(header, view, device_pixel_ratio),
        *_plane(header),
        *_slab(view),
        *_picture(view, is_colour=volume.is_colour),
        *_lossy(header),
        *_loading(volume, lost),
        *_geometry(header),
    )


def badge(found: Sequence[Note]) -> str:
    """The notes in a few words, cautions first: "lossy 12:1 · enlarged 1.9 ×"."""
    ordered = sorted(found, key=lambda note: not note.is_caution)
    return " · ".join(dict.fromkeys(note.short for note in ordered if note.short))


def has_caution(found: Sequence[Note]) -> bool:
    return any(note.is_caution for note in found)


def _grid(header: SeriesHeader, view: View, ratio: float) -> Note:
    """How image pixels meet screen pixels, along rows and columns."""
    row_mm, column_mm = header.pixel_mm
    across, down = view.zoom * column_mm * ratio, view.zoom * row_mm * ratio
    if abs(across - 1) < EXACT and abs(down - 1) < EXACT:
        return Note("grid", "1:1", "Native grid: each image pixel is one screen pixel, its value as the file has it.")
    size = f"{across:.2f} ×" if abs(across - down) < EXACT else f"{across:.2f} × {down:.2f}"
    if max(across, down) < 1:
        text = f"Shrunk to {size}: each screen pixel is the mean of the image pixels under it. 1:1 shows every one."
        return Note("grid", f"shrunk {size}", text)
    method = METHODS.get(view.interpolation, "cubic interpolation, linear while the picture moves")
    return Note("grid", f"enlarged {size}", f"Enlarged {size}: {method}.")


def _plane(header: SeriesHeader) -> Iterator[Note]:
    if header.derived is not None and not header.derived.keeps_grid:
        name = header.derived.name
        yield Note(
            "plane", name, f"This plane ({name}) was cut through the slices: values between them are interpolated."
        )


def _slab(view: View) -> Iterator[Note]:
    if view.slab is not None:
        way, depth = PROJECTIONS[view.slab.projection], f"{view.slab.thickness_mm:g} mm"
        yield Note("slab", f"slab {depth}", f"A slab of {depth}: the {way} value along the line of sight.")


def _picture(view: View, *, is_colour: bool) -> Iterator[Note]:
    if view.filter:
        done = "smoothed" if view.filter == "smooth" else "sharpened"
        yield Note("filter", done, f"The picture is {done}; stored values and measurements are not.", is_caution=True)
    if view.colour_map and not is_colour:
        yield Note("colours", "", f"Grey values are shown in the colours of the map {view.colour_map!r}.")


def _lossy(header: SeriesHeader) -> Iterator[Note]:
    if header.lossy is None:
        return
    ratio = f" {header.lossy.ratio:g}:1" if header.lossy.ratio else ""
    method = f" ({header.lossy.method})" if header.lossy.method else ""
    text = f"The file's pixels were compressed with loss{ratio and ' of' + ratio}{method}: fine detail may be gone."
    yield Note("lossy", f"lossy{ratio}", text, is_caution=True)


def _loading(volume: Volume, lost: int) -> Iterator[Note]:
    frames, loaded = volume.header.frames, int(volume.loaded.sum())
    if lost:
        text = f"{lost} of {frames} slices cannot be read; projections and planes leave them out."
        yield Note("loading", f"{lost} slices missing", text, is_caution=True)
    if loaded + lost < frames:
        text = f"{loaded} of {frames} slices are in memory; the others follow."
        yield Note("loading", "partly loaded", text, is_caution=True)


def _geometry(header: SeriesHeader) -> Iterator[Note]:
    for warning in header.source.warnings:
        yield Note("geometry", "see geometry", warning, is_caution=True)
    if header.calibration:
        yield Note("calibration", "", f"Lengths in mm are not the patient's: {header.calibration}.")
    elif header.spacing_mm is None:
        yield Note("calibration", "", "The file gives no pixel spacing: nothing can be measured in mm.")
