"""Readers who drop out: which way of giving places leaves those who complete in balance, simulated side by side."""

from __future__ import annotations

from collections import Counter
from random import Random
from statistics import mean

import pytest

from study_configs.ordering.assignment import next_slot
from study_configs.ordering.facts import facts_of
from study_configs.ordering.places import place_of
from study_configs.study import Study

from .designs import a_study

DESIGNS = {  # with the cells (arm and order of conditions) that a reader may come into
    "crossed: {of: [a, b]}": 2,
    "crossed: {of: [a, b, c], order: latin_square}": 6,
    "arms: {x: {crossed: {of: [a, b]}}, y: {crossed: {of: [b, c]}}}": 4,
    "crossed: {of: [a, b]}, split_plot: {groups: 3}": 6,
}
DROPPING, SEEDS = 0.3, 60


def cells_completed(study: Study, readers: int, seed: int) -> Counter[object]:
    """Readers come one by one, at most five read at once, three in ten drop out; until so many have completed."""
    chance = Random(seed)
    ever: list[int] = []
    reading: list[int] = []
    completed: list[int] = []
    while len(completed) < readers:
        while len(reading) < 5 and len(reading) + len(completed) < readers:
            slot = next_slot(study, {}, ever, [*reading, *completed], len(ever))
            ever.append(slot)
            reading.append(slot)
        leaving = reading.pop(chance.randrange(len(reading)))
        if chance.random() >= DROPPING:
            completed.append(leaving)
    return Counter(cell(study, slot) for slot in completed)


def cell(study: Study, slot: int) -> object:
    place = place_of(facts_of(study), slot)
    return place.arm, place.group, place.conditions


def imbalance(cells: Counter[object], count: int) -> int:
    """The most in one cell less the fewest."""
    filled = [*cells.values(), *[0] * (count - len(cells))]
    return max(filled) - min(filled)


@pytest.mark.parametrize(("design", "count"), DESIGNS.items())
def test_that_places_filled_by_who_completed_stay_in_balance_where_places_in_turn_do_not(design: str, count: int):
    filled = a_study(f"{design}, readers: {{assign: least_filled_by_completed}}", cases=6)
    in_turn = a_study(f"{design}, readers: {{assign: in_turn}}", cases=6)
    ours, theirs = [], []
    for seed in range(SEEDS):
        readers = 8 + seed % 17
        cells = cells_completed(filled, readers, seed)
        assert imbalance(cells, count) <= 1, f"{readers} readers, seed {seed}: {cells}"  # 0 where the cells divide it
        assert cells.total() == readers
        assert readers % count or imbalance(cells, count) == 0
        ours.append(imbalance(cells, count))
        theirs.append(imbalance(cells_completed(in_turn, readers, seed), count))
    assert mean(ours) + 0.5 < mean(theirs)
