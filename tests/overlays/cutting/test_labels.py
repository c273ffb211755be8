"""Contours of segments, exact at every zoom: filled again they are the same voxels. Lines of fields lie at a level."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from overlays.cutting.labels import iso_lines, label_outlines
from tests.pace import least_ms

STRAIGHT = np.array([[1.0, 0, 0], [0, 1.0, 0]])
SMALL = arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3))
TURNED = np.array([[0.0, -0.5, 7.0], [2.0, 0.0, 3.0]])


def filled(lines: tuple[np.ndarray, ...], shape: tuple[int, int]) -> np.ndarray:
    """By even and odd crossings to the left of each voxel's centre: a rasteriser of our own."""
    inside = np.zeros(shape, bool)
    for line in lines:
        for (x, y), (_, y_next) in zip(line, np.roll(line, -1, axis=0), strict=True):
            low, high = sorted((y, y_next))
            for row in range(int(np.ceil(low)), int(np.ceil(high))):
                inside[row, int(np.ceil(x)) :] ^= True
    return inside


def area(line: np.ndarray) -> float:
    x, y = line.T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


@settings(max_examples=300, deadline=None)
@given(SMALL)
def test_that_outlines_filled_again_are_the_very_same_voxels(labels: np.ndarray):
    found = label_outlines(labels, STRAIGHT, (1, 2, 3))
    assert set(found) == set(np.unique(labels)) - {0}
    for number, lines in found.items():
        assert np.array_equal(filled(lines, labels.shape), labels == number)
        assert abs(sum(map(area, lines))) == (labels == number).sum(), "holes run the other way round"


@settings(max_examples=50, deadline=None)
@given(SMALL)
def test_that_outlines_have_corners_on_voxel_edges_only_where_they_turn(labels: np.ndarray):
    for lines in label_outlines(labels, STRAIGHT, (1, 2, 3)).values():
        for line in lines:
            steps = np.diff(line, axis=0, append=line[:1])
            assert np.array_equal(line % 1, np.full(line.shape, 0.5))
            assert ((steps == 0).sum(axis=1) == 1).all(), "along an edge"
            across = steps[:, 0] != 0
            assert (across != np.roll(across, 1)).all(), "turning at each corner"


def test_that_opencv_fills_the_enlarged_outlines_as_the_same_mask():
    rng = np.random.default_rng(3)
    mask = (cv2.GaussianBlur(rng.normal(size=(90, 110)), (0, 0), 3) > 0.02).astype(np.uint8)
    lines = label_outlines(mask, STRAIGHT, (1,))[1]
    times = 8
    fixed = [np.round((line + 0.5) * times - 0.5).astype(np.int32) for line in lines]
    peer = cv2.fillPoly(np.zeros((90 * times, 110 * times), np.uint8), fixed, 1)
    middle = peer[times // 2 :: times, times // 2 :: times]
    assert np.array_equal(middle, mask)


def test_that_outlines_are_in_image_points_whatever_grid_the_section_has():
    labels = np.zeros((20, 30), np.uint8)
    labels[4:9, 6:16] = 7
    (line,) = label_outlines(labels, TURNED, (7,))[7]
    back = line @ TURNED[:, :2].T + TURNED[:, 2]
    assert back.min(axis=0) == pytest.approx((5.5, 3.5))
    assert back.max(axis=0) == pytest.approx((15.5, 8.5))


def test_that_segments_beyond_255_and_views_of_a_map_are_traced_too():
    block = np.zeros((3, 40, 50), np.uint16)
    block[1, 10:20, 10:30] = 300
    (line,) = label_outlines(block[:, 15], STRAIGHT, (300,))[300]
    assert line.min(axis=0).tolist() == [9.5, 0.5]
    assert line.max(axis=0).tolist() == [29.5, 1.5]


@pytest.mark.slow
def test_that_ten_segments_of_a_slice_are_traced_in_a_few_milliseconds():
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:512, :512]
    labels = np.zeros((512, 512), np.uint8)
    for number in range(1, 11):
        column, row = rng.uniform(80, 430, 2)
        labels[np.hypot(x - column + 5 * np.sin(y / 9), y - row) < rng.uniform(20, 60)] = number
    assert least_ms(lambda: label_outlines(labels, STRAIGHT, range(1, 11)), times=15) <= 6  # 2 on a quiet machine


def test_that_a_line_of_a_field_lies_at_its_level():
    y, x = np.mgrid[0:80, 0:100]
    (line,) = iso_lines(-np.hypot(x - 60, y - 30).astype(np.float32), STRAIGHT, -15.0)
    assert np.hypot(line[:, 0] - 60, line[:, 1] - 30) == pytest.approx(np.full(len(line), 15.0), abs=0.02)


def test_that_lines_close_along_the_fields_border_and_round_what_has_no_value():
    field = np.full((6, 8), 1.0, np.float32)
    (line,) = iso_lines(field, STRAIGHT, 0.5)
    assert line.min(axis=0) == pytest.approx((-0.5, -0.5), abs=1e-6)
    assert line.max(axis=0) == pytest.approx((7.5, 5.5), abs=1e-6)
    field[2:4, 3:5] = np.nan
    assert len(iso_lines(field, STRAIGHT, 0.5)) == 2


def test_that_a_field_of_whole_numbers_has_lines_between_them_and_a_cold_one_none():
    field = np.zeros((9, 9), np.uint8)
    field[3:6, 3:6] = 100
    (line,) = iso_lines(field, STRAIGHT, 25.0)
    assert line.min(axis=0) == pytest.approx((2.25, 2.25))
    assert iso_lines(field, STRAIGHT, 101.0) == ()
    assert iso_lines(np.full((4, 4), np.nan, np.float32), STRAIGHT, 0.5) == ()
