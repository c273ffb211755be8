"""Screens: their size in mm, and viewports on screens of another scale."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize, QSizeF

from viewers.screens import px_per_mm, screen_id, set_measured


def screen(width_mm, height_mm, width=1920, height=1200):
    return SimpleNamespace(
        manufacturer=lambda: "EIZO", model=lambda: "RX", serialNumber=lambda: "7", name=lambda: "DP-1",
        physicalSize=lambda: QSizeF(width_mm, height_mm), size=lambda: QSize(width, height),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_measured():
    set_measured({})
    yield
    set_measured({})


def test_that_a_screen_that_knows_its_size_is_believed():
    assert px_per_mm(screen(480, 300)) == pytest.approx(4.0)


@pytest.mark.parametrize(("width", "height"), [(0, 0), (16, 9), (160, 90), (9000, 5000), (480, 480)])
def test_that_a_screen_that_tells_nonsense_is_not(width, height):
    assert px_per_mm(screen(width, height)) is None
    assert px_per_mm(None) is None


def test_that_what_people_measure_goes_before():
    set_measured({screen_id(screen(0, 0)): 5.5})
    assert px_per_mm(screen(0, 0)) == 5.5


SCALED = """
import numpy as np
from dataclasses import replace
from pathlib import Path
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from viewers.viewport import Viewport
from viewers.volume import Instance, SeriesHeader, Volume, Window
values = np.random.default_rng(1).integers(0, 256, (1, 90, 90)).astype(np.uint8)
header = SeriesHeader("1", "1", "OT", "", 1, "", "", 90, 90, 1, 8, False, "MONOCHROME2", (Instance(Path("x"), "1"),),
                      None, (1.0, 1.0), 1.0)
app = QApplication([])
viewport = Viewport()
viewport.resize(200, 200)
viewport.show()
viewport.set_annotations_shown(False)
viewport.show_volume(Volume(header, values, np.ones(1, bool)))
viewport.perform("zoom.one_to_one")
viewport.set_view(replace(viewport.view, window=Window(127.5, 255, "linear_exact")))
image = viewport.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
seen = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())[:, : image.width()]
ratio = viewport.devicePixelRatioF()
left = round(viewport.width() * ratio / 2 - 45)
inside = seen[left : left + 90, left : left + 90].astype(int)
print(ratio, int(np.abs(inside - values[0]).max()))
"""


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_that_one_to_one_is_a_device_pixel_for_each_image_pixel_at_any_scale(scale):
    run = subprocess.run(
        [sys.executable, "-c", SCALED],
        env={**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    ratio, worst = run.stdout.split()
    assert float(ratio) == float(scale)
    assert int(worst) <= 1
