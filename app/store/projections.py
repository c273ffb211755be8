"""From a reader's events to the rows of an export; everything here can be rebuilt from the log at any time.

What belongs here: pure folds over logged events. What does not: files (export), statistics (analysis).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.store.reader import Enrolment, LoggedEvent, ProtocolRecord, Sitting
from app.store.tables import Cell, Row
from app.tracking.dwell import Dwell, Span, dwell
from app.tracking.events import (
    AIResultLoaded,
    AnswerCleared,
    AnswerGiven,
    AnswerValue,
    CaseShown,
    LayerChanged,
    MarkPlaced,
    MarkRemoved,
    PhaseConfirmed,
    PhaseStarted,
    SittingStarted,
    TextAcknowledged,
    TrialStarted,
)
from app.tracking.exposure import ledger
from study_configs.problems import ProtocolProblems
from study_configs.protocol import Protocol
from study_configs.study import protocol_from

Part = tuple[Sitting, Sequence[LoggedEvent]]  # one sign-in with its log
NO_TIME = Span(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Course:
    """One sitting of a reader's order, with every sign-in that it took."""

    enrolment: Enrolment
    record: ProtocolRecord
    number: int
    parts: tuple[Part, ...]

    @property
    def who(self) -> Row:
        one, record = self.enrolment, self.record
        return (one.reader, one.stratum, record.id, record.version, record.sha256, record.mode, self.number)


