"""From a reader's events to the rows of an export; everything here can be rebuilt from the log at any time.

What belongs here: pure folds over logged events. What does not: files (exports), statistics (analysis).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.store.projecting.attention_rows import (
    Rows,
    coverage_rows,
    layer_rows,
    panel_rows,
    profile_rows,
    region_rows,
    slice_rows,
)
from app.store.projecting.bustle_rows import calls_of, list_row, listed_exams
from app.store.projecting.projected_trial import ProjectedTrial, TrialFold
from app.store.projecting.tables import Cell, Row
from app.store.reader import Enrolment, LoggedEvent, ProtocolRecord, Sitting
from app.tracking.attention_measures.measuring import measured
from app.tracking.attention_measures.values import Measured, Spot
from app.tracking.dwell import Dwell, dwell
from app.tracking.events import (
    AnswerValue,
    BreakEnded,
    BreakStarted,
    CaseShown,
    SittingEnded,
    TextAcknowledged,
    TextShown,
)
from app.tracking.exposure import ledger
from app.tracking.interrupted import begun_cases
from study_configs.problems import ProtocolProblems
from study_configs.protocol import Protocol
from study_configs.study import protocol_from

Part = tuple[Sitting, Sequence[LoggedEvent]]  # one sign-in with its log


@dataclass(frozen=True, slots=True)
class Course:
    """One sitting of a reader's order, with every sign-in that it took."""

    enrolment: Enrolment
    record: ProtocolRecord
    number: int
    parts: tuple[Part, ...]
    voided: Mapping[int, str] = field(default_factory=dict)  # trials that a coordinator voided, with the reason
    with_voided: bool = False  # whether their rows are wanted all the same
    spots: Mapping[str, Sequence[Spot]] = field(default_factory=dict)  # lesions by case, where truth may be told

    @property
    def who(self) -> Row:
        one, record = self.enrolment, self.record
        return (one.reader, one.stratum, record.id, record.version, record.sha256, record.mode, self.number)


