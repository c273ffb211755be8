"""A finding where there is nothing: a near miss of the AI's own is raised, else one is brought from another case.

What belongs here: the planted error false_positive, and bringing a finding from case to case. What does not: voxels of
maps (fields), which places are plausible (overlays.planting.places).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from overlays.planting.case import (
    LEAST_HIT_MM,
    Case,
    Elsewhere,
    Image,
    PlantedError,
    draws,
    header_of,
    image_among,
    marked,
    with_finding,
)
from overlays.planting.fields import Spot, brought, hot_spot, resampled, spot_mm, warmed
from overlays.planting.places import Place, extent_mm, free_place, matched_place, on_grid, voxel_of
from overlays.planting.shapes import centre_mm, diameter_mm, shift, stretch, transformed
from overlays.planting.words import finding_on_other_side
from overlays.result import AIMap, AIResult, Box, Finding, ImageRef, Point, Space
from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.geometry import Array
from viewers.volume import Volume

APART_MM = 10.0  # between an invented finding's edge and any lesion or other finding
DIAMETERS_MM = (6.0, 14.0)  # of an invented finding where the AI shows no real one to take the size from
SCORES_ABOVE = (0.1, 0.8)  # drawn share of the way from the threshold to 1
BEST_CANDIDATES = 3  # of the model's own near misses, from which one is raised
GRAIN = 0.15  # of a sham map's peak: smooth irregularity, so that it is no perfect ball


@dataclass(frozen=True, slots=True, eq=False)
class Donor:
    """A finding of another case, to be brought to this one."""

    finding: Finding
    source: Elsewhere

    @property
    def image(self) -> Image:
        return image_among(self.source.images, self.source.result, self.finding)

    @property
    def maps(self) -> tuple[AIMap, ...]:
        return tuple(each for each in self.source.result.maps if each.finding == self.finding.id)


def with_invention(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """The result with one finding more above the threshold; raises StudyProblem where there is no free place."""
    rng = draws(error)
    near_miss = _near_miss(result, case, rng)
    if near_miss is not None:
        return _with_raised(result, error, case, near_miss, rng)
    donors = donors_for(case, case.image_of(result))
    if not donors:
        return _with_made_up(result, error, case, rng)
    donor = donors[int(rng.integers(len(donors)))]
    place = matched_place(
        centre_mm(donor.finding.geometry), donor.image, _image_like(result, case, donor), _taken(result, case),
        _size_mm(error, donor) / 2 + APART_MM, rng,
    )  # fmt: skip
    if place is None:
        return _with_made_up(result, error, case, rng)
    score = None if donor.finding.score is None else _score(error, case, rng)
    planted = with_brought(result, error, case, donor, place, score)
    return replace(planted, provenance=marked(result.provenance, error, "edited", error.kind))


def donors_for(case: Case, image: Image) -> tuple[Donor, ...]:
    """The findings of other cases to bring one from: on images of the same kind, with pixels where some have them."""
    found = [Donor(finding, each) for each in case.elsewhere for finding in each.result.findings]
    modality = header_of(image).modality
    alike = [each for each in found if header_of(each.image).modality == modality and not each.finding.held_back]
    with_pixels = [each for each in alike if isinstance(each.image, Volume)]
    return tuple(with_pixels or alike)


def with_brought(
    result: AIResult, error: PlantedError, case: Case, donor: Donor, place: Point, score: float | None
) -> AIResult:
    """The result with another case's finding at a place of this one; its maps come with it."""
    image = _image_like(result, case, donor)
    centre = centre_mm(donor.finding.geometry)
    matrix = _between(donor, image, centre, place)
    if error.diameter_mm is not None and diameter_mm(donor.finding) > 0:
        matrix = np.asarray(stretch(error.diameter_mm / diameter_mm(donor.finding), place) @ matrix)
    name = f"{result.ai}-brought-{len(result.findings) + 1}"
    provenance = marked(donor.finding.provenance, error, "sham", f"{error.kind}: from another case")
    finding = replace(
        _on_its_side(donor, image, place),
        id=name,
        score=score,
        label=error.label or donor.finding.label,
        geometry=transformed(donor.finding.geometry, matrix),
        provenance=provenance,
        image=_image_ref(donor.finding, image, place),
        space=None if image_among(case.images, result) is image else _space(image),
        tracking_id="",
        tracking_uid="",
    )
    spot = Spot(centre, max(diameter_mm(donor.finding), LEAST_HIT_MM))
    own = tuple(_map_brought(each, name, donor, image, matrix, error) for each in donor.maps)
    shown = tuple(_whole_case_map(each, donor, spot, matrix, error) for each in result.maps)
    return replace(result, findings=(*result.findings, finding), maps=(*shown, *own))


# --- a near miss


