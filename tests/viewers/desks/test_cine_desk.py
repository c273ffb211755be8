import itertools
from dataclasses import replace

import numpy as np
import pytest

from viewers.desks.cine_desk import CineDesk
from viewers.grid import ViewportGrid

FRAMES = 12


@pytest.fixture
def grid(qtbot, make_volume):
    made = ViewportGrid()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show()
    made.desk = CineDesk(made)
    with qtbot.waitSignal(made.first_painted):
        made.show_volume(0, make_volume(np.zeros((FRAMES, 40, 40), np.int16), frame_ms=(20.0,)))
    made.perform("scroll.first")
    qtbot.waitUntil(lambda: made.active_viewport.is_painted)
    return made


def slices(grid):
    seen = []
    grid.view_changed.connect(lambda _index, view: seen.append(view.slice_index))
    return seen


def test_that_it_plays_round_and_round_and_every_image_is_said(qtbot, grid):
    seen = slices(grid)
    grid.perform("cine.toggle")
    qtbot.waitUntil(lambda: len(seen) > FRAMES + 3)
    steps = {(b - a) % FRAMES for a, b in itertools.pairwise(seen)}
    assert 1 in steps
    assert set(seen) <= set(range(FRAMES))
    assert seen.count(0) >= 1 or seen.count(1) >= 2
    assert 0 < grid.desk.reached_fps < 120
    assert any("50.0 images a second" in words for words in grid.active_viewport.notes)


def test_that_it_turns_round_at_the_end_where_that_is_asked(qtbot, grid):
    grid.perform("cine.bounce")
    grid.perform("cine.toggle")
    seen = slices(grid)
    qtbot.waitUntil(lambda: any(b < a for a, b in itertools.pairwise(seen)))
    drop = next((a, b) for a, b in itertools.pairwise(seen) if b < a)
    assert drop[0] - drop[1] < FRAMES / 2


@pytest.mark.parametrize("command", ["scroll.next10", "scroll.last", "layout.1x2"])
def test_that_any_other_way_of_going_stops_it(qtbot, grid, command):
    seen = slices(grid)
    grid.perform("cine.toggle")
    qtbot.waitUntil(lambda: len(seen) > 2)
    grid.perform(command)
    if command == "layout.1x2":
        grid.perform("viewport.next")
    assert not grid.desk.is_playing
    assert not grid.active_viewport.notes


def test_that_a_window_set_meanwhile_stays_and_does_not_stop_it(qtbot, grid):
    seen = slices(grid)
    grid.perform("cine.toggle")
    grid.perform("window.preset.2")
    count = len(seen)
    qtbot.waitUntil(lambda: len(seen) > count + 3)
    assert grid.active_viewport.view.window.name == "Lung"
    assert grid.desk.is_playing


def test_that_a_pause_stops_it(qtbot, grid):
    grid.perform("cine.toggle")
    with qtbot.waitSignal(grid.emptied):
        grid.set_blanked(True)
    assert not grid.desk.is_playing


def test_that_it_waits_for_images_that_are_not_loaded(qtbot, grid):
    volume = grid.active_viewport.volume
    volume.loaded[4:] = False
    seen = slices(grid)
    grid.perform("cine.toggle")
    qtbot.waitUntil(lambda: grid.desk._awaited is not None)
    awaited = grid.desk._awaited
    assert awaited >= 4
    assert max(seen, default=0) < 4
    volume.loaded[4:] = True
    with qtbot.waitSignal(grid.view_changed):
        pass
    assert seen[-1] == awaited


def test_that_faster_and_slower_change_what_is_asked(qtbot, grid):
    grid.perform("cine.toggle")
    grid.perform("cine.faster")
    assert any("75.0 images" in words for words in grid.active_viewport.notes)
    grid.perform("cine.slower")
    grid.perform("cine.slower")
    assert any("37.5 images" in words for words in grid.active_viewport.notes)


def test_that_a_single_image_does_not_play(grid, make_volume):
    one = make_volume(np.zeros((1, 9, 9), np.int16))
    grid.show_volume(0, replace(one))
    grid.perform("cine.toggle")
    assert not grid.desk.is_playing
    assert grid.active_viewport.notes
