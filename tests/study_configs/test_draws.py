"""Draws and squares: frozen for ever, fair, and balanced."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study_configs.draws import Draws, seed_of, square_row, williams_square


def test_that_the_stream_never_changes():
    """These numbers decide orders; a change here changes what readers to come get under an old protocol."""
    assert Draws("a", 1).shuffled(range(8)) == [7, 4, 0, 2, 5, 3, 1, 6]
    assert seed_of("a", 1) == 2726048824410325897


def test_that_scopes_are_apart_even_if_their_texts_join_alike():
    assert len({seed_of("ab", "c"), seed_of("a", "bc"), seed_of("abc"), seed_of("ab", "c", "")}) == 4


@given(st.integers(1, 2**63), st.integers(0, 50))
def test_that_numbers_stay_below_their_limit(limit: int, seed: int):
    assert 0 <= Draws(seed).below(limit) < limit


@given(st.lists(st.integers(), max_size=30), st.integers(0, 50))
def test_that_a_shuffle_loses_nothing(items: list[int], seed: int):
    assert Counter(Draws(seed).shuffled(items)) == Counter(items)


def test_that_each_order_of_three_is_equally_likely():
    counts = Counter(tuple(Draws("fair", at).shuffled("abc")) for at in range(6000))
    expected = 6000 / 6
    chi_squared = sum((count - expected) ** 2 / expected for count in counts.values())
    assert len(counts) == 6
    assert chi_squared < 20.5  # 5 degrees of freedom, p = 0.001


@pytest.mark.parametrize("size", range(1, 10))
def test_that_a_williams_square_balances_position_and_what_follows_what(size: int):
    rows = williams_square(size)
    assert all(sorted(row) == list(range(size)) for row in rows)
    for position in range(size):
        assert set(Counter(row[position] for row in rows).values()) == {len(rows) // size}
    follows = Counter(pair for row in rows for pair in pairwise(row))
    assert len(follows) == size * (size - 1)
    assert len(set(follows.values())) <= 1


@pytest.mark.parametrize("size", range(1, 8))
def test_that_every_size_readers_make_a_latin_square(size: int):
    for start in range(0, 4 * size * size, size):
        rows = [square_row(size, start + at) for at in range(size)]
        for position in range(size):
            assert sorted(row[position] for row in rows) == list(range(size))


@pytest.mark.parametrize("size", range(2, 7))
def test_that_rows_and_turns_of_the_case_sets_meet_equally_often(size: int):
    rows = len(williams_square(size))
    meetings = Counter((index % size, square_row(size, index)) for index in range(rows * size))
    assert set(meetings.values()) == {1}
    assert len(meetings) == rows * size
