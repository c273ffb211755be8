"""An answer that fits, drawn for any question: what simulated readers say where they have no opinion.

What belongs here: one value per type of answer. What does not: when it is given, and by which key (reader, on_paper).
"""

from __future__ import annotations

import random

from app.tracking.events import AnswerValue
from study_configs.problem import ProgramError
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

REMARK = "A first look; nothing that worries me."


def plausible(question: Question, chance: random.Random) -> AnswerValue:
    """A value that answers the question. Raises ProgramError for marks, which are placed and not answered."""
    match question:
        case YesNo():
            return chance.choice(("yes", "no"))
        case Choice():
            return chance.choice(list(question.options))
        case Choices():
            return _some(list(question.options), question.at_least, question.at_most, chance)
        case Likert():
            return chance.randint(1, question.points)
        case ScaleAnswer():
            return chance.choice(list(question.categories))
        case Verdict():
            return chance.choice(question.offer)
        case Slider():
            steps = int((question.to - question.from_) / question.step)
            return question.from_ + question.step * chance.randint(0, steps)
        case NumberAnswer():
            return _number(question, chance)
        case FreeText():
            return REMARK[: question.max_characters]
        case Matrix():
            return tuple(f"{row}{SEPARATOR}{chance.choice(list(question.options))}" for row in question.rows)
        case Ranking():
            return tuple(chance.sample(list(question.options), question.top or len(question.options)))
        case Pairwise():
            return tuple(chance.choice((f"{one}>{other}", f"{other}>{one}")) for one, other in question.pairs)
        case Marks():
            raise ProgramError("Marks are placed on the images, not answered.")


def _some(options: list[str], at_least: int, at_most: int, chance: random.Random) -> tuple[str, ...]:
    taken = set(chance.sample(options, chance.randint(at_least, min(at_most, len(options)))))
    return tuple(option for option in options if option in taken)


def _number(question: NumberAnswer, chance: random.Random) -> float:
    low = question.from_ if question.from_ is not None else min(0.0, question.to or 0.0)
    high = question.to if question.to is not None else low + 100
    drawn = round(chance.uniform(low, high), question.decimals)
    return min(high, max(low, drawn))
