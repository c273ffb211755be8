"""Questions one below the other, kept up to date without being built anew, and the keyboard's way through them.

What belongs here: a field for each question, cards for findings, lesions and marks, the signals they raise, going on to
the next open question. What does not: confirming (the question panel) and what an answer leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.reading.asking import OpenQuestion
from app.tracking.events import MarkPlaced
from app.windows.questions.answer_entries import NumberField
from app.windows.questions.answer_field import AnswerField, Keys
from app.windows.questions.answer_fields import QuestionField, answer_field, lead_key
from app.windows.questions.answer_keys import Slot
from app.windows.questions.marks_field import MarksField
from app.windows.questions.question_cards import CardList
from app.windows.questions.question_targets import SegmentsField, TargetsField, side_names, targets_field
from app.windows.theme import current_theme
from study_configs.questions import Marks

Block = tuple[str, str]  # ("question", id), or ("cards", scope)
ON_CARDS = ("finding", "lesion")
IN_FIELDS = ("side", "segment")


class QuestionList(QWidget):
    """The questions that stand now. `show_questions` builds a field only for a question that was not there before.

    The keyboard goes on after an answer where `lead_to_open` led it: to the next required question that is open, and
    from the last of them back to the images (`left`). A key that led to one question leads back after its answer.
    """

    answer_given = Signal(str, str, object)  # question, target, value
    answer_cleared = Signal(str, str)
    mark_chosen = Signal(str)
    target_chosen = Signal(str, str)  # scope, target: a finding or a lesion
    mark_remove_requested = Signal(str)
    reached = Signal(QWidget)  # the keyboard is here now: bring it into sight
    left = Signal()

    def __init__(self, keys: Keys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self._questions: tuple[OpenQuestion, ...] = ()
        self._mark = ""
        self._selected: dict[str, str] = {}  # scope → finding or lesion
        self._earlier: Mapping[tuple[str, str], str] = {}
        self._measured_mm: float | None = None
        self._way: Literal["stay", "back", "on"] = "stay"  # where the keyboard goes after an answer
        self._blocks: dict[Block, QuestionField | CardList] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(current_theme().space(4))
        self._rows.addStretch()

    def show_questions(self, questions: Iterable[OpenQuestion], marks: tuple[MarkPlaced, ...], active: str) -> None:
        """Show these questions with their answers; questions per mark stand with their mark (`active` is open)."""
        self._questions, self._mark = tuple(questions), active
        blocks = list(dict.fromkeys(block for q in self._questions if (block := block_of(q)) is not None))
        self._drop(set(blocks))
        for position, block in enumerate(blocks):
            asked = tuple(q for q in self._questions if block_of(q) == block)
            self._show(block, asked, marks, position)

    def show_earlier(self, earlier: Mapping[tuple[str, str], str]) -> None:
        """What was confirmed before, in words, by question and target."""
        self._earlier = earlier

    def offer_measured(self, length_mm: float | None) -> None:
        """The length that was measured last, for numbers that take one."""
        self._measured_mm = length_mm
        for field in self.findChildren(NumberField):
            field.offer_measured(length_mm)

    def select(self, scope: str, target: str) -> None:
        """Open the card of a finding or a lesion that was chosen, here or elsewhere."""
        if self._selected.get(scope) != target:
            self._selected[scope] = target
            cards = self._blocks.get(("cards", scope))
            if isinstance(cards, CardList):
                cards.show_questions(tuple(q for q in self._questions if block_of(q) == ("cards", scope)), target)

    def selected(self, scope: str) -> str:
        """The finding, lesion or mark whose questions are open; "" for none."""
        return self._mark if scope == "mark" else self._selected.get(scope, "")

    def targets(self, scope: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(q.target for q in self._questions if q.target and q.question.spec.per == scope))

    def field(self, question: str, target: str = "") -> AnswerField | None:
        """The answering field of a question, None where it is not on the screen."""
        block = self._blocks.get(("question", question))
        if isinstance(block, QuestionField):
            field = block.field
            return field.field(target) if isinstance(field, TargetsField) and target else field
        for each in self._blocks.values():
            found = _field_inside(each, question, target)
            if found is not None:
                return found
        return None

    @property
    def here(self) -> OpenQuestion | None:
        """The question that has the keyboard; in a table the row."""
        return next((asked for asked in self._questions if self._is_here(asked)), None)

    def _is_here(self, asked: OpenQuestion) -> bool:
        field = self.field(asked.question.id, asked.target)
        if field is None or isinstance(field, MarksField) or not field.has_keyboard:
            return False
        return not isinstance(field, SegmentsField) or field.table.row == asked.target

    def press(self, slot: Slot) -> None:
        """Do what the key of a slot does, to the place that is selected where the question is about one."""
        asked = self._asked(slot)
        field = self.field(asked.question.id, asked.target) if asked is not None else None
        if asked is None or field is None or asked.closed:
            return
        self.reached.emit(self._place(asked))
        if slot.value is None:
            self._way = "back"
            self._go_to(asked)
        else:
            field.press(slot.value)

    def lead_to_open(self) -> bool:
        """Take the keyboard to the first required question without an answer, and say so; False where there is none."""
        return self._lead_on(None)

    def step_back(self) -> bool:
        """Take back the last step of a half given answer where the keyboard is; False where there is none."""
        fields = self.findChildren(AnswerField)
        return any(field.has_keyboard and field.step_back() for field in reversed(fields))

    def flush(self) -> None:
        """Hand over what is half typed."""
        for field in self.findChildren(AnswerField):
            field.flush()

    # --- the keyboard's way

    def _asked(self, slot: Slot) -> OpenQuestion | None:
        about = [q for q in self._questions if q.question.id == slot.question]
        wanted = slot.target or (self.selected(about[0].question.spec.per) if about else "")
        exact = (q for q in about if q.target == wanted)
        return next(exact, next((q for q in about if not q.answered), about[0] if about else None))

    def _lead_on(self, after: OpenQuestion | None) -> bool:
        way = _in_order(self._questions)
        at = next((n for n, q in enumerate(way) if after is not None and _key(q) == _key(after)), -1)
        waiting = [q for q in (*way[at + 1 :], *way[: at + 1]) if is_open(q)]
        if not waiting:
            return False
        self._way = "on"
        if after is None:
            self._point_out(waiting[0])
        self._go_to(waiting[0])
        return True

    def _done(self, question: str, target: str) -> None:
        """A key completed an answer: on, back, or nowhere."""
        asked = next((q for q in self._questions if _key(q) == (question, target)), None)
        if self._way == "on" and self._lead_on(asked):
            return
        other = next((q for q in self._questions if q.question.id == question and is_open(q)), None)
        if self._way == "back" and other is not None and other.question.spec.per in IN_FIELDS:
            self._go_to(other)
        elif self._way != "stay":
            self._leave()

    def _leave(self) -> None:
        self._way = "stay"
        self.left.emit()

    def _go_to(self, asked: OpenQuestion) -> None:
        scope, target = asked.question.spec.per, asked.target
        if scope in ON_CARDS and target != self.selected(scope):
            self._choose(scope, target)
        elif scope == "mark" and target != self._mark:
            self.mark_chosen.emit(target)
        block = self._blocks.get(("question", asked.question.id))
        if isinstance(block, QuestionField) and isinstance(block.field, TargetsField):
            block.field.go_to_target(target)
        elif (field := self.field(asked.question.id, target)) is not None:
            field.go_to()
        self.reached.emit(self._place(asked))

    def _point_out(self, asked: OpenQuestion) -> None:
        shown = self._shown(asked)
        if shown is not None:
            shown.point_out()

    def _shown(self, asked: OpenQuestion) -> QuestionField | None:
        block = self._blocks.get(("question", asked.question.id))
        if isinstance(block, QuestionField):
            return block
        field = self.field(asked.question.id, asked.target)
        parent = field.parentWidget() if field is not None else None
        return parent if isinstance(parent, QuestionField) else None

    def _place(self, asked: OpenQuestion) -> QWidget:
        """What to bring into sight: the question with its words; of a table or a stack the row."""
        shown = self._shown(asked)
        if shown is not None and isinstance(shown.field, TargetsField) and asked.target:
            return shown.field.place(asked.target)
        return shown or self

    def _choose(self, scope: str, target: str) -> None:
        self.select(scope, target)
        self.target_chosen.emit(scope, target)

    # --- drawing

    def _show(
        self, block: Block, asked: tuple[OpenQuestion, ...], marks: tuple[MarkPlaced, ...], position: int
    ) -> None:
        shown = self._block(block, asked[0])
        if self._rows.indexOf(shown) != position:
            self._rows.removeWidget(shown)
            self._rows.insertWidget(position, shown)
        if isinstance(shown, CardList):
            self._show_cards(shown, block[1], asked)
        elif isinstance(shown.field, TargetsField):
            shown.field.show_targets(asked)
            shown.show_open(all(each.answered for each in asked))
            shown.show_closed(all(each.closed for each in asked))
        else:
            shown.show_answer(asked[0].answer, asked[0].answered)
            shown.show_closed(asked[0].closed)
            if isinstance(shown.field, MarksField):
                about = tuple(q for q in self._questions if q.question.spec.per == "mark" and q.target)
                own = tuple(mark for mark in marks if mark.question == asked[0].question.id)
                shown.field.show_marks(own, about, self._mark)

    def _show_cards(self, cards: CardList, scope: str, asked: tuple[OpenQuestion, ...]) -> None:
        targets = [each.target for each in asked]
        if self.selected(scope) not in targets:
            self._selected[scope] = targets[0]
        cards.show_questions(asked, self.selected(scope))

    def _block(self, block: Block, asked: OpenQuestion) -> QuestionField | CardList:
        known = self._blocks.get(block)
        if known is None:
            known = self._cards(block[1]) if block[0] == "cards" else self._made(asked)
            self._blocks[block] = known
            for field in known.findChildren(NumberField):
                field.offer_measured(self._measured_mm)
        return known

    def _cards(self, scope: str) -> CardList:
        cards = CardList(scope, self._keys)
        cards.chosen.connect(lambda target: self._choose(scope, target))
        cards.answer_given.connect(self.answer_given)
        cards.answer_cleared.connect(self.answer_cleared)
        cards.done.connect(self._done)
        cards.left.connect(self._leave)
        return cards

    def _made(self, asked: OpenQuestion) -> QuestionField:
        spec, name = asked.question.spec, asked.question.id
        field: AnswerField
        if isinstance(spec, Marks):
            field = self._marks(MarksField(spec, self._keys))
        elif spec.per in IN_FIELDS:
            field = self._places(targets_field(spec, self._keys, name), name)
        else:
            field = answer_field(spec, self._keys, name)
            field.answered.connect(lambda value: self.answer_given.emit(name, "", value))
            field.cleared.connect(lambda: self.answer_cleared.emit(name, ""))
            field.done.connect(lambda: self._done(name, ""))
        field.left.connect(self._leave)
        made = QuestionField(spec, field, key=lead_key(self._keys, name))
        before = {target: words for (question, target), words in self._earlier.items() if question == name}
        if isinstance(field, SegmentsField):
            field.show_before(before)
        else:
            names = side_names() | dict(spec.segments)
            made.show_earlier("   ".join(f"{names.get(at, '')} {words}".strip() for at, words in before.items()))
        return made

    def _marks(self, marks: MarksField) -> MarksField:
        marks.mark_chosen.connect(self.mark_chosen)
        marks.mark_remove_requested.connect(self.mark_remove_requested)
        marks.mark_answer_given.connect(self.answer_given)
        marks.mark_answer_cleared.connect(self.answer_cleared)
        marks.mark_done.connect(self._done)
        return marks

    def _places(self, places: TargetsField, name: str) -> TargetsField:
        places.target_answered.connect(lambda target, value: self.answer_given.emit(name, target, value))
        places.target_cleared.connect(lambda target: self.answer_cleared.emit(name, target))
        places.target_done.connect(lambda target: self._done(name, target))
        return places

    def _drop(self, kept: set[Block]) -> None:
        for block in [block for block in self._blocks if block not in kept]:
            gone = self._blocks.pop(block)
            self._rows.removeWidget(gone)
            gone.hide()
            gone.deleteLater()


def block_of(asked: OpenQuestion) -> Block | None:
    """Where a question stands; None for those per mark, which stand with their mark."""
    scope = asked.question.spec.per
    if scope in ON_CARDS:
        return ("cards", scope)
    return None if scope == "mark" else ("question", asked.question.id)


def is_open(asked: OpenQuestion) -> bool:
    """Whether it must be answered before going on."""
    return asked.question.spec.required and not asked.answered and not asked.closed


def _key(asked: OpenQuestion) -> tuple[str, str]:
    return asked.question.id, asked.target


def _in_order(questions: tuple[OpenQuestion, ...]) -> list[OpenQuestion]:
    """As a reader goes through them: all questions about one place, then those about the next."""
    first: dict[str, int] = {}
    for at, asked in enumerate(questions):
        first.setdefault(_together(asked), at)
    places = {_key(asked): at for at, asked in enumerate(questions)}
    return sorted(questions, key=lambda q: (first[_together(q)], _round(q), places[_key(q)]))


def _together(asked: OpenQuestion) -> str:
    scope = asked.question.spec.per
    return scope if scope in (*ON_CARDS, "mark") else asked.question.id


def _round(asked: OpenQuestion) -> int:
    return asked.target_number if asked.question.spec.per in (*ON_CARDS, "mark") else 0


def _field_inside(block: QuestionField | CardList, question: str, target: str) -> AnswerField | None:
    if isinstance(block, CardList):
        return block.field(question, target)
    return block.field.field(question, target) if isinstance(block.field, MarksField) else None
