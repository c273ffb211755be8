"""A finding that lies elsewhere, is larger or smaller, or is on the other side; its maps go with it.

What belongs here: the planted errors shifted, resized, wrong_side. What does not: shapes and voxels (shapes, fields).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from overlays.planting.case import (
    LEAST_HIT_MM,
    Case,
    Image,
    PlantedError,
    draws,
    header_of,
    marked,
    target,
    with_finding,
)
from overlays.planting.fields import Spot, carried, moved_whole
from overlays.planting.places import extent_mm, is_in_body
from overlays.planting.shapes import (
    as_point,
    centre_mm,
    diameter_mm,
    mirror,
    scale_of,
    shift,
    stretch,
    transformed,
)
from overlays.planting.words import finding_on_other_side, other_side, sides_swapped
from overlays.result import AIMap, AIResult, Assessment, Finding, ImageRef, Origin, Point, Space
from study_configs.planted import Towards
from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.geometry import Array

TRIES = 200  # directions looked at before giving up

DIRECTIONS: dict[Towards, Point] = {  # LPS
    "left": (1.0, 0.0, 0.0), "right": (-1.0, 0.0, 0.0), "back": (0.0, 1.0, 0.0), "front": (0.0, -1.0, 0.0),
    "head": (0.0, 0.0, 1.0), "feet": (0.0, 0.0, -1.0),
}  # fmt: skip
ON_FILM: dict[Towards, Point] = {  # of images without patient geometry, as they hang: x right, y down
    "left": (1.0, 0.0, 0.0), "right": (-1.0, 0.0, 0.0), "head": (0.0, -1.0, 0.0), "feet": (0.0, 1.0, 0.0),
}  # fmt: skip


def shifted(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """The finding `shift_mm` away, within image and body; a finding on one image stays on it. Raises StudyProblem."""
    finding = target(result, error, case)
    image = case.image_of(result, finding)
    length = error.shift_mm or 0.0
    centre = np.asarray(centre_mm(finding.geometry))
    for direction in _directions(finding, image, error):
        if is_in_body(image, as_point(centre + length * direction)):
            note = f"shifted: {length:g} mm towards ({', '.join(f'{each:.2f}' for each in direction)}) LPS"
            return _moved(result, finding, shift(length * direction), error, "shifted", note)
    towards = f" towards {error.towards}" if error.towards else ""
    raise StudyProblem(
        f"The planted error {error.id} shifts a finding {length:g} mm{towards}, and that lies outside the body.",
        todo="Plant a smaller shift, another direction, or plant it in another case.",
    )


def resized(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """The finding `factor` times as large along each axis; its measured lengths, areas and volumes are, too."""
    finding = target(result, error, case)
    factor = error.factor or 1.0
    if diameter_mm(finding) == 0:
        raise StudyProblem(
            f"The planted error {error.id} changes a finding's size, and the AI marks a point.",
            todo="Plant it in another case, or another kind of error.",
        )
    matrix = stretch(factor, centre_mm(finding.geometry))
    planted = _moved(result, finding, matrix, error, "edited", f"resized: × {factor:g}")
    changed = next(each for each in planted.findings if each.id == finding.id)
    measured = tuple(replace(each, value=each.value * factor ** _power(each.units)) for each in finding.measurements)
    return with_finding(planted, replace(changed, measurements=measured))


def wrong_side(result: AIResult, error: PlantedError, case: Case) -> AIResult:
    """Left for right: the finding's place, its words, what is said of one side, the image of the other breast."""
    swapped = _sides_said(result, error)
    if not result.findings:
        if swapped is result:
            raise StudyProblem(
                f"The planted error {error.id} swaps sides, and the AI says nothing of a side in this case.",
                todo="Plant it in another case.",
            )
        return swapped
    finding = target(result, error, case)
    image = case.image_of(result, finding)
    other = _contralateral(image, case)
    if other is not None:
        return _on_other_image(swapped, finding, image, other, error)
    return _mirrored(swapped, finding, image, error)


# --- moving a finding with its maps


def _moved(
    result: AIResult, finding: Finding, matrix: Array, error: PlantedError, origin: Origin, note: str
) -> AIResult:
    spot = Spot(centre_mm(finding.geometry), max(diameter_mm(finding), LEAST_HIT_MM))
    changed = replace(
        finding,
        geometry=transformed(finding.geometry, matrix),
        provenance=marked(finding.provenance, error, origin, note),
    )
    maps = tuple(_map_moved(each, finding, spot, matrix, error, origin, note) for each in result.maps)
    provenance = marked(result.provenance, error, origin, note)
    return with_finding(replace(result, maps=maps, provenance=provenance), changed)


def _map_moved(
    ai_map: AIMap, finding: Finding, spot: Spot, matrix: Array, error: PlantedError, origin: Origin, note: str
) -> AIMap:
    """The finding's own map is carried whole; of a whole-case map what it shows of the finding."""
    if ai_map.finding not in ("", finding.id):
        return ai_map
    goes_whole = ai_map.finding and (ai_map.is_label or abs(scale_of(matrix) - 1) < 1e-6)
    planted = moved_whole(ai_map, matrix) if goes_whole else carried(ai_map, spot, matrix)
    if planted is ai_map:
        return ai_map
    return replace(planted, provenance=marked(ai_map.provenance, error, origin, note))


