"""Maps on the screen: every pixel where and what independent resampling says, and every option of a layer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK
from PySide6.QtGui import QImage, QPainter

from overlays.layers.colour import SEGMENT_COLOURS, colour_at
from overlays.layers.layer import Layer
from overlays.painting import fields
from overlays.painting.painter import LayerPainter
from overlays.result import AIMap, AIResult, Segment
from viewers.view import Slab, View, image_to_screen, screen_to_image
from viewers.volume import Volume

from ..conftest import AXIAL, MODEL, make_map, make_result
from .test_painter import HEAT, HEIGHT, VIEW, WIDTH, green, painted

pytestmark = pytest.mark.usefixtures("qapp")

GRID = np.array([[1.7, 0, 0, -40], [0, 2.1, 0, -25], [0, 0, 4.0, -205], [0, 0, 0, 1.0]])
FILL = Layer("fill", "nodules", "fill", "Organs", label="", colour="#00ff00")
IMAGE = np.s_[:, : WIDTH - 150]  # less the legend


def blob(shape: tuple[int, int, int] = (10, 26, 44)) -> np.ndarray:
    z, y, x = np.mgrid[: shape[0], : shape[1], : shape[2]]
    return np.exp(-((x - 20) ** 2 / 60 + (y - 12) ** 2 / 30 + (z - 5) ** 2 / 6)).astype(np.float32)


def labels() -> AIMap:
    z, y, x = np.mgrid[:10, :26, :44]
    numbers = np.zeros(z.shape, np.uint8)
    numbers[(x - 14) ** 2 + (y - 12) ** 2 < 60] = 1
    numbers[(x - 30) ** 2 + 2 * (y - 14) ** 2 < 80] = 2
    numbers[4:7, 3:5, 20:22] = 3
    segments = tuple(Segment(n, name) for n, name in enumerate(("liver", "spleen", "cyst"), 1))
    return AIMap("m", "organs", "label", numbers, GRID, (0.0, 3.0), "", MODEL, segments=segments)


def field(affine: np.ndarray = GRID, **changes: object) -> AIResult:
    return make_result((), (replace(make_map(blob(), affine), **changes),))


def resampled(values: np.ndarray, affine: np.ndarray, view: View, volume: Volume, dpr: float, way: int) -> np.ndarray:
    """What SimpleITK has at the centre of each device pixel, (rows, columns); NaN outside."""
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    image = SimpleITK.GetImageFromArray(values.astype(np.float32))
    image.SetSpacing(lengths.tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    image.SetDirection((affine[:3, :3] / lengths).ravel().tolist())
    columns, rows = round(WIDTH * dpr), round(HEIGHT * dpr)
    plane = volume.header.affine_at(view.slice_index)

    def place(x: float, y: float) -> np.ndarray:
        column, row = screen_to_image(view, volume.header, WIDTH, HEIGHT, (x + 0.5) / dpr, (y + 0.5) / dpr)
        return (plane @ (column, row, 0, 1))[:3]

    origin, right, down = place(0, 0), place(1, 0), place(0, 1)
    step = np.stack([right - origin, down - origin], axis=1)
    sizes = np.linalg.norm(step, axis=0)
    normal = np.cross(step[:, 0] / sizes[0], step[:, 1] / sizes[1])
    direction = np.column_stack([step / sizes, normal])
    onto = SimpleITK.Image(columns, rows, 1, SimpleITK.sitkFloat32)
    onto.SetOrigin(origin.tolist())
    onto.SetSpacing((*sizes.tolist(), 1.0))
    onto.SetDirection(direction.ravel().tolist())
    found = SimpleITK.Resample(image, onto, SimpleITK.Transform(), way, float("nan"))
    return SimpleITK.GetArrayFromImage(found)[0]


def turned(affine: np.ndarray, angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    return turn @ affine


FLIPPED = GRID @ np.array([[-1, 0, 0, 43], [0, -1, 0, 25], [0, 0, 1, 0], [0, 0, 0, 1.0]])


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("affine", [GRID, FLIPPED, turned(GRID, 0.3)], ids=["upright", "flipped", "turned"])
@pytest.mark.parametrize("slice_index", [10, 13])
def test_that_segments_lie_where_simpleitk_puts_them_to_the_pixel(
    volume: Volume, affine: np.ndarray, dpr: float, slice_index: int
):
    view = replace(VIEW, slice_index=slice_index, centre_px=(60.013, 45.017))  # no centre on a voxel's edge
    organs = replace(labels(), affine=affine)
    pixels = painted(LayerPainter([make_result((), (organs,))], [FILL]), volume, view, dpr)[:, : round(490 * dpr)]
    truth = resampled(organs.values, affine, view, volume, dpr, SimpleITK.sitkNearestNeighbor)[:, : round(490 * dpr)]
    for number in (1, 2, 3):
        ours = (np.abs(pixels.astype(int) - SEGMENT_COLOURS[number - 1]) < 3).all(axis=2)
        theirs = truth == number
        wrong = ours != theirs
        assert theirs.any() == ours.any()
        allowed = 0.05 if affine is not GRID and affine is not FLIPPED else 0.004  # oblique: sampled finely, then shown
        assert wrong.sum() <= allowed * max(1, theirs.sum())


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("affine", [GRID, FLIPPED, turned(GRID, 0.3)], ids=["upright", "flipped", "turned"])
@pytest.mark.parametrize("draw", ["heatmap", "fill", "contour"])
def test_that_a_field_reaches_its_threshold_where_simpleitk_says(
    volume: Volume, affine: np.ndarray, dpr: float, draw: str
):
    layer = replace(FILL, draw=draw, threshold=0.4, colours="viridis", width=1.0)
    drawn = painted(LayerPainter([field(affine)], [layer]), volume, dpr=dpr)[:, : round(490 * dpr)].any(axis=2)
    truth = resampled(blob(), affine, VIEW, volume, dpr, SimpleITK.sitkLinear)[:, : round(490 * dpr)] >= 0.4
    ours, theirs = (
        np.array([np.nonzero(m)[a].min() + np.nonzero(m)[a].max() for a in (0, 1)]) / 2 for m in (drawn, truth)
    )
    assert np.abs(ours - theirs).max() <= 0.5, "the middle, device pixels"
    around = 0 if draw != "contour" else 2.0 * dpr
    sizes = [np.array([np.ptp(np.nonzero(m)[a]) for a in (0, 1)]) for m in (drawn, truth)]
    assert np.abs(sizes[0] - sizes[1]).max() <= 1.5 + 2 * around


def test_that_a_contour_of_segments_ends_where_they_do_at_every_zoom(volume: Volume):
    for zoom in (3.0, 7.3, 41.0):
        view = replace(VIEW, zoom=zoom, centre_px=(33.0, 30.0))
        result = make_result((), (labels(),))
        filled = painted(LayerPainter([result], [FILL]), volume, view)[IMAGE].any(axis=2)
        lined = (painted(LayerPainter([result], [replace(FILL, draw="contour", width=2)]), volume, view)[IMAGE]).any(2)
        assert not (lined & ~filled).any()
        edge = filled & ~np.roll(filled, 1, 1) & (np.arange(filled.shape[1]) > 2)
        assert (lined | ~edge).all(), "every left edge is lined"


def test_that_segments_have_patterns_of_their_own(volume: Volume):
    pixels = painted(LayerPainter([make_result((), (labels(),))], [replace(FILL, draw="pattern")]), volume)[IMAGE]
    shares = []
    for number in (1, 2):
        ink = (np.abs(pixels.astype(int) - SEGMENT_COLOURS[number - 1]) < 3).all(axis=2)
        rows, columns = np.nonzero(ink)
        inside = ink[rows.min() : rows.max(), columns.min() : columns.max()]
        shares.append(inside.mean())
        assert 0.05 < inside.mean() < 0.7
    assert abs(shares[0] - shares[1]) > 0.02


def test_that_only_the_wanted_segments_are_drawn_and_told(volume: Volume):
    painter = LayerPainter([make_result((), (labels(),))], [replace(FILL, only=("spleen",))])
    pixels = painted(painter, volume)[IMAGE]
    assert [each.element for each in painter.painted] == ["m/2"]
    assert not (pixels == SEGMENT_COLOURS[0]).all(axis=2).any()


def test_that_regions_smaller_than_asked_for_are_left_out(volume: Volume):
    shown = {}
    for least in (0.0, 13.0):
        painter = LayerPainter([make_result((), (labels(),))], [replace(FILL, least_mm=least)])
        painted(painter, volume)
        shown[least] = {each.element for each in painter.painted}
    assert shown == {0.0: {"m/1", "m/2", "m/3"}, 13.0: {"m/1", "m/2"}}  # the cyst is 3 slices of 4 mm deep


def test_that_the_share_of_a_segment_in_sight_is_that_of_its_area(volume: Volume):
    painter = LayerPainter([make_result((), (labels(),))], [replace(FILL, only=("liver",))])
    left, _ = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, (14 * 1.7 - 40 + 50) / 0.8, 0)
    column, _ = screen_to_image(VIEW, volume.header, WIDTH, HEIGHT, left + WIDTH / 2, 0)
    painted(painter, volume, replace(VIEW, centre_px=(column, 30.0)))
    (only,) = painter.painted
    assert only.share == pytest.approx(0.5, abs=0.06)


def test_that_a_map_in_a_slab_shows_its_strongest_value(volume: Volume):
    layer = replace(HEAT, threshold=0.7)
    away = replace(VIEW, slice_index=4)
    painter = LayerPainter([field()], [layer])
    assert not painted(painter, volume, away)[IMAGE].any()
    assert painted(painter, volume, replace(away, slab=Slab("max", 30.0)))[IMAGE].any()


def test_that_every_voxel_shows_as_it_is_where_nothing_is_interpolated(volume: Volume):
    layer = replace(HEAT, threshold=0.05, interpolation="nearest", colours="viridis")
    view = replace(VIEW, centre_px=(60.013, 45.017))  # no pixel's centre on a voxel's edge
    pixels = painted(LayerPainter([field()], [layer]), volume, view, dpr=2.0)[:, : 2 * (WIDTH - 150)]
    plane = blob()[5:6].repeat(10, 0)  # where this slice lies
    truth = resampled(plane, GRID, view, volume, 2.0, SimpleITK.sitkNearestNeighbor)
    truth = truth[:, : pixels.shape[1]]
    for share in (0.3, 0.5, 0.7, 0.9):
        at = np.argwhere(np.abs(truth - share) < 0.02)
        for row, column in at[:: max(1, len(at) // 20)]:
            wanted = colour_at("viridis", float(truth[row, column]))
            assert np.abs(pixels[row, column].astype(int) - wanted).max() <= 6


def test_that_blurring_is_simpleitks_gaussian():
    spike = np.zeros((41, 81, 81), np.float32)
    spike[20, 40, 40] = 1
    affine = np.diag([1.0, 1.5, 2.0, 1.0])
    ours = fields.smoothed(make_map(spike, affine), 3.0).values
    image = SimpleITK.GetImageFromArray(spike)
    image.SetSpacing((1.0, 1.5, 2.0))
    theirs = SimpleITK.GetArrayFromImage(SimpleITK.SmoothingRecursiveGaussian(image, [3.0] * 3))
    assert np.abs(ours - theirs).max() < 0.02 * theirs.max()


def test_that_blurring_leaves_an_even_field_alone_to_its_edges_and_around_holes():
    even = np.full((8, 20, 20), 0.5, np.float32)
    even[3, 5:8, 5:8] = np.nan
    blurred = fields.smoothed(make_map(even, np.diag([1.0, 1.0, 2.0, 1.0])), 2.0).values
    assert (np.isnan(blurred) == np.isnan(even)).all()
    assert np.nanmax(np.abs(blurred - 0.5)) < 1e-4


def test_that_stored_integers_are_drawn_as_what_they_mean(volume: Volume):
    whole = field()
    bytes_ = np.rint(blob() * 200 + 20).astype(np.uint8)
    stored = field(values=bytes_, slope=1 / 200, intercept=-0.1)
    one, other = (painted(LayerPainter([r], [replace(HEAT, threshold=0.3)]), volume)[IMAGE] for r in (whole, stored))
    assert np.abs(one.astype(int) - other).mean() < 0.5


def test_that_a_signed_map_shows_both_signs_and_nothing_about_zero(volume: Volume):
    signed = blob() - np.roll(blob(), 18, 2)
    result = field(values=signed, value_range=(-1.0, 1.0))
    pixels = painted(LayerPainter([result], [replace(HEAT, colours="vik", threshold=0.3)]), volume)[IMAGE].astype(int)
    red, blue = pixels[..., 0] - pixels[..., 2] > 60, pixels[..., 2] - pixels[..., 0] > 60
    assert red.any()
    assert blue.any()
    truth = resampled(signed, GRID, VIEW, volume, 1.0, SimpleITK.sitkLinear)[IMAGE]
    assert not pixels[np.nan_to_num(np.abs(truth)) < 0.27].any()


def test_that_isolines_run_at_their_levels_and_say_them(volume: Volume):
    layer = replace(HEAT, draw="isolines", levels=(0.3, 0.6), threshold=0.0, width=1.0)
    pixels = painted(LayerPainter([field()], [layer]), volume)[IMAGE]
    truth = resampled(blob(), GRID, VIEW, volume, 1.0, SimpleITK.sitkLinear)[IMAGE]
    lined = pixels.max(axis=2) > 100
    rows, columns = np.nonzero(lined)
    right = columns > np.nonzero(truth > 0.3)[1].mean() + 10  # away from the written levels at the top
    off = np.minimum(np.abs(truth[rows, columns] - 0.3), np.abs(truth[rows, columns] - 0.6))[right]
    assert np.median(off) < 0.03
    assert lined.sum() > 300


def test_that_a_map_of_segments_has_a_legend_of_names_where_there_is_room(volume: Volume):
    def alone(width: int, height: int) -> np.ndarray:
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(0)
        with QPainter(image) as qpainter:
            qpainter.setClipRect(0, 0, 1, 1)
            LayerPainter([make_result((), (labels(),))], [FILL]).paint(qpainter, volume, VIEW, width, height, 1.0)
        return np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4)[..., :3].any(axis=2)

    roomy = alone(900, 700)
    assert roomy[:350, 700:].any()
    assert not roomy[350:].any()
    assert not alone(300, 300).any()


def test_that_layers_listed_first_lie_lowest(volume: Volume):
    over = replace(FILL, id="over", draw="fill", threshold=0.5)
    under = replace(HEAT, threshold=0.3)
    pixels = painted(LayerPainter([field()], [under, over]), volume)
    assert green(pixels).sum() > 1000
    swapped = painted(LayerPainter([field()], [over, under]), volume)
    assert green(swapped).sum() < green(pixels).sum() / 10


def test_that_fading_recolouring_and_other_layers_never_cut_a_map_again(
    volume: Volume, monkeypatch: pytest.MonkeyPatch
):
    from overlays.painting import maps

    made: list[str] = []
    real = maps.map_section
    monkeypatch.setattr(maps, "map_section", lambda *given: made.append("cut") or real(*given))
    painter = LayerPainter([field()], [HEAT])
    painted(painter, volume)
    for change in ({"opacity": 0.3}, {"colours": "mako"}, {"threshold": 0.6}):
        painter.set_layer(replace(HEAT, **change))
        painted(painter, volume)
    painted(painter, volume, replace(VIEW, zoom=7.0))
    assert made == ["cut"]


def test_that_the_grid_of_the_series_is_shown_as_it_lies(volume: Volume):
    numbers = np.zeros((40, 96, 128), np.uint8)
    numbers[10, 40:50, 55:66] = 1
    mask = AIMap("b", "x", "binary", numbers, AXIAL, (0, 1), "", MODEL, segments=(Segment(1, "x"),))
    drawn = green(painted(LayerPainter([make_result((), (mask,))], [FILL]), volume, dpr=2.0))
    rows, columns = np.nonzero(drawn)
    left, top = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 54.5, 39.5)
    right, bottom = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 65.5, 49.5)
    found = (columns.min() / 2, (columns.max() + 1) / 2, rows.min() / 2, (rows.max() + 1) / 2)
    assert found == pytest.approx((left, right, top, bottom), abs=0.25)  # half a device pixel
