"""The program's beginning and end in the log of its sittings, however it ends (ApplicationStarted, ApplicationEnded).

A sitting that is signed out or finished is sealed while the program still runs, so that nothing can follow its end.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.assembling.application import guard_window
from app.crash import Failure
from app.store.reader import open_store
from app.store.verify import verify
from app.tracking.events import ApplicationEnded, ApplicationStarted, SittingEnded, TrialInterrupted
from app.windows.farewell import FarewellPage

from .test_what_is_logged import at_the_images, of

CLOSED = ["ApplicationStarted", "ApplicationEnded", "TrialInterrupted", "SittingEnded"]
CYCLE = (ApplicationStarted, ApplicationEnded, TrialInterrupted, SittingEnded)


def cycle(run) -> list[str]:
    """The kinds of the life cycle, in the order of the log; the last of them ends it."""
    assert verify(run.store).problems == ()
    events = run.events()
    assert not events or type(events[-1]) is SittingEnded
    return [type(event).__name__ for event in events if isinstance(event, CYCLE)]


def test_that_a_window_closed_over_a_case_ends_program_trial_and_sitting_in_this_order(qtbot, start) -> None:
    run, _ = at_the_images(qtbot, start)
    run.close()
    assert cycle(run) == CLOSED
    assert [event.why for event in of(ApplicationEnded, run.events())] == ["window_closed"]


def test_that_signing_out_ends_the_sitting_and_leaves_the_program_running(qtbot, start) -> None:
    run, _ = at_the_images(qtbot, start)
    run.window.perform("sign_out", "button")
    page = run.window.pages.currentWidget()
    assert isinstance(page, FarewellPage)
    assert run.window.isVisible()
    with qtbot.waitSignal(run.window.left):
        QTest.keyClick(page, Qt.Key.Key_Return)
    run.close()
    assert cycle(run) == ["ApplicationStarted", "TrialInterrupted", "SittingEnded"]
    assert of(SittingEnded, run.events())[0].reason == "signed_out"


@pytest.mark.skipif(os.name == "nt", reason="these signals are those of other systems")
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_that_a_signal_ends_everything_in_order(qtbot, start, tmp_path: Path, asked) -> None:
    run, _ = at_the_images(qtbot, start)
    take_away = guard_window(tmp_path, run.window)
    try:
        with qtbot.waitSignal(run.window.left):
            signal.raise_signal(asked)
    finally:
        take_away()
    run.close()
    assert cycle(run) == CLOSED
    assert [event.why for event in of(ApplicationEnded, run.events())] == ["window_closed"]


def test_that_an_error_of_ours_is_told_as_the_programs_end(qtbot, start) -> None:
    run, _ = at_the_images(qtbot, start)
    run.window.fail(Failure("ZeroDivisionError: division by zero", "a report"))
    run.close()
    assert cycle(run) == CLOSED
    assert [event.why for event in of(ApplicationEnded, run.events())] == ["failed"]
    assert of(SittingEnded, run.events())[0].reason == "failed"


def test_that_a_program_that_was_killed_says_no_end_and_the_next_one_its_own_beginning(qtbot, start) -> None:
    run, _ = at_the_images(qtbot, start)
    run.kill()
    with open_store(run.store) as store:
        (sitting,) = store.sittings(reader="tester")
        assert not {ApplicationEnded, SittingEnded} & {type(event) for event in store.events(sitting.id)}
    again = start()
    again.window.begin("tester")
    qtbot.waitUntil(lambda: again.window.driver.is_reading and not again.window.driver.busy)
    again.close()
    assert cycle(again) == ["ApplicationStarted", *CLOSED]
