"""The rows of a reading list as a table.

What belongs here: rows, their words and inks, choosing one with the keyboard. What does not: which rows there are and
in which order (app.reading.worklist.standing), and what opening one leads to (desk).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.reading.worklist.standing import ListRow
from app.windows.theme import current_theme, set_role
from study_configs.words import phrase, translate

Index = QModelIndex | QPersistentModelIndex
HEADS = {
    "pseudonym": phrase("Worklist", "Patient"),
    "age": phrase("Worklist", "Age"),
    "sex": phrase("Worklist", "Sex"),
    "modality": phrase("Worklist", "Modality"),
    "description": phrase("Worklist", "Exam"),
    "priority": phrase("Worklist", "Priority"),
    "arrived": phrase("Worklist", "Arrived"),
    "status": phrase("Worklist", "Status"),
    "ai": phrase("Worklist", "AI"),
}
PRIORITY_WORDS = {
    "routine": phrase("Worklist", "Routine"),
    "urgent": phrase("Worklist", "Urgent"),
    "stat": phrase("Worklist", "STAT"),
}
STATUS_WORDS = {
    "new": phrase("Worklist", "New"),
    "open": phrase("Worklist", "In progress"),
    "set aside": phrase("Worklist", "Set aside"),
    "done": phrase("Worklist", "Read"),
    "not read": phrase("Worklist", "Not read"),
}
STRETCHED = ("description", "pseudonym")  # the first of them that is shown takes the room that is left
ROW_HEIGHT = 30  # logical px at scale 1


def patient_words(row: ListRow) -> str:
    """The invented patient; where none was invented, the case's place in the block."""
    return row.exam.patient or translate("Worklist", "Case {number}").format(number=row.number)


def priority_words(row: ListRow) -> str:
    return translate("Worklist", PRIORITY_WORDS[row.exam.priority])


def clock_words(seconds: float) -> str:
    """Minutes and seconds, hours where there are any."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


class WorklistModel(QAbstractTableModel):
    """The rows as Qt asks for them; `show_rows` replaces them all, for there are few."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[ListRow, ...] = ()
        self.columns: tuple[str, ...] = ()
        self.tag = ""

    def show_rows(self, rows: tuple[ListRow, ...], columns: tuple[str, ...], tag: str) -> None:
        self.beginResetModel()
        self.rows, self.columns, self.tag = rows, columns, tag
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own form)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return translate("Worklist", HEADS[self.columns[section]])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.rows[index.row()], self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(row, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return current_theme().colour(_ink(row, column))
        if role == Qt.ItemDataRole.FontRole and _is_strong(row, column):
            return current_theme().font(weight=QFont.Weight.DemiBold)
        return None

    def _words(self, row: ListRow, column: str) -> str:
        exam = row.exam
        match column:
            case "pseudonym":
                return patient_words(row)
            case "age":
                return "" if exam.age is None else str(exam.age)
            case "priority":
                return priority_words(row)
            case "arrived":
                return clock_words(exam.arrives_ns / 1e9)
            case "status":
                return translate("Worklist", STATUS_WORDS[row.status])
            case "ai":
                return self.tag if row.flagged else ""
        return {"sex": exam.sex, "modality": exam.modality, "description": exam.description}[column]


def _ink(row: ListRow, column: str) -> str:
    if row.status in ("done", "not read"):
        return "quiet"
    if column == "priority" and row.exam.priority != "routine":
        return "wrong" if row.exam.priority == "stat" else "caution"
    if column == "ai":
        return "accent"
    return "text" if column in ("pseudonym", "description", "status") else "quiet"


def _is_strong(row: ListRow, column: str) -> bool:
    is_waiting = row.status in ("new", "open", "set aside")
    return is_waiting and (column == "pseudonym" or (column == "priority" and row.exam.priority == "stat"))


class WorklistTable(QTableView):
    """Emits `opened` with a trial for Enter or a double click on a row that may be opened; digits go to a row.

    `show_rows` keeps the row that the reader went to, wherever the exam moves to; an exam that arrives never moves it.
    Before that, the keyboard stands on the first row that may be opened.
    """

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = WorklistModel()
        self.setModel(self._model)
        self._choosable: tuple[int, ...] = ()
        self._again: tuple[int, ...] = ()  # read, and never chosen but by the reader
        self._is_moved = False  # whether the reader has gone to a row
        set_role(self, "list")
        self.setAccessibleName(self.tr("Reading list"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(current_theme().px(ROW_HEIGHT))
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def show_rows(
        self,
        rows: Sequence[ListRow],
        columns: tuple[str, ...],
        choosable: tuple[int, ...],
        tag: str = "",
        again: tuple[int, ...] = (),
    ) -> None:
        """Show these rows; those whose trials are `choosable`, and those to be opened `again`, may be opened."""
        now = (tuple(rows), columns, choosable, again)
        if now == (self._model.rows, self._model.columns, self._choosable, self._again):
            return
        self._again = again
        kept, scrolled = self.chosen, self.verticalScrollBar().value()
        self._choosable = choosable
        self._model.show_rows(tuple(rows), columns, tag)
        self._fit()
        self._select(kept if self._is_moved else None)
        self.verticalScrollBar().setValue(scrolled)

    def begin(self) -> None:
        """The keyboard goes back to the first row that may be opened."""
        self._is_moved = False
        self._select(None)

    @property
    def chosen(self) -> int | None:
        """The trial that the keyboard is on."""
        selected = self.selectionModel().selectedRows()
        return self._model.rows[selected[0].row()].trial if selected else None

    @property
    def rows(self) -> tuple[ListRow, ...]:
        return self._model.rows

    @property
    def needed_height(self) -> int:
        """Logical px in which every row can be seen."""
        return self.horizontalHeader().height() + len(self.rows) * self.verticalHeader().defaultSectionSize() + 4

    def open_chosen(self) -> None:
        selected = self.selectionModel().selectedRows()
        if selected:
            self._open(selected[0].row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.open_chosen()
        elif event.text().isdigit() and event.text() != "0" and not event.modifiers() & ~_KEYPAD:
            self._go_to(int(event.text()) - 1)
        elif event.key() in _MOVES:
            self._is_moved = True
            super().keyPressEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_moved = True
        super().mousePressEvent(event)

    def _select(self, wanted: int | None) -> None:
        """Go to this trial's row, or to the first that may be opened where that one may not."""
        trials = [row.trial for row in self.rows]
        first = next((trial for trial in trials if trial in self._choosable), None)
        there = wanted if wanted in (*self._choosable, *self._again) and wanted in trials else first
        if there is not None:
            self.selectRow(trials.index(there))
        elif self._again:
            self.clearSelection()

    def _go_to(self, row: int) -> None:
        if row < len(self.rows):
            self._is_moved = True
            self.selectRow(row)

    def _open(self, row: int) -> None:
        trial = self.rows[row].trial
        if trial in (*self._choosable, *self._again):
            self.opened.emit(trial)

    def _fit(self) -> None:
        head, columns = self.horizontalHeader(), self._model.columns
        stretched = next((name for name in STRETCHED if name in columns), columns[-1] if columns else "")
        for at, name in enumerate(columns):
            fits = QHeaderView.ResizeMode.Stretch if name == stretched else QHeaderView.ResizeMode.ResizeToContents
            head.setSectionResizeMode(at, fits)


_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_MOVES = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
)  # fmt: skip
