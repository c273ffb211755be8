"""Links: where a viewport goes when another one moves, in mm of the patient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewers.comparing.linking import (
    Change,
    Links,
    Seat,
    chest_wall,
    followed,
    kept_shifts_mm,
    linked_slice,
    linked_view,
    shift_mm,
    windows_agree,
)
from viewers.comparing.tiling import first_tile, paged, tile_slices, tiled
from viewers.geometry import apply
from viewers.view import View
from viewers.volume import Rescale, Window

ALL = Change()


def stack(make_volume, positions_mm, *, frame="1.9", spacing=1.0, size=(50, 40), **changes):
    """An axial stack with slices at these heights, however uneven."""
    volume = make_volume(np.zeros((len(positions_mm), *size), np.int16), **changes)
    instances = tuple(
        replace(i, position_mm=(0.0, 0.0, float(z))) for i, z in zip(volume.header.instances, positions_mm, strict=True)
    )
    affine = np.diag([spacing, spacing, 1.0, 1.0])
    affine[2, 3] = positions_mm[0]
    return replace(
        volume.header, instances=instances, affine=affine, spacing_mm=(spacing, spacing), frame_of_reference_uid=frame,
        series_uid=changes.get("series_uid", f"{frame}.{len(positions_mm)}"),
    )  # fmt: skip


def seat(index, header, slice_index=0, centre=(20.0, 25.0), zoom=2.0, window=None, size=(400, 400)):
    return Seat(index, header, View(slice_index, centre, zoom, window or Window(40, 400)), *size)


@given(
    positions=st.lists(st.floats(-300, 300), min_size=2, max_size=30, unique_by=lambda z: round(z, 2)).map(sorted),
    index=st.integers(0, 60),
)
@settings(max_examples=60)
def test_that_uneven_stacks_are_followed_to_the_nearest_slice(make_volume, positions, index):
    source = stack(make_volume, list(range(-150, 155, 5)))
    target = stack(make_volume, positions)
    there = linked_slice(source, index, target)
    apart = [abs(z - source.instances[index].position_mm[2]) for z in positions]
    assert apart[there] == pytest.approx(min(apart))


@given(offset=st.floats(-40, 40), index=st.integers(0, 60))
@settings(max_examples=60)
def test_that_a_kept_offset_holds_between_frames_of_reference_both_ways(make_volume, offset, index):
    current = stack(make_volume, list(range(-150, 155, 5)), frame="1.9")
    prior = stack(make_volume, [z + offset for z in range(-150, 155, 5)], frame="1.8", series_uid="prior")
    shifts = kept_shifts_mm(seat(0, current, 30), [seat(0, current, 30), seat(1, prior, 30)])
    there = linked_slice(current, index, prior, shift_mm(shifts, current, prior))
    assert there == index
    assert linked_slice(prior, there, current, shift_mm(shifts, prior, current)) == index


def test_that_stacks_numbered_from_either_end_agree_on_the_direction_of_an_offset(make_volume):
    current = stack(make_volume, list(range(0, 100, 5)))
    turned = replace(
        current, affine=current.affine @ np.diag([-1.0, 1, 1, 1]), frame_of_reference_uid="1.8", series_uid="t"
    )
    shifts = kept_shifts_mm(seat(0, current, 4), [seat(1, turned, 6)])
    assert shifts[turned.key] == pytest.approx(10)
    assert linked_slice(current, 8, turned, shift_mm(shifts, current, turned)) == 10


@given(zoom=st.floats(0.2, 20), column=st.floats(-10, 60), row=st.floats(-10, 60), spacing=st.floats(0.3, 3))
@settings(max_examples=60)
def test_that_the_same_patient_point_stands_in_the_middle_at_the_same_size(make_volume, zoom, column, row, spacing):
    leader = seat(0, stack(make_volume, [0, 5, 10]), 1, (column, row), zoom)
    other = seat(1, stack(make_volume, [1, 6, 11], spacing=spacing), 1)
    view = linked_view(leader, other)
    assert view.zoom == zoom
    here = apply(leader.header.affine_at(1), (*leader.view.centre_px, 0))
    there = apply(other.header.affine_at(1), (*view.centre_px, 0))
    assert np.allclose(here[:2], there[:2])


def test_that_another_plane_takes_the_size_but_keeps_its_slice_and_place(make_volume):
    axial = stack(make_volume, [0, 5, 10])
    sagittal = replace(
        axial, affine=np.array([[0, 0, 5.0, 0], [1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1.0]]), series_uid="s"
    )
    views = followed(seat(0, axial, 2, (3, 4), 7.0), [seat(1, sagittal, 1)], Links(True, True, True), ALL)
    assert (views[1].slice_index, views[1].centre_px, views[1].zoom) == (1, (20.0, 25.0), 7.0)


def test_that_images_without_calibration_take_the_same_multiple_of_the_fitted_size(make_volume):
    film = replace(make_volume(np.zeros((1, 100, 100), np.int16)).header, spacing_mm=None)
    large = replace(make_volume(np.zeros((1, 200, 200), np.int16)).header, spacing_mm=None, series_uid="l")
    view = linked_view(seat(0, film, zoom=8.0, centre=(49.5, 24.5)), seat(1, large))
    assert view.zoom == pytest.approx(4.0)  # twice the fit for both
    assert view.centre_px == pytest.approx((99.5, 49.5))


def breast(make_volume, side, columns=100, **changes):
    header = make_volume(np.zeros((1, 200, columns), np.uint16), modality="MG", laterality=side).header
    return replace(header, series_uid=side, **changes)


def test_that_breasts_are_moved_as_mirror_images_from_their_chest_walls(make_volume):
    right, left = breast(make_volume, "R", 100), breast(make_volume, "L", 140)
    assert (chest_wall(right), chest_wall(left)) == ("right", "left")
    view = linked_view(seat(0, right, centre=(79.5, 120.0), zoom=3.0), seat(1, left))
    assert view.centre_px == pytest.approx((19.5, 120.0))
    assert chest_wall(replace(right, tags={"PatientOrientation": "A\\R"})) == "left"


def test_that_windows_go_only_to_the_same_modality_and_units(make_volume):
    ct, mr = stack(make_volume, [0, 5]), stack(make_volume, [0, 5], modality="MR", rescale=Rescale(), series_uid="m")
    lung = Window(-600, 1500)
    leader = seat(0, ct, window=lung)
    views = followed(leader, [seat(1, ct), seat(2, mr)], Links(False, False, True), ALL)
    assert set(views) == {1}
    assert views[1].window == lung
    assert not windows_agree(ct, replace(ct, samples=3))


def test_that_only_one_group_moves_together_and_each_link_is_its_own(make_volume):
    header = stack(make_volume, [0, 5, 10])
    leader = seat(0, header, 2, (1, 1), 9.0, Window(1, 2))
    other = replace(seat(1, header), group="b")
    assert followed(leader, [other], Links(True, True, True), ALL) == {}
    only_slice = followed(leader, [seat(1, header)], Links(), ALL)[1]
    assert only_slice == replace(seat(1, header).view, slice_index=2)
    assert followed(leader, [seat(1, header)], Links(False), ALL) == {}


@given(wanted=st.integers(-50, 500), tiles=st.integers(1, 16), frames=st.integers(1, 400), pages=st.integers(-3, 3))
def test_that_tiles_show_consecutive_slices_and_stay_within_the_stack(wanted, tiles, frames, pages):
    first = paged(first_tile(wanted, tiles, frames), pages, tiles, frames)
    shown = [n for n in tile_slices(first, tiles, frames) if n is not None]
    assert shown == list(range(first, first + min(tiles, frames)))
    assert shown[-1] < frames


def test_that_moving_one_tile_moves_all_by_as_much(make_volume):
    header = stack(make_volume, list(range(20)))
    seats = [seat(n, header, 5 + n) for n in range(4)]
    moved = replace(seats[2], view=replace(seats[2].view, slice_index=8, zoom=5.0))
    views = tiled(moved, [*seats[:2], moved, seats[3]])
    assert {n: view.slice_index for n, view in views.items()} == {0: 6, 1: 7, 3: 9}
    assert {view.zoom for view in views.values()} == {5.0}
