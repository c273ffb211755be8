"""A slice as a PNG, drawn by the same renderer and painter as the screen.

What belongs here: `readerlab render`. What does not: windows, and which AI layers lie over the image (layered).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.rendering.layered import NO_LAYERS, Layered, WantedLayers, best_slice, images_of, layered, paint_layers
from study_configs.problem import StudyProblem
from viewers.comparing.hanging import opening_view
from viewers.dicom.load import load
from viewers.dicom.scan import Scan, scan
from viewers.drawing.colour_maps import TITLES
from viewers.drawing.render import SliceRenderer
from viewers.presentation.states import PresentationState
from viewers.view import View, fitted, one_to_one
from viewers.volume import SeriesHeader, Volume, Window

WIDEST = 16_384  # pixels
Canvas = NDArray[np.uint8]
PLANES = ("native", "axial", "coronal", "sagittal")
INTERPOLATIONS = ("smooth", "linear", "nearest")
FILTERS = ("none", "smooth", "sharpen")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a series is drawn, and how; what is not said is as the viewer shows it on opening.

    `series`, `slice_number` and `file_window` count from 1; `window` is "CENTRE,WIDTH", `size` "WIDTHxHEIGHT" in
    pixels, "" the image at one to one. `state` is a presentation state's file.
    """

    series: int = 1
    slice_number: int | None = None
    window: str = ""
    file_window: int | None = None
    preset: str = ""
    invert: bool | None = None
    state: Path | None = None
    state_graphics_only: bool = False
    overlays: bool = True
    shutter: bool = True
    interpolation: str = "smooth"
    filter: str = "none"
    colour_map: str = ""
    plane: str = "native"
    size: str = "1024x1024"
    layers: WantedLayers = NO_LAYERS


def write_picture(path: Path, out: Path, wanted: Wanted) -> tuple[str, ...]:
    """Draw a picture of a DICOM file or folder and write it as PNG; returns what of AI is not shown, in words.

    Raises StudyProblem.
    """
    canvas, over = drawn_with_layers(path, wanted)
    try:
        out.write_bytes(cv2.imencode(".png", canvas)[1].tobytes())
    except OSError as error:
        raise StudyProblem(
            f"The picture can't be written ({error.strerror}).", where=str(out), todo="Name another file."
        ) from error
    return over.remarks


def picture(path: Path, wanted: Wanted) -> Canvas:
    """The picture as (rows, columns, 3) uint8, blue green red. Raises StudyProblem."""
    return drawn_with_layers(path, wanted)[0]


def drawn_with_layers(path: Path, wanted: Wanted) -> tuple[Canvas, Layered]:
    """The picture, and the AI that lies over it. Without a slice's number, the one with the best finding is drawn."""
    _check_names(wanted)
    path = images_of(path, wanted.layers)
    scanned = scan(path)
    header = _series(scanned, path, wanted.series)
    over = layered(wanted.layers, path, scanned.series) if wanted.layers.words else Layered()
    volume = load(header)
    if not wanted.shutter:
        volume = _without_shutters(volume)
    if not wanted.size and wanted.plane == "native":
        volume = replace(volume, header=replace(volume.header, spacing_mm=None, aspect=(1.0, 1.0)))
    volume = _in_plane(volume, wanted.plane)
    best = best_slice(over, volume.header) if wanted.slice_number is None else None
    wanted = wanted if best is None else replace(wanted, slice_number=best + 1)
    state = _state(wanted)
    size = _pixels(wanted.size) if wanted.size else _native_size(volume, None if wanted.state_graphics_only else state)
    volume, view = _shown(volume, state, wanted, size, path)
    drawn = SliceRenderer().render(volume, view, *size)
    if drawn is None:
        raise StudyProblem("There is nothing to draw.", where=str(path), todo="Choose another slice.")
    colour = drawn.pixels if drawn.pixels.ndim == 3 else cv2.cvtColor(drawn.pixels, cv2.COLOR_GRAY2BGRA)
    canvas = np.zeros((size[1], size[0], 4), np.uint8)
    rows, columns = colour.shape[:2]
    canvas[drawn.top : drawn.top + rows, drawn.left : drawn.left + columns] = colour
    if wanted.overlays:
        _paint_graphics(canvas, volume, drawn.view, state)
    if over.layers:
        paint_layers(canvas, volume, drawn, over)
    return np.ascontiguousarray(canvas[..., :3]), over


def _shown(
    volume: Volume, state: PresentationState | None, wanted: Wanted, size: tuple[int, int], path: Path
) -> tuple[Volume, View]:
    index = None if wanted.slice_number is None else wanted.slice_number - 1
    if index is not None and index >= volume.header.frames:
        raise StudyProblem(f"The series has {volume.header.frames} slices.", where=str(path), todo="Name one of them.")
    view = opening_view(volume, *size, index)
    if state is not None and not state.slices_of(volume.header):
        raise StudyProblem(
            "The presentation state is about other images.", where=str(wanted.state), todo="Name its own series."
        )
    if state is not None and not wanted.state_graphics_only:
        from viewers.presentation.applying import applied

        volume, view = applied(state, volume, view, *size)
    if not wanted.size:
        view = _one_to_one(volume, view)
    return volume, _changed(volume, view, wanted)


