"""Answers that are given by one or several of a few buttons: options, points of a scale, categories, verdicts.

What belongs here: the buttons, their keys once the keyboard is with them. What does not: tables (answer_matrix), places
and pairs (answer_order), numbers and texts (answer_entries).
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout

from app.reading.answers import DONT_KNOW
from app.tracking.events import AnswerValue
from app.windows.key_names import key_name
from app.windows.questions.answer_button import AnswerButton
from app.windows.questions.answer_field import AnswerField, Keys, scale_ends
from app.windows.questions.answer_keys import Slot, keys_here, none_key, options
from app.windows.theme import current_theme
from study_configs.questions import Choice, Choices, Likert, Question, Ranking, ScaleAnswer, Verdict, YesNo

STEPS = {"Down": 1, "Right": 1, "Up": -1, "Left": -1}
MOST_IN_A_ROW = 11
NONE = "none of these"  # the button of Choices that says so; never stored


class OptionsField(AnswerField):
    """Buttons that share a keyboard: arrows go from one to the next, Space or its own key presses one, Esc leaves.

    While the keyboard is elsewhere, the caps show the keys that work from the images; while it is here, those of here.
    """

    def __init__(self, spec: Question, keys: Keys, question: str) -> None:
        super().__init__(spec)
        self.buttons: dict[AnswerValue, AnswerButton] = {}
        self._from_images = {value: keys.get(Slot(question, value), "") for value, _ in options(spec)}
        self._here: Mapping[AnswerValue, str] = keys_here(spec)

    def go_to(self) -> None:
        standing = next((each for each in self.buttons.values() if each.isChecked()), None)
        (standing or next(iter(self.buttons.values()))).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = key_name(event)
        value = next((each for each, key in self._here.items() if key == name), None)
        if name in STEPS:
            self._walk(STEPS[name])
        elif name == "Esc":
            self._leave()
        elif name in ("Del", "Backspace"):
            self._empty()
        elif value is not None and not event.isAutoRepeat():
            self.buttons[value].setFocus(Qt.FocusReason.OtherFocusReason)
            self._pressed(value)
        elif value is None:
            event.ignore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._show_keys(self._here if event.type() == QEvent.Type.FocusIn else self._from_images)
        return super().eventFilter(watched, event)

    def _add(self, value: AnswerValue, words: str, row: QBoxLayout, *, compact: bool = False) -> AnswerButton:
        button = AnswerButton(words, self._from_images.get(value, ""), compact=compact)
        button.installEventFilter(self)
        button.clicked.connect(lambda: self._clicked(value))
        self.buttons[value] = button
        row.addWidget(button)
        return button

    def _walk(self, step: int) -> None:
        buttons = list(self.buttons.values())
        at = next((index for index, each in enumerate(buttons) if each is self.window().focusWidget()), 0)
        buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_keys(self, keys: Mapping[AnswerValue, str]) -> None:
        for value, button in self.buttons.items():
            button.show_key(keys.get(value, ""))

    def _clicked(self, value: AnswerValue) -> None:
        raise NotImplementedError

    def _pressed(self, value: AnswerValue) -> None:
        raise NotImplementedError

    def _empty(self) -> None:
        if self._standing is not None:
            self.cleared.emit()


class ButtonsField(OptionsField):
    """One of several options as large buttons; two short ones side by side; points of a scale are one compact row."""

    def __init__(self, spec: Choice | YesNo | Likert | ScaleAnswer | Verdict, keys: Keys, question: str) -> None:
        super().__init__(spec, keys, question)
        scale = isinstance(spec, Likert) and not spec.labels
        row: QBoxLayout = QHBoxLayout() if scale or isinstance(spec, YesNo) else QVBoxLayout()
        row.setSpacing(current_theme().space(1))
        self.column.addLayout(row)
        for value, words in options(spec):
            apart = value == DONT_KNOW
            self._add(value, words, self.column if apart else row, compact=scale and not apart)
        if isinstance(spec, Likert) and spec.ends:
            self.column.insertLayout(1, scale_ends(*spec.ends))

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        self._standing = value if answered else None
        for each, button in self.buttons.items():
            button.setChecked(answered and each == value)

    def _clicked(self, value: AnswerValue) -> None:
        if value == self._standing:
            self.cleared.emit()  # a second click on the standing answer takes it back
        else:
            self.answered.emit(value)

    def _pressed(self, value: AnswerValue) -> None:
        if value != self._standing:
            self.answered.emit(value)
        self.done.emit()


class ChoicesField(OptionsField):
    """Any number of several options. What is taken is an answer as soon as it is enough, and none before.

    `None of these` is offered where a reader may answer with none, so that nothing is no answer by accident.
    """

    def __init__(self, spec: Choices, keys: Keys, question: str) -> None:
        super().__init__(spec, keys, question)
        self._spec = spec
        self._taken: tuple[str, ...] = ()
        for value, words in options(spec):
            self._add(value, words, self.column)
        if spec.at_least == 0:
            self._here = {**self._here, NONE: none_key(spec)}
            self._add(NONE, self.tr("None of these"), self.column)

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        stood, self._standing = self._standing, value if answered else None
        if answered or stood is not None:
            self._taken = value if isinstance(value, tuple) else ()
            self.refuse("")
        self._draw()

    def step_back(self) -> bool:
        if self._standing is not None or not self._taken:
            return False
        self._take(self._taken[:-1])
        return True

    def _draw(self) -> None:
        for each, button in self.buttons.items():
            special = each == self._standing or (each == NONE and self._standing == ())
            button.setChecked(each in self._taken or special)

    def _clicked(self, value: AnswerValue) -> None:
        if value in (DONT_KNOW, NONE):
            wanted: AnswerValue = DONT_KNOW if value == DONT_KNOW else ()
            self.cleared.emit() if wanted == self._standing else self.answered.emit(wanted)
            return
        now = {*self._taken} ^ {str(value)}
        if len(now) > self._spec.at_most:
            self.refuse(self.tr("No more than %n of these can be taken.", "", self._spec.at_most))
            return
        self._take(tuple(each for each in self._spec.options if each in now))

    def _pressed(self, value: AnswerValue) -> None:
        self._clicked(value)
        if value in (DONT_KNOW, NONE) and self._standing is not None:
            self.done.emit()

    def _take(self, taken: tuple[str, ...]) -> None:
        self._taken = taken
        self.refuse("")
        if len(taken) >= max(1, self._spec.at_least):
            self.answered.emit(taken)
            return
        if self._standing is not None:
            self._standing = None
            self.cleared.emit()
        self._taken = taken
        if taken:
            self.refuse(self.tr("At least %n of these.", "", self._spec.at_least))
        self._draw()


class RankingField(OptionsField):
    """Options put in order: each key that is pressed gives its option the next place, once more takes it out again."""

    def __init__(self, spec: Ranking, keys: Keys, question: str) -> None:
        super().__init__(spec, keys, question)
        self._spec = spec
        self._places: tuple[str, ...] = ()
        if spec.ends:
            self.column.addLayout(scale_ends(self.tr("1st: {end}").format(end=spec.ends[0]), spec.ends[1]))
        for value, words in options(spec):
            self._add(value, words, self.column)

    @property
    def _wanted(self) -> int:
        return min(self._spec.top or len(self._spec.options), len(self._spec.options))

    def show_answer(self, value: AnswerValue, answered: bool) -> None:
        stood, self._standing = self._standing, value if answered else None
        if answered or stood is not None:
            self._places = value if isinstance(value, tuple) else ()
        self._draw()

    def step_back(self) -> bool:
        if self._standing is not None or not self._places:
            return False
        self._give(self._places[:-1])
        return True

    def _draw(self) -> None:
        for each, button in self.buttons.items():
            has_place = each in self._places
            place = self._places.index(str(each)) + 1 if has_place else 0
            button.show_at_end(self.tr("place {number}").format(number=place) if has_place else "")
            button.setChecked(has_place or (each == DONT_KNOW and self._standing == DONT_KNOW))

    def _empty(self) -> None:
        if self._standing == DONT_KNOW:
            self.cleared.emit()
        elif self._places:
            self._give(self._places[:-1])

    def _clicked(self, value: AnswerValue) -> None:
        if value == DONT_KNOW:
            self.cleared.emit() if self._standing == DONT_KNOW else self.answered.emit(DONT_KNOW)
        elif value in self._places:
            self._give(tuple(each for each in self._places if each != value))
        elif len(self._places) < self._wanted:
            self._give((*self._places, str(value)))
        else:
            self.refuse(self.tr("All places are given: take one back first, with its own key."))

    def _pressed(self, value: AnswerValue) -> None:
        self._clicked(value)
        if self._standing is not None:
            self.done.emit()

    def _give(self, places: tuple[str, ...]) -> None:
        self.refuse("")
        if len(places) == self._wanted:
            self._places = places
            self.answered.emit(places)
            return
        if self._standing is not None:
            self._standing = None
            self.cleared.emit()
        self._places = places
        self._draw()
