"""Which keys give an answer, once the keyboard is with its question.

What belongs here: keys and texts for each type of answer, as pure functions. What does not: pressing them (hands) and
choosing the answer (plausible, policies).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.reading.answers import DONT_KNOW
from app.tracking.events import AnswerValue
from app.windows.questions.answer_keys import keys_here, none_key
from app.windows.questions.answer_matrix import rows_of
from study_configs.questions import Choices, FreeText, Matrix, NumberAnswer, Pairwise, Question, Ranking, Slider


@dataclass(frozen=True, slots=True)
class Typed:
    """Characters that are written, not keys that do something."""

    text: str


Press = str | Typed  # a portable key name, or a text


def presses(spec: Question, value: AnswerValue) -> tuple[Press, ...]:
    """The keys that answer a question with `value`, from an answer that is empty. Not for marks."""
    here = keys_here(spec)
    match spec:
        case Slider():
            return (Typed(f"{value:g}"), "Return")
        case NumberAnswer():
            return (Typed(f"{value:.{spec.decimals}f}".replace(".", ",")), "Return")
        case FreeText():
            return (Typed(str(value)), "Esc")
        case Choices() if value == ():
            return (none_key(spec),)
        case Choices() | Ranking() if isinstance(value, tuple):
            return tuple(here[each] for each in value)
        case Matrix() if isinstance(value, tuple):
            places = list(spec.options)
            return ("Home", *("1234567890-"[places.index(each)] for each in rows_of(value).values()))
        case Pairwise() if isinstance(value, tuple):
            return tuple(_side(said, pair) for said, pair in zip(value, spec.pairs, strict=True))
    return (here[value],)


def can_be_keyed(spec: Question, value: AnswerValue) -> bool:
    """Whether a key of the question itself gives this value; "don't know" of a few types has only its button."""
    return value != DONT_KNOW or DONT_KNOW in keys_here(spec)


def _side(said: str, pair: tuple[str, str]) -> str:
    if said.startswith(f"{pair[0]}>"):
        return "Left"
    return "Right" if ">" in said else "Down"
