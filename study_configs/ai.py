"""Which AI there is, which mistakes it makes on purpose, and how its output is drawn.

What belongs here: the sections ai, planted and layers as values. What does not: running or drawing anything (overlays).
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.section import Digest, Name, Number, Section, Text, Whole, key

ErrorKind = Literal["false_positive", "false_negative"]
Fraction = Annotated[Number, Field(ge=0, le=1)]


class AI(Section):
    """One AI: a model that is run here, or results that were made elsewhere."""

    model: Text | None = key(None, "ONNX file, within the study folder.", example="models/nodules/model.onnx")
    card: Text | None = key(
        None, "The model's card; card.yaml beside the model without.", example="models/nodules/card.yaml"
    )
    sha256: Digest | None = key(None, "SHA-256 of the model file; with it, another file is refused.", example="0" * 64)
    results: Text | None = key(
        None,
        "Pattern of result files, within the study folder; their form is in ai_results.md.",
        example="ai/**/*.json",
    )
    shown_as: Text = key("AI", "The name that readers are told.", example="LungAid", min_length=1, max_length=60)
    thresholds: Mapping[Name, Fraction] = key(
        dict, "Named points on the continuous score.", example={"sensitive": 0.2, "balanced": 0.5}
    )

    @model_validator(mode="after")
    def _one_source(self) -> AI:
        if (self.model is None) == (self.results is None):
            raise PydanticCustomError("RL208", "An AI has either a model or results, and exactly one of the two.")
        return self


class Planted(Section):
    """Mistakes put into an AI's results on purpose. Sealed from readers until the feedback."""

    ai: Name = key(..., "The AI that makes the mistake.", example="nodules")
    kind: ErrorKind = key(
        ..., "A finding where there is nothing, or a lesion that is passed over.", example="false_positive"
    )
    cases: Whole = key(..., "In how many cases, for each reader.", example=8, ge=1, le=500)
    from_: Literal["positive", "negative"] | None = key(
        None,
        "Cases to draw from, by the reference. Without: negative for a false positive, positive for a false negative.",
        example="negative",
        alias="from",
    )
    not_in_first: Whole = key(
        0, "None in the first n cases that a reader sees with this AI; practice does not count.", example=10, ge=0
    )
    apart: Whole = key(
        1,
        "Least distance between two planted errors of this AI, in cases seen with it; 1 allows neighbours.",
        example=3,
        ge=1,
    )
    diameter_mm: Number | None = key(
        None, "Size of an invented finding; without, that of a real finding.", example=9.0, gt=0, le=500
    )
    score: Fraction | None = key(
        None, "Score of an invented finding; without, drawn above the layer's threshold.", example=0.83
    )

    @property
    def wants_positive(self) -> bool:
        """Whether it is drawn from positive cases."""
        return self.from_ == "positive" if self.from_ else self.kind == "false_negative"

    @model_validator(mode="after")
    def _possible(self) -> Planted:
        if self.kind == "false_negative" and not self.wants_positive:
            raise PydanticCustomError(
                "RL208", "Nothing can be missed in a negative case: false_negative draws from positive."
            )
        return self


_LABEL_FIELDS = ("score", "label", "id")
_LABEL_FORMAT = re.compile(r"[<>^]?\d{0,2}(\.\d)?[%fgds]?")  # a width of nine digits would fill the memory


def _checked_label(text: str) -> str:
    try:
        fields = [part[1:] for part in string.Formatter().parse(text) if part[1] is not None]
        wrong = [
            name for name, form, _ in fields if name not in _LABEL_FIELDS or not _LABEL_FORMAT.fullmatch(form or "")
        ]
        if not wrong:
            text.format(score=0.5, label="nodule", id="1")
            return text
        why = f"{{{wrong[0]}}} is not known, or asks for an unusual format"
    except (ValueError, KeyError, IndexError) as error:
        why = str(error)
    raise PydanticCustomError("RL210", "This label cannot be filled in: {why}.", {"why": why})


class Layer(Section):
    """One AI element on the screen."""

    ai: Name = key(..., "The AI whose output it draws.", example="nodules")
    draw: Literal["box", "contour", "heatmap"] = key(..., "How it is drawn.", example="box")
    explain: Literal["rise"] | None = key(
        None, "For a heat map: the saliency method. Without: the map that the AI itself gives.", example="rise"
    )
    title: Text = key(
        "", "Name in the layer list; without, the AI's name and the way of drawing.", example="Marks", max_length=60
    )
    label: Annotated[Text, AfterValidator(_checked_label)] = key(
        "{score:.0%}",
        "Text at each finding, from {score}, {label} and {id}.",
        example="{label} {score:.0%}",
        max_length=80,
    )
    at: Name | Fraction = key(
        0.0, "Threshold: a name of the AI's thresholds, or a number 0 to 1. Nothing below is drawn.", example="balanced"
    )
    colour: Text = key("#ffb454", "Colour of boxes and contours, sRGB.", example="#ffb454", pattern="^#[0-9a-fA-F]{6}$")
    colours: Literal["inferno", "magma", "plasma", "viridis", "cividis"] = key(
        "inferno", "Colour map of heat maps.", example="inferno"
    )
    opacity: Fraction = key(
        lambda given: 0.45 if given.get("draw") == "heatmap" else 1.0,
        "0 (invisible) to 1 (opaque); 0.45 for heat maps, else 1.",
        example=0.45,
    )
    threshold_limits: tuple[Fraction, Fraction] = key(
        (0.0, 1.0), "How far the reader may move the threshold, if it is adjustable.", example=[0.2, 0.8]
    )
    adjustable: tuple[Literal["visible", "opacity", "threshold"], ...] = key(
        ("visible", "opacity"), "What the reader may change.", example=["visible", "opacity", "threshold"]
    )
    reveal: Literal["shown", "toggle"] = key(
        "shown", "shown: visible at once. toggle: hidden until the reader switches it on.", example="toggle"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Layer:
        low, high = self.threshold_limits
        if low > high:
            raise PydanticCustomError("RL208", "The lower of threshold_limits is above the upper.")
        if self.explain is not None and self.draw == "box":
            raise PydanticCustomError("RL208", "A saliency map is drawn as heatmap or contour, not as box.")
        return self


def threshold_of(layer: Layer, ai: AI) -> float:
    """The layer's threshold as a number. Raises KeyError for a name that the AI does not have."""
    return ai.thresholds[layer.at] if isinstance(layer.at, str) else layer.at


AIs = Mapping[Name, AI]
Layers = Mapping[Name, Layer]
PlantedErrors = Mapping[Name, Planted]
