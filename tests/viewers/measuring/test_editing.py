"""Handles keep what their kind promises; undo and redo lead through every state."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from viewers.measuring import history
from viewers.measuring.editing import handle_at, line_distance, moved, strokes, with_handle
from viewers.measuring.history import Board, History
from viewers.measuring.shapes import KINDS, Measurement

spot = st.tuples(st.floats(0, 100), st.floats(0, 100))
BOX = np.array([(10, 10), (50, 10), (50, 40), (10, 40)], float)
ELLIPSE = np.array([(10, 25), (50, 25), (30, 10), (30, 40)], float)
CROSS = np.array([(10, 30), (60, 30), (40, 20), (40, 45)], float)


@given(index=st.integers(0, 3), to=spot)
@settings(max_examples=60, deadline=None)
def test_that_a_rectangle_stays_one_whichever_corner_is_dragged(index, to):
    corners = with_handle("rectangle", BOX, index, np.array(to))
    np.testing.assert_allclose(corners[index], to)
    np.testing.assert_allclose(corners[(index + 2) % 4], BOX[(index + 2) % 4])
    sides = np.roll(corners, -1, axis=0) - corners
    np.testing.assert_allclose(sides[[0, 2], 1], 0, atol=1e-9)
    np.testing.assert_allclose(sides[[1, 3], 0], 0, atol=1e-9)


@given(index=st.integers(0, 3), to=spot)
@settings(max_examples=60, deadline=None)
def test_that_an_ellipse_keeps_its_axes_at_right_angles_and_the_other_end_in_place(index, to):
    ends = with_handle("ellipse", ELLIPSE, index, np.array(to))
    np.testing.assert_allclose(ends[index ^ 1], ELLIPSE[index ^ 1])
    np.testing.assert_allclose(ends[:2].mean(axis=0), ends[2:].mean(axis=0), atol=1e-9)
    assert (ends[1] - ends[0]) @ (ends[3] - ends[2]) == pytest.approx(0, abs=1e-6)


@given(index=st.integers(0, 3), to=spot, scale=st.sampled_from([(1.0, 1.0), (0.5, 2.0)]))
@settings(max_examples=60, deadline=None)
def test_that_two_diameters_stay_at_right_angles_in_mm(index, to, scale):
    assume(index >= 2 or np.linalg.norm(np.array(to) - CROSS[1 - index]) > 1)
    ends = with_handle("bidirectional", CROSS, index, np.array(to), scale) * scale
    long, short = ends[1] - ends[0], ends[3] - ends[2]
    assert long @ short == pytest.approx(0, abs=1e-6 * (1 + np.linalg.norm(long) * np.linalg.norm(short)))
    np.testing.assert_allclose(ends[index], np.array(to) * scale, atol=1e-6)
    if index < 2:
        before = (CROSS * scale)[3] - (CROSS * scale)[2]
        assert np.linalg.norm(short) == pytest.approx(np.linalg.norm(before))


def test_that_a_freehand_outline_is_pulled_without_a_spike():
    turn = np.linspace(0, 2 * np.pi, 101)[:-1]
    outline = 50 + 20 * np.column_stack([np.cos(turn), np.sin(turn)])
    pulled = with_handle("freehand", outline, 0, np.array([80.0, 50.0]))
    away = np.linalg.norm(pulled - outline, axis=1)
    assert away[0] == pytest.approx(10)
    assert (away[20:-20] == 0).all()
    assert np.abs(np.diff(away)).max() < 2.5


@pytest.mark.parametrize("kind", KINDS)
def test_that_every_kind_can_be_hit_and_moved(kind):
    points = {"ellipse": ELLIPSE, "rectangle": BOX, "box": BOX, "point": BOX[:1], "angle": BOX[:3]}.get(kind, CROSS)
    stroke = strokes(kind, points)[0]
    middle = stroke[: 2 if len(stroke) > 1 else 1].mean(axis=0)
    assert line_distance(kind, points, middle) < 0.5
    assert line_distance(kind, points, middle + np.array([0, 400])) > 100
    assert handle_at(points, points[0] + (5, 5)) == 0
    assert handle_at(points, points[0] - (300, 300)) is None
    np.testing.assert_allclose(moved(points, np.array([3.0, -4.0])) - points, np.tile([3.0, -4.0], (len(points), 1)))


acts = st.lists(st.one_of(st.tuples(st.just("draw"), st.integers(0, 4)), st.sampled_from([("undo", 0), ("redo", 0)])))


@given(acts=acts)
@settings(max_examples=80, deadline=None)
def test_that_undo_and_redo_lead_through_the_states_in_order(acts):
    """Against the plainest model there is: a list of states and a place in it."""
    past, states, place = History(), [Board()], 0
    for act, which in acts:
        if act == "draw":
            board = past.now.with_measurement(Measurement(f"d{which}", "point", "1", ((len(states), 0, 0),)))
            if board != past.now:
                states, place = [*states[: place + 1], board], place + 1
            past = history.done(past, board)
        elif act == "undo":
            past, place = history.undone(past), max(0, place - 1)
        else:
            past, place = history.redone(past), min(len(states) - 1, place + 1)
        assert past.now == states[place]


def test_that_the_differences_of_two_boards_lead_from_one_to_the_other():
    one = Board((Measurement("a", "point", "1", ((1, 1, 1),)), Measurement("b", "point", "1", ((2, 2, 2),))))
    other = one.without("a").with_measurement(Measurement("b", "point", "1", ((3, 3, 3),), name="x"))
    other = other.with_measurement(Measurement("c", "point", "1", ((4, 4, 4),)))
    found = history.changes(one, other)
    assert [m.id for m in found.made] == ["c"]
    assert [m.id for m in found.changed] == ["b"]
    assert found.removed == ("a",)
