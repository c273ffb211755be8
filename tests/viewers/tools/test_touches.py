"""Fingers on a viewport, by Qt's own touch events."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from viewers.tools.gestures import Gestures
from viewers.viewport import Viewport

SIZE = 400


@pytest.fixture(scope="module")
def screen(qapp):
    return QTest.createTouchDevice()


@pytest.fixture
def viewport(qtbot, make_volume):
    widget = Viewport()
    qtbot.addWidget(widget)
    widget.resize(SIZE, SIZE)
    widget.show()
    with qtbot.waitSignal(widget.first_painted):
        widget.show_volume(make_volume(np.zeros((40, 100, 100), np.int16)))
    return widget


def touch(viewport, screen, *steps):
    """Steps of (finger, what, x, y); those in one list happen at once."""
    for step in steps:
        sequence = QTest.touchEvent(viewport, screen)
        for finger, what, x, y in step:
            getattr(sequence, what)(finger, QPoint(x, y), viewport)
        sequence.commit()


def test_that_one_finger_scrolls(viewport, screen):
    start = viewport.view.slice_index
    touch(viewport, screen, [(0, "press", 200, 200)], [(0, "move", 200, 230)], [(0, "move", 200, 260)])
    assert viewport.view.slice_index == start + 6
    touch(viewport, screen, [(0, "release", 200, 260)])
    assert viewport.view.slice_index == start + 6


def test_that_one_finger_can_be_given_the_window(viewport, screen):
    viewport.set_gestures(Gestures().changed({"finger": "window"}))
    before = viewport.view
    touch(viewport, screen, [(0, "press", 200, 200)], [(0, "move", 260, 200)], [(0, "release", 260, 200)])
    assert viewport.view.window.width > before.window.width
    assert viewport.view.slice_index == before.slice_index


def test_that_a_tap_is_a_click(qtbot, viewport, screen):
    with qtbot.waitSignal(viewport.clicked) as clicked:
        touch(viewport, screen, [(0, "press", 120, 140)], [(0, "release", 120, 140)])
    assert clicked.args[0] == "left"
    assert clicked.args[1:3] == pytest.approx(viewport.image_point(QPointF(120, 140)))


def test_that_two_fingers_apart_enlarge_about_their_middle(viewport, screen):
    before, zoom = viewport.image_point(QPointF(150, 250)), viewport.view.zoom
    touch(
        viewport,
        screen,
        [(0, "press", 130, 250), (1, "press", 170, 250)],
        [(0, "move", 110, 250), (1, "move", 190, 250)],
        [(0, "release", 110, 250), (1, "release", 190, 250)],
    )
    assert viewport.view.zoom == pytest.approx(2 * zoom)
    assert viewport.image_point(QPointF(150, 250)) == pytest.approx(before, abs=0.5 / zoom)


def test_that_two_fingers_move_the_image_and_scroll_nothing(viewport, screen):
    start, grabbed = viewport.view.slice_index, viewport.image_point(QPointF(200, 200))
    touch(
        viewport,
        screen,
        [(0, "press", 180, 200)],
        [(0, "move", 180, 200), (1, "press", 220, 200)],
        [(0, "move", 210, 250), (1, "move", 250, 250)],
        [(0, "release", 210, 250), (1, "release", 250, 250)],
    )
    assert viewport.view.slice_index == start
    assert viewport.image_point(QPointF(230, 250)) == pytest.approx(grabbed, abs=0.5)


def test_that_a_finger_that_rests_asks_for_the_menu(qtbot, viewport, screen):
    start = viewport.view
    with qtbot.waitSignal(viewport.command_requested) as asked:
        touch(viewport, screen, [(0, "press", 200, 200)])
    assert asked.args == ["menu.show"]
    with qtbot.assertNotEmitted(viewport.clicked):
        touch(viewport, screen, [(0, "move", 200, 300)], [(0, "release", 200, 300)])
    assert viewport.view == start


def test_that_a_pinch_on_a_touchpad_enlarges(viewport):
    zoom = viewport.view.zoom
    at = QPointF(200, 200)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, at, at, at, 0.25, QPointF()
    )
    assert event.type() == QEvent.Type.NativeGesture
    QApplication.sendEvent(viewport, event)
    assert viewport.view.zoom == pytest.approx(zoom * 1.25)
