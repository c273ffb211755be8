"""Something that people must know, said inside the window: what, where, what to do.

What belongs here: showing a StudyProblem with the caller's buttons. What does not: deciding which buttons there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QWidget

from app.windows.icons import icon_pixmap
from app.windows.labels import label
from app.windows.scrim import Scrim
from app.windows.theme import current_theme, set_role
from study_configs.problem import StudyProblem
from study_configs.words import translate


class MessageOverlay(Scrim):
    """Covers the window until one of the buttons is chosen; `chosen` carries its id.

    The first button is the one that Enter presses. Escape presses the last where there are several, since by
    convention it leaves things as they are (Quit, Close). `show_problem` may be called again with news.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        theme = current_theme()
        self.card.setFixedWidth(theme.px(520))
        head = QHBoxLayout()
        glyph = label("", wrap=False)
        glyph.setPixmap(icon_pixmap("warning", "caution", 22))
        head.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
        head.addSpacing(theme.space(2))
        self.what = label("", "heading")
        self.where = label("", "small")
        self.todo = label("")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head.addWidget(self.what, 1)
        self.content.addLayout(head)
        self.content.addWidget(self.where)
        self.content.addWidget(self.todo)
        self.more = label("", "quiet")
        self.content.addWidget(self.more)
        self.content.addSpacing(theme.space(2))
        self._row = QHBoxLayout()
        self._row.addStretch()
        self.content.addLayout(self._row)
        self.buttons: dict[str, QPushButton] = {}

    def show_problem(self, problem: StudyProblem, buttons: Sequence[tuple[str, str]] = (), more: str = "") -> None:
        """Say it, with `more` under it, and offer these buttons: (id, words), the one to press first; only Close where
        there are none."""
        said = _in_the_language_of_windows(problem)
        self.what.setText(said.what)
        self.where.setText(_breakable(said.where))
        self.where.setVisible(bool(said.where))
        self.todo.setText(said.todo)
        self.todo.setVisible(bool(said.todo))
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.setAccessibleName(f"{said} {more}".strip())
        self._offer(buttons or (("close", self.tr("Close")),))
        self.open()
        next(iter(self.buttons.values())).setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        if event.isAutoRepeat():
            return
        ids = list(self.buttons)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = [name for name in ids if self.buttons[name].hasFocus()]
            self._choose((focused or ids)[0])
        elif event.key() == Qt.Key.Key_Escape:
            self._choose(ids[-1])

    def _offer(self, buttons: Sequence[tuple[str, str]]) -> None:
        _clear(self._row)
        self.buttons = {}
        for name, words in buttons:
            button = QPushButton(words)
            set_role(button, "plain" if self.buttons else "primary", name="kind")
            button.clicked.connect(lambda _=False, name=name: self._choose(name))
            self.buttons[name] = button
        for button in reversed(self.buttons.values()):
            self._row.addWidget(button)

    def _choose(self, name: str) -> None:
        self.dismiss()
        self.chosen.emit(name)


def _in_the_language_of_windows(problem: StudyProblem) -> StudyProblem:
    """Rooms without windows write English; their standing sentences are turned here."""
    todo = translate("Problems", problem.todo) if problem.todo else ""
    return StudyProblem(translate("Problems", problem.what), where=problem.where, todo=todo)


def _breakable(path: str) -> str:
    """A path that may be broken after each separator, so that a long one never widens the card."""
    return path.replace("/", "/\u200b").replace("\\", "\\\u200b")


def _clear(row: QLayout) -> None:
    while row.count() > 1:
        item = row.takeAt(1)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
