"""The eye's way at a moment of a sitting, for replay: the last samples, and the fixations among them.

What belongs here: one value made from the events of a sign-in, asked for any moment. What does not: painting
(app.windows.gaze).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.tracking.events import Event, GazeCalibrated, GazeSourceOpened
from app.tracking.gaze.fixations import Fixation, Joining, by_velocity
from app.tracking.gaze.places import GazePlace, placed
from app.tracking.gaze.screens import GazeScreen

LAST_MS = 2000.0


@dataclass(frozen=True, slots=True)
class Rest:
    """A fixation and the place of the sample in its middle; `fixation.x`, `.y` are logical px of the screen."""

    fixation: Fixation
    place: GazePlace


@dataclass(frozen=True, slots=True)
class TrailNow:
    """What to show at a moment, oldest first. `now` is the last sample, None where the eye is not seen any more."""

    points: tuple[GazePlace, ...] = ()
    rests: tuple[Rest, ...] = ()
    now: GazePlace | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """All gaze of one sign-in, in the order of time."""

    places: tuple[GazePlace, ...]
    rests: tuple[Rest, ...]  # none where the screen's size or the reader's distance was not known

    @classmethod
    def of(cls, events: Sequence[Event]) -> Trail:
        """From the events of one sign-in; empty where no tracker was used."""
        places = tuple(placed(events))
        return cls(places, tuple(_rests(places, screen_of(events))))

    def at(self, at_ns: int, last_ms: float = LAST_MS) -> TrailNow:
        """The trail of the last `last_ms` as it was at a moment; a fixation under way ends there."""
        since = at_ns - round(last_ms * 1e6)
        begin = bisect_left(self.places, since, key=lambda each: each.at_ns)
        end = bisect_right(self.places, at_ns, key=lambda each: each.at_ns)
        points = self.places[begin:end]
        return TrailNow(points, self._rests_within(since, at_ns), points[-1] if points and _seen(points[-1]) else None)

    def _rests_within(self, since: int, at_ns: int) -> tuple[Rest, ...]:
        begin = bisect_left(self.rests, since, key=lambda each: each.fixation.end_ns)
        end = bisect_right(self.rests, at_ns, key=lambda each: each.fixation.begin_ns)
        return tuple(
            replace(each, fixation=replace(each.fixation, end_ns=min(each.fixation.end_ns, at_ns)))
            for each in self.rests[begin:end]
        )


def screen_of(events: Iterable[Event]) -> GazeScreen | None:
    """The screen that gaze was on, as the tracker's opening or its check described it last; None without a tracker."""
    found = None
    for event in events:
        if isinstance(event, (GazeSourceOpened, GazeCalibrated)):
            found = GazeScreen(event.screen_px, event.screen_mm, event.distance_mm)
    return found


def fixations_of(places: Sequence[GazePlace], screen: GazeScreen | None) -> list[Fixation]:
    """I-VT with its usual bounds (fixations), blinks joined; places in logical px of the screen, not in degrees.

    None where degrees are not known.
    """
    if screen is None or not screen.has_degrees or not places:
        return []
    times = np.array([each.at_ns for each in places], np.int64)
    px = np.array([(each.x_px, each.y_px) if _seen(each) else (np.nan, np.nan) for each in places], np.float64)
    found = by_velocity(times, screen.to_degrees(px[:, 0], px[:, 1]), joining=Joining())
    return [_in_px(each, times, px) for each in found]


def _in_px(fixation: Fixation, times: np.ndarray, px: np.ndarray) -> Fixation:
    begin, end = np.searchsorted(times, fixation.begin_ns), np.searchsorted(times, fixation.end_ns, "right")
    x, y = np.nanmean(px[begin:end], axis=0)
    return replace(fixation, x=float(x), y=float(y))


def _rests(places: Sequence[GazePlace], screen: GazeScreen | None) -> Iterable[Rest]:
    for fixation in fixations_of(places, screen):
        begin = bisect_left(places, fixation.begin_ns, key=lambda each: each.at_ns)
        end = bisect_right(places, fixation.end_ns, key=lambda each: each.at_ns)
        seen = [each for each in places[begin:end] if _seen(each)]
        yield Rest(fixation, seen[len(seen) // 2])


def _seen(place: GazePlace) -> bool:
    return place.x_px is not None and place.y_px is not None
