"""A sitting that can be looked at at any moment, quickly: keyframes of its fold, and pointer and gaze as tables.

What belongs here: seeking. What does not: what a moment means (screens, answers, situation), drawing it (the windows).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from app.analysis.replay.answers import AnswerFold, AnswerLine
from app.analysis.replay.eyes import Eyes
from app.analysis.replay.situation import Situation, after
from app.analysis.screens import ScreenFold, Screens
from app.reading.measured import board_after
from app.reading.state import Drawing
from app.tracking.events import Clicked, Event, MarkPlaced, PointerMoved, PointerPressed
from app.tracking.events.gaze import GazeMoved
from viewers.measuring.history import Board

NOTHING_DRAWN = Board()
KEYFRAME_EVERY = 500  # events that a seek folds at most; a copy of the fold takes some 10 µs


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a replay shows of one moment but the pointer's way; `done` is how many events have happened."""

    at_ns: int
    done: int
    screens: Screens
    answers: tuple[AnswerLine, ...]
    situation: Situation
    marks: tuple[MarkPlaced, ...] = ()  # of the trial that is read
    board: Board = NOTHING_DRAWN  # its measurements and painted segments


@dataclass(frozen=True, slots=True)
class Press:
    """A mouse button went down over an image."""

    at_ns: int
    viewport: int
    column: float
    row: float
    slice_index: int


@dataclass(slots=True)
class _State:
    done: int = 0
    screens: ScreenFold = field(default_factory=ScreenFold)
    answers: AnswerFold = field(default_factory=AnswerFold)
    situation: Situation = field(default_factory=Situation)
    boards: dict[int, Board] = field(default_factory=dict)  # by trial

    def copy(self) -> _State:
        return _State(self.done, self.screens.copy(), self.answers.copy(), self.situation, dict(self.boards))

    def take(self, event: Event) -> None:
        self.done += 1
        self.screens.take(event)
        self.answers.take(event)
        self.situation = after(self.situation, event)
        self.draw(event)

    def draw(self, event: Event) -> None:
        if isinstance(event, Drawing):
            self.boards[event.trial] = board_after(self.boards.get(event.trial, NOTHING_DRAWN), event)


class Reel:
    """The events of one sign-in, in the order of their times.

    `earlier` are those of the reader's sign-ins before: answers of a case that was cut off stand when it goes on.
    """

    def __init__(self, events: Iterable[Event], earlier: Iterable[Event] = ()) -> None:
        self.events: Sequence[Event] = tuple(sorted(events, key=lambda each: each.at_ns))
        self._times = [event.at_ns for event in self.events]
        state = _State()
        for event in earlier:
            state.answers.take(event)
            state.draw(event)
        self._keyframes = list(_keyframes(state, self.events))
        self._here = self._keyframes[0].copy()
        self.pointer = pointer_table(self.events)
        self.gaze = gaze_table(self.events)
        self.eyes = Eyes(self.events)
        self.presses = tuple(_presses(self.events))
        self._press_times = [press.at_ns for press in self.presses]

    @property
    def starts_ns(self) -> int:
        return self._times[0] if self._times else 0

    @property
    def ends_ns(self) -> int:
        return self._times[-1] if self._times else 0

    def done_at(self, at_ns: int) -> int:
        """How many events have happened by then."""
        return bisect_right(self._times, at_ns)

    def at(self, at_ns: int) -> Moment:
        """The moment; going on from the last one asked for where that is nearer than a keyframe."""
        done = self.done_at(at_ns)
        nearest = self._keyframes[done // KEYFRAME_EVERY]
        if not nearest.done <= self._here.done <= done:
            self._here = nearest.copy()
        for event in self.events[self._here.done : done]:
            self._here.take(event)
        state = self._here
        lines = tuple(state.answers.lines.values())
        marks = tuple(each for each in state.answers.marks.values() if each.trial == state.answers.trial)
        screens = state.screens.screens()
        board = state.boards.get(screens.trial, NOTHING_DRAWN)
        return Moment(at_ns, done, screens, lines, state.situation, marks, board)

    def pressed(self, from_ns: int, to_ns: int) -> Sequence[Press]:
        """The presses after `from_ns`, up to `to_ns`."""
        return self.presses[bisect_right(self._press_times, from_ns) : bisect_right(self._press_times, to_ns)]


def _keyframes(state: _State, events: Sequence[Event]) -> Iterator[_State]:
    yield state.copy()
    for event in events:
        state.take(event)
        if state.done % KEYFRAME_EVERY == 0:
            yield state.copy()


@dataclass(frozen=True, slots=True, eq=False)
class PointerTable:
    """Every sample of the pointer: when, over which viewport, at which image point of which slice."""

    at_ns: NDArray[np.int64]
    viewport: NDArray[np.int64]
    place: NDArray[np.float64]  # (samples, 3): column, row, slice

    def between(self, from_ns: int, to_ns: int) -> slice:
        """The samples after `from_ns`, up to `to_ns`."""
        first, last = np.searchsorted(self.at_ns, (from_ns, to_ns), side="right").tolist()
        return slice(first, last)


def pointer_table(events: Iterable[Event]) -> PointerTable:
    """All samples of a log's PointerMoved, in the order of their times."""
    moved = [event for event in events if isinstance(event, PointerMoved)]
    rows = [(at, event.viewport, column, row, index) for event in moved for at, column, row, index in event.samples]
    times = np.array([each[0] for each in rows], np.int64)
    order = np.argsort(times, kind="stable")
    viewports = np.array([each[1] for each in rows], np.int64)
    places = np.array([each[2:] for each in rows], np.float64).reshape(-1, 3)
    return PointerTable(times[order], viewports[order], places[order])


def gaze_table(events: Iterable[Event]) -> NDArray[np.float64]:
    """(samples, 3): time in ns, x and y in logical px of the reader's screen; samples without an eye are left out."""
    samples = chain.from_iterable(event.samples for event in events if isinstance(event, GazeMoved))
    seen = [each for each in samples if each[1] is not None and each[2] is not None]
    table = np.empty((len(seen), 3))
    for column in range(3):
        table[:, column] = np.fromiter(map(itemgetter(column), seen), np.float64, len(seen))
    return table[np.argsort(table[:, 0], kind="stable")]


def _presses(events: Iterable[Event]) -> Iterator[Press]:
    for event in events:
        if isinstance(event, Clicked | PointerPressed):
            yield Press(event.at_ns, event.viewport, event.column, event.row, event.slice_index)
