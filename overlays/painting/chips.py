"""Small dark plates with a line of text, and the pens that draw over anatomy.

What belongs here: how text and lines stay legible on bright and dark images. What does not: what they say and where
they belong (marks, words, painter).
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QPainter, QPainterPath, QPen

from overlays.painting.scene import Picture, Scene

SMALLEST_TEXT_PX = 11
PLATE = QColor(16, 18, 20, 205)
INK = QColor(232, 234, 237)
HALO = QColor(0, 0, 0, 150)
CHOSEN_HALO = QColor(255, 255, 255, 220)
CHOSEN_MORE = 1.0  # logical pixels by which a chosen finding's line is wider
PADDING_PX = 5


class Chip:
    """A line of text on a dark rounded plate; `at` is its left (or its middle) at mid-height; kept in the viewport."""

    def __init__(self, text: str, at: QPointF, scene: Scene, *, centred: bool = False, ink: QColor = INK) -> None:
        metrics = QFontMetricsF(scene.font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(20.0, scene.screen.width - 4 * PADDING_PX))
        width, height = metrics.horizontalAdvance(text) + 2 * PADDING_PX, metrics.height() + 3
        left, top = at.x() - (width / 2 if centred else 0), at.y() - height / 2
        left = min(max(left, 2.0), max(2.0, scene.screen.width - width - 2))
        top = min(max(top, 2.0), max(2.0, scene.screen.height - height - 2))
        self.plate = QRectF(left, top, width, height)
        self._text, self._ink, self._scene = text, ink, scene

    def picture(self) -> Picture | None:
        return self._scene.picture(self.plate.adjusted(-1, -1, 1, 1), self.draw)

    def draw(self, qpainter: QPainter) -> None:
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        qpainter.setPen(Qt.PenStyle.NoPen)
        qpainter.setBrush(PLATE)
        qpainter.drawRoundedRect(self.plate, 3, 3)
        qpainter.setPen(self._ink)
        qpainter.drawText(self.plate, Qt.AlignmentFlag.AlignCenter, self._text)


def stroke(qpainter: QPainter, path: QPainterPath, colour: QColor, width: float, *, chosen: bool = False) -> None:
    """A coloured line on a dark one, so that it shows on bright and dark anatomy alike; a chosen one also on white."""
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    qpainter.setBrush(Qt.BrushStyle.NoBrush)
    wide = width + (CHOSEN_MORE if chosen else 0)
    pens = [QPen(HALO, wide + 2), QPen(colour, wide)]
    if chosen:
        pens = [QPen(HALO, wide + 5), QPen(CHOSEN_HALO, wide + 3), QPen(QColor(0, 0, 0), wide + 1.2), pens[1]]
    for pen in pens:
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        qpainter.setPen(pen)
        qpainter.drawPath(path)


def reach(path: QPainterPath, width: float) -> QRectF:
    """What a stroke of that width covers with all that lies around it."""
    around = (width + CHOSEN_MORE) / 2 + 4
    return path.boundingRect().adjusted(-around, -around, around, around)


def smaller(font: QFont) -> QFont:
    """The application's type, a little smaller: what stands over images is quieter than what stands beside them."""
    small = QFont(font)
    small.setPixelSize(max(SMALLEST_TEXT_PX, QFontInfo(font).pixelSize() - 1))
    return small
