"""A pointer that keys move: probes, clicks, marks and measuring without a mouse.

What belongs here: its keys while it is out, its crosshair, the mouse events it stands for. What does not: what a click
does (viewport, strokes, hands).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication

from viewers.commands import POINTER, command_in_mode
from viewers.drawing.annotations import ACCENT
from viewers.grid import ViewportGrid, key_name
from viewers.view import View
from viewers.viewport import Viewport
from viewers.volume import Volume

WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
STEP_PX, FAR = 2.0, 10.0  # a step is one image pixel, or so many logical pixels where that is less
GAP_PX = 6.0  # of the crosshair around the place it points at
NO_BUTTON, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
KIND = QEvent.Type


class PointerDesk(QObject):
    """Does the pointer's commands on the active viewport, by the very mouse events that a hand would make."""

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._over: Viewport | None = None
        self._at = QPointF()
        self._is_down = False
        grid.add_performer(self.perform)
        grid.installEventFilter(self)
        grid.active_changed.connect(self._go_with)

    @property
    def is_out(self) -> bool:
        return self._over is not None

    def perform(self, command_id: str) -> bool:
        if command_id == POINTER:
            self._put_away() if self.is_out else self._take_out()
            return True
        way = command_id.removeprefix("pointer.")
        if self._over is None or way == command_id:
            return False
        if way.removeprefix("far_") in WAYS:
            self._step(WAYS[way.removeprefix("far_")], FAR if way.startswith("far_") else 1.0)
            return True
        acts = {"click": self._click, "double_click": self._double_click, "press": self._press}
        if way not in acts:
            return False
        acts[way]()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the pointer is out, its keys come here before the grid's."""
        if event.type() != KIND.KeyPress or not self.is_out or not isinstance(event, QKeyEvent):
            return False
        command = command_in_mode(key_name(event), POINTER)
        if command is None:
            return False
        self._grid.perform(command.id, "key")
        return True

    def _take_out(self) -> None:
        viewport = self._grid.active_viewport
        at = viewport.cursor_point
        self._over, self._at = viewport, at if at is not None else QPointF(viewport.width() / 2, viewport.height() / 2)
        viewport.set_top_painter(Crosshair(self), "pointer")
        viewport.set_note("pointer", self.tr("Pointer: arrows move it, Shift goes far, Space clicks, Ctrl+P ends."))
        self._send(KIND.MouseMove)

    def _put_away(self) -> None:
        if self._over is None:
            return
        if self._is_down:
            self._press()
        self._over.set_top_painter(None, "pointer")
        self._over.set_note("pointer", "")
        self._over.point_at(None)
        self._over = None

    def _go_with(self, _index: int) -> None:
        if self._over is not None and self._over is not self._grid.active_viewport:
            self._put_away()
            self._take_out()

    def _step(self, way: tuple[int, int], factor: float) -> None:
        viewport = self._over
        if viewport is None or viewport.volume is None or viewport.view is None:
            return
        row_mm, column_mm = viewport.volume.header.pixel_mm
        across = max(STEP_PX, viewport.view.zoom * column_mm) * factor * way[0]
        down = max(STEP_PX, viewport.view.zoom * row_mm) * factor * way[1]
        x = max(0.0, min(viewport.width() - 1.0, self._at.x() + across))
        y = max(0.0, min(viewport.height() - 1.0, self._at.y() + down))
        self._at = QPointF(x, y)
        self._send(KIND.MouseMove)

    def _click(self) -> None:
        self._send(KIND.MouseButtonPress, LEFT)
        self._send(KIND.MouseButtonRelease, LEFT)

    def _double_click(self) -> None:
        self._send(KIND.MouseButtonDblClick, LEFT)
        self._send(KIND.MouseButtonRelease, LEFT)

    def _press(self) -> None:
        self._is_down = not self._is_down
        self._send(KIND.MouseButtonPress if self._is_down else KIND.MouseButtonRelease, LEFT)

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton = NO_BUTTON) -> None:
        if self._over is None:
            return
        held = LEFT if self._is_down or kind in (KIND.MouseButtonPress, KIND.MouseButtonDblClick) else NO_BUTTON
        place = QPointF(self._over.mapToGlobal(self._at))
        event = QMouseEvent(kind, self._at, place, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._over, event)
        self._over.update()

    @property
    def place(self) -> QPointF:
        """Where it points, in the viewport's logical pixels."""
        return self._at


class Crosshair:
    """The keyboard's pointer as it is seen: two lines through the viewport, open at the place itself."""

    def __init__(self, desk: PointerDesk) -> None:
        self._desk = desk

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float) -> None:
        x, y = self._desk.place.toTuple()
        lines = [
            QLineF(0, y, x - GAP_PX, y),
            QLineF(x + GAP_PX, y, width, y),
            QLineF(x, 0, x, y - GAP_PX),
            QLineF(x, y + GAP_PX, x, height),
        ]
        for pen in (QPen(QColor(0, 0, 0, 160), 3), QPen(ACCENT, 1)):
            qpainter.setPen(pen)
            qpainter.drawLines(lines)