def _near_miss(result: AIResult, case: Case, rng: np.random.Generator) -> Finding | None:
    """One of the model's best candidates below the threshold that are no lesion: its most plausible mistakes.

    Where some have a map of their own, it is one of these.
    """
    below = [each for each in result.findings if each.score is not None and each.score < case.threshold]
    wrong = [each for each in below if not case.lesion_at(each)]
    explained = {each.finding for each in result.maps}
    candidates = [each for each in wrong if each.id in explained] or wrong
    best = sorted(candidates, key=lambda each: each.rank)[:BEST_CANDIDATES]
    return best[int(rng.integers(len(best)))] if best else None


def _with_raised(
    result: AIResult, error: PlantedError, case: Case, finding: Finding, rng: np.random.Generator
) -> AIResult:
    score = _score(error, case, rng)
    shape = finding.geometry
    if error.diameter_mm is not None and diameter_mm(finding) > 0:
        shape = transformed(shape, stretch(error.diameter_mm / diameter_mm(finding), centre_mm(shape)))
    before = finding.score or 0.0
    note = f"{error.kind}: raised from {before:.3g} to {score:.3g}"
    provenance = marked(finding.provenance, error, "edited", note)
    raised = replace(
        finding,
        score=score,
        geometry=shape,
        label=error.label or finding.label,
        held_back=False,
        provenance=provenance,
    )
    maps = tuple(_warmer(each, raised, score / max(before, 1e-3), error) for each in result.maps)
    planted = replace(result, maps=maps, provenance=marked(result.provenance, error, "edited", note))
    return with_finding(planted, raised)


def _warmer(ai_map: AIMap, finding: Finding, times: float, error: PlantedError) -> AIMap:
    """The finding's own map, and what maps of the whole case show of it, hotter by as much as its score is higher."""
    if ai_map.finding not in ("", finding.id) or ai_map.is_label:
        return ai_map
    spot = Spot(centre_mm(finding.geometry), max(diameter_mm(finding), spot_mm(ai_map)))
    provenance = marked(ai_map.provenance, error, "edited", error.kind)
    return replace(warmed(ai_map, spot, times), provenance=provenance)


# --- brought from another case


def _image_like(result: AIResult, case: Case, donor: Donor) -> Image:
    """The image of this case that is most like the donor's: of the same side and view, else that of the result."""
    from viewers.comparing.exams import view_name

    wanted = header_of(donor.image)
    for image in case.images:
        header = header_of(image)
        if wanted.laterality and (header.laterality, view_name(header)) == (wanted.laterality, view_name(wanted)):
            return image
    return case.image_of(result)


def _between(donor: Donor, image: Image, centre: Point, place: Point) -> Array:
    """mm of the donor's image to mm of this one: the shape's middle goes to the place; flat shapes are turned along."""
    turn = np.eye(4)
    if donor.finding.image is not None:
        turn[:3, :3] = _directions(image) @ _directions(donor.image).T
    return np.asarray(shift(place) @ turn @ shift(np.negative(centre)))


def _directions(image: Image) -> Array:
    """Orthonormal directions of an image's columns, rows and slices, as columns of a 3×3 matrix."""
    axes = header_of(image).grid_affine[:3, :3]
    column = axes[:, 0] / np.linalg.norm(axes[:, 0])
    row = axes[:, 1] / np.linalg.norm(axes[:, 1])
    return np.column_stack([column, row, np.cross(column, row)])


def _on_its_side(donor: Donor, image: Image, place: Point) -> Finding:
    """The donor's finding with left and right as they are at the place."""
    middle = [float(np.mean([edge[0] for edge in extent_mm(each)])) for each in (donor.image, image)]
    was, now = centre_mm(donor.finding.geometry)[0] - middle[0], place[0] - middle[1]
    return donor.finding if was * now >= 0 else finding_on_other_side(donor.finding)


def _image_ref(finding: Finding, image: Image, place: Point) -> ImageRef | None:
    if finding.image is None:
        return None
    voxel = voxel_of(image, place)
    instance = header_of(image).instances[voxel[2] if voxel else 0]
    return ImageRef(instance.sop_uid, instance.frame if finding.image.frame is not None else None)


def _space(image: Image) -> Space:
    return Space(header_of(image).series_uid, header_of(image).frame_of_reference_uid)


def _map_brought(ai_map: AIMap, name: str, donor: Donor, image: Image, matrix: Array, error: PlantedError) -> AIMap:
    """A finding's own map: on this image's grid where it was on its image's grid, else its grid moves along."""
    provenance = marked(ai_map.provenance, error, "sham", error.kind)
    there, here = header_of(donor.image), header_of(image)
    if ai_map.values.shape == (there.frames, there.rows, there.columns) and not ai_map.images:
        values = np.zeros((here.frames, here.rows, here.columns), ai_map.values.dtype)
        grid = replace(ai_map, values=values, affine=here.grid_affine, places=(), plane_images=())
        moved = resampled(ai_map, grid, np.asarray(np.linalg.inv(matrix), np.float64))
    else:
        images = (_ref_at(image, matrix, ai_map),) if len(ai_map.images) == 1 else ()
        moved = replace(ai_map, affine=np.asarray(matrix @ ai_map.affine), images=images, plane_images=())
    return replace(moved, id=f"{name}-map", finding=name, space=None, provenance=provenance)


