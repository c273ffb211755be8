"""What is known of a model, from its card: maker, purpose, limits, performance; of one that runs here also how.

What belongs here: reading and checking a card, for a model that runs here and for one whose results were made
elsewhere. What does not: running the model (session, detector), what a threshold means (app.analysis).
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from study_configs import yaml12
from study_configs.problem import StudyProblem
from study_configs.section import Digest, Text
from viewers.volume import SeriesHeader

CT_STORAGE = frozenset({"1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


Words = Annotated[Text, Field(max_length=4000)]
Share = Annotated[float, Field(ge=0, le=1)]


class CardInput(_Part):
    """What a series must be for the model to read it. Lengths in mm."""

    modality: str
    body_part: str
    least_slices: Annotated[int, Field(ge=1)]
    least_extent_mm: Annotated[float, Field(gt=0)]  # along each axis
    thickest_slice_mm: Annotated[float, Field(gt=0)]


class Preprocessing(_Part):
    """How a volume becomes the model's input: mean over cells of `spacing_mm`, clip, scale to 0..1, pad."""

    spacing_mm: Annotated[float, Field(gt=0)]
    clip_hu: tuple[float, float]
    pad_multiple: Annotated[int, Field(ge=1)]
    fill_hu: float  # what lies outside the volume, and what masks put in


class Outputs(_Part):
    """What the model's outputs are called and how findings are taken from them."""

    score: str
    offset: str  # to the finding's middle, in input voxels (x, y, z)
    diameter: str  # mm
    margin_mm: Annotated[float, Field(ge=0)]  # added around the diameter on each side to make the box
    stride: Annotated[int, Field(ge=1)]  # input voxels per output cell
    label: str
    minimum_score: Annotated[float, Field(ge=0, le=1)]
    apart_mm: Annotated[float, Field(gt=0)]  # of two findings nearer than this, the lower score goes


class Interval(_Part):
    value: float
    low: float  # 95 % confidence limits
    high: float


class OperatingPoint(_Part):
    threshold: float
    lesion_sensitivity: float
    false_positives_per_case: float
    case_sensitivity: float
    case_specificity: float


class Performance(_Part):
    """As measured by training.measure_nodules on exams that took no part in training."""

    cases: int
    positive_cases: int
    nodules: int
    hit_rule: str
    case_auc: Interval
    froc: tuple[tuple[float, float], ...]  # false positives per case, sensitivity
    sensitivity_by_diameter: dict[str, float]
    sensitivity_by_density: dict[str, float]
    operating_points: dict[str, OperatingPoint]
    seconds_per_case: float


class ThresholdMeasured(_Part):
    """What was measured elsewhere at one threshold; what a paper does not say is left out."""

    threshold: Annotated[float, Field(ge=0, le=1)]
    lesion_sensitivity: Share | None = None
    false_positives_per_case: Annotated[float, Field(ge=0)] | None = None
    case_sensitivity: Share | None = None
    case_specificity: Share | None = None


class MeasuredElsewhere(_Part):
    """Performance as its maker, a paper or a challenge gives it; `measured_by` names who, `cases` on how many."""

    measured_by: Words
    cases: Annotated[int, Field(ge=1)]
    positive_cases: Annotated[int, Field(ge=0)] | None = None
    lesions: Annotated[int, Field(ge=0)] | None = None
    hit_rule: Words | None = None
    case_auc: Interval | None = None
    froc: tuple[tuple[Annotated[float, Field(ge=0)], Share], ...] = ()  # false positives per case, sensitivity
    operating_points: dict[str, ThresholdMeasured] = {}
    remarks: tuple[Words, ...] = ()


class _About(_Part):
    """What every card says: who made the model, for what, from what, within which limits, under which licence."""

    name: Words
    version: Words
    licence: Words
    intended_use: Words
    not_intended: tuple[Words, ...]
    training_data: Words
    maker: Words = ""
    limits: tuple[Words, ...] = ()  # where it is known to fail, and whom it was never tried on


class Card(_About):
    """The card of a model that runs here; `sha256` is that of the ONNX file it speaks of."""

    sha256: Digest
    input: CardInput
    preprocessing: Preprocessing
    outputs: Outputs
    seeds: dict[str, str]
    performance: Performance
    kind: Literal["nodule-detector"] = "nodule-detector"


