"""Softcopy presentation states as values: how somebody wanted images to be shown, and what they drew over them.

What belongs here: DICOM PS3.3 C.10 and C.11 as frozen values. What does not: reading files (viewers.dicom.gsps),
showing images as a state says (applying) and painting its graphics (graphics).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from study_configs.words import translate
from viewers.volume import Instance, LookupTable, OverlayPlane, Rescale, SeriesHeader, Shutter, Window

Point = tuple[float, float]
Colour = tuple[int, int, int]  # red, green, blue, 0..255
Units = Literal["image", "area"]  # image points; or shares (x, y) of the displayed area, 0..1
Shape = Literal["point", "polyline", "interpolated", "circle", "ellipse"]
SizeMode = Literal["fit", "true size", "magnify"]
Operation = Literal["average", "interval"]


@dataclass(frozen=True, slots=True)
class Reference:
    """An image that something concerns; `frames` count from 0, () means all of its frames."""

    sop_uid: str
    frames: tuple[int, ...] = ()

    def covers(self, instance: Instance) -> bool:
        return self.sop_uid == instance.sop_uid and (not self.frames or instance.frame in self.frames)


References = tuple[Reference, ...]  # () means every image of the state


@dataclass(frozen=True, slots=True)
class Drawing:
    """One graphic: a circle has its centre and a point on it, an ellipse the ends of its major and minor axes."""

    shape: Shape
    points: tuple[Point, ...]
    units: Units = "image"
    filled: bool = False
    colour: Colour | None = None
    width_px: float = 1.0


@dataclass(frozen=True, slots=True)
class Words:
    """A text in a box (left, top, right, bottom), at an anchor, or both: then a line joins them."""

    text: str
    box: tuple[float, float, float, float] | None = None
    box_units: Units = "area"
    anchor: Point | None = None
    anchor_units: Units = "image"
    anchor_shown: bool = False
    align: Literal["left", "centre", "right"] = "left"
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one layer draws over some images."""

    layer: str
    references: References
    drawings: tuple[Drawing, ...]
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class GraphicLayer:
    """Layers lie over each other in this order, the lowest first; `colour` None leaves it to us."""

    name: str
    order: int
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """The part of some images to be displayed, from pixel to pixel, both shown; image points (column, row) from 0.

    The first is the corner that lies top left after turning. `spacing_mm` (row, column) or `aspect` (height, width) say
    what a pixel is like.
    """

    references: References
    top_left: Point
    bottom_right: Point
    mode: SizeMode = "fit"
    magnification: float = 1.0
    spacing_mm: tuple[float, float] | None = None
    aspect: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Voi:
    """The windows for some images."""

    references: References
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Mask:
    """What is subtracted from frames (PS3.3 C.7.6.10): the mean of mask frames, or the frame `interval` before.

    Frames count from 0; `ranges` are the (first, last) frames that it is for, () all. `averaged` contrast frames are
    averaged first. `shift` (row, column) moves the mask down and to the right before.
    """

    operation: Operation
    frames: tuple[int, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()
    interval: int = 1
    averaged: int = 1
    shift: tuple[float, float] = (0.0, 0.0)

    def covers(self, frame: int) -> bool:
        return not self.ranges or any(first <= frame <= last for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class PresentationState:
    """One presentation state. `images` are those that it is about; `overlays` says which 60xx groups are drawn, and in
    which layer, and `planes` are its own. `quarter_turns` clockwise come before `mirrored` (left and right).
    """

    path: Path
    sop_uid: str
    label: str
    description: str
    creator: str
    created: str
    images: References
    vois: tuple[Voi, ...] = ()
    rescale: Rescale | None = None
    presentation: LookupTable | None = None
    is_inverse: bool = False
    areas: tuple[Area, ...] = ()
    layers: tuple[GraphicLayer, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    overlays: tuple[tuple[int, str], ...] = ()
    planes: tuple[OverlayPlane, ...] = ()
    shutter: Shutter | None = None
    quarter_turns: int = 0
    mirrored: bool = False
    masks: tuple[Mask, ...] = ()
    palette: tuple[Colour, ...] = ()
    is_colour: bool = False

    @property
    def title(self) -> str:
        """What people read in a list."""
        return self.description or self.label.replace("_", " ") or translate("ViewerStates", "Presentation state")

    def covers(self, instance: Instance) -> bool:
        return any(image.covers(instance) for image in self.images)

    def slices_of(self, header: SeriesHeader) -> tuple[int, ...]:
        """The slices of a series, as its files have it, that the state is about."""
        return tuple(n for n, instance in enumerate(header.source.instances) if self.covers(instance))


def concerns(references: References, instance: Instance) -> bool:
    """Whether a part of a state is for an image of it."""
    return not references or any(reference.covers(instance) for reference in references)


def states_for(states: tuple[PresentationState, ...], header: SeriesHeader) -> tuple[PresentationState, ...]:
    """The states that are about images of this series, the newest first."""
    own = [state for state in states if state.slices_of(header)]
    return tuple(sorted(own, key=lambda state: state.created, reverse=True))
