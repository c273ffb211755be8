"""The picture of a heat map's legend: its colour bar with range and threshold; where there is room, title and units.

What belongs here: making that picture. What does not: where it goes and when it is made anew (paint).
"""

from __future__ import annotations

from dataclasses import dataclass

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
LONGEST_PX, SHORTEST_PX = 140, 36  # of the bar
LINES, LINES_IN_WORDS = 2, 4  # of text above and below the bar, without and with words


@dataclass(frozen=True, slots=True)
class LegendSize:
    """How long the bar is, in logical pixels, and whether title and units stand with it."""

    length: int
    in_words: bool

    def height(self, line: int) -> int:
        return self.length + (LINES_IN_WORDS if self.in_words else LINES) * line


def legend_size(room: int, line: int, *, in_words: bool) -> LegendSize | None:
    """The longest bar that fits into `room` logical pixels of height; None where even a short one would not."""
    length = min(LONGEST_PX, room - (LINES_IN_WORDS if in_words else LINES) * line)
    return LegendSize(length, in_words) if length >= SHORTEST_PX else None


def legend_picture(layer: Layer, ai_map: AIMap, size: LegendSize, font: QFont, dpr: float) -> QImage:
    """A colour bar with the map's fixed range and threshold, aligned to the right."""
    line, length = round(QFontMetricsF(font).height()), size.length
    columns, rows = round(WIDTH_PX * dpr), round(size.height(line) * dpr)
    picture = QImage(columns, rows, QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    qpainter = QPainter(picture)
    qpainter.setFont(font)
    bar = QRectF(WIDTH_PX - 13, (1.5 if size.in_words else 0.75) * line, 12, length)
    (low, high), share = ai_map.value_range, min(1.0, max(0.0, layer.threshold))
    cut = bar.bottom() - share * bar.height()
    qpainter.fillRect(bar.adjusted(-1, -1, 1, 1), EDGE)
    qpainter.drawImage(QRectF(bar.topLeft(), QPointF(bar.right(), cut)), _ramp(layer.colours, share))
    for value, y in ((high, bar.top()), (low, bar.bottom()), (map_level(layer, ai_map), cut)):
        if value in (low, high) or min(abs(y - bar.top()), abs(y - bar.bottom())) > line:
            _note(qpainter, f"{value:.3g}", bar.left() - 6, y)
    if size.in_words:
        _note(qpainter, layer.title, WIDTH_PX - 2, line / 2)
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
