"""Reference lines: where the images of other viewports cross this one, and where in its series a slice lies.

What belongs here: when they are shown and their painter. What does not: where they lie (crosshair).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QLineF, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from viewers.grid import ViewportGrid
from viewers.planes import crosshair
from viewers.planes.crosshair import Shown
from viewers.planes.position_figure import figure
from viewers.view import View
from viewers.volume import SeriesHeader, Volume

HALO = QColor(0, 0, 0, 150)
ACTIVE, OTHERS = QColor("#f0d17a"), QColor("#8fb3d9")
FRAME, SLICE = QColor(190, 196, 202, 200), QColor(240, 209, 122, 110)
FIGURE_PX = 58
FIGURE_LEFT = 12
CORNER_LINES = 5  # of text in the corner over the figure, with its distances
TINY_PX = 220  # viewports under this width have no room for the figure


class LineDesk(QObject):
    """Does lines.toggle. The active viewport's line is drawn stronger, its first and last slices dotted.

    Beside them each viewport draws its slice in a small box of its series, seen from the patient's front left.
    """

    toggled = Signal(bool)

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._is_on = False
        grid.add_performer(self.perform)
        grid.view_changed.connect(self._viewed)
        grid.active_changed.connect(self._viewed)
        grid.first_painted.connect(self._installed)

    @property
    def is_on(self) -> bool:
        return self._is_on

    def perform(self, command_id: str) -> bool:
        if command_id != "lines.toggle":
            return False
        self.set_shown(not self._is_on)
        return True

    def set_shown(self, is_on: bool) -> None:
        self._is_on = is_on
        for index, viewport in enumerate(self._grid.viewports):
            viewport.set_overlay_painter(LinePainter(self, index) if is_on else None, "lines")
        self.toggled.emit(is_on)

    def lines(self, index: int, on: Shown) -> Iterator[tuple[QPen, QLineF]]:
        """The lines in one viewport, with the pens to draw them."""
        for number, viewport in enumerate(self._grid.viewports):
            volume, view = viewport.volume, viewport.view
            is_seen = number != index and viewport in self._grid.shown
            if not is_seen or volume is None or view is None or not crosshair.comparable(on.header, volume.header):
                continue
            is_active = number == self._grid.active
            yield from self._line(on, volume.header, view.slice_index, is_active)
            if is_active and volume.header.frames > 1:
                for end in (0, volume.header.frames - 1):
                    yield from self._line(on, volume.header, end, is_active, dotted=True)

    def _line(
        self, on: Shown, header: SeriesHeader, slice_index: int, is_active: bool, *, dotted: bool = False
    ) -> Iterator[tuple[QPen, QLineF]]:
        found = crosshair.trace(on, header, slice_index)
        if found is None:
            return
        pen = QPen(ACTIVE if is_active else OTHERS, 1.6 if is_active and not dotted else 1.0)
        pen.setStyle(Qt.PenStyle.DotLine if dotted else Qt.PenStyle.SolidLine)
        yield pen, QLineF(QPointF(*found[0]), QPointF(*found[1]))

    def _viewed(self, *_: object) -> None:
        if self._is_on:
            for viewport in self._grid.shown:
                viewport.update()

    def _installed(self, index: int) -> None:
        if self._is_on:
            self._grid.viewports[index].set_overlay_painter(LinePainter(self, index), "lines")


class LinePainter:
    """Paints the lines of one viewport and its position figure."""

    def __init__(self, desk: LineDesk, index: int) -> None:
        self._desk, self._index = desk, index

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        if volume.header.affine is None:
            return
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen, line in self._desk.lines(self._index, Shown(volume.header, view, width, height)):
            qpainter.setPen(QPen(HALO, pen.widthF() + 2))
            qpainter.drawLine(line)
            qpainter.setPen(pen)
            qpainter.drawLine(line)
        if width >= TINY_PX:
            self._figure(qpainter, volume.header, view.slice_index)

    def _figure(self, qpainter: QPainter, header: SeriesHeader, slice_index: int) -> None:
        qpainter.setClipping(False)  # it stands in the corner, not over the image alone
        edges, outline = figure(header, slice_index, FIGURE_PX)
        shift = np.array((FIGURE_LEFT, CORNER_LINES * QFontMetricsF(qpainter.font()).height()))
        for pen in (QPen(HALO, 3), QPen(FRAME, 1)):
            qpainter.setPen(pen)
            for start, end in edges + shift:
                qpainter.drawLine(QPointF(*start), QPointF(*end))
        qpainter.setPen(QPen(ACTIVE, 1.2))
        qpainter.setBrush(SLICE)
        qpainter.drawPolygon(QPolygonF([QPointF(*point) for point in outline + shift]))
        qpainter.setBrush(Qt.BrushStyle.NoBrush)
