"""Cases in an order, and cases in sets, under constraints.

What belongs here: longest runs, least distances, balanced sets and samples. What does not: the search for an order
where chance alone finds none (search), readers and conditions (ordering).
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from study_configs.draws import Draws

_SHUFFLES = 30
_BUILDS = 100
_MANY = 1000  # cases; building an order of so many takes long, and one that fails fails again


class NoOrder(Exception):
    """No order keeps every constraint, as far as the bounded search can tell; the text says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """At most `limit` cases in a row may have the same value; `value` by case id."""

    name: str
    limit: int
    value: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Distance:
    """Two cases with the same value lie at least `least` places apart; a case without a value, or an empty one, is
    free."""

    name: str
    least: int
    value: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rules:
    """What an order must keep. `earliest` is the first place (from 0) that a case may have."""

    runs: tuple[Run, ...] = ()
    distances: tuple[Distance, ...] = ()
    earliest: Mapping[str, int] = field(default_factory=dict)

    @property
    def only_runs(self) -> bool:
        return not self.distances and not self.earliest


def keeps(order: Sequence[str], rules: Rules) -> bool:
    """Whether the order keeps them all."""
    return (
        all(_longest([run.value[case] for case in order]) <= run.limit for run in rules.runs)
        and all(_nearest(order, distance) >= distance.least for distance in rules.distances)
        and all(rules.earliest.get(case, 0) <= at for at, case in enumerate(order))
    )


def _longest(values: Sequence[str]) -> int:
    longest = length = 0
    for at, value in enumerate(values):
        length = length + 1 if at and value == values[at - 1] else 1
        longest = max(longest, length)
    return longest


def _nearest(order: Sequence[str], distance: Distance) -> int:
    """The least distance of two cases that are alike; that which is asked for where no two are."""
    last: dict[str, int] = {}
    nearest = distance.least
    for at, case in enumerate(order):
        value = distance.value.get(case)
        if value:
            nearest = min(nearest, at - last.get(value, -distance.least))
            last[value] = at
    return nearest


def check_possible(cases: Sequence[str], rules: Rules) -> None:
    """Raises NoOrder, with the count, where one rule alone cannot be kept by these cases."""
    for run in rules.runs:
        _check_run(cases, run)
    for distance in rules.distances:
        _check_distance(cases, distance)


def _check_run(cases: Sequence[str], run: Run) -> None:
    counts = Counter(run.value[case] for case in cases)
    for value, count in counts.items():
        room = run.limit * (len(cases) - count + 1)
        if count > room:
            raise NoOrder(
                f"{count} of {len(cases)} cases have {run.name} = {value}, "
                f"and runs of at most {run.limit} leave room for {room}"
            )


def _check_distance(cases: Sequence[str], distance: Distance) -> None:
    counts = Counter(value for case in cases if (value := distance.value.get(case)))
    most = max(counts.values(), default=0)
    alike = sorted(value for value, count in counts.items() if count == most)
    takes = (most - 1) * distance.least + min(len(alike), distance.least)
    if most and takes > len(cases):
        what = f"{distance.name} = {alike[0]}" + (f" (and as many for {len(alike) - 1} more)" if alike[1:] else "")
        raise NoOrder(
            f"{most} of {len(cases)} cases have {what}, and at least {distance.least} apart they take {takes} places"
        )


def in_words(rules: Rules) -> str:
    """The rules for people."""
    said = [f"at most {run.limit} in a row alike in {run.name}" for run in rules.runs]
    said += [f"at least {each.least} apart where alike in {each.name}" for each in rules.distances]
    said += ["planted errors not among the first"] if rules.earliest else []
    return " and ".join(said)


def chance_order(cases: Sequence[str], runs: Sequence[Run], draws: Draws) -> list[str] | None:
    """A random order that keeps the runs, or None where chance finds none.

    Whole shuffles are tried first (then every allowed order is equally likely); where those fail, orders are built case
    by case, which favours none of the cases but not every allowed order equally.
    """
    if not runs:
        return draws.shuffled(cases)
    for _ in range(_SHUFFLES):
        order = draws.shuffled_until(cases, _Tail(runs).breaks)
        if order is not None:
            return order
    for _ in range(_BUILDS if len(cases) < _MANY else 3):
        left = draws.shuffled(cases)
        built = _built_for_one(left, runs[0]) if len(runs) == 1 else _built(left, runs)
        if built is not None:
            return built
    return None


