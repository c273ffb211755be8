"""Several viewports together: layouts, links, keys, series dropped in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from viewers.commands import BY_ID, COMMANDS, RESERVED_KEYS
from viewers.comparing.linking import linked_slice
from viewers.grid import ViewportGrid
from viewers.moves import MOVES
from viewers.panels.series_list import SERIES_MIME
from viewers.window_presets import preset_window, presets_for


def in_patient_space(volume, first_mm, step_mm, frame="1.9"):
    """The volume as an axial stack from `first_mm` upwards."""
    instances = tuple(
        replace(i, position_mm=(0.0, 0.0, first_mm + n * step_mm)) for n, i in enumerate(volume.header.instances)
    )
    affine = np.diag([1.0, 1.0, step_mm, 1.0])
    affine[2, 3] = first_mm
    header = replace(volume.header, instances=instances, affine=affine, frame_of_reference_uid=frame)
    return replace(volume, header=header)


@pytest.fixture
def thin(make_volume):
    return in_patient_space(make_volume(np.zeros((41, 50, 50), np.int16)), -100.0, 1.0)


@pytest.fixture
def thick(make_volume):
    return in_patient_space(make_volume(np.zeros((11, 50, 50), np.int16)), -110.0, 5.0)


@pytest.fixture
def grid(qtbot):
    widget = ViewportGrid()
    qtbot.addWidget(widget)
    widget.resize(600, 500)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.mark.parametrize(("command", "count"), [("layout.1x1", 1), ("layout.1x2", 2), ("layout.2x2", 4)])
def test_that_a_layout_shows_that_many_viewports(qtbot, grid, command, count):
    with qtbot.waitSignal(grid.layout_changed) as signal:
        assert grid.perform(command)
    assert signal.args[0] * signal.args[1] == count
    assert [v.isVisible() for v in grid.viewports] == [n < count for n in range(16)]


def test_that_linked_viewports_go_to_the_same_place_in_the_patient(qtbot, grid, thin, thick):
    grid.set_layout(1, 2)
    grid.show_volume(0, thin)
    grid.show_volume(1, thick)
    follower = grid.viewports[1]
    with qtbot.waitSignal(follower.view_changed, check_params_cb=lambda view: view.slice_index == 2):
        grid.perform("scroll.first")
    assert thick.header.instances[2].position_mm == thin.header.instances[0].position_mm


def test_that_unlinked_viewports_stay(qtbot, grid, thin, thick):
    grid.set_layout(1, 2)
    grid.show_volume(0, thin)
    with qtbot.waitSignal(grid.viewports[1].view_changed):
        grid.show_volume(1, thick)
    grid.perform("link.toggle")
    before = grid.viewports[1].view
    with qtbot.waitSignal(grid.viewports[0].view_changed):
        grid.perform("scroll.last")
    assert grid.viewports[1].view == before


@given(first=st.floats(-200, 200), step=st.floats(0.3, 8), index=st.integers(0, 40))
@settings(max_examples=40)
def test_that_the_linked_slice_is_the_nearest_one(make_volume, first, step, index):
    source = in_patient_space(make_volume(np.zeros((41, 4, 6), np.int16)), -100.0, 1.0).header
    target = in_patient_space(make_volume(np.zeros((11, 8, 2), np.int16)), first, step).header
    there = linked_slice(source, index, target)
    wanted = source.instances[index].position_mm[2]
    apart = [abs(i.position_mm[2] - wanted) for i in target.instances]
    assert apart[there] == pytest.approx(min(apart))


def test_that_other_planes_are_not_scrolled_and_other_spaces_by_share(thin, thick):
    turned = np.array([[0, 0, 5.0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1.0]])
    sagittal = replace(thick.header, affine=turned)
    assert linked_slice(thin.header, 0, sagittal) is None
    elsewhere = replace(thick.header, frame_of_reference_uid="1.8")
    assert [linked_slice(thin.header, n, elsewhere) for n in (0, 20, 40)] == [0, 5, 10]


def test_that_a_film_beside_a_stack_leaves_the_stack_where_it_is(thin, make_volume):
    film = replace(make_volume(np.zeros((1, 60, 40), np.int16)).header, affine=None)
    assert linked_slice(film, 0, thin.header) is None
    coronal = replace(thin.header, affine=thin.header.affine[:, [0, 2, 1, 3]], frame_of_reference_uid="1.8")
    assert linked_slice(coronal, 3, thin.header) is None, "another plane, even in another space"


def test_that_signals_carry_the_viewports_index(qtbot, grid, thin):
    grid.set_layout(2, 2)
    with qtbot.waitSignal(grid.view_changed) as viewed, qtbot.waitSignal(grid.first_painted) as painted:
        grid.show_volume(2, thin)
    assert viewed.args == [2, grid.viewports[2].view]
    assert painted.args == [2]


def test_that_keys_go_to_the_active_viewport(qtbot, grid, thin, thick):
    grid.set_layout(1, 2)
    grid.set_linked(False)
    grid.show_volume(0, thin)
    grid.show_volume(1, thick)
    qtbot.mouseClick(grid.viewports[1], Qt.MouseButton.LeftButton)
    assert grid.active == 1
    left, right = grid.viewports[0].view, grid.viewports[1].view
    with qtbot.waitSignal(grid.command_performed) as signal:
        qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert signal.args == ["scroll.next", "key"]
    assert grid.viewports[0].view == left
    assert grid.viewports[1].view.slice_index == right.slice_index + 1


@pytest.mark.parametrize(
    ("key", "modifier", "slice_index"),
    [
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 40),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, 30),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.KeypadModifier, 19),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 16),
    ],
)
def test_that_navigation_keys_scroll(qtbot, grid, thin, key, modifier, slice_index):
    grid.show_volume(0, thin)
    assert grid.active_viewport.view.slice_index == 20
    qtbot.keyClick(grid, key, modifier)
    assert grid.active_viewport.view.slice_index == slice_index


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_that_digits_choose_the_windows_of_modality_and_body_part(qtbot, grid, thin, number):
    grid.show_volume(0, thin)
    qtbot.keyClick(grid, str(number))
    assert grid.active_viewport.view.window == preset_window(presets_for(thin.header)[number - 1], thin, 0)


def test_that_a_held_command_lasts_as_long_as_its_key(qtbot, grid):
    seen = []
    grid.hold_changed.connect(lambda command, is_down: seen.append((command, is_down)))
    qtbot.keyPress(grid, Qt.Key.Key_G)
    assert seen == [("overlay.hold", True)]
    qtbot.keyRelease(grid, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert seen == [("overlay.hold", True), ("overlay.hold", False)]


def test_that_commands_of_others_are_passed_on_and_unknown_keys_left_alone(qtbot, grid):
    with qtbot.waitSignal(grid.command_unknown) as signal:
        qtbot.keyClick(grid, "?")
    assert signal.args == ["help", "key"]
    with qtbot.assertNotEmitted(grid.command_performed), qtbot.assertNotEmitted(grid.command_unknown):
        qtbot.keyClick(grid, Qt.Key.Key_F5)


def test_that_a_series_dropped_into_a_viewport_is_asked_for_there(qtbot, grid):
    grid.set_layout(1, 2)
    data = QMimeData()
    data.setData(SERIES_MIME, b"3")
    at = QPointF(grid.viewports[1].geometry().center())
    carried = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(grid, QDragEnterEvent(at.toPoint(), *carried))
    with qtbot.waitSignal(grid.series_dropped) as signal:
        QApplication.sendEvent(grid, QDropEvent(at, *carried))
    assert signal.args == [1, 3]
    assert grid.active == 1


def test_that_a_viewport_out_of_sight_counts_as_empty(qtbot, grid, thin):
    grid.set_layout(1, 2)
    with qtbot.waitSignal(grid.first_painted):
        grid.show_volume(1, thin)
    with qtbot.waitSignal(grid.emptied) as signal:
        grid.perform("layout.1x1")
    assert signal.args == [1]
    with qtbot.waitSignal(grid.view_changed) as signal:
        grid.perform("layout.1x2")
    assert signal.args[0] == 1


def test_that_every_command_has_one_name_and_no_key_has_two_commands():
    keys = [key for command in COMMANDS if not command.mode for key in command.keys]
    assert len(BY_ID) == len(COMMANDS)
    assert len(set(keys)) == len(keys) == len(RESERVED_KEYS)
    assert set(MOVES) <= set(BY_ID)


def test_that_clearing_lets_go_of_every_volume(qtbot, grid, thin):
    with qtbot.waitSignal(grid.first_painted):
        grid.show_volume(0, thin)
    grid.clear()
    assert all(v.volume is None for v in grid.viewports)
