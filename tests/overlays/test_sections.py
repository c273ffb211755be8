from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813  # the name its own documentation uses
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from overlays import sections
from overlays.result import Box, Polygon
from overlays.sections import Screen
from viewers import geometry
from viewers.view import View, Window

from .conftest import AXIAL, make_header, make_map

SEEDS = st.integers(0, 2**32 - 1)
WINDOW = Window(40, 400)
FINER = 4  # device pixels per image pixel in the comparison with SimpleITK


def smooth_field(shape: tuple[int, int, int], seed: int) -> np.ndarray:
    random = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    return np.asarray(sitk.GetArrayFromImage(sitk.SmoothingRecursiveGaussian(sitk.GetImageFromArray(random), 1.5)))


def random_affine(seed: int, *, turned: bool) -> np.ndarray:
    rng = np.random.default_rng(seed)
    turn = Rotation.random(rng=rng).as_matrix() if turned else np.diag(rng.choice([-1.0, 1.0], 3))
    if not turned:
        turn = turn[:, rng.permutation(3)]
    matrix = np.eye(4)
    matrix[:3, :3] = turn * rng.uniform(0.8, 3.0, 3)
    matrix[:3, 3] = rng.uniform(-100, 100, 3)
    return matrix


def on_same_centre(
    map_affine: np.ndarray, map_shape: tuple[int, int, int], image: np.ndarray, shape: tuple[int, int, int]
):
    """The map's affine, moved so that its middle lies in the image's middle."""
    middle = geometry.apply(image, (np.array(shape[::-1]) - 1) / 2)
    moved = map_affine.copy()
    moved[:3, 3] = middle - map_affine[:3, :3] @ ((np.array(map_shape[::-1]) - 1) / 2)
    return moved


def sitk_image(values: np.ndarray, affine: np.ndarray) -> sitk.Image:
    image = sitk.GetImageFromArray(values)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    image.SetDirection((affine[:3, :3] / spacing).ravel().tolist())
    return image


def resampled_by_sitk(
    values: np.ndarray, map_affine: np.ndarray, plane: np.ndarray, columns: int, rows: int
) -> np.ndarray:
    reference = sitk_image(np.zeros((1, rows, columns), np.float32), plane)
    out = sitk.Resample(sitk_image(values, map_affine), reference, sitk.Transform(), sitk.sitkLinear, float("nan"))
    return np.asarray(sitk.GetArrayFromImage(out))[0]


def drawn(values: np.ndarray, map_affine: np.ndarray, image_affine: np.ndarray, shape: tuple[int, int, int], k: int):
    """Ours at FINER device pixels per image pixel, NaN where nothing is."""
    header = make_header(image_affine, shape)
    _, rows, columns = shape
    view = View(k, ((columns - 1) / 2, (rows - 1) / 2), FINER / header.pixel_mm[1], WINDOW)
    screen = Screen(columns * FINER, rows * FINER)
    section = sections.cut(make_map(values, map_affine), header.affine_at(k), columns, rows)
    whole = np.full((rows * FINER, columns * FINER), np.nan, np.float32)
    if section is None:
        return whole
    patch = sections.sample(
        section, sections.device_to_image(view, header, screen), screen, sections.hot_crop(section.values, -np.inf)
    )
    if patch is not None:
        high, wide = patch.values.shape
        whole[patch.y : patch.y + high, patch.x : patch.x + wide] = patch.values
    return whole


def by_peer(values: np.ndarray, map_affine: np.ndarray, image_affine: np.ndarray, shape: tuple[int, int, int], k: int):
    """The same by SimpleITK: its pixels are ours, FINER to an image pixel."""
    finer = np.diag([1 / FINER, 1 / FINER, 1, 1])
    finer[:2, 3] = 0.5 / FINER - 0.5
    plane = make_header(image_affine, shape).affine_at(k) @ finer
    return resampled_by_sitk(values, map_affine, plane, shape[2] * FINER, shape[1] * FINER)


def square(affine: np.ndarray) -> np.ndarray:
    """The same orientation with square pixels, so that one device pixel can stand for one image pixel."""
    changed = affine.copy()
    changed[:3, 1] *= np.linalg.norm(affine[:3, 0]) / np.linalg.norm(affine[:3, 1])
    return changed


@settings(max_examples=30, deadline=None)
@example(2314111, False, False)
@given(SEEDS, st.booleans(), st.booleans())
def test_that_a_map_lies_where_simpleitk_puts_it_on_any_two_grids(seed: int, image_turned: bool, map_turned: bool):
    shape, map_shape = (12, 60, 72), (14, 18, 20)
    image = square(random_affine(seed, turned=image_turned))
    ours_on = on_same_centre(random_affine(seed + 1, turned=map_turned), map_shape, image, shape)
    values = smooth_field(map_shape, seed)
    k = seed % shape[0]
    ours, peer = drawn(values, ours_on, image, shape, k), by_peer(values, ours_on, image, shape, k)
    assert np.isfinite(ours).mean() == pytest.approx(np.isfinite(peer).mean(), abs=0.02)
    both = np.isfinite(ours) & np.isfinite(peer)
    # half a device pixel of placing along each axis, at the steepest slope of the field
    slopes = (np.nanmax(np.abs(np.diff(peer, axis=axis)), initial=0) for axis in (0, 1))
    tolerance = 1.2 * sum(map(float, slopes)) / 2 + 0.02 * np.ptp(values)
    assert np.abs(ours - peer)[both].max(initial=0) <= tolerance


