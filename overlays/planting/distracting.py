"""A map that explains the finding by another place: what it showed there is shown where it means nothing.

What belongs here: the planted error distractor. What does not: voxels of maps (fields), plausible places
(overlays.planting.places).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from overlays.planting.case import Case, PlantedError, draws, header_of, marked, target
from overlays.planting.fields import Spot, carried, hot_spot, moved_whole, spot_mm
from overlays.planting.inventing import APART_MM, GRAIN
from overlays.planting.places import Place, free_place
from overlays.planting.shapes import as_point, centre_mm, diameter_mm, shift
from overlays.result import AIMap, AIResult, Point
from study_configs.problem import StudyProblem
from viewers import geometry


def distracted(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """The finding's own map, else every whole-case map, hot in a free and plausible place away from all else.

    What the AI's map showed at the finding is taken there as it is; a map that showed nothing there gets a hot spot in
    its own manner. Raises StudyProblem where the AI gives no map, or no place is free.
    """
    finding = target(result, error, case) if result.findings else None
    own = [each for each in result.maps if finding is not None and each.finding == finding.id]
    chosen = {each.id for each in own or [each for each in result.maps if not each.finding]}
    if not chosen:
        raise StudyProblem(
            f"The planted error {error.id} replaces a map, and the AI gives none for this case.",
            todo="Plant it in a case with a map, or another kind of error.",
        )
    rng = draws(error)
    centre = centre_mm(finding.geometry) if finding is not None else _hottest(result, chosen)
    size = max(diameter_mm(finding) if finding is not None else 0.0, APART_MM)
    place = free_place(case.image_of(result, finding), _taken(result, case, centre), size / 2 + APART_MM, rng)
    if place is None:
        raise StudyProblem(
            f"The planted error {error.id} finds no free place for a map.", todo="Plant it in another case."
        )
    flat = finding is not None and finding.image is not None
    place = _in_plane(result, case, centre, place) if flat else place
    spot = Spot(centre, size)
    note = f"distractor: {np.linalg.norm(np.subtract(place, centre)):.1f} mm away"
    maps = tuple(_away(each, spot, place, error, note, rng) if each.id in chosen else each for each in result.maps)
    return replace(result, maps=maps, provenance=marked(result.provenance, error, "edited", note))


def _away(ai_map: AIMap, spot: Spot, place: Point, error: PlantedError, note: str, rng: np.random.Generator) -> AIMap:
    matrix = shift(np.subtract(place, spot.centre_mm))
    planted = moved_whole(ai_map, matrix) if ai_map.finding else carried(ai_map, spot, matrix)
    if planted is ai_map or (np.array_equal(planted.values, ai_map.values) and planted.affine is ai_map.affine):
        planted = hot_spot(ai_map, ai_map.affine, Spot(place, max(spot.diameter_mm, spot_mm(ai_map))), rng, GRAIN)
    return replace(planted, provenance=marked(ai_map.provenance, error, "edited", note))


def _hottest(result: AIResult, chosen: set[str]) -> Point:
    """The middle of the strongest voxel of a whole-case map."""
    ai_map = next(each for each in result.maps if each.id in chosen)
    values = np.where(ai_map.values == ai_map.values, ai_map.values, -np.inf)
    k, j, i = np.unravel_index(int(np.argmax(values)), values.shape)
    depth = float(ai_map.places[int(k)] if ai_map.places else k)
    return as_point(geometry.apply(ai_map.affine, (float(i), float(j), depth)))


def _in_plane(result: AIResult, case: Case, centre: Point, place: Point) -> Point:
    """The place moved along the image's normal onto the plane of the finding."""
    axes = header_of(case.image_of(result)).grid_affine[:3, :3]
    normal = np.cross(axes[:, 0], axes[:, 1])
    normal = normal / np.linalg.norm(normal)
    return as_point(np.asarray(place) - normal * (np.subtract(place, centre) @ normal))


def _taken(result: AIResult, case: Case, centre: Point) -> list[Place]:
    found = [Place(centre_mm(each.geometry), diameter_mm(each) / 2) for each in result.findings]
    lesions = [
        Place(each.position_mm, (each.diameter_mm or 0.0) / 2) for each in case.lesions if each.position_mm is not None
    ]
    return [*found, *lesions, Place(centre, 0.0)]