def _native_size(volume: Volume, state: PresentationState | None) -> tuple[int, int]:
    """(width, height) of the image as it lies after a state has turned it."""
    size = (volume.header.columns, volume.header.rows)
    return size[::-1] if state is not None and state.quarter_turns % 2 else size


def _one_to_one(volume: Volume, view: View) -> View:
    """Every image pixel on one of the picture's; square, as the size says."""
    header = volume.header
    whole = fitted(header, header.columns, header.rows, slice_index=view.slice_index, window=view.window)
    return one_to_one(replace(view, centre_px=whole.centre_px), header)


def _changed(volume: Volume, view: View, wanted: Wanted) -> View:
    """The view as the options ask for it."""
    window = _window(volume, view, wanted)
    return replace(
        view,
        window=view.window if window is None else window,
        inverted=view.inverted if wanted.invert is None else wanted.invert,
        interpolation=wanted.interpolation,  # type: ignore[arg-type]  # checked by name
        filter="" if wanted.filter == "none" else wanted.filter,  # type: ignore[arg-type]
        colour_map=wanted.colour_map or view.colour_map,
    )


def _window(volume: Volume, view: View, wanted: Wanted) -> Window | None:
    if wanted.window:
        centre, breadth = _numbers(wanted.window, ",", "--window", "-600,1500")
        return Window(centre, max(1.0, breadth))
    if wanted.file_window is not None:
        given = volume.header.instances[view.slice_index].windows
        if not 1 <= wanted.file_window <= len(given):
            raise StudyProblem(f"The file names {len(given)} windows.", todo="Number one of them with --file-window.")
        return given[wanted.file_window - 1]
    return _preset(volume, view, wanted.preset) if wanted.preset else None


def _preset(volume: Volume, view: View, name: str) -> Window:
    from viewers.window_presets import preset_window, presets_for

    offered = {preset.name.lower(): preset for preset in presets_for(volume.header)}
    chosen = offered.get(name.lower())
    window = preset_window(chosen, volume, view.slice_index) if chosen is not None else None
    if window is None:
        raise StudyProblem(f"There is no preset {name!r} for this series.", todo=f"Name one of: {', '.join(offered)}.")
    return window


def _in_plane(volume: Volume, plane: str) -> Volume:
    if plane == "native":
        return volume
    from viewers.planes.recut import recut

    return recut(volume, plane)  # type: ignore[arg-type]  # checked by name


def _state(wanted: Wanted) -> PresentationState | None:
    if wanted.state is None:
        return None
    from viewers.dicom.gsps import read_state
    from viewers.dicom.problems import BadFile

    try:
        return read_state(wanted.state)
    except BadFile as problem:
        found = problem.at(wanted.state)
        raise StudyProblem(found.what, where=str(found.path), todo=found.todo) from problem


def _paint_graphics(canvas: Canvas, volume: Volume, view: View, state: PresentationState | None) -> None:
    """Overlays and graphics into the picture, by the viewport's own painter."""
    drawn = any(instance.overlays for instance in volume.header.source.instances)
    if state is None and not drawn:
        return
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication, QImage, QPainter

    from viewers.presentation.graphics import GraphicsPainter

    _app = QGuiApplication.instance() or QGuiApplication([])  # texts need one; kept, or Qt goes with it
    height, width = canvas.shape[:2]
    image = QImage(canvas.data, width, height, canvas.strides[0], QImage.Format.Format_RGB32)
    painter = GraphicsPainter()
    painter.state = state
    with QPainter(image) as qpainter:
        painter.paint(qpainter, volume, view, width, height, 1.0)


def _without_shutters(volume: Volume) -> Volume:
    instances = tuple(replace(instance, shutter=None) for instance in volume.header.instances)
    return replace(volume, header=replace(volume.header, instances=instances))


def _series(scanned: Scan, path: Path, number: int) -> SeriesHeader:
    found = scanned.series
    if not found and scanned.problems:
        first = scanned.problems[0]
        raise StudyProblem(first.what, where=str(first.path), todo=first.todo)
    if number > len(found):
        raise StudyProblem(f"There are {len(found)} series.", where=str(path), todo="Name one of them with --series.")
    return found[number - 1]


def _check_names(wanted: Wanted) -> None:
    for option, value, known in (
        ("--plane", wanted.plane, PLANES),
        ("--interpolation", wanted.interpolation, INTERPOLATIONS),
        ("--filter", wanted.filter, FILTERS),
        ("--colour-map", wanted.colour_map, TITLES),
    ):
        _check_name(option, value, known)


def _check_name(option: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        names = ", ".join(name for name in known if name)
        raise StudyProblem(f"{value!r} is not what {option} takes.", todo=f"Write one of: {names}.")


def _pixels(size: str) -> tuple[int, int]:
    width, height = (round(number) for number in _numbers(size, "x", "--size", "1024x1024"))
    if not (1 <= width <= WIDEST and 1 <= height <= WIDEST):
        raise StudyProblem(f"{size!r} is no size of a picture.", todo=f"Write each side in pixels, 1 to {WIDEST}.")
    return width, height


def _numbers(text: str, between: str, option: str, example: str) -> tuple[float, float]:
    wrong = StudyProblem(f"{text!r} is not what {option} takes.", todo=f"Write it like {example}.")
    try:
        first, second = (float(part) for part in text.split(between))
    except ValueError:
        raise wrong from None
    if not (math.isfinite(first) and math.isfinite(second)):
        raise wrong
    return first, second
