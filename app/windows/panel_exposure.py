"""What of the AI can be seen in the panel beside the images: rows of the list of findings, and cards.

What belongs here: looking at the panel after it was painted. What does not: its contents (overlays.panels), writing
records (exposure_log).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

from overlays.layers.exposure import Painted
from overlays.layers.layer import Layer, visible_findings
from overlays.panels.layer_panel import LayerPanel
from overlays.panels.listing import Listed
from overlays.result import AIResult

LIST = "list"  # how a finding is drawn in the list
TELLING = frozenset(
    {
        QEvent.Type.Paint,
        QEvent.Type.Hide,
        QEvent.Type.Show,
        QEvent.Type.Move,
        QEvent.Type.Resize,
        QEvent.Type.LayoutRequest,
    }
)


class PanelExposure(QObject):
    """Tells what the panel shows whenever that may have changed, once for each turn of the event loop; and what stands
    `beside` it: widgets with what of the AI each shows."""

    def __init__(
        self,
        panel: LayerPanel,
        tell: Callable[[tuple[Painted, ...]], None],
        beside: Mapping[QWidget, Callable[[], tuple[Painted, ...]]] = MappingProxyType({}),
    ) -> None:
        super().__init__(panel)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(lambda: tell((*painted_in(panel), *chain(*(told() for told in beside.values())))))
        for part in (panel, panel.findings.viewport(), *beside):
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TELLING and not self._soon.isActive():
            self._soon.start()
        return False


def painted_in(panel: LayerPanel) -> tuple[Painted, ...]:
    """The elements of the AI that the panel shows now, with the share of each that is in sight."""
    return (*_on_cards(panel), *_in_list(panel))


def _on_cards(panel: LayerPanel) -> Iterator[Painted]:
    layers = {layer.id: layer for layer in panel.layers}
    for name, card in panel.cards.items():
        layer = layers[name]
        for element, widget in card.said:
            share = _share(widget.visibleRegion(), widget)
            if share > 0:
                yield Painted(name, element.id, layer.draw, layer.threshold, layer.opacity, share)


def _in_list(panel: LayerPanel) -> Iterator[Painted]:
    findings = panel.findings
    port = findings.viewport()
    seen, count = port.visibleRegion(), len(findings.findings.shown)
    if seen.isEmpty() or not count:
        return
    first = findings.indexAt(seen.boundingRect().topLeft()).row()
    for row in range(max(0, first), count):
        place = findings.visualRect(findings.findings.index(row))
        share = _area(seen & place) / max(1, place.width() * place.height())
        if share <= 0:
            return
        listed: Listed = findings.findings.shown[row]
        layer = _layer_of(listed, panel.layers)
        if layer is not None:
            yield Painted(layer.id, listed.finding.id, LIST, layer.threshold, layer.opacity, share)


def _layer_of(listed: Listed, layers: tuple[Layer, ...]) -> Layer | None:
    """The first layer for which a finding stands in the list."""
    finding = listed.finding
    alone = AIResult(listed.ai, "", "", (finding,), (), finding.provenance)
    return next((layer for layer in layers if layer.is_painted and visible_findings(alone, layer)), None)


def _share(seen: QRegion, widget: QWidget) -> float:
    return _area(seen) / max(1, widget.width() * widget.height())


def _area(region: QRegion) -> int:
    return sum(rect.width() * rect.height() for rect in region)  # type: ignore[attr-defined]  # the stubs leave it out
