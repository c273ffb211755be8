from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewers.histogram import between, edges, histogram
from viewers.view import Slab, fitted
from viewers.volume import Rescale, Window


def view_of(volume, index=0):
    return fitted(volume.header, 400, 400, slice_index=index, window=Window(0, 100))


def test_that_every_value_is_counted_once_and_moments_are_of_the_modality_values(make_volume):
    values = np.random.default_rng(1).integers(-500, 1500, (3, 64, 64)).astype(np.int16)
    volume = make_volume(values, rescale=Rescale(2.0, -100.0, "HU"))
    seen = histogram(volume, view_of(volume, 1))
    real = values[1] * 2.0 - 100
    assert seen.counts.sum() == real.size
    assert (seen.mean, seen.spread, seen.least, seen.most) == pytest.approx(
        (real.mean(), real.std(), real.min(), real.max())
    )
    assert seen.units == "HU"
    assert seen.heights().min() >= 0
    assert seen.heights()[seen.counts.argsort()[-2]] == pytest.approx(1.0)


def test_that_padding_is_not_counted(make_volume):
    values = np.full((1, 20, 20), -2000, np.int16)
    values[0, :5] = 50
    volume = make_volume(values, padding=(-2000, -2000))
    seen = histogram(volume, view_of(volume))
    assert (seen.counts.sum(), seen.least) == (100, 50)


def test_that_a_slab_counts_all_its_slices(make_volume):
    volume = make_volume(np.zeros((9, 10, 10), np.int16))
    view = replace(view_of(volume, 4), slab=Slab("max", 4.0))
    assert histogram(volume, view).counts.sum() == 500


def test_that_colour_and_slices_that_are_not_there_have_none(make_volume):
    colour = make_volume(np.zeros((1, 8, 8, 3), np.uint8))
    assert histogram(colour, view_of(colour)) is None
    empty = make_volume(np.zeros((1, 8, 8), np.int16))
    empty.loaded[0] = False
    assert histogram(empty, view_of(empty)) is None


@given(st.floats(-2000, 2000), st.floats(1.5, 4000), st.sampled_from(("linear", "linear_exact", "sigmoid")))
def test_that_a_window_from_its_own_edges_is_the_window(centre, width, shape):
    window = Window(centre, width, shape)
    again = between(window, *edges(window))
    assert (again.centre, again.width) == (pytest.approx(centre), pytest.approx(width))
