from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from overlays.cutting.fields import cut
from overlays.layers import colour
from overlays.layers.layer import Layer
from overlays.painting import maps, marks
from overlays.painting import painter as paint
from overlays.painting.painter import LayerPainter
from overlays.painting.sampling import Screen, device_to_image
from overlays.result import AIResult
from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.view import View, Window, image_to_screen
from viewers.volume import Volume

from ..conftest import AXIAL, make_finding, make_map, make_result

WIDTH, HEIGHT = 640, 480
VIEW = View(10, (60.0, 45.0), 5.0, Window(40, 400))
BOX = Layer("box", "nodules", "box", "Boxes", label="", threshold=0.5, colour="#00ff00")
HEAT = Layer("heat", "nodules", "heatmap", "Saliency", threshold=0.5, colours="viridis")

pytestmark = pytest.mark.usefixtures("qapp")


def painted(painter: LayerPainter, volume: Volume, view: View = VIEW, dpr: float = 1.0) -> np.ndarray:
    """(rows, columns, 3) sRGB of what the painter adds to black."""
    image = QImage(round(WIDTH * dpr), round(HEIGHT * dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    image.fill(0)
    qpainter = QPainter(image)
    painter.paint(qpainter, volume, view, WIDTH, HEIGHT, dpr)
    qpainter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1].copy()


def box_result(voxel: tuple[float, float, float] = (60, 45, 10)) -> AIResult:
    x, y, z = geometry.apply(AXIAL, voxel)
    return make_result((make_finding("f1", 0.8, (x, y, z), (16.0, 14.0, 9.0)),))


def heat_result() -> AIResult:
    values = np.zeros((12, 20, 25), np.float32)
    values[3:6, 8:11, 10:14] = 0.9
    grid = np.diag([4.0, 3.5, 6.0, 1.0])
    grid[:3, 3] = (-50, -30, -205)
    return make_result((), (make_map(values, grid),))


def green(pixels: np.ndarray) -> np.ndarray:
    return (pixels[..., 1] > 180) & (pixels[..., 0] < 60)


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_that_a_box_is_painted_where_the_affines_put_its_corners(volume: Volume, dpr: float):
    pixels = painted(LayerPainter([box_result()], [BOX]), volume, dpr=dpr)
    rows, columns = np.nonzero(green(pixels))
    left, top = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 50, 35)
    right, bottom = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 70, 55)
    assert (columns.min() / dpr, rows.min() / dpr) == pytest.approx((left, top), abs=2)
    assert (columns.max() / dpr, rows.max() / dpr) == pytest.approx((right, bottom), abs=2)


def test_that_a_box_is_absent_outside_its_extent_and_below_its_threshold(volume: Volume):
    painter = LayerPainter([box_result()], [BOX])
    assert not painted(painter, volume, replace(VIEW, slice_index=20)).any()
    painter.set_layer(replace(BOX, threshold=0.81))
    assert not painted(painter, volume).any()


def test_that_heat_shows_the_hot_voxels_and_nothing_below_the_threshold(volume: Volume):
    pixels = painted(LayerPainter([heat_result()], [HEAT]), volume)[:, : WIDTH - 120]  # less the legend
    rows, columns = np.nonzero(pixels.any(axis=2))
    section = cut(heat_result().maps[0], volume.header.affine_at(10), 128, 96)
    from_screen = device_to_image(VIEW, volume.header, Screen(WIDTH, HEIGHT))
    to_map = section.from_image @ np.vstack([from_screen, (0, 0, 1)])
    for point, value in ((rows.min(), 7.5), (rows.max(), 10.5)):
        assert to_map[1] @ (0, point, 1) == pytest.approx(value, abs=0.2)
    for point, value in ((columns.min(), 9.5), (columns.max(), 13.5)):
        assert to_map[0] @ (point, 0, 1) == pytest.approx(value, abs=0.2)


def test_that_a_heat_colour_is_that_of_its_value_on_the_fixed_range(volume: Volume):
    pixels = painted(LayerPainter([heat_result()], [HEAT]), volume)
    hot = pixels[:, : WIDTH - 120].reshape(-1, 3).max(axis=0)
    assert hot == pytest.approx(np.maximum.reduce(colour.table("viridis")[128:231]), abs=3)


def test_that_opacity_fades_a_layer_without_making_its_picture_again(volume: Volume, monkeypatch: pytest.MonkeyPatch):
    made: list[int] = []
    real = maps.heat_picture
    monkeypatch.setattr(maps, "heat_picture", lambda *given: made.append(1) or real(*given))
    painter = LayerPainter([heat_result()], [HEAT])
    full = painted(painter, volume).astype(int)
    painter.set_layer(replace(HEAT, opacity=0.5))
    half = painted(painter, volume).astype(int)
    painter.set_layer(replace(HEAT, visible=False))
    assert not painted(painter, volume).any()
    assert len(made) == 1
    inside = np.s_[:, : WIDTH - 120]
    assert np.abs(half[inside] - full[inside] / 2).max() <= 2


