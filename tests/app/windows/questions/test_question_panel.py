from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.reading.asking import OpenQuestion
from app.reading.earlier import EarlierAnswer
from app.reading.script import AskedQuestion
from app.tracking.events import MarkPlaced
from app.windows.questions.answer_button import AnswerButton
from app.windows.questions.answer_fields import TextField
from app.windows.questions.answer_keys import Slot
from app.windows.questions.marks_field import MarksField
from app.windows.questions.question_panel import QuestionPanel
from app.windows.theme import apply_theme
from study_configs.questions import Choice, FreeText, Likert, Marks, Slider, YesNo


def asked(name, kind, **spec):
    return AskedQuestion(name, kind(**spec))


NODULE = asked("nodule", YesNo, ask="Is there a nodule?", answer="yes_no")
SUSPICION = asked("suspicion", Slider, ask="How suspicious is this exam?", answer="slider", unit="%")
SURE = asked("confidence", Likert, ask="How sure are you?", answer="likert", ends=("Guessing", "Certain"))
NEXT = asked(
    "next", Choice, ask="What next?", answer="choice", options={"none": "No follow-up", "ct": "CT"}, required=False
)
REMARKS = asked("remarks", FreeText, ask="What do you see?", answer="text", required=False, max_characters=40)
PLACES = asked("places", Marks, ask="Point at each nodule.", answer="marks")
MARK_SURE = asked("mark_sure", Likert, ask="How sure of this one?", answer="likert", per="mark")
PHASE = (NODULE, SUSPICION, SURE, NEXT, REMARKS, PLACES, MARK_SURE)


class Reading:
    """Stands in for driver and engine: takes the panel's signals, keeps the answers, shows them again."""

    def __init__(self, panel, phase=PHASE):
        self.panel, self.phase = panel, phase
        self.answers, self.marks, self.said = {}, [], []
        panel.answer_given.connect(lambda q, t, v: self.take(("given", q, t, v)))
        panel.answer_cleared.connect(lambda q, t: self.take(("cleared", q, t)))
        panel.mark_remove_requested.connect(lambda mark: self.take(("removed", mark)))
        panel.mark_chosen.connect(lambda mark: self.said.append(("chosen", mark)))
        panel.confirm_requested.connect(lambda: self.said.append(("confirm",)))

    def take(self, act):
        self.said.append(act)
        match act:
            case ("given", question, target, value):
                self.answers[question, target] = value
            case ("cleared", question, target):
                self.answers.pop((question, target), None)
            case ("removed", mark):
                self.marks.remove(mark)
        self.show()

    def mark(self, name):
        self.marks.append(name)
        self.show()

    def show(self):
        placed = tuple(
            MarkPlaced(
                at_ns=0, trial=0, phase=0, question="places", mark=name, series_uid="1.2", sop_uid="1.2.3",
                slice_index=40 + at, column=1.0, row=1.0, position_mm=(1.0, 2.0, 3.0),
            )
            for at, name in enumerate(self.marks)
        )  # fmt: skip
        self.panel.show_questions(tuple(self._open()), placed)

    def _open(self):
        for question in self.phase:
            if question.spec.answer == "marks":
                yield OpenQuestion(question, "", 0, tuple(self.marks), bool(self.marks))
                continue
            for number, target in enumerate(self.marks if question.spec.per == "mark" else [""], start=1):
                key = (question.id, target)
                yield OpenQuestion(
                    question, target, number if target else 0, self.answers.get(key), key in self.answers
                )


@pytest.fixture
def panel(qapp, qtbot):
    apply_theme(qapp, 1.0)
    made = QuestionPanel()
    qtbot.addWidget(made)
    made.resize(340, 900)
    made.start_phase(PHASE)
    made.show()
    made.activateWindow()
    return made


@pytest.fixture
def reading(panel):
    made = Reading(panel)
    made.show()
    return made


def press(panel, question, value):
    key = panel.keys[Slot(question, value)]
    held = {"Shift": Qt.KeyboardModifier.ShiftModifier, "Ctrl": Qt.KeyboardModifier.ControlModifier}
    QTest.keyClick(panel, key[-1], held.get(key.partition("+")[0], Qt.KeyboardModifier.NoModifier))


def answer_everything(panel):
    press(panel, "nodule", "yes")
    press(panel, "confidence", 4)
    press(panel, "suspicion", None)
    QTest.keyClick(panel.field("suspicion").slider, Qt.Key.Key_Home)


def button(panel, question, words, target=""):
    return next(b for b in panel.field(question, target).findChildren(AnswerButton) if b.text() == words)


