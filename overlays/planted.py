"""Mistakes on purpose: a planted error turns one AI result into another, and leaves its mark in the provenance.

What belongs here: inventing a finding, passing over a lesion, and the maps that go with either. What does not: which
trial gets which error (study_configs.planting), and where in a body a finding may be invented (places).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.places import Place, free_place
from overlays.result import AIMap, AIResult, Box, Finding, Point, Provenance
from overlays.sections import shape_centre_mm
from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.volume import SeriesHeader, Volume

Kind = Literal["false_positive", "false_negative"]

LEAST_HIT_MM = 5.0  # a finding this near to a lesion's middle speaks of it, however small the two are
APART_MM = 10.0  # between an invented finding's edge and any lesion or other finding
DIAMETERS_MM = (6.0, 14.0)  # of an invented finding where the AI shows no real one to take the size from
SCORES_ABOVE = (0.1, 0.8)  # drawn share of the way from the threshold to 1
BEST_CANDIDATES = 3  # of the model's own near misses, from which one is raised
NUMBERED = re.compile(r"(.*?)(\d+)")  # an id that ends in a number
GRAIN = 0.15  # of a sham map's peak: smooth irregularity, so that it is no perfect ball


class PlantedError(Protocol):
    """What study_configs.planting.PlannedError says of one planted error."""

    @property
    def id(self) -> str: ...
    @property
    def ai(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def seed(self) -> int: ...
    @property
    def diameter_mm(self) -> float | None: ...
    @property
    def score(self) -> float | None: ...


class Lesion(Protocol):
    """What the reference says of one lesion; `position_mm` is LPS, None where the images have no patient geometry."""

    @property
    def position_mm(self) -> Point | None: ...
    @property
    def diameter_mm(self) -> float | None: ...


def plant(
    result: AIResult,
    error: PlantedError,
    *,
    lesions: Sequence[Lesion],
    image: Volume | SeriesHeader,
    threshold: float,
    map_like: AIMap | None = None,
    finding_like: Finding | None = None,
) -> AIResult:
    """The result with one planted error in it; the same error on the same result always gives the same.

    Parameters
    ----------
    lesions : the truth of the case; an invented finding keeps away from them, a passed-over one is one of them.
    image : the volume, so that a place within the body is chosen; its header alone gives the middle of the image.
    threshold : of the layers that show this AI; an invented finding's score is drawn above it.
    map_like : a map of this AI from any case, to shape a sham map after where this result has none.
    finding_like : a finding of this AI from any case, to name an invented one after where this result has none.

    Raises StudyProblem where the error cannot be planted: another AI's result, no lesion to miss, no free place.
    """
    if error.ai != result.ai:
        raise StudyProblem(f"The planted error {error.id} is meant for {error.ai!r}, not for {result.ai!r}.")
    if error.kind == "false_negative":
        return _renumbered(_without_lesions(result, error, lesions))
    return _renumbered(_with_invention(result, error, lesions, image, threshold, map_like, finding_like))


def speaks_of(finding: Finding, lesion: Lesion) -> bool:
    """Whether a finding points at a lesion: its middle lies within the larger radius of the two, at least 5 mm."""
    if lesion.position_mm is None:
        return True
    reach = max(diameter_mm(finding) / 2, (lesion.diameter_mm or 0.0) / 2, LEAST_HIT_MM)
    return _distance(shape_centre_mm(finding.geometry), lesion.position_mm) <= reach


def diameter_mm(finding: Finding) -> float:
    """The mean edge of a box, or the longest side of a contour's extent."""
    if isinstance(finding.geometry, Box):
        return float(np.mean(finding.geometry.size_mm))
    return float(np.ptp(np.asarray(finding.geometry.points_mm, np.float64), axis=0).max())


def _without_lesions(result: AIResult, error: PlantedError, lesions: Sequence[Lesion]) -> AIResult:
    """Every finding that speaks of a lesion goes, with its maps; whole-case maps are cooled down over the lesions."""
    if not lesions:
        raise StudyProblem(
            f"The planted error {error.id} passes over a lesion, and the reference has none for this case.",
            todo="Plant it in a case with a lesion.",
        )
    gone = {finding.id for finding in result.findings if any(speaks_of(finding, lesion) for lesion in lesions)}
    note = error.kind if gone else f"{error.kind}: the AI had passed it over by itself"
    kept = tuple(finding for finding in result.findings if finding.id not in gone)
    maps = tuple(_cooled(each, error, lesions) for each in result.maps if each.finding not in gone)
    return replace(result, findings=kept, maps=maps, provenance=_marked(result.provenance, error, "edited", note))


def _cooled(ai_map: AIMap, error: PlantedError, lesions: Sequence[Lesion]) -> AIMap:
    """A whole-case map pulled to the low end of its range around each lesion; a finding's own map stays as it is."""
    places = [(each.position_mm, each.diameter_mm or 2 * LEAST_HIT_MM) for each in lesions if each.position_mm]
    if ai_map.finding or not places:
        return ai_map
    low = ai_map.value_range[0]
    values = ai_map.values
    for centre, diameter in places:
        keep = 1 - _ball(ai_map.values.shape, ai_map.affine, centre, max(diameter, 2 * LEAST_HIT_MM)) ** 0.25
        values = np.asarray(low + (values - low) * keep, np.float32)
    return replace(ai_map, values=values, provenance=_marked(ai_map.provenance, error, "edited", error.kind))


