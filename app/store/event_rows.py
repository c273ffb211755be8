"""An event as the values of its rows, and back: its own row, and for a dense event its packed samples beside it.

What belongs here: that translation. What does not: reading and writing rows (reader, writer), the packing of samples
(app.tracking.samples), an event's fields as JSON-ready values (app.tracking.events).
"""

from __future__ import annotations

from typing import NamedTuple

from app.store import chain
from app.store.connection import DAMAGE
from app.tracking.events import KINDS, Event, from_payload, payload
from app.tracking.events.base import DenseEvent
from app.tracking.samples import CODEC, is_packed, packed, unpacked
from study_configs.problem import ProgramError, StudyProblem


class EventRow(NamedTuple):
    """`payload` is canonical JSON; of a dense event it is the header, and `samples` the codec and the packed bytes.

    The header holds the SHA-256 of those bytes, so the event's hash covers the samples too.
    """

    at_ns: int
    kind: str
    payload: str
    samples: tuple[str, bytes] | None = None


def row_of(event: Event) -> EventRow:
    """The event as it is stored. Raises ProgramError for values that have no JSON form or that packing would change."""
    kind = type(event).__name__
    try:
        if isinstance(event, DenseEvent):
            header, data = packed(event)
            return EventRow(event.at_ns, kind, chain.canonical(header), (CODEC, data))
        return EventRow(event.at_ns, kind, chain.canonical(payload(event)))
    except (TypeError, ValueError) as error:
        raise ProgramError(f"A {kind} can't be written as JSON: {error}") from error


def event_from(row: EventRow) -> Event:
    """The event again. Dense events of stores from before version 3 hold their samples in the payload.

    Raises StudyProblem for a kind that this program does not know, for values that are not those of the kind, and for
    samples that are not those of the header.
    """
    if row.kind not in KINDS:
        raise StudyProblem(
            f"The log holds a {row.kind}, which this program does not know.",
            todo="Update ReaderLab to the version that wrote it.",
        )
    try:
        values = chain.value_of(row.payload)
        if issubclass(KINDS[row.kind], DenseEvent) and is_packed(values):
            return unpacked(row.kind, row.at_ns, values, row.samples[1] if row.samples else b"")
        return from_payload(row.kind, row.at_ns, values)
    except DAMAGE as error:
        raise not_written(row.kind) from error


def not_written(kind: str) -> StudyProblem:
    """What is said of a row whose values are not those of its kind."""
    return StudyProblem(
        f"What stands there is no {kind} that a ReaderLab wrote.",
        todo="Run `readerlab verify` on the store, and hold it against a receipt or seal.",
    )


def at_event(sitting: int, seq: int, problem: StudyProblem) -> StudyProblem:
    """A problem with one event, with the event's place."""
    return StudyProblem(f"Event {seq} of sitting {sitting}: {problem.what}", todo=problem.todo)
