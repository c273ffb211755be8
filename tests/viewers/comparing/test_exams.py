"""Current exam and priors: grouping by date, how long ago, and which series of a prior matches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewers.comparing.exams import best_prior, exams, in_reading_order, interval_words, view_name


@pytest.fixture(scope="module")
def series(make_volume):
    def make(exam, day, description="", modality="MG", **changes):
        header = make_volume(np.zeros((1, 8, 8), np.int16), modality=modality, description=description).header
        return replace(header, exam_uid=exam, acquired=day, series_uid=f"{exam}.{description}", **changes)

    return make


def test_that_the_newest_exam_is_current_and_older_ones_are_priors_with_an_interval(series):
    headers = [series("a", "20230502"), series("b", "20240701"), series("c", "20190101"), series("b", "20240701", "x")]
    found = exams(headers)
    assert [(exam.uid, exam.is_prior) for exam in found] == [("b", False), ("a", True), ("c", True)]
    assert found[0].rows == (1, 3)
    assert found[1].heading == "2023-05-02, prior, 14 months before"
    assert [h.exam_uid for h in in_reading_order(headers)] == ["b", "b", "a", "c"]


def test_that_exams_of_one_day_or_of_no_date_are_no_priors(series):
    assert not any(exam.is_prior for exam in exams([series("a", "20240701"), series("b", "20240701")]))
    assert not any(exam.is_prior for exam in exams([series("a", "20240701"), series("b", "")]))
    assert not any(exam.is_prior for exam in exams([series("a", "2024"), series("b", "99999999")]))
    assert exams([]) == ()


def test_that_another_patients_exam_is_never_a_prior(series):
    mine = series("a", "20240701", "chest", patient="one")
    theirs = series("b", "20230701", "chest", patient="other")
    own = series("c", "20220701", "chest", patient="one")
    assert not any(exam.is_prior for exam in exams([mine, theirs]))
    assert best_prior(mine, [mine, theirs]) is None
    headers = [mine, theirs, own]
    assert {exam.uid: exam.is_prior for exam in exams(headers)} == {"a": False, "b": False, "c": True}
    assert best_prior(mine, headers) == 2
    older = [mine, theirs, replace(own, patient=""), series("d", "20210701", "chest", patient="other")]
    assert best_prior(theirs, older) == 2  # one that names nobody, before their own that is older
    assert best_prior(mine, [mine, theirs, older[3]]) is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "1 day before"),
        (13, "13 days before"),
        (15, "2 weeks before"),
        (70, "2 months before"),
        (426, "14 months before"),
        (1500, "4 years before"),
    ],
)
def test_that_intervals_are_said_in_the_unit_that_people_use(days, words):
    assert interval_words(date(2020, 1, 1), date(2020, 1, 1) + timedelta(days)) == words


def test_that_the_matching_prior_is_of_the_same_side_and_view_and_of_the_newest_exam_that_has_one(series):
    current = series("c", "20240701", "R MLO", laterality="R")
    headers = [
        current,
        series("b", "20230701", "R CC", laterality="R"),
        series("b", "20230701", "L MLO", laterality="L"),
        series("a", "20220701", "R MLO", laterality="R"),
        series("0", "20200701", "R MLO", laterality="R"),
    ]
    assert best_prior(current, headers) == 3
    assert best_prior(headers[4], headers) is None
    assert best_prior(series("c", "20240701", modality="CT"), headers) is None


@given(order=st.permutations(range(4)))
def test_that_the_order_of_the_files_does_not_matter_for_the_prior(series, order):
    wanted = series("b", "20230701", "Thorax 1.0 lung", modality="CT")
    others = [
        series("b", "20230701", "Thorax 5.0 soft", modality="CT"),
        series("b", "20230701", "scout", modality="CT"),
    ]
    current = series("c", "20240701", "Thorax 1.0 lung", modality="CT")
    headers = [current, wanted, *others]
    headers = [headers[n] for n in order]
    assert headers[best_prior(current, headers)] is wanted


@pytest.mark.parametrize(
    ("description", "tags", "view"),
    [
        ("R CC", {}, "CC"),
        ("LMLO", {}, "MLO"),
        ("Chest lat", {}, "LATERAL"),
        ("", {"ViewPosition": "LL"}, "LATERAL"),
        ("Thorax pa", {}, "PA"),
        ("Knee", {}, ""),
    ],
)
def test_that_projections_are_found_in_the_tag_or_the_words(series, description, tags, view):
    assert view_name(series("a", "", description, tags=tags)) == view
