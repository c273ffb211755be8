"""One model of AI results, whatever form they arrived in: findings and maps in patient mm, with provenance.

What belongs here: the frozen values. What does not: reading them (sources), placing them over images (placing),
changing them (planted), drawing them (painting).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float, float]  # LPS mm
Pixel = tuple[float, float]  # image point (column, row), pixel centres at integers, from 0
Colour = tuple[int, int, int]  # sRGB
Origin = Literal["model", "shifted", "edited", "sham", "human_written"]
MapKind = Literal["binary", "label", "fractional", "probability", "saliency", "parametric"]
Laterality = Literal["", "left", "right", "both"]
ImageKind = Literal["point", "box", "ellipse", "polygon", "polyline"]


@dataclass(frozen=True, slots=True)
class Code:
    """A coded concept (DICOM PS3.3 8): `value` in the coding scheme `scheme`, and what people read."""

    value: str
    scheme: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a result came from. `planted` names the planted error's id where the protocol put this in or changed it."""

    origin: Origin
    model: str
    version: str = ""
    sha256: str = ""
    made_at: str = ""  # ISO 8601 UTC
    planted: str = ""
    note: str = ""
    maker: str = ""  # who made the model
    form: str = ""  # what it arrived in, such as "DICOM SEG"


# --- where things are -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImageRef:
    """One image: a SOP instance, and in a multi-frame one the frame, counted from 0 (None: the whole instance)."""

    sop_uid: str
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Space:
    """What positions in mm refer to: a frame of reference (PS3.3 C.7.4.1), else the images of one series alone."""

    series_uid: str = ""
    frame_of_reference_uid: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point."""

    at_mm: Point


@dataclass(frozen=True, slots=True)
class Box:
    """A box: centre and full edge lengths in mm along `directions`, three unit vectors (LPS's own by default)."""

    centre_mm: Point
    size_mm: Point
    directions: tuple[Point, Point, Point] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An ellipsoid: centre and half-axis vectors, mm. A sphere has three of one length at right angles."""

    centre_mm: Point
    half_axes_mm: tuple[Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A flat ellipse: centre and two half-axis vectors, mm."""

    centre_mm: Point
    half_axes_mm: tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed planar contour of LPS points in mm."""

    points_mm: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Polyline:
    """An open line of LPS points in mm."""

    points_mm: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class ContourStack:
    """A volume as closed planar contours, as structure sets have them; a contour within another one is a hole.

    `spacing_mm` is the distance between its planes; each contour stands for half of it to either side.
    """

    contours_mm: tuple[tuple[Point, ...], ...]
    spacing_mm: float


@dataclass(frozen=True, slots=True)
class OnImage:
    """A shape in the pixels of the image that the finding names, before placing turned it into mm (placing.placed).

    point: one point or several. box: two opposite corners. ellipse: the ends of the first axis, then of the second
    (PS3.3 C.18.6.1.2, C.10.5.1.2). polygon (closed) and polyline: its points. Edges of pixels lie at halves.
    `matrix` is how large the file says the image is (columns, rows): a shape drawn on a smaller copy is refused.
    """

    kind: ImageKind
    points: tuple[Pixel, ...]
    matrix: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class InSegment:
    """The place of a segment in a segmentation that a report names, before it was looked up (segment_findings)."""

    sop_uid: str  # of the segmentation
    number: int


Geometry = Dot | Box | Ellipsoid | Ellipse | Polygon | Polyline | ContourStack | OnImage | InSegment


# --- what AI says ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that AI gives for a finding, such as ("diameter", 8.2, "mm"); units as UCUM writes them."""

    name: str
    value: float
    units: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something in words that AI says of a finding or a case: ("margin", "spiculated")."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that AI points out.

    `score` is continuous in 0..1, None where the form has none: such findings show at every threshold. `scores` are
    further ones by name, in the same range. A finding with `image` stays on that image (2D); without, it lies in
    `space`, or where that is None in the space of the whole result.
    """

    id: str
    label: str
    score: float | None
    geometry: Geometry
    provenance: Provenance
    image: ImageRef | None = None
    space: Space | None = None
    scores: tuple[tuple[str, float], ...] = ()
    laterality: Laterality = ""
    site: str = ""  # where in the body, in words
    category: str = ""  # on a scale such as BI-RADS: "4A"
    measurements: tuple[Measured, ...] = ()
    said: tuple[Said, ...] = ()
    code: Code | None = None  # of the label
    tracking_id: str = ""
    tracking_uid: str = ""
    held_back: bool = False  # its maker says not to show it (CAD's "not for presentation"), whatever its score

    @property
    def rank(self) -> tuple[float, str]:
        """Sorts findings: highest score first, those without a score before all others, then by id."""
        return (-2.0 if self.score is None else -self.score, self.id)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a label map: the voxel value that stands for it, and what it is."""

    number: int
    label: str
    colour: Colour | None = None  # as the file recommends
    code: Code | None = None
    category: Code | None = None
    tracking_id: str = ""
    tracking_uid: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class AIMap:
    """A field over space. `values` (slices, rows, columns) lie on `affine` (column, row, slice → LPS mm).

    What a voxel means is `values` × `slope` + `intercept`, in `units`; files' own integers are kept as they are, so
    that a segmentation costs one byte a voxel. Floats may be NaN where there is nothing.

    `value_range` (meant values) is fixed per model and method, never taken from this image (a min-max per image paints
    a hot spot on a normal film). `finding` names the finding that the map explains, empty for a whole-case map.
    `segments` tell what the numbers of a label map stand for (a binary map has one segment, 1); 0 is nothing.
    Segments that overlap lie in maps of their own.

    Where planes are not evenly spaced, `places` has each plane's slice coordinate on `affine`, rising; a plane stands
    for half the way to its neighbours, at most half a slice beyond. With `images` every plane belongs to that image
    alone (2D, cine); placing makes affine and places of them. `plane_images` are only what planes in mm say of
    themselves: the image that each was drawn over (None: none, or more than one), for checking places against it.
    """

    id: str
    label: str
    kind: MapKind
    values: NDArray[Any]
    affine: NDArray[np.float64]
    value_range: tuple[float, float]
    units: str
    provenance: Provenance
    finding: str = ""
    slope: float = 1.0
    intercept: float = 0.0
    segments: tuple[Segment, ...] = ()
    places: tuple[float, ...] = ()
    images: tuple[ImageRef, ...] = ()
    plane_images: tuple[ImageRef | None, ...] = ()
    space: Space | None = None
    colours: str = ""  # the file's own colour map by name, where it has one

    @property
    def is_label(self) -> bool:
        """Whether voxels are numbers of segments, to be drawn by nearest neighbour, not a field to interpolate."""
        return self.kind in ("label", "binary")

    def stored(self, meant: float) -> float:
        """The number in `values` that means this value."""
        return (meant - self.intercept) / self.slope


@dataclass(frozen=True, slots=True)
class Assessment:
    """What AI says of a whole case or one side of it: a score (0..1), a category, or both."""

    id: str
    name: str  # such as "malignancy"
    score: float | None
    provenance: Provenance
    category: str = ""
    side: Laterality = ""
    image: ImageRef | None = None  # of one image only, such as a view of a breast


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence or more that AI says to the reader."""

    id: str
    text: str
    provenance: Provenance
    finding: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A picture from elsewhere that AI gives as its reason (a prototype); `pixels` (rows, columns, 3) uint8 sRGB."""

    id: str
    caption: str
    pixels: NDArray[np.uint8]
    provenance: Provenance
    finding: str = ""
    score: float | None = None  # likeness, 0..1


@dataclass(frozen=True, slots=True)
class Reference:
    """A series that a result was made from, and which of its instances it names (none: all of it)."""

    series_uid: str
    sop_uids: tuple[str, ...] = ()
    exam_uid: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class AIResult:
    """Everything that one AI says about one case.

    `series_uid` and `frame_of_reference_uid` are the space of all that names none of its own. `patient` is the patient
    that the file names, to keep results of another patient away; readers never see it.
    """

    ai: str  # the AI's id in the protocol
    series_uid: str
    frame_of_reference_uid: str
    findings: tuple[Finding, ...]
    maps: tuple[AIMap, ...]
    provenance: Provenance
    assessments: tuple[Assessment, ...] = ()
    advice: tuple[Advice, ...] = ()
    examples: tuple[Example, ...] = ()
    references: tuple[Reference, ...] = ()
    patient: str = ""
    sop_uid: str = ""  # of the DICOM object that it came in
    remarks: tuple[str, ...] = field(default=())  # of reading and placing, for coordinators: what was left out and why

    @property
    def space(self) -> Space:
        return Space(self.series_uid, self.frame_of_reference_uid)

    def space_of(self, element: Finding | AIMap) -> Space:
        """Where a finding or map lies."""
        return element.space or self.space
