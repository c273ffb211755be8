"""A telephone call on the screen: it rings at the upper edge, and is answered on a card over everything.

What belongs here: both cards. What does not: when a call comes and is missed (app.reading.worklist), recording it
(desk).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.reading.asking import page_missing, page_questions
from app.reading.script import PageScript
from app.tracking.events import AnswerValue
from app.windows.icons import icon_pixmap
from app.windows.key_names import key_name
from app.windows.labels import label
from app.windows.questions.answer_keys import assign_keys, slots_of_keys
from app.windows.questions.question_list import QuestionList
from app.windows.scrim import Scrim, is_in_scrim
from app.windows.theme import current_theme, set_role

PULSE_MS = 1_400
FAINTEST = 0.35
CARD_WIDTH = 480  # logical px at scale 1
WRITTEN_IN = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)


class RingingCard(QFrame):
    """Rings at the upper edge of its parent, without a sound and without taking the keyboard.

    A click picks up, and so does the key on it, wherever the keyboard is: a button that has it is not pressed. In a
    text the key is a letter, and a card that lies over everything keeps its keys.
    """

    picked_up = Signal()
    key_pressed = Signal()

    def __init__(self, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered, self._key = parent, key
        theme = current_theme()
        set_role(self, "card")
        self.setAccessibleName(self.tr("The telephone rings"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        glyph = label("", wrap=False)
        glyph.setPixmap(icon_pixmap("phone", "accent", 26))
        effect = QGraphicsOpacityEffect(glyph)
        glyph.setGraphicsEffect(effect)
        self._pulse = QPropertyAnimation(effect, b"opacity", self)
        self._pulse.setDuration(PULSE_MS)
        self._pulse.setLoopCount(-1)
        for share, opacity in ((0.0, 1.0), (0.5, FAINTEST), (1.0, 1.0)):
            self._pulse.setKeyValueAt(share, opacity)
        self.words = label(self.tr("The telephone rings"), "heading", wrap=False)
        hint = label(self.tr("{key} or a click picks up").format(key=key), "quiet", wrap=False)
        column = QVBoxLayout()
        column.setSpacing(theme.space(1))
        column.addWidget(self.words)
        column.addWidget(hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        row.setSpacing(theme.space(3))
        row.addWidget(glyph)
        row.addLayout(column)
        parent.installEventFilter(self)
        self.hide()

    def ring(self) -> None:
        if self.isVisible():
            return
        self._place()
        self.show()
        self.raise_()
        self._pulse.start()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def be_silent(self) -> None:
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self._pulse.stop()
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.picked_up.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._covered and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._is_meant(watched, event):
            if not event.isAutoRepeat():
                self.key_pressed.emit()
            return True
        return super().eventFilter(watched, event)

    def _is_meant(self, there: QObject, event: QKeyEvent) -> bool:
        if not isinstance(there, QWidget) or there.window() is not self.window() or isinstance(there, WRITTEN_IN):
            return False
        return self.isVisible() and key_name(event) == self._key and not is_in_scrim(there)

    def _place(self) -> None:
        self.adjustSize()
        self.move((self._covered.width() - self.width()) // 2, current_theme().space(2))


class CallCard(Scrim):
    """What the caller says, and the questions to answer; emits `answered` with the answers, once."""

    answered = Signal(dict)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        theme = current_theme()
        self.card.setFixedWidth(theme.px(CARD_WIDTH))
        self.setAccessibleName(self.tr("Telephone"))
        head = QHBoxLayout()
        glyph = label("", wrap=False)
        glyph.setPixmap(icon_pixmap("phone", "accent", 22))
        head.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
        head.addSpacing(theme.space(2))
        self.says = label("", "heading")
        head.addWidget(self.says, 1)
        self.content.addLayout(head)
        self._page = PageScript("", ())
        self._answers: dict[str, AnswerValue] = {}
        self._keys = assign_keys((), frozenset())
        self._list = QuestionList({})
        self.content.addWidget(self._list)
        self.open_words = label("", "small", wrap=False)
        self.button = QPushButton(self.tr("Hang up   ⏎"))
        set_role(self.button, "primary", name="kind")
        self.button.setAccessibleName(self.tr("Hang up"))
        self.button.clicked.connect(self.hang_up)
        foot = QHBoxLayout()
        foot.addWidget(self.open_words)
        foot.addStretch()
        foot.addWidget(self.button)
        self.content.addLayout(foot)

    def show_call(self, says: str, page: PageScript) -> None:
        """The reader picked up: these words, these questions."""
        self._page, self._answers = page, {}
        self._keys = assign_keys(page.questions, frozenset())
        self.says.setText(says)
        old, self._list = self._list, QuestionList(self._keys)
        self.content.replaceWidget(old, self._list)
        old.hide()
        old.deleteLater()
        self._list.answer_given.connect(self._answered)
        self._list.answer_cleared.connect(self._cleared)
        self._list.left.connect(self.setFocus)
        self._list.setVisible(bool(page.questions))
        self._refresh()
        self.open()

    def hang_up(self) -> None:
        """Over, unless something required is open: then the keyboard goes there."""
        self._list.flush()
        if page_missing(self._page, self._answers):
            self._list.lead_to_open()
        elif self.isVisible():
            given = self.answers()
            self.dismiss()
            self.answered.emit(given)

    def answers(self) -> dict[str, AnswerValue]:
        """The answers so far, by question id; only those of questions that are asked."""
        return {q.question.id: q.answer for q in page_questions(self._page, self._answers) if q.answered}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        name = key_name(event)
        slot = slots_of_keys(self._keys).get(name)
        if event.isAutoRepeat():
            return
        if name in ("Return", "Enter"):
            self.hang_up()
        elif slot is not None:
            self._list.press(slot)

    def _answered(self, question: str, target: str, value: AnswerValue) -> None:
        self._answers[question] = value
        self._refresh()

    def _cleared(self, question: str, target: str) -> None:
        self._answers.pop(question, None)
        self._refresh()

    def _refresh(self) -> None:
        self._list.show_questions(page_questions(self._page, self._answers), (), "")
        count = len(page_missing(self._page, self._answers))
        self.open_words.setText(self.tr("%n question(s) still open", "", count) if count else "")
        self.button.setEnabled(not count)
