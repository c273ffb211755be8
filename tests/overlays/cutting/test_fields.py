"""Maps cut by slices, to the voxel, against SimpleITK: nearest for segments, linear for fields, any two grids."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813  # the name its own documentation uses
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

from overlays.cutting.fields import cut, map_section
from overlays.result import AIMap, ImageRef, Segment
from tests.pace import least_ms
from viewers import geometry
from viewers.planes.poses import Pose, posed
from viewers.planes.turning import TURNS

from ..conftest import AXIAL, MODEL, make_header, make_map, make_volume

SEEDS = st.integers(0, 2**32 - 1)
SHAPE, MAP_SHAPE = (9, 40, 48), (11, 26, 22)


def label_map(values: np.ndarray, affine: np.ndarray, **more: object) -> AIMap:
    segments = tuple(Segment(number, f"organ {number}") for number in range(1, 5))
    made = AIMap("m1", "organs", "label", values, affine, (0.0, 4.0), "", MODEL, segments=segments)
    return replace(made, **more)


def grid(rng: np.random.Generator, *, turned: bool, flipped: bool = False) -> np.ndarray:
    turn = Rotation.random(rng=rng).as_matrix() if turned else np.eye(3)[:, rng.permutation(3)]
    signs = rng.choice([-1.0, 1.0], 3) if flipped else np.ones(3)
    matrix = np.eye(4)
    matrix[:3, :3] = turn * signs * rng.uniform(0.7, 3.0, 3)
    matrix[:3, 3] = rng.uniform(-60, 60, 3)
    return matrix


def centred(affine: np.ndarray, shape: tuple[int, int, int], middle: np.ndarray) -> np.ndarray:
    moved = affine.copy()
    moved[:3, 3] = middle - affine[:3, :3] @ ((np.array(shape[::-1]) - 1) / 2)
    return moved


def sitk_image(values: np.ndarray, affine: np.ndarray) -> sitk.Image:
    image = sitk.GetImageFromArray(values)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    image.SetDirection((affine[:3, :3] / spacing).ravel().tolist())
    return image


def by_sitk(values: np.ndarray, affine: np.ndarray, plane: np.ndarray, size: tuple[int, int], how: int, void: float):
    reference = sitk_image(np.zeros((1, size[1], size[0]), np.float32), plane)
    return sitk.GetArrayFromImage(sitk.Resample(sitk_image(values, affine), reference, sitk.Transform(), how, void))[0]


def at_pixels(section, columns: int, rows: int, void: float) -> np.ndarray:
    """The section's nearest value at each pixel of the image."""
    points = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    at = np.floor(points @ section.from_image[:, :2].T + section.from_image[:, 2] + 0.5 + 1e-6).astype(int)
    high, wide = section.values.shape
    inside = ((at >= 0) & (at < (wide, high))).all(axis=1)
    seen = np.full(len(points), void, np.float64)
    seen[inside] = section.values[at[inside, 1], at[inside, 0]]
    return seen.reshape(rows, columns)


