"""Measurements as DICOM structured reports (TID 1500, PS3.16), written with highdicom and read from the content tree.

What belongs here: both directions, and where coordinates lie. What does not: masks (segments) and when to write (app).
SCOORD counts from the outer corner of the first pixel (PS3.3 C.18.6.1.2), we from its centre: half a pixel is added in
writing and taken off in reading. What lies on no image is written as SCOORD3D in patient mm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from study_configs.problem import StudyProblem
from viewers.geometry import apply, inverse
from viewers.measuring import codes
from viewers.measuring.evidence import source_image
from viewers.measuring.numbers import Number, Numbers
from viewers.measuring.shapes import CLOSED, Kind, Measurement, Points, places, space_mm
from viewers.volume import SeriesHeader

if TYPE_CHECKING:
    from pydicom import Dataset

HALF_PIXEL = 0.5
TRACKING = "readerlab"
LINES: frozenset[Kind] = frozenset({"length", "angle", "cobb", "bidirectional"})
MOST_NAME = 1024


@dataclass(frozen=True, slots=True)
class Left:
    """A measurement that a report can't hold, and why."""

    measurement: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """A measurement as a report has it: image points on an image, or LPS mm in a frame of reference."""

    measurement: Measurement  # its points are (column, row, 0), or LPS mm
    frame_of_reference: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A measurement report: who measured, and what."""

    observer: str
    found: tuple[Found, ...]


# --- writing ---------------------------------------------------------------------------------------------------------


def write_report(
    measurements: Sequence[Measurement],
    headers: Sequence[SeriesHeader],
    path: Path,
    *,
    reader: str,
    confidence_points: int = 100,
) -> tuple[Left, ...]:
    """Writes measurements of one exam and says which were left out. `reader` is a pseudonym.

    The report says of the patient what the measured images say. Raises StudyProblem where none can be written.
    """
    from highdicom import UID, sr

    series = {header.key: header for header in headers}
    left = tuple(Left(m.id, why) for m in measurements if (why := _why_not(m, series.get(m.series))))
    kept = [m for m in measurements if m.id not in {each.measurement for each in left}]
    if not kept:
        raise StudyProblem("There is no measurement that a DICOM report can hold.", where=str(path))
    images = {(m.series, _image_of(m, series[m.series])): _evidence(m, series[m.series]) for m in kept}
    groups = [
        _group(m, series[m.series], images[m.series, _image_of(m, series[m.series])], confidence_points) for m in kept
    ]
    content = sr.MeasurementReport(
        observation_context=_context(reader), procedure_reported=codes.IMAGING, imaging_measurements=groups
    )
    kind = sr.Comprehensive3DSR if any(not _is_on_image(m, series[m.series]) for m in kept) else sr.ComprehensiveSR
    written = kind(
        evidence=list({str(each.SOPInstanceUID): each for each in images.values()}.values()),
        content=content[0],
        series_instance_uid=UID(),
        series_number=9001,
        sop_instance_uid=UID(),
        instance_number=1,
        manufacturer="ReaderLab",
        is_complete=True,
        series_description="Measurements",
    )
    written.save_as(path, enforce_file_format=True)
    return left


def _why_not(measurement: Measurement, header: SeriesHeader | None) -> str:
    if header is None:
        return "its images are not at hand"
    if not _is_on_image(measurement, header) and (header.affine is None or not header.frame_of_reference_uid):
        return "it lies beside its image, which has no place in the patient"
    return ""


def _is_on_image(measurement: Measurement, header: SeriesHeader) -> bool:
    """Whether SCOORD can hold it: on one image, and not outside it."""
    points = measurement.array[:, :2] + HALF_PIXEL
    inside = (points >= 0).all() and (points <= (header.columns, header.rows)).all()
    return bool(measurement.sop_uid and inside)


def _image_of(measurement: Measurement, header: SeriesHeader) -> int:
    """The image that it lies on, or the one nearest to it."""
    return int(np.clip(measurement.slice_index, 0, header.frames - 1))


def _evidence(measurement: Measurement, header: SeriesHeader) -> Dataset:
    return source_image(header.instances[_image_of(measurement, header)].path)


def _context(reader: str) -> Any:
    from highdicom import sr

    person = sr.PersonObserverIdentifyingAttributes(name=codes.person(reader))
    return sr.ObservationContext(sr.ObserverContext(observer_type=codes.PERSON, observer_identifying_attributes=person))


def _group(measurement: Measurement, header: SeriesHeader, image: Dataset, confidence_points: int) -> Any:
    """Lines as numbers inferred from coordinates (TID 1501), all else as a region of an image (TID 1410)."""
    from highdicom import sr
    from pydicom.uid import generate_uid

    uid = generate_uid(entropy_srcs=[header.series_uid, measurement.id])
    tracking = sr.TrackingIdentifier(uid, f"{TRACKING}:{measurement.kind}:{measurement.id}")
    frames = _frames(measurement, image)
    if measurement.kind in LINES:
        numbers = [_line_number(each, measurement, header, image, frames) for each in measurement.numbers.items]
        group = sr.MeasurementsAndQualitativeEvaluations(tracking, measurements=numbers)
    else:
        named = [n for n in measurement.numbers.items if n.name in codes.NAMES]
        values = [_number(each) for each in named] + _certainty(measurement, confidence_points)
        region = _region(measurement, header, image, frames)
        group = sr.PlanarROIMeasurementsAndQualitativeEvaluations(tracking, region, measurements=values or None)
    for concept, text in ((codes.COMMENT, measurement.name), (codes.REMARK, measurement.numbers.remark)):
        if text:
            item = sr.TextContentItem(concept, text[:MOST_NAME], sr.RelationshipTypeValues.CONTAINS)
            group[0].ContentSequence.append(item)
    return group


def _frames(measurement: Measurement, image: Dataset) -> list[int] | None:
    return [measurement.frame + 1] if int(image.get("NumberOfFrames", 1) or 1) > 1 else None


def _certainty(measurement: Measurement, points: int) -> list[Any]:
    from highdicom import sr

    if measurement.confidence is None:
        return []
    unit = codes.unit("%" if points == 100 else "")
    return [sr.Measurement(codes.CERTAINTY, float(measurement.confidence), unit)]


def _number(number: Number, coordinates: Sequence[Any] | None = None) -> Any:
    from highdicom import sr

    name, unit = codes.NAMES[number.name], codes.unit(number.unit)
    return sr.Measurement(name, number.value, unit, referenced_coordinates=coordinates)


def _line_number(
    number: Number, measurement: Measurement, header: SeriesHeader, image: Dataset, frames: list[int] | None
) -> Any:
    """A number with the lines that it was inferred from."""
    lines = [_coordinates("POLYLINE", each, measurement, header, image, frames) for each in _lines(number, measurement)]
    named = replace(number, name="cobb angle") if measurement.kind == "cobb" else number
    return _number(named, lines)


def _lines(number: Number, measurement: Measurement) -> list[Points]:
    points = measurement.array
    if measurement.kind == "cobb":
        return [points[:2], points[2:]]
    if measurement.kind == "bidirectional":
        lengths = [float(np.linalg.norm(np.diff(pair, axis=0))) for pair in (points[:2], points[2:])]
        is_second = (number.name == "long axis") == (lengths[1] > lengths[0])
        return [points[2:] if is_second else points[:2]]
    return [points]


def _coordinates(
    graphic: str,
    points: Points,
    measurement: Measurement,
    header: SeriesHeader,
    image: Dataset,
    frames: list[int] | None,
) -> Any:
    from highdicom import sr

    if not _is_on_image(measurement, header):
        return sr.CoordinatesForMeasurement3D(graphic, space_mm(header, points), header.frame_of_reference_uid)
    source = sr.SourceImageForRegion(image.SOPClassUID, image.SOPInstanceUID, frames)
    return sr.CoordinatesForMeasurement(graphic, points[:, :2] + HALF_PIXEL, source)


def _region(measurement: Measurement, header: SeriesHeader, image: Dataset, frames: list[int] | None) -> Any:
    from highdicom import sr

    points = _long_axis_first(measurement, header) if measurement.kind == "ellipse" else measurement.array
    if measurement.kind in CLOSED and measurement.kind != "ellipse":
        points = np.vstack([points, points[:1]])
    graphic = {"ellipse": "ELLIPSE", "point": "POINT"}.get(measurement.kind, "POLYLINE")
    if not _is_on_image(measurement, header):
        in_space = "POLYGON" if graphic == "POLYLINE" and measurement.kind in CLOSED else graphic
        return sr.ImageRegion3D(in_space, space_mm(header, points), header.frame_of_reference_uid)
    source = sr.SourceImageForRegion(image.SOPClassUID, image.SOPInstanceUID, frames)
    return sr.ImageRegion(graphic, points[:, :2] + HALF_PIXEL, source)


def _long_axis_first(measurement: Measurement, header: SeriesHeader) -> Points:
    """ELLIPSE wants the ends of its major axis before those of the minor one (PS3.3 C.18.6.1.2)."""
    points, there = measurement.array, space_mm(header, measurement.array)
    lengths = np.linalg.norm(there[1::2] - there[::2], axis=1)
    return points if lengths[0] >= lengths[1] else points[[2, 3, 0, 1]]


# --- reading ---------------------------------------------------------------------------------------------------------


def read_report(path: Path) -> Report:
    """The measurements of a TID 1500 report. Raises StudyProblem where the file is none."""
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    try:
        root = dcmread(path)
    except InvalidDicomError as error:
        raise StudyProblem("This is no DICOM file.", where=str(path)) from error
    if codes.key(root) != codes.REPORT:
        raise StudyProblem("This is no imaging measurement report (TID 1500).", where=str(path))
    try:
        groups = [group for item in _items(root, codes.MEASUREMENTS) for group in _items(item, codes.GROUP)]
        found = tuple(each for group in groups if (each := _found(group)) is not None)
    except (AttributeError, IndexError, ValueError) as error:  # what a content item must have is missing
        raise StudyProblem("This measurement report is damaged.", where=str(path)) from error
    observers = [str(item.get("PersonName", "")).rstrip("^") for item in _items(root, codes.OBSERVER_NAME)]
    return Report(next((each for each in observers if each), ""), found)


def _items(item: Dataset, concept: codes.Key | None = None) -> list[Dataset]:
    return [child for child in item.get("ContentSequence", ()) if concept is None or codes.key(child) == concept]


def _found(group: Dataset) -> Found | None:
    """One measurement group; None where it holds no coordinates."""
    tracking = next((str(item.TextValue) for item in _items(group, codes.TRACKING_ID)), "")
    numbers = [item for item in _items(group) if item.ValueType == "NUM"]
    drawn = [each for item in (*numbers, group) for each in _items(item) if each.ValueType in ("SCOORD", "SCOORD3D")]
    if not drawn:
        return None
    _, kind, mark = (
        (*tracking.split(":", 2), "", "", "")[:3] if tracking.startswith(f"{TRACKING}:") else ("", "", tracking)
    )
    kind = kind or _kind_of(drawn, numbers)
    certainty = [_value(item) for item in numbers if codes.key(item) == codes.key_of(codes.CERTAINTY)]
    remark = next((str(item.TextValue) for item in _items(group, codes.key_of(codes.REMARK))), "")
    measurement = Measurement(
        id=mark,
        kind=kind,  # type: ignore[arg-type]  # one of ours, or worked out from the graphic
        series="",
        points=places(_points(kind, drawn)),
        name=next((str(item.TextValue) for item in _items(group, codes.key_of(codes.COMMENT))), ""),
        confidence=round(certainty[0]) if certainty else None,
        numbers=Numbers(tuple(_read_numbers(numbers)), remark),
    )
    return _placed(measurement, drawn[0])


def _points(kind: str, drawn: Sequence[Dataset]) -> Points:
    """The points as a `Measurement` has them: each line once, outlines not closed, centres at integers."""
    parts: list[Points] = []
    for item in drawn:
        size = 3 if item.ValueType == "SCOORD3D" else 2
        part = np.array(item.GraphicData, np.float64).reshape(-1, size)
        if size == 2:
            part = np.column_stack([part - HALF_PIXEL, np.zeros(len(part))])
        if not any(np.array_equal(part, other) for other in parts):
            parts.append(part)
    points = np.vstack(parts)
    is_closed = kind in CLOSED and kind != "ellipse" and np.array_equal(points[0], points[-1])
    return points[:-1] if is_closed else points


def _kind_of(drawn: Sequence[Dataset], numbers: Sequence[Dataset]) -> Kind:
    """What a report of somebody else's measured, by its graphics and numbers."""
    names = {codes.NUMBER_OF.get(codes.key(item), "") for item in numbers}
    graphic = str(drawn[0].GraphicType)
    if graphic in ("ELLIPSE", "POINT"):
        return "ellipse" if graphic == "ELLIPSE" else "point"
    if "long axis" in names and len(drawn) == 2:
        return "bidirectional"
    if names & {"angle", "cobb angle"}:
        return "cobb" if len(drawn) == 2 else "angle"
    return "length" if len(drawn[0].GraphicData) == (6 if drawn[0].ValueType == "SCOORD3D" else 4) else "polygon"


