"""Paints layers over a slice: boxes, contours, heat maps with their legend, and notes on what is not shown.

What belongs here: `LayerPainter`, which a viewport calls in its own paint event, and its cached pictures.
What does not: the geometry (sections), what a reader may change (layers), controls (panel), and the truth.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
)

from overlays import colour, sections
from overlays.layers import Layer, caption, check_label, map_level, visible_findings, visible_maps
from overlays.result import AIMap, AIResult, Finding, stranger
from overlays.sections import Patch, Screen
from viewers import geometry
from viewers.view import View, image_to_screen
from viewers.volume import SeriesHeader, Volume

T = TypeVar("T")

KEPT = 16  # sections, pictures and outlines kept at a time: those of the last few slices
SMALLEST_TEXT_PX = 11
MARGIN_PX = 10
LEGEND_PX = 240  # width of a legend's picture, mostly empty
EDGE_PX = 18  # from the right edge: the viewport's own rail is there
CHIP = QColor(16, 18, 20, 205)
CHIP_TEXT = QColor(232, 234, 237)
HALO = QColor(0, 0, 0, 150)
OUTLINE = QColor(0, 0, 0, 200)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A premultiplied ARGB picture at a device pixel; `pixels` is kept because QImage does not own its memory."""

    image: QImage
    pixels: NDArray[np.uint32]
    x: int
    y: int


