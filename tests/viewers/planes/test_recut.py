"""Planes cut across series: places, letters and values against the source's own geometry and SimpleITK."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813  # its own custom
from hypothesis import given, settings
from hypothesis import strategies as st

from study_configs.problem import StudyProblem
from viewers.drawing.captions import orientation
from viewers.geometry import affine, apply, stack_direction
from viewers.planes.oblique import ObliquePlane, oblique, rotation
from viewers.planes.recut import PLANES, recut
from viewers.planes.sampling import Sampler, point_at, voxel_at
from viewers.planes.turning import TURNS, turned
from viewers.volume import Instance, OverlayPlane, Rescale, Shutter, Volume

AXIAL, CORONAL, SAGITTAL = (1, 0, 0, 0, 1, 0), (1, 0, 0, 0, 0, -1), (0, 1, 0, 0, 0, -1)
ACQUISITIONS = {"axial": AXIAL, "coronal": CORONAL, "sagittal": SAGITTAL, "feet up": (-1, 0, 0, 0, 1, 0)}
LETTERS = {
    "axial": {"left": "R", "right": "L", "top": "A", "bottom": "P"},
    "coronal": {"left": "R", "right": "L", "top": "H", "bottom": "F"},
    "sagittal": {"left": "A", "right": "P", "top": "H", "bottom": "F"},
}


@pytest.fixture(scope="module")
def placed(make_volume):
    """A volume of noise in the patient; `steps_mm` are the distances between slices, `tilt_mm` how each is shifted."""

    def make(orientation=AXIAL, steps_mm=(1.5,) * 6, tilt_mm=(0.0, 0.0, 0.0), spacing=(0.7, 0.9), **changes):
        n = len(steps_mm) + 1
        stored = np.random.default_rng(3).integers(-1000, 1000, (n, 11, 13)).astype(changes.pop("dtype", np.int16))
        along = np.concatenate([[0], np.cumsum(steps_mm)])
        places = np.array([-31.0, 12.0, 55.0]) + along[:, None] * stack_direction(orientation)
        places = places + np.arange(n)[:, None] * np.asarray(tilt_mm)
        rescales = changes.pop("rescales", [Rescale(1.0, -3.0, "HU")] * n)
        instances = tuple(
            Instance(Path("x"), str(k), position_mm=tuple(map(float, p)), rescale=r)
            for k, (p, r) in enumerate(zip(places, rescales, strict=True))
        )
        grid = affine(orientation, places[0], spacing, (places[-1] - places[0]) / (n - 1))
        header = {"affine": grid, "spacing_mm": spacing, "slice_spacing_mm": 1.0, "frame_of_reference_uid": "1.9"}
        volume = make_volume(stored, **header)
        return Volume(replace(volume.header, instances=instances, **changes), stored, volume.loaded)

    return make


@pytest.mark.parametrize("acquired", ACQUISITIONS)
@pytest.mark.parametrize("name", PLANES)
def test_that_every_voxel_of_a_plane_has_the_same_place_and_value_as_in_the_files(placed, acquired, name):
    volume = placed(ACQUISITIONS[acquired])
    plane = recut(volume, name)
    for k, r, c in np.random.default_rng(1).integers((0, 0, 0), plane.stored.shape, (40, 3)):
        column, row, slice_index = plane.header.source_point(c, r, int(k))
        assert np.allclose(point_at(plane.header, c, r, int(k)), point_at(volume.header, column, row, slice_index))
        assert plane.value_at(int(c), int(r), int(k)) == volume.value_at(round(column), round(row), slice_index)
        assert np.allclose(plane.header.shown_point(column, row, slice_index), (c, r, k))


@pytest.mark.parametrize("acquired", ACQUISITIONS)
@pytest.mark.parametrize("name", PLANES)
def test_that_planes_lie_as_radiologists_expect(placed, acquired, name):
    plane = recut(placed(ACQUISITIONS[acquired]), name)
    assert orientation(plane.header) == LETTERS[name]
    assert (plane.header.grid_affine[:3, 2] * plane.header.slice_spacing_mm).max() > 0


def test_that_planes_of_an_even_series_copy_nothing_but_what_is_shown(placed):
    volume = placed()
    for name in PLANES:
        assert np.shares_memory(recut(volume, name).stored, volume.stored)


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.name or "as it is")
@pytest.mark.parametrize("name", ["", *PLANES])
@pytest.mark.parametrize("steps", [(1.5,) * 4, (1.0, 2.0, 1.0, 3.0)], ids=["even", "uneven"])
def test_that_turning_keeps_every_voxel_in_its_place(placed, turn, name, steps):
    volume = placed(steps_mm=steps)
    base = recut(volume, name) if name else volume
    shown = turned(base, turn)
    assert shown.header.derived.source is volume.header
    back = turn.matrix(base.header.rows, base.header.columns)
    for k, r, c in np.random.default_rng(2).integers((0, 0, 0), shown.stored.shape[:3], (25, 3)):
        column, row, slice_index = (int(v) for v in apply(back, (c, r, k)))
        assert np.allclose(point_at(shown.header, c, r, int(k)), point_at(base.header, column, row, slice_index))
        assert shown.plane(int(k))[r, c] == base.plane(slice_index)[row, column]
        there = shown.header.source_voxel(c, r, int(k))
        assert np.allclose(there, base.header.source_voxel(column, row, slice_index))


@given(quarters=st.integers(0, 3), mirrored=st.booleans(), more=st.integers(0, 3), way=st.sampled_from(["h", "v", ""]))
def test_that_turns_of_what_is_shown_add_up_as_turns_of_the_picture_do(quarters, mirrored, more, way):
    turn = type(TURNS[0])(quarters, mirrored)
    image = np.arange(12).reshape(3, 4)
    shown = turn.applied(image)
    then = turn.turned(more)
    assert np.array_equal(then.applied(image), np.rot90(shown, -more))
    if way:
        flipped = shown[:, ::-1] if way == "h" else shown[::-1]
        assert np.array_equal(turn.flipped(horizontally=way == "h").applied(image), flipped)
        assert turn.flipped(horizontally=way == "h").flipped(horizontally=way == "h") == turn


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "i8", "u8", "f4", "f8"])
@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.name or "as it is")
def test_that_images_of_every_stored_type_turn(make_volume, dtype, turn):
    stored = np.arange(12).reshape(1, 3, 4).astype(dtype)
    expected = np.rot90(stored[0, :, ::-1] if turn.mirrored else stored[0], -turn.quarters)
    plane = turned(make_volume(stored), turn).plane(0)
    assert np.array_equal(plane, expected)
    assert plane.dtype == stored.dtype


def test_that_shutters_and_overlays_turn_with_their_image(make_volume):
    bits = np.zeros((4, 6), np.uint8)
    bits[1, 2] = 1
    overlay = OverlayPlane(4, 6, (3, 1), np.packbits(bits, bitorder="little").tobytes())
    shutter = Shutter(rectangle=(1, 2, 8, 5), circle=(4, 3, 2), polygon=((1, 1), (5, 1), (5, 4)))
    image = np.zeros((1, 7, 10), np.int16)
    image[0, 2, 5] = 9  # under the overlay's one pixel
    volume = make_volume(image)
    instance = replace(volume.header.instances[0], shutter=shutter, overlays=(overlay,))
    volume = Volume(replace(volume.header, instances=(instance,)), image, volume.loaded)
    for turn in TURNS:
        shown = turned(volume, turn)
        (moved,), seen = shown.header.instances[0].overlays, shown.header.instances[0].shutter
        unpacked = np.unpackbits(np.frombuffer(moved.bits, np.uint8), count=24, bitorder="little")
        (row,), (column,) = np.nonzero(unpacked.reshape(moved.rows, moved.columns))
        assert shown.plane(0)[moved.origin[1] + row, moved.origin[0] + column] == 9
        left, top, right, bottom = seen.rectangle
        assert {right - left, bottom - top} == {7, 3}
        back = [shown.header.source_voxel(*point, 0)[:2] for point in seen.polygon]
        assert np.allclose(back, shutter.polygon)
        assert np.allclose(shown.header.source_voxel(*seen.circle[:2], 0)[:2], (4, 3))


def test_that_letters_turn_with_the_picture_also_on_films(placed, make_volume):
    right = TURNS[1]
    assert orientation(turned(placed(), right).header) == {"left": "P", "right": "A", "top": "R", "bottom": "L"}
    film = make_volume(np.zeros((1, 5, 7), np.int16), tags={"PatientOrientation": "L\\F"})
    assert orientation(turned(film, right).header) == {"left": "F", "right": "H", "top": "R", "bottom": "L"}
    assert orientation(turned(film, TURNS[4]).header) == {"left": "L", "right": "R", "top": "H", "bottom": "F"}


def itk_of(volume):
    """The volume as SimpleITK has it, in modality values as double."""
    header, values = volume.header, np.array(volume.stored, np.float64)
    for k, instance in enumerate(header.instances):
        values[k] = instance.rescale.values(volume.stored[k])
    image = sitk.GetImageFromArray(values)
    spacing = np.linalg.norm(header.affine[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(header.affine[:3, 3].tolist())
    image.SetDirection((header.affine[:3, :3] / spacing).ravel().tolist())
    return image


def itk_plane(volume, header, index):
    """What SimpleITK's linear resampling gives on a derived header's plane."""
    spacing = np.linalg.norm(header.affine[:3, :3], axis=0)
    resampled = sitk.Resample(
        itk_of(volume), [header.columns, header.rows, 1], sitk.Transform(), sitk.sitkLinear,
        header.affine_at(index)[:3, 3].tolist(), spacing.tolist(), (header.affine[:3, :3] / spacing).ravel().tolist(),
        -5000.0, sitk.sitkFloat64,
    )  # fmt: skip
    return sitk.GetArrayFromImage(resampled)[0]


angles = st.floats(-3, 3)


@settings(max_examples=40, deadline=None)
@given(
    axis=st.tuples(angles, angles, angles).filter(lambda a: np.linalg.norm(a) > 0.1),
    angle=angles,
    share=st.floats(0, 1),
)
@pytest.mark.parametrize("kind", ["int16", "rescales of their own", "tilted"])
def test_that_oblique_planes_have_simpleitks_values(placed, kind, axis, angle, share):
    changes = {"tilt_mm": (0.0, 0.4, 0.0)} if kind == "tilted" else {}
    if kind == "rescales of their own":
        changes["rescales"] = [Rescale(1.0 + k / 4, -3.0 * k, "BQML") for k in range(7)]
    volume = placed(**changes)
    across, down, onward = rotation(axis, angle).T
    centre = apply(volume.header.affine, (6, 5, 3))
    plane = oblique(volume, ObliquePlane(tuple(centre), tuple(across), tuple(down), tuple(onward)))
    index = round(share * (plane.header.frames - 1))
    expected = itk_plane(volume, plane.header, index)
    ours = plane.plane(index)
    is_known = ~np.isnan(ours) if ours.dtype.kind == "f" else ours != plane.header.padding[0]
    apart = is_known != (expected > -5000)
    assert apart.mean() < 0.02  # on the very edge of the volume rounding decides
    values = plane.header.instances[0].rescale.values(ours)
    both = is_known & ~apart
    if both.any() and kind == "tilted":
        both &= expected > -4000
    assert np.abs(values - expected)[both].max(initial=0) <= (0.51 if ours.dtype.kind == "i" else 0.02)


def test_that_a_point_keeps_its_place_in_an_oblique_plane_of_an_uneven_series(placed):
    volume = placed(steps_mm=(1.0, 2.5, 1.0, 1.0, 4.0))
    across, down, onward = rotation((1, 2, 3), 0.7).T
    plane = oblique(volume, ObliquePlane((-28.0, 15.0, 60.0), tuple(across), tuple(down), tuple(onward)))
    for k in range(volume.header.frames):
        shown = plane.header.shown_point(4.0, 5.0, k)
        assert np.allclose(plane.header.source_voxel(*shown), (4.0, 5.0, k))
        place = apply(plane.header.affine, shown)
        assert np.allclose(place, point_at(volume.header, 4.0, 5.0, k), atol=1e-6)
        assert np.allclose(voxel_at(volume.header, place), (4.0, 5.0, k), atol=1e-6)


def test_that_an_uneven_series_is_cut_by_where_its_slices_lie(make_volume, placed):
    volume = placed(steps_mm=(1.0, 3.0, 1.0, 2.0))
    heights = np.array([i.position_mm[2] for i in volume.header.instances])
    ramp = np.broadcast_to((heights * 10).round().astype(np.int16)[:, None, None], volume.stored.shape).copy()
    coronal = recut(replace_stored(volume, ramp), "coronal")
    seen = coronal.plane(3)[:, 6].astype(float)
    height = coronal.header.affine[2, 3] + coronal.header.affine[2, 1] * np.arange(coronal.header.rows)
    known = seen != coronal.header.padding[0]
    assert known.sum() >= len(heights)
    inside = known & (height >= heights[0]) & (height <= heights[-1])
    assert np.abs(seen[inside] - height[inside] * 10).max() <= 0.51
    assert "Resampled" in coronal.header.warnings[-1]


def replace_stored(volume, stored):
    return Volume(volume.header, stored, volume.loaded)


def test_that_a_tilted_series_is_sheared_back_where_it_must_be(placed):
    volume = placed(tilt_mm=(0.0, 0.4, 0.0))
    sagittal = recut(volume, "sagittal")
    across, down = sagittal.header.affine[:3, 0], sagittal.header.affine[:3, 1]
    assert abs(across @ down) < 1e-9
    expected = itk_plane(volume, sagittal.header, sagittal.header.frames // 2)
    ours = sagittal.plane(sagittal.header.frames // 2)
    both = (ours != sagittal.header.padding[0]) & (expected > -5000)
    assert both.mean() > 0.5
    assert np.abs(ours + (-3.0) - expected)[both].max() <= 0.51


def test_that_a_plane_fills_as_slices_load_and_is_void_where_they_are_not(placed):
    volume = placed()
    volume.loaded[:] = False
    coronal, cut = recut(volume, "coronal"), oblique(volume, tilted_through(volume))
    assert not coronal.loaded.any()
    volume.loaded[2:4] = True
    assert coronal.loaded.all()
    assert not coronal.is_complete
    rows = coronal.plane(4) != coronal.header.padding[0]
    assert rows.any(axis=1).tolist() == [False, False, False, True, True, False, False]  # the head is above
    before, seen = coronal.revision(4), (cut.plane(3) != cut.header.padding[0]).sum()
    volume.loaded[:] = True
    assert coronal.revision(4) > before
    assert (coronal.plane(4) != coronal.header.padding[0]).all()
    assert (cut.plane(3) != cut.header.padding[0]).sum() > seen


def tilted_through(volume):
    across, down, onward = rotation((0, 1, 0), 0.4).T
    centre = apply(volume.header.affine, (6, 5, 3))
    return ObliquePlane(tuple(centre), tuple(across), tuple(down), tuple(onward))


def test_that_slices_with_rescales_of_their_own_are_cut_as_modality_values(placed):
    rescales = [Rescale(1.0 + k, -3.0 * k, "BQML") for k in range(7)]
    volume = placed(rescales=rescales)
    for name in ("coronal", "sagittal"):
        plane = recut(volume, name)
        column, row, slice_index = plane.header.source_point(3, 2, 5)
        assert plane.value_at(3, 2, 5) == pytest.approx(volume.value_at(round(column), round(row), slice_index))


@pytest.mark.parametrize("dtype", [np.int16, np.uint16])
def test_that_padding_stays_padding_in_every_plane(placed, dtype):
    volume = placed(padding=(5, 9))
    stored = np.abs(volume.stored).astype(dtype)
    stored[:, 2:4] = 7
    volume = replace_stored(volume, stored)
    plane = recut(volume, "sagittal")
    low, high = plane.header.padding
    seen = plane.plane(4)
    assert ((seen >= low) & (seen <= high))[:, 2:4].all()
    cut = oblique(volume, tilted_through(volume))
    seen, (low, high) = cut.plane(cut.header.frames // 2), cut.header.padding
    known = (seen < low) | (seen > high)
    assert known.any()
    assert not known[0, 0]


def test_that_colour_is_cut_too(make_volume):
    stored = np.random.default_rng(0).integers(0, 255, (6, 7, 8, 3)).astype(np.uint8)
    volume = make_volume(stored, affine=np.diag([1.0, 1.0, 2.0, 1.0]))
    coronal = recut(volume, "coronal")
    assert np.array_equal(coronal.plane(3), stored[::-1, 3])
    assert np.array_equal(Sampler(volume).plane(np.zeros(3), np.eye(3)[0], np.eye(3)[1], 7, 8), stored[0])
    assert oblique(volume, tilted_through(volume)).plane(2).ndim == 3


def test_that_a_series_without_a_place_in_the_patient_is_refused_in_words(make_volume, placed):
    with pytest.raises(StudyProblem, match="do not say where"):
        recut(make_volume(np.zeros((3, 4, 5), np.int16)), "coronal")
    with pytest.raises(StudyProblem, match="only one image"):
        recut(make_volume(np.zeros((1, 4, 5), np.int16), affine=np.eye(4)), "coronal")
