"""The telephone in every corner of a sitting: it is never left unanswerable, and it never takes anything away."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.reading import engine
from app.reading.state import AnswerKey, Stage
from app.tracking.events import (
    AnswerGiven,
    CallAnswered,
    CallMissed,
    CallTaken,
    PhaseConfirmed,
    TimeWarned,
)

from .at_work import at_list, decides, opens, picks_up, press, reading, signed_in
from .conftest import CALL_S, ROWS, SlowDisk

Y, N, RETURN, P = Qt.Key.Key_Y, Qt.Key.Key_N, Qt.Key.Key_Return, Qt.Key.Key_P


def of(run, kind):
    return [event for event in run.events() if isinstance(event, kind)]


LIMITED = (  # the first step ends by itself, and says so before
    "answer: [nodule, note]}, {name: with AI",
    "answer: [nodule, note], at_most_s: 900, warn_s: 100}, {name: with AI",
)


def rung(run, qtbot, let_pass, trial: int = 1):
    """The telephone rings over a case that is read."""
    desk = signed_in(run, qtbot)
    opens(run, qtbot, trial)
    let_pass(CALL_S)
    qtbot.waitUntil(desk.ringing.isVisible)
    return desk


def answers_slowly(run, qtbot) -> SlowDisk:
    """The call is taken and answered, and that is on its way to the disk."""
    picks_up(run, qtbot)
    disk = SlowDisk(run.window.driver.recorder, CallAnswered)
    press(run, qtbot, Y, RETURN)
    qtbot.waitUntil(lambda: disk.holds)
    return disk


def test_that_a_call_taken_while_a_text_is_written_leaves_the_text_and_the_keyboard_in_it(qtbot, start, busy, let_pass):
    run = start(busy())
    desk = rung(run, qtbot, let_pass)
    room = run.window.room
    editor = room.questions.field("note").editor
    editor.setFocus()
    press(run, qtbot, "a nodule in the ")
    desk.ringing.picked_up.emit()  # a click: in a text the key is a letter
    qtbot.waitUntil(desk.call.isVisible)
    press(run, qtbot, Y, RETURN)
    qtbot.waitUntil(lambda: not desk.call.isVisible() and not desk.driver.busy)
    assert run.window.focusWidget() is editor
    press(run, qtbot, "left lung")
    press(run, qtbot, Qt.Key.Key_Escape, Y)
    qtbot.waitUntil(lambda: room.questions.confirm.possible)
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    run.close()
    assert of(run, PhaseConfirmed)[0].answers == {"nodule": "yes", "note": "a nodule in the left lung"}


def test_that_a_step_whose_time_ends_while_a_call_is_being_saved_ends_by_itself(qtbot, start, busy, let_pass):
    run = start(busy(LIMITED))
    desk = rung(run, qtbot, let_pass)
    driver, room = desk.driver, run.window.room
    disk = answers_slowly(run, qtbot)
    let_pass(220)  # 80 s are left
    room._phase._timer._warn.timeout.emit()
    let_pass(100)
    room._phase._timer._end.timeout.emit()
    assert driver.busy
    disk.let_go()
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    run.close()
    assert [event.phase for event in of(run, PhaseConfirmed)] == [0]


def test_that_a_warning_that_falls_due_while_a_call_is_being_saved_is_said_after_it(qtbot, start, busy, let_pass):
    run = start(busy(LIMITED))
    rung(run, qtbot, let_pass)
    room = run.window.room
    disk = answers_slowly(run, qtbot)
    let_pass(220)
    room._phase._timer._warn.timeout.emit()
    disk.let_go()
    qtbot.waitUntil(lambda: "ends by itself" in room.notice.text())
    run.close()
    assert len(of(run, TimeWarned)) == 1


def test_that_a_step_that_ends_by_its_time_leaves_the_keyboard_with_the_caller(qtbot, start, busy, let_pass):
    """Also where the field that had it is gone when the call is over."""
    run = start(
        busy(("answer: [nodule, note]}, {name: with AI", "answer: [nodule, note], at_most_s: 900}, {name: with AI"))
    )
    desk = rung(run, qtbot, let_pass)
    room = run.window.room
    room.questions.field("note").editor.setFocus()
    press(run, qtbot, "half typ")
    desk.ringing.picked_up.emit()
    qtbot.waitUntil(desk.call.isVisible)
    let_pass(300)
    room._phase._timer.look_again()
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    assert desk.call.isVisible()
    assert desk.call.isAncestorOf(run.window.focusWidget()) or run.window.focusWidget() is desk.call
    press(run, qtbot, Y, RETURN)
    qtbot.waitUntil(lambda: not desk.call.isVisible() and not desk.driver.busy)
    decides(run, qtbot, N)
    qtbot.waitUntil(lambda: at_list(run))
    run.close()
    first, second = of(run, PhaseConfirmed)
    assert first.answers == {"note": "half typ"}
    assert second.answers == {"nodule": "no", "note": "half typ"}
    assert of(run, CallAnswered)[0].answers == {"later": "yes"}


BREAK = ("seed: 5}", "seed: 5, breaks: {every_cases: 1, at_least_s: 0}}")


def test_that_a_break_is_silent_and_the_telephone_rings_anew_after_it(qtbot, start, busy, let_pass):
    run = start(busy(BREAK))
    desk = rung(run, qtbot, let_pass)
    driver = desk.driver
    for phase in (0, 1):
        qtbot.waitUntil(lambda phase=phase: reading(run, 1, phase))
        decides(run, qtbot, Y)
    qtbot.waitUntil(lambda: driver.state.stage is Stage.BREAK)
    qtbot.waitUntil(lambda: not desk.ringing.isVisible())
    press(run, qtbot, Qt.Key.Key_Space)
    desk.pick_up()
    let_pass(100)
    desk.look()
    assert driver.state.stage is Stage.BREAK
    run.window.break_page.over.emit()
    qtbot.waitUntil(lambda: at_list(run) and desk.ringing.isVisible())
    picks_up(run, qtbot)
    press(run, qtbot, Y, RETURN)
    qtbot.waitUntil(lambda: driver.state.bustle.ringing is None and not driver.busy)
    run.close()
    assert not of(run, CallMissed)
    assert len(of(run, CallAnswered)) == 1


def test_that_a_call_in_progress_when_a_break_begins_is_ended_in_the_break(qtbot, start, busy, let_pass):
    limited = ("layers: [box], answer: [nodule, note]}", "layers: [box], answer: [nodule, note], at_most_s: 900}")
    run = start(busy(limited, BREAK))
    desk = signed_in(run, qtbot)
    driver, room = desk.driver, run.window.room
    opens(run, qtbot, 1)
    decides(run, qtbot, Y)
    qtbot.waitUntil(lambda: reading(run, 1, 1))
    let_pass(CALL_S)
    picks_up(run, qtbot)
    let_pass(400)
    room._phase._timer.look_again()
    qtbot.waitUntil(lambda: driver.state.stage is Stage.BREAK)
    press(run, qtbot, Y, RETURN)
    qtbot.waitUntil(lambda: driver.state.bustle.ringing is None and not driver.busy)
    assert driver.state.stage is Stage.BREAK
    run.window.break_page.over.emit()
    qtbot.waitUntil(lambda: at_list(run))
    run.close()
    assert of(run, CallAnswered)[0].answers == {"later": "yes"}


def test_that_the_telephone_is_answered_over_the_feedback_about_a_case(qtbot, start, busy, let_pass):
    run = start(busy(more="feedback: {when: after_case, show: [own, truth]}\n"))
    desk = rung(run, qtbot, let_pass)
    driver = desk.driver
    for phase in (0, 1):
        qtbot.waitUntil(lambda phase=phase: reading(run, 1, phase))
        decides(run, qtbot, Y)
    qtbot.waitUntil(lambda: driver.state.stage is Stage.TELLING and not driver.busy)
    picks_up(run, qtbot)
    press(run, qtbot, N, RETURN)
    qtbot.waitUntil(lambda: driver.state.bustle.ringing is None and not driver.busy)
    assert driver.state.stage is Stage.TELLING
    press(run, qtbot, RETURN)
    qtbot.waitUntil(lambda: at_list(run))
    run.close()
    assert of(run, CallAnswered)[0].answers == {"later": "no"}


def test_that_a_call_that_nobody_takes_over_the_feedback_is_missed(qtbot, start, busy, let_pass):
    run = start(busy(more="feedback: {when: after_case, show: [own, truth]}\n"))
    desk = rung(run, qtbot, let_pass)
    driver = desk.driver
    for phase in (0, 1):
        qtbot.waitUntil(lambda phase=phase: reading(run, 1, phase))
        decides(run, qtbot, Y)
    qtbot.waitUntil(lambda: driver.state.stage is Stage.TELLING and not driver.busy)
    let_pass(61)
    qtbot.waitUntil(lambda: driver.state.bustle.ringing is None and not desk.ringing.isVisible())
    run.close()
    assert len(of(run, CallMissed)) == 1


def test_that_a_paused_case_is_silent_and_the_telephone_rings_anew_after_it(qtbot, start, busy, let_pass):
    run = start(busy())
    desk = rung(run, qtbot, let_pass)
    press(run, qtbot, P)
    qtbot.waitUntil(lambda: not desk.ringing.isVisible())
    desk.ringing.picked_up.emit()
    let_pass(200)
    desk.look()
    assert not desk.call.isVisible()
    press(run, qtbot, P)
    qtbot.waitUntil(desk.ringing.isVisible)
    picks_up(run, qtbot)
    press(run, qtbot, Y, RETURN)
    qtbot.waitUntil(lambda: desk.driver.state.bustle.ringing is None and not desk.driver.busy)
    run.close()
    assert not of(run, CallMissed)


def test_that_a_paused_list_is_silent_too(qtbot, start, busy, let_pass):
    run = start(busy(("at_min: [10]", "at_min: [0.01]")))
    desk = signed_in(run, qtbot)
    opens(run, qtbot, 1)
    for phase in (0, 1):
        qtbot.waitUntil(lambda phase=phase: reading(run, 1, phase))
        decides(run, qtbot, Y)
    qtbot.waitUntil(lambda: at_list(run))
    let_pass(1)
    qtbot.waitUntil(desk.ringing.isVisible)
    press(run, qtbot, P)
    qtbot.waitUntil(lambda: not desk.ringing.isVisible())
    assert desk.is_paused
    press(run, qtbot, P)
    qtbot.waitUntil(desk.ringing.isVisible)
    run.close()


def test_that_what_was_said_is_said_once_however_slowly_the_step_beneath_is_saved(qtbot, start, busy, let_pass):
    """The step ends by its time while the reader is on the phone; the call ends while that is being saved."""
    run = start(
        busy(("answer: [nodule, note]}, {name: with AI", "answer: [nodule, note], at_most_s: 900}, {name: with AI"))
    )
    desk = rung(run, qtbot, let_pass)
    driver, room = desk.driver, run.window.room
    picks_up(run, qtbot)
    press(run, qtbot, Y)
    disk = SlowDisk(driver.recorder, PhaseConfirmed)
    let_pass(400)
    room._phase._timer.look_again()
    qtbot.waitUntil(lambda: disk.holds)
    press(run, qtbot, RETURN)
    assert not desk.call.isVisible()
    opened = []
    desk.call.show_call = lambda *call: opened.append(call)
    disk.let_go()
    qtbot.waitUntil(lambda: driver.state.bustle.ringing is None and reading(run, 1, 1))
    run.close()
    assert not opened
    assert len(of(run, CallAnswered)) == 1


def test_that_keys_pressed_while_a_call_is_being_saved_answer_the_case(qtbot, start, busy, let_pass):
    run = start(busy())
    desk = rung(run, qtbot, let_pass)
    driver = desk.driver
    disk = answers_slowly(run, qtbot)
    press(run, qtbot, N)
    disk.let_go()
    qtbot.waitUntil(lambda: AnswerKey(1, 0, "nodule") in driver.state.answers)
    run.close()
    assert [event.value for event in of(run, AnswerGiven)] == ["no"]


def test_that_a_call_at_the_last_case_is_answered_before_the_sitting_ends(qtbot, start, busy, let_pass):
    run = start(busy(("order: fixed}", "order: fixed, sample: 1}"), rows=dict.fromkeys(ROWS, ("routine", 0))))
    desk = signed_in(run, qtbot)
    only = desk.page.table.rows[0].trial
    opens(run, qtbot, only)
    let_pass(CALL_S)
    qtbot.waitUntil(desk.ringing.isVisible)
    for phase in (0, 1):
        qtbot.waitUntil(lambda phase=phase: reading(run, only, phase))
        decides(run, qtbot, Y)
    qtbot.waitUntil(lambda: at_list(run))
    assert "telephone" in desk.page.foot.text().lower()
    picks_up(run, qtbot)
    with qtbot.waitSignal(desk.driver.ended):
        press(run, qtbot, Y, RETURN)
    run.close()
    assert len(of(run, CallTaken)) == len(of(run, CallAnswered)) == 1


def test_that_a_caller_is_answered_in_words_by_keys_alone_and_enter_says_what_is_missing(qtbot, start, busy, let_pass):
    run = start(busy(("answer: [later]", "answer: [later, remark]")))
    desk = rung(run, qtbot, let_pass)
    picks_up(run, qtbot)
    press(run, qtbot, Y)
    press(run, qtbot, RETURN)  # the text is missing: the keyboard goes there
    assert desk.call.isVisible()
    assert desk.call.isAncestorOf(run.window.focusWidget())
    press(run, qtbot, "wait for me")
    press(run, qtbot, Qt.Key.Key_Escape, RETURN)
    qtbot.waitUntil(lambda: desk.driver.state.bustle.ringing is None and not desk.driver.busy)
    run.close()
    assert of(run, CallAnswered)[0].answers == {"later": "yes", "remark": "wait for me"}


def test_that_a_call_that_was_cut_off_rings_anew_at_the_next_sign_in(qtbot, start, busy, let_pass):
    study = busy()
    run = start(study)
    desk = rung(run, qtbot, let_pass)
    press(run, qtbot, Y)
    picks_up(run, qtbot)
    press(run, qtbot, Y)
    run.kill()
    again = start(study)
    again.window.begin("tester")
    desk = again.window.worklist
    qtbot.waitUntil(lambda: reading(again, 1))
    qtbot.waitUntil(desk.ringing.isVisible)
    picks_up(again, qtbot)
    assert not desk.call.answers()
    press(again, qtbot, N, RETURN)
    qtbot.waitUntil(lambda: desk.driver.state.bustle.ringing is None and not desk.driver.busy)
    decides(again, qtbot)
    qtbot.waitUntil(lambda: reading(again, 1, 1))
    again.close()
    assert [event.answers for event in of(again, CallAnswered)] == [{"later": "no"}]


def test_that_help_does_not_keep_the_telephone_from_being_picked_up(qtbot, start, busy, let_pass):
    run = start(busy())
    desk = signed_in(run, qtbot)
    opens(run, qtbot, 1)
    press(run, qtbot, Qt.Key.Key_F1)
    qtbot.waitUntil(run.window.help.isVisible)
    let_pass(CALL_S)
    qtbot.waitUntil(desk.ringing.isVisible)
    press(run, qtbot, Qt.Key.Key_Escape)
    picks_up(run, qtbot)
    press(run, qtbot, Y, RETURN)
    qtbot.waitUntil(lambda: not desk.call.isVisible())
    assert engine.trial_now(desk.driver.script, desk.driver.state).index == 1
    assert run.window.focusWidget() is run.window.room.grid
    run.close()
