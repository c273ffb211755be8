"""Paints layers over a slice: boxes, contours, heat maps with their legend, and notes on what is not shown.

What belongs here: `LayerPainter`, which a viewport calls in its own paint event, and its cached pictures.
What does not: the geometry (sections), what a reader may change (layers), controls (panel), and the truth.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from math import ceil, floor
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
    QPolygonF,
)

from overlays import colour, sections
from overlays.exposure import Painted
from overlays.layers import Layer, caption, check_label, map_level, visible_findings, visible_maps
from overlays.painting.legend import WIDTH_PX, LegendSize, legend_picture, legend_size
from overlays.placing import stranger
from overlays.result import AIMap, AIResult, Finding
from overlays.sections import Patch, Screen
from study_configs.words import translate
from viewers import geometry
from viewers.view import View, image_to_screen
from viewers.volume import SeriesHeader, Volume

T = TypeVar("T")

KEPT = 16  # sections, pictures and outlines kept at a time: those of the last few slices
KEPT_SMALL = 64  # findings' pictures: a box looks alike on the slices it spans
KEPT_CROPS = 2000  # where a map reaches its level, for each slice: four numbers
SMALLEST_TEXT_PX = 11
MARGIN_PX = 10
ROOMY_PX = 520  # a viewport whose shorter side is this long has room for a legend in words
CORNER_LINES = 3  # of text, with their margin, at the bottom right
EDGE_PX = 18  # from the right edge: the viewport's own rail is there
CHIP = QColor(16, 18, 20, 205)
CHIP_TEXT = QColor(232, 234, 237)
HALO = QColor(0, 0, 0, 150)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A premultiplied ARGB picture whose top left corner lies at a device pixel of the viewport."""

    image: QImage
    x: int
    y: int


