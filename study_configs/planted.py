"""Mistakes that an AI makes on purpose.

What belongs here: the section planted as values. What does not: which trial gets which (planting), and changing an AI's
results (overlays.planting).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.ai import Fraction
from study_configs.comparison import parse_condition
from study_configs.scales import SCALES, ScaleName
from study_configs.section import CaseName, ComparisonText, Name, Number, Section, Text, Whole, key

ErrorKind = Literal[
    "false_positive", "false_negative", "shifted", "resized", "score", "decoupled", "category", "wrong_side",
    "wrong_label", "distractor", "sham", "replaced",
]  # fmt: skip
Towards = Literal["left", "right", "front", "back", "head", "feet"]

NEEDED: Mapping[ErrorKind, tuple[str, ...]] = {
    "shifted": ("shift_mm",),
    "resized": ("factor",),
    "score": ("score",),
    "category": ("scale",),
    "wrong_label": ("label",),
    "replaced": ("by_ai",),
}
ALLOWED: Mapping[ErrorKind, tuple[str, ...]] = {
    "false_positive": ("diameter_mm", "score", "label"),
    "shifted": ("shift_mm", "towards"),
    "resized": ("factor",),
    "score": ("score",),
    "category": ("scale", "by", "to"),
    "wrong_label": ("label",),
    "replaced": ("by_ai",),
}
_OWN_KEYS = ("diameter_mm", "score", "shift_mm", "towards", "factor", "scale", "by", "to", "label", "by_ai")


class Planted(Section):
    """Mistakes put into an AI's results on purpose. Sealed from readers until the feedback."""

    ai: Name = key(..., "The AI that makes the mistake.", example="nodules")
    kind: ErrorKind = key(
        ...,
        "false_positive: a finding where there is nothing. false_negative: a lesion that is passed over. shifted: the "
        "finding lies shift_mm away. resized: it is factor times as large. score: it has this score. decoupled: all "
        "scores are drawn anew, whatever is right. category: by steps up or down a scale, or to one. wrong_side: left "
        "and right are swapped. wrong_label: it is called something else. distractor: its map is hot in a wrong "
        "place. sham: a whole result that knows nothing of the case. replaced: the whole result is that of another AI, "
        "by_ai, such as advice that was written to be wrong. The changed finding is the one with the highest "
        "score that speaks of a lesion, else the one with the highest score.",
        example="false_positive",
    )
    cases: Annotated[Whole, Field(ge=1, le=500)] | tuple[CaseName, ...] | Literal["all"] = key(
        ..., "In how many cases, for each reader; or in which; or in all that fit.", example=8
    )
    draw: Literal["for_each_reader", "once"] = key(
        "for_each_reader", "Whether each reader meets the error in other cases, or all in the same.", example="once"
    )
    where: ComparisonText | None = key(
        None, "Only in cases that meet this: a comparison over case.COLUMN.", example="case.density == D"
    )
    conditions: tuple[Name, ...] = key(
        (), "Only in these conditions; without, in all that show the AI.", example=["sham_ai"]
    )
    from_: Literal["positive", "negative", "any"] | None = key(
        None,
        "Cases to draw from, by the reference. Without: negative for a false positive, any for sham and replaced, "
        "else positive.",
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
        None,
        "For false_positive: size of the invented finding; without, that of a real finding.",
        example=9.0,
        gt=0,
        le=500,
    )
    score: Fraction | None = key(
        None,
        "For false_positive: its score; without, drawn above the layer's threshold. For score: the score to show.",
        example=0.83,
    )
    shift_mm: Number | None = key(
        None, "For shifted: how far, within the image and the body.", example=15.0, gt=0, le=500
    )
    towards: Towards | None = key(
        None, "For shifted: in which direction, as seen from the patient; without, drawn.", example="head"
    )
    factor: Number | None = key(
        None, "For resized: times as large along each axis; not 1.", example=1.5, ge=0.05, le=20
    )
    scale: ScaleName | tuple[Text, ...] | None = key(
        None,
        "For category: the scale, from harmless to worst: a name (" + ", ".join(SCALES) + ") or the steps.",
        example="BI-RADS 4ABC",
    )
    by: Whole | None = key(
        None, "For category: steps along the scale, upwards or (below 0) downwards; not 0.", example=-1, ge=-20, le=20
    )
    to: Text | None = key(None, "For category: the step to show, instead of by.", example="5", max_length=40)
    by_ai: Name | None = key(
        None, "For replaced: the AI whose result is shown instead, under the first one's name.", example="wrong_advice"
    )
    label: Text | None = key(
        None,
        "For wrong_label: what the finding is called. For false_positive: what the invented one is called.",
        example="lymph node",
        min_length=1,
        max_length=100,
    )

    @property
    def wants_positive(self) -> bool | None:
        """Whether it is drawn from positive cases, or from negative ones; None from both."""
        if self.from_ == "any" or (self.from_ is None and self.kind in ("sham", "replaced")):
            return None
        return self.from_ == "positive" if self.from_ else self.kind != "false_positive"

    @property
    def quota(self) -> int:
        """In how many cases it is for each reader; 0 where it is in all that fit."""
        if isinstance(self.cases, int):
            return self.cases
        return 0 if self.cases == "all" else len(self.cases)

    def may_be_in(self, case_id: str, positive: bool, attributes: Mapping[str, str]) -> bool:
        """Whether the rule may draw this case: by its truth, by the list of cases, by `where`."""
        if self.wants_positive not in (None, positive):
            return False
        if isinstance(self.cases, tuple) and case_id not in self.cases:
            return False
        known = {f"case.{name}": value for name, value in attributes.items()}
        return self.where is None or parse_condition(self.where).holds(known)

    @property
    def steps(self) -> tuple[str, ...]:
        """The scale's steps, from harmless to worst; empty where the error has none."""
        return SCALES[self.scale] if isinstance(self.scale, str) else self.scale or ()

    @model_validator(mode="after")
    def _possible(self) -> Planted:
        if self.kind == "false_negative" and self.wants_positive is not True:
            raise _unfit("Nothing can be missed in a negative case: false_negative draws from positive.")
        if self.factor == 1:
            raise _unfit("A factor of 1 changes nothing.")
        return self

    @model_validator(mode="after")
    def _keys_fit_the_kind(self) -> Planted:
        for name in NEEDED.get(self.kind, ()):
            if getattr(self, name) is None:
                raise _unfit(f"{self.kind} needs {name}.")
        for name in _OWN_KEYS:
            if getattr(self, name) is not None and name not in ALLOWED.get(self.kind, ()):
                raise _unfit(f"{name} means nothing to {self.kind}.")
        return self

    @model_validator(mode="after")
    def _moves_along_the_scale(self) -> Planted:
        if self.kind != "category":
            return self
        if (self.by is None) == (self.to is None):
            raise _unfit("category has either by or to, and exactly one of the two.")
        if len(self.steps) < 2 or len(set(self.steps)) < len(self.steps):
            raise _unfit("A scale has at least two steps, each once.")
        if self.by == 0 or (self.by is not None and abs(self.by) >= len(self.steps)):
            raise _unfit(f"by is 1 to {len(self.steps) - 1} on this scale, upwards or (below 0) downwards.")
        if self.to is not None and self.to not in self.steps:
            raise _unfit(f"{self.to} is no step of this scale: {', '.join(self.steps)}.")
        return self


def _unfit(why: str) -> PydanticCustomError:
    return PydanticCustomError("RL208", "{why}", {"why": why})