def is_undecided(affine: np.ndarray, plane: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Where a pixel's centre lies on the edge between two voxels, so that rounding decides."""
    points = np.stack([*np.meshgrid(np.arange(columns), np.arange(rows)), np.zeros((rows, columns))], axis=-1)
    voxels = geometry.apply(geometry.inverse(affine) @ plane, points)
    return (np.abs(voxels - np.floor(voxels) - 0.5) < 1e-4).any(axis=-1)


def two_grids(seed: int, image_turned: bool, map_turned: bool):
    rng = np.random.default_rng(seed)
    image = grid(rng, turned=image_turned, flipped=True)
    middle = geometry.apply(image, (np.array(SHAPE[::-1]) - 1) / 2) + rng.uniform(-6, 6, 3)
    return rng, make_header(image, SHAPE), centred(grid(rng, turned=map_turned, flipped=True), MAP_SHAPE, middle)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_that_segments_lie_on_the_voxels_that_simpleitk_says_with_axes_in_any_order_and_direction(seed):
    """Other spacings, shifted by fractions of voxels, reaching beyond the image or not over all of it."""
    rng, header, affine = two_grids(seed, image_turned=False, map_turned=False)
    values = rng.integers(0, 5, MAP_SHAPE).astype(np.uint8)
    plane = header.affine_at(seed % SHAPE[0])
    section = cut(label_map(values, affine), plane, SHAPE[2], SHAPE[1])
    peer = by_sitk(values, affine, plane, (SHAPE[2], SHAPE[1]), sitk.sitkNearestNeighbor, 0)
    if section is None:
        assert not peer.any()
        return
    assert section.values.dtype == np.uint8
    decided = ~is_undecided(affine, plane, SHAPE[2], SHAPE[1])
    assert np.array_equal(at_pixels(section, SHAPE[2], SHAPE[1], 0)[decided], peer[decided])


def on_its_own_points(section, plane: np.ndarray) -> np.ndarray:
    """The plane's affine with the section's points as pixels."""
    to_image = np.linalg.inv(section.from_image[:, :2])
    matrix = np.eye(4)
    matrix[:2, :2], matrix[:2, 3] = to_image, -to_image @ section.from_image[:, 2]
    return plane @ matrix


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from((True, False)), st.sampled_from(("label", "field")))
def test_that_every_sample_of_a_section_is_the_value_that_simpleitk_gives_there(seed, map_turned, kind):
    """Also across the map's planes, where the section's samples are taken as the pixels of the peer's image."""
    rng, header, affine = two_grids(seed, not map_turned, map_turned)
    plane = header.affine_at(seed % SHAPE[0])
    if kind == "label":
        values, how, void = rng.integers(0, 5, MAP_SHAPE).astype(np.uint8), sitk.sitkNearestNeighbor, 0.0
        ai_map = label_map(values, affine)
    else:
        values, how, void = rng.normal(size=MAP_SHAPE).astype(np.float32), sitk.sitkLinear, float("nan")
        ai_map = make_map(values, affine)
    section = cut(ai_map, plane, SHAPE[2], SHAPE[1])
    if section is None:
        return
    rows, columns = section.values.shape
    finer = on_its_own_points(section, plane)
    peer = by_sitk(values, affine, finer, (columns, rows), how, void)
    decided = ~is_undecided(affine, finer, columns, rows)
    ours = section.values[decided].astype(np.float64)
    if kind == "label":
        assert np.array_equal(ours, peer[decided])
    else:
        assert np.array_equal(np.isnan(ours), np.isnan(peer[decided]))
        assert np.nan_to_num(ours) == pytest.approx(np.nan_to_num(peer[decided]), abs=2e-5)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_that_a_field_along_its_planes_is_linear_between_them_as_simpleitk_has_it(seed):
    rng, header, affine = two_grids(seed, image_turned=False, map_turned=False)
    affine = centred(
        header.grid_affine * (1.0, 1.0, 1.7, 1.0), MAP_SHAPE, affine @ (11.0, 13.0, 5.0, 1.0) @ np.eye(4)[:, :3]
    )
    values = rng.integers(0, 255, MAP_SHAPE).astype(np.uint8)
    ai_map = replace(make_map(values, affine), kind="probability", slope=1 / 255)
    plane = header.affine_at(seed % SHAPE[0])
    section = cut(ai_map, plane, SHAPE[2], SHAPE[1])
    if section is None:
        return
    rows, columns = section.values.shape
    peer = by_sitk(
        values.astype(np.float32), affine, on_its_own_points(section, plane), (columns, rows), sitk.sitkLinear, -1
    )
    assert section.values.astype(float) == pytest.approx(peer, abs=255 * 2e-3)  # within it a plane is as it is


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from(("label", "field")), st.booleans())
def test_that_tilted_and_sheared_grids_are_sampled_as_scipy_samples_them(seed, kind, is_own_grid):
    """Gantry tilt, of the images, of the map or of both: SimpleITK knows no such grids."""
    rng, header, affine = two_grids(seed, image_turned=True, map_turned=True)
    image = header.grid_affine.copy()
    image[:3, 2] += rng.uniform(-0.5, 0.5) * image[:3, 1]
    header = make_header(image, SHAPE)
    affine = centred(image, MAP_SHAPE, geometry.apply(image, (24.0, 20.0, 4.0))) if is_own_grid else affine
    if not is_own_grid:
        affine[:3, 2] += rng.uniform(-0.5, 0.5) * affine[:3, 0]
    values = rng.integers(0, 5, MAP_SHAPE).astype(np.uint8)
    ai_map = label_map(values, affine, kind="label" if kind == "label" else "probability")
    plane = header.affine_at(seed % SHAPE[0])
    section = cut(ai_map, plane, SHAPE[2], SHAPE[1])
    if section is None:
        return
    rows, columns = section.values.shape
    points = np.stack([*np.meshgrid(np.arange(columns), np.arange(rows)), np.zeros((rows, columns))], axis=-1)
    voxels = geometry.apply(geometry.inverse(affine) @ on_its_own_points(section, plane), points)
    inside = ((voxels > -0.5 + 1e-4) & (voxels < np.array(MAP_SHAPE[::-1]) - 0.5 - 1e-4)).all(axis=-1)
    inside &= ~is_undecided(affine, on_its_own_points(section, plane), columns, rows)
    order, mode = (0, "nearest") if kind == "label" else (1, "nearest")
    peer = map_coordinates(values.astype(np.float64), voxels[..., ::-1].reshape(-1, 3).T, order=order, mode=mode)
    peer = peer.reshape(rows, columns)
    assert section.values[inside].astype(float) == pytest.approx(peer[inside], abs=0 if kind == "label" else 0.01)


