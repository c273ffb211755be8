"""Which frame a cine shows when: a pure function of the time since it began.

What belongs here: speed, bounce and loop. What does not: clocks, timers and viewports (desks.cine_desk).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from viewers.volume import SeriesHeader

USUAL_FPS = 10.0
RATES = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)  # times the speed of the file


@dataclass(frozen=True)
class Cine:
    """`durations_s` says how long a frame stays at rate 1; with `bounce` it goes to and fro, else round and round."""

    durations_s: tuple[float, ...]
    rate: float = 1.0
    bounce: bool = False

    @property
    def fps(self) -> float:
        """Frames a second that are asked for, on average over one round."""
        return self.rate * len(self.durations_s) / sum(self.durations_s)

    @cached_property
    def _round(self) -> tuple[int, ...]:
        """The frames of one round, in order."""
        frames = range(len(self.durations_s))
        return (*frames, *reversed(frames[1:-1])) if self.bounce else tuple(frames)

    @cached_property
    def _ends_s(self) -> tuple[float, ...]:
        """When each frame of a round ends, counted from the round's start, at the present rate."""
        return tuple(accumulate(self.durations_s[frame] / self.rate for frame in self._round))

    def at(self, elapsed_s: float) -> int:
        """The frame that is due so long after frame 0 was first shown."""
        return self._round[self._place(elapsed_s)]

    def wait_s(self, elapsed_s: float) -> float:
        """How long until the next frame is due."""
        return self._ends_s[self._place(elapsed_s)] - elapsed_s % self._ends_s[-1]

    def begins_s(self, frame: int) -> float:
        """When in the round a frame is first shown: where to begin, so that a cine goes on from the shown frame."""
        return self._ends_s[frame - 1] if frame else 0.0

    def _place(self, elapsed_s: float) -> int:
        return min(bisect_right(self._ends_s, elapsed_s % self._ends_s[-1]), len(self._ends_s) - 1)


def cine_of(header: SeriesHeader, rate: float = 1.0, bounce: bool = False) -> Cine:
    """The cine of a series, at the speed of its files, or ten frames a second where they give none."""
    given = tuple(ms / 1000 for ms in header.frame_ms if ms > 0)
    if len(given) == header.frames:
        return Cine(given, rate, bounce)
    return Cine((given[0] if given else 1 / USUAL_FPS,) * header.frames, rate, bounce)


def next_rate(rate: float, way: int) -> float:
    """The next faster (way 1) or slower (-1) rate."""
    place = min(range(len(RATES)), key=lambda n: abs(RATES[n] - rate)) + way
    return RATES[max(0, min(len(RATES) - 1, place))]