Placed = tuple[QPointF, QImage, float]  # where in logical pixels, a picture, its opacity


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
        self._kept, self._kept_small, self._crops = Kept(KEPT), Kept(KEPT_SMALL), Kept(KEPT_CROPS)
        self._composed: tuple[tuple[object, ...], list[Placed], list[Placed]] | None = None
        self.painted: tuple[Painted, ...] = ()
        self.on_painted: Callable[[tuple[Painted, ...]], None] | None = None
        self._font, self._small = QFont(), _smaller(QFont())  # the viewport's, and ours, for which pictures are kept
        self.set_results(results)
        self.set_layers(layers)

    def set_results(self, results: Iterable[AIResult]) -> None:
        self._results = tuple(results)
        self._forget()

    def set_layers(self, layers: Iterable[Layer]) -> None:
        """Raises StudyProblem for a label or a colour map that is not offered."""
        self._layers, self._composed = tuple(layers), None
        for layer in self._layers:
            check_label(layer.label, where=f"layer {layer.id}")
            colour.table(layer.colours)

    def set_layer(self, layer: Layer) -> None:
        """Put a changed layer in the place of the one with its id."""
        self.set_layers(layer if layer.id == old.id else old for old in self._layers)

    def choose(self, finding_id: str) -> None:
        """Emphasise one finding and show its own map; "" for none."""
        self._chosen, self._composed = finding_id, None

    def hold(self, hidden: bool) -> None:
        """Hide all AI (key down) or show it again (key up)."""
        self._hidden, self._composed = hidden, None

    def hover(self, position_px: tuple[float, float] | None) -> bool:
        """Where the pointer is, in logical pixels of the viewport; whether that changes what is to be painted."""
        return False

    def finding_at(self, x: float, y: float) -> str:
        """The id of the painted finding under a viewport point; "" where there is none."""
        return ""

    def close(self) -> None:
        """Let go of results and pictures; painting afterwards draws nothing."""
        self._results, self._layers = (), ()
        self._forget()

    def _forget(self) -> None:
        self._composed = None
        self._kept.clear()
        self._kept_small.clear()
        self._crops.clear()

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
                notes.append(
                    translate("Layers", "{name} is not shown here: {reason}.").format(name=shown_as, reason=reason)
                )
        return tuple(notes)

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float = 1.0) -> None:
        """Paint every visible layer; the painter's coordinates are the viewport's logical pixels.

        `width` and `height` are logical pixels, `dpr` device pixels per logical pixel.
        """
        self._use(qpainter.font())
        over, beside = self._placed(volume.header, view, Screen(width, height, dpr))
        qpainter.save()
        _place(qpainter, over)
        qpainter.setClipping(False)  # the viewport clips to the image; notes and legends may stand beside it
        _place(qpainter, beside)
        qpainter.restore()

    def _use(self, font: QFont) -> None:
        if font != self._font:
            self._font, self._small = font, _smaller(font)
            self._forget()

    def _placed(self, header: SeriesHeader, view: View, screen: Screen) -> tuple[list[Placed], list[Placed]]:
        """Pictures over the image and beside it, kept until something moves: a window drag makes none of them anew."""
        key = (header, view.slice_index, view.centre_px, view.zoom, screen)
        if self._composed is None or self._composed[0] != key:
            scene = Scene(header, view, screen, self._small)
            over = [] if self._hidden else [*self._heats(scene), *self._contours(scene), *self._boxes(scene)]
            legends = self._hint(scene) if self._hidden else self._legends(scene)
            self._composed = (key, over, [*legends, *self._refusals(scene)])
        return self._composed[1:]

    def _heats(self, scene: Scene) -> Iterator[Placed]:
        for layer, result in self._shown(scene.header, "heatmap"):
            for each in self._maps(layer, result):
                key = ("picture", *self._place(scene, layer, each), layer.colours)
                heat = partial(self._heat, scene, layer, each)
                yield from scene.placed(self._kept.get(key, heat), layer.opacity)

    def _contours(self, scene: Scene) -> Iterator[Placed]:
        for layer, result in self._shown(scene.header, "contour"):
            yield from scene.placed(self._contour(scene, layer, result))
            for finding in reversed(visible_findings(result, layer)):
                yield from self._finding(scene, layer, finding)

    def _boxes(self, scene: Scene) -> Iterator[Placed]:
        for layer, result in self._shown(scene.header, "box"):
            for finding in reversed(visible_findings(result, layer)):
                yield from self._finding(scene, layer, finding)

    def _hint(self, scene: Scene) -> Iterator[Placed]:
        if any(layer.visible for layer in self._layers):
            at = QPointF(scene.screen.width / 2, scene.screen.height - 4.0 * MARGIN_PX)
            yield from scene.placed(Chip("AI hidden", at, scene, centred=True).picture())

    def _legends(self, scene: Scene) -> Iterator[Placed]:
        """Colour bars between the orientation letter at the right edge and the corner's texts, as far as they fit.

        In a small viewport they are without words, so that nothing lies over the anatomy; the layer panel has them.
        """
        screen, line = scene.screen, round(QFontMetricsF(scene.font).height())
        top, left = round(screen.height / 2) + 2 * MARGIN_PX, screen.width - EDGE_PX - WIDTH_PX
        in_words = min(screen.width, screen.height) >= ROOMY_PX
        maps = [
            (layer, m) for layer, found in self._shown(scene.header, "heatmap") for m in self._maps(layer, found)[:1]
        ]
        for layer, each in maps:
            room = (screen.height - CORNER_LINES * line - top) if len(maps) == 1 else screen.height // 4
            size = legend_size(room, line, in_words=in_words)
            if size is None or top + size.height(line) > screen.height - CORNER_LINES * line:
                return
            yield QPointF(left, top), self._legend(scene, layer, each, size), 1.0
            top += size.height(line)

    def _legend(self, scene: Scene, layer: Layer, ai_map: AIMap, size: LegendSize) -> QImage:
        font, dpr = scene.font, scene.screen.dpr
        style = (layer.title, layer.colours, layer.threshold, ai_map.value_range, ai_map.units)
        return self._kept.get(("legend", *style, size, dpr), lambda: legend_picture(layer, ai_map, size, font, dpr))

    def _shown(self, header: SeriesHeader, draw: str) -> list[tuple[Layer, AIResult]]:
        return [
            (layer, result)
            for layer in self._layers
            for result in self._results
            if layer.is_painted and layer.draw == draw and layer.ai == result.ai and not stranger(result, header)
        ]

    def _maps(self, layer: Layer, result: AIResult) -> tuple[AIMap, ...]:
        maps = visible_maps(result, layer, self._layers, self._chosen)
        key = ("strongest", result.ai, result.series_uid, tuple(each.id for each in maps))
        return self._kept.get(key, lambda: sections.strongest(maps))

    def _place(self, scene: Scene, layer: Layer, ai_map: AIMap) -> tuple[Hashable, ...]:
        view = scene.view
        cut = (layer.ai, ai_map.id, scene.header, view.slice_index)  # planes of one series have headers of their own
        return (*cut, view.centre_px, view.zoom, scene.screen, layer.threshold)

    def _patch(self, scene: Scene, layer: Layer, ai_map: AIMap) -> Patch | None:
        """The map at this viewport's pixels; its section is kept per slice, so that zooming does not cut it again."""
        header, place = scene.header, self._place(scene, layer, ai_map)
        section = self._kept.get(
            ("section", *place[:4]), lambda: sections.cut(ai_map, scene.plane, header.columns, header.rows)
        )
        if section is None:
            return None
        level = map_level(layer, ai_map)
        crop = self._crops.get((*place[:4], level), lambda: sections.hot_crop(section.values, level))
        return sections.sample(section, scene.from_device, scene.screen, crop)

    def _heat(self, scene: Scene, layer: Layer, ai_map: AIMap) -> Picture | None:
        patch = self._patch(scene, layer, ai_map)
        if patch is None:
            return None
        picture = _picture(patch, ai_map, layer)
        picture.image.setDevicePixelRatio(scene.screen.dpr)
        return picture

    def _contour(self, scene: Scene, layer: Layer, result: AIResult) -> Picture | None:
        path = QPainterPath()
        for each in self._maps(layer, result):
            for line in self._lines(scene, layer, each):
                path.addPolygon(_polygon((line + 0.5) / scene.screen.dpr))
                path.closeSubpath()
        return scene.picture(_reach(path, 1.6), partial(_stroke, path=path, layer=layer, width=1.6))

    def _lines(self, scene: Scene, layer: Layer, ai_map: AIMap) -> list[sections.Points]:
        """The outlines of the regions that reach the threshold, in device pixels, kept per slice and geometry."""

        def outlines() -> list[sections.Points]:
            patch = self._patch(scene, layer, ai_map)
            return [] if patch is None else sections.iso_outlines(patch, map_level(layer, ai_map))

        return self._kept.get(("lines", *self._place(scene, layer, ai_map)), outlines)

    def _finding(self, scene: Scene, layer: Layer, finding: Finding) -> Iterator[Placed]:
        points = sections.outline(finding.geometry, scene.to_voxel)
        if points is not None:
            on_screen = scene.to_screen(points)
            text, width = caption(finding, layer), 2.6 if finding.id == self._chosen else 1.6
            place = on_screen.round(6).tobytes()  # the same on neighbouring slices but for rounding
            key = (place, layer.colour, layer.opacity, text, width, scene.screen)
            yield from scene.placed(
                self._kept_small.get(key, lambda: finding_picture(scene, layer, _polygon(on_screen), text, width))
            )

    def _refusals(self, scene: Scene) -> Iterator[Placed]:
        y = scene.screen.height - 6.0 * MARGIN_PX
        for note in self.refusals(scene.header):
            yield from scene.placed(Chip(note, QPointF(scene.screen.width / 2, y), scene, centred=True).picture())
            y -= 2.4 * MARGIN_PX


