"""A sitting whose protocol asks for an eye tracker: with one, without one, and with one that dies."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.tracking.events import (
    CaseShown,
    GazeCalibrated,
    GazeMoved,
    GazeSourceLost,
    GazeSourceOpened,
    SittingStarted,
    TrialStarted,
)
from app.tracking.gaze import lsl
from app.tracking.gaze.places import placed
from app.windows.gaze.check_page import CheckPage


def _asking(folder: Path, tracking: str) -> Path:
    protocol = folder / "protocol.yaml"
    protocol.write_text(f"{protocol.read_text('utf-8').rstrip()}\ntracking: {tracking}\n", "utf-8")
    return folder


def _to_the_first_case(qtbot, window) -> None:
    """Sign in and read the texts; the check stands before the first case, or the case itself."""
    window.begin("tester")
    qtbot.waitUntil(lambda: not window.driver.busy)
    while window.pages.currentWidget() is window.text_page:
        before = window.driver.state
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda before=before: window.driver.state is not before)
        qtbot.waitUntil(lambda: not window.driver.busy)


def _on_the_check(qtbot, window) -> CheckPage:
    qtbot.waitUntil(lambda: isinstance(window.pages.currentWidget(), CheckPage))
    return window.pages.currentWidget()


@pytest.mark.slow
def test_that_the_tracker_is_checked_before_the_first_case_and_its_gaze_lands_in_the_log(
    qtbot, start, study_copy, tracker
):
    name, process = tracker
    run = start(_asking(study_copy, f"{{gaze: lsl, stream: {name}, check: {{points: 5, at_most_deg: 2}}}}"))
    _to_the_first_case(qtbot, run.window)
    page = _on_the_check(qtbot, run.window)
    assert run.window.driver.trial_open is None  # no case's time runs meanwhile
    qtbot.waitUntil(page.card.start_button.isEnabled, timeout=20_000)
    QTest.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.errors), timeout=30_000)
    QTest.keyClick(page, Qt.Key.Key_A)  # it looks at the middle all the time: four points are far off
    qtbot.waitUntil(lambda: run.window.driver.is_reading, timeout=20_000)
    process.kill()
    lost = run.window.gaze.receiver
    qtbot.waitUntil(lambda: "GazeSourceLost" in run.window.driver.recorder.counts, timeout=20_000)
    assert lost.is_running
    assert run.window.driver.is_reading  # the tracker's death disturbs nobody
    run.close()
    events = run.events()
    kinds = [type(event) for event in events]
    assert kinds[0] is SittingStarted
    assert kinds.index(GazeSourceOpened) < kinds.index(GazeCalibrated) < kinds.index(TrialStarted)
    check = next(event for event in events if isinstance(event, GazeCalibrated))
    assert check.accepted
    assert len(check.error_px) == 5
    shown_ns = next(event.at_ns for event in events if isinstance(event, CaseShown))
    assert any(event.samples[-1][0] > shown_ns for event in events if isinstance(event, GazeMoved))
    assert next(event for event in events if isinstance(event, GazeSourceLost)).reason == "closed"
    assert all(place.x_px is not None for place in placed(events))


def test_that_a_reader_goes_on_without_a_tracker_that_is_not_there(qtbot, start, study_copy):
    run = start(_asking(study_copy, "{gaze: lsl, stream: nobody-has-this-name, check: {points: 5}}"))
    _to_the_first_case(qtbot, run.window)
    page = _on_the_check(qtbot, run.window)
    assert not page.card.start_button.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: run.window.driver.is_reading, timeout=20_000)
    assert not run.window.gaze.receiver.is_running
    run.close()
    (check,) = [event for event in run.events() if isinstance(event, GazeCalibrated)]
    assert check.outcome == "without"


def test_that_without_pylsl_the_page_says_what_to_install_and_all_else_works(
    qtbot, start, study_copy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    lsl._pylsl.cache_clear()
    run = start(_asking(study_copy, "{gaze: lsl, check: {points: 9}}"))
    _to_the_first_case(qtbot, run.window)
    page = _on_the_check(qtbot, run.window)
    assert "readerlab[gaze]" in page.card.problem.text()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: run.window.driver.is_reading, timeout=20_000)
    run.close()
    lsl._pylsl.cache_clear()
    assert [e.reason for e in run.events() if isinstance(e, GazeSourceLost)] == ["not_found"]


def test_that_gaze_without_a_check_keeps_nobody_from_the_first_case(qtbot, start, study_copy):
    run = start(_asking(study_copy, "{gaze: lsl, stream: nobody-has-this-name}"))
    _to_the_first_case(qtbot, run.window)
    qtbot.waitUntil(lambda: run.window.driver.is_reading, timeout=20_000)
    run.close()


def test_that_leaving_during_the_check_ends_the_sitting_in_order_and_it_goes_on_later(qtbot, start, study_copy):
    folder = _asking(study_copy, "{gaze: lsl, stream: nobody-has-this-name, check: {points: 5}}")
    run = start(folder)
    _to_the_first_case(qtbot, run.window)
    _on_the_check(qtbot, run.window)
    run.close()
    again = start(folder)
    _to_the_first_case(qtbot, again.window)
    QTest.keyClick(_on_the_check(qtbot, again.window), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: again.window.driver.is_reading, timeout=20_000)
    again.close()


def test_that_a_study_that_asks_for_no_tracker_has_none(qtbot, start):
    run = start()
    _to_the_first_case(qtbot, run.window)
    assert run.window.gaze is None
    run.close()
