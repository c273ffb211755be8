"""A table of small buttons: rows to be answered, one column for each option, digits running down.

What belongs here: the grid, its keys, which row the keyboard is on. What does not: what a filled row means
(answer_matrix, question_targets).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.tracking.events import AnswerValue
from app.windows.key_names import key_name
from app.windows.labels import label
from app.windows.questions.answer_field import scale_ends
from app.windows.theme import current_theme, set_role
from viewers.aloud import announce

CELL_PX = (26, 21)
MOST_CELLS_PX = 190  # of the width that a panel of 320 px leaves


@dataclass(frozen=True, slots=True)
class Column:
    """An option: its stored value, its words, and the key that gives it while the keyboard is on the table."""

    value: AnswerValue
    words: str
    key: str


class TableCell(QAbstractButton):
    """One option of one row; its key stands on it, and a bar below it when it is the answer."""

    def __init__(self, column: Column, row_words: str) -> None:
        super().__init__()
        self.setText(column.key)
        theme = current_theme()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(theme.px(CELL_PX[1]))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{row_words}: {column.words}")
        self.setToolTip(column.words)
        self._is_before = False

    def show_before(self, is_before: bool) -> None:
        """Whether this was the answer that was confirmed before; a dot says so."""
        self._is_before = is_before
        self.setAccessibleDescription(self.tr("confirmed before") if is_before else "")
        self.update()

    def sizeHint(self) -> QSize:
        theme = current_theme()
        return QSize(theme.px(CELL_PX[0]), theme.px(CELL_PX[1]))

    def nextCheckState(self) -> None:
        """Nothing: what is checked follows from the answer that stands."""

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        checked = self.isChecked()
        painter.setPen(QPen(theme.colour("accent" if checked else "edge" if self.isEnabled() else "line"), 1))
        painter.setBrush(theme.colour("primary" if checked else "hover" if self.underMouse() else "raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(4), theme.px(4))
        painter.setPen(theme.colour("text" if checked else "quiet"))
        painter.setFont(theme.font("small", theme.font().Weight.DemiBold if checked else theme.font().Weight.Normal))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if checked:
            bar = QRectF(theme.px(6), self.height() - theme.px(4), self.width() - theme.px(12), theme.px(2))
            painter.fillRect(bar, theme.colour("text"))
        if self._is_before:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("caution"))
            painter.drawEllipse(QPointF(theme.px(6), theme.px(6)), theme.px(2), theme.px(2))
        painter.end()


class AnswerTable(QWidget):
    """Rows × columns. `chosen` says what the reader does to a row; what is shown is what `show_chosen` was given.

    Keys while the table has the keyboard: a column's key answers the row and goes one down; up and down go to another
    row; left and right move the answer; Delete empties the row. `finished` comes when a key filled the last open row.
    """

    chosen = Signal(str, object)  # row, value
    emptied = Signal(str)  # row
    finished = Signal()
    left = Signal()
    row_reached = Signal(str)

    def __init__(
        self,
        rows: Mapping[str, str],
        columns: tuple[Column, ...],
        ends: tuple[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._columns, self._names = columns, rows
        self._order = list(rows)
        self._row = 0
        self._values: dict[str, AnswerValue] = {}
        self._labels: dict[str, QLabel] = {}
        self._cells: dict[tuple[str, AnswerValue], TableCell] = {}
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        theme = current_theme()
        column.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        column.setSpacing(theme.px(4))
        if legend_of(columns):
            column.addWidget(label(legend_of(columns), "small"))
        self._before = label(self.tr("● confirmed before"), "caution")
        self._before.hide()
        column.addWidget(self._before)
        column.addLayout(self._grid(ends))

    def _grid(self, ends: tuple[str, str] | None) -> QGridLayout:
        grid = QGridLayout()
        theme = current_theme()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(3))
        grid.setVerticalSpacing(theme.px(2))
        grid.setColumnStretch(0, 8)
        if ends is not None:
            grid.addLayout(scale_ends(*ends), 0, 1, 1, len(self._columns))
        width = min(theme.px(CELL_PX[0]), theme.px(MOST_CELLS_PX) // max(1, len(self._columns)))
        for at, (row, words) in enumerate(self._names.items(), start=1):
            self._labels[row] = label(words, "quiet")
            self._labels[row].setContentsMargins(theme.px(3), 0, theme.px(2), 0)
            grid.addWidget(self._labels[row], at, 0, Qt.AlignmentFlag.AlignVCenter)
            for across, each in enumerate(self._columns, start=1):
                cell = self._cells[row, each.value] = TableCell(each, words)
                cell.setMinimumWidth(width)
                cell.setMaximumWidth(2 * theme.px(CELL_PX[0]))
                cell.clicked.connect(lambda _=False, row=row, value=each.value: self._clicked(row, value))
                grid.addWidget(cell, at, across)
        for across in range(1, len(self._columns) + 1):
            grid.setColumnStretch(across, 1)
        return grid

    @property
    def row(self) -> str:
        """The row that the keyboard is on."""
        return self._order[self._row]

    def go_to_row(self, row: str) -> None:
        if row in self._names:
            self._set_row(self._order.index(row))

    def go_to_open(self) -> None:
        """The first row without an answer, the first one where all have one."""
        is_open = (at for at, row in enumerate(self._order) if row not in self._values)
        self._set_row(next(is_open, 0))

    def show_chosen(self, values: Mapping[str, AnswerValue]) -> None:
        """Show these answers, by row."""
        self._values = dict(values)
        for (row, value), cell in self._cells.items():
            cell.setChecked(row in values and values[row] == value)

    def show_before(self, values: Mapping[str, AnswerValue]) -> None:
        """Mark what was confirmed before, by row; a line says what the dots mean."""
        for (row, value), cell in self._cells.items():
            cell.show_before(row in values and values[row] == value)
        self._before.setVisible(bool(values))

    def row_widget(self, row: str) -> QWidget:
        return self._labels[row]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = key_name(event)
        column = next((each for each in self._columns if each.key == name), None)
        if column is not None:
            if not event.isAutoRepeat():
                self._fill(column.value)
        elif name in ("Up", "Down"):
            self._set_row(max(0, min(len(self._order) - 1, self._row + (1 if name == "Down" else -1))))
        elif name in ("Left", "Right"):
            self._move(1 if name == "Right" else -1)
        elif name in ("Home", "End"):
            self._set_row(0 if name == "Home" else len(self._order) - 1)
        elif name in ("Del", "Backspace"):
            if self.row in self._values:
                self.emptied.emit(self.row)
        elif name == "Esc":
            self.left.emit()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._set_row(self._row)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_row()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.hasFocus():
            return
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("focus"), 2))
        painter.setBrush(theme.colour("selected"))
        first, last = self._labels[self.row].geometry(), self._cells[self.row, self._columns[-1].value].geometry()
        painter.drawRoundedRect(QRectF(first.united(last)).adjusted(-2, -1, 3, 1), theme.px(5), theme.px(5))
        painter.end()

    def _clicked(self, row: str, value: AnswerValue) -> None:
        self._set_row(self._order.index(row))
        if self._values.get(row) == value and row in self._values:
            self.emptied.emit(row)
        else:
            self.chosen.emit(row, value)

    def _fill(self, value: AnswerValue) -> None:
        """Answer this row and go one down; at the end to the first row that is open, if there is one."""
        row = self.row
        if self._values.get(row) != value:
            self.chosen.emit(row, value)
        if self._row + 1 < len(self._order):
            self._set_row(self._row + 1)
        elif all(each in self._values for each in self._order):
            self.finished.emit()
        else:
            self.go_to_open()

    def _move(self, step: int) -> None:
        values = [each.value for each in self._columns]
        standing = self._values.get(self.row)
        at = values.index(standing) + step if standing in values else 0 if step > 0 else len(values) - 1
        if 0 <= at < len(values):
            self.chosen.emit(self.row, values[at])

    def _set_row(self, row: int) -> None:
        self._row = row
        self._show_row()
        if self.hasFocus():
            self.row_reached.emit(self.row)
            announce(self, self._names[self.row])

    def _show_row(self) -> None:
        for row, words in self._labels.items():
            set_role(words, "strong" if self.hasFocus() and row == self.row else "quiet")
        self.setAccessibleDescription(self._names[self.row])
        self.update()


def legend_of(columns: tuple[Column, ...]) -> str:
    """What each key stands for, in one line that wraps between options; "" where keys and words are the same."""
    if all(each.words == each.key for each in columns):
        return ""
    kept = (f"{each.key}\u00a0{bare_words(each)}".replace(" ", "\u00a0") for each in columns)
    return "   ".join(kept)


def bare_words(column: Column) -> str:
    """The words of a column without its own value before them."""
    stem = str(column.value)
    return column.words[len(stem) :].strip() if column.words.startswith(f"{stem} ") else column.words
