"""What the AI had to show and a reader never had on the screen."""

from __future__ import annotations

from types import SimpleNamespace

from app.analysis.advice import Advice
from app.analysis.exposure import never_shown


def a_reading(exposed, scores=(0.9, 0.7, 0.2, None), threshold=0.5):
    elements = tuple(f"f{number}" for number in range(len(scores)))
    advice = Advice("nodules", scores, ((0.0, 0.0, 0.0),) * len(scores), (), threshold, elements)
    return SimpleNamespace(advice=(advice,), exposed=None if exposed is None else frozenset(exposed))


def test_that_findings_above_the_threshold_or_without_a_score_count_as_missed_where_no_image_had_them():
    found = never_shown([a_reading({"f0", "m1"})])
    assert (found.right, found.of) == (2, 3)


def test_that_readings_without_a_record_or_with_too_much_at_once_are_left_out():
    found = never_shown([a_reading(None), a_reading({"*"}), a_reading({"f0", "f1", "f3"})])
    assert (found.right, found.of) == (0, 3)
