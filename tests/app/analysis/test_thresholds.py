"""Figures at a threshold, against counting one by one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.analysis.operating_points import Counted
from app.analysis.thresholds import figures_at, roc

scores = st.lists(st.integers(0, 20).map(lambda n: n / 20), max_size=30).map(lambda s: tuple(sorted(s)))


@given(scores, scores, scores, scores, st.integers(0, 20).map(lambda n: n / 20))
def test_that_figures_are_what_counting_gives(
    lesions: tuple[float, ...],
    false: tuple[float, ...],
    positive: tuple[float, ...],
    negative: tuple[float, ...],
    at: float,
) -> None:
    found = figures_at(Counted(lesions, false, positive, negative), at)
    assert (found.sensitivity.right, found.sensitivity.of) == (sum(s >= at for s in positive), len(positive))
    assert (found.specificity.right, found.specificity.of) == (sum(s < at for s in negative), len(negative))
    assert (found.lesions.right, found.lesions.of) == (sum(s >= at for s in lesions), len(lesions))
    assert found.false_positives == sum(s >= at for s in false)


@given(scores.filter(bool), scores.filter(bool))
def test_that_the_curve_rises_from_corner_to_corner(positive: tuple[float, ...], negative: tuple[float, ...]) -> None:
    curve = roc(Counted((), (), positive, negative))
    assert curve[0] == (0.0, 0.0)
    assert curve[-1] == (1.0, 1.0)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(curve))


def test_that_wilson_for_eight_of_ten_is_what_the_paper_says() -> None:
    counted = Counted((), (), (0.1, 0.2, 0.6, 0.6, 0.7, 0.7, 0.8, 0.8, 0.9, 0.9), ())
    low, high = figures_at(counted, 0.5).sensitivity.interval or (0.0, 0.0)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
