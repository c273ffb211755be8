"""The tables of an export that say what was studied: truth, questions and phases, one set for each protocol.

What belongs here: their description and their rows. What does not: what readers did (tables, projections).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.store.reader import ProtocolRecord
from app.store.tables import Field, Row, TableForm
from study_configs.cases import Truth
from study_configs.protocol import Protocol

PROTOCOL = (
    Field("protocol_id", "text", "Id of the protocol."),
    Field("protocol_version", "text", "Version of the protocol."),
    Field("protocol_sha256", "text", "SHA-256 of the protocol file's bytes, as frozen in the store."),
    Field("mode", "text", "demo, pilot, study or review, as the protocol says."),
)
CASES = TableForm(
    "cases",
    "case that the frozen reference speaks of",
    (
        *PROTOCOL,
        Field("case", "text", "Id of the case."),
        Field("positive", "flag", "Whether the case is positive by the reference."),
        Field("lesions", "whole", "Lesions that the reference lists."),
    ),
)
LESIONS = TableForm(
    "lesions",
    "lesion of the reference",
    (
        *PROTOCOL,
        Field("case", "text", "Id of the case."),
        Field("lesion", "text", "Id of the lesion within its case."),
        Field("x_mm", "number", "Centre, LPS x, mm; empty where it has no place."),
        Field("y_mm", "number", "Centre, LPS y, mm."),
        Field("z_mm", "number", "Centre, LPS z, mm."),
        Field("diameter_mm", "number", "Diameter, mm."),
        Field("label", "text", "What the reference calls it."),
    ),
)
QUESTIONS = TableForm(
    "questions",
    "question of the protocol",
    (
        *PROTOCOL,
        Field("question", "text", "Id of the question."),
        Field("ask", "text", "Its words, as readers saw them."),
        Field("answer", "text", "Its type of answer: yes_no, choice, likert, slider …"),
        Field("per", "text", "Asked for each case, side, segment, finding, mark or lesion, or once a sitting."),
        Field("version", "text", "Version of its words."),
        Field("measures", "text", "decision (compared with the reference), rating (for ROC analysis), or empty."),
        Field("scale", "text", "Options, points, range, unit and ends, JSON."),
    ),
)
PHASES = TableForm(
    "phases",
    "phase of a condition",
    (
        *PROTOCOL,
        Field("condition", "text", "Id of the condition."),
        Field("condition_title", "text", "Its name for people."),
        Field("phase", "whole", "Phase, from 0."),
        Field("phase_name", "text", "Its name in the protocol."),
        Field("aided", "flag", "Whether it shows AI."),
        Field("layers", "text", "The layers that it shows, JSON list."),
    ),
)
STUDY_TABLES = (CASES, LESIONS, QUESTIONS, PHASES)
SCALE_KEYS = frozenset(
    {
        "options", "points", "ends", "labels", "from_", "to", "step", "unit", "at_least", "at_most", "dont_know",
        "scale", "only", "positive_from", "offer", "rows", "top", "tie", "segments", "shape", "decimals",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Studied:
    """A protocol as it was frozen, read (None where this program can't), and its truth by case."""

    record: ProtocolRecord
    protocol: Protocol | None
    truth: Mapping[str, Truth]

    def cases(self) -> Iterator[Row]:
        for truth in self.truth.values():
            yield (*self._which, truth.case_id, truth.positive, len(truth.lesions))

    def lesions(self) -> Iterator[Row]:
        for truth in self.truth.values():
            for lesion in truth.lesions:
                place = lesion.position_mm or (None, None, None)
                yield (*self._which, truth.case_id, lesion.id, *place, lesion.diameter_mm, lesion.label)

    def questions(self) -> Iterator[Row]:
        for name, asked in self.protocol.questions.items() if self.protocol else ():
            scale = asked.model_dump(mode="json", by_alias=True, include=set(SCALE_KEYS))
            told = (
                asked.ask,
                asked.answer,
                asked.per,
                asked.version,
                asked.measures,
                json.dumps(scale, ensure_ascii=False),
            )
            yield (*self._which, name, *told)

    def phases(self) -> Iterator[Row]:
        for name, condition in self.protocol.conditions.items() if self.protocol else ():
            for at, phase in enumerate(condition.phases):
                shown = (phase.name, phase.shows_ai, json.dumps(list(phase.layers)))
                yield (*self._which, name, condition.title, at, *shown)

    @property
    def _which(self) -> Row:
        return (self.record.id, self.record.version, self.record.sha256, self.record.mode)


STUDY_ROWS: dict[str, Callable[[Studied], Iterator[Row]]] = {
    "cases": Studied.cases,
    "lesions": Studied.lesions,
    "questions": Studied.questions,
    "phases": Studied.phases,
}
