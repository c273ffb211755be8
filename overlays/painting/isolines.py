"""Lines of one value of a field, with their levels written beside them.

What belongs here: levels, lines as paths, and their picture. What does not: cutting (maps) and
tracing (cutting.labels).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPolygonF

from overlays.cutting.labels import iso_lines
from overlays.layers import colour
from overlays.layers.layer import Layer, map_level
from overlays.painting.chips import HALO, INK, reach, stroke
from overlays.painting.heat import LEAST_SHARE, Scale, scale_of
from overlays.painting.scene import Picture, Points, Scene
from overlays.result import AIMap

Lines = tuple[tuple[float, tuple[Points, ...]], ...]  # of each level (a meant value), closed, in image points
TRUE_PX = 0.2  # device pixels that a line may stray from itself when corners are left out
SHORTEST_LABELLED_PX = 70
LABELS_A_LEVEL = 2


def levels_of(layer: Layer, ai_map: AIMap) -> tuple[float, ...]:
    """The values at which lines run: the layer's threshold alone for a contour; else its levels or every tenth."""
    low, high = ai_map.value_range
    least = low + LEAST_SHARE * (high - low)
    if layer.draw == "contour":
        return (max(least, map_level(layer, ai_map)),)
    tenths = tuple(n / 10 for n in range(1, 10) if n / 10 > layer.threshold + 1e-9)
    shares = layer.levels or ((layer.threshold, *tenths) if layer.threshold > 0 else tenths)
    return tuple(max(least, low + share * (high - low)) for share in shares if share >= layer.threshold - 1e-9)


def traced(values: NDArray[Any], from_image: Points, levels: Sequence[float]) -> Lines:
    """The lines of each level, in image points."""
    return tuple((level, iso_lines(values, from_image, level)) for level in levels)


def lines_picture(scene: Scene, layer: Layer, ai_map: AIMap, lines: Lines) -> Picture | None:
    """All lines in their colours; isolines carry their level."""
    scale = scale_of(layer, ai_map) if layer.draw == "isolines" else None
    paths = [(level, [simplified(scene, line) for line in found]) for level, found in lines]
    drawn = [(ink_of(layer, scale, level), path_of(found), level, found) for level, found in paths if found]
    area = QRectF()
    for _, path, _, _ in drawn:
        area |= reach(path, layer.width)
    return scene.picture(area, partial(_draw, scene=scene, layer=layer, drawn=drawn), scene.image_area)


def ink_of(layer: Layer, scale: Scale | None, level: float) -> QColor:
    """A contour has the layer's colour, an isoline that of its value, never so dark that it is lost."""
    if scale is None:
        return QColor(layer.colour)
    return QColor(*colour.colour_at(scale.colours, 0.35 + 0.65 * scale.share(level)))


def simplified(scene: Scene, line: Points) -> Points:
    """A line in logical pixels, without the corners that nobody could see."""
    on_screen = scene.to_screen(line).astype(np.float32)
    shorter = cv2.approxPolyDP(on_screen[:, None], TRUE_PX / scene.screen.dpr, closed=True)
    return np.asarray(shorter[:, 0], np.float64)


def path_of(lines: Iterable[Points], *, closed: bool = True) -> QPainterPath:
    """Lines in logical pixels as one path; within it, lines round lines are holes."""
    path = QPainterPath()
    for line in lines:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in line.tolist()]))
        if closed:
            path.closeSubpath()
    return path


def _draw(
    qpainter: QPainter, scene: Scene, layer: Layer, drawn: Sequence[tuple[QColor, QPainterPath, float, list[Points]]]
) -> None:
    for ink, path, _, _ in drawn:
        stroke(qpainter, path, ink, layer.width)
    if layer.draw != "isolines":
        return
    taken: list[QRectF] = []
    for _, _, level, found in drawn:
        longest = sorted(found, key=lambda line: -float(np.ptp(line, axis=0).max()))[:LABELS_A_LEVEL]
        for line in longest:
            if np.ptp(line, axis=0).max() >= SHORTEST_LABELLED_PX:
                _label(qpainter, scene, line, f"{level:.3g}", taken)


def _label(qpainter: QPainter, scene: Scene, line: Points, text: str, taken: list[QRectF]) -> None:
    """The level on the line, at the first of a few places where it is in sight and clear of others."""
    metrics = QFontMetricsF(scene.font)
    width, height = metrics.horizontalAdvance(text) + 6, metrics.height()
    inside = scene.image_area.adjusted(2, 2, -2, -2)
    for at in np.argsort(line[:, 1])[:: max(1, len(line) // 8)]:
        place = QRectF(line[at, 0] - width / 2, line[at, 1] - height / 2, width, height)
        if inside.contains(place) and not any(place.intersects(other) for other in taken):
            taken.append(place)
            halo = QColor(HALO)
            halo.setAlpha(210)
            qpainter.fillRect(place.adjusted(0, 1, 0, -1), halo)
            qpainter.setPen(INK)
            qpainter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
            return
