"""What a threshold on an AI's score means: lesions found, false positives per case, cases told right.

What belongs here: curves from a card or counted over results with known truth. What does not: finding the results
(app.advice), and who may see it (truth stays sealed for scored trials).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from overlays.models.card import AnyCard
from overlays.planting import Lesion, speaks_of
from overlays.result import AIResult, Finding
from study_configs.words import phrase, translate

HIT_RULE = phrase(
    "OperatingPoints", "a finding's middle lies within the larger radius of finding and lesion, at least 5 mm"
)
COUNTED = phrase("OperatingPoints", "counted over {cases} cases with {lesions} lesions; a hit: {rule}")


@dataclass(frozen=True, slots=True)
class Expected:
    """What to expect of an AI at one threshold; None where it is not known. `basis` says what it rests on, in words."""

    threshold: float
    sensitivity: float | None  # of lesions
    false_positives_per_case: float | None
    case_sensitivity: float | None = None
    case_specificity: float | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One case for counting: what the AI says, and what is true. `lesions` may be empty in a positive case."""

    result: AIResult
    positive: bool
    lesions: Sequence[Lesion]


@dataclass(frozen=True, slots=True)
class Counted:
    """Scores over a case set, each rising; minus infinity stands for what no threshold finds, plus for what all do.

    `lesions` has the best score among the findings that hit each lesion, `false` those of findings that hit none,
    `positive` and `negative` the highest score of each case; `over` says in a phrase of what those cases are.
    """

    lesions: tuple[float, ...]
    false: tuple[float, ...]
    positive: tuple[float, ...]
    negative: tuple[float, ...]
    over: str = COUNTED

    @property
    def basis(self) -> str:
        """What was counted, in the language of the windows at this moment."""
        cases, rule = len(self.positive) + len(self.negative), translate("OperatingPoints", HIT_RULE)
        words = translate("OperatingPoints", self.over)
        return words.format(cases=cases, lesions=len(self.lesions), rule=rule)

    def at(self, threshold: float) -> Expected:
        """Counts of what reaches the threshold; a score equal to it does, as on the screen."""
        cases = len(self.positive) + len(self.negative)
        below = _share_from(self.negative, threshold)
        return Expected(
            threshold=threshold,
            sensitivity=_share_from(self.lesions, threshold),
            false_positives_per_case=_number_from(self.false, threshold) / cases if cases else None,
            case_sensitivity=_share_from(self.positive, threshold),
            case_specificity=None if below is None else 1 - below,
            basis=self.basis,
        )

    def froc(self) -> tuple[tuple[float, float], ...]:
        """(false positives per case, lesion sensitivity) at every threshold at which one of them changes, rising.

        Findings without a score are the first point where there are any: no threshold takes them away.
        """
        thresholds = sorted({*self.lesions, *self.false} - {-np.inf}, reverse=True)
        found = [self.at(each) for each in thresholds]
        return tuple((each.false_positives_per_case or 0.0, each.sensitivity or 0.0) for each in found)


@dataclass(frozen=True, slots=True)
class Published:
    """Points that a card gives, by rising threshold."""

    points: tuple[Expected, ...]
    card: AnyCard

    @property
    def basis(self) -> str:
        """Whose figures these are, in the language of the windows at this moment."""
        measured = self.card.performance
        assert measured is not None  # it gave the points
        words = translate("OperatingPoints", "the model card of {model}: measured by {who} on {cases} cases")
        if measured.hit_rule:
            words = translate(
                "OperatingPoints", "the model card of {model}: measured by {who} on {cases} cases; a hit: {rule}"
            )
        who = getattr(measured, "measured_by", "") or translate("OperatingPoints", "its maker")
        model = f"{self.card.name} {self.card.version}"
        return words.format(model=model, who=who, cases=measured.cases, rule=measured.hit_rule)

    def at(self, threshold: float) -> Expected | None:
        """Linear between two measured thresholds; None outside of them, since nothing was measured there."""
        thresholds = [each.threshold for each in self.points]
        above = bisect_left(thresholds, threshold - 1e-9)
        if above == len(self.points):
            return None
        if abs(thresholds[above] - threshold) < 1e-9:
            return replace(self.points[above], basis=self.basis)
        return _between(self.points[above - 1], self.points[above], threshold, self.basis) if above else None


OperatingCurve = Counted | Published


def from_results(cases: Iterable[Judged], *, over: str = COUNTED) -> Counted:
    """Counted over cases with known truth, by HIT_RULE; `over` says in a phrase of what those cases are.

    A lesion is found where any finding that hits it reaches the threshold; several findings on one lesion are no false
    positives. Lesions without a position are met by every finding. Findings without a score show at every threshold;
    those that their maker holds back count for nothing.
    """
    judged = list(cases)
    lesions = [_best_hit(_shown(each.result), lesion) for each in judged for lesion in each.lesions]
    false = [
        _score(finding)
        for each in judged
        for finding in _shown(each.result)
        if not any(speaks_of(finding, lesion) for lesion in each.lesions)
    ]
    return Counted(
        tuple(sorted(lesions)),
        tuple(sorted(false)),
        tuple(sorted(_case_score(each.result) for each in judged if each.positive)),
        tuple(sorted(_case_score(each.result) for each in judged if not each.positive)),
        over,
    )


def from_card(card: AnyCard) -> Published | None:
    """The operating points of a card; None where it gives none."""
    measured = card.performance
    if measured is None or not measured.operating_points:
        return None
    points = [
        Expected(
            each.threshold,
            each.lesion_sensitivity,
            each.false_positives_per_case,
            each.case_sensitivity,
            each.case_specificity,
        )
        for each in measured.operating_points.values()
    ]
    return Published(tuple(sorted(points, key=lambda each: each.threshold)), card)


# --- counting


def _shown(result: AIResult) -> list[Finding]:
    return [each for each in result.findings if not each.held_back]


def _score(finding: Finding) -> float:
    return np.inf if finding.score is None else finding.score


def _best_hit(findings: Sequence[Finding], lesion: Lesion) -> float:
    return max((_score(each) for each in findings if speaks_of(each, lesion)), default=-np.inf)


def _case_score(result: AIResult) -> float:
    """The highest score of any finding; where the AI gives none, the highest that it gives the case or a side of it."""
    found = [_score(each) for each in _shown(result)]
    said = [each.score for each in result.assessments if each.score is not None]
    return max(found or said, default=-np.inf)


def _number_from(scores: Sequence[float], threshold: float) -> int:
    return len(scores) - bisect_left(scores, threshold)


def _share_from(scores: Sequence[float], threshold: float) -> float | None:
    return _number_from(scores, threshold) / len(scores) if scores else None


def _between(one: Expected, other: Expected, threshold: float, basis: str) -> Expected:
    words = translate("OperatingPoints", "{basis}; between what was measured at {low} and {high}")
    share = (threshold - one.threshold) / (other.threshold - one.threshold)

    def mixed(low: float | None, high: float | None) -> float | None:
        return None if low is None or high is None else low + share * (high - low)

    return Expected(
        threshold,
        mixed(one.sensitivity, other.sensitivity),
        mixed(one.false_positives_per_case, other.false_positives_per_case),
        mixed(one.case_sensitivity, other.case_sensitivity),
        mixed(one.case_specificity, other.case_specificity),
        words.format(basis=basis, low=f"{100 * one.threshold:.3g}%", high=f"{100 * other.threshold:.3g}%"),
    )
