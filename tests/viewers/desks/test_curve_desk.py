"""Curved reformat with the mouse: points, a double click, the straightened image beside, the marker both ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from viewers.comparing.key_images import KeyImage
from viewers.desks.chips_desk import ChipsDesk
from viewers.desks.curve_desk import CurveDesk
from viewers.desks.key_image_desk import KeyImageDesk
from viewers.desks.measure_desk import MeasureDesk
from viewers.grid import ViewportGrid
from viewers.view import image_to_screen


@pytest.fixture
def chest(make_volume):
    stored = np.random.default_rng(3).integers(-200, 200, (40, 60, 60)).astype(np.int16)
    return make_volume(
        stored, affine=np.diag([1.0, 1.0, 2.0, 1.0]), slice_spacing_mm=2.0, frame_of_reference_uid="f", patient="p"
    )


@pytest.fixture
def grid(qtbot, chest):
    grid = ViewportGrid()
    qtbot.addWidget(grid)
    grid.resize(800, 400)
    grid.show()
    grid.curves = CurveDesk(grid)
    with qtbot.waitSignal(grid.first_painted):
        grid.show_volume(0, chest)
    return grid


def at(viewport, column, row) -> QPointF:
    size = (viewport.width(), viewport.height())
    return QPointF(*image_to_screen(viewport.view, viewport.volume.header, *size, column, row))


def click(viewport, column, row, kinds=(QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease)):
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    place = at(viewport, column, row)
    for kind in kinds:
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        no_keys = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(viewport, QMouseEvent(kind, place, viewport.mapToGlobal(place), left, held, no_keys))


def draw(qtbot, grid):
    """Three points on rising slices, the last one clicked twice."""
    first = grid.viewports[0]
    grid.perform("plane.curved")
    for slice_index, column in ((5, 10), (20, 30), (35, 50)):
        first.set_view(replace(first.view, slice_index=slice_index))
        first.repaint()
        click(first, column, 30)
    with qtbot.waitSignal(grid.first_painted):
        click(first, 50, 30, (QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease))
    QApplication.processEvents()
    return first, grid.viewports[1]


def test_that_the_straightened_image_comes_beside_and_the_hand_goes(qtbot, grid):
    first, beside = draw(qtbot, grid)
    assert grid.shape == (1, 2)
    assert beside.volume.header.is_curved
    length = np.linalg.norm([40, 0, 60])
    assert beside.volume.header.rows == pytest.approx(length, rel=0.05)
    assert first.hand is None


def test_that_the_marker_goes_both_ways(qtbot, grid):
    first, beside = draw(qtbot, grid)
    rows = beside.volume.header.rows
    click(beside, 30, rows - 2)
    assert grid.curves.place_mm[2] == pytest.approx(69, abs=2)
    assert first.view.slice_index == pytest.approx(34, abs=1)
    grid.set_active(0)
    first.set_view(replace(first.view, slice_index=20))
    first.repaint()
    assert grid.curves.at == pytest.approx(rows / 2, abs=2)
    assert grid.curves.place_mm == pytest.approx([30, 30, 40], abs=1.5)


def test_that_the_marker_is_painted_in_both(qtbot, grid):
    first, beside = draw(qtbot, grid)
    pictures = [viewport.grab().toImage() for viewport in (first, beside)]
    for viewport, picture in zip((first, beside), pictures, strict=True):
        viewport.set_overlay_painter(None, "curve")
        assert viewport.grab().toImage() != picture


def test_that_a_straightened_image_is_no_key_image_and_takes_no_paint(qtbot, grid):
    _, beside = draw(qtbot, grid)
    keys = KeyImageDesk(grid, ChipsDesk(grid), lambda index, series: None)
    keys.start((), (KeyImage("a", "b", 0, 0),))
    measures = MeasureDesk(grid)
    grid.set_active(1)
    grid.perform("key_image.toggle")
    assert keys.images == (KeyImage("a", "b", 0, 0),)
    grid.perform("brush.paint")
    click(beside, 20, 20)
    assert measures.board.segments == ()


def test_that_one_point_is_too_few_and_films_are_refused(qtbot, grid, make_volume):
    first = grid.viewports[0]
    grid.perform("plane.curved")
    click(first, 20, 20)
    click(first, 20, 20, (QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease))
    assert any("two points" in note for note in first.notes)
    assert grid.shape == (1, 1)
    grid.show_volume(0, make_volume(np.zeros((1, 20, 20), np.int16), series_uid="8"))
    grid.perform("plane.curved")
    assert any("No other plane" in note for note in first.notes)
