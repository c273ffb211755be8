"""How a reader looks at a volume: which slice, where, how large, through which window.

What belongs here: the frozen `View` and the pure functions that make the next one.
What does not: pixels and Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from viewers.volume import SeriesHeader, Window

MAX_SCREEN_PX_PER_IMAGE_PX = 64.0
ZOOM_STEP = 1.25  # one key press or wheel step


Projection = Literal["max", "min", "mean"]
Interpolation = Literal["smooth", "linear", "nearest"]
Filter = Literal["", "smooth", "sharpen"]


@dataclass(frozen=True, slots=True)
class Slab:
    """Several slices shown as one: the brightest, darkest or mean value along the stack, `thickness_mm` deep."""

    projection: Projection
    thickness_mm: float


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at one series in a viewport.

    `centre_px` is the image point (column, row; pixel centres at integers, fractions allowed) at the viewport's middle.
    `zoom` is logical screen pixels per mm along both axes (per pixel width where the image is not calibrated), so that
    non-square pixels are shown in true proportion. `interpolation` "smooth" is cubic once the view rests and linear
    while it moves. `colour_map` names a map of resources/colour_maps; "" is grey.
    """

    slice_index: int
    centre_px: tuple[float, float]
    zoom: float
    window: Window
    inverted: bool = False
    slab: Slab | None = None
    interpolation: Interpolation = "smooth"
    filter: Filter = ""
    colour_map: str = ""


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


def screen_to_image(
    view: View, header: SeriesHeader, width: int, height: int, x: float, y: float
) -> tuple[float, float]:
    """Viewport point (logical pixels, origin top left) → image point (column, row)."""
    row_mm, column_mm = header.pixel_mm
    return (
        view.centre_px[0] + (x - width / 2) / (view.zoom * column_mm),
        view.centre_px[1] + (y - height / 2) / (view.zoom * row_mm),
    )


def image_to_screen(
    view: View, header: SeriesHeader, width: int, height: int, column: float, row: float
) -> tuple[float, float]:
    """Image point (column, row) → viewport point (logical pixels, origin top left)."""
    row_mm, column_mm = header.pixel_mm
    return (
        width / 2 + (column - view.centre_px[0]) * view.zoom * column_mm,
        height / 2 + (row - view.centre_px[1]) * view.zoom * row_mm,
    )


def zoomed(view: View, header: SeriesHeader, width: int, height: int, factor: float, x: float, y: float) -> View:
    """The view enlarged by `factor` so that the image point under viewport point (x, y) stays where it is."""
    row_mm, column_mm = header.pixel_mm
    finest = MAX_SCREEN_PX_PER_IMAGE_PX / min(row_mm, column_mm)
    coarsest = min(width / (header.columns * column_mm), height / (header.rows * row_mm)) / 4
    zoom = max(min(coarsest, finest), min(finest, view.zoom * factor))
    column, row = screen_to_image(view, header, width, height, x, y)
    dx, dy = (x - width / 2) / zoom, (y - height / 2) / zoom
    return replace(view, zoom=zoom, centre_px=(column - dx / column_mm, row - dy / row_mm))


def one_to_one(view: View, header: SeriesHeader, device_pixel_ratio: float = 1.0) -> View:
    """The view in which one image pixel's width is one device pixel, about the same centre."""
    return replace(view, zoom=1.0 / (header.pixel_mm[1] * device_pixel_ratio))


def windowed(view: View, dcentre: float, dwidth: float) -> View:
    """The view with its window moved and widened, in modality units; never narrower than DICOM allows."""
    window = view.window
    narrowest = 1.0 if window.shape == "linear" else 1e-6
    width = max(narrowest, window.width + dwidth)
    return replace(view, window=replace(window, centre=window.centre + dcentre, width=width, name=""))


def true_size(view: View, px_per_mm: float) -> View:
    """The view in which a mm of the patient is a mm of the screen, which has `px_per_mm` logical pixels in each."""
    return replace(view, zoom=px_per_mm)


def kept_in_sight(view: View, header: SeriesHeader) -> View:
    """The view with its centre moved onto the image, where it lies outside: the image never gets lost."""
    column, row = view.centre_px
    return replace(view, centre_px=(max(0.0, min(header.columns - 1, column)), max(0.0, min(header.rows - 1, row))))


def inverted(view: View) -> View:
    return replace(view, inverted=not view.inverted)


def magnification(view: View, header: SeriesHeader, device_pixel_ratio: float = 1.0) -> float:
    """Device pixels per image pixel along a row: 1.0 is one to one."""
    return view.zoom * header.pixel_mm[1] * device_pixel_ratio
