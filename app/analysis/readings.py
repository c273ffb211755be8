"""What each reader decided, phase by phase, as flat rows: the table that every figure of a report is computed from.

What belongs here: one fold over a reader's events. What does not: estimators (accuracy) and pages (report).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeVar

from app.analysis.advice import Advice, advice_of
from app.tracking.dwell import Dwell, Span, dwell
from app.tracking.events import (
    AIResultLoaded,
    AnswerGiven,
    AnswerValue,
    CaseShown,
    Event,
    ExposureChanged,
    LayerChanged,
    MarkPlaced,
    MarkRemoved,
    PhaseConfirmed,
    PhaseSkipped,
    PhaseStarted,
    SittingStarted,
    TrialStarted,
)
from app.tracking.exposure import ledger
from app.tracking.interrupted import begun_cases
from study_configs.measured_answers import decision_in, rating_in
from study_configs.protocol import Protocol
from study_configs.reading_order import PlannedTrial, ReadingOrder

K = TypeVar("K", bound=tuple[Any, ...])  # a trial first
NO_TIME = Span(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """One confirmed phase of one trial.

    `decision` and `rating` are the answers to the questions that the protocol names for them, None where not given.
    `seconds` runs from the case's first painted image, or the phase's start if later, to the confirmation;
    `active_seconds` leaves out absence. `dwell_ms` is active time by (series UID, slice index), basis "view".
    """

    reader: str
    trial: int
    phase: int
    phase_name: str
    case: str
    condition: str
    practice: bool
    aided: bool
    last: bool  # the trial's last phase
    decision: bool | None
    rating: float | None
    answers: Mapping[str, AnswerValue]
    changes: int  # how often an answer was given again before it was confirmed
    seconds: float
    active_seconds: float
    dwell_ms: Mapping[tuple[str, int], float]
    marks: tuple[MarkPlaced, ...]
    advice: tuple[Advice, ...]
    exposed: frozenset[str] | None = None  # elements of the AI that were on an image; None where nothing kept record


def readings(protocol: Protocol, order: ReadingOrder, course: Sequence[Event]) -> tuple[Reading, ...]:
    """Every confirmed phase of a reader's course (all sittings, one after the other), in the order of confirmation."""
    begun_anew = _begun_anew(protocol, course)
    times, exposed = _times(course, begun_anew), _exposed(course)
    trials = {planned.index: planned for planned in order.trials}
    fold = _Course(protocol)
    for at, event in enumerate(course):
        if at in begun_anew:
            fold.begin_anew(begun_anew[at])
        if isinstance(event, PhaseConfirmed):
            row = _reading(protocol, order.reader, trials[event.trial], event, fold, times)
            fold.rows[row.trial, row.phase] = replace(row, exposed=exposed.get((row.trial, row.phase)))
        fold.take(event)
    return _ending(tuple(fold.rows.values()), protocol, fold.skipped)


def _begun_anew(protocol: Protocol, course: Sequence[Event]) -> dict[int, int]:
    """The trials that an interruption made begin anew, by the place in the course where they do."""
    begun = begun_cases(protocol)
    found = ((at, begun.take(event)) for at, event in enumerate(course))
    return {at: trial for at, trial in found if trial is not None}


def _times(course: Sequence[Event], begun_anew: Mapping[int, int]) -> Dwell:
    """Times over all sign-ins; of trials that began anew, from then on."""
    total = Dwell({}, {}, {})
    starts = [at for at, event in enumerate(course) if isinstance(event, SittingStarted)] or [0]
    for start, end in pairwise((*starts, len(course))):
        total = _sum(total, dwell(course[start:end]), begun_anew.get(start))
    return total


def _sum(before: Dwell, after: Dwell, without: int | None) -> Dwell:
    """Both together, the first without one trial."""
    return Dwell(
        _added(before.slices, after.slices, without),
        _added(before.layers, after.layers, without),
        _added(before.phases, after.phases, without),
    )


def _added(before: Mapping[K, Span], after: Mapping[K, Span], without: int | None) -> dict[K, Span]:
    total = {key: span for key, span in before.items() if key[0] != without}
    for key, span in after.items():
        so_far = total.get(key, NO_TIME)
        total[key] = Span(so_far.raw_ms + span.raw_ms, so_far.active_ms + span.active_ms)
    return total


def _exposed(course: Sequence[Event]) -> dict[tuple[int, int], frozenset[str]]:
    """The elements that were on an image, by trial and phase; nothing of logs from before exposure was kept."""
    if not any(isinstance(event, ExposureChanged) for event in course):
        return {}
    found = {(event.trial, event.phase): frozenset[str]() for event in course if isinstance(event, PhaseStarted)}
    for total in ledger(course).totals:
        here = (total.trial, total.phase)
        found[here] = found[here] | {total.element}
    return found