def _placed(measurement: Measurement, drawn: Dataset) -> Found:
    if drawn.ValueType == "SCOORD3D":
        return Found(measurement, str(drawn.ReferencedFrameOfReferenceUID))
    images = [item for item in _items(drawn) if item.ValueType == "IMAGE"]
    if not images:
        return Found(measurement)
    reference = images[0].ReferencedSOPSequence[0]
    frames = np.atleast_1d(reference.get("ReferencedFrameNumber", 1) or 1)
    return Found(replace(measurement, sop_uid=str(reference.ReferencedSOPInstanceUID), frame=int(frames[0]) - 1))


def _read_numbers(items: Iterable[Dataset]) -> Iterable[Number]:
    for item in items:
        name = codes.NUMBER_OF.get(codes.key(item))
        if name is not None and item.get("MeasuredValueSequence"):
            unit = str(item.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue)
            yield Number("angle" if name == "cobb angle" else name, _value(item), codes.unit_of(unit, name))


def _value(item: Dataset) -> float:
    measured = item.MeasuredValueSequence[0]
    return float(measured.get("FloatingPointValue", measured.NumericValue))


def on_series(report: Report, headers: Sequence[SeriesHeader]) -> tuple[Measurement, ...]:
    """The measurements of a report on the images at hand; those of other images are left out."""
    placed = (_on_any(found, headers) for found in report.found)
    return tuple(each for each in placed if each is not None)


def _on_any(found: Found, headers: Sequence[SeriesHeader]) -> Measurement | None:
    measurement = found.measurement
    for header in headers:
        if found.frame_of_reference and header.affine is not None:
            if header.frame_of_reference_uid == found.frame_of_reference:
                voxels = apply(inverse(header.affine), measurement.array)
                return replace(measurement, series=header.key, points=places(voxels))
            continue
        for index, instance in enumerate(header.instances):
            if (instance.sop_uid, instance.frame) == (measurement.sop_uid, measurement.frame):
                points = tuple((column, row, float(index)) for column, row, _ in measurement.points)
                return replace(measurement, series=header.key, points=points)
    return None
