"""The histogram as a small panel with the window over it, to be dragged.

What belongs here: drawing and dragging. What does not: counting (histogram), and where the panel stands (lookup desk).
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from viewers.drawing.annotations import ACCENT, QUIET, TEXT
from viewers.histogram import Histogram, between, edges
from viewers.volume import Window

GROUND, FRAME, BARS = QColor(13, 14, 16, 235), QColor("#2b2f33"), QColor("#7d858d")
INSIDE = QColor(91, 143, 185, 46)
MARGIN, FOOT, HEAD = 12.0, 26.0, 24.0  # logical px; the head holds the numbers, the foot the values
REACH_PX = 7.0  # of a hand that takes an edge


class HistogramPlot(QWidget):
    """Shows one histogram and one window; a drag on an edge or between them emits the window that it makes."""

    window_dragged = Signal(object)  # Window

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Histogram"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._histogram: Histogram | None = None
        self._window: Window | None = None
        self._inverted = False
        self._held: tuple[str, float, tuple[float, float]] | None = None  # which edge, from where, the edges then
        self.resize(380, 190)

    def show_histogram(self, histogram: Histogram | None, window: Window | None, inverted: bool = False) -> None:
        """Shows these; without a histogram it says that there is none."""
        self._histogram, self._window, self._inverted = histogram, window, inverted
        self.update()

    @property
    def histogram(self) -> Histogram | None:
        return self._histogram

    @property
    def area(self) -> QRectF:
        """Where the bars stand."""
        return QRectF(MARGIN, HEAD, self.width() - 2 * MARGIN, self.height() - HEAD - FOOT)

    def x_of(self, value: float) -> float:
        """Where a value lies across the widget."""
        shown = self._histogram
        if shown is None:
            return 0.0
        return self.area.left() + self.area.width() * (value - shown.low) / (shown.high - shown.low)

    def value_at(self, x: float) -> float:
        shown = self._histogram
        if shown is None:
            return 0.0
        return shown.low + (x - self.area.left()) / self.area.width() * (shown.high - shown.low)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(FRAME, 1))
            painter.setBrush(GROUND)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            if self._histogram is None or self._window is None:
                painter.setPen(QUIET)
                painter.drawText(
                    self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("There are no grey values to count.")
                )
                return
            self._paint_bars(painter, self._histogram)
            self._paint_window(painter, self._window)
            self._paint_words(painter, self._histogram)

    def _paint_bars(self, painter: QPainter, shown: Histogram) -> None:
        area, heights = self.area, np.minimum(shown.heights(), 1.0)
        step = area.width() / len(heights)
        outline = [area.bottomLeft()]
        for place, height in enumerate(heights):
            top = area.bottom() - float(height) * area.height()
            outline += [
                QPointF(area.left() + place * step, top),
                QPointF(area.left() + (place + 1) * step, top),
            ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(BARS)
        painter.drawPolygon(QPolygonF([*outline, area.bottomRight()]))

    def _paint_window(self, painter: QPainter, window: Window) -> None:
        """The window as a band, its edges as lines, and the greys it makes as a ramp under the axis."""
        area = self.area
        low, high = (min(max(self.x_of(edge), area.left()), area.right()) for edge in edges(window))
        painter.fillRect(QRectF(low, area.top(), high - low, area.height()), INSIDE)
        ramp = QLinearGradient(low, 0, max(high, low + 1), 0)
        black, white = QColor(0, 0, 0), QColor(255, 255, 255)
        ramp.setColorAt(0, white if self._inverted else black)
        ramp.setColorAt(1, black if self._inverted else white)
        painter.fillRect(QRectF(area.left(), area.bottom() + 2, area.width(), 4), ramp)
        painter.setPen(QPen(ACCENT, 1.5))
        for x in (low, high):
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + 6))
        middle = (low + high) / 2
        painter.setPen(QPen(ACCENT, 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(middle, area.top()), QPointF(middle, area.bottom()))

    def _paint_words(self, painter: QPainter, shown: Histogram) -> None:
        head = QRectF(MARGIN, 4, self.width() - 2 * MARGIN, HEAD - 6)
        foot = QRectF(MARGIN, self.height() - FOOT + 7, self.width() - 2 * MARGIN, FOOT - 8)
        words = self.tr("mean {mean}   SD {spread}   {least} to {most} {units}")
        mean, spread = f"{shown.mean:.4g}", f"{shown.spread:.4g}"
        least, most = f"{round(shown.least, 4):g}", f"{round(shown.most, 4):g}"
        line = words.format(mean=mean, spread=spread, least=least, most=most, units=shown.units)
        painter.setPen(TEXT)
        fitted = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(head.width()))
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitted)
        painter.setPen(QUIET)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{shown.low:.5g}")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{shown.high:.5g}")
        if self._window is not None:
            low, high = edges(self._window)
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"{low:.5g}  …  {high:.5g}")

    # --- dragging --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        part = self._part_at(event.position().x())
        if self._window is not None and part:
            self._held = (part, self.value_at(event.position().x()), edges(self._window))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._held is None:
            self.setCursor(
                {"low": Qt.CursorShape.SizeHorCursor, "high": Qt.CursorShape.SizeHorCursor}.get(
                    self._part_at(x), Qt.CursorShape.OpenHandCursor
                )
            )
            return
        part, begun, (low, high) = self._held
        by = self.value_at(x) - begun
        low, high = low + by * (part != "high"), high + by * (part != "low")
        if self._window is not None and high > low:
            self.window_dragged.emit(between(self._window, low, high))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        event.accept()

    def _part_at(self, x: float) -> str:
        """What of the window a hand takes at x: "low", "high", "both", or "" where there is none."""
        if self._window is None or self._histogram is None:
            return ""
        low, high = (self.x_of(edge) for edge in edges(self._window))
        near = min(((abs(x - low), "low"), (abs(x - high), "high")))
        return near[1] if near[0] <= REACH_PX else "both"
