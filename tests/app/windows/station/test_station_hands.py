"""Hands at the station: keys wherever the keyboard is, fingers, undoing, pausing, holding the AI away."""

from __future__ import annotations

from concurrent.futures import Future
from itertools import groupby
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.tracking.events import AnswerCleared, ExposureChanged, LayersHeld, PhaseConfirmed, PhaseStarted, TimeWarned
from app.tracking.exposure import ledger
from app.windows.farewell import FarewellPage
from app.windows.station.exam_stage import NOW
from app.windows.station.heard import SENTENCE

from .acting import asked, at_the_station, decide, of_kind, press, scanning, tap

AT_MOST_S = 600  # for a decision, as the study says


@pytest.mark.parametrize("key", ["A", "R", "C"])
def test_that_keys_decide_also_after_a_click_on_the_images(qtbot, start, scanner_study: Path, key: str):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    QTest.mouseClick(room.grid.viewports[NOW], Qt.MouseButton.LeftButton)
    press(run, Qt.Key[f"Key_{key}"])
    value = {"A": "accept", "R": "repeat", "C": "call"}[key]
    assert room.panel.buttons["decision", value].isChecked()


def choose_by_touch(qtbot, run, button) -> None:
    qtbot.waitUntil(lambda: button.visibleRegion().contains(button.rect().center()))
    qtbot.waitUntil(lambda: button.isChecked() or tap(run.window, button))


