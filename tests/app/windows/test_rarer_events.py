"""Kinds of events that not every sitting has, each brought about in the real window, as its reader would."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.tracking.events import (
    BlockTimeEnded,
    CallMissed,
    CallRang,
    CaseFeedbackClosed,
    CaseFeedbackShown,
    FeedbackClosed,
    FeedbackShown,
    FindingsListed,
    FusionChanged,
    SegmentPainted,
    SegmentRemoved,
    SeriesOpened,
)
from app.windows.debrief import DebriefPage

from .test_shaped_marks import draw, marks, room_with, with_shape
from .test_sitting import confirm, press_answer, read_all, read_phase, sign_in, to_ai_phase, wait_for_phase
from .test_what_is_logged import at_the_images, of
from .worklist.test_worklist import begun, with_list

BLOCK_MIN, CALL_MIN, RINGS_S = 30, 10, 60


@pytest.fixture
def timed(study_copy: Path) -> Path:
    """A reading list of half an hour, with a telephone that rings after ten minutes."""
    folder = with_list(study_copy, call_min=CALL_MIN)
    return changed(folder, "  clock: elapsed\n  quota: 2\n", f"  clock: left\n  block_min: {BLOCK_MIN}\n")


def changed(folder: Path, old: str, new: str) -> Path:
    protocol = folder / "protocol.yaml"
    text = protocol.read_text("utf-8")
    assert old in text
    protocol.write_text(text.replace(old, new), "utf-8")
    return folder


def test_that_a_call_nobody_takes_and_the_end_of_a_lists_time_are_logged(qtbot, start, timed, set_on_clock):
    run = start(timed)
    desk = begun(run, qtbot)
    driver = desk.driver
    qtbot.keyClick(desk.page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: driver.is_reading and not driver.busy)
    read = driver.state.trial
    set_on_clock.set_on(60 * CALL_MIN)
    qtbot.waitUntil(desk.ringing.isVisible)
    set_on_clock.set_on(RINGS_S)
    qtbot.waitUntil(lambda: not desk.ringing.isVisible())
    set_on_clock.set_on(60 * BLOCK_MIN)
    qtbot.waitUntil(lambda: driver.state.bustle.is_over)
    run.close()
    (rang,), (missed,) = of(CallRang, run.events()), of(CallMissed, run.events())
    assert (missed.block, missed.call) == (rang.block, rang.call)
    assert missed.at_ns - rang.at_ns >= RINGS_S * 1_000_000_000
    (ended,) = of(BlockTimeEnded, run.events())
    assert (ended.block, set(ended.unread)) == (rang.block, {0, 1, 2, 3, 4} - {read})


def test_that_what_is_told_between_cases_is_logged_with_its_trials(qtbot, start, study_copy):
    run = start(changed(study_copy, "when: after_sitting", "when: after_case"))
    window = run.window
    at_the_first_told(qtbot, run)
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Return)
    wait_for_phase(qtbot, window)
    run.close()
    (shown,), (closed,) = of(CaseFeedbackShown, run.events()), of(CaseFeedbackClosed, run.events())
    assert shown.trials == closed.trials == (1,)
    assert shown.at_ns <= closed.at_ns


def at_the_first_told(qtbot, run):
    """Read practice, of which nothing is told, and the first case."""
    at_the_images(qtbot, lambda: run)
    read_phase(qtbot, run.window)
    wait_for_phase(qtbot, run.window)
    press_answer(run.window, "nodule", "no")
    qtbot.waitUntil(lambda: run.window.room.questions.confirm.possible)
    QTest.keyClick(run.window.focusWidget() or run.window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(run.window.pages.currentWidget(), DebriefPage))
    qtbot.waitUntil(lambda: not run.window.driver.busy)


def test_that_leaving_what_is_told_at_the_end_is_logged(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_all(qtbot, run.window)
    run.close()
    (shown,), (closed,) = of(FeedbackShown, run.events()), of(FeedbackClosed, run.events())
    assert shown.trials
    assert shown.at_ns <= closed.at_ns


def test_that_the_findings_which_are_asked_about_are_logged(qtbot, start, study_copy):
    answered = "layers: [box, heat], answer: [nodule, places, sure"
    asked = changed(study_copy, f"{answered}]", f"{answered}, real]")
    real = '  real: {ask: "Is it real?", answer: yes_no, per: finding, required: false}'
    asked = changed(asked, "conditions:\n", f"{real}\nconditions:\n")
    run = start(asked)
    window = run.window
    to_ai_phase(qtbot, window)
    if not window.driver.recorder.counts["FindingsListed"]:  # the first case with AI is one in which it found nothing
        confirm(qtbot, window)
        read_phase(qtbot, window)
        wait_for_phase(qtbot, window)
    (result,) = window.room.ai.results
    trial, phase = window.driver.script.trials[window.driver.state.trial].index, window.driver.state.phase
    run.close()
    (listed,) = of(FindingsListed, run.events())
    assert (listed.trial, listed.phase) == (trial, phase)
    assert listed.findings == tuple(finding.id for finding in result.findings)


def test_that_a_series_laid_over_another_and_taken_away_is_logged(qtbot, start, study_copy):
    with_another_series(study_copy / "images" / "warm-1")
    run, room = at_the_images(qtbot, lambda: start(study_copy))
    beneath = room.grid.active_viewport.volume.header.key
    room.grid.setFocus()
    room.grid.perform("fusion.toggle", "key")
    qtbot.waitUntil(lambda: room.light.fusion.on_top(room.grid.active) is not None)
    over = room.light.fusion.on_top(room.grid.active).volume.header.key
    room.grid.perform("fusion.more", "key")
    room.grid.perform("fusion.toggle", "key")
    run.close()
    laid = of(FusionChanged, run.events())
    assert over != beneath
    assert [event.series_uid for event in laid] == [over, over, ""]
    assert laid[1].opacity > laid[0].opacity
    assert laid[0].colour_map
    opened = [event.series_uid for event in of(SeriesOpened, run.events())]
    assert over in opened  # with its geometry, for whoever draws it again


def with_another_series(folder: Path) -> None:
    """The exam with its slices a second time, as a series of another modality that lies in the same place."""
    for path in sorted(folder.rglob("*.dcm")):
        slice_ = pydicom.dcmread(path)
        slice_.SeriesInstanceUID += ".2"
        slice_.SOPInstanceUID += ".2"
        slice_.file_meta.MediaStorageSOPInstanceUID = slice_.SOPInstanceUID
        slice_.SeriesNumber, slice_.SeriesDescription, slice_.Modality = 2, "Once more", "MR"
        slice_.save_as(path.with_name(f"again-{path.name}"))


def test_that_a_painted_area_which_is_taken_away_is_logged(qtbot, start, study_copy):
    run, room = room_with(qtbot, start, with_shape(study_copy, "brush"))
    draw(room, "brush")
    (mark,) = marks(room)
    room.questions.set_active_mark(mark.mark)
    QTest.keyClick(room.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: marks(room) == ())
    run.close()
    (painted,), (removed,) = of(SegmentPainted, run.events()), of(SegmentRemoved, run.events())
    assert removed.segment == painted.segment
