"""Findings in mm written as an RT structure set through pydicom: a region each (PS3.3 A.19).

What belongs here: the way back from structure_set. What does not: reports, maps (rooms beside).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from overlays.result import AIResult, ContourStack, Dot, Finding, Geometry, Point, Polygon, Polyline, Provenance
from study_configs.problem import StudyProblem
from viewers.measuring.evidence import source_image

if TYPE_CHECKING:
    from pydicom import Dataset

STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
STUDY = "1.2.840.10008.3.1.2.3.1"
COPIED = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate", "StudyTime",
    "StudyID", "AccessionNumber", "ReferringPhysicianName",
)  # fmt: skip
COLOURS = ((255, 180, 84), (86, 180, 233), (0, 158, 115), (240, 228, 66), (204, 121, 167))


def write(result: AIResult, images: Sequence[Path], path: Path) -> tuple[str, ...]:
    """Write a result's findings in mm as regions of the images' series; says what a structure set cannot hold.

    Raises StudyProblem where nothing can be written, or the images have no frame of reference.
    """
    from pydicom import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    sources = [source_image(each) for each in images]
    frame = str(sources[0].get("FrameOfReferenceUID", "")) if sources else ""
    if not frame:
        raise StudyProblem("A structure set lies in a frame of reference, and these images have none.", where=str(path))
    kept = [each for each in result.findings if _contours(each.geometry) and _frame(each, result) in ("", frame)]
    if not kept:
        raise StudyProblem("No finding is a contour, line or point in mm in these images' space.", where=str(path))
    made = _described(sources[0], result.provenance)
    made.ReferencedFrameOfReferenceSequence = [_referenced(sources, frame)]
    made.StructureSetROISequence = [_region(each, number, frame) for number, each in enumerate(kept, 1)]
    made.ROIContourSequence = [_drawn(each, number) for number, each in enumerate(kept, 1)]
    made.RTROIObservationsSequence = [_observed(each, number) for number, each in enumerate(kept, 1)]
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.save_as(path, enforce_file_format=True)
    lost = [each for each in result.findings if each not in kept]
    return tuple(f"Finding {each.id} is left out: a structure set holds no {_word(each)}." for each in lost)


def _word(finding: Finding) -> str:
    return type(finding.geometry).__name__ if not _contours(finding.geometry) else "other frames of reference"


def _frame(finding: Finding, result: AIResult) -> str:
    return result.space_of(finding).frame_of_reference_uid


def _contours(shape: Geometry) -> list[tuple[str, tuple[Point, ...]]]:
    """A shape as contours of a kind; none where it is no contour."""
    match shape:
        case Dot():
            return [("POINT", (shape.at_mm,))]
        case Polygon():
            return [("CLOSED_PLANAR", shape.points_mm)]
        case Polyline():
            return [("OPEN_NONPLANAR", shape.points_mm)]
        case ContourStack():
            return [("CLOSED_PLANAR", each) for each in shape.contours_mm]
    return []


def _described(source: Dataset, provenance: Provenance) -> Dataset:
    """Patient, study, series, equipment and the structure set's own name."""
    from pydicom import Dataset
    from pydicom.uid import generate_uid

    made, now = Dataset(), datetime.now(UTC)
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID, made.SOPInstanceUID = STRUCTURE_SET, generate_uid()
    for keyword in COPIED:
        setattr(made, keyword, source.get(keyword, ""))
    made.Modality, made.SeriesInstanceUID, made.SeriesNumber = "RTSTRUCT", generate_uid(), 9004
    made.SeriesDescription, made.OperatorsName, made.InstanceNumber = "AI results", "", 1
    made.FrameOfReferenceUID, made.PositionReferenceIndicator = source.FrameOfReferenceUID, ""
    made.Manufacturer = (provenance.maker or "ReaderLab")[:64]
    made.ManufacturerModelName = (provenance.model or "unknown")[:64]
    made.SoftwareVersions = (provenance.version or "unknown")[:64]
    made.StructureSetLabel, made.ApprovalStatus = "AI results", "UNAPPROVED"
    made.StructureSetDate, made.StructureSetTime = now.strftime("%Y%m%d"), now.strftime("%H%M%S")
    made.TimezoneOffsetFromUTC = "+0000"
    return made


def _referenced(sources: Sequence[Dataset], frame: str) -> Dataset:
    """The images that the contours were drawn over."""
    from pydicom import Dataset

    series, study, found = Dataset(), Dataset(), Dataset()
    series.SeriesInstanceUID = sources[0].SeriesInstanceUID
    series.ContourImageSequence = [_image(each) for each in sources]
    study.ReferencedSOPClassUID, study.ReferencedSOPInstanceUID = STUDY, sources[0].StudyInstanceUID
    study.RTReferencedSeriesSequence = [series]
    found.FrameOfReferenceUID, found.RTReferencedStudySequence = frame, [study]
    return found


def _image(source: Dataset) -> Dataset:
    from pydicom import Dataset

    found = Dataset()
    found.ReferencedSOPClassUID, found.ReferencedSOPInstanceUID = source.SOPClassUID, source.SOPInstanceUID
    return found


def _region(finding: Finding, number: int, frame: str) -> Dataset:
    from pydicom import Dataset

    made = Dataset()
    made.ROINumber, made.ReferencedFrameOfReferenceUID, made.ROIName = number, frame, finding.label[:64]
    made.ROIGenerationAlgorithm = "MANUAL" if finding.provenance.origin == "human_written" else "AUTOMATIC"
    return made


def _drawn(finding: Finding, number: int) -> Dataset:
    from pydicom import Dataset
    from pydicom.valuerep import format_number_as_ds

    made, contours = Dataset(), []
    for kind, points in _contours(finding.geometry):
        contour = Dataset()
        contour.ContourGeometricType, contour.NumberOfContourPoints = kind, len(points)
        contour.ContourData = [format_number_as_ds(float(value)) for point in points for value in point]
        contours.append(contour)
    made.ROIDisplayColor = list(COLOURS[number % len(COLOURS)])
    made.ContourSequence, made.ReferencedROINumber = contours, number
    return made


def _observed(finding: Finding, number: int) -> Dataset:
    from pydicom import Dataset

    made, code = Dataset(), Dataset()
    made.ObservationNumber, made.ReferencedROINumber = number, number
    made.ROIObservationLabel, made.RTROIInterpretedType, made.ROIInterpreter = finding.label[:16], "", ""
    if finding.code is not None:
        code.CodeValue, code.CodingSchemeDesignator = finding.code.value, finding.code.scheme
        code.CodeMeaning = finding.code.meaning[:64]
        made.RTROIIdentificationCodeSequence = [code]
    return made
