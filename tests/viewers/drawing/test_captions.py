"""The words and numbers at the edges of an image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from viewers.drawing import captions
from viewers.planes.recut import recut
from viewers.view import View, fitted
from viewers.volume import Rescale, Window


@pytest.fixture
def volume(make_volume):
    """An axial stack, 0.5 mm columns, 0.8 mm rows, slices 2 mm apart from 30 mm below the origin."""
    stored = np.arange(3 * 20 * 30, dtype=np.int16).reshape(3, 20, 30)
    affine = np.diag([0.5, 0.8, 2.0, 1.0])
    affine[:3, 3] = (-10.0, 5.0, -30.0)
    volume = make_volume(stored, rescale=Rescale(2.0, -1024.0, "HU"), spacing_mm=(0.8, 0.5), affine=affine)
    places = tuple(replace(i, position_mm=(-10.0, 5.0, -30.0 + 2 * n)) for n, i in enumerate(volume.header.instances))
    return replace(volume, header=replace(volume.header, instances=places))


@pytest.fixture
def view(volume):
    return fitted(volume.header, 300, 300, slice_index=1, window=Window(40, 400))


def test_that_the_value_under_the_pointer_is_in_modality_units_and_patient_mm(volume):
    value, place = captions.probe_lines(volume, 1, (4.2, 7.9))
    assert value == f"{(1 * 600 + 8 * 30 + 4) * 2 - 1024} HU"
    assert place == "R 7.9  P 11.3  F 28.0 mm"


@pytest.mark.parametrize("point", [None, (-0.6, 3.0), (3.0, 19.6), (30.0, 0.0)])
def test_that_nothing_is_said_beside_the_image(volume, point):
    assert captions.probe_lines(volume, 1, point) == ()


def test_that_a_slice_that_is_not_loaded_has_no_value_and_padding_is_named(volume):
    padded = replace(volume, header=replace(volume.header, padding=(0, 0)))
    assert "padding" in captions.probe_lines(padded, 0, (0, 0))[0]
    volume.loaded[1] = False
    assert captions.probe_lines(volume, 1, (3, 3)) == ()


def test_that_the_second_line_names_the_plane_of_a_cut_series(volume):
    assert captions.series_corner(recut(volume, "coronal").header) == ("Thorax 1.0", "coronal", "CT · series 1")


def test_that_the_corners_say_slice_position_window_and_zoom(volume, view):
    assert captions.series_corner(volume.header) == ("Thorax 1.0", "CT · series 1")
    assert captions.place_corner(volume, view) == ("2 / 3", "F 28.0 mm")
    left, right = captions.probe_corner(volume, view, None), captions.shown_corner(volume, view, 2.0)
    assert left == ()
    assert right == (f"Zoom {view.zoom * 0.5 * 2:.0%}", "Soft tissue  ·  W 400  C 40")


def test_that_loading_is_said_until_it_is_over(volume, view):
    volume.loaded[2] = False
    assert "Loading 2/3 slices" in captions.place_corner(volume, view)
    assert captions.loading_line(volume, lost=1) == "1 of 3 slices can't be read"
    volume.loaded[2] = True
    assert captions.loading_line(volume) == ""


@pytest.mark.parametrize(("zoom", "text"), [(1.0, "10 cm"), (4.0, "2 cm"), (50.0, "2 mm"), (0.2, "50 cm")])
def test_that_the_scale_bar_is_the_longest_round_length_that_fits(volume, zoom, text):
    length, name = captions.scale_bar(volume.header, View(0, (0, 0), zoom, Window(0, 1)), 120)
    assert name == text
    number, unit = name.split()
    assert length == pytest.approx(float(number) * (10 if unit == "cm" else 1) * zoom)
    assert length <= 120


def test_that_an_image_without_calibration_has_no_scale_bar(volume, view):
    assert captions.scale_bar(replace(volume.header, spacing_mm=None), view, 120) is None


def test_that_edges_are_lettered_from_the_affine_or_from_patient_orientation(volume):
    assert captions.orientation(volume.header) == {"left": "R", "right": "L", "top": "A", "bottom": "P"}
    film = replace(volume.header, affine=None, tags={"PatientOrientation": "L\\F"})
    assert captions.orientation(film) == {"left": "R", "right": "L", "top": "H", "bottom": "F"}
    assert captions.orientation(replace(film, tags={})) == {}


def test_that_a_window_without_a_name_is_shown_by_its_numbers(volume, view):
    other = replace(view, window=Window(12.5, 0.123), inverted=True)
    assert captions.window_line(volume, other) == "W 0.123  C 12.5  ·  inverted"


def test_that_the_mean_around_the_pointer_is_of_nine_pixels_and_none_of_them_padding(make_volume):
    values = np.random.default_rng(4).integers(-500, 500, (1, 20, 20)).astype(np.int16)
    volume = make_volume(values, rescale=Rescale(2.0, -10.0, "HU"))
    mean = float((values[0, 7:10, 4:7] * 2.0 - 10).mean())
    assert captions.around_line(volume, 0, (5.2, 7.9)).startswith(f"mean of 3 × 3: {round(mean, 1):.4g}")
    assert captions.around_line(volume, 0, (0.0, 7.9)) == ""
    padded = make_volume(values, padding=(int(values[0, 9, 6]), int(values[0, 9, 6])))
    assert captions.around_line(padded, 0, (5.2, 7.9)) == ""
