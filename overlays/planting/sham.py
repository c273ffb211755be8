"""A whole result that knows nothing of the case, and looks as this AI's results do.

What belongs here: the planted error sham. What does not: bringing one finding from another case (inventing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from overlays.planting.case import Case, Elsewhere, PlantedError, draws, marked
from overlays.planting.fields import Spot, cooled
from overlays.planting.inventing import Donor, donors_for, with_brought
from overlays.planting.places import Place, free_place, matched_place, on_grid
from overlays.planting.shapes import as_point, centre_mm, diameter_mm
from overlays.result import AIMap, AIResult, Assessment
from study_configs.problem import StudyProblem
from viewers import geometry

APART_MM = 5.0  # between two findings of a sham


def sham(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """As many findings as this AI shows in some other case, of its sizes, names and scores, in places by chance.

    Whatever it says of the case as a whole is what it says of another one. The truth plays no part: a place may be that
    of a lesion. Raises StudyProblem where the AI has no results of other cases to look like.
    """
    rng = draws(error)
    donors = donors_for(case, case.image_of(result))
    shows_findings = any(each.result.findings for each in case.elsewhere)
    if not case.elsewhere or (shows_findings and not donors):
        raise StudyProblem(
            f"The planted error {error.id} needs results of this AI for other cases, and there are none.",
            todo="Add results for more cases.",
        )
    model = _model(case.elsewhere, rng)
    planted = _emptied(result, model, error, rng)
    turns = rng.permutation(len(donors))
    for number in range(len(model.result.findings) if donors else 0):
        planted = _with_one_more(planted, error, case, donors[turns[number % len(donors)]], rng)
    return planted


def _model(elsewhere: Sequence[Elsewhere], rng: np.random.Generator) -> Elsewhere:
    """The case whose number of findings the sham takes: one that has any, where there is one."""
    telling = [each for each in elsewhere if each.result.findings] or list(elsewhere)
    return telling[int(rng.integers(len(telling)))]


def _emptied(result: AIResult, model: Elsewhere, error: PlantedError, rng: np.random.Generator) -> AIResult:
    """The result without findings, its maps blank, saying of this case what the AI says of the other one."""
    return replace(
        result,
        findings=(),
        maps=tuple(_blank(each, error) for each in result.maps if not each.finding),
        assessments=tuple(_said(each, error) for each in model.result.assessments),
        advice=tuple(
            replace(each, provenance=marked(each.provenance, error, "sham", error.kind))
            for each in model.result.advice
            if not each.finding
        ),
        examples=tuple(
            replace(each, provenance=marked(each.provenance, error, "sham", error.kind))
            for each in model.result.examples
            if not each.finding
        ),
        provenance=marked(result.provenance, error, "sham", error.kind),
    )


def _blank(ai_map: AIMap, error: PlantedError) -> AIMap:
    """A whole-case map cooled down at all of its hot places; regions of organs stay."""
    blank = ai_map
    if ai_map.is_label:
        return ai_map
    for _ in range(20):
        meant = blank.values * np.float32(blank.slope) + np.float32(blank.intercept)
        low, high = blank.value_range
        if not np.nanmax(meant) > low + 0.5 * (high - low):
            break
        k, j, i = np.unravel_index(int(np.nanargmax(meant)), meant.shape)
        depth = float(blank.places[int(k)] if blank.places else k)
        hottest = as_point(geometry.apply(blank.affine, (float(i), float(j), depth)))
        blank = cooled(blank, Spot(hottest, 4 * APART_MM))
    return replace(blank, provenance=marked(ai_map.provenance, error, "sham", error.kind))


def _said(said: Assessment, error: PlantedError) -> Assessment:
    return replace(said, provenance=marked(said.provenance, error, "sham", error.kind))


def _with_one_more(
    planted: AIResult, error: PlantedError, case: Case, donor: Donor, rng: np.random.Generator
) -> AIResult:
    """A donor's finding in a place by chance, with its own score, which its map and category go with."""
    image = case.image_of(planted)
    taken = [Place(centre_mm(each.geometry), diameter_mm(each) / 2) for each in planted.findings]
    clearance = diameter_mm(donor.finding) / 2 + APART_MM
    place = free_place(image, taken, clearance, rng) or matched_place(
        centre_mm(donor.finding.geometry), donor.image, image, taken, clearance, rng
    )
    if place is None:
        return planted
    return with_brought(planted, error, case, donor, on_grid(image, place) or place, donor.finding.score)
