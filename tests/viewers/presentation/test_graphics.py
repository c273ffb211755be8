"""What files draw over images, on a real viewport and on plain images."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package
import states as made

from viewers.comparing.hanging import opening_view
from viewers.desks.graphics_desk import GraphicsDesk
from viewers.dicom.gsps import read_state
from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.grid import ViewportGrid
from viewers.planes.turning import TURNS, turned
from viewers.presentation.graphics import GraphicsPainter, path_of
from viewers.presentation.states import Drawing
from viewers.view import View, fitted
from viewers.volume import OverlayPlane, Window

WINDOW = Window(127.5, 255, "linear_exact")


def painted(painter: GraphicsPainter, volume, view: View, width: int, height: int, ratio: float = 1.0) -> np.ndarray:
    """What a painter paints on black, (rows, columns) red channel."""
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as qpainter:
        qpainter.scale(ratio, ratio)
        painter.paint(qpainter, volume, view, width, height, ratio)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width(), 2].copy()


@pytest.fixture
def overlaid(make_volume):
    """An image of 40 × 60 with a plane of noise whose origin lies outside."""
    bits = np.random.default_rng(1).integers(0, 2, (30, 50)).astype(np.uint8)
    plane = OverlayPlane(30, 50, (-5, 12), np.packbits(bits.reshape(-1), bitorder="little").tobytes())
    volume = make_volume(np.zeros((1, 40, 60), np.uint8))
    instances = (replace(volume.header.instances[0], overlays=(plane,)),)
    expected = np.zeros((40, 60), np.uint8)
    expected[12:40, 0:45] = bits[:28, 5:] * 255
    return replace(volume, header=replace(volume.header, instances=instances)), expected


@pytest.mark.parametrize(("scale", "ratio"), [(1, 1.0), (3, 1.0), (1, 2.0)])
def test_that_overlays_lie_on_their_pixels(qapp, overlaid, scale, ratio):
    volume, expected = overlaid
    view = fitted(volume.header, 60 * scale, 40 * scale, slice_index=0, window=WINDOW)
    seen = painted(GraphicsPainter(), volume, view, 60 * scale, 40 * scale, ratio)
    whole = int(scale * ratio)
    assert np.array_equal(seen, np.kron(expected, np.ones((whole, whole), np.uint8)))


@pytest.mark.parametrize("turn", TURNS)
def test_that_overlays_turn_with_their_image(qapp, overlaid, turn):
    volume, expected = overlaid
    shown = turned(volume, turn)
    size = (shown.header.columns, shown.header.rows)
    view = fitted(shown.header, *size, slice_index=0, window=WINDOW)
    assert np.array_equal(painted(GraphicsPainter(), shown, view, *size), turn.applied(expected))


def test_that_thin_lines_stay_visible_in_small_pictures(qapp, make_volume):
    bits = np.zeros((400, 400), np.uint8)
    bits[200] = 1
    plane = OverlayPlane(400, 400, (0, 0), np.packbits(bits.reshape(-1), bitorder="little").tobytes())
    volume = make_volume(np.zeros((1, 400, 400), np.uint8))
    instances = (replace(volume.header.instances[0], overlays=(plane,)),)
    volume = replace(volume, header=replace(volume.header, instances=instances))
    view = fitted(volume.header, 100, 100, slice_index=0, window=WINDOW)
    assert painted(GraphicsPainter(), volume, view, 100, 100).max() > 200


def graphic(kind: str, points: list[float], units: str = "PIXEL", filled: str = "N"):
    return made.item(
        GraphicAnnotationUnits=units, GraphicDimensions=2, NumberOfGraphicPoints=len(points) // 2,
        GraphicData=points, GraphicType=kind, GraphicFilled=filled,
    )  # fmt: skip


@pytest.fixture
def drawn(tmp_path):
    """A function from graphics and texts to a volume and a state that draws them."""

    def make(*graphics, texts=(), **elements):
        image = made.image(tmp_path / "image", np.zeros((100, 100), np.uint8))
        annotation = made.item(GraphicLayer="A", GraphicObjectSequence=list(graphics), TextObjectSequence=list(texts))
        path = made.state(tmp_path / "state", image, GraphicAnnotationSequence=[annotation], **elements)
        return load(scan(tmp_path / "image").series[0]), read_state(path)

    return make


def seen_of(volume, state, scale: int = 4) -> np.ndarray:
    painter = GraphicsPainter()
    painter.state = state
    size = 100 * scale
    return painted(painter, volume, fitted(volume.header, size, size, slice_index=0, window=WINDOW), size, size)


def middle(seen: np.ndarray) -> tuple[float, float]:
    """(x, y) of the middle of what is bright, in pixels from the outer edge."""
    y, x = np.nonzero(seen > 128)
    return (x.min() + x.max() + 1) / 2, (y.min() + y.max() + 1) / 2


def test_that_pixel_units_count_from_the_outer_corner(qapp, drawn):
    volume, state = drawn(graphic("POINT", [30.0, 70.0]))
    assert middle(seen_of(volume, state)) == pytest.approx((120, 280), abs=1)


def test_that_display_units_are_shares_of_the_displayed_area(qapp, drawn):
    area = made.area((21, 41), (60, 100))
    volume, state = drawn(graphic("POINT", [0.25, 0.5], "DISPLAY"), DisplayedAreaSelectionSequence=[area])
    assert middle(seen_of(volume, state)) == pytest.approx(((20 + 10) * 4, (40 + 30) * 4), abs=1)


def test_that_circles_and_ellipses_have_their_size_and_are_filled(qapp, drawn):
    volume, state = drawn(graphic("CIRCLE", [50.0, 50.0, 60.0, 50.0], filled="Y"))
    seen = seen_of(volume, state)
    assert (seen > 128).sum() == pytest.approx(np.pi * 40**2, rel=0.06)
    volume, state = drawn(graphic("ELLIPSE", [30.0, 50.0, 70.0, 50.0, 50.0, 40.0, 50.0, 60.0], filled="Y"))
    assert (seen_of(volume, state) > 128).sum() == pytest.approx(np.pi * 80 * 40, rel=0.06)


def test_that_a_curve_goes_through_its_points_and_closes(qapp):
    points = [QPointF(10, 10), QPointF(90, 20), QPointF(60, 80), QPointF(10, 10)]
    path = path_of(Drawing("interpolated", ()), points)
    for share, point in zip((0.0, 1.0), (points[0], points[-1]), strict=True):
        assert (path.pointAtPercent(share) - point).manhattanLength() < 0.01
    on_it = [path.pointAtPercent(n / 2000) for n in range(2001)]
    for point in points:
        assert min((there - point).manhattanLength() for there in on_it) < 0.5


def test_that_texts_stand_in_their_box_and_point_at_their_anchor(qapp, drawn):
    text = made.item(
        BoundingBoxAnnotationUnits="PIXEL", AnchorPointAnnotationUnits="PIXEL", UnformattedTextValue="98%",
        BoundingBoxTopLeftHandCorner=[60.0, 10.0], BoundingBoxBottomRightHandCorner=[90.0, 20.0],
        BoundingBoxTextHorizontalJustification="LEFT", AnchorPoint=[20.0, 80.0], AnchorPointVisibility="Y",
    )  # fmt: skip
    volume, state = drawn(texts=[text])
    seen = seen_of(volume, state)
    assert (seen[38:82, 238:362] > 100).sum() > 20
    assert seen[316:322, 78:84].max() > 100  # the line's end at the anchor


def test_that_graphics_of_other_images_are_not_drawn(qapp, drawn, make_volume):
    _, state = drawn(graphic("POINT", [30.0, 70.0]))
    assert not seen_of(make_volume(np.zeros((1, 100, 100), np.uint8)), state).any()


def test_that_the_desk_shows_hides_and_applies(qtbot, drawn, tmp_path):
    volume, state = drawn(
        graphic("POINT", [30.0, 70.0]),
        ImageRotation=90,
        SoftcopyVOILUTSequence=[made.item(WindowCenter=7, WindowWidth=70)],
    )
    grid = ViewportGrid()
    qtbot.addWidget(grid)
    grid.resize(400, 300)
    desk = GraphicsDesk(grid, (state,))
    grid.clear()  # takes all painters away
    grid.show_volume(0, volume)
    grid.show()
    viewport = grid.viewports[0]
    assert desk.states_at(0) == (state,)
    with qtbot.waitSignal(desk.applied) as heard:
        desk.apply(0, state)
    assert heard.args == [0, state.sop_uid]
    assert viewport.view.window.centre == 7
    assert viewport.volume.header.derived is not None
    lit = lambda: viewport.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)  # noqa: E731
    shown = lit()
    assert grid.perform("graphics.toggle")
    assert lit() != shown
    desk.take_away(0)
    assert viewport.volume is volume
    assert desk.state_at(0) is None
    window = viewport.view.window
    desk.apply(0, state, graphics_only=True)
    assert viewport.view.window == window
    assert desk.state_at(0) is state
    assert opening_view(volume, 10, 10).window == window
