"""What readers are asked, one class for each type of answer.

What belongs here: the questions as values. What does not: asking them (windows), keeping the answers (reading, store).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.section import ComparisonText, Flag, Name, Number, Section, Text, Whole, key

Scope = Literal["case", "mark", "sitting"]


class _Question(Section):
    """What every question has."""

    ask: Text = key(
        ..., "The question, as readers see it.", example="How likely is cancer?", min_length=1, max_length=300
    )
    help: Text = key(
        "", "A line below the question, in smaller letters.", example="Judge the whole exam.", max_length=500
    )
    per: Scope = key(
        "case",
        "What it is asked about: each case, each mark of the reader, or once (on a page before or after the sitting).",
        example="mark",
    )
    required: Flag = key(True, "Whether the reader must answer before going on.", example=False)
    dont_know: Flag = key(
        False, 'Whether "don\'t know" is offered. It is stored as an answer of its own.', example=True
    )
    measures: Literal["decision", "rating"] | None = key(
        None,
        "What the analysis takes the answer for. decision: whether the case is positive, compared with the reference. "
        "rating: how likely it is to be positive, the higher the more, for ROC analysis.",
        example="decision",
    )
    show_if: ComparisonText | None = key(
        None,
        "Ask only if this comparison holds. Names: case.COLUMN (of the manifest), answer.QUESTION, condition, phase.",
        example="answer.nodule == yes",
    )

    @model_validator(mode="after")
    def _can_measure(self) -> _Question:
        answer = getattr(self, "answer", "")
        fitting = {"decision": ("yes_no",), "rating": ("slider", "likert")}.get(self.measures or "", (answer,))
        if answer not in fitting or (self.measures and self.per != "case"):
            raise PydanticCustomError(
                "RL208",
                "A question that measures the {measures} is per case, and answered by {fitting}.",
                {"measures": self.measures, "fitting": " or ".join(fitting)},
            )
        return self


def _options(value: Any) -> Any:
    """A list of labels stands for options whose values are the labels."""
    if not isinstance(value, list):
        return value
    repeated = [label for at, label in enumerate(value) if label in value[:at]]
    if repeated:
        raise PydanticCustomError("RL208", "The option {option} stands here twice.", {"option": str(repeated[0])})
    return {str(getattr(label, "written", label)): label for label in value}


class Choice(_Question):
    """One of several options."""

    answer: Literal["choice"]
    options: Annotated[
        Mapping[Text, Text],
        BeforeValidator(_options, json_schema_input_type=Mapping[str, str] | list[str]),
        Field(min_length=2, max_length=40),
    ] = key(
        ...,
        "The options: stored value and label, in the order shown; or a list of labels.",
        example={"benign": "Benign", "malignant": "Malignant"},
    )

    @model_validator(mode="after")
    def _labels_differ(self) -> Choice:
        labels = list(self.options.values())
        repeated = [label for at, label in enumerate(labels) if label in labels[:at]]
        if repeated:
            raise PydanticCustomError(
                "RL208",
                "Two options have the label {label}, so readers cannot tell them apart.",
                {"label": repeated[0]},
            )
        return self


class Likert(_Question):
    """A scale of points with an anchor at both ends; stored as 1, 2, 3 …"""

    answer: Literal["likert"]
    points: Whole = key(5, "Number of points.", example=7, ge=2, le=11)
    ends: tuple[Text, Text] | None = key(
        None, "Labels of the first and the last point; none are shown without.", example=["Guessing", "Certain"]
    )


class Slider(_Question):
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
        return self


class YesNo(_Question):
    """Yes or no; stored as the text `yes` or `no`."""

    answer: Literal["yes_no"]


class FreeText(_Question):
    """Text in the reader's own words."""

    answer: Literal["text"]
    max_characters: Whole = key(2000, "Longest text.", example=500, ge=1, le=20000)


class Marks(_Question):
    """Places that the reader points out, in LPS mm. Questions `per: mark` of the same phase go with each."""

    answer: Literal["marks"]
    required: Flag = key(False, "Whether at least one mark must be made.", example=True)
    shape: Literal["point"] = key("point", "What a mark is.", example="point")
    at_most: Whole = key(50, "Most marks that can be made in one case.", example=10, ge=1, le=500)


Question = Annotated[Choice | Likert | Slider | YesNo | FreeText | Marks, Field(discriminator="answer")]
Questions = Mapping[Name, Question]
