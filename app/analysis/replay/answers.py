"""The answers of a trial or page as they were given, revised and confirmed, moment by moment.

What belongs here: one fold to lines of words. What does not: whether an answer was right (accuracy).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.tracking.events import (
    AnswerCleared,
    AnswerGiven,
    AnswerValue,
    CallAnswered,
    Event,
    MarkPlaced,
    MarkRemoved,
    PhaseConfirmed,
    TextAcknowledged,
    TrialStarted,
)
from study_configs.questions import Question
from study_configs.words import translate

Key = tuple[str, str]  # question, target
CLEARED = "–"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question about one target: what stands, what stood before, and the phases in which it was confirmed."""

    question: str
    target: str
    now: AnswerValue | None
    before: tuple[AnswerValue | None, ...] = ()
    confirmed: tuple[int, ...] = ()


@dataclass(slots=True)
class AnswerFold:
    """The lines of the trial that is read, in the order in which they were answered first; takes events in order."""

    trial: int = -1
    lines: dict[Key, AnswerLine] = field(default_factory=dict)
    kept: dict[int, dict[Key, AnswerLine]] = field(default_factory=dict)  # of trials that were left
    marks: dict[str, MarkPlaced] = field(default_factory=dict)  # that stand, of all trials

    def copy(self) -> AnswerFold:
        """The same state; what either takes from now on leaves the other as it is."""
        return AnswerFold(self.trial, dict(self.lines), dict(self.kept), dict(self.marks))

    def take(self, event: Event) -> None:
        """Go on by one event."""
        match event:
            case TrialStarted():
                self._go_to(event.trial)
            case AnswerGiven():
                self._put((event.question, event.target), event.value)
            case AnswerCleared():
                self._put((event.question, event.target), None)
            case MarkPlaced() | MarkRemoved():
                self._mark(event)
            case PhaseConfirmed():
                for said, value in event.answers.items():
                    self._confirm(said, value, event.phase)
            case CallAnswered():
                for name, value in event.answers.items():
                    self._put((name, ""), value)
            case TextAcknowledged():
                self._page(event.answers)

    def _go_to(self, trial: int) -> None:
        if self.trial >= 0:
            self.kept[self.trial] = self.lines
        self.trial, self.lines = trial, dict(self.kept.get(trial, {}))

    def _put(self, key: Key, value: AnswerValue | None) -> None:
        line = self.lines.get(key)
        if line is None:
            self.lines[key] = AnswerLine(*key, value)
        elif line.now != value:
            self.lines[key] = replace(line, now=value, before=(*line.before, line.now))

    def _mark(self, event: MarkPlaced | MarkRemoved) -> None:
        """Marks are an answer of all that stand; a mark that is moved stays one."""
        self.marks.pop(event.mark, None)
        if isinstance(event, MarkPlaced):
            self.marks[event.mark] = event
        line = self.lines.get((event.question, ""))
        standing = line.now if line is not None and isinstance(line.now, tuple) else ()
        left = tuple(mark for mark in standing if mark != event.mark)
        marks = standing if event.mark in standing else (*standing, event.mark)
        now = marks if isinstance(event, MarkPlaced) else left
        self.lines[event.question, ""] = AnswerLine(event.question, "", now, *_history(line))

    def _confirm(self, said: str, value: AnswerValue, phase: int) -> None:
        question, _, target = said.partition("@")
        self._put((question, target), tuple(value) if isinstance(value, list) else value)
        line = self.lines[question, target]
        self.lines[question, target] = replace(line, confirmed=(*line.confirmed, phase))

    def _page(self, answers: Mapping[str, AnswerValue]) -> None:
        if self.trial >= 0:
            self.kept[self.trial] = self.lines
        self.trial, self.lines = -1, {(name, ""): AnswerLine(name, "", value) for name, value in answers.items()}


def _history(line: AnswerLine | None) -> tuple[tuple[AnswerValue | None, ...], tuple[int, ...]]:
    return ((), ()) if line is None else (line.before, line.confirmed)


def asked(questions: Mapping[str, Question], name: str) -> str:
    """The words of a question; its name where the protocol has none of that name."""
    return questions[name].ask if name in questions else name


def value_words(questions: Mapping[str, Question], name: str, value: AnswerValue | None) -> str:
    """An answer as the reader read it, as far as the protocol has words for it."""
    if value is None:
        return CLEARED
    if isinstance(value, bool):
        return translate("Replay", "yes") if value else translate("Replay", "no")
    question = questions.get(name)
    if question is not None and question.answer == "marks" and isinstance(value, tuple):
        return translate("Replay", "{count} marked").format(count=len(value))
    labels = getattr(question, "options", None)
    labels = labels if isinstance(labels, Mapping) else {}
    each = value if isinstance(value, tuple) else (value,)
    unit = getattr(question, "unit", "")
    return ", ".join(_label(labels, one) for one in each) + (f" {unit}" if unit else "")


def _label(labels: Mapping[str, object], value: object) -> str:
    label = labels.get(str(value))
    return label if isinstance(label, str) else f"{value:g}" if isinstance(value, float) else str(value)


def changes(line: AnswerLine) -> Iterator[AnswerValue | None]:
    """What stood before, without the clearing that answers pass through when they are revised."""
    yield from (value for value in line.before if value is not None)
