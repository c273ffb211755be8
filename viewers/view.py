"""How a reader looks at a volume: which slice, where, how large, through which window.

What belongs here: the frozen `View` and the pure functions that make the next one.
What does not: pixels and Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from viewers.volume import SeriesHeader, Window


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at one series in a viewport.

    `centre_px` is the image point (column, row; pixel centres at integers, fractions allowed) at the viewport's middle.
    `zoom` is logical screen pixels per mm along both axes (per pixel width where the image is not calibrated), so that
    non-square pixels are shown in true proportion.
    """

    slice_index: int
    centre_px: tuple[float, float]
    zoom: float
    window: Window
    inverted: bool = False


def fitted(header: SeriesHeader, width: int, height: int, *, slice_index: int, window: Window) -> View:
    """The view that shows the whole image in a viewport of width × height logical pixels."""
    row_mm, column_mm = header.pixel_mm
    zoom = min(width / (header.columns * column_mm), height / (header.rows * row_mm))
    return View(slice_index, ((header.columns - 1) / 2, (header.rows - 1) / 2), zoom, window)


def scrolled(view: View, steps: int, frames: int) -> View:
    return replace(view, slice_index=max(0, min(frames - 1, view.slice_index + steps)))


def panned(view: View, header: SeriesHeader, dx: float, dy: float) -> View:
    """The view after the image was dragged by (dx, dy) logical screen pixels."""
    row_mm, column_mm = header.pixel_mm
    column, row = view.centre_px
    return replace(view, centre_px=(column - dx / (view.zoom * column_mm), row - dy / (view.zoom * row_mm)))


def screen_to_image(view: View, header: SeriesHeader, width: int, height: int, x: float, y: float) -> tuple[float, float]:
    """Viewport point (logical pixels, origin top left) → image point (column, row)."""
    row_mm, column_mm = header.pixel_mm
    return (
        view.centre_px[0] + (x - width / 2) / (view.zoom * column_mm),
        view.centre_px[1] + (y - height / 2) / (view.zoom * row_mm),
    )


def image_to_screen(view: View, header: SeriesHeader, width: int, height: int, column: float, row: float) -> tuple[float, float]:
    """Image point (column, row) → viewport point (logical pixels, origin top left)."""
    row_mm, column_mm = header.pixel_mm
    return (
        width / 2 + (column - view.centre_px[0]) * view.zoom * column_mm,
        height / 2 + (row - view.centre_px[1]) * view.zoom * row_mm,
    )
