"""What a reader is told after a sitting: the log and the unsealed truth, put into words case by case.

What belongs here: from readings to `CaseFeedback`, as far as the protocol shows it. What does not: the values
(app.reading.feedback) and the page (app.windows.debrief).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.analysis.advice import Advice, Assessed
from app.analysis.peers import NO_PEERS, Peers
from app.analysis.places import Point, slice_of
from app.analysis.readings import Reading, readings
from app.reading.asking import target_in_words
from app.reading.feedback import (
    AnsweredQuestion,
    CaseFeedback,
    FeedbackPicture,
    PicturedPlace,
    Verdict,
    answer_in_words,
)
from app.tracking.events import AnswerValue, Event, MarkPlaced, SeriesOpened, ViewChanged
from study_configs.cases import Lesion, Truth
from study_configs.protocol import Protocol
from study_configs.reading_order import PlannedTrial, ReadingOrder
from study_configs.study import Study
from study_configs.words import phrase, translate

PLANTED_IN_WORDS = {
    "false_positive": phrase("Debrief", "The study put in a finding where there is nothing."),
    "false_negative": phrase("Debrief", "The study took out a finding, so that the AI missed a lesion."),
    "shifted": phrase("Debrief", "The study moved a finding to where it does not belong."),
    "resized": phrase("Debrief", "The study made a finding larger or smaller than the AI had it."),
    "score": phrase("Debrief", "The study gave a finding another score than the AI did."),
    "decoupled": phrase("Debrief", "The study replaced the AI's scores with random ones."),
    "category": phrase("Debrief", "The study changed the AI's category."),
    "wrong_side": phrase("Debrief", "The study swapped left and right in what the AI said."),
    "wrong_label": phrase("Debrief", "The study gave a finding another name than the AI did."),
    "distractor": phrase("Debrief", "The study made the AI's map light up in a wrong place."),
    "sham": phrase("Debrief", "The study put in an AI result that knew nothing of this case."),
    "replaced": phrase("Debrief", "The study put in another result in place of the AI's own."),
}


def feedback(
    study: Study,
    order: ReadingOrder,
    course: Sequence[Event],
    trials: Collection[int] | None = None,
    peers: Peers = NO_PEERS,
) -> tuple[CaseFeedback, ...]:
    """One value for each finished trial of the course (of `trials` where given), in reading order.

    Unseals the truth: for feedback only. What is shown goes by the reader's arm.
    """
    rows = readings(study.protocol, order, course)
    rules = study.protocol.feedback.of_arm(order.arm)
    truth = study.truth.unseal()
    series = _series_judged(study.protocol, course)
    by_trial = {planned.index: [row for row in rows if row.trial == planned.index] for planned in order.trials}
    wanted = [planned for planned in order.trials if trials is None or planned.index in trials]
    told = [
        _Trial(study.protocol, frozenset(rules.show), planned, by_trial[planned.index], truth, series, peers)
        for planned in wanted
    ]
    return tuple(trial.feedback() for trial in told if trial.is_finished)


def _series_judged(protocol: Protocol, course: Sequence[Event]) -> dict[tuple[int, str], SeriesOpened]:
    """The series of each trial. At a technician's station those of the new exam alone: the acquisition before stands
    beside it in a viewport of its own, and is not what was judged."""
    opened = {(event.trial, event.series_uid): event for event in course if isinstance(event, SeriesOpened)}
    if protocol.about.workflow != "technician":
        return opened
    new = {event.series_uid for event in course if isinstance(event, ViewChanged) and event.viewport == 0}
    return {key: event for key, event in opened.items() if key[1] in new}


@dataclass(frozen=True, slots=True)
class _Trial:
    """One trial with everything that is known of it."""

    protocol: Protocol
    show: frozenset[str]
    planned: PlannedTrial
    rows: Sequence[Reading]
    truths: Mapping[str, Truth]
    series: Mapping[tuple[int, str], SeriesOpened]
    others: Peers

    @property
    def is_finished(self) -> bool:
        return any(row.last for row in self.rows)

    def feedback(self) -> CaseFeedback:
        show = self.show
        last = self.rows[-1]
        main = self._main_series()
        condition = self.protocol.conditions[self.planned.condition]
        told = self._truth if "truth" in show else None
        return CaseFeedback(
            case=self.planned.case_id,
            title=self.planned.case_id,
            condition_title=condition.title or self.planned.condition,
            answers=self._answers() if "own" in show else (),
            truth=_truth_in_words(told) if told else "",
            own_final=_verdict(self._decided.decision, told),
            own_first=_verdict(self._own_view.decision, told) if self._own_view else "not applicable",
            saw_ai=self._decided.aided,
            ai=_verdict(self._advice.positive, told) if self._advice and "ai" in show else "not applicable",
            ai_summary=self._ai_in_words() if "ai" in show else "",
            planted=self._planted() if "planted" in show else (),
            practice=self.planned.practice,
            dwell_ms=self._dwell(main) if "dwell" in show else (),
            lesion_slices=self._slices(main, [lesion.position_mm for lesion in told.lesions]) if told else (),
            mark_slices=self._slices(
                main, [m.position_mm for m in last.marks if main and m.series_uid == main.series_uid]
            ),
            finding_slices=self._slices(main, [place for _, place in self._findings()]) if "ai" in show else (),
            picture=self._picture(main, told, show),
            seconds=sum(row.active_seconds for row in self.rows),
            peers=self.others.get(self.planned.case_id, ()) if "peers" in show else (),
        )

    @property
    def _truth(self) -> Truth | None:
        return self.truths.get(self.planned.case_id)

    @property
    def _own_view(self) -> Reading | None:
        """The last unaided phase before the one that decided with AI."""
        unaided = [row for row in self.rows if not row.aided and row.phase < self._decided.phase]
        return unaided[-1] if unaided and self._decided.aided else None

    @property
    def _decided(self) -> Reading:
        """The last phase with a decision, since later ones need not ask for it again; else the last."""
        return next((row for row in reversed(self.rows) if row.decision is not None), self.rows[-1])

    @property
    def _advice(self) -> Advice | None:
        return next((advice for row in reversed(self.rows) for advice in row.advice), None)

    def _answers(self) -> tuple[AnsweredQuestion, ...]:
        final = {name: value for row in self.rows for name, value in row.answers.items()}
        again = {name for row in self.rows[1:] for name in row.answers}
        first = {name: value for name, value in self.rows[0].answers.items() if name in again}
        asked = list(self.protocol.questions)
        names = sorted({*first, *final}, key=lambda name: (asked.index(name.partition("@")[0]), name))
        return tuple(self._answered(name, first.get(name), final.get(name)) for name in names)

    def _answered(self, name: str, first: AnswerValue, final: AnswerValue) -> AnsweredQuestion:
        question_id, _, target = name.partition("@")
        question = self.protocol.questions[question_id]
        about = target_in_words(question, target, self._number(name)) if target else ""
        ask = f"{question.ask} ({about})" if about else question.ask
        return AnsweredQuestion(ask, answer_in_words(question, first), answer_in_words(question, final))

    def _number(self, name: str) -> int:
        """The number of what an answer is about: that of the mark, else its place among the answers, from 1."""
        question_id, _, target = name.partition("@")
        marks = [placed.mark for placed in self.rows[-1].marks]
        alike = (
            marks
            if target in marks
            else [
                other.partition("@")[2]
                for row in self.rows
                for other in row.answers
                if other.startswith(f"{question_id}@")
            ]
        )
        return list(dict.fromkeys(alike)).index(target) + 1 if target in alike else 0

    def _ai_in_words(self) -> str:
        advice = self._advice
        if advice is None:
            return ""
        condition = self.protocol.conditions[self.planned.condition]
        name = condition.shown_as.get(advice.ai, self.protocol.ai[advice.ai].shown_as)
        return " ".join(self._told_by(name, advice))

    def _told_by(self, name: str, advice: Advice) -> Iterator[str]:
        """What somebody said: of the case, in words, as findings; a map alone says neither yes nor no."""
        if advice.assessed:
            said = ", ".join(assessed_in_words(each) for each in advice.assessed)
            yield translate("Debrief", "{name} said: {assessed}.").format(name=name, assessed=said)
        if advice.words:
            yield translate("Debrief", "{name} gave advice in words.").format(name=name)
        if advice.marks:
            yield _findings_in_words(name, advice)
        if not (advice.assessed or advice.words or advice.marks):
            yield translate("Debrief", "{name} said neither yes nor no.").format(name=name)

    def _planted(self) -> tuple[str, ...]:
        met = {name for row in self.rows for advice in row.advice for name in advice.planted}
        return tuple(
            translate("Debrief", PLANTED_IN_WORDS[error.kind]) for error in self.planned.planted if error.id in met
        )

    def _main_series(self) -> SeriesOpened | None:
        """The series that was looked at longest."""
        totals: dict[str, float] = {}
        for row in self.rows:
            for (uid, _), ms in row.dwell_ms.items():
                totals[uid] = totals.get(uid, 0.0) + ms
        judged = [uid for uid in totals if (self.planned.index, uid) in self.series]
        best = max(judged, key=lambda uid: totals[uid], default="")
        return self.series.get((self.planned.index, best))

    def _dwell(self, main: SeriesOpened | None) -> tuple[float, ...]:
        if main is None or main.frames < 2:
            return ()
        keys = [(main.series_uid, index) for index in range(main.frames)]
        return tuple(sum(row.dwell_ms.get(key, 0.0) for row in self.rows) for key in keys)

    def _findings(self) -> list[tuple[str, Point]]:
        """What the AI showed and where, those without a score first, then the highest score."""
        advice = self._advice
        if advice is None:
            return []
        pairs = [(advice.scores[at], advice.places_mm[at]) for at in advice.shown if at < len(advice.places_mm)]
        pairs.sort(key=lambda pair: (-2.0 if pair[0] is None else -pair[0], pair[1]))
        return [("AI" if score is None else f"AI {score:.0%}", at) for score, at in pairs]

    def _picture(self, main: SeriesOpened | None, told: Truth | None, show: frozenset[str]) -> FeedbackPicture | None:
        """Lesions, then findings, then marks: the first of them says which slice is shown."""
        if main is None:
            return None
        places = [_lesion_place(main, lesion) for lesion in told.lesions] if told else []
        places += [_place(main, "finding", at, words) for words, at in self._findings() if "ai" in show]
        for number, mark in enumerate(self.rows[-1].marks if "own" in show else (), start=1):
            if mark.series_uid == main.series_uid:
                places.append(_mark_place(main, mark, number))
        known = tuple(place for place in places if place is not None)
        return FeedbackPicture(main.series_uid, known[0].slice_index, main.frames, known) if known else None

    def _slices(self, main: SeriesOpened | None, places: Sequence[Point | None]) -> tuple[int, ...]:
        if main is None:
            return ()
        found = [slice_of(main, place) for place in places if place is not None]
        return tuple(index for index in found if index is not None)


def assessed_in_words(assessed: Assessed) -> str:
    """Such as "BI-RADS 4", "malignancy 87%", "malignancy 4A · 87%": as the badge beside the images had it."""
    name, category, score = assessed
    return " ".join(part for part in (name, " · ".join(p for p in (category, _percent(score)) if p)) if part)


def _percent(score: float | None) -> str:
    return "" if score is None else f"{score:.0%}"


def _findings_in_words(name: str, advice: Advice) -> str:
    count = len(advice.shown)
    if not count:
        none = translate("Debrief", "{name} showed no finding at the threshold of {threshold}.")
        return none.format(name=name, threshold=f"{advice.threshold:.0%}")
    scores = sorted((score for at in advice.shown if (score := advice.scores[at]) is not None), reverse=True)
    if not scores:
        return translate("Debrief", "{name} showed %n finding(s).", None, count).format(name=name)
    words = translate("Debrief", "{name} showed %n finding(s): {scores}.", None, count)
    return words.format(name=name, scores=", ".join(f"{score:.0%}" for score in scores))


def _mark_place(series: SeriesOpened, mark: MarkPlaced, number: int) -> PicturedPlace | None:
    words = translate("Debrief", "Your mark {number}").format(number=number)
    place = _place(series, "mark", mark.position_mm, words)
    return replace(place, shape=mark.shape, points_mm=mark.points_mm) if place is not None else None


def _lesion_place(series: SeriesOpened, lesion: Lesion) -> PicturedPlace | None:
    sized = translate("Debrief", "Truth, {mm} mm").format(mm=f"{lesion.diameter_mm or 0:.0f}")
    words = sized if lesion.diameter_mm else translate("Debrief", "Truth")
    place = _place(series, "lesion", lesion.position_mm, words)
    return replace(place, diameter_mm=lesion.diameter_mm or 0.0) if place is not None else None


def _place(
    series: SeriesOpened, kind: Literal["lesion", "mark", "finding"], at: Point | None, words: str
) -> PicturedPlace | None:
    """None where the place lies outside the series, or the series outside patient space."""
    index = slice_of(series, at) if at is not None else None
    return PicturedPlace(kind, at, index, words) if at is not None and index is not None else None


def _verdict(decision: bool | None, truth: Truth | None) -> Verdict:
    if decision is None or truth is None:
        return "not applicable"
    return "right" if decision == truth.positive else "wrong"


def _truth_in_words(truth: Truth) -> str:
    if not truth.positive:
        return translate("Debrief", "Negative: there is no lesion.")
    if not truth.lesions:
        return translate("Debrief", "Positive.")
    each = [_lesion_in_words(lesion.label, lesion.diameter_mm) for lesion in truth.lesions]
    return translate("Debrief", "Positive: {lesions}.").format(lesions="; ".join(each))


def _lesion_in_words(label: str, diameter_mm: float | None) -> str:
    return (label or translate("Debrief", "lesion")) + (f", {diameter_mm:.0f} mm" if diameter_mm else "")
