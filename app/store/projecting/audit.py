"""What would falsify an analysis: the same thing decided twice, truth that is missing, reads that never came.

What belongs here: finding and naming them while rows are folded. What does not: writing files (the forms), and whether
a store is as it was written (verify).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.store.projecting.projected_trial import ProjectedTrial
from app.store.projecting.projections import Projection, planned_trials
from app.store.reader import Enrolment
from study_configs.measured_answers import measuring
from study_configs.problem import StudyProblem
from study_configs.protocol import Protocol

Fault = Literal["duplicates", "missing-truth", "incomplete"]
FAULTS: tuple[Fault, ...] = ("duplicates", "missing-truth", "incomplete")  # the last for rjafroc alone
MOST_NAMED = 8
State = Literal["read", "begun", "voided", "not_begun"]
Question = tuple[str, str, str, str, int, str]  # protocol id, reader, case, condition, phase, question@target
Place = tuple[str, int, int | None, str]  # protocol sha-256, trial, block, probe


@dataclass(frozen=True, slots=True)
class Unread:
    """A planned trial (practice left out) without a complete reading that counts."""

    trial: int
    case: str
    condition: str
    sitting: int
    block: int | None
    state: State


@dataclass(slots=True)
class Audit:
    """Takes every course that is exported, then says what is wrong with all of them together.

    `compared`: questions whose answers are compared with truth, beside those that measure decision and rating.
    """

    compared: Collection[str] = ()

    decided: dict[Question, set[Place]] = field(default_factory=lambda: defaultdict(set))
    judged: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # cases, by protocol sha-256
    states: dict[tuple[str, str], dict[int, State]] = field(default_factory=lambda: defaultdict(dict))

    def take(self, projection: Projection) -> None:
        who = projection.course.enrolment
        for index, trial in projection.trials_by_index.items():
            self.states[who.protocol_sha256, who.reader][index] = _state(projection, index, trial)
        for index, trial in projection.counting():
            planned = projection.planned.get(index, {})
            if planned.get("practice") or index in projection.course.voided:
                continue
            if self._is_compared(projection.protocol, trial):
                self.judged[who.protocol_sha256].add(trial.case)
            if not planned.get("repeat"):  # a repeat by design decides the same once more
                self._decide(projection, index, trial)

    def _is_compared(self, protocol: Protocol | None, trial: ProjectedTrial) -> bool:
        """Whether a phase that was confirmed asks something that the analysis compares with truth."""
        if protocol is None or trial.condition not in protocol.conditions:
            return False
        names = {measuring(protocol, "decision"), measuring(protocol, "rating"), *self.compared} - {""}
        phases = protocol.conditions[trial.condition].phases
        return any(names.intersection(phases[at].answer) for at in trial.confirmed if at < len(phases))

    def _decide(self, projection: Projection, index: int, trial: ProjectedTrial) -> None:
        record, reader = projection.course.record, projection.course.enrolment.reader
        planned = projection.planned.get(index, {})
        place = (record.sha256, index, planned.get("block"), planned.get("probe", ""))
        for phase, confirmed in trial.confirmed.items():
            for asked in confirmed.answers:
                self.decided[record.id, reader, trial.case, trial.condition, phase, asked].add(place)

    def duplicates(self) -> list[str]:
        """Everything that one reader decided twice of one case in one condition, in words, sorted."""
        return sorted(_in_words(asked) for asked, places in self.decided.items() if _is_twice(places))

    def without_truth(self, truth: Mapping[str, Collection[str]]) -> list[tuple[str, str]]:
        """Cases that were judged and that the reference (cases by protocol sha-256) does not speak of."""
        return sorted(
            (sha256, case) for sha256, cases in self.judged.items() for case in cases - set(truth.get(sha256, ()))
        )

    def unread(self, enrolment: Enrolment) -> Iterator[Unread]:
        """The trials of a reader's order that were planned and never (wholly) read, in the order's order."""
        states = self.states.get((enrolment.protocol_sha256, enrolment.reader), {})
        for index, planned in planned_trials(enrolment.order).items():
            state = states.get(index, "not_begun")
            if state != "read" and not planned.get("practice"):
                case = str(planned.get("case_id", planned.get("case", "")))
                place = (planned.get("sitting", 0), planned.get("block"))
                yield Unread(index, case, str(planned.get("condition", "")), *place, state)

    def refuse(self, truth: Mapping[str, Collection[str]], allow: Collection[Fault], where: str) -> None:
        """Raises StudyProblem, naming each, where something was decided twice or truth is missing, unless allowed."""
        if (twice := self.duplicates()) and "duplicates" not in allow:
            what = f"{len(twice)} answers were given twice: {named(twice)}."
            todo = "Void one of the trials (readerlab desk), or export with `--allow duplicates`."
            raise StudyProblem(what, where=where, todo=todo)
        if (bare := self.without_truth(truth)) and "missing-truth" not in allow:
            cases = [case for _, case in bare]
            what = f"The frozen reference does not speak of {len(cases)} cases that were read: {named(cases)}."
            todo = "Complete the reference file and open the study again, or export with `--allow missing-truth`."
            raise StudyProblem(what, where=where, todo=todo)


def named(each: Iterable[str]) -> str:
    """The first few of many, and how many more there are."""
    found = list(each)
    more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return "; ".join(found[:MOST_NAMED]) + more


def _is_twice(places: Collection[Place]) -> bool:
    """Whether two of the trials are the same by design's own words, or belong to two versions of the protocol."""
    versions = {sha256 for sha256, *_ in places}
    planned = {(block, probe) for _, _, block, probe in places}
    return len(places) > 1 and (len(versions) > 1 or len(planned) < len(places))


def _in_words(asked: Question) -> str:
    protocol, reader, case, condition, phase, question = asked
    return f"reader {reader}, case {case}, condition {condition}, phase {phase}, question {question} ({protocol})"


def _state(projection: Projection, index: int, trial: ProjectedTrial) -> State:
    if index in projection.course.voided:
        return "voided"
    protocol = projection.protocol
    known = protocol is not None and trial.condition in protocol.conditions
    phases = len(protocol.conditions[trial.condition].phases) if protocol and known else 1
    return "read" if len(trial.confirmed.keys() | trial.skipped.keys()) >= phases else "begun"
