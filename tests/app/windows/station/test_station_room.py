"""A technician at the scanner: exams arrive while they work; each is accepted, repeated or called about."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.tracking.events import AIResultLoaded, CaseShown, ExposureChanged, PhaseConfirmed, PhaseStarted
from app.tracking.events.station import AcquisitionBegan, AcquisitionComplete, SlicesArrived
from app.windows.farewell import FarewellPage
from app.windows.station.exam_stage import BEFORE, NOW

from .acting import at_the_station, decide, of_kind, scanning

SLICES = 12


def test_that_exams_arrive_and_are_decided_by_keys_to_the_end(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    decide(qtbot, run, Qt.Key.Key_A)
    decide(qtbot, run, Qt.Key.Key_C)
    decide(qtbot, run, Qt.Key.Key_R, Qt.Key.Key_2)
    decide(qtbot, run, Qt.Key.Key_A, phase=1)
    qtbot.waitUntil(lambda: isinstance(run.window.pages.currentWidget(), FarewellPage))
    run.close()
    said = [event.answers for event in of_kind(run, PhaseConfirmed)]
    assert said == [
        {"decision": "accept"},
        {"decision": "call"},
        {"decision": "repeat", "reason": "coverage"},
        {"decision": "accept"},
    ]
    came = of_kind(run, AcquisitionBegan, AcquisitionComplete)
    assert [(type(event).__name__, event.trial, event.acquisition) for event in came] == [
        (kind, trial, acquisition)
        for trial, acquisition in ((0, "first"), (1, "first"), (2, "first"), (2, "repeated"))
        for kind in ("AcquisitionBegan", "AcquisitionComplete")
    ]


def test_that_slices_appear_as_they_land_and_the_time_begins_with_the_last(qtbot, start, scanner_study: Path, scanners):
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    scanner, seen = scanning(qtbot, scanners), []
    room.arrivals.grew.connect(lambda _exam, came: seen.append(came.slices))
    viewport = room.grid.viewports[NOW]
    for number in (1, 2, 3):
        scanner.put()
        qtbot.waitUntil(lambda number=number: number in seen)
        assert viewport.view.slice_index == number - 1, "the newest slice is shown"
    assert not run.window.driver.is_reading
    scanner.finish()
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    assert seen[-1] == SLICES
    assert viewport.view.slice_index == SLICES - 1
    run.close()
    (complete,) = of_kind(run, AcquisitionComplete)
    (phase,) = of_kind(run, PhaseStarted)
    (shown,) = of_kind(run, CaseShown)
    counts = [event.slices for event in of_kind(run, SlicesArrived)]
    assert counts == sorted(counts)
    assert shown.at_ns < complete.at_ns <= phase.at_ns


def test_that_the_ai_speaks_in_a_sentence_and_its_box_lies_over_the_exam(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    assert room.heard.text() == "nodule (90%)"
    assert room.ai.results[0].ai == "quality"
    decide(qtbot, run, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    assert room.heard.text() == "No remark"
    run.close()
    assert len(of_kind(run, AIResultLoaded)) == 2
    assert of_kind(run, ExposureChanged)


def test_that_the_previous_acquisition_stands_beside_the_new_one(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    qtbot.waitUntil(lambda: room.grid.viewports[BEFORE].volume is not None)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    now, before = room.grid.viewports[NOW].volume, room.grid.viewports[BEFORE].volume
    assert now.header.series_uid != before.header.series_uid


def test_that_a_reason_is_asked_for_a_repeat_and_the_repeated_exam_comes_without_advice(
    qtbot, start, scanner_study: Path
):
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    first = room.grid.viewports[NOW].volume.header.series_uid
    QTest.mouseClick(room.panel.buttons["decision", "repeat"], Qt.MouseButton.LeftButton)
    assert not room.panel.confirm.isEnabled()
    QTest.mouseClick(room.panel.buttons["reason", "motion"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(room.panel.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: run.window.driver.state.phase == 1 and run.window.driver.is_reading)
    assert room.grid.viewports[NOW].volume.header.series_uid != first
    assert not any(button.isChecked() for button in room.panel.buttons.values()), "it is judged anew"
    assert room.ai.results == ()
    assert room.heard.text() == ""


def test_that_a_station_that_was_killed_goes_on_with_the_exam_that_was_open(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    decide(qtbot, run, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    QTest.keyClick(run.window.room, Qt.Key.Key_R)
    run.kill()
    again = start(scanner_study)
    room = at_the_station(qtbot, again)
    qtbot.waitUntil(lambda: again.window.driver.is_reading)
    assert again.window.driver.state.trial == 1
    assert room.panel.buttons["decision", "repeat"].isChecked()
    decide(qtbot, again, Qt.Key.Key_A)
    again.close()


def test_that_exams_go_on_arriving_while_one_waits_for_its_decision(qtbot, start, scanner_study: Path):
    text = (scanner_study / "protocol.yaml").read_text("utf-8")
    (scanner_study / "protocol.yaml").write_text(text.replace("station: {", "station: {arrivals: clock, "), "utf-8")
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    qtbot.waitUntil(lambda: room.arrivals.waiting == 1)
    decide(qtbot, run, Qt.Key.Key_A)
    decide(qtbot, run, Qt.Key.Key_A)
    decide(qtbot, run, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: isinstance(run.window.pages.currentWidget(), FarewellPage))


def test_that_time_that_runs_out_takes_what_stands(qtbot, start, scanner_study: Path):
    text = (scanner_study / "protocol.yaml").read_text("utf-8")
    (scanner_study / "protocol.yaml").write_text(text.replace("at_most_s: 600", "at_most_s: 0.4"), "utf-8")
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    qtbot.waitUntil(lambda: isinstance(run.window.pages.currentWidget(), FarewellPage))
    run.close()
    assert [event.answers for event in of_kind(run, PhaseConfirmed)] == [{}, {}, {}]
    assert room.time.text() == ""


def test_that_keys_and_buttons_are_large_enough_for_a_finger(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    room = at_the_station(qtbot, run)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    QTest.keyClick(room, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: room.panel.buttons["reason", "motion"].height() >= 48)
    for button in room.panel.buttons.values():
        assert button.height() >= 48
        assert button.width() >= 150


@pytest.mark.parametrize("column", ["previous", "repeated"])
def test_that_an_exam_that_cannot_be_read_is_said_and_the_sitting_can_be_left(
    qtbot, start, scanner_study: Path, column: str
):
    run = start(scanner_study)
    broken = scanner_study / "images" / ("warm-1" if column == "previous" else "c2")
    for file in broken.iterdir():
        file.write_bytes(b"nothing")
    room = at_the_station(qtbot, run)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    if column == "previous":
        qtbot.waitUntil(lambda: bool(room.notice.text()))
        return
    QTest.keyClick(room, Qt.Key.Key_R)
    QTest.keyClick(room, Qt.Key.Key_1)
    QTest.keyClick(room, Qt.Key.Key_Return)
    qtbot.waitUntil(run.window.message.isVisible)
