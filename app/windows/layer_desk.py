"""The layer desk: brings what AI says over the images in phases that opted in, and takes it away again.

What belongs here: asking for advice, layers as the reader changed them, painters, the panel. What does not: the barrier
itself (app.reading.engine), making results (app.advice) and painting them (overlays.painting).
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Literal, Protocol

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt, Signal

from app.reading import engine
from app.tracking.events import AIResultLoaded, LayerChanged, LayersHeld
from app.tracking.recorder import clock
from app.windows.sitting_driver import SittingDriver
from overlays.fidelity import layer_notes
from overlays.layers import Layer, with_visible
from overlays.painting import LayerPainter
from overlays.panel import LayerPanel
from overlays.result import AIResult, Finding
from overlays.sections import shape_centre_mm
from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.fidelity import Note
from viewers.grid import ViewportGrid
from viewers.view import image_to_screen
from viewers.viewport import Viewport
from viewers.volume import SeriesHeader


class Adviser(Protocol):
    """What hands out AI results: `app.advice.Advice`, or a stand-in in a test."""

    def result(self, trial: int, ai: str, within_reach: frozenset[str]) -> Future[AIResult]: ...


class LayerDesk(QObject):
    """Holds the layers of the phase in progress; nothing while the phase shows no AI.

    `ready` comes once for each `start`: when all that the phase shows lies over the images (within the call where the
    results were prepared, and at once in a phase without AI). `failed` comes instead with a StudyProblem.
    """

    ready = Signal()
    failed = Signal(object)
    waiting = Signal()  # a result is still being computed
    _arrived = Signal(int)  # of which start

    def __init__(
        self,
        grid: ViewportGrid,
        panel: LayerPanel,
        driver: SittingDriver,
        layers: Mapping[str, Layer],
        adviser: Adviser | None,
    ) -> None:
        super().__init__(grid)
        self._grid, self._panel, self._driver = grid, panel, driver
        self._as_protocol, self._adviser = layers, adviser
        self._painters: tuple[LayerPainter, ...] = ()
        self._layers: dict[str, Layer] = {}
        self._results: tuple[AIResult, ...] = ()
        self._asked: dict[str, Future[AIResult]] = {}
        self._turn = 0
        self._arrived.connect(self._look, Qt.ConnectionType.QueuedConnection)
        panel.layer_changed.connect(self._changed)
        panel.finding_chosen.connect(self.go_to)

    @property
    def is_showing(self) -> bool:
        return bool(self._painters)

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(self._layers.values())

    def start(self) -> None:
        """Ask for the AI of the phase that begins; without any, take away what lies over the images."""
        self.clear()
        within_reach = engine.ais_within_reach(self._driver.script, self._driver.state)
        if not within_reach:
            self.ready.emit()
            return
        if self._adviser is None:
            self.failed.emit(
                StudyProblem(self.tr("This study shows AI, and no AI was prepared."), todo=self.tr("Start it again."))
            )
            return
        trial = engine.trial_now(self._driver.script, self._driver.state).index
        turn = self._turn
        for ai in sorted(within_reach):
            self._asked[ai] = self._adviser.result(trial, ai, within_reach)
        if not all(future.done() for future in self._asked.values()):
            self.waiting.emit()
        for future in self._asked.values():
            if not future.done():
                future.add_done_callback(lambda done: self._arrived.emit(turn))
        self._look(turn)

    def clear(self) -> None:
        """Take every layer off the images and let go of the results."""
        self._turn += 1
        self._asked.clear()
        for painter in self._painters:
            painter.close()
        self._painters, self._results = (), ()
        self._layers.clear()
        for index in range(len(self._grid.viewports)):
            self._grid.set_overlay_painter(index, None)
        self._panel.set_content((), ())

    def hold(self, hidden: bool) -> None:
        """Hide all AI while a key is down, show it again when it is let go."""
        if not self._painters:
            return
        for painter in self._painters:
            painter.hold(hidden)
        self._repaint()
        self._driver.take(LayersHeld(at_ns=clock(), hidden=hidden))

    def toggle(self, number: int) -> bool:
        """Show or hide the nth layer (from 1); False where there is none, or the protocol keeps it as it is."""
        layers = self.layers
        if not 1 <= number <= len(layers) or "visible" not in layers[number - 1].adjustable:
            return False
        layer = with_visible(layers[number - 1], not layers[number - 1].visible)
        self._panel.set_layer(layer)
        self._changed(layer)
        return True

    def notes(self, _index: int, header: SeriesHeader) -> tuple[Note, ...]:
        """What is to be known of the layers over a series: thresholds, resampled grids."""
        return layer_notes(self._results, self.layers, header) if self._painters else ()

    def choose(self, step: int) -> None:
        """Go to the next (+1) or previous (-1) finding."""
        if self._painters:
            (self._panel.choose_next if step > 0 else self._panel.choose_previous)()

    def go_to(self, finding: Finding) -> None:
        """Emphasise a finding and scroll the active viewport to its middle."""
        for painter in self._painters:
            painter.choose(finding.id)
        self._scroll(self._grid.active_viewport, finding)
        self._repaint()

    # --- results

    def _look(self, turn: int) -> None:
        if turn != self._turn or not self._asked or not all(future.done() for future in self._asked.values()):
            return
        asked, self._asked = self._asked, {}
        try:
            results = tuple(future.result() for future in asked.values())
        except StudyProblem as problem:
            self.failed.emit(problem)
            return
        self._show(results)
        self.ready.emit()

    def _show(self, results: tuple[AIResult, ...]) -> None:
        names = engine.phase_now(self._driver.script, self._driver.state).layers
        self._layers = {name: self._as_protocol[name] for name in names}
        self._results = results
        for result in results:
            self._say_loaded(result)
        self._painters = tuple(LayerPainter(results, self.layers) for _ in self._grid.viewports)
        for index, painter in enumerate(self._painters):
            self._grid.set_overlay_painter(index, painter)
        self._panel.set_content(self.layers, results)
        for layer in self.layers:
            self._say(layer, "protocol")

    def _changed(self, layer: Layer) -> None:
        self._layers[layer.id] = layer
        for painter in self._painters:
            painter.set_layer(layer)
        self._repaint()
        self._say(layer, "reader")

    def _say(self, layer: Layer, by: Literal["reader", "protocol"]) -> None:
        self._driver.take(
            LayerChanged(
                at_ns=clock(),
                layer=layer.id,
                visible=layer.visible,
                opacity=layer.opacity,
                threshold=layer.threshold,
                by=by,
            )
        )

    def _say_loaded(self, result: AIResult) -> None:
        planted = {finding.provenance.planted for finding in result.findings} | {result.provenance.planted}
        self._driver.take(
            AIResultLoaded(
                at_ns=clock(),
                trial=engine.trial_now(self._driver.script, self._driver.state).index,
                ai=result.ai,
                series_uid=result.series_uid,
                model_sha256=result.provenance.sha256,
                findings=len(result.findings),
                planted=tuple(sorted(planted - {""})),
                scores=tuple(finding.score for finding in result.findings),
                elements=tuple(finding.id for finding in result.findings),
                places_mm=tuple(shape_centre_mm(finding.geometry) for finding in result.findings),
            )
        )

    def _repaint(self) -> None:
        for viewport in self._grid.viewports:
            viewport.update()

    @staticmethod
    def _scroll(viewport: Viewport, finding: Finding) -> None:
        if viewport.volume is None or viewport.view is None or viewport.volume.header.affine is None:
            return
        header = viewport.volume.header
        index = max(0, min(header.frames - 1, round(_voxel(header, finding)[2])))
        viewport.set_view(replace(viewport.view, slice_index=index))


def place_on_screen(viewport: Viewport, finding: Finding) -> QPoint | None:
    """Where a finding's middle stands in a viewport, whatever slice is shown; None where nothing is."""
    if viewport.volume is None or viewport.view is None:
        return None
    column, row, _ = _voxel(viewport.volume.header, finding)
    x, y = image_to_screen(viewport.view, viewport.volume.header, viewport.width(), viewport.height(), column, row)
    return QPoint(round(x), round(y))


def _voxel(header: SeriesHeader, finding: Finding) -> tuple[float, float, float]:
    """A finding's middle as (column, row, slice) of a series."""
    point = geometry.apply(geometry.inverse(header.grid_affine), np.array(shape_centre_mm(finding.geometry)))
    column, row, slice_index = (float(value) for value in point)
    return column, row, slice_index
