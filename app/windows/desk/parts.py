"""What every page of the desk is made of: its frame, tables, cards, and the card that asks for a reason.

What belongs here: those widgets. What does not: anything about studies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.windows.labels import label
from app.windows.scrim import Scrim
from app.windows.theme import current_theme, set_role

SHORTEST_REASON = 10  # characters


def button(words: str, act: Callable[[], object] | None = None, kind: str = "plain") -> QPushButton:
    """A button; `kind` primary for the one that a page is for."""
    made = QPushButton(words)
    set_role(made, kind, name="kind")
    if act is not None:
        made.clicked.connect(lambda _checked=False: act())
    return made


def row_of(*widgets: QWidget, stretch: bool = True) -> QHBoxLayout:
    """Widgets beside each other, at the left."""
    row = QHBoxLayout()
    row.setSpacing(current_theme().space(2))
    for widget in widgets:
        row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    if stretch:
        row.addStretch()
    return row


class Card(QFrame):
    """A raised area with a heading."""

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        theme = current_theme()
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(*(4 * [theme.space(4)]))
        self.content.setSpacing(theme.space(2))
        self.heading = label(heading, "heading")
        self.heading.setVisible(bool(heading))
        self.content.addWidget(self.heading)


class Page(QWidget):
    """One page of the desk: a title, a line that says what it is for, and content, which scrolls where it must.

    `problem` takes what went wrong, in the page itself; `done` says what worked.
    """

    def __init__(self, title: str, purpose: str, *, scrolls: bool = True) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        theme = current_theme()
        self.setAccessibleName(title)
        self.title, self.purpose = label(title, "title", wrap=False), label(purpose, "quiet")
        self.said = label("", "caution")
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.space(5), theme.space(4), theme.space(5), theme.space(4))
        outer.setSpacing(theme.space(2))
        outer.addWidget(self.title)
        outer.addWidget(self.purpose)
        outer.addWidget(self.said)
        outer.addSpacing(theme.space(1))
        inside = QWidget()
        self.content = QVBoxLayout(inside)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(theme.space(3))
        if scrolls:
            outer.addWidget(scrolling(inside), 1)
        else:
            outer.addWidget(inside, 1)

    def say_problem(self, words: str) -> None:
        """What went wrong and what to do, at the top of the page; empty takes it away."""
        set_role(self.said, "caution")
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def say_done(self, words: str) -> None:
        set_role(self.said, "good")
        self.said.setText(words)
        self.said.setVisible(bool(words))


def scrolling(inside: QWidget) -> QScrollArea:
    """A widget that scrolls up and down where it has too little room."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    set_role(area, "clear")
    area.setWidget(inside)
    return area


def padded(inside: QWidget) -> QWidget:
    """A widget with room around it."""
    around, room = QWidget(), current_theme().space(3)
    column = QVBoxLayout(around)
    column.setContentsMargins(room, room, room, room)
    column.addWidget(inside)
    return around


class Table(QTableWidget):
    """A table to read: whole rows, keyboard and mouse; `picked` says which row was opened (Enter or a click)."""

    picked = Signal(int)

    def __init__(self, name: str, headers: Sequence[str], *, stretch: int | None = None) -> None:
        super().__init__(0, len(headers))
        theme = current_theme()
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(headers))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(26))
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        if stretch is not None:
            head.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        self.setStyleSheet(
            f"QTableView::item {{ padding: 0 {theme.space(2) - 3}px; border: none; }}"
            f"QTableView::item:selected {{ background: {theme.hexes()['primary']}; color: {theme.hexes()['text']}; }}"
        )
        self.cellClicked.connect(lambda row, _column: self.picked.emit(row))

    def fill(self, rows: Sequence[Sequence[object]], roles: Sequence[str] = ()) -> None:
        """Show these rows; numbers stand at the right, `roles` are the inks of whole rows. The selection stays."""
        theme, chosen = current_theme(), self.currentRow()
        self.setUpdatesEnabled(False)
        self.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                item = QTableWidgetItem(_shown(value))
                if _is_number(value):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if at < len(roles) and roles[at]:
                    item.setForeground(theme.colour(roles[at]))
                self.setItem(at, column, item)
        self._align_heads(rows[0] if rows else ())
        if 0 <= chosen < len(rows):
            self.setCurrentCell(chosen, 0)
        self.setUpdatesEnabled(True)

    def _align_heads(self, row: Sequence[object]) -> None:
        """Over numbers a head stands at the right, as they do."""
        for column, value in enumerate(row):
            head = self.horizontalHeaderItem(column)
            side = Qt.AlignmentFlag.AlignRight if _is_number(value) else Qt.AlignmentFlag.AlignLeft
            if head is not None:
                head.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.picked.emit(self.currentRow())
            return
        super().keyPressEvent(event)

    def fit(self, most: int = 12) -> None:
        """As high as its rows, up to so many; more scroll."""
        rows = min(most, max(1, self.rowCount()))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * current_theme().px(26) + 4)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:.1f}" if isinstance(value, float) else str(value)


class ReasonCard(Scrim):
    """Asks why, before something is done that stays in the log for good; `confirmed` carries the reason.

    The button opens once at least ten characters are written, so that nobody confirms by reflex.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        theme = current_theme()
        self.card.setFixedWidth(theme.px(560))
        self.what, self.follows = label("", "heading"), label("", "quiet")
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName(self.tr("Reason"))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(theme.px(90))
        self.hint = label(
            self.tr("At least ten characters. It is kept for good, with your name and the time."), "small"
        )
        self.confirm = button("", self._confirm, "primary")
        self.cancel = button(self.tr("Cancel"), self.dismiss)
        for widget in (self.what, self.follows, label(self.tr("Reason"), "strong"), self.reason, self.hint):
            self.content.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.confirm)
        self.content.addLayout(buttons)
        self.reason.textChanged.connect(self._typed)
        self._act: Callable[[str], object] = lambda _reason: None

    def ask(self, what: str, follows: str, words: str, act: Callable[[str], object]) -> None:
        """Ask for the reason of `what`; `follows` says what follows from it, `words` stand on the button."""
        self.what.setText(what)
        self.follows.setText(follows)
        self.follows.setVisible(bool(follows))
        self.confirm.setText(words)
        self._act = act
        self.reason.setPlainText("")
        self._typed()
        self.open()
        self.reason.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def _typed(self) -> None:
        self.confirm.setEnabled(len(self._said()) >= SHORTEST_REASON)

    def _said(self) -> str:
        return " ".join(self.reason.toPlainText().split())

    def _confirm(self) -> None:
        said = self._said()
        if len(said) >= SHORTEST_REASON:
            self.dismiss()
            self._act(said)
