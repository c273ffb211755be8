"""Rendered pictures against float64 references of our own, against scipy and against DCMTK."""

from __future__ import annotations

import shutil
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.drawing.grey import grey_levels, grey_table
from viewers.drawing.render import Picture, Pyramids, SliceRenderer
from viewers.view import View, fitted
from viewers.volume import Rescale, Volume, Window


def coordinates(picture: Picture, volume: Volume, width: int, height: int, ratio: float) -> NDArray[np.float64]:
    """The image (row, column) under every device pixel's centre of a picture, straight from the view's definition."""
    row_mm, column_mm = volume.header.pixel_mm
    view = picture.view
    x = (np.arange(picture.pixels.shape[1]) + picture.left + 0.5) / ratio
    y = (np.arange(picture.pixels.shape[0]) + picture.top + 0.5) / ratio
    columns = view.centre_px[0] + (x - width / 2) / (view.zoom * column_mm)
    rows = view.centre_px[1] + (y - height / 2) / (view.zoom * row_mm)
    return np.stack(np.meshgrid(rows, columns, indexing="ij"))


def reference_grey(values: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """DICOM PS3.3 C.11.2.1.2.1, written as the standard writes it."""
    c, w = window.centre, window.width
    inside = ((values - (c - 0.5)) / (w - 1) + 0.5) * 255
    return np.where(values <= c - 0.5 - (w - 1) / 2, 0, np.where(values > c - 0.5 + (w - 1) / 2, 255, inside))


@settings(max_examples=60, deadline=None)
@given(
    zoom=st.floats(1.0, 14.0),
    centre=st.tuples(st.floats(-5, 50), st.floats(-5, 65)),
    size=st.tuples(st.integers(60, 400), st.integers(60, 400)),
    ratio=st.sampled_from([1.0, 1.25, 1.5, 2.0]),
    window=st.builds(Window, st.floats(-500, 1500), st.floats(80, 2500)),
)
def test_that_an_enlarged_picture_is_within_one_grey_level_of_float64_interpolation(
    noise, zoom, centre, size, ratio, window
):
    volume = noise()
    view = View(0, centre, zoom, window)
    picture = SliceRenderer().render(volume, view, *size, ratio, settled=False)
    if picture is None:
        return
    sampled = map_coordinates(
        volume.stored[0].astype(float), coordinates(picture, volume, *size, ratio), order=1, mode="nearest"
    )
    assert np.abs(picture.pixels - reference_grey(sampled, window)).max() <= 1.0


@settings(max_examples=60, deadline=None)
@given(
    zoom=st.floats(0.02, 60),
    centre=st.tuples(st.floats(0, 46), st.floats(0, 60)),
    size=st.tuples(st.integers(30, 300), st.integers(30, 300)),
    ratio=st.sampled_from([1.0, 1.25, 1.75, 2.0]),
    spacing=st.sampled_from([(1.0, 1.0), (0.3, 0.7), (2.0, 0.5)]),
    settled=st.booleans(),
)
def test_that_a_picture_lies_half_a_device_pixel_from_the_view_at_most(
    make_volume, noise, zoom, centre, size, ratio, spacing, settled
):
    volume = noise()
    volume = make_volume(volume.stored, spacing_mm=spacing)
    view = View(0, centre, zoom, Window(500, 2000))
    picture = SliceRenderer().render(volume, view, *size, ratio, settled=settled)
    assert picture is not None
    for axis, mm in ((0, spacing[1]), (1, spacing[0])):
        moved = abs(picture.view.centre_px[axis] - centre[axis]) * zoom * mm * ratio
        assert moved <= 0.5 + 1e-6
    rows, columns = picture.pixels.shape
    assert picture.left >= 0
    assert picture.left + columns <= np.ceil(size[0] * ratio)
    assert picture.top + rows <= np.ceil(size[1] * ratio)


@settings(max_examples=40, deadline=None)
@given(zoom=st.floats(0.12, 0.99), centre=st.tuples(st.floats(60, 200), st.floats(60, 200)))
def test_that_a_shrunken_picture_is_the_mean_of_the_pixels_it_covers(make_volume, zoom, centre):
    stored = np.random.default_rng(3).integers(-1000, 3000, (1, 260, 240)).astype(np.int16)
    volume = make_volume(stored)
    picture = SliceRenderer().render(volume, View(0, centre, zoom, Window(1000, 4000)), 150, 130, settled=False)
    assert picture is not None
    rows, columns = coordinates(picture, volume, 150, 130, 1.0)
    expected = reference_grey(box_means(stored[0], rows[:, 0], columns[0], 1 / zoom), Window(1000, 4000))
    inner = (slice(1, -1), slice(1, -1))  # the outermost device pixels hang over the image's edge
    assert np.abs(picture.pixels[inner] - expected[inner]).max() <= 1.0


def box_means(image: NDArray[np.generic], rows, columns, step: float) -> NDArray[np.float64]:
    """Exact means of boxes step × step about (row, column), through the integral image."""
    sums = np.zeros((image.shape[0] + 1, image.shape[1] + 1))
    sums[1:, 1:] = image.astype(float).cumsum(0).cumsum(1)

    def at(y, x):
        return map_coordinates(sums, np.meshgrid(y + 0.5, x + 0.5, indexing="ij"), order=1, mode="nearest")

    h = step / 2
    total = (
        at(rows + h, columns + h) - at(rows - h, columns + h) - at(rows + h, columns - h) + at(rows - h, columns - h)
    )
    return total / step**2


def test_that_one_to_one_shows_every_pixel_exactly(noise):
    volume = noise(shape=(200, 150))
    window = Window(300, 900)
    picture = SliceRenderer().render(volume, View(0, (75.0, 100.0), 0.5, window), 80, 90, 2.0)
    assert picture is not None
    rows, columns = np.rint(coordinates(picture, volume, 80, 90, 2.0)).astype(int)
    assert np.array_equal(picture.pixels, np.rint(reference_grey(volume.stored[0][rows, columns], window)))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.int32, np.uint32, np.float32, np.float64])
