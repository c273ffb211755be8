"""Paints where the eye rested over a replayed image.

What belongs here: one fixation as a disc. What does not: where it lies on the screen that replays it, and which are to
be seen at a moment (app.tracking.gaze.trail).
"""

from __future__ import annotations

from math import sqrt

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from app.windows.theme import current_theme

PX_PER_ROOT_MS = 0.9  # a disc's area grows with time: 250 ms has a radius of 14 px


def paint_rest(painter: QPainter, at: QPointF, ms: float) -> None:
    """A disc as large as the eye has rested there long."""
    theme = current_theme()
    radius = theme.px(PX_PER_ROOT_MS * sqrt(max(ms, 0.0)))
    painter.setPen(QPen(_colour(0.7), 1.2))
    painter.setBrush(_colour(0.16))
    painter.drawEllipse(at, radius, radius)


def _colour(opacity: float) -> QColor:
    colour = current_theme().colour("good")
    colour.setAlphaF(opacity)
    return colour
