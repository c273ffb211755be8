"""A magnifier glass under the pointer while its key is held.

What belongs here: the round glass, rendered from stored values at its own magnification. What does not: rendering.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from viewers.drawing.annotations import ACCENT
from viewers.drawing.blit import paint_picture
from viewers.drawing.render import SliceRenderer
from viewers.grid import ViewportGrid
from viewers.view import View, screen_to_image
from viewers.viewport import Viewport
from viewers.volume import Volume

HELD = "magnify.hold"
FACTOR = 2.5
SHARE, LEAST_PX, MOST_PX = 0.36, 120, 420  # the glass's diameter against the viewport's smaller side
BLACK = QColor(0, 0, 0)


class MagnifierDesk(QObject):
    """Holds the glass over the viewport that the pointer is in. `shows_overlays` lays AI and drawings under it too."""

    def __init__(self, grid: ViewportGrid, *, shows_overlays: bool = False, factor: float = FACTOR) -> None:
        super().__init__(grid)
        self._grid, self.shows_overlays, self.factor = grid, shows_overlays, factor
        self._under: Viewport | None = None
        grid.hold_changed.connect(self._held)
        grid.pointer_moved.connect(lambda index, *_place: self._follow(grid.viewports[index]))

    def _held(self, command_id: str, is_down: bool) -> None:
        if command_id != HELD:
            return
        if is_down:
            under = next((v for v in self._grid.shown if v.cursor_point is not None), self._grid.active_viewport)
            self._lay_over(under)
        elif self._under is not None:
            self._under.set_top_painter(None, "glass")
            self._under = None

    def _lay_over(self, viewport: Viewport) -> None:
        if self._under is not None:
            self._under.set_top_painter(None, "glass")
        self._under = viewport
        viewport.set_top_painter(Glass(viewport, self.factor, self.shows_overlays), "glass")

    def _follow(self, viewport: Viewport) -> None:
        if self._under is None:
            return
        if viewport is not self._under:
            self._lay_over(viewport)
        viewport.update()


class Glass:
    """Paints the part of the image under the pointer `factor` times as large, through the same window."""

    def __init__(self, viewport: Viewport, factor: float, shows_overlays: bool) -> None:
        self._viewport, self._factor, self._shows_overlays = viewport, factor, shows_overlays
        self._renderer = SliceRenderer()

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        at = self._viewport.cursor_point or QPointF(width / 2, height / 2)
        size = 2 * (int(max(LEAST_PX, min(MOST_PX, SHARE * min(width, height)))) // 2)
        centre = screen_to_image(view, volume.header, width, height, at.x(), at.y())
        larger = replace(view, centre_px=centre, zoom=view.zoom * self._factor)
        corner = QPointF(round(at.x() - size / 2), round(at.y() - size / 2))
        path = QPainterPath()
        path.addEllipse(QRectF(0, 0, size, size))
        qpainter.translate(corner)
        qpainter.save()
        qpainter.setClipPath(path)
        qpainter.fillRect(0, 0, size, size, BLACK)
        self._image(qpainter, volume, larger, size, dpr)
        qpainter.restore()
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in (QPen(QColor(0, 0, 0, 200), 4), QPen(ACCENT, 1.6)):
            qpainter.setPen(pen)
            qpainter.drawPath(path)
        qpainter.setPen(QPen(ACCENT, 1))
        middle, reach = size / 2, 5
        for way in (-1, 1):  # the middle itself stays free
            qpainter.drawLine(QPointF(middle + way * 3, middle), QPointF(middle + way * (3 + reach), middle))
            qpainter.drawLine(QPointF(middle, middle + way * 3), QPointF(middle, middle + way * (3 + reach)))

    def _image(self, qpainter: QPainter, volume: Volume, view: View, size: int, dpr: float) -> None:
        picture = self._renderer.render(volume, view, size, size, dpr)
        if picture is None:
            return
        if self._viewport.blender is not None:
            picture = self._viewport.blender.blend(picture, volume, size, size, dpr)
        paint_picture(qpainter, picture, dpr)
        if self._shows_overlays:
            self._viewport.paint_overlays(qpainter, picture, size, size)
