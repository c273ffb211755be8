"""Questions that are answered by a number or by words.

What belongs here: sliders, numbers, free text. What does not: a few options (options).
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from study_configs.questions.base import QuestionBase
from study_configs.section import Flag, Number, Text, Whole, key

MOST_STEPS = 100_000  # more than any screen has pixels


class Slider(QuestionBase):
    """A number on a line. It starts empty, so that no position is suggested."""

    answer: Literal["slider"]
    from_: Number = key(0.0, "Lowest value.", example=0, alias="from")
    to: Number = key(100.0, "Highest value.", example=100)
    step: Number = key(1.0, "Distance between two values.", example=5, gt=0)
    unit: Text = key("", "Unit, shown after the number.", example="%", max_length=20)
    ends: tuple[Text, Text] | None = key(
        None, "Labels of the lowest and highest value; the numbers without.", example=["Surely none", "Surely one"]
    )

    @model_validator(mode="after")
    def _range_is_a_range(self) -> Slider:
        if self.from_ >= self.to:
            raise PydanticCustomError(
                "RL208",
                "The slider goes from {low} to {high}: from must be less than to.",
                {"low": self.from_, "high": self.to},
            )
        if self.step > self.to - self.from_:
            raise PydanticCustomError("RL208", "The step {step} is longer than the slider.", {"step": self.step})
        if (self.to - self.from_) / self.step > MOST_STEPS:
            raise PydanticCustomError(
                "RL208",
                "With the step {step} the slider has more than {most} places.",
                {"step": self.step, "most": MOST_STEPS},
            )
        return self


class NumberAnswer(QuestionBase):
    """A number that is typed, such as a diameter."""

    answer: Literal["number"]
    from_: Number | None = key(None, "Lowest value; none without.", example=0, alias="from")
    to: Number | None = key(None, "Highest value; none without.", example=200)
    unit: Text = key("", "Unit, shown after the number.", example="mm", max_length=20)
    decimals: Whole = key(0, "Most digits after the point.", example=1, ge=0, le=6)
    from_measurement: Flag = key(
        False, "Whether the length that was measured last is offered as the answer (unit mm).", example=True
    )

    @model_validator(mode="after")
    def _range_is_a_range(self) -> NumberAnswer:
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            raise PydanticCustomError(
                "RL208",
                "The number goes from {low} to {high}: from must be less than to.",
                {"low": self.from_, "high": self.to},
            )
        return self

    @model_validator(mode="after")
    def _has_an_answer(self) -> NumberAnswer:
        if self.from_ is None or self.to is None or self.to - self.from_ >= 1:
            return self
        lowest = Decimal(repr(self.from_)).quantize(Decimal(1).scaleb(-self.decimals), ROUND_CEILING)
        if lowest > Decimal(repr(self.to)):
            raise PydanticCustomError(
                "RL208",
                "No number with {decimals} digits after the point lies between {low} and {high}.",
                {"decimals": self.decimals, "low": self.from_, "high": self.to},
            )
        return self


class FreeText(QuestionBase):
    """Text in the reader's own words."""

    answer: Literal["text"]
    max_characters: Whole = key(2000, "Longest text.", example=500, ge=1, le=20000)
