"""Legends beside the image: colour bars with range, threshold and units; segments with colour and pattern.

What belongs here: their pictures and where there is room for them. What does not: what a layer draws (maps, marks).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from overlays.layers import colour
from overlays.layers.layer import Layer
from overlays.painting.heat import Scale, scale_of
from overlays.painting.isolines import levels_of
from overlays.painting.kept import Kept
from overlays.painting.marks import pattern_brushes
from overlays.painting.regions import SegmentStyle, segment_styles
from overlays.painting.scene import Scene
from overlays.result import AIMap, Colour

WIDTH_PX = 240  # of the picture at the usual size of type, mostly empty
PLATE = QColor(16, 18, 20, 205)
INK = QColor(232, 234, 237)
OUTLINE = QColor(0, 0, 0, 200)
LONGEST_PX, SHORTEST_PX = 140, 36  # of the bar
LINES, LINES_IN_WORDS = 2, 4  # of text above and below the bar, without and with words
ROOMY_PX = 520  # a viewport whose shorter side is this long has room for a legend in words
CORNER_LINES = 3  # of text, with their margin, at the bottom right
TOP_CORNER_LINES = 4.5  # the same at the top right
EDGE_PX = 18  # from the right edge: the viewport's own rail is there
MOST_SEGMENTS = 12
LEAST_LINES_WIDE, MOST_LINES_WIDE = 4.5, 12  # of names of segments, in heights of a line

Shown = tuple[Layer, Sequence[AIMap]]


@dataclass(frozen=True, slots=True)
class LegendSize:
    """How long the bar is, in logical pixels, and whether title and units stand with it."""

    length: int
    in_words: bool

    def height(self, line: int) -> int:
        return self.length + (LINES_IN_WORDS if self.in_words else LINES) * line


def legend_size(room: int, line: int, *, in_words: bool) -> LegendSize | None:
    """The longest bar that fits into `room` logical pixels of height; None where even a short one would not."""
    length = min(LONGEST_PX, room - (LINES_IN_WORDS if in_words else LINES) * line)
    return LegendSize(length, in_words) if length >= SHORTEST_PX else None


def legends(scene: Scene, shown: Sequence[Shown], kept: Kept) -> Iterator[tuple[QPointF, QImage]]:
    """Pictures and where they stand, logical pixels: segments above the orientation letter, colour bars below it.

    In a small viewport bars are without words; segments are named only where the image leaves room beside it, so that
    nothing lies over the anatomy. The layer panel names them all.
    """
    bars = [(layer, maps[0]) for layer, maps in shown if layer.draw in ("heatmap", "isolines")]
    yield from _bars(scene, bars, kept)
    if min(scene.screen.width, scene.screen.height) >= ROOMY_PX:
        yield from _segments(scene, [(layer, m) for layer, maps in shown for m in maps if m.is_label], kept)


def _bars(scene: Scene, bars: Sequence[tuple[Layer, AIMap]], kept: Kept) -> Iterator[tuple[QPointF, QImage]]:
    screen, line = scene.screen, round(scene.line_px)
    width = width_px(scene.font)
    top, left = round(screen.height / 2) + round(1.3 * line), screen.width - EDGE_PX - width
    in_words = min(screen.width, screen.height) >= ROOMY_PX
    bottom = screen.height - CORNER_LINES * line
    for layer, each in bars:
        size = legend_size((bottom - top) if len(bars) == 1 else screen.height // 4, line, in_words=in_words)
        if size is None or top + size.height(line) > bottom:
            return
        key = ("bar", layer.title, scale_of(layer, each), levels_of(layer, each), each.units, size, screen.dpr)
        yield QPointF(left, top), kept.get(key, partial(bar_picture, layer, each, size, scene.font, screen.dpr))
        top += size.height(line)


def width_px(font: QFont) -> int:
    """How wide a bar's picture is: room for a title of some words."""
    return max(WIDTH_PX, round(18 * QFontMetricsF(font).height()))


