"""How long AI layers take to the painted frame while a reader scrolls, drags a threshold, fades or recolours them.

What belongs here: a label map, contours, heat maps and findings on a real viewport in a real window. What does not:
reading files (segmentation), grey images alone (draw).
Run with `python -m benchmarks.layers` under a display (xvfb-run); without one offscreen, and said so.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.draw import ARGB, Figure, PeerViewport, ct_stack, mammogram, rows, timed, turn_wheel, wait_for_windows
from overlays.layers.colour import SEGMENT_COLOURS
from overlays.layers.exposure import MANY
from overlays.layers.layer import Layer
from overlays.painting.heat import colour_words
from overlays.painting.painter import LayerPainter
from overlays.result import AIMap, AIResult, Box, Finding, Provenance, Segment
from study_configs.problem import ProgramError
from viewers.drawing.render import Pyramids
from viewers.viewport import Viewport
from viewers.volume import Volume

SIZE = (1000, 1000)
LONGEST_WAIT_S = 10.0
SEGMENTS, FINDINGS, MAP_SLICES = 10, 2000, 400
MADE_BY = Provenance("model", "benchmark")
LABELS = Layer("labels", "ai", "fill", "Organs", opacity=0.4)
CONTOURS = Layer("contours", "ai", "contour", "Organs' contours", width=1.5)
HEAT = Layer("heat", "heat", "heatmap", "Heat map", opacity=0.5, threshold=0.2)
MARKS = Layer("marks", "findings", "box", "Marks", threshold=0.5)

Change = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Claim:
    """What is done to which layers, and the longest that its 95th percentile may take."""

    name: str
    goal_ms: float
    layers: tuple[Layer, ...]
    results: tuple[AIResult, ...]
    volume: Volume
    change: Callable[[Layer, int], Layer] | None = None  # of the last layer; None: the wheel is turned
    least_painted: int = 1


def measure() -> list[Figure]:
    """The figures of these claims, in the format of build/bench.json."""
    _app = QApplication.instance() or QApplication([])  # kept, or Qt goes with it
    platform = QGuiApplication.platformName()
    return [row for claim in claims() for row in measured(claim, platform)]


def claims() -> tuple[Claim, ...]:
    stack, film = ct_stack(), mammogram()
    maps = (organs(stack), heat(stack))
    spread, crowd = findings_in(stack), findings_in(film)
    deep = replace(heat(stack), maps=(probability(stack),))
    everything = (LABELS, CONTOURS, HEAT)
    return (
        Claim("scroll, 10-segment label map, contours and heat map", 12, everything, maps, stack, None, 12),
        Claim("threshold drag, 2,000 findings over a stack", 16, (MARKS,), (spread,), stack, other_threshold, 5),
        Claim("threshold drag, 2,000 findings on one film", 16, (MARKS,), (crowd,), film, other_threshold, 300),
        Claim("threshold drag, 400-slice probability map", 16, (HEAT,), (deep,), stack, other_threshold),
        Claim("opacity change, label map, contours and heat map", 8, everything, maps, stack, other_opacity, 12),
        Claim("colour map change, label map, contours and heat map", 8, everything, maps, stack, other_colours, 12),
    )


def measured(claim: Claim, platform: str) -> list[Figure]:
    painter = LayerPainter(claim.results, claim.layers)
    painter.on_painted = len  # what was painted is told on every frame, as in the reading room
    ours, peer = our_viewport(claim, painter), PeerLayers(claim)
    wait_until_painted(claim, painter)

    def act(widget: QWidget, step: int) -> None:
        if claim.change is None:
            turn_wheel(widget, step)
            return
        layer = claim.change(claim.layers[-1], step)
        (painter if widget is ours else peer).set_layer(layer)
        widget.update()

    name = f"{claim.name}, 1000×1000 ({platform})"
    figures = rows(name, *timed(ours, peer, act), (None, claim.goal_ms), "QPainter drawing everything anew")
    painter.close()
    return figures


def wait_until_painted(claim: Claim, painter: LayerPainter) -> None:
    """Raises ProgramError unless the layers come onto the screen: frames without them prove nothing."""
    painted, until = 0.0, time.perf_counter() + LONGEST_WAIT_S
    while painted < claim.least_painted and time.perf_counter() < until:
        wait_for_windows()
        painted = sum(each.share if each.element.startswith(MANY) else 1 for each in painter.painted)
    if painted < claim.least_painted:
        raise ProgramError(f"{claim.name}: only {painted:g} elements are painted.")


def other_threshold(layer: Layer, step: int) -> Layer:
    """To and fro between 0.2 and 0.9, never twice at the same place, so that no picture can have been kept."""
    return replace(layer, threshold=round(0.2 + 0.7 * abs((step % 80.37) / 40.185 - 1), 6))


def other_opacity(layer: Layer, step: int) -> Layer:
    return replace(layer, opacity=0.2 + 0.6 * (step % 50) / 50)


def other_colours(layer: Layer, step: int) -> Layer:
    """Other colours, and a threshold moved by a hair, so that no picture can have been kept."""
    colours = ("inferno", "viridis", "mako", "batlow")[step % 4]
    return replace(layer, colours=colours, threshold=round(0.2 + step * 1e-5, 6))


def our_viewport(claim: Claim, painter: LayerPainter) -> Viewport:
    viewport = Viewport(pyramids=Pyramids())
    viewport.resize(*SIZE)
    viewport.show()
    viewport.set_overlay_painter(painter)
    viewport.show_volume(claim.volume)
    return viewport


class PeerLayers(PeerViewport):
    """What a plain Qt viewer does: colour the slice's maps, let QPainter scale them, draw each finding with its pen."""

    def __init__(self, claim: Claim) -> None:
        self._results = claim.results
        self._styles = {layer.id: layer for layer in claim.layers}
        super().__init__(claim.volume, SIZE, False)

    def set_layer(self, layer: Layer) -> None:
        self._styles[layer.id] = layer

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as qpainter:
            qpainter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for layer in self._styles.values():
                qpainter.setOpacity(layer.opacity)
                for result in self._results:
                    if result.ai == layer.ai:
                        self._maps(qpainter, layer, result.maps)
                        self._boxes(qpainter, layer, result.findings)

    def _maps(self, qpainter: QPainter, layer: Layer, maps: Sequence[AIMap]) -> None:
        for each in maps:
            values = each.values[self._index * len(each.values) // self._volume.header.frames]
            if layer.draw == "contour":
                inside = cv2.erode(values, np.ones((3, 3), np.uint8))
                values = np.where(inside == values, 0, values)
            words = label_words() if each.is_label else map_words(layer, values.dtype)
            pixels = words[values if values.dtype == np.uint8 else np.rint(values * 255).astype(int)]
            image = QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], ARGB)
            qpainter.drawImage(self.rect(), image)

    def _boxes(self, qpainter: QPainter, layer: Layer, findings: Sequence[Finding]) -> None:
        header = self._volume.header
        scale = self.width() / header.columns / header.pixel_mm[1]
        depth = header.grid_affine[2, 2] * self._index
        qpainter.setPen(QPen(QColor(layer.colour), layer.width))
        qpainter.setBrush(Qt.BrushStyle.NoBrush)
        for each in findings:
            box = each.geometry
            is_here = isinstance(box, Box) and abs(box.centre_mm[2] - depth) <= box.size_mm[2] / 2
            if is_here and each.score is not None and each.score >= layer.threshold:
                (x, y, _), (width, height, _) = box.centre_mm, box.size_mm
                place = QRectF((x - width / 2) * scale, (y - height / 2) * scale, width * scale, height * scale)
                qpainter.drawRect(place)
                qpainter.drawText(place.topLeft(), f"{each.score:.0%}")


