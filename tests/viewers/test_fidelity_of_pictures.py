"""Real images at many zooms against a float64 reference: cubic, linear or area resampling, then the window."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.drawing.render import Picture, SliceRenderer
from viewers.view import View
from viewers.volume import Volume, Window

MOST_GREY_LEVELS = 2.0
IMAGES = {  # name: window of an everyday width
    "693_UNCI.dcm": Window(40, 400),  # CT
    "MR2_UNCI.dcm": Window(300, 550),  # MR
    "RG1_UNCI.dcm": Window(12_000, 20_000),  # film, 15 bits, MONOCHROME1
}
Weights = NDArray[np.float64]


@cache
def image(name: str) -> Volume:
    data = pytest.importorskip("data_store.data", reason="pydicom-data is not installed")
    [header] = scan(Path(next(iter(data.__path__))) / name).series
    return load(header)


def places(picture: Picture, volume: Volume, size: tuple[int, int]) -> tuple[Weights, Weights]:
    """The image columns and rows under the picture's pixel centres."""
    row_mm, column_mm = volume.header.pixel_mm
    view = picture.view
    x = np.arange(picture.pixels.shape[1]) + picture.left + 0.5
    y = np.arange(picture.pixels.shape[0]) + picture.top + 0.5
    columns = view.centre_px[0] + (x - size[0] / 2) / (view.zoom * column_mm)
    return columns, view.centre_px[1] + (y - size[1] / 2) / (view.zoom * row_mm)


def cubic(at: Weights, count: int) -> Weights:
    """Keys' kernel with a = -0.75 (Keys 1981) as a matrix (points, count); edges are repeated."""
    first, a = np.floor(at).astype(int), -0.75
    matrix = np.zeros((len(at), count))
    for tap in range(-1, 3):
        d = np.abs(at - (first + tap))
        near = (a + 2) * d**3 - (a + 3) * d**2 + 1
        far = a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a
        np.add.at(matrix, (np.arange(len(at)), np.clip(first + tap, 0, count - 1)), np.where(d <= 1, near, far))
    return matrix


def linear(at: Weights, count: int) -> Weights:
    first = np.floor(at).astype(int)
    matrix = np.zeros((len(at), count))
    for tap in (0, 1):
        weight = 1 - np.abs(at - (first + tap))
        np.add.at(matrix, (np.arange(len(at)), np.clip(first + tap, 0, count - 1)), weight)
    return matrix


def area(at: Weights, count: int, step: float) -> Weights:
    """The share of each pixel that lies in boxes of `step` about the points."""
    low, high = (at - step / 2)[:, None], (at + step / 2)[:, None]
    pixel = np.arange(count)
    covered = np.clip(np.minimum(high, pixel + 0.5) - np.maximum(low, pixel - 0.5), 0, None)
    return covered / covered.sum(axis=1, keepdims=True)


def off(volume: Volume, view: View, size: tuple[int, int], *, settled: bool) -> float:
    """The largest difference in grey levels, but for the outermost pixels, which hang over the image's edge."""
    picture = SliceRenderer().render(volume, view, *size, settled=settled)
    assert picture is not None
    step = 1 / (view.zoom * volume.header.pixel_mm[1])
    kernel = cubic if settled and view.interpolation == "smooth" else linear
    columns, rows = places(picture, volume, size)
    across, down = (
        area(at, count, step) if step > 1 else kernel(at, count)
        for at, count in ((columns, volume.header.columns), (rows, volume.header.rows))
    )
    rescale = volume.header.instances[0].rescale
    values = down @ rescale.values(volume.plane(0)) @ across.T
    window = view.window
    share = np.clip((values - (window.centre - 0.5)) / (window.width - 1) + 0.5, 0, 1)
    expected = 255 * (1 - share if volume.header.photometric == "MONOCHROME1" else share)
    return float(np.abs(picture.pixels - expected)[1:-1, 1:-1].max())


@pytest.mark.parametrize("name", IMAGES)
@settings(max_examples=25, deadline=None)
@given(
    magnification=st.one_of(st.floats(0.15, 0.98), st.floats(1.0, 8.0)),
    place=st.tuples(st.floats(0.3, 0.7), st.floats(0.3, 0.7)),
    settled=st.booleans(),
)
def test_that_a_picture_is_within_two_grey_levels_of_float64(name, magnification, place, settled):
    volume = image(name)
    header = volume.header
    centre = (place[0] * header.columns, place[1] * header.rows)
    view = View(0, centre, magnification / header.pixel_mm[1], IMAGES[name])
    apart = off(volume, view, (240, 200), settled=settled)
    assert apart <= MOST_GREY_LEVELS
