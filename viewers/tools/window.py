"""Setting the window by drag: sideways the width, up and down the centre.

What belongs here: how far a drag moves the window. What does not: presets (viewers.window_presets).
"""

from __future__ import annotations

from PySide6.QtCore import Qt

from viewers.tools.tool import Drag
from viewers.view import View, windowed
from viewers.volume import Volume

SHARE_PER_PX = 1 / 300  # of the window's width at the start of the drag
WHEEL_PX = 20.0  # a notch of the wheel counts as so much drag


class WindowTool:
    """Right is wider, left narrower; down raises the centre, up lowers it: steps in proportion to the present width."""

    cursor = Qt.CursorShape.SizeAllCursor

    def dragged(self, start: View, volume: Volume, drag: Drag) -> View:
        if volume.is_colour:
            return start
        step = max(start.window.width, 1e-6) * SHARE_PER_PX * drag.pace
        return windowed(start, drag.dy * step, drag.dx * step)