def label_words() -> NDArray[np.uint32]:
    words = np.zeros(256, np.uint32)
    words[1 : SEGMENTS + 1] = [0xFF000000 | r << 16 | g << 8 | b for r, g, b in SEGMENT_COLOURS[:SEGMENTS]]
    return words


def map_words(layer: Layer, dtype: np.dtype[np.generic]) -> NDArray[np.uint32]:
    """Colours for values 0 to 255, nothing below the threshold."""
    words = colour_words(layer.colours, 0.0, (0.0, 1.0)).copy()
    words[: round(layer.threshold * 255)] = 0
    return words


# --- results ----------------------------------------------------------------------------------------------------------


def organs(volume: Volume) -> AIResult:
    """Ten segments of different sizes over the whole image, other ones on every slice."""
    y, x = np.mgrid[0:512, 0:512]
    one = np.zeros((20, 512, 512), np.uint8)
    places = [(150, 200, 90), (360, 200, 90), (256, 380, 60), (256, 120, 45), (110, 380, 40), (400, 380, 40),
              (256, 256, 30), (200, 300, 20), (320, 310, 25), (60, 256, 25)]  # fmt: skip
    for number, (column, row, radius) in enumerate(places, 1):
        for plane in range(20):
            one[plane][(x - column - plane) ** 2 + (y - row) ** 2 < (radius + plane % 7) ** 2] = number
    values = np.tile(one, (volume.header.frames // 20, 1, 1))
    segments = tuple(Segment(number, f"organ {number}") for number in range(1, SEGMENTS + 1))
    label = AIMap(
        "organs", "organs", "label", values, volume.header.grid_affine, (0.0, 10.0), "", MADE_BY, segments=segments
    )
    return result_of("ai", volume, maps=(label,))


def heat(volume: Volume) -> AIResult:
    """A soft spot that moves."""
    y, x = np.mgrid[0:512, 0:512]
    spots = [np.exp(-((x - 300.0 - n) ** 2 + (y - 256.0) ** 2) / 12000) for n in range(20)]
    values = np.tile(np.stack(spots).astype(np.float32), (volume.header.frames // 20, 1, 1))
    field = AIMap("heat", "nodule", "saliency", values, volume.header.grid_affine, (0.0, 1.0), "share", MADE_BY)
    return result_of("heat", volume, maps=(field,))


def probability(volume: Volume) -> AIMap:
    """400 slices of one byte a voxel, two to each slice of the image."""
    (field,) = heat(volume).maps
    values = np.repeat(np.rint(field.values * 255).astype(np.uint8), MAP_SLICES // volume.header.frames, axis=0)
    affine = field.affine.copy()
    affine[:3, 2] /= MAP_SLICES / volume.header.frames
    return replace(field, kind="probability", values=values, affine=affine, slope=1 / 255)


def findings_in(volume: Volume) -> AIResult:
    """2,000 boxes all over the series, with scores from 0 to 1."""
    header = volume.header
    chance = np.random.default_rng(3)
    row_mm, column_mm = header.pixel_mm
    reach = np.array([header.columns * column_mm, header.rows * row_mm, max(0, header.frames - 1)])
    found = []
    for number in range(FINDINGS):
        x, y, z = (float(v) for v in chance.uniform(0.04, 0.96, 3) * reach)
        size = float(chance.uniform(0.02, 0.06) * reach[0])
        box = Box((x, y, z), (size, size, 9.0))
        found.append(Finding(f"f{number}", "nodule", float(chance.uniform()), box, MADE_BY))
    return result_of("findings", volume, findings=tuple(found))


def result_of(ai: str, volume: Volume, findings: tuple[Finding, ...] = (), maps: tuple[AIMap, ...] = ()) -> AIResult:
    header = volume.header
    return AIResult(ai, header.series_uid, header.frame_of_reference_uid, findings, maps, MADE_BY)


if __name__ == "__main__":
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for line in measure():
        print(json.dumps(line, ensure_ascii=False))
