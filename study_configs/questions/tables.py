"""Questions that are answered in a table or by an order.

What belongs here: matrix, ranking, pairs. What does not: single answers (options, entries).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.questions.base import QuestionBase
from study_configs.questions.options import Options, labels_differ
from study_configs.section import Text, Whole, key

SEPARATOR = "="
BETWEEN = ">~"  # better>worse, a~b


class Matrix(QuestionBase):
    """The same few options for several rows; stored as a list of row=value."""

    answer: Literal["matrix"]
    rows: Options = key(
        ..., "The rows: stored value and label; or a list of labels.", example={"edema": "Edema", "mass": "Mass"}
    )
    options: Annotated[Options, Field(max_length=11)] = key(
        ..., "The columns: stored value and label; or a list of labels.", example={"yes": "Yes", "no": "No"}
    )
    ends: tuple[Text, Text] | None = key(
        None, "Words above the first and the last column.", example=["Very low", "Very high"]
    )

    @model_validator(mode="after")
    def _labels_differ(self) -> Matrix:
        labels_differ(self.rows)
        labels_differ(self.options)
        wrong = [row for row in self.rows if SEPARATOR in row]
        if wrong:
            raise PydanticCustomError("RL208", "The row {row} has = in its value.", {"row": wrong[0]})
        return self


class Ranking(QuestionBase):
    """Options put in order; stored as the list of their values, first to last."""

    answer: Literal["ranking"]
    options: Annotated[Options, Field(max_length=9)] = key(
        ..., "What is ranked: stored value and label; or a list of labels.", example=["Box", "Contour", "Heat map"]
    )
    ends: tuple[Text, Text] | None = key(None, "Words for the first and the last place.", example=["Best", "Worst"])
    top: Whole | None = key(None, "How many places are given; without, all.", example=3, ge=1, le=9)

    @model_validator(mode="after")
    def _possible(self) -> Ranking:
        labels_differ(self.options)
        if self.top is not None and self.top > len(self.options):
            raise PydanticCustomError(
                "RL208",
                "{top} places cannot be given to {count} options.",
                {"top": self.top, "count": len(self.options)},
            )
        return self


class Pairwise(QuestionBase):
    """Which of two is more so; stored as a list of better>worse or a~b, one for each pair.

    Every pair of the options is asked, in the order of the options.
    """

    answer: Literal["pairwise"]
    options: Annotated[Options, Field(max_length=8)] = key(
        ...,
        "What is compared: stored value and label; or a list of labels.",
        example={"left": "Left image", "right": "Right image"},
    )
    tie: Text | None = key(None, "Label for neither; not offered without.", example="No difference", max_length=60)

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> Pairwise:
        labels_differ(self.options)
        wrong = [value for value in self.options if any(sign in value for sign in BETWEEN)]
        if wrong:
            raise PydanticCustomError("RL208", "The value {value} has > or ~ in it.", {"value": wrong[0]})
        return self

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The values of each pair."""
        values = tuple(self.options)
        return tuple((one, other) for at, one in enumerate(values) for other in values[at + 1 :])
