"""A stat exam that comes at the worst moment: what was in hand is kept, and the keyboard is where it is looked for."""

from __future__ import annotations

from concurrent.futures import Future

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.reading.state import Stage
from app.tracking.events import (
    AnswerGiven,
    CaseSuspended,
    CaseTakenUp,
    LayerChanged,
    PhaseConfirmed,
    PhaseWeighed,
    TrialReopened,
)
from app.windows.weighing import Weighing
from study_configs.problem import StudyProblem

from .at_work import at_list, decides, opens, picks_up, press, reading, signed_in
from .conftest import CALL_S, ROWS, STAT_S

Y, N, RETURN, P = Qt.Key.Key_Y, Qt.Key.Key_N, Qt.Key.Key_Return, Qt.Key.Key_P
STAT = 3  # the trial of the exam that comes first
ONE_STEP = (", {name: with AI, layers: [box], answer: [nodule, note]}", "")


def of(run, kind):
    return [event for event in run.events() if isinstance(event, kind)]


def interrupted(run, qtbot, let_pass) -> None:
    """The stat exam comes over the case, and the list is on top."""
    let_pass(STAT_S)
    qtbot.waitUntil(lambda: at_list(run))


def reads_stat(run, qtbot, phases=(0, 1)) -> None:
    press(run, qtbot, RETURN)
    for phase in phases:
        qtbot.waitUntil(lambda phase=phase: reading(run, STAT, phase))
        decides(run, qtbot, N)


def test_that_a_half_typed_text_is_there_when_the_case_goes_on(qtbot, start, busy, let_pass):
    run = start(busy())
    signed_in(run, qtbot)
    opens(run, qtbot, 1)
    run.window.room.questions.field("note").editor.setFocus()
    press(run, qtbot, "half a sen")
    interrupted(run, qtbot, let_pass)
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: reading(run, STAT, 0))
    assert not run.window.worklist.bar.news.text(), "what is being read is no news"
    for phase in (0, 1):
        qtbot.waitUntil(lambda phase=phase: reading(run, STAT, phase))
        decides(run, qtbot, N)
    qtbot.waitUntil(lambda: reading(run, 1))
    assert run.window.room.questions.field("note").editor.toPlainText() == "half a sen"
    run.close()


@pytest.mark.parametrize("over", ["help", "about", "preferences"])
def test_that_what_is_open_over_the_case_keeps_the_keyboard_until_it_is_closed(qtbot, start, busy, let_pass, over):
    run = start(busy())
    desk = signed_in(run, qtbot)
    opens(run, qtbot, 1)
    card = getattr(run.window, over)
    run.window.perform({"help": "help", "about": "about", "preferences": "preferences.show"}[over], "key")
    assert card.isVisible()
    interrupted(run, qtbot, let_pass)
    press(run, qtbot, RETURN if over == "help" else Qt.Key.Key_Escape)
    assert desk.driver.state.stage is Stage.LISTING  # no key went through the card
    if card.isVisible():
        press(run, qtbot, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert run.window.focusWidget() is desk.page.table
    reads_stat(run, qtbot)
    qtbot.waitUntil(lambda: reading(run, 1))
    run.close()


def test_that_ai_that_was_seen_set_and_held_away_is_as_it_was_when_the_case_goes_on(qtbot, start, busy, let_pass):
    """The stat exam comes while the key that hides all AI is held down; its release goes to the list."""
    run = start(busy())
    desk = signed_in(run, qtbot)
    room = run.window.room
    opens(run, qtbot, 1)
    decides(run, qtbot, Y)
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    room.perform("layer.opacity.less", "key")
    (faded,) = (layer.opacity for layer in room.ai.layers)
    QTest.keyPress(room.grid, Qt.Key.Key_G)
    interrupted(run, qtbot, let_pass)
    QTest.keyRelease(desk.page.table, Qt.Key.Key_G)
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: reading(run, STAT, 0))
    assert not room.ai.results, "nothing of the AI before the own view of the stat exam"
    decides(run, qtbot, N)
    qtbot.waitUntil(lambda: reading(run, STAT, 1))
    assert all(not painter._hidden for painter in room.ai._painters)
    decides(run, qtbot)
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    assert [layer.opacity for layer in room.ai.layers] == [faded]
    assert all(not painter._hidden for painter in room.ai._painters)
    run.close()
    assert [(event.trial, event.phase) for event in of(run, PhaseConfirmed)] == [(1, 0), (STAT, 0), (STAT, 1)]
    assert of(run, LayerChanged)[-1].opacity == faded


