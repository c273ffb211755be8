"""Where the eye rested at a moment of a sitting, worked out a minute at a time: an hour of gaze opens at once.

What belongs here: which part of the gaze a moment needs. What does not: fixations and places (app.tracking.gaze),
painting (app.windows.replay).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.tracking.events import (
    Event,
    GazeCalibrated,
    GazeMoved,
    GazeSourceOpened,
    PanelsPlaced,
    SeriesOpened,
    TrialStarted,
    ViewChanged,
    ViewportEmptied,
)
from app.tracking.gaze.trail import Rest, Trail

MINUTE_NS = 60_000_000_000
AFTER_NS = 1_000_000_000  # fixations that go on beyond a minute are worked out so far
HELD = 3  # minutes
CHANGES = (
    PanelsPlaced,
    ViewChanged,
    ViewportEmptied,
    SeriesOpened,
    TrialStarted,
    GazeSourceOpened,
    GazeCalibrated,
)


@dataclass(slots=True)
class _Standing:
    """The events that still say what lies where; takes those of CHANGES in the order of their times."""

    alone: dict[type[Event], Event] = field(default_factory=dict)  # of each kind the last one counts
    series: dict[str, Event] = field(default_factory=dict)
    views: dict[int, Event] = field(default_factory=dict)

    def copy(self) -> _Standing:
        return replace(self, alone=dict(self.alone), series=dict(self.series), views=dict(self.views))

    def take(self, event: Event) -> None:
        match event:
            case ViewChanged():
                self.views[event.viewport] = event
            case ViewportEmptied():
                self.views.pop(event.viewport, None)
            case SeriesOpened():
                self.series[event.series_uid] = event
            case _:
                self.alone[type(event)] = event
        if isinstance(event, TrialStarted):
            self.series, self.views = {}, {}

    def events(self) -> list[Event]:
        """In the order of their times."""
        standing = (*self.alone.values(), *self.series.values(), *self.views.values())
        return sorted(standing, key=lambda each: each.at_ns)


class Eyes:
    """The eye's rests of one sign-in, from its events in the order of their times."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._changes = [each for each in events if isinstance(each, CHANGES)]
        self._moved = [each for each in events if isinstance(each, GazeMoved)]
        self._starts_ns = events[0].at_ns if events else 0
        self._standing: list[_Standing] = []  # at the beginning of each minute, as far as was asked for
        self._next = _Standing()
        self._taken = 0
        self._trails: dict[int, Trail] = {}

    def rests(self, at_ns: int, last_ms: float) -> tuple[Rest, ...]:
        """Those of the last `last_ms` (a minute at most) as they were at a moment, oldest first."""
        if not self._moved:
            return ()
        minute = max(0, (at_ns - self._starts_ns) // MINUTE_NS)
        if minute not in self._trails:
            self._trails[minute] = self._trail(minute)
            for old in list(self._trails)[:-HELD]:
                del self._trails[old]
        return self._trails[minute].at(at_ns, last_ms).rests

    def _trail(self, minute: int) -> Trail:
        """A minute's gaze, with the minute before it."""
        since = max(0, minute - 1)
        first_ns = self._starts_ns + since * MINUTE_NS
        last_ns = self._starts_ns + (minute + 1) * MINUTE_NS + AFTER_NS
        changes = self._between(self._changes, first_ns, last_ns)
        return Trail.of([*self._stood(since).events(), *changes, *self._between(self._moved, first_ns, last_ns)])

    @staticmethod
    def _between(events: Sequence[Event], first_ns: int, last_ns: int) -> Sequence[Event]:
        first = bisect_left(events, first_ns, key=lambda each: each.at_ns)
        return events[first : bisect_right(events, last_ns, key=lambda each: each.at_ns)]

    def _stood(self, minute: int) -> _Standing:
        """What lay where when a minute began."""
        while len(self._standing) <= minute:
            until = bisect_left(
                self._changes, self._starts_ns + len(self._standing) * MINUTE_NS, key=lambda each: each.at_ns
            )
            for event in self._changes[self._taken : until]:
                self._next.take(event)
            self._taken = until
            self._standing.append(self._next.copy())
        return self._standing[minute]