def test_that_every_stored_type_draws_the_same_picture(make_volume, dtype):
    values = np.random.default_rng(1).integers(0, 120, (1, 40, 40))
    view = View(0, (19.5, 19.5), 3.3, Window(60, 90))
    expected = SliceRenderer().render(make_volume(values.astype(np.float64)), view, 120, 120)
    picture = SliceRenderer().render(make_volume(values.astype(dtype)), view, 120, 120)
    assert np.abs(picture.pixels.astype(int) - expected.pixels).max() <= 1


@pytest.mark.parametrize("shape", ["linear", "linear_exact", "sigmoid"])
@given(centre=st.floats(-1000, 1000), width=st.floats(1, 4000))
@settings(max_examples=30, deadline=None)
def test_that_windows_follow_the_standard(shape, centre, width):
    values = np.linspace(-3000, 3000, 4001)
    grey = grey_levels(values, Window(centre, width, shape)).astype(float)
    if shape == "sigmoid":
        expected = 255 / (1 + np.exp(np.clip(-4 * (values - centre) / width, -700, 700)))
    elif shape == "linear_exact":
        expected = np.clip((values - centre) / width + 0.5, 0, 1) * 255
    elif width > 1:
        expected = reference_grey(values, Window(centre, width))
    else:
        expected = np.where(values > centre - 0.5, 255, 0)
    assert np.abs(grey - expected).max() <= 0.5 + 1e-6
    assert np.all(np.diff(grey) >= 0)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from([np.int16, np.uint16]),
    slope=st.sampled_from([0.0, 1.0, -1.0, 1 / 64, 3.7, -2.2, 1e-4, 500.0]),
    intercept=st.sampled_from([0.0, -1024.0, 3.3, 4e4]),
    centre=st.floats(-1e5, 1e5),
    width=st.one_of(st.floats(1e-3, 10), st.floats(10, 1e6)),
    shape=st.sampled_from(["linear", "linear_exact", "sigmoid"]),
    negative=st.booleans(),
)
def test_that_a_grey_table_says_of_every_bit_pattern_what_the_window_does(
    kind, slope, intercept, centre, width, shape, negative
):
    window = Window(centre, width, shape)
    values = np.arange(65_536, dtype=np.uint16).view(kind).astype(np.float64) * slope + intercept
    table = grey_table(np.dtype(kind), Rescale(slope, intercept), window, negative)
    assert (table == grey_levels(values, window, negative)).all()