@dataclass(slots=True)
class Projection:
    """The rows of one course, table by table."""

    course: Course
    trials_by_index: dict[int, ProjectedTrial]
    times: Dwell
    protocol: Protocol | None
    planned: Mapping[int, Mapping[str, Any]]  # trials as the frozen order writes them
    _attention: Measured | None = None

    def counting(self) -> Iterator[tuple[int, ProjectedTrial]]:
        """The trials whose rows leave: all but the voided ones, unless those are wanted, too."""
        return (each for each in self.trials_by_index.items() if self._counts(each[0]))

    def _counts(self, trial: int) -> bool:
        return self.course.with_voided or trial not in self.course.voided

    def trials(self) -> Iterator[Row]:
        practice = practice_trials(self.course.enrolment.order)
        for index, trial in self.trials_by_index.items():
            last = max((each.utc for each in trial.confirmed.values()), default=None)
            kept = (practice.get(index), trial.started_utc, trial.starts, len(trial.confirmed))
            turned = (len(trial.skipped), trial.reopened, last)
            voided = self.course.voided.get(index)
            yield (*self._trial(index), *kept, *turned, *self._planned(index), voided)

    def decisions(self) -> Iterator[Row]:
        for index, trial in self.counting():
            for phase, confirmed in sorted(trial.confirmed.items()):
                for asked, value in confirmed.answers.items():
                    question, _, target = asked.partition("@")
                    changes = trial.changes[(phase, question, target)]
                    time = (confirmed.time.raw_ms, confirmed.time.active_ms, confirmed.utc)
                    of = (question, confirmed.versions.get(question), self._about(question, target), target)
                    told = (*answer_cells(value), changes, *time)
                    yield (*self._phase(index, phase), *of, *told, *self._planned(index))

    def _about(self, question: str, target: str) -> str:
        """What a question is asked about; as the target tells where the protocol can't be read."""
        spec = self.protocol.questions.get(question) if self.protocol is not None else None
        if spec is not None:
            return spec.per
        return "mark" if target else "case"

    def marks(self) -> Iterator[Row]:
        for index, trial in self.counting():
            for phase, confirmed in sorted(trial.confirmed.items()):
                for mark in confirmed.marks:
                    image = (mark.series_uid, mark.sop_uid, mark.slice_index, float(mark.column), float(mark.row))
                    place = tuple(float(value) for value in mark.position_mm)
                    form = (mark.shape, json.dumps([list(point) for point in mark.points_mm]))
                    yield (*self._phase(index, phase), mark.question, mark.mark, *image, *place, *form)

    def skipped(self) -> Iterator[Row]:
        for index, trial in self.counting():
            for phase, skip in sorted(trial.skipped.items()):
                yield (*self._phase(index, phase), skip.why, json.dumps(skip.scores, sort_keys=True), skip.utc)

    def breaks(self) -> Iterator[Row]:
        for sitting, logged in self.course.parts:
            began: LoggedEvent | None = None
            for each in logged:
                if isinstance(each.event, BreakStarted):
                    began = each
                elif began is not None and isinstance(each.event, BreakEnded | SittingEnded):
                    yield self._break(sitting, began, each)
                    began = None
            if began is not None:
                yield self._break(sitting, began, None)

    def _break(self, sitting: Sitting, began: LoggedEvent, ended: LoggedEvent | None) -> Row:
        event = began.event
        assert isinstance(event, BreakStarted)
        is_whole = ended is not None and isinstance(ended.event, BreakEnded)
        lasted = (ended.event.at_ns - event.at_ns) / 1e6 if ended is not None and is_whole else None
        return (*self.course.who, sitting.uid, event.after_trial, float(event.at_least_s), lasted, began.utc)

    def reading_list(self) -> Iterator[Row]:
        for index, listed in listed_exams([logged for _, logged in self.course.parts]).items():
            if self._counts(index):
                planned = self.planned.get(index, {})
                here = (*self.course.who, index, planned.get("case_id"), planned.get("condition"))
                yield (*here, *list_row(listed, planned))

    def calls(self) -> Iterator[Row]:
        for call in calls_of([logged for _, logged in self.course.parts]):
            rang = (call.rang.block, call.rang.call, call.rang.block_ms / 1000, call.utc, call.trial)
            told = (*self.course.who, *rang, call.outcome, call.rang_ms, call.spoke_ms)
            for question, value in call.answers.items():
                yield (*told, question, *answer_cells(value))
            if not call.answers:
                yield (*told, None, None, None)

    def dwell(self) -> Iterator[Row]:
        for (trial, phase, series, index), span in self.times.slices.items():
            if self._counts(trial):
                yield (*self._phase(trial, phase), series, index, span.raw_ms, span.active_ms)

    def layers(self) -> Iterator[Row]:
        for (trial, phase, layer), span in self.times.layers.items():
            if not self._counts(trial):
                continue
            confirmed = self.trials_by_index[trial].confirmed.get(phase)
            threshold = confirmed.thresholds.get(layer) if confirmed else None
            here = (*self._phase(trial, phase), layer, *layer_cells(self.protocol, layer), threshold)
            yield (*here, span.raw_ms, span.active_ms)

    def ai(self) -> Iterator[Row]:
        for index, trial in self.counting():
            for phase, result in trial.results:
                told = (result.ai, result.series_uid, result.model_sha256, result.findings)
                scored = [float(score) for score in (*result.scores, result.top_score) if score is not None]
                top = max(scored, default=None)
                yield (*self._phase(index, phase), *told, top, json.dumps(list(result.planted)))

    def exposures(self) -> Iterator[Row]:
        for sitting, logged in self.course.parts:
            events = [each.event for each in logged]
            began = {event.trial: event.at_ns for event in events if isinstance(event, CaseShown)}
            for each in ledger(events).exposures:
                if not self._counts(each.trial):
                    continue
                zero = began[each.trial]
                what = (each.layer, each.element, each.draw, each.threshold, each.opacity, each.share)
                slices = (None, None) if each.first_slice < 0 else (each.first_slice, each.last_slice)
                when = ((each.from_ns - zero) / 1e6, (each.to_ns - zero) / 1e6, each.active_ns / 1e6)
                yield (
                    *self._phase(each.trial, each.phase),
                    sitting.uid,
                    each.viewport,
                    *what,
                    each.series_uid,
                    *slices,
                    *when,
                )

    @property
    def attention(self) -> Measured:
        """Measured when it is first asked for; six tables are rows of it."""
        if self._attention is None:
            events = (each.event for _, logged in self.course.parts for each in logged)
            self._attention = measured(events, self.course.spots)
        return self._attention

    def _attended(self, rows: Rows) -> Iterator[Row]:
        for (trial, phase), cells in rows:
            if self._counts(trial):
                yield (*self._phase(trial, phase), *cells)

    def regions(self) -> Iterator[Row]:
        return self._attended(region_rows(self.attention))

    def panels(self) -> Iterator[Row]:
        return self._attended(panel_rows(self.attention))

    def dwell_by_point(self) -> Iterator[Row]:
        return self._attended(slice_rows(self.attention))

    def layers_by_point(self) -> Iterator[Row]:
        return self._attended(layer_rows(self.attention))

    def coverage(self) -> Iterator[Row]:
        return self._attended(coverage_rows(self.attention))

    def profiles(self) -> Iterator[Row]:
        return self._attended(profile_rows(self.attention))

    def pages(self) -> Iterator[Row]:
        for _, logged in self.course.parts:
            shown_ns: int | None = None
            for each in logged:
                if isinstance(each.event, TextShown):
                    shown_ns = each.event.at_ns
                elif isinstance(each.event, TextAcknowledged):
                    yield from self._page(each.event, each.utc, shown_ns)
                    shown_ns = None

    def sittings(self) -> Iterator[Row]:
        for sitting, logged in self.course.parts:
            provenance = json.dumps(sitting.provenance, sort_keys=True)
            times = (sitting.started_utc, sitting.ended_utc)
            yield (*self.course.who, sitting.uid, *times, len(logged), provenance)

    def _page(self, page: TextAcknowledged, utc: str, shown_ns: int | None) -> Iterator[Row]:
        lasted = None if shown_ns is None else (page.at_ns - shown_ns) / 1e6
        here = (*self.course.who, page.text, page.block, page.sha256, page.media_sha256, page.watched, lasted)
        if not page.answers:
            yield (*here, None, None, None, None, utc)
        for question, value in page.answers.items():
            yield (*here, question, page.versions.get(question), *answer_cells(value), utc)

    def _planned(self, index: int) -> Row:
        """What the reading order says of a trial, beside its case and condition."""
        planned = self.planned.get(index, {})
        flags = tuple(bool(planned.get(name, False)) for name in ("repeat", "no_reveal"))
        thresholds = json.dumps(planned.get("thresholds", {}), sort_keys=True)
        names = (planned.get("part", ""), planned.get("probe", ""))
        return (order_arm(self.course.enrolment.order), planned.get("block"), *names, *flags, thresholds)

    def _trial(self, index: int) -> Row:
        trial = self.trials_by_index[index]
        return (*self.course.who, index, trial.case, trial.condition)

    def _phase(self, index: int, phase: int) -> Row:
        name = phase_name(self.protocol, self.trials_by_index[index].condition, phase)
        return (*self._trial(index), phase, name)


