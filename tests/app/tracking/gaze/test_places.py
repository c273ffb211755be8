"""Gaze on panels, images and in the patient; its trail and its rows: from scripted logs whose places are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.events import (
    GazeCalibrated,
    GazeMoved,
    GazeSourceOpened,
    PanelsPlaced,
    SeriesOpened,
    TrialStarted,
    ViewChanged,
    ViewportEmptied,
)
from app.tracking.gaze.checking import error_at, points_in
from app.tracking.gaze.places import image_point, placed
from app.tracking.gaze.recording import UNITS, recording
from app.tracking.gaze.screens import GazeScreen
from app.tracking.gaze.trail import Trail
from viewers.view import View, image_to_screen
from viewers.volume import Window

MS = 1_000_000
AFFINE = (0.5, 0, 0, -100.0, 0, 0.5, 0, -50.0, 0, 0, 3.0, 10.0, 0, 0, 0, 1.0)
PANELS = (("viewport 0", 100.0, 50.0, 400.0, 300.0), ("viewport 1", 500.0, 50.0, 400.0, 300.0),
          ("questions", 900.0, 0.0, 300.0, 800.0))  # fmt: skip


def _opened(uid: str = "1.2", **changes) -> SeriesOpened:
    known = {"rows": 256, "columns": 256, "frames": 9, "affine": AFFINE, "pixel_mm": (0.5, 0.5)}
    return SeriesOpened(at_ns=1, trial=0, series_uid=uid, modality="CT", **(known | changes))


def _view(at_ms: int = 2, **changes) -> ViewChanged:
    known = {"viewport": 0, "series_uid": "1.2", "slice_index": 4, "centre_px": (128.0, 128.0), "zoom": 2.0}
    return ViewChanged(
        at_ns=at_ms * MS, window_centre=0, window_width=1, inverted=False, size_px=(400, 300), **(known | changes)
    )


def _gaze(*samples: tuple) -> GazeMoved:
    whole = tuple((at * MS, x, y, None, None) for at, x, y in samples)
    return GazeMoved(at_ns=whole[-1][0], samples=whole)


def _log(*more) -> list:
    return [TrialStarted(at_ns=0, trial=0, case="a", condition="c"), PanelsPlaced(at_ns=0, panels=PANELS), _opened(),
            _view(), *more]  # fmt: skip


def test_that_gaze_in_the_middle_of_a_viewport_is_its_centre_in_the_image_and_in_the_patient():
    (place,) = placed(_log(_gaze((3, 300.0, 200.0))))
    assert (place.panel, place.viewport, place.series_uid, place.slice_index) == ("viewport 0", 0, "1.2", 4)
    assert (place.column, place.row) == (128.0, 128.0)
    assert place.mm == (-36.0, 14.0, 22.0)
    assert place.in_viewport_px == (200.0, 150.0)


def test_that_gaze_elsewhere_has_a_panel_or_none_and_a_blink_nothing():
    questions, nothing, blink, empty = placed(
        _log(_gaze((3, 1000.0, 10.0), (4, 10.0, 10.0), (5, None, None), (6, 600.0, 100.0)))
    )
    assert (questions.panel, questions.viewport) == ("questions", -1)
    assert (nothing.panel, blink.panel) == ("", "")
    assert (empty.panel, empty.viewport, empty.series_uid, empty.mm) == ("viewport 1", 1, "", None)


def test_that_each_sample_is_placed_by_what_was_on_the_screen_at_its_own_moment():
    """The batch is logged after the view has changed twice."""
    log = _log(_view(10, slice_index=5), ViewportEmptied(at_ns=20 * MS, viewport=0))
    log.append(_gaze((9, 300.0, 200.0), (10, 300.0, 200.0), (21, 300.0, 200.0)))
    assert [place.slice_index for place in placed(log)] == [4, 5, -1]


def test_that_gaze_at_a_page_that_lies_over_the_images_is_not_on_them():
    """The help is larger than a viewport, and was named after it, as panels that lie on top are."""
    over = PanelsPlaced(at_ns=5 * MS, panels=(*PANELS, ("help", 0.0, 0.0, 1280.0, 800.0)))
    before, behind = placed(_log(over, _gaze((4, 300.0, 200.0), (6, 300.0, 200.0))))
    assert (before.panel, before.slice_index) == ("viewport 0", 4)
    assert (behind.panel, behind.viewport, behind.mm) == ("help", -1, None)


def test_that_gaze_beside_the_image_within_a_viewport_is_on_no_voxel():
    (place,) = placed(_log(_view(2, zoom=0.5), _gaze((3, 101.0, 51.0))))
    assert (place.viewport, place.column, place.mm) == (0, None, None)


def test_that_a_film_without_patient_geometry_has_columns_and_rows_all_the_same():
    log = [PanelsPlaced(at_ns=0, panels=PANELS), _opened(affine=(), pixel_mm=(0.2, 0.1)), _view()]
    (place,) = placed([*log, _gaze((3, 304.0, 204.0))])
    assert (place.column, place.row, place.mm) == (148.0, 138.0, None)


@given(
    st.floats(0.05, 20),
    st.tuples(st.floats(0.1, 2), st.floats(0.1, 2)),
    st.tuples(st.floats(0, 255), st.floats(0, 255)),
)
def test_that_a_point_of_the_image_is_found_again_where_the_viewer_draws_it(zoom, pixel_mm, point):
    class Header:
        pass

    header = Header()
    header.pixel_mm = pixel_mm
    view = _view(zoom=zoom, centre_px=(100.0, 60.0))
    drawn = View(4, view.centre_px, zoom, Window(0, 1))
    at = image_to_screen(drawn, header, *view.size_px, *point)
    assert image_point(view, _opened(pixel_mm=pixel_mm), at, (1, 1)) == pytest.approx(point, abs=1e-6)


# --- trail and rows


def _sitting(known: bool = True) -> list:
    """Two rests of 400 ms, 200 px apart, at 250 Hz."""
    opened = GazeSourceOpened(
        at_ns=0, name="T", kind="lsl", rate_hz=250, units="px", screen_px=(1200, 800), manufacturer="Nobody",
        screen_mm=(300.0, 200.0) if known else (0.0, 0.0), distance_mm=600.0,
    )  # fmt: skip
    samples = [(at, 300.0 if at < 404 else 500.0, 200.0) for at in range(4, 804, 4)]
    batches = [_gaze(*samples[at : at + 20]) for at in range(0, len(samples), 20)]
    return [opened, *_log(*batches)]


def test_that_the_trail_shows_what_has_been_and_nothing_that_is_to_come():
    trail = Trail.of(_sitting())
    assert len(trail.rests) == 2
    now = trail.at(500 * MS, last_ms=200)
    assert now.points[0].at_ns >= 300 * MS
    assert now.points[-1].at_ns == now.now.at_ns == 500 * MS
    assert [rest.fixation.end_ns // MS <= 500 for rest in now.rests] == [True, True]
    assert [round(rest.fixation.x) for rest in now.rests] == [300, 500]
    assert now.rests[0].place.viewport == 0


def test_that_the_trail_is_empty_before_gaze_and_without_a_tracker():
    assert Trail.of(_sitting()).at(0).points == ()
    assert Trail.of(_log()).at(500 * MS).now is None


def test_that_without_the_screens_size_there_are_points_and_no_fixations():
    trail = Trail.of(_sitting(known=False))
    assert trail.rests == ()
    assert trail.at(500 * MS).points


def test_that_rows_say_screen_viewport_and_patient():
    check = GazeCalibrated(
        at_ns=1, points=((1.0, 1.0),) * 2, error_px=(5.0, None), error_deg=(0.5, None), spread_px=(1.0, None),
        spread_deg=(0.1, None), samples=(9, 0), outcome="accepted", at_most_deg=1.0, screen_px=(1200, 800),
        screen_mm=(300.0, 200.0), distance_mm=600.0,
    )  # fmt: skip
    found = recording([*_sitting(), check])
    assert (found.rate_hz, found.manufacturer, found.mean_error_deg, found.begin_ns) == (250, "Nobody", 0.5, 4 * MS)
    rows = list(found.rows())
    assert len(rows) == 200
    assert all(set(row) == set(UNITS) for row in rows)
    assert (rows[0]["viewport_x_px"], rows[0]["column"], rows[0]["x_mm"]) == (200.0, 128.0, -36.0)
    assert recording(_log()) is None


# --- degrees


def test_that_a_degree_is_what_trigonometry_says():
    screen = GazeScreen((1000, 500), (500.0, 250.0), 600.0)
    one_degree = 600 * np.tan(np.radians(1)) * 2
    assert screen.angle((500, 250), (500 + one_degree, 250)) == pytest.approx(1.0)
    assert screen.px_per_degree() == pytest.approx(one_degree)
    assert screen.to_degrees(np.array([500 + one_degree]), np.array([250.0]))[0].tolist() == pytest.approx([1.0, 0.0])
    assert GazeScreen((1000, 500)).angle((0, 0), (9, 9)) is None


def test_that_the_points_of_a_check_lie_within_its_window():
    assert points_in(10, 20, 100, 200, 5)[0] == (60, 120)
    assert len(set(points_in(10, 20, 100, 200, 9))) == 9


def test_that_a_point_that_was_hardly_seen_has_no_error():
    screen = GazeScreen((1000, 500), (500.0, 250.0), 600.0)
    assert error_at((1, 1), [(0, 1.0, 1.0, None, None)] * 9, screen).gaze is None
    assert error_at((1, 1), [(0, None, None, None, None)] * 99, screen).samples == 0
    assert error_at((1, 1), [(0, 4.0, 5.0, None, None)] * 10, screen).error_px == 5.0
