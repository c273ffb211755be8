"""What a threshold means: counted by hand, against FROC as it is published, and from cards."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.operating_points import Judged, from_card, from_results
from overlays.models.card import ExternalCard, demo_model_folder, load_card
from overlays.result import AIResult, Box, Dot, Finding, Provenance

MODEL = Provenance("model", "m")


@dataclass(frozen=True)
class Lesion:
    position_mm: tuple[float, float, float] | None
    diameter_mm: float | None = 10.0


def finding(x: float, score: float | None, **more: bool) -> Finding:
    return Finding(f"f{x}{score}", "nodule", score, Box((x, 0.0, 0.0), (8.0, 8.0, 8.0)), MODEL, **more)


def case(*findings: Finding, lesions: tuple[Lesion, ...] = ()) -> Judged:
    return Judged(AIResult("a", "1", "2", findings, (), MODEL), bool(lesions), lesions)


TOY = (  # four cases, three lesions; hits at 0, 50; everything else is false
    case(finding(0, 0.9), finding(1, 0.4), finding(100, 0.6), lesions=(Lesion((0.0, 0.0, 0.0)),)),
    case(finding(50, 0.3), lesions=(Lesion((50.0, 0.0, 0.0)), Lesion((200.0, 0.0, 0.0)))),
    case(finding(0, 0.5), finding(30, 0.1)),
    case(),
)


@pytest.mark.parametrize(
    ("threshold", "sensitivity", "false", "case_sensitivity", "case_specificity"),
    [
        (0.0, 2 / 3, 3 / 4, 1.0, 0.5),  # by hand: two of three lesions; 100, 0, 30 are false
        (0.3, 2 / 3, 2 / 4, 1.0, 0.5),  # a score equal to the threshold is shown
        (0.31, 1 / 3, 2 / 4, 0.5, 0.5),
        (0.55, 1 / 3, 1 / 4, 0.5, 1.0),
        (0.95, 0.0, 0.0, 0.0, 1.0),
    ],
)
def test_that_counts_are_those_by_hand(
    threshold: float, sensitivity: float, false: float, case_sensitivity: float, case_specificity: float
) -> None:
    found = from_results(TOY).at(threshold)
    assert (found.sensitivity, found.false_positives_per_case) == (pytest.approx(sensitivity), pytest.approx(false))
    assert (found.case_sensitivity, found.case_specificity) == (case_sensitivity, case_specificity)
    assert "middle lies within" in found.basis


def test_that_the_froc_is_the_one_that_is_drawn_in_papers() -> None:
    """Marks by falling score: hit, false, false, hit, false (a second mark on one lesion counts as neither)."""
    false, found = zip(*from_results(TOY).froc(), strict=True)
    assert false == pytest.approx((0, 0.25, 0.5, 0.5, 0.75))
    assert found == pytest.approx((1 / 3, 1 / 3, 1 / 3, 2 / 3, 2 / 3))


def test_that_findings_without_a_score_show_at_every_threshold_and_held_back_ones_at_none() -> None:
    plain = from_results([case(finding(0, None), finding(90, 0.9, held_back=True), lesions=(Lesion((0.0, 0.0, 0.0)),))])
    assert (plain.at(1.0).sensitivity, plain.at(0.0).false_positives_per_case) == (1.0, 0.0)


def test_that_a_dot_near_a_small_lesion_hits_it() -> None:
    dot = Finding("d", "n", 0.5, Dot((4.0, 0.0, 0.0)), MODEL)
    assert from_results([case(dot, lesions=(Lesion((0.0, 0.0, 0.0), 3.0),))]).at(0.5).sensitivity == 1.0


SCORES = st.lists(st.floats(0, 1), max_size=6)


@given(st.lists(st.tuples(SCORES, SCORES), min_size=1, max_size=6), st.floats(0, 1))
def test_that_counts_agree_with_a_plain_loop(cases: list[tuple[list[float], list[float]]], threshold: float) -> None:
    judged = [
        case(
            *(finding(0, score) for score in hits),
            *(finding(100 + 20 * n, score) for n, score in enumerate(others)),
            lesions=(Lesion((0.0, 0.0, 0.0)),),
        )
        for hits, others in cases
    ]
    found = from_results(judged).at(threshold)
    assert found.sensitivity == pytest.approx(sum(any(s >= threshold for s in hits) for hits, _ in cases) / len(cases))
    assert found.false_positives_per_case == pytest.approx(
        sum(s >= threshold for _, others in cases for s in others) / len(cases)
    )


def test_that_a_cards_points_are_met_and_nothing_is_claimed_outside_of_them() -> None:
    curve = from_card(load_card(demo_model_folder()))
    assert curve is not None
    at = curve.at(0.15)
    assert at is not None
    assert (at.sensitivity, at.false_positives_per_case) == (0.7333, 0.35)
    between = curve.at(0.10)
    assert between is not None
    assert between.sensitivity == pytest.approx((0.8889 + 0.7333) / 2)
    assert "between" in between.basis
    assert curve.at(0.01) is None
    assert curve.at(0.9) is None


def test_that_a_card_without_operating_points_gives_no_curve() -> None:
    card = ExternalCard(
        kind="external", name="n", version="1", licence="l", intended_use="u", not_intended=(), training_data="t",
        maker="m",
    )  # fmt: skip
    assert from_card(card) is None
