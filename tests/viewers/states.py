"""Presentation states made with pydicom for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

GSPS = "1.2.840.10008.5.1.4.1.1.11.1"


def image(path: Path, pixels: np.ndarray, **elements: object) -> Dataset:
    """A grey image of (rows, columns) or (frames, rows, columns) pixels, written to `path`."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = SecondaryCaptureImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID, data.PatientID = "1.2.3", "1.2.3.4", "P1"
    data.StudyDate, data.StudyTime, data.AccessionNumber, data.StudyID = "20260101", "120000", "1", "1"
    data.PatientName, data.PatientBirthDate, data.PatientSex, data.ReferringPhysicianName = (
        "A^B",
        "19600101",
        "O",
        "C^D",
    )
    data.Modality, data.InstanceNumber, data.SeriesNumber = "OT", 1, 1
    data.Rows, data.Columns = pixels.shape[-2:]
    if pixels.ndim == 3:
        data.NumberOfFrames = len(pixels)
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = pixels.dtype.itemsize * 8
    data.BitsStored, data.HighBit = data.BitsAllocated, data.BitsAllocated - 1
    data.PixelRepresentation = int(pixels.dtype.kind == "i")
    data.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    for name, value in elements.items():
        setattr(data, name, value)
    data.save_as(path, enforce_file_format=True)
    return data


def item(**elements: object) -> Dataset:
    """A sequence item."""
    data = Dataset()
    for name, value in elements.items():
        setattr(
            data,
            name,
            Sequence(value) if isinstance(value, list) and value and isinstance(value[0], Dataset) else value,
        )
    return data


def lut(outputs: np.ndarray, first: int = 0, bits: int = 16, vr: str = "US") -> Dataset:
    """An item of any LUT sequence."""
    data = Dataset()
    data.add_new(0x00283002, vr, [len(outputs) % 65_536, first, bits])
    data.LUTExplanation, data.ModalityLUTType = "made up", "US"
    data.add_new(0x00283006, "OW", outputs.astype("<u2").tobytes())
    return data


def state(path: Path, of: Dataset, **elements: object) -> Path:
    """A presentation state for one image, written to `path`; lists of data sets become sequences."""
    data = item(**elements)
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = GSPS
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID, data.PatientID, data.Modality = "1.2.3", "1.2.3.9", "P1", "PR"
    data.StudyDate, data.StudyTime, data.AccessionNumber, data.StudyID = "20260101", "120000", "1", "1"
    data.PatientName, data.PatientBirthDate, data.PatientSex, data.ReferringPhysicianName = (
        "A^B",
        "19600101",
        "O",
        "C^D",
    )
    data.Manufacturer = "Nobody"
    data.InstanceNumber, data.SeriesNumber, data.ContentLabel = 1, 9, "TEST"
    data.ContentDescription, data.ContentCreatorName = "A test", "Doe^Jane"
    data.PresentationCreationDate, data.PresentationCreationTime = "20260101", "120000"
    reference = item(ReferencedSOPClassUID=of.SOPClassUID, ReferencedSOPInstanceUID=of.SOPInstanceUID)
    series = item(SeriesInstanceUID=of.SeriesInstanceUID, ReferencedImageSequence=[reference])
    data.ReferencedSeriesSequence = Sequence([series])
    if "DisplayedAreaSelectionSequence" not in data:
        data.DisplayedAreaSelectionSequence = Sequence([area((1, 1), (of.Columns, of.Rows))])
    if "PresentationLUTSequence" not in data and "PresentationLUTShape" not in data:
        data.PresentationLUTShape = "IDENTITY"
    data.save_as(path, enforce_file_format=True)
    return path


def area(
    top_left: tuple[int, int], bottom_right: tuple[int, int], mode: str = "SCALE TO FIT", **more: object
) -> Dataset:
    """A displayed area; its pixel is square."""
    return item(
        DisplayedAreaTopLeftHandCorner=list(top_left),
        DisplayedAreaBottomRightHandCorner=list(bottom_right),
        PresentationSizeMode=mode,
        PresentationPixelAspectRatio=[1, 1],
        **more,
    )