def test_that_monochrome1_and_inversion_each_exchange_black_and_white_once(noise):
    volume = noise()
    film = replace(volume, header=replace(volume.header, photometric="MONOCHROME1"))
    view = View(0, (23.0, 30.0), 1.0, Window(1000, 4000))
    plain = SliceRenderer().render(volume, view, 40, 40).pixels
    assert np.array_equal(SliceRenderer().render(film, replace(view, inverted=True), 40, 40).pixels, plain)
    for negative in (
        SliceRenderer().render(film, view, 40, 40).pixels,
        SliceRenderer().render(volume, replace(view, inverted=True), 40, 40).pixels,
    ):
        assert np.abs(negative.astype(int) + plain - 255).max() <= 1


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("zoom", [0.6, 1.0, 3.7])
def test_that_padding_is_black_and_its_neighbours_are_not(make_volume, photometric, zoom):
    stored = np.full((1, 60, 60), 500, np.int16)
    stored[0, :30] = -2000
    volume = make_volume(stored, padding=(-2000, -2000), photometric=photometric)
    picture = SliceRenderer().render(volume, View(0, (29.5, 29.5), zoom, Window(500, 5000)), 220, 220)
    middle = picture.pixels.shape[0] // 2
    assert not picture.pixels[: middle - 1].any()
    assert picture.pixels[middle + 1 :].all()


def test_that_numbers_that_are_not_finite_are_black(make_volume):
    stored = np.ones((1, 20, 20), np.float32)
    stored[0, 5, 5], stored[0, 9, 9] = np.nan, np.inf
    picture = SliceRenderer().render(
        make_volume(stored), View(0, (9.5, 9.5), 1.0, Window(0.5, 0.2, "linear_exact")), 20, 20
    )
    assert picture.pixels[5, 5] == picture.pixels[9, 9] == 0
    assert np.count_nonzero(picture.pixels == 0) == 2


def test_that_colour_keeps_its_channels_in_order(make_volume):
    stored = np.zeros((1, 8, 8, 3), np.uint8)
    stored[..., 0], stored[..., 1] = 200, 100
    picture = SliceRenderer().render(make_volume(stored), View(0, (3.5, 3.5), 4.0, Window(128, 256)), 40, 40)
    assert tuple(picture.pixels[10, 10]) == (0, 100, 200, 255)


def test_that_a_slice_that_is_not_loaded_is_not_drawn(noise):
    volume = noise()
    volume.loaded[0] = False
    assert SliceRenderer().render(volume, View(0, (23.0, 30.0), 1.0, Window(0, 100)), 40, 40) is None


def test_that_a_window_drag_samples_nothing_anew(noise, monkeypatch):
    volume = noise(shape=(300, 300))
    renderer = SliceRenderer()
    view = fitted(volume.header, 450, 450, slice_index=0, window=Window(40, 400))
    renderer.render(volume, view, 450, 450)
    monkeypatch.setattr(cv2, "resize", lambda *a, **k: pytest.fail("sampled again"))
    window = Window(300, 900)
    assert renderer.render(volume, replace(view, window=window), 450, 450, settled=False) is not None


def test_that_a_large_image_is_drawn_from_its_pyramid_while_it_moves(make_volume):
    y, x = np.mgrid[0:2201, 0:2003]
    stored = (2000 + 900 * np.sin(x / 60) * np.cos(y / 45)).astype(np.uint16)[None]
    volume = make_volume(stored)
    pyramids = Pyramids()
    view = fitted(volume.header, 500, 480, slice_index=0, window=Window(2000, 2000))
    renderer = SliceRenderer(pyramids)
    exact = renderer.render(volume, view, 500, 480, settled=True)
    pyramids.wait()
    renderer.forget()
    moving = renderer.render(volume, view, 500, 480, settled=False)
    pyramids.close()
    assert moving.pixels.shape == exact.pixels.shape
    assert np.abs(moving.pixels.astype(int) - exact.pixels)[1:-1, 1:-1].max() <= 2