def test_that_a_measurement_in_hand_is_let_go_and_finished_ones_are_back(qtbot, start, busy, let_pass):
    run = start(busy())
    signed_in(run, qtbot)
    room = run.window.room
    opens(run, qtbot, 1)
    viewport = room.grid.viewports[0]
    room.grid.perform("measure.length", "key")
    middle = viewport.rect().center()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(viewport, middle + QPoint(40, 20))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 20))
    qtbot.waitUntil(lambda: len(run.window.driver.state.drawn) == 1)
    board = room.light.measures.board
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=middle + QPoint(0, 60))
    QTest.mouseMove(viewport, middle + QPoint(50, 70))
    interrupted(run, qtbot, let_pass)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle + QPoint(50, 70))
    reads_stat(run, qtbot)
    qtbot.waitUntil(lambda: reading(run, 1))
    assert len(run.window.driver.state.drawn) == 1
    assert room.light.measures.board == board
    run.close()


def test_that_two_stat_exams_are_read_one_after_the_other_and_then_the_case_goes_on(qtbot, start, busy, let_pass):
    run = start(busy(ONE_STEP, rows={**ROWS, "c4": ("stat", STAT_S)}))
    desk = signed_in(run, qtbot)
    opens(run, qtbot, 1)
    interrupted(run, qtbot, let_pass)
    for trial in (3, 4):
        qtbot.waitUntil(lambda: at_list(run))
        press(run, qtbot, RETURN)
        qtbot.waitUntil(lambda trial=trial: reading(run, trial))
        decides(run, qtbot, N)
    qtbot.waitUntil(lambda: reading(run, 1))
    assert desk.driver.state.bustle.suspended == ()
    run.close()
    assert len(of(run, CaseSuspended)) == len(of(run, CaseTakenUp)) == 1


def test_that_a_stat_exam_waits_for_the_end_of_a_call_and_for_the_end_of_a_pause(qtbot, start, busy, let_pass):
    run = start(busy())
    desk = signed_in(run, qtbot)
    opens(run, qtbot, 1)
    let_pass(CALL_S)
    picks_up(run, qtbot)
    let_pass(STAT_S - CALL_S)
    qtbot.waitUntil(lambda: STAT in desk.driver.state.bustle.arrived)
    assert desk.call.isVisible()
    assert desk.driver.state.stage is Stage.READING
    press(run, qtbot, Y, RETURN)
    qtbot.waitUntil(lambda: at_list(run))
    reads_stat(run, qtbot)
    qtbot.waitUntil(lambda: reading(run, 1))
    press(run, qtbot, P)
    let_pass(2000)
    desk.look()
    assert desk.driver.state.stage is Stage.READING
    press(run, qtbot, P)
    let_pass(2000)
    qtbot.waitUntil(lambda: at_list(run))
    run.close()
    assert [event.stat for event in of(run, CaseSuspended)] == [3, 4]


def test_that_times_of_a_step_go_on_where_they_were(qtbot, start, busy, let_pass):
    limits = (
        "{name: own view, answer: [nodule, note]}",
        "{name: own view, answer: [nodule, note], at_least_s: 30, at_most_s: 1500, warn_s: 100, clock: true}",
    )
    run = start(busy(limits))
    desk = signed_in(run, qtbot)
    room, driver = run.window.room, desk.driver
    opens(run, qtbot, 1)
    interrupted(run, qtbot, let_pass)
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: reading(run, STAT))
    assert not room.questions.confirm.possible
    let_pass(30)
    room.questions.restart_clock(0)
    decides(run, qtbot, N)
    qtbot.waitUntil(lambda: reading(run, STAT, 1))
    decides(run, qtbot)
    qtbot.waitUntil(lambda: reading(run, 1))
    press(run, qtbot, Y)
    qtbot.waitUntil(lambda: room.questions.confirm.possible)  # the 30 s were over before the stat exam came
    assert driver.state.phase_spent_ns >= STAT_S * 1e9
    let_pass(501)
    room._phase._timer.look_again()
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    run.close()


def test_that_a_sitting_killed_in_the_stat_exam_goes_on_with_it_and_then_with_the_case(qtbot, start, busy, let_pass):
    study = busy(ONE_STEP)
    run = start(study)
    signed_in(run, qtbot)
    opens(run, qtbot, 1)
    press(run, qtbot, Y)
    interrupted(run, qtbot, let_pass)
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: reading(run, STAT))
    press(run, qtbot, N)
    qtbot.waitUntil(lambda: run.window.room.questions.confirm.possible)
    run.kill()
    again = start(study)
    again.window.begin("tester")
    qtbot.waitUntil(lambda: reading(again, STAT))
    decides(again, qtbot)
    qtbot.waitUntil(lambda: reading(again, 1))
    decides(again, qtbot)
    qtbot.waitUntil(lambda: at_list(again))
    again.close()
    assert [event.answers for event in of(again, PhaseConfirmed)] == [{"nodule": "no"}, {"nodule": "yes"}]


