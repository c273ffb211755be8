"""Enlarging and shrinking by drag.

What belongs here: how far. What does not: what stays in place (viewers.view.zoomed).
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt

from viewers.tools.tool import Drag
from viewers.view import View, zoomed
from viewers.volume import Volume

PX_PER_E = 220.0  # pointer travel that enlarges e times


class ZoomTool:
    """Up enlarges, down shrinks; the point where the button went down stays in place."""

    cursor = Qt.CursorShape.SizeVerCursor

    def dragged(self, start: View, volume: Volume, drag: Drag) -> View:
        factor = math.exp(-drag.dy * drag.pace / PX_PER_E)
        return zoomed(start, volume.header, drag.width, drag.height, factor, drag.start_x, drag.start_y)