# --- the map's own planes ---------------------------------------------------------------------------------------------


def test_that_a_plane_of_the_map_is_a_view_of_it_and_costs_nothing():
    values = np.zeros((400, 512, 512), np.uint8)
    affine = np.diag([0.7, 0.7, 1.0, 1.0])
    ai_map, plane = label_map(values, affine), affine.copy()
    plane[2, 3] = 200
    section = cut(ai_map, plane, 512, 512)
    assert section is not None
    assert np.shares_memory(section.values, values)
    assert least_ms(lambda: cut(ai_map, plane, 512, 512), times=50) < 0.3


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_that_the_three_planes_of_a_map_are_its_own_slices(axis):
    rng = np.random.default_rng(axis)
    values = rng.integers(0, 5, (6, 7, 8)).astype(np.uint8)
    order = [each for each in range(3) if each != axis] + [axis]
    plane = np.eye(4)[:, [*order, 3]]
    plane[axis, 3] = 3
    section = cut(label_map(values, np.eye(4)), plane, 8, 8)
    assert section is not None
    assert np.array_equal(section.values, np.take(values, 3, axis=2 - axis))


def test_that_a_map_ends_half_a_voxel_beyond_its_last_plane():
    ai_map = label_map(np.ones((3, 4, 4), np.uint8), np.eye(4))
    for depth, is_there in ((-0.6, False), (-0.4, True), (2.4, True), (2.6, False)):
        plane = np.eye(4)
        plane[2, 3] = depth
        assert (cut(ai_map, plane, 4, 4) is not None) == is_there


# --- uneven planes ----------------------------------------------------------------------------------------------------


def uneven(kind: str = "label") -> AIMap:
    """Planes of 1, 2, 3, 4 at 0, 1, 2.2 and, beyond a hole, 6."""
    values = np.ones((4, 5, 6), np.uint8) * np.arange(1, 5, dtype=np.uint8)[:, None, None]
    return label_map(values, np.eye(4), places=(0.0, 1.0, 2.2, 6.0), kind=kind)


def value_at(ai_map: AIMap, depth: float) -> float:
    plane = np.eye(4)
    plane[2, 3] = depth
    section = cut(ai_map, plane, 6, 5)
    return 0.0 if section is None else float(section.values[2, 3])


def test_that_uneven_planes_stand_for_half_the_way_to_their_neighbours_and_holes_stay_empty():
    depths = (-0.6, -0.4, 0.4, 0.6, 1.5, 1.7, 2.6, 2.8, 5.4, 5.6, 6.4, 6.6)
    assert [value_at(uneven(), depth) for depth in depths] == [0, 1, 1, 2, 2, 3, 3, 0, 0, 4, 4, 0]


def test_that_fields_are_linear_between_uneven_planes_and_level_at_a_holes_rim():
    depths = (0.5, 1.6, 2.5, 4.0)
    assert [value_at(uneven("probability"), depth) for depth in depths] == pytest.approx([1.5, 2.5, 3, 0])


def test_that_planes_across_uneven_slices_show_each_where_it_lies():
    plane = np.array([[1.0, 0, 0, 0], [0, 0, 1, 2], [0, 0.1, 0, -1], [0, 0, 0, 1]])
    section = cut(uneven(), plane, 6, 80)
    assert section is not None
    seen = at_pixels(section, 6, 80, 0)[:, 3]
    depth = -1 + 0.1 * np.arange(80)
    expected = np.select(
        [depth < -0.5, depth < 0.5, depth < 1.6, depth < 2.7, depth < 5.5, depth < 6.5], [0, 1, 2, 3, 0, 4], 0
    )
    clear = np.abs(depth[:, None] - (-0.5, 0.5, 1.6, 2.7, 5.5, 6.5)).min(axis=1) > 0.06
    assert np.array_equal(seen[clear], expected[clear])