def _with_invention(
    result: AIResult,
    error: PlantedError,
    lesions: Sequence[Lesion],
    image: Volume | SeriesHeader,
    threshold: float,
    map_like: AIMap | None,
    finding_like: Finding | None,
) -> AIResult:
    rng = np.random.default_rng(error.seed)
    near_miss = _near_miss(result, lesions, threshold, rng)
    score = error.score if error.score is not None else threshold + (1 - threshold) * rng.uniform(*SCORES_ABOVE)
    if near_miss is not None:
        invented = _raised(near_miss, error, float(score))
    else:
        example = next(iter(result.findings), finding_like)
        invented = _made_up(result, error, lesions, image, float(score), rng, example)
    others = tuple(finding for finding in result.findings if finding.id != invented.id)
    findings = tuple(sorted((*others, invented), key=lambda finding: -finding.score))
    own = (_warmed(each, near_miss, invented, error) for each in result.maps)
    maps = (*own, *_sham_maps(result, invented, error, map_like, rng))
    return replace(
        result, findings=findings, maps=maps, provenance=_marked(result.provenance, error, "edited", error.kind)
    )


def _near_miss(
    result: AIResult, lesions: Sequence[Lesion], threshold: float, rng: np.random.Generator
) -> Finding | None:
    """One of the model's best candidates below the threshold that are no lesion: its most plausible mistakes.

    Where some have a map of their own, it is one of these.
    """
    below = [each for each in result.findings if each.score < threshold]
    wrong = [each for each in below if not any(speaks_of(each, lesion) for lesion in lesions)]
    explained = {each.finding for each in result.maps}
    candidates = [each for each in wrong if each.id in explained] or wrong
    best = sorted(candidates, key=lambda each: (-each.score, each.id))[:BEST_CANDIDATES]
    return best[int(rng.integers(len(best)))] if best else None


def _raised(finding: Finding, error: PlantedError, score: float) -> Finding:
    shape = finding.geometry
    if error.diameter_mm is not None:
        shape = Box(shape_centre_mm(shape), (error.diameter_mm,) * 3)
    return replace(
        finding, score=score, geometry=shape, provenance=_marked(finding.provenance, error, "edited", error.kind)
    )


def _warmed(ai_map: AIMap, before: Finding | None, after: Finding, error: PlantedError) -> AIMap:
    """The raised finding's own map, at the finding as much hotter as its score got higher; any other map as it is.

    Away from the finding it stays: a background that is hotter than other maps' would stand out.
    """
    if before is None or ai_map.finding != after.id:
        return ai_map
    low, warmer = ai_map.value_range[0], after.score / max(before.score, 1e-3) - 1
    reach = 2 * max(diameter_mm(after), _spot_mm(ai_map))
    here = _ball(ai_map.values.shape, ai_map.affine, shape_centre_mm(after.geometry), reach)
    values = low + (ai_map.values - low) * (1 + np.float32(warmer) * here)
    provenance = _marked(ai_map.provenance, error, "edited", error.kind)
    return replace(ai_map, values=np.asarray(values, np.float32), provenance=provenance)


def _made_up(
    result: AIResult,
    error: PlantedError,
    lesions: Sequence[Lesion],
    image: Volume | SeriesHeader,
    score: float,
    rng: np.random.Generator,
    example: Finding | None,
) -> Finding:
    sizes = [diameter_mm(finding) for finding in result.findings]
    drawn = float(rng.choice(sizes)) if sizes else float(rng.uniform(*DIAMETERS_MM))
    diameter = error.diameter_mm or drawn
    taken = [Place(shape_centre_mm(each.geometry), diameter_mm(each) / 2) for each in result.findings]
    taken += [Place(each.position_mm, (each.diameter_mm or 0.0) / 2) for each in lesions if each.position_mm]
    centre = free_place(image, taken, diameter / 2 + APART_MM, rng)
    if centre is None:
        raise StudyProblem(
            f"The planted error {error.id} finds no free place in series {result.series_uid}.",
            todo="Plant it in another case.",
        )
    label = example.label if example is not None else "finding"
    provenance = _marked(result.provenance, error, "sham", error.kind)
    return Finding(_next_id(result, example), label, score, Box(centre, (diameter,) * 3), provenance)


def _next_id(result: AIResult, example: Finding | None) -> str:
    """An id like the others', since a label may show it."""
    if not result.findings and example is not None and (named := NUMBERED.fullmatch(example.id)):
        return f"{named[1]}1"
    numbered = [match for each in result.findings if (match := NUMBERED.fullmatch(each.id))]
    if not numbered:
        return f"{result.ai}-{len(result.findings) + 1}"
    last = max(numbered, key=lambda match: int(match[2]))
    return f"{last[1]}{int(last[2]) + 1}"


