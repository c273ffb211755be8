"""What each viewport shows, in words for those who hear the screen: its place, series, slice and window.

What belongs here: the accessible names and descriptions of grid and viewports, kept up to date. What does not: the
words at the images' edges (captions).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from viewers.drawing.captions import window_line
from viewers.grid import ViewportGrid
from viewers.shown_words import plane_name
from viewers.viewport import Viewport

REST_MS = 300  # after the last change: nobody wants each slice of a cine read out


class NamesDesk(QObject):
    """Names viewports once what they show has come to rest."""

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._resting = QTimer(self, singleShot=True, interval=REST_MS)
        self._resting.timeout.connect(self.name_all)
        for changed in (grid.view_changed, grid.active_changed, grid.emptied, grid.layout_changed):
            changed.connect(lambda *_what: self._resting.start())
        grid.setAccessibleName(self.tr("Images"))
        self.name_all()

    def name_all(self) -> None:
        """Gives every seen viewport its name, and the grid what its active viewport shows."""
        seats = self._grid.seats
        for place, index in enumerate(seats, 1):
            viewport = self._grid.viewports[index]
            shown = self._words(viewport)
            whole = self.tr("Image {place} of {count}: {shown}").format(place=place, count=len(seats), shown=shown)
            _set(viewport, whole, self._how(viewport))
            if index == self._grid.active:
                _set(self._grid, self._grid.accessibleName(), whole)

    def _words(self, viewport: Viewport) -> str:
        if viewport.volume is None or viewport.view is None:
            return self.tr("empty")
        header = viewport.volume.header
        words = self.tr("{series}, slice {n} of {count}")
        series = header.description or header.modality
        if header.derived is not None:
            series = f"{series}, {plane_name(header.derived.name)}"
        return words.format(series=series, n=viewport.view.slice_index + 1, count=header.frames)

    def _how(self, viewport: Viewport) -> str:
        if viewport.volume is None or viewport.view is None:
            return ""
        return window_line(viewport.volume, viewport.view)


def _set(widget: Viewport | ViewportGrid, name: str, description: str) -> None:
    """Only what is new: each change is read out."""
    if widget.accessibleName() != name:
        widget.setAccessibleName(name)
    if widget.accessibleDescription() != description:
        widget.setAccessibleDescription(description)
