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


class Clock:
    """Stands until it is moved, so that no frame is late but where a test says so."""

    now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr("viewers.desks.cine_desk.perf_counter", made)
    return made


@pytest.fixture
def play(qtbot, grid, clock):
    """Play: move the clock by so many frames, so often; each time another frame is waited for."""

    def played(frames, times):
        seen = slices(grid)
        grid.perform("cine.toggle")
        clock.now_s += 0.010  # into the first frame: not at the line between two
        for before in range(times):
            clock.now_s += 0.020 * frames
            qtbot.waitUntil(lambda before=before: len(seen) > before)
        return seen

    return played


def test_that_it_plays_round_and_round_and_every_image_is_said(grid, play):
    assert play(1, FRAMES + 3) == [*range(1, FRAMES), 0, 1, 2, 3]
    assert grid.desk.reached_fps == pytest.approx(50.0)
    assert any("50.0 images a second" in words for words in grid.active_viewport.notes)


def test_that_late_images_are_dropped(grid, play):
    assert play(3, 5) == [3, 6, 9, 0, 3]


def test_that_it_turns_round_at_the_end_where_that_is_asked(grid, play):
    grid.perform("cine.bounce")
    assert play(1, FRAMES + 2) == [*range(1, FRAMES), FRAMES - 2, FRAMES - 3, FRAMES - 4]


@pytest.mark.parametrize("command", ["scroll.next10", "scroll.last", "layout.1x2"])
def test_that_any_other_way_of_going_stops_it(grid, play, command):
    play(1, 2)
    grid.perform(command)
    if command == "layout.1x2":
        grid.perform("viewport.next")
    assert not grid.desk.is_playing
    assert not grid.active_viewport.notes


def test_that_a_window_set_meanwhile_stays_and_does_not_stop_it(qtbot, grid, play, clock):
    play(1, 1)
    with qtbot.waitSignal(grid.view_changed):
        grid.perform("window.preset.2")
    seen = slices(grid)
    clock.now_s += 0.020
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [2]
    assert grid.active_viewport.view.window.name == "Lung"
    assert grid.desk.is_playing


def test_that_a_pause_stops_it(qtbot, grid):
    grid.perform("cine.toggle")
    with qtbot.waitSignal(grid.emptied):
        grid.set_blanked(True)
    assert not grid.desk.is_playing


def test_that_it_waits_for_images_that_are_not_loaded(qtbot, grid, play, clock):
    volume = grid.active_viewport.volume
    volume.loaded[4:] = False
    assert play(1, 3) == [1, 2, 3]
    seen = slices(grid)
    clock.now_s += 0.020
    qtbot.waitUntil(lambda: grid.desk._awaited == 4)
    clock.now_s += 1.0  # however long that takes, none is left out
    volume.loaded[4:] = True
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [4]


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
