"""Coverage and ways through depth in sittings where cells and courses can be counted; fields against a slow peer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tracking.attention_measures.coverage import MOST_CELLS
from app.tracking.attention_measures.measuring import measured
from app.tracking.attention_measures.profiles import courses, index_of
from app.tracking.attention_measures.values import Level, Settings
from app.tracking.events.gaze import GazeSourceOpened
from tests.app.tracking.attention_measures.scripted import AXIAL, looked, moved, placed, reading, series, view

ONCE, GLANCE, FULL_SIZE = Level(0.0, 0.0), Level(0.0, 200.0), Level(20.0, 200.0)
VOXELS = 32 * 32 * 20


def by_view(events, *levels):
    found = measured(events, settings=Settings(levels=levels)).coverage
    return [(x.slices, round(x.share * VOXELS)) for x in found if x.basis == "view"]


def by_point(events, basis="pointer", **asked):
    found = measured(events, settings=Settings(levels=(), **asked)).coverage
    return [(x.slices, round(x.share * VOXELS)) for x in found if x.basis == basis]


def test_that_a_slice_that_was_shown_whole_is_covered_whole():
    events = reading(view(0, 3), view(300, 4), view(400, 5))
    assert by_view(events, ONCE, GLANCE) == [(3, 3 * 32 * 32), (2, 2 * 32 * 32)]


def test_that_only_the_visible_part_is_covered_at_a_magnification():
    close = view(300, 3, zoom=20.0)  # 16 mm across about the middle: columns and rows 8 to 23
    assert by_view(reading(view(0, 3), close), ONCE, FULL_SIZE) == [(1, 32 * 32), (1, 16 * 16)]


def test_that_device_pixels_count_on_a_finer_screen():
    close = view(300, 3, zoom=10.0, dpr=2.0)
    assert by_view(reading(view(0, 3), close), FULL_SIZE) == [(1, 32 * 32)]


def test_that_a_radiograph_is_as_large_as_it_was_drawn():
    """It lies nowhere in the patient, but says how far apart its pixels are: rows 0.2 mm, columns 0.1 mm."""
    opened = [series(frames=1, affine=(), pixel_mm=(0.2, 0.1))]
    half = view(0, 0, zoom=100.0)  # 320 px are 32 columns, and rows 8 to 23
    found = measured(reading(half, opened=opened), settings=Settings(levels=(ONCE,))).coverage
    assert [x.share for x in found] == [0.5]


def test_that_a_stack_that_grew_while_it_was_read_is_covered_once_at_most():
    """Ten slices had come when it was opened, and twenty in the end."""
    first, later = [view(50 * at, at) for at in range(10)], [view(500 + 20 * at, at) for at in range(10, 20)]
    found = measured(
        reading(*first, series(at=500), *later, opened=[series(frames=10)]), settings=Settings(levels=(ONCE,))
    ).coverage
    assert [(x.slices, x.slices_of, x.share) for x in found] == [(20, 20, 1.0)]


def test_that_times_of_the_same_part_add_up_and_of_others_do_not():
    left = {"zoom": 20.0, "centre": (7.5, 15.5)}  # columns 0 to 15, rows 8 to 23
    right = {"zoom": 20.0, "centre": (15.5, 15.5)}  # columns 8 to 23
    events = reading(view(0, 3, **left), view(150, 3, **right), view(300, 9), till=310)
    assert by_view(events, ONCE) == [(2, 24 * 16 + 32 * 32)]
    assert by_view(events, GLANCE) == [(1, 8 * 16)]  # only where both lay is 200 ms reached


def test_that_a_part_that_was_dragged_along_is_counted_once():
    drag = [view(10 * at, 3, zoom=20.0, centre=(7.5 + at, 15.5)) for at in range(17)]
    assert by_view(reading(*drag), ONCE) == [(1, 32 * 16)]


def test_that_time_without_an_attentive_reader_covers_nothing():
    from app.tracking import events as e

    events = reading(e.FocusLost(at_ns=0), view(0, 3))
    assert by_view(events, ONCE) == [(0, 0)]


def test_that_a_large_image_is_counted_in_cells():
    opened = [series(size=512, frames=1)]
    half = view(0, 0, zoom=1.0, centre=(127.5, 255.5), size=(256, 512))
    found = measured(reading(half, opened=opened), settings=Settings(levels=(ONCE,))).coverage
    assert [x.share for x in found] == [0.5]
    assert MOST_CELLS == 64


def test_that_the_field_around_the_pointer_is_a_disc_of_the_stated_radius():
    events = reading(view(0, 3), moved((0, 15, 15, 3)))
    disc = sum(math.hypot(x, y) <= 5 for x in range(-9, 10) for y in range(-9, 10))
    assert by_point(events, field_mm=5.0) == [(1, disc)]


@given(st.lists(st.tuples(st.integers(0, 31), st.integers(0, 31), st.integers(0, 4)), min_size=1, max_size=9))
@settings(max_examples=30, deadline=None)
def test_that_fields_of_many_points_agree_with_a_slow_count(visited):
    events = [x for at, (column, row, index) in enumerate(visited)
              for x in (view(100 * at, index), moved((100 * at, column, row, index)))]  # fmt: skip
    found = by_point(reading(*events, till=100 * len(visited)), field_mm=4.0)
    # the pointer's place on the screen is the same in the moment in which the next slice comes
    seen = np.zeros((20, 32, 32), dtype=bool)
    rows, columns = np.mgrid[0:32, 0:32]
    for column, row, index in visited:
        seen[index] |= np.hypot(columns - column, rows - row) <= 4.0
    assert found == [(int(seen.any(axis=(1, 2)).sum()), int(seen.sum()))]


def test_that_a_field_in_degrees_follows_distance_screen_and_zoom():
    """600 mm away 1° is 10.47 mm of a screen of 0.25 mm a pixel: 41.9 px, 4.19 mm of the image at zoom 10."""
    tracker = GazeSourceOpened(
        at_ns=0, name="t", kind="lsl", rate_hz=60.0, units="px", screen_px=(1000, 800), screen_mm=(250.0, 200.0),
        distance_mm=600.0,
    )  # fmt: skip
    gaze = looked(*((at, 155.0, 155.0) for at in range(0, 1000, 20)))
    events = reading(tracker, placed(0, ("viewport 0", 0.0, 0.0, 320.0, 320.0)), view(0, 3), gaze)
    found = measured(events, settings=Settings(levels=(), field_mm=1.0, field_deg=1.0)).coverage
    by = {(x.field_mm, x.field_deg): round(x.share * VOXELS) for x in found if x.basis == "gaze"}
    disc = sum(math.hypot(x, y) <= 4.0 for x in range(-9, 10) for y in range(-9, 10))
    assert by == {(1.0, None): 5, (None, 1.0): disc}  # to the half millimetre: 4.0 mm


# --- profiles


def profile(events):
    (found,) = measured(events).profiles
    return found


def scrolled(*slices, every=10):
    return [view(every * at, index) for at, index in enumerate(slices)]


def test_that_courses_are_stretches_of_scrolling_in_one_direction():
    assert courses([0, 1, 2, 3, 2, 1, 5]) == [3, 2, 4]
    assert courses([4]) == courses([]) == []


def test_that_runs_are_told_by_their_share_of_the_stack():
    """Of 20 slices: 12 down (full), 6 up (half), 2 down (oscillation)."""
    found = profile(reading(*scrolled(*range(13), *range(11, 5, -1), 7, 8)))
    assert (found.courses, found.full_runs, found.half_runs, found.oscillations) == (3, 1, 1, 1)
    assert (found.slice_changes, found.slices_travelled) == (20, 20)
    assert (found.basis, found.index, found.strategy) == ("view", None, "")


def test_that_who_scrolls_with_the_pointer_in_one_quarter_drills():
    found = profile(reading(*scrolled(*range(20), *range(18, -1, -1)), moved((0, 5, 5, 0))))
    assert (found.depth_changes, found.quadrant_changes, found.index, found.strategy) == (6, 0, 1.0, "driller")


def test_that_who_looks_over_every_quarter_of_a_slice_scans():
    around = [(5, 5), (25, 5), (25, 25), (5, 25)]
    walk = []
    for step in range(40):
        column, row = around[step % 4]
        walk += [view(25 * step, step // 4), moved((25 * step, column, row, step // 4))]
    found = profile(reading(*walk))
    assert (found.depth_changes, found.quadrant_changes) == (1, 39)
    assert (found.index, found.strategy) == (pytest.approx(-38 / 40), "scanner")
    assert found.quadrant_changes_per_s == 39.0


def test_that_neither_movement_has_no_index():
    assert index_of(0, 0) is None
    assert index_of(3, None) is None
    assert index_of(2, 2) == 0.0


def test_that_single_images_have_no_profile():
    assert measured(reading(view(0, 0), opened=[series(frames=1, affine=AXIAL)])).profiles == ()
