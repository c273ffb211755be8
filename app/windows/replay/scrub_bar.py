"""The whole sitting as one line: where it is, what was decided when, when AI came, when nothing happened.

What belongs here: painting it, and the pointer on it. What does not: finding signs (app.analysis.replay.signs).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.analysis.replay.signs import Sign, Stretch
from app.windows.theme import Theme, current_theme
from study_configs.words import phrase

SIDE = 10  # logical px left and right, so that the first and last sign are whole
NEAR_PX = 6.0
INKS = {"decision": "good", "reveal": "caution", "page": "quiet", "other": "quiet", "case": "edge"}
LEGEND = (
    ("decision", phrase("ScrubBar", "decision")),
    ("reveal", phrase("ScrubBar", "AI comes")),
    ("page", phrase("ScrubBar", "page")),
)


class ScrubBar(QWidget):
    """`sought` gives a moment (ns) that was clicked or dragged to."""

    sought = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._from, self._to, self._at = 0, 1, 0
        self._signs: Sequence[Sign] = ()
        self._stretches: Sequence[Stretch] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The sitting from its beginning to its end"))

    def set_course(self, starts_ns: int, ends_ns: int, signs: Sequence[Sign], stretches: Sequence[Stretch]) -> None:
        self._from, self._to, self._at = starts_ns, max(ends_ns, starts_ns + 1), starts_ns
        self._signs, self._stretches = signs, stretches
        self.update()

    def go_to(self, at_ns: int) -> None:
        self._at = at_ns
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, current_theme().px(58))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, current_theme().px(58))

    def x_of(self, at_ns: int) -> float:
        share = (at_ns - self._from) / (self._to - self._from)
        return SIDE + share * (self.width() - 2 * SIDE)

    def at_x(self, x: float) -> int:
        share = (x - SIDE) / max(1, self.width() - 2 * SIDE)
        return self._from + round(min(1.0, max(0.0, share)) * (self._to - self._from))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            near = self.sign_near(event.position().x())
            self.sought.emit(near.at_ns if near is not None else self.at_x(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.sought.emit(self.at_x(event.position().x()))

    def sign_near(self, x: float) -> Sign | None:
        """The sign under the pointer, decisions and AI before cases and pages."""
        near = [each for each in self._signs if abs(self.x_of(each.at_ns) - x) <= NEAR_PX]
        ranked = sorted(near, key=lambda each: (each.kind in ("case", "page"), abs(self.x_of(each.at_ns) - x)))
        return ranked[0] if ranked else None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            near = self.sign_near(event.pos().x())
            QToolTip.showText(event.globalPos(), near.words if near is not None else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.font("small"))
            groove = QRectF(SIDE, theme.px(22), self.width() - 2 * SIDE, theme.px(6))
            self._paint_groove(painter, theme, groove)
            for each in self._signs:
                _paint_sign(painter, theme, QPointF(self.x_of(each.at_ns), groove.center().y()), each.kind)
            self._paint_head(painter, theme, groove)
            self._paint_legend(painter, theme)

    def _paint_groove(self, painter: QPainter, theme: Theme, groove: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(groove, 3, 3)
        painter.setBrush(theme.colour("primary"))
        painter.drawRoundedRect(QRectF(groove.left(), groove.top(), self.x_of(self._at) - SIDE, groove.height()), 3, 3)
        for each in self._stretches:
            left, right = self.x_of(each.from_ns), self.x_of(each.to_ns)
            painter.setBrush(theme.colour("ground"))
            painter.drawRect(QRectF(left, groove.top() + 1, max(1.0, right - left), groove.height() - 2))

    def _paint_head(self, painter: QPainter, theme: Theme, groove: QRectF) -> None:
        x = self.x_of(self._at)
        painter.setPen(QPen(theme.colour("ground"), 1))
        painter.setBrush(theme.colour("text"))
        painter.drawRoundedRect(QRectF(x - 2, groove.top() - theme.px(7), 4, groove.height() + theme.px(14)), 2, 2)

    def _paint_legend(self, painter: QPainter, theme: Theme) -> None:
        metrics, x, y = painter.fontMetrics(), float(SIDE), self.height() - theme.px(9)
        idle = [("idle", self.tr("nobody reads"))] if self._stretches else []
        for kind, words in [*((kind, self.tr(words)) for kind, words in LEGEND), *idle]:
            if kind == "idle":
                painter.setPen(QPen(theme.colour("edge"), 1))
                painter.setBrush(theme.colour("ground"))
                painter.drawRect(QRectF(x, y - 3, 14, 6))
                x += 8
            else:
                _paint_sign(painter, theme, QPointF(x + 6, y), kind)
            painter.setPen(theme.colour("quiet"))
            painter.drawText(QPointF(x + 16, y + metrics.ascent() / 2 - 1), words)
            x += 16 + metrics.horizontalAdvance(words) + theme.space(4)


def _paint_sign(painter: QPainter, theme: Theme, at: QPointF, kind: str) -> None:
    """Told apart by shape as well as colour: a diamond, a triangle, a square, a line."""
    r = theme.px(5)
    painter.setPen(QPen(theme.colour("ground"), 1))
    painter.setBrush(theme.colour(INKS[kind]))
    x, y = at.x(), at.y()
    if kind == "decision":
        painter.drawPolygon(QPolygonF([QPointF(x, y - r), QPointF(x + r, y), QPointF(x, y + r), QPointF(x - r, y)]))
    elif kind == "reveal":
        painter.drawPolygon(QPolygonF([QPointF(x, y - r), QPointF(x + r, y + r), QPointF(x - r, y + r)]))
    elif kind == "case":
        painter.fillRect(QRectF(x - 0.5, y - theme.px(12), 1, theme.px(24)), theme.colour(INKS[kind]))
    else:
        painter.drawRect(QRectF(x - r * 0.6, y - r * 0.6, r * 1.2, r * 1.2))
