"""Questions about one place each: a card for every finding, lesion or mark, open for the one that is selected.

What belongs here: the card, and the list of cards of a scope. What does not: placing marks (marks_desk), showing a
place on the images (the reading room).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.reading.asking import OpenQuestion
from app.reading.feedback import answer_in_words
from app.windows.icons import IconButton
from app.windows.labels import label
from app.windows.questions.answer_field import AnswerField, Keys
from app.windows.questions.answer_fields import QuestionField, answer_field, lead_key
from app.windows.theme import current_theme, set_role


class TargetCard(QFrame):
    """One place: a button that goes there, its questions (open while it is selected), else its answers in words."""

    chosen = Signal()
    remove_requested = Signal()

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._fields: dict[str, QuestionField] = {}
        theme = current_theme()
        self.jump = QPushButton()
        self.jump.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.jump.setCheckable(True)
        self.jump.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.jump.clicked.connect(self.chosen)
        self._summary = label("", "small", wrap=False)
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # long ones widen nothing
        self.head = QHBoxLayout()
        self.head.addWidget(self.jump)
        self.head.addWidget(self._summary, 1)
        self.head.addStretch()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.space(2), theme.px(6), theme.space(2), theme.px(6))
        self._column.setSpacing(theme.px(6))
        self._column.addLayout(self.head)
        set_role(self, "card")

    def offer_removing(self, words: str) -> None:
        """A button, and the Delete key, that ask to take the place away."""
        self.remove = IconButton("trash", words, key="Delete")
        self.remove.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.remove.clicked.connect(self.remove_requested)
        self.head.addWidget(self.remove)

    def show_place(self, words: str, spoken: str, active: bool) -> None:
        self.jump.setText(words)
        self.jump.setAccessibleName(spoken)
        self.jump.setChecked(active)
        self._summary.setVisible(not active)
        for field in self._fields.values():
            field.setVisible(active)

    def show_question(self, asked: OpenQuestion) -> AnswerField | None:
        """Show a question about this place; the field where it is new."""
        name, spec = asked.question.id, asked.question.spec
        known, new = self._fields.get(name), None
        if known is None:
            new = answer_field(spec, self._keys, name)
            new.setAccessibleName(asked.title)
            known = QuestionField(spec, new, small=True, key=lead_key(self._keys, name))
            self._fields[name] = known
            self._column.addWidget(known)
        known.show_answer(asked.answer, asked.answered)
        return new

    def keep_questions(self, kept: set[str]) -> None:
        """Questions that are not asked of this place any more leave."""
        for name in [name for name in self._fields if name not in kept]:
            gone = self._fields.pop(name)
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()

    def summarise(self, questions: tuple[OpenQuestion, ...]) -> None:
        words = [answer_in_words(q.question.spec, q.answer) if q.answered else self.tr("still open") for q in questions]
        self._summary.setText(" · ".join(words))

    def shown_question(self, question: str) -> QuestionField | None:
        return self._fields.get(question)

    def field(self, question: str) -> AnswerField | None:
        known = self._fields.get(question)
        return known.field if known is not None else None

    def flush(self) -> None:
        for known in self._fields.values():
            known.field.flush()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        else:
            event.ignore()


class CardList(QWidget):
    """The cards of one scope: findings of the AI that the phase shows, or lesions that are pointed out."""

    chosen = Signal(str)  # target
    answer_given = Signal(str, str, object)  # question, target, value
    answer_cleared = Signal(str, str)
    done = Signal(str, str)  # question, target
    left = Signal()

    def __init__(self, scope: str, keys: Keys) -> None:
        super().__init__()
        self._scope, self._keys = scope, keys
        self._cards: dict[str, TargetCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(current_theme().space(2))
        title = self.tr("Findings of the AI") if scope == "finding" else self.tr("Places that are pointed out")
        self._column.addWidget(label(title, "question"))

    def show_questions(self, asked: tuple[OpenQuestion, ...], selected: str) -> None:
        """Show one card for each target, the selected one open."""
        numbers = {each.target: each.target_number for each in asked}
        self._drop(set(numbers))
        for target, number in numbers.items():
            card = self._card(target)
            about = tuple(each for each in asked if each.target == target)
            card.keep_questions({each.question.id for each in about})
            for each in about:
                new = card.show_question(each)
                if new is not None:
                    self._listen(new, each.question.id, target)
            card.summarise(about)
            words = self._words(number)
            card.show_place(words, self.tr("Go to {place}").format(place=words), target == selected)

    def card(self, target: str) -> TargetCard | None:
        return self._cards.get(target)

    def field(self, question: str, target: str) -> AnswerField | None:
        card = self._cards.get(target)
        return card.field(question) if card is not None else None

    def flush(self) -> None:
        for card in self._cards.values():
            card.flush()

    def _words(self, number: int) -> str:
        words = self.tr("Finding {number}") if self._scope == "finding" else self.tr("Place {number}")
        return words.format(number=number)

    def _card(self, target: str) -> TargetCard:
        card = self._cards.get(target)
        if card is None:
            card = self._cards[target] = TargetCard(self._keys)
            card.chosen.connect(lambda: self.chosen.emit(target))
            self._column.addWidget(card)
        return card

    def _listen(self, field: AnswerField, question: str, target: str) -> None:
        field.answered.connect(lambda value: self.answer_given.emit(question, target, value))
        field.cleared.connect(lambda: self.answer_cleared.emit(question, target))
        field.left.connect(self.left)
        field.done.connect(lambda: self.done.emit(question, target))

    def _drop(self, kept: set[str]) -> None:
        for target in [target for target in self._cards if target not in kept]:
            gone = self._cards.pop(target)
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
