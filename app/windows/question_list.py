"""Questions one below the other, kept up to date without being built anew.

What belongs here: one field for each question and target, and the signals they raise. What does not: confirming (the
question panel) and what an answer leads to.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.reading.asking import OpenQuestion
from app.tracking.events import MarkPlaced
from app.windows.answer_fields import AnswerField, Keys, QuestionField, answer_field
from app.windows.marks_field import MarksField
from app.windows.theme import current_theme
from study_configs.questions import Marks

Asked = tuple[str, str]  # question id, target


class QuestionList(QWidget):
    """The questions that stand now. `show_questions` builds a field only for a question that was not there before."""

    answer_given = Signal(str, str, object)  # question, target, value
    answer_cleared = Signal(str, str)
    mark_chosen = Signal(str)
    mark_remove_requested = Signal(str)
    left = Signal()

    def __init__(self, keys: Keys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self._fields: dict[Asked, QuestionField] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(current_theme().space(4))
        self._rows.addStretch()

    def show_questions(self, questions: Iterable[OpenQuestion], marks: tuple[MarkPlaced, ...], active: str) -> None:
        """Show these questions with their answers; questions per mark stand with their mark."""
        questions = tuple(questions)
        own = [q for q in questions if not q.target]
        self._drop({(q.question.id, "") for q in own})
        for position, asked in enumerate(own):
            self._field(asked, position).show_answer(asked.answer, asked.answered)
        about_marks = tuple(q for q in questions if q.target)
        for (question, _), field in self._fields.items():
            if isinstance(field.field, MarksField):
                field.field.show_marks(tuple(m for m in marks if m.question == question), about_marks, active)

    def field(self, question: str, target: str = "") -> AnswerField | None:
        """The answering field of a question, None where it is not on the screen."""
        if not target:
            return self._fields[question, ""].field if (question, "") in self._fields else None
        for field in self._fields.values():
            if isinstance(field.field, MarksField) and (found := field.field.field(question, target)):
                return found
        return None

    def flush(self) -> None:
        """Hand over what is half typed."""
        for field in self._fields.values():
            field.field.flush()

    def _field(self, asked: OpenQuestion, position: int) -> QuestionField:
        known = self._fields.get((asked.question.id, ""))
        if known is None:
            known = self._made(asked)
            self._fields[asked.question.id, ""] = known
        if self._rows.indexOf(known) != position:
            self._rows.removeWidget(known)
            self._rows.insertWidget(position, known)
        return known

    def _made(self, asked: OpenQuestion) -> QuestionField:
        spec, name = asked.question.spec, asked.question.id
        field: AnswerField
        if isinstance(spec, Marks):
            field = marks = MarksField(spec, self._keys)
            marks.mark_chosen.connect(self.mark_chosen)
            marks.mark_remove_requested.connect(self.mark_remove_requested)
            marks.mark_answer_given.connect(self.answer_given)
            marks.mark_answer_cleared.connect(self.answer_cleared)
        else:
            field = answer_field(spec, self._keys, name)
        field.answered.connect(lambda value: self.answer_given.emit(name, "", value))
        field.cleared.connect(lambda: self.answer_cleared.emit(name, ""))
        field.left.connect(self.left)
        return QuestionField(spec, field)

    def _drop(self, kept: set[Asked]) -> None:
        for key in [key for key in self._fields if key not in kept]:
            gone = self._fields.pop(key)
            self._rows.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
