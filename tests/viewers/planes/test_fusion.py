"""A series laid over another: values against SimpleITK, colours against the formula, refusals in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813  # its own custom
from hypothesis import given, settings
from hypothesis import strategies as st

from viewers.drawing.colour_maps import colours
from viewers.drawing.render import SliceRenderer
from viewers.planes.fusion import SUV_WINDOW, Look, Overlay, candidates, mixed, opening_look, refusal
from viewers.planes.oblique import ObliquePlane, oblique, rotation
from viewers.planes.recut import recut
from viewers.planes.sampling import point_at
from viewers.planes.turning import TURNS, turned
from viewers.view import Slab, View, fitted
from viewers.volume import Instance, Rescale, Volume, Window


@pytest.fixture(scope="module")
def ct(make_volume):
    affine = np.diag([0.8, 0.8, 2.0, 1.0])
    affine[:3, 3] = (-20, -30, 100)
    stored = np.random.default_rng(0).integers(-900, 900, (20, 50, 60)).astype(np.int16)
    return placed(make_volume(stored, spacing_mm=(0.8, 0.8), slice_spacing_mm=2.0), affine, [Rescale(1, 0, "HU")] * 20)


@pytest.fixture(scope="module")
def pet(make_volume):
    """12 slices of 14 × 16 large pixels with rescales of their own, a little beside the CT."""
    affine = np.diag([3.1, 2.9, 3.5, 1.0])
    affine[:3, 3] = (-17, -31, 99)
    stored = np.random.default_rng(1).integers(0, 30_000, (12, 14, 16)).astype(np.int16)
    rescales = [Rescale(0.5 + k / 10, 0, "BQML") for k in range(12)]
    volume = placed(make_volume(stored, modality="PT", series_uid="1.2.4", description="PET"), affine, rescales)
    instances = tuple(replace(i, suv_factor=2e-4) for i in volume.header.instances)
    return Volume(replace(volume.header, instances=instances), stored, volume.loaded)


def placed(volume, affine, rescales):
    instances = tuple(
        Instance(Path("x"), str(k), position_mm=tuple(map(float, (affine @ (0, 0, k, 1))[:3])), rescale=rescale)
        for k, rescale in enumerate(rescales)
    )
    header = replace(volume.header, affine=affine, instances=instances, frame_of_reference_uid="1.9")
    return Volume(header, volume.stored, volume.loaded)


def itk_values(top, affine, rows, columns):
    """SimpleITK's linear values of a volume on a plane, in SUV."""
    header = top.header
    values = np.stack([i.rescale.values(s) * 2e-4 for i, s in zip(header.instances, top.stored, strict=True)])
    image = sitk.GetImageFromArray(values)
    spacing = np.linalg.norm(header.affine[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(header.affine[:3, 3].tolist())
    image.SetDirection((header.affine[:3, :3] / spacing).ravel().tolist())
    across, down = affine[:3, 0], affine[:3, 1]
    units = np.column_stack([across / np.linalg.norm(across), down / np.linalg.norm(down), np.cross(across, down)])
    units[:, 2] /= np.linalg.norm(units[:, 2])
    found = sitk.Resample(
        image, [columns, rows, 1], sitk.Transform(), sitk.sitkLinear, affine[:3, 3].tolist(),
        [float(np.linalg.norm(across)), float(np.linalg.norm(down)), 1.0], units.ravel().tolist(), -1.0,
    )  # fmt: skip
    return sitk.GetArrayFromImage(found)[0]


angles = st.floats(-3, 3)


@settings(max_examples=30, deadline=None)
@given(plane=st.sampled_from(["", "axial", "coronal", "sagittal", "oblique"]), turn=st.sampled_from(TURNS),
       share=st.floats(0.2, 0.8), axis=st.tuples(angles, angles, angles), angle=angles)  # fmt: skip
def test_that_values_on_top_are_simpleitks_in_every_plane(ct, pet, plane, turn, share, axis, angle):
    shown = ct
    if plane == "oblique":
        across, down, onward = rotation(np.add(axis, (0, 0, 0.2)), angle).T
        shown = oblique(ct, ObliquePlane((0.0, -10.0, 119.0), tuple(across), tuple(down), tuple(onward)))
    elif plane:
        shown = turned(recut(ct, plane), turn)
    header = shown.header
    affine = header.affine_at(round(share * (header.frames - 1)))
    ours = Overlay(pet, opening_look(pet)).projected(affine, header.rows, header.columns)
    expected = itk_values(pet, affine, header.rows, header.columns)
    known = ~np.isnan(ours)
    assert (known != (expected != -1.0)).mean() < 0.02  # on the very edge rounding decides
    both = known & (expected != -1.0)
    assert np.abs(ours - expected)[both].max(initial=0) < 0.02  # of 9.6; a drift of 0.001 voxel counts as parallel


def test_that_pictures_sampled_coarsely_at_an_angle_stay_near_the_values(ct, pet, monkeypatch):
    across, down, onward = rotation((1, 2, 3), 0.5).T
    cut = oblique(ct, ObliquePlane((0.0, -10.0, 119.0), tuple(across), tuple(down), tuple(onward)))
    affine = cut.header.affine_at(cut.header.frames // 2) @ np.diag([0.2, 0.2, 1, 1])
    overlay = Overlay(pet, opening_look(pet))
    fine = overlay.projected(affine, 300, 300)
    monkeypatch.setattr("viewers.planes.fusion.MOST_SAMPLES", 6_000)
    coarse = overlay.projected(affine, 300, 300)
    apart = np.abs(fine - coarse)
    assert np.nanpercentile(apart, 99) < 0.1 * np.nanmax(fine)
    assert np.nanmax(apart) > 0


def test_that_a_slab_on_top_is_projected_as_the_one_beneath(ct, pet):
    overlay = Overlay(pet, opening_look(pet))
    affine = ct.header.affine_at(10)
    flat = overlay.projected(affine, 50, 60)
    thick = overlay.projected(affine, 50, 60, Slab("max", 10.0))
    both = ~np.isnan(flat) & ~np.isnan(thick)
    assert (thick >= flat - 0.3)[both].mean() > 0.99
    assert thick[both].mean() > flat[both].mean() * 1.2
    thin = overlay.projected(affine, 50, 60, Slab("min", 10.0))
    assert thin[both].mean() < flat[both].mean() * 0.8


def test_that_colours_come_up_with_the_value_and_nothing_is_dimmed_where_there_is_none():
    grey = np.full((1, 256), 200, np.uint8)
    index = np.arange(256, dtype=np.uint8)[None]
    look = Look(Window(5, 10), "SUV", opacity=0.6)
    out = mixed(grey, index, look)[0, :, :3].astype(float)
    shares = np.clip(np.arange(256) / 25.5, 0, 1)[:, None] * 0.6
    expected = 200 * (1 - shares) + colours("hot_iron").astype(float) * shares
    assert np.abs(out - expected).max() <= 1.5
    assert (out[0] == 200).all()
    colour = np.repeat(np.array([[[10, 20, 30, 255]]], np.uint8), 256, axis=1)
    over = mixed(colour, index, look)[0, 255, :3]
    assert np.abs(over - (0.4 * np.array([10, 20, 30]) + 0.6 * colours("hot_iron")[255])).max() <= 1.5


def test_that_pet_opens_in_suv_and_else_by_its_own_values(pet):
    assert opening_look(pet) == Look(SUV_WINDOW, "SUV", 2e-4)
    without = Volume(
        replace(pet.header, instances=tuple(replace(i, suv_factor=None) for i in pet.header.instances)),
        pet.stored, pet.loaded,
    )  # fmt: skip
    look = opening_look(without)
    assert (look.units, look.range[0]) == ("BQML", 0)
    assert look.range[1] > 1000


def test_that_the_picture_is_mixed_and_a_window_drag_beneath_samples_nothing_again(ct, pet, monkeypatch):
    overlay = Overlay(pet, opening_look(pet))
    view = fitted(ct.header, 300, 250, slice_index=10, window=Window(0, 1000))
    plain = SliceRenderer().render(ct, view, 300, 250)
    over = overlay.blended(plain, ct, 300, 250, 1.0)
    assert over.pixels.shape == (*plain.pixels.shape, 4)
    assert np.ptp(over.pixels[..., :3].astype(int), axis=2).max() > 50
    monkeypatch.setattr(Overlay, "projected", None)
    again = SliceRenderer().render(ct, replace(view, window=Window(50, 300)), 300, 250)
    assert overlay.blended(again, ct, 300, 250, 1.0) is not over


def test_that_slices_which_are_not_loaded_leave_the_picture_as_it_is(ct, pet):
    waiting = Volume(pet.header, pet.stored, np.zeros(12, bool))
    overlay = Overlay(waiting, opening_look(pet))
    view = View(10, (30, 25), 4.0, Window(0, 1000))
    plain = SliceRenderer().render(ct, view, 200, 200)
    over = overlay.blended(plain, ct, 200, 200, 1.0)
    assert np.array_equal(over.pixels[..., 0], plain.pixels)
    waiting.loaded[:] = True
    assert not np.array_equal(overlay.blended(plain, ct, 200, 200, 1.0).pixels[..., 0], plain.pixels)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"frame_of_reference_uid": "1.8"}, "frame of reference"),
        ({"frame_of_reference_uid": ""}, "frame of reference"),
        ({"patient": "another"}, "another patient"),
        ({"affine": None}, "where in the patient"),
        ({"samples": 3}, "colour"),
        ({"series_uid": "1.2.3", "modality": "CT"}, "same series"),
    ],
)
def test_that_what_does_not_belong_is_refused_in_words(ct, pet, change, word):
    top = replace(pet.header, **change)
    assert word in refusal(ct.header, top)
    assert not candidates(ct.header, [top])
    assert not refusal(recut(ct, "coronal").header, pet.header)


def test_that_pet_is_chosen_before_mr_and_another_ct_not_at_all(ct, pet):
    mr = replace(pet.header, modality="MR", series_uid="1.2.5")
    other = replace(ct.header, series_uid="1.2.6")
    assert [h.modality for h in candidates(ct.header, [other, mr, pet.header])] == ["PT", "MR"]


def test_that_the_value_on_top_is_told_where_the_pointer_is(ct, pet):
    overlay = Overlay(pet, opening_look(pet))
    place = point_at(pet.header, 5, 6, 7)
    assert overlay.value_at(place) == pytest.approx(pet.value_at(5, 6, 7) * 2e-4, rel=1e-5)
    assert overlay.value_at(place + 1000) is None
