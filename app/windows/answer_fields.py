"""One field for each type of question: buttons, a scale, a slider, a text.

What belongs here: showing a question with the answer that stands, and saying what the reader does to it. What does not:
lists of questions (question_list), marks (marks_field), and deciding anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.reading.answers import DONT_KNOW
from app.tracking.events import AnswerValue
from app.windows.answer_button import AnswerButton
from app.windows.answer_keys import Slot, dont_know_words, options
from app.windows.answer_slider import AnswerSlider
from app.windows.key_names import shown
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.questions import Choice, FreeText, Likert, Question, Slider, YesNo

TYPING_PAUSE_MS = 500  # after this long without a letter, a text is an answer
Keys = Mapping[Slot, str]


class AnswerField(QWidget):
    """The answering part of a question. `answered` carries the value; `cleared` takes the answer back."""

    answered = Signal(object)
    cleared = Signal()
    left = Signal()  # Escape: the keyboard belongs to the images again

    def __init__(self, spec: Question) -> None:
        super().__init__()
        self._standing: AnswerValue = None
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


class ButtonsField(AnswerField):
    """Options as large buttons; two short ones stand side by side. The points of a scale are one compact row."""

    def __init__(self, spec: Choice | YesNo | Likert, keys: Keys, question: str) -> None:
        super().__init__(spec)
        self._buttons: dict[AnswerValue, AnswerButton] = {}
        scale = isinstance(spec, Likert)
        row = QHBoxLayout() if scale or isinstance(spec, YesNo) else QVBoxLayout()
        row.setSpacing(current_theme().space(1))
        self.column.addLayout(row)
        for value, words in options(spec):
            button = AnswerButton(words, keys.get(Slot(question, value), ""), compact=scale and value != DONT_KNOW)
            button.clicked.connect(lambda _=False, value=value: self._clicked(value))
            self._buttons[value] = button
            (self.column if value == DONT_KNOW else row).addWidget(button)
        if isinstance(spec, Likert) and spec.ends:
            self.column.insertLayout(1, _ends(*spec.ends))

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        self._standing = value if answered else None
        for each, button in self._buttons.items():
            button.setChecked(answered and each == value)

    def go_to(self) -> None:
        next(iter(self._buttons.values())).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _clicked(self, value: AnswerValue) -> None:
        if value == self._standing:
            self.cleared.emit()  # a second click on the standing answer takes it back
        else:
            self.answered.emit(value)


class SliderField(AnswerField):
    """The slider with its ends, its number and unit, and the key that leads to it."""

    def __init__(self, spec: Slider, keys: Keys, question: str) -> None:
        super().__init__(spec)
        self._unit = spec.unit
        self.slider = AnswerSlider(spec)
        self.readout = label(self.tr("not set"), "quiet", wrap=False)
        self.column.addLayout(self._head(keys.get(Slot(question, None), "")))
        self.column.addWidget(self.slider)
        self.column.addLayout(_ends(*(spec.ends or (f"{spec.from_:g}", f"{spec.to:g}"))))
        self._dont_know = _dont_know(self, spec, keys, question)
        self.slider.value_set.connect(self.answered)
        self.slider.emptied.connect(self.cleared)
        self.slider.left.connect(self.left)
        self.slider.moved.connect(self._read_out)

    def _head(self, key: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.readout)
        row.addStretch()
        if key:
            hint = label(self.tr("{key}, then type or ← →").format(key=shown(key)), "small", wrap=False)
            row.addWidget(hint)
        return row

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        number = float(value) if answered and isinstance(value, int | float) else None
        self.slider.show_value(number)
        self._read_out("" if number is None else f"{number:g}")
        if self._dont_know is not None:
            self._dont_know.setChecked(answered and value == DONT_KNOW)

    def go_to(self) -> None:
        self.slider.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _read_out(self, number: str) -> None:
        self.readout.setText(f"{number} {self._unit}".strip() if number else self.tr("not set"))
        set_role(self.readout, "strong" if number else "quiet")


class TextField(AnswerField):
    """A text; it is an answer after a short pause in typing, and at the latest when the keyboard leaves the field."""

    def __init__(self, spec: FreeText, keys: Keys, question: str) -> None:
        super().__init__(spec)
        self._most = spec.max_characters
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(spec.ask)
        self.editor.setTabChangesFocus(True)
        self.editor.setFixedHeight(current_theme().px(64))
        self.editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        key = keys.get(Slot(question, None), "")
        self.editor.setPlaceholderText(self.tr("{key} to write, Esc to leave").format(key=shown(key)) if key else "")
        self.editor.installEventFilter(self)
        self.editor.textChanged.connect(self._typed)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self.column.addWidget(self.editor)
        self._dont_know = _dont_know(self, spec, keys, question)

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        unknown = answered and value == DONT_KNOW and self._dont_know is not None
        text = str(value) if answered and not unknown else ""
        self._standing = text
        if self._dont_know is not None:
            self._dont_know.setChecked(unknown)
        if not self._is_being_written() and self.editor.toPlainText() != text:
            with QSignalBlocker(self.editor):
                self.editor.setPlainText(text)

    def go_to(self) -> None:
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def flush(self) -> None:
        self._pause.stop()
        text = self.editor.toPlainText().strip()
        if text == (self._standing or ""):
            return
        self._standing = text
        if text:
            self.answered.emit(text)
        else:
            self.cleared.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self.flush()
                self.editor.clearFocus()
                self.left.emit()
            event.accept()
            return True
        if isinstance(event, QFocusEvent) and event.lostFocus():
            self.flush()
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        text = self.editor.toPlainText()
        if len(text) > self._most:
            cursor = self.editor.textCursor()
            cursor.deletePreviousChar()
        else:
            self._pause.start()

    def _is_being_written(self) -> bool:
        """Whether the keyboard is here, or a text was typed that is not handed over yet."""
        return self._pause.isActive() or self.editor.window().focusWidget() is self.editor


class QuestionField(QFrame):
    """A question with its help, whether it is still open, and its answering field."""

    def __init__(self, spec: Question, field: AnswerField, *, small: bool = False) -> None:
        super().__init__()
        theme = current_theme()
        self.field = field
        self._required = spec.required
        self._open = label("", "small", wrap=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        head = QHBoxLayout()
        head.setSpacing(theme.space(2))
        head.addWidget(label(spec.ask, "quiet" if small else "question"), 1)
        head.addWidget(self._open, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        if spec.help:
            column.addWidget(label(spec.help, "small"))
        column.addWidget(field)

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        self.field.show_answer(value, answered)
        self._open.setText("" if answered else self.tr("still open") if self._required else self.tr("optional"))
        self.field.setAccessibleDescription(self._open.text())

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
        case Choice() | YesNo() | Likert():
            return ButtonsField(spec, keys, question)
    raise TypeError(f"no field for {type(spec).__name__}")


def _dont_know(field: AnswerField, spec: Question, keys: Keys, question: str) -> AnswerButton | None:
    """The button "don't know" below a field, where the question offers it."""
    if not spec.dont_know:
        return None
    button = AnswerButton(dont_know_words(), keys.get(Slot(question, DONT_KNOW), ""))
    button.clicked.connect(lambda: field.answered.emit(DONT_KNOW))
    field.column.addWidget(button)
    return button


def _ends(first: str, last: str) -> QHBoxLayout:
    """The words at both ends of a scale."""
    row = QHBoxLayout()
    row.addWidget(label(first, "small"), 1)
    right = label(last, "small")
    right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    row.addWidget(right, 1)
    return row