def _renumbered(result: AIResult) -> AIResult:
    """Numbered ids by rank of score, so that a gap or a number out of turn gives nothing away; other ids stay."""
    matches = [NUMBERED.fullmatch(each.id) for each in result.findings]
    if not all(matches) or len({match[1] for match in matches if match}) != 1:
        return result
    prefix = next(match[1] for match in matches if match)
    ranked = sorted(result.findings, key=lambda each: (-each.score, each.id))
    names = {each.id: f"{prefix}{rank}" for rank, each in enumerate(ranked, start=1)}
    return replace(
        result,
        findings=tuple(replace(each, id=names[each.id]) for each in ranked),
        maps=tuple(replace(each, finding=names.get(each.finding, each.finding)) for each in result.maps),
    )


def _sham_maps(
    result: AIResult, finding: Finding, error: PlantedError, map_like: AIMap | None, rng: np.random.Generator
) -> tuple[AIMap, ...]:
    """A hot spot for a finding without a map of its own, in the manner of this AI's other maps; none if it has none."""
    if any(each.finding == finding.id for each in result.maps):
        return ()
    own = [each for each in result.maps if each.finding]
    like = own[0] if own else map_like
    if like is None:
        return ()
    affine = _grid_around(like, shape_centre_mm(finding.geometry), same=bool(own))
    values = _hot_spot(like, affine, finding, rng)
    provenance = _marked(like.provenance, error, "sham", error.kind)
    return (
        replace(like, id=f"{finding.id}-map", values=values, affine=affine, finding=finding.id, provenance=provenance),
    )


def _grid_around(like: AIMap, centre: Point, *, same: bool) -> NDArray[np.float64]:
    """The other map's own grid where it reaches the place, else that grid moved to have the place in its middle."""
    size = np.array(like.values.shape[::-1])
    at = geometry.apply(geometry.inverse(like.affine), centre)
    if same and bool(((at >= 0) & (at <= size - 1)).all()):
        return like.affine
    moved = like.affine.copy()
    moved[:3, 3] = np.asarray(centre) - like.affine[:3, :3] @ ((size - 1) / 2)
    return moved


def _hot_spot(
    like: AIMap, affine: NDArray[np.float64], finding: Finding, rng: np.random.Generator
) -> NDArray[np.float32]:
    """A ball that falls off as a Gaussian, as hot and as grainy as the AI's other maps are."""
    low, high = like.value_range
    hottest = float(np.nanmax(like.values))
    peak = (hottest if hottest > low else high) - low
    shape = like.values.shape
    ball = _ball(shape, affine, shape_centre_mm(finding.geometry), max(diameter_mm(finding), _spot_mm(like)))
    grain = _smooth(rng.normal(size=shape).astype(np.float32))
    middle = float(np.nanmedian(like.values))
    spread = 1.4826 * float(
        np.nanmedian(np.abs(like.values - middle))
    )  # of its background: robust against the hot spot
    values = middle + (low + peak - middle) * rng.uniform(0.85, 1.0) * ball * (1 + GRAIN * grain) + spread * grain
    return np.asarray(values, np.float32)


def _spot_mm(ai_map: AIMap) -> float:
    """The diameter of a ball as large as the part of a map above half of its peak, at least three voxels."""
    low = ai_map.value_range[0]
    hot = int((ai_map.values - low > (float(np.nanmax(ai_map.values)) - low) / 2).sum())
    voxel_mm3 = abs(float(np.linalg.det(ai_map.affine[:3, :3])))
    spot = 2 * (3 * hot * voxel_mm3 / (4 * np.pi)) ** (1 / 3)
    return float(max(spot, 3 * voxel_mm3 ** (1 / 3))) if ai_map.finding else float(3 * voxel_mm3 ** (1 / 3))


def _ball(shape: tuple[int, ...], affine: NDArray[np.float64], centre: Point, diameter: float) -> NDArray[np.float32]:
    """1 at the centre, falling to 0.5 at the radius, on a grid of (slices, rows, columns)."""
    k, j, i = np.indices(shape)
    away = geometry.apply(affine, np.stack([i, j, k], axis=-1)) - np.asarray(centre)
    share = (away**2).sum(axis=-1) / (diameter / 2) ** 2
    return np.asarray(np.exp2(-share), np.float32)


def _smooth(noise: NDArray[np.float32]) -> NDArray[np.float32]:
    """Noise blurred over a few voxels along each axis, scaled back to unit spread."""
    blurred = noise
    for axis in range(3):
        sheet = np.moveaxis(blurred, axis, 0)
        flat = cv2.GaussianBlur(np.ascontiguousarray(sheet.reshape(sheet.shape[0], -1)), (1, 7), 0, sigmaY=1.5)
        blurred = np.moveaxis(np.asarray(flat, np.float32).reshape(sheet.shape), 0, axis)
    return np.asarray(blurred / max(float(blurred.std()), 1e-6), np.float32)


def _marked(provenance: Provenance, error: PlantedError, origin: Literal["edited", "sham"], note: str) -> Provenance:
    return replace(provenance, origin=origin, planted=error.id, note=note)


def _distance(one: Point, other: Point) -> float:
    return float(np.linalg.norm(np.subtract(one, other)))
