"""Which key gives which answer.

What belongs here: handing out keys that neither viewer nor workstation uses, the same ones each time a phase is asked.
What does not: Qt, and drawing the caps (answer_fields).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.reading.answers import DONT_KNOW
from app.reading.script import AskedQuestion
from app.tracking.events import AnswerValue
from app.windows.commands import APP_KEYS
from study_configs.questions import Choice, FreeText, Likert, Question, Slider, YesNo
from viewers.commands import RESERVED_KEYS

SCALE_KEYS = ("6", "7", "8", "9", "0")  # the digits beside the window presets: a row that reads as a scale
LETTERS = tuple("QESDXCBHNYUO" + "WRTFGVZAPLIKJM")
TAKEN = RESERVED_KEYS | APP_KEYS
DONT_KNOW_WORDS = "Don't know"


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that a key does: give this answer, or (value None) go to the slider or text field of the question."""

    question: str
    value: AnswerValue


def assign_keys(questions: Iterable[AskedQuestion], taken: frozenset[str] = TAKEN) -> Mapping[Slot, str]:
    """One key for each answer of a phase, by Qt's portable name.

    It depends on all questions of the phase, also those that are not shown yet, so that no key moves while a reader
    answers. A label's own letters come first (Y and N are kept for yes and no), then what is free, then Shift with a
    letter. Slots that are left over when all are taken have no key; they are reached with Tab.
    """
    slots = [(slot, words) for asked in questions for slot, words in _slots(asked)]
    free = [key for key in (*LETTERS, *SCALE_KEYS) if key not in taken]
    free += [f"Shift+{key}" for key in LETTERS if f"Shift+{key}" not in taken]
    given: dict[Slot, str] = {}
    for asked in questions_with_scales(questions):
        _give_scale(asked, free, given)
    kept = _kept_for_yes_and_no(slots)
    for slot, words in slots:
        if slot in given:
            continue
        wanted = _wanted(words, kept if words not in ("Yes", "No") else frozenset())
        key = next((k for k in (*wanted, *(f for f in free if f not in kept)) if k in free), None)
        if key is not None:
            free.remove(key)
            given[slot] = key
    return MappingProxyType(given)


def slots_of_keys(keys: Mapping[Slot, str]) -> Mapping[str, Slot]:
    """The same the other way round: what each key does."""
    return MappingProxyType({key: slot for slot, key in keys.items()})


def options(spec: Question) -> tuple[tuple[AnswerValue, str], ...]:
    """The answers that a question offers as buttons: stored value, label; empty for sliders, texts and marks."""
    return (*_own_options(spec), *(((DONT_KNOW, DONT_KNOW_WORDS),) if spec.dont_know else ()))


def questions_with_scales(questions: Iterable[AskedQuestion]) -> Iterator[AskedQuestion]:
    """Scales short enough for the row of digits."""
    return (asked for asked in questions if isinstance(asked.spec, Likert) and asked.spec.points <= len(SCALE_KEYS))


def _own_options(spec: Question) -> tuple[tuple[AnswerValue, str], ...]:
    if isinstance(spec, Choice):
        return tuple(spec.options.items())
    if isinstance(spec, YesNo):
        return (("yes", "Yes"), ("no", "No"))
    if isinstance(spec, Likert):
        return tuple((point, str(point)) for point in range(1, spec.points + 1))
    return ()


def _slots(asked: AskedQuestion) -> Iterator[tuple[Slot, str]]:
    if isinstance(asked.spec, Slider | FreeText):
        yield Slot(asked.id, None), asked.id
    for value, label in options(asked.spec):
        yield Slot(asked.id, value), label


def _give_scale(asked: AskedQuestion, free: list[str], given: dict[Slot, str]) -> None:
    """The row of digits for the first scale that finds it free."""
    points = [value for value, _ in _own_options(asked.spec)]
    if not all(key in free for key in SCALE_KEYS[: len(points)]):
        return
    for value, key in zip(points, SCALE_KEYS, strict=False):
        free.remove(key)
        given[Slot(asked.id, value)] = key


def _kept_for_yes_and_no(slots: list[tuple[Slot, str]]) -> frozenset[str]:
    words = {label for _, label in slots}
    return frozenset("YN") if words & {"Yes", "No"} else frozenset()


def _wanted(words: str, kept: frozenset[str]) -> list[str]:
    """The first letters of the label's words, then its other letters."""
    initials = [word[0] for word in words.split()]
    letters = dict.fromkeys(letter.upper() for letter in (*initials, *words) if letter.isascii() and letter.isalpha())
    return [letter for letter in letters if letter not in kept]
