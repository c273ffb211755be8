"""What trackers say of their channels, as their own programs say it, and what becomes of their numbers."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.gaze.arriving import missing, moved, on_screen
from app.tracking.gaze.screens import GazeScreen
from app.tracking.gaze.streams import GazeLayout, layout_of
from study_configs.problem import StudyProblem

SCREEN = GazeScreen((1000, 500), (500.0, 250.0), 600.0, dpr=2.0)


def _xml(*channels: tuple[str, str, str, str], more: str = "") -> str:
    described = "".join(
        f"<channel><label>{label}</label><eye>{eye}</eye><type>{kind}</type><unit>{unit}</unit></channel>"
        for label, eye, kind, unit in channels
    )
    return f"<info><desc><channels>{described}</channels>{more}</desc></info>"


TOBII = _xml(  # as the LSL program for Tobii Pro trackers says it
    ("left_x", "left", "ScreenX", "screencoords"),
    ("left_y", "left", "ScreenY", "screencoords"),
    ("left_pupil", "left", "pupilsize", ""),
    ("right_x", "right", "ScreenX", "screencoords"),
    ("right_y", "right", "ScreenY", "screencoords"),
    ("right_pupil", "right", "pupilsize", ""),
    more="<acquisition><manufacturer>TobiiPro</manufacturer><model>Spectrum</model></acquisition>",
)
SMI = _xml(
    ("Screen_X_left", "left", "ScreenX", "pixels"),
    ("Screen_Y_left", "left", "ScreenY", "pixels"),
    ("Screen_X_both", "both", "ScreenX", "pixels"),
    ("Screen_Y_both", "both", "ScreenY", "pixels"),
    ("Diameter_left", "left", "Diameter", "mm"),
    ("Radius_right", "right", "Radius", "mm"),
)


def test_that_two_eyes_are_two_pairs_and_who_made_the_tracker_is_kept():
    layout = layout_of(TOBII, 6)
    assert layout.points == ((0, 1), (3, 4))
    assert (layout.units, layout.manufacturer, layout.model) == ("normalised", "TobiiPro", "Spectrum")
    assert layout.pupils == (None, None)  # of which nobody knows the unit


def test_that_a_pair_for_both_eyes_comes_before_one_for_each_and_a_radius_is_half_a_pupil():
    layout = layout_of(SMI, 6)
    assert (layout.points, layout.units) == (((2, 3),), "px")
    assert layout.pupils == ((4, 1.0), (5, 2.0))


def test_that_labels_serve_where_types_are_not_those_of_the_convention():
    layout = layout_of(_xml(("time", "", "", "s"), ("FPOGX", "", "", "normalized"), ("FPOGY", "", "", "")), 3)
    assert layout.points == ((1, 2),)
    eyes = layout_of(_xml(("gaze x (left)", "", "", "px"), ("gaze y (left)", "", "", "px"),
                          ("gaze x (right)", "", "", "px"), ("gaze y (right)", "", "", "px")), 4)  # fmt: skip
    assert eyes.points == ((0, 1), (2, 3))


@pytest.mark.parametrize(
    ("xml", "count", "says"),
    [
        ("", 3, "without any name"),
        (_xml(("a", "", "EEG", "mV"), ("b", "", "EEG", "mV")), 2, "a, b"),
        (TOBII, 8, "do not say where"),  # it describes another number of channels than it sends
        ("", 2, "whose unit is not said"),
        (_xml(("x", "", "ScreenX", "furlongs"), ("y", "", "ScreenY", "furlongs")), 2, "'furlongs'"),
        ("<info", 2, "not XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><info/>', 2, "not one that a tracker writes"),
    ],
)
def test_that_a_stream_of_no_use_is_refused_in_words(xml: str, count: int, says: str):
    with pytest.raises(StudyProblem) as refused:
        layout_of(xml, count)
    assert says in str(refused.value)
    assert refused.value.todo


def test_that_two_channels_without_a_word_are_x_and_y_once_the_protocol_names_the_unit():
    assert layout_of("", 2, units="px").points == ((0, 1),)


@given(st.text(max_size=200), st.integers(0, 8))
def test_that_no_description_does_more_than_be_refused(xml: str, count: int):
    with contextlib.suppress(StudyProblem):
        layout_of(xml, count)


@pytest.mark.parametrize(
    ("layout", "sent", "at"),
    [
        (GazeLayout(((0, 1),), "normalised"), (0.25, 0.5), (250, 250)),
        (GazeLayout(((0, 1),), "normalised", "bottom_left"), (0.25, 0.2), (250, 400)),
        (GazeLayout(((0, 1),), "px"), (500.0, 500.0), (250, 250)),  # of a screen with two device pixels in each
        (GazeLayout(((0, 1),), "px", screen_px=(1000.0, 1000.0)), (250.0, 500.0), (250, 250)),
        (GazeLayout(((0, 1),), "px", "centre"), (-500.0, 0.0), (250, 250)),
        (GazeLayout(((0, 1),), "mm"), (125.0, 125.0), (250, 250)),
    ],
)
def test_that_every_unit_and_origin_lands_on_the_same_pixel(layout: GazeLayout, sent, at):
    x, y = on_screen(np.array([sent]), layout, SCREEN)
    assert (x[0], y[0]) == pytest.approx(at)


def test_that_one_eye_is_enough_and_none_is_no_gaze():
    layout = GazeLayout(((0, 1), (2, 3)), "normalised")
    nan = np.nan
    values = np.array([[0.2, 0.2, 0.4, 0.4], [nan, nan, 0.4, 0.4], [nan, nan, nan, nan], [0.2, 0.2, 9.0, 9.0]])
    x, _ = on_screen(values, layout, SCREEN)
    assert x[[0, 1, 3]].tolist() == pytest.approx([300, 400, 200])
    assert np.isnan(x[2])


def test_that_a_tracker_that_says_it_is_not_sure_is_believed():
    layout = GazeLayout(((0, 1),), "normalised", trusted=(2,))
    x, _ = on_screen(np.array([[0.5, 0.5, 1.0], [0.5, 0.5, 0.0]]), layout, SCREEN)
    assert x[0] == 500
    assert np.isnan(x[1])


@given(st.lists(st.tuples(*[st.floats(width=32, allow_nan=True, allow_infinity=True)] * 6), min_size=1, max_size=20))
def test_that_whatever_a_tracker_sends_becomes_samples_that_the_store_can_keep(rows):
    from app.tracking.samples import packed, unpacked

    layout = GazeLayout(((0, 1), (2, 3)), "normalised", pupils=((4, 1.0), (5, 2.0)))
    times = np.arange(len(rows), dtype=np.int64) * 4_000_000
    event = moved(times, np.array(rows, np.float64), layout, SCREEN)
    header, data = packed(event)
    assert unpacked("GazeMoved", event.at_ns, header, data) == event
    for _, x, y, left, _right in event.samples:
        assert (x is None) == (y is None)
        assert x is None or -1000 <= x <= 2000
        assert left is None or 0 <= left <= 20


def test_that_missing_samples_are_those_that_the_rate_asks_for():
    times = np.array([0, 4, 8, 20, 24], np.int64) * 1_000_000
    assert missing(times, 250.0, None) == 2
    assert missing(times, 250.0, -8_000_000) == 3
    assert missing(times, 0.0, None) == 0
    jittered = times + np.array([0, 1_500_000, -1_500_000, 0, 0])
    assert missing(jittered, 250.0, None) == 2
