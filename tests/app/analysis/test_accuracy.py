"""Estimators against published numbers and independent implementations."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.analysis.accuracy import Proportion, accuracy, empirical_auc, reliance, roc_curve
from app.analysis.advice import Advice
from app.analysis.readings import Reading
from study_configs.cases import Truth

VAN_DYKE = Path(__file__).resolve().parents[4] / "shared" / "mrmc" / "vandyke.csv"
PUBLISHED = {  # Van Dyke 1993, as the Iowa OR-DBM MRMC program prints it: condition → empirical AUC of readers 1 to 5
    "1": (0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066),
    "2": (0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169),
}


def test_that_the_empirical_auc_is_the_published_one():
    if not VAN_DYKE.is_file():
        pytest.skip("the Van Dyke ratings are not beside this checkout")
    with VAN_DYKE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [
        (condition, reader, area) for condition, areas in PUBLISHED.items() for reader, area in enumerate(areas, 1)
    ]
    for condition, reader, published in cells:
        mine = [row for row in rows if (row["condition"], row["reader"]) == (condition, str(reader))]
        found = empirical_auc([row["truth"] == "1" for row in mine], [float(row["rating"]) for row in mine])
        assert found == pytest.approx(published, abs=6e-9)  # printed to eight places


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10)), min_size=2, max_size=60))
def test_that_the_auc_is_mann_whitneys_u_over_the_pairs(rated: list[tuple[bool, int]]):
    positive = [rating for truth, rating in rated if truth]
    negative = [rating for truth, rating in rated if not truth]
    found = empirical_auc([truth for truth, _ in rated], [rating for _, rating in rated])
    if not positive or not negative:
        assert found is None
    else:
        u = stats.mannwhitneyu(positive, negative).statistic
        assert found == pytest.approx(u / (len(positive) * len(negative)))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_that_the_area_below_the_curve_is_the_auc(rated: list[tuple[bool, int]]):
    truth, ratings = [t for t, _ in rated], [r for _, r in rated]
    found = empirical_auc(truth, ratings)
    if found is not None:
        x, y = np.array(roc_curve(truth, ratings)).T
        assert (x[-1], y[-1]) == (1.0, 1.0)
        assert np.trapezoid(y, x) == pytest.approx(found)


@given(st.integers(1, 200), st.data())
def test_that_the_interval_is_wilsons(of: int, data: st.DataObject):
    right = data.draw(st.integers(0, of))
    low, high = Proportion(right, of).interval or (np.nan, np.nan)
    peer = stats.binomtest(right, of).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((peer.low, peer.high), abs=1e-9)


def test_that_nothing_read_has_no_proportion_and_no_interval():
    assert Proportion(0, 0).value is None
    assert Proportion(0, 0).interval is None


TRUTH = {"ill": Truth("ill", True, ()), "well": Truth("well", False, ())}
SAYS_YES = Advice("nodules", (0.9, 0.1), ((0, 0, 0), (1, 1, 1)), (), 0.5)
SAYS_NO = Advice("nodules", (0.4,), ((0, 0, 0),), ("missed",), 0.5)


def reading(
    case: str, decision: bool | None, *, rating: float = 50, advice: Advice | None = None, trial: int = 0
) -> Reading:
    return Reading(
        reader="r1", trial=trial, phase=1 if advice else 0, phase_name="", case=case, condition="c", practice=False,
        aided=advice is not None, last=True, decision=decision, rating=rating, answers={}, changes=0, seconds=1.0,
        active_seconds=1.0, dwell_ms={}, marks=(), advice=(advice,) if advice else (),
    )  # fmt: skip


def test_that_sensitivity_and_specificity_count_their_own_cases():
    rows = [reading("ill", True, rating=80), reading("ill", False, rating=30), reading("well", False, rating=20)]
    found = accuracy(rows, TRUTH)
    assert (found.correct, found.sensitivity, found.specificity) == (
        Proportion(2, 3),
        Proportion(1, 2),
        Proportion(1, 1),
    )
    assert (found.auc.value, found.auc.positives, found.auc.negatives) == (1.0, 2, 1)


def test_that_cases_without_truth_and_readings_without_decision_are_left_out():
    assert accuracy([reading("unknown", True), reading("ill", None)], TRUTH).correct == Proportion(0, 0)


def test_that_reliance_tells_wrong_advice_followed_from_right_advice_rejected():
    rows = [
        reading("ill", False, advice=SAYS_NO, trial=1),  # followed a planted miss
        reading("ill", True, advice=SAYS_NO, trial=2),  # resisted it
        reading("well", True, advice=SAYS_YES, trial=3),  # followed the model's own error
        reading("ill", False, advice=SAYS_YES, trial=4),  # rejected right advice
    ]
    found = reliance(rows, TRUTH)
    assert found.followed_wrong == Proportion(2, 3)
    assert (found.planted_wrong, found.followed_planted) == (Proportion(2, 2), Proportion(1, 2))
    assert found.rejected_right == Proportion(1, 1)


def test_that_a_change_of_mind_is_counted_by_where_it_led():
    rows = [
        reading("ill", False, trial=1), reading("ill", True, advice=SAYS_YES, trial=1),
        reading("well", False, trial=2), reading("well", True, advice=SAYS_YES, trial=2),
        reading("well", False, trial=3), reading("well", False, advice=SAYS_YES, trial=3),
    ]  # fmt: skip
    found = reliance(rows, TRUTH)
    assert (found.switched_to_right, found.switched_to_wrong) == (Proportion(1, 1), Proportion(1, 2))
