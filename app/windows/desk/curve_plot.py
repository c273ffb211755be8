"""A curve drawn small: ROC or FROC, with the point that a threshold stands for.

What belongs here: painting it. What does not: the figures (app.analysis.thresholds).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.windows.theme import current_theme

Point = tuple[float, float]


class CurvePlot(QWidget):
    """Axes from 0, a step curve, the named thresholds as rings and the one that is set as a disc."""

    def __init__(self, title: str, across: str, up: str) -> None:
        super().__init__()
        self._title, self._across, self._up = title, across, up
        self._curve: Sequence[Point] = ()
        self._named: Sequence[tuple[str, Point]] = ()
        self._now: Point | None = None
        self._most = 1.0
        self.setAccessibleName(title)
        theme = current_theme()
        self.setMinimumSize(theme.px(250), theme.px(230))

    def sizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(theme.px(320), theme.px(270))

    def show_curve(self, curve: Sequence[Point], named: Sequence[tuple[str, Point]], most: float = 1.0) -> None:
        """Another curve, of points (across, up) rising; `most` is the end of the axis across."""
        self._curve, self._named, self._most = curve, named, max(most, 1e-9)
        self.update()

    def show_point(self, point: Point | None) -> None:
        self._now = point
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_axes(painter)
            if not self._curve:
                painter.setPen(current_theme().colour("quiet"))
                painter.drawText(self._field(), Qt.AlignmentFlag.AlignCenter, self.tr("not enough cases"))
                return
            self._paint_curve(painter)

    def _field(self) -> QRectF:
        theme = current_theme()
        return QRectF(theme.px(46), theme.px(26), self.width() - theme.px(62), self.height() - theme.px(72))

    def _place(self, point: Point) -> QPointF:
        field = self._field()
        return QPointF(field.left() + point[0] / self._most * field.width(), field.bottom() - point[1] * field.height())

    def _paint_axes(self, painter: QPainter) -> None:
        theme, field = current_theme(), self._field()
        painter.setFont(theme.font("small"))
        painter.fillRect(field, theme.colour("field"))
        for step in range(6):
            x, y = self._place((self._most * step / 5, 0)).x(), self._place((0, step / 5)).y()
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(theme.colour("quiet"))
            below = QRectF(x - 30, field.bottom() + theme.px(3), 60, theme.px(16))
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, f"{self._most * step / 5:.3g}")
            beside = QRectF(0, y - theme.px(8), field.left() - theme.px(5), theme.px(16))
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{step / 5:.1f}")
        painter.setPen(theme.colour("text"))
        painter.drawText(
            QRectF(field.left(), 0, field.width(), theme.px(22)), Qt.AlignmentFlag.AlignVCenter, self._title
        )
        painter.setPen(theme.colour("quiet"))
        under = QRectF(0, field.bottom() + theme.px(20), self.width(), theme.px(20))
        painter.drawText(under, Qt.AlignmentFlag.AlignCenter, f"{self._across}  →   ↑ {self._up}")

    def _paint_curve(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
        painter.drawPolyline(QPolygonF([self._place(point) for point in self._curve]))
        painter.setFont(theme.font("small"))
        for name, point in self._named:
            painter.setPen(QPen(theme.colour("caution"), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self._place(point), theme.px(4), theme.px(4))
            painter.drawText(self._place(point) + QPointF(theme.px(8), theme.px(12)), name)
        if self._now is not None:
            painter.setPen(QPen(theme.colour("ground"), 1))
            painter.setBrush(theme.colour("text"))
            painter.drawEllipse(self._place(self._now), theme.px(5), theme.px(5))
