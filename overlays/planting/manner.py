"""A planted result brought into the AI's own manner, so that no digit, edge or sum of it stands out.

What belongs here: decimals of scores and lengths, the grid that shapes lie on, what is said of the whole case where
the AI says it after its findings. What does not: the errors themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from overlays.cutting.shapes import shape_points_mm
from overlays.planting.case import Case, Image, PlantedError, header_of, image_among, marked
from overlays.planting.words import sides_swapped
from overlays.result import (
    Advice,
    AIResult,
    Assessment,
    Box,
    ContourStack,
    Dot,
    Finding,
    Geometry,
    Measured,
    Point,
    Polygon,
    Polyline,
)
from viewers import geometry
from viewers.geometry import Array

MOST_DECIMALS = 6  # more are those of a float, and nobody rounds to them
TIED = 0.011  # by how much a score of the case may differ from its best finding's and still be that
ON_GRID = 1e-3  # voxels
FEW = 3  # shapes from which a grid can be told
FOLLOWS_FINDINGS = frozenset({"false_positive", "false_negative", "score", "decoupled", "sham"})


def in_its_manner(planted: AIResult, honest: AIResult, error: PlantedError, case: Case) -> AIResult:
    """The planted result as this AI would have said it; what the error did not touch stays as it was."""
    pool = (honest, *(each.result for each in case.elsewhere))
    findings = tuple(
        _finding(each, planted, pool, error, case) if each.provenance.planted == error.id else each
        for each in planted.findings
    )
    planted = replace(planted, findings=findings)
    return _whole_case(planted, honest, pool, error) if error.kind in FOLLOWS_FINDINGS else planted


def _finding(finding: Finding, planted: AIResult, pool: Sequence[AIResult], error: PlantedError, case: Case) -> Finding:
    known = [each for result in pool for each in result.findings]
    named = error.score if error.kind in ("score", "false_positive") else None
    score = finding.score if named is not None else _rounded(finding.score, [each.score for each in known])
    changed = replace(
        finding,
        score=score,
        category=_category_at(score, known, finding.category) if _is_new_score(score, known) else finding.category,
        geometry=_on_its_grid(finding, planted, case),
    )
    return replace(changed, measurements=tuple(_measured(each, changed, known) for each in finding.measurements))


def _is_new_score(score: float | None, known: Iterable[Finding]) -> bool:
    return score is not None and all(each.score != score for each in known)


# --- digits


def _decimals(values: Iterable[float | None]) -> int | None:
    """To how many decimals all of them are rounded; None where they are not."""
    told = [each for each in values if each is not None]
    for decimals in range(MOST_DECIMALS + 1):
        if told and all(abs(each - round(each, decimals)) < 1e-9 for each in told):
            return decimals
    return None


def _rounded(value: float | None, like: Iterable[float | None]) -> float | None:
    decimals = _decimals(like)
    return value if value is None or decimals is None else round(value, max(decimals, 1))


def _measured(said: Measured, of: Finding, known: Iterable[Finding]) -> Measured:
    """To as many decimals as the AI has, and the longest edge of the box where that is what the AI says."""
    like = [(each.value, finding) for finding in known for each in finding.measurements if each.name == said.name]
    decimals = _decimals(value for value, _ in like)
    if decimals is None:
        return said
    is_edge = all(abs(value - _longest_mm(finding)) <= 0.6 * 10.0**-decimals for value, finding in like)
    return replace(said, value=round(_longest_mm(of) if is_edge else said.value, decimals))


def _longest_mm(finding: Finding) -> float:
    return max(finding.geometry.size_mm) if isinstance(finding.geometry, Box) else -1.0


# --- grids


def _on_its_grid(finding: Finding, planted: AIResult, case: Case) -> Geometry:
    """The shape on the edges or middles of voxels along each axis, where all this AI's shapes lie on them."""
    offsets = _offsets(case, planted)
    if not any(each is not None for each in offsets):
        return finding.geometry
    grid = header_of(image_among(case.images, planted, finding)).grid_affine

    def snapped(points_mm: Array) -> Array:
        voxels = np.array(geometry.apply(geometry.inverse(grid), points_mm))
        for axis, offset in enumerate(offsets):
            if offset is not None:
                voxels[..., axis] = np.round(voxels[..., axis] - offset) + offset
        return np.asarray(geometry.apply(grid, voxels))

    return _with_points(finding.geometry, snapped)


def _offsets(case: Case, planted: AIResult) -> tuple[float | None, ...]:
    """For each voxel axis 0.0 (middles) or 0.5 (edges) where honest shapes lie on them, else None."""
    parts: list[Array] = []
    honest = [(each, planted, case.images) for each in planted.findings if not each.provenance.planted]
    honest += [(each, other.result, other.images) for other in case.elsewhere for each in other.result.findings]
    for finding, result, images in honest:
        points = _points_of(finding.geometry)
        if points is not None:
            parts.append(_voxels(points, image_among(images, result, finding)))
    if len(parts) < FEW:
        return (None, None, None)
    voxels = np.concatenate(parts)
    return tuple(next((offset for offset in (0.0, 0.5) if _all_at(voxels[:, axis], offset)), None) for axis in range(3))


def _all_at(voxels: Array, offset: float) -> bool:
    return bool((np.abs(voxels - offset - np.round(voxels - offset)) < ON_GRID).all())


