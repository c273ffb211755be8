import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.windows.test_pattern import FAINT, FIVE_PERCENT, PatternWindow, pattern, step_boxes, step_levels


@settings(max_examples=25, deadline=None)
@given(st.integers(320, 2600), st.integers(320, 2100))
def test_that_every_step_has_its_level_and_its_two_faint_squares(width, height):
    made = pattern(width, height)
    for level, (left, top, side) in zip(step_levels(), step_boxes(width, height), strict=True):
        step = made[top : top + side, left : left + side]
        values, counts = np.unique(step, return_counts=True)
        assert values[counts.argmax()] == level
        assert set(values) == {level, min(255, level + FAINT), max(0, level - FAINT)}
    assert step_levels()[0] == 0
    assert step_levels()[-1] == 255
    assert len(step_levels()) == 18


def test_that_all_grey_levels_five_percents_and_line_pairs_are_there():
    made = pattern(1920, 1200)
    assert len(np.unique(made)) == 256
    assert (made == FIVE_PERCENT).sum() > 1000
    assert (made == 255 - FIVE_PERCENT).sum() > 1000
    unit = 100
    block = made[2 * unit : 2 * unit + 90, unit // 2 : unit // 2 + 90].astype(int)
    assert (np.abs(np.diff(block, axis=1)) == 255).all()  # one pixel black, one white, and so on
    assert (np.diff(block, axis=0) == 0).all()
    assert (made[0] == 255).all()
    assert (made[-1] == 255).all()


def test_that_any_key_closes_it(qtbot):
    window = PatternWindow()
    qtbot.addWidget(window)
    window.resize(400, 400)
    window.show()
    with qtbot.waitSignal(window.closed):
        qtbot.keyClick(window, "x")
    assert not window.isVisible()


SCALED = """
import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from app.windows.test_pattern import PatternWindow, pattern
app = QApplication([])
window = PatternWindow()
window.resize(480, 400)
window.show()
image = window.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
seen = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())[:, : image.width()]
print(window.devicePixelRatioF(), np.array_equal(seen, pattern(image.width(), image.height())), image.width())
"""


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_that_a_pattern_pixel_is_a_device_pixel_at_any_scale(scale):
    run = subprocess.run(
        [sys.executable, "-c", SCALED],
        env={**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert run.stdout.split() == [str(float(scale)), "True", str(round(480 * float(scale)))]
