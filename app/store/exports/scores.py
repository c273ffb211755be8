"""The readings of a study as statistics packages take them: reader × modality × case, truth, decision, rating, marks.

What belongs here: what counts as one reading, what a modality is, which mark hits which lesion. What does not: any
package's file (imrmc, mrmcaov, rjafroc, collab_cxr) and any estimate (app.analysis).

A modality is a condition; where a condition asks the measured questions in several phases (alone, then with AI), each
of these is a modality of its own, named condition.phase. A reading in a probe is condition@probe.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import dist

from app.store.projecting.projected_trial import Confirmation
from app.store.projecting.projections import Projection, order_arm
from app.tracking.events import (
    AnswerValue,
    Clicked,
    MarkPlaced,
    PhaseConfirmed,
    PhaseStarted,
    PointerPressed,
    TrialInterrupted,
)
from study_configs.cases import Lesion, Truth
from study_configs.measured_answers import as_number, decision_in, measuring, rating_in
from study_configs.problem import StudyProblem
from study_configs.protocol import Protocol

LEAST_HIT_MM = 5.0  # as for findings of AI: overlays.planting.case.speaks_of
MARK_RATINGS = ("slider", "likert", "scale")
Reading = tuple[int, int]  # trial, phase


@dataclass(frozen=True, slots=True)
class ScoredMark:
    """A mark with its rating, and the lesion that it hits: its place in the truth's list from 1, 0 for none."""

    mark: str
    rating: float
    lesion: int


@dataclass(frozen=True, slots=True)
class Scored:
    """One reading that counts. `decision` and `rating` are None where they were not asked or not given.

    `aided`: the phase shows AI. `round` is the trial's place in its reader's order, from 1, practice left out.
    """

    reader: str
    stratum: str
    modality: str
    condition: str
    phase: int
    aided: bool
    case: str
    truth: Truth
    decision: bool | None
    rating: float | None
    is_rated: bool  # whether its phase asks for a rating
    is_marked: bool  # whether its phase asks how sure the reader is of each mark
    marks: tuple[ScoredMark, ...]
    answers: Mapping[str, AnswerValue]
    protocol_sha256: str
    arm: str
    sitting: int
    trial: int
    round: int
    repeat: bool
    time_ms: float
    active_ms: float
    clicks: int  # mouse buttons pressed over the images

    @property
    def score(self) -> float | None:
        """The rating; where none is asked, the decision as 0 or 1. None where it was not given."""
        if self.is_rated or self.decision is None:
            return self.rating
        return float(self.decision)


@dataclass(frozen=True, slots=True)
class Scoring:
    """How one protocol's readings are scored: its truth, and which question rates a mark (empty for none)."""

    protocol: Protocol
    truth: Mapping[str, Truth]
    mark_rating: str = ""

    def readings(self, projection: Projection) -> Iterator[Scored]:
        """The readings of one course, practice left out, of cases that the truth speaks of, in the order's order."""
        rounds = {index: at for at, index in enumerate(_counted(projection.planned), 1)}
        clicks = clicks_in(projection)
        for index, trial in sorted(projection.counting()):
            if index in rounds and trial.case in self.truth:
                names = modalities(self.protocol, trial.condition, self.mark_rating)
                for phase in sorted(trial.confirmed.keys() & names.keys()):
                    yield self._scored(projection, (index, phase), names[phase], rounds[index], clicks)

    def _scored(
        self, projection: Projection, here: Reading, modality: str, at: int, clicks: Mapping[Reading, int]
    ) -> Scored:
        (index, phase), plan = here, projection.planned[here[0]]
        trial = projection.trials_by_index[index]
        confirmed, asking = trial.confirmed[phase], self.protocol.conditions[trial.condition].phases[phase]
        return Scored(
            reader=projection.course.enrolment.reader,
            stratum=projection.course.enrolment.stratum,
            modality=f"{modality}@{plan['probe']}" if plan.get("probe") else modality,
            condition=trial.condition,
            phase=phase,
            aided=asking.shows_ai,
            case=trial.case,
            truth=self.truth[trial.case],
            decision=decision_in(self.protocol, confirmed.answers),
            rating=rating_in(self.protocol, confirmed.answers),
            is_rated=measuring(self.protocol, "rating") in asking.answer,
            is_marked=self.mark_rating in asking.answer,
            marks=tuple(self._marks(confirmed, self.truth[trial.case])),
            answers=confirmed.answers,
            protocol_sha256=projection.course.record.sha256,
            arm=order_arm(projection.course.enrolment.order),
            sitting=projection.course.number,
            trial=index,
            round=at,
            repeat=bool(plan.get("repeat")),
            time_ms=confirmed.time.raw_ms,
            active_ms=confirmed.time.active_ms,
            clicks=clicks.get((index, phase), 0),
        )

    def _marks(self, confirmed: Confirmation, truth: Truth) -> Iterator[ScoredMark]:
        for mark in confirmed.marks:
            value = confirmed.answers.get(f"{self.mark_rating}@{mark.mark}")
            rated = as_number(self.protocol.questions[self.mark_rating], value) if self.mark_rating else None
            if rated is not None:
                yield ScoredMark(mark.mark, rated, lesion_hit(mark, truth.lesions))


