"""Questions that are asked of both sides, or of each segment: one field that holds an answer for each.

What belongs here: two columns for the sides, a table or a stack for segments. What does not: findings, marks and
lesions, which have cards (question_cards), and the table itself (answer_table).
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.reading.asking import OpenQuestion
from app.reading.feedback import answer_in_words
from app.tracking.events import AnswerValue
from app.windows.key_names import shown
from app.windows.labels import label
from app.windows.questions.answer_field import AnswerField, Keys
from app.windows.questions.answer_fields import answer_field, lead_key
from app.windows.questions.answer_keys import SIDES, keys_here, options
from app.windows.questions.answer_table import AnswerTable, Column
from app.windows.theme import current_theme
from study_configs.questions import Choice, Likert, Question, ScaleAnswer, Verdict, YesNo
from study_configs.words import translate

FEW = 8  # options that a table has room for beside the segments' names
NARROW = (YesNo, Verdict)  # answers that fit into half a panel
SHORT = 6  # letters of an option that fits into half a panel beside its key


class TargetsField(AnswerField):
    """One question about several places. Its answers come as `target_answered`, never as `answered`."""

    target_answered = Signal(str, object)  # target, value
    target_cleared = Signal(str)
    target_done = Signal(str)  # as `done`, of one target

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        """Nothing: what is shown is told by `show_targets`."""

    def show_targets(self, asked: tuple[OpenQuestion, ...]) -> None:
        """Show the answers as they stand, one for each target."""
        raise NotImplementedError

    def field(self, target: str) -> AnswerField:
        """What answers about one target."""
        raise NotImplementedError

    def go_to_target(self, target: str) -> None:
        """Give the keyboard to one target."""
        raise NotImplementedError

    def place(self, target: str) -> QWidget:
        """Where a target's answer stands on the screen."""
        return self.field(target)


class StackField(TargetsField):
    """A field for each target, with its name: sides beside each other where there is room, else one below another."""

    def __init__(self, spec: Question, keys: Keys, question: str, names: Mapping[str, str]) -> None:
        super().__init__(spec)
        self._fields: dict[str, AnswerField] = {}
        self._answered: dict[str, bool] = {}
        self._columns = QGridLayout()
        self._columns.setHorizontalSpacing(current_theme().space(3))
        self._columns.setVerticalSpacing(current_theme().space(2))
        self.column.addLayout(self._columns)
        is_beside = spec.per == "side" and fits_half(spec)
        for at, (target, name) in enumerate(names.items()):
            part = self._part(spec, keys, question, target, name)
            self._columns.addWidget(part, *((0, at) if is_beside else (at, 0)), Qt.AlignmentFlag.AlignTop)
            self._columns.setColumnStretch(at if is_beside else 0, 1)

    def _part(self, spec: Question, keys: Keys, question: str, target: str, name: str) -> QWidget:
        field = self._fields[target] = answer_field(spec, {}, question)
        field.setAccessibleName(f"{spec.ask} {name}")
        field.answered.connect(lambda value: self.target_answered.emit(target, value))
        field.cleared.connect(lambda: self.target_cleared.emit(target))
        field.left.connect(self.left)
        field.done.connect(lambda: self.target_done.emit(target))
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(current_theme().space(1))
        column.addLayout(_headed(name, lead_key(keys, question, target)))
        column.addWidget(field)
        return part

    def show_targets(self, asked: tuple[OpenQuestion, ...]) -> None:
        for each in asked:
            self._fields[each.target].show_answer(each.answer, each.answered)

    def field(self, target: str) -> AnswerField:
        return self._fields[target]

    def go_to_target(self, target: str) -> None:
        self._fields[target].go_to()

    def go_to(self) -> None:
        next(iter(self._fields.values())).go_to()

    def flush(self) -> None:
        for field in self._fields.values():
            field.flush()

    def step_back(self) -> bool:
        return any(field.has_keyboard and field.step_back() for field in self._fields.values())

    def place(self, target: str) -> QWidget:
        return self._fields[target].parentWidget() or self._fields[target]


class SegmentsField(TargetsField):
    """Segments × options as one table: digits running down fill it."""

    def __init__(self, spec: Question, names: Mapping[str, str]) -> None:
        super().__init__(spec)
        self._spec = spec
        here = keys_here(spec)
        columns = tuple(Column(value, words, here[value]) for value, words in options(spec))
        ends = spec.ends if isinstance(spec, Likert) else None
        self.table = AnswerTable(names, columns, ends)
        self.table.setAccessibleName(spec.ask)
        self.table.chosen.connect(self.target_answered)
        self.table.emptied.connect(self.target_cleared)
        self.table.left.connect(self.left)
        self.table.finished.connect(lambda: self.target_done.emit(self.table.row))
        self.column.addWidget(self.table)

    def show_targets(self, asked: tuple[OpenQuestion, ...]) -> None:
        self.table.show_chosen({each.target: each.answer for each in asked if each.answered})

    def show_before(self, words: Mapping[str, str]) -> None:
        """What was confirmed before, by segment and in words: a dot on those buttons."""
        spec = self._spec
        said = {answer_in_words(spec, value): value for value, _ in options(spec)}
        self.table.show_before({target: said[each] for target, each in words.items() if each in said})

    def field(self, target: str) -> AnswerField:
        return self

    def go_to(self) -> None:
        self.table.go_to_open()
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def go_to_target(self, target: str) -> None:
        self.table.go_to_row(target)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def place(self, target: str) -> QWidget:
        return self.table.row_widget(target)


def targets_field(spec: Question, keys: Keys, question: str) -> TargetsField:
    """The field of a question per side or per segment."""
    names = side_names() if spec.per == "side" else spec.segments
    if spec.per == "segment" and is_for_table(spec):
        return SegmentsField(spec, names)
    return StackField(spec, keys, question, names)


def side_names() -> dict[str, str]:
    """The sides as images hang: the patient's right at the left of the screen."""
    return {SIDES[0]: translate("Answers", "Right"), SIDES[1]: translate("Answers", "Left")}


def is_for_table(spec: Question) -> bool:
    """Whether the answers are so few and so plain that each can be a small button in a row."""
    return isinstance(spec, YesNo | Choice | Likert | ScaleAnswer | Verdict) and len(options(spec)) <= FEW


def fits_half(spec: Question) -> bool:
    """Whether a field can be read in half the width of the panel."""
    if isinstance(spec, NARROW):
        return True
    if isinstance(spec, Likert) and not spec.labels and not spec.ends:
        return spec.points <= 5
    return isinstance(spec, Choice) and all(len(words) <= SHORT for words in spec.options.values())


def _headed(name: str, key: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(current_theme().space(2))
    if key:
        row.addWidget(label(shown(key), "cap", wrap=False))
    row.addWidget(label(name, "strong"), 1)
    return row