class Kept:
    """The last few computed things by key, oldest out first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._things: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        if key not in self._things:
            self._things[key] = compute()
            if len(self._things) > self._size:
                self._things.popitem(last=False)
        self._things.move_to_end(key)
        return self._things[key]  # type: ignore[return-value]  # a key always names one kind of thing

    def clear(self) -> None:
        self._things.clear()


class LayerPainter:
    """Paints AI results over whatever slice a viewport shows; one painter per viewport.

    A result that may not lie over the viewport's series is refused, and a note says so. `hold` hides everything for as
    long as a key is down. Nothing here knows the truth or tells a planted error from another finding.
    """

    def __init__(self, results: Iterable[AIResult] = (), layers: Iterable[Layer] = ()) -> None:
        self._results: tuple[AIResult, ...] = ()
        self._layers: tuple[Layer, ...] = ()
        self._hidden = False
        self._chosen = ""
        self._kept = Kept(KEPT)
        self.set_results(results)
        self.set_layers(layers)

    def set_results(self, results: Iterable[AIResult]) -> None:
        self._results = tuple(results)
        self._kept.clear()

    def set_layers(self, layers: Iterable[Layer]) -> None:
        """Raises StudyProblem for a label or a colour map that is not offered."""
        self._layers = tuple(layers)
        for layer in self._layers:
            check_label(layer.label, where=f"layer {layer.id}")
            colour.table(layer.colours)

    def set_layer(self, layer: Layer) -> None:
        """Put a changed layer in the place of the one with its id."""
        self.set_layers(layer if layer.id == old.id else old for old in self._layers)

    def choose(self, finding_id: str) -> None:
        """Emphasise one finding and show its own map; "" for none."""
        self._chosen = finding_id

    def hold(self, hidden: bool) -> None:
        """Hide all AI (key down) or show it again (key up)."""
        self._hidden = hidden

    def close(self) -> None:
        """Let go of results and pictures; painting afterwards draws nothing."""
        self._results, self._layers = (), ()
        self._kept.clear()

    @property
    def layers(self) -> tuple[Layer, ...]:
        return self._layers

    def refusals(self, header: SeriesHeader) -> tuple[str, ...]:
        """One sentence for each result that has a layer but may not lie over this series."""
        notes = []
        for result in self._results:
            reason = stranger(result, header)
            shown_as = next((layer.source or layer.title for layer in self._layers if layer.ai == result.ai), "")
            if reason and shown_as:
                notes.append(f"{shown_as} is not shown here: {reason}.")
        return tuple(notes)

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float = 1.0) -> None:
        """Paint every visible layer; the painter's coordinates are the viewport's logical pixels.

        `width` and `height` are logical pixels, `dpr` device pixels per logical pixel.
        """
        scene = Scene(volume.header, view, Screen(width, height, dpr))
        qpainter.save()
        qpainter.setFont(_smaller(qpainter.font()))
        if not self._hidden:
            self._paint_layers(qpainter, scene)
        qpainter.setClipping(False)  # the viewport clips to the image; notes and legends may stand beside it
        if not self._hidden:
            self._paint_legends(qpainter, scene)
        elif any(layer.visible for layer in self._layers):
            _chip(qpainter, "AI hidden", QPointF(width / 2, height - 4.0 * MARGIN_PX), centred=True)
        self._paint_refusals(qpainter, scene)
        qpainter.restore()

    def _paint_layers(self, qpainter: QPainter, scene: Scene) -> None:
        for layer, result in self._shown(scene.header, "heatmap"):
            for each in self._maps(layer, result):
                self._paint_heat(qpainter, scene, layer, each)
        for layer, result in self._shown(scene.header, "contour"):
            self._paint_contours(qpainter, scene, layer, result)
        for layer, result in self._shown(scene.header, "box"):
            for finding in reversed(visible_findings(result, layer)):
                self._paint_finding(qpainter, scene, layer, finding)

    def _paint_legends(self, qpainter: QPainter, scene: Scene) -> None:
        """Colour bars below the orientation letter at the right edge, across from the scale bar."""
        top = round(scene.screen.height / 2) + 2 * MARGIN_PX
        left = scene.screen.width - EDGE_PX - LEGEND_PX
        for layer, result in self._shown(scene.header, "heatmap"):
            for each in self._maps(layer, result)[:1]:
                picture = self._legend(scene, layer, each, qpainter.font())
                qpainter.drawPixmap(left, top, picture)
                top += round(picture.height() / scene.screen.dpr)

    def _legend(self, scene: Scene, layer: Layer, ai_map: AIMap, font: QFont) -> QPixmap:
        length, dpr = round(min(140.0, max(60.0, scene.screen.height * 0.22))), scene.screen.dpr
        style = (layer.source, layer.title, layer.colours, layer.threshold, ai_map.value_range, ai_map.units)
        key = ("legend", *style, length, font.key(), dpr)
        return self._kept.get(key, lambda: legend_picture(layer, ai_map, length, font, dpr))

    def _shown(self, header: SeriesHeader, draw: str) -> list[tuple[Layer, AIResult]]:
        return [
            (layer, result)
            for layer in self._layers
            for result in self._results
            if layer.visible and layer.draw == draw and layer.ai == result.ai and not stranger(result, header)
        ]

    def _maps(self, layer: Layer, result: AIResult) -> tuple[AIMap, ...]:
        maps = visible_maps(result, layer, self._layers, self._chosen)
        key = ("strongest", result.ai, result.series_uid, tuple(each.id for each in maps))
        return self._kept.get(key, lambda: sections.strongest(maps))

    def _place(self, scene: Scene, layer: Layer, ai_map: AIMap) -> tuple[Hashable, ...]:
        view = scene.view
        cut = (layer.ai, ai_map.id, scene.header.series_uid, view.slice_index)
        return (*cut, view.centre_px, view.zoom, scene.screen, layer.threshold)

    def _patch(self, scene: Scene, layer: Layer, ai_map: AIMap) -> Patch | None:
        """The map at this viewport's pixels; its section is kept per slice, so that zooming does not cut it again."""
        header, place = scene.header, self._place(scene, layer, ai_map)
        section = self._kept.get(
            ("section", *place[:4]), lambda: sections.cut(ai_map, scene.plane, header.columns, header.rows)
        )
        if section is None:
            return None
        return sections.sample(section, scene.from_device, scene.screen, map_level(layer, ai_map))

    def _heat(self, scene: Scene, layer: Layer, ai_map: AIMap) -> Picture | None:
        patch = self._patch(scene, layer, ai_map)
        return None if patch is None else _picture(patch, ai_map, layer)

    def _paint_heat(self, qpainter: QPainter, scene: Scene, layer: Layer, ai_map: AIMap) -> None:
        key = ("picture", *self._place(scene, layer, ai_map), layer.colours)
        picture = self._kept.get(key, lambda: self._heat(scene, layer, ai_map))
        if picture is None:
            return
        qpainter.setOpacity(layer.opacity)
        ratio = scene.screen.dpr
        corner = QPointF(picture.x / ratio, picture.y / ratio)
        picture.image.setDevicePixelRatio(ratio)
        qpainter.drawImage(corner, picture.image)
        qpainter.setOpacity(1.0)

    def _paint_contours(self, qpainter: QPainter, scene: Scene, layer: Layer, result: AIResult) -> None:
        path = QPainterPath()
        for each in self._maps(layer, result):
            for line in self._lines(scene, layer, each):
                path.addPolygon(_polygon((line + 0.5) / scene.screen.dpr))
                path.closeSubpath()
        _stroke(qpainter, path, layer, 1.6)
        for finding in reversed(visible_findings(result, layer)):
            self._paint_finding(qpainter, scene, layer, finding)

    def _lines(self, scene: Scene, layer: Layer, ai_map: AIMap) -> list[sections.Points]:
        """The outlines of the regions that reach the threshold, in device pixels, kept per slice and geometry."""

        def outlines() -> list[sections.Points]:
            patch = self._patch(scene, layer, ai_map)
            return [] if patch is None else sections.iso_outlines(patch, map_level(layer, ai_map))

        return self._kept.get(("lines", *self._place(scene, layer, ai_map)), outlines)

    def _paint_finding(self, qpainter: QPainter, scene: Scene, layer: Layer, finding: Finding) -> None:
        points = sections.outline(finding.geometry, scene.to_voxel)
        if points is None:
            return
        on_screen = _polygon(scene.to_screen(points))
        path = QPainterPath()
        path.addPolygon(on_screen)
        path.closeSubpath()
        _stroke(qpainter, path, layer, 2.6 if finding.id == self._chosen else 1.6)
        text = caption(finding, layer)
        if text:
            qpainter.setOpacity(max(0.35, layer.opacity))
            _chip(qpainter, text, on_screen.boundingRect().topLeft() - QPointF(0, 13), ink=QColor(layer.colour))
            qpainter.setOpacity(1.0)

    def _paint_refusals(self, qpainter: QPainter, scene: Scene) -> None:
        y = scene.screen.height - 6.0 * MARGIN_PX
        for note in self.refusals(scene.header):
            _chip(qpainter, note, QPointF(scene.screen.width / 2, y), centred=True)
            y -= 2.4 * MARGIN_PX


