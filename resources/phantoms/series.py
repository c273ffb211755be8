"""Phantom exams as DICOM: CT Image Storage, one file a slice, explicit little endian.

What belongs here: attributes and files. What does not: voxels.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

if TYPE_CHECKING:
    from resources.phantoms.chest_ct import PhantomExam

INTERCEPT = -1024


def phantom_uid(*parts: object) -> str:
    """A UID under 2.25 (PS3.5 B.2) that depends on the parts alone."""
    digest = hashlib.sha256("|".join(["ReaderLab phantom", *map(str, parts)]).encode()).digest()
    number = int.from_bytes(digest[:16], "big")
    return f"2.25.{number & ~(0xF << 76) & ~(0x3 << 62) | (0x8 << 76) | (0x2 << 62)}"


def write_series(exam: PhantomExam, folder: Path, *, case: str) -> list[Path]:
    """Write the exam as one series into `folder` (made where absent) and return the files, feet first.

    The same exam and case give the same bytes. Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    common = _common(exam, case)
    paths = []
    for index in range(exam.hu.shape[0]):
        path = folder / f"{index + 1:04d}.dcm"
        _slice(exam, common, case, index).save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def _common(exam: PhantomExam, case: str) -> Dataset:
    """What all slices share."""
    ds = Dataset()
    _patient_and_exam(ds, exam, case)
    _series(ds, exam, case)
    _image(ds, exam)
    return ds


def _patient_and_exam(ds: Dataset, exam: PhantomExam, case: str) -> None:
    number = f"{exam.seed:06d}"
    ds.PatientName = f"PHANTOM^{case}"
    ds.PatientID = f"PHANTOM-{number}"
    ds.PatientBirthDate = ""
    ds.PatientSex = "O"
    ds.StudyInstanceUID = phantom_uid("exam", exam.seed, case)
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = "20260101"
    ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = ds.ContentTime = "120000"
    ds.ReferringPhysicianName = ""
    ds.StudyID = number
    ds.AccessionNumber = ""
    ds.StudyDescription = "Phantom chest CT, computed, no patient"


def _series(ds: Dataset, exam: PhantomExam, case: str) -> None:
    ds.Modality = "CT"
    ds.SeriesInstanceUID = phantom_uid("series", exam.seed, case)
    ds.SeriesNumber = 2
    ds.SeriesDescription = "Chest phantom, axial"
    ds.BodyPartExamined = "CHEST"
    ds.PatientPosition = "HFS"
    ds.FrameOfReferenceUID = phantom_uid("frame of reference", exam.seed, case)
    ds.PositionReferenceIndicator = ""
    ds.Manufacturer = "ReaderLab"
    ds.ManufacturerModelName = "Chest phantom"
    ds.SoftwareVersions = "1"
    ds.Laterality = None
    del ds.Laterality
    if exam.contrast:
        ds.ContrastBolusAgent = "simulated"


def _image(ds: Dataset, exam: PhantomExam) -> None:
    ds.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    ds.AcquisitionNumber = 1
    ds.DerivationDescription = "Computed phantom, not acquired"
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.Rows, ds.Columns = exam.hu.shape[1:]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = str(INTERCEPT), "1", "HU"
    ds.WindowCenter, ds.WindowWidth = ["-600", "40"], ["1500", "400"]
    ds.WindowCenterWidthExplanation = ["LUNG", "MEDIASTINUM"]
    ds.KVP = "120"
    ds.PixelSpacing = [f"{exam.affine[1, 1]:.4f}", f"{exam.affine[0, 0]:.4f}"]
    ds.SliceThickness = f"{exam.affine[2, 2]:.4f}"
    ds.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    ds.BurnedInAnnotation = "NO"
    ds.LossyImageCompression = "00"


def _slice(exam: PhantomExam, common: Dataset, case: str, index: int) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = phantom_uid("instance", exam.seed, case, index)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = phantom_uid("implementation")
    meta.ImplementationVersionName = "READERLAB"
    ds = FileDataset("", common, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
    ds.InstanceNumber = index + 1
    position = exam.affine @ np.array([0, 0, index, 1.0])
    ds.ImagePositionPatient = [f"{value:.4f}" for value in position[:3]]
    ds.SliceLocation = f"{position[2]:.4f}"
    ds.PixelData = (exam.hu[index] - INTERCEPT).clip(0, 4095).astype("<u2").tobytes()
    ds["PixelData"].VR = "OW"
    return ds
