"""A sitting as the store has it, with all that its replay needs beside images and AI results.

What belongs here: reading it, choosing it, its wall clock. What does not: checking it
(app.conduct.replaying).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.store.acts_in_force import in_force_of
from app.store.reader import LoggedEvent, Sitting, StoreReader
from app.tracking.events import (
    AnswerCleared,
    AnswerGiven,
    Event,
    MarkPlaced,
    MarkRemoved,
    MeasurementMade,
    MeasurementRemoved,
    PhaseConfirmed,
    SegmentPainted,
    SegmentRemoved,
    TrialStarted,
)
from study_configs.cases import SealedTruth
from study_configs.problem import StudyProblem
from study_configs.protocol import Protocol
from study_configs.reading_order import ReadingOrder
from study_configs.study import protocol_from

OF_ANSWERS: tuple[type[Event], ...] = (  # and drawings, which come back as answers do
    TrialStarted,
    MeasurementMade,
    MeasurementRemoved,
    SegmentPainted,
    SegmentRemoved,
    AnswerGiven,
    AnswerCleared,
    MarkPlaced,
    MarkRemoved,
    PhaseConfirmed,
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One sign-in. `earlier` are the answers of the reader's sign-ins before; `voided` gives reasons by trial.

    `part` says which of how many sign-ins of the same session it is, from 1. `models` are the hashes that were frozen.
    """

    sitting: Sitting
    protocol: Protocol
    source: bytes
    order: ReadingOrder | None
    truth: SealedTruth
    logged: Sequence[LoggedEvent]
    earlier: Sequence[Event]
    voided: dict[int, str]
    part: tuple[int, int]
    models: dict[str, frozenset[str]]

    @property
    def events(self) -> list[Event]:
        return [each.event for each in self.logged]

    @property
    def cases(self) -> dict[int, str]:
        """The case of each trial, as planned; those that were begun where there is no order."""
        begun = {each.trial: each.case for each in self.events if isinstance(each, TrialStarted)}
        return {each.index: each.case_id for each in self.order.trials} | begun if self.order is not None else begun

    def says(self, block: int, call: int) -> str:
        """What a caller says, by the call's place in its block; "" where that is not known."""
        worklist = self.protocol.worklist
        planned = self.order.calls.get(block, ()) if self.order is not None else ()
        known = worklist is not None and call < len(planned)
        return worklist.calls[planned[call].call].says if known else ""  # type: ignore[union-attr]

    @property
    def was_cut_off(self) -> bool:
        return self.sitting.ended_utc is None

    def utc_at(self, at_ns: int) -> datetime:
        """The wall clock at a moment: that of the last event before it, and the time since."""
        place = max(0, bisect_right(self.logged, at_ns, key=lambda each: each.event.at_ns) - 1)
        known = self.logged[place]
        return datetime.fromisoformat(known.utc) + timedelta(microseconds=(at_ns - known.event.at_ns) / 1000)


def recorded(store: StoreReader, number: int | None = None) -> Recorded:
    """The sitting of that number in the store (as `verify` counts them). Raises StudyProblem where there is none.

    Without a number, the only sitting; where there are several, the message lists them.
    """
    sitting = chosen(store.sittings(), number)
    record = store.protocol(sitting.protocol_sha256)
    logged = sorted(store.logged(sitting.id), key=lambda each: each.event.at_ns)
    if not logged:
        raise StudyProblem(f"Sitting {sitting.id} holds no events: it was cut off before it began.")
    mine = store.sittings(reader=sitting.reader, protocol_sha256=sitting.protocol_sha256)
    parts = [each.id for each in mine if each.number == sitting.number]
    before = [each.id for each in mine if each.id < sitting.id]
    frozen = store.order(sitting.reader, sitting.protocol_sha256)
    return Recorded(
        sitting=sitting,
        protocol=protocol_from(record.source, record.id),
        source=record.source,
        order=ReadingOrder.from_json(json.dumps(frozen.order)) if frozen is not None else None,
        truth=store.truth(sitting.protocol_sha256),
        logged=logged,
        earlier=[event for each in before for event in store.events(each) if isinstance(event, OF_ANSWERS)],
        voided=_voided(store, sitting),
        part=(parts.index(sitting.id) + 1, len(parts)),
        models=_models(store, sitting.protocol_sha256),
    )


def chosen(sittings: Sequence[Sitting], number: int | None) -> Sitting:
    """The sitting of that number, or the only one. Raises StudyProblem, with a list of them."""
    if not sittings:
        raise StudyProblem("This store holds no sitting yet.", todo="Read some cases first.")
    if number is None and len(sittings) == 1:
        return sittings[0]
    found = next((each for each in sittings if each.id == number), None)
    if found is None:
        what = "The store holds several sittings." if number is None else f"The store holds no sitting {number}."
        raise StudyProblem(f"{what} Name one with --sitting:\n{listed(sittings)}")
    return found


def listed(sittings: Sequence[Sitting]) -> str:
    """The sittings of a store, one a line: number, reader, which session, when, how it ended."""
    return "\n".join(
        f"{each.id:>5}  {each.reader}  session {each.number}  {each.started_utc[:16].replace('T', ' ')} UTC"
        f"{'' if each.ended_utc else '  cut off'}"
        for each in sittings
    )


def _voided(store: StoreReader, sitting: Sitting) -> dict[int, str]:
    voided = in_force_of(store.connection, sitting.protocol_sha256).voided
    return {trial: reason for (reader, trial), reason in voided.items() if reader == sitting.reader}


def _models(store: StoreReader, protocol_sha256: str) -> dict[str, frozenset[str]]:
    """The hashes that were in force, by AI: several where a model was exchanged under one protocol."""
    query = "SELECT ai, sha256 FROM models WHERE protocol_sha256 = ?"
    rows = store.connection.execute(query, (protocol_sha256,)).fetchall()
    return {ai: frozenset(sha256 for other, sha256 in rows if other == ai) for ai, _ in rows}
