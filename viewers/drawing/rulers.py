"""Rulers along a viewport's left and lower edge: a tick every millimetre, five, ten or more, as there is room.

What belongs here: where ticks lie and painting them. What does not: the scale bar (annotations).
"""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from viewers.view import View
from viewers.volume import SeriesHeader

STEPS_MM = (0.1, 0.5, 1.0, 5.0, 10.0, 50.0, 100.0)
ROOM_PX = 5.0  # between two ticks at least
SHORT_PX, LONG_PX = 5.0, 10.0
TICK, OUTLINE = QColor("#c0c5ca"), QColor(0, 0, 0, 200)


def step_mm(zoom: float) -> float:
    """The finest step whose ticks still have room; `zoom` in logical pixels per mm."""
    return next((step for step in STEPS_MM if step * zoom >= ROOM_PX), STEPS_MM[-1])


def ticks(length_px: float, zoom: float) -> list[tuple[float, bool]]:
    """Ticks along an edge counted from its middle: (place in px from the edge's start, is it a long one).

    Every tenth or, where steps go by fives, every second tick is long, so that long ones are 1, 10 or 100 mm apart.
    """
    step = step_mm(zoom)
    leading = math.log10(step) % 1.0
    long_every = 2 if leading > 0.5 else 10
    most = int(length_px / 2 / (step * zoom))
    return [(length_px / 2 + n * step * zoom, n % long_every == 0) for n in range(-most, most + 1)]


def paint_rulers(painter: QPainter, header: SeriesHeader, view: View, size: tuple[int, int]) -> None:
    """Paints both rulers; nothing where the image is not calibrated."""
    if header.spacing_mm is None:
        return
    width, height = size
    upright = [QLineF(0, y, LONG_PX if long else SHORT_PX, y) for y, long in ticks(height, view.zoom)]
    flat = [QLineF(x, height, x, height - (LONG_PX if long else SHORT_PX)) for x, long in ticks(width, view.zoom)]
    for pen in (QPen(OUTLINE, 3), QPen(TICK, 1)):
        painter.setPen(pen)
        painter.drawLines(upright + flat)
