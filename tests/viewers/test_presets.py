"""Which window a series opens with, and what the commands make of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from viewers.comparing.hanging import opening_view
from viewers.drawing.colour_maps import NAMES
from viewers.moves import Stage, moved
from viewers.presets import full_window, opening_window, window_there
from viewers.view import View, scrolled
from viewers.volume import LookupTable, Rescale, Window

SOFT, LUNG = Window(40, 400, name="Soft"), Window(-600, 1500, name="Lung")


def with_windows(volume, *windows):
    """Each slice with windows of its own."""
    pairs = zip(volume.header.instances, windows, strict=True)
    instances = tuple(replace(instance, windows=own) for instance, own in pairs)
    return replace(volume, header=replace(volume.header, instances=instances))


@pytest.fixture
def stack(make_volume):
    return make_volume(np.arange(3 * 64, dtype=np.int16).reshape(3, 8, 8))


def test_that_the_files_windows_come_by_turns(stack):
    volume = with_windows(stack, *[(SOFT, LUNG)] * 3)
    stage, view = Stage(volume, 80, 80), opening_view(volume, 80, 80)
    seen = []
    for _ in range(3):
        seen.append(view.window)
        view = moved("window.file", view, stage)
    assert seen == [SOFT, LUNG, SOFT]
    dragged = replace(view, window=Window(1, 2))
    assert moved("window.file", dragged, stage).window == SOFT


def test_that_every_image_keeps_its_own_window_until_one_is_chosen(stack):
    windows = [(Window(10.0 * n, 100), Window(10.0 * n, 50)) for n in range(3)]
    header = with_windows(stack, *windows).header
    assert window_there(header, windows[0][1], 0, 2) == windows[2][1]
    assert window_there(header, Window(7, 70), 0, 2) == Window(7, 70)


def test_that_a_viewport_follows_the_windows_of_its_images(qtbot, stack):
    from viewers.viewport import Viewport

    volume = with_windows(stack, *[(Window(10.0 * n, 100),) for n in range(3)])
    viewport = Viewport()
    qtbot.addWidget(viewport)
    viewport.show_volume(volume)
    viewport.set_view(scrolled(viewport.view, 2, 3))
    assert viewport.view.window == Window(20, 100)
    viewport.set_view(replace(viewport.view, window=Window(5, 50)))
    viewport.set_view(scrolled(viewport.view, -2, 3))
    assert viewport.view.window == Window(5, 50)


def test_that_pet_opens_dark_on_white_over_suv_0_to_10(make_volume):
    volume = make_volume(np.arange(64, dtype=np.int16).reshape(1, 8, 8), modality="PT")
    instances = (replace(volume.header.instances[0], suv_factor=0.001),)
    volume = replace(volume, header=replace(volume.header, instances=instances))
    view = opening_view(volume, 80, 80)
    assert view.inverted
    assert (view.window.centre, view.window.width) == (5000, 10_000)
    coloured = moved("colours.next", view, Stage(volume, 80, 80))
    assert (coloured.colour_map, coloured.inverted) == (NAMES[1], False)
    for _ in NAMES[1:]:
        coloured = moved("colours.next", coloured, Stage(volume, 80, 80))
    assert (coloured.colour_map, coloured.inverted) == ("", True)


def test_that_nuclear_medicine_opens_from_zero_to_its_brightest(make_volume):
    volume = make_volume(np.full((1, 8, 8), 50, np.int16), modality="NM")
    window = opening_window(volume, 0)
    assert (window.centre - window.width / 2, window.centre + window.width / 2) == (0, 50)


@pytest.mark.parametrize(
    ("command", "field", "values"),
    [
        ("interpolation.next", "interpolation", ["linear", "nearest", "smooth"]),
        ("filter.next", "filter", ["smooth", "sharpen", ""]),
    ],
)
def test_that_choices_come_by_turns_and_outlast_fitting(stack, command, field, values):
    view = opening_view(stack, 80, 80)
    for value in values:
        view = moved(command, view, Stage(stack, 80, 80))
        assert getattr(view, field) == value
        assert getattr(moved("zoom.fit", view, Stage(stack, 80, 80)), field) == value


def test_that_the_full_range_of_a_table_is_that_of_its_outputs(stack):
    table = LookupTable(0, 16, np.array([300, 5, 900], "<u2").tobytes())
    instances = tuple(replace(i, rescale=Rescale(table=table)) for i in stack.header.instances)
    window = full_window(replace(stack.header, instances=instances), 0)
    assert (window.centre - window.width / 2, window.centre + window.width / 2) == (5, 900)


def test_that_dragging_over_a_table_moves_and_stretches_it():
    from viewers.drawing.grey import shares, table_window
    from viewers.view import windowed

    table = LookupTable(100, 8, np.arange(0, 250, 5).astype("<u2").tobytes())
    view = View(0, (0, 0), 1.0, table_window(table))
    values = np.arange(0, 400).astype(float)
    plain = shares(values, view.window)
    shifted = shares(values, windowed(view, 30, 0).window)
    assert np.allclose(shifted[30:], plain[:-30])
    wider = windowed(view, 0, 50).window
    assert np.allclose(
        shares(np.array([view.window.centre]), wider), shares(np.array([view.window.centre]), view.window)
    )
    assert shares(values, wider).max() == plain.max()
