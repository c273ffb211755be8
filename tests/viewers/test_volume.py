"""What the shared values of the pixel road promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from viewers.volume import Instance, PixelFormat, Rescale, Volume

Make = Callable[..., Volume]


def test_that_a_value_is_given_in_the_units_of_the_modality(make_volume: Make) -> None:
    volume = make_volume(np.arange(24, dtype=np.int16).reshape(2, 3, 4), rescale=Rescale(2.0, -1024.0, "HU"))
    assert volume.value_at(1, 2, 1) == (12 + 8 + 1) * 2 - 1024
    assert volume.header.units == "HU"


def test_that_a_colour_value_is_a_triple(make_volume: Make) -> None:
    volume = make_volume(np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3))
    assert volume.is_colour
    assert volume.value_at(1, 1, 0) == (9, 10, 11)


@pytest.mark.parametrize("place", [(-1, 0, 0), (4, 0, 0), (0, 3, 0), (0, -1, 0)])
def test_that_no_value_is_made_up_outside_the_image(make_volume: Make, place: tuple[int, int, int]) -> None:
    with pytest.raises(IndexError):
        make_volume(np.zeros((2, 3, 4), np.int16)).value_at(*place)


def test_that_images_without_geometry_have_a_grid_of_their_own(make_volume: Make) -> None:
    header = replace(make_volume(np.zeros((2, 3, 4), np.int16)).header, spacing_mm=(2.0, 0.5), slice_spacing_mm=None)
    np.testing.assert_array_equal(header.grid_affine, np.diag([0.5, 2.0, 1.0, 1.0]))


def test_that_one_slice_of_an_uneven_stack_is_placed_by_its_own_position(make_volume: Make) -> None:
    places = [Instance(Path("x"), str(z), position_mm=(0, 0, z)) for z in (0, 1, 7)]
    base = make_volume(np.zeros((3, 4, 4), np.int16)).header
    header = replace(base, instances=tuple(places), affine=np.diag([1.0, 1.0, 3.5, 1.0]))
    np.testing.assert_array_equal(header.affine_at(1) @ (2, 3, 0, 1), (2, 3, 1, 1))
    np.testing.assert_array_equal(base.affine_at(2) @ (2, 3, 0, 1), (2, 3, 2, 1))


def test_that_stacks_of_one_series_have_keys_of_their_own(make_volume: Make) -> None:
    header = make_volume(np.zeros((2, 3, 4), np.int16)).header
    assert header.key != replace(header, stack=1).key


@pytest.mark.parametrize(
    ("allocated", "signed", "floating", "dtype"),
    [
        (1, False, False, "u1"),
        (8, True, False, "i1"),
        (16, False, False, "u2"),
        (32, True, False, "i4"),
        (32, False, True, "f4"),
        (64, False, True, "f8"),
    ],
)
def test_that_stored_values_keep_their_kind(allocated: int, signed: bool, floating: bool, dtype: str) -> None:
    form = PixelFormat(2, 2, 1, "MONOCHROME2", allocated, allocated, allocated - 1, signed, floating=floating)
    assert form.dtype == np.dtype(dtype)
