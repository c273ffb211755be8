"""Where the reader is at a moment: in a case, on a page, at the reading list, on a break, and what lies where.

What belongs here: that fold. What does not: what the viewports show (app.analysis.screens).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from app.tracking import events as happened
from app.tracking.events import Event

Where = Literal["before", "case", "page", "list", "break", "call", "feedback", "over"]
Box = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True, slots=True)
class Situation:
    """What is in front of the reader beside images. `what` is the page, the call or the break in the protocol's names.

    `panels` are where the parts of the window lie on its screen (logical px); empty in logs that do not say so.
    `away`: the window has lost the focus; `idle`: nobody stirs.
    """

    where: Where = "before"
    what: str = ""
    rows: int = 1
    columns: int = 1
    panels: Mapping[str, Box] = field(default_factory=dict)
    panel: str | None = None  # the part of the window under the pointer; None in logs that do not say so
    listed: tuple[int, ...] = ()  # the trials of the reading list, as it came to the screen
    flagged: tuple[int, ...] = ()
    call: tuple[int, int] = (0, 0)  # block and place of the last call
    called_from: Where = "case"  # where the reader was when the telephone was picked up
    is_away: bool = False
    is_idle: bool = False


_PLACES: Mapping[type[Event], tuple[Where, str]] = {
    happened.TextShown: ("page", "text"),
    happened.TextAcknowledged: ("before", ""),
    happened.TrialStarted: ("case", "case"),
    happened.TrialInterrupted: ("before", ""),
    happened.TrialReopened: ("case", ""),
    happened.CaseChosen: ("case", ""),
    happened.BreakStarted: ("break", ""),
    happened.BreakEnded: ("before", ""),
    happened.CaseSuspended: ("before", ""),
    happened.CaseFeedbackShown: ("feedback", ""),
    happened.CaseFeedbackClosed: ("before", ""),
    happened.FeedbackShown: ("feedback", ""),
    happened.FeedbackClosed: ("before", ""),
    happened.SittingEnded: ("over", "reason"),
}


def after(before: Situation, event: Event) -> Situation:
    """The situation once this event has happened."""
    place = _PLACES.get(type(event))
    if place is not None:
        where, named = place
        return replace(before, where=where, what=str(getattr(event, named)) if named else "")
    match event:
        case happened.CallTaken():
            return replace(before, where="call", call=(event.block, event.call), called_from=before.where)
        case happened.CallAnswered():
            return replace(before, where=before.called_from)
        case happened.WorklistShown():
            return replace(before, where="list", what="", listed=event.trials, flagged=event.flagged)
        case happened.LayoutChanged():
            return replace(before, rows=event.rows, columns=event.columns)
        case happened.PanelsPlaced():
            return replace(before, panels={name: (left, top, w, h) for name, left, top, w, h in event.panels})
        case happened.PointerEntered():
            return replace(before, panel=event.panel)
        case happened.FocusLost() | happened.FocusGained():
            return replace(before, is_away=isinstance(event, happened.FocusLost))
        case happened.IdleStarted() | happened.IdleEnded():
            return replace(before, is_idle=isinstance(event, happened.IdleStarted))
    return before