# --- slabs ------------------------------------------------------------------------------------------------------------


def layered() -> np.ndarray:
    values = np.zeros((9, 4, 4), np.uint8)
    values[2, 0], values[4, 0], values[6, 1], values[8, 2] = 1, 2, 3, 4
    return values


@pytest.mark.parametrize("turned", [False, True])
def test_that_a_slab_shows_of_segments_those_nearest_to_its_middle(turned):
    affine = np.diag([1.0, 1.0, 2.0, 1.0])
    plane = affine.copy()
    plane[2, 3] = 8.2  # plane 4
    if turned:  # within the plane, by an angle that no axis has
        plane = plane @ np.block([[Rotation.from_euler("x", 0.03).as_matrix(), np.zeros((3, 1))], [0, 0, 0, 1]])
    section = cut(label_map(layered(), affine), plane, 4, 4, thickness_mm=9.0)
    assert section is not None
    assert at_pixels(section, 4, 4, 0)[:, 1].tolist() == [2, 3, 0, 0]


def test_that_a_slab_shows_of_a_field_its_highest_value_and_leaves_out_what_has_none():
    values = layered().astype(np.float32)
    values[4, 3] = np.nan
    plane = np.eye(4)
    plane[2, 3] = 4
    section = cut(make_map(values, np.eye(4)), plane, 4, 4, thickness_mm=4.0)
    assert section is not None
    assert section.values[:, 1].tolist() == [2, 3, 0, 0]


def test_that_a_slab_thinner_than_a_slice_is_that_slice():
    plane = np.eye(4)
    plane[2, 3] = 6.2
    section = cut(label_map(layered(), np.eye(4)), plane, 4, 4, thickness_mm=0.1)
    assert section is not None
    assert section.values[1, 0] == 3


# --- on their own images ----------------------------------------------------------------------------------------------


def of_images(header, *indices: int) -> AIMap:
    values = np.stack([np.full((header.rows, header.columns), n + 1, np.uint8) for n in range(len(indices))])
    images = tuple(ImageRef(header.instances[index].sop_uid) for index in indices)
    return label_map(values, header.grid_affine, images=images, places=tuple(map(float, indices)))


def test_that_planes_of_a_map_that_belong_to_images_stay_on_them():
    header, other = make_header(AXIAL, (6, 30, 40)), make_header(AXIAL, (6, 30, 40), series="9.9")
    ai_map = of_images(header, 1, 4)
    seen = [map_section(ai_map, header, k) for k in range(6)]
    assert [0 if each is None else int(each.values[0, 0]) for each in seen] == [0, 1, 0, 0, 2, 0]
    assert all(map_section(ai_map, other, k) is None for k in range(6))


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_that_a_map_turns_with_its_image(turn):
    volume = make_volume(make_header(AXIAL, (3, 30, 40)))
    ai_map = of_images(volume.header, 1)
    values = np.random.default_rng(0).integers(0, 5, (1, 30, 40)).astype(np.uint8)
    header = posed(volume, Pose(None, turn)).header
    section = map_section(replace(ai_map, values=values), header, 1)
    assert section is not None
    shown = at_pixels(section, header.columns, header.rows, 0)
    assert np.array_equal(shown, turn.applied(values[0]))


@pytest.mark.parametrize("plane", ["coronal", "sagittal"])
def test_that_a_map_is_on_planes_across_a_series_what_the_series_itself_would_be(plane):
    """The image is its own map: what is drawn of it is what the viewer shows, voxel by voxel."""
    header = make_header(
        centred(np.diag([1.5, 1.5, 1.5, 1.0]), (12, 30, 40), np.array((7.0, -9.0, 50.0))), (12, 30, 40)
    )
    volume = make_volume(header)
    volume.stored[:] = np.random.default_rng(5).integers(1, 5, volume.stored.shape)
    across = posed(volume, Pose(plane))
    ai_map = label_map(volume.stored.astype(np.uint8), header.grid_affine)
    for k in range(across.header.frames):
        section = map_section(ai_map, across.header, k)
        assert section is not None
        shown = at_pixels(section, across.header.columns, across.header.rows, 0)
        assert np.array_equal(shown, across.plane(k))
