"""Where the reader looked: time over the slices of a series, with truth, marks and AI findings on the same axis.

What belongs here: painting that. What does not: measuring dwell (app.tracking.dwell).
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.reading.feedback import CaseFeedback
from app.windows.theme import Theme, current_theme
from study_configs.words import phrase, translate

SIGNS = (  # words, ink, which slices, lane below the axis
    (phrase("DwellPlot", "Lesion (truth)"), "good", "lesion_slices"),
    (phrase("DwellPlot", "Your mark"), "accent", "mark_slices"),
    (phrase("DwellPlot", "AI finding"), "caution", "finding_slices"),
)


class DwellPlot(QWidget):
    """Bars of seconds per slice, and below the axis one lane each for lesions, own marks and AI findings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case: CaseFeedback | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(current_theme().px(300))

    def show_case(self, case: CaseFeedback) -> None:
        self._case = case
        self.setVisible(bool(case.dwell_ms))
        self.setAccessibleName(self.tr("Time spent on each image"))
        self.setAccessibleDescription(described(case))
        self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(theme.px(480), theme.px(204))

    def minimumSizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(theme.px(240), theme.px(180))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._case is None or not self._case.dwell_ms:
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        plot = QRectF(theme.px(44), theme.px(8), self.width() - theme.px(52), self.height() - theme.px(100))
        self._paint_bars(painter, theme, plot, self._case)
        self._paint_axis(painter, theme, plot, self._case)
        for lane, (words, ink, field) in enumerate(SIGNS):
            self._paint_lane(painter, theme, plot, lane, ink, getattr(self._case, field))
            self._paint_legend(painter, theme, plot, lane, self.tr(words), ink)
        painter.end()

    def _paint_bars(self, painter: QPainter, theme: Theme, plot: QRectF, case: CaseFeedback) -> None:
        most = max(max(case.dwell_ms), 1.0)
        width = plot.width() / len(case.dwell_ms)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("edge"))
        for at, dwell_ms in enumerate(case.dwell_ms):
            height = plot.height() * dwell_ms / most
            if dwell_ms > 0:
                painter.drawRect(
                    QRectF(plot.left() + at * width, plot.bottom() - height, max(1.0, width - 0.5), height)
                )

    def _paint_axis(self, painter: QPainter, theme: Theme, plot: QRectF, case: CaseFeedback) -> None:
        painter.setPen(QPen(theme.colour("edge"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(theme.colour("quiet"))
        left = QRectF(0, plot.top() - theme.px(6), plot.left() - theme.space(1), theme.px(16))
        painter.drawText(left, Qt.AlignmentFlag.AlignRight, f"{max(case.dwell_ms) / 1000:.1f} s")
        painter.drawText(left.translated(0, plot.height() - theme.px(4)), Qt.AlignmentFlag.AlignRight, "0 s")
        image = self.tr("image {number}")
        beneath = QRectF(plot.left(), plot.bottom() + theme.px(46), plot.width(), theme.px(16))
        painter.drawText(beneath, Qt.AlignmentFlag.AlignLeft, image.format(number=1))
        painter.drawText(beneath, Qt.AlignmentFlag.AlignRight, image.format(number=len(case.dwell_ms)))

    def _paint_lane(
        self, painter: QPainter, theme: Theme, plot: QRectF, lane: int, ink: str, slices: tuple[int, ...]
    ) -> None:
        assert self._case is not None
        y = plot.bottom() + theme.px(10 + 13 * lane)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        for at in slices:
            x = plot.left() + (at + 0.5) * plot.width() / len(self._case.dwell_ms)
            _paint_sign(painter, theme, x, y, lane, ink)

    def _paint_legend(self, painter: QPainter, theme: Theme, plot: QRectF, lane: int, words: str, ink: str) -> None:
        y = plot.bottom() + theme.px(76)
        x = plot.left() + lane * min(plot.width() / 3, theme.px(150))
        _paint_sign(painter, theme, x + theme.px(5), y, lane, ink)
        painter.setPen(theme.colour("quiet"))
        place = QRectF(x + theme.px(16), y - theme.px(9), theme.px(130), theme.px(18))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def described(case: CaseFeedback) -> str:
    """The plot in words, for those who do not see it."""
    if not case.dwell_ms:
        return ""
    longest = max(range(len(case.dwell_ms)), key=lambda at: case.dwell_ms[at])
    seen = sum(dwell_ms > 0 for dwell_ms in case.dwell_ms)
    words = [
        translate("DwellPlot", "{seen} of {count} images seen").format(seen=seen, count=len(case.dwell_ms)),
        translate("DwellPlot", "longest on image {number}").format(number=longest + 1),
    ]
    for name, _, field in SIGNS:
        slices = getattr(case, field)
        if slices:
            places = ", ".join(str(at + 1) for at in slices)
            name = translate("DwellPlot", name)
            words.append(translate("DwellPlot", "{what}: image {numbers}").format(what=name, numbers=places))
    return "; ".join(words)


def _paint_sign(painter: QPainter, theme: Theme, x: float, y: float, lane: int, ink: str) -> None:
    """A diamond, a circle, a square: told apart by shape as well as colour."""
    r = theme.px(4.5)
    painter.setPen(QPen(theme.colour("ground"), 1))
    painter.setBrush(theme.colour(ink))
    if lane == 0:
        corners = [QPointF(x, y - r - 1), QPointF(x + r + 1, y), QPointF(x, y + r + 1), QPointF(x - r - 1, y)]
        painter.drawPolygon(QPolygonF(corners))
    elif lane == 1:
        painter.drawEllipse(QPointF(x, y), r, r)
    else:
        painter.drawRect(QRectF(x - r + 1, y - r + 1, 2 * r - 2, 2 * r - 2))
