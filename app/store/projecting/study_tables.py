"""The tables of an export that say what was studied, and by whom: truth, questions, phases, planted errors, readers,
and what nobody read.

What belongs here: their description and their rows. What does not: what readers did (tables, projections).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.store.projecting.audit import Unread
from app.store.projecting.tables import Field, Row, TableForm
from app.store.reader import Enrolment, ProtocolRecord
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
PLANTED = TableForm(
    "planted",
    "rule for errors that were planted on purpose",
    (
        *PROTOCOL,
        Field("planted", "text", "Name of the rule: the part before the slash in ai.planted."),
        Field("ai", "text", "Id of the AI that it makes wrong."),
        Field("kind", "text", "false_positive, false_negative, shifted, category, wrong_side, sham, replaced …"),
        Field("cases", "text", "In how many cases of each reader; all; or in which, JSON list."),
        Field("draw", "text", "for_each_reader (everybody has them in other cases) or once (all in the same)."),
        Field("conditions", "text", "Only in these, JSON list; empty list for all that show the AI."),
        Field("how", "text", "What else the protocol says of it: direction, size, which cases may carry it; JSON."),
    ),
)
READERS = TableForm(
    "readers",
    "reader who was enrolled, also those who never read",
    (
        Field("reader", "text", "Pseudonym of the reader."),
        Field("stratum", "text", "Stratum in which the reader was enrolled; empty where none was named."),
        *PROTOCOL,
        Field("arm", "text", "Arm of the reader; empty where the design has none."),
        Field("group", "whole", "Reader group of a split-plot design, from 0; 0 without one."),
        Field("slot", "whole", "Place in the plan within the stratum, from 0; one that was freed may be given again."),
        Field("enrolment", "whole", "Which reader of the protocol this was, from 0."),
        Field("trials_planned", "whole", "Trials of the reading order, practice left out."),
        Field("planted_planned", "whole", "How many of these carry a planted error."),
        Field("dropped", "text", "Why the reader left the study, as the coordinator said; empty for who did not."),
    ),
)
MISSING_READS = TableForm(
    "missing_reads",
    "trial that was planned (practice left out) and has no complete reading that counts",
    (
        Field("reader", "text", "Pseudonym of the reader."),
        Field("stratum", "text", "Stratum in which the reader was enrolled; empty where none was named."),
        *PROTOCOL,
        Field("sitting", "whole", "Which sitting of the reading order."),
        Field("trial", "whole", "Trial's index in the reading order."),
        Field("case", "text", "Id of the case."),
        Field("condition", "text", "Id of the condition."),
        Field("block", "whole", "Block of the reading order, from 1."),
        Field(
            "state",
            "text",
            "not_begun, begun (some phase was never confirmed) or voided (read, but it does not count).",
        ),
        Field("dropped", "text", "Why the reader left the study; empty for who did not."),
    ),
)
STUDY_TABLES = (CASES, LESIONS, QUESTIONS, PHASES, PLANTED, READERS, MISSING_READS)
PLANTED_APART = frozenset({"ai", "kind", "cases", "draw", "conditions"})  # have columns of their own
SCALE_KEYS = frozenset(
    {
        "options", "points", "ends", "labels", "from_", "to", "step", "unit", "at_least", "at_most", "dont_know",
        "scale", "only", "positive_from", "offer", "rows", "top", "tie", "segments", "shape", "decimals",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Studied:
    """A protocol as it was frozen, read (None where this program can't), its truth by case, and its readers.

    `dropped` holds readers who left, with the reason; `unread` the planned trials without a reading, by reader.
    """

    record: ProtocolRecord
    protocol: Protocol | None
    truth: Mapping[str, Truth]
    enrolments: Sequence[Enrolment] = ()
    dropped: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, Sequence[Unread]] = field(default_factory=dict)

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

    def planted(self) -> Iterator[Row]:
        for name, rule in self.protocol.planted.items() if self.protocol else ():
            cases = json.dumps(list(rule.cases)) if isinstance(rule.cases, tuple) else str(rule.cases)
            how = rule.model_dump(mode="json", by_alias=True, exclude=set(PLANTED_APART), exclude_defaults=True)
            told = (rule.ai, rule.kind, cases, rule.draw, json.dumps(list(rule.conditions)))
            yield (*self._which, name, *told, json.dumps(how, ensure_ascii=False))

    def readers(self) -> Iterator[Row]:
        for one in self.enrolments:
            order = one.order if isinstance(one.order, Mapping) else {}
            trials = [trial for trial in order.get("trials", ()) if not trial.get("practice")]
            place = (order.get("arm", ""), order.get("group", 0), order.get("slot", one.index), one.index)
            planned = (len(trials), sum(bool(trial.get("planted")) for trial in trials))
            yield (one.reader, one.stratum, *self._which, *place, *planned, self.dropped.get(one.reader))

    def missing_reads(self) -> Iterator[Row]:
        for one in self.enrolments:
            for each in self.unread.get(one.reader, ()):
                place = (each.sitting, each.trial, each.case, each.condition, each.block, each.state)
                yield (one.reader, one.stratum, *self._which, *place, self.dropped.get(one.reader))

    @property
    def _which(self) -> Row:
        return (self.record.id, self.record.version, self.record.sha256, self.record.mode)


STUDY_ROWS: dict[str, Callable[[Studied], Iterator[Row]]] = {
    "cases": Studied.cases,
    "lesions": Studied.lesions,
    "questions": Studied.questions,
    "phases": Studied.phases,
    "planted": Studied.planted,
    "readers": Studied.readers,
    "missing_reads": Studied.missing_reads,
}
