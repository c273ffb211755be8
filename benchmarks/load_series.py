"""A 400-slice CT series from a warm disk into memory: ours against raw reads of the same bytes and other readers.

What belongs here: one claim with its figures. What does not: correctness (tests/viewers/dicom).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from benchmarks.window import figures
from viewers.dicom.load import load
from viewers.dicom.scan import first_image, scan

SLICES, SIZE = 400, 512
REPEATS = 7
MEMORY_AT_HAND = 40_000_000  # numbers of 8 bytes: more than any job takes
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


def read_raw_twice_as_wide(folder: Path, total: int) -> NDArray[np.uint8]:
    """The same with two threads, half of the files each."""
    target = np.empty(total, np.uint8)
    paths = sorted(entry.path for entry in os.scandir(folder))
    size = total // len(paths)

    def read(first: int, last: int) -> None:
        for index in range(first, last):
            descriptor = os.open(paths[index], os.O_RDONLY)
            os.preadv(descriptor, [memoryview(target)[index * size : (index + 1) * size]], 0)
            os.close(descriptor)

    half = len(paths) // 2
    threads = [threading.Thread(target=read, args=part) for part in ((0, half), (half, len(paths)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return target


class Peer:
    """A reader in a process of its own, which reads the folder again whenever it is asked."""

    def __init__(self, python: str, folder: Path, kind: str) -> None:
        script = Path(__file__).parent / "peers" / "vtk_read.py"
        self._process = subprocess.Popen(
            [python, str(script), str(folder), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.is_there = self._answer() == "ready"

    def _answer(self) -> str:
        assert self._process.stdout is not None  # as it was made
        return self._process.stdout.readline().strip()

    def read_ms(self) -> float:
        assert self._process.stdin is not None  # as it was made
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return float(self._answer())

    def close(self) -> None:
        self._process.communicate()


def measure() -> list[Row]:
    """The rows for the bench table; times are medians of REPEATS alternating runs, files in the page cache.

    VTK is measured where READERLAB_PEERS is a Python that has it.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_series(folder)
        total = sum(path.stat().st_size for path in folder.iterdir())
        jobs: dict[str, Callable[[], object]] = {
            "raw": lambda: read_raw(folder, total),
            "ours": lambda: load_ours(folder),
            "raw, 2 threads": lambda: read_raw_twice_as_wide(folder, total),
            "pydicom": lambda: load_with_pydicom(folder),
            "scan": lambda: scan(folder),
            "first": lambda: first_image(folder),
        }
        same = np.array_equal(load_ours(folder), load_with_pydicom(folder))
        peers = {"simpleitk": Peer(sys.executable, folder, "simpleitk")}
        peers["vtk"] = Peer(os.environ.get("READERLAB_PEERS", sys.executable), folder, "vtk")
        times = _alternate(jobs, {kind: peer for kind, peer in peers.items() if peer.is_there})
        for peer in peers.values():
            peer.close()
        first_ms = statistics.median(figures(folder, look_every_ms=20)["first_ms"] for _ in range(REPEATS))
    return _rows(times, first_ms, same=same)


def _turned(jobs: dict[str, Callable[[], object]], turn: int) -> list[tuple[str, Callable[[], object]]]:
    """The jobs, a different one first each time."""
    listed = list(jobs.items())
    return listed[turn % len(listed) :] + listed[: turn % len(listed)]


def _alternate(jobs: dict[str, Callable[[], object]], peers: dict[str, Peer]) -> dict[str, float]:
    seen: dict[str, list[float]] = {name: [] for name in (*jobs, *peers)}
    for turn in range(REPEATS):
        for name, job in _turned(jobs, turn):
            np.ones(MEMORY_AT_HAND)  # freed at once: whoever comes first would pay for getting it from the machine
            started = time.perf_counter()
            result = job()
            seen[name].append((time.perf_counter() - started) * 1000)
            del result
        for name, peer in peers.items():
            seen[name].append(peer.read_ms())
    return {name: statistics.median(values) for name, values in seen.items()}


def _rows(ms: dict[str, float], first_ms: float, *, same: bool) -> list[Row]:
    label = f"{SLICES} × {SIZE}² CT, folder to volume"
    raw_holds = same and ms["ours"] <= 1.5 * ms["raw"]
    rows = [
        _row(
            f"{SLICES} × {SIZE}² CT, folder to painted image", first_ms, 120.0, "budget", "<= 120 ms", first_ms <= 120
        ),
        _row(f"{label}, vs raw", ms["ours"], ms["raw"], "raw read, 1 thread", "<= 1.5 × raw", raw_holds),
        _row(f"{label}, vs raw", ms["ours"], ms["raw, 2 threads"], "raw read, 2 threads", "for comparison", same),
    ]
    for kind, name, times in PEERS:
        goal = f">= {times} × faster"
        if kind in ms:
            holds = same and ms[kind] >= times * ms["ours"]
            rows.append(_row(f"{label}, vs {name}", ms["ours"], ms[kind], name, goal, holds))
        else:
            rows.append(_row(f"{label}, vs {name}", ms["ours"], 0.0, f"{name}: not measured", goal, same))
    return [
        *rows,
        _row(f"{SLICES} CT files, scan", ms["scan"], 300.0, "budget", "<= 300 ms", ms["scan"] <= 300),
        _row("header of the first image", ms["first"], 20.0, "budget", "<= 20 ms", ms["first"] <= 20),
    ]


PEERS = (
    ("pydicom", "pydicom, pixel_array loop", 5),
    ("simpleitk", "SimpleITK ImageSeriesReader", 5),
    ("vtk", "vtkDICOMImageReader", 4),
)


def _row(name: str, ours: float, peer: float, peer_name: str, goal: str, holds: bool) -> Row:
    return {
        "name": name,
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": peer_name,
        "ratio": round(ours / peer, 3) if peer else 0.0,
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
