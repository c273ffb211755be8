"""How long the window stands still while compressed images load: the largest gap between ticks of a 1 ms timer.

What belongs here: one claim with its figures. What does not: decoding rates (decode_series).
The peer decodes the same files with pydicom in a thread of the process that has the window.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import pydicom

from benchmarks.load_series import write_series
from benchmarks.series_files import phantom_slices, write_compressed, write_mammogram
from benchmarks.window import figures

REPEATS = 5
GOAL_MS = 30.0
Row = dict[str, object]


def measure() -> list[Row]:
    """The rows for the bench table: medians of REPEATS runs, each in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folders = {
            "JPEG 2000 series, 128 × 512²": Path(name) / "series",
            "JPEG 2000 mammogram, 13.6 megapixels": Path(name) / "mammogram",
            "plain CT, 400 × 512²": Path(name) / "plain",
        }
        write_compressed(Path(name) / "series", "JPEG 2000", phantom_slices(), 128)
        write_mammogram(Path(name) / "mammogram")
        (Path(name) / "plain").mkdir()
        write_series(Path(name) / "plain")
        return [_measured(label, folder) for label, folder in folders.items()]


def _measured(label: str, folder: Path) -> Row:
    runs = [figures(folder, scrolls=0 if "mammogram" in label else 20) for _ in range(REPEATS)]
    peer_ms = 0.0 if "plain" in label else stall_of_pydicom(folder)
    return _row(label, runs, peer_ms)


def stall_of_pydicom(folder: Path) -> float:
    """The largest gap between ticks of this thread while another one decodes the first files, in ms."""
    paths = sorted(folder.iterdir())[:8]
    decoding = threading.Thread(target=lambda: [pydicom.dcmread(path).pixel_array for path in paths])
    decoding.start()
    last, largest = time.perf_counter(), 0.0
    while decoding.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        last, largest = now, max(largest, now - last)
    return largest * 1000


def _row(label: str, runs: list[dict[str, Any]], peer_ms: float) -> Row:
    ours = statistics.median(run["stall_ms"] for run in runs)
    return {
        "name": f"largest stall of the window while loading: {label}",
        "ours": round(ours, 1),
        "peer": round(peer_ms, 1),
        "peer_name": "pydicom in a thread" if peer_ms else "none",
        "ratio": round(ours / peer_ms, 3) if peer_ms else 0.0,
        "unit": "ms",
        "goal": f"<= {GOAL_MS:g} ms",
        "holds": ours <= GOAL_MS,
        "less_other_programs": round(statistics.median(run["stall_of_ours_ms"] for run in runs), 1),
        "worst": round(max(run["stall_ms"] for run in runs), 1),
        "first_image_ms": round(statistics.median(run["first_ms"] for run in runs), 1),
    }


if __name__ == "__main__":
    for row in measure():
        print(row)
