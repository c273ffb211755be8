"""Findings and assessments written as a measurement report (TID 1500 with TID 1410, 1411 and 1501) through highdicom.

What belongs here: the way back from tid1500. What does not: maps (segmentation_writing, parametric_map_writing), what
readers measure (viewers.measuring.reports).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from overlays.result import (
    AIResult,
    Assessment,
    Box,
    Code,
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    Finding,
    ImageRef,
    OnImage,
    Polygon,
    Polyline,
    Provenance,
)
from overlays.sources.reports import concepts
from overlays.sources.reports.shapes import HALF_PIXEL, LeftOut
from study_configs.problem import StudyProblem
from viewers.measuring import codes
from viewers.measuring.evidence import source_image

if TYPE_CHECKING:
    from pydicom import Dataset

SCORE_KEYS = {name: key for key, name in concepts.SCORES.items()}
SIDES = {"left": ("7771000", "Left"), "right": ("24028007", "Right"), "both": ("51440002", "Right and left")}
SOMEWHERE = Code(*concepts.SOMEWHERE, "Body part")  # a laterality can only stand at a site
MOST_NAME = 64  # letters of a code's meaning
DEVICE = Code("121007", "DCM", "Device")


def write(result: AIResult, images: Sequence[Path], path: Path) -> tuple[str, ...]:
    """Write a result's findings and assessments as a Comprehensive 3D SR; says what it cannot hold.

    `images` are source images: those of all findings on images, and at least one. Scores are written in percent, so
    that they come back to within 1e-12. Raises StudyProblem where nothing can be written.
    """
    from highdicom import UID, sr

    sources = {str(each.SOPInstanceUID): each for each in map(source_image, images)}
    if not sources:
        raise StudyProblem("A report names the images that it is about; none are given.", where=str(path))
    left: list[str] = []
    placed = [replace(each, space=result.space_of(each)) for each in result.findings]
    groups = [group for each in placed if (group := _written(each, sources, left)) is not None]
    groups += [_assessment(each, sources) for each in result.assessments]
    groups += [_advice(each.text) for each in result.advice]
    if not groups:
        raise StudyProblem("The result has nothing that a report can hold. " + " ".join(left), where=str(path))
    content = sr.MeasurementReport(_context(result.provenance), codes.IMAGING, imaging_measurements=groups)
    report = sr.Comprehensive3DSR(
        evidence=list(sources.values()),
        content=content[0],
        series_instance_uid=UID(),
        series_number=9002,
        sop_instance_uid=UID(),
        instance_number=1,
        manufacturer=(result.provenance.maker or "ReaderLab")[:MOST_NAME],
        is_complete=True,
        series_description="AI results",
    )
    report.ManufacturerModelName = result.provenance.model[:MOST_NAME]
    report.save_as(path, enforce_file_format=True)
    return tuple(left)


def _written(finding: Finding, sources: dict[str, Dataset], left: list[str]) -> Any:
    try:
        return _group(finding, sources)
    except LeftOut as why:
        left.append(f"Finding {finding.id} is left out: {why}.")
        return None


def _group(finding: Finding, sources: dict[str, Dataset]) -> Any:
    """One finding: flat regions as TID 1410, volumes as TID 1411. Raises LeftOut."""
    from highdicom import UID, sr

    known: dict[str, Any] = {
        "tracking_identifier": sr.TrackingIdentifier(finding.tracking_uid or UID(), finding.tracking_id or finding.id),
        "finding_type": _code(finding.code) if finding.code else _named(finding.label),
        "algorithm_id": _algorithm(finding.provenance),
        "finding_sites": _sites(finding),
        "measurements": [*_scores(finding), *_measurements(finding)] or None,
        "qualitative_evaluations": [
            *(
                [_evaluation(concepts.ASSESSMENT_CATEGORY, "Assessment Category", finding.category)]
                if finding.category
                else []
            ),
            *(sr.QualitativeEvaluation(_named(each.name), _named(each.value)) for each in finding.said),
        ]
        or None,
    }
    shape = finding.geometry
    if isinstance(shape, OnImage):
        region = _on_image(shape, finding.image, sources)
        return sr.PlanarROIMeasurementsAndQualitativeEvaluations(referenced_region=region, **known)
    frame = finding.space.frame_of_reference_uid if finding.space else ""
    if not frame:
        raise LeftOut("it lies in mm, and no frame of reference says where")
    volume = _volume(shape)
    if volume is not None:
        series = next(iter(sources.values())).SeriesInstanceUID
        surface = sr.VolumeSurface(*volume, frame, source_series=sr.SourceSeriesForSegmentation(series))
        return sr.VolumetricROIMeasurementsAndQualitativeEvaluations(referenced_volume_surface=surface, **known)
    kind, points = _in_space(shape)
    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        referenced_region=sr.ImageRegion3D(kind, points, frame), **known
    )


# --- shapes ---------------------------------------------------------------------------------------------------------


def _on_image(shape: OnImage, image: ImageRef | None, sources: dict[str, Dataset]) -> Any:
    from highdicom import sr

    if shape.kind == "point" and len(shape.points) > 1:
        raise LeftOut("a region of a report is one point, not several")
    source = sources.get(image.sop_uid) if image else None
    if source is None or image is None:
        raise LeftOut("its image is not at hand")
    points = np.array(_corners(shape), np.float64) + HALF_PIXEL
    if points.min() < 0 or (points > (source.Columns, source.Rows)).any():
        raise LeftOut("it reaches beyond its image, where a report holds no coordinates")
    closed = shape.kind in ("polygon", "box")
    graphic = {"point": "POINT", "ellipse": "ELLIPSE"}.get(shape.kind, "POLYLINE")
    frames = None if image.frame is None or int(source.get("NumberOfFrames", 1) or 1) == 1 else [image.frame + 1]
    named = sr.SourceImageForRegion(source.SOPClassUID, source.SOPInstanceUID, frames)
    return sr.ImageRegion(graphic, np.vstack([points, points[:1]]) if closed else points, named)


def _corners(shape: OnImage) -> Sequence[tuple[float, float]]:
    if shape.kind != "box":
        return shape.points
    (left, top), (right, bottom) = shape.points
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _in_space(shape: object) -> tuple[str, NDArray[np.float64]]:
    """A flat shape in mm as the type and points of a SCOORD3D. Raises LeftOut."""
    match shape:
        case Dot():
            return "POINT", np.array([shape.at_mm])
        case Polygon():
            return "POLYGON", _closed(shape.points_mm)
        case Polyline():
            return "POLYLINE", np.array(shape.points_mm)
        case Ellipse():
            return "ELLIPSE", _ends(shape.centre_mm, shape.half_axes_mm)
        case Box():  # flat
            return "POLYGON", _closed(_rectangle(shape, 0.0).tolist())
    raise LeftOut(f"a report holds no {type(shape).__name__}")


def _volume(shape: object) -> tuple[str, Any] | None:
    """A solid shape as the type and points of a volume surface; None for flat ones.

    A box becomes two outlines, a quarter of its depth from its middle: as a stack, where each stands for half the way
    to either side, they fill just the box.
    """
    if isinstance(shape, Ellipsoid):
        return "ELLIPSOID", _ends(shape.centre_mm, shape.half_axes_mm)
    if isinstance(shape, ContourStack) and len(shape.contours_mm) > 1:
        return "POLYGON", [_closed(each) for each in shape.contours_mm]
    if isinstance(shape, Box) and shape.size_mm[2] > 0:
        return "POLYGON", [_closed(_rectangle(shape, share).tolist()) for share in (-0.25, 0.25)]
    return None


def _rectangle(box: Box, share: float) -> NDArray[np.float64]:
    """The corners of a box's section at a share of its depth from its middle."""
    centre, axes = np.array(box.centre_mm), np.array(box.directions)
    across, down = axes[0] * box.size_mm[0] / 2, axes[1] * box.size_mm[1] / 2
    at = centre + axes[2] * box.size_mm[2] * share
    corners: NDArray[np.float64] = np.array(
        [at - across - down, at + across - down, at + across + down, at - across + down]
    )
    return corners


