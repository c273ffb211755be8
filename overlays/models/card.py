"""What is known of a model, from the card that lies beside it: purpose, preprocessing, outputs, measured performance.

What belongs here: reading and checking `card.yaml`. What does not: running the model (session, detector).
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from study_configs.problem import StudyProblem
from viewers.volume import SeriesHeader

CT_STORAGE = frozenset({"1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


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


class Card(_Part):
    """One model card; `sha256` is that of the ONNX file it speaks of."""

    name: str
    version: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    licence: str
    intended_use: str
    not_intended: tuple[str, ...]
    input: CardInput
    preprocessing: Preprocessing
    outputs: Outputs
    training_data: str
    seeds: dict[str, str]
    performance: Performance
    kind: Literal["nodule-detector"] = "nodule-detector"


def load_card(folder: Traversable) -> Card:
    """The card in a model's folder; raises StudyProblem where it is missing or not as it should be."""
    path = folder / "card.yaml"
    where = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyProblem(
            f"the model's card cannot be read ({type(error).__name__}).",
            where=where,
            todo="Put the card.yaml that came with the model beside its model.onnx.",
        ) from error
    try:
        return Card.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise StudyProblem(
            f"this is not a model card: {_first_reason(error)}.",
            where=where,
            todo="Take the card.yaml that came with the model, or compare it with the one of the demo model.",
        ) from error


def _first_reason(error: yaml.YAMLError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        return f"{key}: {first['msg']}"
    return str(error).splitlines()[0]


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
