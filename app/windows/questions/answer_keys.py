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
from study_configs.questions import Choice, Choices, Likert, Marks, Question, Ranking, ScaleAnswer, Verdict, YesNo
from study_configs.words import translate
from viewers.commands import RESERVED_KEYS

LEFT_DIGITS = ("1", "2", "3", "4", "5")
RIGHT_DIGITS = ("6", "7", "8", "9", "0")
LETTERS = tuple("QWERTASDFGZXCVBYUIOPHJKLNM")
TAKEN = RESERVED_KEYS | APP_KEYS
HERE = (*"1234567890", *LETTERS)  # of options, in their order, once the keyboard is with their question
WITHOUT = ("0", "-", "X", "Q")  # of "don't know", the first that no option has
SIDES = ("right", "left")


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that a key does: give this answer, or (value None) take the keyboard to the question.

    `target` is a side; everything else that a question can be about is the one that is selected.
    """

    question: str
    value: AnswerValue
    target: str = ""


def assign_keys(questions: Iterable[AskedQuestion], taken: frozenset[str] = TAKEN) -> Mapping[Slot, str]:
    """One key for each answer of a phase, by Qt's portable name.

    It depends on all questions of the phase, also those that are not shown yet, so that no key moves while a reader
    answers. A scale gets a row of digits where one is free; a label gets one of its own letters (Y and N are kept for
    yes and no). Where plain keys run out, the questions with the most answers get one key that leads to them, and
    their answers have digits there; so do scales without a row of digits, tables, pairs and the like. Only what is
    then still left has Shift or Ctrl with a letter, and slots beyond that have no key; Enter and Tab reach them.
    """
    questions = tuple(questions)
    led: set[str] = set()
    while True:
        keys = _assigned(questions, taken, led)
        scattered = [asked for asked in reversed(questions) if len(_keyed(asked, led)) > 1]
        if not (scattered and _is_crowded(questions, keys, led)):
            return MappingProxyType(keys)
        led.add(max(scattered, key=lambda asked: len(_keyed(asked, led))).id)


def _assigned(questions: tuple[AskedQuestion, ...], taken: frozenset[str], led: set[str]) -> dict[Slot, str]:
    """One key for each answer, but for the questions in `led`, which have one key that leads to them."""
    keys = _Keys(taken)
    scales = [asked for asked in questions if isinstance(asked.spec, Likert) and asked.id not in led]
    for asked in scales[:1] if len(scales) > MOST_SCATTERED else scales:
        keys.give_digits(asked)
    led = led | {asked.id for asked in questions if _is_led_to(asked, len(scales), keys)}
    slots = [(slot, words) for asked in questions for slot, words in _slots(asked, asked.id in led)]
    for answer, key in (("Yes", "Y"), ("No", "N")):
        keys.give_first([slot for slot, words in slots if words == answer], key)
    for slot, words in slots:
        keys.give_own_letter(slot, words)
    for slot, _ in slots:
        keys.give_any(slot)
    return {slot: keys.given[slot] for slot, _ in slots if slot in keys.given}


def _keyed(asked: AskedQuestion, led: set[str]) -> list[Slot]:
    """The answers of a question that want a key each."""
    return [] if asked.id in led or asked.spec.per in BESIDE else [slot for slot, _ in _slots(asked, False)]


def _is_crowded(questions: tuple[AskedQuestion, ...], keys: Mapping[Slot, str], led: set[str]) -> bool:
    """Whether an answer has no key, or one that needs a second hand."""
    missing = (
        slot
        for asked in questions
        for slot in _keyed(asked, led)
        if slot not in keys and Slot(asked.id, None) not in keys
    )
    return any("+" in key for key in keys.values()) or any(True for _ in missing)


def slots_of_keys(keys: Mapping[Slot, str]) -> Mapping[str, Slot]:
    """The same the other way round: what each key does."""
    return MappingProxyType({key: slot for slot, key in keys.items()})


def options(spec: Question) -> tuple[tuple[AnswerValue, str], ...]:
    """The answers that a question offers as buttons: stored value, label; empty for sliders, texts and marks."""
    own = tuple((value, _said(spec, value, words)) for value, words in _all_options(spec))
    return (*own, *(((DONT_KNOW, dont_know_words()),) if spec.dont_know else ()))


def _said(spec: Question, value: AnswerValue, words: str) -> str:
    """The words of an option in the language of the window, where they are ours and not the protocol's."""
    match spec:
        case YesNo():
            return translate("Answers", "Yes") if value == "yes" else translate("Answers", "No")
        case Verdict():
            ours = {"accept": translate("Answers", "Accept"), "modify": translate("Answers", "Modify")}
            return ours.get(str(value), translate("Answers", "Reject"))
        case ScaleAnswer():
            return f"{value}   {translate('Scales', words)}"
    return words