@dataclass(slots=True)
class _Trial:
    """What is known of one trial so far."""

    case: str
    condition: str
    started_utc: str
    starts: int = 0
    phase: int = 0
    marks: dict[tuple[str, str], MarkPlaced] = field(default_factory=dict)  # question, mark
    changes: Counter[tuple[int, str, str]] = field(default_factory=Counter)  # phase, question, mark
    confirmed: dict[int, _Confirmation] = field(default_factory=dict)
    results: list[tuple[int, AIResultLoaded]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Confirmation:
    answers: dict[str, AnswerValue]
    marks: tuple[MarkPlaced, ...]
    time: Span
    utc: str
    thresholds: dict[str, float]  # of the layers, as they stood


@dataclass(slots=True)
class Projection:
    """The rows of one course, table by table."""

    course: Course
    trials_by_index: dict[int, _Trial]
    times: Dwell
    protocol: Protocol | None

    def trials(self) -> Iterator[Row]:
        practice = practice_trials(self.course.enrolment.order)
        for index, trial in self.trials_by_index.items():
            last = max((each.utc for each in trial.confirmed.values()), default=None)
            kept = (practice.get(index), trial.started_utc, trial.starts, len(trial.confirmed), last)
            yield (*self._trial(index), *kept)

    def decisions(self) -> Iterator[Row]:
        for index, trial in self.trials_by_index.items():
            for phase, confirmed in sorted(trial.confirmed.items()):
                for asked, value in confirmed.answers.items():
                    question, _, mark = asked.partition("@")
                    changes = trial.changes[(phase, question, mark)]
                    time = (confirmed.time.raw_ms, confirmed.time.active_ms, confirmed.utc)
                    yield (*self._phase(index, phase), question, mark, *answer_cells(value), changes, *time)

    def marks(self) -> Iterator[Row]:
        for index, trial in self.trials_by_index.items():
            for phase, confirmed in sorted(trial.confirmed.items()):
                for mark in confirmed.marks:
                    image = (mark.series_uid, mark.sop_uid, mark.slice_index, float(mark.column), float(mark.row))
                    place = tuple(float(value) for value in mark.position_mm)
                    yield (*self._phase(index, phase), mark.question, mark.mark, *image, *place)

    def dwell(self) -> Iterator[Row]:
        for (trial, phase, series, index), span in self.times.slices.items():
            yield (*self._phase(trial, phase), series, index, span.raw_ms, span.active_ms)

    def layers(self) -> Iterator[Row]:
        for (trial, phase, layer), span in self.times.layers.items():
            confirmed = self.trials_by_index[trial].confirmed.get(phase)
            threshold = confirmed.thresholds.get(layer) if confirmed else None
            here = (*self._phase(trial, phase), layer, *layer_cells(self.protocol, layer), threshold)
            yield (*here, span.raw_ms, span.active_ms)

    def ai(self) -> Iterator[Row]:
        for index, trial in self.trials_by_index.items():
            for phase, result in trial.results:
                told = (result.ai, result.series_uid, result.model_sha256, result.findings)
                top = max((float(score) for score in result.scores if score is not None), default=None)
                yield (*self._phase(index, phase), *told, top, json.dumps(list(result.planted)))

    def exposures(self) -> Iterator[Row]:
        for sitting, logged in self.course.parts:
            events = [each.event for each in logged]
            began = {event.trial: event.at_ns for event in events if isinstance(event, CaseShown)}
            for each in ledger(events).exposures:
                zero = began[each.trial]
                what = (each.layer, each.element, each.draw, each.threshold, each.opacity, each.share)
                when = ((each.from_ns - zero) / 1e6, (each.to_ns - zero) / 1e6, each.active_ns / 1e6)
                yield (*self._phase(each.trial, each.phase), sitting.uid, each.viewport, *what, *when)

    def pages(self) -> Iterator[Row]:
        for _, logged in self.course.parts:
            for each in logged:
                if isinstance(each.event, TextAcknowledged):
                    yield from self._page(each.event, each.utc)

    def sittings(self) -> Iterator[Row]:
        for sitting, logged in self.course.parts:
            provenance = json.dumps(sitting.provenance, sort_keys=True)
            times = (sitting.started_utc, sitting.ended_utc)
            yield (*self.course.who, sitting.uid, *times, len(logged), provenance)

    def _page(self, page: TextAcknowledged, utc: str) -> Iterator[Row]:
        here = (*self.course.who, page.text, page.sha256)
        if not page.answers:
            yield (*here, None, None, None, utc)
        for question, value in page.answers.items():
            yield (*here, question, *answer_cells(value), utc)

    def _trial(self, index: int) -> Row:
        trial = self.trials_by_index[index]
        return (*self.course.who, index, trial.case, trial.condition)

    def _phase(self, index: int, phase: int) -> Row:
        name = phase_name(self.protocol, self.trials_by_index[index].condition, phase)
        return (*self._trial(index), phase, name)


def project(course: Course) -> Projection:
    """Fold a course into rows. A phase that was confirmed again after a restart counts as confirmed last."""
    protocol = protocol_of(course.record)
    trials: dict[int, _Trial] = {}
    for _, logged in course.parts:
        times = dwell(each.event for each in logged)
        _Fold(protocol, trials, times).over(logged)
    everything = (each.event for _, logged in course.parts for each in logged)
    return Projection(course, trials, dwell(everything), protocol)


@dataclass(slots=True)
class _Fold:
    """The fold over one sign-in; `trials` is carried from one to the next."""

    protocol: Protocol | None
    trials: dict[int, _Trial]
    times: Dwell
    thresholds: dict[str, float] = field(default_factory=dict)

    def over(self, logged: Sequence[LoggedEvent]) -> None:
        for each in logged:
            self._apply(each)

    def _apply(self, logged: LoggedEvent) -> None:
        match event := logged.event:
            case SittingStarted():
                self._restart()
            case TrialStarted():
                self.thresholds.clear()
                fresh = _Trial(event.case, event.condition, logged.utc)
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

    def _confirm(self, event: PhaseConfirmed, utc: str) -> None:
        trial = self.trials[event.trial]
        time = self.times.phases.get((event.trial, event.phase), NO_TIME)
        marks = tuple(trial.marks.values())
        trial.confirmed[event.phase] = _Confirmation(event.answers, marks, time, utc, dict(self.thresholds))
        trial.phase = event.phase + 1  # the next phase's AI is loaded before that phase is shown

    def _restart(self) -> None:
        """Under a protocol that restarts interrupted cases, what an unfinished trial held no longer counts."""
        if self.protocol is None or self.protocol.reading.interrupted.same_case != "restart":
            return
        for trial in self.trials.values():
            condition = self.protocol.conditions.get(trial.condition)
            if condition is not None and len(trial.confirmed) < len(condition.phases):
                trial.phase, trial.marks, trial.changes, trial.confirmed = 0, {}, Counter(), {}


def protocol_of(record: ProtocolRecord) -> Protocol | None:
    """The protocol as it was frozen; None where this program can't read its language."""
    try:
        return protocol_from(record.source, record.id)
    except ProtocolProblems:  # an older or newer language; the rows are exported without its names
        return None


def phase_name(protocol: Protocol | None, condition: str, phase: int) -> str:
    if protocol is None or condition not in protocol.conditions:
        return ""
    phases = protocol.conditions[condition].phases
    return phases[phase].name if phase < len(phases) else ""


def layer_cells(protocol: Protocol | None, layer: str) -> tuple[Cell, Cell]:
    """The AI that a layer draws, and how; nothing where the protocol can't be read."""
    if protocol is None or layer not in protocol.layers:
        return (None, None)
    return (protocol.layers[layer].ai, protocol.layers[layer].draw)


def practice_trials(order: Any) -> dict[int, bool]:
    """Which trials a frozen order calls practice; empty for an order that does not say."""
    planned = order.get("trials", []) if isinstance(order, dict) else []
    stated = (each for each in planned if isinstance(each, dict) and {"index", "practice"} <= each.keys())
    return {each["index"]: each["practice"] for each in stated}


def answer_cells(value: AnswerValue) -> tuple[Cell, Cell]:
    """An answer as text, and as a number where it is one."""
    if isinstance(value, bool):
        return ("true" if value else "false", None)
    if isinstance(value, (int, float)):
        return (repr(value), float(value))
    if isinstance(value, tuple):
        return (json.dumps(list(value), ensure_ascii=False), None)
    return (value, None)
