"""A viewport under real mouse, wheel and paint events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from viewers.dicom.load import SeriesLoader
from viewers.dicom.problems import FileProblem
from viewers.dicom.scan import scan
from viewers.drawing import captions
from viewers.tools.gestures import Gestures
from viewers.tools.mark import ScreenMark
from viewers.viewport import Viewport
from viewers.volume import Window

SIZE = 400
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def wheel(widget, units, modifiers=NO_KEYS, at=(SIZE / 2, SIZE / 2)):
    point = QPointF(*at)
    event = QWheelEvent(
        point, widget.mapToGlobal(point), QPoint(), QPoint(0, units), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def mouse(widget, kind, at, button=Qt.MouseButton.NoButton, buttons=Qt.MouseButton.NoButton, modifiers=NO_KEYS):
    point = QPointF(*at)
    QApplication.sendEvent(widget, QMouseEvent(kind, point, widget.mapToGlobal(point), button, buttons, modifiers))


def drag(widget, start, end, button=LEFT, modifiers=NO_KEYS):
    mouse(widget, QEvent.Type.MouseButtonPress, start, button, button, modifiers)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    for at in (middle, end):
        mouse(widget, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, button, modifiers)
    mouse(widget, QEvent.Type.MouseButtonRelease, end, button, Qt.MouseButton.NoButton, modifiers)


@pytest.fixture
def stack(make_volume):
    values = np.random.default_rng(5).integers(-1000, 1000, (40, 100, 100)).astype(np.int16)
    return make_volume(values)


@pytest.fixture
def viewport(qtbot, stack):
    widget = Viewport()
    qtbot.addWidget(widget)
    widget.resize(SIZE, SIZE)
    widget.show()
    with qtbot.waitSignal(widget.first_painted):
        widget.show_volume(stack)
    return widget


def test_that_a_volume_announces_its_first_paint_and_its_view(qtbot, stack):
    widget = Viewport()
    qtbot.addWidget(widget)
    widget.resize(SIZE, SIZE)
    widget.show()
    with qtbot.waitSignals([widget.view_changed, widget.first_painted], order="strict"):
        widget.show_volume(stack)
    assert widget.is_painted


def test_that_view_changed_comes_only_after_the_paint(qtbot, viewport):
    with qtbot.waitSignal(viewport.view_changed) as signal:
        viewport.perform("scroll.next")
        assert not viewport.is_painted
        assert not signal.signal_triggered
    assert signal.args[0].slice_index == viewport.view.slice_index
    assert viewport.is_painted


def test_that_a_slice_is_wanted_before_it_is_painted(qtbot, viewport):
    with qtbot.waitSignal(viewport.slice_wanted) as signal, qtbot.assertNotEmitted(viewport.view_changed):
        viewport.perform("scroll.last")
    assert signal.args == [39]


def test_that_the_pointer_names_the_pixel_that_is_painted_under_it(viewport, stack):
    viewport.set_annotations_shown(False)
    viewport.resize(401, 399)
    viewport.set_view(replace(viewport.view, zoom=1.0, centre_px=(49.3, 50.4), window=Window(0, 2001)))
    shown = viewport.grab().toImage()
    column, row = (round(v) for v in viewport.image_point(QPointF(180.5, 190.5)))
    value = int(stack.stored[viewport.view.slice_index, row, column])
    assert shown.pixelColor(180, 190).red() == round(((value + 0.5) / 2000 + 0.5) * 255)


def test_that_repaints_are_put_together(qtbot, viewport):
    seen = []
    viewport.view_changed.connect(seen.append)
    start = viewport.view.slice_index
    with qtbot.waitSignal(viewport.view_changed):
        for _ in range(5):
            wheel(viewport, -120)
    assert [view.slice_index for view in seen] == [start + 5]


def test_that_the_wheel_scrolls_a_slice_a_notch_and_stops_at_the_end(viewport):
    viewport.perform("scroll.next10")
    start = viewport.view.slice_index
    wheel(viewport, -120)
    assert viewport.view.slice_index == start + 1
    wheel(viewport, 240)
    assert viewport.view.slice_index == start - 1
    wheel(viewport, -120 * 100)
    assert viewport.view.slice_index == 39


def test_that_fine_wheel_deltas_add_up_to_notches(viewport):
    start = viewport.view.slice_index
    for _ in range(7):
        wheel(viewport, -15)
    assert viewport.view.slice_index == start
    wheel(viewport, -15)
    assert viewport.view.slice_index == start + 1


def test_that_ctrl_and_wheel_zoom_to_the_pointer(viewport):
    at = (100, 300)
    before = viewport.image_point(QPointF(*at))
    zoom = viewport.view.zoom
    wheel(viewport, 120, Qt.KeyboardModifier.ControlModifier, at)
    assert viewport.view.zoom == pytest.approx(zoom * 1.25)
    assert viewport.image_point(QPointF(*at)) == pytest.approx(before, abs=0.5 / zoom)


def test_that_a_left_drag_sets_the_window_and_nothing_else(viewport):
    before = viewport.view
    drag(viewport, (100, 100), (130, 160))
    after = viewport.view
    assert after.window.width > before.window.width
    assert after.window.centre > before.window.centre
    assert replace(after, window=before.window) == before


@pytest.mark.parametrize(
    ("modifier", "share"), [(Qt.KeyboardModifier.ShiftModifier, 0.2), (Qt.KeyboardModifier.ControlModifier, 4.0)]
)
def test_that_shift_is_fine_and_ctrl_is_coarse_while_windowing(viewport, modifier, share):
    start = viewport.view
    drag(viewport, (100, 100), (100, 150))
    plain = viewport.view.window.centre - start.window.centre
    viewport.set_view(start)
    drag(viewport, (100, 100), (100, 150), modifiers=modifier)
    assert viewport.view.window.centre - start.window.centre == pytest.approx(plain * share)


def test_that_the_left_button_scrolls_where_that_is_set(viewport):
    viewport.set_gestures(Gestures().changed({"left": "scroll"}))
    before = viewport.view
    drag(viewport, (100, 100), (100, 200))
    assert viewport.view.slice_index > before.slice_index
    assert viewport.view.window == before.window


def test_that_a_middle_drag_pans_with_the_pointer(viewport):
    viewport.perform("zoom.in")
    grabbed = viewport.image_point(QPointF(200, 200))
    drag(viewport, (200, 200), (240, 170), MIDDLE)
    assert viewport.image_point(QPointF(240, 170)) == pytest.approx(grabbed, abs=0.5 / viewport.view.zoom)


def test_that_a_right_drag_up_enlarges_about_its_start(viewport):
    before, zoom = viewport.image_point(QPointF(120, 300)), viewport.view.zoom
    drag(viewport, (120, 300), (120, 200), RIGHT)
    assert viewport.view.zoom > zoom
    assert viewport.image_point(QPointF(120, 300)) == pytest.approx(before, abs=0.5 / zoom)


def test_that_a_click_is_reported_in_image_pixels_and_changes_nothing(qtbot, viewport):
    before = viewport.view
    with qtbot.waitSignal(viewport.clicked) as signal:
        qtbot.mouseClick(viewport, LEFT, pos=QPoint(200, 100))
    name, column, row, index = signal.args
    assert (name, index) == ("left", before.slice_index)
    assert (column, row) == pytest.approx(viewport.image_point(QPointF(200, 100)))
    assert viewport.view == before


def test_that_the_pointer_is_reported_in_image_pixels(qtbot, viewport):
    with qtbot.waitSignal(viewport.pointer_moved) as signal:
        mouse(viewport, QEvent.Type.MouseMove, (37, 91))
    assert signal.args[:2] == pytest.approx(viewport.image_point(QPointF(37, 91)))


def test_that_side_buttons_ask_for_the_next_series(qtbot, viewport):
    with qtbot.waitSignal(viewport.command_requested) as signal:
        qtbot.mouseClick(viewport, Qt.MouseButton.ForwardButton, pos=QPoint(200, 100))
    assert signal.args == ["series.next"]


def test_that_a_click_asks_for_a_mark_only_while_marking(qtbot, viewport):
    with qtbot.assertNotEmitted(viewport.mark_requested):
        qtbot.mouseClick(viewport, LEFT, pos=QPoint(200, 100))
    viewport.set_marking(True)
    with qtbot.waitSignal(viewport.mark_requested) as signal:
        qtbot.mouseClick(viewport, LEFT, pos=QPoint(200, 100))
    assert signal.args[:2] == pytest.approx(viewport.image_point(QPointF(200, 100)))


@pytest.mark.parametrize("is_marking", [True, False], ids=["with the tool", "without"])
def test_that_a_mark_is_picked_by_click_and_moved_by_drag(qtbot, viewport, is_marking):
    index = viewport.view.slice_index
    viewport.set_marking(is_marking)
    viewport.set_marks((ScreenMark("m1", 49.5, 49.5, index), ScreenMark("m2", 49.5, 49.5, index + 1)))
    with qtbot.waitSignal(viewport.mark_picked) as picked, qtbot.assertNotEmitted(viewport.mark_requested):
        qtbot.mouseClick(viewport, LEFT, pos=QPoint(202, 198))
    assert picked.args == ["m1"]
    view = viewport.view
    with qtbot.waitSignal(viewport.mark_moved) as moved:
        drag(viewport, (200, 200), (240, 260))
    assert moved.args[0] == "m1"
    assert moved.args[1:3] == pytest.approx(viewport.image_point(QPointF(240, 260)))
    assert viewport.view == view


def test_that_marks_are_painted_on_their_own_slice_only(viewport):
    index = viewport.view.slice_index
    viewport.set_annotations_shown(False)
    viewport.perform("window.preset.4")
    plain = viewport.grab().toImage()
    viewport.set_marks((ScreenMark("m1", 49.5, 49.5, index + 1, colour="#ff00ff"),))
    assert viewport.grab().toImage() == plain
    viewport.set_marks((ScreenMark("m1", 49.5, 49.5, index, colour="#ff00ff"),))
    ring = viewport.grab().toImage().pixelColor(208, 200)
    assert ring.red() > ring.green()


def test_that_the_screen_shows_the_rendered_grey_levels_pixel_for_pixel(viewport, stack):
    viewport.set_annotations_shown(False)
    viewport.set_view(replace(viewport.view, zoom=1.0, centre_px=(49.5, 49.5), window=Window(0, 2001)))
    shown = viewport.grab().toImage()
    column, row = 31, 77
    value = int(stack.stored[viewport.view.slice_index, row, column])
    grey = shown.pixelColor(150 + column, 150 + row).red()
    assert grey == round(((value + 0.5) / 2000 + 0.5) * 255)


def test_that_a_slice_that_is_not_loaded_is_said_to_be_so_until_it_comes(qtbot, viewport, stack):
    index = viewport.view.slice_index + 1
    stack.loaded[index] = False
    viewport.show_volume(stack, viewport.view)
    with qtbot.waitSignal(viewport.emptied):
        viewport.perform("scroll.next")
    assert not viewport.is_painted
    with qtbot.waitSignal(viewport.view_changed) as signal:
        stack.loaded[index] = True
    assert signal.args[0].slice_index == index


def test_that_a_slice_that_is_lost_is_told_from_one_that_is_still_coming(viewport, stack):
    index = viewport.view.slice_index
    stack.loaded[index] = False
    viewport.show_volume(stack, viewport.view)
    waiting = viewport.grab().toImage()
    viewport.set_lost({index: FileProblem(Path("a.dcm"), "Its pixels cannot be decoded.", "Leave it out.")})
    lost = viewport.grab().toImage()
    assert lost != waiting
    viewport.set_lost({index: FileProblem(Path("a.dcm"), "It cannot be read any more.", "Check the disk.")})
    assert viewport.grab().toImage() not in (lost, waiting)
    viewport.show_volume(stack, viewport.view)
    assert viewport.grab().toImage() == waiting


def test_that_a_file_goes_from_its_loader_to_the_screen_while_it_loads(qtbot, viewport):
    data = pytest.importorskip("data_store.data", reason="pydicom-data is not installed")
    (header,) = scan(Path(next(iter(data.__path__))) / "693_UNCI.dcm").series
    loader = SeriesLoader()
    with qtbot.waitSignal(viewport.first_painted):
        viewport.show_volume(loader.start(header))
    assert viewport.view.window == header.instances[0].windows[0]
    assert captions.probe_lines(viewport.volume, 0, viewport.image_point(QPointF(200, 200)))[0].endswith(" HU")
    assert loader.wait(10)


def test_that_a_viewport_that_has_shown_many_views_shows_what_a_new_one_shows(qtbot, viewport, stack):
    def seen(widget):
        with qtbot.waitSignal(widget._settling.timeout):
            widget._settling.start(1)
        return widget.grab().toImage()

    for change in ("scroll.next", "zoom.in", "window.preset.2", "invert", "scroll.last", "loading", "size"):
        if change == "loading":
            stack.loaded[5:9] = False
        elif change == "size":
            viewport.resize(330, 380)
        else:
            assert viewport.perform(change), change
        fresh = Viewport()
        qtbot.addWidget(fresh)
        fresh.resize(viewport.size())
        fresh.show_volume(stack, viewport.view)
        assert seen(viewport) == seen(fresh), change


def test_that_an_overlay_paints_over_the_image_and_only_there(viewport):
    class Flood:
        def paint(self, qpainter, volume, view, width, height, dpr):
            self.said = (volume, view.slice_index, width, height)
            qpainter.fillRect(-10, -10, width + 20, height + 20, QColor("#00ff00"))

    flood = Flood()
    viewport.resize(SIZE, SIZE // 2)
    viewport.set_overlay_painter(flood)
    shown = viewport.grab().toImage()
    assert flood.said == (viewport.volume, viewport.view.slice_index, SIZE, SIZE // 2)
    assert shown.pixelColor(200, 100) == QColor("#00ff00")
    assert shown.pixelColor(50, 150) == QColor("#000000")


def test_that_a_fitted_image_stays_fitted_when_the_viewport_grows(viewport):
    viewport.resize(600, 600)
    assert viewport.view.zoom == pytest.approx(6.0)
    viewport.perform("zoom.one_to_one")
    viewport.resize(500, 500)
    assert viewport.view.zoom == pytest.approx(1.0)


def test_that_a_pause_hides_the_image_and_brings_it_back(qtbot, viewport):
    with qtbot.waitSignal(viewport.emptied):
        viewport.set_blanked(True)
    assert viewport.grab().toImage().pixelColor(150, 150) == QColor("#000000")
    with qtbot.waitSignal(viewport.view_changed):
        viewport.set_blanked(False)


def test_that_clearing_empties_the_viewport(qtbot, viewport):
    with qtbot.waitSignal(viewport.emptied):
        viewport.clear()
    assert viewport.volume is None
    assert viewport.view is None


@pytest.mark.parametrize(("command", "expected"), [("zoom.one_to_one", 0.5), ("zoom.true_size", 6.0)])
def test_that_pixel_by_pixel_and_true_size_hold_after_a_move_to_another_screen(
    qtbot, make_volume, monkeypatch, command, expected
):
    viewport = Viewport()
    qtbot.addWidget(viewport)
    viewport.resize(300, 200)
    viewport.show_volume(make_volume(np.zeros((1, 40, 40), np.int16)))
    monkeypatch.setattr("viewers.viewport.px_per_mm", lambda _screen: 3.0)
    viewport.perform(command)
    before = viewport.view.zoom
    monkeypatch.setattr("viewers.viewport.px_per_mm", lambda _screen: 6.0)
    monkeypatch.setattr(viewport, "devicePixelRatioF", lambda: 2.0)
    QApplication.sendEvent(viewport, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert (before, viewport.view.zoom) != (expected, before)
    assert viewport.view.zoom == expected
    viewport.set_view(replace(viewport.view, zoom=4.0))  # the reader's own zoom is left alone
    QApplication.sendEvent(viewport, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert viewport.view.zoom == 4.0
