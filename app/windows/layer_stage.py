"""The stage of AI layers: painters over every viewport and the panel beside them, kept in step.

What belongs here: layers as they are now, going to findings and images, hovering. What does not: which layers a phase
has and when they come (layer_desk), reading results (result_desk), the log, and painting (overlays.painting).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QImage

from app.windows.commands import APP_COMMANDS
from overlays.layers.fidelity import layer_notes
from overlays.layers.layer import Layer, with_opacity, with_threshold, with_visible
from overlays.layers.reach import next_slice, place_of, slices_with
from overlays.painting.painter import LayerPainter
from overlays.painting.workshop import Workshop
from overlays.panels.layer_panel import ExpectedAt, LayerPanel, PanelKeys
from overlays.panels.listing import Listed
from overlays.panels.thumbnails import cutout
from overlays.result import AIResult, Finding
from study_configs.layers import Adjustable
from viewers.commands import COMMANDS
from viewers.fidelity import Note
from viewers.grid import ViewportGrid
from viewers.view import View, image_to_screen
from viewers.viewport import Viewport
from viewers.volume import SeriesHeader, Volume

HOLD = "overlay.hold"
KEY_OF = {command.id: command.keys[0] for command in (*COMMANDS, *APP_COMMANDS)}
STEP = 0.05  # of what a slider spans
STEPS: Mapping[str, tuple[Adjustable, float]] = {
    "layer.threshold.higher": ("threshold", STEP),
    "layer.threshold.lower": ("threshold", -STEP),
    "layer.opacity.more": ("opacity", STEP),
    "layer.opacity.less": ("opacity", -STEP),
}
EDGE_SHARE = 0.08  # of a viewport: what lies nearer to its edge is brought to the middle


def panel_keys() -> PanelKeys:
    """What the layer panel calls the keys that it mentions."""
    return PanelKeys(KEY_OF[HOLD], KEY_OF["finding.next"], KEY_OF["finding.previous"])


class LayerStage(QObject):
    """Shows layers over the grid's viewports until it is cleared.

    `layer_changed(Layer)` comes after the reader changed one here or in the panel, `finding_chosen(Listed)` after a
    finding was gone to, `hovered(viewport, finding id)` where a layer shows findings under the pointer alone, `unseen`
    when no viewport shows a series in which a chosen finding lies.
    """

    layer_changed = Signal(object)
    finding_chosen = Signal(object)
    hovered = Signal(int, str)
    unseen = Signal(object)

    def __init__(self, grid: ViewportGrid, panel: LayerPanel) -> None:
        super().__init__(grid)
        self._grid, self.panel = grid, panel
        self._painters: tuple[LayerPainter, ...] = ()
        self._layers: dict[str, Layer] = {}
        self._results: dict[str, AIResult] = {}
        self._under: dict[int, str] = {}
        self._workshop = Workshop(self)
        self._workshop.finished.connect(self._repaint)
        panel.layer_changed.connect(self._changed)
        panel.finding_chosen.connect(self.go_to)
        panel.findings.thumbnails.set_maker(self.picture_of)
        grid.pointer_moved.connect(lambda index, *_: self._hover(index))
        grid.pointer_left.connect(self._hover)
        grid.first_painted.connect(lambda _index: self.refresh_pictures())

    @property
    def painters(self) -> tuple[LayerPainter, ...]:
        """One for each of the grid's viewports; none while nothing is shown."""
        return self._painters

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(self._layers.values())

    @property
    def results(self) -> tuple[AIResult, ...]:
        return tuple(self._results.values())

    # --- content

    def show(
        self,
        layers: Iterable[Layer],
        results: Iterable[AIResult],
        *,
        as_protocol: Iterable[Layer] | None = None,
        expected: Mapping[str, ExpectedAt] | None = None,
    ) -> None:
        """Lay these over the images instead of what was there; `expected` as the panel takes it."""
        self._layers = {layer.id: layer for layer in layers}
        self._results = {result.ai: result for result in results}
        self._under.clear()
        self._workshop.clear()
        for painter in self._painters:
            painter.close()
        self._painters = tuple(LayerPainter(self.results, self.layers, self._workshop) for _ in self._grid.viewports)
        for index, painter in enumerate(self._painters):
            self._grid.set_overlay_painter(index, painter)
        self.panel.set_content(self.layers, self.results, as_protocol=as_protocol, expected=expected)

    def clear(self) -> None:
        """Take every layer off the images and let go of the results."""
        for painter in self._painters:
            painter.close()
        self._painters, self._layers, self._results = (), {}, {}
        self._under.clear()
        self._workshop.clear()
        for index in range(len(self._grid.viewports)):
            self._grid.set_overlay_painter(index, None)
        self.panel.set_content((), ())

    def set_results(self, results: Iterable[AIResult]) -> None:
        """More came, or some went; layers stay as they are."""
        self._results = {result.ai: result for result in results}
        self._workshop.clear()
        for painter in self._painters:
            painter.set_results(self.results)
        self.panel.set_results(self.results)
        self._repaint()

    def put(self, layer: Layer) -> None:
        """A layer as it is from now on, by a rule or by the reader."""
        self._layers[layer.id] = layer
        for painter in self._painters:
            painter.set_layer(layer)
        self.panel.set_layer(layer)
        self._repaint()

    # --- what a reader does

    def toggle(self, number: int) -> bool:
        """Show or hide the nth layer (from 1), or ask for it; False where there is none, or it is kept as it is."""
        if not 1 <= number <= len(self.layers):
            return False
        layer = self.layers[number - 1]
        if layer.id in self.panel.buttons:
            self.panel.buttons[layer.id].button.click()
            return True
        if not layer.revealed or "visible" not in layer.adjustable:
            return False
        layer = with_visible(layer, not layer.visible)
        self.put(layer)
        self.layer_changed.emit(layer)
        return True

    def perform(self, command: str) -> bool:
        """Do a command about layers alone; False where there is none of that name, or no layer that it could change."""
        number = command.removeprefix("layer.toggle.")
        if number != command:
            return self.toggle(int(number))
        return command in STEPS and self._step(*STEPS[command])

    def _step(self, change: Adjustable, share: float) -> bool:
        """Move threshold or opacity of the first painted layer where the reader may, within its limits."""
        layer = next((each for each in self.layers if each.is_painted and change in each.adjustable), None)
        if layer is None:
            return False
        if change == "opacity":
            stepped = with_opacity(layer, min(1.0, max(0.0, round(layer.opacity + share, 2))))
        else:
            low, high = layer.threshold_limits
            wanted = layer.threshold + share * (high - low)
            stepped = with_threshold(layer, min(high, max(low, round(wanted, 4))))
        if stepped != layer:
            self.put(stepped)
            self.layer_changed.emit(stepped)
        return True

    def hold(self, hidden: bool) -> bool:
        """Hide all AI while a key is down, show it again when it is let go; False where there is none."""
        for painter in self._painters:
            painter.hold(hidden)
        self._repaint()
        return bool(self._painters)

    def choose(self, step: int) -> None:
        """Go to the next (+1) or previous (-1) finding of the list."""
        if self._painters:
            self.panel.findings.step(step)

    def choose_target(self, target: str) -> None:
        """Go to the finding that questions call by this id ("ai/id" where several AIs use the same)."""
        shown = self.panel.findings.findings.shown
        rows = (row for row, each in enumerate(shown) if target in (each.finding.id, f"{each.ai}/{each.finding.id}"))
        row = next(rows, None)
        if row is not None:
            self.panel.findings.choose(row)

    def go_to(self, listed: Listed) -> None:
        """Emphasise a finding and show its middle in every viewport whose series it lies in, scrolled and moved."""
        for painter in self._painters:
            painter.choose(listed.finding.id)
        self._grid.together.steer(self._grid.active)
        places = [(viewport, self._place(viewport, listed)) for viewport in self._grid.shown]
        for viewport, place in places:
            if place is not None:
                viewport.set_view(_at(viewport, place))
        self._repaint()
        self.finding_chosen.emit(listed)
        if not any(place is not None for _, place in places):
            self.unseen.emit(listed)

    def next_image(self, step: int) -> bool:
        """The next (+1) or previous (-1) image of the active viewport that has anything painted on it."""
        viewport = self._grid.active_viewport
        if viewport.volume is None or viewport.view is None or not self._painters:
            return False
        found = slices_with(viewport.volume.header, self.results, self.layers)
        index = next_slice(found, viewport.view.slice_index, step)
        if index is None:
            viewport.say(self.tr("AI shows nothing on any other image of this series."))
            return True
        viewport.set_view(replace(viewport.view, slice_index=index))
        return True

    def notes(self, header: SeriesHeader) -> tuple[Note, ...]:
        """What is to be known of the layers over a series: thresholds, resampled grids."""
        return layer_notes(self.results, self.layers, header) if self._painters else ()

    def lies_in(self, listed: Listed, header: SeriesHeader) -> bool:
        """Whether the finding lies on any image of a series."""
        result = self._results.get(listed.ai)
        return result is not None and place_of(result, listed.finding, header) is not None

    # --- pictures of findings

    def picture_of(self, listed: Listed, edge_px: int, dpr: float) -> QImage | None:
        """A small picture from a volume that a viewport holds; None where none of them has the finding's slice."""
        for viewport in sorted(self._grid.viewports, key=_is_derived):
            place = self._place(viewport, listed)
            if place is not None:
                picture = cutout(_volume(viewport), _view(viewport), listed, place, edge_px, dpr)
                if picture is not None:
                    return picture
        return None

    def refresh_pictures(self) -> None:
        """More is in memory: try again what could not be made."""
        self.panel.findings.thumbnails.retry()
        self.panel.findings.viewport().update()

    # --- inside

    def _place(self, viewport: Viewport, listed: Listed) -> tuple[float, float, int] | None:
        result = self._results.get(listed.ai)
        if result is None or viewport.volume is None or viewport.view is None:
            return None
        return place_of(result, listed.finding, viewport.volume.header)

    def _changed(self, layer: Layer) -> None:
        self._layers[layer.id] = layer
        for painter in self._painters:
            painter.set_layer(layer)
        self._repaint()
        self.layer_changed.emit(layer)

    def _hover(self, index: int) -> None:
        if not any(layer.reveal.how == "hover" for layer in self._layers.values()) or not self._painters:
            return
        finding = self._finding_under_pointer(index)
        if finding != self._under.get(index, ""):
            self._under[index] = finding
            self._painters[index].hover(finding)
            self._grid.viewports[index].update()
            self.hovered.emit(index, finding)

    def _finding_under_pointer(self, index: int) -> str:
        viewport = self._grid.viewports[index]
        at, volume, view = viewport.cursor_point, viewport.volume, viewport.view
        if at is None or volume is None or view is None:
            return ""
        size = viewport.width(), viewport.height()
        return self._painters[index].finding_at(volume.header, view, *size, at.x(), at.y())

    def _repaint(self) -> None:
        for viewport in self._grid.shown:
            viewport.update()


