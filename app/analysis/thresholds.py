"""Operating points over a case set with counts and intervals: what a threshold on an AI's score means here.

What belongs here: proportions at a threshold, and curves. What does not: counting results (operating_points), whose
file or model they come from (app.advice).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from app.analysis.accuracy import Proportion
from app.analysis.operating_points import Counted

ESTIMATOR = "Wilson score interval, 95 %"


@dataclass(frozen=True, slots=True)
class PointFigures:
    """What holds at one threshold. Cases and lesions at or above it count as found, as on the screen."""

    threshold: float
    sensitivity: Proportion  # of positive cases
    specificity: Proportion  # of negative cases
    lesions: Proportion  # of lesions
    false_positives: int
    cases: int

    @property
    def false_positives_per_case(self) -> float | None:
        return self.false_positives / self.cases if self.cases else None


def figures_at(counted: Counted, threshold: float) -> PointFigures:
    positive, negative = len(counted.positive), len(counted.negative)
    return PointFigures(
        threshold,
        Proportion(_from(counted.positive, threshold), positive),
        Proportion(negative - _from(counted.negative, threshold), negative),
        Proportion(_from(counted.lesions, threshold), len(counted.lesions)),
        _from(counted.false, threshold),
        positive + negative,
    )


def roc(counted: Counted) -> tuple[tuple[float, float], ...]:
    """(1 - specificity, sensitivity) of cases from (0, 0) to (1, 1), a step for each score at which one changes."""
    if not counted.positive or not counted.negative:
        return ()
    scores = sorted({*counted.positive, *counted.negative} - {-np.inf}, reverse=True)
    points = [figures_at(counted, each) for each in scores]
    inner = [(1 - (each.specificity.value or 0.0), each.sensitivity.value or 0.0) for each in points]
    return ((0.0, 0.0), *inner, (1.0, 1.0))


def _from(scores: tuple[float, ...], threshold: float) -> int:
    return len(scores) - bisect_left(scores, threshold)
