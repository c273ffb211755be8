"""How true a picture is: what was done between the stored values and the screen, in plain words.

What belongs here: notes about one picture as values. What does not: drawing the badge (annotations), layers' own notes
(overlays.layers.fidelity says them) and what the numbers of a measurement are worth (measuring).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from study_configs.words import translate
from viewers.drawing.colour_maps import title_of
from viewers.shown_words import plane_name, remark
from viewers.view import Interpolation, Projection, View
from viewers.volume import SeriesHeader, Volume

Matter = Literal["grid", "plane", "slab", "filter", "colours", "lossy", "loading", "geometry", "calibration", "layer"]
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
        text = translate(
            "ViewerFidelity", "Native grid: each image pixel is one screen pixel, its value as the file has it."
        )
        return Note("grid", "1:1", text)
    size = f"{across:.2f} ×" if abs(across - down) < EXACT else f"{across:.2f} × {down:.2f}"
    if max(across, down) < 1:
        short = translate("ViewerFidelity", "shrunk {size}")
        text = translate(
            "ViewerFidelity",
            "Shrunk to {size}: each screen pixel is the mean of the image pixels under it. 1:1 shows every one.",
        )
    else:
        short, text = translate("ViewerFidelity", "enlarged {size}"), _enlarged_words(view.interpolation)
    return Note("grid", short.format(size=size), text.format(size=size))


def _enlarged_words(interpolation: Interpolation) -> str:
    if interpolation == "nearest":
        return translate("ViewerFidelity", "Enlarged {size}: each image pixel as a block.")
    if interpolation == "linear":
        return translate("ViewerFidelity", "Enlarged {size}: linear interpolation.")
    return translate("ViewerFidelity", "Enlarged {size}: cubic interpolation, linear while the picture moves.")


def _plane(header: SeriesHeader) -> Iterator[Note]:
    if header.derived is not None and not header.derived.keeps_grid:
        name = plane_name(header.derived.name)
        text = translate(
            "ViewerFidelity", "This plane ({name}) was cut through the slices: values between them are interpolated."
        )
        yield Note("plane", name, text.format(name=name))


def _slab(view: View) -> Iterator[Note]:
    if view.slab is not None:
        depth, text = f"{view.slab.thickness_mm:g} mm", _slab_words(view.slab.projection)
        short = translate("ViewerFidelity", "slab {depth}")
        yield Note("slab", short.format(depth=depth), text.format(depth=depth))


def _slab_words(projection: Projection) -> str:
    if projection == "max":
        return translate("ViewerFidelity", "A slab of {depth}: the brightest value along the line of sight.")
    if projection == "min":
        return translate("ViewerFidelity", "A slab of {depth}: the darkest value along the line of sight.")
    return translate("ViewerFidelity", "A slab of {depth}: the mean value along the line of sight.")


def _picture(view: View, *, is_colour: bool) -> Iterator[Note]:
    if view.filter:
        short, text = _smoothed_words() if view.filter == "smooth" else _sharpened_words()
        yield Note("filter", short, text, is_caution=True)
    if view.colour_map and not is_colour:
        text = translate("ViewerFidelity", "Grey values are shown in the colours of the map {name}.")
        yield Note("colours", "", text.format(name=title_of(view.colour_map)))


def _smoothed_words() -> tuple[str, str]:
    text = translate("ViewerFidelity", "The picture is smoothed; stored values and measurements are not.")
    return translate("ViewerFidelity", "smoothed"), text


def _sharpened_words() -> tuple[str, str]:
    text = translate("ViewerFidelity", "The picture is sharpened; stored values and measurements are not.")
    return translate("ViewerFidelity", "sharpened"), text


def _lossy(header: SeriesHeader) -> Iterator[Note]:
    if header.lossy is None:
        return
    ratio, method = f"{header.lossy.ratio:g}:1" if header.lossy.ratio else "", header.lossy.method
    short = translate("ViewerFidelity", "lossy {ratio}") if ratio else translate("ViewerFidelity", "lossy")
    text = _lossy_words(ratio, method).format(ratio=ratio, method=method)
    yield Note("lossy", short.format(ratio=ratio), text, is_caution=True)


def _lossy_words(ratio: str, method: str) -> str:
    if ratio and method:
        return translate(
            "ViewerFidelity",
            "The file's pixels were compressed with loss of {ratio} ({method}): fine detail may be gone.",
        )
    if ratio:
        return translate(
            "ViewerFidelity", "The file's pixels were compressed with loss of {ratio}: fine detail may be gone."
        )
    if method:
        return translate(
            "ViewerFidelity", "The file's pixels were compressed with loss ({method}): fine detail may be gone."
        )
    return translate("ViewerFidelity", "The file's pixels were compressed with loss: fine detail may be gone.")


def _loading(volume: Volume, lost: int) -> Iterator[Note]:
    frames, loaded = volume.header.frames, int(volume.loaded.sum())
    if lost:
        words = translate(
            "ViewerFidelity", "{lost} of {all} slices can't be read; projections and planes leave them out."
        )
        short = translate("ViewerFidelity", "{lost} of {all} slices missing")
        text = words.format(lost=lost, all=frames)
        yield Note("loading", short.format(lost=lost, all=frames), text, is_caution=True)
    if loaded + lost < frames:
        words = translate("ViewerFidelity", "{loaded} of {all} slices are in memory; the others follow.")
        text = words.format(loaded=loaded, all=frames)
        yield Note("loading", translate("ViewerFidelity", "partly loaded"), text, is_caution=True)


def _geometry(header: SeriesHeader) -> Iterator[Note]:
    for warning in header.source.warnings:
        yield Note("geometry", translate("ViewerFidelity", "see geometry"), remark(warning), is_caution=True)
    if header.calibration:
        yield Note("calibration", "", remark(header.calibration))
    elif header.spacing_mm is None:
        text = translate("ViewerFidelity", "The file gives no pixel spacing: nothing can be measured in mm.")
        yield Note("calibration", "", text)
