"""A sitting whose protocol asks for an eye tracker: with one, without one, and with one that dies."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.tracking.events import (
    CaseShown,
    FocusGained,
    FocusLost,
    GazeCalibrated,
    GazeMoved,
    GazeSourceLost,
    GazeSourceOpened,
    Paused,
    SittingStarted,
    TrialStarted,
    Unpaused,
)
from app.tracking.gaze import lsl
from app.tracking.gaze.places import placed
from app.tracking.gaze.screens import GazeScreen
from app.tracking.recorder import clock
from app.windows import monitors_log
from app.windows.gaze.check_page import CheckPage
from app.windows.gaze.waiting_page import WaitingPage

from ..test_sitting import read_phase


def _asking(folder: Path, tracking: str) -> Path:
    protocol = folder / "protocol.yaml"
    protocol.write_text(f"{protocol.read_text('utf-8').rstrip()}\ntracking: {tracking}\n", "utf-8")
    return folder


def _to_the_first_case(qtbot, window) -> None:
    """Sign in and read the texts; the check stands before the first case, or the case itself."""
    if window.driver is None:
        window.begin("tester")
    qtbot.waitUntil(lambda: not window.driver.busy)
    while window.pages.currentWidget() is window.text_page:
        before = window.driver.state
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda before=before: window.driver.state is not before)
        qtbot.waitUntil(lambda: not window.driver.busy)


def _on_the_waiting_page(qtbot, window) -> WaitingPage:
    qtbot.waitUntil(lambda: isinstance(window.pages.currentWidget(), WaitingPage))
    return window.pages.currentWidget()


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
    qtbot.waitUntil(page.card.start_button.isEnabled)
    QTest.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.errors))
    QTest.keyClick(page, Qt.Key.Key_A)  # it looks at the middle all the time: four points are far off
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    counts = run.window.driver.recorder.counts
    before = counts["GazeMoved"]
    qtbot.waitUntil(lambda: counts["GazeMoved"] >= before + 3)
    lost = counts["GazeSourceLost"]
    process.kill()
    qtbot.waitUntil(lambda: counts["GazeSourceLost"] > lost)
    assert run.window.gaze.receiver.is_running
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
    assert [event for event in events if isinstance(event, GazeSourceLost)][-1].reason == "closed"
    assert all(place.x_px is not None for place in placed(events))


def test_that_a_reader_goes_on_without_a_tracker_that_is_not_there(qtbot, start, study_copy):
    run = start(_asking(study_copy, "{gaze: lsl, stream: nobody-has-this-name, check: {points: 5}}"))
    _to_the_first_case(qtbot, run.window)
    page = _on_the_check(qtbot, run.window)
    assert not page.card.start_button.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
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
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    run.close()
    lsl._pylsl.cache_clear()
    assert [e.reason for e in run.events() if isinstance(e, GazeSourceLost)] == ["not_found"]


def test_that_without_a_check_the_reader_is_told_that_no_tracker_is_heard_and_may_go_on(qtbot, start, study_copy):
    run = start(_asking(study_copy, "{gaze: lsl, stream: nobody-has-this-name}"))
    _to_the_first_case(qtbot, run.window)
    page = _on_the_waiting_page(qtbot, run.window)
    assert "nobody-has-this-name" in page.words.text()
    assert run.window.driver.trial_open is None
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    assert run.window.gaze.receiver.is_running  # it may still come
    run.close()
    (lost,) = [event for event in run.events() if isinstance(event, GazeSourceLost)]
    assert (lost.name, lost.reason) == ("nobody-has-this-name", "not_found")


def test_that_without_pylsl_and_without_a_check_the_reader_is_told_before_the_first_case(
    qtbot, start, study_copy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    lsl._pylsl.cache_clear()
    run = start(_asking(study_copy, "{gaze: lsl}"))
    _to_the_first_case(qtbot, run.window)
    page = _on_the_waiting_page(qtbot, run.window)
    assert "readerlab[gaze]" in page.problem.text()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    run.close()
    lsl._pylsl.cache_clear()
    assert [e.reason for e in run.events() if isinstance(e, GazeSourceLost)] == ["not_found"]


@pytest.mark.slow
def test_that_nothing_of_gaze_is_kept_from_a_pause_nor_while_another_program_is_in_front(
    qtbot, start, study_copy, tracker
):
    name, _ = tracker
    run = start(_asking(study_copy, f"{{gaze: lsl, stream: {name}}}"))
    _to_the_first_case(qtbot, run.window)  # the page goes by itself once the tracker is heard
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    desk, counts, room = run.window.gaze, run.window.driver.recorder.counts, run.window.room
    heard: list[GazeMoved] = []
    desk._arrived.connect(lambda event: heard.append(event) if isinstance(event, GazeMoved) else None)

    def more(count, of=3):
        before = count()
        qtbot.waitUntil(lambda: count() >= before + of)

    more(lambda: counts["GazeMoved"])
    room.set_paused(True)
    more(lambda: len(heard))
    room.set_paused(False)
    more(lambda: counts["GazeMoved"])
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: counts["FocusLost"] == 1)
    more(lambda: len(heard))
    run.window.activateWindow()
    qtbot.waitUntil(lambda: counts["FocusGained"] == 1)
    more(lambda: counts["GazeMoved"])
    run.close()
    events = run.events()
    times = [sample[0] for event in events if isinstance(event, GazeMoved) for sample in event.samples]
    began = next(event.at_ns for event in events if isinstance(event, SittingStarted))
    assert times
    assert min(times) >= began
    for stop, go_on in ((Paused, Unpaused), (FocusLost, FocusGained)):
        since = next(event.at_ns for event in events if isinstance(event, stop))
        until = next(event.at_ns for event in events if isinstance(event, go_on))
        assert since < until
        assert not [at for at in times if since <= at <= until]


@pytest.mark.slow
def test_that_gaze_beside_the_window_is_stored_without_its_place(qtbot, start, study_copy, tracker):
    name, _ = tracker
    run = start(_asking(study_copy, f"{{gaze: lsl, stream: {name}}}"))
    _to_the_first_case(qtbot, run.window)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    run.window.move(run.window.screen().geometry().center() + QPoint(40, 40))  # gaze is in the screen's middle
    moved_ns = clock()
    seen: list[GazeMoved] = []
    run.window.gaze._observe = lambda event, tell=run.window.gaze._observe: (tell(event), seen.append(event))
    late = lambda: [e for e in seen if isinstance(e, GazeMoved) and e.samples[0][0] > moved_ns]  # noqa: E731
    qtbot.waitUntil(lambda: len(late()) > 3)
    run.close()
    for event in late():
        assert {sample[1:] for sample in event.samples} == {(None, None, None, None)}
        assert event.beside == len(event.samples)


def test_that_leaving_during_the_check_ends_the_sitting_in_order_and_it_goes_on_later(qtbot, start, study_copy):
    folder = _asking(study_copy, "{gaze: lsl, stream: nobody-has-this-name, check: {points: 5}}")
    run = start(folder)
    _to_the_first_case(qtbot, run.window)
    _on_the_check(qtbot, run.window)
    run.close()
    again = start(folder)
    _to_the_first_case(qtbot, again.window)
    QTest.keyClick(_on_the_check(qtbot, again.window), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: again.window.driver.is_reading)
    again.close()


def test_that_a_study_that_asks_for_no_tracker_has_none(qtbot, start):
    run = start()
    _to_the_first_case(qtbot, run.window)
    assert run.window.gaze is None
    run.close()


GONE = ("closed", "silent")  # whichever LSL notices first
RESTING = "  breaks: {every_cases: 1, at_least_s: 0}\n  seed: 5"


def _lost(qtbot, run, process) -> None:
    process.kill()
    qtbot.waitUntil(lambda: run.window.driver.recorder.counts["GazeSourceLost"] == 1)


def _to_the_break(qtbot, window) -> None:
    """Practice and the first case, which the protocol's break follows."""
    for _ in range(2):
        read_phase(qtbot, window)
    assert window.pages.currentWidget() is window.break_page


