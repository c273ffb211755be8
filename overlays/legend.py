"""The picture of a heat map's legend: its colour bar with range, threshold, units and the AI's name.

What belongs here: making that picture. What does not: where it goes and when it is made anew (paint).
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from overlays import colour
from overlays.layers import Layer, map_level
from overlays.result import AIMap

WIDTH_PX = 240  # of the picture, mostly empty
EDGE = QColor(16, 18, 20, 205)
INK = QColor(232, 234, 237)
OUTLINE = QColor(0, 0, 0, 200)


def legend_picture(layer: Layer, ai_map: AIMap, length: int, font: QFont, dpr: float) -> QImage:
    """A colour bar of `length` logical pixels with the map's fixed range, units and threshold, aligned to the right."""
    line = round(QFontMetricsF(font).height())
    columns, rows = round(WIDTH_PX * dpr), round((length + 4 * line) * dpr)
    picture = QImage(columns, rows, QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    qpainter = QPainter(picture)
    qpainter.setFont(font)
    bar = QRectF(WIDTH_PX - 13, 1.5 * line, 12, length)
    (low, high), share = ai_map.value_range, min(1.0, max(0.0, layer.threshold))
    cut = bar.bottom() - share * bar.height()
    qpainter.fillRect(bar.adjusted(-1, -1, 1, 1), EDGE)
    qpainter.drawImage(QRectF(bar.topLeft(), QPointF(bar.right(), cut)), _ramp(layer.colours, share))
    _note(qpainter, f"{layer.source} {layer.title}".strip(), WIDTH_PX - 2, line / 2)
    for value, y in ((high, bar.top()), (low, bar.bottom()), (map_level(layer, ai_map), cut)):
        if value in (low, high) or min(abs(y - bar.top()), abs(y - bar.bottom())) > line:
            _note(qpainter, f"{value:.3g}", bar.left() - 6, y)
    _note(qpainter, ai_map.units, WIDTH_PX - 2, bar.bottom() + 1.1 * line)
    qpainter.end()
    return picture


def _ramp(colours: str, from_share: float) -> QImage:
    """The colour map from a share of the range up to its top, highest first, one pixel wide."""
    rows = colour.table(colours)[round(from_share * 255) :][::-1]
    opaque = np.ascontiguousarray(np.column_stack([rows[:, ::-1], np.full(len(rows), 255, np.uint8)]))
    return QImage(opaque.data, 1, len(rows), 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _note(qpainter: QPainter, text: str, right: float, middle: float) -> None:
    """Right-aligned text with a dark outline, readable over any image."""
    place = QRectF(0, middle - 12, right, 24)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    qpainter.setPen(OUTLINE)
    for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1), (0, 1), (0, -1)):
        qpainter.drawText(place.translated(dx, dy), flags, text)
    qpainter.setPen(INK)
    qpainter.drawText(place, flags, text)