def project(course: Course) -> Projection:
    """Fold a course into rows. A phase that was confirmed again after a restart counts as confirmed last."""
    protocol = protocol_of(course.record)
    fold = TrialFold(begun_cases(protocol))
    for _, logged in course.parts:
        fold.over(logged, dwell(each.event for each in logged))
    everything = (each.event for _, logged in course.parts for each in logged)
    planned = planned_trials(course.enrolment.order)
    return Projection(course, fold.trials, dwell(everything), protocol, planned)


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


def planned_trials(order: Any) -> dict[int, dict[str, Any]]:
    """The trials of a frozen order by index, as they were written; empty for an order of another form."""
    planned = order.get("trials", []) if isinstance(order, dict) else []
    return {each["index"]: each for each in planned if isinstance(each, dict) and "index" in each}


def practice_trials(order: Any) -> dict[int, bool]:
    """Which trials a frozen order calls practice; empty for an order that does not say."""
    return {index: each["practice"] for index, each in planned_trials(order).items() if "practice" in each}


def order_arm(order: Any) -> str:
    """The reader's arm; empty where the design has none."""
    return str(order.get("arm", "")) if isinstance(order, dict) else ""


def answer_cells(value: AnswerValue) -> tuple[Cell, Cell]:
    """An answer as text, and as a number where it is one."""
    if isinstance(value, bool):
        return ("true" if value else "false", None)
    if isinstance(value, (int, float)):
        return (repr(value), float(value))
    if isinstance(value, tuple):
        return (json.dumps(list(value), ensure_ascii=False), None)
    return (value, None)
