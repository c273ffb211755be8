"""What is odd about outlines, found among all pairs of their edges."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlays.sources.outlines import MOST_CHECKED, crosses_itself
from tests.pace import within_ms

Corner = tuple[int, int]


def turn(a: Corner, b: Corner, c: Corner) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def cross(one: tuple[Corner, Corner], other: tuple[Corner, Corner]) -> bool:
    (a, b), (c, d) = one, other
    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=4, max_size=14))
def test_that_outlines_cross_where_any_two_of_their_edges_do(corners: list[Corner]) -> None:
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))
    expected = any(cross(one, other) for one, other in combinations(edges, 2))
    assert crosses_itself(np.array(corners, float)) == expected


@pytest.mark.parametrize("comb", [False, True])
def test_that_an_outline_of_thousands_of_points_is_looked_at_in_a_moment(comb: bool) -> None:
    """Also where every edge lies beside every other, as in a comb."""
    at = np.arange(MOST_CHECKED)
    angles = at * 2 * np.pi / MOST_CHECKED
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 100 * (1 + 0.3 * np.sin(9 * angles))[:, None]
    teeth = np.stack([np.where(at % 2, 0, 100), at * 0.1], axis=1)
    teeth[-2:] = (-10, 400), (-10, -1)  # back around them all
    with within_ms(5_000):
        assert not crosses_itself(teeth if comb else ring)
