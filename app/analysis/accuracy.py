"""How often readers were right, how well ratings tell the cases apart, and what AI changed.

What belongs here: estimators over plain values, each with its name and source. What does not: reading the log
(readings), words and pictures (report).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.analysis.readings import Reading
from study_configs.cases import Truth

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Proportion:
    """`right` of `of`, with the Wilson score interval at 95 % (Wilson, JASA 1927;22:209).

    The interval treats readings as independent; those of one case by several readers are not: it is too narrow there.
    """

    right: int
    of: int

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.of:
            return None
        p, n, z2 = self.right / self.of, self.of, Z_95**2
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z_95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Area:
    """The empirical area under the ROC curve, with the case counts it rests on."""

    value: float | None
    positives: int
    negatives: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of one group of readings with a decision and a known truth. `auc` pools readers where there are several."""

    correct: Proportion
    sensitivity: Proportion
    specificity: Proportion
    auc: Area


@dataclass(frozen=True, slots=True)
class Reliance:
    """How decisions stood to advice in aided readings; a "planted" advice was made wrong on purpose.

    Over-reliance is agreeing with wrong advice, under-reliance disagreeing with right advice. A planted error need not
    make the advice on the whole case wrong: other findings may stand beside it.
    """

    followed_wrong: Proportion
    rejected_right: Proportion
    planted_wrong: Proportion  # advice with a planted error that was wrong about the case, of all such advice
    followed_planted: Proportion  # of the wrong advice with a planted error
    neither: int  # readings whose advice was neither a yes nor a no: in none of the four above
    switched_to_right: Proportion  # of the own views that were wrong: right once the AI was revealed
    switched_to_wrong: Proportion  # of the own views that were right


def empirical_auc(truth: ArrayLike, ratings: ArrayLike) -> float | None:
    """The Mann-Whitney form of the area under the empirical ROC curve: ties count one half (Bamber, 1975).

    `truth` holds booleans, `ratings` numbers of the same length. None without both positives and negatives.
    """
    is_positive = np.asarray(truth, dtype=bool)
    values = np.asarray(ratings, dtype=float)
    positive, negative = values[is_positive], values[~is_positive]
    if not positive.size or not negative.size:
        return None
    return float(
        (_midranks(values)[is_positive].sum() - positive.size * (positive.size + 1) / 2)
        / (positive.size * negative.size)
    )


def roc_curve(truth: ArrayLike, ratings: ArrayLike) -> tuple[tuple[float, float], ...]:
    """The points (1 − specificity, sensitivity) of the empirical ROC curve, from (0, 0) to (1, 1)."""
    is_positive = np.asarray(truth, dtype=bool)
    values = np.asarray(ratings, dtype=float)
    cuts = np.unique(values)[::-1]
    points = [(float((values[~is_positive] >= cut).mean()), float((values[is_positive] >= cut).mean())) for cut in cuts]
    return ((0.0, 0.0), *points)


def accuracy(rows: Sequence[Reading], truth: Mapping[str, Truth]) -> Accuracy:
    """Of the readings whose case has a known truth; practice is the caller's to leave out."""
    judged = [(row, truth[row.case].positive) for row in rows if row.case in truth and row.decision is not None]
    positives, ratings = rated(rows, truth)
    return Accuracy(
        correct=_proportion([row.decision == positive for row, positive in judged]),
        sensitivity=_proportion([bool(row.decision) for row, positive in judged if positive]),
        specificity=_proportion([not row.decision for row, positive in judged if not positive]),
        auc=Area(empirical_auc(positives, ratings), sum(positives), len(positives) - sum(positives)),
    )


def rated(rows: Sequence[Reading], truth: Mapping[str, Truth]) -> tuple[list[bool], list[float]]:
    """Truth and ratings, side by side, of the readings that have both."""
    pairs = [(truth[row.case].positive, row.rating) for row in rows if row.case in truth and row.rating is not None]
    return [positive for positive, _ in pairs], [rating for _, rating in pairs]


def reliance(rows: Sequence[Reading], truth: Mapping[str, Truth]) -> Reliance:
    """Over aided readings with a decision, advice and a known truth; of several AIs the first whose layer is named."""
    advised = [
        (row, row.advice[0], truth[row.case].positive)
        for row in rows
        if row.aided and row.advice and row.decision is not None and row.case in truth
    ]
    plain = [each for each in advised if each[1].positive is not None]
    wrong = [(row, advice) for row, advice, positive in plain if advice.positive != positive]
    right = [(row, advice) for row, advice, positive in plain if advice.positive == positive]
    pairs = _before_and_after(rows, truth)
    return Reliance(
        followed_wrong=_proportion([row.decision == advice.positive for row, advice in wrong]),
        rejected_right=_proportion([row.decision != advice.positive for row, advice in right]),
        planted_wrong=_proportion([advice.positive != positive for _, advice, positive in plain if advice.planted]),
        followed_planted=_proportion([row.decision == advice.positive for row, advice in wrong if advice.planted]),
        neither=len(advised) - len(plain),
        switched_to_right=_proportion([after for before, after in pairs if not before]),
        switched_to_wrong=_proportion([not after for before, after in pairs if before]),
    )


def _before_and_after(rows: Sequence[Reading], truth: Mapping[str, Truth]) -> list[tuple[bool, bool]]:
    """For each trial with a decision in an unaided and in an aided phase: whether the one and the other were right."""
    own: dict[tuple[str, int], bool] = {}
    pairs = []
    for row in sorted(rows, key=lambda each: each.phase):  # an unaided phase after the AI is no own view
        here = (row.reader, row.trial)
        if row.decision is None:
            continue
        if not row.aided:
            own[here] = row.decision
        elif here in own and row.case in truth:
            pairs.append((own[here] == truth[row.case].positive, row.decision == truth[row.case].positive))
    return pairs


def _proportion(hits: Sequence[bool]) -> Proportion:
    return Proportion(sum(hits), len(hits))


def _midranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1, tied values sharing the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)
