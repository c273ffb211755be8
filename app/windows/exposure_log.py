"""The log of what of the AI is on the screen: one record whenever what a viewport or the panel paints has changed.

What belongs here: watching frames and the panel. What does not: painting (overlays.painting), what a record says
(overlays.layers.exposure), adding records up (app.analysis.exposure).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.tracking.events import Event, ExposureChanged
from app.tracking.recorder import clock
from overlays.layers.exposure import Element, Painted, elements_of
from overlays.painting.painter import LayerPainter
from viewers.grid import ViewportGrid

Record = Callable[[Event], None]
PANEL = -1  # the viewport number of the panel beside the images


class ExposureLog(QObject):
    """Compares each painted frame with the one before and writes what differs, after the frame was painted.

    Holding all AI away, a pause, another layout, a phase that ends and another case all end in a frame without AI, or
    in a viewport that is hidden: an empty record. What the magnifier enlarges is not counted a second time.
    """

    def __init__(self, grid: ViewportGrid, record: Record) -> None:
        super().__init__(grid)
        self._grid, self._record = grid, record
        self._overlaid: dict[int, tuple[Painted, ...]] = {}  # in the frame that is being painted
        self._seen: dict[int, tuple[Painted, ...]] = {}  # in the frame before, as the painter gave it
        self._colours: dict[int, dict[str, str]] = {}  # colour maps of the layers that a viewport was given, by layer
        self._said: dict[int, tuple[tuple[Element, ...], dict[str, str]]] = {}
        for index, viewport in enumerate(grid.viewports):
            viewport.overlaid.connect(partial(self._note, index))
            viewport.frame_painted.connect(partial(self._compare, index))

    def show_panel(self, painted: tuple[Painted, ...]) -> None:
        """What of the AI the panel beside the images shows now."""
        self._say(PANEL, painted)

    def _note(self, index: int) -> None:
        painter = self._grid.viewports[index].overlay("ai")
        if isinstance(painter, LayerPainter):
            self._overlaid[index] = painter.painted
            self._colours[index] = {layer.id: layer.colours for layer in painter.layers}

    def _compare(self, index: int) -> None:
        painted = self._overlaid.pop(index, ())
        if painted is not self._seen.get(index, ()):  # the painter hands over the same tuple while nothing changed
            self._seen[index] = painted
            self._say(index, painted)

    def _say(self, viewport: int, painted: tuple[Painted, ...]) -> None:
        elements = elements_of(painted)
        known = self._colours.get(viewport, {})
        colours = {layer: known[layer] for layer, *_ in elements if known.get(layer)}
        if (elements, colours) != self._said.get(viewport, ((), {})):
            self._said[viewport] = elements, colours
            self._record(ExposureChanged(at_ns=clock(), viewport=viewport, elements=elements, colours=colours))
