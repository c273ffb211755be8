"""What lands in the log of real windows: every command with its source, the hands' ways, and what surrounds them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.tracking.events import (
    KINDS,
    ApplicationEnded,
    ApplicationStarted,
    CommandIssued,
    DisplayDescribed,
    GesturesChanged,
    MonitorsDescribed,
    PanelsPlaced,
    PointerEntered,
    PointerMoved,
    PointerPressed,
    PointerReleased,
    SeriesOpened,
    SittingEnded,
    SittingStarted,
    ToolChosen,
)
from app.tracking.events.document import OLD
from app.tracking.observer import WAY_BEATS
from app.tracking.places import position_mm
from app.tracking.recorder import clock
from app.windows.commands import APP_COMMANDS
from viewers.commands import COMMANDS

from .test_sitting import read_texts, sign_in, wait_for_phase

# the offscreen screen says so of windows that are raised and of menus
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
# they end the sitting, cover the window, or move the images to a screen that this machine has not
APART = {"sign_out", "window.second", "fullscreen", "pause", "help", "about", "preferences.show", "pattern.show"}
OF_LISTS = {"call.answer", "worklist.toggle"}  # tests/app/windows/worklist
VIEWER = [each.id for each in COMMANDS if not (each.held or each.mode) and each.id not in APART]
OWN = [each.id for each in APP_COMMANDS if each.id not in APART | OF_LISTS | {"confirm"}]
BY_ANY_SITTING = {
    "ApplicationEnded", "ApplicationStarted", "CaseShown", "CommandIssued", "DisplayDescribed", "GesturesChanged",
    "KeyImagesChanged", "KeyPressed", "LayoutChanged", "MonitorsDescribed", "PanelsPlaced", "PhaseStarted",
    "SeriesOpened", "SittingEnded", "SittingStarted", "TextAcknowledged", "TextShown", "ToolChosen", "TrialInterrupted",
    "TrialStarted", "ViewChanged", "ViewportEmptied",
}  # fmt: skip
TESTS = Path(__file__).parents[2]
DRIVING = (
    "app/windows/**/test_*.py", "app/tracking/gaze/test_*.py", "app/tracking/test_observer.py",
    "app/tracking/test_clocks.py", "faults/test_stopped_reading.py",
)  # fmt: skip


def at_the_images(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    read_texts(qtbot, run.window)
    return run, wait_for_phase(qtbot, run.window)


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def put_away_popups():
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


def test_that_each_kind_comes_of_any_sitting_or_rests_on_a_test_that_names_it():
    texts = [path.read_text() for files in DRIVING for path in sorted(TESTS.glob(files))]
    words = {word for text in texts for word in re.findall(r"\w+", text)}
    assert set(KINDS) - set(OLD) - BY_ANY_SITTING - words == set()


@pytest.mark.slow
def test_that_every_command_lands_once_with_the_one_who_gave_it(qtbot, start):
    run, room = at_the_images(qtbot, start)
    given = []
    for source, commands, perform in (("simulated", VIEWER, room.grid.perform), ("button", OWN, room.perform)):
        for command in commands:
            perform(command, source)
            put_away_popups()
            given.append((command, source))
    run.close()
    landed = [(e.command, e.source) for e in of(CommandIssued, run.events()) if e.source in ("simulated", "button")]
    assert [each for each in given if landed.count(each) != 1] == []
    assert {type(event).__name__ for event in run.events()} >= BY_ANY_SITTING


def test_that_keys_the_mouse_buttons_and_menus_each_land_as_what_they_are(qtbot, start):
    run, room = at_the_images(qtbot, start)
    viewport, middle = room.grid.active_viewport, room.grid.active_viewport.rect().center()
    room.grid.setFocus()
    QTest.keyClick(room.grid, Qt.Key.Key_Down)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle)
    room.bar.help_requested.emit()
    run.window.help.close()
    menu = room.light.menus.whole_menu(viewport)
    windows, left = (action.menu() for action in menu.actions()[:2])
    windows.actions()[0].trigger()
    left.actions()[2].trigger()
    run.close()
    landed = {(e.command, e.source) for e in of(CommandIssued, run.events())}
    assert {("scroll.next", "key"), ("viewport.maximise", "mouse"), ("help", "button")} <= landed
    assert {("window.choose", "menu"), ("gesture.left", "menu")} <= landed
    assert of(GesturesChanged, run.events())[-1].gestures["left"] == "pan"


def test_that_the_pointers_way_lands_with_stack_slice_and_place_in_the_patient(qtbot, start):
    run, room = at_the_images(qtbot, start)
    viewport, beats = room.grid.active_viewport, []
    run.window.observer._heart.timeout.connect(lambda: beats.append(clock()))
    room.light.measures.perform("measure.length")
    for at in (QPoint(200, 200), QPoint(220, 210), QPoint(260, 230)):
        QTest.mouseMove(viewport, at)
    expected = viewport.image_point(viewport.rect().topLeft() + QPoint(260, 230))
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(260, 230))
    shown, view = viewport.volume.header, viewport.view
    run.close()
    events = run.events()
    (pressed,), (released,) = of(PointerPressed, events), of(PointerReleased, events)
    way = of(PointerMoved, events)
    opened = {event.series_uid: event.affine for event in of(SeriesOpened, events)}
    for event in (pressed, released):
        assert (event.viewport, event.series_uid, event.slice_index) == (0, shown.key, view.slice_index)
        assert (event.column, event.row) == pytest.approx(expected, abs=0.01)
        assert event.position_mm == position_mm(opened[event.series_uid], event.column, event.row, event.slice_index)
    assert {batch.series_uid for batch in way} == {shown.key}
    assert way[-1].samples[-1][1:3] == (pressed.column, pressed.row)
    for batch in way:
        first, last = batch.samples[0][0], batch.samples[-1][0]
        assert sum(first < beat < last for beat in beats) < WAY_BEATS, "every 200 ms the way goes out"
    assert "measure.length" in [event.tool for event in of(ToolChosen, events)]


def test_that_a_sitting_tells_its_program_its_monitors_and_where_its_panels_lie(qtbot, start):
    run, room = at_the_images(qtbot, start)
    for panel in (room.questions, room.grid.active_viewport):
        told = run.window.driver.recorder.counts["PointerEntered"]
        QTest.mouseMove(panel, QPoint(30, 30))
        QTest.mouseMove(panel, QPoint(32, 32))
        qtbot.waitUntil(lambda told=told: run.window.driver.recorder.counts["PointerEntered"] > told)
    corner = room.grid.active_viewport.mapToGlobal(QPoint(0, 0)) - room.screen().geometry().topLeft()
    size = room.grid.active_viewport.size()
    run.close()
    events = run.events()
    kinds = [type(event) for event in events]
    assert kinds[0] is SittingStarted
    assert kinds[-1] is SittingEnded
    (began,), (ended,) = of(ApplicationStarted, events), of(ApplicationEnded, events)
    assert began.qt
    assert began.python
    assert began.running_for_ms > 0
    assert ended.why == "window_closed"
    (monitors,) = of(MonitorsDescribed, events)
    assert monitors.window_on in [monitor[0] for monitor in monitors.monitors]
    assert of(DisplayDescribed, events)
    placed = {name: place for name, *place in of(PanelsPlaced, events)[-1].panels}
    assert placed["viewport 0"] == [corner.x(), corner.y(), size.width(), size.height()]
    assert {"bar", "tools", "questions"} <= set(placed)
    over = [event.panel for event in of(PointerEntered, events)]
    assert over[-2:] == ["questions", "viewport 0"]
