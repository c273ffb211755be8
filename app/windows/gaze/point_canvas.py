"""The points that a reader looks at, one after the other, and what came of them.

What belongs here: painting. What does not: when a point comes (check_page), errors (app.tracking.gaze.checking).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.tracking.gaze.checking import PointError
from app.tracking.gaze.screens import Point
from app.windows.theme import current_theme

RING_PX, DOT_PX = 18.0, 2.5
LABEL_PX = 150.0


class PointCanvas(QWidget):
    """One point with a ring that closes in on it while the reader should look: `share` 0 (it has come) to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._point: Point | None = None
        self._share = 0.0

    def show_point(self, point: Point | None, share: float = 0.0) -> None:
        """`point` in this widget's logical px; None for none."""
        self._point, self._share = point, share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.colour("ground"))
            if self._point is None:
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            at, ring = QPointF(*self._point), theme.px(RING_PX) * (1 - 0.75 * self._share)
            painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
            painter.drawEllipse(at, ring, ring)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("text"))
            painter.drawEllipse(at, theme.px(DOT_PX), theme.px(DOT_PX))


class ErrorCanvas(QWidget):
    """Every point with a line to where gaze was, and how far that is; `show_errors` takes both in widget px."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._errors: tuple[PointError, ...] = ()
        self._corner: Point = (0.0, 0.0)
        self._at_most_deg = 0.0

    def show_errors(self, errors: Sequence[PointError], corner: Point, at_most_deg: float) -> None:
        """`corner` is this widget's top left corner on the screen, which points and gaze count from."""
        self._errors, self._corner, self._at_most_deg = tuple(errors), corner, at_most_deg
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), current_theme().colour("ground"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(current_theme().font("small"))
            for each in self._errors:
                self._paint(painter, each)

    def _paint(self, painter: QPainter, each: PointError) -> None:
        theme, at = current_theme(), self._here(each.point)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("quiet"), 1.5))
        painter.drawEllipse(at, theme.px(7), theme.px(7))
        is_good = each.gaze is not None and (each.error_deg is None or each.error_deg <= self._at_most_deg)
        colour = theme.colour("good" if is_good else "caution")
        if each.gaze is not None:
            gaze, arm = self._here(each.gaze), theme.px(5)
            painter.setPen(QPen(colour, 1.5))
            painter.drawLine(at, gaze)
            for dx, dy in ((arm, arm), (arm, -arm)):
                painter.drawLine(gaze - QPointF(dx, dy), gaze + QPointF(dx, dy))
        painter.setPen(colour)
        painter.drawText(
            self._label_box(at), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self._words(each)
        )

    def _label_box(self, at: QPointF) -> QRectF:
        """Below the point, or above it at the bottom of the window; never beyond an edge."""
        theme = current_theme()
        width, height = theme.px(LABEL_PX), theme.px(34)
        top = at.y() + theme.px(26) if at.y() + theme.px(70) < self.height() else at.y() - theme.px(26) - height
        left = min(max(at.x() - width / 2, 0.0), self.width() - width)
        return QRectF(left, top, width, height)

    def _words(self, each: PointError) -> str:
        if each.error_px is None:
            return self.tr("no gaze")
        px = self.tr("{px} px").format(px=f"{each.error_px:.0f}")
        return px if each.error_deg is None else self.tr("{deg}°  ({px})").format(deg=f"{each.error_deg:.2f}", px=px)

    def _here(self, point: Point) -> QPointF:
        return QPointF(point[0] - self._corner[0], point[1] - self._corner[1])