def test_that_going_back_and_a_stat_exam_leave_no_case_behind(qtbot, start, busy, let_pass):
    run = start(busy(ONE_STEP, more="reading: {navigation: back}\n"))
    desk = signed_in(run, qtbot)
    opens(run, qtbot, 1)
    decides(run, qtbot, Y)
    opens(run, qtbot, 2)
    run.window.room.questions.field("note").editor.setFocus()
    press(run, qtbot, "half typ")
    run.window.room.perform("case.back", "button")
    qtbot.waitUntil(lambda: reading(run, 1))
    interrupted(run, qtbot, let_pass)
    reads_stat(run, qtbot, (0,))
    qtbot.waitUntil(lambda: reading(run, 1))
    decides(run, qtbot)
    qtbot.waitUntil(lambda: reading(run, 2))
    assert run.window.room.questions.field("note").editor.toPlainText() == "half typ"
    assert {row.trial: row.status for row in desk.bar.table.rows}[2] == "open"
    run.close()
    assert len(of(run, TrialReopened)) == 1


def test_that_the_end_of_the_time_takes_no_case_that_was_set_aside(qtbot, start, busy, let_pass):
    run = start(busy(ONE_STEP, ("clock: elapsed", "clock: left\n  block_min: 20")))
    desk = signed_in(run, qtbot)
    opens(run, qtbot, 1)
    press(run, qtbot, Y)
    interrupted(run, qtbot, let_pass)
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: reading(run, STAT))
    let_pass(201)
    qtbot.waitUntil(lambda: desk.driver.state.bustle.is_over)
    decides(run, qtbot, N)
    qtbot.waitUntil(lambda: reading(run, 1))
    with qtbot.waitSignal(desk.driver.ended):
        decides(run, qtbot)
    run.close()
    assert sorted(event.trial for event in of(run, PhaseConfirmed)) == [1, STAT]


def test_that_a_text_half_typed_at_sign_out_is_there_at_the_next_sign_in(qtbot, start, busy):
    study = busy()
    run = start(study)
    signed_in(run, qtbot)
    opens(run, qtbot, 1)
    run.window.room.questions.field("note").editor.setFocus()
    press(run, qtbot, "half typ")
    run.window.sign_out()
    run.kill()
    again = start(study)
    again.window.begin("tester")
    qtbot.waitUntil(lambda: reading(again, 1))
    assert again.window.room.questions.field("note").editor.toPlainText() == "half typ"
    again.close()
    assert [event.value for event in of(again, AnswerGiven)] == ["half typ"]


def test_that_a_pause_asked_for_while_an_exam_opens_stops_no_clock_for_good(qtbot, start, busy, let_pass):
    run = start(busy())
    desk = signed_in(run, qtbot)
    row = [each.trial for each in desk.page.table.rows].index(1)
    press(run, qtbot, Qt.Key(Qt.Key.Key_1 + row), RETURN, P)
    qtbot.waitUntil(lambda: run.window.driver.is_reading or run.window.room.is_paused)
    if run.window.room.is_paused:
        press(run, qtbot, P)
    qtbot.waitUntil(lambda: reading(run, 1))
    assert not desk.is_paused
    interrupted(run, qtbot, let_pass)
    run.close()


def test_that_a_pause_asked_for_while_the_last_step_is_saved_hides_nothing_for_good(qtbot, start, busy, let_pass):
    run = start(busy(ONE_STEP))
    desk = signed_in(run, qtbot)
    opens(run, qtbot, 1)
    press(run, qtbot, Y)
    qtbot.waitUntil(lambda: run.window.room.questions.confirm.possible)
    press(run, qtbot, RETURN, P)
    qtbot.waitUntil(lambda: at_list(run))
    assert desk.page.table.isVisible()
    opens(run, qtbot, 2)
    assert run.window.room.questions.isEnabled()
    assert not run.window.room.is_paused
    let_pass(STAT_S)
    qtbot.waitUntil(lambda: at_list(run))
    run.close()


