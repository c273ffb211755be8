"""Maps at a viewport's device pixels, where SimpleITK puts them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813  # the name its own documentation uses
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

from overlays.cutting.fields import cut
from overlays.painting.sampling import Screen, device_to_image, hot_crop, sample
from viewers import geometry
from viewers.view import View, Window

from ..conftest import AXIAL, make_header, make_map

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
    section = cut(make_map(values, map_affine), header.affine_at(k), columns, rows)
    whole = np.full((rows * FINER, columns * FINER), np.nan, np.float32)
    if section is None:
        return whole
    crop, from_device = hot_crop(section.values, -np.inf), device_to_image(view, header, screen)
    patch = sample(section.values, section.from_image, from_device, screen, crop, smooth=True)
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
@example(270, True, False)
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


def test_that_nothing_below_the_floor_is_sampled_and_a_cold_map_gives_no_patch():
    values = np.zeros((6, 10, 10), np.float32)
    values[3, 4, 5] = 0.6
    straight = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    from_device = np.array([[0.1, 0, 0], [0, 0.1, 0]])
    crop = hot_crop(values[3], 0.7)
    assert sample(values[3], straight, from_device, Screen(100, 100), crop, smooth=True) is None
    crop = hot_crop(values[3], 0.5)
    patch = sample(values[3], straight, from_device, Screen(100, 100), crop, smooth=True)
    assert patch is not None
    assert patch.values.shape[0] < 40, "only the surroundings of the hot voxel are enlarged"
    row, column = np.unravel_index(patch.values.argmax(), patch.values.shape)
    assert (patch.x + column, patch.y + row) == pytest.approx((50, 40), abs=1)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.booleans())
def test_that_every_device_pixel_has_the_segment_that_simpleitk_finds_at_its_centre(seed: int, mirrored: bool):
    rng = np.random.default_rng(seed)
    shape, map_shape = (12, 60, 72), (14, 18, 20)
    image = square(random_affine(seed, turned=True))
    turn = np.eye(3)[:, rng.permutation(3)] * (rng.choice([-1.0, 1.0], 3) if mirrored else 1)
    along = np.eye(4)
    along[:3, :3] = image[:3, :3] / np.linalg.norm(image[:3, :3], axis=0) @ turn * rng.uniform(0.7, 4, 3)
    ours_on = on_same_centre(along, map_shape, image, shape)
    values = rng.integers(0, 5, map_shape).astype(np.uint8)
    header, k = make_header(image, shape), seed % shape[0]
    view = View(k, ((shape[2] - 1) / 2, (shape[1] - 1) / 2), FINER / header.pixel_mm[1], WINDOW)
    screen = Screen(shape[2] * FINER, shape[1] * FINER)
    section = cut(replace(make_map(values, ours_on), kind="label"), header.affine_at(k), shape[2], shape[1])
    whole = np.zeros((shape[1] * FINER, shape[2] * FINER), np.uint8)
    if section is not None:
        crop, from_device = hot_crop(section.values, 1), device_to_image(view, header, screen)
        patch = sample(section.values, section.from_image, from_device, screen, crop, smooth=False)
        if patch is not None:
            high, wide = patch.values.shape
            whole[patch.y : patch.y + high, patch.x : patch.x + wide] = patch.values
    finer = np.diag([1 / FINER, 1 / FINER, 1, 1])
    finer[:2, 3] = 0.5 / FINER - 0.5
    plane = header.affine_at(k) @ finer
    reference = sitk_image(np.zeros((1, *whole.shape), np.float32), plane)
    moved = sitk.Resample(sitk_image(values, ours_on), reference, sitk.Transform(), sitk.sitkNearestNeighbor, 0)
    points = np.stack([*np.meshgrid(*map(np.arange, whole.shape[::-1])), np.zeros(whole.shape)], axis=-1)
    voxels = geometry.apply(geometry.inverse(ours_on) @ plane, points)
    is_decided = (np.abs(voxels - np.floor(voxels) - 0.5) > 1e-4).all(axis=-1)
    assert np.array_equal(whole[is_decided], sitk.GetArrayFromImage(moved)[0][is_decided])


@pytest.mark.parametrize("shape", [(1, 1), (4, 1), (1, 4), (2, 2)])
def test_that_a_section_of_very_few_voxels_is_shown(shape: tuple[int, int]):
    header = make_header(square(AXIAL))
    view = View(5, (2.0, 2.0), 10.0, WINDOW)
    screen = Screen(200, 200)
    from_image = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    for values, smooth in ((np.ones(shape, np.float32), True), (np.ones(shape, np.uint8), False)):
        crop = hot_crop(values, 1)
        patch = sample(values, from_image, device_to_image(view, header, screen), screen, crop, smooth=smooth)
        assert patch is not None
        assert (patch.values == 1).sum() == pytest.approx(shape[0] * shape[1] * (10 * header.pixel_mm[1]) ** 2, rel=0.2)


@pytest.mark.parametrize("zoom", [1.0, 8.0, 64.0])  # device pixels per image pixel; 64 is as near as readers come
@pytest.mark.parametrize("kind", ["f4", "u1", "i2"])
def test_that_a_coarse_map_over_a_film_is_enlarged_exactly_and_only_where_it_is_seen(zoom: float, kind: str):
    """As saliency maps of 7 × 7 are over mammograms: one of their voxels is then as large as a street."""
    stored = (np.random.default_rng(4).random((7, 7)) * 200).astype(kind)
    header = make_header(np.diag([0.07, 0.07, 1.0, 1.0]), (1, 3500, 2800))
    screen = Screen(600, 500)
    centre = (1333.25, 1871.75)
    from_device = device_to_image(View(0, centre, zoom / 0.07, WINDOW), header, screen)
    from_image = np.array([[7 / 2800, 0, 3.5 / 2800 - 0.5], [0, 7 / 3500, 3.5 / 3500 - 0.5]])
    patch = sample(stored, from_image, from_device, screen, (0, 7, 0, 7), smooth=True)
    assert patch is not None
    assert (patch.x, patch.y, patch.values.shape, patch.values.dtype) == (0, 0, (500, 600), stored.dtype)
    columns = from_image[0, 0] * (from_device[0, 0] * np.arange(600) + from_device[0, 2]) + from_image[0, 2]
    rows = from_image[1, 1] * (from_device[1, 1] * np.arange(500) + from_device[1, 2]) + from_image[1, 2]
    peer = map_coordinates(stored.astype(np.float64), np.meshgrid(rows, columns, indexing="ij"), order=1)
    steepest = np.abs(np.gradient(peer)).max()
    assert np.abs(patch.values - peer).max() <= steepest + (0.51 if kind != "f4" else 1e-3)
    if zoom == 64:
        assert np.abs(patch.values - peer).max() <= (0.51 if kind != "f4" else 1e-3)
