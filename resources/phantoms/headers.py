"""What all phantom exams share as DICOM: patient, exam, series, image, and writing one object to a file.

What belongs here: attributes that no modality owns. What does not: voxels, and attributes of one modality (films,
stacks).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from resources.phantoms.series import phantom_uid

MAX_STORED = 4095


@dataclass(frozen=True, slots=True)
class Exam:
    """One made-up exam: `case` and `seed` decide every UID; `age` in years."""

    case: str
    seed: int
    description: str
    sex: str = "O"
    age: int = 60

    @property
    def uid(self) -> str:
        return phantom_uid("exam", self.seed, self.case)


@dataclass(frozen=True, slots=True)
class Written:
    """An image that was written: which it is, where it lies."""

    path: Path
    sop_uid: str
    series_uid: str


def exam_header(exam: Exam, modality: str, series: str, number: int) -> Dataset:
    """Patient, exam, series and equipment; `series` is the series' description and part of its UID."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = f"PHANTOM^{exam.case}"
    ds.PatientID = f"PHANTOM-{exam.seed:06d}-{exam.case}"
    ds.PatientBirthDate = ""
    ds.PatientSex = exam.sex
    ds.PatientAge = f"{exam.age:03d}Y"
    ds.StudyInstanceUID = exam.uid
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = "20260101"
    ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = ds.ContentTime = "120000"
    ds.ReferringPhysicianName = ds.AccessionNumber = ""
    ds.StudyID = f"{exam.seed % 10**12:d}"
    ds.StudyDescription = f"{exam.description}, computed, no patient"
    ds.Modality = modality
    ds.SeriesInstanceUID = phantom_uid("series", exam.seed, exam.case, series)
    ds.SeriesNumber = number
    ds.SeriesDescription = series
    ds.Manufacturer, ds.ManufacturerModelName, ds.SoftwareVersions = "ReaderLab", "Phantom", "1"
    ds.DeviceSerialNumber = "0"
    return ds


def add_pixels(ds: Dataset, pixels: NDArray[np.uint16]) -> None:
    """Twelve bits of one sample; brighter is higher."""
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.Rows, ds.Columns = pixels.shape
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.BurnedInAnnotation = "NO"
    ds.LossyImageCompression = "00"
    ds.PixelData = np.minimum(pixels, MAX_STORED).astype("<u2").tobytes()
    ds["PixelData"].VR = "OW"


def coded(value: str, scheme: str, meaning: str) -> Dataset:
    ds = Dataset()
    ds.CodeValue, ds.CodingSchemeDesignator, ds.CodeMeaning = value, scheme, meaning
    return ds


def save(ds: Dataset, sop_class: UID, sop_uid: str, path: Path) -> Written:
    """Write one object; the same object gives the same bytes."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, sop_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = phantom_uid("implementation")
    meta.ImplementationVersionName = "READERLAB"
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, sop_uid
    FileDataset("", ds, file_meta=meta, preamble=b"\0" * 128).save_as(path, enforce_file_format=True)
    return Written(path, sop_uid, ds.SeriesInstanceUID)