def test_that_a_window_drag_places_no_layer_anew(volume: Volume, monkeypatch: pytest.MonkeyPatch):
    painter = LayerPainter([replace(heat_result(), findings=box_result().findings)], [BOX, HEAT])
    before = painted(painter, volume)
    monkeypatch.setattr(paint, "Scene", lambda *given: pytest.fail("placed again"))
    assert (painted(painter, volume, replace(VIEW, window=Window(300, 900), inverted=True)) == before).all()


def test_that_a_box_is_one_picture_on_the_slices_it_spans(volume: Volume, monkeypatch: pytest.MonkeyPatch):
    painter = LayerPainter([box_result()], [BOX])
    before = painted(painter, volume)
    monkeypatch.setattr(marks, "mark_pictures", lambda *given: pytest.fail("made again"))
    assert (painted(painter, volume, replace(VIEW, slice_index=11)) == before).all()


def test_that_a_box_larger_than_the_viewport_is_painted_as_far_as_it_is_seen(volume: Volume):
    close = replace(VIEW, zoom=60.0, centre_px=(50.0, 45.0))
    rows, columns = np.nonzero(green(painted(LayerPainter([box_result()], [BOX]), volume, close)))
    left, _ = image_to_screen(close, volume.header, WIDTH, HEIGHT, 50, 45)
    assert (rows.min(), rows.max()) == (0, HEIGHT - 1)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(left - 0.5, abs=1)


def test_that_holding_hides_every_layer_and_says_so(volume: Volume):
    painter = LayerPainter([box_result()], [BOX])
    shown = painted(painter, volume)
    painter.hold(True)
    held = painted(painter, volume)
    assert not green(held).any()
    assert held[-60:].any(), "the hint at the bottom"
    painter.hold(False)
    assert (painted(painter, volume) == shown).all()


def test_that_a_result_of_another_frame_of_reference_is_not_painted_and_said_so(volume: Volume):
    painter = LayerPainter([replace(box_result(), frame_of_reference_uid="8.8", series_uid="9")], [BOX])
    assert not green(painted(painter, volume)).any()
    (note,) = painter.refusals(volume.header)
    assert "another frame of reference" in note
    assert painted(painter, volume).any(), "the note itself"


def test_that_a_closed_painter_paints_nothing(volume: Volume):
    painter = LayerPainter([box_result()], [BOX])
    painter.close()
    assert not painted(painter, volume).any()


def test_that_the_painter_leaves_the_qpainter_as_it_was(volume: Volume):
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    qpainter = QPainter(image)
    font, pen = qpainter.font(), qpainter.pen()
    LayerPainter([box_result(), heat_result()], [BOX, HEAT]).paint(qpainter, volume, VIEW, 64, 64, 1.0)
    assert (qpainter.font(), qpainter.pen(), qpainter.opacity()) == (font, pen, 1.0)
    qpainter.end()


def test_that_values_without_a_number_stay_transparent(volume: Volume):
    result = heat_result()
    values = result.maps[0].values.copy()
    values[:, 9, :] = np.nan
    holed = replace(result, maps=(replace(result.maps[0], values=values),))
    area = np.s_[:, : WIDTH - 120]
    whole = painted(LayerPainter([result], [HEAT]), volume)[area].any(axis=2).sum()
    assert 0 < painted(LayerPainter([holed], [HEAT]), volume)[area].any(axis=2).sum() < whole


def test_that_an_iso_contour_follows_the_edge_of_the_heat(volume: Volume):
    contour = replace(HEAT, id="c", draw="contour", colour="#00ff00")
    line = green(painted(LayerPainter([heat_result()], [contour]), volume))
    heat = painted(LayerPainter([heat_result()], [HEAT]), volume)[:, : WIDTH - 120].any(axis=2)
    for axis in (0, 1):
        edge, seen = np.nonzero(heat)[axis], np.nonzero(line)[axis]
        assert (seen.min(), seen.max()) == pytest.approx((edge.min(), edge.max()), abs=2)


def test_that_a_label_or_colour_map_that_is_not_offered_is_refused():
    for wrong in (replace(BOX, label="{provenance}"), replace(HEAT, colours="hot pink")):
        with pytest.raises(StudyProblem):
            LayerPainter([], [wrong])


