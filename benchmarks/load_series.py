"""A 400-slice CT series from a warm disk into memory: ours against raw reads of the same bytes and a pydicom loop.

What belongs here: one claim with its figures. What does not: correctness (tests/viewers/dicom).
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from viewers.dicom.load import load
from viewers.dicom.scan import first_image, scan

SLICES, SIZE = 400, 512
REPEATS = 7
Row = dict[str, object]


def write_series(folder: Path, slices: int = SLICES, size: int = SIZE) -> None:
    """A synthetic axial CT series as valid DICOM files, slices in a file order that is not the order in space."""
    series, exam, frame_of_reference = generate_uid(), generate_uid(), generate_uid()
    noise = np.random.default_rng(1).integers(-1024, 3071, (8, size, size), np.int16)
    for index in range(slices):
        data = ct_slice(index, noise[index % 8], (series, exam, frame_of_reference))
        data.save_as(folder / f"IM{(index * 7) % slices:05d}.dcm", enforce_file_format=True)


def ct_slice(index: int, pixels: NDArray[np.int16], uids: tuple[str, str, str]) -> Dataset:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = CTImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.SeriesInstanceUID, data.StudyInstanceUID, data.FrameOfReferenceUID = uids
    data.update(_identity(index))
    data.update(_image(index, pixels))
    return data


def _identity(index: int) -> Dataset:
    data = Dataset()
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.StudyDate = data.SeriesDate = data.AcquisitionDate = data.ContentDate = "20260101"
    data.StudyTime = data.SeriesTime = data.AcquisitionTime = data.ContentTime = "120000"
    data.AccessionNumber, data.Modality, data.Manufacturer = "1", "CT", "ReaderLab"
    data.StudyDescription, data.SeriesDescription, data.ManufacturerModelName = "Chest", "Thin", "Phantom"
    data.PatientName, data.PatientID, data.PatientBirthDate, data.PatientSex = "Phantom^One", "P1", "19500101", "O"
    data.BodyPartExamined, data.SliceThickness, data.KVP = "CHEST", "1.0", "120"
    data.ConvolutionKernel, data.PatientPosition, data.PositionReferenceIndicator = "B30f", "HFS", ""
    data.StudyID, data.SeriesNumber, data.AcquisitionNumber, data.InstanceNumber = "1", 2, 1, index + 1
    return data


def _image(index: int, pixels: NDArray[np.int16]) -> Dataset:
    data = Dataset()
    data.ImagePositionPatient, data.ImageOrientationPatient = [-180, -180, -200.0 + index], [1, 0, 0, 0, 1, 0]
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows, data.Columns = pixels.shape
    data.PixelSpacing = ["0.7", "0.7"]
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 1
    data.WindowCenter, data.WindowWidth = ["40", "-600"], ["400", "1500"]
    data.RescaleIntercept, data.RescaleSlope, data.RescaleType = "0", "1", "HU"
    data.PixelData = pixels.tobytes()
    return data


def read_raw(folder: Path, total: int) -> NDArray[np.uint8]:
    """Every byte of every file into one array: what no loader can beat with one thread."""
    target = np.empty(total, np.uint8)
    view, at = memoryview(target), 0
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        descriptor = os.open(entry.path, os.O_RDONLY)
        at += os.preadv(descriptor, [view[at:]], 0)
        os.close(descriptor)
    return target


def load_ours(folder: Path) -> NDArray[np.generic]:
    return load(scan(folder).series[0]).stored


def load_with_pydicom(folder: Path) -> NDArray[np.generic]:
    files = [pydicom.dcmread(path) for path in sorted(folder.iterdir())]
    files.sort(key=lambda data: float(data.ImagePositionPatient[2]))
    return np.stack([data.pixel_array for data in files])


def measure() -> list[Row]:
    """The rows for the bench table; times are medians of REPEATS alternating runs, files in the page cache."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_series(folder)
        total = sum(path.stat().st_size for path in folder.iterdir())
        jobs: dict[str, Callable[[], object]] = {
            "raw": lambda: read_raw(folder, total),
            "ours": lambda: load_ours(folder),
            "pydicom": lambda: load_with_pydicom(folder),
            "scan": lambda: scan(folder),
            "first": lambda: first_image(folder),
        }
        same = np.array_equal(load_ours(folder), load_with_pydicom(folder))
        times = _alternate(jobs)
    return _rows(times, same)


def _alternate(jobs: dict[str, Callable[[], object]]) -> dict[str, float]:
    seen: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(REPEATS):
        for name, job in jobs.items():
            started = time.perf_counter()
            result = job()
            seen[name].append((time.perf_counter() - started) * 1000)
            del result
    return {name: statistics.median(values) for name, values in seen.items()}


def _rows(ms: dict[str, float], same: bool) -> list[Row]:
    label = f"{SLICES} × {SIZE}² CT, folder to volume"
    raw_holds, loop_holds = same and ms["ours"] <= 2 * ms["raw"], same and ms["pydicom"] >= 4 * ms["ours"]
    return [
        _row(f"{label}, vs raw", ms["ours"], ms["raw"], "raw read, 1 thread", "<= 2 × raw", raw_holds),
        _row(f"{label}, vs pydicom", ms["ours"], ms["pydicom"], "pixel_array loop", ">= 4 × faster", loop_holds),
        _row(f"{SLICES} CT files, scan", ms["scan"], 300.0, "budget", "<= 300 ms", ms["scan"] <= 300),
        _row("header of the first image", ms["first"], 20.0, "budget", "<= 20 ms", ms["first"] <= 20),
    ]


def _row(name: str, ours: float, peer: float, peer_name: str, goal: str, holds: bool) -> Row:
    return {
        "name": name,
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": peer_name,
        "ratio": round(ours / peer, 3),
        "unit": "ms",
        "goal": goal,
        "holds": holds,
    }


def main() -> None:
    for row in measure():
        print(
            f"{row['name']}: {row['ours']} {row['unit']} against {row['peer']} ({row['peer_name']}), "
            f"goal {row['goal']}: {'holds' if row['holds'] else 'missed'}"
        )


if __name__ == "__main__":
    main()
