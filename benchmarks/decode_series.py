"""Compressed CT series into memory by child processes: against the one-thread rate of the fastest codec.

What belongs here: one claim with its figures. What does not: correctness (tests/viewers/dicom).
The peer decodes compressed bytes that lie in memory, with nothing else to do: no files, no headers, no volume.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import gdcm
import imagecodecs
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import get_frame

from benchmarks.series_files import COMPRESSIONS, phantom_slices, write_compressed
from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

SLICES = 64
REPEATS = 5
GOALS = {"JPEG 2000": 1.7, "JPEG-LS": 1.7, "JPEG lossless": 1.7}
Row = dict[str, object]
Decoder = Callable[[bytes], object]

CODECS: dict[str, dict[str, Decoder]] = {
    "JPEG 2000": {"imagecodecs": imagecodecs.jpeg2k_decode},
    "JPEG-LS": {"imagecodecs": imagecodecs.jpegls_decode},
    "JPEG lossless": {"imagecodecs jpeg8": imagecodecs.jpeg8_decode, "imagecodecs ljpeg": imagecodecs.ljpeg_decode},
    "HTJ2K": {"imagecodecs": imagecodecs.htj2k_decode},
    "RLE": {},
}


def measure() -> list[Row]:
    """The rows for the bench table: medians of REPEATS alternating runs over SLICES slices, files in the page cache."""
    images = phantom_slices()
    with tempfile.TemporaryDirectory() as name:
        rows = []
        for kind in COMPRESSIONS:
            folder = Path(name) / kind
            write_compressed(folder, kind, images, SLICES)
            rows.append(_measured(kind, folder, images))
    return rows


def _measured(kind: str, folder: Path, images: list[NDArray[np.uint16]]) -> Row:
    header = scan(folder).series[0]
    same = all(np.array_equal(plane, images[i % len(images)]) for i, plane in enumerate(load(header).stored))
    ours, peers = [], dict[str, list[float]]()
    jobs = _peers(kind, header)
    for _ in range(REPEATS):
        ours.append(_rate(lambda: load(header)))
        for peer, job in jobs.items():
            peers.setdefault(peer, []).append(_rate(job))
    best = max(peers, key=lambda peer: statistics.median(peers[peer]))
    return _row(kind, statistics.median(ours), best, statistics.median(peers[best]), same=same)


def _peers(kind: str, header: SeriesHeader) -> dict[str, Callable[[], object]]:
    paths = [instance.path for instance in header.instances]
    streams = [get_frame(pydicom.dcmread(path).PixelData, 0, number_of_frames=1) for path in paths]
    bare = {
        name: (lambda decode=decode: [decode(stream) for stream in streams]) for name, decode in CODECS[kind].items()
    }
    return {"gdcm, from files": lambda: [_with_gdcm(path) for path in paths], **bare}


def _with_gdcm(path: Path) -> object:
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    if not reader.Read():
        raise RuntimeError(f"gdcm cannot read {path.name}")
    return reader.GetImage().GetBuffer()


def _rate(job: Callable[[], object]) -> float:
    """Slices a second."""
    began = time.perf_counter()
    job()
    return SLICES / (time.perf_counter() - began)


def _row(kind: str, ours: float, peer_name: str, peer: float, *, same: bool) -> Row:
    goal = GOALS.get(kind)
    return {
        "name": f"{kind} series of {SLICES} × 512² CT, files to volume",
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "peer_name": f"{peer_name}, 1 thread",
        "ratio": round(ours / peer, 2),
        "unit": "slices/s",
        "goal": f">= {goal:g} ×" if goal else "same pixels",
        "holds": same and (goal is None or ours >= goal * peer),
    }


if __name__ == "__main__":
    for row in measure():
        print(row)