def test_that_a_heat_map_has_a_legend_beside_the_image_even_where_the_viewport_clips_to_the_image(volume: Volume):
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(0)
    qpainter = QPainter(image)
    qpainter.setClipRect(0, 0, 10, 10)
    LayerPainter([heat_result()], [HEAT]).paint(qpainter, volume, VIEW, WIDTH, HEIGHT, 1.0)
    qpainter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(HEIGHT, WIDTH, 4)[..., 2::-1]
    assert not pixels[:, : WIDTH - 200].any(), "the map itself stays inside the clip"
    bar = pixels[HEIGHT // 2 :, WIDTH - 40 :].reshape(-1, 3).astype(int)
    for share in (0.55, 0.75, 0.95):
        assert np.abs(bar - colour.colour_at("viridis", share)).sum(axis=1).min() < 12


def legend_alone(volume: Volume, width: int, height: int, *layers: Layer) -> np.ndarray:
    """Where a legend leaves anything in a viewport of this size: a boolean picture."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    qpainter = QPainter(image)
    qpainter.setClipRect(0, 0, 1, 1)
    LayerPainter([heat_result()], layers).paint(qpainter, volume, VIEW, width, height, 1.0)
    qpainter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4)[..., :3].any(axis=2)


def test_that_in_a_small_viewport_the_legend_is_a_bar_that_keeps_clear_of_anatomy_and_corner_texts(volume: Volume):
    wordy = replace(HEAT, title="What raised the score of the model")
    small, large = legend_alone(volume, 478, 364, wordy), legend_alone(volume, 900, 730, wordy)
    assert small.any()
    assert not small[:, : 478 - 80].any()
    assert not small[364 - 40 :].any(), "the window and zoom are written there"
    assert large[:, : 900 - 120].any(), "with room there are words"


def test_that_a_viewport_too_low_for_a_legend_has_none(volume: Volume):
    assert not legend_alone(volume, 300, 150, HEAT).any()


def test_that_a_planted_finding_is_painted_like_any_other(volume: Volume):
    honest = replace(box_result(), maps=heat_result().maps)
    marked = replace(honest.provenance, origin="sham", planted="rule/case", note="false_positive")
    planted = replace(
        honest,
        provenance=marked,
        findings=tuple(replace(each, provenance=marked) for each in honest.findings),
        maps=tuple(replace(each, provenance=marked) for each in honest.maps),
    )
    layers = [replace(BOX, label="{id} {label} {score:.0%}"), HEAT]
    one, other = (painted(LayerPainter([result], layers), volume) for result in (honest, planted))
    assert one.any()
    assert (one == other).all()


def test_that_scrolling_to_and_fro_paints_the_same_again(volume: Volume):
    painter = LayerPainter([heat_result(), box_result()], [BOX, HEAT])
    first = [painted(painter, volume, replace(VIEW, slice_index=k)) for k in range(4, 16)]
    again = [painted(painter, volume, replace(VIEW, slice_index=k)) for k in reversed(range(4, 16))]
    assert all((one == other).all() for one, other in zip(first, reversed(again), strict=True))


def test_that_a_chosen_finding_shows_its_own_map_alone(volume: Volume):
    base = heat_result().maps[0]
    shifted = base.affine.copy()
    shifted[0, 3] += 30
    maps = (
        replace(base, id="a", finding="f1"),
        replace(base, id="b", finding="f2", affine=shifted),
    )
    findings = (make_finding("f1", 0.9, (0, 0, 900)), make_finding("f2", 0.8, (0, 0, 900)))
    painter = LayerPainter([make_result(findings, maps)], [BOX, HEAT])
    area = np.s_[:, : WIDTH - 120]
    both = painted(painter, volume)[area].any(axis=2).sum()
    painter.choose("f1")
    assert 0 < painted(painter, volume)[area].any(axis=2).sum() < both


def test_that_a_box_lies_right_on_a_film_without_patient_geometry_or_calibration(volume: Volume):
    film = replace(
        volume.header, affine=None, spacing_mm=None, frame_of_reference_uid="", instances=volume.header.instances[:1]
    )
    box = make_finding("f1", 0.8, (60.0, 45.0, 0.0), (20.0, 10.0, 1.0))
    view = replace(VIEW, slice_index=0)
    result = make_result((box,), frame_of_reference_uid="")
    rows, columns = np.nonzero(green(painted(LayerPainter([result], [BOX]), replace(volume, header=film), view)))
    left, top = image_to_screen(view, film, WIDTH, HEIGHT, 50, 40)
    right, bottom = image_to_screen(view, film, WIDTH, HEIGHT, 70, 50)
    assert (columns.min(), rows.min()) == pytest.approx((left, top), abs=2)
    assert (columns.max(), rows.max()) == pytest.approx((right, bottom), abs=2)