def _voxels(points_mm: Array, image: Image) -> Array:
    return np.asarray(geometry.apply(geometry.inverse(header_of(image).grid_affine), points_mm))


def _points_of(shape: Geometry) -> Array | None:
    """Corners of a box, points of a drawn shape; None for round ones, which lie on no grid."""
    match shape:
        case Box():
            return _corners(shape)
        case Dot() | Polygon() | Polyline() | ContourStack():
            return np.asarray(shape_points_mm(shape), np.float64)
        case _:
            return None


def _corners(box: Box) -> Array:
    """Two opposite corners, LPS mm."""
    half = (np.asarray(box.size_mm)[:, None] * np.asarray(box.directions) / 2).sum(axis=0)
    return np.asarray(np.asarray(box.centre_mm) + np.stack([-half, half]), np.float64)


def _with_points(shape: Geometry, snapped: Callable[[Array], Array]) -> Geometry:
    match shape:
        case Box():
            low, high = snapped(_corners(shape))
            size = np.asarray(shape.directions) @ (high - low)
            keeps = (size > 0) == (np.asarray(shape.size_mm) > 0)
            size = np.where(keeps, size, np.asarray(shape.size_mm))
            return replace(shape, centre_mm=_point((low + high) / 2), size_mm=_point(size))
        case Dot():
            return Dot(_point(snapped(np.asarray(shape.at_mm))))
        case Polygon() | Polyline():
            return type(shape)(_all(snapped(np.asarray(shape.points_mm))))
        case ContourStack():
            return replace(shape, contours_mm=tuple(_all(snapped(np.asarray(each))) for each in shape.contours_mm))
        case _:
            return shape


def _point(values: Array) -> Point:
    x, y, z = (float(each) for each in values)
    return (x, y, z)


def _all(points: Array) -> tuple[Point, ...]:
    return tuple(_point(each) for each in points)


# --- the whole case


def _whole_case(planted: AIResult, honest: AIResult, pool: Sequence[AIResult], error: PlantedError) -> AIResult:
    """What is said of the case as this AI says it where its best finding is as strong as now."""
    best = _best(planted)
    if best == _best(honest) and error.kind != "sham":
        return planted
    assessments = tuple(_assessed(each, best, pool, error) for each in planted.assessments)
    advice = _advised(planted, assessments, pool, error)
    return replace(planted, assessments=assessments, advice=advice)


def _best(result: AIResult) -> float | None:
    return max((each.score for each in result.findings if each.score is not None), default=None)


def _assessed(said: Assessment, best: float | None, pool: Sequence[AIResult], error: PlantedError) -> Assessment:
    alike = [(result, each) for result in pool for each in result.assessments if _is_same(each, said)]
    if said.score is None or not alike:
        return said
    tied = [(_best(result), each) for result, each in alike if _best(result) is not None and each.score is not None]
    is_tied = len(tied) > 1 and all(abs(found - (each.score or 0.0)) <= TIED for found, each in tied if found)
    score = best if is_tied and best is not None else _score_at(best, alike, said.score)
    if score == said.score:
        return said
    category = _category_at(score, [each for _, each in alike], said.category)
    return replace(
        said, score=score, category=category, provenance=marked(said.provenance, error, "edited", error.kind)
    )


def _is_same(one: Assessment, other: Assessment) -> bool:
    return (one.name, one.image is None) == (other.name, other.image is None)


def _score_at(best: float | None, alike: Iterable[tuple[AIResult, Assessment]], otherwise: float) -> float:
    """The score that this AI gives the case whose best finding is the most like this one."""
    wanted = -1.0 if best is None else best
    near = [(abs((_best(result) or -1.0) - wanted), each.score) for result, each in alike if each.score is not None]
    return min(near)[1] if near else otherwise


def _category_at(score: float | None, known: Iterable[Finding | Assessment], otherwise: str) -> str:
    """The category that this AI gives to the score nearest to this one."""
    if score is None or not otherwise:
        return otherwise
    near = [(abs(each.score - score), each.category) for each in known if each.score is not None and each.category]
    return min(near)[1] if near else otherwise


def _advised(
    planted: AIResult, assessments: tuple[Assessment, ...], pool: Sequence[AIResult], error: PlantedError
) -> tuple[Advice, ...]:
    """Words on the whole case that go with its new category or score, of another case; none that name a side."""
    kept = tuple(each for each in planted.advice if each.finding)
    own = tuple(each for each in planted.advice if not each.finding)
    if not own or assessments == planted.assessments:
        return planted.advice
    wanted = [(each.category, each.score or 0.0) for each in assessments]
    models = [each for each in pool if len(each.assessments) == len(assessments) and _names_no_side(each)]

    def apart(other: AIResult) -> tuple[int, float]:
        said = [(each.category, each.score or 0.0) for each in other.assessments]
        pairs = list(zip(wanted, said, strict=True))
        return sum(one[0] != two[0] for one, two in pairs), sum(abs(one[1] - two[1]) for one, two in pairs)

    if not models:
        return planted.advice
    told = [each for each in min(models, key=apart).advice if not each.finding]
    return (*kept, *(replace(each, provenance=marked(each.provenance, error, "edited", error.kind)) for each in told))


def _names_no_side(result: AIResult) -> bool:
    return all(sides_swapped(each.text) == each.text for each in result.advice if not each.finding)
