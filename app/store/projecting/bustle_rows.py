"""Reading lists and telephone calls in an export: what became of each exam and each call.

What belongs here: a fold over a course's events. What does not: whose course it is (projections), and the description
of the tables (tables).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.store.projecting.tables import Row
from app.store.reader import LoggedEvent
from app.tracking.events import (
    AnswerValue,
    BlockTimeEnded,
    CallAnswered,
    CallMissed,
    CallRang,
    CallTaken,
    CaseChosen,
    CaseSuspended,
    ExamArrived,
    ExamTriaged,
    PhaseStarted,
    SittingStarted,
    TrialStarted,
)


@dataclass(slots=True)
class Listed:
    """What became of one exam of a list."""

    arrived_s: float
    arrived_utc: str
    score: ExamTriaged | None = None
    chosen: CaseChosen | None = None
    chosen_utc: str | None = None
    set_aside: int = 0
    not_read: bool = False


@dataclass(slots=True)
class Called:
    """What became of one call. Times are of one sign-in's monotonic clock, None where another one began meanwhile."""

    rang: CallRang
    utc: str
    trial: int | None
    rang_at_ns: int | None
    outcome: str | None = None
    rang_ms: float | None = None
    spoke_ms: float | None = None
    taken_at_ns: int | None = None
    answers: Mapping[str, AnswerValue] = field(default_factory=dict)


def listed_exams(parts: Sequence[Sequence[LoggedEvent]]) -> dict[int, Listed]:
    """By trial, every exam that arrived, in the order of arrival."""
    found: dict[int, Listed] = {}
    for logged in (each for part in parts for each in part):
        match event := logged.event:
            case ExamArrived():
                found[event.trial] = Listed(event.block_ms / 1000, logged.utc)
            case ExamTriaged():
                found[event.trial].score = event
            case CaseChosen():
                found[event.trial].chosen, found[event.trial].chosen_utc = event, logged.utc
            case CaseSuspended():
                found[event.trial].set_aside += 1
            case BlockTimeEnded():
                for trial in event.unread:
                    if trial in found:
                        found[trial].not_read = True
    return found


def list_row(listed: Listed, planned: Mapping[str, Any]) -> Row:
    """The cells of an exam behind its trial; `planned` is the trial as the frozen order writes it."""
    said = (planned.get("block"), planned.get("patient", ""), planned.get("priority", "routine"))
    came = (float(planned.get("arrives_s", 0.0)), listed.arrived_s, listed.arrived_utc)
    score = (None, None) if listed.score is None else (listed.score.top_score, listed.score.flagged)
    chosen = listed.chosen
    opened = (None,) * 4 if chosen is None else (chosen.block_ms / 1000, listed.chosen_utc, chosen.row, chosen.waiting)
    return (*said, *came, *score, *opened, listed.set_aside, listed.not_read)


def calls_of(parts: Sequence[Sequence[LoggedEvent]]) -> Iterator[Called]:
    """Every call that rang, with what became of it, in the order in which they rang."""
    found: dict[tuple[int, int], Called] = {}
    trial: int | None = None
    for logged in (each for part in parts for each in part):
        match event := logged.event:
            case TrialStarted() | PhaseStarted():
                trial = event.trial
            case SittingStarted():
                trial = None
                for call in found.values():
                    call.rang_at_ns = call.taken_at_ns = None
            case CallRang():
                found[event.block, event.call] = Called(event, logged.utc, trial, event.at_ns)
            case CallTaken() | CallMissed() | CallAnswered():
                _go_on(found[event.block, event.call], event)
    yield from found.values()


def _go_on(call: Called, event: CallTaken | CallMissed | CallAnswered) -> None:
    if isinstance(event, CallAnswered):
        call.outcome, call.answers = "answered", event.answers
        call.spoke_ms = None if call.taken_at_ns is None else (event.at_ns - call.taken_at_ns) / 1e6
        return
    if call.rang_at_ns is not None:
        call.rang_ms = (event.at_ns - call.rang_at_ns) / 1e6
    if isinstance(event, CallTaken):
        call.taken_at_ns = event.at_ns
    else:
        call.outcome = "missed"
