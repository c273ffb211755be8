"""What a reader is told of how a picture came about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from viewers.fidelity import badge, has_caution, notes
from viewers.view import Slab, View
from viewers.volume import Derived, Lossy, Volume, Window

WINDOW = Window(40, 400)


def view(zoom: float = 1.0, **changes) -> View:
    return replace(View(0, (10, 10), zoom, WINDOW), **changes)


@pytest.fixture
def volume(make_volume) -> Volume:
    return make_volume(np.zeros((4, 20, 20), np.int16))


def said(volume, seen, matter, **more) -> str:
    return " ".join(note.text for note in notes(volume, seen, **more) if note.matter == matter)


def test_that_one_to_one_is_called_the_native_grid(volume):
    assert "Native grid" in said(volume, view(1.0), "grid")
    assert badge(notes(volume, view(1.0))) == "1:1"


def test_that_a_screen_with_two_pixels_per_point_shows_one_image_pixel_on_four(volume):
    assert "Enlarged 2.00 ×" in said(volume, view(1.0), "grid", device_pixel_ratio=2.0)
    assert "Native grid" in said(volume, view(0.5), "grid", device_pixel_ratio=2.0)


@pytest.mark.parametrize(
    ("interpolation", "words"), [("smooth", "cubic"), ("linear", "linear"), ("nearest", "each image pixel as a block")]
)
def test_that_enlarging_names_its_interpolation(volume, interpolation, words):
    assert words in said(volume, view(1.95, interpolation=interpolation), "grid")


def test_that_shrinking_says_that_pixels_are_averaged(volume):
    assert "mean of the image pixels" in said(volume, view(0.45), "grid")
    assert badge(notes(volume, view(0.45))) == "shrunk 0.45 ×"


def test_that_pixels_that_are_not_square_are_told_in_both_directions(make_volume):
    oblong = make_volume(np.zeros((1, 8, 8), np.int16), spacing_mm=(2.0, 1.0))
    assert "1.00 × 2.00" in said(oblong, view(1.0), "grid")


def test_that_a_lossy_source_is_a_caution_with_its_ratio(volume):
    lossy = Volume(replace(volume.header, lossy=Lossy(12.5, "JPEG 2000")), volume.stored, volume.loaded)
    found = notes(lossy, view())
    assert has_caution(found)
    assert badge(found) == "lossy 12.5:1 · 1:1"
    assert "compressed with loss of 12.5:1 (JPEG 2000)" in said(lossy, view(), "lossy")


def test_that_loss_of_unknown_ratio_is_said_too(volume):
    lossy = Volume(replace(volume.header, lossy=Lossy()), volume.stored, volume.loaded)
    assert "compressed with loss: fine detail" in said(lossy, view(), "lossy")


def test_that_a_volume_on_its_way_is_partly_loaded(volume):
    volume.loaded[2] = False
    assert "3 of 4 slices are in memory" in said(volume, view(), "loading")
    assert "1 of 4 slices can't be read" in said(volume, view(), "loading", lost=1)


def test_that_what_is_wrong_with_the_geometry_is_repeated(volume):
    uneven = Volume(replace(volume.header, warnings=("Slices are not evenly spaced.",)), volume.stored, volume.loaded)
    assert said(uneven, view(), "geometry") == "Slices are not evenly spaced."
    assert has_caution(notes(uneven, view()))


def test_that_slabs_filters_and_colours_are_named(volume):
    seen = view(slab=Slab("max", 10.0), filter="sharpen", colour_map="hot_iron")
    assert "10 mm: the brightest value" in said(volume, seen, "slab")
    assert "sharpened" in said(volume, seen, "filter")
    assert "Hot iron" in said(volume, seen, "colours")


def test_that_a_turned_image_keeps_its_grid_and_a_recut_one_does_not(volume):
    turned = np.array([[0, 1, 0, 0], [-1, 0, 0, 19], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    coronal = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 0.5, 0, 0], [0, 0, 0, 1.0]])
    for to_source, name, is_cut in ((turned, "turned right", False), (coronal, "coronal", True)):
        header = replace(volume.header, derived=Derived(volume.header, to_source, name))
        derived = Volume(header, volume.stored, volume.loaded)
        assert (name in said(derived, view(), "plane")) is is_cut


def test_that_missing_or_doubtful_spacing_is_told(make_volume):
    bare = make_volume(np.zeros((1, 8, 8), np.int16), spacing_mm=None)
    assert "nothing can be measured in mm" in said(bare, view(), "calibration")
    film = make_volume(np.zeros((1, 8, 8), np.int16), calibration="they hold at the detector")
    assert "they hold at the detector" in said(film, view(), "calibration")