def keys_here(spec: Question) -> Mapping[AnswerValue, str]:
    """The key of each option once the keyboard is with the question itself, where no key of the viewer is in the way.

    Digits in the order of the options, then letters; categories of a field scale have their own last character (A of
    4A); yes, no and verdicts their letters.
    """
    values = [value for value, _ in _all_options(spec)]
    own: dict[AnswerValue, str] = dict(zip(values, HERE, strict=False))
    if isinstance(spec, ScaleAnswer):
        own = _last_characters(spec)
    elif isinstance(spec, YesNo | Verdict):
        own = {value: str(value)[0].upper() for value in values}
    if spec.dont_know:
        own[DONT_KNOW] = next(key for key in WITHOUT if key not in own.values())
    return MappingProxyType(own)


def none_key(spec: Question) -> str:
    """The key of "none of these", beside those of `keys_here`."""
    return next(key for key in WITHOUT if key not in keys_here(spec).values())


def _last_characters(spec: ScaleAnswer) -> dict[AnswerValue, str]:
    keys: dict[AnswerValue, str] = {}
    for category in spec.categories:
        ways = (category[-1], *reversed(category), *HERE)
        keys[category] = next(way for way in ways if way.isalnum() and way not in keys.values())
    return keys


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
        is_scale = isinstance(asked.spec, Likert) and asked.spec.per not in BESIDE
        points = [value for value, _ in _own_options(asked.spec)] if is_scale else []
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


MOST_SCATTERED = 2  # scales whose points may have keys of their own
BESIDE = ("side", "segment")  # scopes that stand in columns or a table, which one key leads into


def _own_options(spec: Question) -> tuple[tuple[AnswerValue, str], ...]:
    """The options that have keys of their own beside the images; the others are reached through their question."""
    return _all_options(spec) if isinstance(spec, Choice | YesNo | Likert | Verdict) else ()


def _all_options(spec: Question) -> tuple[tuple[AnswerValue, str], ...]:
    match spec:
        case Choice() | Choices() | Ranking():
            return tuple(spec.options.items())
        case YesNo():
            return (("yes", "Yes"), ("no", "No"))
        case Verdict():
            return tuple((offered, offered.capitalize()) for offered in spec.offer)
        case ScaleAnswer():
            return tuple(spec.categories.items())
        case Likert():
            labels = spec.labels or ("",) * spec.points
            return tuple((point, f"{point}   {each}".strip()) for point, each in enumerate(labels, 1))
    return ()


def _is_led_to(asked: AskedQuestion, scales: int, keys: _Keys) -> bool:
    """Whether one key leads to the question: it stands in a table, or is a scale of numbers without a row of digits."""
    spec = asked.spec
    is_without = isinstance(spec, Likert) and Slot(asked.id, 1) not in keys.given
    has_words = isinstance(spec, Likert) and bool(spec.labels) and scales <= MOST_SCATTERED
    return spec.per in BESIDE or (is_without and not has_words)


def _slots(asked: AskedQuestion, is_led_to: bool) -> Iterator[tuple[Slot, str]]:
    spec = asked.spec
    if is_led_to:
        for target in SIDES if spec.per == "side" else ("",):
            yield Slot(asked.id, None, target), f"{target} {asked.id}".strip()
        return
    if not (_own_options(spec) or isinstance(spec, Marks)):
        yield Slot(asked.id, None), asked.id
    for value, label in _own_options(spec):  # English: a language moves no key
        yield Slot(asked.id, value), label
    if spec.dont_know and not isinstance(spec, ScaleAnswer | Choices | Ranking):
        yield Slot(asked.id, DONT_KNOW), "Don't know"
