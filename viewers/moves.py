"""What each command of the vocabulary makes of a view: scrolling, windows and zoom as a table of pure functions.

What belongs here: commands that change one view. What does not: layouts, links, series, layers (grid and app.windows).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar, get_args

from study_configs.words import translate
from viewers.comparing.hanging import opening_view
from viewers.drawing.colour_maps import next_name
from viewers.presets import auto_window, next_file_window, opening_window, opens_inverted
from viewers.shown_words import remark, window_name
from viewers.view import (
    ZOOM_STEP,
    Filter,
    Interpolation,
    View,
    fitted,
    inverted,
    kept_in_sight,
    one_to_one,
    panned,
    scrolled,
    true_size,
    windowed,
    zoomed,
)
from viewers.volume import Volume
from viewers.window_presets import ON_KEYS, preset_window, presets_for

PAN_SHARE = 0.1  # of the viewport's smaller side, one key press
WINDOW_SHARE = 0.1  # of the window's width


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What a command works on: a volume in a viewport of width × height logical pixels."""

    volume: Volume
    width: int
    height: int
    device_pixel_ratio: float = 1.0
    px_per_mm: float | None = None  # of the screen, in logical pixels; None where its size is not known

    @property
    def frames(self) -> int:
        return self.volume.header.frames


Move = Callable[[View, Stage], View]
T = TypeVar("T")
INTERPOLATIONS: tuple[Interpolation, ...] = get_args(Interpolation)
FILTERS: tuple[Filter, ...] = get_args(Filter)


def moved(command_id: str, view: View, stage: Stage) -> View | None:
    """The view after the command; None where the command is not about one view."""
    move = MOVES.get(command_id)
    return move(view, stage) if move is not None else None


def refused(command_id: str, stage: Stage) -> str:
    """Why a command that changed nothing could not do what it is for, in a sentence; "" where it simply had nothing."""
    header = stage.volume.header
    if command_id == "zoom.true_size" and header.spacing_mm is None:
        why = translate("ViewerMoves", "True size is not known: this image is not calibrated in mm.")
        return f"{why} {remark(header.calibration)}".rstrip()
    if command_id == "zoom.true_size" and stage.px_per_mm is None:
        return translate(
            "ViewerMoves",
            "True size is not known: this screen does not say how large it is. Measure it with Ctrl+F12.",
        )
    number = command_id.removeprefix("window.preset.")
    if number == command_id:
        return ""
    offered = presets_for(header)
    if int(number) > len(offered):
        return translate("ViewerMoves", "There is no such window for this image.")
    name = window_name(offered[int(number) - 1].name)
    return translate("ViewerMoves", "{window}: the file does not say enough for it.").format(window=name)


def fit(view: View, stage: Stage) -> View:
    whole = fitted(stage.volume.header, stage.width, stage.height, slice_index=view.slice_index, window=view.window)
    return replace(view, zoom=whole.zoom, centre_px=whole.centre_px)


def _by(steps: int) -> Move:
    return lambda view, stage: scrolled(view, steps, stage.frames)


def _by_pages(pages: int) -> Move:
    return lambda view, stage: scrolled(view, pages * max(1, stage.frames // 10), stage.frames)


def _preset(number: int) -> Move:
    """The numbered window of the series' modality and body part, where it offers so many and this one applies."""

    def move(view: View, stage: Stage) -> View:
        offered = presets_for(stage.volume.header)[number - 1 : number]
        window = preset_window(offered[0], stage.volume, view.slice_index) if offered else None
        return view if window is None else replace(view, window=window)

    return move


def _window_by(centre: int, width: int) -> Move:
    def move(view: View, stage: Stage) -> View:
        step = view.window.width * WINDOW_SHARE
        return view if stage.volume.is_colour else windowed(view, centre * step, width * step)

    return move


def _pan(right: int, down: int) -> Move:
    def move(view: View, stage: Stage) -> View:
        step = PAN_SHARE * min(stage.width, stage.height)
        return kept_in_sight(panned(view, stage.volume.header, right * step, down * step), stage.volume.header)

    return move


def _true_size(view: View, stage: Stage) -> View:
    """In mm where image and screen both are known in mm; else as it was, and `refused` says why."""
    if stage.px_per_mm is None or stage.volume.header.spacing_mm is None:
        return view
    return true_size(view, stage.px_per_mm)


def _auto(view: View, stage: Stage) -> View:
    if stage.volume.is_colour or not stage.volume.loaded[view.slice_index]:
        return view
    return replace(view, window=auto_window(stage.volume, view.slice_index))


def _from_file(view: View, stage: Stage) -> View:
    """The file's window, by turns where it names several; without one, the window that the series opened with."""
    window = next_file_window(stage.volume.header, view.slice_index, view.window)
    return replace(view, window=window or opening_window(stage.volume, view.slice_index))


def _recoloured(view: View, stage: Stage) -> View:
    """Through the next colour map; maps rise from dark to bright, so that grey alone may be shown inverted."""
    if stage.volume.is_colour:
        return view
    name = next_name(view.colour_map)
    return replace(view, colour_map=name, inverted=not name and opens_inverted(stage.volume.header))


def _next(values: tuple[T, ...], value: T) -> T:
    return values[(values.index(value) + 1) % len(values)]


def _larger(factor: float) -> Move:
    def move(view: View, stage: Stage) -> View:
        middle = (stage.width / 2, stage.height / 2)
        return zoomed(view, stage.volume.header, stage.width, stage.height, factor, *middle)

    return move


def _reset(view: View, stage: Stage) -> View:
    return opening_view(stage.volume, stage.width, stage.height, view.slice_index)


MOVES: dict[str, Move] = {
    "scroll.next": _by(1),
    "scroll.previous": _by(-1),
    "scroll.next10": _by(10),
    "scroll.previous10": _by(-10),
    "scroll.page_down": _by_pages(1),
    "scroll.page_up": _by_pages(-1),
    "scroll.first": lambda view, stage: scrolled(view, -stage.frames, stage.frames),
    "scroll.last": lambda view, stage: scrolled(view, stage.frames, stage.frames),
    **{f"window.preset.{n}": _preset(n) for n in range(1, ON_KEYS + 1)},
    "window.wider": _window_by(0, 1),
    "window.narrower": _window_by(0, -1),
    "window.brighter": _window_by(-1, 0),
    "window.darker": _window_by(1, 0),
    "window.file": _from_file,
    "window.auto": _auto,
    "colours.next": _recoloured,
    "interpolation.next": lambda view, stage: replace(view, interpolation=_next(INTERPOLATIONS, view.interpolation)),
    "filter.next": lambda view, stage: replace(view, filter=_next(FILTERS, view.filter)),
    "invert": lambda view, stage: inverted(view),
    "zoom.in": _larger(ZOOM_STEP),
    "zoom.out": _larger(1 / ZOOM_STEP),
    "zoom.fit": fit,
    "zoom.one_to_one": lambda view, stage: one_to_one(view, stage.volume.header, stage.device_pixel_ratio),
    "zoom.true_size": _true_size,
    "pan.left": _pan(-1, 0),
    "pan.right": _pan(1, 0),
    "pan.up": _pan(0, -1),
    "pan.down": _pan(0, 1),
    "view.reset": _reset,
}
