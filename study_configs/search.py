"""Searching an order of cases under constraints to the end: one is found, or there is none.

What belongs here: the search. What does not: what the constraints are (arrangement), which cases (ordering).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from study_configs.arrangement import (
    Distance,
    NoOrder,
    Rules,
    Run,
    Tally,
    chance_order,
    check_possible,
    in_words,
    keeps,
)
from study_configs.draws import Draws

_SHUFFLES = 30
_RESTARTS = 20
_SMALL = 60  # cases; up to here the last search goes on for long, and remembers what leads nowhere
_MOST_STEPS = 300_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Cases that are read together, before those of the next stretch; `fixed` keeps them as they are."""

    cases: tuple[str, ...]
    fixed: bool = False


def arranged(stretches: Sequence[Stretch], rules: Rules, draws: Draws) -> list[str]:
    """All cases of all stretches in an order that keeps the rules. Raises NoOrder, with the reason."""
    cases = [case for stretch in stretches for case in stretch.cases]
    if all(stretch.fixed for stretch in stretches):
        if keeps(cases, rules):
            return cases
        raise NoOrder(f"cases: {{order: fixed}} takes the manifest's order, and that does not keep {in_words(rules)}")
    check_possible(cases, rules)
    return _by_chance(stretches, rules, draws) or _by_search(stretches, rules, draws)


def _by_chance(stretches: Sequence[Stretch], rules: Rules, draws: Draws) -> list[str] | None:
    if len(stretches) == 1 and rules.only_runs:
        return chance_order(stretches[0].cases, rules.runs, draws)
    for _ in range(_SHUFFLES):
        order = _shuffled(stretches, draws)
        if keeps(order, rules):
            return order
    return None


def _shuffled(stretches: Sequence[Stretch], draws: Draws) -> list[str]:
    return [
        case for stretch in stretches for case in (stretch.cases if stretch.fixed else draws.shuffled(stretch.cases))
    ]


def _by_search(stretches: Sequence[Stretch], rules: Rules, draws: Draws) -> list[str]:
    """Short searches from several shuffles, then a long one; the long one is exhaustive for few cases."""
    count = sum(len(stretch.cases) for stretch in stretches)
    for _ in range(_RESTARTS):
        found, over = _Search(_ranked(stretches, draws), rules, 3 * count).order()
        if found is not None:
            return found
        if over:
            raise NoOrder(f"no order of these {count} cases keeps {in_words(rules)}")
    found, over = _Search(_ranked(stretches, draws), rules, max(_MOST_STEPS, 20 * count)).order()
    if found is not None:
        return found
    if over:
        raise NoOrder(f"no order of these {count} cases keeps {in_words(rules)}")
    raise NoOrder(f"a long search found no order of these {count} cases with {in_words(rules)}")


def _ranked(stretches: Sequence[Stretch], draws: Draws) -> list[list[str]]:
    """Stretches within which every order is allowed, each with its cases in the order to try them."""
    ranked: list[list[str]] = []
    for stretch in stretches:
        ranked += [[case] for case in stretch.cases] if stretch.fixed else [draws.shuffled(stretch.cases)]
    return [cases for cases in ranked if cases]


Kind = tuple[str, ...]  # values of all runs and distances, and the earliest place: what the rules see of a case
Line = deque[tuple[int, str]]  # rank and case


@dataclass(frozen=True, slots=True)
class _Placed:
    stretch: int
    kind: Kind
    rank: int
    case: str


