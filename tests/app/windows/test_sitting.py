"""The whole sitting through the real window, on the small study: what is shown and logged, what survives a kill."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.crash import Failure
from app.reading.asking import questions_now
from app.reading.engine import phase_now, trial_now
from app.reading.state import Stage
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import (
    AIResultLoaded,
    AnswerGiven,
    CaseShown,
    CommandIssued,
    FeedbackShown,
    LayersHeld,
    MarkPlaced,
    PhaseConfirmed,
    PhaseStarted,
    SittingEnded,
    SittingStarted,
    TrialInterrupted,
)
from app.windows.debrief import DebriefPage
from app.windows.farewell import FarewellPage
from app.windows.questions.answer_keys import Slot
from overlays.result import AIResult
from study_configs.problem import StudyProblem


def key(window, name, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(window.focusWidget() or window, name, modifiers)


def sign_in(qtbot, window, reader="tester"):
    page = window.sign_in_page
    page.reader.setFocus()
    page.reader.selectAll()
    QTest.keyClicks(page.reader, reader)
    key(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is not page)
    qtbot.waitUntil(lambda: not window.driver.busy)


def read_texts(qtbot, window):
    while window.pages.currentWidget() is window.text_page:
        before = window.driver.state
        key(window, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda before=before: window.driver.state is not before)
        qtbot.waitUntil(lambda: not window.driver.busy)


def wait_for_phase(qtbot, window):
    qtbot.waitUntil(lambda: window.driver.is_reading and not window.driver.busy)
    return window.room


def press_answer(window, question, value):
    name = window.room.questions.keys[Slot(question, value)]
    window.room.grid.setFocus()
    QTest.keyClicks(window.room.grid, name.lower())


def confirm(qtbot, window):
    before = (window.driver.state.trial, window.driver.state.phase, window.driver.state.stage)
    qtbot.waitUntil(lambda: window.room.questions.confirm.possible)
    key(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (window.driver.state.trial, window.driver.state.phase, window.driver.state.stage) != before)
    qtbot.waitUntil(lambda: not window.driver.busy)


def read_phase(qtbot, window, nodule="no"):
    wait_for_phase(qtbot, window)
    press_answer(window, "nodule", nodule)
    confirm(qtbot, window)


def to_ai_phase(qtbot, window):
    """Sign in and read on until the first phase with AI."""
    sign_in(qtbot, window)
    read_texts(qtbot, window)
    while True:
        wait_for_phase(qtbot, window)
        if phase_now(window.driver.script, window.driver.state).ais:
            return
        press_answer(window, "nodule", "no")
        confirm(qtbot, window)


def read_all(qtbot, window):
    """From wherever the sitting stands to the farewell."""
    while not isinstance(window.pages.currentWidget(), FarewellPage):
        page = window.pages.currentWidget()
        if page is window.text_page and window.driver.state.stage is Stage.AFTER:
            key(window, Qt.Key.Key_4)
            QTest.keyClicks(window.text_page, "4")
            window.text_page._list.field("helpful").press(4)
            key(window, Qt.Key.Key_Return)
        elif page is window.text_page or isinstance(page, DebriefPage):
            key(window, Qt.Key.Key_Return)
        else:
            read_phase(qtbot, window)
        qtbot.waitUntil(lambda: not window.driver.busy)


def test_that_enter_pressed_twice_signs_in_once(qtbot, start):
    run = start()
    run.window.begin("tester")
    run.window.begin("tester")
    qtbot.waitUntil(lambda: run.window.pages.currentWidget() is run.window.text_page)
    run.close()
    with open_store(run.store) as store:
        assert len(store.sittings(reader="tester")) == 1


def test_that_a_reader_gets_from_sign_in_to_farewell_and_everything_is_in_the_store(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_all(qtbot, run.window)
    receipt = run.window.receipt
    run.close()
    events = run.events()
    assert isinstance(events[0], SittingStarted)
    assert not events[0].resumed
    decided = [e for e in events if isinstance(e, PhaseConfirmed)]
    assert [e.answers for e in decided] == [{"nodule": "no"}] * 7
    assert [e.trial for e in events if isinstance(e, CaseShown)] == [0, 1, 2, 3, 4]
    assert any(isinstance(e, FeedbackShown) for e in events)
    assert isinstance(events[-1], SittingEnded)
    assert verify(run.store, [receipt]).sound


def test_that_ai_is_loaded_only_for_phases_that_show_it(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    asked: list[tuple[int, str]] = []
    adviser = run.window.room.layers._adviser
    give = adviser.result

    def watched(trial, ai, within_reach):
        asked.append((trial, phase_now(run.window.driver.script, run.window.driver.state).name))
        return give(trial, ai, within_reach)

    adviser.result = watched
    read_all(qtbot, run.window)
    run.close()
    assert len(asked) == 2
    assert {name for _, name in asked} == {"with AI"}
    layers: tuple[str, ...] | None = None
    for event in run.events():
        if isinstance(event, AIResultLoaded):
            assert layers is None, "AI came while an unaided phase was running"
        if isinstance(event, PhaseStarted):
            layers = event.layers or ()
        if isinstance(event, PhaseConfirmed):
            layers = None


def test_that_the_planted_error_is_known_to_the_log_and_to_no_window(qtbot, start):
    run = start()
    to_ai_phase(qtbot, run.window)
    for _ in range(2):
        given: list[AIResult] = list(run.window.room.ai.results)
        assert len(given) == 1
        assert not any("planted" in text.lower() for text in _texts(run.window))
        if run.window.driver.state.trial + 1 < len(run.window.driver.script.trials):
            confirm_as_is(qtbot, run.window)
            to_next_ai_phase(qtbot, run.window)
    run.close()
    planted = [e.planted for e in run.events() if isinstance(e, AIResultLoaded)]
    assert sorted(len(names) for names in planted) == [0, 1]


def confirm_as_is(qtbot, window):
    """Later phases start from the answers of the one before."""
    wait_for_phase(qtbot, window)
    confirm(qtbot, window)


def to_next_ai_phase(qtbot, window):
    wait_for_phase(qtbot, window)
    while not phase_now(window.driver.script, window.driver.state).ais:
        read_phase(qtbot, window)
        wait_for_phase(qtbot, window)


def _texts(window):
    shown = [w for kind in (QLabel, QAbstractButton) for w in window.findChildren(kind) if w.isVisible()]
    model = window.room.layer_panel.findings.findings
    return [w.text() for w in shown] + [model.index(row).data() for row in range(model.rowCount())]


def test_that_holding_the_key_hides_all_ai_once_however_long_it_repeats(qtbot, start):
    run = start()
    to_ai_phase(qtbot, run.window)
    grid = run.window.room.grid
    grid.setFocus()
    QTest.keyPress(grid, Qt.Key.Key_G)
    for painter in run.window.room.ai.painters:
        assert painter._hidden
    QTest.keyPress(grid, Qt.Key.Key_G)
    QTest.keyRelease(grid, Qt.Key.Key_G)
    run.close()
    assert [e.hidden for e in run.events() if isinstance(e, LayersHeld)] == [True, False]


def test_that_a_held_key_is_let_go_when_the_images_lose_the_keyboard(qtbot, start):
    run = start()
    to_ai_phase(qtbot, run.window)
    grid = run.window.room.grid
    with qtbot.waitActive(run.window):
        run.window.activateWindow()
    grid.setFocus()
    QTest.keyPress(grid, Qt.Key.Key_G)
    run.window.room.questions.confirm.button.setFocus()
    run.close()
    assert [e.hidden for e in run.events() if isinstance(e, LayersHeld)] == [True, False]


def test_that_a_mark_is_placed_under_the_pointer_in_patient_mm(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    press_answer(run.window, "nodule", "yes")
    viewport = room.grid.active_viewport
    place = QPoint(viewport.width() // 2 - 40, viewport.height() // 2 + 20)
    QTest.mouseMove(viewport, place)
    qtbot.waitUntil(lambda: viewport._cursor is not None)
    room.grid.setFocus()
    key(run.window, Qt.Key.Key_M)
    (mark,) = (q for q in questions_now(run.window.driver.script, run.window.driver.state) if q.target)
    header, column_row = viewport.volume.header, viewport.image_point(viewport._cursor)
    run.close()
    (placed,) = (e for e in run.events() if isinstance(e, MarkPlaced))
    assert placed.mark == mark.target
    assert (placed.column, placed.row) == pytest.approx(column_row)
    expected = header.affine_at(placed.slice_index) @ (placed.column, placed.row, 0, 1)
    assert placed.position_mm == pytest.approx(tuple(expected[:3]))
    issued = [e for e in run.events() if isinstance(e, CommandIssued)]
    assert ("mark.place", "key") in {(e.command, e.source) for e in issued}


def test_that_a_pause_blanks_the_images_and_takes_no_answers(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    room = wait_for_phase(qtbot, run.window)
    key(run.window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: not room.grid.active_viewport.is_painted)
    QTest.keyClicks(room.grid, room.questions.keys[Slot("nodule", "yes")].lower())
    assert not run.window.driver.state.answers
    key(run.window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: room.grid.active_viewport.is_painted)
    run.close()
    assert [e for e in run.events() if isinstance(e, AnswerGiven)] == []


class OtherWindows(QObject):
    """Notes every window that is shown while it listens."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched.objectName() or type(watched).__name__)
        return False