class _Tail:
    """The run at the end of an order that grows."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = runs
        self._values = [""] * len(runs)
        self._lengths = [0] * len(runs)

    def breaks(self, case: str) -> bool:
        """Put a case at the end; whether a run is now too long."""
        for at, run in enumerate(self._runs):
            value = run.value[case]
            self._lengths[at] = self._lengths[at] + 1 if value == self._values[at] else 1
            self._values[at] = value
            if self._lengths[at] > run.limit:
                return True
        return False


class Tally:
    """How many of each value are left, with the value that most are left of at hand."""

    def __init__(self, values: Sequence[str]) -> None:
        self.counts = Counter(values)
        self.most = max(self.counts.values(), default=0)
        self._at = Counter(self.counts.values())  # how many values have a count

    def remove(self, value: str) -> None:
        self._move(value, -1)

    def add(self, value: str) -> None:
        self._move(value, 1)

    def _move(self, value: str, by: int) -> None:
        count = self.counts[value]
        self.counts[value] = count + by
        self._at[count] -= 1
        self._at[count + by] += 1
        self.most = max(self.most, count + by)
        while self.most and not self._at[self.most]:
            self.most -= 1

    @property
    def alike(self) -> int:
        """Of how many values most are left."""
        return self._at[self.most] if self.most else 0


def _built(left: list[str], runs: Sequence[Run]) -> list[str] | None:
    """An order built case by case from `left` (in random order), or None where it ran into a dead end.

    The next case is always the first of those left that may follow. Cases that are alike for all runs wait in one line.
    """
    lines: dict[tuple[str, ...], deque[int]] = {}
    for rank, case in enumerate(left):
        lines.setdefault(tuple(run.value[case] for run in runs), deque()).append(rank)
    heads = sorted((line[0], kind) for kind, line in lines.items())
    steps = _Steps(left, runs)
    order: list[str] = []
    while heads:
        at = next((at for at, (_, kind) in enumerate(heads) if steps.may_follow(kind)), None)
        if at is None:
            return None
        rank, kind = heads.pop(at)
        steps.take(kind)
        order.append(left[rank])
        lines[kind].popleft()
        if lines[kind]:
            insort(heads, (lines[kind][0], kind))
    return order


def _built_for_one(left: Sequence[str], run: Run) -> list[str] | None:
    """What `_built` makes for this run alone, in a fraction of its time: studies of 10,000 cases need that."""
    values, limit = [run.value[case] for case in left], run.limit
    counts = Counter(values)
    most = max(counts.values(), default=0)
    lines = {value: iter([rank for rank, other in enumerate(values) if other == value]) for value in counts}
    heads = sorted(next(line) for line in lines.values())  # the first of each value
    last, length = "", 0
    order: list[str] = []
    for places in range(len(left), 0, -1):
        full = last if length == limit else None
        if most > limit * (places - most):  # so many of one value that a separator spent on another leaves it no room
            rank = next((rank for rank in heads if counts[values[rank]] == most and values[rank] != full), None)
        else:
            rank = heads[0] if values[heads[0]] != full else heads[1] if heads[1:] else None
        if rank is None:
            return None
        order.append(left[rank])
        value = values[rank]
        last, length = value, length + 1 if value == last else 1
        heads.remove(rank)
        following = next(lines[value], None)
        if following is not None:
            insort(heads, following)
        counts[value] -= 1
        if counts[value] == most - 1:
            most = max(counts.values())
    return order


class _Steps:
    """What may follow while an order is built."""

    def __init__(self, cases: Sequence[str], runs: Sequence[Run]) -> None:
        self._runs = runs
        self._left = len(cases)
        self._waiting = [Tally([run.value[case] for case in cases]) for run in runs]
        self._tails = [["", 0] for _ in runs]  # value and length

    def may_follow(self, kind: tuple[str, ...]) -> bool:
        for run, value, tally, tail in zip(self._runs, kind, self._waiting, self._tails, strict=True):
            if tail[1] == run.limit and tail[0] == value:
                return False
            # some other value may have so many left that a separator spent on this one leaves it no room
            if tally.most > run.limit * (self._left - tally.most) and tally.counts[value] != tally.most:
                return False
        return True

    def take(self, kind: tuple[str, ...]) -> None:
        self._left -= 1
        for at, value in enumerate(kind):
            self._waiting[at].remove(value)
            tail = self._tails[at]
            self._tails[at] = [value, tail[1] + 1 if tail[0] == value else 1]  # type: ignore[operator]


@lru_cache(maxsize=4)
def _strata(cases: tuple[str, ...], kinds: tuple[tuple[str, ...], ...]) -> Mapping[tuple[str, ...], Sequence[int]]:
    """Where the cases of each kind stand; many readers ask of the same cases."""
    strata: dict[tuple[str, ...], list[int]] = {}
    for at, kind in enumerate(kinds):
        strata.setdefault(kind, []).append(at)
    return strata


def sample(
    cases: Sequence[str], alike: Mapping[str, tuple[str, ...]], count: int, draws: Draws, *, replacement: bool
) -> tuple[str, ...]:
    """`count` of the cases, each equally likely, in the order of `cases`; what is alike in the shares of all cases.

    The number from each stratum is its share of `count`, rounded up or down by chance (systematic sampling from a
    random start: W. G. Cochran, Sampling Techniques, 3rd ed. 1977, chapter 8). Raises NoOrder where there are too few.
    """
    if count > len(cases) and not replacement:
        raise NoOrder(f"a sample of {count} cases cannot be drawn from {len(cases)}")
    strata = _strata(tuple(cases), tuple(map(alike.__getitem__, cases)))
    listed = [at for kind in sorted(strata) for at in draws.shuffled(strata[kind])]
    start = draws.below(len(listed))
    drawn = [listed[(start + at * len(listed)) // count] for at in range(count)]
    if replacement:
        homes = [strata[alike[cases[at]]] for at in drawn]
        drawn = [home[draws.below(len(home))] for home in homes]
    return tuple(cases[at] for at in sorted(drawn))


def case_sets(
    cases: Sequence[str], stratum: Mapping[str, tuple[str, ...]], sets: int, draws: Draws
) -> tuple[tuple[str, ...], ...]:
    """The cases dealt into `sets` sets: sizes differ by at most one, and so do the counts of each stratum."""
    strata: dict[tuple[str, ...], list[str]] = {}
    for case in cases:
        strata.setdefault(stratum[case], []).append(case)
    dealt = [case for key in sorted(strata) for case in draws.shuffled(strata[key])]
    return tuple(tuple(dealt[start::sets]) for start in range(sets))
