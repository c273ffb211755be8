"""Fusion by key in a real viewport."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu

from viewers.desks.fusion_desk import FusionDesk
from viewers.desks.plane_desk import PlaneDesk
from viewers.grid import ViewportGrid
from viewers.volume import Volume, Window


@pytest.fixture
def ct(make_volume):
    stored = np.full((10, 60, 60), 40, np.int16)
    return make_volume(stored, affine=np.eye(4), frame_of_reference_uid="1.9", slice_spacing_mm=1.0)


@pytest.fixture
def pet(make_volume):
    stored = np.zeros((5, 30, 30), np.int16)
    stored[:, 10:20, 10:20] = 1000
    return make_volume(
        stored, affine=np.diag([2.0, 2.0, 2.0, 1.0]), frame_of_reference_uid="1.9", series_uid="1.2.4", modality="PT",
        description="Whole body",
    )  # fmt: skip


@pytest.fixture
def grid(qtbot, ct, pet):
    widget = ViewportGrid()
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    widget.offered = [ct.header, pet.header]
    widget.fusion = FusionDesk(widget, lambda: widget.offered, lambda header: pet)
    widget.planes = PlaneDesk(widget)
    widget.show()
    with qtbot.waitSignal(widget.first_painted):
        widget.show_volume(0, ct)
    return widget


def colourful(viewport):
    image = viewport.grab().toImage()
    places = [(x, y) for x in range(100, 300, 5) for y in range(100, 300, 5)]
    return sum(image.pixelColor(*place).saturation() > 40 for place in places)


def test_that_a_key_lays_pet_over_ct_and_takes_it_away(qtbot, grid):
    viewport = grid.viewports[0]
    assert colourful(viewport) == 0
    with qtbot.waitSignal(grid.fusion.changed):
        grid.perform("fusion.toggle")
    assert colourful(viewport) > 50
    grid.perform("plane.coronal")
    assert colourful(viewport) > 50
    grid.perform("fusion.toggle")
    assert colourful(viewport) == 0


def test_that_keys_change_its_opacity_within_bounds(grid):
    grid.perform("fusion.toggle")
    grid.perform("fusion.more")
    assert grid.fusion.on_top(0).look.opacity == 0.6
    for _ in range(12):
        grid.perform("fusion.less")
    assert grid.fusion.on_top(0).look.opacity == 0.1
    grid.fusion.set_window(0, Window(1, 2))
    assert grid.fusion.on_top(0).look.range == (0, 2)


def test_that_another_patients_series_is_refused_in_words(grid, pet):
    grid.offered = [replace(pet.header, patient="another")]
    grid.perform("fusion.toggle")
    assert grid.fusion.on_top(0) is None
    assert any("another patient" in note for note in grid.viewports[0].notes)
    grid.offered = []
    grid.perform("fusion.toggle")
    assert any("no series of another kind" in note for note in grid.viewports[0].notes)
    grid.perform("fusion.more")
    assert any("Alt+F" in note for note in grid.viewports[0].notes)


def test_that_another_patients_image_loses_what_lay_on_top(qtbot, grid, ct):
    grid.perform("fusion.toggle")
    other = Volume(replace(ct.header, patient="another"), ct.stored, ct.loaded)
    with qtbot.waitSignal(grid.first_painted):
        grid.show_volume(0, other)
    assert grid.fusion.on_top(0) is None
    assert colourful(grid.viewports[0]) == 0


def test_that_it_fills_while_it_loads(qtbot, grid, pet):
    pet.loaded[:] = False
    grid.perform("fusion.toggle")
    assert colourful(grid.viewports[0]) == 0
    pet.loaded[:] = True
    qtbot.waitUntil(lambda: colourful(grid.viewports[0]) > 50)


def stroke(viewport, start, end, keys=Qt.KeyboardModifier.NoModifier):
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    steps = (
        (QEvent.Type.MouseButtonPress, start, left, left),
        (QEvent.Type.MouseMove, end, none, left),
        (QEvent.Type.MouseButtonRelease, end, left, none),
    )
    for kind, at, button, buttons in steps:
        place = QPointF(*at)
        QApplication.sendEvent(viewport, QMouseEvent(kind, place, viewport.mapToGlobal(place), button, buttons, keys))


def test_that_keys_set_the_window_of_the_series_on_top_and_of_no_other(grid):
    grid.perform("fusion.toggle")
    below, before = grid.viewports[0].view.window, grid.fusion.on_top(0).look.window
    grid.perform("fusion.wider")
    grid.perform("fusion.darker")
    after = grid.fusion.on_top(0).look.window
    assert after.width == pytest.approx(before.width * 1.1)
    assert after.centre == pytest.approx(before.centre + after.width * 0.1)
    grid.perform("fusion.narrower")
    grid.perform("fusion.brighter")
    assert grid.fusion.on_top(0).look.window.width < after.width
    assert grid.viewports[0].view.window == below


def test_that_dragging_the_legend_or_with_ctrl_and_shift_sets_the_window_on_top(grid):
    grid.perform("fusion.toggle")
    viewport = grid.viewports[0]
    viewport.grab()  # the legend is painted
    below, before = viewport.view.window, grid.fusion.on_top(0).look.window
    bar = grid.fusion._laid[0].bar.center()
    stroke(viewport, (bar.x(), bar.y()), (bar.x(), bar.y() - 50))
    assert grid.fusion.on_top(0).look.window.centre == pytest.approx(before.centre - before.width / 4)
    stroke(viewport, (150, 150), (250, 150), Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert grid.fusion.on_top(0).look.window.width == pytest.approx(before.width * 1.5)
    assert viewport.view.window == below
    stroke(viewport, (150, 150), (250, 150))
    assert viewport.view.window != below  # a plain drag beside the legend is the image's own


def test_that_a_person_chooses_which_series_lies_on_top(grid, pet):
    nm = replace(pet.header, series_uid="1.2.5", modality="NM", description="Bone scan")
    grid.offered.append(nm)
    grid.fusion._volume_of = lambda header: Volume(header, pet.stored, pet.loaded)
    menu = QMenu(grid)
    grid.fusion.fill(menu, 0)
    offered = {action.text(): action for action in menu.actions()[0].menu().actions()}
    assert list(offered) == ["None", "Whole body  ·  PT", "Bone scan  ·  NM"]
    offered["Bone scan  ·  NM"].trigger()
    assert grid.fusion.on_top(0).volume.header.modality == "NM"
    grid.perform("fusion.next")
    assert grid.fusion.on_top(0).volume.header.modality == "PT"
    offered["None"].trigger()
    assert grid.fusion.on_top(0) is None
