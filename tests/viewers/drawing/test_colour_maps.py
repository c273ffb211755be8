"""Colour maps and pictures through them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from viewers.drawing import colour_maps
from viewers.drawing.render import SliceRenderer
from viewers.view import View
from viewers.volume import Window

WINDOW = Window(127.5, 255, "linear_exact")
EVEN = ("viridis", "inferno", "cividis")


@pytest.mark.parametrize("name", colour_maps.NAMES)
def test_that_every_map_has_256_colours_from_dark_to_bright(name):
    table = colour_maps.colours(name).astype(float)
    assert table.shape == (256, 3)
    if name != "turbo":  # which is dark at both ends
        assert table[0].sum() < 250 < table[-1].sum()


@pytest.mark.parametrize("name", EVEN)
def test_that_lightness_rises_evenly_for_people_who_see_colours_otherwise(name):
    lightness = cv2.cvtColor(colour_maps.colours(name)[:, None], cv2.COLOR_BGR2LAB)[:, 0, 0].astype(float)
    smooth = gaussian_filter(lightness, 8)
    assert (np.diff(smooth)[8:-8] > 0).all()


def test_that_the_maps_come_by_turns_and_end_with_grey():
    names, name = [], ""
    for _ in colour_maps.NAMES:
        name = colour_maps.next_name(name)
        names.append(name)
    assert names == [*colour_maps.NAMES[1:], ""]


def test_that_a_picture_takes_the_maps_colour_of_each_grey_level(make_volume):
    stored = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    view = View(0, (7.5, 7.5), 1.0, WINDOW, colour_map="hot_iron")
    picture = SliceRenderer().render(make_volume(stored), view, 16, 16).pixels
    assert np.array_equal(picture[..., :3].reshape(256, 3), colour_maps.colours("hot_iron"))


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_that_filters_are_a_gaussian_and_what_it_takes_away(make_volume, dtype, zoom):
    stored = (gaussian_filter(np.random.default_rng(2).normal(size=(50, 60)), 1.5) * 200 + 120).clip(20, 230)
    volume = make_volume(stored.astype(dtype)[None])
    plain = View(0, (29.5, 24.5), zoom, WINDOW, interpolation="linear")
    size = (round(60 * zoom), round(50 * zoom))
    values = SliceRenderer().render(volume, plain, *size).pixels.astype(float)
    for name, sigma in (("smooth", 0.8), ("sharpen", 1.0)):
        picture = SliceRenderer().render(volume, replace(plain, filter=name), *size).pixels.astype(float)
        blurred = gaussian_filter(values, sigma * zoom, mode="nearest", truncate=4)
        expected = blurred if name == "smooth" else 2 * values - blurred
        assert np.abs(picture - expected.clip(0, 255)).max() <= 2


def test_that_nearest_repeats_pixels_and_linear_does_not_overshoot(make_volume):
    stored = np.random.default_rng(3).integers(0, 256, (1, 12, 14)).astype(np.uint8)
    view = View(0, (6.5, 5.5), 4.0, WINDOW, interpolation="nearest")
    picture = SliceRenderer().render(make_volume(stored), view, 56, 48).pixels
    assert np.array_equal(picture, np.kron(stored[0], np.ones((4, 4), np.uint8)))
    edge = np.repeat(np.array([[[50] * 6 + [200] * 6]], np.uint8), 8, axis=1)
    bounds = {}
    for name in ("smooth", "linear"):
        view = View(0, (5.5, 3.5), 5.0, WINDOW, interpolation=name)
        pixels = SliceRenderer().render(make_volume(edge), view, 60, 40, settled=True).pixels
        bounds[name] = (int(pixels.min()), int(pixels.max()))
    assert bounds["linear"] == (50, 200)
    assert bounds["smooth"][0] < 50 < 200 < bounds["smooth"][1]