def bar_picture(layer: Layer, ai_map: AIMap, size: LegendSize, font: QFont, dpr: float) -> QImage:
    """A colour bar with the map's fixed range and threshold, at the right; isolines are ticks of their colour."""
    line, length, width = round(QFontMetricsF(font).height()), size.length, width_px(font)
    picture = _transparent(width, size.height(line), dpr)
    scale = scale_of(layer, ai_map)
    bar = QRectF(width - 13, (1.5 if size.in_words else 0.75) * line, 12, length)
    with QPainter(picture) as qpainter:
        qpainter.setFont(font)
        qpainter.fillRect(bar.adjusted(-1, -1, 1, 1), PLATE)
        if layer.draw == "heatmap":
            _ramps(qpainter, bar, scale)
        else:
            _ticks(qpainter, bar, scale, levels_of(layer, ai_map))
        for value, y in _numbers(bar, scale, line):
            _note(qpainter, f"{value:.3g}", bar.left() - 6, y, line)
        if size.in_words:
            title = QFontMetricsF(font).elidedText(layer.title, Qt.TextElideMode.ElideRight, width - 8)
            _note(qpainter, title, width - 2, line / 2, line)
            _note(qpainter, ai_map.units, width - 2, bar.bottom() + 1.1 * line, line)
    return picture


def _ramps(qpainter: QPainter, bar: QRectF, scale: Scale) -> None:
    """The colours that are drawn, where their values are; the rest of the bar stays dark."""
    for low, high in (
        [(scale.low, -scale.level), (scale.level, scale.high)] if scale.is_signed else [(scale.level, scale.high)]
    ):
        top, bottom = (bar.bottom() - scale.share(value) * bar.height() for value in (high, low))
        ramp = _ramp(scale.colours, scale.share(low), scale.share(high))
        qpainter.drawImage(QRectF(QPointF(bar.left(), top), QPointF(bar.right(), bottom)), ramp)


def _ticks(qpainter: QPainter, bar: QRectF, scale: Scale, levels: Sequence[float]) -> None:
    for level in levels:
        y = bar.bottom() - scale.share(level) * bar.height()
        ink = QColor(*colour.colour_at(scale.colours, 0.35 + 0.65 * scale.share(level)))
        qpainter.fillRect(QRectF(bar.left(), y - 1, bar.width(), 2), ink)


def _numbers(bar: QRectF, scale: Scale, line: float) -> Iterator[tuple[float, float]]:
    """Values and where they stand: both ends, the threshold and a signed scale's zero where these keep clear."""
    yield scale.high, bar.top()
    yield scale.low, bar.bottom()
    taken = [bar.top(), bar.bottom()]
    for value in (scale.level, 0.0) if scale.is_signed else (scale.level,):
        y = bar.bottom() - scale.share(value) * bar.height()
        if min(abs(y - other) for other in taken) > line:
            taken.append(y)
            yield value, y


