from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewers.moves import Stage, moved, refused
from viewers.view import View, fitted, image_to_screen
from viewers.volume import Window

COMMANDS = ("pan.left", "pan.right", "pan.up", "pan.down", "zoom.in", "zoom.out", "scroll.next", "window.wider")


@pytest.fixture
def stage(make_volume):
    return Stage(make_volume(np.zeros((5, 100, 80), np.int16), spacing_mm=(0.5, 0.25)), 400, 300, px_per_mm=3.8)


@pytest.fixture
def view(stage):
    return fitted(stage.volume.header, 400, 300, slice_index=2, window=Window(40, 400))


def test_that_true_size_makes_a_millimetre_of_the_patient_one_of_the_screen(stage, view):
    true = moved("zoom.true_size", view, stage)
    header = stage.volume.header
    x0, y0 = image_to_screen(true, header, 400, 300, 0, 0)
    x1, y1 = image_to_screen(true, header, 400, 300, 40, 20)  # 10 mm, 10 mm
    assert (x1 - x0, y1 - y0) == (pytest.approx(38.0), pytest.approx(38.0))
    assert refused("zoom.true_size", stage) == ""


def test_that_true_size_says_what_it_lacks(stage, view):
    blind = replace(stage, px_per_mm=None)
    assert moved("zoom.true_size", view, blind) == view
    assert "screen" in refused("zoom.true_size", blind)
    volume = stage.volume
    bare = replace(stage, volume=replace(volume, header=replace(volume.header, spacing_mm=None)))
    assert "calibrated" in refused("zoom.true_size", bare)


def test_that_keys_move_the_image_the_way_they_say(stage, view):
    def at(v):
        return image_to_screen(v, stage.volume.header, 400, 300, 40, 50)

    for command, way in (("pan.left", (-1, 0)), ("pan.right", (1, 0)), ("pan.up", (0, -1)), ("pan.down", (0, 1))):
        before, after = at(view), at(moved(command, view, stage))
        assert (after[0] - before[0], after[1] - before[1]) == (pytest.approx(30 * way[0]), pytest.approx(30 * way[1]))


def test_that_brighter_and_darker_wider_and_narrower_undo_one_another_nearly(stage, view):
    assert moved("window.brighter", view, stage).window.centre < view.window.centre
    assert moved("window.darker", moved("window.brighter", view, stage), stage).window.centre == view.window.centre
    assert moved("window.wider", view, stage).window.width == pytest.approx(440)
    assert moved("window.narrower", view, stage).window.width == pytest.approx(360)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(COMMANDS), max_size=40))
def test_that_no_row_of_keys_loses_the_image(make_volume, commands):
    stage = Stage(make_volume(np.zeros((5, 100, 80), np.int16)), 400, 300)
    view: View = fitted(stage.volume.header, 400, 300, slice_index=2, window=Window(40, 400))
    for command in commands:
        view = moved(command, view, stage)
    header = stage.volume.header
    left, top = image_to_screen(view, header, 400, 300, -0.5, -0.5)
    right, bottom = image_to_screen(view, header, 400, 300, header.columns - 0.5, header.rows - 0.5)
    assert left < 400
    assert top < 300
    assert right > 0
    assert bottom > 0