def modalities(protocol: Protocol, condition: str, mark_rating: str = "") -> dict[int, str]:
    """The phases of a condition that ask for decision, rating or rated marks, each with the name of its modality."""
    measured = {measuring(protocol, "decision"), measuring(protocol, "rating"), mark_rating} - {""}
    found = protocol.conditions.get(condition)
    phases = found.phases if found is not None else ()
    asking = {at: phase.name for at, phase in enumerate(phases) if measured & set(phase.answer)}
    if len(asking) <= 1:
        return dict.fromkeys(asking, condition)
    plain = {at: re.sub(r"\W+", "_", name).strip("_") for at, name in asking.items()}
    named = len(set(plain.values())) == len(plain) and all(plain.values())
    return {at: f"{condition}.{name if named else at}" for at, name in plain.items()}


def mark_rating_of(protocol: Protocol, asked: str = "") -> str:
    """The question that rates each mark: `asked`, else the one slider, likert or scale per mark; empty for none.

    Raises StudyProblem where several would do, or `asked` is none of them.
    """
    found = [name for name, each in protocol.questions.items() if each.per == "mark" and each.answer in MARK_RATINGS]
    if asked and asked not in found:
        told = ", ".join(found) or "there are none"
        raise StudyProblem(f"{asked} is no question that rates a mark ({told}).", todo="Name one of them.")
    if len(found) > 1 and not asked:
        what = f"Several questions could rate a mark: {', '.join(found)}."
        raise StudyProblem(what, todo="Name one with `--mark-rating`.")
    return asked or (found[0] if found else "")


def lesion_hit(mark: MarkPlaced, lesions: Sequence[Lesion]) -> int:
    """The nearest lesion that a mark hits, from 1; 0 for none.

    A mark hits where its place lies within the lesion's radius of its middle, at least 5 mm: the rule that the report's
    operating points go by. A lesion without a place is hit by none.
    """
    near = [
        (dist(mark.position_mm, lesion.position_mm), at)
        for at, lesion in enumerate(lesions, 1)
        if lesion.position_mm is not None
    ]
    hits = [each for each in near if each[0] <= max((lesions[each[1] - 1].diameter_mm or 0.0) / 2, LEAST_HIT_MM)]
    return min(hits)[1] if hits else 0


def clicks_in(projection: Projection) -> Counter[Reading]:
    """How often a mouse button went down over the images in each phase."""
    found: Counter[Reading] = Counter()
    for _, logged in projection.course.parts:
        here: Reading | None = None
        for each in logged:
            if isinstance(each.event, PhaseStarted):
                here = (each.event.trial, each.event.phase)
            elif isinstance(each.event, PhaseConfirmed | TrialInterrupted):
                here = None  # until the next phase, clicks belong to none
            elif here is not None and isinstance(each.event, Clicked | PointerPressed):
                found[here] += 1
    return found


def _counted(planned: Mapping[int, Mapping[str, object]]) -> list[int]:
    return [index for index, plan in sorted(planned.items()) if not plan.get("practice")]
