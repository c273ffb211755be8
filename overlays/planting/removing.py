"""A lesion that is passed over: the findings that speak of it go, with their maps and words.

What belongs here: the planted error false_negative. What does not: voxels of maps (fields).
"""

from __future__ import annotations

from dataclasses import replace

from overlays.planting.case import LEAST_HIT_MM, Case, PlantedError, marked
from overlays.planting.fields import Spot, cooled
from overlays.result import AIMap, AIResult
from study_configs.problem import StudyProblem


def without_lesions(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """Every finding that speaks of a lesion goes, with its maps, words and examples; whole-case maps show none there.

    Fields are pulled down around each lesion, regions of label maps that meet one are taken out.
    """
    if not case.lesions:
        raise StudyProblem(
            f"The planted error {error.id} passes over a lesion, and the reference has none for this case.",
            todo="Plant it in a case with a lesion.",
        )
    gone = {finding.id for finding in result.findings if case.lesion_at(finding)}
    note = error.kind if gone else f"{error.kind}: the AI had passed it over by itself"
    return replace(
        result,
        findings=tuple(each for each in result.findings if each.id not in gone),
        maps=tuple(_silent(each, error, case) for each in result.maps if each.finding not in gone),
        advice=tuple(each for each in result.advice if each.finding not in gone),
        examples=tuple(each for each in result.examples if each.finding not in gone),
        provenance=marked(result.provenance, error, "edited", note),
    )


def _silent(ai_map: AIMap, error: PlantedError, case: Case) -> AIMap:
    """A whole-case map that shows nothing at the lesions; a finding's own map stays as it is."""
    if ai_map.finding:
        return ai_map
    silent = ai_map
    for lesion in case.lesions:
        if lesion.position_mm is not None:
            silent = cooled(silent, Spot(lesion.position_mm, max(lesion.diameter_mm or 0.0, 2 * LEAST_HIT_MM)))
    if silent is ai_map:
        return ai_map
    return replace(silent, provenance=marked(ai_map.provenance, error, "edited", error.kind))
