"""What a reader's answers say of a case: the decision and the rating that a protocol's questions measure.

What belongs here: answers → yes or no, answers → a number that rises with suspicion. What does not: truth (cases),
estimators (app.analysis).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from study_configs.protocol import Protocol
from study_configs.questions import Question, ScaleAnswer
from study_configs.scales import categories

Answers = Mapping[str, Any]  # by question, or question@side
Measure = Literal["decision", "rating"]


def measuring(protocol: Protocol, what: Measure) -> str:
    """The id of the question that measures the decision or the rating; empty where the protocol names none."""
    return next((name for name, question in protocol.questions.items() if question.measures == what), "")


def decision_in(protocol: Protocol, answers: Answers) -> bool | None:
    """Whether the case was called positive; of answers per side, whether either was."""
    name = measuring(protocol, "decision")
    called = [_called(protocol.questions[name], value) for value in _values(answers, name)]
    known = [each for each in called if each is not None]
    return any(known) if known else None


def rating_in(protocol: Protocol, answers: Answers) -> float | None:
    """How likely the case was said to be positive; of answers per side, the higher."""
    name = measuring(protocol, "rating")
    rated = [as_number(protocol.questions[name], value) for value in _values(answers, name)]
    return max((each for each in rated if each is not None), default=None)


def as_number(question: Question, value: Any) -> float | None:
    """An answer as a number: of an ordered scale its step, from 0; None for what is no number."""
    if isinstance(question, ScaleAnswer):
        steps = list(categories(question.scale))
        return float(steps.index(value)) if value in steps else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _called(question: Question, value: Any) -> bool | None:
    if isinstance(question, ScaleAnswer) and question.positive_from is not None:
        steps = list(categories(question.scale))
        return steps.index(value) >= steps.index(question.positive_from) if value in steps else None
    return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None


def _values(answers: Answers, question: str) -> list[Any]:
    """What was answered to a question, about the case or about its sides; nothing where the protocol asks none."""
    return [value for key, value in answers.items() if question and key.partition("@")[0] == question]