class Scene:
    """One slice in one viewport: what a layer needs to place itself, worked out once per paint."""

    def __init__(self, header: SeriesHeader, view: View, screen: Screen) -> None:
        self.header = header
        self.view = view
        self.screen = screen
        self.plane = header.affine_at(view.slice_index)
        self.to_voxel = geometry.inverse(self.plane)
        self.from_device = sections.device_to_image(view, header, screen)

    def to_screen(self, points: sections.Points) -> sections.Points:
        size = self.screen.width, self.screen.height
        x0, y0 = image_to_screen(self.view, self.header, *size, 0.0, 0.0)
        x1, y1 = image_to_screen(self.view, self.header, *size, 1.0, 1.0)
        return points * (x1 - x0, y1 - y0) + (x0, y0)


def colour_words(colours: str, threshold: float, value_range: tuple[float, float]) -> NDArray[np.uint32]:
    """256 premultiplied ARGB words: index 0 is nothing, 1..255 rise evenly from the threshold to the range's top.

    The colour of a value is its share of the fixed range, whatever the threshold.
    """
    low, high = value_range
    values = np.linspace(min(threshold, high), high, 255)
    share = np.clip((values - low) / max(high - low, 1e-12), 0, 1)
    red, green, blue = colour.table(colours)[np.round(share * 255).astype(int)].astype(np.uint32).T
    words = np.zeros(256, np.uint32)
    words[1:] = (np.uint32(0xFF) << 24) | (red << 16) | (green << 8) | blue
    return words


def _picture(patch: Patch, ai_map: AIMap, layer: Layer) -> Picture:
    """The patch in colour; a value under the threshold stays transparent, whatever rounding does."""
    level, (low, high) = map_level(layer, ai_map), ai_map.value_range
    steps = 254 / max(high - level, 1e-9 * (high - low))
    values = patch.values
    if np.isnan(values.min()):
        values = np.nan_to_num(values, nan=2 * low - high)
    index = cv2.addWeighted(values, steps, values, 0, 0.501 - steps * level, dtype=cv2.CV_8U)
    pixels = np.take(colour_words(layer.colours, level, ai_map.value_range), index)
    rows, columns = pixels.shape
    image = QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_ARGB32_Premultiplied)
    return Picture(image, pixels, patch.x, patch.y)