def place_on_screen(viewport: Viewport, result: AIResult, finding: Finding) -> QPoint | None:
    """Where a finding's middle stands in a viewport, whatever slice is shown; None where it has no place there."""
    if viewport.volume is None or viewport.view is None:
        return None
    header = viewport.volume.header
    place = place_of(result, finding, header)
    if place is None:
        return None
    x, y = image_to_screen(viewport.view, header, viewport.width(), viewport.height(), place[0], place[1])
    return QPoint(round(x), round(y))


def _at(viewport: Viewport, place: tuple[float, float, int]) -> View:
    """The viewport's view with that place on its slice, moved to the middle where it is out of sight or at the edge."""
    column, row, index = place
    view = replace(_view(viewport), slice_index=index)
    width, height = viewport.width(), viewport.height()
    x, y = image_to_screen(view, _volume(viewport).header, width, height, column, row)
    is_seen = EDGE_SHARE <= x / width <= 1 - EDGE_SHARE and EDGE_SHARE <= y / height <= 1 - EDGE_SHARE
    return view if is_seen or viewport.is_fitted else replace(view, centre_px=(column, row))


def _is_derived(viewport: Viewport) -> bool:
    return viewport.volume is not None and viewport.volume.header.derived is not None


def _volume(viewport: Viewport) -> Volume:
    assert viewport.volume is not None  # it was asked for a place before
    return viewport.volume


def _view(viewport: Viewport) -> View:
    assert viewport.view is not None
    return viewport.view
