"""A study file to look at: lines with their numbers, and the place of a problem marked.

What belongs here: that widget. What does not: editing: coordinators use the editor they know.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from app.windows.theme import current_theme


class SourceView(QPlainTextEdit):
    """Shows text read-only; `mark` brings a place into view and marks it, `lines` marks lines with problems."""

    def __init__(self, name: str) -> None:
        super().__init__()
        theme = current_theme()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(theme.points("body"))
        font.setStyleHint(QFont.StyleHint.Monospace)
        self.setFont(font)
        self.setStyleSheet(f"font-family: '{fixed_family()}', monospace;")
        self.setTabChangesFocus(True)
        self.marked: tuple[int, int] = (0, 0)  # line and column, from 1
        self._wrong: dict[int, str] = {}
        self._gutter = _Gutter(self)
        self.blockCountChanged.connect(lambda _count: self._make_room())
        self.updateRequest.connect(self._follow)
        self._make_room()

    def show_text(self, text: str) -> None:
        """Other text; the place that is looked at stays."""
        at = self.verticalScrollBar().value()
        self.setPlainText(text)
        self.verticalScrollBar().setValue(at)

    def show_wrong(self, inks: dict[int, str]) -> None:
        """Mark these lines beside their numbers: line → ink of the theme."""
        self._wrong = inks
        self._gutter.update()

    def ink_of(self, line: int) -> str:
        return self._wrong.get(line, "quiet")

    def mark(self, line: int, column: int = 0) -> None:
        """Bring a line into the middle and mark it, and what begins at the column in it. 0 takes the mark away."""
        self.marked = (line, column)
        block = self.document().findBlockByNumber(line - 1)
        if line < 1 or not block.isValid():
            self.setExtraSelections([])
            return
        cursor = QTextCursor(block)
        selections = [_selection(cursor, current_theme().colour("selected"), whole=True)]
        if column > 1 or (column == 1 and block.text()):
            here = QTextCursor(block)
            here.setPosition(block.position() + min(column - 1, len(block.text())))
            here.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
            if here.hasSelection():
                selections.append(_selection(here, current_theme().colour("primary")))
        place = QTextCursor(block)
        place.setPosition(block.position() + min(max(0, column - 1), len(block.text())))
        self.setTextCursor(place)
        self.centerCursor()
        self.setExtraSelections(selections)

    def gutter_width(self) -> int:
        digits = len(str(max(99, self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + 2 * current_theme().space(2)

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        """Numbers of the lines in view, those with problems in their ink."""
        theme = current_theme()
        painter.fillRect(area, theme.colour("raised"))
        painter.setFont(self.font())
        block, height = self.firstVisibleBlock(), self.fontMetrics().height()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= area.bottom():
            line = block.blockNumber() + 1
            painter.setPen(theme.colour(self.ink_of(line)))
            width = self._gutter.width() - theme.space(2)
            sign = "▸" if line in self._wrong else ""
            painter.drawText(QRect(2, int(top), width, height), Qt.AlignmentFlag.AlignLeft, sign)
            painter.drawText(QRect(0, int(top), width, height), Qt.AlignmentFlag.AlignRight, str(line))
            top += self.blockBoundingRect(block).height()
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._gutter.setGeometry(QRect(inside.left(), inside.top(), self.gutter_width(), inside.height()))

    def _make_room(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)

    def _follow(self, area: QRect, by: int) -> None:
        if by:
            self._gutter.scroll(0, by)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())


class _Gutter(QWidget):
    """The column with the numbers."""

    def __init__(self, view: SourceView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:
        return QSize(self._view.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._view.paint_gutter(painter, event.rect())


def fixed_family() -> str:
    """The system's font whose letters are all as wide."""
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()


def _selection(cursor: QTextCursor, colour: QColor, *, whole: bool = False) -> QTextEdit.ExtraSelection:
    made = QTextEdit.ExtraSelection()
    made.format.setBackground(colour)
    if whole:
        made.format.setProperty(made.format.Property.FullWidthSelection, True)
    made.cursor = cursor
    return made
