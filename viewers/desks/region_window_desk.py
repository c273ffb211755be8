"""A window from a region: the reader draws a box, and its values become the window.

What belongs here: the hand that draws the box. What does not: percentiles (window_presets).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from viewers.drawing.annotations import ACCENT
from viewers.grid import ViewportGrid
from viewers.tools.hand import Hand, Pointer
from viewers.view import View, image_to_screen
from viewers.viewport import Viewport
from viewers.volume import Volume
from viewers.window_presets import region_window

COMMAND, AWAY = "window.region", "measure.none"
NOTE = "region"

Box = tuple[float, float, float, float]  # left, top, right, bottom: image points as shown


class RegionWindowDesk(QObject):
    """Does `window.region`: the next box that is drawn in a viewport sets its window; Esc puts it away."""

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._before: dict[Viewport, Hand | None] = {}
        grid.add_performer(self.perform)

    @property
    def is_drawing(self) -> bool:
        return bool(self._before)

    def perform(self, command_id: str) -> bool:
        if command_id == COMMAND:
            (self.put_away if self.is_drawing else self.take_up)()
            return True
        if command_id == AWAY and self.is_drawing:
            self.put_away()
            return True
        return False

    def take_up(self) -> None:
        for viewport in self._grid.shown:
            self._before[viewport] = viewport.hand
            hand = RegionHand(viewport, self.put_away)
            viewport.set_hand(hand)
            viewport.set_top_painter(hand, "region")
        self._grid.active_viewport.set_note(NOTE, self.tr("Draw a box: its values become the window. Esc leaves."))

    def put_away(self) -> None:
        for viewport, hand in self._before.items():
            if isinstance(viewport.hand, RegionHand):
                viewport.set_hand(hand)
            viewport.set_top_painter(None, "region")
            viewport.set_note(NOTE, "")
        self._before = {}


class RegionHand:
    """Draws one box and sets the viewport's window from it."""

    def __init__(self, viewport: Viewport, done: Callable[[], None]) -> None:
        self._viewport, self._done = viewport, done
        self._start: tuple[float, float] | None = None
        self.box: Box | None = None

    def press(self, pointer: Pointer) -> bool:
        if pointer.button != "left":
            return False
        self._start = (pointer.column, pointer.row)
        self.move(pointer)
        return True

    def move(self, pointer: Pointer) -> None:
        if self._start is not None:
            columns, rows = sorted((self._start[0], pointer.column)), sorted((self._start[1], pointer.row))
            self.box = (columns[0], rows[0], columns[1], rows[1])

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        window = region_window(pointer.volume, pointer.slice_index, self.box) if self.box is not None else None
        if window is None:
            self._viewport.say(QCoreApplication.translate("RegionWindowDesk", "This region has no grey values."))
        else:
            self._viewport.set_view(replace(pointer.view, window=window))
        self._done()

    def double_click(self, pointer: Pointer) -> bool:
        return False

    def hover(self, pointer: Pointer) -> None:
        """Nothing to follow before the box begins."""

    def cursor(self, pointer: Pointer) -> Qt.CursorShape | None:
        return Qt.CursorShape.CrossCursor

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        if self.box is None:
            return
        left, top, right, bottom = self.box
        first = QPointF(*image_to_screen(view, volume.header, width, height, left, top))
        last = QPointF(*image_to_screen(view, volume.header, width, height, right, bottom))
        for pen in (QPen(QColor(0, 0, 0, 200), 3), QPen(ACCENT, 1.4, Qt.PenStyle.DashLine)):
            qpainter.setPen(pen)
            qpainter.drawRect(QRectF(first, last))
