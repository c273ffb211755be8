"""Pairs: every two of the options in turn, which of them is more so.

What belongs here: the field and its keys. What does not: ranking (answer_buttons).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.reading.answers import DONT_KNOW
from app.tracking.events import AnswerValue
from app.windows.key_names import key_name
from app.windows.labels import label
from app.windows.questions.answer_button import AnswerButton
from app.windows.questions.answer_field import AnswerField, Keys, dont_know_button
from app.windows.theme import current_theme
from study_configs.questions import Pairwise
from viewers.aloud import announce

BETTER, TIED = ">", "~"
KEYS = {"Left": -1, "1": -1, "Right": 1, "2": 1, "Down": 0, "3": 0, "=": 0}


class PairwiseField(AnswerField):
    """Shows one pair at a time, left and right; it is an answer once every pair has one.

    Left or 1, right or 2; down, 3 or = where neither may be said; Backspace or Up goes back to the pair before.
    """

    def __init__(self, spec: Pairwise, keys: Keys, question: str) -> None:
        super().__init__(spec)
        self._spec = spec
        self._said: tuple[str, ...] = ()
        self._at = 0
        self._progress = label("", "small", wrap=False)
        self.pad = _Pad(self)
        self.pad.setAccessibleName(spec.ask)
        self.left_button, self.right_button = self._button("Left", -1), self._button("Right", 1)
        self.tie_button = self._button("Down", 0) if spec.tie is not None else None
        row = QHBoxLayout(self.pad)
        row.setContentsMargins(*(current_theme().px(5),) * 4)
        row.setSpacing(current_theme().space(2))
        row.addWidget(self.left_button, 1)
        row.addWidget(self.right_button, 1)
        self.column.addLayout(self._head())
        self.column.addWidget(self.pad)
        if self.tie_button is not None:
            self.column.addWidget(self.tie_button)
        self._dont_know = dont_know_button(self, spec, keys, question)
        self._draw()

    def _button(self, key: str, step: int) -> AnswerButton:
        button = AnswerButton("", key)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.say(step))
        return button

    def _head(self) -> QHBoxLayout:
        self._back = QPushButton(self.tr("Pair before"))
        self._back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._back.clicked.connect(self.go_back)
        row = QHBoxLayout()
        row.addWidget(self._progress)
        row.addStretch()
        row.addWidget(self._back)
        return row

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        stood, self._standing = self._standing, value if answered else None
        if answered and isinstance(value, tuple):
            self._said = value
            self._at = min(self._at, len(value) - 1)
        elif answered or stood is not None:
            self._said, self._at = (), 0
        if self._dont_know is not None:
            self._dont_know.setChecked(answered and value == DONT_KNOW)
        self._draw()

    def go_to(self) -> None:
        self.pad.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def step_back(self) -> bool:
        if self._standing is not None or not self._said:
            return False
        self._said = self._said[:-1]
        self._at = len(self._said)
        self._draw()
        return True

    def say(self, step: int) -> None:
        """The left one (-1), the right one (1) or neither (0) of the pair that is shown."""
        if step == 0 and self._spec.tie is None:
            self.refuse(self.tr("One of the two must be chosen."))
            return
        self.refuse("")
        one, other = self._spec.pairs[self._at]
        said = {-1: f"{one}{BETTER}{other}", 1: f"{other}{BETTER}{one}", 0: f"{one}{TIED}{other}"}[step]
        self._said = (*self._said[: self._at], said, *self._said[self._at + 1 :])
        self._at = min(self._at + 1, len(self._spec.pairs) - 1)
        self._draw()
        self._hand_over()

    def go_back(self) -> None:
        """Show the pair before; what was said stays until it is said otherwise."""
        self._at = max(0, self._at - 1)
        self._draw()

    def key(self, name: str) -> bool:
        """Do what a key does to the pair; False where it does nothing here."""
        if name in KEYS:
            was_last = self._at == len(self._spec.pairs) - 1
            self.say(KEYS[name])
            if was_last and self._standing is not None and not self.refusal:
                self.done.emit()
        elif name in ("Up", "Backspace"):
            self.go_back()
        elif name == "Del":
            self._empty()
        elif name == "Esc":
            self._leave()
        else:
            return False
        return True

    def _hand_over(self) -> None:
        if len(self._said) == len(self._spec.pairs):
            if self._said != self._standing:
                self.answered.emit(self._said)
        elif self._standing is not None:
            self._standing = None
            self.cleared.emit()

    def _empty(self) -> None:
        self._said, self._at = (), 0
        self._draw()
        if self._standing is not None:
            self._standing = None
            self.cleared.emit()

    def _draw(self) -> None:
        one, other = self._spec.pairs[self._at]
        said = self._said[self._at] if self._at < len(self._said) else ""
        ways = {f"{one}{BETTER}{other}": self.left_button, f"{other}{BETTER}{one}": self.right_button}
        for button, value in ((self.left_button, one), (self.right_button, other)):
            button.show_words(self._spec.options[value])
            button.setChecked(ways.get(said) is button)
        if self.tie_button is not None:
            self.tie_button.show_words(self._spec.tie or "")
            self.tie_button.setChecked(TIED in said and said == f"{one}{TIED}{other}")
        words = self.tr("Pair {number} of {count}").format(number=self._at + 1, count=len(self._spec.pairs))
        if words != self._progress.text():
            self._progress.setText(words)
            self.pad.setAccessibleDescription(words)
            announce(self.pad, f"{words}: {self._spec.options[one]}, {self._spec.options[other]}")
        self._back.setEnabled(self._at > 0)


class _Pad(QWidget):
    """The pair; keys reach it once the keyboard is here."""

    def __init__(self, field: PairwiseField) -> None:
        super().__init__(field)
        self._field = field
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or not self._field.key(key_name(event)):
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            theme, painter = current_theme(), QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.px(5), theme.px(5))
            painter.end()
