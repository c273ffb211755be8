"""How AI's output is shown: which element, drawn in which way, from which threshold, and when.

What belongs here: the section layers as values. What does not: drawing anything (overlays).
"""

from __future__ import annotations

import re
import string
from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator
from pydantic_core import PydanticCustomError

from study_configs.ai import AI, Fraction
from study_configs.colour_names import NAMES as COLOUR_NAMES
from study_configs.problems import closest, listed
from study_configs.section import ComparisonText, Name, Number, Section, Text, key

Draw = Literal[
    "box", "corner_marks", "arrow", "contour", "fill", "pattern", "chip",
    "heatmap", "isolines",
    "text", "category", "example", "card",
]  # fmt: skip
Blend = Literal["normal", "screen", "multiply"]
Adjustable = Literal["visible", "opacity", "threshold", "colours"]

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


def _checked_colours(name: str) -> str:
    if name in COLOUR_NAMES:
        return name
    near = closest(name, COLOUR_NAMES)
    todo = f"Did you mean {near}?" if near else f"There are {listed(COLOUR_NAMES, len(COLOUR_NAMES))}."
    raise PydanticCustomError("RL204", "There is no colour map {name}. {todo}", {"name": repr(name), "todo": todo})


class Reveal(Section):
    """When a layer comes, where that is no single word; exactly one key."""

    after_s: Number | None = key(
        None, "Seconds from the beginning of the phase after which it comes by itself.", example=10, gt=0, le=3600
    )
    only_if: ComparisonText | None = key(
        None,
        "Comes while this holds, of answers given in this phase or before: answer.QUESTION.",
        example="answer.ct == yes",
    )

    @model_validator(mode="after")
    def _one(self) -> Reveal:
        if (self.after_s is None) == (self.only_if is None):
            raise PydanticCustomError("RL208", "reveal has exactly one of after_s and only_if.")
        return self


class ThresholdRule(Section):
    """A threshold that differs between readers or between cases; exactly one of of and column."""

    of: tuple[Name | Fraction, ...] = key(
        (),
        "Thresholds that are turned over the readers of each arm and stratum; each reader keeps one.",
        example=["sensitive", "specific"],
        max_length=12,
    )
    column: Text | None = key(
        None, "A column of the manifest with the threshold of each case: a name or a number.", example="threshold"
    )

    @model_validator(mode="after")
    def _one(self) -> ThresholdRule:
        if bool(self.of) == (self.column is not None):
            raise PydanticCustomError("RL208", "A threshold rule has exactly one of of and column.")
        return self


At = Name | Fraction | ThresholdRule


class Layer(Section):
    """One AI element on the screen: marks, outlines, a map, a number, words, a picture, or the model's card."""

    base: Name | None = key(None, "Another layer; keys that are not given here are taken from it.", example="box")
    ai: Name = key(..., "The AI whose output it draws.", example="nodules")
    draw: Draw = key(
        ...,
        "How it is drawn. Of findings: box, corner_marks, arrow, contour, fill, pattern (fill with stripes), chip (its "
        "text alone). Of maps: contour, fill and pattern (of segments, or of where the map reaches the threshold), "
        "heatmap, isolines. Of the case: text (advice), category (a badge), example (a picture), card (the model's "
        "card).",
        example="box",
    )
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
    at: At = key(
        0.0,
        "Threshold: a name of the AI's thresholds, or a number 0 to 1. Nothing below is drawn. Or a section that says "
        "how it differs between readers or cases; conditions may set it, too.",
        example="balanced",
    )
    colour: Text = key("#ffb454", "Colour of boxes and contours, sRGB.", example="#ffb454", pattern="^#[0-9a-fA-F]{6}$")
    colours: Annotated[Text, AfterValidator(_checked_colours)] = key(
        "inferno",
        "Colour map of heat maps and isolines, by name; docs/ai_results.md shows them.",
        example="inferno",
        max_length=60,
    )
    opacity: Fraction = key(
        lambda given: 0.45 if given.get("draw") == "heatmap" else 1.0,
        "0 (invisible) to 1 (opaque); 0.45 for heat maps, else 1.",
        example=0.45,
    )
    width: Number = key(1.6, "Width of lines, in pixels of the screen's own scale.", example=2, ge=0.5, le=12)
    blend: Blend = key(
        "normal",
        "How colours meet the image: normal lies over it, screen brightens, multiply darkens.",
        example="screen",
    )
    smoothing_mm: Number = key(
        0.0,
        "For maps: blur by a Gaussian of this standard deviation before drawing; 0 is none.",
        example=2,
        ge=0,
        le=50,
    )
    interpolation: Literal["smooth", "nearest"] = key(
        "smooth",
        "For maps: linear between voxels, or every voxel as it is. Segments are never interpolated.",
        example="nearest",
    )
    least_mm: Number = key(
        0.0, "Findings and segments' regions smaller than this across are not drawn.", example=4, ge=0, le=500
    )
    levels: tuple[Fraction, ...] = key(
        (),
        "For isolines: levels, as shares of the map's range; without, the threshold and every tenth above it.",
        example=[0.25, 0.5, 0.75],
        max_length=20,
    )
    only: tuple[Text, ...] = key(
        (), "Labels of findings or segments that it draws; without, all.", example=["nodule"], max_length=200
    )
    threshold_limits: tuple[Fraction, Fraction] = key(
        (0.0, 1.0), "How far the reader may move the threshold, if it is adjustable.", example=[0.2, 0.8]
    )
    adjustable: tuple[Adjustable, ...] = key(
        ("visible", "opacity"), "What the reader may change.", example=["visible", "opacity", "threshold"]
    )
    reveal: Literal["shown", "toggle", "button", "hover"] | Reveal = key(
        "shown",
        "shown: visible at once. toggle: hidden until the reader switches it on. button: hidden until asked for, for "
        "good. hover: each finding's while the pointer is over it. Or a section with after_s or only_if.",
        example="toggle",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Layer:
        low, high = self.threshold_limits
        if low > high:
            raise PydanticCustomError("RL208", "The lower of threshold_limits is above the upper.")
        if self.explain is not None and self.draw not in ("heatmap", "contour", "isolines", "fill", "pattern"):
            raise PydanticCustomError("RL208", "A saliency map is drawn as a map, not as {draw}.", {"draw": self.draw})
        return self


def threshold_of(layer: Layer, ai: AI) -> float:
    """The layer's own threshold as a number; 0 where a rule decides it for each trial (reading_order).

    Raises KeyError for a name that the AI does not have.
    """
    return 0.0 if isinstance(layer.at, ThresholdRule) else named_threshold(layer.at, ai)


def threshold_in_column(written: str, ai: AI) -> float:
    """A threshold as a manifest's column has it: a name or a number. Raises KeyError, ValueError."""
    return ai.thresholds[written] if written in ai.thresholds else float(written)


def named_threshold(at: str | float, ai: AI) -> float:
    """A threshold by name or number. Raises KeyError for a name that the AI does not have."""
    return ai.thresholds[at] if isinstance(at, str) else at
