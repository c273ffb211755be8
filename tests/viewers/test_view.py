"""Views as values: going there and back, staying in place, staying in range."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewers.view import (
    fitted,
    image_to_screen,
    inverted,
    magnification,
    one_to_one,
    panned,
    screen_to_image,
    scrolled,
    windowed,
    zoomed,
)
from viewers.volume import Window

SPACINGS = st.tuples(st.floats(0.05, 3), st.floats(0.05, 3))
SIZES = st.tuples(st.integers(50, 3000), st.integers(50, 3000))


@pytest.fixture(scope="session")
def header_of(noise):
    def make(spacing=(1.0, 1.0)):
        return replace(noise().header, spacing_mm=spacing)

    return make


@given(SPACINGS, SIZES, st.floats(-500, 500), st.floats(-500, 500), st.floats(0.1, 30))
@settings(max_examples=50)
def test_that_screen_and_image_points_convert_there_and_back(header_of, spacing, size, x, y, zoom):
    header = header_of(spacing)
    view = replace(fitted(header, *size, slice_index=0, window=Window(0, 1)), zoom=zoom)
    point = screen_to_image(view, header, *size, x, y)
    assert image_to_screen(view, header, *size, *point) == pytest.approx((x, y), abs=1e-6)


@given(SPACINGS, SIZES)
@settings(max_examples=50)
def test_that_a_fitted_image_touches_two_edges_and_crosses_none(header_of, spacing, size):
    header = header_of(spacing)
    view = fitted(header, *size, slice_index=0, window=Window(0, 1))
    left, top = image_to_screen(view, header, *size, -0.5, -0.5)
    right, bottom = image_to_screen(view, header, *size, header.columns - 0.5, header.rows - 0.5)
    assert (left, top) >= (-1e-6, -1e-6)
    assert min(left, top) == pytest.approx(0, abs=1e-6)
    assert max(right - size[0], bottom - size[1]) == pytest.approx(0, abs=1e-6)
    assert (right - left) / (bottom - top) == pytest.approx(
        header.columns * spacing[1] / (header.rows * spacing[0]), rel=1e-6
    )


@given(SPACINGS, SIZES, st.floats(0.01, 100), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=50)
def test_that_zooming_keeps_the_point_under_the_pointer_in_place(header_of, spacing, size, factor, across, down):
    header = header_of(spacing)
    view = fitted(header, *size, slice_index=0, window=Window(0, 1))
    x, y = across * size[0], down * size[1]
    before = screen_to_image(view, header, *size, x, y)
    after = zoomed(view, header, *size, factor, x, y)
    assert screen_to_image(after, header, *size, x, y) == pytest.approx(before, abs=1e-6)


def test_that_a_drag_moves_the_image_with_the_pointer(header_of):
    header = header_of((0.5, 0.25))
    view = fitted(header, 300, 300, slice_index=0, window=Window(0, 1))
    at = screen_to_image(view, header, 300, 300, 100, 100)
    assert image_to_screen(panned(view, header, 30, -20), header, 300, 300, *at) == pytest.approx((130, 80))


@given(st.integers(-50, 50), st.integers(0, 9))
def test_that_scrolling_stops_at_both_ends(header_of, steps, start):
    view = fitted(header_of(), 100, 100, slice_index=start, window=Window(0, 1))
    assert scrolled(view, steps, 10).slice_index == max(0, min(9, start + steps))


@given(st.floats(-1e6, 1e6), st.sampled_from(["linear", "linear_exact", "sigmoid"]))
def test_that_a_window_never_gets_narrower_than_dicom_allows(header_of, narrower, shape):
    view = fitted(header_of(), 100, 100, slice_index=0, window=Window(40, 400, shape, "Soft tissue"))
    window = windowed(view, 5, narrower).window
    assert window.width >= 1 if shape == "linear" else window.width > 0
    assert window.centre == 45
    assert window.name == ""


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_that_one_to_one_counts_device_pixels(header_of, ratio):
    header = header_of((0.7, 0.3))
    view = one_to_one(fitted(header, 100, 100, slice_index=0, window=Window(0, 1)), header, ratio)
    assert magnification(view, header, ratio) == pytest.approx(1.0)


def test_that_inverting_twice_changes_nothing(header_of):
    view = fitted(header_of(), 100, 100, slice_index=0, window=Window(0, 1))
    assert inverted(view) != view
    assert inverted(inverted(view)) == view
