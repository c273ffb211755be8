"""What readers are asked, one class for each type of answer.

What belongs here: the questions as values. What does not: asking them (windows), keeping the answers (reading, store).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from study_configs.questions.base import QuestionBase, Scope
from study_configs.questions.entries import FreeText, NumberAnswer, Slider
from study_configs.questions.marks import Marks, Shape
from study_configs.questions.options import Choice, Choices, Likert, ScaleAnswer, Verdict, YesNo
from study_configs.questions.tables import SEPARATOR, Matrix, Pairwise, Ranking
from study_configs.section import Name

Question = Annotated[
    YesNo
    | Choice
    | Choices
    | Likert
    | ScaleAnswer
    | Verdict
    | Slider
    | NumberAnswer
    | FreeText
    | Matrix
    | Ranking
    | Pairwise
    | Marks,
    Field(discriminator="answer"),
]
Questions = Mapping[Name, Question]

__all__ = [
    "SEPARATOR",
    "Choice",
    "Choices",
    "FreeText",
    "Likert",
    "Marks",
    "Matrix",
    "NumberAnswer",
    "Pairwise",
    "Question",
    "QuestionBase",
    "Questions",
    "Ranking",
    "ScaleAnswer",
    "Scope",
    "Shape",
    "Slider",
    "Verdict",
    "YesNo",
]
