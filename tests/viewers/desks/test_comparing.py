"""Comparing: hanging, priors beside, tiles, key images, chips and the layout picker, on a real grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from study_configs.hanging_files import shipped_hangings
from viewers.comparing.exams import exams
from viewers.comparing.hanging import hang
from viewers.comparing.layouts import even, layout_named
from viewers.desks.chips_desk import ChipsDesk
from viewers.desks.hanging_desk import HangingDesk
from viewers.desks.key_image_desk import KeyImageDesk
from viewers.desks.prior_desk import PriorDesk
from viewers.desks.tile_desk import TileDesk
from viewers.drawing.chips import Chip, fitting
from viewers.grid import GAP_PX, ViewportGrid
from viewers.panels.layout_picker import LayoutDesk

SHIPPED = shipped_hangings()


def axial(make_volume, frames, first_mm=0.0, **changes):
    volume = make_volume(np.zeros((frames, 50, 50), np.int16), **changes)
    places = [(0.0, 0.0, first_mm + 2.0 * n) for n in range(frames)]
    instances = tuple(replace(i, position_mm=p) for i, p in zip(volume.header.instances, places, strict=True))
    affine = np.diag([1.0, 1.0, 2.0, 1.0])
    affine[2, 3] = first_mm
    return replace(volume, header=replace(volume.header, instances=instances, affine=affine))


@pytest.fixture
def case(make_volume):
    """A current CT of 41 slices, its prior of 31 and a scout."""
    new, old = {"exam_uid": "2", "acquired": "20240701"}, {"exam_uid": "1", "acquired": "20230502"}
    return (
        axial(make_volume, 41, series_uid="c", frame_of_reference_uid="1.9", **new),
        axial(make_volume, 1, series_uid="s", description="Scout", frame_of_reference_uid="1.9", **new),
        axial(make_volume, 31, 300.0, series_uid="p", frame_of_reference_uid="1.8", **old),
    )


@pytest.fixture
def grid(qtbot):
    widget = ViewportGrid()
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.fixture
def show(grid, case):
    return lambda index, row: grid.show_volume(index, case[row])


def painted(qtbot, grid):
    qtbot.waitUntil(lambda: all(viewport.is_painted for viewport in grid.shown if viewport.volume is not None))


def slices(grid):
    return [viewport.view.slice_index if viewport.view is not None else None for viewport in grid.shown]


def wheel(viewport, notches=1):
    at = QPointF(viewport.rect().center())
    keys = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase)
    event = QWheelEvent(at, viewport.mapToGlobal(at), QPoint(), QPoint(0, -120 * notches), *keys, False)
    QApplication.sendEvent(viewport, event)


# --- links -----------------------------------------------------------------------------------------------------------


def test_that_a_step_paints_every_linked_viewport_once_without_echoes(qtbot, grid, case, make_volume):
    grid.set_layout(2, 2)
    for index in range(4):
        grid.show_volume(index, axial(make_volume, 41, series_uid=str(index), frame_of_reference_uid="1.9"))
    painted(qtbot, grid)
    seen = []
    grid.view_changed.connect(lambda index, view: seen.append(index))
    for links in (grid.links, replace(grid.links, view=True, window=True)):
        grid.set_links(links)
        painted(qtbot, grid)
        seen.clear()
        grid.perform("scroll.next")
        qtbot.waitUntil(lambda: len(seen) >= 4)
        painted(qtbot, grid)
        QApplication.processEvents()
        assert len(set(slices(grid))) == 1
        assert (seen[0], sorted(seen)) == (0, [0, 1, 2, 3])


def test_that_the_wheel_over_any_viewport_leads_without_making_it_active(qtbot, grid, case):
    grid.set_layout(1, 2)
    grid.show_volume(0, case[0])
    grid.show_volume(1, replace(case[0], header=replace(case[0].header, series_uid="other")))
    painted(qtbot, grid)
    wheel(grid.viewports[1], 3)
    painted(qtbot, grid)
    qtbot.waitUntil(lambda: slices(grid) == [23, 23])
    assert grid.active == 0
    grid.perform("scroll.previous")
    qtbot.waitUntil(lambda: slices(grid) == [22, 22])


def test_that_zoom_and_window_follow_only_where_they_are_linked(qtbot, grid, case):
    grid.set_layout(1, 2)
    grid.show_volume(0, case[0])
    grid.show_volume(1, replace(case[0], header=replace(case[0].header, series_uid="other")))
    painted(qtbot, grid)
    first, second = grid.shown
    grid.perform("zoom.in")
    grid.perform("window.preset.2")
    painted(qtbot, grid)
    assert second.view.zoom < first.view.zoom
    grid.perform("link.view")
    grid.perform("link.window")
    assert (second.view.zoom, second.view.window) == (first.view.zoom, first.view.window), "level at once"
    grid.perform("zoom.in")
    grid.perform("window.preset.4")
    qtbot.waitUntil(lambda: (second.view.zoom, second.view.window) == (first.view.zoom, first.view.window))


def test_that_a_kept_offset_moves_a_prior_by_mm_until_it_is_given_up(qtbot, grid, case):
    grid.set_layout(1, 2)
    grid.show_volume(0, case[0])
    grid.show_volume(1, case[2])
    painted(qtbot, grid)
    grid.perform("link.toggle")
    grid.viewports[1].set_view(replace(grid.viewports[1].view, slice_index=10))
    painted(qtbot, grid)
    grid.perform("link.offset")
    grid.perform("link.toggle")
    qtbot.waitUntil(lambda: slices(grid) == [20, 10])
    grid.perform("scroll.next10")
    qtbot.waitUntil(lambda: slices(grid) == [30, 20])
    grid.perform("link.offset")
    assert grid.links.shifts_mm == {}
    assert slices(grid) == [30, round(30 / 40 * 30)], "by share again"


def test_that_another_window_size_moves_no_linked_image(qtbot, grid, case, make_volume):
    """A follower that shows its whole image goes on doing so, whatever part of the patient that is."""
    narrow = make_volume(np.zeros((41, 20, 20), np.int16), series_uid="n")
    grid.set_layout(1, 2)
    grid.show_volume(0, case[0])
    grid.show_volume(1, narrow)
    painted(qtbot, grid)
    grid.together.links = replace(grid.links, view=True)  # without bringing them level
    grid.resize(500, 300)
    painted(qtbot, grid)
    QApplication.processEvents()
    assert [viewport.is_fitted for viewport in grid.shown] == [True, True]


# --- layouts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["1x3", "2x1", "2x3", "2x4", "3x3", "4x4", "1+3", "1+5", "2+4"])
def test_that_every_layout_shows_its_cells_side_by_side(qtbot, grid, name):
    layout = layout_named(name)
    grid.set_arrangement(layout)
    assert len(grid.shown) == len(layout.cells)
    assert [v.isVisible() for v in grid.viewports] == [n < len(layout.cells) for n in range(16)]
    assert [v.geometry().getRect() for v in grid.shown] == list(layout.rects(640, 480, GAP_PX))


def test_that_a_viewport_is_maximised_and_put_back(qtbot, grid, case):
    grid.set_layout(2, 2)
    grid.show_volume(2, case[0])
    grid.set_active(2)
    small = grid.viewports[2].geometry()
    grid.perform("viewport.maximise")
    assert grid.shown == (grid.viewports[2],)
    assert grid.viewports[2].geometry() == grid.rect()
    assert grid.shape == (1, 1)
    grid.perform("viewport.maximise")
    assert grid.viewports[2].geometry() == small
    assert grid.active == 2


def test_that_an_enlarged_image_shows_the_same_part_in_another_layout(qtbot, grid, case):
    grid.show_volume(0, case[0])
    painted(qtbot, grid)
    grid.perform("zoom.in")
    before, centre = grid.viewports[0].view.zoom / 480, grid.viewports[0].view.centre_px
    grid.perform("layout.2x2")
    assert grid.viewports[0].view.zoom / grid.viewports[0].height() == pytest.approx(before, rel=0.01)
    assert grid.viewports[0].view.centre_px == centre


def mouse(grid, kind, x, y):
    at = QPointF(x, y)
    button = Qt.MouseButton.LeftButton
    QApplication.sendEvent(grid, QMouseEvent(kind, at, grid.mapToGlobal(at), button, button, Qt.KeyboardModifier(0)))


def test_that_a_line_between_viewports_can_be_dragged_and_evened_out(qtbot, grid):
    grid.set_layout(1, 2)
    line = grid.viewports[0].width() + GAP_PX // 2
    mouse(grid, QEvent.Type.MouseButtonPress, line, 100)
    mouse(grid, QEvent.Type.MouseMove, 480, 100)
    mouse(grid, QEvent.Type.MouseButtonRelease, 480, 100)
    assert grid.viewports[0].width() == pytest.approx(480, abs=4)
    assert grid.viewports[1].x() == grid.viewports[0].width() + GAP_PX
    mouse(grid, QEvent.Type.MouseButtonDblClick, grid.viewports[0].width() + 1, 100)
    assert grid.viewports[0].width() == line - GAP_PX // 2


def test_that_the_picker_chooses_with_arrows_and_with_the_mouse(qtbot, grid):
    desk = LayoutDesk(grid)
    picker = desk.picker
    grid.perform("layout.choose")
    assert picker.isVisible()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(picker, key)
    assert picker.words == "2 × 3"
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert grid.arrangement == even(2, 3)
    grid.perform("layout.choose")
    qtbot.mouseMove(picker, picker._cell(3, 1).center())
    qtbot.mouseClick(picker, Qt.MouseButton.LeftButton, pos=picker._cell(3, 1).center())
    assert grid.arrangement == even(4, 2)
    grid.perform("layout.choose")
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(picker, key)
    assert grid.arrangement == layout_named("1+3")
    grid.perform("layout.choose")
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert not picker.isVisible()
    assert grid.arrangement == layout_named("1+3")


# --- tiles -----------------------------------------------------------------------------------------------------------


def test_that_tiles_show_consecutive_images_move_by_one_or_a_page_and_go_back_to_stacks(qtbot, grid, case):
    TileDesk(grid)
    grid.set_layout(2, 2)
    grid.show_volume(0, case[0])
    grid.show_volume(1, case[2])
    painted(qtbot, grid)
    grid.perform("scroll.first")
    painted(qtbot, grid)
    prior = grid.viewports[1].view.slice_index
    grid.perform("tile.toggle")
    assert slices(grid) == [0, 1, 2, 3]
    painted(qtbot, grid)
    grid.perform("scroll.next")
    qtbot.waitUntil(lambda: slices(grid) == [1, 2, 3, 4])
    grid.perform("scroll.page_down")
    assert slices(grid) == [5, 6, 7, 8]
    painted(qtbot, grid)
    wheel(grid.viewports[3])
    qtbot.waitUntil(lambda: slices(grid) == [6, 7, 8, 9])
    grid.perform("scroll.last")
    qtbot.waitUntil(lambda: slices(grid) == [37, 38, 39, 40])
    grid.perform("window.preset.2")
    qtbot.waitUntil(lambda: {v.view.window.name for v in grid.shown} == {"Lung"})
    grid.perform("tile.toggle")
    assert grid.viewports[0].view.slice_index == 37
    assert (grid.viewports[1].volume, grid.viewports[1].view.slice_index) == (case[2], prior)
    assert grid.viewports[2].volume is None


def test_that_one_viewport_alone_becomes_four_tiles_and_one_again(qtbot, grid, case):
    desk = TileDesk(grid)
    grid.show_volume(0, case[0])
    grid.perform("tile.toggle")
    assert slices(grid) == [20, 21, 22, 23]
    grid.perform("layout.3x3")
    assert slices(grid) == list(range(20, 29))
    grid.perform("tile.toggle")
    assert (grid.shape, desk.is_tiling) == ((1, 1), False)
    grid.show_volume(0, case[1])
    grid.perform("tile.toggle")
    assert not desk.is_tiling, "a single image is not spread"


@pytest.mark.parametrize("mode", ["tile.toggle", "prior.toggle"])
def test_that_what_stood_there_comes_back_as_large_as_it_was(qtbot, grid, case, show, mode):
    TileDesk(grid)
    PriorDesk(grid, show).start([volume.header for volume in case])
    for is_zoomed in (False, True):
        show(0, 0)
        grid.perform("zoom.in" if is_zoomed else "zoom.fit")
        painted(qtbot, grid)
        before = grid.viewports[0].view
        grid.perform(mode)
        painted(qtbot, grid)
        grid.perform("layout.4x4" if mode == "tile.toggle" else "scroll.next")
        painted(qtbot, grid)
        grid.perform(mode)
        painted(qtbot, grid)
        assert grid.shape == (1, 1)
        assert grid.viewports[0].view.zoom == pytest.approx(before.zoom)
        assert grid.viewports[0].is_fitted is not is_zoomed


# --- priors ----------------------------------------------------------------------------------------------------------


def test_that_the_matching_prior_comes_beside_the_current_exam_and_goes_away(qtbot, grid, case, show):
    desk = PriorDesk(grid, show)
    chips = ChipsDesk(grid)
    headers = [volume.header for volume in case]
    desk.start(headers)
    chips.set_exams(exams(headers))
    show(0, 0)
    painted(qtbot, grid)
    grid.perform("prior.toggle")
    assert grid.shape == (1, 2)
    assert [viewport.volume for viewport in grid.shown] == [case[0], case[2]]
    painted(qtbot, grid)
    qtbot.waitUntil(lambda: chips.painters[1].chips != ())
    assert chips.painters[1].chips[0] == Chip("prior", "PRIOR 2023-05-02 · 14 months before", "PRIOR 23-05-02")
    assert chips.painters[0].chips[0].text == "Current 2024-07-01"
    assert [chip.text for chip in chips.painters[1].chips[1:]] == ["S", "Z", "W"]
    grid.perform("prior.toggle")
    assert grid.shape == (1, 1)
    assert grid.viewports[0].volume is case[0]
    assert not grid.links.view


def test_that_it_is_said_where_there_is_no_prior(grid, case, show):
    desk = PriorDesk(grid, show)
    desk.start([case[0].header])
    show(0, 0)
    grid.perform("prior.toggle")
    assert grid.shape == (1, 1)
    assert any("no prior" in words for words in grid.viewports[0].notes)


def test_that_chips_thin_out_but_a_prior_is_always_said():
    chips = (Chip("prior", "PRIOR 2023-05-02 · 14 months before", "PRIOR 23-05-02"), Chip("link", "S", "S"))
    assert fitting(chips, 600) == chips
    assert [chip.text for chip in fitting(chips, 250)] == ["PRIOR 23-05-02", "S"]
    assert [chip.text for chip in fitting(chips, 120)] == ["PRIOR 23-05-02"]


# --- key images ------------------------------------------------------------------------------------------------------


def test_that_key_images_are_added_gone_through_and_taken_away(qtbot, grid, case, show):
    chips = ChipsDesk(grid)
    desk = KeyImageDesk(grid, chips, lambda index, key: show(index, [v.header.key for v in case].index(key)))
    desk.start(tuple(volume.header.key for volume in case))
    show(0, 0)
    grid.perform("key_image.next")
    assert any("no key image" in words for words in grid.viewports[0].notes)
    with qtbot.waitSignal(desk.key_images_changed) as signal:
        grid.perform("key_image.toggle")
    assert [(image.series, image.slice_index) for image in signal.args[0]] == [("c", 20)]
    assert chips.painters[0].key_slices == {20}
    grid.perform("scroll.next10")
    grid.perform("key_image.toggle")
    show(0, 2)
    grid.perform("key_image.toggle")
    seen = []
    for _ in range(4):
        grid.perform("key_image.next")
        seen.append((grid.viewports[0].volume.header.key, grid.viewports[0].view.slice_index))
    assert seen == [("c", 20), ("c", 30), ("p", 15), ("c", 20)]
    grid.perform("key_image.toggle")
    assert [image.slice_index for image in desk.images] == [30, 15]
    desk.start(())
    assert desk.images == ()


# --- hangings --------------------------------------------------------------------------------------------------------


def test_that_the_keys_go_through_the_hangings_of_a_case(qtbot, grid, case, show):
    desk = HangingDesk(grid, show)
    hanging = hang([volume.header for volume in case], protocols=SHIPPED)
    with qtbot.waitSignal(desk.hung):
        desk.hang(hanging)
    assert desk.title.startswith("CT with prior: current beside prior (1 / ")
    assert [viewport.volume for viewport in grid.shown] == [case[0], case[2]]
    assert (grid.links.scroll, grid.links.view, grid.links.window) == (True, True, True)
    qtbot.keyClick(grid, Qt.Key.Key_F9)
    assert grid.shape == (2, 2)
    assert [viewport.view.window.name for viewport in grid.shown] == ["Lung", "Lung", "Mediastinum", "Mediastinum"]
    qtbot.keyClick(grid, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    assert grid.shape == (1, 2)


def edge_gap(viewport, wall):
    """Logical pixels between the chest wall and that edge of the viewport."""
    view, header = viewport.view, viewport.volume.header
    half = viewport.width() / 2 / (view.zoom * header.pixel_mm[1])
    edge = view.centre_px[0] + half if wall == "right" else view.centre_px[0] - half
    wall_column = header.columns - 0.5 if wall == "right" else -0.5
    return abs(edge - wall_column) * view.zoom * header.pixel_mm[1]


def test_that_mammograms_hang_back_to_back_and_stay_so_when_the_window_is_resized(qtbot, grid, make_volume):
    volumes = []
    for number, (side, view) in enumerate((("L", "CC"), ("R", "MLO"), ("R", "CC"), ("L", "MLO"))):
        size = (1, 60, 50) if side == "R" else (1, 48, 40)
        stored = np.zeros(size, np.uint16)
        changes = {"modality": "MG", "laterality": side, "description": f"{side} {view}", "series_uid": str(number)}
        volumes.append(make_volume(stored, spacing_mm=(2.0, 2.0), tags={"ViewPosition": view}, **changes))
    desk = HangingDesk(grid, lambda index, row: grid.show_volume(index, volumes[row]))
    desk.hang(hang([volume.header for volume in volumes], protocols=SHIPPED))
    for size in ((640, 480), (900, 500)):
        grid.resize(*size)
        assert [v.volume.header.description for v in grid.shown] == ["R CC", "L CC", "R MLO", "L MLO"]
        assert len({viewport.view.zoom for viewport in grid.shown}) == 1
        gaps = [edge_gap(v, wall) for v, wall in zip(grid.shown, ("right", "left") * 2, strict=True)]
        assert gaps == pytest.approx([0] * 4, abs=1e-6)
    grid.viewports[0].set_view(replace(grid.viewports[0].view, zoom=9.0))
    grid.resize(640, 480)
    assert grid.viewports[0].view.zoom == 9.0, "the reader's own zoom stays"


def test_that_planes_and_mirroring_are_asked_for_as_commands(grid, make_volume, case):
    asked = []
    grid.add_performer(lambda command: asked.append((grid.active, command)) or False)
    ct = axial(make_volume, 60, description="Thorax", series_uid="t")
    desk = HangingDesk(grid, lambda index, row: grid.show_volume(index, ct))
    hanging = hang([ct.header], protocols=SHIPPED)
    while hanging.hung.stage.title != "three planes in the lung window":
        hanging = hanging.stepped(1)
    desk.hang(hanging)
    assert asked == [(1, "plane.coronal"), (2, "plane.sagittal")]
    assert grid.active == 0
