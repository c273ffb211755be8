"""Planes, turns, slabs, the crosshair and reference lines in real viewports under real keys and mouse events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from viewers.desks.crosshair_desk import CrosshairDesk
from viewers.desks.line_desk import LineDesk
from viewers.desks.plane_desk import PlaneDesk
from viewers.drawing.captions import orientation
from viewers.grid import ViewportGrid
from viewers.planes import crosshair
from viewers.planes.poses import Pose, carried, pose_of, posed
from viewers.planes.sampling import point_at, voxel_at
from viewers.planes.turning import TURNS
from viewers.view import Slab, View
from viewers.volume import Instance, Rescale, Volume, Window

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def mouse(widget, kind, at, button=NO_BUTTON, buttons=NO_BUTTON):
    point, no_keys = QPointF(*at), Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(kind, point, widget.mapToGlobal(point), button, buttons, no_keys))


def press(widget, at):
    mouse(widget, QEvent.Type.MouseButtonPress, at, LEFT, LEFT)


def move(widget, at):
    mouse(widget, QEvent.Type.MouseMove, at, NO_BUTTON, LEFT)


def release(widget, at):
    mouse(widget, QEvent.Type.MouseButtonRelease, at, LEFT)


@pytest.fixture(scope="module")
def chest(make_volume):
    """60 slices of 80 × 90 pixels of noise in the patient."""
    stored = np.random.default_rng(8).integers(-1000, 1000, (60, 80, 90)).astype(np.int16)
    affine = np.diag([0.9, 0.9, 1.2, 1.0])
    affine[:3, 3] = (-40, -150, 300)
    places = [tuple(float(v) for v in (affine @ (0, 0, k, 1))[:3]) for k in range(60)]
    instances = tuple(
        Instance(Path("x"), str(k), position_mm=place, rescale=Rescale(1, 0, "HU"), windows=(Window(0, 1500),))
        for k, place in enumerate(places)
    )
    return make_volume(
        stored, affine=affine, instances=instances, spacing_mm=(0.9, 0.9), slice_spacing_mm=1.2,
        frame_of_reference_uid="1.9",
    )  # fmt: skip


@pytest.fixture
def grid(qtbot, chest):
    widget = ViewportGrid()
    qtbot.addWidget(widget)
    widget.resize(900, 320)
    widget.planes = PlaneDesk(widget)
    widget.cross = CrosshairDesk(widget, widget.planes)
    widget.lines = LineDesk(widget)
    widget.show()
    with qtbot.waitSignal(widget.first_painted):
        widget.show_volume(0, chest)
    return widget


def paint(grid):
    for viewport in grid.shown:
        viewport.repaint()


def middle_mm(viewport):
    return point_at(viewport.volume.header, *viewport.view.centre_px, viewport.view.slice_index)


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.name or "as it is")
@pytest.mark.parametrize("plane", [None, "axial", "coronal", "sagittal"])
def test_that_a_view_keeps_its_place_zoom_and_window_in_every_pose(chest, plane, turn):
    view = View(20, (31.0, 52.0), 3.3, Window(12, 345), slab=Slab("max", 5.0))
    after = posed(chest, Pose(plane, turn))
    there = carried(view, chest, after)
    assert (there.zoom, there.window, there.slab) == (view.zoom, view.window, view.slab)
    here = point_at(chest.header, *view.centre_px, view.slice_index)
    assert np.allclose(point_at(after.header, *there.centre_px, there.slice_index), here)
    assert carried(there, after, chest) == view


def test_that_turning_and_planes_go_together_and_back(grid, chest):
    viewport = grid.viewports[0]
    before = viewport.view
    for command in ("turn.right", "flip.horizontal", "turn.right", "flip.horizontal"):
        assert grid.perform(command)
    assert pose_of(viewport.volume) == Pose()
    assert viewport.view == before
    grid.perform("plane.coronal")
    grid.perform("turn.left")
    assert orientation(viewport.volume.header) == {"left": "H", "right": "F", "top": "L", "bottom": "R"}
    assert viewport.volume.header.key.endswith("@coronal, turned left")
    grid.perform("plane.native")
    assert viewport.volume is chest


def test_that_reset_turns_upright_in_the_same_plane(grid):
    viewport = grid.viewports[0]
    grid.perform("plane.sagittal")
    grid.perform("flip.vertical")
    grid.perform("zoom.in")
    grid.perform("view.reset")
    assert pose_of(viewport.volume) == Pose("sagittal")
    assert viewport.view.centre_px == ((viewport.volume.header.columns - 1) / 2, (viewport.volume.header.rows - 1) / 2)


def test_that_what_the_pointer_is_over_is_told_in_the_files_own_pixels(qtbot, grid, chest):
    viewport = grid.viewports[0]
    grid.perform("plane.coronal")
    grid.perform("flip.horizontal")
    paint(grid)
    header = viewport.volume.header
    with qtbot.waitSignal(grid.pointer_moved) as signal:
        move(viewport, (200, 150))
    _, column, row, slice_index = signal.args
    shown = viewport.image_point(QPointF(200, 150))
    place = point_at(header, *shown, viewport.view.slice_index)
    assert np.allclose(voxel_at(chest.header, place)[:2], (column, row))
    assert abs(voxel_at(chest.header, place)[2] - slice_index) <= 0.5


def test_that_three_planes_lie_side_by_side_about_one_place_and_go_again(grid, chest):
    viewport = grid.viewports[0]
    viewport.set_view(View(15, (30.0, 40.0), 3.0, Window(0, 1000)))
    place = middle_mm(viewport)
    grid.perform("layout.mpr")
    assert grid.shape == (1, 3)
    for shown, axis in zip(grid.shown, (2, 1, 0), strict=True):
        here = point_at(shown.volume.header, 0, 0, shown.view.slice_index)
        assert abs(here[axis] - place[axis]) <= 0.6
    grid.perform("layout.mpr")
    assert grid.shape == (1, 1)
    assert viewport.volume is chest
    assert viewport.view.slice_index == 15


def test_that_a_series_without_a_place_in_the_patient_says_so(grid, make_volume, qtbot):
    viewport = grid.viewports[0]
    film = make_volume(np.zeros((1, 20, 30), np.int16))
    with qtbot.waitSignal(viewport.first_painted):
        grid.show_volume(0, film)
    for command, word in (("plane.coronal", "where in the patient"), ("layout.mpr", "where"), ("slab.next", "stack")):
        grid.perform(command)
        assert any(word in note for note in viewport.notes), command
        assert viewport.volume is film
    grid.perform("turn.right")
    assert viewport.volume.header.rows == 30


def test_that_slab_keys_change_the_view_and_its_caption(grid):
    viewport = grid.viewports[0]
    grid.perform("slab.next")
    assert viewport.view.slab == Slab("max", 10.0)
    grid.perform("slab.thicker")
    assert viewport.view.slab.thickness_mm == 15.0
    grid.perform("plane.coronal")
    assert viewport.view.slab.thickness_mm == 15.0
    for _ in range(3):
        grid.perform("slab.next")
    assert viewport.view.slab is None


# --- crosshair -------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(grid):
    """Axial, coronal and sagittal planes with the crosshair on."""
    grid.perform("layout.mpr")
    paint(grid)
    grid.perform("crosshair.toggle")
    paint(grid)
    return grid


def test_that_a_click_leads_every_plane_to_the_place_under_it(three):
    axial = three.viewports[0]
    press(axial, (120, 140))
    release(axial, (120, 140))
    paint(three)
    place = three.cross.place_mm
    column, row = axial.image_point(QPointF(120, 140))
    assert np.allclose(place, point_at(axial.volume.header, column, row, axial.view.slice_index), atol=0.5)
    for viewport in three.shown:
        depth = voxel_at(viewport.volume.header, place)[2]
        assert abs(depth - viewport.view.slice_index) <= 0.5


def test_that_scrolling_one_plane_moves_the_place_through_it_and_the_others_stay(three):
    others = [viewport.view for viewport in three.viewports[1:3]]
    before = three.cross.place_mm
    three.perform("scroll.next10")
    paint(three)
    moved = three.cross.place_mm - before
    assert np.allclose(moved, (0, 0, 12.0), atol=0.7)
    assert [viewport.view for viewport in three.viewports[1:3]] == others


def test_that_dragging_a_handle_cuts_the_other_planes_at_its_angle(qtbot, three):
    axial, coronal, sagittal = three.viewports[:3]
    on, place = three.cross.shown(0), three.cross.place_mm
    (x, y), reach = on.spot(place), crosshair.reach_px(on)
    angle = np.radians(25)
    end = (x + reach * np.cos(angle), y + reach * np.sin(angle))
    before = [three.cross.shown(n).normal for n in (0, 1, 2)]
    press(axial, (x + reach, y))
    move(axial, (x + reach * np.cos(angle / 2), y + reach * np.sin(angle / 2)))
    move(axial, end)
    assert "1/2 resolution" in coronal.volume.header.key
    assert any("Half resolution" in note for note in coronal.notes)
    release(axial, end)
    qtbot.waitUntil(lambda: pose_of(coronal.volume).coarseness == 1 and pose_of(sagittal.volume).coarseness == 1)
    assert not coronal.notes
    for index in (1, 2):
        now = three.cross.shown(index)
        assert now.normal @ before[index] == pytest.approx(np.cos(angle), abs=1e-6)
        assert abs(now.normal @ three.cross.shown(3 - index).normal) < 1e-6
        assert abs(voxel_at(now.header, place)[2] - now.view.slice_index) < 1e-3
    assert three.cross.shown(0).normal @ before[0] == pytest.approx(1)
    arm = next(a for a in three.cross.arms(0) if a.viewport == 1)
    assert abs(np.tan(angle) - arm.direction[1] / arm.direction[0]) < 1e-6
    assert orientation(coronal.volume.header)["right"] == "LP"
    three.set_active(1)
    three.perform("view.reset")
    assert pose_of(coronal.volume) == Pose("coronal")


def test_that_the_crosshair_is_painted_with_a_free_middle_and_goes_away(three):
    axial = three.viewports[0]
    on = three.cross.shown(0)
    x, y = (round(v) for v in on.spot(three.cross.place_mm))

    def colourful(image, box):
        left, top, right, bottom = box
        colours = [image.pixelColor(i, j) for i in range(left, right) for j in range(top, bottom)]
        return sum(c.saturation() > 40 for c in colours)

    shown = axial.grab().toImage()
    assert colourful(shown, (x + 30, y - 2, x + 60, y + 3)) > 20
    assert colourful(shown, (x - 10, y - 10, x + 10, y + 10)) == 0
    three.perform("crosshair.toggle")
    paint(three)
    assert axial.hand is None
    assert colourful(axial.grab().toImage(), (x + 30, y - 2, x + 60, y + 3)) == 0


def test_that_another_patients_images_get_a_crosshair_of_their_own(qtbot, three, chest):
    other = Volume(replace(chest.header, patient="another", frame_of_reference_uid="1.8"), chest.stored, chest.loaded)
    axial, coronal = three.viewports[:2]
    before = three.cross.place_mm
    with qtbot.waitSignal(coronal.first_painted):
        three.show_volume(1, other)
    assert [arm.viewport for arm in three.cross.arms(0)] == [2]
    assert not three.cross.arms(1)
    assert np.array_equal(three.cross.place_mm, before)
    with qtbot.waitSignal(axial.first_painted):
        three.show_volume(0, other)
    assert np.allclose(three.cross.place_mm, middle_mm(axial), atol=1e-6)
    assert not three.cross.arms(2)


# --- reference lines -------------------------------------------------------------------------------------------------


def test_that_lines_lie_where_the_planes_meet_and_the_active_one_is_emphasised(three):
    three.perform("crosshair.toggle")
    three.perform("lines.toggle")
    paint(three)
    on = three.cross.shown(1)
    drawn = list(three.lines.lines(1, on))
    assert len(drawn) == 4  # the active axial one with its first and last slice, and the sagittal one
    styles = [pen.style() for pen, _ in drawn]
    assert styles.count(Qt.PenStyle.DotLine) == 2
    for pen, line in drawn:
        ends = [(line.x1(), line.y1()), (line.x2(), line.y2())]
        assert pen.widthF() >= 1
        assert np.ptp([p[1] for p in ends]) < 1e-6 or np.ptp([p[0] for p in ends]) < 1e-6
    strongest = max(drawn, key=lambda each: each[0].widthF())[1]
    axial = three.viewports[0]
    height = axial.volume.header.affine_at(axial.view.slice_index)[2, 3]
    expected = on.spot(np.array([0, *on.middle_mm[1:2], height]))[1]
    assert strongest.y1() == pytest.approx(expected)


def test_that_oblique_images_of_other_series_of_the_same_space_have_their_lines(three, make_volume):
    header = three.viewports[0].volume.header
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]) * 0.5
    affine[:3, 3] = (-20, -110, 360)
    radial = make_volume(np.zeros((1, 100, 100), np.int16), affine=affine, frame_of_reference_uid="1.9").header
    on = three.cross.shown(0)
    found = crosshair.trace(on, radial, 0)
    assert found is not None
    (x0, y0), (x1, y1) = found
    assert (y1 - y0) / (x1 - x0) == pytest.approx(np.tan(angle))
    assert np.hypot(x1 - x0, y1 - y0) == pytest.approx(100 * 0.5 * on.view.zoom)
    assert crosshair.comparable(header, radial)