def test_that_no_other_window_ever_opens_and_takes_the_keyboard(qtbot, start):
    run = start()
    spy = OtherWindows()
    QApplication.instance().installEventFilter(spy)
    sign_in(qtbot, run.window)
    read_all(qtbot, run.window)
    QApplication.instance().removeEventFilter(spy)
    assert spy.shown == []


STEPS = 9  # how many steps into the sitting each kill comes


@pytest.mark.parametrize("steps", range(STEPS))
def test_that_a_sitting_killed_at_any_step_goes_on_at_that_step(qtbot, start, steps):
    run = start()
    sign_in(qtbot, run.window)
    for _ in range(steps):
        if run.window.pages.currentWidget() is run.window.text_page:
            read_texts(qtbot, run.window)
        else:
            read_phase(qtbot, run.window)
    if run.window.pages.currentWidget() is run.window.room:
        wait_for_phase(qtbot, run.window)
    before = run.window.driver.state
    run.kill()
    again = start()
    sign_in(qtbot, again.window)
    after = again.window.driver.state
    assert (after.page, after.trial, after.phase) == (before.page, before.trial, before.phase)
    assert after.confirmed == before.confirmed
    if before.stage is Stage.READING:
        assert again.window.pages.currentWidget() is again.window.room
        assert trial_now(again.window.driver.script, after) == trial_now(run.window.driver.script, before)
    again.close()
    assert [e.resumed for e in again.events() if isinstance(e, SittingStarted)] == [False, True]
    assert verify(again.store).sound


