"""A store as a study leaves it, filled with readings that a table holds: published ratings, or made up ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.writer import StoreWriter
from app.tracking.events import (
    AnswerValue,
    CaseShown,
    Event,
    MarkPlaced,
    PhaseConfirmed,
    PhaseStarted,
    SittingStarted,
    TrialStarted,
)
from app.tracking.recorder import Recorder
from study_configs.cases import Lesion, SealedTruth, Truth

PROTOCOL = """readerlab: 1
protocol: {{id: {name}, version: {version}, mode: {mode}, title: Ratings}}
questions:
  suspicion: {{ask: How likely, answer: slider, from: 0, to: 100, measures: rating}}
  places: {{ask: Where, answer: marks}}
  sure: {{ask: How sure, answer: slider, from: 0, to: 100, per: mark}}
conditions:
{conditions}
design: {{crossed: {{of: [{names}]}}, cases: {{order: fixed}}, seed: 1}}
"""
PHASE = "  {name}: {{phases: [{{name: reading, answer: [{asked}]}}]}}"
SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Read:
    """One reading as a table of published data has it. `marks`: (lesion hit, from 1, or 0; rating)."""

    reader: str
    modality: str
    case: str
    rating: float | None = None
    marks: tuple[tuple[int, float], ...] = ()


@dataclass(slots=True)
class ReadStudy:
    """A store that holds such readings under one protocol."""

    store: Path
    truth: Mapping[str, Truth]
    name: str = "published"
    version: str = "1.0.0"
    mode: str = "study"
    records: list[ProtocolRecord] = field(default_factory=list)

    def add(self, reads: Sequence[Read], *, planned: Sequence[Read] | None = None, **said: Any) -> ProtocolRecord:
        """Every reader reads what is theirs in one sitting; `planned` says what the orders hold, where that is more."""
        plan = planned or reads
        record = self._record(sorted({each.modality for each in plan}), any(each.rating is not None for each in plan))
        writer = StoreWriter(self.store)
        for reader in dict.fromkeys(each.reader for each in plan):
            mine = [each for each in plan if each.reader == reader]
            done = {id(each): at for at, each in enumerate(mine)}
            trials = [_planned(at, each, said.get("repeats", ())) for at, each in enumerate(mine)]
            order = {"reader": reader, "trials": trials, **_about(record)}
            enrol(writer, reader, record, lambda _, order=order: order, truth=SealedTruth(self.truth).to_json())
            if begun := [each for each in reads if each.reader == reader]:
                self._sit(writer, record, reader, [(done[id(each)], each) for each in begun])
        writer.close()
        self.records.append(record)
        return record

    def _record(self, names: Sequence[str], rated: bool) -> ProtocolRecord:
        asked = ("suspicion, " if rated else "") + "places, sure"
        phases = "\n".join(PHASE.format(name=name, asked=asked if not rated else "suspicion") for name in names)
        text = PROTOCOL.format(
            name=self.name, version=self.version, mode=self.mode, conditions=phases, names=", ".join(names)
        )
        return ProtocolRecord(sha256_of(text.encode()), self.name, self.version, self.mode, text.encode())

    def _sit(self, writer: StoreWriter, record: ProtocolRecord, reader: str, mine: list[tuple[int, Read]]) -> None:
        key = writer.begin_sitting(reader=reader, protocol_sha256=record.sha256, number=1)
        recorder = Recorder(writer, key)
        recorder.record(
            SittingStarted(
                at_ns=0,
                reader=reader,
                protocol_id=record.id,
                protocol_version=record.version,
                protocol_sha256=record.sha256,
                order_sha256="",
                mode=record.mode,
                sitting=1,
                resumed=False,
                program_version="test",
            )
        )
        for index, read in mine:
            for event in reading(index, read, self.truth.get(read.case)):
                recorder.record(event)
        recorder.end("finished").result(60)


def _about(record: ProtocolRecord) -> dict[str, Any]:
    named = {"protocol_id": record.id, "protocol_version": record.version, "protocol_sha256": record.sha256}
    return {**named, "enrolment_index": 0, "seed": 1}


def _planned(index: int, read: Read, repeats: Sequence[int]) -> dict[str, Any]:
    plan = {"index": index, "case_id": read.case, "condition": read.modality, "block": 1, "sitting": 1}
    return {**plan, "practice": False, "planted": [], "repeat": index in repeats}


def reading(index: int, read: Read, truth: Truth | None) -> list[Event]:
    """The events of one trial; a mark on a lesion lies 2 mm beside its middle, any other 500 mm away."""
    start = (index + 1) * 10 * SECOND
    here: dict[str, Any] = {"trial": index, "phase": 0}
    answers: dict[str, AnswerValue] = {} if read.rating is None else {"suspicion": read.rating}
    marks = []
    for number, (lesion, rating) in enumerate(read.marks):
        x = 500.0 + number
        if lesion and truth is not None and truth.lesions[lesion - 1].position_mm is not None:
            x = truth.lesions[lesion - 1].position_mm[0] + 2.0
        mark = MarkPlaced(
            at_ns=start + 2 * SECOND + number, **here, question="places", mark=f"m{number}", series_uid="1.2",
            sop_uid="1.2.3", slice_index=0, column=0.0, row=0.0, position_mm=(x, 0.0, 0.0),
        )  # fmt: skip
        marks.append(mark)
        answers[f"sure@m{number}"] = rating
    if read.rating is None:
        answers["places"] = tuple(mark.mark for mark in marks)
    return [
        TrialStarted(at_ns=start, trial=index, case=read.case, condition=read.modality),
        CaseShown(at_ns=start + SECOND, trial=index),
        PhaseStarted(at_ns=start + SECOND, **here, layers=()),
        *marks,
        PhaseConfirmed(at_ns=start + 3 * SECOND, **here, answers=answers),
    ]


def truth_of(positive: Mapping[str, int]) -> dict[str, Truth]:
    """Truth of cases with so many lesions each, at 100, 120 … mm on the first axis, 12 mm wide."""
    return {
        case: Truth(
            case, count > 0, tuple(Lesion(f"l{at}", (100.0 + 20 * at, 0.0, 0.0), 12.0, "") for at in range(count))
        )
        for case, count in positive.items()
    }