@pytest.mark.slow
def test_that_a_tracker_that_dies_in_a_break_is_told_before_the_next_case_and_comes_back_by_itself(
    qtbot, start, study_copy, tracker, start_again
):
    name, process = tracker
    folder = _asking(study_copy, f"{{gaze: lsl, stream: {name}}}")
    protocol = folder / "protocol.yaml"
    protocol.write_text(protocol.read_text("utf-8").replace("  seed: 5", RESTING), "utf-8")
    run = start(folder)
    window = run.window
    _to_the_first_case(qtbot, window)
    _to_the_break(qtbot, window)
    _lost(qtbot, run, process)
    assert window.pages.currentWidget() is window.break_page  # nobody is disturbed there
    QTest.keyClick(window.break_page, Qt.Key.Key_Return)
    page = _on_the_waiting_page(qtbot, window)
    assert f"the eye tracker {name} is not heard any more" in page.words.text()
    assert window.driver.trial_open is None
    start_again(name)
    qtbot.waitUntil(lambda: window.driver.is_reading)
    run.close()
    events = run.events()
    (first, again) = [event for event in events if isinstance(event, GazeSourceOpened)]
    assert (first.again, again.again) == (False, True)
    lost = [event.reason for event in events if isinstance(event, GazeSourceLost)]
    assert lost[0] in GONE
    assert lost[1:] in ([], ["ended"])  # at the end of the sitting


