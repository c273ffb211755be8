"""What every answering field has: showing the answer that stands, saying what the reader does to it, its keyboard.

What belongs here: the base of fields, the button "don't know", the words at both ends of a scale. What does not: any
type of answer (answer_buttons, answer_entries, answer_matrix, answer_order), marks (marks_field).
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.reading.answers import DONT_KNOW
from app.tracking.events import AnswerValue
from app.windows.labels import label
from app.windows.questions.answer_button import AnswerButton
from app.windows.questions.answer_keys import Slot, dont_know_words
from app.windows.theme import current_theme
from study_configs.questions import Question
from viewers.aloud import announce

Keys = Mapping[Slot, str]


class AnswerField(QWidget):
    """The answering part of a question.

    `answered` carries the value; `cleared` takes the answer back. `left` is Escape: the keyboard belongs to the images
    again. `done` says that a key completed the answer, so that the keyboard may go on to the next question.
    """

    answered = Signal(object)
    cleared = Signal()
    left = Signal()
    done = Signal()

    def __init__(self, spec: Question) -> None:
        super().__init__()
        self._standing: AnswerValue = None
        self._refusal = label("", "caution")
        self._refusal.hide()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(current_theme().space(1))
        self.setAccessibleName(spec.ask)

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        """Show the answer that stands; nothing moves where it already does."""
        raise NotImplementedError

    def press(self, value: AnswerValue) -> None:
        """What the key of this value does: give it, or go to the field (None)."""
        if value is None:
            self.go_to()
        else:
            self.answered.emit(value)

    def go_to(self) -> None:
        """Give the keyboard to the field."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def flush(self) -> None:
        """Hand over what is half typed; nothing for most fields."""

    def step_back(self) -> bool:
        """Take back the last step of an answer that is not complete yet; False where there is none."""
        return False

    @property
    def has_keyboard(self) -> bool:
        """Whether keys come here; also while another window is the active one."""
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    @property
    def refusal(self) -> str:
        """Why the last thing that was tried is no answer, in words; "" where it was one."""
        return self._refusal.text()

    def refuse(self, why: str) -> None:
        """Say below the field, and aloud, why something is no answer; "" takes it back."""
        if why == self._refusal.text():
            return
        if self._refusal.parent() is None:
            self.column.addWidget(self._refusal)
        self._refusal.setText(why)
        self._refusal.setVisible(bool(why))
        announce(self, why)

    def _leave(self) -> None:
        """The keyboard goes back to the images."""
        self.left.emit()


def dont_know_button(field: AnswerField, spec: Question, keys: Keys, question: str) -> AnswerButton | None:
    """The button "don't know" below a field, where the question offers it."""
    if not spec.dont_know:
        return None
    button = AnswerButton(dont_know_words(), keys.get(Slot(question, DONT_KNOW), ""))
    button.clicked.connect(lambda: field.answered.emit(DONT_KNOW))
    field.column.addWidget(button)
    return button


def scale_ends(first: str, last: str) -> QHBoxLayout:
    """The words at both ends of a scale."""
    row = QHBoxLayout()
    row.addWidget(label(first, "small"), 1)
    right = label(last, "small")
    right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    row.addWidget(right, 1)
    return row
