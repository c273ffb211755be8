"""RT structure sets as findings: each region of interest a stack of contours, a point or a line, in LPS mm.

What belongs here: PS3.3 A.19 (C.8.8.5, C.8.8.6, C.8.8.8) to findings. What does not: writing (structure_set_writing).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from overlays.faults import Fault, Reason
from overlays.result import (
    AIResult,
    Code,
    ContourStack,
    Dot,
    Finding,
    Geometry,
    Point,
    Polygon,
    Polyline,
    Provenance,
    Reference,
    Said,
    Space,
)
from overlays.sources.dataset import (
    coded,
    items,
    named,
    number,
    numbers,
    open_dataset,
    provenance_of,
    references_of,
    result_of,
    text,
)
from overlays.sources.outlines import crosses_itself, has_channel, normal_of, off_plane_mm, without_closing
from overlays.sources.reports.report import side_in
from viewers.dicom.checks import ASK_AGAIN
from viewers.dicom.problems import BadFile

if TYPE_CHECKING:
    from pydicom import Dataset

FORM = "DICOM RT structure set"
CLASSES = frozenset({"1.2.840.10008.5.1.4.1.1.481.3"})
CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
OPEN = ("OPEN_PLANAR", "OPEN_NONPLANAR", "OPEN_NONINTERPOLATED")
FARTHEST_MM = 1e5
SAME_PLANE_MM = 0.01
UNEVEN = 1.01
FLAT_MM = 1.0

Mm = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """One contour as the file has it: its kind, its points (n, 3) in mm, and its slab's thickness (0: not said)."""

    kind: str
    points: Mm
    slab_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Region:
    """What a structure set says of one region of interest."""

    number: int
    name: str
    frame_of_reference_uid: str
    algorithm: str
    description: str = ""
    label: str = ""
    kind: str = ""  # as RT sees it: GTV, ORGAN, ISOCENTER
    code: Code | None = None


def read(path: Path) -> tuple[AIResult, ...]:
    """The regions of a structure set as findings. Raises StudyProblem."""
    with named(path):
        dataset = open_dataset(path, CLASSES)
        provenance, references = provenance_of(dataset, FORM), references_of(dataset)
        remarks: list[str] = []
        findings = tuple(_all_findings(dataset, provenance, references, remarks))
        if not findings:
            raise BadFile("The structure set has no contours that can be shown. " + " ".join(remarks), todo=ASK_AGAIN)
        frames = {each.space.frame_of_reference_uid for each in findings if each.space}
        frame = frames.pop() if len(frames) == 1 else ""
        return (result_of(dataset, provenance, references, remarks, frame_of_reference_uid=frame, findings=findings),)


def _all_findings(
    dataset: Dataset, provenance: Provenance, references: Sequence[Reference], remarks: list[str]
) -> Iterator[Finding]:
    """Region by region, in the order of their contours; what is left out is remarked."""
    regions = _regions(dataset)
    series = references[0].series_uid if len(references) == 1 else ""
    for item in items(dataset, "ROIContourSequence"):
        region = regions.pop(_whole(item, "ReferencedROINumber"), None)
        if region is None:
            remarks.append("Contours are left out: they belong to no region, or to one that has contours already.")
        elif not region.frame_of_reference_uid:
            remarks.append(f"Region {region.name!r} is left out: it names no frame of reference.")
        else:
            found = list(_findings(region, list(_contours(item, region)), provenance, series, remarks))
            remarks += [] if found else [f"Region {region.name!r} has no contours."]
            yield from found
    remarks += [f"Region {each.name!r} has no contours." for each in regions.values()]


def _regions(dataset: Dataset) -> dict[int, Region]:
    """The regions by number, with what was observed of them. Raises BadFile where two have one number."""
    frames = [text(each, "FrameOfReferenceUID") for each in items(dataset, "ReferencedFrameOfReferenceSequence")]
    alone = frames[0] if len(frames) == 1 else text(dataset, "FrameOfReferenceUID")
    found: dict[int, Region] = {}
    for each in items(dataset, "StructureSetROISequence"):
        key = _whole(each, "ROINumber")
        if key in found:
            raise BadFile(f"Two regions have the number {key}.", todo=ASK_AGAIN)
        found[key] = Region(
            key,
            text(each, "ROIName") or f"ROI {key}",
            text(each, "ReferencedFrameOfReferenceUID") or alone,
            text(each, "ROIGenerationAlgorithm"),
            text(each, "ROIDescription"),
        )
    for each in items(dataset, "RTROIObservationsSequence"):
        key = _whole(each, "ReferencedROINumber")
        if key in found:
            found[key] = replace(
                found[key],
                label=text(each, "ROIObservationLabel"),
                kind=text(each, "RTROIInterpretedType"),
                code=coded(each, "RTROIIdentificationCodeSequence"),
            )
    return found


def _whole(item: Dataset, keyword: str) -> int:
    value = number(item, keyword)
    if value is None or not math.isfinite(value) or value != int(value):
        raise BadFile(f"A region's number ({keyword}) is missing or no whole number.", todo=ASK_AGAIN)
    return int(value)


