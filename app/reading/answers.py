"""Which values answer a question.

What belongs here: the check of one value against one question. What does not: which questions are asked (asking).
"""

from __future__ import annotations

from app.tracking.events import AnswerValue
from study_configs.questions import (
    SEPARATOR,
    Choice,
    Choices,
    FreeText,
    Likert,
    Marks,
    Matrix,
    NumberAnswer,
    Pairwise,
    Question,
    Ranking,
    ScaleAnswer,
    Slider,
    Verdict,
    YesNo,
)
from study_configs.questions.base import DONT_KNOW as DONT_KNOW


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
        case ScaleAnswer():
            return _unless(value in question.categories, value, "one of " + ", ".join(question.categories))
        case Verdict():
            return _unless(value in question.offer, value, "one of " + ", ".join(question.offer))
        case NumberAnswer():
            return _unless(_is_number_within(value, question), value, "a number within the question's limits")
        case Choices():
            return _unless(_are_choices(value, question), value, "some of " + ", ".join(question.options))
        case Matrix():
            return _unless(_fills(value, question), value, "one row=value for each row")
        case Ranking():
            return _unless(_ranks(value, question), value, "the options in an order, each once")
        case Pairwise():
            return _unless(_compares(value, question), value, "one better>worse or a~b for each pair")
        case Marks():
            return "marks are placed on the images, not answered"


def _unless(right: bool, value: AnswerValue, expected: str) -> str:
    return "" if right else f"{value!r} is not {expected}"


def _is_number_within(value: AnswerValue, question: NumberAnswer) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    low, high = question.from_, question.to
    return (low is None or value >= low) and (high is None or value <= high)


def _are_choices(value: AnswerValue, question: Choices) -> bool:
    if not isinstance(value, tuple) or list(value) != [name for name in question.options if name in value]:
        return False
    return question.at_least <= len(value) <= question.at_most


def _fills(value: AnswerValue, question: Matrix) -> bool:
    if not isinstance(value, tuple):
        return False
    cells = [cell.partition(SEPARATOR) for cell in value]
    return [row for row, _, _ in cells] == list(question.rows) and all(at in question.options for _, _, at in cells)


def _ranks(value: AnswerValue, question: Ranking) -> bool:
    if not isinstance(value, tuple) or len(set(value)) < len(value):
        return False
    return len(value) == (question.top or len(question.options)) and set(value) <= set(question.options)


def _compares(value: AnswerValue, question: Pairwise) -> bool:
    if not isinstance(value, tuple) or len(value) != len(question.pairs):
        return False
    allowed = [
        (f"{a}>{b}", f"{b}>{a}", *((f"{a}~{b}",) if question.tie is not None else ())) for a, b in question.pairs
    ]
    return all(said in offered for said, offered in zip(value, allowed, strict=True))
