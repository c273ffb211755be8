"""From the start of the process to its window and to the first painted image: ours against the least that Qt can do.

What belongs here: one claim with its figures. What does not: what happens after the first image.
Each run is a process of its own; both sides report CLOCK_MONOTONIC at the end of the paint event.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.load_series import write_series

SLICES = 240
REPEATS = 5
WINDOW_GOAL_S, IMAGE_GOAL_S = 1.0, 1.3
Row = dict[str, object]
Times = tuple[float, float]  # to the window, to the image

OURS = """
import sys, time
from PySide6.QtCore import QEvent, QObject
from app.assembling import running as composition
from app.cli import app
show = composition._show
class Watch(QObject):
    def eventFilter(self, widget, event):
        if event.type() == QEvent.Type.Paint:
            print("window", time.monotonic(), flush=True)
            widget.removeEventFilter(self)
        return False
watch = Watch()
def watched(window, plan):
    window.installEventFilter(watch)
    window.page_shown.connect(lambda name: name == "room" and window.room.case_painted.connect(painted))
    def painted(case):
        print("painted", time.monotonic(), flush=True)
        window.close()
    show(window, plan)
composition._show = watched
app(["run", "--cases", sys.argv[1], "--reader", "bench", "--store", sys.argv[2]])
"""
VIEW = """
import sys, time
from PySide6.QtCore import QEvent, QObject
from app.windows import viewer
from app.cli import app
class Watch(QObject):
    def eventFilter(self, widget, event):
        if event.type() == QEvent.Type.Paint:
            print("window", time.monotonic(), flush=True)
            widget.removeEventFilter(self)
        return False
watch = Watch()
class Watched(viewer.ViewerWindow):
    def __init__(self, *given):
        super().__init__(*given)
        self.installEventFilter(watch)
        self.first_painted.connect(self.painted)
    def painted(self):
        print("painted", time.monotonic(), flush=True)
        self.close()
viewer.ViewerWindow = Watched
app(["view", sys.argv[1]])
"""
PEER = """
import sys, time
from pathlib import Path
import numpy as np
import pydicom
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
class Picture(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        painter.drawImage(self.rect(), image)
        painter.end()
        print("window", time.monotonic(), flush=True)
        print("painted", time.monotonic(), flush=True)
        QTimer.singleShot(0, application.quit)
application = QApplication([])
files = sorted(Path(sys.argv[1]).rglob("*.dcm"))
data = pydicom.dcmread(files[len(files) // 2])
values = data.pixel_array * float(data.get("RescaleSlope", 1)) + float(data.get("RescaleIntercept", 0))
grey = np.clip((values + 1350) / 1500 * 255, 0, 255).astype(np.uint8)
image = QImage(grey.data, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8)
widget = Picture()
widget.resize(1000, 800)
widget.show()
application.exec()
"""


def measure() -> list[Row]:
    """The rows for the bench table: medians, after one run of each that fills the disk cache and writes bytecode."""
    with tempfile.TemporaryDirectory() as name:
        cases = Path(name) / "cases"
        (cases / "case").mkdir(parents=True)
        write_series(cases / "case", SLICES)
        ours, view, peer = list[Times](), list[Times](), list[Times]()
        for run in range(REPEATS + 1):
            store = Path(name) / f"store-{run}" / "readerlab.sqlite"
            taken = (_seconds(OURS, str(cases), str(store)), _seconds(VIEW, str(cases)), _seconds(PEER, str(cases)))
            if run:
                for times, each in zip((ours, view, peer), taken, strict=True):
                    times.append(each)
    return [*_rows("a study", ours, peer), *_rows("the plain viewer", view, peer)]


def _rows(of: str, ours: list[Times], peer: list[Times]) -> list[Row]:
    windows, images = zip(*ours, strict=True)
    peer_windows, peer_images = zip(*peer, strict=True)
    return [
        _row(f"the main window of {of}", windows, peer_windows, WINDOW_GOAL_S),
        _row(f"the first painted image of {of}, {SLICES}-slice CT", images, peer_images, IMAGE_GOAL_S),
    ]


def _row(what: str, ours: Sequence[float], peer: Sequence[float], goal_s: float) -> Row:
    our_s, peer_s = statistics.median(ours), statistics.median(peer)
    return {
        "name": f"cold start to {what}",
        "ours": round(our_s, 3),
        "peer": round(peer_s, 3),
        "peer_name": "PySide6 and pydicom, one image, no study, no store",
        "ratio": round(our_s / peer_s, 2),
        "unit": "s",
        "goal": f"<= {goal_s:g} s",
        "holds": our_s <= goal_s,
        "ours_best": round(min(ours), 3),
    }


def _seconds(program: str, *arguments: str) -> Times:
    """From the moment of starting the process until it says that its window and its image are painted."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    said = dict(line.split() for line in done.stdout.splitlines() if line.startswith(("window", "painted")))
    return float(said["window"]) - began, float(said["painted"]) - began


if __name__ == "__main__":
    print(measure())
