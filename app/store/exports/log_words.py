"""What one event of the log is called, what it is about, and when: as XES and BIDS both need it.

What belongs here: names, scalar fields, the trial that an event falls in. What does not: either file (xes, bids).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.store.projecting.projections import Projection, phase_name
from app.store.reader import LoggedEvent, Sitting
from app.tracking.events import (
    BreakEnded,
    BreakStarted,
    CaseSuspended,
    CaseTakenUp,
    FeedbackShown,
    PhaseConfirmed,
    PhaseSkipped,
    PhaseStarted,
    SittingEnded,
    SittingStarted,
    TextShown,
    TrialInterrupted,
    TrialStarted,
    WorklistShown,
    payload,
)
from app.tracking.events.base import DenseEvent

TRANSITIONS = (  # of XES's standard life cycle; everything else is complete as it happens
    ((TrialStarted, PhaseStarted, BreakStarted, SittingStarted), "start"),
    ((CaseSuspended, TrialInterrupted), "suspend"),
    ((CaseTakenUp,), "resume"),
    ((PhaseSkipped,), "autoskip"),
)
BETWEEN = (BreakStarted, SittingEnded, TextShown, FeedbackShown, WorklistShown)  # the trial before is over
SITTING, BREAK = "sitting", "break"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event that is no stream of samples, and the trial and phase it falls in (None outside of any)."""

    sitting: Sitting
    logged: LoggedEvent
    trial: int | None
    phase: int | None
    activity: str
    transition: str

    @property
    def fields(self) -> dict[str, Any]:
        """The event's own fields: numbers, flags and texts as they are, all else as JSON."""
        held = payload(self.logged.event)
        return {name: _plain(value) for name, value in held.items() if value is not None}


def happened(projection: Projection) -> Iterator[Happened]:
    """The events of one course in the log's order, each once; streams of samples (pointer, gaze) left out."""
    for sitting, logged in projection.course.parts:
        trial: int | None = None
        phase: int | None = None
        for each in logged:
            event = each.event
            if isinstance(event, TrialStarted | CaseTakenUp):
                trial, phase = event.trial, None
            elif isinstance(event, BETWEEN):
                trial = phase = None
            elif isinstance(event, PhaseStarted):
                phase = event.phase
            if not isinstance(event, DenseEvent):
                yield Happened(sitting, each, trial, phase, _activity(projection, each), _transition(each))


def _activity(projection: Projection, logged: LoggedEvent) -> str:
    match event := logged.event:
        case SittingStarted() | SittingEnded():
            return SITTING
        case BreakStarted() | BreakEnded():
            return BREAK
        case TrialStarted() | CaseSuspended() | TrialInterrupted() | CaseTakenUp():
            return "trial"
        case PhaseStarted() | PhaseConfirmed() | PhaseSkipped():
            trial = projection.trials_by_index.get(event.trial)
            name = phase_name(projection.protocol, trial.condition, event.phase) if trial is not None else ""
            return f"phase: {name or event.phase}"
    command = getattr(event, "command", "")
    return f"command: {command}" if command else type(event).__name__


def _transition(logged: LoggedEvent) -> str:
    return next((word for kinds, word in TRANSITIONS if isinstance(logged.event, kinds)), "complete")


def _plain(value: Any) -> str | int | float | bool:
    return value if isinstance(value, str | int | float | bool) else json.dumps(value, ensure_ascii=False)
