"""The plan as a picture: a row for each reader, a field for each trial, coloured by condition, planted errors marked.

What belongs here: painting it, and pointing at it. What does not: the plan.

`readerlab plan --picture` (study_configs.plan_picture) draws the same plan for paper, without Qt, with axes; this one
is for a dark room and a pointer: it fits the window's width, answers to hovering and clicking, and hides planted errors
until they are asked for. Both take their colours from one list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.windows.theme import current_theme
from study_configs.plan import PlanRow
from study_configs.plan_picture import COLOURS

ROW, GAP, NAMES, LEGEND = 24, 3, 92, 26  # px at scale 1
WIDEST = 34


class PlanPicture(QWidget):
    """Readers × position. `reader_picked` carries the reader whose row was clicked."""

    reader_picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, list[PlanRow]] = {}
        self._titles: Mapping[str, str] = {}
        self._colours: dict[str, QColor] = {}
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setAccessibleName(self.tr("Picture of the plan"))

    def show_plan(self, rows: Sequence[PlanRow], titles: Mapping[str, str]) -> None:
        """Another plan; `titles` are the conditions' names for people."""
        self._rows = {}
        for row in rows:
            self._rows.setdefault(row.reader, []).append(row)
        used = [name for name in titles if any(row.condition == name for row in rows)]
        self._titles = {name: titles[name] for name in used}
        self._colours = {name: QColor(COLOURS[at % len(COLOURS)]).darker(125) for at, name in enumerate(used)}
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(theme.px(600), theme.px(LEGEND * self._legend_lines() + 40 + (ROW + GAP) * len(self._rows)))

    def row_at(self, point: QPointF) -> PlanRow | None:
        """The trial under a point; None beside them."""
        for reader in self._rows:
            for row, field in self._fields(reader):
                if field.contains(point):
                    return row
        return None

    def shows_planted(self) -> bool:
        """Whether any planted error is known here; they are told on request only."""
        return any(row.planted for rows in self._rows.values() for row in rows)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_legend(painter)
            for reader in self._rows:
                self._paint_reader(painter, reader)

    def _paint_legend(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.setFont(theme.font("body"))
        for name, place in self._legend_places():
            box = QRectF(place.x(), place.y() + theme.px(6), theme.px(12), theme.px(12))
            if name in self._colours:
                painter.fillRect(box, self._colours[name])
            else:
                self._paint_sign(painter, box)
            painter.setPen(theme.colour("text"))
            text = self._titles.get(name, self.tr("planted error"))
            painter.drawText(QPointF(box.right() + theme.px(6), box.bottom() - theme.px(1)), text)

    def _legend_places(self) -> list[tuple[str, QPointF]]:
        """Where each entry of the legend stands; a line that is full is followed by another."""
        theme, metrics = current_theme(), self.fontMetrics()
        x, y, made = 0.0, 0.0, []
        for name in (*self._titles, "") if self.shows_planted() else self._titles:
            text = self._titles.get(name, self.tr("planted error"))
            width = theme.px(12 + 6 + 20) + metrics.horizontalAdvance(text) * 1.05
            if x and x + width > max(self.width(), theme.px(500)):
                x, y = 0.0, y + theme.px(LEGEND)
            made.append((name, QPointF(x, y)))
            x += width
        return made

    def _legend_lines(self) -> int:
        places = self._legend_places()
        return 1 + round(places[-1][1].y() / current_theme().px(LEGEND)) if places else 1

    def _paint_reader(self, painter: QPainter, reader: str) -> None:
        theme = current_theme()
        fields = self._fields(reader)
        painter.setPen(theme.colour("text"))
        name = QRectF(0, fields[0][1].top(), theme.px(NAMES - 8), fields[0][1].height())
        shown = painter.fontMetrics().elidedText(reader, Qt.TextElideMode.ElideRight, int(name.width()))
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        for at, (row, field) in enumerate(fields):
            colour = QColor(self._colours[row.condition])
            if row.practice:
                colour.setAlphaF(0.35)
            painter.fillRect(field, colour)
            if row.planted:
                self._paint_sign(painter, field)
            if at and row.sitting != fields[at - 1][0].sitting:
                painter.setPen(QPen(theme.colour("text"), 2))
                painter.drawLine(
                    QPointF(field.left() - 1, field.top() - 2), QPointF(field.left() - 1, field.bottom() + 2)
                )

    def _paint_sign(self, painter: QPainter, field: QRectF) -> None:
        """A dark diamond with a light edge, which every colour carries."""
        theme, middle = current_theme(), field.center()
        half = min(field.width(), field.height()) * 0.34
        diamond = QPolygonF(
            [
                middle + QPointF(0, -half),
                middle + QPointF(half, 0),
                middle + QPointF(0, half),
                middle + QPointF(-half, 0),
            ]
        )
        painter.setPen(QPen(theme.colour("text"), 1.2))
        painter.setBrush(theme.colour("ground"))
        painter.drawPolygon(diamond)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _fields(self, reader: str) -> list[tuple[PlanRow, QRectF]]:
        theme, rows = current_theme(), self._rows[reader]
        longest = max(len(each) for each in self._rows.values())
        left, gap = theme.px(NAMES), 1.0
        width = min(theme.px(WIDEST), max(3.0, (self.width() - left) / longest))
        top = theme.px(LEGEND * self._legend_lines() + 10) + list(self._rows).index(reader) * theme.px(ROW + GAP)
        return [(row, QRectF(left + at * width, top, width - gap, theme.px(ROW))) for at, row in enumerate(rows)]

    # --- pointing

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), _told(row, self._titles) if row is not None else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position())
        if row is not None:
            self.reader_picked.emit(row.reader)


def _told(row: PlanRow, titles: Mapping[str, str]) -> str:
    planted = f"\nplanted: {row.planted}" if row.planted else ""
    practice = ", practice" if row.practice else ""
    place = f"{row.reader}, no. {row.position}, session {row.sitting}{practice}"
    return f"{place}\n{row.case}\n{titles.get(row.condition, row.condition)}{planted}"
