"""Where the eye rested, over a replayed image: seen from its place, from its first moment on."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from app.windows.gaze.rest_painter import paint_rest


def _painted(ms: float) -> QImage:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_rest(painter, QPointF(50, 50), ms)
    painter.end()
    return image


def _width(image: QImage) -> int:
    return sum(image.pixelColor(x, 50).value() > 0 for x in range(100))


def test_that_a_longer_rest_is_a_larger_disc_about_its_place(qapp):
    short, long = _painted(100), _painted(400)
    assert 15 <= _width(short) <= 22
    assert 33 <= _width(long) <= 42
    assert short.pixelColor(50, 50).value() > 0
    assert short.pixelColor(50, 80).value() == 0
