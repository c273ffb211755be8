"""From the key that confirms to the next case's painted image, where that case was fetched: ours against a plain load.

What belongs here: one claim with its figures. What does not: fetching itself (load_series).
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pydicom
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.assembling.application import application
from app.assembling.composer import Composer, RunPlan
from app.store.writer import StoreWriter
from app.windows.questions.answer_keys import Slot
from app.windows.workstation import Workstation
from benchmarks.load_series import write_series
from study_configs.study import folder_study

CASES, SLICES = 6, 200
GOAL_MS = 100.0
PATIENCE_S = 60.0
Row = dict[str, object]


def measure() -> list[Row]:
    """The rows for the bench table: the median and the slowest of the changes from case to case."""
    application()
    with tempfile.TemporaryDirectory() as name:
        cases = Path(name) / "cases"
        for number in range(CASES):
            folder = cases / f"case-{number}"
            folder.mkdir(parents=True)
            write_series(folder, SLICES)
        ours = _ours(cases, Path(name) / "store.sqlite")
        peer = [_peer(cases / f"case-{number}") for number in range(1, CASES)]
        shutil.rmtree(cases)
    return [
        _row("median", statistics.median(ours), statistics.median(peer)),
        _row("slowest", max(ours), max(peer)),
    ]


def _row(which: str, ours_ms: float, peer_ms: float) -> Row:
    return {
        "name": f"next case after confirming, to painted image, {which} of {CASES - 1}",
        "ours": round(ours_ms, 1),
        "peer": round(peer_ms, 1),
        "peer_name": "pydicom and QPainter, one image read when asked for",
        "ratio": round(ours_ms / peer_ms, 3),
        "unit": "ms",
        "goal": f"<= {GOAL_MS:g} ms",
        "holds": ours_ms <= GOAL_MS,
    }


def _ours(cases: Path, store: Path) -> list[float]:
    writer = StoreWriter(store)
    composer = Composer(RunPlan(store, "bench"), folder_study(cases), writer, application())
    window = composer.workstation()
    window.resize(1280, 1000)
    window.show()
    window.begin("bench")
    taken = []
    for _ in range(CASES - 1):
        _wait(lambda: window.driver is not None and window.driver.is_reading and not window.driver.busy)
        _wait(lambda: window.desk.next_is_ready)
        taken.append(_confirmed(window))
    window.close()
    composer.close()
    writer.close()
    return taken


def _confirmed(window: Workstation) -> float:
    """Milliseconds from the key to the next case's first paint."""
    room = window.room
    assert room is not None  # begin() made it
    key = room.questions.keys[Slot("normal", "yes")]
    room.grid.setFocus()
    QTest.keyClicks(room.grid, key.lower())
    painted: list[int] = []
    connection = room.case_painted.connect(lambda case: painted.append(time.perf_counter_ns()))
    began = time.perf_counter_ns()
    QTest.keyClick(room.grid, Qt.Key.Key_Return)
    _wait(lambda: bool(painted))
    room.case_painted.disconnect(connection)
    return (painted[0] - began) / 1e6


def _wait(is_so: object) -> None:
    until = time.monotonic() + PATIENCE_S
    app = application()
    while not is_so():  # type: ignore[operator]
        app.processEvents()
        if time.monotonic() > until:
            raise TimeoutError("the next case did not come")


class _Picture(QWidget):
    """Paints one grey image, as little as can be done."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.image is not None:
            painter.drawImage(self.rect(), self.image)
        painter.end()


def _peer(folder: Path) -> float:
    widget = _Picture()
    widget.resize(1000, 900)
    widget.show()
    application().processEvents()
    began = time.perf_counter_ns()
    files = sorted(folder.glob("*.dcm"))
    data = pydicom.dcmread(files[len(files) // 2])
    grey = np.clip((data.pixel_array.astype(np.float32) + 1350) / 1500 * 255, 0, 255).astype(np.uint8)
    widget.image = QImage(grey.data, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8)
    widget.repaint()
    taken = (time.perf_counter_ns() - began) / 1e6
    widget.close()
    return taken


if __name__ == "__main__":
    print(measure())
