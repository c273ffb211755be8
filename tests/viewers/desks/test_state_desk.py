"""Choosing presentation states and masks: files on disk, a real grid, the menu that a person opens."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMenu

sys.path.insert(0, str(Path(__file__).parents[1]))  # tests are no package
import states as made

from viewers.desks.chips_desk import ChipsDesk
from viewers.desks.graphics_desk import GraphicsDesk
from viewers.desks.state_desk import StateDesk
from viewers.dicom.gsps import read_states
from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.grid import ViewportGrid


@pytest.fixture
def grid(qtbot):
    grid = ViewportGrid()
    qtbot.addWidget(grid)
    grid.resize(600, 500)
    grid.show()
    return grid


@pytest.fixture
def desk(grid, tmp_path):
    """A viewport with an image that two states are about, the later one named "Lung"."""
    image = made.image(tmp_path / "image", np.arange(10_000, dtype=np.uint16).reshape(100, 100))
    for day, title, centre in (("20260101", "Bone", 300), ("20260301", "Lung", 700)):
        voi = made.item(WindowCenter=centre, WindowWidth=70)
        path = made.state(tmp_path / title, image, SoftcopyVOILUTSequence=[voi])
        data = made_again(path, ContentDescription=title, PresentationCreationDate=day)
        data.save_as(path)
    found = scan(tmp_path)
    states, _ = read_states([each.path for each in found.other])
    graphics = GraphicsDesk(grid, states)
    desk = StateDesk(grid, graphics, shows_identity=True)
    grid.show_volume(0, load(found.series[0]))
    return desk


def made_again(path: Path, **changes: object):
    from pydicom import dcmread

    data = dcmread(path)
    for name, value in changes.items():
        setattr(data, name, value)
    return data


def actions(desk: StateDesk) -> dict[str, object]:
    menu = QMenu(desk.parent())  # which keeps it while the test goes on
    desk.fill(menu, 0)
    return {action.text(): action for action in menu.actions() if action.text()}


def test_that_the_menu_names_states_by_title_creator_and_day_and_applies_them(grid, desk):
    offered = actions(desk)
    assert list(offered)[:3] == ["None", "Lung  ·  Doe Jane  ·  2026-03-01", "Bone  ·  Doe Jane  ·  2026-01-01"]
    assert offered["None"].isChecked()
    offered["Bone  ·  Doe Jane  ·  2026-01-01"].trigger()
    assert grid.viewports[0].view.window.centre == 300
    assert actions(desk)["Bone  ·  Doe Jane  ·  2026-01-01"].isChecked()


def test_that_a_blind_reader_is_not_told_who_made_a_state(grid, desk):
    desk._shows_identity = False
    assert "Lung  ·  2026-03-01" in actions(desk)


def test_that_a_key_steps_through_the_states_and_back_to_the_files(grid, desk):
    window = grid.viewports[0].view.window
    centres = []
    for _ in range(3):
        grid.perform("state.next")
        centres.append(grid.viewports[0].view.window.centre)
    assert centres == [700, 300, window.centre]
    assert grid.viewports[0].view.window == window


def test_that_a_state_can_leave_the_readers_window_alone(grid, desk):
    window = grid.viewports[0].view.window
    grid.perform("state.graphics")
    grid.perform("state.next")
    assert grid.viewports[0].view.window == window
    assert [chip.text for chip in desk.chips(0)] == ["Graphics: Lung"]
    grid.perform("state.graphics")
    assert grid.viewports[0].view.window.centre == 700
    assert [chip.text for chip in desk.chips(0)] == ["State: Lung"]


def test_that_the_chip_goes_with_the_state_and_with_the_series(qtbot, grid, desk, make_volume):
    chips = ChipsDesk(grid)
    chips.add(desk.chips)
    desk.changed.connect(chips.refresh)
    grid.perform("state.next")
    assert [chip.kind for chip in chips.painters[0].chips] == ["state"]
    with qtbot.waitSignal(grid.first_painted):
        grid.show_volume(0, make_volume(np.zeros((1, 50, 50), np.int16)))
    assert chips.painters[0].chips == ()
    shown = grid.viewports[0].volume
    desk.choose(0, None)
    assert grid.viewports[0].volume is shown  # and not what stood there when the state was applied


def test_that_series_without_a_state_say_so(grid, make_volume):
    StateDesk(grid, GraphicsDesk(grid))
    grid.show_volume(0, make_volume(np.zeros((1, 50, 50), np.int16)))
    grid.perform("state.next")
    assert "No presentation state is about this series." in grid.viewports[0].notes


@pytest.fixture
def angiogram(grid, tmp_path):
    """Four frames of 100, 110, 120, 130, which name the first as their mask."""
    frames = np.stack([np.full((40, 40), 100 + 10 * n, np.uint16) for n in range(4)])
    mask = made.item(MaskOperation="AVG_SUB", MaskFrameNumbers=1)
    made.image(tmp_path / "film", frames, Modality="XA", MaskSubtractionSequence=[mask])
    grid.show_volume(0, load(scan(tmp_path).series[0]))
    return StateDesk(grid, GraphicsDesk(grid))


def test_that_an_angiogram_shows_what_its_own_mask_leaves_and_is_whole_again(grid, angiogram):
    assert "Subtract the mask" in actions(angiogram)
    whole = grid.viewports[0].volume
    grid.perform("mask.toggle")
    masked = grid.viewports[0].volume
    assert [masked.value_at(5, 5, n) for n in range(4)] == [0, 10, 20, 30]
    assert [chip.text for chip in angiogram.chips(0)] == ["Mask subtracted"]
    grid.perform("mask.toggle")
    assert grid.viewports[0].volume is whole
    assert angiogram.chips(0) == []


def test_that_images_without_a_mask_say_so(grid, make_volume):
    StateDesk(grid, GraphicsDesk(grid))
    grid.show_volume(0, make_volume(np.zeros((3, 50, 50), np.int16)))
    grid.perform("mask.toggle")
    assert "These images name no mask to subtract." in grid.viewports[0].notes
