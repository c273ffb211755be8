from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from overlays.layers.exposure import MANY, MOST_OF_A_LAYER, each_of
from overlays.layers.layer import Layer
from overlays.painting import marks
from overlays.painting.painter import LayerPainter
from overlays.result import AIResult, Finding
from viewers import geometry
from viewers.view import View, Window
from viewers.volume import Volume

from ..conftest import AXIAL, make_finding, make_result

WIDTH, HEIGHT = 640, 480
VIEW = View(10, (60.0, 45.0), 5.0, Window(40, 400))
BOX = Layer("box", "nodules", "box", "Boxes", threshold=0.0, colour="#00ff00")
COUNT = 300

pytestmark = pytest.mark.usefixtures("qapp")


def crowd() -> AIResult:
    """Boxes all over one slice, with scores from 0 to 1; one has none."""
    chance = np.random.default_rng(1)
    found: list[Finding] = []
    for number in range(COUNT):
        x, y, z = geometry.apply(AXIAL, (*chance.uniform((10, 10), (110, 80)), 10))
        found.append(make_finding(f"f{number}", number / COUNT, (x, y, z), (6.0, 5.0, 9.0)))
    return make_result((*found[1:], replace(found[0], score=None)))


def painted(painter: LayerPainter, volume: Volume, dpr: float) -> np.ndarray:
    image = QImage(round(WIDTH * dpr), round(HEIGHT * dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    image.fill(0)
    with QPainter(image) as qpainter:
        painter.paint(qpainter, volume, VIEW, WIDTH, HEIGHT, dpr)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


@pytest.mark.parametrize("dpr", [1.0, 1.5])
@pytest.mark.parametrize("draw", ["box", "corners", "chip"])
def test_that_a_crowd_looks_as_if_each_finding_were_drawn_by_itself(
    volume: Volume, monkeypatch: pytest.MonkeyPatch, draw: str, dpr: float
):
    layer = replace(BOX, draw=draw)
    together = LayerPainter([crowd()], [layer])
    seen = {}
    for threshold in (0.6, 0.1, 0.0, 0.35, 0.55):  # to and fro
        together.set_layer(replace(layer, threshold=threshold))
        seen[threshold] = painted(together, volume, dpr)
    monkeypatch.setattr(marks, "CROWD", 10**6)
    monkeypatch.setattr("overlays.painting.painter.CROWD", 10**6)
    one_by_one = LayerPainter([crowd()], [layer])
    for threshold, pixels in seen.items():
        one_by_one.set_layer(replace(layer, threshold=threshold))
        assert np.abs(painted(one_by_one, volume, dpr) - pixels).max() <= 3, threshold


def test_that_a_crowd_is_told_finding_by_finding_as_long_as_the_log_names_them(volume: Volume):
    painter = LayerPainter([crowd()], [replace(BOX, threshold=1 - 150 / COUNT)])
    painted(painter, volume, 1.0)
    told = {each.element for each in painter.painted}
    assert told == {f"f{number}" for number in (0, *range(COUNT - 150, COUNT))}
    painter.set_layer(BOX)
    painted(painter, volume, 1.0)
    assert COUNT > MOST_OF_A_LAYER
    assert {(each.element, each.share) for each in painter.painted} == {
        ("f0", 1.0),
        (f"{MANY}f:1-{COUNT - 1}", COUNT - 1),
    }
    told = {name for each in painter.painted for name in each_of(each.element)}
    assert told == {f"f{number}" for number in range(COUNT)}


def test_that_dragging_a_threshold_over_a_crowd_makes_no_mark_twice(volume: Volume, monkeypatch: pytest.MonkeyPatch):
    painter = LayerPainter([crowd()], [BOX])
    painted(painter, volume, 1.0)
    monkeypatch.setattr(marks, "mark_pictures", lambda *given: pytest.fail("made again"))
    for threshold in (0.2, 0.5, 0.05):
        painter.set_layer(replace(BOX, threshold=threshold))
        painted(painter, volume, 1.0)