def test_that_fingers_decide(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    for choice in (("decision", "repeat"), ("reason", "motion")):
        choose_by_touch(qtbot, run, room.panel.buttons[choice])
    qtbot.waitUntil(room.panel.confirm.isEnabled)
    tap(run.window, room.panel.confirm)
    asked(qtbot, run, phase=1)
    run.close()
    assert of_kind(run, PhaseConfirmed)[0].answers == {"decision": "repeat", "reason": "motion"}


def test_that_the_last_choice_can_be_undone_until_it_is_confirmed(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    press(run, Qt.Key.Key_A)
    press(run, Qt.Key.Key_C)
    press(run, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert room.panel.buttons["decision", "accept"].isChecked()
    press(run, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not any(button.isChecked() for button in room.panel.buttons.values())
    assert not room.panel.confirm.isEnabled()
    run.close()
    assert len(of_kind(run, AnswerCleared)) == 1


def test_that_decision_buttons_never_move(qtbot, start, edit):
    """More is asked in the first step than in the second, the second exam has a history, and reasons come and go."""
    more = "questions:\n  faulty: {ask: Wrong?, answer: yes_no}\n  clear: {ask: Clear?, answer: likert, points: 5}"
    study = edit(("questions:", more), ("layers: [box], answer: [", "layers: [box], answer: [faulty, clear, "))
    run = start(study)
    at_the_station(qtbot, run)
    room = asked(qtbot, run)

    def places():
        parts = [room.panel.buttons["decision", value] for value in ("accept", "repeat", "call")]
        return [part.mapTo(run.window, QPoint(0, 0)) for part in (*parts, room.panel.confirm)]

    buttons = room.panel.buttons
    qtbot.waitUntil(lambda: places()[3].y() + room.panel.confirm.height() > 700)
    first = places()
    assert buttons["decision", "call"].height() >= 62
    press(run, Qt.Key.Key_R)
    qtbot.waitUntil(room.panel.buttons["reason", "motion"].isVisible)
    assert places() == first
    press(run, Qt.Key.Key_Y)
    press(run, Qt.Key.Key_3)
    press(run, Qt.Key.Key_1)
    decide(qtbot, run)
    asked(qtbot, run, phase=1)
    qtbot.waitUntil(lambda: places() == first)
    assert run.window.size().height() == 800, "nothing makes the window grow"


def test_that_holding_the_ai_away_takes_its_words_too_and_letting_go_brings_them_back(
    qtbot, start, scanner_study: Path
):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    assert room.heard.isVisible()
    keyboard = run.window.focusWidget()
    QTest.keyPress(keyboard, Qt.Key.Key_G)
    assert not room.heard.isVisible()
    QTest.keyRelease(keyboard, Qt.Key.Key_G)
    assert room.heard.isVisible()
    run.close()
    assert [event.hidden for event in of_kind(run, LayersHeld)] == [True, False]


def test_that_what_the_ai_says_is_kept_as_seen(qtbot, start, edit):
    run = start(edit(("at: balanced}", "at: balanced, adjustable: []}")))
    room = at_the_station(qtbot, run)
    asked(qtbot, run)
    qtbot.waitUntil(lambda: bool(room.heard.painted()))
    qtbot.waitUntil(lambda: -1 in room.exposure._said)
    QTest.keyClick(room, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: not room.exposure._said[-1][0])
    assert not room.heard.isVisible(), "a pause leaves nothing of the AI on the screen"
    QTest.keyClick(room, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: bool(room.exposure._said[-1][0]))
    decide(qtbot, run, Qt.Key.Key_A)
    asked(qtbot, run)
    qtbot.waitUntil(lambda: bool(room.heard.painted()))
    qtbot.waitUntil(lambda: [element[1] for element in room.exposure._said[-1][0]] == ["nothing_found"])
    decide(qtbot, run, Qt.Key.Key_A)
    run.close()
    records = [event.elements for event in of_kind(run, ExposureChanged) if event.viewport == -1]
    said = [tuple(element[:3] for element in elements) for elements in records]
    said = [one for one, _ in groupby(said)]  # how much of it was in sight may have changed
    finding, nothing = (("box", "quality-1", SENTENCE),), (("box", "nothing_found", SENTENCE),)
    assert said[:3] == [finding, (), finding]
    assert nothing in said
    seen = {(each.trial, each.element) for each in ledger(run.events()).exposures if each.draw == SENTENCE}
    assert {(0, "quality-1"), (1, "nothing_found")} <= seen


def test_that_a_layer_that_may_be_switched_off_has_its_row_and_takes_its_sentence_along(qtbot, start, edit):
    run = start(edit(("at: balanced}", "at: balanced, adjustable: [visible]}")))
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    qtbot.waitUntil(room.layer_panel.isVisible)
    press(run, Qt.Key.Key_F2)
    assert not room.heard.isVisible()
    assert room.heard.text() == ""
    press(run, Qt.Key.Key_F2)
    assert room.heard.isVisible()


def test_that_nothing_is_asked_before_a_pause_is_over(qtbot, start, scanner_study: Path, scanners):
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    scanner = scanning(qtbot, scanners)
    scanner.put()
    qtbot.waitUntil(lambda: room.grid.viewports[NOW].is_painted)
    QTest.keyClick(room, Qt.Key.Key_P)
    scanner.finish()
    qtbot.waitUntil(lambda: room.arrivals.is_over(room._exam))
    assert not run.window.driver.is_reading
    assert room.panel.isHidden()
    QTest.keyClick(room, Qt.Key.Key_P)
    asked(qtbot, run)


def test_that_advice_that_comes_in_a_pause_asks_nothing_before_it_is_over(qtbot, start, scanner_study: Path, scanners):
    """The AI is still at work when the technician is called away."""
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    adviser, late = room.layers._adviser, Future()
    wanted = []
    room.layers._adviser = Late(wanted, late)
    scanning(qtbot, scanners).finish()
    qtbot.waitUntil(lambda: bool(wanted))
    QTest.keyClick(room, Qt.Key.Key_P)
    given = adviser.result(*wanted[0])
    qtbot.waitUntil(given.done)
    with qtbot.waitSignal(room.layers.ready):
        late.set_result(given.result())
    assert not run.window.driver.is_reading
    assert room.panel.isHidden()
    room.layers._adviser = adviser
    QTest.keyClick(room, Qt.Key.Key_P)
    asked(qtbot, run)
    assert room.heard.text() == "nodule (90%)"


class Late:
    """Advice whose time the test chooses."""

    def __init__(self, wanted: list, late: Future) -> None:
        self._wanted, self._late = wanted, late

    def result(self, *which) -> Future:
        self._wanted.append(which)
        return self._late


def test_that_a_decision_before_the_exam_is_complete_says_so_and_touches_no_image(
    qtbot, start, scanner_study: Path, scanners
):
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    scanner = scanning(qtbot, scanners)
    scanner.put(3)
    qtbot.waitUntil(lambda: room.grid.viewports[NOW].is_painted)
    room.grid.setFocus()
    room.grid.perform("zoom.in", "key")
    view = room.grid.viewports[NOW].view
    for key in (Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_C, Qt.Key.Key_Return):
        press(run, key)
        assert "once the exam is complete" in room.notice.text()
    assert room.grid.viewports[NOW].view == view
    scanner.finish()
    asked(qtbot, run)
    qtbot.waitUntil(lambda: "complete" not in room.notice.text())
    assert not any(button.isChecked() for button in room.panel.buttons.values())


def test_that_enter_says_what_is_missing_before_a_decision_can_be_confirmed(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    confirm = room.panel.confirm
    press(run, Qt.Key.Key_Return)
    assert "What now?" in confirm.text()
    press(run, Qt.Key.Key_R)
    assert "Confirm" in confirm.text()
    press(run, Qt.Key.Key_Return)
    assert "Why?" in confirm.text()
    press(run, Qt.Key.Key_1)
    assert "Confirm" in confirm.text()
    press(run, Qt.Key.Key_Return)
    asked(qtbot, run, phase=1)


def test_that_a_pause_asked_for_while_a_decision_is_saved_blanks_no_other_exam(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    asked(qtbot, run)
    for key in (Qt.Key.Key_A, Qt.Key.Key_Return, Qt.Key.Key_P):
        press(run, key)
    qtbot.waitUntil(lambda: run.window.driver.state.trial == 1)
    room = asked(qtbot, run)
    assert not room.is_paused
    assert room.panel.isEnabled()


def test_that_time_that_ran_out_in_a_pause_is_over_after_it(qtbot, start, scanner_study: Path, set_on_clock):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    QTest.keyClick(room, Qt.Key.Key_A)
    QTest.keyClick(room, Qt.Key.Key_P)
    set_on_clock.set_on(AT_MOST_S)
    with qtbot.waitSignal(room._phase._timer.over):
        room._phase._timer.look_again()
    assert run.window.driver.state.phase_started_ns is not None
    assert not run.window.driver.state.confirmed
    QTest.keyClick(room, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: bool(run.window.driver.state.confirmed))
    run.close()
    assert of_kind(run, PhaseConfirmed)[0].answers == {"decision": "accept"}


def test_that_the_time_is_warned_of_shown_and_logged(qtbot, start, edit):
    run = start(edit(("at_most_s: 600", "at_most_s: 600, warn_s: 599.5")))
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    qtbot.waitUntil(lambda: "ends by itself" in room.notice.text())
    assert room.notice.isVisible()
    assert "left" in room.time.text()
    assert room.time.property("role") == "title-caution"
    decide(qtbot, run, Qt.Key.Key_A)
    asked(qtbot, run)
    assert room.time.property("role") == "title"
    run.close()
    assert [event.trial for event in of_kind(run, TimeWarned)][:1] == [0]


def test_that_the_notice_of_the_condition_stands_and_progress_is_hidden_where_it_must_be(qtbot, start, edit):
    notice = "conditions:\n  advised:\n    notice: You answer for what you accept.\n"
    study = edit(
        ("conditions:\n  advised:\n", notice),
        ("design: {", "reading: {progress: false}\ndesign: {"),
    )
    run = start(study)
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    assert room.bar.notice.text() == "You answer for what you accept."
    assert "of" not in room.bar.case.text()


def test_that_a_second_look_at_an_accepted_exam_is_a_look_at_the_same_exam(qtbot, start, edit):
    """A step that everybody takes is about the exam as it came; only a repeat brings another acquisition."""
    again = "      - {name: again"
    second = "      - {name: surely, layers: [box], answer: [decision, reason], commit: true}\n" + again
    run = start(edit((again, second)))
    at_the_station(qtbot, run)
    room = asked(qtbot, run)
    first = room.stage.uids
    decide(qtbot, run, Qt.Key.Key_R, Qt.Key.Key_1)
    asked(qtbot, run, phase=1)
    assert room.stage.uids == first
    assert room.heard.text() == "nodule (90%)"
    decide(qtbot, run, phase=1)
    asked(qtbot, run, phase=2)
    assert room.stage.uids != first
    assert room.heard.text() == ""
    run.close()
    assert [event.phase for event in of_kind(run, PhaseStarted)] == [0, 1, 2]


def test_that_nothing_of_a_finished_sitting_stays_where_exams_arrive(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    asked(qtbot, run)
    incoming = room.station.incoming
    for _ in range(2):
        decide(qtbot, run, Qt.Key.Key_A)
        assert any(incoming.rglob("*.dcm"))
    decide(qtbot, run, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: isinstance(run.window.pages.currentWidget(), FarewellPage))
    assert not incoming.exists()