class Scene:
    """One slice in one viewport: what a layer needs to place itself, worked out once until something moves."""

    def __init__(self, header: SeriesHeader, view: View, screen: Screen, font: QFont) -> None:
        self.header = header
        self.font = font
        self.view = view
        self.screen = screen
        self.plane = header.affine_at(view.slice_index)
        self.from_device = sections.device_to_image(view, header, screen)

    @cached_property
    def to_voxel(self) -> geometry.Array:
        """LPS mm to image points of this slice."""
        return geometry.inverse(self.plane)

    def to_screen(self, points: sections.Points) -> sections.Points:
        size = self.screen.width, self.screen.height
        x0, y0 = image_to_screen(self.view, self.header, *size, 0.0, 0.0)
        x1, y1 = image_to_screen(self.view, self.header, *size, 1.0, 1.0)
        return points * (x1 - x0, y1 - y0) + (x0, y0)

    def picture(self, area: QRectF, draw: Callable[[QPainter], None]) -> Picture | None:
        """What `draw` paints within `area` (logical pixels) as far as it is in the viewport; None where it is not."""
        dpr, visible = self.screen.dpr, area & QRectF(0, 0, self.screen.width, self.screen.height)
        if visible.isEmpty():
            return None
        left, top = floor(visible.left() * dpr), floor(visible.top() * dpr)
        columns, rows = ceil(visible.right() * dpr) - left, ceil(visible.bottom() * dpr) - top
        image = QImage(columns, rows, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(dpr)
        image.fill(Qt.GlobalColor.transparent)
        with QPainter(image) as qpainter:
            qpainter.setFont(self.font)
            qpainter.translate(-left / dpr, -top / dpr)
            draw(qpainter)
        return Picture(image, left, top)

    def placed(self, picture: Picture | None, opacity: float = 1.0) -> Iterator[Placed]:
        if picture is not None:
            yield QPointF(picture.x / self.screen.dpr, picture.y / self.screen.dpr), picture.image, opacity


class Chip:
    """A line of text on a dark rounded plate; `at` is its left (or its middle) at mid-height; kept in the viewport."""

    def __init__(self, text: str, at: QPointF, scene: Scene, *, centred: bool = False, ink: QColor = CHIP_TEXT) -> None:
        metrics = QFontMetricsF(scene.font)
        width, height = metrics.horizontalAdvance(text) + 10, metrics.height() + 3
        left, top = at.x() - (width / 2 if centred else 0), at.y() - height / 2
        left = min(max(left, 2.0), max(2.0, scene.screen.width - width - 2))
        self.plate = QRectF(left, max(top, 2.0), width, height)
        self._text, self._ink, self._scene = text, ink, scene

    def picture(self) -> Picture | None:
        return self._scene.picture(self.plate.adjusted(-1, -1, 1, 1), self.draw)

    def draw(self, qpainter: QPainter) -> None:
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        qpainter.setPen(Qt.PenStyle.NoPen)
        qpainter.setBrush(CHIP)
        qpainter.drawRoundedRect(self.plate, 3, 3)
        qpainter.setPen(self._ink)
        qpainter.drawText(self.plate, Qt.AlignmentFlag.AlignCenter, self._text)


def finding_picture(scene: Scene, layer: Layer, on_screen: QPolygonF, text: str, width: float) -> Picture | None:
    """The outline (logical pixels) and, where there is one, the text above its top left corner."""
    path = QPainterPath()
    path.addPolygon(on_screen)
    path.closeSubpath()
    chip = Chip(text, on_screen.boundingRect().topLeft() - QPointF(0, 13), scene, ink=QColor(layer.colour))

    def draw(qpainter: QPainter) -> None:
        _stroke(qpainter, path, layer, width)
        if text:
            qpainter.setOpacity(max(0.35, layer.opacity))
            chip.draw(qpainter)

    reach = _reach(path, width)
    return scene.picture(reach | chip.plate if text else reach, draw)


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


@lru_cache(maxsize=32)
def _colour_table(colours: str, threshold: float, value_range: tuple[float, float]) -> NDArray[np.int32]:
    """`colour_words` as OpenCV looks them up, kept: scrolling asks for the same ones on every slice."""
    return colour_words(colours, threshold, value_range).view(np.int32)


def _picture(patch: Patch, ai_map: AIMap, layer: Layer) -> Picture:
    """The patch in colour; a value under the threshold stays transparent, whatever rounding does."""
    level, (low, high) = map_level(layer, ai_map), ai_map.value_range
    steps = 254 / max(high - level, 1e-9 * (high - low))
    values = patch.values
    if np.isnan(values.min()):
        values = np.nan_to_num(values, nan=2 * low - high)
    index = cv2.addWeighted(values, steps, values, 0, 0.501 - steps * level, dtype=cv2.CV_8U)
    rows, columns = index.shape
    image = QImage(columns, rows, QImage.Format.Format_ARGB32_Premultiplied)
    words = np.frombuffer(image.bits(), np.int32).reshape(rows, columns)  # its lines have no gaps between them
    cv2.LUT(index, _colour_table(layer.colours, level, ai_map.value_range), words)
    return Picture(image, patch.x, patch.y)


def _place(qpainter: QPainter, pictures: Iterable[Placed]) -> None:
    for at, image, opacity in pictures:
        qpainter.setOpacity(opacity)
        qpainter.drawImage(at, image)


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


def _reach(path: QPainterPath, width: float) -> QRectF:
    """What a stroke of that width and its halo cover."""
    around = width / 2 + 2
    return path.boundingRect().adjusted(-around, -around, around, around)


def _smaller(font: QFont) -> QFont:
    """The application's type, a little smaller: what stands over images is quieter than what stands beside them."""
    small = QFont(font)
    small.setPixelSize(max(SMALLEST_TEXT_PX, QFontInfo(font).pixelSize() - 1))
    return small
