"""The panel beside the images in which a reader answers.

What belongs here: the questions of the phase, keys that answer them, undo, confirming. What does not: deciding whether
an answer counts (app.reading) and writing it down (the driver).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.reading.asking import OpenQuestion
from app.reading.earlier import EarlierAnswer
from app.reading.script import AskedQuestion
from app.tracking.events import MarkPlaced
from app.windows.confirm_bar import ConfirmBar
from app.windows.icons import icon_pixmap
from app.windows.key_names import key_name
from app.windows.labels import label
from app.windows.questions.answer_fields import AnswerField
from app.windows.questions.answer_history import AnswerHistory
from app.windows.questions.answer_keys import Slot, assign_keys, slots_of_keys
from app.windows.questions.marks_field import MarksField
from app.windows.questions.question_list import QuestionList, is_open
from app.windows.theme import current_theme, set_role

WIDTH = 320  # logical px at scale 1
MARGIN = 3  # step of the spacing scale above and below


class QuestionPanel(QWidget):
    """Asks the questions of one phase.

    Use: `start_phase` once a phase, then `show_questions` after every event; only what changed is redrawn. The panel
    keeps no answers: it shows what it is given and emits what the reader does. `handle_key` takes keys that were
    pressed over the images.

    Signals
    -------
    answer_given(question, target, value), answer_cleared(question, target), mark_chosen(mark),
    target_chosen(scope, target) for a finding or a lesion, mark_remove_requested(mark), mark_restore_requested(mark as
    it was), confirm_requested(), left(): the images get the keyboard.
    """

    answer_given = Signal(str, str, object)
    answer_cleared = Signal(str, str)
    mark_chosen = Signal(str)
    target_chosen = Signal(str, str)
    mark_remove_requested = Signal(str)
    mark_restore_requested = Signal(object)  # MarkPlaced
    confirm_requested = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = current_theme()
        self.setAccessibleName(self.tr("Questions"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "panel")
        self.setMinimumWidth(theme.px(WIDTH))
        self._keys: Mapping[Slot, str] = {}
        self._by_key: Mapping[str, Slot] = {}
        self._questions: tuple[OpenQuestion, ...] = ()
        self._marks: tuple[MarkPlaced, ...] = ()
        self._active = ""
        self._unseen = False  # a mark was just placed
        self._measured_mm: float | None = None
        self._is_new = True  # nothing of this phase was shown yet: its marks come from the phase before
        self._history = AnswerHistory()
        self._list = QuestionList({})
        self._earlier = QFrame()
        self._scroll = QScrollArea()
        self.confirm = ConfirmBar()
        self.confirm.requested.connect(self.confirm_requested)
        self._lay_out()

    # --- what the reading room tells the panel

    def start_phase(
        self,
        asked: tuple[AskedQuestion, ...],
        *,
        earlier: tuple[EarlierAnswer, ...] = (),
        earlier_title: str = "",
        available_in_s: float = 0.0,
    ) -> None:
        """Begin a phase: all of its questions, also those that `show_if` hides for now.

        `earlier` are answers that cannot be changed any more, shown as locked lines. `available_in_s` is the time until
        the phase may be confirmed.
        """
        self._keys = assign_keys(asked)
        self._by_key = slots_of_keys(self._keys)
        self._questions, self._marks, self._active = (), (), ""
        self._history, self._is_new = AnswerHistory(), True
        self._measured_mm = None
        self._scroll.verticalScrollBar().setValue(0)
        again = {each.id for each in asked}
        self._show_earlier(earlier, again, earlier_title or self.tr("Your own view"))
        self._new_list()
        self._list.show_earlier(beside(earlier))
        self.setEnabled(True)
        self.confirm.start(available_in_s)

    def show_questions(self, questions: Iterable[OpenQuestion], marks: tuple[MarkPlaced, ...] = ()) -> None:
        """Show the questions as they stand; a mark that is new becomes the selected one."""
        questions = tuple(questions)
        new = [mark.mark for mark in marks if mark.mark not in {m.mark for m in self._marks}]
        gone = self._active not in {m.mark for m in marks}
        self._active = new[-1] if new else (marks[-1].mark if marks else "") if gone else self._active
        self._questions, self._marks = questions, marks
        self._history.follow(questions, marks)
        self._redraw()
        self._unseen, self._is_new = bool(new) and not self._is_new, False
        self._scroll_to_new_mark()

    def set_active_mark(self, mark: str) -> None:
        """Select a mark that was chosen elsewhere; its questions open."""
        self._active = mark
        self._redraw()

    def select(self, scope: str, target: str) -> None:
        """Open the card of a finding or lesion that was chosen elsewhere."""
        self._list.select(scope, target)

    def selected(self, scope: str) -> str:
        """The finding, lesion or mark that keys answer about; "" for none."""
        return self._list.selected(scope)

    @property
    def here(self) -> OpenQuestion | None:
        """The question that has the keyboard; None while it is elsewhere."""
        return self._list.here

    def targets(self, scope: str) -> tuple[str, ...]:
        """The findings, lesions or marks that are asked about now."""
        return self._list.targets(scope)

    def offer_measured(self, length_mm: float | None) -> None:
        """The length that was measured last, in mm, for questions that take one."""
        self._measured_mm = length_mm
        self._list.offer_measured(length_mm)

    @property
    def content(self) -> QWidget:
        """What scrolls: the questions, without what confirms them."""
        return self._inside

    @property
    def needed_height(self) -> int:
        """Logical px in which all that is asked now can be seen without scrolling."""
        wraps, width = self._column.hasHeightForWidth(), self._scroll.viewport().width()
        inside = self._column.totalHeightForWidth(width) if wraps else self._column.totalSizeHint().height()
        needed = inside + self.confirm.sizeHint().height() + 2 * current_theme().space(MARGIN)
        return max(needed, self.minimumSizeHint().height())  # else it would lie over what stands above it

    @property
    def active_mark(self) -> str:
        return self._active

    @property
    def keys(self) -> Mapping[Slot, str]:
        """The key of each answer of this phase."""
        return self._keys

    def restart_clock(self, available_in_s: float) -> None:
        """The phase really begins now, for example because its layers are there: the shortest time runs from here."""
        self.confirm.start(available_in_s)

    def show_saving(self) -> None:
        """The confirmation is on its way to the disk: nothing can be changed until it is back."""
        self._list.setEnabled(False)
        self.confirm.show_saving()

    def show_saved(self) -> None:
        """It is on the disk."""
        self.confirm.show_saved()

    def show_not_saved(self, why: str) -> None:
        """It could not be saved; the answers still stand."""
        self._list.setEnabled(True)
        self.confirm.show_not_saved(why)

    def flush(self) -> None:
        """Hand over a text or number that is half typed."""
        self._list.flush()

    def field(self, question: str, target: str = "") -> AnswerField | None:
        """The answering field of a question, None where it is not on the screen."""
        return self._list.field(question, target)

    # --- what the reader does

    def handle_key(self, event: QKeyEvent) -> bool:
        """Do what the key does here, and say whether it does anything. A key that is held down answers once."""
        name = key_name(event)
        if name in ("Return", "Enter", "Ctrl+Z") or name in self._by_key:
            if not event.isAutoRepeat():
                self._do(name)
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.handle_key(event):
            event.ignore()

    def undo(self) -> None:
        """Take the last step, answer or mark of this phase back."""
        if not self._list.isEnabled() or self._list.step_back():
            return
        change = self._history.undo()
        if change is None:
            return
        if change.placed is not None:
            self.mark_restore_requested.emit(change.placed)
            for question, value in change.lost:
                if any((q.question.id, q.target) == (question, change.mark) for q in self._questions):
                    self.answer_given.emit(question, change.mark, value)
        elif change.mark:
            self.mark_remove_requested.emit(change.mark)
        elif change.had_answer:
            self.answer_given.emit(change.question, change.target, change.before)
        else:
            self.answer_cleared.emit(change.question, change.target)

    def request_confirm(self) -> None:
        """Confirm, or lead the keyboard to the first question that is still open."""
        self.flush()
        if self.confirm.possible:
            self.confirm.request()
        elif self._list.isEnabled():
            self._list.lead_to_open()

    def choose_mark(self, step: int) -> None:
        """Select the next mark (+1) or the previous one (-1), around the end; without marks, the next place."""
        marks = [mark.mark for mark in self._marks]
        places = self._list.targets("lesion")
        if marks:
            self._chose(_next_of(marks, self._active, step))
        elif places:
            self._list.select("lesion", _next_of(list(places), self._list.selected("lesion"), step))
            self.target_chosen.emit("lesion", self._list.selected("lesion"))

    def _do(self, name: str) -> None:
        if name in ("Return", "Enter"):
            self.request_confirm()
        elif name == "Ctrl+Z":
            self.undo()
        elif self._list.isEnabled():
            self._list.press(self._by_key[name])

    def _bring_into_sight(self, place: QWidget) -> None:
        self._scroll.ensureWidgetVisible(place, 0, current_theme().space(2))
        self._scroll.horizontalScrollBar().setValue(0)  # a layout on its way may have been wider

    def _chose(self, mark: str) -> None:
        self.set_active_mark(mark)
        self.mark_chosen.emit(mark)

    # --- drawing

    def _scroll_to_new_mark(self) -> None:
        """Bring the row of a mark that was just placed into sight, and again each time that the list grows by it."""
        for field in self._inside.findChildren(MarksField) if self._unseen else ():
            row = field.row(self._active)
            if row is not None:
                self._bring_into_sight(row)

    def _redraw(self) -> None:
        self._list.show_questions(self._questions, self._marks, self._active)
        self.confirm.show_open(sum(is_open(q) for q in self._questions))

    def _lay_out(self) -> None:
        theme = current_theme()
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, theme.space(2), 0)
        self._column.setSpacing(theme.space(4))
        self._column.addWidget(self._earlier)
        self._column.addWidget(self._list)
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.verticalScrollBar().rangeChanged.connect(lambda *_: self._scroll_to_new_mark())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.space(4), theme.space(MARGIN), theme.space(3), theme.space(MARGIN))
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self.confirm)
        self._earlier.hide()

    def _new_list(self) -> None:
        old, self._list = self._list, QuestionList(self._keys)
        self._column.replaceWidget(old, self._list)
        old.hide()
        old.deleteLater()
        self._list.answer_given.connect(self.answer_given)
        self._list.answer_cleared.connect(self.answer_cleared)
        self._list.mark_chosen.connect(self._chose)
        self._list.target_chosen.connect(self.target_chosen)
        self._list.reached.connect(self._bring_into_sight)
        self._list.offer_measured(self._measured_mm)
        self._list.mark_remove_requested.connect(self.mark_remove_requested)
        self._list.left.connect(self.left)

    def _show_earlier(self, earlier: tuple[EarlierAnswer, ...], again: set[str], title: str) -> None:
        """What was confirmed before, and cannot be changed; what is asked again stands beside its question instead."""
        made = QFrame()
        set_role(made, "well")
        made.setAccessibleName(title)
        column = QVBoxLayout(made)
        column.setSpacing(current_theme().space(1))
        head = QHBoxLayout()
        glyph = label("", wrap=False)
        glyph.setPixmap(icon_pixmap("lock", "quiet", 14))
        head.addWidget(glyph)
        head.addWidget(label(title, "small"), 1)
        column.addLayout(head)
        column.addWidget(label(self.tr("Confirmed: these answers cannot be changed any more."), "small"))
        for line in earlier:
            if line.question in again:
                continue
            row = QHBoxLayout()
            row.addWidget(label(line.title, "quiet"), 1)
            row.addWidget(label(line.answer, "strong", wrap=False), 0, Qt.AlignmentFlag.AlignTop)
            column.addLayout(row)
        self._column.replaceWidget(self._earlier, made)
        self._earlier.deleteLater()
        self._earlier = made
        made.setVisible(bool(earlier))


def beside(earlier: tuple[EarlierAnswer, ...]) -> dict[tuple[str, str], str]:
    """The earlier answers by question and target, to stand beside the same questions."""
    return {(line.question, line.target): line.answer for line in earlier if line.question}


def _next_of(ids: list[str], at: str, step: int) -> str:
    place = ids.index(at) if at in ids else -min(step, 0)
    return ids[(place + step) % len(ids)]
