"""Magnifier, window from a region, own windows, keyboard pointer, menu, second window: on a real grid."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from viewers.desks.magnifier_desk import MagnifierDesk
from viewers.desks.menu_desk import MenuDesk
from viewers.desks.own_windows_desk import OwnWindowsDesk
from viewers.desks.pointer_desk import PointerDesk
from viewers.desks.region_window_desk import RegionWindowDesk
from viewers.desks.screen_desk import ScreenDesk
from viewers.grid import ViewportGrid
from viewers.settings import SettingsFile
from viewers.volume import Window

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
KIND = QEvent.Type


def mouse(widget, kind, at, button=NONE, buttons=NONE):
    point = QPointF(*at)
    event = QMouseEvent(kind, point, widget.mapToGlobal(point), button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


@pytest.fixture
def volume(make_volume):
    ramp = np.add.outer(np.arange(100) * 10, np.arange(100)).astype(np.int16)
    return make_volume(np.stack([ramp + n for n in range(5)]))


@pytest.fixture
def grid(qtbot, volume):
    made = ViewportGrid()
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    with qtbot.waitSignal(made.first_painted):
        made.show_volume(0, volume)
    made.perform("annotations.toggle")
    return made


def test_that_the_glass_shows_the_place_under_the_pointer_larger_through_the_same_window(qtbot, grid):
    MagnifierDesk(grid, factor=2.5)
    viewport = grid.active_viewport
    viewport.set_view(replace(viewport.view, window=Window(500, 1200)))
    mouse(viewport, KIND.MouseMove, (200, 200))
    plain = viewport.grab().toImage()
    qtbot.keyPress(grid, Qt.Key.Key_Q)
    glass = viewport.grab().toImage()
    # in the glass a step of 25 px down is 2.5 rows; outside it is 6.25 rows
    rise = plain.pixelColor(200, 225).red() - plain.pixelColor(200, 200).red()
    slow = glass.pixelColor(200, 225).red() - glass.pixelColor(200, 200).red()
    assert slow == pytest.approx(rise / 2.5, abs=2.5)
    assert glass.pixelColor(30, 30) == plain.pixelColor(30, 30)
    mouse(viewport, KIND.MouseMove, (100, 300))
    assert viewport.grab().toImage().pixelColor(200, 225) == plain.pixelColor(200, 225)
    qtbot.keyRelease(grid, Qt.Key.Key_Q)
    assert viewport.grab().toImage() == plain


def test_that_a_drawn_box_becomes_the_window_and_the_hand_is_empty_again(qtbot, grid, volume):
    desk = RegionWindowDesk(grid)
    viewport = grid.active_viewport
    grid.perform("window.region")
    assert desk.is_drawing
    mouse(viewport, KIND.MouseButtonPress, (100, 100), LEFT, LEFT)
    mouse(viewport, KIND.MouseMove, (200, 200), NONE, LEFT)
    mouse(viewport, KIND.MouseButtonRelease, (200, 200), LEFT)
    inside = volume.stored[viewport.view.slice_index, 25:50, 25:50]
    low, high = np.percentile(inside, (1, 99))
    assert viewport.view.window.name == "Region"
    assert viewport.view.window.centre == pytest.approx((low + high) / 2, rel=0.05)
    assert viewport.hand is None
    assert not desk.is_drawing


def test_that_esc_puts_the_box_away(qtbot, grid):
    desk = RegionWindowDesk(grid)
    before = grid.active_viewport.view
    grid.perform("window.region")
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert not desk.is_drawing
    assert grid.active_viewport.hand is None
    assert grid.active_viewport.view == before


def test_that_a_window_of_ones_own_is_kept_and_called_by_key(qtbot, grid, tmp_path):
    path = tmp_path / "r1.yaml"
    OwnWindowsDesk(grid, SettingsFile(path))
    viewport = grid.active_viewport
    qtbot.keyClick(grid, Qt.Key.Key_7, Qt.KeyboardModifier.AltModifier)
    assert "no window 2 for CT" in viewport.notes[0]
    viewport.set_view(replace(viewport.view, window=Window(123, 456)))
    qtbot.keyClick(grid, Qt.Key.Key_7, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(grid, Qt.Key.Key_1)
    qtbot.keyClick(grid, Qt.Key.Key_7, Qt.KeyboardModifier.AltModifier)
    window = viewport.view.window
    assert (window.centre, window.width, window.name) == (123, 456, "Own 2")
    assert SettingsFile(path).read().own_windows["CT", 2].centre == 123


def test_that_keys_move_a_pointer_that_probes_clicks_and_marks(qtbot, grid):
    desk = PointerDesk(grid)
    viewport = grid.active_viewport
    slice_before = viewport.view.slice_index
    qtbot.keyClick(grid, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert desk.is_out
    with qtbot.waitSignal(viewport.pointer_moved) as moved:
        qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert moved.args[:2] == pytest.approx(viewport.image_point(QPointF(204, 200)))
    qtbot.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert desk.place == QPointF(204, 240)
    assert viewport.view.slice_index == slice_before
    grid.set_marking(True)
    with qtbot.waitSignal(viewport.mark_requested) as marked:
        qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert marked.args[:2] == pytest.approx(viewport.image_point(QPointF(204, 240)))
    qtbot.keyClick(grid, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert viewport.view.slice_index == slice_before + 1


def test_that_the_pointer_of_the_keys_can_hold_and_drag(qtbot, grid):
    PointerDesk(grid)
    viewport = grid.active_viewport
    width = viewport.view.window.width
    grid.perform("pointer.toggle")
    qtbot.keyClick(grid, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    for _ in range(10):
        qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert viewport.view.window.width > width
    wide = viewport.view.window.width
    qtbot.keyClick(grid, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert viewport.view.window.width == wide


def test_that_the_menu_offers_windows_by_name_and_does_them(qtbot, grid):
    desk = MenuDesk(grid, without=frozenset({"invert"}))
    menu = desk.whole_menu(grid.active_viewport)
    under = {action.text(): action.menu() for action in menu.actions() if action.menu() is not None}
    lung = next(a for a in under["Windows"].actions() if a.text().startswith("Lung "))
    assert lung.text().endswith("\t2")
    words = [a.text() for m in under.values() for a in m.actions()]
    assert not any(w.startswith("Exchange black and white") for w in words)
    lung.trigger()
    assert grid.active_viewport.view.window.name == "Lung"
    next(a for a in under["Left drag"].actions() if a.text() == "Scroll through the images").trigger()
    assert grid.active_viewport.gestures.action("left") == "scroll"
    with qtbot.waitSignal(grid.command_performed) as done:
        next(a for a in under["Zoom"].actions() if a.text().startswith("Enlarge")).trigger()
    assert done.args == ["zoom.in", "menu"]


def test_that_images_go_to_a_window_of_their_own_and_back(qtbot, grid):
    home = QWidget()
    qtbot.addWidget(home)
    column = QVBoxLayout(home)
    column.addWidget(grid)
    home.resize(500, 500)
    home.show()
    pressed = []
    home.keyPressEvent = lambda event: pressed.append(event.key())
    desk = ScreenDesk(grid)
    with qtbot.waitSignal(desk.moved) as moved:
        grid.perform("window.second")
    assert moved.args == [True]
    assert grid.window() is not home
    qtbot.waitUntil(grid.isVisible)
    qtbot.keyClick(grid, Qt.Key.Key_Y)  # an answer: not the images'
    assert pressed == [Qt.Key.Key_Y]
    grid.window().close()
    assert grid.window() is home
    assert column.itemAt(0).widget() is grid
    assert not desk.is_out
    assert grid.isVisible()
    assert grid.active_viewport.volume is not None
    grid.setParent(None)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_that_the_menu_comes_up_where_the_pointer_is(qtbot, grid):
    desk = MenuDesk(grid)
    mouse(grid.active_viewport, KIND.MouseMove, (50, 60))
    grid.perform("window.choose")
    qtbot.waitUntil(desk.menu.isVisible)
    assert desk.menu.pos() == grid.active_viewport.mapToGlobal(QPoint(50, 60))
    desk.menu.close()
