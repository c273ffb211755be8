"""Mistakes that an AI makes on purpose.

What belongs here: the section planted as values. What does not: which trial gets which (planting), and changing an AI's
results (overlays.planted).
"""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from study_configs.ai import Fraction
from study_configs.section import Name, Number, Section, Whole, key

ErrorKind = Literal["false_positive", "false_negative"]


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
