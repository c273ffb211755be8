"""The figures of the card: areas, operating points and calibration, against hand counts and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import mannwhitneyu

from overlays.result import AIResult, Box, Finding, Provenance
from resources.phantoms.chest_ct import PhantomNodule
from training.calibrate import fit_logistic
from training.evaluate import ReadCase, auc, compare, sensitivity_at, summary

MODEL = Provenance("model", "m")


@settings(max_examples=50, deadline=None)
@given(
    positive=st.lists(st.integers(0, 9), min_size=1, max_size=20),
    negative=st.lists(st.integers(0, 9), min_size=1, max_size=20),
)
def test_that_the_area_is_that_of_mann_and_whitney(positive: list[int], negative: list[int]) -> None:
    expected = mannwhitneyu(positive, negative).statistic / (len(positive) * len(negative))
    assert auc(positive, negative) == pytest.approx(expected)


def finding(score: float, x: float) -> Finding:
    return Finding(f"f{x}", "nodule", score, Box((x, 0.0, 0.0), (5.0, 5.0, 5.0)), MODEL)


def test_that_a_second_finding_on_a_nodule_is_neither_hit_nor_false_alarm() -> None:
    nodules = [PhantomNodule("n", (0.0, 0.0, 0.0), 10.0, "solid", "free")]
    result = AIResult("a", "1", "2", (finding(0.9, 1.0), finding(0.6, -4.0), finding(0.3, 40.0)), (), MODEL)
    case = compare(1, result, nodules, 0.5)
    assert case.hits == ((0.9, 10.0, "solid"),)
    assert case.false_alarms == (0.3,)
    assert case.score == 0.9


def test_that_a_small_nodule_may_be_missed_by_three_millimetres() -> None:
    nodules = [PhantomNodule("n", (0.0, 0.0, 0.0), 4.0, "solid", "free")]
    near = compare(1, AIResult("a", "1", "2", (finding(0.9, 2.9),), (), MODEL), nodules, 0.5)
    far = compare(1, AIResult("a", "1", "2", (finding(0.9, 3.1),), (), MODEL), nodules, 0.5)
    assert near.hits[0][0] == 0.9
    assert far.hits[0][0] == 0.0


def test_that_the_summary_counts_as_a_person_would() -> None:
    cases = [
        ReadCase(1, ((0.9, 5.0, "solid"), (0.0, 9.0, "ground-glass")), (0.2,), 1.0),
        ReadCase(2, (), (0.5,), 1.0),
        ReadCase(3, (), (), 1.0),
        ReadCase(4, ((0.3, 7.0, "solid"),), (), 1.0),
    ]
    figures = summary(cases)
    assert (figures.cases, figures.positive_cases, figures.nodules) == (4, 2, 3)
    assert figures.case_auc.value == pytest.approx(0.75)
    specific = figures.operating_points["specific"]
    assert specific.lesion_sensitivity == pytest.approx(1 / 3, abs=1e-3)
    assert specific.false_positives_per_case == 0.25
    assert (specific.case_sensitivity, specific.case_specificity) == (0.5, 0.5)
    assert sensitivity_at(cases, 0.25) == pytest.approx(2 / 3, abs=1e-3)


def test_that_calibration_is_the_weighted_logistic_regression() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=300)
    y = (rng.random(300) < 1 / (1 + np.exp(-(1.7 * x - 0.6)))).astype(float)
    w = rng.uniform(0.1, 1, 300)

    def loss(beta: np.ndarray) -> float:
        z = beta[0] * x + beta[1]
        return float((w * (np.logaddexp(0, z) - y * z)).sum())

    assert fit_logistic(x, y, w) == pytest.approx(tuple(minimize(loss, [1.0, 0.0]).x), abs=1e-3)