def test_that_closing_the_window_in_a_case_marks_it_interrupted_and_keeps_the_answers(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    read_phase(qtbot, run.window)
    wait_for_phase(qtbot, run.window)
    press_answer(run.window, "nodule", "yes")
    run.close()
    events = run.events()
    assert [type(e) for e in events[-2:]] == [TrialInterrupted, SittingEnded]
    assert events[-1].reason == "signed_out"
    assert [e.value for e in events if isinstance(e, AnswerGiven)] == ["no", "yes"]


def test_that_a_reader_who_left_is_told_where_the_sitting_goes_on(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    read_phase(qtbot, run.window)
    run.close()
    again = start()
    again.window.sign_in_page.reader.setText("tester")
    assert again.window.sign_in_page.button.text() == "Resume at case 2 of 5"
    again.close()


def test_that_an_error_of_ours_saves_the_sitting_and_says_so(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    wait_for_phase(qtbot, run.window)
    run.window.fail(Failure("ValueError: nonsense", "Traceback …"))
    assert run.window.message.isVisible()
    assert "safe" in run.window.message.todo.text()
    assert run.window.exit_code == 1
    with qtbot.waitSignal(run.window.left):
        key(run.window, Qt.Key.Key_Return)
    run.close()
    events = run.events()
    assert [type(e) for e in events[-2:]] == [TrialInterrupted, SittingEnded]
    assert events[-1].reason == "failed"


def test_that_a_case_that_cannot_be_read_is_named_and_can_be_tried_again(qtbot, start, study_copy):
    victim = study_copy / "images" / "warm-1"
    hidden = victim.with_name("hidden")
    victim.rename(hidden)
    victim.mkdir()
    run = start(study_copy)
    sign_in(qtbot, run.window)
    key(run.window, Qt.Key.Key_Return)
    qtbot.waitUntil(run.window.message.isVisible)
    assert "warm-1" in run.window.message.where.text().replace("\u200b", "")
    victim.rmdir()
    hidden.rename(victim)
    key(run.window, Qt.Key.Key_Return)
    wait_for_phase(qtbot, run.window)
    run.close()
    assert [e.trial for e in run.events() if isinstance(e, CaseShown)] == [0]


def test_that_a_second_instance_on_one_store_is_told_who_holds_it(qtbot, start, tmp_path: Path):
    run = start()
    with pytest.raises(StudyProblem, match="in use by another ReaderLab"):
        StoreWriter(run.store)
    run.close()


def test_that_a_finished_reader_is_told_so_on_the_first_page(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_all(qtbot, run.window)
    run.close()
    again = start()
    page = again.window.sign_in_page
    page.reader.setText("tester")
    key(again.window, Qt.Key.Key_Return)
    qtbot.waitUntil(again.window.message.isVisible)
    assert "finished every sitting" in again.window.message.what.text()
    again.close()
    with open_store(again.store) as store:
        assert len(store.sittings()) == 1
