"""What the log tells of each trial so far: the fold that the tables of trials, decisions and marks are read from.

What belongs here: that fold. What does not: rows (projections), times (app.tracking.dwell).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.store.reader import LoggedEvent
from app.tracking.dwell import Dwell, Span
from app.tracking.events import (
    AIResultLoaded,
    AnswerCleared,
    AnswerGiven,
    AnswerValue,
    LayerChanged,
    MarkPlaced,
    MarkRemoved,
    PhaseConfirmed,
    PhaseSkipped,
    PhaseStarted,
    PhaseWeighed,
    TrialReopened,
    TrialStarted,
)
from app.tracking.interrupted import BegunCases

NO_TIME = Span(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What stood when a phase was confirmed; `thresholds` are those of its layers."""

    answers: dict[str, AnswerValue]
    versions: dict[str, str]
    marks: tuple[MarkPlaced, ...]
    time: Span
    utc: str
    thresholds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Skip:
    """Why a phase was left out, by which scores of AIs, and when."""

    why: str
    scores: dict[str, float]
    utc: str


@dataclass(slots=True)
class ProjectedTrial:
    """What is known of one trial so far."""

    case: str
    condition: str
    started_utc: str
    starts: int = 0
    reopened: int = 0
    phase: int = 0
    marks: dict[tuple[str, str], MarkPlaced] = field(default_factory=dict)  # question, mark
    changes: Counter[tuple[int, str, str]] = field(default_factory=Counter)  # phase, question, target
    confirmed: dict[int, Confirmation] = field(default_factory=dict)
    skipped: dict[int, Skip] = field(default_factory=dict)
    scores: dict[int, dict[str, float]] = field(default_factory=dict)  # by phase
    results: list[tuple[int, AIResultLoaded]] = field(default_factory=list)

    def begin_anew(self) -> None:
        """What was answered in it counts no longer; AI that came within reach did."""
        self.phase, self.marks, self.changes = 0, {}, Counter()
        self.confirmed, self.skipped, self.scores = {}, {}, {}


@dataclass(slots=True)
class TrialFold:
    """The fold over the sign-ins of one course, one after the other.

    `spent` is the time in each phase in the sign-ins before the one in progress, which a resumed case goes on from.
    """

    begun: BegunCases
    trials: dict[int, ProjectedTrial] = field(default_factory=dict)
    times: Dwell | None = None
    spent: dict[tuple[int, int], Span] = field(default_factory=dict)  # by trial, phase
    thresholds: dict[str, float] = field(default_factory=dict)

    def over(self, logged: Sequence[LoggedEvent], times: Dwell) -> None:
        """Take in one sign-in, with the times that were measured in it."""
        self.times = times
        for each in logged:
            anew = self.begun.take(each.event)
            if anew is not None and anew in self.trials:
                self._begin_anew(anew)
            self._apply(each)
        self.spent = {here: self._spent(*here) for here in self.spent.keys() | times.phases.keys()}

    def _apply(self, logged: LoggedEvent) -> None:
        match event := logged.event:
            case TrialStarted():
                self.thresholds.clear()
                fresh = ProjectedTrial(event.case, event.condition, logged.utc)
                self.trials.setdefault(event.trial, fresh).starts += 1
            case PhaseStarted():
                self.trials[event.trial].phase = event.phase
            case AnswerGiven() | AnswerCleared():
                self.trials[event.trial].changes[(event.phase, event.question, event.target)] += 1
            case MarkPlaced():
                self.trials[event.trial].marks[(event.question, event.mark)] = event
            case MarkRemoved():
                self.trials[event.trial].marks.pop((event.question, event.mark), None)
            case LayerChanged():
                self.thresholds[event.layer] = event.threshold
            case AIResultLoaded():
                trial = self.trials[event.trial]
                trial.results.append((trial.phase, event))
            case PhaseConfirmed():
                self._confirm(event, logged.utc)
            case _:
                self._turn(logged)

    def _turn(self, logged: LoggedEvent) -> None:
        """The ways in which a trial takes another course than phase after phase."""
        match event := logged.event:
            case PhaseWeighed():
                self.trials[event.trial].scores[event.phase] = event.top_scores
            case PhaseSkipped():
                trial = self.trials.setdefault(event.trial, ProjectedTrial("", "", logged.utc))
                trial.skipped[event.phase] = Skip(event.why, trial.scores.get(event.phase, {}), logged.utc)
                trial.phase = event.phase + 1
            case TrialReopened():
                trial = self.trials[event.trial]
                trial.reopened += 1
                trial.phase = max(trial.confirmed, default=0)

    def _confirm(self, event: PhaseConfirmed, utc: str) -> None:
        trial = self.trials[event.trial]
        marks = tuple(mark for mark in trial.marks.values() if event.has(mark))
        time = self._spent(event.trial, event.phase)
        standing = (event.answers, event.versions, marks, time, utc, dict(self.thresholds))
        trial.confirmed[event.phase] = Confirmation(*standing)
        trial.phase = event.phase + 1  # the next phase's AI is loaded before that phase is shown

    def _spent(self, trial: int, phase: int) -> Span:
        """The time in a phase so far, the sign-in in progress with it."""
        before = self.spent.get((trial, phase), NO_TIME)
        here = self.times.phases.get((trial, phase), NO_TIME) if self.times is not None else NO_TIME
        return Span(before.raw_ms + here.raw_ms, before.active_ms + here.active_ms)

    def _begin_anew(self, trial: int) -> None:
        self.trials[trial].begin_anew()
        self.spent = {here: span for here, span in self.spent.items() if here[0] != trial}