class ExternalCard(_About):
    """The card of a model whose results were made elsewhere; `sha256` is that of the model, where it is known."""

    kind: Literal["external"]
    maker: Words
    sha256: Digest | None = None
    performance: MeasuredElsewhere | None = None


AnyCard = Card | ExternalCard

_TODO = "Take the card.yaml that came with the model, or compare it with docs/models.md."


def read_card(path: Traversable) -> AnyCard:
    """The card in a file: kind `external`, else that of a model that runs here. Raises StudyProblem with the line."""
    document = yaml12.load(_bytes(path), str(path))
    if document.problems:
        first = document.problems[0]
        raise StudyProblem(f"this is not a model card: {first.what}", where=first.where, todo=_TODO)
    kind = document.value.get("kind", "") if isinstance(document.value, dict) else ""
    model: type[Card] | type[ExternalCard] = ExternalCard if kind == "external" else Card
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise _problem(path, document, error) from error


def load_card(folder: Traversable) -> Card:
    """The card in the folder of a model that runs here; raises StudyProblem where it is missing or wrong."""
    path = folder / "card.yaml"
    card = read_card(path)
    if not isinstance(card, Card):
        raise StudyProblem(
            "this is the card of a model whose results were made elsewhere, and the model is to run here.",
            where=str(path),
            todo=_TODO,
        )
    return card


def _bytes(path: Traversable) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StudyProblem(
            f"the model's card cannot be read ({error.strerror or type(error).__name__}).",
            where=str(path),
            todo="Put the card.yaml that came with the model beside its model.onnx, or where ai.card names it.",
        ) from error


def _problem(path: Traversable, document: yaml12.Document, error: ValidationError) -> StudyProblem:
    """The first mistake with its line; a mistyped key explains the rest."""
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    said = "there is no such key" if first["type"] == "extra_forbidden" else first["msg"]
    place = tuple(first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    line = next((document.places[place[:n]].line for n in range(len(place), 0, -1) if place[:n] in document.places), 0)
    key = ".".join(str(part) for part in place) or "the file"
    where = f"{path}:{line}" if line else str(path)
    return StudyProblem(f"this is not a model card: {key}: {said}{more}.", where=where, todo=_TODO)


def demo_model_folder() -> Traversable:
    """Where the nodule detector that ships with ReaderLab lies."""
    return files("resources.models") / "nodules"


def accepts(card: Card, header: SeriesHeader) -> str:
    """Why the model may not read this series; an empty string where it may."""
    needs = card.input
    if header.modality != needs.modality or header.samples != 1:
        return f"{card.name} reads {needs.modality} only; this series is {header.modality or 'of unknown modality'}."
    if header.affine is None or header.slice_spacing_mm is None:
        return f"{card.name} needs slices that lie evenly in space; this series has no such geometry."
    if header.sop_class_uid and header.sop_class_uid not in CT_STORAGE:
        return f"{card.name} reads CT images only; this series is of another kind ({header.sop_class_uid})."
    return _too_small(card, header) or _other_body_part(card, header)


def _too_small(card: Card, header: SeriesHeader) -> str:
    needs = card.input
    thick = header.slice_spacing_mm or 0.0
    row_mm, column_mm = header.pixel_mm
    extents = (header.frames * thick, header.rows * row_mm, header.columns * column_mm)
    if header.frames < needs.least_slices:
        return f"{card.name} needs at least {needs.least_slices} slices; this series has {header.frames}."
    if thick > needs.thickest_slice_mm:
        return f"{card.name} needs slices of at most {needs.thickest_slice_mm:g} mm; these are {thick:g} mm apart."
    if min(extents) < needs.least_extent_mm:
        return (
            f"{card.name} needs {needs.least_extent_mm:g} mm of body along each axis; this has {min(extents):.0f} mm."
        )
    return ""


def _other_body_part(card: Card, header: SeriesHeader) -> str:
    """Files that say nothing of the body part pass; files that name another one do not."""
    part = header.body_part.upper().strip()
    if part and card.input.body_part not in part and part not in {"THORAX", "LUNG", "TAP", "BODY", "WHOLEBODY"}:
        return f"{card.name} reads the {card.input.body_part.lower()}; this series is of the {part.lower()}."
    return ""
