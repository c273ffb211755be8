"""Paints the eye's way over a replayed screen: where gaze went, where it rested, where it is.

What belongs here: painting what a trail holds (app.tracking.gaze.trail). What does not: where a place of the sitting
lies on the screen that replays it; whoever replays says that.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.tracking.gaze.places import GazePlace
from app.tracking.gaze.trail import TrailNow
from app.windows.theme import current_theme

ToScreen = Callable[[GazePlace], QPointF | None]  # None: not to be shown, as when another slice is up by now
REST_PX_PER_ROOT_MS = 0.9  # a disc's area grows with time: 250 ms has a radius of 14 px
NOW_PX = 9.0


def paint_trail(painter: QPainter, trail: TrailNow, to_screen: ToScreen) -> None:
    """The way as a thin line that fades with age, discs where the eye rested, a ring where it is now."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_way(painter, trail, to_screen)
    for rest in trail.rests:
        at = to_screen(rest.place)
        if at is not None:
            radius = current_theme().px(REST_PX_PER_ROOT_MS * sqrt(max(rest.fixation.ms, 0.0)))
            painter.setPen(QPen(_colour(0.7), 1.2))
            painter.setBrush(_colour(0.16))
            painter.drawEllipse(at, radius, radius)
    at = to_screen(trail.now) if trail.now is not None else None
    if at is not None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_colour(1.0), 2.0))
        painter.drawEllipse(at, current_theme().px(NOW_PX), current_theme().px(NOW_PX))
    painter.restore()


def _paint_way(painter: QPainter, trail: TrailNow, to_screen: ToScreen) -> None:
    """A sample without an eye interrupts the line."""
    before: QPointF | None = None
    count = len(trail.points)
    for number, place in enumerate(trail.points):
        at = to_screen(place) if place.x_px is not None else None
        if at is not None and before is not None:
            painter.setPen(QPen(_colour(0.1 + 0.6 * (number + 1) / count), 1.5))
            painter.drawLine(before, at)
        before = at


def _colour(opacity: float) -> QColor:
    colour = current_theme().colour("accent")
    colour.setAlphaF(opacity)
    return colour
