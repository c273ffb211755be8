"""The technician's decision: large buttons for the finger, the mouse and the keys.

What belongs here: showing the decision and its reason, and saying what was pressed. What does not: which answers are
taken (app.reading), the images.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.reading.asking import OpenQuestion
from app.reading.script import AskedQuestion
from app.windows.key_names import key_name
from app.windows.labels import label
from app.windows.questions.answer_history import AnswerHistory
from app.windows.theme import current_theme, set_role
from study_configs.questions import Choice, Likert, Question, YesNo
from study_configs.words import translate
from viewers.aloud import announce

Reach = Literal["hand", "finger"]  # of buttons, in the style sheet: a finger in a glove needs 15 mm
DECISION_KEYS: Mapping[str, str] = {"accept": "A", "repeat": "R", "call": "C", "yes": "Y", "no": "N"}
TONES: Mapping[str, str] = {"accept": "good", "repeat": "caution"}


class BigButton(QPushButton):
    """An answer as a large target; checked while it is the one that stands."""

    def __init__(self, words: str, key: str, reach: Reach) -> None:
        super().__init__(f"{words}   {key}" if key else words)
        self.key = key
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self, reach, name="reach")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{words}, {key}" if key else words)

    def nextCheckState(self) -> None:
        """Nothing: what is checked follows from the answer that stands."""


def options_of(question: Question) -> Mapping[str | int, str]:
    """The answers that a large button can give: of choices, yes or no, and points of a scale; none of other types."""
    match question:
        case Choice():
            return {value: words for value, words in question.options.items()}  # noqa: C416 - keys are also numbers
        case YesNo():
            return {"yes": translate("Answers", "Yes"), "no": translate("Answers", "No")}
        case Likert():
            return dict(enumerate(_points(question), 1))
        case _:
            return {}


def _points(question: Likert) -> list[str]:
    words = list(question.labels) or [str(point) for point in range(1, question.points + 1)]
    if question.ends is not None:
        words[0], words[-1] = f"1 – {question.ends[0]}", f"{question.points} – {question.ends[1]}"
    return words


class DecisionPanel(QWidget):
    """`answer_given(question, target, value)` for a press, `answer_cleared(question, target)` for undoing the first,
    `confirm_requested` for the wish to go on; shows what stands. Enter before anything can be confirmed has the button
    say why.

    The decision has the largest buttons and stands at the foot, right above Confirm, where hands find them whatever
    else is asked: the other questions grow upwards from it, and scroll where there is no room.
    """

    answer_given = Signal(str, str, object)
    answer_cleared = Signal(str, str)
    confirm_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons: dict[tuple[str, str | int], BigButton] = {}
        self._parts: dict[str, QWidget] = {}
        self._open: tuple[OpenQuestion, ...] = ()
        self._history = AnswerHistory()
        self._early = QTimer(self, singleShot=True)
        self._early.timeout.connect(self._offer_confirm)
        self.confirm = QPushButton(self.tr("Confirm   ⏎"))
        set_role(self.confirm, "primary", name="kind")
        set_role(self.confirm, "hand", name="reach")
        self.confirm.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.confirm.clicked.connect(self.confirm_requested)
        self._lay_out()

    def _lay_out(self) -> None:
        space = current_theme().space(3)
        self._inside = QWidget()
        self._others = QVBoxLayout(self._inside)
        self._others.setContentsMargins(0, 0, 0, 0)
        self._others.setSpacing(space)
        self._others.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)  # gives way to the foot
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        QScroller.grabGesture(self._scroll.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self._foot = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space)
        column.addWidget(self._scroll, 1)
        column.addLayout(self._foot)
        column.addWidget(self.confirm)

    @property
    def needed_height(self) -> int:
        """Logical px in which all that is asked now can be seen without scrolling."""
        parts = (self._inside.sizeHint(), self._foot.sizeHint(), self.confirm.sizeHint())
        return sum(part.height() for part in parts) + 2 * current_theme().space(3)

    def start_phase(self, questions: Sequence[AskedQuestion], decision: str, reason: str | None) -> None:
        """The questions of the phase in its order, with the reason right above the decision."""
        for part in self._parts.values():
            part.hide()
            part.setParent(None)
            part.deleteLater()
        self.buttons, self._parts, self._history = {}, {}, AnswerHistory()
        for asked in sorted(questions, key=lambda each: each.id == reason):
            part = self._parts[asked.id] = self._part(asked, "hand" if asked.id == decision else "finger")
            (self._foot if asked.id == decision else self._others).addWidget(part)

    def show_questions(self, questions: Sequence[OpenQuestion]) -> None:
        """What is asked now, and what stands."""
        came = {each.question.id for each in questions} - {each.question.id for each in self._open}
        self._open = tuple(questions)
        self._history.follow(questions)
        standing = {each.question.id: each.answer for each in questions if each.answered}
        for (question, value), button in self.buttons.items():
            button.setChecked(standing.get(question) == value)
        asked = {each.question.id for each in questions}
        for question, part in self._parts.items():
            part.setVisible(question in asked)
        self._offer_confirm()
        for question in came & self._parts.keys():
            QTimer.singleShot(0, self._parts[question], lambda q=question: self._bring_into_sight(q))

    def restart_clock(self, available_in_s: float) -> None:
        """Nothing is confirmed before."""
        if available_in_s > 0:
            self._early.start(math.ceil(available_in_s * 1000) + 1)
        else:
            self._early.stop()
        self._offer_confirm()

    def flush(self) -> None:
        """Nothing here is ever half given."""

    def undo(self) -> None:
        """Take the last answer of this phase back."""
        change = self._history.undo()
        if change is not None and change.had_answer:
            self.answer_given.emit(change.question, change.target, change.before)
        elif change is not None:
            self.answer_cleared.emit(change.question, change.target)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Whether the key was one of the panel's; one that is held down answers once."""
        name = key_name(event)
        if name in ("Return", "Enter"):
            if not event.isAutoRepeat():
                self._go_on()
            return True
        choice = self._meant_by(name)
        if choice is not None and not event.isAutoRepeat():
            self.answer_given.emit(choice[0], "", choice[1])
        return choice is not None

    def _go_on(self) -> None:
        if self.confirm.isEnabled():
            self.confirm_requested.emit()
            return
        missing = next((each.question.spec.ask for each in self._open if _is_missing(each)), "")
        if missing:
            self._say_why_not(self.tr("First: {question}").format(question=missing))
        elif self._early.isActive():
            seconds = math.ceil(self._early.remainingTime() / 1000)
            self._say_why_not(self.tr("Available in {seconds} s").format(seconds=seconds))

    def _say_why_not(self, words: str) -> None:
        """In the button's own place, so that nothing moves, until an answer is given."""
        room = self.confirm.width() - 2 * current_theme().space(4)
        self.confirm.setText(self.confirm.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
        announce(self, words)

    def _meant_by(self, name: str) -> tuple[str, str | int] | None:
        """Where a key could answer several questions it answers the first that is open, or else the last."""
        fitting = [choice for choice, button in self.buttons.items() if button.key == name and button.isVisibleTo(self)]
        answered = {each.question.id for each in self._open if each.answered}
        return next((choice for choice in fitting if choice[0] not in answered), fitting[-1] if fitting else None)

    def _offer_confirm(self) -> None:
        is_open = any(_is_missing(each) for each in self._open)
        self.confirm.setText(self.tr("Confirm   ⏎"))
        self.confirm.setEnabled(bool(self._open) and not is_open and not self._early.isActive())

    def _bring_into_sight(self, question: str) -> None:
        part = self._parts.get(question)
        if part is not None and self._inside.isAncestorOf(part):
            self._scroll.ensureWidgetVisible(part, 0, 0)

    def _part(self, asked: AskedQuestion, reach: Reach) -> QWidget:
        part = QWidget()
        part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(current_theme().space(2))
        column.addWidget(label(asked.spec.ask, "question"))
        grid = QGridLayout()
        grid.setSpacing(current_theme().space(2))
        column.addLayout(grid)
        abreast = 1 if reach == "hand" else 2
        for at, (value, words) in enumerate(options_of(asked.spec).items()):
            key = DECISION_KEYS.get(str(value), str(at + 1) if at < 9 else "")
            button = self.buttons[asked.id, value] = BigButton(words, key, reach)
            set_role(button, TONES.get(str(value), "plain"), name="tone")
            button.clicked.connect(lambda _checked, a=asked.id, v=value: self.answer_given.emit(a, "", v))
            grid.addWidget(button, at // abreast, at % abreast)
        return part


def _is_missing(asked: OpenQuestion) -> bool:
    return asked.question.spec.required and not asked.answered and not asked.closed
