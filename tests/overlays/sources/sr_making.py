"""Structured reports made for these tests with pydicom, item by item, and the programs of others that check them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

EXAM, SERIES, SPACE = "1.2.3.4", "1.2.3.5", "1.2.3.6"
MG = "1.2.840.10008.5.1.4.1.1.1.2"
CT = "1.2.840.10008.5.1.4.1.1.2"
SR = "1.2.840.10008.5.1.4.1.1.88."
CodeLike = tuple[str, str, str]

REPORT: CodeLike = ("126000", "DCM", "Imaging Measurement Report")
MEASUREMENTS: CodeLike = ("126010", "DCM", "Imaging Measurements")
GROUP: CodeLike = ("125007", "DCM", "Measurement Group")
FINDING: CodeLike = ("121071", "DCM", "Finding")
NODULE: CodeLike = ("27925004", "SCT", "Nodule")
REGION: CodeLike = ("111030", "DCM", "Image Region")
SITE: CodeLike = ("363698007", "SCT", "Finding Site")
LATERALITY: CodeLike = ("272741003", "SCT", "Laterality")
LEFT: CodeLike = ("7771000", "SCT", "Left")
RIGHT: CodeLike = ("24028007", "SCT", "Right")
SOURCE: CodeLike = ("260753009", "SCT", "Source")
PERCENT: CodeLike = ("%", "UCUM", "Percent")
PROBABILITY: CodeLike = ("111047", "DCM", "Probability of cancer")
CERTAINTY: CodeLike = ("111012", "DCM", "Certainty of Finding")


def code(value: CodeLike) -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value
    return made


def node(relationship: str, kind: str, name: CodeLike | None, *children: Dataset) -> Dataset:
    made = Dataset()
    if relationship:
        made.RelationshipType = relationship
    made.ValueType = kind
    if name is not None:
        made.ConceptNameCodeSequence = Items([code(name)])
    if children:
        made.ContentSequence = Items(children)
    return made


def container(relationship: str, name: CodeLike, *children: Dataset) -> Dataset:
    made = node(relationship, "CONTAINER", name, *children)
    made.ContinuityOfContent = "SEPARATE"
    return made


def coded(relationship: str, name: CodeLike, value: CodeLike, *children: Dataset) -> Dataset:
    made = node(relationship, "CODE", name, *children)
    made.ConceptCodeSequence = Items([code(value)])
    return made


def words(relationship: str, name: CodeLike, text: str) -> Dataset:
    made = node(relationship, "TEXT", name)
    made.TextValue = text
    return made


def number(
    relationship: str, name: CodeLike, value: float | str | None, unit: CodeLike = PERCENT, *children: Dataset
) -> Dataset:
    made, measured = node(relationship, "NUM", name, *children), Dataset()
    measured.MeasurementUnitsCodeSequence = Items([code(unit)])
    if value is not None:
        measured.add_new(0x0040A30A, "DS", str(value))
    made.MeasuredValueSequence = Items([measured] if value is not None else [])
    if value is None:
        made.NumericValueQualifierCodeSequence = Items([code(("114000", "DCM", "Not a number"))])
    return made


def scoord(relationship: str, name: CodeLike, shape: str, points: Sequence[float], *children: Dataset) -> Dataset:
    made = node(relationship, "SCOORD", name, *children)
    made.GraphicType, made.GraphicData = shape, list(points)
    return made


def scoord3d(relationship: str, name: CodeLike, shape: str, points: Sequence[float], frame: str = SPACE) -> Dataset:
    made = node(relationship, "SCOORD3D", name)
    made.GraphicType, made.GraphicData, made.ReferencedFrameOfReferenceUID = shape, list(points), frame
    return made


def image(
    relationship: str, uid: str, *children: Dataset, name: CodeLike | None = None, sop_class: str = MG, **more: Any
) -> Dataset:
    made, named = node(relationship, "IMAGE", name, *children), Dataset()
    named.ReferencedSOPClassUID, named.ReferencedSOPInstanceUID = sop_class, uid
    for keyword, value in more.items():
        setattr(named, keyword, value)
    made.ReferencedSOPSequence = Items([named])
    return made


def reference(relationship: str, *place: int) -> Dataset:
    made = Dataset()
    made.RelationshipType, made.ReferencedContentItemIdentifier = relationship, list(place)
    return made


def report(
    path: Path,
    root: Dataset,
    sop_class: str,
    images: Sequence[str] = ("1.2.3.5.1",),
    image_class: str = MG,
    **more: Any,
) -> Path:
    """A report file with this content tree, naming these images of one series as its evidence."""
    made = Dataset()
    made.update(root)
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID, made.SOPInstanceUID = sop_class, generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = EXAM, generate_uid()
    made.PatientName, made.PatientID, made.PatientBirthDate, made.PatientSex = "Phantom^A", "P1", "", "F"
    made.StudyDate, made.StudyTime, made.StudyID, made.AccessionNumber = "20260101", "120000", "", ""
    made.ReferringPhysicianName, made.Modality, made.SeriesNumber, made.InstanceNumber = "", "SR", 1, 1
    made.ContentDate, made.ContentTime, made.TimezoneOffsetFromUTC = "20260102", "130000", "+0200"
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "UNVERIFIED"
    made.PerformedProcedureCodeSequence, made.ReferencedPerformedProcedureStepSequence = Items([]), Items([])
    made.Manufacturer, made.ManufacturerModelName, made.SoftwareVersions = "Acme", "BreastAid", "3.1"
    made.DeviceSerialNumber = "1"
    made.CurrentRequestedProcedureEvidenceSequence = Items([_evidence(images, image_class)])
    for keyword, value in more.items():
        setattr(made, keyword, value)
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.save_as(path, enforce_file_format=True)
    return path


def _evidence(images: Sequence[str], image_class: str) -> Dataset:
    exam, series, listed = Dataset(), Dataset(), []
    for uid in images:
        each = Dataset()
        each.ReferencedSOPClassUID, each.ReferencedSOPInstanceUID = image_class, uid
        listed.append(each)
    series.SeriesInstanceUID, series.ReferencedSOPSequence = SERIES, Items(listed)
    exam.StudyInstanceUID, exam.ReferencedSeriesSequence = EXAM, Items([series])
    return exam


def group(*children: Dataset) -> Dataset:
    return container("CONTAINS", GROUP, *children)


def measurement_report(path: Path, *groups: Dataset, more: Sequence[Dataset] = (), **elements: Any) -> Path:
    """A TID 1500 report with these measurement groups, and further items of its root."""
    root = container("", REPORT, *more, container("CONTAINS", MEASUREMENTS, *groups))
    return report(path, root, f"{SR}34", **elements)


def region(
    shape: str = "POINT", points: Sequence[float] = (10.5, 20.5), uid: str = "1.2.3.5.1", **more: Any
) -> Dataset:
    """An image region with the image that it was selected from."""
    return scoord("CONTAINS", REGION, shape, points, image("SELECTED FROM", uid, name=SOURCE, **more))


def program(name: str) -> str:
    """The path of another maker's program; skips the test where it is not installed."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found


def complaints(path: Path) -> list[str]:
    """What dicom3tools and DCMTK hold against a report."""
    checked = subprocess.run([program("dciodvfy"), str(path)], capture_output=True, text=True, check=False)
    dumped = subprocess.run([program("dsrdump"), str(path)], capture_output=True, text=True, check=False)
    lines = [line for line in (checked.stdout + checked.stderr).splitlines() if line.startswith("Error")]
    lines = [line for line in lines if "Information Object Not found" not in line]  # it knows no colon CAD
    return lines + [line for line in dumped.stderr.splitlines() if line[:2] in ("E:", "F:")]
