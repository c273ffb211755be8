"""The Qt binding itself: a version that drops references to None aborts the program after some thousand calls."""

from __future__ import annotations

import sys

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

CALLS = 20_000


def test_that_many_void_calls_do_not_wear_out_none(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    image = QImage(8, 8, QImage.Format.Format_ARGB32_Premultiplied)
    before = sys.getrefcount(None)
    painter = QPainter(image)
    for _ in range(CALLS):
        painter.drawPoint(1, 1)
        widget.update()
    painter.end()
    lost = before - sys.getrefcount(None)
    assert lost < CALLS / 10
