"""Small dark plates with a line of text, and the pens that draw over anatomy.

What belongs here: how text and lines stay legible on bright and dark images. What does not: what they say and where
they belong (marks, words, painter).
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from overlays.painting.scene import Picture, Scene

SMALLEST_TEXT_PX = 11
PLATE = QColor(16, 18, 20, 205)
INK = QColor(232, 234, 237)
HALO = QColor(0, 0, 0, 150)
CHOSEN_HALO = QColor(255, 255, 255, 220)
CHOSEN_MORE = 1.0  # logical pixels by which a chosen finding's line is wider
PADDING_PX = 5


class Chip:
    """A line of text on a dark rounded plate; `at` is its left (or its middle) at mid-height; kept in the viewport.

    It begins at whole device pixels, so that all chips of one text are one picture.
    """

    def __init__(
        self,
        text: str,
        at: QPointF,
        scene: Scene,
        *,
        centred: bool = False,
        ink: QColor = INK,
        most_px: float | None = None,
    ) -> None:
        dpr = scene.screen.dpr
        self._image = plate(text, ink.rgba(), scene.font_key, dpr, int(most_px or scene.screen.width))
        width, height = self._image.width() / dpr, self._image.height() / dpr
        left, top = at.x() - (width / 2 if centred else 0), at.y() - height / 2
        left = min(max(left, 2.0), max(2.0, scene.screen.width - width - 2))
        top = min(max(top, 2.0), max(2.0, scene.screen.height - height - 2))
        self._x, self._y = round(left * dpr), round(top * dpr)
        self.place = QRectF(self._x / dpr, self._y / dpr, width, height)

    def picture(self) -> Picture:
        return Picture(self._image, self._x, self._y)


@lru_cache(maxsize=4096)  # of a few kilobytes each
def plate(text: str, ink: int, font_key: str, dpr: float, most_px: int) -> QImage:
    """The picture of a chip, no wider than `most_px` logical pixels; scores and steps stand at the end of a text."""
    font = QFont()
    font.fromString(font_key)
    metrics = QFontMetricsF(font)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(20.0, most_px - 4 * PADDING_PX))
    width, height = ceil(metrics.horizontalAdvance(text)) + 2 * PADDING_PX, ceil(metrics.height()) + 3
    image = QImage(ceil(width * dpr), ceil(height * dpr), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as qpainter:
        qpainter.setFont(font)
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        qpainter.setPen(Qt.PenStyle.NoPen)
        qpainter.setBrush(PLATE)
        area = QRectF(0, 0, width, height)
        qpainter.drawRoundedRect(area, 3, 3)
        qpainter.setPen(QColor.fromRgba(ink))
        qpainter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    return image


def frame(area: QRectF, colour: QColor, width: float, dpr: float) -> Picture:
    """An upright rectangle's line on a dark one, along whole device pixels: crisp, and quicker than a path."""
    thick, dark = max(1, round(width * dpr)), max(1, round(dpr))
    left, top = round(area.left() * dpr), round(area.top() * dpr)
    right, bottom = round(area.right() * dpr), round(area.bottom() * dpr)
    image = frame_image(right - left, bottom - top, thick, dark, colour.rgb(), dpr)
    return Picture(image, left - thick // 2 - dark, top - thick // 2 - dark)


@lru_cache(maxsize=1024)
def frame_image(width: int, height: int, thick: int, dark: int, ink: int, dpr: float) -> QImage:
    """The picture of a frame around so many device pixels; boxes of one size share it."""
    columns, rows = width + thick + 2 * dark, height + thick + 2 * dark
    image = QImage(columns, rows, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(dpr)
    words = np.frombuffer(image.bits(), np.uint32).reshape(rows, columns)  # its lines have no gaps between them
    for inset, word in (
        (0, HALO.alpha() << 24),
        (dark, ink),
        (dark + thick, HALO.alpha() << 24),
        (2 * dark + thick, 0),
    ):
        words[inset : rows - inset, inset : columns - inset] = word
    return image


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
