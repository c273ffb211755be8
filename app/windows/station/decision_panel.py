"""The technician's decision: large buttons for the finger, the mouse and the keys.

What belongs here: showing the decision and its reason, and saying what was pressed. What does not: which answers are
taken (app.reading), the images.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.reading.script import AskedQuestion
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.questions import Choice, Likert, Question, YesNo
from study_configs.words import translate

Reach = Literal["hand", "finger"]  # of buttons, in the style sheet: a finger in a glove needs 15 mm
MOST_BELOW = 3  # more buttons than this stand two abreast
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
    """`chosen(question, value)` for a press, `confirmed` for the wish to go on; shows what stands. The decision comes
    first and has the largest buttons."""

    chosen = Signal(str, object)
    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons: dict[tuple[str, str | int], BigButton] = {}
        self._parts: dict[str, QWidget] = {}
        self.confirm = QPushButton(self.tr("Confirm   ⏎"))
        set_role(self.confirm, "primary", name="kind")
        set_role(self.confirm, "hand", name="reach")
        self.confirm.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.confirm.clicked.connect(self.confirmed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(current_theme().space(3))
        self._column.addWidget(self.confirm)

    def ask(self, questions: Sequence[AskedQuestion], decision: str) -> None:
        """The questions of the phase in its order, the decision first."""
        for part in self._parts.values():
            self._column.removeWidget(part)
            part.deleteLater()
        self.buttons, self._parts = {}, {}
        for at, asked in enumerate(sorted(questions, key=lambda each: each.id != decision)):
            self._parts[asked.id] = self._part(asked, "hand" if asked.id == decision else "finger")
            self._column.insertWidget(at, self._parts[asked.id])

    def show_answers(self, standing: Mapping[str, object], asked: Collection[str], may_confirm: bool) -> None:
        """`standing` are answers by question; only what is `asked` now is shown."""
        for (question, value), button in self.buttons.items():
            button.setChecked(standing.get(question) == value)
        for question, part in self._parts.items():
            part.setVisible(question in asked)
        self.confirm.setEnabled(may_confirm)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Whether the key was one of the panel's. A digit belongs to the last question that is shown."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.confirm.isEnabled() and not event.isAutoRepeat():
                self.confirmed.emit()
            return True
        pressed = event.text().upper()
        fitting = [choice for choice, button in self.buttons.items() if button.key == pressed and button.isVisible()]
        if not pressed or not fitting or event.isAutoRepeat():
            return False
        self.chosen.emit(*fitting[-1])
        return True

    def _part(self, asked: AskedQuestion, reach: Reach) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(current_theme().space(2))
        column.addWidget(label(asked.spec.ask, "question"))
        grid = QGridLayout()
        grid.setSpacing(current_theme().space(2))
        column.addLayout(grid)
        options = options_of(asked.spec)
        abreast = 2 if len(options) > MOST_BELOW else 1
        for at, (value, words) in enumerate(options.items()):
            key = DECISION_KEYS.get(str(value), str(at + 1) if at < 9 else "")
            button = self.buttons[asked.id, value] = BigButton(words, key, reach)
            set_role(button, TONES.get(str(value), "plain"), name="tone")
            button.clicked.connect(lambda _checked, a=asked.id, v=value: self.chosen.emit(a, v))
            grid.addWidget(button, at // abreast, at % abreast)
        return part
