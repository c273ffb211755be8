"""What technicians do at the station, for tests."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.windows.station.station_room import StationRoom

from ..test_sitting import sign_in


def at_the_station(qtbot, run) -> StationRoom:
    sign_in(qtbot, run.window)
    room = run.window.room
    assert isinstance(room, StationRoom)
    return room


def asked(qtbot, run, phase: int = 0) -> StationRoom:
    """Wait until the decision is asked."""
    window = run.window
    qtbot.waitUntil(
        lambda: window.driver.is_reading and window.driver.state.phase == phase and not window.driver.busy,
    )
    return window.room


def press(run, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    """A key where the keyboard is."""
    QTest.keyClick(run.window.focusWidget() or run.window, key, modifiers)


def scanning(qtbot, scanners):
    """The scanner that sends the first exam."""
    qtbot.waitUntil(lambda: bool(scanners) and scanners[0].is_on)
    return scanners[0]


def decide(qtbot, run, *keys: Qt.Key, phase: int = 0) -> None:
    """Wait until the decision is asked, press these keys, wait until they are safe."""
    asked(qtbot, run, phase)
    window = run.window
    before = window.driver.state
    for pressed in keys:
        press(run, pressed)
    press(run, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.driver.state.confirmed != before.confirmed)


def tap(window, widget) -> bool:
    """A finger on the middle of a widget, as the screen reports it; False, so that it can be tried until it acts."""
    at = widget.mapTo(window, widget.rect().center())
    screen = tap.screen = getattr(tap, "screen", None) or QTest.createTouchDevice()
    QTest.touchEvent(window.windowHandle(), screen).press(0, at).commit()
    QTest.touchEvent(window.windowHandle(), screen).release(0, at).commit()
    return False


def of_kind(run, *kinds):
    return [event for event in run.events() if isinstance(event, kinds)]