def _contours(item: Dataset, region: Region) -> Iterator[Contour]:
    for each in items(item, "ContourSequence"):
        flat = numbers(each, "ContourData")
        stated = number(each, "NumberOfContourPoints")
        if not flat and not stated:  # templates of planning systems have such, which say nothing
            continue
        if not flat or len(flat) % 3 or (stated is not None and stated * 3 != len(flat)):
            said = "?" if stated is None else f"{stated:g}"
            raise BadFile(
                f"A contour of region {region.name!r} has {len(flat)} numbers for {said} points.", todo=ASK_AGAIN
            )
        points = np.array(flat, np.float64).reshape(-1, 3)
        if not np.isfinite(points).all() or np.abs(points).max() > FARTHEST_MM:
            raise BadFile(
                f"A contour of region {region.name!r} lies farther away than any patient reaches.", todo=ASK_AGAIN
            )
        slab = number(each, "ContourSlabThickness")
        yield Contour(text(each, "ContourGeometricType").upper(), points, slab if slab and 0 < slab < 1e3 else 0.0)


def _findings(
    region: Region, listed: Sequence[Contour], provenance: Provenance, series: str, remarks: list[str]
) -> Iterator[Finding]:
    """One finding for all closed contours, one for each point and line."""
    closed = [each for each in listed if each.kind in CLOSED and _is_outline(each)]
    shapes: list[Geometry] = list(_volumes(region, closed, remarks))
    for each in listed:
        if each.kind == "POINT":
            shapes += [Dot(_point(row)) for row in each.points]
        elif each.kind in OPEN and len(each.points) > 1:
            shapes.append(Polyline(tuple(map(_point, each.points))))
        elif each.kind in CLOSED and not _is_outline(each):
            remarks.append(f"Region {region.name!r}: a contour without area is left out.")
        elif each.kind not in CLOSED:
            remarks.append(f"Region {region.name!r}: a contour of the kind {each.kind or '(none)'} is left out.")
    origin = provenance if region.algorithm != "MANUAL" else replace(provenance, origin="human_written")
    notes = (("description", region.description), ("label", region.label), ("type", region.kind))
    for count, shape in enumerate(shapes, 1):
        yield Finding(
            id=str(region.number) if len(shapes) == 1 else f"{region.number}.{count}",
            label=region.name,
            score=None,
            geometry=shape,
            provenance=origin,
            space=Space(series, region.frame_of_reference_uid),
            laterality=side_in(region.name),
            said=tuple(Said(name, value) for name, value in notes if value and value != region.name),
            code=region.code,
            tracking_id=region.name,
        )


def _is_outline(contour: Contour) -> bool:
    return len(contour.points) > 2 and normal_of(contour.points) is not None


def _volumes(region: Region, closed: Sequence[Contour], remarks: list[str]) -> Iterator[Geometry]:
    """Closed contours as one stack; as polygons of their own where they are not parallel, or there is but one."""
    if not closed:
        return
    _note_oddities(region, closed, remarks)
    outlines = [tuple(_point(row) for row in without_closing(each.points.tolist())) for each in closed]
    normal = normal_of(closed[0].points)
    assert normal is not None  # of outlines, which have area
    if any(
        abs(float(np.dot(normal, other))) < 0.999 for each in closed if (other := normal_of(each.points)) is not None
    ):
        remarks.append(f"Region {region.name!r}: its contours are not parallel, and stand for themselves alone.")
        yield from (Polygon(outline) for outline in outlines)
    elif len(outlines) == 1:
        yield Polygon(outlines[0])
    else:
        yield ContourStack(tuple(outlines), _spacing_mm(region, closed, normal, remarks))


def _spacing_mm(region: Region, closed: Sequence[Contour], normal: Mm, remarks: list[str]) -> float:
    """The commonest distance between planes (the smaller of equals); a slab's thickness where there is one plane."""
    places = np.sort([float(each.points.mean(axis=0) @ normal) for each in closed])
    planes = places[np.concatenate([[True], np.diff(places) > SAME_PLANE_MM])]
    if len(planes) == 1:
        remarks.append(f"Region {region.name!r} has contours in one plane only.")
        return max((each.slab_mm for each in closed), default=0.0) or 1.0
    distances, counts = np.unique(np.round(np.diff(planes), 3), return_counts=True)
    commonest = float(distances[counts.argmax()])
    if distances[-1] > UNEVEN * distances[0]:
        remarks.append(
            f"Region {region.name!r}: its planes are {distances[0]:g} to {distances[-1]:g} mm apart; "
            f"each contour stands for {commonest:g} mm."
        )
    return commonest


def _note_oddities(region: Region, closed: Sequence[Contour], remarks: list[str]) -> None:
    crossed = sum(crosses_itself(each.points) for each in closed)
    bent = sum(off_plane_mm(each.points) > FLAT_MM for each in closed)
    channels = sum(has_channel(each.points) for each in closed)
    if crossed:
        said = f"Region {region.name!r}: {crossed} contours cross themselves; they are filled even-odd."
        remarks.append(Reason(said, Fault.CROSSED))
    if bent:
        remarks.append(f"Region {region.name!r}: {bent} contours are not flat.")
    if channels:
        remarks.append(f"Region {region.name!r}: {channels} contours reach holes by a channel (keyholes).")


def _point(row: Sequence[float] | Mm) -> Point:
    return float(row[0]), float(row[1]), float(row[2])
