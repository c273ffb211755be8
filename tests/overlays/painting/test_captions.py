"""Texts beside findings: apart from each other and off every finding, in a viewport that has room for them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from overlays.layers.layer import Layer
from overlays.painting.captions import Caption, apart
from overlays.painting.chips import Chip
from overlays.painting.marks import FindingPainter, FindingSet, bounds_on
from overlays.painting.sampling import Screen
from overlays.painting.scene import Placed, Scene
from overlays.result import Finding
from viewers import geometry
from viewers.view import View, Window
from viewers.volume import Volume

from ..conftest import AXIAL, make_finding

WIDTH, HEIGHT = 900, 700
VIEW = View(10, (60.0, 45.0), 6.0, Window(40, 400))
BOX = Layer("box", "nodules", "box", "Boxes", threshold=0.0, label="{label} {score:.0%}")

pytestmark = pytest.mark.usefixtures("qapp")
PLACES = st.lists(st.tuples(st.floats(35, 85), st.floats(25, 65)), min_size=1, max_size=7)


def finding(number: int, column: float, row: float) -> Finding:
    x, y, z = geometry.apply(AXIAL, np.array([column, row, 10.0]))
    return make_finding(f"f{number}", 0.1 + number / 20, (x, y, z), (4.0, 4.0, 9.0))


def drawn(volume: Volume, findings: list[Finding]) -> tuple[list[tuple[Placed, ...]], list[QRectF]]:
    from PySide6.QtGui import QFont

    scene, painter = Scene(volume.header, VIEW, Screen(WIDTH, HEIGHT, 1.0), QFont()), FindingPainter()
    known = FindingSet(tuple(findings))
    seen = painter.seen(scene, known)
    _, captions = painter.drawn(scene, BOX, seen, "", known)
    return apart(scene, captions), [bounds_on(scene, each) for each in seen]


def area(words: Placed) -> QRectF:
    return QRectF(words.at.x(), words.at.y(), words.image.width(), words.image.height())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(places=PLACES)
def test_that_no_text_lies_over_another_one_or_over_a_finding(volume: Volume, places: list[tuple[float, float]]):
    texts, lesions = drawn(volume, [finding(n, *place) for n, place in enumerate(places)])
    assert len(texts) == len(places)
    chips = [area(each[-1]) for each in texts]
    assert not any(one.intersects(other) for one, other in combinations(chips, 2))
    assert not any(chip.intersects(lesion) for chip in chips for lesion in lesions)


def test_that_a_text_alone_stays_at_its_finding_without_a_line(volume: Volume):
    ((words,),), (lesion,) = drawn(volume, [finding(0, 60, 45)])
    assert 0 < lesion.top() - area(words).bottom() < 6
    assert area(words).left() == pytest.approx(lesion.left(), abs=1)


def test_that_a_text_that_moved_away_is_led_back_by_a_line_that_ends_at_its_finding(volume: Volume):
    texts, lesions = drawn(volume, [finding(n, 60 + n % 3, 45 + n / 3) for n in range(7)])
    led = [(each, lesion) for each, lesion in zip(texts, lesions, strict=True) if len(each) == 2]
    assert led
    for (line, words), lesion in led:
        assert area(line).intersects(area(words).adjusted(-4, -4, 4, 4))
        assert area(line).intersects(lesion.adjusted(-4, -4, 4, 4))


def test_that_a_text_at_the_edge_of_the_viewport_does_not_cover_its_own_finding(volume: Volume):
    top = -(HEIGHT / 2) / 6 / 1.0
    texts, (lesion,) = drawn(volume, [finding(0, 60, 45 + top / 2)])
    assert not area(texts[0][-1]).intersects(lesion)


def test_that_score_chips_stay_at_their_findings_since_they_are_the_mark(volume: Volume):
    from PySide6.QtGui import QFont

    scene, painter = Scene(volume.header, VIEW, Screen(WIDTH, HEIGHT, 1.0), QFont()), FindingPainter()
    known = FindingSet((finding(0, 60, 45), finding(1, 60.5, 45)))
    layer = replace(BOX, draw="chip")
    made, captions = painter.drawn(scene, layer, painter.seen(scene, known), "", known)
    assert captions == []
    assert [name for each in made.words for name, _ in each.elements] == ["f0", "f1"]


def test_that_a_crowd_is_left_as_it_is(volume: Volume):
    from PySide6.QtGui import QColor, QFont

    scene = Scene(volume.header, VIEW, Screen(WIDTH, HEIGHT, 1.0), QFont())
    words = scene.placed(Chip("nodule", scene.area.center(), scene).picture())
    crowd = [Caption(words, QRectF, QColor("red")) for _ in range(100)]
    assert apart(scene, crowd) == [(words,)] * 100
