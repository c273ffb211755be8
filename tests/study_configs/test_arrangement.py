"""Orders and sets under constraints, as properties."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import groupby

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from study_configs.arrangement import NoOrder, Rules, Run, _built, _built_for_one, case_sets
from study_configs.draws import Draws
from study_configs.search import Stretch, arranged

LABELS = st.lists(st.sampled_from("xyz"), min_size=1, max_size=24)


def random_order(cases: list[str], runs: list[Run], draws: Draws) -> list[str]:
    return arranged([Stretch(tuple(cases))], Rules(tuple(runs)), draws)


def _longest(values: list[str]) -> int:
    return max(len(list(group)) for _, group in groupby(values))


@settings(max_examples=150)
@given(LABELS, st.integers(1, 4), st.integers(0, 9))
def test_that_an_order_keeps_its_run_or_there_is_none(labels: list[str], limit: int, seed: int):
    cases = [f"c{at}" for at in range(len(labels))]
    value = dict(zip(cases, labels, strict=True))
    possible = all(count <= limit * (len(labels) - count + 1) for count in Counter(labels).values())
    try:
        order = random_order(cases, [Run("kind", limit, value)], Draws(seed))
    except NoOrder:
        assert not possible
        return
    assert possible
    assert sorted(order) == sorted(cases)
    assert _longest([value[case] for case in order]) <= limit


@settings(max_examples=300)
@given(LABELS, st.integers(1, 4), st.integers(0, 9))
def test_that_the_quick_way_for_one_run_makes_the_order_of_the_general_one(labels: list[str], limit: int, seed: int):
    """Orders never change: readers who come later get what `plan` showed."""
    cases = [f"c{at}" for at in range(len(labels))]
    run = Run("kind", limit, dict(zip(cases, labels, strict=True)))
    left = Draws(seed).shuffled(cases)
    assert _built_for_one(left, run) == _built(left, [run])


def test_that_long_orders_under_a_tight_run_never_change_between_versions():
    value = {f"c{at}": "x" if at % 4 else "y" for at in range(3000)}
    order = random_order(list(value), [Run("kind", 4, value)], Draws("long", 7))
    assert _longest([value[case] for case in order]) == 4
    assert (
        hashlib.sha256(" ".join(order).encode()).hexdigest()
        == "cd681e555c179c590e687fdef7948e04686d0e5136a35614bf4a2f882422b830"
    )


def test_that_the_tightest_order_is_found():
    value = {f"c{at}": "x" if at < 50 else "y" for at in range(99)}
    order = random_order(list(value), [Run("kind", 1, value)], Draws(1))
    assert [value[case] for case in order] == ["x", "y"] * 49 + ["x"]


def test_that_several_runs_are_kept_at_once():
    kind = {f"c{at}": "x" if at % 2 else "y" for at in range(60)}
    site = {f"c{at}": "abc"[at // 20] for at in range(60)}
    order = random_order(list(kind), [Run("kind", 2, kind), Run("site", 2, site)], Draws(5))
    assert _longest([kind[case] for case in order]) <= 2
    assert _longest([site[case] for case in order]) <= 2


def test_that_an_impossible_order_says_why():
    value = {"a": "x", "b": "x", "c": "x", "d": "y"}
    with pytest.raises(NoOrder, match="3 of 4 cases have kind = x, and runs of at most 1 leave room for 2"):
        random_order(list(value), [Run("kind", 1, value)], Draws(1))


@settings(max_examples=150)
@given(LABELS, st.integers(1, 6), st.integers(0, 9))
def test_that_sets_are_alike_in_size_and_in_every_stratum(labels: list[str], sets: int, seed: int):
    cases = [f"c{at}" for at in range(len(labels))]
    stratum = {case: (label,) for case, label in zip(cases, labels, strict=True)}
    dealt = case_sets(cases, stratum, sets, Draws(seed))
    assert sorted(case for members in dealt for case in members) == sorted(cases)
    assert max(map(len, dealt)) - min(map(len, dealt)) <= 1
    for label in set(labels):
        counts = [sum(stratum[case] == (label,) for case in members) for members in dealt]
        assert max(counts) - min(counts) <= 1


@given(st.integers(0, 200))
def test_that_other_draws_give_other_orders(seed: int):
    cases = [f"c{at}" for at in range(30)]
    assume(seed != 201)
    assert random_order(cases, [], Draws(seed)) != random_order(cases, [], Draws(201))
