"""Stacks of several times: one entry in the list, stepping and playing at the same slice, refusals in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from viewers.comparing.hanging import hang
from viewers.comparing.linking import linked_slice
from viewers.comparing.times import heads, time_words, times_of
from viewers.desks.plane_desk import PlaneDesk
from viewers.desks.time_desk import TimeDesk
from viewers.grid import ViewportGrid
from viewers.panels.series_list import SeriesList
from viewers.planes.fusion import refusal
from viewers.planes.poses import Pose, pose_of, posed
from viewers.volume import TimePoint

COUNT = 4


@pytest.fixture
def volumes(make_volume):
    """A still series, then four times of another one: every value is ten times its time."""
    still = make_volume(np.zeros((3, 30, 40), np.int16), description="Scout", series_uid="9", affine=np.eye(4))
    times = [
        make_volume(
            np.full((6, 30, 40), 10 * n, np.int16),
            description=f"Perfusion (time {n + 1} of {COUNT})",
            stack_label=f"time {n + 1} of {COUNT}",
            stack=n,
            affine=np.eye(4),
            time=TimePoint("1.2.3/0", n, COUNT, 1500.0 * n),
        )
        for n in range(COUNT)
    ]
    return [still, *times]


@pytest.fixture
def headers(volumes):
    return [volume.header for volume in volumes]


@pytest.fixture
def grid(qtbot, volumes):
    grid = ViewportGrid()
    qtbot.addWidget(grid)
    grid.resize(500, 400)
    grid.show()
    with qtbot.waitSignal(grid.first_painted):
        grid.show_volume(0, volumes[1])
    return grid


@pytest.fixture
def desk(grid, volumes, headers):
    by_key = {volume.header.key: volume for volume in volumes}
    return TimeDesk(grid, lambda: headers, lambda header: by_key[header.key])


def time_of(grid) -> int:
    return grid.viewports[0].volume.header.source.time.index


def test_that_times_are_one_entry_of_the_list(qtbot, headers):
    listed = SeriesList()
    qtbot.addWidget(listed)
    listed.set_series(headers)
    seen = [listed.item(row).text() for row in range(listed.count()) if not listed.isRowHidden(row)]
    assert seen == ["Scout, CT · 3 images", "Perfusion, CT · 4 time points"]
    listed.set_shown({0: 3})  # the third time
    listed.choose(3)
    assert listed.currentRow() == 1
    chosen = []
    listed.series_chosen.connect(chosen.append)
    listed.step(1)  # there is nothing after them
    listed.step(-1)
    assert chosen == [0]


def test_that_a_hanging_shows_each_place_once(headers):
    assert heads(headers) == (0, 1, 1, 1, 1)
    assert set(hang(headers, "2x2").shown) == {0, 1}


def test_that_keys_step_through_the_times_at_the_same_slice_and_zoom(grid, desk):
    viewport = grid.viewports[0]
    viewport.set_view(replace(viewport.view, slice_index=5, zoom=3.0))
    seen = []
    for command in ("time.next", "time.next", "time.previous", "time.previous", "time.previous"):
        assert grid.perform(command)
        seen.append(time_of(grid))
        assert (viewport.view.slice_index, viewport.view.zoom) == (5, 3.0)
    assert seen == [1, 2, 1, 0, 3]
    assert viewport.volume.value_at(3, 3, 5) == 30


def test_that_a_plane_and_a_fitted_image_stay_so(grid, desk):
    viewport = grid.viewports[0]
    viewport.perform("zoom.fit")
    grid.perform("time.next")
    assert viewport.is_fitted
    viewport.show_derived(posed(viewport.volume, Pose("coronal")), replace(viewport.view, slice_index=7))
    grid.perform("time.next")
    assert pose_of(viewport.volume).plane == "coronal"
    assert viewport.view.slice_index == 7
    assert viewport.volume.value_at(3, 3, 7) == 20


def test_that_the_time_is_said_with_its_distance_from_the_first(grid, desk, headers):
    grid.perform("time.next")
    assert [chip.text for chip in desk.chips(0)] == ["time 2 / 4, 1.5 s"]
    assert time_words(headers[0]) == ""
    assert time_words(replace(headers[1], time=TimePoint("g", 2, 20, 80.0))) == "time 3 / 20, 80 ms"


def test_that_stacks_of_one_time_say_so(grid, desk, volumes):
    grid.show_volume(0, volumes[0])
    grid.perform("time.next")
    assert "This stack has no other times." in grid.viewports[0].notes
    assert times_of(volumes[0].header, [v.header for v in volumes]) == ()


def test_that_a_time_that_left_the_screen_may_leave_memory(qtbot, grid, desk, headers):
    with qtbot.waitSignal(desk.left) as heard:
        grid.perform("time.next")
    assert heard.args[0].key == headers[1].key


def test_that_the_cine_plays_times_when_asked_to(qtbot, grid, desk):
    grid.perform("cine.over_time")
    grid.perform("cine.toggle")
    assert desk.is_playing
    seen = []
    desk.stepped.connect(lambda _index: seen.append(time_of(grid)))
    qtbot.waitUntil(lambda: len(seen) >= 5)
    grid.perform("cine.toggle")
    assert not desk.is_playing
    assert seen[:5] == [1, 2, 3, 0, 1]


def test_that_it_plays_to_and_fro(qtbot, grid, desk):
    grid.perform("cine.over_time")
    grid.perform("cine.toggle")
    grid.perform("cine.bounce")
    seen = []
    desk.stepped.connect(lambda _index: seen.append(time_of(grid)))
    qtbot.waitUntil(lambda: len(seen) >= 7)
    desk.stop()
    assert seen[:7] == [1, 2, 3, 2, 1, 0, 1]


def test_that_films_at_one_place_are_no_volume(qtbot, grid, make_volume):
    film = make_volume(np.zeros((5, 30, 40), np.int16), affine=np.eye(4), in_time=True, frame_of_reference_uid="f")
    PlaneDesk(grid)
    grid.show_volume(0, film)
    for command in ("plane.coronal", "layout.mpr"):
        grid.perform(command)
        assert any("one after another in time" in note for note in grid.viewports[0].notes)
    grid.perform("slab.next")
    assert grid.viewports[0].view.slab is None
    stack = make_volume(np.zeros((5, 30, 40), np.int16), affine=np.eye(4), frame_of_reference_uid="f", series_uid="8")
    assert "in time" in refusal(stack.header, film.header)
    assert linked_slice(stack.header, 3, film.header) is None
    other = replace(film.header, series_uid="7", instances=film.header.instances * 2)
    assert linked_slice(film.header, 4, other) == 9
