"""Scrolling through the stack by drag and by wheel.

What belongs here: steps from movement. What does not: steps by key (grid).
"""

from __future__ import annotations

from PySide6.QtCore import Qt

from viewers.tools.tool import Drag
from viewers.view import View, scrolled
from viewers.volume import Volume

WHEEL_UNITS_PER_STEP = 120  # eighths of a degree, as Qt counts them
SLOWEST_PX, FASTEST_PX = 12.0, 3.0  # pointer travel per slice in short and in long stacks


def px_per_slice(height: int, frames: int) -> float:
    """Pointer travel that scrolls by one slice in a viewport so high."""
    return max(FASTEST_PX, min(SLOWEST_PX, height / frames))


class ScrollTool:
    """Drags through the stack: down is onward, the whole of a usual stack within one viewport's height."""

    cursor = Qt.CursorShape.SizeVerCursor

    def dragged(self, start: View, volume: Volume, drag: Drag) -> View:
        per_slice = px_per_slice(drag.height, volume.header.frames)
        return scrolled(start, int(drag.dy * drag.pace / per_slice), volume.header.frames)


class WheelSteps:
    """Collects wheel deltas until they make whole steps: fine wheels and touchpads scroll as far as coarse ones."""

    def __init__(self) -> None:
        self._units = 0

    def add(self, units: int) -> int:
        """Whole steps onward (negative: back); turning round starts anew."""
        if units * self._units < 0:
            self._units = 0
        self._units += units
        steps = int(self._units / WHEEL_UNITS_PER_STEP)
        self._units -= steps * WHEEL_UNITS_PER_STEP
        return -steps
