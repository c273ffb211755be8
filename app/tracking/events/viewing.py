"""What the reader does and what the images show: commands, input, views, layouts.

What belongs here: the images' side. What does not: the AI over them (advice).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.tracking.events.base import Event, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandIssued(Event):
    """A named command of the one vocabulary (keyboard, mouse, menu and simulated readers issue the same ones)."""

    command: str
    source: Source
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(Event):
    """A key outside text fields, by name ("PageDown"); never text."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicked(Event):
    viewport: int
    button: str
    column: float
    row: float
    slice_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelTurned(Event):
    viewport: int
    steps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerMoved(Event):
    """A batch of pointer samples over one viewport: (at_ns, column, row, slice index), image pixels."""

    viewport: int
    samples: tuple[tuple[int, float, float, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewChanged(Event):
    """What a viewport shows from `at_ns` on, after it was painted.

    `series_uid` names the stack as `SeriesOpened` introduced it last; a plane cut across it or a turned image has a
    name of its own ("1.2.3@coronal"), and slice and centre are counted in that. `size_px` (width, height) is the
    viewport's in logical pixels, `dpr` device pixels in each: with them the picture can be drawn again to the pixel.
    Logs of before they were kept have (0, 0).
    """

    viewport: int
    series_uid: str
    slice_index: int
    centre_px: tuple[float, float]
    zoom: float
    window_centre: float
    window_width: float
    inverted: bool
    slab: str = ""  # such as "max 10" (mm); empty for a single slice
    interpolation: str = "smooth"
    filter: str = ""
    colour_map: str = ""
    window_shape: str = "linear"  # "table": a table of values of the image's file, by the window's name
    window_name: str = ""
    size_px: tuple[int, int] = (0, 0)
    dpr: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionChanged(Event):
    """Another series lies over a viewport's from `at_ns` on, or none ("" for its name), and how it is coloured.

    The window is in `units`: modality values × `factor`.
    """

    viewport: int
    series_uid: str
    window_centre: float = 0.0
    window_width: float = 1.0
    window_shape: str = "linear"
    units: str = ""
    factor: float = 1.0
    colour_map: str = ""
    opacity: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewportEmptied(Event):
    viewport: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesOpened(Event):
    """A series of the case came within reach; where its slices lie, so that places in mm can be found again.

    An oblique plane that is tipped further is opened again, with its new affine.

    `affine` is the 4×4 voxel (column, row, slice) → LPS mm matrix row by row, empty without patient geometry.
    """

    trial: int
    series_uid: str
    modality: str
    rows: int
    columns: int
    frames: int
    affine: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyImagesChanged(Event):
    """The images that the reader has set apart, as they now are: SOP instance UIDs, with "#frame" (from 0) in cines."""

    trial: int
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutChanged(Event):
    rows: int
    columns: int
    linked: bool