def test_that_a_key_answers_and_the_button_shows_it(panel, reading):
    press(panel, "nodule", "yes")
    assert reading.said == [("given", "nodule", "", "yes")]
    assert button(panel, "nodule", "Yes").isChecked()
    assert not button(panel, "nodule", "No").isChecked()


def test_that_a_click_answers_without_taking_the_keyboard_from_the_images(panel, reading, qtbot):
    images = QPushButton("images", panel)
    images.show()
    images.setFocus()
    qtbot.waitUntil(images.hasFocus)
    QTest.mouseClick(button(panel, "nodule", "No"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.field("suspicion").slider, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    assert [act[1] for act in reading.said] == ["nodule", "suspicion"]
    assert images.hasFocus()


def test_that_a_second_click_takes_the_answer_back(panel, reading):
    for _ in range(2):
        QTest.mouseClick(button(panel, "nodule", "Yes"), Qt.MouseButton.LeftButton)
    assert reading.said[-1] == ("cleared", "nodule", "")
    assert not button(panel, "nodule", "Yes").isChecked()


def test_that_the_panel_shows_only_answers_that_it_was_given_back(panel):
    panel.show_questions((OpenQuestion(NODULE, "", 0, None, False),))
    QTest.mouseClick(button(panel, "nodule", "Yes"), Qt.MouseButton.LeftButton)
    assert not button(panel, "nodule", "Yes").isChecked()


def test_that_every_answer_can_be_reached_with_tab_and_given_with_space(panel, reading):
    target = button(panel, "next", "CT")
    target.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(target, Qt.Key.Key_Space)
    assert reading.answers["next", ""] == "ct"
    reached = set()
    first = QApplication.focusWidget()
    for _ in range(80):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
        if QApplication.focusWidget() is first:
            break
    assert set(panel.findChildren(AnswerButton)) <= reached
    assert panel.field("suspicion").slider in reached


def test_that_confirming_waits_until_nothing_required_is_open(panel, reading):
    assert not panel.confirm.button.isEnabled()
    assert panel.confirm.reason.text() == "3 questions still open"
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert ("confirm",) not in reading.said
    answer_everything(panel)
    assert panel.confirm.button.isEnabled()
    assert panel.confirm.reason.text() == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_that_enter_confirms_once_also_with_the_keyboard_on_an_answer(panel, reading, key):
    answer_everything(panel)
    focused = button(panel, "nodule", "Yes")
    focused.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(focused, key)
    assert reading.said.count(("confirm",)) == 1
    assert reading.answers["nodule", ""] == "yes"


def test_that_no_answer_confirms_by_itself(panel, reading):
    answer_everything(panel)
    for slot in panel.keys:
        if slot.value is not None:
            press(panel, slot.question, slot.value)
    assert ("confirm",) not in reading.said


def test_that_a_key_held_down_answers_once(panel, reading):
    key = panel.keys[Slot("nodule", "yes")]
    QTest.simulateEvent(panel, True, ord(key), Qt.KeyboardModifier.NoModifier, key, True)
    assert reading.said == []


def test_that_a_phase_with_a_shortest_time_counts_down_to_it(panel, reading, qtbot, monkeypatch):
    now_s = 100.0
    monkeypatch.setattr("app.windows.confirm_bar.time", SimpleNamespace(monotonic=lambda: now_s))
    panel.start_phase((NODULE,), available_in_s=0.6)
    reading.phase = (NODULE,)
    reading.show()
    assert panel.confirm.reason.text() == "1 question still open, available in 1 s"
    press(panel, "nodule", "yes")
    assert not panel.confirm.button.isEnabled()
    assert panel.confirm.reason.text() == "Available in 1 s"
    now_s += 0.6
    qtbot.waitUntil(panel.confirm.button.isEnabled)


def test_that_it_says_what_becomes_of_a_confirmation(panel, reading, qtbot):
    answer_everything(panel)
    panel.show_saving()
    assert panel.confirm.button.text() == "Saving …"
    assert not panel.confirm.button.isEnabled()
    press(panel, "nodule", "no")
    assert reading.answers["nodule", ""] == "yes"
    qtbot.waitUntil(lambda: "longer than usual" in panel.confirm.reason.text())
    panel.show_saved()
    assert panel.confirm.button.text() == "Saved"


def test_that_after_a_failed_save_the_answers_stand_and_can_be_confirmed_again(panel, reading):
    answer_everything(panel)
    panel.show_saving()
    panel.show_not_saved("The disk is full.")
    assert panel.confirm.reason.text() == "The disk is full."
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert reading.said[-1] == ("confirm",)


def test_that_undo_takes_answers_back_one_by_one_until_none_is_left(panel, reading):
    press(panel, "nodule", "yes")
    press(panel, "confidence", 2)
    press(panel, "nodule", "no")
    for expected in ({("nodule", ""): "yes", ("confidence", ""): 2}, {("nodule", ""): "yes"}, {}, {}):
        QTest.keyClick(panel, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert reading.answers == expected


def test_that_undo_removes_the_last_mark(panel, reading):
    reading.mark("a")
    QTest.keyClick(panel, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert reading.marks == []


def test_that_undo_stops_at_the_phase_before(panel, reading):
    press(panel, "nodule", "yes")
    panel.start_phase(PHASE)
    reading.show()
    QTest.keyClick(panel, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert reading.answers == {("nodule", ""): "yes"}


def test_that_an_answer_changes_its_field_and_builds_nothing_anew(panel, reading):
    before = {question.id: panel.field(question.id) for question in PHASE if question.spec.per == "case"}
    buttons = panel.findChildren(AnswerButton)
    answer_everything(panel)
    assert {name: panel.field(name) for name in before} == before
    assert panel.findChildren(AnswerButton) == buttons


def test_that_an_answer_elsewhere_leaves_a_text_that_is_being_written_alone(panel, reading, qtbot):
    field = panel.field("remarks")
    assert isinstance(field, TextField)
    press(panel, "remarks", None)
    qtbot.waitUntil(field.editor.hasFocus)
    QTest.keyClicks(field.editor, "Small nod")
    reading.take(("given", "nodule", "", "yes"))
    assert field.editor.toPlainText() == "Small nod"
    assert field.editor.hasFocus()
    QTest.keyClick(field.editor, Qt.Key.Key_Escape)
    assert reading.answers["remarks", ""] == "Small nod"


def test_that_a_text_is_an_answer_also_in_a_window_that_is_not_the_active_one(panel, reading):
    panel.hide()
    editor = panel.field("remarks").editor
    QTest.keyClicks(editor, "Nothing new")
    reading.take(("given", "nodule", "", "yes"))
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert reading.answers["remarks", ""] == "Nothing new"


def test_that_a_text_writes_letters_that_elsewhere_are_answers(panel, reading, qtbot):
    field = panel.field("remarks")
    press(panel, "remarks", None)
    qtbot.waitUntil(field.editor.hasFocus)
    QTest.keyClicks(field.editor, "yny")
    assert ("nodule", "") not in reading.answers
    with qtbot.waitSignal(panel.answer_given):
        pass  # after the pause in typing
    assert reading.answers["remarks", ""] == "yny"


def test_that_a_text_ends_at_its_longest(panel, reading, qtbot):
    field = panel.field("remarks")
    press(panel, "remarks", None)
    qtbot.waitUntil(field.editor.hasFocus)
    QTest.keyClicks(field.editor, "x" * 50)
    panel.flush()
    assert reading.answers["remarks", ""] == "x" * 40


def test_that_escape_in_a_text_gives_the_keyboard_back(panel, reading, qtbot):
    press(panel, "remarks", None)
    editor = panel.field("remarks").editor
    qtbot.waitUntil(editor.hasFocus)
    with qtbot.waitSignal(panel.left):
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.hasFocus()


def test_that_a_new_mark_opens_with_its_questions_and_takes_their_keys(panel, reading):
    reading.mark("a")
    reading.mark("b")
    assert panel.active_mark == "b"
    press(panel, "mark_sure", None)  # plain keys have run out: the question has one, its points are digits
    QTest.keyClick(panel.focusWidget(), "5")
    assert reading.answers == {("mark_sure", "b"): 5}
    QApplication.processEvents()
    assert panel.field("mark_sure", "b").isVisibleTo(panel)
    assert not panel.field("mark_sure", "a").isVisibleTo(panel)


def test_that_a_new_mark_comes_into_sight_in_a_low_window(panel, reading, qtbot):
    panel.resize(panel.minimumWidth(), 420)
    for name in "abcd":
        reading.mark(name)
    row = panel.findChild(MarksField).row("d")
    qtbot.waitUntil(lambda: row.visibleRegion().boundingRect().height() >= row.height() - 1 > 60)


def test_that_a_phase_with_marks_from_the_one_before_opens_at_its_first_question(panel, reading, qtbot):
    panel.resize(panel.minimumWidth(), 420)
    for name in "abcd":
        reading.mark(name)
    panel.start_phase(PHASE, earlier=(EarlierAnswer("Is there a nodule?", "No"),))
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the list of the phase before is gone
    reading.show()
    row = panel.findChild(MarksField).row("d")
    qtbot.waitUntil(lambda: row.height() > 60)  # laid out
    assert panel._scroll.verticalScrollBar().value() == 0
    reading.mark("e")
    row = panel.findChild(MarksField).row("e")
    qtbot.waitUntil(lambda: row.visibleRegion().boundingRect().height() >= row.height() - 1 > 60)


def test_that_a_question_answered_by_key_comes_into_sight_with_its_words(panel, reading, qtbot):
    panel.resize(panel.minimumWidth(), 300)
    press(panel, "next", "ct")
    words = next(each for each in panel.findChildren(QLabel) if each.text() == "What next?")
    qtbot.waitUntil(lambda: words.visibleRegion().boundingRect().height() == words.height())
    press(panel, "nodule", "yes")
    words = next(each for each in panel.findChildren(QLabel) if each.text() == "Is there a nodule?")
    assert words.visibleRegion().boundingRect().height() == words.height()


def test_that_marks_are_chosen_by_click_or_key_and_named_to_the_images(panel, reading):
    reading.mark("a")
    reading.mark("b")
    rows = panel.findChild(MarksField).rows()
    QTest.mouseClick(rows[0].jump, Qt.MouseButton.LeftButton)
    assert panel.active_mark == "a"
    panel.choose_mark(1)
    panel.choose_mark(1)
    assert [act for act in reading.said if act[0] == "chosen"] == [("chosen", "a"), ("chosen", "b"), ("chosen", "a")]


def test_that_a_removed_mark_leaves_with_its_row_and_another_is_selected(panel, reading):
    reading.mark("a")
    reading.mark("b")
    QTest.mouseClick(panel.findChild(MarksField).rows()[1].remove, Qt.MouseButton.LeftButton)
    assert reading.said[-1] == ("removed", "b")
    assert panel.active_mark == "a"
    assert len(panel.findChild(MarksField).rows()) == 1


def test_that_an_open_question_about_a_mark_holds_confirming(panel, reading):
    answer_everything(panel)
    reading.mark("a")
    assert panel.confirm.reason.text() == "1 question still open"


def test_that_a_question_that_comes_later_takes_no_key_from_those_before(panel, reading):
    keys = dict(panel.keys)
    reading.phase = PHASE[:2]
    reading.show()
    assert panel.field("confidence") is None
    reading.phase = PHASE
    reading.show()
    assert dict(panel.keys) == keys
    press(panel, "confidence", 3)
    assert reading.answers == {("confidence", ""): 3}


def test_that_questions_stand_in_the_order_of_the_protocol_also_when_one_comes_between(panel, reading, qtbot):
    reading.phase = (NODULE, SURE)
    reading.show()
    reading.phase = (NODULE, SUSPICION, SURE)
    reading.show()
    places = [panel.field(name) for name in ("nodule", "suspicion", "confidence")]
    qtbot.waitUntil(
        lambda: [f.mapTo(panel, QPoint()).y() for f in places] == sorted(f.mapTo(panel, QPoint()).y() for f in places)
    )


def test_that_answers_of_an_earlier_phase_are_shown_locked(panel, reading):
    panel.start_phase((NODULE,), earlier=(EarlierAnswer("Is there a nodule?", "No"),))
    reading.phase = (NODULE,)
    reading.show()
    words = [w.text() for w in panel.findChildren(type(panel.confirm.reason)) if w.isVisibleTo(panel)]
    assert "Your own view" in words
    assert "No" in words
    assert len(panel.findChildren(AnswerButton)) >= 2


def test_that_markup_in_a_protocol_stays_text(panel, reading):
    tricky = asked("x", YesNo, ask="<b>Bold</b> & <img src='x'>?", answer="yes_no", help="<a href='http://x'>x</a>")
    panel.start_phase((tricky,))
    panel.show_questions((OpenQuestion(tricky, "", 0, None, False),))
    labels = panel.findChildren(type(panel.confirm.reason))
    assert any(w.text() == tricky.spec.ask for w in labels)
    assert all(w.textFormat() == Qt.TextFormat.PlainText for w in labels)


def test_that_every_control_has_a_name(panel, reading):
    reading.mark("a")
    controls = [*panel.findChildren(QPushButton), panel.field("suspicion").slider, panel.field("remarks").editor]
    assert all(control.accessibleName() for control in controls)


def test_that_nothing_is_cut_off_at_the_panels_least_width(panel, reading):
    panel.resize(panel.minimumWidth(), 900)
    for made in panel.findChildren(AnswerButton):
        assert made.height() >= made.heightForWidth(made.width())
        assert made.mapTo(panel, made.rect().bottomRight()).x() <= panel.width()
