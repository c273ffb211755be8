"""Numbers of shapes against hand-made truths, SimpleITK and scipy, and how they stand turning, moving and scaling."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import ndimage
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from tests.pace import least_ms
from viewers.measuring.inside import ellipse_mask, outline_mask
from viewers.measuring.numbers import lines
from viewers.measuring.shapes import drawn, shown_on, space_mm, to_shown, to_source
from viewers.measuring.values import crosses_itself, ellipse_area, geometry_numbers, measure, polygon_area, statistics
from viewers.volume import Derived, LookupTable, Rescale

spot = st.tuples(st.floats(0, 60, allow_nan=False), st.floats(0, 60, allow_nan=False))
turn = st.integers(0, 2**31).map(lambda seed: Rotation.random(random_state=seed).as_matrix())


def header_of(make_volume, **changes):
    return make_volume(np.zeros((5, 64, 64), np.int16), **changes).header


def test_that_a_length_counts_the_distances_between_rows_and_between_columns(make_volume):
    header = header_of(make_volume, spacing_mm=(2.0, 0.5))
    length = geometry_numbers(drawn("length", "a", header, np.array([(0, 0), (8, 0)]), 0), header)
    assert lines(length) == ("4.0 mm",)
    down = geometry_numbers(drawn("length", "a", header, np.array([(3, 1), (3, 4)]), 0), header)
    assert lines(down) == ("6.0 mm",)


@pytest.mark.parametrize(("spacing", "why"), [(None, ""), ((0.1, 0.1), "at the detector")])
def test_that_without_calibration_lengths_are_in_pixels_and_say_why(make_volume, spacing, why):
    header = header_of(make_volume, spacing_mm=spacing, calibration=why)
    numbers = geometry_numbers(drawn("length", "a", header, np.array([(0, 0), (3, 4)]), 0), header)
    assert lines(numbers) == ("5.0 px", why or "not calibrated")
    turned = geometry_numbers(drawn("angle", "a", header, np.array([(9, 0), (0, 0), (0, 9)]), 0), header)
    assert lines(turned) == ("90.0°",)  # an angle needs no calibration


def test_that_pixels_that_are_not_square_do_not_falsify_an_angle(make_volume):
    header = header_of(make_volume, spacing_mm=None, aspect=(2.0, 1.0))
    numbers = geometry_numbers(drawn("angle", "a", header, np.array([(2, 0), (0, 0), (2, 1)]), 0), header)
    assert numbers.get("angle").value == pytest.approx(45.0)


@given(one=spot, corner=spot, other=spot, matrix=turn, scale=st.floats(0.1, 10))
@settings(max_examples=60, deadline=None)
def test_that_turning_and_moving_change_no_angle_or_length_and_scaling_scales(one, corner, other, matrix, scale):
    from viewers.measuring.values import angle, distance

    points = np.array([(*one, 1.0), (*corner, 1.0), (*other, 1.0)])
    assume(distance(points[0], points[1]) > 0.1 < distance(points[2], points[1]))
    changed = scale * points @ matrix.T + (5.0, -7.0, 11.0)
    before = angle(points[0] - points[1], points[2] - points[1])
    assert angle(changed[0] - changed[1], changed[2] - changed[1]) == pytest.approx(before, abs=1e-5)
    assert distance(changed[0], changed[1]) == pytest.approx(scale * distance(points[0], points[1]))


@given(spots=st.lists(spot, min_size=3, max_size=12), matrix=turn, scale=st.floats(0.1, 10))
@settings(max_examples=60, deadline=None)
def test_that_polygon_areas_are_those_of_their_hulls_however_they_lie(spots, matrix, scale):
    flat = np.array(spots)
    assume(np.linalg.svd(flat - flat.mean(axis=0), compute_uv=False)[1] > 0.5)
    hull = ConvexHull(flat)
    points = np.column_stack([flat[hull.vertices], np.zeros(len(hull.vertices))])
    assert polygon_area(points) == pytest.approx(hull.volume, rel=1e-6)
    assert polygon_area(scale * points @ matrix.T + 3.0) == pytest.approx(scale**2 * hull.volume, rel=1e-6)


@given(line=st.tuples(spot, spot, spot, spot))
@settings(max_examples=60, deadline=None)
def test_that_a_cobb_angle_does_not_mind_which_way_its_lines_were_drawn(make_volume, line):
    assume(math.dist(line[0], line[1]) > 0.1 < math.dist(line[2], line[3]))
    header = header_of(make_volume)
    one = geometry_numbers(drawn("cobb", "a", header, np.array(line), 0), header).get("angle").value
    turned = np.array([line[1], line[0], line[2], line[3]])
    other = geometry_numbers(drawn("cobb", "a", header, turned, 0), header).get("angle").value
    assert 0 <= one <= 90
    assert other == pytest.approx(one, abs=0.01)


def test_that_two_diameters_are_written_as_recist_writes_them(make_volume):
    header = header_of(make_volume)
    points = np.array([(10, 10), (22.3, 10), (15, 6), (15, 14.1)])
    assert lines(geometry_numbers(drawn("bidirectional", "a", header, points, 0), header)) == ("12.3 × 8.1 mm",)


def test_that_an_outline_that_crosses_itself_has_no_area(make_volume):
    header = header_of(make_volume)
    bow = np.array([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert lines(geometry_numbers(drawn("polygon", "a", header, bow, 0), header)) == (
        "the outline crosses itself: no area",
    )
    assert not crosses_itself(np.array([(0, 0, 2), (10, 0, 2), (10, 10, 2), (0, 10, 2.0)]))


@given(corners=st.lists(spot, min_size=3, max_size=9))
@settings(max_examples=80, deadline=None)
def test_that_a_pixel_is_inside_where_its_centre_is(corners):
    """Against a winding-free crossing count of each single pixel centre."""
    points = np.array(corners) * 0.97 + 0.0123  # corners on centres are a rule of their own
    mask, left, top = outline_mask(points, (64, 64))
    whole = np.zeros((64, 64), bool)
    whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    for column, row in np.random.default_rng(1).integers(0, 64, (60, 2)):
        assert whole[row, column] == _is_inside(points, column, row)


def _is_inside(points, column, row):
    crossed = 0
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if (y0 > row) != (y1 > row):
            crossed += x0 + (row - y0) / (y1 - y0) * (x1 - x0) <= column
    return crossed % 2 == 1


def test_that_outlines_that_share_a_side_share_no_pixel_and_leave_none_out():
    left, right = (np.array([(a, 0), (b, 0), (b, 8), (a, 8)], float) for a, b in ((0, 5), (5, 10)))
    one, other = (outline_mask(points, (20, 20)) for points in (left, right))
    assert one[0].sum() == other[0].sum() == 40
    assert other[1] == 5


@given(centre=spot, across=st.floats(1, 30), down=st.floats(1, 30), degrees=st.floats(0, 180))
@settings(max_examples=40, deadline=None)
def test_that_ellipses_hold_the_pixels_of_simpleitk_style_brute_force(centre, across, down, degrees):
    matrix = Rotation.from_euler("z", degrees, degrees=True).as_matrix()[:2, :2]
    one, other = matrix @ (across, 0), matrix @ (0, down)
    points = np.array([centre - one, centre + one, centre - other, centre + other])
    mask, left, top = ellipse_mask(points, (64, 64))
    columns, rows = np.meshgrid(np.arange(64), np.arange(64))
    local = (np.stack([columns, rows], -1) - centre) @ matrix
    inside = (local[..., 0] / across) ** 2 + (local[..., 1] / down) ** 2
    whole = np.zeros((64, 64), bool)
    whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    assert not (whole ^ (inside <= 1))[np.abs(inside - 1) > 1e-9].any()
    solid = np.column_stack([points, np.zeros(4)])
    assert ellipse_area(solid) == pytest.approx(math.pi * across * down)


@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.uint8, np.float32])
@pytest.mark.parametrize("kind", ["ellipse", "polygon", "rectangle"])
def test_that_statistics_are_those_of_simpleitk_and_scipy(make_volume, kind, dtype):
    values = np.random.default_rng(3).integers(0, 250, (3, 61, 47)).astype(dtype)
    volume = make_volume(values, rescale=Rescale(2.5, -1000.0, "HU"))
    points = np.array([(5.2, 20.1), (30.7, 20.1), (17.9, 8.3), (17.9, 31.9)])
    points = points if kind == "ellipse" else points[[0, 2, 1, 3]]
    found = {n.name: n.value for n in statistics(kind, points, volume, 1)}
    mask, left, top = (ellipse_mask if kind == "ellipse" else outline_mask)(points, (61, 47))
    labels = np.zeros((61, 47), np.uint8)
    labels[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    in_units = values[1].astype(np.float64) * 2.5 - 1000
    peer = SimpleITK.LabelStatisticsImageFilter()
    peer.Execute(SimpleITK.GetImageFromArray(in_units), SimpleITK.GetImageFromArray(labels))
    assert found["pixels"] == peer.GetCount(1)
    assert (found["min"], found["max"]) == (peer.GetMinimum(1), peer.GetMaximum(1))
    assert found["mean"] == pytest.approx(peer.GetMean(1), abs=1e-4 if dtype == np.float32 else 1e-9)
    count = found["pixels"]  # SimpleITK divides by one less: it takes the pixels for a sample
    assert found["SD"] == pytest.approx(peer.GetSigma(1) * math.sqrt((count - 1) / count), rel=1e-6)
    assert found["SD"] == pytest.approx(ndimage.standard_deviation(in_units, labels, 1), rel=1e-6)


def test_that_padding_is_left_out_and_tables_are_applied_before_the_mean(make_volume):
    values = np.array([[[0, 1, 2, 3], [0, 1, 2, -2000]]], np.int16)
    table = LookupTable(0, 16, np.array([10, 20, 40, 1000], "<u2").tobytes())
    volume = make_volume(values, rescale=Rescale(units="US", table=table), padding=(-2000, -2000))
    box = np.array([(-1, -1), (5, -1), (5, 5), (-1, 5)])
    found = {n.name: n.value for n in statistics("rectangle", box, volume, 0)}
    assert found["pixels"] == 7
    assert found["mean"] == pytest.approx((10 + 20 + 40 + 1000 + 10 + 20 + 40) / 7)


def test_that_pet_with_a_known_dose_is_measured_in_suv(make_volume):
    volume = make_volume(np.full((1, 9, 9), 200, np.uint16), rescale=Rescale(10.0, 0.0, "Bq/ml"))
    dosed = tuple(replace(each, suv_factor=0.002) for each in volume.header.instances)
    box = np.array([(1, 1), (5, 1), (5, 5), (1, 5)], float)
    mean = statistics("rectangle", box, replace(volume, header=replace(volume.header, instances=dosed)), 0)[0]
    assert (mean.value, mean.unit) == (pytest.approx(4.0), "SUV")
    assert statistics("rectangle", box, volume, 0)[0].unit == "Bq/ml"


def test_that_nothing_is_said_of_colour_of_missing_slices_and_of_no_pixel(make_volume):
    box = np.array([(1, 1), (5, 1), (5, 5), (1, 5)], float)
    colour = make_volume(np.zeros((1, 9, 9, 3), np.uint8))
    missing = make_volume(np.zeros((1, 9, 9), np.int16))
    missing.loaded[0] = False
    assert statistics("rectangle", box, colour, 0) == statistics("rectangle", box, missing, 0) == ()
    assert statistics("rectangle", box / 20 + 0.2, make_volume(np.zeros((1, 9, 9), np.int16)), 0) == ()
    assert statistics("rectangle", box + 50, make_volume(np.zeros((1, 9, 9), np.int16)), 0) == ()


def coronal(volume):
    """The stack cut from front to back, its first row at the top slice."""
    source = volume.header
    to_source = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, source.frames - 1], [0, 0, 0, 1.0]])
    header = replace(
        source,
        rows=source.frames,
        instances=source.instances[:1] * source.rows,
        derived=Derived(source, to_source, "coronal"),
        affine=None if source.affine is None else source.affine @ to_source,
    )
    cut = np.ascontiguousarray(volume.stored[::-1].transpose(1, 0, 2))
    return replace(volume, header=header, stored=cut, loaded=np.ones(source.rows, bool))


def test_that_a_measurement_on_a_recut_plane_is_kept_in_space_and_found_again_there_alone(make_volume):
    affine = np.diag([0.5, 0.5, 3.0, 1.0])
    volume = make_volume(np.zeros((20, 64, 64), np.int16), affine=affine, spacing_mm=(0.5, 0.5), slice_spacing_mm=3.0)
    cut = coronal(volume)
    drawn_points = np.array([(10.0, 4.0), (10.0, 9.0)])
    length = drawn("length", "a", cut.header, drawn_points, 33)
    assert measure(length, cut, 33).get("length").value == pytest.approx(15.0)
    assert length.sop_uid == ""
    assert length.plane == "coronal"
    np.testing.assert_allclose(space_mm(volume.header, length.array), [(5, 16.5, 45), (5, 16.5, 30)])
    np.testing.assert_allclose(shown_on(cut.header, length, 33), drawn_points)
    assert shown_on(cut.header, length, 32) is None
    assert all(shown_on(volume.header, length, index) is None for index in range(20))


def test_that_a_measurement_on_a_turned_image_is_one_on_the_image_itself(make_volume):
    volume = make_volume(np.arange(64 * 48, dtype=np.int16).reshape(1, 64, 48))
    to_source_matrix = np.array([[0, 1, 0, 0], [-1, 0, 0, 63], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    turned = replace(
        volume,
        header=replace(volume.header, rows=48, columns=64, derived=Derived(volume.header, to_source_matrix, "turned")),
        stored=np.ascontiguousarray(np.rot90(volume.stored, -1, axes=(1, 2))),
    )
    there = np.array([(10.2, 5.1), (30.4, 5.1), (30.4, 25.7), (10.2, 25.7)])
    region = drawn("rectangle", "a", turned.header, there, 0)
    assert region.sop_uid == volume.header.instances[0].sop_uid
    here = measure(region, volume, 0)
    assert measure(region, turned, 0) == here
    assert here.get("pixels").value == 20 * 20


@given(column=st.floats(-5, 70), row=st.floats(-5, 70), index=st.integers(0, 40))
@settings(max_examples=30, deadline=None)
def test_that_places_go_to_the_source_and_back(make_volume, column, row, index):
    header = coronal(make_volume(np.zeros((20, 64, 64), np.int16))).header
    there = to_source(header, np.array([(column, row)]), index)
    np.testing.assert_allclose(to_shown(header, there), [(column, row, index)], atol=1e-9)


def test_that_a_region_on_a_13_megapixel_film_is_measured_while_it_is_dragged(make_volume):
    volume = make_volume(np.random.default_rng(1).integers(0, 4095, (1, 4096, 3328)).astype(np.uint16))
    places = itertools.count()

    def drag() -> None:
        n = next(places)
        points = np.array([(500, 1000 + n), (1000, 1000 + n), (750, 800 + n), (750, 1200 + n)], float)
        measure(drawn("ellipse", "a", volume.header, points, 0), volume, 0)

    assert least_ms(drag, times=15) < 12  # 2 to 3 ms on a quiet machine


def test_that_places_between_uneven_slices_lie_in_proportion_and_beyond_them_in_the_stacks_direction(make_volume):
    volume = make_volume(np.zeros((3, 8, 8), np.int16), slice_spacing_mm=3.0)
    heights = (0.0, 2.0, 6.0)
    instances = tuple(
        replace(each, position_mm=(0.0, 0.0, z)) for each, z in zip(volume.header.instances, heights, strict=True)
    )
    header = replace(volume.header, instances=instances, affine=np.diag([1.0, 1.0, 3.0, 1.0]))
    found = space_mm(header, np.array([(1, 2, 0), (1, 2, 0.5), (1, 2, 1), (1, 2, 1.5), (1, 2, 3), (1, 2, -1)], float))
    np.testing.assert_allclose(found[:, 2], [0, 1, 2, 4, 9, -3])
    np.testing.assert_allclose(found[:, :2], np.tile([1, 2], (6, 1)))
