"""Straightened images: against helices and arcs whose straight form is known, and what they must not pretend."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study_configs.problem import StudyProblem
from viewers.comparing.linking import linked_slice
from viewers.drawing.captions import orientation
from viewers.measuring.shapes import drawn
from viewers.measuring.values import geometry_numbers
from viewers.planes.curved import curve_through, straightened
from viewers.planes.derive import source_of
from viewers.planes.fusion import refusal
from viewers.planes.recut import unfit

UP = np.array([0.0, 0.0, 1.0])


def arc(radius: float, share: float, count: int) -> np.ndarray:
    angle = np.linspace(0, share * 2 * np.pi, count)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), 0 * angle])


@given(radius=st.floats(15, 60), share=st.floats(0.1, 0.7), count=st.integers(10, 20))
@settings(max_examples=30, deadline=None)
def test_that_places_follow_a_circle_in_equal_steps(radius, share, count):
    curve = curve_through(list(arc(radius, share, count)), UP, 0.5)
    steps = np.linalg.norm(np.diff(curve.places, axis=0), axis=1)
    assert steps == pytest.approx(np.full(len(steps), 0.5), rel=0.01)
    off = np.linalg.norm(curve.places[:, :2], axis=1) - radius
    assert np.abs(off).max() < 0.03 * radius
    assert len(curve.places) * 0.5 == pytest.approx(share * 2 * np.pi * radius, rel=0.03, abs=0.6)


def test_that_sides_are_square_to_the_curve_and_do_not_twist():
    turn = np.linspace(0, 4 * np.pi, 60)
    helix = np.column_stack([20 * np.cos(turn), 20 * np.sin(turn), 5 * turn])
    curve = curve_through(list(helix), UP, 0.5)
    assert np.abs((curve.sides * curve.directions).sum(axis=1)).max() < 1e-9
    assert np.linalg.norm(curve.sides, axis=1) == pytest.approx(1)
    change = np.diff(curve.sides, axis=0)
    other = np.cross(curve.directions, curve.sides)[:-1]
    assert np.abs((change * other).sum(axis=1)).max() < 1e-3  # what changes lies along the curve alone


@pytest.fixture
def tube(make_volume):
    """A bright tube of radius 3 mm along a quarter of a circle in the plane of one slice."""
    z, y, x = np.mgrid[0:30, 0:100, 0:100].astype(float)
    ring = np.hypot(np.hypot(x, y) - 60, z - 15)
    stored = np.where(ring < 3, 1000, -1000).astype(np.int16)
    return make_volume(
        stored, affine=np.eye(4), slice_spacing_mm=1.0, frame_of_reference_uid="f", tags={"PatientOrientation": "L\\P"}
    )


def test_that_a_bent_tube_becomes_straight_from_every_side(tube):
    points = [np.array([60 * np.cos(a), 60 * np.sin(a), 15.0]) for a in np.linspace(0.1, 1.45, 9)]
    volume = straightened(tube, points, UP)
    middle = volume.header.columns // 2
    for index in (0, 3, 6, 11):
        plane = volume.plane(index)
        bright = [np.flatnonzero(row > 0) for row in plane[5:-5]]
        assert max(abs(row.mean() - middle) for row in bright) < 0.8
        assert all(5 <= len(row) <= 7 for row in bright)


def test_that_nothing_is_put_into_a_wrong_place(tube):
    volume = straightened(tube, [np.array([60.0, 2, 15]), np.array([40.0, 44, 15])], UP)
    header = volume.header
    assert source_of(volume) is volume
    assert header.affine is None
    assert header.key != tube.header.key
    assert unfit(header)
    assert refusal(tube.header, header)
    assert linked_slice(tube.header, 7, header) is None  # whose slices turn about the curve
    assert orientation(header) == {}
    length = geometry_numbers(drawn("length", "a", header, np.array([(5, 5), (5, 25)]), 0), header)
    assert length.items[0].unit == "px"
    assert "along it and square to it" in length.remark
    assert header.spacing_mm == (1.0, 1.0)  # for the rulers along its edges


def test_that_too_few_points_are_refused_in_words(tube, make_volume):
    with pytest.raises(StudyProblem, match="two points"):
        straightened(tube, [np.zeros(3), np.zeros(3)], UP)
    film = make_volume(np.zeros((1, 20, 20), np.int16))
    with pytest.raises(StudyProblem, match="where in the patient"):
        straightened(film, [np.zeros(3), np.ones(3) * 9], UP)
