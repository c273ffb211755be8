"""How long each slice of a stack has been on the screen in a trial, up to any moment.

What belongs here: intervals found once, cut off at a moment. What does not: dwell as it is analysed, which asks for an
attentive reader too (app.tracking.dwell): this is time on the clock, without pauses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.tracking.events import (
    Event,
    Paused,
    PhaseConfirmed,
    PhaseStarted,
    SittingEnded,
    TrialInterrupted,
    TrialStarted,
    Unpaused,
    ViewChanged,
    ViewportEmptied,
)

Stack = tuple[int, str]  # trial, series
Row = tuple[Stack, int, int, int]  # with slice, from, to


class SliceTimes:
    """The intervals of every stack of a sitting."""

    def __init__(self, events: Sequence[Event]) -> None:
        rows: dict[Stack, list[tuple[int, int, int]]] = {}
        for stack, index, began, ended in _intervals(events):
            rows.setdefault(stack, []).append((index, began, ended))
        self._rows = {stack: np.array(each, np.int64) for stack, each in rows.items()}

    def until(self, trial: int, series: str, frames: int, at_ns: int) -> NDArray[np.float64]:
        """Seconds for each of the stack's `frames` slices, by `at_ns`. Two viewports with one slice count twice."""
        rows = self._rows.get((trial, series))
        if rows is None:
            return np.zeros(frames)
        passed = np.clip(np.minimum(rows[:, 2], at_ns) - rows[:, 1], 0, None)
        seconds = np.bincount(np.clip(rows[:, 0], 0, frames - 1), passed / 1e9, frames)
        return seconds.astype(np.float64)


@dataclass(slots=True)
class _Open:
    """What each viewport shows, since when."""

    trial: int = -1
    views: dict[int, tuple[str, int, int]] = field(default_factory=dict)  # series, slice, since

    def close(self, viewport: int, at_ns: int) -> Iterator[Row]:
        if viewport in self.views:
            series, index, since = self.views.pop(viewport)
            if self.trial >= 0:
                yield (self.trial, series), index, since, at_ns

    def close_all(self, at_ns: int) -> Iterator[Row]:
        for viewport in list(self.views):
            yield from self.close(viewport, at_ns)


def _intervals(events: Sequence[Event]) -> Iterator[Row]:
    now = _Open()
    for event in events:
        match event:
            case ViewChanged():
                yield from now.close(event.viewport, event.at_ns)
                now.views[event.viewport] = (event.series_uid, event.slice_index, event.at_ns)
            case ViewportEmptied():
                yield from now.close(event.viewport, event.at_ns)
            case TrialStarted():
                yield from now.close_all(event.at_ns)
                now.trial = event.trial
            case PhaseConfirmed() | PhaseStarted() | Paused() | Unpaused():
                standing = dict(now.views)
                yield from now.close_all(event.at_ns)
                if not isinstance(event, Paused):
                    now.views = {each: (series, index, event.at_ns) for each, (series, index, _) in standing.items()}
            case TrialInterrupted() | SittingEnded():
                yield from now.close_all(event.at_ns)
    if events:
        yield from now.close_all(events[-1].at_ns)
