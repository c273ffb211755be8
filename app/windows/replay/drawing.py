"""Draws again what a viewport showed, from the log's account of it, with the painters that the windows have.

What belongs here: pictures of `app.analysis.screens`, off the screen. What does not: reading the log (screens), and
what the account leaves out: corner texts, chips, legends of fused series, marks, measurements, presentation states and
planes along a curve.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from app.analysis.screens import Screen, Screens, view_of
from app.tracking.events import FusionChanged, LayerChanged, SeriesOpened
from app.windows.layer_states import as_set
from overlays.digest import digest
from overlays.layers.layer import Layer
from overlays.painting.painter import LayerPainter
from overlays.result import AIResult
from study_configs.problem import StudyProblem
from viewers.drawing.blit import paint_picture
from viewers.drawing.render import Picture, SliceRenderer
from viewers.planes.fusion import Look, Overlay
from viewers.planes.poses import pose_named, posed
from viewers.planes.recut import sampled
from viewers.view import View
from viewers.volume import Volume, Window

TABLE = "table"


@dataclass(slots=True)
class Tools:
    """What is kept from picture to picture of one viewport, which makes the next one quick: no part of any picture."""

    renderer: SliceRenderer = field(default_factory=SliceRenderer)
    painters: dict[object, LayerPainter] = field(default_factory=dict)  # the last one alone, by what it paints
    cut: dict[object, Volume] = field(default_factory=dict)  # the last plane across the files' alone

    def painter(self, key: object, make: Callable[[], LayerPainter]) -> LayerPainter:
        return _kept(self.painters, key, make)

    def plane(self, key: object, make: Callable[[], Volume]) -> Volume:
        return _kept(self.cut, key, make)


K = TypeVar("K")
V = TypeVar("V")


def _kept(held: dict[K, V], key: K, make: Callable[[], V]) -> V:
    if key not in held:
        held.clear()
        held[key] = make()
    return held[key]


@dataclass(frozen=True, slots=True)
class Replay:
    """All that pictures need beside the log: whole volumes by series key, the frozen protocol's layers, AI results.

    `results` are keyed by digest. `font` is that of the workstation's viewports, which the log does not keep.
    """

    volume_of: Callable[[str], Volume]
    layers: Mapping[str, Layer]
    results: Mapping[str, AIResult]
    font: QFont

    def draw(self, screens: Screens, viewport: int, tools: Tools | None = None) -> tuple[QImage, LayerPainter]:
        """A viewport's picture at rest with the AI over it, in its device pixels, and the painter after painting.

        `tools` are kept from picture to picture. Raises StudyProblem where the log names something that is not at hand,
        or a plane that it does not describe.
        """
        tools = tools or Tools()
        screen = screens.screens[viewport]
        painter = self._painter(screens, screen, tools)
        volume, view = self.shown(screen, tools)
        width, height = screen.viewed.size_px
        image = _black(width, height, screen.viewed.dpr)
        picture = tools.renderer.render(volume, view, width, height, screen.viewed.dpr)
        if picture is not None and not screens.is_paused:
            if screen.fusion is not None:
                top = self._overlay(screens, screen.fusion)
                picture = top.blended(picture, volume, width, height, screen.viewed.dpr)
            paint(image, picture, volume, painter, self.font)
        return image, painter

    def shown(self, screen: Screen, tools: Tools) -> tuple[Volume, View]:
        """The stack that the viewport showed, and how. Raises StudyProblem as `draw` does."""
        affine = screen.opened.affine if screen.opened is not None else ()
        volume = tools.plane((screen.series, affine), lambda: self._volume(screen.series, screen.opened))
        view = view_of(screen.viewed)
        return volume, replace(view, window=_with_table(view.window, volume, view.slice_index))

    def _painter(self, screens: Screens, screen: Screen, tools: Tools) -> LayerPainter:
        def make() -> LayerPainter:
            results = [self._result(loaded.digest, loaded.ai) for loaded in screens.results]
            return LayerPainter(results, [self._layer(state) for state in screens.layers])

        key = tuple(loaded.digest for loaded in screens.results), tuple(state.layer for state in screens.layers)
        painter = tools.painter(key, make)
        painter.set_layers([self._layer(state) for state in screens.layers])
        painter.choose(screens.chosen)
        painter.hold(screens.is_held)
        painter.hover(screen.hovered)
        return painter

    def _result(self, wanted: str, ai: str) -> AIResult:
        if wanted not in self.results:
            raise StudyProblem(f"The result of {ai} that was shown is not at hand.", where=wanted)
        return self.results[wanted]

    def _layer(self, state: LayerChanged) -> Layer:
        """The protocol's layer as it stood."""
        return replace(as_set(self.layers[state.layer], state), revealed=state.revealed)

    def _volume(self, key: str, opened: SeriesOpened | None) -> Volume:
        source_key, _, name = key.partition("@")
        source = self.volume_of(source_key)
        if not name:
            return source
        pose = pose_named(name)
        return posed(source, pose) if pose is not None else _at_an_angle(source, name, opened)

    def _overlay(self, screens: Screens, fusion: FusionChanged) -> Overlay:
        window = Window(fusion.window_centre, fusion.window_width, fusion.window_shape)  # type: ignore[arg-type]
        look = Look(window, fusion.units, fusion.factor, fusion.colour_map, fusion.opacity)
        return Overlay(self._volume(fusion.series_uid, screens.series.get(fusion.series_uid)), look)


def by_digest(results: list[AIResult]) -> dict[str, AIResult]:
    return {digest(result): result for result in results}


def paint(image: QImage, picture: Picture, volume: Volume, painter: LayerPainter, font: QFont) -> None:
    """A rendered picture and AI over it, as a viewport paints them, onto an image with its scale set."""
    dpr = image.devicePixelRatio()
    width, height = round(image.width() / dpr), round(image.height() / dpr)
    rows, columns = picture.pixels.shape[:2]
    with QPainter(image) as qpainter:
        qpainter.setFont(font)
        paint_picture(qpainter, picture, dpr)
        qpainter.setClipRect(QRectF(picture.left / dpr, picture.top / dpr, columns / dpr, rows / dpr))
        painter.paint(qpainter, volume, picture.view, width, height, dpr)


def _black(width: int, height: int, dpr: float) -> QImage:
    image = QImage(round(width * dpr), round(height * dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.black)
    return image


def _with_table(window: Window, volume: Volume, slice_index: int) -> Window:
    """A window of the shape of a table has it from the image's file again."""
    if window.shape != TABLE:
        return window
    for given in volume.header.instances[slice_index].windows:
        if given.table is not None and given.name == window.name:
            return replace(window, table=given.table)
    raise StudyProblem("The table of values that was applied is in no file of the image.", where=window.name)


def _at_an_angle(source: Volume, name: str, opened: SeriesOpened | None) -> Volume:
    """A plane that was tipped, where the log says that it lay."""
    is_plain = name.startswith("oblique") and "turned" not in name and "mirrored" not in name
    if not is_plain or opened is None or not opened.affine:
        raise StudyProblem(f"A plane {name!r} can't be drawn again from the log alone.", where=source.header.key)
    grid = np.array(opened.affine).reshape(4, 4)
    return sampled(source, name, grid, (opened.frames, opened.rows, opened.columns))
