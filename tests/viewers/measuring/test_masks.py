"""Masks as runs: nothing is lost, differences undo, texts give them again, outlines enclose their pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewers.measuring.brush import Brush, Canvas, Segment, Stroke, correction_of, segment_numbers, shown_plane
from viewers.measuring.masks import Mask, as_text, dense, difference, edges, flipped, from_text, mask_from
from viewers.measuring.numbers import lines
from viewers.planes.recut import recut
from viewers.volume import Rescale

SHAPE = (4, 7, 9)
volumes = st.binary(min_size=252, max_size=252).map(lambda b: (np.frombuffer(b, np.uint8) > 150).reshape(SHAPE))


@given(volume=volumes)
@settings(max_examples=50, deadline=None)
def test_that_a_mask_is_the_volume_it_came_from_and_its_text_is_it_again(volume):
    mask = mask_from(volume)
    np.testing.assert_array_equal(dense(mask), volume)
    assert mask.voxels == volume.sum()
    assert from_text(as_text(mask), SHAPE) == mask


@given(before=volumes, after=volumes)
@settings(max_examples=50, deadline=None)
def test_that_a_difference_leads_there_and_back(before, after):
    one, other = mask_from(before), mask_from(after)
    turned = difference(one, other)
    assert flipped(one, turned) == other
    assert flipped(other, turned) == one


@given(volume=volumes)
@settings(max_examples=50, deadline=None)
def test_that_outlines_enclose_exactly_their_pixels(volume):
    """Upright pieces, taken with their direction of crossing, give the area of each plane."""
    plane = volume[0]
    pieces = edges(plane)
    upright = pieces[pieces[:, 0] == pieces[:, 2]]
    found = np.zeros(plane.shape, int)
    for column, top, _, bottom in upright:
        found[round(top + 0.5) : round(bottom + 0.5), round(column + 0.5) :] += 1
    np.testing.assert_array_equal(found % 2 == 1, plane)
    level = pieces[pieces[:, 1] == pieces[:, 3]]
    borders = np.abs(np.diff(np.pad(plane.astype(int), 1), axis=0)).sum()
    assert (level[:, 2] - level[:, 0]).sum() == borders


def test_that_a_text_that_is_no_mask_is_refused():
    with pytest.raises(ValueError, match="no mask"):
        from_text("aGVsbG8=", SHAPE)


@pytest.fixture(scope="session")
def stack(make_volume):
    values = np.random.default_rng(4).integers(0, 50, (12, 40, 40)).astype(np.int16)
    affine = np.diag([0.8, 0.8, 2.5, 1.0])
    return make_volume(values, affine=affine, spacing_mm=(0.8, 0.8), slice_spacing_mm=2.5, frame_of_reference_uid="1.9")


@pytest.mark.parametrize("is_ball", [True, False])
def test_that_a_brush_reaches_what_is_within_its_radius_in_mm(stack, is_ball):
    canvas = Canvas(stack, np.array([0.0, 0.0, 1.0]))
    at = (20.3, 18.8, 5.0)
    stroke = Stroke(Mask(stack.stored.shape), Brush(5.0, is_ball=is_ball), canvas, at)
    slices, rows, columns = np.indices(stack.stored.shape)
    away = ((columns - at[0]) * 0.8) ** 2 + ((rows - at[1]) * 0.8) ** 2 + ((slices - at[2]) * 2.5) ** 2
    wanted = away <= 25.0 if is_ball else (away <= 25.0) & (slices == 5)
    np.testing.assert_array_equal(dense(stroke.mask), wanted)


def test_that_a_stroke_has_no_gaps_however_fast_the_hand_was(stack):
    canvas = Canvas(stack, np.array([0.0, 0.0, 1.0]))
    stroke = Stroke(Mask(stack.stored.shape), Brush(2.0), canvas, (5.0, 20.0, 3.0))
    stroke.go((35.0, 20.0, 3.0))
    plane = stroke.mask.plane(3)
    assert plane[20, 5:36].all()
    assert plane[18:23, 5:36].all()


def test_that_a_range_keeps_the_brush_to_its_values_and_the_eraser_free(stack):
    canvas = Canvas(stack, np.array([0.0, 0.0, 1.0]))
    brush = Brush(6.0, is_ball=True, values=(10.0, 30.0))
    stroke = Stroke(Mask(stack.stored.shape), brush, canvas, (20.0, 20.0, 5.0))
    painted = dense(stroke.mask)
    assert painted.any()
    assert stack.stored[painted].min() >= 10
    assert stack.stored[painted].max() <= 30
    erased = Stroke(stroke.mask, replace(brush, erases=True, radius=30.0), canvas, (20.0, 20.0, 5.0))
    assert erased.mask.is_empty


def test_that_a_disc_on_a_coronal_plane_paints_that_plane_alone(stack):
    cut = recut(stack, "coronal")
    stroke = Stroke(Mask(stack.stored.shape), Brush(6.0), Canvas(stack, np.array([0.0, 1.0, 0.0])), (20.0, 17.0, 5.0))
    painted = dense(stroke.mask)
    assert set(np.nonzero(painted)[1]) == {17}
    there = cut.header.shown_point(20.0, 17.0, 5.0)
    assert shown_plane(stroke.mask, cut.header, round(there[2])).any()
    assert not shown_plane(stroke.mask, cut.header, round(there[2]) + 3).any()


def test_that_volumes_are_in_ml_and_areas_of_films_in_cm2_or_pixels(stack, make_volume):
    mask = mask_from(np.ones(stack.stored.shape, bool))
    numbers = segment_numbers(Segment("s", "1.2.3", mask), stack.header)
    assert numbers.get("volume").value == pytest.approx(12 * 40 * 40 * 0.8 * 0.8 * 2.5 / 1000)
    film = make_volume(np.zeros((1, 30, 40), np.uint16), spacing_mm=(0.5, 0.5))
    area = segment_numbers(Segment("s", "1.2.3", mask_from(np.ones((1, 30, 40)))), film.header)
    assert lines(area)[0] == "area 3.00 cm²"
    bare = replace(film.header, spacing_mm=None)
    assert lines(segment_numbers(Segment("s", "1.2.3", mask_from(np.ones((1, 30, 40)))), bare)) == (
        "area 1200 px²", "not calibrated",
    )  # fmt: skip


@given(shift=st.tuples(*[st.floats(-6, 6)] * 3), scale=st.sampled_from([0.5, 1.0, 2.0]))
@settings(max_examples=25, deadline=None)
def test_that_an_ai_mask_lands_where_simpleitk_puts_it(stack, shift, scale):
    import SimpleITK

    coarse = np.zeros((9, 20, 20), np.uint8)
    coarse[2:6, 4:15, 6:18] = 1
    affine = np.diag([scale, scale, 2.0, 1.0])
    affine[:3, 3] = np.round(shift, 3) + 0.0137
    image = SimpleITK.GetImageFromArray(coarse)
    image.SetSpacing((scale, scale, 2.0))
    image.SetOrigin(affine[:3, 3].tolist())
    target = SimpleITK.GetImageFromArray(stack.stored)
    target.SetSpacing((0.8, 0.8, 2.5))
    peer = SimpleITK.Resample(image, target, SimpleITK.Transform(), SimpleITK.sitkNearestNeighbor, 0)
    found = dense(correction_of(coarse, affine, stack.header))
    assert np.count_nonzero(found ^ SimpleITK.GetArrayFromImage(peer).astype(bool)) <= 0.001 * found.size


def test_that_the_range_learned_is_that_of_the_region_under_the_first_touch(make_volume):
    values = np.full((3, 30, 30), 100, np.int16)
    values[:, :, 15:] = 400
    volume = make_volume(values, rescale=Rescale(1.0, -1000.0, "HU"))
    stroke = Stroke(
        Mask(values.shape), Brush(4.0, is_ball=True, learns=True), Canvas(volume, np.array([0, 0, 1.0])), (8, 15, 1)
    )
    assert stroke.brush.values == (-900.5, -899.5)
    stroke.go((25, 15, 1))
    assert (values[dense(stroke.mask)] == 100).all()
