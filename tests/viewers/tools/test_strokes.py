"""The mouse, wheel and pen in a viewport, by the table of gestures."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from viewers.tools.gestures import Gestures
from viewers.viewport import Viewport

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
KIND, KEYS = QEvent.Type, Qt.KeyboardModifier
SIZE = 400


def mouse(widget, kind, at, button=NONE, buttons=NONE, keys=KEYS.NoModifier):
    point = QPointF(*at)
    QApplication.sendEvent(widget, QMouseEvent(kind, point, widget.mapToGlobal(point), button, buttons, keys))


def wheel(widget, angle=0, pixels=0, keys=KEYS.NoModifier, phase=Qt.ScrollPhase.NoScrollPhase):
    point = QPointF(SIZE / 2, SIZE / 2)
    event = QWheelEvent(point, widget.mapToGlobal(point), QPoint(0, pixels), QPoint(0, angle), NONE, keys, phase, False)
    QApplication.sendEvent(widget, event)


@pytest.fixture
def viewport(qtbot, make_volume):
    widget = Viewport()
    qtbot.addWidget(widget)
    widget.resize(SIZE, SIZE)
    widget.show()
    values = np.random.default_rng(5).integers(-1000, 1000, (40, 100, 100)).astype(np.int16)
    with qtbot.waitSignal(widget.first_painted):
        widget.show_volume(make_volume(values))
    return widget


class FakeHand:
    def __init__(self):
        self.said = []

    def press(self, pointer):
        self.said.append(("press", pointer.button, pointer.pressure))
        return True

    def move(self, pointer):
        self.said.append(("move", pointer.button, pointer.pressure))

    def release(self, pointer):
        self.said.append(("release", pointer.button, pointer.pressure))

    def double_click(self, pointer):
        return False

    def hover(self, pointer):
        self.said.append(("hover", pointer.button, pointer.pressure))

    def cursor(self, pointer):
        return None


def test_that_both_buttons_together_scroll_and_window_stays(viewport):
    before = viewport.view
    mouse(viewport, KIND.MouseButtonPress, (200, 100), LEFT, LEFT)
    mouse(viewport, KIND.MouseButtonPress, (200, 100), RIGHT, LEFT | RIGHT)
    mouse(viewport, KIND.MouseMove, (200, 160), NONE, LEFT | RIGHT)
    assert viewport.view.slice_index == before.slice_index + 6
    mouse(viewport, KIND.MouseButtonRelease, (200, 160), RIGHT, LEFT)
    mouse(viewport, KIND.MouseMove, (200, 260), NONE, LEFT)
    mouse(viewport, KIND.MouseButtonRelease, (200, 260), LEFT)
    assert viewport.view == replace(before, slice_index=before.slice_index + 6)


def test_that_a_double_click_maximises_and_two_quick_drags_do_not(qtbot, viewport):
    with qtbot.waitSignal(viewport.command_requested) as asked:
        qtbot.mouseDClick(viewport, LEFT, pos=QPoint(100, 100))
        mouse(viewport, KIND.MouseButtonRelease, (100, 100), LEFT)
    assert asked.args == ["viewport.maximise"]
    width = viewport.view.window.width
    with qtbot.assertNotEmitted(viewport.command_requested):
        mouse(viewport, KIND.MouseButtonDblClick, (100, 100), LEFT, LEFT)
        mouse(viewport, KIND.MouseMove, (150, 100), NONE, LEFT)
        mouse(viewport, KIND.MouseButtonRelease, (150, 100), LEFT)
    assert viewport.view.window.width > width


def test_that_a_right_click_asks_for_the_menu_and_a_right_drag_does_not(qtbot, viewport):
    with qtbot.waitSignal(viewport.command_requested) as asked:
        qtbot.mouseClick(viewport, RIGHT, pos=QPoint(100, 100))
    assert asked.args == ["menu.show"]


def test_that_two_quick_clicks_are_two_marks_while_marking(qtbot, viewport):
    viewport.set_marking(True)
    seen = []
    viewport.mark_requested.connect(lambda *place: seen.append(place))
    with qtbot.assertNotEmitted(viewport.command_requested):
        qtbot.mouseClick(viewport, LEFT, pos=QPoint(100, 100))
        mouse(viewport, KIND.MouseButtonDblClick, (120, 100), LEFT, LEFT)
        mouse(viewport, KIND.MouseButtonRelease, (120, 100), LEFT)
    assert len(seen) == 2


@pytest.mark.parametrize(("tool", "changed"), [("scroll", "slice_index"), ("zoom", "zoom"), ("window", "window")])
def test_that_a_drag_with_a_modifier_can_be_a_tool_of_its_own(viewport, tool, changed):
    viewport.set_gestures(Gestures().changed({"Alt+left": tool}))
    before = viewport.view
    mouse(viewport, KIND.MouseButtonPress, (200, 100), LEFT, LEFT, KEYS.AltModifier)
    mouse(viewport, KIND.MouseMove, (200, 160), NONE, LEFT, KEYS.AltModifier)
    mouse(viewport, KIND.MouseButtonRelease, (200, 160), LEFT, NONE, KEYS.AltModifier)
    assert getattr(viewport.view, changed) != getattr(before, changed)


def test_that_a_gesture_that_is_given_nothing_does_nothing(viewport):
    viewport.set_gestures(Gestures().changed({"left": "nothing", "wheel": "nothing"}))
    before = viewport.view
    mouse(viewport, KIND.MouseButtonPress, (200, 100), LEFT, LEFT)
    mouse(viewport, KIND.MouseMove, (260, 160), NONE, LEFT)
    mouse(viewport, KIND.MouseButtonRelease, (260, 160), LEFT)
    wheel(viewport, -240)
    assert viewport.view == before


def test_that_a_scrolling_drag_that_rests_at_the_edge_goes_on_to_the_last_image(qtbot, viewport):
    viewport.set_gestures(Gestures().changed({"left": "scroll"}))
    viewport.perform("scroll.first")
    mouse(viewport, KIND.MouseButtonPress, (200, 350), LEFT, LEFT)
    mouse(viewport, KIND.MouseMove, (200, 398), NONE, LEFT)
    here = viewport.view.slice_index
    qtbot.waitUntil(lambda: viewport.view.slice_index >= here + 4)
    qtbot.waitUntil(lambda: viewport.view.slice_index == 39)
    mouse(viewport, KIND.MouseMove, (200, 350), NONE, LEFT)  # back at the start, by as many slices as it came
    assert viewport.view.slice_index == 39 - 4
    mouse(viewport, KIND.MouseButtonRelease, (200, 350), LEFT)


def test_that_a_drag_goes_on_beyond_the_edge_of_the_viewport(viewport):
    viewport.set_gestures(Gestures().changed({"left": "scroll"}))
    viewport.perform("scroll.first")
    mouse(viewport, KIND.MouseButtonPress, (200, 390), LEFT, LEFT)
    mouse(viewport, KIND.MouseMove, (200, 690), NONE, LEFT)
    assert viewport.view.slice_index == 30
    mouse(viewport, KIND.MouseButtonRelease, (200, 690), LEFT)


def test_that_a_touchpad_that_tells_pixels_only_scrolls_too_and_its_momentum_does_not(viewport):
    start = viewport.view.slice_index
    for _ in range(6):
        wheel(viewport, pixels=-4)
    assert viewport.view.slice_index == start + 1
    wheel(viewport, -1200, phase=Qt.ScrollPhase.ScrollMomentum)
    assert viewport.view.slice_index == start + 1


def test_that_shift_and_wheel_go_ten_images_at_a_time(qtbot, viewport):
    start = viewport.view.slice_index
    with qtbot.waitSignal(viewport.wheel_turned) as turned:
        wheel(viewport, -120, keys=KEYS.ShiftModifier)
    assert viewport.view.slice_index == start + 10
    assert turned.args == [10.0]


def test_that_the_wheel_can_set_the_window(viewport):
    viewport.set_gestures(Gestures().changed({"Alt+wheel": "window"}))
    before = viewport.view.window.width
    wheel(viewport, 120, keys=KEYS.AltModifier)
    assert viewport.view.window.width > before


def test_that_a_pens_pressure_reaches_the_hand(viewport):
    hand = FakeHand()
    viewport.set_hand(hand)
    at = QPointF(100, 100)

    def pen(kind, pressure, buttons):
        device = QPointingDevice.primaryPointingDevice()
        event = QTabletEvent(
            kind, device, at, viewport.mapToGlobal(at), pressure, 0, 0, 0, 0, 0, KEYS.NoModifier, LEFT, buttons
        )
        QApplication.sendEvent(viewport, event)
        assert not event.isAccepted()  # Qt goes on to make a mouse event of it

    pen(KIND.TabletPress, 0.4, LEFT)
    mouse(viewport, KIND.MouseButtonPress, (100, 100), LEFT, LEFT)
    pen(KIND.TabletMove, 0.9, LEFT)
    mouse(viewport, KIND.MouseMove, (120, 100), NONE, LEFT)
    pen(KIND.TabletRelease, 0.0, NONE)
    mouse(viewport, KIND.MouseButtonRelease, (120, 100), LEFT)
    assert hand.said == [("press", "left", 0.4), ("move", "left", 0.9), ("release", "left", 1.0)]


def test_that_a_hand_keeps_its_stroke_when_another_button_goes_down(viewport):
    hand = FakeHand()
    viewport.set_hand(hand)
    before = viewport.view
    mouse(viewport, KIND.MouseButtonPress, (100, 100), LEFT, LEFT)
    mouse(viewport, KIND.MouseButtonPress, (100, 100), RIGHT, LEFT | RIGHT)
    mouse(viewport, KIND.MouseMove, (130, 130), NONE, LEFT | RIGHT)
    mouse(viewport, KIND.MouseButtonRelease, (130, 130), RIGHT, LEFT)
    mouse(viewport, KIND.MouseButtonRelease, (130, 130), LEFT)
    assert [what for what, *_ in hand.said] == ["press", "move", "release"]
    assert viewport.view == before


def test_that_a_second_click_that_comes_soon_is_still_a_click_for_the_hand(qtbot, viewport):
    hand = FakeHand()
    viewport.set_hand(hand)
    mouse(viewport, KIND.MouseButtonDblClick, (100, 100), LEFT, LEFT)
    mouse(viewport, KIND.MouseButtonRelease, (100, 100), LEFT)
    assert [what for what, *_ in hand.said] == ["press", "release"]