class Refusing:
    """AI that can't be had until it is mended."""

    def __init__(self, adviser) -> None:
        self._adviser, self.is_broken = adviser, True

    def result(self, *which):
        if not self.is_broken:
            return self._adviser.result(*which)
        refused: Future = Future()
        refused.set_exception(StudyProblem("The AI's file is gone."))
        return refused

    def top_score(self, *which):
        return self.result(*which) if self.is_broken else self._adviser.top_score(*which)


def test_that_ai_that_failed_before_a_stat_exam_is_asked_again_when_the_case_goes_on(qtbot, start, busy, let_pass):
    run = start(busy())
    desk = signed_in(run, qtbot)
    room, message = run.window.room, run.window.message
    room.layers._adviser = refusing = Refusing(room.layers._adviser)
    opens(run, qtbot, 1)
    decides(run, qtbot, Y)
    qtbot.waitUntil(message.isVisible)
    interrupted(run, qtbot, let_pass)
    assert message.isVisible()
    press(run, qtbot, RETURN)  # try again: the case is set aside, and nothing is to be had for it now
    assert not message.isVisible()
    assert desk.driver.state.stage is Stage.LISTING
    refusing.is_broken = False
    reads_stat(run, qtbot)
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    assert room.ai.results
    run.close()


def test_that_one_message_does_not_take_the_place_of_another_that_was_not_answered(qtbot, start, busy, let_pass):
    """The AI of the case and the AI of the list fail one after the other: both can be tried again."""
    triage = "  triage: {ai: nodules, at: balanced, shows: tag}\n  clock: elapsed"
    run = start(busy(("  clock: elapsed", triage)))
    desk = signed_in(run, qtbot)
    room, message = run.window.room, run.window.message
    qtbot.waitUntil(lambda: len(desk.driver.state.bustle.flags) == 3)
    room.layers._adviser = case_ai = Refusing(room.layers._adviser)
    desk._scorer = list_ai = Refusing(desk._scorer)
    opens(run, qtbot, 1)
    decides(run, qtbot, Y)
    qtbot.waitUntil(message.isVisible)
    let_pass(CALL_S / 2)
    desk.failed.emit(StudyProblem("No flag for the list."))
    assert "flag" in message.what.text()
    list_ai.is_broken = case_ai.is_broken = False
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: message.isVisible() and "file is gone" in message.what.text())
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    run.close()


class ByHand:
    """Scores that come when the test says so."""

    def __init__(self) -> None:
        self.asked: list[Future] = []

    def top_score(self, trial: int, ai: str) -> Future:
        self.asked.append(Future())
        return self.asked[-1]


def test_that_scores_that_were_asked_for_once_more_never_hold_the_window(qtbot, start, busy, let_pass):
    run = start(busy(("  clock: elapsed", "  triage: {ai: nodules, at: balanced, shows: tag}\n  clock: elapsed")))
    desk = signed_in(run, qtbot)
    qtbot.waitUntil(lambda: len(desk.driver.state.bustle.flags) == 3)
    opens(run, qtbot, 1)
    desk._scorer = ai = ByHand()
    interrupted(run, qtbot, let_pass)
    qtbot.waitUntil(lambda: len(ai.asked) == 1)
    desk.again()
    ai.asked[0].set_result(0.1)
    qtbot.waitUntil(lambda: len(ai.asked) == 2)
    desk.look()
    press(run, qtbot, RETURN)  # the exam is opened before its score is there
    qtbot.waitUntil(lambda: reading(run, STAT))
    assert STAT not in desk.driver.state.bustle.flags
    ai.asked[1].set_result(0.9)
    qtbot.waitUntil(lambda: desk.driver.state.bustle.flags.get(STAT) is True)
    run.close()


def test_that_a_case_set_aside_while_its_ai_is_weighed_is_weighed_anew(qtbot, start, busy, let_pass):
    run = start(busy(("{name: with AI, layers", "{name: with AI, only_if: ai.nodules >= 0.5, layers")))
    desk = signed_in(run, qtbot)
    weighing = desk.driver.findChild(Weighing)
    scorer, weighing._scorer = weighing._scorer, ByHand()
    late = weighing._scorer.asked
    opens(run, qtbot, 1)
    decides(run, qtbot, Y)
    qtbot.waitUntil(lambda: len(late) == 1)
    interrupted(run, qtbot, let_pass)
    late[0].set_result(0.9)
    weighing._scorer = scorer
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: reading(run, STAT))
    decides(run, qtbot, N)
    qtbot.waitUntil(lambda: reading(run, STAT, 1))
    decides(run, qtbot)
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    run.close()
    assert [(event.trial, event.phase) for event in of(run, PhaseWeighed)] == [(STAT, 1), (1, 1)]