class _Search:
    """Depth-first, with a bound on its steps. Cases of one kind are interchangeable, so that each kind is tried once.

    What is known to lead nowhere is not tried again: the kinds that are left and the last few placed decide that.
    """

    def __init__(self, stretches: Sequence[Sequence[str]], rules: Rules, most_steps: int) -> None:
        cases = [case for stretch in stretches for case in stretch]
        self._steps_left = most_steps
        self._lines = [_lines(stretch, rules) for stretch in stretches]
        self._heads = [sorted((line[0], kind) for kind, line in lines.items()) for lines in self._lines]
        self._waiting = [len(stretch) for stretch in stretches]
        self._stretch = 0
        self._order: list[_Placed] = []
        self._left = len(cases)
        self._watches: list[_RunWatch | _DistanceWatch] = [_RunWatch(run, cases) for run in rules.runs]
        self._watches += [_DistanceWatch(each, cases) for each in rules.distances]
        self._memory = max([run.limit for run in rules.runs] + [each.least - 1 for each in rules.distances], default=0)
        self._dead: set[tuple[object, ...]] = set()
        self._remembers = len(cases) <= _SMALL

    def order(self) -> tuple[list[str] | None, bool]:
        """(an order or None, whether everything was tried)."""
        tries = [self._candidates()]
        while self._left:
            kind = next(tries[-1], None)
            if self._steps_left <= 0:
                return None, False
            if kind is not None:
                self._place(kind)
                tries.append(self._candidates())
                continue
            self._remember()
            tries.pop()
            if not tries:
                return None, True
            self._take_back()
        return [placed.case for placed in self._order], False

    def _candidates(self) -> Iterator[Kind]:
        """The kinds that may come next and leave room for the rest, in the order in which their cases wait."""
        if not self._left or (self._remembers and self._key() in self._dead):
            return
        heads, at = self._heads[self._stretch], 0
        while at < len(heads):  # whatever is placed meanwhile is taken back before this goes on
            kind = heads[at][1]
            self._steps_left -= 1
            if int(kind[-1]) <= len(self._order) and self._may_follow(kind):
                yield kind
            at += 1

    def _may_follow(self, kind: Kind) -> bool:
        at = len(self._order)
        if not all(watch.allows(value, at) for watch, value in zip(self._watches, kind, strict=False)):
            return False
        self._place(kind)
        room = all(watch.has_room(len(self._order), self._left) for watch in self._watches)
        self._take_back()
        return room

    def _place(self, kind: Kind) -> None:
        rank, case = self._from_line(kind)
        for watch, value in zip(self._watches, kind, strict=False):
            watch.place(value, len(self._order))
        self._order.append(_Placed(self._stretch, kind, rank, case))
        self._left -= 1
        self._waiting[self._stretch] -= 1
        if not self._waiting[self._stretch] and self._left:
            self._stretch += 1

    def _take_back(self) -> None:
        placed = self._order.pop()
        self._stretch = placed.stretch
        self._waiting[self._stretch] += 1
        self._back_to_line(placed)
        for watch, value in zip(self._watches, placed.kind, strict=False):
            watch.take_back(value)
        self._left += 1

    def _from_line(self, kind: Kind) -> tuple[int, str]:
        line, heads = self._lines[self._stretch][kind], self._heads[self._stretch]
        first = line.popleft()
        del heads[bisect_left(heads, (first, kind))]
        if line:
            insort(heads, (line[0], kind))
        return first

    def _back_to_line(self, placed: _Placed) -> None:
        line, heads = self._lines[self._stretch][placed.kind], self._heads[self._stretch]
        if line:
            del heads[bisect_left(heads, (line[0], placed.kind))]
        line.appendleft((placed.rank, placed.case))
        insort(heads, (line[0], placed.kind))

    def _remember(self) -> None:
        if self._remembers:
            self._dead.add(self._key())

    def _key(self) -> tuple[object, ...]:
        lines = self._lines[self._stretch]
        left = tuple(sorted((kind, len(line)) for kind, line in lines.items() if line))
        tail = self._order[len(self._order) - self._memory :] if self._memory < len(self._order) else self._order
        return (self._stretch, left, tuple(placed.kind for placed in tail))


def _lines(cases: Sequence[str], rules: Rules) -> dict[Kind, Line]:
    lines: dict[Kind, Line] = {}
    for rank, case in enumerate(cases):
        kind = (
            *(run.value[case] for run in rules.runs),
            *(each.value.get(case, "") for each in rules.distances),
            str(rules.earliest.get(case, 0)),
        )
        lines.setdefault(kind, deque()).append((rank, case))
    return lines


class _RunWatch:
    """What one run allows, while cases are placed and taken back."""

    def __init__(self, run: Run, cases: Sequence[str]) -> None:
        self._limit = run.limit
        self._tally = Tally([run.value[case] for case in cases])
        self._tails: list[tuple[str, int]] = [("", 0)]

    def allows(self, value: str, at: int) -> bool:
        return self._tails[-1] != (value, self._limit)

    def place(self, value: str, at: int) -> None:
        last, length = self._tails[-1]
        self._tails.append((value, length + 1 if last == value else 1))
        self._tally.remove(value)

    def take_back(self, value: str) -> None:
        self._tails.pop()
        self._tally.add(value)

    def has_room(self, at: int, left: int) -> bool:
        value, length = self._tails[-1]
        here, most = self._tally.counts[value], self._tally.most
        if here > self._limit - length + self._limit * (left - here):
            return False
        return most == here or most <= self._limit * (left - most + 1)


class _DistanceWatch:
    """What one distance allows, while cases are placed and taken back."""

    def __init__(self, distance: Distance, cases: Sequence[str]) -> None:
        self._least = distance.least
        self._tally = Tally([value for case in cases if (value := distance.value.get(case))])
        self._places: dict[str, list[int]] = {}

    def allows(self, value: str, at: int) -> bool:
        places = self._places.get(value)
        return not value or not places or at - places[-1] >= self._least

    def place(self, value: str, at: int) -> None:
        if value:
            self._places.setdefault(value, []).append(at)
            self._tally.remove(value)

    def take_back(self, value: str) -> None:
        if value:
            self._places[value].pop()
            self._tally.add(value)

    def has_room(self, at: int, left: int) -> bool:
        most = self._tally.most
        return not most or (most - 1) * self._least + min(self._tally.alike, self._least) <= left