def _closed(points: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    return np.array([*points, points[0]], np.float64)


def _ends(centre: Sequence[float], half_axes: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """The ends of axes, the longest first (PS3.3 C.18.9.1.2)."""
    axes = sorted((np.array(each) for each in half_axes), key=lambda axis: -float(np.linalg.norm(axis)))
    return np.array([end for axis in axes for end in (np.array(centre) - axis, np.array(centre) + axis)])


# --- words and numbers ----------------------------------------------------------------------------------------------


def _scores(finding: Finding) -> list[Any]:
    given = [] if finding.score is None else [("Certainty of Finding", finding.score)]
    return [_score(name, value) for name, value in (*given, *finding.scores)]


def _score(name: str, value: float) -> Any:
    from highdicom import sr

    key = SCORE_KEYS.get(name)
    concept = _code(Code(key[0], key[1], name)) if key else _named(name, "score")
    return sr.Measurement(concept, value * 100, codes.UNITS["%"])


def _measurements(finding: Finding) -> list[Any]:
    from highdicom import sr

    return [sr.Measurement(_named(each.name), each.value, _unit(each.units)) for each in finding.measurements]


def _unit(units: str) -> Any:
    return _code(Code(units or "1", "UCUM", units or "no units"))


def _sites(finding: Finding) -> list[Any] | None:
    from highdicom import sr

    if not finding.site and not finding.laterality:
        return None
    place = _named(finding.site) if finding.site else _code(SOMEWHERE)
    side = SIDES.get(finding.laterality)
    return [sr.FindingSite(place, _code(Code(side[0], "SCT", side[1])) if side else None)]


def _assessment(given: Assessment, sources: dict[str, Dataset]) -> Any:
    """What is said of the case, a side or an image: a group without region (TID 1501)."""
    from highdicom import UID, sr

    said = (
        [_evaluation(concepts.ASSESSMENT_CATEGORY, "Assessment Category", given.category)] if given.category else None
    )
    side = SIDES.get(given.side)
    sites = [sr.FindingSite(_code(SOMEWHERE), _code(Code(side[0], "SCT", side[1])))] if side else None
    source = sources.get(given.image.sop_uid) if given.image else None
    named = (
        [sr.SourceImageForMeasurementGroup(source.SOPClassUID, source.SOPInstanceUID)] if source is not None else None
    )
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(UID(), given.name),
        finding_type=_named(given.name),
        algorithm_id=_algorithm(given.provenance),
        finding_sites=sites,
        measurements=[_score("Certainty of Impression", given.score)] if given.score is not None else None,
        qualitative_evaluations=said,
        source_images=named,
    )


def _advice(text: str) -> Any:
    from highdicom import UID, sr

    group = sr.MeasurementsAndQualitativeEvaluations(sr.TrackingIdentifier(UID(), "advice"))
    group[0].ContentSequence.append(sr.TextContentItem(codes.COMMENT, text, sr.RelationshipTypeValues.CONTAINS))
    return group


def _evaluation(key: tuple[str, str], name: str, value: str) -> Any:
    from highdicom import sr

    return sr.QualitativeEvaluation(_code(Code(key[0], key[1], name)), _named(value))


def _algorithm(provenance: Provenance) -> Any:
    from highdicom import sr

    return sr.AlgorithmIdentification(
        provenance.model or "unknown", provenance.version or "unknown", manufacturer=provenance.maker or None
    )


def _context(provenance: Provenance) -> Any:
    from highdicom import UID, sr

    device = sr.DeviceObserverIdentifyingAttributes(
        UID(), provenance.model or None, manufacturer_name=provenance.maker or None, model_name=provenance.model or None
    )
    return sr.ObservationContext(sr.ObserverContext(_code(DEVICE), device))


def _code(code: Code) -> Any:
    from highdicom.sr import CodedConcept

    return CodedConcept(code.value, code.scheme, code.meaning[:MOST_NAME])


def _named(name: str, kind: str = "name") -> Any:
    """A private code for words of our own; the same words have the same code."""
    digest = hashlib.sha256(name.encode()).hexdigest()[: 16 - len(kind)]
    return _code(Code(f"{kind}{digest}", codes.PRIVATE, name or "finding"))
