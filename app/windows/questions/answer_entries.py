"""Answers that are a number or words: the slider, the typed number, the text.

What belongs here: these fields. What does not: the slider's own line and keys (answer_slider), reading a typed number
(answer_number).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QSizePolicy

from app.reading.answers import DONT_KNOW
from app.tracking.events import AnswerValue
from app.windows.key_names import shown
from app.windows.labels import label
from app.windows.questions.answer_field import AnswerField, Keys, dont_know_button, scale_ends
from app.windows.questions.answer_keys import Slot
from app.windows.questions.answer_number import as_typed, number_typed, why_no_number
from app.windows.questions.answer_slider import AnswerSlider
from app.windows.theme import current_theme, set_role
from study_configs.questions import FreeText, NumberAnswer, Slider

TYPING_PAUSE_MS = 500  # after this long without a letter, a text is an answer
MEASURED_KEY = "M"


class SliderField(AnswerField):
    """The slider with its ends, its number and unit, and the key that leads to it."""

    def __init__(self, spec: Slider, keys: Keys, question: str) -> None:
        super().__init__(spec)
        self._unit = spec.unit
        self._low, self._high = spec.from_, spec.to
        self.slider = AnswerSlider(spec)
        self.readout = label(self.tr("not set"), "quiet", wrap=False)
        self.column.addLayout(self._head(keys.get(Slot(question, None), "")))
        self.column.addWidget(self.slider)
        self.column.addLayout(scale_ends(*(spec.ends or (f"{spec.from_:g}", f"{spec.to:g}"))))
        self._dont_know = dont_know_button(self, spec, keys, question)
        self.slider.value_set.connect(self.answered)
        self.slider.emptied.connect(self.cleared)
        self.slider.left.connect(self.left)
        self.slider.finished.connect(self.done)
        self.slider.refused.connect(self._refuse_number)
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
        if answered:
            self.refuse("")
        self._read_out("" if number is None else f"{number:g}")
        if self._dont_know is not None:
            self._dont_know.setChecked(answered and value == DONT_KNOW)

    def go_to(self) -> None:
        self.slider.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def flush(self) -> None:
        self.slider.take_typed()

    def _refuse_number(self, is_wrong: bool) -> None:
        low, high = f"{self._low:g}", f"{self._high:g}"
        self.refuse(self.tr("A number from {low} to {high}.").format(low=low, high=high) if is_wrong else "")

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
        self._dont_know = dont_know_button(self, spec, keys, question)

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        unknown = answered and value == DONT_KNOW and self._dont_know is not None
        text = str(value) if answered and not unknown else ""
        self._standing = text
        if self._dont_know is not None:
            self._dont_know.setChecked(unknown)
        if not self._is_being_written() and self.editor.toPlainText().strip() != text:
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
            with QSignalBlocker(self.editor):
                cursor = self.editor.textCursor()
                for _ in range(len(text) - self._most):
                    cursor.deletePreviousChar()
            self.refuse(self.tr("No more than %n characters.", "", self._most))
        elif len(text) < self._most:
            self.refuse("")
        self._pause.start()

    def _is_being_written(self) -> bool:
        """Whether the keyboard is here, or a text was typed that is not handed over yet."""
        return self._pause.isActive() or self.editor.window().focusWidget() is self.editor


class NumberField(AnswerField):
    """A number that is typed, with its unit, its limits, and the length that was measured last where it is offered.

    It is an answer after a short pause in typing, at Enter, and when the keyboard leaves; what is none says why, and
    then no answer stands. Esc leaves, M takes the measured length.
    """

    def __init__(self, spec: NumberAnswer, keys: Keys, question: str) -> None:
        super().__init__(spec)
        self._spec = spec
        self._measured: float | None = None
        self.editor = QLineEdit()
        self.editor.setAccessibleName(spec.ask)
        self.editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editor.setMaxLength(24)
        self.editor.setFixedWidth(current_theme().px(110))
        key = keys.get(Slot(question, None), "")
        self.editor.setPlaceholderText(self.tr("{key} to type").format(key=shown(key)) if key else "")
        self.editor.installEventFilter(self)
        self.editor.textEdited.connect(self._typed)
        self.measured = QPushButton()
        self.measured.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.measured.clicked.connect(self.take_measured)
        self.measured.hide()
        self.column.addLayout(self._line())
        self.column.addWidget(self.measured, 0, Qt.AlignmentFlag.AlignLeft)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self._dont_know = dont_know_button(self, spec, keys, question)

    def _line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(current_theme().space(2))
        row.addWidget(self.editor)
        row.addWidget(label(self._spec.unit, "quiet", wrap=False))
        row.addStretch()
        row.addWidget(label(_limits(self._spec), "small", wrap=False))
        return row

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        unknown = answered and value == DONT_KNOW and self._dont_know is not None
        number = value if answered and isinstance(value, int | float) and not unknown else None
        stood, self._standing = self._standing, value if answered else None
        if self._dont_know is not None:
            self._dont_know.setChecked(unknown)
        if answered:
            self.refuse("")
        is_as_typed = number_typed(self.editor.text(), self._spec) == number
        if not is_as_typed and (answered or stood is not None) and not self._pause.isActive():
            self.editor.setText("" if number is None else as_typed(float(number), self._spec.decimals))

    def offer_measured(self, length_mm: float | None) -> None:
        """The length that was measured last, in mm; None where there is none."""
        self._measured = length_mm if self._spec.from_measurement else None
        self.measured.setVisible(self._measured is not None)
        if self._measured is not None:
            words = self.tr("Take {length} mm, as measured   ({key})")
            length = as_typed(self._measured, self._spec.decimals)
            self.measured.setText(words.format(length=length, key=MEASURED_KEY))

    def take_measured(self) -> None:
        if self._measured is not None:
            self.editor.setText(as_typed(self._measured, self._spec.decimals))
            self._hand_over()

    def go_to(self) -> None:
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.editor.selectAll()

    def flush(self) -> None:
        if self._pause.isActive():
            self._hand_over()

    def _hand_over(self) -> None:
        self._pause.stop()
        text = self.editor.text()
        number, why = number_typed(text, self._spec), why_no_number(text, self._spec)
        self.refuse(why)
        if number is not None and number != self._standing:
            self.answered.emit(number)
        elif number is None and self._standing not in (None, DONT_KNOW):
            self._standing = None
            self.cleared.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and self._is_ours(event):
            if event.type() == QEvent.Type.KeyPress:
                self._act(Qt.Key(event.key()))
            event.accept()
            return True
        if isinstance(event, QFocusEvent) and event.lostFocus():
            self.flush()
        return super().eventFilter(watched, event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._pause.isActive() or bool(self.refusal)
        return key == Qt.Key.Key_Escape or (key == Qt.Key.Key_M and self._measured is not None)

    def _act(self, key: Qt.Key) -> None:
        if key == Qt.Key.Key_M:
            self.take_measured()
        else:
            self._hand_over()
        if key == Qt.Key.Key_Escape:
            self.editor.clearFocus()
            self.left.emit()
        elif self._standing is not None and not self.refusal:
            self.done.emit()

    def _typed(self) -> None:
        self.refuse("")
        self._pause.start()


def _limits(spec: NumberAnswer) -> str:
    """From where to where, in signs that need no language."""
    low, high = (None if end is None else f"{end:g}" for end in (spec.from_, spec.to))
    if low is not None and high is not None:
        return f"{low} – {high}"
    return f"≥ {low}" if low is not None else f"≤ {high}" if high is not None else ""