def _ref_at(image: Image, matrix: Array, ai_map: AIMap) -> ImageRef:
    middle = (np.array(ai_map.values.shape[::-1]) - 1) / 2
    at = geometry.apply(np.asarray(matrix @ ai_map.affine), middle)
    voxel = voxel_of(image, (float(at[0]), float(at[1]), float(at[2])))
    instance = header_of(image).instances[voxel[2] if voxel else 0]
    return ImageRef(instance.sop_uid, instance.frame if ai_map.images[0].frame is not None else None)


def _whole_case_map(ai_map: AIMap, donor: Donor, spot: Spot, matrix: Array, error: PlantedError) -> AIMap:
    """A whole-case map with what the donor's map of the same kind shows of the finding."""
    if ai_map.finding:
        return ai_map
    kind = (ai_map.kind, ai_map.label, "")
    other = next((e for e in donor.source.result.maps if (e.kind, e.label, e.finding) == kind), None)
    if other is None:
        return ai_map
    planted = brought(ai_map, other, spot, matrix)
    return replace(planted, provenance=marked(ai_map.provenance, error, "edited", error.kind))


# --- made up


def _with_made_up(result: AIResult, error: PlantedError, case: Case, rng: np.random.Generator) -> AIResult:
    """A box in a free place, named and sized as the AI's own findings are, where no other case has one to bring."""
    elsewhere = tuple(finding for each in case.elsewhere for finding in each.result.findings)
    examples = (*result.findings, *elsewhere)
    sizes = [size for each in examples if (size := diameter_mm(each)) > 0]
    drawn = float(rng.choice(sizes)) if sizes else float(rng.uniform(*DIAMETERS_MM))
    diameter = error.diameter_mm or drawn
    image = case.image_of(result)
    centre = free_place(image, _taken(result, case), diameter / 2 + APART_MM, rng)
    if centre is None:
        raise StudyProblem(
            f"The planted error {error.id} finds no free place in series {header_of(image).series_uid}.",
            todo="Plant it in another case.",
        )
    scored = not examples or any(each.score is not None for each in examples)
    finding = Finding(
        id=f"{result.ai}-{len(result.findings) + 1}",
        label=error.label or (examples[0].label if examples else "finding"),
        score=_score(error, case, rng) if scored else None,
        geometry=Box(on_grid(image, centre) or centre, (diameter,) * 3),
        provenance=marked(result.provenance, error, "sham", error.kind),
    )
    maps = (*result.maps, *_sham_maps(result, finding, error, case, rng))
    provenance = marked(result.provenance, error, "edited", error.kind)
    return replace(result, findings=(*result.findings, finding), maps=maps, provenance=provenance)


def _sham_maps(
    result: AIResult, finding: Finding, error: PlantedError, case: Case, rng: np.random.Generator
) -> tuple[AIMap, ...]:
    """A hot spot for the finding, in the manner of this AI's other maps of findings; none if it has none."""
    own = [each for each in result.maps if each.finding]
    others = [each for other in case.elsewhere for each in other.result.maps if each.finding]
    like = next(iter((*own, *others)), None)
    if like is None:
        return ()
    affine = _grid_around(like, centre_mm(finding.geometry), same=bool(own))
    spot = Spot(centre_mm(finding.geometry), max(diameter_mm(finding), spot_mm(like)))
    planted = hot_spot(like, affine, spot, rng, GRAIN)
    provenance = marked(like.provenance, error, "sham", error.kind)
    return (replace(planted, id=f"{finding.id}-map", finding=finding.id, space=None, provenance=provenance),)


def _grid_around(like: AIMap, centre: Point, *, same: bool) -> Array:
    """The other map's own grid where it reaches the place, else that grid moved to have the place in its middle."""
    size = np.array(like.values.shape[::-1])
    at = geometry.apply(geometry.inverse(like.affine), centre)
    if same and bool(((at >= 0) & (at <= size - 1)).all()):
        return like.affine
    moved = like.affine.copy()
    moved[:3, 3] = np.asarray(centre) - like.affine[:3, :3] @ ((size - 1) / 2)
    return np.asarray(moved)


# --- in common


def _score(error: PlantedError, case: Case, rng: np.random.Generator) -> float:
    drawn = case.threshold + (1 - case.threshold) * rng.uniform(*SCORES_ABOVE)
    return float(drawn if error.score is None else error.score)


def _size_mm(error: PlantedError, donor: Donor) -> float:
    return error.diameter_mm or diameter_mm(donor.finding)


def _taken(result: AIResult, case: Case) -> Sequence[Place]:
    """Where something is already: the AI's findings and the lesions of the reference."""
    found = [Place(centre_mm(each.geometry), diameter_mm(each) / 2) for each in result.findings]
    lesions = [each for each in case.lesions if each.position_mm is not None]
    return [*found, *(Place(each.position_mm, (each.diameter_mm or 0.0) / 2) for each in lesions if each.position_mm)]
