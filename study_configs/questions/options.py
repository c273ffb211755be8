"""Questions that are answered by one or several of a few options.

What belongs here: yes or no, choices, points on a scale, field scales, accepting advice. What does not: numbers and
words (entries), tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.questions.base import QuestionBase
from study_configs.scales import ScaleName, categories
from study_configs.section import Text, Whole, key


def _options(value: Any) -> Any:
    """A list of labels stands for options whose values are the labels."""
    if not isinstance(value, list):
        return value
    repeated = [label for at, label in enumerate(value) if label in value[:at]]
    if repeated:
        raise PydanticCustomError("RL208", "The option {option} stands here twice.", {"option": str(repeated[0])})
    return {str(getattr(label, "written", label)): label for label in value}


Options = Annotated[
    Mapping[Text, Text],
    BeforeValidator(_options, json_schema_input_type=Mapping[str, str] | list[str]),
    Field(min_length=2, max_length=40),
]
OPTIONS = "The options: stored value and label, in the order shown; or a list of labels."


def labels_differ(options: Mapping[str, str]) -> None:
    """Raises PydanticCustomError where two options look alike to readers, or one has no value or label."""
    labels = list(options.values())
    if not all(options) or not all(label.strip() for label in labels):
        raise PydanticCustomError("RL208", "An option has no value or no label.")
    repeated = [label for at, label in enumerate(labels) if label in labels[:at]]
    if repeated:
        raise PydanticCustomError(
            "RL208",
            "Two options have the label {label}, so readers cannot tell them apart.",
            {"label": repeated[0]},
        )


class Choice(QuestionBase):
    """One of several options."""

    answer: Literal["choice"]
    options: Options = key(..., OPTIONS, example={"benign": "Benign", "malignant": "Malignant"})

    @model_validator(mode="after")
    def _labels_differ(self) -> Choice:
        labels_differ(self.options)
        return self


class Choices(QuestionBase):
    """Any number of several options; stored as the list of their values, in the order of the options."""

    answer: Literal["choices"]
    options: Options = key(..., OPTIONS, example={"mass": "Mass", "calcification": "Calcification"})
    at_least: Whole = key(0, "Fewest that must be taken; 0 lets a reader answer with none.", example=1, ge=0, le=40)
    at_most: Whole = key(40, "Most that can be taken.", example=3, ge=1, le=40)

    @model_validator(mode="after")
    def _possible(self) -> Choices:
        labels_differ(self.options)
        if self.at_least > min(self.at_most, len(self.options)):
            raise PydanticCustomError("RL208", "at_least is more than can be taken.")
        return self


class YesNo(QuestionBase):
    """Yes or no; stored as the text `yes` or `no`."""

    answer: Literal["yes_no"]


class Likert(QuestionBase):
    """A scale of points with an anchor at both ends; stored as 1, 2, 3 …"""

    answer: Literal["likert"]
    points: Whole = key(5, "Number of points.", example=7, ge=2, le=11)
    ends: tuple[Text, Text] | None = key(
        None, "Labels of the first and the last point; none are shown without.", example=["Guessing", "Certain"]
    )
    labels: tuple[Text, ...] = key(
        (), "A label for every point, instead of ends.", example=["None", "Mild", "Severe", "Occluded"], max_length=11
    )

    @model_validator(mode="after")
    def _a_label_each(self) -> Likert:
        if self.labels and (self.ends is not None or len(self.labels) != self.points):
            raise PydanticCustomError("RL208", "labels has one label for each of the points, and stands without ends.")
        return self


class ScaleAnswer(QuestionBase):
    """A category of a field scale; stored as the category, such as 4A."""

    answer: Literal["scale"]
    scale: ScaleName = key(..., "Which: its categories and their short meanings come with it.", example="BI-RADS")
    only: tuple[Text, ...] = key(
        (), "Categories that are offered; without, all.", example=["1", "2", "3", "4", "5"], max_length=12
    )
    positive_from: Text | None = key(
        None, "For `measures: decision`: the lowest category that counts as positive.", example="3"
    )

    @model_validator(mode="after")
    def _known(self) -> ScaleAnswer:
        offered = categories(self.scale)
        named = (*self.only, *([self.positive_from] if self.positive_from else ()))
        unknown = [each for each in named if each not in offered]
        if unknown:
            raise PydanticCustomError(
                "RL208",
                "{scale} has no category {unknown}; it has {known}.",
                {"scale": self.scale, "unknown": unknown[0], "known": ", ".join(offered)},
            )
        if (self.measures == "decision") != (self.positive_from is not None):
            raise PydanticCustomError("RL208", "A scale that measures the decision says positive_from, and no other.")
        return self

    @property
    def categories(self) -> dict[str, str]:
        """The categories that are offered, with their short meanings, from harmless to worst."""
        return {name: why for name, why in categories(self.scale).items() if not self.only or name in self.only}


class Verdict(QuestionBase):
    """What the reader makes of the AI's advice: stored as accept, modify or reject.

    Per case it is about the advice as a whole, per finding about that finding.
    """

    answer: Literal["verdict"]
    offer: Annotated[tuple[Literal["accept", "modify", "reject"], ...], Field(min_length=2)] = key(
        ("accept", "modify", "reject"),
        "What can be answered. After modify, other questions say how (show_if: answer.THIS == modify).",
        example=["accept", "reject"],
    )