def _ending(rows: Sequence[Reading], protocol: Protocol, skipped: Iterable[tuple[int, int]]) -> tuple[Reading, ...]:
    """The rows, with the last one of each finished trial marked: its other phases were confirmed or left out."""
    over = {(row.trial, row.phase) for row in rows} | set(skipped)
    ends = {row.trial: row.phase for row in sorted(rows, key=lambda row: row.phase)}
    phases = {row.trial: len(protocol.conditions[row.condition].phases) for row in rows}
    finished = {trial for trial, count in phases.items() if all((trial, at) in over for at in range(count))}
    return tuple(replace(row, last=row.trial in finished and row.phase == ends[row.trial]) for row in rows)


@dataclass(slots=True)
class _Course:
    """What stands at one moment of a course: marks, the AI within reach, layers, how often answers were given.

    `rows` and `skipped` are the phases that are over, by trial and phase: what was confirmed again stands once.
    """

    protocol: Protocol
    rows: dict[tuple[int, int], Reading] = field(default_factory=dict)
    skipped: set[tuple[int, int]] = field(default_factory=set)
    marks: dict[tuple[int, str, str], MarkPlaced] = field(default_factory=dict)
    given: dict[tuple[int, int], int] = field(default_factory=dict)
    loaded: dict[str, AIResultLoaded] = field(default_factory=dict)
    thresholds: dict[str, float] = field(default_factory=dict)

    def begin_anew(self, trial: int) -> None:
        """What was answered and marked in a trial counts no longer."""
        self.rows = {here: row for here, row in self.rows.items() if here[0] != trial}
        self.marks = {here: mark for here, mark in self.marks.items() if here[0] != trial}
        self.given = {here: count for here, count in self.given.items() if here[0] != trial}
        self.skipped = {here for here in self.skipped if here[0] != trial}

    def take(self, event: Event) -> None:
        match event:
            case PhaseSkipped():
                self.skipped.add((event.trial, event.phase))
            case MarkPlaced():
                self.marks[event.trial, event.question, event.mark] = event
            case MarkRemoved():
                self.marks.pop((event.trial, event.question, event.mark), None)
            case AnswerGiven():
                self.given[event.trial, event.phase] = self.given.get((event.trial, event.phase), 0) + 1
            case AIResultLoaded():
                self.loaded[event.ai] = event
            case LayerChanged():
                self.thresholds[event.layer] = event.threshold
            case TrialStarted() | SittingStarted() | PhaseStarted() | CaseShown():
                if isinstance(event, (TrialStarted, SittingStarted)):
                    self.loaded.clear()
                    self.thresholds.clear()

    def marks_of(self, confirmed: PhaseConfirmed) -> tuple[MarkPlaced, ...]:
        """The marks that belong to a decision, as they stand."""
        mine = (mark for (trial, *_), mark in self.marks.items() if trial == confirmed.trial)
        return tuple(mark for mark in mine if confirmed.has(mark))


def _reading(
    protocol: Protocol, reader: str, planned: PlannedTrial, confirmed: PhaseConfirmed, fold: _Course, times: Dwell
) -> Reading:
    phases = protocol.conditions[planned.condition].phases
    phase = phases[confirmed.phase]
    here = (confirmed.trial, confirmed.phase)
    span = times.phases.get(here)
    return Reading(
        reader=reader,
        trial=confirmed.trial,
        phase=confirmed.phase,
        phase_name=phase.name,
        case=planned.case_id,
        condition=planned.condition,
        practice=planned.practice,
        aided=phase.shows_ai,
        last=False,  # known once the course is over
        decision=decision_in(protocol, confirmed.answers),
        rating=rating_in(protocol, confirmed.answers),
        answers=confirmed.answers,
        changes=max(0, fold.given.get(here, 0) - sum(1 for value in confirmed.answers.values() if _is_given(value))),
        seconds=span.raw_ms / 1000 if span else 0.0,
        active_seconds=span.active_ms / 1000 if span else 0.0,
        dwell_ms={(key[2], key[3]): span.active_ms for key, span in times.slices.items() if key[:2] == here},
        marks=fold.marks_of(confirmed),
        advice=advice_of(protocol, planned, phase.layers, fold.loaded, fold.thresholds),
    )


def _is_given(value: AnswerValue) -> bool:
    return not isinstance(value, tuple)
