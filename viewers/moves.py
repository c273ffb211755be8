"""What each command of the vocabulary makes of a view: scrolling, windows and zoom as a table of pure functions.

What belongs here: commands that change one view. What does not: layouts, links, series, layers (grid and app.windows).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from viewers.hanging import opening_view
from viewers.presets import CT_PRESETS, auto_window, opening_window
from viewers.view import ZOOM_STEP, View, fitted, inverted, one_to_one, scrolled, zoomed
from viewers.volume import Volume, Window


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What a command works on: a volume in a viewport of width × height logical pixels."""

    volume: Volume
    width: int
    height: int
    device_pixel_ratio: float = 1.0

    @property
    def frames(self) -> int:
        return self.volume.header.frames


Move = Callable[[View, Stage], View]


def moved(command_id: str, view: View, stage: Stage) -> View | None:
    """The view after the command; None where the command is not about one view."""
    move = MOVES.get(command_id)
    return move(view, stage) if move is not None else None


def fit(view: View, stage: Stage) -> View:
    whole = fitted(stage.volume.header, stage.width, stage.height, slice_index=view.slice_index, window=view.window)
    return replace(whole, inverted=view.inverted)


def _by(steps: int) -> Move:
    return lambda view, stage: scrolled(view, steps, stage.frames)


def _by_pages(pages: int) -> Move:
    return lambda view, stage: scrolled(view, pages * max(1, stage.frames // 10), stage.frames)


def _through(window: Window) -> Move:
    def move(view: View, stage: Stage) -> View:
        return replace(view, window=window) if stage.volume.header.modality == "CT" else view

    return move


def _auto(view: View, stage: Stage) -> View:
    if stage.volume.is_colour or not stage.volume.loaded[view.slice_index]:
        return view
    return replace(view, window=auto_window(stage.volume, view.slice_index))


def _from_file(view: View, stage: Stage) -> View:
    return replace(view, window=opening_window(stage.volume, view.slice_index))


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
    **{f"window.preset.{n}": _through(window) for n, window in enumerate(CT_PRESETS, 1)},
    "window.file": _from_file,
    "window.auto": _auto,
    "invert": lambda view, stage: inverted(view),
    "zoom.in": _larger(ZOOM_STEP),
    "zoom.out": _larger(1 / ZOOM_STEP),
    "zoom.fit": fit,
    "zoom.one_to_one": lambda view, stage: one_to_one(view, stage.volume.header, stage.device_pixel_ratio),
    "view.reset": _reset,
}
