"""Which values answer a question.

What belongs here: the check of one value against one question. What does not: which questions are asked (asking).
"""

from __future__ import annotations

from app.tracking.events import AnswerValue
from study_configs.questions import Choice, FreeText, Likert, Marks, Question, Slider, YesNo

DONT_KNOW = "dont_know"
"""The answer "don't know", where a question offers it."""


def refusal(question: Question, value: AnswerValue) -> str:
    """Why the value does not answer the question; empty when it does."""
    if value == DONT_KNOW and question.dont_know:
        return ""
    match question:
        case Choice():
            return _unless(value in question.options, value, "one of " + ", ".join(question.options))
        case YesNo():
            return _unless(value in ("yes", "no"), value, "yes or no")
        case Likert():
            right = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= question.points
            return _unless(right, value, f"a whole number from 1 to {question.points}")
        case Slider():
            right = isinstance(value, (int, float)) and not isinstance(value, bool)
            right = right and question.from_ <= float(value) <= question.to  # type: ignore[arg-type]
            return _unless(right, value, f"a number from {question.from_:g} to {question.to:g}")
        case FreeText():
            right = isinstance(value, str) and 0 < len(value) <= question.max_characters
            return _unless(right, value, f"a text of at most {question.max_characters} characters")
        case Marks():
            return "marks are placed on the images, not answered"


def _unless(right: bool, value: AnswerValue, expected: str) -> str:
    return "" if right else f"{value!r} is not {expected}"
