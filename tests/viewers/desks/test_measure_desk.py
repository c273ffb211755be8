"""Measuring as a hand does it: two clicks or one drag, handles, labels, undo, names, confidence, painting, the list."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.pace import least_ms
from viewers.commands import BY_ID
from viewers.desks.crosshair_desk import CrosshairDesk
from viewers.desks.measure_desk import TOOLS, MeasureDesk
from viewers.desks.plane_desk import PlaneDesk
from viewers.grid import ViewportGrid
from viewers.measuring.masks import dense
from viewers.panels.measurement_list import MeasurementList
from viewers.planes.recut import recut
from viewers.planes.turning import Turn, turned
from viewers.view import Slab, image_to_screen

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def grid(qtbot):
    widget = ViewportGrid()
    qtbot.addWidget(widget)
    widget.resize(700, 600)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.fixture
def ct(make_volume):
    values = np.random.default_rng(5).integers(0, 100, (9, 120, 120)).astype(np.int16)
    affine = np.diag([0.5, 0.5, 2.0, 1.0])
    return make_volume(values, affine=affine, spacing_mm=(0.5, 0.5), slice_spacing_mm=2.0)


@pytest.fixture
def desk(grid, ct):
    grid.show_volume(0, ct)
    QApplication.processEvents()
    return MeasureDesk(grid)


def px(grid, column, row):
    viewport = grid.viewports[0]
    x, y = image_to_screen(viewport.view, viewport.volume.header, viewport.width(), viewport.height(), column, row)
    return QPoint(round(x), round(y))


def mouse(viewport, kind, at, buttons, keys=NONE):
    button = LEFT if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
    place = QPointF(at)
    event = QMouseEvent(kind, place, viewport.mapToGlobal(place), button, buttons, keys)
    QApplication.sendEvent(viewport, event)


def drag(grid, *spots, keys=NONE):
    viewport, points = grid.viewports[0], [px(grid, *spot) for spot in spots]
    mouse(viewport, QEvent.Type.MouseButtonPress, points[0], LEFT, keys)
    for point in points[1:]:
        mouse(viewport, QEvent.Type.MouseMove, point, LEFT, keys)
    mouse(viewport, QEvent.Type.MouseButtonRelease, points[-1], Qt.MouseButton.NoButton, keys)


def click(grid, *spots):
    for spot in spots:
        mouse(grid.viewports[0], QEvent.Type.MouseMove, px(grid, *spot), Qt.MouseButton.NoButton)
        drag(grid, spot)


def key(grid, name, keys=NONE):
    QTest.keyClick(grid, name, keys)


def test_that_a_length_takes_a_key_and_one_drag_and_the_tool_is_put_away(grid, desk):
    key(grid, Qt.Key.Key_D)
    assert desk.tool == "measure.length"
    drag(grid, (20, 30), (40, 30), (60, 30))
    (length,) = desk.board.measurements
    assert length.kind == "length"
    assert length.numbers.get("length").value == pytest.approx(20.0, abs=0.3)
    assert desk.tool == ""
    assert desk.selected == length.id


def test_that_the_same_length_takes_two_clicks(grid, desk):
    key(grid, Qt.Key.Key_D)
    click(grid, (20, 30), (60, 30))
    (length,) = desk.board.measurements
    assert length.numbers.get("length").value == pytest.approx(20.0, abs=0.3)


def test_that_a_quick_second_click_counts_although_it_comes_as_a_double_click(grid, desk):
    key(grid, Qt.Key.Key_D)
    click(grid, (20, 30))
    mouse(grid.viewports[0], QEvent.Type.MouseButtonDblClick, px(grid, 60, 30), LEFT)
    mouse(grid.viewports[0], QEvent.Type.MouseButtonRelease, px(grid, 60, 30), Qt.MouseButton.NoButton)
    assert len(desk.board.measurements) == 1


DRAWN = {
    "measure.length": [(20, 20), (50, 20)],
    "measure.angle": [(20, 20), (50, 20), (50, 60)],
    "measure.cobb": [(20, 20), (60, 25), (20, 70), (60, 60)],
    "measure.bidirectional": [(20, 60), (80, 60), (50, 45), (52, 75)],
    "measure.ellipse": [(20, 20), (60, 50)],
    "measure.rectangle": [(20, 20), (60, 50)],
    "measure.box": [(20, 20), (60, 50)],
    "measure.arrow": [(20, 20), (60, 50)],
    "measure.point": [(40, 40)],
}
SHOWN = {
    "measure.length": ["15.0 mm"],
    "measure.angle": ["90.0°"],
    "measure.bidirectional": ["30.0 × 15.0 mm"],
    "measure.rectangle": ["area 3.00 cm²"],
}


@pytest.mark.parametrize("command", list(DRAWN))
def test_that_every_tool_measures_by_clicks(grid, desk, command):
    grid.perform(command)
    click(grid, *DRAWN[command])
    (made,) = desk.board.measurements
    assert made.kind == TOOLS[command]
    assert BY_ID[command].keys
    assert made.sop_uid == "4"
    if command == "measure.bidirectional":
        long, short = made.array[1] - made.array[0], made.array[3] - made.array[2]
        assert abs(long @ short) < 1e-3 * np.linalg.norm(long) * np.linalg.norm(short)


def test_that_a_polygon_is_closed_by_return_shortened_by_backspace_and_left_by_escape(grid, desk):
    grid.perform("measure.polygon")
    click(grid, (20, 20), (60, 20), (60, 60), (90, 90))
    key(grid, Qt.Key.Key_Backspace)
    key(grid, Qt.Key.Key_Return)
    (made,) = desk.board.measurements
    assert len(made.points) == 3
    grid.perform("measure.polygon")
    click(grid, (20, 20), (60, 20))
    key(grid, Qt.Key.Key_Escape)
    assert desk.draft_on(0) is None
    assert desk.tool == "measure.polygon"
    key(grid, Qt.Key.Key_Escape)
    assert desk.tool == ""
    assert len(desk.board.measurements) == 1


def test_that_a_freehand_outline_is_drawn_in_one_stroke_and_measured(grid, desk):
    grid.perform("measure.freehand")
    turn = np.linspace(0, 2 * np.pi, 60)[:-1]
    drag(grid, *[(60 + 30 * np.cos(t), 60 + 30 * np.sin(t)) for t in turn])
    (made,) = desk.board.measurements
    assert made.numbers.get("area").value == pytest.approx(np.pi * 15**2, rel=0.03)
    assert made.numbers.get("mean").value == pytest.approx(50, abs=5)


def test_that_shift_keeps_the_tool_and_so_does_the_setting(grid, desk):
    grid.perform("measure.length")
    drag(grid, (20, 30), (60, 30), keys=Qt.KeyboardModifier.ShiftModifier)
    assert desk.tool == "measure.length"
    drag(grid, (20, 50), (60, 50))
    assert desk.tool == ""
    desk.stays = True
    grid.perform("measure.length")
    drag(grid, (20, 70), (60, 70))
    assert desk.tool == "measure.length"


def test_that_a_handle_is_dragged_and_undone_and_done_again(grid, desk):
    grid.perform("measure.length")
    drag(grid, (20, 30), (60, 30))
    before = desk.board.measurements[0]
    drag(grid, (60, 30), (70, 30), (80, 30))
    (after,) = desk.board.measurements
    assert after.id == before.id
    assert after.numbers.get("length").value == pytest.approx(30.0, abs=0.3)
    key(grid, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert desk.board.measurements == (before,)
    key(grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert desk.board.measurements == (after,)


def test_that_a_line_moves_whole_and_a_press_beside_it_goes_on_to_the_drag_tools(grid, desk):
    grid.perform("measure.length")
    drag(grid, (20, 30), (60, 30))
    before = desk.board.measurements[0]
    drag(grid, (40, 30), (40, 40), (40, 50))
    (after,) = desk.board.measurements
    np.testing.assert_allclose(after.array - before.array, np.tile([0, 20, 0], (2, 1)), atol=0.3)
    view = grid.viewports[0].view
    drag(grid, (100, 100), (100, 60), (100, 20))
    assert grid.viewports[0].view != view
    assert desk.selected == ""


def test_that_a_label_is_dragged_away_from_its_line(grid, desk):
    grid.perform("measure.length")
    drag(grid, (20, 30), (60, 30))
    viewport = grid.viewports[0]
    viewport.repaint()
    box = desk._painters[0].labels[desk.selected]
    start = box.center().toPoint()
    for kind, at, buttons in (
        (QEvent.Type.MouseButtonPress, start, LEFT),
        (QEvent.Type.MouseMove, start + QPoint(10, 50), LEFT),
        (QEvent.Type.MouseButtonRelease, start + QPoint(10, 50), Qt.MouseButton.NoButton),
    ):
        mouse(viewport, kind, at, buttons)
    assert desk.board.measurements[0].label_px == (10.0, 50.0)
    viewport.repaint()
    moved = desk._painters[0].labels[desk.selected].topLeft() - box.topLeft()
    assert (moved.x(), moved.y()) == pytest.approx((10, 50), abs=1)


def test_that_a_point_takes_its_confidence_from_digits_and_not_the_window(grid, desk):
    window = grid.viewports[0].view.window
    grid.perform("measure.point")
    click(grid, (40, 40))
    assert desk.hint(desk.selected) == "confidence 0 to 100?"
    key(grid, Qt.Key.Key_8)
    assert desk.hint(desk.selected) == "8_"
    key(grid, Qt.Key.Key_5)
    assert desk.board.measurements[0].confidence == 85
    assert grid.viewports[0].view.window == window
    key(grid, Qt.Key.Key_1)
    assert desk.board.measurements[0].confidence == 85


def test_that_confidence_may_be_one_of_five(grid, ct):
    grid.show_volume(0, ct)
    QApplication.processEvents()
    desk = MeasureDesk(grid, confidence_points=5)
    desk.perform("measure.point")
    click(grid, (40, 40))
    for digit in (Qt.Key.Key_9, Qt.Key.Key_0, Qt.Key.Key_4):
        key(grid, digit)
    assert desk.board.measurements[0].confidence == 4


def test_that_an_arrow_asks_for_its_text_and_return_confirms_nothing_else(qtbot, grid, desk):
    unknown = []
    grid.command_unknown.connect(lambda command, source: unknown.append(command))
    grid.perform("measure.arrow")
    drag(grid, (40, 40), (70, 70))
    line = grid.findChild(QLineEdit)
    assert line.accessibleName() == "Name of measurement 1"
    QTest.keyClicks(line, "nodule d")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert desk.board.measurements[0].name == "nodule d"
    assert unknown == []
    assert desk.tool == ""


def test_that_a_measurement_is_shown_on_its_own_slice_alone(grid, desk):
    grid.perform("measure.length")
    drag(grid, (20, 30), (60, 30))
    viewport = grid.viewports[0]
    viewport.repaint()
    assert desk._painters[0].labels
    grid.perform("scroll.next")
    viewport.repaint()
    assert not desk._painters[0].labels
    key(grid, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    viewport.repaint()
    assert viewport.view.slice_index == 4
    assert desk._painters[0].labels


def test_that_it_stays_in_its_place_when_the_image_is_turned(grid, desk, ct):
    grid.perform("measure.rectangle")
    drag(grid, (20, 30), (60, 50))
    before = desk.board.measurements[0]
    derived = turned(ct, Turn(1, False))
    viewport = grid.viewports[0]
    viewport.show_derived(derived, replace(viewport.view, centre_px=(59.5, 59.5)))
    viewport.repaint()
    assert before.id in desk._painters[0].labels
    drag(grid, (105, 40), (105, 45), (105, 50))  # beside it
    assert desk.board.measurements == (before,)


def test_that_a_measurement_made_on_a_coronal_plane_is_found_there_again_after_scrolling_axially(grid, desk, ct):
    viewport, axial = grid.viewports[0], grid.viewports[0].view
    cut = recut(ct, "coronal")
    viewport.show_derived(cut, replace(axial, slice_index=60, centre_px=(59.5, (cut.header.rows - 1) / 2)))
    viewport.repaint()
    grid.perform("measure.length")
    drag(grid, (20, 2), (60, 6))
    (made,) = desk.board.measurements
    row_mm = cut.header.spacing_mm[0]
    assert made.numbers.get("length").value == pytest.approx(np.hypot(20, 4 * row_mm), abs=0.3)
    assert made.plane == "coronal"
    np.testing.assert_allclose(made.array[:, 1], made.array[0, 1])
    viewport.show_derived(ct, axial)
    viewport.repaint()
    assert not desk._painters[0].labels
    viewport.show_derived(cut, replace(axial, slice_index=10, centre_px=(59.5, (cut.header.rows - 1) / 2)))
    grid.perform("measure.next")
    viewport.repaint()
    assert viewport.view.slice_index == 60
    assert made.id in desk._painters[0].labels


def test_that_a_slab_does_not_pass_for_what_was_measured(grid, desk):
    viewport = grid.viewports[0]
    viewport.set_view(replace(viewport.view, slab=Slab("max", 6.0)))
    grid.perform("measure.ellipse")
    drag(grid, (20, 20), (60, 60))
    assert "not of the slab" in desk.board.measurements[0].numbers.remark


def test_that_undo_is_refused_in_words_while_the_desk_is_closed(grid, desk):
    said = []
    desk.refused.connect(said.append)
    desk.close("Measuring begins with the first question.")
    grid.perform("measure.length")
    grid.perform("measure.undo")
    assert said == ["Measuring begins with the first question."] * 2
    desk.open()
    grid.perform("measure.length")
    assert desk.tool == "measure.length"


def test_that_a_brush_paints_a_disc_and_a_ball_and_is_undone_stroke_by_stroke(grid, desk):
    grid.perform("brush.paint")
    click(grid, (60, 60))
    (disc,) = desk.board.segments
    assert list(disc.mask.slices) == [4]
    columns, rows = np.meshgrid(np.arange(120), np.arange(120))
    wanted = ((columns - 60) ** 2 + (rows - 60) ** 2) * 0.25 <= 36
    assert np.count_nonzero(disc.mask.plane(4) ^ wanted) < 40  # the pointer is on whole screen pixels
    desk.brush = replace(desk.brush, is_ball=True)
    click(grid, (60, 60))
    (ball,) = desk.board.segments
    assert ball.mask.voxels == pytest.approx(4 / 3 * np.pi * 6**3 / 0.5 * (5 / 5.5), rel=0.3)
    assert set(ball.mask.slices) == {2, 3, 4, 5, 6}
    grid.perform("brush.erase")
    drag(grid, (50, 60), (60, 60), (70, 60))
    assert desk.board.segments[0].mask.voxels < ball.mask.voxels
    for _ in range(2):
        grid.perform("measure.undo")
    assert desk.board.segments == (disc,)
    grid.perform("measure.undo")
    assert desk.board.segments == ()


def test_that_the_volume_brush_takes_only_values_like_those_under_the_first_touch(grid, make_volume):
    values = np.zeros((5, 80, 80), np.int16)
    values[:, 20:60, 20:40] = 200
    volume = make_volume(values, affine=np.eye(4), slice_spacing_mm=1.0)
    grid.show_volume(0, volume)
    QApplication.processEvents()
    desk = MeasureDesk(grid)
    desk.brush = replace(desk.brush, radius=4.0)
    grid.perform("brush.volume")
    drag(grid, (30, 30), (38, 40), (45, 50))
    painted = dense(desk.board.segments[0].mask)
    assert painted.any()
    assert (values[painted] == 200).all()


def test_that_an_ai_mask_is_corrected_on_the_series_own_grid(desk, ct):
    coarse = np.zeros((9, 60, 60), np.uint8)
    coarse[2:5, 10:20, 30:40] = 1
    affine = np.diag([1.0, 1.0, 2.0, 1.0])
    affine[:2, 3] = 0.25  # its first voxel covers the first two of the series
    desk.begin_correction(coarse, affine, "LungAid", ct.header)
    (segment,) = desk.board.segments
    np.testing.assert_array_equal(dense(segment.mask), coarse.repeat(2, axis=1).repeat(2, axis=2).astype(bool))
    assert segment.of == "LungAid"


def test_that_the_list_names_values_jumps_and_renames(qtbot, grid, desk):
    panel = MeasurementList(desk)
    qtbot.addWidget(panel)
    grid.perform("measure.length")
    drag(grid, (20, 30), (60, 30))
    grid.perform("scroll.last")
    grid.perform("measure.point")
    click(grid, (50, 50))
    first, second = panel.rows()
    assert (first.text(0), first.text(2), second.text(0)) == ("1", "20.0 mm", "2")
    panel.tree.setCurrentItem(first)
    assert desk.selected == desk.board.measurements[0].id
    assert grid.viewports[0].view.slice_index == 4
    panel.rows()[0].setText(1, "target 1")
    assert desk.board.measurements[0].name == "target 1"
    grid.perform("measure.recolour")
    assert desk.board.measurements[0].colour == 1
    grid.perform("measure.remove")
    assert [row.text(0) for row in panel.rows()] == ["1"]
    grid.perform("measurements.toggle")
    assert panel.isVisible() or panel.isHidden()


def test_that_lines_can_be_seen_on_black_and_on_white(grid, make_volume):
    for value in (-2000, 3000):
        grid.show_volume(0, make_volume(np.full((1, 120, 120), value, np.int16)))
        QApplication.processEvents()
        desk = MeasureDesk(grid)
        desk.perform("measure.length")
        drag(grid, (20, 30), (60, 30))
        desk.select("")
        image = grid.viewports[0].grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        column = px(grid, 40, 30)
        shades = [image.pixelColor(column.x(), column.y() + d).value() for d in range(-6, 7)]
        assert max(shades) - min(shades) > 120


def test_that_measuring_keeps_up_with_a_drag(grid, desk):
    grid.perform("measure.ellipse")
    viewport = grid.viewports[0]
    mouse(viewport, QEvent.Type.MouseButtonPress, px(grid, 20, 20), LEFT)
    places = itertools.count()

    def move() -> None:
        n = next(places)
        mouse(viewport, QEvent.Type.MouseMove, px(grid, 50 + n, 50 + n), LEFT)
        viewport.repaint()

    took_ms = least_ms(move, times=30)
    mouse(viewport, QEvent.Type.MouseButtonRelease, px(grid, 79, 79), Qt.MouseButton.NoButton)
    assert len(desk.board.measurements) == 1
    assert took_ms < 40


def test_that_a_second_segment_is_begun_and_the_first_one_taken_up_again(grid, desk):
    grid.perform("brush.paint")
    drag(grid, (40, 40))
    grid.perform("brush.new")
    drag(grid, (80, 80))
    drag(grid, (84, 80))
    first, second = desk.board.segments
    assert (first.mask.plane(4)[40, 40], first.mask.plane(4)[80, 80]) == (True, False)
    assert (second.mask.plane(4)[80, 84], second.mask.plane(4)[40, 40]) == (True, False)
    assert first.colour != second.colour
    desk.select(first.id)
    drag(grid, (80, 80))
    assert desk.board.segment(first.id).mask.plane(4)[80, 80]


def test_that_measurements_can_be_grabbed_while_the_crosshair_is_on(grid, desk):
    grid.perform("measure.length")
    click(grid, (20, 20), (60, 20))
    crosshair = CrosshairDesk(grid, PlaneDesk(grid))
    desk.tool_changed.connect(lambda tool: None if tool else crosshair.take_up())
    grid.perform("crosshair.toggle")
    place = crosshair.place_mm
    drag(grid, (60, 20), (60, 30), (60, 50))
    assert np.allclose(desk.board.measurements[0].array[1, :2], (60, 50), atol=0.5)
    assert np.array_equal(crosshair.place_mm, place)
    drag(grid, (90, 90))  # where nothing was drawn the crosshair goes
    assert np.allclose(crosshair.place_mm[:2], (45, 45), atol=0.5)
    grid.perform("measure.length")
    click(grid, (20, 80), (60, 80))
    drag(grid, (100, 90))  # and goes on once the tool is put away
    assert len(desk.board.measurements) == 2
    assert np.allclose(crosshair.place_mm[:2], (50, 45), atol=0.5)


def test_that_labels_of_near_measurements_do_not_cover_each_other(grid, desk):
    for row in (60, 61, 62, 63):
        grid.perform("measure.length")
        drag(grid, (40, row), (60, row), (80, row))
    grid.viewports[0].repaint()
    labels = list(desk._painters[0].labels.values())
    assert len(labels) == 4
    pairs = [(one, other) for n, one in enumerate(labels) for other in labels[:n]]
    assert not any(one.intersects(other) for one, other in pairs)
    assert all(abs(label.center().y() - px(grid, 80, 61).y()) < 120 for label in labels)
