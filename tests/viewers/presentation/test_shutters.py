"""Shutters, over images and in pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewers.drawing.render import SliceRenderer
from viewers.planes.turning import Turn, turned
from viewers.presentation.shutters import open_mask, plane_over, unpacked
from viewers.view import View, fitted
from viewers.volume import OverlayPlane, Shutter, Window

WINDOW = Window(127.5, 255, "linear_exact")


def behind(volume, shutter):
    instances = tuple(replace(instance, shutter=shutter) for instance in volume.header.instances)
    return replace(volume, header=replace(volume.header, instances=instances))


def test_that_the_edges_of_a_rectangle_are_still_open(make_volume):
    volume = behind(make_volume(np.full((1, 20, 30), 200, np.uint8)), Shutter((5, 3, 24, 15), shade=0.5))
    mask = open_mask(volume.header, 0)
    assert mask[3:16, 5:25].all()
    assert mask.astype(bool).sum() == 13 * 20


def test_that_a_circle_is_one_in_mm(make_volume):
    stored = np.full((1, 60, 30), 200, np.uint8)
    volume = behind(make_volume(stored, spacing_mm=(0.5, 1.0)), Shutter(circle=(15, 30, 10)))
    mask = open_mask(volume.header, 0).astype(bool)
    assert mask[30].sum() == 21
    assert mask[:, 15].sum() == 41


def test_that_a_polygon_and_a_rectangle_both_cover(make_volume):
    shutter = Shutter(rectangle=(0, 0, 9, 19), polygon=((4, 4), (15, 4), (15, 15), (4, 15)))
    mask = open_mask(behind(make_volume(np.zeros((1, 20, 20), np.uint8)), shutter).header, 0)
    assert mask[4:16, 4:10].all()
    assert mask.astype(bool).sum() == 12 * 6


@given(x=st.integers(-30, 40), y=st.integers(-30, 40))
@settings(max_examples=40, deadline=None)
def test_that_a_plane_may_lie_anywhere(x, y):
    bits = np.random.default_rng(1).integers(0, 2, (13, 17)).astype(np.uint8)
    plane = OverlayPlane(13, 17, (x, y), np.packbits(bits.reshape(-1), bitorder="little").tobytes())
    over = plane_over(unpacked(plane), plane.origin, 24, 32)
    for row in range(24):
        for column in range(32):
            inside = 0 <= row - y < 13 and 0 <= column - x < 17
            assert bool(over[row, column]) == bool(inside and bits[row - y, column - x])


@pytest.mark.parametrize("zoom", [0.4, 1.0, 3.3])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_that_a_picture_is_covered_in_the_shutters_shade(make_volume, zoom, photometric):
    volume = make_volume(np.full((1, 60, 60), 200, np.uint8), photometric=photometric)
    volume = behind(volume, Shutter((20, 10, 39, 49), shade=0.25))
    picture = SliceRenderer().render(volume, View(0, (29.5, 29.5), zoom, WINDOW), 240, 240)
    image = 55 if photometric == "MONOCHROME1" else 200
    levels, counts = np.unique(picture.pixels, return_counts=True)
    assert set(levels) == {64, image}
    assert counts[list(levels).index(image)] == pytest.approx(20 * 40 * zoom**2, rel=0.08)


def test_that_colours_and_maps_are_covered_too(make_volume):
    shutter = Shutter((0, 0, 3, 9), shade=1.0)
    colour = behind(make_volume(np.full((1, 10, 10, 3), 90, np.uint8)), shutter)
    grey = behind(make_volume(np.full((1, 10, 10), 90, np.uint8)), shutter)
    for volume, view in (
        (colour, View(0, (4.5, 4.5), 1.0, WINDOW)),
        (grey, View(0, (4.5, 4.5), 1.0, WINDOW, colour_map="viridis")),
    ):
        pixels = SliceRenderer().render(volume, view, 10, 10).pixels
        assert (pixels[:, 4:] == 255).all()
        assert (pixels[:, :4, :3] != 255).all()


def test_that_a_shutter_turns_with_its_image(make_volume):
    stored = np.random.default_rng(5).integers(1, 255, (1, 40, 30)).astype(np.uint8)
    volume = behind(make_volume(stored), Shutter((3, 8, 12, 30)))
    around = turned(volume, Turn(1, mirrored=True))
    view = fitted(volume.header, 30, 40, slice_index=0, window=WINDOW)
    plain = SliceRenderer().render(volume, view, 30, 40).pixels
    view = fitted(around.header, 40, 30, slice_index=0, window=WINDOW)
    assert np.array_equal(SliceRenderer().render(around, view, 40, 30).pixels, Turn(1, mirrored=True).applied(plain))