def _directions(finding: Finding, image: Image, error: PlantedError) -> list[Array]:
    """Unit vectors to try: the one that the protocol names, else drawn ones; for a flat finding in its image."""
    header = header_of(image)
    flat = finding.image is not None or header.affine is None
    if error.towards is not None:
        named = (ON_FILM if header.affine is None else DIRECTIONS).get(error.towards)
        return [] if named is None or (flat and _out_of_plane(image, named)) else [np.asarray(named)]
    rng = draws(error)
    axes = header.grid_affine[:3, :3] / np.linalg.norm(header.grid_affine[:3, :3], axis=0)
    drawn = [axes[:, :2] @ rng.normal(size=2) if flat else rng.normal(size=3) for _ in range(TRIES)]
    return [np.asarray(each / np.linalg.norm(each)) for each in drawn]


def _out_of_plane(image: Image, direction: Point) -> bool:
    axes = header_of(image).grid_affine[:3, :3]
    normal = np.cross(axes[:, 0], axes[:, 1])
    return bool(abs(np.asarray(direction) @ normal) > 1e-3 * np.linalg.norm(normal))


def _power(units: str) -> int:
    """How a measurement grows with length, by its UCUM unit: mm 1, mm2 2, mm3 and mL 3, anything else not at all."""
    bare = units.strip("{}[] ")
    if bare in ("mm", "cm", "um", "m"):
        return 1
    if bare in ("mm2", "cm2"):
        return 2
    return 3 if bare in ("mm3", "cm3", "ml", "mL") else 0


# --- the other side


def _mirrored(result: AIResult, finding: Finding, image: Image, error: PlantedError) -> AIResult:
    low, high = extent_mm(image)
    matrix = mirror(float(low[0] + high[0]) / 2)
    note = "wrong_side: mirrored across the middle of the body"
    place = as_point(geometry.apply(matrix, centre_mm(finding.geometry)))
    if not is_in_body(image, place):
        raise StudyProblem(
            f"The planted error {error.id} puts a finding on the other side, and that lies outside the body.",
            todo="Plant it in another case.",
        )
    planted = _moved(result, finding, matrix, error, "edited", note)
    changed = next(each for each in planted.findings if each.id == finding.id)
    return with_finding(planted, finding_on_other_side(changed))


def _contralateral(image: Image, case: Case) -> Image | None:
    """The image of the other breast in the same view; None where the case has none."""
    from viewers.comparing.exams import view_name

    header = header_of(image)
    wanted = {"L": "R", "R": "L"}.get(header.laterality[:1].upper())
    view = view_name(header)
    fit = [each for each in case.images if wanted and header_of(each).laterality[:1].upper() == wanted]
    return next((each for each in fit if view_name(header_of(each)) == view), None)


def _on_other_image(result: AIResult, finding: Finding, image: Image, other: Image, error: PlantedError) -> AIResult:
    """As far from the chest wall and as high on the other breast's image: films of the two sides mirror each other."""
    matrix = _onto(image, other)
    note = "wrong_side: on the image of the other side"
    instance = header_of(other).instances[0]
    frame = finding.image.frame if finding.image is not None else None
    changed = replace(
        finding_on_other_side(finding),
        geometry=transformed(finding.geometry, matrix),
        image=ImageRef(instance.sop_uid, frame) if finding.image is not None else None,
        space=Space(header_of(other).series_uid, header_of(other).frame_of_reference_uid),
        provenance=marked(finding.provenance, error, "edited", note),
    )
    maps = tuple(_map_onto(each, finding, other, matrix, error, note) for each in result.maps)
    provenance = marked(result.provenance, error, "edited", note)
    return with_finding(replace(result, maps=maps, provenance=provenance), changed)


def _onto(image: Image, other: Image) -> Array:
    """mm of one film to mm of the other: columns mirrored, middles of the breasts' boxes upon each other."""
    (low, high), (other_low, other_high) = extent_mm(image), extent_mm(other)
    flip = np.diag([-1.0, 1.0, 1.0, 1.0])
    return np.asarray(shift((other_low + other_high) / 2) @ flip @ shift(-(low + high) / 2))


def _map_onto(ai_map: AIMap, finding: Finding, other: Image, matrix: Array, error: PlantedError, note: str) -> AIMap:
    if ai_map.finding != finding.id:
        return ai_map
    header = header_of(other)
    return replace(
        ai_map,
        affine=np.asarray(matrix @ ai_map.affine),
        images=tuple(replace(each, sop_uid=header.instances[0].sop_uid) for each in ai_map.images[:1]),
        plane_images=(),
        space=Space(header.series_uid, header.frame_of_reference_uid),
        provenance=marked(ai_map.provenance, error, "edited", note),
    )


def _sides_said(result: AIResult, error: PlantedError) -> AIResult:
    """The result with what it says of one side said of the other; the very same where it says nothing of a side."""
    assessments = tuple(_swapped(each, error) for each in result.assessments)
    advice = tuple(
        replace(each, text=text, provenance=marked(each.provenance, error, "edited", error.kind))
        if (text := sides_swapped(each.text)) != each.text
        else each
        for each in result.advice
    )
    if (assessments, advice) == (result.assessments, result.advice):
        return result
    note = "wrong_side: what is said of the sides"
    provenance = marked(result.provenance, error, "edited", note)
    return replace(result, assessments=assessments, advice=advice, provenance=provenance)


def _swapped(said: Assessment, error: PlantedError) -> Assessment:
    if said.side not in ("left", "right"):
        return said
    provenance = marked(said.provenance, error, "edited", error.kind)
    return replace(said, side=other_side(said.side), provenance=provenance)
