"""DICOM files made for these tests with pydicom, and the shared real ones where they are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

SHARED = Path(__file__).resolve().parents[4] / "shared" / "dicom"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the shared DICOM files are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def manifest(shared: Path) -> list[dict[str, str]]:
    with (shared / "MANIFEST.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def slice_of() -> Callable[..., Dataset]:
    """One CT slice as a data set; keywords set or (with None) remove elements."""
    return _slice_of


def _slice_of(pixels: NDArray[np.generic], **elements: object) -> Dataset:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = CTImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.Modality, data.SeriesInstanceUID, data.StudyInstanceUID = "CT", "1.2.3.4", "1.2.3"
    data.FrameOfReferenceUID, data.PatientID, data.SeriesDescription = "1.2.3.9", "P1", "Thin"
    data.ImageOrientationPatient, data.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, 0]
    data.PixelSpacing, data.SliceThickness, data.InstanceNumber = [0.7, 0.5], 1, 1
    data.RescaleSlope, data.RescaleIntercept = 1, -1024
    describe_pixels(data, pixels)
    for name, value in elements.items():
        if value is None:
            delattr(data, name)
        else:
            setattr(data, name, value)
    return data


def describe_pixels(data: Dataset, pixels: NDArray[np.generic]) -> None:
    data.Rows, data.Columns = pixels.shape[-2:] if pixels.shape[-1] != 3 else pixels.shape[-3:-1]
    data.SamplesPerPixel = 3 if pixels.shape[-1] == 3 else 1
    data.PhotometricInterpretation = "RGB" if data.SamplesPerPixel == 3 else "MONOCHROME2"
    if data.SamplesPerPixel == 3:
        data.PlanarConfiguration = 0
    data.BitsAllocated = data.BitsStored = pixels.dtype.itemsize * 8
    data.HighBit, data.PixelRepresentation = data.BitsStored - 1, int(pixels.dtype.kind == "i")
    data.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)


@pytest.fixture
def series(tmp_path: Path, slice_of: Callable[..., Dataset]) -> Callable[..., Path]:
    """Writes slices at positions along the normal into a folder, in a shuffled file order."""

    def write(
        count: int = 8, orientation: tuple[float, ...] = (1, 0, 0, 0, 1, 0), step: tuple[float, ...] = (0, 0, 2.5)
    ) -> Path:
        rng = np.random.default_rng(3)
        for name, index in enumerate(rng.permutation(count)):
            pixels = np.full((6, 5), index, np.int16)
            position = [float(s) * int(index) for s in step]
            data = slice_of(pixels, ImagePositionPatient=position, ImageOrientationPatient=list(orientation))
            data.InstanceNumber = name + 1
            data.save_as(tmp_path / f"{name}.dcm", enforce_file_format=True)
        return tmp_path

    return write


@pytest.fixture(scope="session", autouse=True)
def no_children_left() -> Iterator[None]:
    yield
    from viewers.dicom import sandbox

    sandbox._pool.close()