def test_that_a_map_one_voxel_off_would_be_seen_by_the_comparison_with_simpleitk():
    shape, map_shape = (12, 60, 72), (14, 18, 20)
    image, coarse = square(AXIAL), on_same_centre(np.diag([3.0, 3.0, 2.0, 1.0]), map_shape, square(AXIAL), shape)
    values = smooth_field(map_shape, 3)
    shifted = coarse.copy()
    shifted[:3, 3] += coarse[:3, 0]
    ours, right = drawn(values, shifted, image, shape, 6), drawn(values, coarse, image, shape, 6)
    peer = by_peer(values, coarse, image, shape, 6)
    both = np.isfinite(ours) & np.isfinite(peer)
    assert np.abs(ours - peer)[both].mean() > 10 * np.abs(right - peer)[both & np.isfinite(right)].mean()


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans())
def test_that_a_box_section_is_where_the_plane_cuts_the_box(seed: int, turned: bool):
    rng = np.random.default_rng(seed)
    header = make_header(random_affine(seed, turned=turned), (20, 40, 50))
    centre = geometry.apply(header.grid_affine, rng.uniform((10, 10, 5), (40, 30, 15)))
    size = rng.uniform(4, 25, 3)
    plane = header.affine_at(int(rng.integers(20)))
    points = sections.outline(Box(tuple(centre), tuple(size)), geometry.inverse(plane))
    corners = geometry.apply(geometry.inverse(plane), centre + (sections._CORNERS * size))
    if points is None:
        assert corners[:, 2].min() > 0.5 or corners[:, 2].max() < -0.5
        return
    if corners[:, 2].min() > 0 or corners[:, 2].max() < 0:
        return  # within half a slice beyond the box: the nearest section stands in for it
    on_plane = geometry.apply(plane, np.column_stack([points, np.zeros(len(points))]))
    beyond = np.abs(on_plane - centre) - size / 2
    assert beyond.max() <= 1e-6
    assert np.abs(beyond.max(axis=1)).max() <= 1e-6, "each corner of the section lies on the box's surface"


def test_that_an_axial_box_is_the_rectangle_of_its_edges():
    header = make_header(AXIAL)
    centre = geometry.apply(AXIAL, (60, 40, 10))
    points = sections.outline(Box(tuple(centre), (16.0, 7.0, 9.0)), geometry.inverse(header.affine_at(10)))
    assert points is not None
    assert points.min(axis=0) == pytest.approx((50, 35))
    assert points.max(axis=0) == pytest.approx((70, 45))


def test_that_a_box_is_absent_beyond_half_a_slice_from_its_ends_and_thin_ones_do_not_slip_between_slices():
    header = make_header(AXIAL)
    centre = geometry.apply(AXIAL, (60, 40, 10.4))
    shown = [
        k
        for k in range(20)
        if sections.outline(Box(tuple(centre), (9.0, 9.0, 0.1)), geometry.inverse(header.affine_at(k))) is not None
    ]
    assert shown == [10]


def test_that_a_polygon_shows_on_its_own_slice_only():
    header = make_header(AXIAL)
    points = geometry.apply(AXIAL, [(10, 10, 7), (20, 10, 7), (20, 22, 7)])
    polygon = Polygon(tuple(map(tuple, points)))
    hits = {k: sections.outline(polygon, geometry.inverse(header.affine_at(k))) for k in range(12)}
    assert [k for k, found in hits.items() if found is not None] == [7]
    assert hits[7] == pytest.approx(np.array([(10, 10), (20, 10), (20, 22)]))


def test_that_uneven_slices_use_their_own_position():
    header = make_header(AXIAL)
    moved = list(header.instances)
    moved[5] = type(moved[5])(moved[5].path, moved[5].sop_uid, position_mm=(-50.0, -30.0, -191.0))
    uneven = type(header)(**{name: getattr(header, name) for name in header.__slots__} | {"instances": tuple(moved)})
    assert uneven.affine_at(5)[2, 3] == -191.0


def test_that_nothing_below_the_floor_is_sampled_and_a_cold_map_gives_no_patch():
    values = np.zeros((6, 10, 10), np.float32)
    values[3, 4, 5] = 0.6
    section = sections.Section(values[3], np.array([[1.0, 0, 0], [0, 1.0, 0]]))
    from_device = np.array([[0.1, 0, 0], [0, 0.1, 0]])
    assert sections.sample(section, from_device, Screen(100, 100), sections.hot_crop(section.values, 0.7)) is None
    patch = sections.sample(section, from_device, Screen(100, 100), sections.hot_crop(section.values, 0.5))
    assert patch is not None
    assert patch.values.shape[0] < 40, "only the surroundings of the hot voxel are enlarged"
    row, column = np.unravel_index(patch.values.argmax(), patch.values.shape)
    assert (patch.x + column, patch.y + row) == pytest.approx((50, 40), abs=1)


def test_that_the_strongest_of_maps_on_one_grid_is_taken_and_other_grids_stay_apart():
    one = make_map(np.full((2, 2, 2), 0.2, np.float32), np.eye(4), "a")
    two = make_map(np.full((2, 2, 2), 0.7, np.float32), np.eye(4), "b")
    other = make_map(np.full((2, 2, 2), 0.1, np.float32), np.diag([2.0, 2, 2, 1]), "c")
    merged = sections.strongest((one, two, other))
    assert [float(each.values.max()) for each in merged] == pytest.approx([0.7, 0.1])


def test_that_iso_outlines_run_round_the_region():
    y, x = np.mgrid[0:80, 0:100]
    disc = np.hypot(x - 60, y - 30).astype(np.float32)
    (line,) = sections.iso_outlines(sections.Patch(-disc, 7, 9), -15.0)
    assert np.hypot(line[:, 0] - 67, line[:, 1] - 39) == pytest.approx(np.full(len(line), 15), abs=1.5)
