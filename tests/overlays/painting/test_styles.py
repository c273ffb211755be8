"""Every way of drawing a finding: where it lies, what it says, how it stands out, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from overlays.layers.layer import Layer, Reveal
from overlays.painting.painter import MOST_BADGES, LayerPainter
from overlays.painting.patterns import COUNT, tile
from overlays.result import (
    AIResult,
    Assessment,
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    Finding,
    Geometry,
    OnImage,
    Polygon,
    Polyline,
)
from viewers import geometry
from viewers.view import Slab, image_to_screen
from viewers.volume import Volume

from ..conftest import AXIAL, MODEL, make_finding, make_result
from .test_painter import BOX, HEIGHT, VIEW, WIDTH, green, heat_result, painted

pytestmark = pytest.mark.usefixtures("qapp")

CENTRE = (60.0, 45.0, 10.0)  # voxels; the middle of VIEW


def mm(column: float, row: float, depth: float = 10.0) -> tuple[float, float, float]:
    x, y, z = geometry.apply(AXIAL, (column, row, depth))
    return float(x), float(y), float(z)


def ring(radius: float, depth: float = 10.0) -> tuple[tuple[float, float, float], ...]:
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return tuple(mm(60 + radius * np.cos(a), 45 + radius * np.sin(a), depth) for a in angles)


SHAPES: dict[str, Geometry] = {
    "box": make_finding("f", 0.8, mm(*CENTRE), (16.0, 14.0, 9.0)).geometry,
    "ellipsoid": Ellipsoid(mm(*CENTRE), ((8, 0, 0), (0, 7, 0), (0, 0, 6))),
    "ellipse": Ellipse(mm(*CENTRE), ((8, 0, 0), (0, 7, 0))),
    "polygon": Polygon(ring(10)),
    "line": Polyline(ring(10)),
    "contours": ContourStack((ring(10, 9), ring(10, 10), ring(10, 11)), 1.5),
}


def result_of(shape: Geometry, score: float | None = 0.8, name: str = "f") -> AIResult:
    return make_result((Finding(name, "nodule", score, shape, MODEL),))


def corners(volume: Volume) -> tuple[float, float, float, float]:
    """Where 10 voxels about the middle stand on the screen."""
    left, top = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 50, 35)
    right, bottom = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 70, 55)
    return left, right, top, bottom


def extent(mask: np.ndarray, dpr: float = 1.0) -> tuple[float, float, float, float]:
    rows, columns = np.nonzero(mask)
    return columns.min() / dpr, (columns.max() + 1) / dpr, rows.min() / dpr, (rows.max() + 1) / dpr


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("name", SHAPES)
def test_that_a_box_lies_around_whatever_shape_a_finding_has(volume: Volume, name: str, dpr: float):
    pixels = painted(LayerPainter([result_of(SHAPES[name])], [BOX]), volume, dpr=dpr)
    assert extent(green(pixels), dpr) == pytest.approx(corners(volume), abs=2.2)


@pytest.mark.parametrize("draw", ["contour", "fill", "pattern"])
@pytest.mark.parametrize("name", ["ellipsoid", "ellipse", "polygon", "contours"])
def test_that_outlines_fills_and_patterns_end_where_the_shape_does(volume: Volume, name: str, draw: str):
    layer = replace(BOX, draw=draw)
    assert extent(green(painted(LayerPainter([result_of(SHAPES[name])], [layer]), volume))) == pytest.approx(
        corners(volume), abs=2.2
    )


def test_that_a_fill_covers_the_shape_a_pattern_some_of_it_and_a_contour_its_edge(volume: Volume):
    covered = {
        draw: green(painted(LayerPainter([result_of(SHAPES["polygon"])], [replace(BOX, draw=draw)]), volume)).sum()
        for draw in ("fill", "pattern", "contour")
    }
    left, right, top, bottom = corners(volume)
    assert covered["fill"] == pytest.approx(np.pi / 4 * (right - left) * (bottom - top), rel=0.03)
    assert 0.1 * covered["fill"] < covered["pattern"] < 0.6 * covered["fill"]
    assert covered["contour"] < covered["pattern"]


def test_that_a_hole_in_a_stack_of_contours_stays_free(volume: Volume):
    holed = ContourStack((ring(10), ring(4)), 1.5)
    filled = green(painted(LayerPainter([result_of(holed)], [replace(BOX, draw="fill")]), volume))
    x, y = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 60, 45)
    assert filled.any()
    assert not filled[round(y), round(x)]


def test_that_corner_marks_leave_the_middle_of_each_side_free(volume: Volume):
    marks = green(painted(LayerPainter([result_of(SHAPES["box"])], [replace(BOX, draw="corner_marks")]), volume))
    left, right, top, bottom = corners(volume)
    assert extent(marks) == pytest.approx((left, right, top, bottom), abs=3)
    assert not marks[:, round((left + right) / 2)].any()
    assert not marks[round((top + bottom) / 2)].any()


@pytest.mark.parametrize("at", [(60, 45), (3, 3), (124, 3), (3, 92), (124, 92)])
def test_that_an_arrow_points_at_a_finding_from_where_there_is_room(volume: Volume, at: tuple[int, int]):
    layer = replace(BOX, draw="arrow", label="{score:.0%}")
    view = replace(VIEW, zoom=4.0, centre_px=(63.5, 47.5))
    drawn = green(painted(LayerPainter([result_of(Dot(mm(*at)))], [layer]), volume, view))
    rows, columns = np.nonzero(drawn)
    x, y = image_to_screen(view, volume.header, WIDTH, HEIGHT, *at)
    away = np.hypot(columns - x, rows - y)
    assert away.min() < 8
    assert away.max() > 40, "the arrow and its text are in sight"


def test_that_a_point_is_ringed_and_the_point_itself_stays_free(volume: Volume):
    ringed = green(painted(LayerPainter([result_of(Dot(mm(*CENTRE)))], [BOX]), volume))
    x, y = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 60, 45)
    left, right, top, bottom = extent(ringed)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((x, y), abs=1)
    assert not ringed[round(y) - 3 : round(y) + 4, round(x) - 3 : round(x) + 4].any()


def test_that_a_chip_alone_says_the_score_and_a_finding_without_one_its_label(volume: Volume):
    layer = replace(BOX, draw="chip", label="{label} {score:.0%}")
    with_score, without = (
        painted(LayerPainter([result_of(SHAPES["box"], score)], [layer]), volume).any(axis=2) for score in (0.8, None)
    )
    assert 0 < without.sum() < with_score.sum()


def test_that_a_chip_never_lies_on_what_it_speaks_of(volume: Volume):
    layer = replace(BOX, draw="chip")
    boxed = green(painted(LayerPainter([result_of(SHAPES["box"])], [replace(BOX, label="")]), volume))
    chip = painted(LayerPainter([result_of(SHAPES["box"])], [layer]), volume).any(axis=2)
    left, right, top, bottom = (int(edge) for edge in extent(boxed))
    assert chip.any()
    assert not chip[top:bottom, left:right].any()


def test_that_findings_without_a_score_show_at_every_threshold(volume: Volume):
    painter = LayerPainter([result_of(SHAPES["box"], None)], [replace(BOX, threshold=1.0)])
    assert green(painted(painter, volume)).any()


def test_that_a_chosen_finding_stands_out(volume: Volume):
    painter = LayerPainter([result_of(SHAPES["box"])], [BOX])
    before = painted(painter, volume).astype(int).sum()
    painter.choose("f")
    assert painted(painter, volume).astype(int).sum() > 1.3 * before


def test_that_a_wider_line_is_wider(volume: Volume):
    thin, thick = (
        green(painted(LayerPainter([result_of(SHAPES["polygon"])], [replace(BOX, draw="contour", width=w)]), volume))
        for w in (1.5, 6.0)
    )
    assert thick.sum() > 3 * thin.sum()


def test_that_findings_smaller_than_asked_for_are_left_out(volume: Volume):
    shown = [
        green(painted(LayerPainter([result_of(SHAPES["box"])], [replace(BOX, least_mm=mm_)]), volume)).any()
        for mm_ in (15.9, 16.1)
    ]
    assert shown == [True, False]


def test_that_a_finding_within_a_slab_shows(volume: Volume):
    painter = LayerPainter([result_of(SHAPES["ellipse"])], [replace(BOX, draw="contour")])
    away = replace(VIEW, slice_index=14)
    assert not painted(painter, volume, away).any()
    assert green(painted(painter, volume, replace(away, slab=Slab("max", 20.0)))).any()


def test_that_a_layer_for_hovering_paints_only_what_lies_under_the_pointer(volume: Volume):
    layer = replace(BOX, reveal=Reveal("hover"))
    painter = LayerPainter([result_of(SHAPES["box"])], [layer])
    assert not painted(painter, volume).any()
    x, y = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 60, 45)
    found = painter.finding_at(volume.header, VIEW, WIDTH, HEIGHT, x, y)
    assert found == "f"
    painter.hover(found)
    assert green(painted(painter, volume)).any()
    assert painter.finding_at(volume.header, VIEW, WIDTH, HEIGHT, x + 200, y) == ""
    painter.hover("")
    assert painter.painted or not painted(painter, volume).any()


def test_that_badges_of_a_case_stand_beside_each_other_at_the_edge(volume: Volume):
    result = replace(
        make_result(),
        assessments=(Assessment("a", "BI-RADS", None, MODEL, "4A"), Assessment("b", "malignancy", 0.87, MODEL)),
    )
    layer = Layer("c", "nodules", "category", "Category")
    painter = LayerPainter([result], [layer])
    shown = painted(painter, volume).any(axis=2)
    assert shown[:, :200].any()
    assert not shown[:, 200:].any()
    assert [each.element for each in painter.painted] == ["a", "b"]


def test_that_badges_over_the_image_keep_to_the_threshold_and_the_names_of_their_layer(volume: Volume):
    scores = {"Mass": 0.9, "Nodule": 0.6, "Bulla": 0.2}
    said = tuple(Assessment(name, name, score, MODEL) for name, score in scores.items())
    layer = Layer("c", "nodules", "category", "Category", threshold=0.5)

    def told(layer: Layer) -> list[str]:
        painter = LayerPainter([replace(make_result(), assessments=said)], [layer])
        painted(painter, volume)
        return [each.element for each in painter.painted]

    assert told(layer) == ["Mass", "Nodule"]
    assert told(replace(layer, threshold=0.8)) == ["Mass"]
    assert told(replace(layer, only=("Nodule",))) == ["Nodule"]


def test_that_a_crowd_of_badges_leaves_the_rest_of_the_edge_free(volume: Volume):
    said = tuple(Assessment(f"a{n}", f"Finding {n}", 0.9, MODEL) for n in range(33))
    painter = LayerPainter([replace(make_result(), assessments=said)], [Layer("c", "nodules", "category", "Category")])
    shown = painted(painter, volume).any(axis=2)
    assert shown.any()
    assert not shown[HEIGHT * 3 // 4 :].any()
    assert [each.element for each in painter.painted] == [f"a{n}" for n in range(MOST_BADGES)]


def test_that_what_was_painted_is_told_once_for_each_change(volume: Volume):
    told: list[tuple[str, ...]] = []
    painter = LayerPainter([replace(result_of(SHAPES["box"]), maps=heat_result().maps)], [replace(BOX, opacity=0.7)])
    painter.on_painted = lambda seen: told.append(tuple(each.element for each in seen))
    painted(painter, volume)
    painted(painter, volume)
    (only,) = painter.painted
    assert (only.layer, only.element, only.draw, only.threshold, only.opacity, only.share) == (
        "box", "f", "box", 0.5, 0.7, 1.0,
    )  # fmt: skip
    painter.hold(True)
    painted(painter, volume)
    painter.hold(False)
    painted(painter, volume)
    assert told == [("f",), (), ("f",)]


def test_that_the_share_in_sight_of_a_finding_is_told(volume: Volume):
    painter = LayerPainter([result_of(SHAPES["box"])], [BOX])
    x_mm = WIDTH / 2 / VIEW.zoom / 0.8
    painted(painter, volume, replace(VIEW, centre_px=(60 + x_mm, 45.0)))
    (only,) = painter.painted
    assert only.share == pytest.approx(0.5, abs=0.05)
    painted(painter, volume, replace(VIEW, centre_px=(60 + 2 * x_mm, 45.0)))
    assert painter.painted == ()


def test_that_a_result_is_never_shown_by_half(volume: Volume):
    broken = Finding("g", "nodule", 0.9, OnImage("point", ((3.0, 3.0),)), MODEL)
    result = result_of(SHAPES["box"])
    painter = LayerPainter([replace(result, findings=(*result.findings, broken))], [replace(BOX, source="LungAid")])
    assert not green(painted(painter, volume)).any()
    assert painter.painted == ()
    assert "LungAid is not shown here" in painter.refusals(volume.header)[0]


def test_that_words_stay_legible_when_their_layer_fades(volume: Volume):
    layer = replace(BOX, label="{score:.0%}", opacity=0.1)
    faded = painted(LayerPainter([result_of(SHAPES["box"])], [layer]), volume)
    assert faded.max() > 150
    assert not painted(LayerPainter([result_of(SHAPES["box"])], [replace(layer, opacity=0.0)]), volume).any()


def test_that_patterns_are_told_apart_without_colour():
    for dpr in (1.0, 1.5, 2.0):
        tiles = [tile(number, dpr) > 0 for number in range(COUNT)]
        for one in range(COUNT):
            assert 0.05 < tiles[one].mean() < 0.6
            for other in range(one):
                assert (tiles[one] != tiles[other]).mean() > 0.1


@pytest.mark.parametrize("blend", ["screen", "multiply"])
def test_that_blending_brightens_or_darkens_the_image_and_never_the_words(volume: Volume, blend: str):
    grey = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    grey.fill(0xFF808080)
    layer = replace(BOX, draw="fill", blend=blend, colour="#408040")
    with QPainter(grey) as qpainter:
        LayerPainter([result_of(SHAPES["polygon"])], [layer]).paint(qpainter, volume, VIEW, WIDTH, HEIGHT, 1.0)
    x, y = image_to_screen(VIEW, volume.header, WIDTH, HEIGHT, 60, 45)
    seen = grey.pixelColor(round(x), round(y))
    wanted = {"screen": (160, 192), "multiply": (32, 64)}[blend]  # of 64 and 128 over 128
    assert (seen.red(), seen.green()) == pytest.approx(wanted, abs=2)
