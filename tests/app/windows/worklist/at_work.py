"""What a reader does at a reading list, by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.reading import engine
from app.simulated.bustle import PICK_UP
from app.simulated.hands import code_of


def signed_in(run, qtbot):
    """Signed in, with the list on top and ready."""
    run.window.begin("tester")
    desk = run.window.worklist
    qtbot.waitUntil(lambda: at_list(run) and bool(desk.page.table.rows))
    return desk


def at_list(run) -> bool:
    desk = run.window.worklist
    return run.window.pages.currentWidget() is desk.page and not desk.driver.busy


def press(run, qtbot, *keys) -> None:
    """Keys go to whoever has the keyboard, as they do in life. A key is a Qt key, a name, or a text to type."""
    for key in keys:
        there = run.window.focusWidget() or run.window
        if isinstance(key, str):
            qtbot.keyClicks(there, key)
        else:
            qtbot.keyClick(there, key)


def reading(run, trial: int | None = None, phase: int = 0) -> bool:
    driver = run.window.driver
    if not driver.is_reading or driver.busy:
        return False
    here = engine.trial_now(driver.script, driver.state).index
    return trial in (None, here) and driver.state.phase == phase


def opens(run, qtbot, trial: int) -> None:
    """Goes to an exam on the list by its digit, opens it and waits until it can be read."""
    qtbot.waitUntil(lambda: at_list(run))
    row = [each.trial for each in run.window.worklist.page.table.rows].index(trial)
    press(run, qtbot, Qt.Key(Qt.Key.Key_1 + row), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: reading(run, trial))


def picks_up(run, qtbot) -> None:
    desk = run.window.worklist
    qtbot.waitUntil(lambda: desk.ringing.isVisible() and not desk.driver.busy)
    key, held = code_of(PICK_UP)
    qtbot.keyClick(run.window.focusWidget() or run.window, key, held)
    qtbot.waitUntil(desk.call.isVisible)


def decides(run, qtbot, *keys) -> None:
    """Answers and confirms the step in progress."""
    press(run, qtbot, *keys)
    qtbot.waitUntil(lambda: run.window.room.questions.confirm.possible)
    press(run, qtbot, Qt.Key.Key_Return)
