"""The reader's marks as a list: each can be jumped to, taken away, and answered about.

What belongs here: the rows. What does not: placing marks, which happens on the images.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from app.reading.asking import OpenQuestion
from app.reading.feedback import answer_in_words
from app.tracking.events import AnswerValue, MarkPlaced
from app.windows.answer_fields import AnswerField, Keys, QuestionField, answer_field
from app.windows.icons import IconButton
from app.windows.key_names import shown
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.questions import Marks
from viewers.commands import BY_ID

MARK_KEY = BY_ID["mark.place"].keys[0]
TOOL_KEY = shown(BY_ID["mark.tool"].keys[0])


class MarkRow(QFrame):
    """One mark: its number and image, its questions (open only for the selected mark), and a button to remove it."""

    chosen = Signal()
    remove_requested = Signal()

    def __init__(self, number: int, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._fields: dict[str, QuestionField] = {}
        theme = current_theme()
        self.jump = QPushButton()
        self.jump.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.remove = IconButton("trash", self.tr("Remove mark {number}").format(number=number), key="Delete")
        self.remove.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._summary = label("", "small", wrap=False)
        self.jump.clicked.connect(self.chosen)
        self.remove.clicked.connect(self.remove_requested)
        head = QHBoxLayout()
        head.addWidget(self.jump)
        head.addWidget(self._summary)
        head.addStretch()
        head.addWidget(self.remove)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.space(2), theme.px(6), theme.space(2), theme.px(6))
        self._column.setSpacing(theme.px(6))
        self._column.addLayout(head)
        set_role(self, "card")

    def show_mark(self, number: int, mark: MarkPlaced, active: bool) -> None:
        image = mark.slice_index + 1
        self.jump.setText(self.tr("Mark {number}  ·  image {image}").format(number=number, image=image))
        self.jump.setAccessibleName(self.tr("Go to mark {number} on image {image}").format(number=number, image=image))
        self.jump.setCheckable(True)
        self.jump.setChecked(active)
        self._summary.setVisible(not active)
        for field in self._fields.values():
            field.setVisible(active)

    def show_question(self, asked: OpenQuestion) -> AnswerField | None:
        """Show a question about this mark; the field where it is new."""
        known = self._fields.get(asked.question.id)
        new = None
        if known is None:
            new = answer_field(asked.question.spec, self._keys, asked.question.id)
            known = self._fields[asked.question.id] = QuestionField(asked.question.spec, new, small=True)
            self._column.addWidget(known)
        known.show_answer(asked.answer, asked.answered)
        return new

    def summarise(self, questions: tuple[OpenQuestion, ...]) -> None:
        words = [answer_in_words(q.question.spec, q.answer) if q.answered else self.tr("still open") for q in questions]
        self._summary.setText(" · ".join(words))

    def field(self, question: str) -> AnswerField | None:
        known = self._fields.get(question)
        return known.field if known is not None else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        else:
            event.ignore()


class MarksField(AnswerField):
    """The list of marks. New marks come from the images; this field only shows, chooses and asks to remove."""

    mark_chosen = Signal(str)
    mark_remove_requested = Signal(str)
    mark_answer_given = Signal(str, str, object)  # question, mark, value
    mark_answer_cleared = Signal(str, str)

    def __init__(self, spec: Marks, keys: Keys) -> None:
        super().__init__(spec)
        self._spec, self._keys = spec, keys
        self._rows: dict[str, MarkRow] = {}
        self._hint = label("", "small")
        self.column.setSpacing(current_theme().space(2))
        self.column.addWidget(self._hint)

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        """Nothing: marks are shown by `show_marks`, which knows where they lie."""

    def show_marks(self, marks: tuple[MarkPlaced, ...], questions: tuple[OpenQuestion, ...], active: str) -> None:
        self._drop({mark.mark for mark in marks})
        for number, mark in enumerate(marks, start=1):
            row = self._row(mark.mark, number)
            about = tuple(q for q in questions if q.target == mark.mark)
            for asked in about:
                new = row.show_question(asked)
                if new is not None:
                    self._listen(new, asked.question.id, mark.mark)
            row.summarise(about)
            row.show_mark(number, mark, mark.mark == active)
        self._hint.setText(self._hint_words(len(marks)))

    def field(self, question: str, mark: str) -> AnswerField | None:
        row = self._rows.get(mark)
        return row.field(question) if row is not None else None

    def row(self, mark: str) -> MarkRow | None:
        return self._rows.get(mark)

    def rows(self) -> tuple[MarkRow, ...]:
        return tuple(self._rows.values())

    def _hint_words(self, count: int) -> str:
        if count >= self._spec.at_most:
            return self.tr("That is the most: %n mark(s).", "", self._spec.at_most)
        if count == 0:
            way = self.tr("Put the pointer on the place and press {key}; or {tool_key}, then click.")
            return way.format(key=MARK_KEY, tool_key=TOOL_KEY)
        return self.tr("{key} marks another place; a mark can be dragged.").format(key=MARK_KEY)

    def _row(self, mark: str, number: int) -> MarkRow:
        row = self._rows.get(mark)
        if row is None:
            row = self._rows[mark] = MarkRow(number, self._keys)
            row.chosen.connect(lambda: self.mark_chosen.emit(mark))
            row.remove_requested.connect(lambda: self.mark_remove_requested.emit(mark))
            self.column.insertWidget(self.column.count() - 1, row)
        return row

    def _listen(self, field: AnswerField, question: str, mark: str) -> None:
        field.answered.connect(lambda value: self.mark_answer_given.emit(question, mark, value))
        field.cleared.connect(lambda: self.mark_answer_cleared.emit(question, mark))
        field.left.connect(self.left)

    def _drop(self, kept: set[str]) -> None:
        for mark in [mark for mark in self._rows if mark not in kept]:
            gone = self._rows.pop(mark)
            self.column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
