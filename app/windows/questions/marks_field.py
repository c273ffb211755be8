"""The reader's marks as a list: each can be jumped to, taken away, and answered about.

What belongs here: the rows. What does not: placing marks, which happens on the images.
"""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.reading.asking import OpenQuestion
from app.tracking.events import AnswerValue, MarkPlaced
from app.windows.key_names import shown
from app.windows.labels import label
from app.windows.questions.answer_field import AnswerField, Keys
from app.windows.questions.question_cards import TargetCard
from app.windows.theme import current_theme
from study_configs.questions import Marks
from study_configs.words import translate
from viewers.commands import BY_ID

MARK_KEY = BY_ID["mark.place"].keys[0]
TOOL_KEY = shown(BY_ID["mark.tool"].keys[0])


class MarkRow(TargetCard):
    """One mark: its number and image, its questions (open only for the selected mark), and a button to remove it."""

    def __init__(self, number: int, keys: Keys) -> None:
        super().__init__(keys)
        self.offer_removing(self.tr("Remove mark {number}").format(number=number))

    def show_mark(self, number: int, mark: MarkPlaced, active: bool) -> None:
        image = mark.slice_index + 1
        words = self.tr("Mark {number}  ·  image {image}").format(number=number, image=image)
        self.show_place(
            words, self.tr("Go to mark {number} on image {image}").format(number=number, image=image), active
        )


class MarksField(AnswerField):
    """The list of marks. New marks come from the images; this field only shows, chooses and asks to remove."""

    mark_chosen = Signal(str)
    mark_remove_requested = Signal(str)
    mark_answer_given = Signal(str, str, object)  # question, mark, value
    mark_answer_cleared = Signal(str, str)
    mark_done = Signal(str, str)  # question, mark

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
            row.keep_questions({q.question.id for q in about})
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

    def flush(self) -> None:
        for row in self._rows.values():
            row.flush()

    def row(self, mark: str) -> MarkRow | None:
        return self._rows.get(mark)

    def rows(self) -> tuple[MarkRow, ...]:
        return tuple(self._rows.values())

    def _hint_words(self, count: int) -> str:
        if count >= self._spec.at_most:
            return self.tr("That is the most: %n mark(s).", "", self._spec.at_most)
        if self._spec.shape != "point":
            return shape_hint(self._spec.shape).format(key=MARK_KEY)
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
        field.done.connect(lambda: self.mark_done.emit(question, mark))

    def _drop(self, kept: set[str]) -> None:
        for mark in [mark for mark in self._rows if mark not in kept]:
            gone = self._rows.pop(mark)
            self.column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()


def shape_hint(shape: str) -> str:
    """How a shape is drawn, with {key} for the key that takes its tool."""
    return {
        "box": translate("MarksField", "{key}, then drag a box; its corners can be moved."),
        "ellipse": translate("MarksField", "{key}, then drag an ellipse; its ends can be moved."),
        "line": translate("MarksField", "{key}, then drag a line; its ends can be moved."),
        "angle": translate("MarksField", "{key}, then click the end, the corner and the other end."),
        "polygon": translate("MarksField", "{key}, then click corner by corner; Enter closes it."),
        "brush": translate("MarksField", "{key}, then paint an area; ⇧ J erases, Ctrl + and − change the brush."),
    }[shape]