def _polygon(points: sections.Points) -> QPolygonF:
    return QPolygonF([QPointF(float(x), float(y)) for x, y in points])


def _stroke(qpainter: QPainter, path: QPainterPath, layer: Layer, width: float) -> None:
    """A coloured line on a dark one, so that it shows on bright and dark anatomy alike."""
    qpainter.setOpacity(layer.opacity)
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    qpainter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(HALO, width + 2), QPen(QColor(layer.colour), width)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        qpainter.setPen(pen)
        qpainter.drawPath(path)
    qpainter.setOpacity(1.0)


def _chip(qpainter: QPainter, text: str, at: QPointF, *, centred: bool = False, ink: QColor = CHIP_TEXT) -> None:
    """A line of text on a dark rounded plate; `at` is its left (or its middle) at mid-height; kept in the window."""
    metrics = QFontMetricsF(qpainter.font())
    width, height = metrics.horizontalAdvance(text) + 10, metrics.height() + 3
    plate = QRectF(at.x() - (width / 2 if centred else 0), at.y() - height / 2, width, height)
    visible = QRectF(qpainter.window())
    plate.moveTop(max(plate.top(), visible.top() + 2))
    plate.moveLeft(min(max(plate.left(), visible.left() + 2), max(visible.left() + 2, visible.right() - width - 2)))
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    qpainter.setPen(Qt.PenStyle.NoPen)
    qpainter.setBrush(CHIP)
    qpainter.drawRoundedRect(plate, 3, 3)
    qpainter.setPen(ink)
    qpainter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def legend_picture(layer: Layer, ai_map: AIMap, length: int, font: QFont, dpr: float) -> QPixmap:
    """A colour bar of `length` logical pixels with the map's fixed range, units and threshold, aligned to the right."""
    line = round(QFontMetricsF(font).height())
    picture = QPixmap(round(LEGEND_PX * dpr), round((length + 4 * line) * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    qpainter = QPainter(picture)
    qpainter.setFont(font)
    bar = QRectF(LEGEND_PX - 13, 1.5 * line, 12, length)
    (low, high), share = ai_map.value_range, min(1.0, max(0.0, layer.threshold))
    cut = bar.bottom() - share * bar.height()
    qpainter.fillRect(bar.adjusted(-1, -1, 1, 1), CHIP)
    qpainter.drawImage(QRectF(bar.topLeft(), QPointF(bar.right(), cut)), _ramp(layer.colours, share))
    _note(qpainter, f"{layer.source} {layer.title}".strip(), LEGEND_PX - 2, line / 2)
    for value, y in ((high, bar.top()), (low, bar.bottom()), (map_level(layer, ai_map), cut)):
        if value in (low, high) or min(abs(y - bar.top()), abs(y - bar.bottom())) > line:
            _note(qpainter, f"{value:.3g}", bar.left() - 6, y)
    _note(qpainter, ai_map.units, LEGEND_PX - 2, bar.bottom() + 1.1 * line)
    qpainter.end()
    return picture


def _ramp(colours: str, from_share: float) -> QImage:
    """The colour map from a share of the range up to its top, highest first, one pixel wide."""
    rows = colour.table(colours)[round(from_share * 255) :][::-1]
    opaque = np.ascontiguousarray(np.column_stack([rows[:, ::-1], np.full(len(rows), 255, np.uint8)]))
    return QImage(opaque.data, 1, len(rows), 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _note(qpainter: QPainter, text: str, right: float, middle: float) -> None:
    """Right-aligned text with a dark outline, readable over any image."""
    place = QRectF(0, middle - 12, right, 24)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    qpainter.setPen(OUTLINE)
    for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1), (0, 1), (0, -1)):
        qpainter.drawText(place.translated(dx, dy), flags, text)
    qpainter.setPen(CHIP_TEXT)
    qpainter.drawText(place, flags, text)


def _smaller(font: QFont) -> QFont:
    """The application's type, a little smaller: what stands over images is quieter than what stands beside them."""
    small = QFont(font)
    small.setPixelSize(max(SMALLEST_TEXT_PX, QFontInfo(font).pixelSize() - 1))
    return small
