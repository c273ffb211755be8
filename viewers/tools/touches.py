"""Fingers, pens and touchpads over one viewport.

What belongs here: one finger (a press), two fingers (move and enlarge), long press, pinch, a pen's pressure. What does
not: what a press becomes (strokes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QEventPoint, QNativeGestureEvent, QTabletEvent, QTouchEvent

from viewers.tools.strokes import Strokes, Touch
from viewers.view import panned

if TYPE_CHECKING:
    from viewers.viewport import Viewport

LONG_PRESS_MS = 600
STILL_PX = 8.0  # a finger that moves less is resting
TOUCHES = frozenset(
    (
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TouchEnd,
        QEvent.Type.TouchCancel,
        QEvent.Type.NativeGesture,
    )
)
GONE = QEventPoint.State.Released


class Touches(QObject):
    """Turns touch events into strokes and views; `takes` says whether an event was one of them."""

    def __init__(self, viewport: Viewport, strokes: Strokes) -> None:
        super().__init__(viewport)
        self._viewport, self._strokes = viewport, strokes
        self._first: QPointF | None = None  # where the one finger went down, while it is the only one
        self._pair: QLineF | None = None  # between two fingers, as last seen
        self._resting = QTimer(self, singleShot=True, interval=LONG_PRESS_MS)
        self._resting.timeout.connect(self._long_pressed)

    def takes(self, event: QEvent) -> bool:
        """Does what one of `TOUCHES` asks for; False where it is a gesture that means nothing here."""
        if event.type() == QEvent.Type.NativeGesture:
            return self._gestured(cast(QNativeGestureEvent, event))
        self._touched(cast(QTouchEvent, event))
        event.accept()
        return True

    def pen(self, event: QTabletEvent) -> None:
        """Notes a pen's pressure, and leaves the event for Qt to make a mouse event of."""
        is_up = event.type() == QEvent.Type.TabletRelease or event.buttons() == Qt.MouseButton.NoButton
        self._strokes.pressure = 1.0 if is_up else event.pressure()
        event.ignore()

    def _touched(self, event: QTouchEvent) -> None:
        if event.type() == QEvent.Type.TouchCancel:
            self._let_go()
            self._end()
            return
        points = [point for point in event.points() if point.state() != GONE]
        if len(points) >= 2:
            self._two(QLineF(points[0].position(), points[1].position()))
        elif len(points) == 1 and self._pair is None:
            self._one(points[0].position())
        elif not points:
            self._lifted(event)

    def _one(self, at: QPointF) -> None:
        if self._first is None:
            self._first = at
            self._viewport.activated.emit()
            self._viewport.point_at(at)
            self._strokes.down(_finger(at))
            self._resting.start()
            return
        if QLineF(self._first, at).length() > STILL_PX:
            self._resting.stop()
        if not self._resting.isActive():
            self._viewport.point_at(at)
            self._strokes.move(_finger(at))

    def _two(self, pair: QLineF) -> None:
        before, self._pair = self._pair, pair
        if before is None:
            self._let_go()
            return
        viewport = self._viewport
        travel = pair.center() - before.center()
        if viewport.volume is None or viewport.view is None:
            return
        viewport.set_view(panned(viewport.view, viewport.volume.header, travel.x(), travel.y()))
        if before.length() > 1:
            self._strokes.zoom_at(pair.center(), pair.length() / before.length())

    def _lifted(self, event: QTouchEvent) -> None:
        if self._first is not None and self._pair is None and event.points():
            self._strokes.up(_finger(event.points()[0].position()))
        self._end()

    def _let_go(self) -> None:
        """A second finger came: what the first one had begun ends where it is."""
        self._resting.stop()
        if self._first is not None:
            self._strokes.up(_finger(self._first)) if self._viewport.hand is not None else self._strokes.forget()

    def _end(self) -> None:
        self._resting.stop()
        self._strokes.forget()
        self._first = self._pair = None
        self._viewport.point_at(None)

    def _long_pressed(self) -> None:
        if self._viewport.hand is None:
            self._strokes.forget()
        self._strokes.command("long press")

    def _gestured(self, event: QNativeGestureEvent) -> bool:
        """A touchpad's pinch enlarges about the pointer."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._strokes.zoom_at(event.position(), max(0.2, 1.0 + event.value()))
        return True


def _finger(at: QPointF) -> Touch:
    return Touch(at, Qt.KeyboardModifier.NoModifier, "finger")
