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
from study_configs.words import translate
from viewers.commands import RESERVED_KEYS

LEFT_DIGITS = ("1", "2", "3", "4", "5")
RIGHT_DIGITS = ("6", "7", "8", "9", "0")
LETTERS = tuple("QWERTASDFGZXCVBYUIOPHJKLNM")
TAKEN = RESERVED_KEYS | APP_KEYS


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that a key does: give this answer, or (value None) go to the slider or text field of the question."""

    question: str
    value: AnswerValue


def assign_keys(questions: Iterable[AskedQuestion], taken: frozenset[str] = TAKEN) -> Mapping[Slot, str]:
    """One key for each answer of a phase, by Qt's portable name.

    It depends on all questions of the phase, also those that are not shown yet, so that no key moves while a reader
    answers. A scale gets a row of digits where one is free; a label gets one of its own letters (Y and N are kept for
    yes and no); what is left gets what is free, then Shift or Ctrl with a letter. Slots beyond that have no key;
    Tab reaches them.
    """
    questions = tuple(questions)
    keys = _Keys(taken)
    for asked in questions:
        keys.give_digits(asked)
    slots = [(slot, words) for asked in questions for slot, words in _slots(asked)]
    for answer, key in (("Yes", "Y"), ("No", "N")):
        keys.give_first([slot for slot, words in slots if words == answer], key)
    for slot, words in slots:
        keys.give_own_letter(slot, words)
    for slot, _ in slots:
        keys.give_any(slot)
    return MappingProxyType({slot: keys.given[slot] for slot, _ in slots if slot in keys.given})


def slots_of_keys(keys: Mapping[Slot, str]) -> Mapping[str, Slot]:
    """The same the other way round: what each key does."""
    return MappingProxyType({key: slot for slot, key in keys.items()})


def options(spec: Question) -> tuple[tuple[AnswerValue, str], ...]:
    """The answers that a question offers as buttons: stored value, label; empty for sliders, texts and marks."""
    said = {"yes": translate("Answers", "Yes"), "no": translate("Answers", "No")} if isinstance(spec, YesNo) else {}
    own = tuple((value, said.get(str(value), words)) for value, words in _own_options(spec))
    return (*own, *(((DONT_KNOW, dont_know_words()),) if spec.dont_know else ()))


def dont_know_words() -> str:
    """The label of the answer that says that the reader does not know."""
    return translate("Answers", "Don't know")


class _Keys:
    """The keys that are still free, and those that were given."""

    def __init__(self, taken: frozenset[str]) -> None:
        with_modifiers = (f"{modifier}+{letter}" for modifier in ("Shift", "Ctrl") for letter in LETTERS)
        every = (*LETTERS, *LEFT_DIGITS, *RIGHT_DIGITS, *with_modifiers)
        self.free = [key for key in every if key not in taken]
        self.given: dict[Slot, str] = {}

    def give_digits(self, asked: AskedQuestion) -> None:
        """A scale's points on 1 2 3 … or, beside the window presets, on 6 7 8 9 0."""
        points = [value for value, _ in _own_options(asked.spec)] if isinstance(asked.spec, Likert) else []
        for row in (LEFT_DIGITS + RIGHT_DIGITS, RIGHT_DIGITS):
            keys = row[: len(points)]
            if len(keys) == len(points) and all(key in self.free for key in keys):
                for value, key in zip(points, keys, strict=True):
                    self._give(Slot(asked.id, value), key)
                return

    def give_first(self, slots: list[Slot], key: str) -> None:
        if slots and key in self.free:
            self._give(slots[0], key)

    def give_own_letter(self, slot: Slot, words: str) -> None:
        initials = [word[0] for word in words.split()]
        letters = dict.fromkeys(letter.upper() for letter in (*initials, *words))
        own = next((letter for letter in letters if letter in self.free and letter.isalpha()), None)
        if slot not in self.given and own is not None:
            self._give(slot, own)

    def give_any(self, slot: Slot) -> None:
        if slot not in self.given and self.free:
            self._give(slot, self.free[0])

    def _give(self, slot: Slot, key: str) -> None:
        self.free.remove(key)
        self.given[slot] = key


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
    for value, label in _own_options(asked.spec):  # English: a language moves no key
        yield Slot(asked.id, value), label
    if asked.spec.dont_know:
        yield Slot(asked.id, DONT_KNOW), "Don't know"
