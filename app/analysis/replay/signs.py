"""What a scrub bar marks: decisions, AI reveals, cases and pages, and the stretches in which nothing happened.

What belongs here: finding them in the log, once. What does not: painting them (app.windows.replay).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.analysis.replay.words import NO_CASES, sentence
from app.tracking import events as happened
from app.tracking.events import Event

SignKind = Literal["case", "decision", "reveal", "page", "other"]
StretchKind = Literal["idle", "pause", "away", "break"]


@dataclass(frozen=True, slots=True)
class Sign:
    """One event worth a mark; `trial` is that of a case, -1 beside cases."""

    at_ns: int
    kind: SignKind
    words: str
    trial: int = -1
    short: str = ""  # the case's name


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time in which the reader did not read."""

    from_ns: int
    to_ns: int
    kind: StretchKind


_KINDS: dict[type[Event], SignKind] = {
    happened.TrialStarted: "case",
    happened.PhaseConfirmed: "decision",
    happened.LayerRevealed: "reveal",
    happened.TextShown: "page",
    happened.FeedbackShown: "page",
    happened.CaseFeedbackShown: "page",
    happened.CallRang: "other",
    happened.TrialInterrupted: "other",
    happened.CaseSuspended: "other",
    happened.SittingEnded: "other",
}
_ENDS: tuple[tuple[type[Event], type[Event], StretchKind], ...] = (
    (happened.IdleStarted, happened.IdleEnded, "idle"),
    (happened.Paused, happened.Unpaused, "pause"),
    (happened.ReadingHalted, happened.ReadingWentOn, "away"),
    (happened.FocusLost, happened.FocusGained, "away"),
    (happened.BreakStarted, happened.BreakEnded, "break"),
)


def signs(events: Sequence[Event], cases: Mapping[int, str] = NO_CASES) -> tuple[Sign, ...]:
    """The marks of a sitting, in the order of their times; `cases` are names by trial."""
    return tuple(_signs(events, cases))


def _signs(events: Sequence[Event], cases: Mapping[int, str]) -> Iterator[Sign]:
    for event in events:
        kind = _KINDS.get(type(event))
        if kind is not None:
            yield Sign(
                event.at_ns, kind, sentence(event, cases), getattr(event, "trial", -1), getattr(event, "case", "")
            )
        elif isinstance(event, happened.PhaseStarted) and event.layers:
            yield Sign(event.at_ns, "reveal", sentence(event, cases), event.trial)


def stretches(events: Sequence[Event]) -> tuple[Stretch, ...]:
    """Idle times, pauses, the window without focus, breaks; one that never ended lasts to the last event."""
    found = [each for ends in _ENDS for each in _between(events, *ends)]
    return tuple(sorted(found, key=lambda each: each.from_ns))


def _between(events: Sequence[Event], first: type[Event], last: type[Event], kind: StretchKind) -> Iterator[Stretch]:
    began: int | None = None
    for event in events:
        if isinstance(event, first) and began is None:
            began = event.at_ns
        elif isinstance(event, last) and began is not None:
            yield Stretch(began, event.at_ns, kind)
            began = None
    if began is not None:
        yield Stretch(began, events[-1].at_ns, kind)


def past_stretches(found: Iterable[Stretch], at_ns: int) -> int:
    """Where a replay that skips such time goes on: `at_ns` itself outside of them."""
    for each in found:
        if each.from_ns <= at_ns < each.to_ns:
            at_ns = each.to_ns
    return at_ns
