"""Affines, orientation letters and slice spacing, against SimpleITK and by their properties."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from viewers import geometry

angles = st.floats(-180, 180)
millimetres = st.floats(0.1, 10)
places = st.tuples(*[st.floats(-500, 500)] * 3)


@st.composite
def orientations(draw: st.DrawFn) -> NDArray[np.float64]:
    turned = Rotation.from_euler("xyz", draw(st.tuples(angles, angles, angles)), degrees=True).as_matrix()
    return np.concatenate([turned[:, 0], turned[:, 1]])


@settings(max_examples=60)
@given(orientations(), places, millimetres, millimetres, millimetres, places)
def test_that_the_affine_places_voxels_where_simpleitk_does(
    orientation: NDArray[np.float64],
    position: tuple[float, ...],
    row_mm: float,
    column_mm: float,
    slice_mm: float,
    voxel: tuple[float, ...],
) -> None:
    normal = geometry.normal(orientation)
    affine = geometry.affine(orientation, position, (row_mm, column_mm), normal * slice_mm)
    image = sitk.Image(4, 4, 4, sitk.sitkUInt8)
    image.SetOrigin(position)
    image.SetSpacing((column_mm, row_mm, slice_mm))
    image.SetDirection(np.column_stack([orientation[:3], orientation[3:], normal]).ravel().tolist())
    expected = image.TransformContinuousIndexToPhysicalPoint(voxel)
    np.testing.assert_allclose(geometry.apply(affine, voxel), expected, atol=1e-6)


@settings(max_examples=60)
@given(orientations(), places, millimetres, millimetres, millimetres, places)
def test_that_there_and_back_is_where_it_began(
    orientation: NDArray[np.float64],
    position: tuple[float, ...],
    row_mm: float,
    column_mm: float,
    slice_mm: float,
    voxel: tuple[float, ...],
) -> None:
    affine = geometry.affine(orientation, position, (row_mm, column_mm), geometry.normal(orientation) * slice_mm)
    back = geometry.apply(geometry.inverse(affine), geometry.apply(affine, voxel))
    np.testing.assert_allclose(back, voxel, atol=1e-6)


def test_that_a_flat_affine_has_no_inverse() -> None:
    with pytest.raises(ValueError, match="cannot be inverted"):
        geometry.inverse(np.diag([1.0, 1.0, 0.0, 1.0]))


@settings(max_examples=60)
@given(orientations(), st.permutations(range(9)), millimetres)
def test_that_slices_are_ordered_by_place_whatever_their_file_order(
    orientation: NDArray[np.float64], order: list[int], slice_mm: float
) -> None:
    direction = geometry.stack_direction(orientation)
    positions = np.array([direction * slice_mm * i for i in order])
    found, _ = geometry.slice_order(orientation, positions)
    assert [order[i] for i in found] == list(range(9))


@pytest.mark.parametrize(
    ("orientation", "rising"),
    [((1, 0, 0, 0, 1, 0), 2), ((0, 1, 0, 0, 0, -1), 0), ((1, 0, 0, 0, 0, -1), 1), ((-1, 0, 0, 0, 1, 0), 2)],
)
def test_that_stacks_run_where_lps_rises(orientation: tuple[float, ...], rising: int) -> None:
    assert geometry.stack_direction(orientation)[rising] == 1


@pytest.mark.parametrize(
    ("orientation", "edges", "plane"),
    [
        ((1, 0, 0, 0, 1, 0), {"left": "R", "right": "L", "top": "A", "bottom": "P"}, "axial"),
        ((1, 0, 0, 0, 0, -1), {"left": "R", "right": "L", "top": "H", "bottom": "F"}, "coronal"),
        ((0, 1, 0, 0, 0, -1), {"left": "A", "right": "P", "top": "H", "bottom": "F"}, "sagittal"),
        ((0.8, 0.6, 0, 0, 0, -1), {"left": "RA", "right": "LP", "top": "H", "bottom": "F"}, "oblique"),
    ],
)
def test_that_edges_carry_the_letters_of_the_patient(
    orientation: tuple[float, ...], edges: dict[str, str], plane: str
) -> None:
    affine = geometry.affine(orientation, (0, 0, 0), (1, 1), geometry.normal(orientation))
    assert geometry.edge_letters(affine) == edges
    assert geometry.plane_name(orientation) == plane


@settings(max_examples=60)
@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.01))
def test_that_the_opposite_direction_has_the_opposite_letters(vector: tuple[float, ...]) -> None:
    opposite = str.maketrans("LRPAHF", "RLAPFH")
    assert geometry.letters([-v for v in vector]) == geometry.letters(vector).translate(opposite)
    assert 1 <= len(geometry.letters(vector)) <= 3


def test_that_a_missing_slice_shows_as_a_gap_and_tilt_as_tilt() -> None:
    axial = (1, 0, 0, 0, 1, 0)
    even = geometry.spacing(axial, [(0, 0, z) for z in range(0, 10, 2)])
    assert even.uniform
    assert not even.tilted
    assert even.spacing_mm == 2
    assert geometry.spacing(axial, [(0, 0, z) for z in (0, 2, 6, 8)]).gaps == (1,)
    tilted = geometry.spacing(axial, [(0, 0.3 * z, z) for z in range(5)])
    assert tilted.tilted
    assert tilted.spacing_mm == pytest.approx(1)


@settings(max_examples=60)
@given(st.floats(-0.5, 0.5), millimetres, st.integers(2, 20))
def test_that_a_sheared_affine_places_every_slice_of_a_tilted_stack(tilt: float, slice_mm: float, count: int) -> None:
    axial = (1, 0, 0, 0, 1, 0)
    positions = np.array([(5, 7 + tilt * slice_mm * i, slice_mm * i) for i in range(count)])
    affine = geometry.affine(axial, positions[0], (1, 1), geometry.spacing(axial, positions).step_mm)
    np.testing.assert_allclose(geometry.apply(affine, [(0, 0, i) for i in range(count)]), positions, atol=1e-9)


@settings(max_examples=60)
@given(st.tuples(*[st.floats(-2e-5, 2e-5)] * 6))
def test_that_rounding_never_turns_a_stack_at_45_degrees_round(noise: tuple[float, ...]) -> None:
    half = np.sqrt(0.5)
    orientation = np.array([half, half, 0, 0, 0, -1]) + noise
    assert geometry.stack_direction(orientation)[1] > 0