@pytest.mark.slow
def test_that_a_tracker_that_dies_over_a_case_or_in_its_pause_is_told_before_the_next_and_may_be_done_without(
    qtbot, start, study_copy, tracker
):
    name, process = tracker
    run = start(_asking(study_copy, f"{{gaze: lsl, stream: {name}}}"))
    window = run.window
    _to_the_first_case(qtbot, window)
    qtbot.waitUntil(lambda: window.driver.is_reading)
    window.room.set_paused(True)
    _lost(qtbot, run, process)
    window.room.set_paused(False)
    assert window.driver.is_reading  # the case is read to its end
    read_phase(qtbot, window)
    page = _on_the_waiting_page(qtbot, window)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.driver.is_reading)
    read_phase(qtbot, window)
    qtbot.waitUntil(lambda: window.driver.is_reading)  # it is asked once
    run.close()
    (lost,) = [event for event in run.events() if isinstance(event, GazeSourceLost)]
    assert lost.name == name
    assert lost.reason in GONE


@pytest.mark.slow
def test_that_a_tracker_that_dies_on_a_text_page_and_is_back_before_the_first_case_holds_nobody_up(
    qtbot, start, study_copy, tracker, start_again
):
    name, process = tracker
    run = start(_asking(study_copy, f"{{gaze: lsl, stream: {name}}}"))
    window = run.window
    window.begin("tester")
    counts = lambda: window.driver.recorder.counts  # noqa: E731
    qtbot.waitUntil(lambda: window.driver is not None and counts()["GazeSourceOpened"] == 1)
    _lost(qtbot, run, process)
    assert window.pages.currentWidget() is window.text_page
    start_again(name)
    qtbot.waitUntil(lambda: counts()["GazeSourceOpened"] == 2)
    _to_the_first_case(qtbot, window)
    qtbot.waitUntil(lambda: window.driver.is_reading)
    run.close()
    kinds = [type(event) for event in run.events()]
    assert kinds.index(GazeSourceLost) < kinds.index(TrialStarted)


@pytest.mark.slow
def test_that_a_tracker_that_was_checked_is_checked_anew_where_it_is_still_lost(qtbot, start, study_copy, tracker):
    name, process = tracker
    run = start(_asking(study_copy, f"{{gaze: lsl, stream: {name}, check: {{points: 5, at_most_deg: 2}}}}"))
    window = run.window
    _to_the_first_case(qtbot, window)
    page = _on_the_check(qtbot, window)
    qtbot.waitUntil(page.card.start_button.isEnabled)
    page.closed.emit(True)  # as accepted: what the points show is tested on the page itself
    qtbot.waitUntil(lambda: window.driver.is_reading)
    _lost(qtbot, run, process)
    read_phase(qtbot, window)
    again = _on_the_check(qtbot, window)
    assert not again.card.start_button.isEnabled()
    assert "Looking for an eye tracker" in again.card.tracker.text()
    QTest.keyClick(again, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.driver.is_reading)
    run.close()
    assert len([event for event in run.events() if isinstance(event, GazeSourceLost)]) == 1


def test_that_gaze_counts_in_the_pixels_of_the_screen_as_it_is_scaled_now(
    qtbot, start, study_copy, monkeypatch: pytest.MonkeyPatch
):
    run = start(_asking(study_copy, "{gaze: lsl, stream: nobody-has-this-name}"))
    _to_the_first_case(qtbot, run.window)
    QTest.keyClick(_on_the_waiting_page(qtbot, run.window), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: run.window.driver.is_reading)
    receiver, screen = run.window.gaze.receiver, run.window.screen()
    receiver.screen = replace(receiver.screen, mm=(600.0, 340.0), distance_mm=650.0)  # as a reader said
    now = (screen.size().width() // 2, screen.size().height() // 2)
    scaled = GazeScreen(now, (0.0, 0.0), 650.0, 2 * screen.devicePixelRatio())
    monkeypatch.setattr("app.windows.gaze.gaze_desk.described", lambda _screen, distance_mm: scaled)
    as_it_is = monitors_log._described(screen)
    monkeypatch.setattr(monitors_log, "_described", lambda _screen: (*as_it_is[:6], *now, scaled.dpr, *as_it_is[9:]))
    screen.geometryChanged.emit(screen.geometry())
    qtbot.waitUntil(lambda: receiver.screen.px == now)
    assert receiver.screen == replace(scaled, mm=(600.0, 340.0))
