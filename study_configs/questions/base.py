"""What every question has, whatever its answer.

What belongs here: scope, condition, whether it must be answered, what it measures. What does not: the types of answer,
which have modules of their own beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from study_configs.section import ComparisonText, Flag, Name, Section, Text, key

Scope = Literal["case", "side", "segment", "finding", "mark", "lesion", "sitting"]
DONT_KNOW = "dont_know"
"""The answer "don't know", where a question offers it."""
MEASURED_BY: Mapping[str, tuple[str, ...]] = {
    "decision": ("yes_no", "scale"),
    "rating": ("slider", "likert", "number", "scale"),
}


class QuestionBase(Section):
    """What every question has."""

    base: Name | None = key(
        None, "Another question; keys that are not given here are taken from it.", example="suspicion"
    )
    ask: Text = key(
        ..., "The question, as readers see it.", example="How likely is cancer?", min_length=1, max_length=300
    )
    version: Text = key(
        "1", "Version of its words; the store keeps it with each answer.", example="2", min_length=1, max_length=20
    )
    help: Text = key(
        "", "A line below the question, in smaller letters.", example="Judge the whole exam.", max_length=500
    )
    per: Scope = key(
        "case",
        "What it is asked about: each case; each side (right and left); each of its segments; each finding of the AI "
        "that the phase shows; each mark of the reader; each lesion of the reference, whose place is pointed out to "
        "the reader; or once (on a page before or after the sitting).",
        example="mark",
    )
    segments: Mapping[Text, Text] = key(
        dict,
        "For `per: segment`: stored value and label of each.",
        example={"sfa": "Superficial femoral artery", "pop": "Popliteal artery"},
        max_length=60,
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
        "Ask only if this comparison holds. Names: case.COLUMN (of the manifest), answer.QUESTION (of the case, or of "
        "the same side, segment, finding, mark or lesion), condition, phase, arm, reader.STRATUM.",
        example="answer.nodule == yes",
    )

    @model_validator(mode="after")
    def _can_measure(self) -> QuestionBase:
        answer = getattr(self, "answer", "")
        fitting = MEASURED_BY.get(self.measures or "", (answer,))
        if answer not in fitting or (self.measures and self.per not in ("case", "side")):
            raise PydanticCustomError(
                "RL208",
                "A question that measures the {measures} is per case or side, and answered by {fitting}.",
                {"measures": self.measures, "fitting": " or ".join(fitting)},
            )
        return self

    @model_validator(mode="after")
    def _dont_know_is_one_answer(self) -> QuestionBase:
        if self.dont_know and DONT_KNOW in getattr(self, "options", ()):
            raise PydanticCustomError("RL208", "The option dont_know is what dont_know: true offers already.")
        return self

    @model_validator(mode="after")
    def _has_its_segments(self) -> QuestionBase:
        if (self.per == "segment") != bool(self.segments):
            raise PydanticCustomError("RL208", "Questions per segment name their segments, and no others do.")
        return self
