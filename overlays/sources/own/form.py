"""The schema of ReaderLab's own file of AI results: which keys there are, and what each may hold.

What belongs here: pydantic forms with their bounds. What does not: files (result_file, map_file, picture_file), and
the values that become of the forms (values).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from overlays.result import ImageKind, Laterality, MapKind, Origin
from overlays.sources.bounds import LEAST_VOLUME, MOST_FINDINGS, MOST_POINTS, Note, Number, Share, Uid

VERSION = 2
MOST_MAPS, MOST_EXAMPLES = 64, 200
MOST_CONTOURS, MOST_PLANES, MOST_NAMED, MOST_WORDS = 5_000, 200_000, 200_000, 1_000

Finite = Annotated[float, Field(allow_inf_nan=False)]
Length = Annotated[float, Field(allow_inf_nan=False, gt=0, le=1e5)]
Edge = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e5)]  # a box on an image has no depth
Vector = tuple[Number, Number, Number]
Pair = tuple[Number, Number]
Row = tuple[Number, Number, Number, Number]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=50_000)]
NoUid = Annotated[str, Field(pattern=r"^[0-9.]{0,64}$")]
Points = Annotated[tuple[Vector, ...], Field(min_length=2, max_length=MOST_POINTS)]
Contour = Annotated[tuple[Vector, ...], Field(min_length=3, max_length=MOST_POINTS)]
FileName = Annotated[str, Field(max_length=200, pattern=r"^[^./\\:\x00-\x1f][^/\\:\x00-\x1f]*$")]
Side = Annotated[int, Field(ge=1, le=100_000)]
Byte = Annotated[int, Field(ge=0, le=255)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class CodeForm(_Part):
    value: Note
    scheme: Note
    meaning: Note


class ProvenanceForm(_Part):
    origin: Origin
    model: Note
    version: Note = ""
    sha256: Note = ""
    made_at: Note = ""
    planted: Note = ""
    note: Note = ""
    maker: Note = ""
    form: Note = ""


class ImageForm(_Part):
    sop_uid: Uid
    frame: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class SpaceForm(_Part):
    series_uid: NoUid = ""
    frame_of_reference_uid: NoUid = ""


class ReferenceForm(_Part):
    series_uid: NoUid
    sop_uids: Annotated[tuple[Uid, ...], Field(max_length=MOST_NAMED)] = ()
    exam_uid: NoUid = ""


# --- shapes ----------------------------------------------------------------------------------------------------------


class PointForm(_Part):
    at_mm: Vector


class BoxForm(_Part):
    centre_mm: Vector
    size_mm: tuple[Edge, Edge, Edge]
    directions: tuple[Vector, Vector, Vector] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

    @model_validator(mode="after")
    def _upright(self) -> Self:
        if not np.allclose(np.linalg.norm(self.directions, axis=1), 1, atol=1e-3):
            raise ValueError("directions are three vectors of length 1")
        return self


class SphereForm(_Part):
    centre_mm: Vector
    radius_mm: Length


class EllipsoidForm(_Part):
    centre_mm: Vector
    half_axes_mm: tuple[Vector, Vector, Vector]


class EllipseForm(_Part):
    centre_mm: Vector
    half_axes_mm: tuple[Vector, Vector]


class PolygonForm(_Part):
    points_mm: Contour


class PolylineForm(_Part):
    points_mm: Points


class ContoursForm(_Part):
    contours_mm: Annotated[tuple[Contour, ...], Field(min_length=1, max_length=MOST_CONTOURS)]
    spacing_mm: Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e5)]


class OnImageForm(_Part):
    kind: ImageKind
    points: Annotated[tuple[Pair, ...], Field(min_length=1, max_length=MOST_POINTS)]
    matrix: tuple[Side, Side] | None = None

    @model_validator(mode="after")
    def _enough(self) -> Self:
        exactly = {"box": 2, "ellipse": 4}.get(self.kind)
        least = {"polygon": 3, "polyline": 2}.get(self.kind, 1)
        if len(self.points) != (exactly or len(self.points)) or len(self.points) < least:
            raise ValueError(f"{len(self.points)} points make no {self.kind}")
        return self


class InSegmentForm(_Part):
    sop_uid: Uid
    number: Annotated[int, Field(ge=0, le=65535)]


SHAPES = (
    "point", "box", "sphere", "ellipsoid", "ellipse", "polygon", "polyline", "contours", "on_image", "in_segment",
)  # fmt: skip


# --- what AI says ----------------------------------------------------------------------------------------------------


class MeasuredForm(_Part):
    name: Note
    value: Finite
    units: Note = ""


class SaidForm(_Part):
    name: Note
    value: Text


class FindingForm(_Part):
    id: Name
    label: Note
    score: Share | None = None
    point: PointForm | None = None
    box: BoxForm | None = None
    sphere: SphereForm | None = None
    ellipsoid: EllipsoidForm | None = None
    ellipse: EllipseForm | None = None
    polygon: PolygonForm | None = None
    polyline: PolylineForm | None = None
    contours: ContoursForm | None = None
    on_image: OnImageForm | None = None
    in_segment: InSegmentForm | None = None
    provenance: ProvenanceForm | None = None
    image: ImageForm | None = None
    space: SpaceForm | None = None
    scores: Annotated[tuple[tuple[Name, Share], ...], Field(max_length=MOST_WORDS)] = ()
    laterality: Laterality = ""
    site: Note = ""
    category: Note = ""
    measurements: Annotated[tuple[MeasuredForm, ...], Field(max_length=MOST_WORDS)] = ()
    said: Annotated[tuple[SaidForm, ...], Field(max_length=MOST_WORDS)] = ()
    code: CodeForm | None = None
    tracking_id: Note = ""
    tracking_uid: Note = ""
    held_back: bool = False

    @model_validator(mode="after")
    def _one_geometry(self) -> Self:
        if sum(getattr(self, name) is not None for name in SHAPES) != 1:
            raise ValueError(f"give exactly one of {', '.join(SHAPES)}")
        if self.on_image is not None and self.image is None:
            raise ValueError("a shape on_image needs the image that it lies on: image: {sop_uid: …}")
        return self


class SegmentForm(_Part):
    number: Annotated[int, Field(ge=1, le=65535)]
    label: Note
    colour: tuple[Byte, Byte, Byte] | None = None
    code: CodeForm | None = None
    category: CodeForm | None = None
    tracking_id: Note = ""
    tracking_uid: Note = ""


class MapForm(_Part):
    """A map in an .npz, or (where kind, affine and value_range may be left to it) in a NIfTI, NRRD or MHA file."""

    file: FileName
    id: Name = "map"
    label: Note = ""
    kind: MapKind | Literal["segmentation"] | None = None  # "segmentation": as version 1 had it
    affine: tuple[Row, Row, Row, Row] | None = None
    value_range: tuple[Finite, Finite] | None = None
    units: Note | None = None
    finding: Annotated[str, Field(max_length=200)] = ""
    provenance: ProvenanceForm | None = None
    slope: Finite | None = None
    intercept: Finite | None = None
    segments: Annotated[tuple[SegmentForm, ...], Field(max_length=65535)] = ()
    places: Annotated[tuple[Number, ...], Field(max_length=MOST_PLANES)] = ()
    images: Annotated[tuple[ImageForm, ...], Field(max_length=MOST_PLANES)] = ()
    plane_images: Annotated[tuple[ImageForm | None, ...], Field(max_length=MOST_PLANES)] = ()
    space: SpaceForm | None = None
    colours: Note = ""

    @property
    def is_own(self) -> bool:
        """Whether the file is an .npz of ours, which says nothing of the array but its values."""
        return self.file.lower().endswith(".npz")

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.is_own and None in (self.kind, self.affine, self.value_range):
            raise ValueError("give kind, affine and value_range: an .npz says nothing of them")
        if self.value_range is not None and not self.value_range[0] < self.value_range[1]:
            raise ValueError("value_range goes from the lower to the higher value")
        if self.slope == 0:
            raise ValueError("slope must not be 0")
        if len({each.number for each in self.segments}) < len(self.segments):
            raise ValueError("two segments have the same number")
        if any(not low < high for low, high in zip(self.places, self.places[1:], strict=False)):
            raise ValueError("places do not rise")
        return self

    @model_validator(mode="after")
    def _places_voxels(self) -> Self:
        matrix = np.eye(4) if self.affine is None else np.array(self.affine)
        if matrix[3].tolist() != [0, 0, 0, 1] or abs(np.linalg.det(matrix[:3, :3])) < LEAST_VOLUME:
            raise ValueError("affine is no mapping of voxels to mm: it is flat, or its last row is not 0 0 0 1")
        return self


class AssessmentForm(_Part):
    id: Name
    name: Note
    score: Share | None = None
    provenance: ProvenanceForm | None = None
    category: Note = ""
    side: Laterality = ""
    image: ImageForm | None = None


class AdviceForm(_Part):
    id: Name
    text: Text
    provenance: ProvenanceForm | None = None
    finding: Annotated[str, Field(max_length=200)] = ""


class ExampleForm(_Part):
    id: Name
    caption: Text
    file: FileName
    provenance: ProvenanceForm | None = None
    finding: Annotated[str, Field(max_length=200)] = ""
    score: Share | None = None


class ResultForm(_Part):
    readerlab_ai: Literal[1, 2]
    ai: Annotated[str, Field(max_length=200)] = ""
    series_uid: NoUid = ""
    frame_of_reference_uid: NoUid = ""
    provenance: ProvenanceForm
    findings: Annotated[tuple[FindingForm, ...], Field(max_length=MOST_FINDINGS)] = ()
    maps: Annotated[tuple[MapForm, ...], Field(max_length=MOST_MAPS)] = ()
    assessments: Annotated[tuple[AssessmentForm, ...], Field(max_length=MOST_WORDS)] = ()
    advice: Annotated[tuple[AdviceForm, ...], Field(max_length=MOST_WORDS)] = ()
    examples: Annotated[tuple[ExampleForm, ...], Field(max_length=MOST_EXAMPLES)] = ()
    references: Annotated[tuple[ReferenceForm, ...], Field(max_length=MOST_WORDS)] = ()
    patient: Note = ""
    sop_uid: NoUid = ""
    remarks: Annotated[tuple[Text, ...], Field(max_length=MOST_WORDS)] = ()

    @model_validator(mode="after")
    def _ids_agree(self) -> Self:
        for kind in ("findings", "maps", "assessments", "advice", "examples"):
            parts = getattr(self, kind)
            if len({each.id for each in parts}) < len(parts):
                raise ValueError(f"two {kind} have the same id")
        findings = {each.id for each in self.findings}
        for kind in ("maps", "advice", "examples"):
            lost = sorted({each.finding for each in getattr(self, kind) if each.finding} - findings)
            if lost:
                raise ValueError(f"{kind}: one explains the finding {lost[0]!r}, which is not in the file")
        return self