def _ramp(colours: str, low: float, high: float) -> QImage:
    """The colour map between two shares of its range, highest first, one pixel wide."""
    rows = colour.table(colours)[round(low * 255) : round(high * 255) + 1][::-1]
    opaque = np.ascontiguousarray(np.column_stack([rows[:, ::-1], np.full(len(rows), 255, np.uint8)]))
    return QImage(opaque.data, 1, len(rows), 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


# --- segments


def _segments(scene: Scene, shown: Sequence[tuple[Layer, AIMap]], kept: Kept) -> Iterator[tuple[QPointF, QImage]]:
    """Names of segments where several are drawn, as many as fit above the orientation letter."""
    entries = _told_once((layer.draw, style) for layer, each in shown for style in segment_styles(layer, each))
    if len({style.label for _, style in entries}) < 2:
        return
    room = beside(scene)
    if room < LEAST_LINES_WIDE * scene.line_px:
        return
    line = scene.line_px
    top = TOP_CORNER_LINES * line + 10
    rows = min(MOST_SEGMENTS, int((scene.screen.height / 2 - 1.5 * line - top) / (1.25 * line)))
    if rows < 2:
        return
    picture = kept.get(
        ("segments", entries, rows, room, scene.screen.dpr),
        lambda: segments_picture(entries, rows, room, scene.font, scene.screen.dpr),
    )
    yield QPointF(scene.screen.width - EDGE_PX - picture.width() / scene.screen.dpr, top), picture


def beside(scene: Scene) -> int:
    """How wide names may be so that they stand beside the image, logical pixels; no more than is ever needed."""
    free = scene.screen.width - EDGE_PX - scene.image_area.right()
    return int(min(free - 4, MOST_LINES_WIDE * scene.line_px))


def _told_once(named: Iterable[tuple[str, SegmentStyle]]) -> tuple[tuple[str, SegmentStyle], ...]:
    """Each segment once, filled where one layer fills it and another one draws its contour."""
    told: dict[tuple[str, Colour], tuple[str, SegmentStyle]] = {}
    for draw, style in named:
        key = (style.label, style.colour)
        if key not in told or told[key][0] == "contour":
            told[key] = (draw, style)
    return tuple(told.values())


def segments_picture(
    entries: Sequence[tuple[str, SegmentStyle]], rows: int, width: int, font: QFont, dpr: float
) -> QImage:
    """Names with a swatch as they are drawn; where there are more than `rows`, the last row says how many."""
    metrics = QFontMetricsF(font)
    line = metrics.height()
    step, edge = 1.25 * line, round(0.8 * line)
    wide = round(1.9 * line) if any(draw == "pattern" for draw, _ in entries) else edge
    told = entries if len(entries) <= rows else entries[: rows - 1]
    picture = _transparent(width, round(step * (len(told) + (len(told) < len(entries)))), dpr)
    with QPainter(picture) as qpainter:
        qpainter.setFont(font)
        for number, (draw, style) in enumerate(told):
            middle = (number + 0.5) * step
            _swatch(qpainter, QRectF(width - wide - 1, round(middle - edge / 2), wide, edge), draw, style, dpr)
            name = metrics.elidedText(style.label, Qt.TextElideMode.ElideMiddle, width - wide - 12)
            _note(qpainter, name, width - wide - 8, middle, line)
        if len(told) < len(entries):
            _note(qpainter, f"+{len(entries) - len(told)}", width - wide - 8, (len(told) + 0.5) * step, line)
    return picture


def _swatch(qpainter: QPainter, place: QRectF, draw: str, style: SegmentStyle, dpr: float) -> None:
    ink = QColor(*style.colour)
    qpainter.fillRect(place.adjusted(-1, -1, 1, 1), OUTLINE)
    if draw == "pattern":
        for brush in pattern_brushes(style.pattern, ink, dpr):
            qpainter.fillRect(place, brush)
        qpainter.setPen(ink)
        qpainter.drawRect(place)
    elif draw == "contour":
        qpainter.fillRect(place, ink)
        qpainter.fillRect(place.adjusted(2.5, 2.5, -2.5, -2.5), PLATE)
    else:
        qpainter.fillRect(place, ink)


def _transparent(width: int, height: int, dpr: float) -> QImage:
    picture = QImage(round(width * dpr), round(height * dpr), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def _note(qpainter: QPainter, text: str, right: float, middle: float, line: float) -> None:
    """Right-aligned text with a dark outline, readable over any image."""
    place = QRectF(0, middle - line, right, 2 * line)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    qpainter.setPen(OUTLINE)
    for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1), (0, 1), (0, -1)):
        qpainter.drawText(place.translated(dx, dy), flags, text)
    qpainter.setPen(INK)
    qpainter.drawText(place, flags, text)
