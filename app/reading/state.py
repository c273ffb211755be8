"""Where a sitting stands, as one frozen value that is rebuilt from events.

What belongs here: the state and the small changes to it. What does not: deciding which change an event makes (engine).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from app.reading.worklist.state import Bustle
from app.tracking.events import (
    AnswerValue,
    LayerChanged,
    MarkPlaced,
    MeasurementMade,
    MeasurementRemoved,
    SegmentPainted,
    SegmentRemoved,
)

Drawing = MeasurementMade | MeasurementRemoved | SegmentPainted | SegmentRemoved


class Stage(Enum):
    """The stages of a sitting, in the order in which a reader meets them."""

    SIGNED_OUT = "signed out"
    BEFORE = "pages before"
    BLOCK_PAGES = "pages before a block"
    LISTING = "reading list"
    OPENING = "opening a case"
    READING = "reading"
    TELLING = "feedback between cases"
    BREAK = "break"
    AFTER = "pages after"
    FEEDBACK = "feedback"
    FINISHED = "finished"


class AnswerKey(NamedTuple):
    """`target`: "" for the case, right or left, a segment's value, the id of a finding, a mark or a lesion."""

    trial: int
    phase: int
    question: str
    target: str = ""


class MarkKey(NamedTuple):
    trial: int
    phase: int
    question: str
    mark: str


class RevealKey(NamedTuple):
    """A layer that was held back and came, in a phase of a trial."""

    trial: int
    phase: int
    layer: str
    how: str


class LayerKey(NamedTuple):
    """A layer in a phase of a trial."""

    trial: int
    phase: int
    layer: str


def _no_answers() -> Mapping[AnswerKey, AnswerValue]:
    return MappingProxyType({})


def _no_marks() -> Mapping[MarkKey, MarkPlaced]:
    return MappingProxyType({})


def _no_layers() -> Mapping[LayerKey, LayerChanged]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Aside:
    """Where a trial stands that is not open: in which phase, what was drawn in it, how long that phase was shown."""

    phase: int = 0
    drawn: tuple[Drawing, ...] = ()
    spent_ns: int = 0


def _nothing_aside() -> Mapping[int, Aside]:
    return MappingProxyType({})


Phased = tuple[int, int]  # trial, phase


def _no_scores() -> Mapping[Phased, Mapping[str, float]]:
    return MappingProxyType({})


def _no_findings() -> Mapping[Phased, tuple[str, ...]]:
    return MappingProxyType({})


def _no_page_answers() -> Mapping[str, AnswerValue]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rest:
    """What breaks go by: cases and reading time since the last one, and when the one in progress began."""

    cases: int = 0
    reading_ns: int = 0
    since_ns: int | None = None


