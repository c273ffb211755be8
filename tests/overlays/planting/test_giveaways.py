"""No single feature of a planted result tells it from an honest one, but for what its kind means."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from scipy.stats import ks_2samp

from overlays.planting import plant
from overlays.result import AIResult
from study_configs.planting import PlannedError
from study_configs.problem import StudyProblem

from .many import Made, a_case, case_of, of_findings, of_maps, of_result

CASES = 100  # with planted errors, against as many honest ones
MOST = 0.4  # of the Kolmogorov-Smirnov statistic: the best threshold on a feature is right in 70 of 100 results at most
FEWEST = 25  # elements from which a feature is judged
OWN: dict[str, dict[str, Any]] = {
    "false_positive": {},
    "false_negative": {},
    "shifted": {"shift_mm": 9.0},
    "resized": {"factor": 1.37},
    "score": {"score": 0.62},
    "decoupled": {},
    "category": {"scale": ("2", "3", "4A", "5"), "by": -1},
    "wrong_side": {},
    "wrong_label": {"label": "lymph node"},
    "distractor": {},
    "sham": {},
}
MEANT = {  # what the error is: a reader who knows these kinds could look for nothing else
    "false_positive": {"result: findings shown"},
    "false_negative": {
        "result: findings shown", "result: findings", "result: maps",
        "whole: highest", "whole: spread", "whole: entropy", "whole: quiet spread",
    },  # the one lesion gone, with what the map showed of it
    "resized": {"finding: size", "map: spread", "map: entropy"},  # what is larger is larger on its map
    "score": {"finding: score", "result: findings shown"},
    "category": {"result: case against category"},
}  # fmt: skip

pytestmark = pytest.mark.slow


@cache
def cases(first: int) -> list[Made]:
    return [a_case(number) for number in range(first, first + CASES)]


def planted_in(made: list[Made], kind: str) -> list[AIResult]:
    """The error in every case in which the protocol could plan it."""
    found = []
    for number, each in enumerate(made):
        if (kind == "false_positive" and each.lesions) or (kind == "false_negative" and not each.lesions):
            continue
        others = [made[(number + step) % CASES] for step in range(1, 7)]
        error = PlannedError(f"rule/case-{number}", "nodules", kind, number, **OWN[kind])  # type: ignore[arg-type]
        try:
            found.append(plant(each.result, error, case_of(each, others)))
        except StudyProblem:  # a shift out of the body, the end of the scale
            continue
    return found


def features(results: list[AIResult], *, only_planted: bool) -> dict[str, list[dict[str, float]]]:
    return {
        "finding": [each for result in results for each in of_findings(result, only_planted)],
        "map": [each for result in results for each in of_maps(result, only_planted, False)],
        "whole": [each for result in results for each in of_maps(result, False, True)],
        "result": [of_result(result) for result in results],
    }


@pytest.mark.parametrize("kind", sorted(OWN))
def test_that_no_single_feature_separates_planted_from_honest_results(kind: str) -> None:
    honest = features([each.result for each in cases(0)], only_planted=False)
    results = planted_in(cases(CASES), kind)
    assert len(results) >= CASES // 3
    planted = features(results, only_planted=True)
    apart = {}
    for what, elements in planted.items():
        if min(len(elements), len(honest[what])) < FEWEST:
            continue
        for name in elements[0]:
            given, known = [each[name] for each in elements], [each[name] for each in honest[what]]
            apart[f"{what}: {name}"] = round(float(ks_2samp(given, known, method="asymp").statistic), 2)
    assert {name: by for name, by in apart.items() if by > MOST and name not in MEANT.get(kind, set())} == {}


def test_that_the_features_see_what_gives_an_error_away() -> None:
    """Digits of a float, a cube off the grid and a hole in a map are told apart at once."""
    from dataclasses import replace

    from overlays.result import Box

    def clumsy(result: AIResult) -> AIResult:
        findings = tuple(
            replace(f, score=(f.score or 0) * 0.9876543, geometry=Box(f.geometry.centre_mm, (7.3, 7.3, 7.3)))  # type: ignore[union-attr]
            for f in result.findings
        )
        holes = []
        for each in result.maps:
            values = each.values.copy()
            values[5:15, 20:30, 20:30] = 0
            holes.append(replace(each, values=values))
        return replace(result, findings=findings, maps=tuple(holes))

    honest = features([each.result for each in cases(0)], only_planted=False)
    planted = features([clumsy(each.result) for each in cases(CASES)], only_planted=False)
    for what, name in (("finding", "score decimals"), ("finding", "off the grid"), ("whole", "flat")):
        known, given = [each[name] for each in honest[what]], [each[name] for each in planted[what]]
        assert ks_2samp(given, known, method="asymp").statistic > 0.9, name
