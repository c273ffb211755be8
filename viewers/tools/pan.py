"""Moving the image under the viewport.

What belongs here: the drag. What does not: keeping zoomed points in place (viewers.view).
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from viewers.tools.tool import Drag
from viewers.view import View, panned
from viewers.volume import SeriesHeader, Volume


class PanTool:
    """The image follows the pointer; its centre stays over the viewport's, so that it never gets lost."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def dragged(self, start: View, volume: Volume, drag: Drag) -> View:
        return _kept_in_sight(panned(start, volume.header, drag.dx, drag.dy), volume.header)


def _kept_in_sight(view: View, header: SeriesHeader) -> View:
    column, row = view.centre_px
    return replace(view, centre_px=(max(0.0, min(header.columns - 1, column)), max(0.0, min(header.rows - 1, row))))
