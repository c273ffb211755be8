"""A segmentation of 400 slices of 512² and 10 segments from file to the painted frame, against highdicom to the array.

What belongs here: reading, placing over the images' series, and the first frame of a fill with contours in a real
window. What does not: reading alone against other readers, and memory (segmentation); later frames (layers).
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from benchmarks.draw import Figure, wait_for_windows
from benchmarks.segmentation import (
    MEMORY_AT_HAND,
    SEGMENTS,
    SIZE,
    SLICES,
    ct_images,
    organs,
    read_result,
    read_with_highdicom,
    write_segmentation,
)
from overlays.layers.layer import Layer
from overlays.painting.painter import LayerPainter
from overlays.placing.results import placed
from study_configs.problem import ProgramError
from viewers.dicom.scan import scan
from viewers.viewport import Viewport
from viewers.volume import SeriesHeader, Volume

VIEWPORT = (1000, 1000)
REPEATS, GOAL_MS = 5, 1200.0
LAYERS = (
    Layer("organs", "ai", "fill", "Organs", opacity=0.4),
    Layer("contours", "ai", "contour", "Contours", width=1.5),
)


def measure() -> list[Figure]:
    """Medians of REPEATS runs by turns, files in the page cache."""
    _app = QApplication.instance() or QApplication([])  # kept, or Qt goes with it
    with tempfile.TemporaryDirectory() as name:
        path, images = Path(name) / "seg.dcm", ct_images()
        write_segmentation(path, organs(), images)
        header = header_of(images, Path(name) / "images")
        viewport = empty_viewport(header)
        ours, theirs = [], []
        for _ in range(REPEATS):
            ours.append(timed_ms(lambda: show(path, header, viewport)))
            theirs.append(timed_ms(lambda: read_with_highdicom(path)))
        viewport.close()
    our_ms, peer_ms = (statistics.median(times) for times in (ours, theirs))
    return [
        {
            "name": f"{SLICES} × {SIZE}² SEG, {SEGMENTS} segments, file to painted ({QGuiApplication.platformName()})",
            "ours": round(our_ms, 1),
            "peer": round(peer_ms, 1),
            "peer_name": "highdicom to the array",
            "ratio": round(our_ms / peer_ms, 3),
            "unit": "ms",
            "goal": f"<= {GOAL_MS:g} ms and >= 3 × faster",
            "holds": our_ms <= GOAL_MS and peer_ms >= 3 * our_ms,
        }
    ]


def header_of(images: list[Dataset], folder: Path) -> SeriesHeader:
    """The series that the segmentation is of, as the workstation understands it."""
    folder.mkdir()
    for number, image in enumerate(images):
        image.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    [header] = scan(folder).series
    return header


def empty_viewport(header: SeriesHeader) -> Viewport:
    viewport = Viewport()
    viewport.resize(*VIEWPORT)
    viewport.show()
    stored = np.zeros((header.frames, header.rows, header.columns), np.int16)
    viewport.show_volume(Volume(header, stored, np.ones(header.frames, bool)))
    wait_for_windows()
    return viewport


def show(path: Path, header: SeriesHeader, viewport: Viewport) -> None:
    """Read, place, paint. Raises ProgramError unless every segment is on the screen."""
    result = replace(placed(read_result(path), (header,)).result, ai="ai")
    painter = LayerPainter((result,), LAYERS)
    viewport.set_overlay_painter(painter)
    viewport.repaint()
    if len(painter.painted) < 2 * SEGMENTS:
        raise ProgramError(f"Only {len(painter.painted)} elements are painted.")


def timed_ms(job: Callable[[], object]) -> float:
    np.ones(MEMORY_AT_HAND)  # freed at once: whoever comes first would pay for getting it from the machine
    started = time.perf_counter()
    job()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for line in measure():
        print(json.dumps(line, ensure_ascii=False))
