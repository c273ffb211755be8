"""A reader's place in the plan: which arm, which group, which turn of orders and thresholds.

What belongs here: slot → place, and the order of conditions at a place. What does not: cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import lcm, prod

from study_configs.design import Crossed, Split
from study_configs.draws import rotations_of_all, square_row, turned_row, williams_square
from study_configs.layers import ThresholdRule
from study_configs.ordering.facts import Facts, Scope

Turned = tuple[str | float, ...]  # what a threshold rule turns over the readers


@dataclass(frozen=True)
class Place:
    """Where a reader stands. Readers in one stratum take the slots 0, 1, 2 …; another stratum has its own.

    `turn` counts the readers of the same arm, group and thresholds; orders and case sets go with it.
    `thresholds` says which of its values each rule has here.
    """

    facts: Facts
    slot: int
    stratum: tuple[tuple[str, str], ...]
    arm: str
    group: int
    turn: int
    thresholds: Mapping[Turned, str | float]

    @cached_property
    def scope(self) -> Scope:
        """Of the draws that belong to this reader alone."""
        named = tuple(part for pair in self.stratum for part in pair)
        return (*(("stratum", *named) if named else ()), "reader", self.slot)

    @property
    def meeting(self) -> Crossed | Split:
        return self.facts.protocol.meeting_of(self.arm)

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """The conditions in the order of the reader's blocks."""
        groups, order = self.meeting.groups, self.meeting.order
        if order == "fixed":
            return self.meeting.names
        if order == "random":
            draws = self.facts.draws(*self.scope, "conditions")
            return tuple(name for group in groups for name in draws.shuffled(group))
        if order == "latin_square" and len(groups) == 1:
            return tuple(groups[0][at] for at in square_row(len(groups[0]), self.turn))
        rows = [_rows(order, len(group)) for group in groups]
        row = turned_row(prod(map(len, rows)), len(self.meeting.names), self.turn)
        ordered: list[str] = []
        for group, choices in zip(groups, rows, strict=True):
            ordered += [group[at] for at in choices[row % len(choices)]]
            row //= len(choices)
        return tuple(ordered)


def place_of(facts: Facts, slot: int, stratum: Mapping[str, str] | None = None) -> Place:
    """The place of a slot. Arms come in rounds, in which each has its share of readers in drawn order.

    Each stratum begins its rounds one further on than the one before it: where strata have an odd number of readers,
    the one too many is not in the same group, threshold and order everywhere.
    """
    pairs = tuple(sorted((stratum or {}).items()))
    arm, turn = _arm(facts, slot, pairs)
    ahead = _ahead(facts, pairs)
    groups = facts.design.split_plot.groups if facts.design.split_plot is not None else 1
    turn, group = divmod(turn, groups)
    thresholds: dict[Turned, str | float] = {}
    for turned in _turned_thresholds(facts):
        turn, at = divmod(turn, len(turned))
        thresholds[turned] = turned[(at + ahead) % len(turned)]
    turn = _turned_within(turn, _round(facts.protocol.meeting_of(arm)), ahead)
    return Place(facts, slot, pairs, arm, (group + ahead) % groups, turn, thresholds)


def _ahead(facts: Facts, stratum: tuple[tuple[str, str], ...]) -> int:
    """How far on a stratum begins: its number among those that the design names; drawn where values are free."""
    strata = facts.design.readers.strata
    named = [tuple(sorted(zip(strata, values, strict=True))) for values in product(*strata.values())]
    if stratum in named:
        return named.index(stratum)
    return facts.draws("strata", *(part for pair in stratum for part in pair)).below(2**32) if stratum else 0


def _turned_within(turn: int, size: int, ahead: int) -> int:
    """The turn, with those of each round of so many readers in another order: rounds stay in balance."""
    return turn - turn % size + (turn + ahead) % size


def _round(meeting: Crossed | Split) -> int:
    """How many readers make a round: the fewest after which conditions have been at each place equally often."""
    if isinstance(meeting, Split) or (len(meeting.groups) == 1 and meeting.order != "counterbalance"):
        return len(meeting.names)
    return prod(len(_rows(meeting.order, len(group))) for group in meeting.groups)


def places_in_all(facts: Facts) -> int:
    """After how many slots every arm has had every group, threshold and order equally often."""
    groups = facts.design.split_plot.groups if facts.design.split_plot is not None else 1
    factors = groups * prod(len(turned) for turned in _turned_thresholds(facts))
    turns = lcm(*(_orders(facts.protocol.meeting_of(arm)) for arm in facts.protocol.arms))
    return sum(_shares(facts).values()) * factors * turns


def _orders(meeting: Crossed | Split) -> int:
    """How many readers it takes until each order was taken equally often, and each case set met each condition."""
    rows = prod(len(_rows(meeting.order, len(group))) for group in meeting.groups)
    return lcm(rows, len(meeting.names)) if isinstance(meeting, Split) else rows


def _shares(facts: Facts) -> dict[str, int]:
    return {name: arm.share for name, arm in facts.design.arms.items()} or {"": 1}


def _arm(facts: Facts, slot: int, stratum: tuple[tuple[str, str], ...]) -> tuple[str, int]:
    """(arm, how many readers of this stratum came into it before)."""
    shares = _shares(facts)
    if len(shares) == 1:
        return next(iter(shares)), slot
    number, at = divmod(slot, sum(shares.values()))
    names = [name for name, share in shares.items() for _ in range(share)]
    named = tuple(part for pair in stratum for part in pair)
    drawn = facts.draws("arms", *named, "round", number).shuffled(names)
    return drawn[at], number * shares[drawn[at]] + drawn[:at].count(drawn[at])


def _rows(order: str, size: int) -> tuple[tuple[int, ...], ...]:
    if order == "latin_square":
        return williams_square(size)
    if order == "counterbalance":
        return (straight,) if len(straight := tuple(range(size))) == 1 else (straight, straight[::-1])
    return rotations_of_all(size) if order == "complete_counterbalance" else (tuple(range(size)),)


def _turned_thresholds(facts: Facts) -> list[Turned]:
    """The lists that rules turn over the readers, each once: layers with the same list move together."""
    rules = [layer.at for layer in facts.protocol.layers.values() if isinstance(layer.at, ThresholdRule)]
    return list(dict.fromkeys(rule.of for rule in rules if rule.of))