@dataclass(frozen=True, slots=True)
class ReadingState:
    """`page` and `trial` are positions in the script; `phase` is the phase that is asked or comes next.

    `phase_started_ns` is None until the phase is on the screen (monotonic clock of the running sitting, ns).
    `phase_spent_ns` is how long it was on the screen before, in earlier sign-ins or before the trial was set aside,
    pauses left out. `layers_set` is how the reader last set a layer.

    Trials by their index: `done` are finished, `unread` are left out for good, `aside` were begun and are not open,
    `told` had their feedback between cases. `scores` are the AIs' highest, known for a phase's `only_if`; `findings`
    what questions per finding are about. `block_pages_read` are (block, page).
    """

    stage: Stage = Stage.SIGNED_OUT
    page: int = 0
    trial: int = 0
    phase: int = 0
    phase_started_ns: int | None = None
    answers: Mapping[AnswerKey, AnswerValue] = field(default_factory=_no_answers)
    marks: Mapping[MarkKey, MarkPlaced] = field(default_factory=_no_marks)
    drawn: tuple[Drawing, ...] = ()  # everything measured and painted in the trial in progress, in all its phases
    confirmed: frozenset[tuple[int, int]] = frozenset()
    revealed: frozenset[RevealKey] = frozenset()
    phase_spent_ns: int = 0
    layers_set: Mapping[LayerKey, LayerChanged] = field(default_factory=_no_layers)
    done: frozenset[int] = frozenset()
    unread: frozenset[int] = frozenset()
    aside: Mapping[int, Aside] = field(default_factory=_nothing_aside)
    skipped: frozenset[Phased] = frozenset()
    scores: Mapping[Phased, Mapping[str, float]] = field(default_factory=_no_scores)
    findings: Mapping[Phased, tuple[str, ...]] = field(default_factory=_no_findings)
    told: frozenset[int] = frozenset()
    page_answers: Mapping[str, AnswerValue] = field(default_factory=_no_page_answers)
    page_shown_ns: int | None = None
    block_pages_read: frozenset[tuple[int, str]] = frozenset()
    rest: Rest = Rest()
    signed_in_ns: int = 0
    bustle: Bustle = field(default_factory=Bustle)  # the reading list of the block in progress

    def with_answer(self, key: AnswerKey, value: AnswerValue) -> ReadingState:
        return replace(self, answers=MappingProxyType({**self.answers, key: value}))

    def without_answer(self, key: AnswerKey) -> ReadingState:
        return replace(self, answers=MappingProxyType({k: v for k, v in self.answers.items() if k != key}))

    def with_mark(self, key: MarkKey, placed: MarkPlaced) -> ReadingState:
        return replace(self, marks=MappingProxyType({**self.marks, key: placed}))

    def without_mark(self, key: MarkKey) -> ReadingState:
        """The state without a mark, and without the answers that were given about it."""
        about = (key.trial, key.phase, key.mark)
        return replace(
            self,
            marks=MappingProxyType({k: v for k, v in self.marks.items() if k != key}),
            answers=MappingProxyType({k: v for k, v in self.answers.items() if (k.trial, k.phase, k.target) != about}),
        )

    def with_drawing(self, event: Drawing) -> ReadingState:
        return replace(self, drawn=(*self.drawn, event))

    def with_revealed(self, key: RevealKey) -> ReadingState:
        return replace(self, revealed=self.revealed | {key})

    def without_revealed(self, trial: int, phase: int, layer: str) -> ReadingState:
        kept = frozenset(key for key in self.revealed if (key.trial, key.phase, key.layer) != (trial, phase, layer))
        return replace(self, revealed=kept)

    def with_layer_set(self, key: LayerKey, changed: LayerChanged) -> ReadingState:
        return replace(self, layers_set=MappingProxyType({**self.layers_set, key: changed}))

    def layers_set_in(self, trial: int, phase: int) -> Mapping[str, LayerChanged]:
        """How the reader set layers in a phase, by layer."""
        here = (trial, phase)
        return {key.layer: changed for key, changed in self.layers_set.items() if (key.trial, key.phase) == here}

    def revealed_in(self, trial: int, phase: int) -> frozenset[str]:
        """The layers that came in a phase and are still there."""
        return frozenset(key.layer for key in self.revealed if (key.trial, key.phase) == (trial, phase))

    def without_trial(self, trial: int) -> ReadingState:
        """The state without what was answered, marked, revealed and set in one trial, and the time spent in it."""
        return replace(
            self,
            answers=MappingProxyType({k: v for k, v in self.answers.items() if k.trial != trial}),
            marks=MappingProxyType({k: v for k, v in self.marks.items() if k.trial != trial}),
            drawn=(),
            revealed=frozenset(key for key in self.revealed if key.trial != trial),
            phase_spent_ns=0,
            layers_set=MappingProxyType({k: v for k, v in self.layers_set.items() if k.trial != trial}),
            confirmed=frozenset(pair for pair in self.confirmed if pair[0] != trial),
            skipped=frozenset(pair for pair in self.skipped if pair[0] != trial),
            scores=MappingProxyType({k: v for k, v in self.scores.items() if k[0] != trial}),
            findings=MappingProxyType({k: v for k, v in self.findings.items() if k[0] != trial}),
        )

    def with_scores(self, trial: int, phase: int, top: Mapping[str, float]) -> ReadingState:
        return replace(self, scores=MappingProxyType({**self.scores, (trial, phase): MappingProxyType(dict(top))}))

    def with_findings(self, trial: int, phase: int, findings: tuple[str, ...]) -> ReadingState:
        return replace(self, findings=MappingProxyType({**self.findings, (trial, phase): findings}))

    def with_page_answers(self, answers: Mapping[str, AnswerValue]) -> ReadingState:
        return replace(self, page_answers=MappingProxyType({**self.page_answers, **answers}))

    def set_aside(self, trial: int, spent_ns: int = 0) -> ReadingState:
        """The state in which the open trial (of this index) is left as it stands."""
        left = Aside(self.phase, self.drawn, spent_ns)
        aside = MappingProxyType({**self.aside, trial: left})
        return replace(self, aside=aside, phase=0, drawn=(), phase_started_ns=None, phase_spent_ns=0)

    def turned_to(self, position: int, trial: int) -> ReadingState:
        """The state in which the trial at this position is open, where it was left or from its beginning."""
        left = self.aside.get(trial, Aside())
        aside = MappingProxyType({index: each for index, each in self.aside.items() if index != trial})
        return replace(
            self,
            trial=position,
            phase=left.phase,
            drawn=left.drawn,
            phase_started_ns=None,
            phase_spent_ns=left.spent_ns,
            aside=aside,
        )

    def carried_into(self, trial: int, phase: int) -> ReadingState:
        """The state in which a later phase starts from the answers and marks of the one before it.

        What was asked for stays, too: a layer behind a button is not hidden again.
        """
        answers = {
            k._replace(phase=phase): v for k, v in self.answers.items() if (k.trial, k.phase) == (trial, phase - 1)
        }
        marks = {k._replace(phase=phase): v for k, v in self.marks.items() if (k.trial, k.phase) == (trial, phase - 1)}
        asked = {k for k in self.revealed if (k.trial, k.phase, k.how) == (trial, phase - 1, "button")}
        return replace(
            self,
            answers=MappingProxyType({**self.answers, **answers}),
            marks=MappingProxyType({**self.marks, **marks}),
            revealed=self.revealed | {key._replace(phase=phase) for key in asked},
        )
