"""Moving the image under the viewport.

What belongs here: the drag. What does not: keeping zoomed points in place (viewers.view).
"""

from __future__ import annotations

from PySide6.QtCore import Qt

from viewers.tools.tool import Drag
from viewers.view import View, kept_in_sight, panned
from viewers.volume import Volume


class PanTool:
    """The image follows the pointer; its centre stays over the viewport's, so that it never gets lost."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def dragged(self, start: View, volume: Volume, drag: Drag) -> View:
        return kept_in_sight(panned(start, volume.header, drag.dx, drag.dy), volume.header)
