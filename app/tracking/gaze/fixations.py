"""Fixations: the moments at which an eye rests, found in samples of gaze.

What belongs here: I-VT and I-DT after Salvucci & Goldberg, Identifying fixations and saccades in eye-tracking protocols
(ETRA 2000), on samples whose times need not be even. What does not: what was looked at (places).

Both take degrees. A sample without an eye (NaN) ends a fixation, and so does a gap in time; fixations that such a gap
has cut are joined again as Olsen, The Tobii I-VT fixation filter (2012) does: by `Joining`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
Run = tuple[int, int]  # first and last sample

VELOCITY_DEG_S = 30.0
DISPERSION_DEG = 1.0
AT_LEAST_MS = 100.0
GAP_MS = 75.0  # a longer silence between two samples is as good as a sample without an eye


@dataclass(frozen=True, slots=True)
class Joining:
    """Two fixations are one where so little time and so few degrees lie between them (Olsen 2012: 75 ms, 0.5°)."""

    within_ms: float = 75.0
    within_deg: float = 0.5


@dataclass(frozen=True, slots=True)
class Fixation:
    """From the first sample to the last; the place is the mean of its samples, in the unit of the samples given."""

    begin_ns: int
    end_ns: int
    x: float
    y: float
    samples: int

    @property
    def ms(self) -> float:
        return (self.end_ns - self.begin_ns) / 1e6


def by_velocity(
    times_ns: Times,
    deg: Floats,
    *,
    below_deg_s: float = VELOCITY_DEG_S,
    at_least_ms: float = AT_LEAST_MS,
    joining: Joining | None = None,
) -> list[Fixation]:
    """I-VT: runs of samples in which the eye moves slower than `below_deg_s`, of at least `at_least_ms`.

    `deg` has shape (n, 2). The speed at a sample is that from the one before it to the one after it; at the ends of the
    recording from or to the sample itself. Beside a missing sample or a gap there is no speed, and no fixation.
    """
    times, places = _in_order(times_ns, deg)
    return _kept(_runs(speeds(times, places) < below_deg_s), times, places, at_least_ms, joining)


def by_dispersion(
    times_ns: Times,
    deg: Floats,
    *,
    within_deg: float = DISPERSION_DEG,
    at_least_ms: float = AT_LEAST_MS,
    joining: Joining | None = None,
) -> list[Fixation]:
    """I-DT: stretches of at least `at_least_ms` whose width plus height stays within `within_deg`; each as long as can
    be, its last sample the last that fits.
    """
    times, places = _in_order(times_ns, deg)
    runs = [
        found
        for run in _runs(~np.isnan(places.sum(axis=1)))
        for found in _tight(times, places, run, within_deg, round(at_least_ms * 1e6))
    ]
    return _kept(runs, times, places, at_least_ms, joining)


def speeds(times_ns: Times, deg: Floats) -> Floats:
    """Degrees per second at each sample, NaN where it is not known; `times_ns` rising."""
    count = len(times_ns)
    if count < 2:
        return np.full(count, np.nan)
    before, after = np.maximum(np.arange(count) - 1, 0), np.minimum(np.arange(count) + 1, count - 1)
    way = deg[after] - deg[before] + 0 * deg  # a missing sample has no speed itself
    return np.asarray(np.hypot(way[:, 0], way[:, 1]) / ((times_ns[after] - times_ns[before]) / 1e9))


def _in_order(times_ns: Times, deg: Floats) -> tuple[Times, Floats]:
    """The samples in the order of their times, one at each, with a missing one in each gap."""
    times, first = np.unique(np.asarray(times_ns, np.int64), return_index=True)
    places = np.asarray(deg, np.float64).reshape(-1, 2)[first]
    gaps = np.flatnonzero(np.diff(times) > GAP_MS * 1e6)
    middles = (times[gaps] + times[gaps + 1]) // 2 if len(gaps) else times[:0]
    return np.insert(times, gaps + 1, middles), np.insert(places, gaps + 1, np.nan, axis=0)


def _runs(held: NDArray[np.bool_]) -> list[Run]:
    """Each unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]).astype(np.int8)))
    return [(int(begin), int(end) - 1) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def _tight(times: Times, places: Floats, run: Run, within: float, least_ns: int) -> Iterator[Run]:
    """Salvucci & Goldberg's moving window: while it does not last `least_ns`, its first samples give way to the next.

    Once it does, it grows until a sample no longer fits, and the next window begins with that one.
    """
    begin, last = run
    window = _Window(places)
    for at in range(begin, last + 1):
        window.take(at)
        while window.width() > within:
            if times[at - 1] - times[begin] >= least_ns:
                yield (begin, at - 1)
                begin = at
            else:
                begin += 1
            window.leave(begin)
    if times[last] - times[begin] >= least_ns:
        yield (begin, last)


class _Window:
    """Width plus height of the samples in a moving window, by monotonic queues: each sample comes and goes once."""

    def __init__(self, places: Floats) -> None:
        x, y = places[:, 0].tolist(), places[:, 1].tolist()
        self._values = (x, [-v for v in x], y, [-v for v in y])
        self._most: tuple[deque[int], ...] = (deque(), deque(), deque(), deque())

    def take(self, at: int) -> None:
        for values, most in zip(self._values, self._most, strict=True):
            while most and values[most[-1]] <= values[at]:
                most.pop()
            most.append(at)

    def leave(self, begin: int) -> None:
        """Let go of all samples before `begin`."""
        for most in self._most:
            while most and most[0] < begin:
                most.popleft()

    def width(self) -> float:
        return float(sum(values[most[0]] for values, most in zip(self._values, self._most, strict=True)))


def _kept(
    runs: Sequence[Run], times: Times, places: Floats, at_least_ms: float, joining: Joining | None
) -> list[Fixation]:
    """The runs as fixations: joined where that is asked for, then without those that are too short."""
    found = [_fixation(run, times, places) for run in runs]
    if joining is not None:
        found = _joined(found, joining)
    return [each for each in found if each.ms >= at_least_ms]


def _fixation(run: Run, times: Times, places: Floats) -> Fixation:
    begin, end = run
    x, y = places[begin : end + 1].mean(axis=0)
    return Fixation(int(times[begin]), int(times[end]), float(x), float(y), end - begin + 1)


def _joined(fixations: Sequence[Fixation], joining: Joining) -> list[Fixation]:
    found: list[Fixation] = []
    for each in fixations:
        before = found[-1] if found else None
        if before is not None and _belong(before, each, joining):
            found[-1] = _sum(before, each)
        else:
            found.append(each)
    return found


def _belong(before: Fixation, after: Fixation, joining: Joining) -> bool:
    soon = after.begin_ns - before.end_ns <= joining.within_ms * 1e6
    return soon and float(np.hypot(after.x - before.x, after.y - before.y)) <= joining.within_deg


def _sum(one: Fixation, other: Fixation) -> Fixation:
    count = one.samples + other.samples
    x, y = ((a * one.samples + b * other.samples) / count for a, b in ((one.x, other.x), (one.y, other.y)))
    return Fixation(one.begin_ns, other.end_ns, x, y, count)
