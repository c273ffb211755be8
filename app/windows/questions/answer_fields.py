"""A question with its answering field, and which field answers which type of question.

What belongs here: the question's words, help, what was answered before, whether it is open. What does not: the fields
(answer_buttons, answer_entries, answer_matrix, answer_pairs), lists of questions (question_list), marks (marks_field).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.tracking.events import AnswerValue
from app.windows.key_names import shown
from app.windows.labels import label
from app.windows.questions.answer_buttons import ButtonsField, ChoicesField, RankingField
from app.windows.questions.answer_entries import NumberField, SliderField, TextField
from app.windows.questions.answer_field import AnswerField, Keys
from app.windows.questions.answer_keys import Slot
from app.windows.questions.answer_matrix import MatrixField
from app.windows.questions.answer_pairs import PairwiseField
from app.windows.theme import current_theme, set_role
from study_configs.problem import ProgramError
from study_configs.questions import (
    Choice,
    Choices,
    FreeText,
    Likert,
    Marks,
    Matrix,
    NumberAnswer,
    Pairwise,
    Question,
    Ranking,
    ScaleAnswer,
    Slider,
    Verdict,
    YesNo,
)
from viewers.aloud import announce

__all__ = ["AnswerField", "Keys", "QuestionField", "SliderField", "TextField", "answer_field"]
SAYS_ITS_KEY = (Slider, FreeText, NumberAnswer)  # their fields say how to get there


class QuestionField(QFrame):
    """A question with its help, whether it is still open, what was confirmed before, and its answering field.

    `key` leads to the field; it stands as a cap beside the words.
    """

    def __init__(self, spec: Question, field: AnswerField, *, small: bool = False, key: str = "") -> None:
        super().__init__()
        theme = current_theme()
        self.field = field
        self._required, self._ask = spec.required, spec.ask
        self._answered = False
        self._open = label("", "small", wrap=False)
        self._earlier = label("", "small")
        self._earlier.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        head = QHBoxLayout()
        head.setSpacing(theme.space(2))
        if key and not isinstance(spec, SAYS_ITS_KEY):
            head.addWidget(label(shown(key), "cap", wrap=False), 0, Qt.AlignmentFlag.AlignTop)
        words = label(spec.ask, "quiet" if small else "question")
        words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        head.addWidget(words, 1)
        head.addWidget(self._open, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        if spec.help:
            column.addWidget(label(spec.help, "small"))
        column.addWidget(self._earlier)
        column.addWidget(field)

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        self.field.show_answer(value, answered)
        self.show_open(answered)

    def show_open(self, answered: bool) -> None:
        """Say whether it is still open; a question that was pointed out stays so until it is answered."""
        if answered or self._open.property("role") != "caution":
            set_role(self._open, "small")
            self._open.setText("" if answered else self.tr("still open") if self._required else self.tr("optional"))
        self.field.setAccessibleDescription(self._open.text())

    def show_earlier(self, words: str) -> None:
        """What was confirmed before and cannot be changed any more; "" for nothing."""
        said = self.tr("Confirmed before: {answer}").format(answer=words)
        self._earlier.setText(said if words else "")
        self._earlier.setVisible(bool(words))

    def show_closed(self, closed: bool) -> None:
        """A committed answer can be read, not changed, and says so."""
        self.field.setEnabled(not closed)
        if closed:
            set_role(self._open, "small")
            self._open.setText(self.tr("confirmed, read-only"))
            self.field.setAccessibleDescription(self._open.text())

    def point_out(self) -> None:
        """The reader wanted to go on, and this is missing: say so, and give it the keyboard."""
        set_role(self._open, "caution")
        self._open.setText(self.tr("answer this first"))
        announce(self, self.tr("Still to be answered: {question}").format(question=self._ask))

    @property
    def open_words(self) -> str:
        return self._open.text()


def answer_field(spec: Question, keys: Keys, question: str) -> AnswerField:
    """The field for a question; marks have a field of their own (marks_field)."""
    match spec:
        case Slider():
            return SliderField(spec, keys, question)
        case FreeText():
            return TextField(spec, keys, question)
        case NumberAnswer():
            return NumberField(spec, keys, question)
        case Choice() | YesNo() | Likert() | ScaleAnswer() | Verdict():
            return ButtonsField(spec, keys, question)
        case Choices():
            return ChoicesField(spec, keys, question)
        case Ranking():
            return RankingField(spec, keys, question)
        case Matrix():
            return MatrixField(spec, keys, question)
        case Pairwise():
            return PairwiseField(spec, keys, question)
        case Marks():
            raise ProgramError("Marks are shown by marks_field.")


def lead_key(keys: Keys, question: str, target: str = "") -> str:
    """The key that takes the keyboard to a question, "" where none does."""
    return keys.get(Slot(question, None, target), "")
