"""A small panel in which a layout is chosen: drag over cells as in a word processor's table picker, or use the arrows.

What belongs here: the panel and the desk that opens it. What does not: what a layout is (layouts), showing it (grid).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from study_configs.words import translate
from viewers.comparing.layouts import FREE_LAYOUTS, MOST_LINES, Layout, even
from viewers.drawing.annotations import ACCENT
from viewers.grid import ViewportGrid

CELL, SPACE, MARGIN, ICON = 34, 6, 14, QSize(54, 40)
GROUND, EDGE, TEXT = QColor("#1b1e21"), QColor("#3a3f45"), QColor("#d4d7da")
FREE = tuple(FREE_LAYOUTS)
FREE_COLUMNS = 3


class LayoutPicker(QWidget):
    """Four by four cells and the free layouts below them; `chosen` carries the layout, Escape closes without one.

    It lies over its parent, which gets the focus back; clicking elsewhere closes it.
    """

    chosen = Signal(object)  # viewers.comparing.layouts.Layout

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hide()
        self.setAccessibleName(self.tr("Layout"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._rows, self._columns = 1, 1
        self._free: int | None = None  # which of the free layouts is pointed at, instead of cells
        text = QFontMetrics(self.font()).height()
        square = MOST_LINES * CELL + (MOST_LINES - 1) * SPACE
        width = max(square, FREE_COLUMNS * ICON.width() + (FREE_COLUMNS - 1) * SPACE)
        lines = -(-len(FREE) // FREE_COLUMNS)
        self._text_top = MARGIN + square + SPACE
        self._free_top = self._text_top + text + SPACE
        self._left = MARGIN + (width - square) // 2
        self.setFixedSize(width + 2 * MARGIN, self._free_top + lines * (ICON.height() + SPACE) - SPACE + MARGIN)

    def point_at(self, rows: int, columns: int) -> None:
        """Begins with this layout under the pointer."""
        self._rows, self._columns = min(rows, MOST_LINES), min(columns, MOST_LINES)
        self._free = None
        self._say()

    @property
    def pointed(self) -> Layout:
        """The layout that Enter or a click would choose."""
        return FREE_LAYOUTS[FREE[self._free]][1] if self._free is not None else even(self._rows, self._columns)

    @property
    def words(self) -> str:
        """What is pointed at, in words."""
        if self._free is not None:
            return translate("ViewerLayouts", FREE_LAYOUTS[FREE[self._free]][0])
        return f"{self._rows} × {self._columns}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key in moves:
            self._step(*moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._free = 0 if self._free is None else None
            self._say()
        elif key == Qt.Key.Key_Escape:
            self._leave()

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab stays here: it goes between the cells and the free layouts."""
        return False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hide()

    def _leave(self) -> None:
        self.hide()
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus()

    def _step(self, down: int, right: int) -> None:
        """Arrows grow and shrink the layout; beyond the last row they reach the free ones."""
        if self._free is not None:
            self._step_free(down, right)
        elif down > 0 and self._rows == MOST_LINES:
            self._free = 0
        else:
            self._rows = max(1, min(MOST_LINES, self._rows + down))
            self._columns = max(1, min(MOST_LINES, self._columns + right))
        self._say()

    def _step_free(self, down: int, right: int) -> None:
        there = (self._free or 0) + down * FREE_COLUMNS + right
        self._free = None if there < 0 else min(there, len(FREE) - 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()) and self._point(event.position().toPoint()):
            self._choose()

    def _point(self, at: QPoint) -> bool:
        """Points at what lies there; False where nothing does."""
        for row in range(MOST_LINES):
            for column in range(MOST_LINES):
                if self._cell(row, column).adjusted(0, 0, SPACE, SPACE).contains(at):
                    self._rows, self._columns, self._free = row + 1, column + 1, None
                    self._say()
                    return True
        for number in range(len(FREE)):
            if self._icon(number).contains(at):
                self._free = number
                self._say()
                return True
        return False

    def _choose(self) -> None:
        layout = self.pointed
        self._leave()
        self.chosen.emit(layout)

    def _say(self) -> None:
        self.setAccessibleDescription(self.words)
        self.update()

    def _cell(self, row: int, column: int) -> QRect:
        return QRect(self._left + column * (CELL + SPACE), MARGIN + row * (CELL + SPACE), CELL, CELL)

    def _icon(self, number: int) -> QRect:
        row, column = divmod(number, FREE_COLUMNS)
        left = (self.width() - FREE_COLUMNS * ICON.width() - (FREE_COLUMNS - 1) * SPACE) // 2
        at = QPoint(left + column * (ICON.width() + SPACE), self._free_top + row * (ICON.height() + SPACE))
        return QRect(at, ICON)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), GROUND)
            painter.setPen(EDGE)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            for row in range(MOST_LINES):
                for column in range(MOST_LINES):
                    is_in = self._free is None and row < self._rows and column < self._columns
                    _box(painter, self._cell(row, column), is_in)
            painter.setPen(TEXT)
            line = QRect(0, self._text_top, self.width(), self._free_top - self._text_top - SPACE)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self.words)
            for number, name in enumerate(FREE):
                _draw_layout(painter, self._icon(number), FREE_LAYOUTS[name][1], number == self._free)


def _box(painter: QPainter, place: QRect, is_in: bool) -> None:
    painter.setPen(QPen(TEXT if is_in else EDGE, 2 if is_in else 1))
    painter.setBrush(ACCENT if is_in else Qt.BrushStyle.NoBrush)
    painter.drawRect(place)


def _draw_layout(painter: QPainter, place: QRect, layout: Layout, is_in: bool) -> None:
    for left, top, width, height in layout.rects(place.width(), place.height(), 3):
        _box(painter, QRect(place.left() + left, place.top() + top, width, height), is_in)


class LayoutDesk(QObject):
    """Does `layout.choose`: opens the picker over the middle of the grid."""

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self.picker = LayoutPicker(grid)
        self.picker.chosen.connect(grid.set_arrangement)
        grid.add_performer(self.perform)

    def perform(self, command_id: str) -> bool:
        if command_id != "layout.choose":
            return False
        self.picker.point_at(*self._grid.shape)
        middle = self._grid.rect().center() - self.picker.rect().center()
        self.picker.move(middle)
        self.picker.show()
        self.picker.raise_()
        self.picker.setFocus()
        return True