def test_that_a_large_image_is_first_drawn_by_another_thread_and_then_the_same(make_volume):
    volume = make_volume(np.random.default_rng(3).integers(0, 4095, (1, 2201, 2003), np.uint16))
    pyramids = Pyramids()
    view = fitted(volume.header, 500, 480, slice_index=0, window=Window(2000, 4000))
    renderer = SliceRenderer(pyramids)
    before = renderer.render(volume, view, 500, 480, may_wait=True)
    was_unfinished = renderer.is_unfinished
    pyramids.work(lambda: None).result()  # the thread has come to what was asked after it
    shown = renderer.render(volume, view, 500, 480, may_wait=True)
    moved = renderer.render(volume, replace(view, centre_px=(900.0, 900.0)), 500, 480, may_wait=True)
    pyramids.close()
    assert before is None
    assert was_unfinished
    assert np.array_equal(shown.pixels, SliceRenderer().render(volume, view, 500, 480).pixels)
    assert moved is not None  # quick, while the exact one is on its way
    assert renderer.is_unfinished


def test_that_who_moves_a_large_image_before_its_first_picture_sees_it_at_once(make_volume):
    volume = make_volume(np.full((1, 2201, 2003), 2000, np.uint16))
    pyramids, hold = Pyramids(), threading.Event()
    renderer = SliceRenderer(pyramids)
    view = fitted(volume.header, 500, 480, slice_index=0, window=Window(2000, 2000))
    pyramids.work(lambda: hold.wait(10))
    assert renderer.render(volume, view, 500, 480, settled=False, may_wait=True) is None
    moved = replace(view, zoom=view.zoom * 1.1)
    assert renderer.render(volume, moved, 500, 480, settled=False, may_wait=True) is not None
    hold.set()
    pyramids.close()


PEER_CASES = [
    ("693_UNCI.dcm", Window(40, 400)),
    ("693_UNCI.dcm", Window(-600, 1500)),
    ("693_UNCR.dcm", Window(32, 80)),
    ("MR2_UNCI.dcm", Window(300, 550)),
    ("RG1_UNCI.dcm", Window(12000, 20000)),  # MONOCHROME1
    ("RG3_UNCI.dcm", Window(500, 900)),
    ("US1_UNCI.dcm", Window(128, 256)),  # RGB: not windowed
]


@pytest.mark.parametrize(("name", "window"), PEER_CASES)
def test_that_a_picture_equals_dcmtks_to_one_grey_level(tmp_path, name, window):
    program = shutil.which("dcm2pnm") or shutil.which("dcm2img")
    if program is None:
        pytest.skip("DCMTK's dcm2pnm is not installed")
    data = pytest.importorskip("data_store.data", reason="pydicom-data is not installed")
    path = Path(next(iter(data.__path__))) / name
    (header,) = scan(path).series
    options = [] if header.samples == 3 else ["+Ww", str(window.centre), str(window.width)]
    subprocess.run([program, *options, str(path), str(tmp_path / "peer.pnm")], check=True, timeout=60)
    theirs = cv2.imread(str(tmp_path / "peer.pnm"), cv2.IMREAD_UNCHANGED)
    view = View(0, ((header.columns - 1) / 2, (header.rows - 1) / 2), 1 / header.pixel_mm[1], window)
    square = replace(header, spacing_mm=(header.pixel_mm[1],) * 2)
    volume = replace(load(header), header=square)
    ours = SliceRenderer().render(volume, view, header.columns, header.rows).pixels
    assert np.abs(ours[..., :3].astype(int) - theirs if ours.ndim == 3 else ours.astype(int) - theirs).max() <= 1
