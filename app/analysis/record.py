"""A whole study as its store tells it: protocol, truth, readings of every reader, and what was left unread.

What belongs here: gathering it from the store. What does not: estimators (accuracy), pages (report).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.analysis.attention import Summary, by_condition
from app.analysis.readings import Reading, readings
from app.store.acts_in_force import InForce, in_force_of
from app.store.location import Location, open_any
from app.store.projecting.attention_log import spots_of
from app.store.reader import Enrolment, ProtocolRecord, StoreReader
from app.tracking.attention_measures.measuring import measured
from app.tracking.attention_measures.values import Settings
from app.tracking.events import Event, SeriesOpened, SittingEnded
from study_configs.cases import Truth
from study_configs.protocol import Protocol
from study_configs.reading_order import ReadingOrder
from study_configs.study import protocol_from


@dataclass(frozen=True, slots=True)
class ReaderRecord:
    """One reader's part: the frozen order, the confirmed readings, and how the last sitting ended (empty: cut off)."""

    reader: str
    order: ReadingOrder
    readings: tuple[Reading, ...]
    sittings: int
    ended: str
    attention: tuple[Summary, ...] = ()  # by condition, of the trials that count

    @property
    def trials_planned(self) -> int:
        return len(self.order.trials)

    @property
    def trials_finished(self) -> int:
        return len({row.trial for row in self.readings if row.last})


@dataclass(frozen=True, slots=True)
class StudyRecord:
    """Everything that one protocol left in a store. `series` is keyed by (case, series UID); `truth` by case."""

    frozen: ProtocolRecord
    protocol: Protocol
    truth: Mapping[str, Truth]
    readers: tuple[ReaderRecord, ...]
    series: Mapping[tuple[str, str], SeriesOpened]

    @property
    def readings(self) -> tuple[Reading, ...]:
        """All readings that count: practice left out."""
        return tuple(row for reader in self.readers for row in reader.readings if not row.practice)


def study_records(path: Location) -> tuple[StudyRecord, ...]:
    """One record for each protocol in the store. Raises StudyProblem where the store can't be read."""
    with open_any(path) as store:
        return tuple(_record(store, frozen) for frozen in store.protocols())


def _record(store: StoreReader, frozen: ProtocolRecord) -> StudyRecord:
    protocol = protocol_from(frozen.source, f"{frozen.id} {frozen.version}")
    series: dict[tuple[str, str], SeriesOpened] = {}
    readers: list[ReaderRecord] = []
    acts = in_force_of(store.connection, frozen.sha256)
    for enrolment in store.enrolments(frozen.sha256):
        order = ReadingOrder.from_json(json.dumps(enrolment.order))
        course = store.course(enrolment.reader, frozen.sha256)
        readers.append(_reader(store, enrolment, protocol, order, course, acts))
        case_of = {planned.index: planned.case_id for planned in order.trials}
        opened = (event for event in course if isinstance(event, SeriesOpened))
        series |= {(case_of[event.trial], event.series_uid): event for event in opened}
    return StudyRecord(frozen, protocol, store.truth(frozen.sha256).unseal(), tuple(readers), series)


def _reader(
    store: StoreReader,
    enrolment: Enrolment,
    protocol: Protocol,
    order: ReadingOrder,
    course: list[Event],
    acts: InForce,
) -> ReaderRecord:
    """One reader's part; trials that a coordinator voided, or that begin anew, are no longer among the readings."""
    ends = [event.reason for event in course if isinstance(event, SittingEnded)]
    sittings = store.sittings(reader=enrolment.reader, protocol_sha256=enrolment.protocol_sha256)
    ended = ends[-1] if course and isinstance(course[-1], SittingEnded) else ""
    voided = acts.not_counting(enrolment.reader, {trial.index: trial.sitting for trial in order.trials})
    counting = tuple(row for row in readings(protocol, order, course) if row.trial not in voided)
    out = set(voided) | {trial.index for trial in order.trials if trial.practice}
    spots = spots_of(store.truth(enrolment.protocol_sha256).unseal(), Settings())
    attention = by_condition(enrolment.protocol_sha256, enrolment.reader, measured(course, spots), out)
    return ReaderRecord(enrolment.reader, order, counting, len(sittings), ended, attention)
