"""What the reader does and what the images show: commands, input, views, layouts.

What belongs here: the images' side. What does not: the AI over them (advice).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.tracking.events.base import Column, DenseEvent, Event, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandIssued(Event):
    """A named command of the one vocabulary (keyboard, mouse, menu and simulated readers issue the same ones).

    It was asked for; what came of it, if anything, other events say. `argument` is what was taken from a list.
    """

    command: str
    source: Source
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolChosen(Event):
    """Which tool is in the reader's hand from `at_ns` on, by the command that takes it ("measure.length", "mark.tool").

    "" for none: then the hand does what GesturesChanged says.
    """

    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GesturesChanged(Event):
    """What each button, wheel turn or finger does from `at_ns` on: an action or a command, by gesture."""

    gestures: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(Event):
    """A key outside text fields, by name ("PageDown"); never text."""

    key: str
    stamp_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicked(Event):
    """A mouse button was pressed over an image, in logs of before PointerPressed came in its place."""

    viewport: int
    button: str
    column: float
    row: float
    slice_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerPressed(Event):
    """A mouse button went down over a viewport's image; image pixels, pixel centres at whole numbers.

    `series_uid` is the stack under the pointer as in ViewChanged, so it says the plane too; `position_mm` the same
    place in LPS mm, None where the stack has no patient geometry. `stamp_ms` is the window system's own time of the
    input (another clock, from an unknown beginning; 0 where it gives none).
    """

    viewport: int
    button: str
    series_uid: str
    column: float
    row: float
    slice_index: int
    position_mm: tuple[float, float, float] | None
    stamp_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerReleased(Event):
    """The mouse button came up again, wherever the pointer is by then: fields as of PointerPressed.

    A drag that ends beside the image ends at the image point where it would lie if the image went on.
    """

    viewport: int
    button: str
    series_uid: str
    column: float
    row: float
    slice_index: int
    position_mm: tuple[float, float, float] | None
    stamp_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerEntered(Event):
    """The pointer is over another part of the reading window from `at_ns` on.

    `panel` is a name of PanelsPlaced ("viewport 0", "questions", "findings", "layers", "series", "worklist", "menu"),
    "" for outside the window and for what has no name.
    """

    panel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelTurned(Event):
    """The wheel was turned over a viewport by so many notches; away from the reader is positive."""

    viewport: int
    steps: float
    stamp_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerMoved(DenseEvent):
    """The pointer's way over one viewport's image, in samples; the next event of the kind goes on where it ends.

    `series_uid` is the stack under the pointer as in ViewChanged ("1.2.3", or "1.2.3@coronal" for a plane cut across
    it; "" in old logs). The place in LPS mm is that stack's SeriesOpened.affine · (column, row, slice).
    """

    viewport: int
    series_uid: str = ""
    samples: tuple[tuple[int, float, float, int], ...]
    columns: ClassVar[tuple[Column, ...]] = (
        Column("at_ns", "ns"),
        Column("column", "px", 0.01),
        Column("row", "px", 0.01),
        Column("slice_index", "slice"),
    )


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
    """A viewport shows no image any more: cleared, blanked by a pause, or its slice is not loaded."""

    viewport: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesOpened(Event):
    """A series of the case came within reach; where its slices lie, so that places in mm can be found again.

    An oblique plane that is tipped further is opened again, with its new affine.

    `affine` is the 4×4 voxel (column, row, slice) → LPS mm matrix row by row, empty without patient geometry.
    `pixel_mm` is the (row, column) spacing that it is drawn with, pixels' proportions where it is not calibrated; with
    it `ViewChanged.zoom` gives places on the screen. Logs of before it was kept have (0, 0): the affine tells it then.
    """

    trial: int
    series_uid: str
    modality: str
    rows: int
    columns: int
    frames: int
    affine: tuple[float, ...]
    pixel_mm: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesHashed(Event):
    """All images of a series were in memory, and these are they: by this a replay knows the same pixels again.

    `stored_sha256` is over the stored values as the files have them (viewers.pixel_digest). A series that never was
    whole in memory while its case was open has none.
    """

    trial: int
    series_uid: str
    stored_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyImagesChanged(Event):
    """The images that the reader has set apart, as they now are: SOP instance UIDs, with "#frame" (from 0) in cines."""

    trial: int
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutChanged(Event):
    """The grid has so many rows and columns from `at_ns` on, and its viewports scroll together or not."""

    rows: int
    columns: int
    linked: bool
