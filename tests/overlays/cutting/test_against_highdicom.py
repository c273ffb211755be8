"""Maps over grids that are crops, flips and turns of their own, against highdicom's Volume, voxel for voxel."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from overlays.cutting.fields import cut
from overlays.result import AIMap, Segment
from viewers import geometry

from ..conftest import MODEL, make_header

SEEDS = st.integers(0, 2**32 - 1)
ORDER = np.eye(4)[[2, 1, 0, 3]]  # highdicom counts (slice, row, column), we (column, row, slice)


def looked_up(peer, target) -> np.ndarray:
    """The peer's value at each voxel of a target; its own `match_geometry` (0.28.2) forgets to crop where it pads."""
    indices = np.stack(np.meshgrid(*map(np.arange, target.spatial_shape), indexing="ij"), axis=-1).reshape(-1, 3)
    at = peer.map_reference_to_indices(target.map_indices_to_reference(indices), round_output=True)
    inside = ((at >= 0) & (at < peer.spatial_shape)).all(axis=1)
    values = np.zeros(len(indices), peer.array.dtype)
    values[inside] = peer.array[tuple(at[inside].T)]
    return values.reshape(target.spatial_shape)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_that_a_map_is_on_every_slice_what_highdicom_finds_there(seed: int):
    """An oblique, anisotropic series; the map is a part of it or more, with its axes in another order and direction."""
    from highdicom import Volume, VolumeGeometry

    rng = np.random.default_rng(seed)
    image = np.eye(4)
    image[:3, :3] = Rotation.random(rng=rng).as_matrix() * rng.uniform(0.5, 4, 3)
    image[:3, 3] = rng.uniform(-100, 100, 3)
    shape = tuple(int(n) for n in rng.integers(4, 12, 3))
    header = make_header(image, shape)
    axes, signs = rng.permutation(3), rng.choice([-1, 1], 3)
    size, start = rng.integers(3, 14, 3), rng.integers(-3, 4, 3)
    turn = np.zeros((4, 4))
    turn[axes, range(3)] = signs
    turn[axes, 3] = np.where(signs > 0, start, start + size - 1)
    turn[3, 3] = 1
    affine = image @ turn
    values = rng.integers(0, 5, tuple(size[::-1])).astype(np.uint8)
    peer = Volume(values, affine @ ORDER, coordinate_system="PATIENT", frame_of_reference_uid="1.9")
    target = VolumeGeometry(image @ ORDER, shape, coordinate_system="PATIENT", frame_of_reference_uid="1.9")
    expected = looked_up(peer, target)
    segments = tuple(Segment(n, str(n)) for n in range(1, 5))
    ours = AIMap("m", "", "label", values, affine, (0, 4), "", MODEL, segments=segments)
    for k in range(shape[0]):
        section = cut(ours, header.affine_at(k), shape[2], shape[1])
        seen = np.zeros(shape[1:], np.uint8)
        if section is not None:
            points = np.stack(np.meshgrid(np.arange(shape[2]), np.arange(shape[1])), axis=-1)
            at = np.rint(points @ section.from_image[:, :2].T + section.from_image[:, 2]).astype(int)
            inside = ((at >= 0) & (at < section.values.shape[::-1])).all(axis=-1)
            seen[inside] = section.values[at[inside][:, 1], at[inside][:, 0]]
        assert np.array_equal(seen, expected[k])


def test_that_highdicom_and_we_mean_the_same_mm_by_a_voxel():
    from highdicom import VolumeGeometry

    header = make_header(np.array([[0.8, 0, 0, -50], [0, -0.7, 0, -30], [0, 0, 1.5, -200], [0, 0, 0, 1.0]]))
    peer = VolumeGeometry(header.affine @ ORDER, (40, 96, 128), coordinate_system="PATIENT")
    points = np.array([(3, 4, 5), (127, 95, 39), (0, 0, 0)])
    assert np.allclose(geometry.apply(header.affine, points), peer.map_indices_to_reference(points[:, ::-1]))
