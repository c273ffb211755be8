"""Figures at a threshold, against counting one by one and against SciPy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, mannwhitneyu

from app.analysis.accuracy import Proportion, empirical_auc
from app.analysis.operating_points import Counted, Judged, from_results
from app.analysis.thresholds import figures_at, roc
from overlays.result import AIResult, Dot, Finding, Provenance

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


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_that_intervals_are_those_of_scipy(counts: tuple[int, int]) -> None:
    right, of = counts
    theirs = binomtest(right, of).proportion_ci(method="wilson")
    assert Proportion(right, of).interval == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(scores.filter(bool), scores.filter(bool), st.booleans(), st.booleans())
def test_that_the_area_under_the_steps_is_what_scipy_makes_of_the_ranks(
    positive: tuple[float, ...], negative: tuple[float, ...], silent: bool, unscored: bool
) -> None:
    """Ties count one half; a case without findings is below every threshold, one without a score above."""
    positive = (*((-np.inf,) if silent else ()), *positive, *((np.inf,) if unscored else ()))
    curve = np.array(roc(Counted((), (), positive, negative)))
    ours = np.trapezoid(curve[:, 1], curve[:, 0])
    ranked = mannwhitneyu(np.clip(positive, -9, 9), negative).statistic / (len(positive) * len(negative))
    assert ours == pytest.approx(ranked)
    said = empirical_auc([True] * len(positive) + [False] * len(negative), [*positive, *negative])
    assert said == pytest.approx(ranked)


# --- from results: a peer that goes threshold by threshold over plain tuples

Told = tuple[list[tuple[int, float | None]], int]  # (lesion or -1, score) of each finding; how many lesions
told = st.lists(
    st.integers(0, 3).flatmap(
        lambda lesions: st.tuples(
            st.lists(
                st.tuples(st.integers(-1, lesions - 1), st.one_of(st.none(), st.integers(0, 8).map(lambda n: n / 8))),
                max_size=5,
            ),
            st.just(lesions),
        )
    ),
    min_size=1,
    max_size=7,
)


@dataclass(frozen=True)
class Place:
    position_mm: tuple[float, float, float]
    diameter_mm: float = 8.0


def judged(cases: list[Told]) -> list[Judged]:
    """Lesions lie 100 mm apart, findings in their middles; what hits none lies 1 m away."""
    model = Provenance("model", "m")
    made = []
    for findings, lesions in cases:
        found = tuple(
            Finding(f"f{at}", "nodule", score, Dot((100.0 * lesion if lesion >= 0 else 1000.0, 0.0, 0.0)), model)
            for at, (lesion, score) in enumerate(findings)
        )
        places = tuple(Place((100.0 * at, 0.0, 0.0)) for at in range(lesions))
        made.append(Judged(AIResult("a", "1", "2", found, (), model), lesions > 0, places))
    return made


def by_hand(cases: list[Told], threshold: float) -> tuple[int, int, int, int]:
    """(lesions found, false positives, positive cases flagged, negative cases flagged)."""
    shown = [([each for each in findings if each[1] is None or each[1] >= threshold], n) for findings, n in cases]
    return (
        sum(len({lesion for lesion, _ in findings if lesion >= 0}) for findings, _ in shown),
        sum(lesion < 0 for findings, _ in shown for lesion, _ in findings),
        sum(bool(findings) for findings, lesions in shown if lesions),
        sum(bool(findings) for findings, lesions in shown if not lesions),
    )


@settings(deadline=None)
@given(told, st.integers(0, 8).map(lambda n: n / 8))
def test_that_results_with_ties_silence_and_no_scores_are_counted_right(cases: list[Told], threshold: float) -> None:
    found = figures_at(from_results(judged(cases)), threshold)
    positive = sum(lesions > 0 for _, lesions in cases)
    hits, false, flagged, alarmed = by_hand(cases, threshold)
    assert (found.lesions.right, found.lesions.of) == (hits, sum(lesions for _, lesions in cases))
    assert (found.false_positives, found.cases) == (false, len(cases))
    assert (found.sensitivity.right, found.sensitivity.of) == (flagged, positive)
    assert (found.specificity.right, found.specificity.of) == (len(cases) - positive - alarmed, len(cases) - positive)


@settings(deadline=None)
@given(told)
def test_that_the_froc_has_every_point_that_thresholds_give_and_no_other(cases: list[Told]) -> None:
    counted = from_results(judged(cases))
    lesions = max(1, sum(n for _, n in cases))
    swept = [by_hand(cases, at / 16) for at in range(17, -1, -1)]  # from above every score, in half steps
    points = {(false / len(cases), hits / lesions) for hits, false, _, _ in swept}
    curve = counted.froc()
    assert set(curve) | {(0.0, 0.0)} == points | {(0.0, 0.0)}
    assert list(curve) == sorted(curve)
