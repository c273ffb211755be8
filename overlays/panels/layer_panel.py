"""The panel beside the images: layers of the present phase, what AI says of the case, findings, how to hide all AI.

What belongs here: putting rows, cards and the list together, and passing on what the reader does. What does not:
painting, what may change (layers), when layers come (app), colours of the chrome (the application's style sheet).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from overlays.layers.case_elements import case_elements
from overlays.layers.layer import CASE_DRAWS, FINDING_DRAWS, Layer
from overlays.painting.regions import SegmentStyle, segment_styles
from overlays.panels.case_card import ButtonCard, CaseCard
from overlays.panels.finding_list import FindingList
from overlays.panels.layer_row import LayerRow
from overlays.panels.listing import Listing
from overlays.panels.parts import quiet
from overlays.panels.words import Expected
from overlays.result import AIResult

ExpectedAt = Callable[[float], Expected | None]  # the threshold on the score


@dataclass(frozen=True, slots=True)
class PanelKeys:
    """What the keys are called that the panel mentions."""

    hold: str = "G"
    next: str = "]"
    previous: str = "["


class LayerPanel(QWidget):
    """Signals: `layer_changed(Layer)` after each act of the reader, `finding_chosen(Listed)` when one is picked,
    `reveal_wanted(layer id)` when a layer that is held back is asked for, `card_wanted(AI id)` for a model's card.

    The panel changes nothing else; who listens repaints and writes the event.
    """

    layer_changed = Signal(object)
    finding_chosen = Signal(object)
    reveal_wanted = Signal(str)
    card_wanted = Signal(str)

    def __init__(self, keys: PanelKeys = PanelKeys(), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerPanel")
        self.setAccessibleName(self.tr("AI layers"))
        self._rows: dict[str, LayerRow] = {}
        self._cards: dict[str, CaseCard] = {}
        self._buttons: dict[str, ButtonCard] = {}
        self._layers: dict[str, Layer] = {}
        self._as_protocol: Mapping[str, Layer] = {}
        self._results: tuple[AIResult, ...] = ()
        self._listing = Listing()
        self._expected: Mapping[str, ExpectedAt] = {}
        self._case_box, self._row_box, self._foot_box = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        for each in (self._case_box, self._row_box, self._foot_box):
            each.setSpacing(6)
        self.findings = FindingList()
        self.findings.chosen.connect(self._choose)
        self._findings_title = quiet(self.tr("Findings"), "strong")
        self.steps = quiet(self.tr("{next} next   {previous} previous").format(next=keys.next, previous=keys.previous))
        self.steps.setProperty("role", "small")
        self.hint = quiet(self.tr("Hold {key} to hide all AI").format(key=keys.hold), "small")
        self._lay_out()

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(self._layers.values())

    def set_content(
        self,
        layers: Iterable[Layer],
        results: Iterable[AIResult],
        *,
        as_protocol: Iterable[Layer] | None = None,
        expected: Mapping[str, ExpectedAt] | None = None,
    ) -> None:
        """Show layers and results; `as_protocol` are the layers to reset to where a sitting resumes with others.

        `expected` tells, by AI, what may be expected from a threshold on; without, nothing is said of it.
        """
        self._layers = {layer.id: layer for layer in layers}
        self._as_protocol = {layer.id: layer for layer in (self.layers if as_protocol is None else as_protocol)}
        self._expected = expected or {}
        self._results = tuple(results)
        self._listing = Listing(self._results)
        self._make_rows()
        self.findings.thumbnails.forget()
        self.findings.deselect()
        self._show_said()

    def set_results(self, results: Iterable[AIResult]) -> None:
        """Results that came later, or went; layers stay as they are."""
        self._results = tuple(results)
        self._listing = Listing(self._results)
        self._show_said()

    def set_layer(self, layer: Layer) -> None:
        """Take over a change that was made by a key, a rule or a simulated reader; nothing is emitted."""
        came_or_went = layer.revealed != self._layers[layer.id].revealed
        self._layers[layer.id] = layer
        if came_or_went:
            self._remake(layer)
        for part in (self._rows.get(layer.id), self._cards.get(layer.id)):
            if part is not None:
                part.show_layer(layer)
        self._show_said()

    @property
    def buttons(self) -> Mapping[str, ButtonCard]:
        """The buttons that stand for layers, by layer: to ask for one, or to read about its AI."""
        return self._buttons

    @property
    def cards(self) -> Mapping[str, CaseCard]:
        """What is said of the case, by layer."""
        return self._cards

    # --- rows

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addLayout(self._case_box)
        heading = QHBoxLayout()
        heading.addWidget(self._findings_title, 1)
        heading.addWidget(self.steps)
        box.addLayout(heading)
        box.addWidget(self.findings)
        box.addLayout(self._row_box)
        box.addLayout(self._foot_box)
        box.addWidget(self.hint)
        box.addStretch(1)

    def _make_rows(self) -> None:
        """One row, card or button for each layer; layers that are not due have none.

        In the protocol's order: first what is said of the case and what can be asked for, then findings, then controls,
        last whom to read about.
        """
        for name in {*self._rows, *self._cards, *self._buttons}:
            self._drop(name)
        for layer in self._layers.values():
            made = self._row_of(layer)
            if made is not None:
                self._box_of(made).addWidget(made)
                made.show()  # at once: a layout shows what is new only after the next paint

    def _remake(self, layer: Layer) -> None:
        """What stands for this layer alone, at its place; the others stay as they are, also under a hand that drags."""
        self._drop(layer.id)
        made = self._row_of(layer)
        if made is not None:
            box, before = self._box_of(made), takewhile(lambda name: name != layer.id, self._layers)
            box.insertWidget(sum(box.indexOf(part) >= 0 for name in before for part in self._parts(name)), made)
            made.show()

    def _parts(self, name: str) -> list[QWidget]:
        """What stands for a layer: a row, a card or a button; none while it is not due."""
        return [kind[name] for kind in (self._rows, self._cards, self._buttons) if name in kind]

    def _drop(self, name: str) -> None:
        for old in self._parts(name):
            old.hide()
            old.setParent(None)
            old.deleteLater()
        for kind in (self._rows, self._cards, self._buttons):
            kind.pop(name, None)

    def _box_of(self, made: QWidget) -> QVBoxLayout:
        if isinstance(made, LayerRow):
            return self._row_box
        return self._foot_box if isinstance(made, ButtonCard) and made.layer.revealed else self._case_box

    def _row_of(self, layer: Layer) -> QWidget | None:
        if not layer.revealed:
            return self._button(layer, self.tr("Show {layer} of {ai}")) if layer.reveal.how == "button" else None
        if layer.draw == "card":
            return self._button(layer, self.tr("About {ai}"))
        if layer.draw in CASE_DRAWS:
            card = self._cards[layer.id] = CaseCard(layer)
            card.changed.connect(self._pass_on)
            return card
        tells = layer.ai in self._expected and layer.draw in FINDING_DRAWS
        row = self._rows[layer.id] = LayerRow(layer, self._as_protocol.get(layer.id, layer), tells_expected=tells)
        row.changed.connect(self._pass_on)
        return row

    def _button(self, layer: Layer, words: str) -> ButtonCard:
        button = self._buttons[layer.id] = ButtonCard(layer, words.format(layer=layer.title, ai=layer.source))
        button.pressed.connect(self._pressed)
        return button

    def _pressed(self, layer_id: str) -> None:
        layer = self._layers[layer_id]
        if layer.revealed:
            self.card_wanted.emit(layer.ai)
        else:
            self.reveal_wanted.emit(layer_id)

    def _pass_on(self, layer: Layer) -> None:
        self._layers[layer.id] = layer
        self._show_said()
        self.layer_changed.emit(layer)

    def _choose(self, listed: object) -> None:
        self._show_case()
        self.finding_chosen.emit(listed)

    # --- what AI says

    def _show_said(self) -> None:
        """Counts, figures, findings and cards for the layers as they are."""
        for name, row in self._rows.items():
            layer = self._layers[name]
            self._show_count(row, layer)
            expected = self._expected.get(layer.ai)
            row.show_expected(expected(layer.threshold) if expected is not None else None)
            row.show_segments(self._segments(layer))
        listing = {layer.ai for layer in self._layers.values() if layer.is_painted and self._listing.count(layer)}
        self.findings.findings.names_source = len(listing) > 1
        self.findings.list_findings(self._listing.listed(self._layers.values()))
        most = self._listing.most(self._layers.values())
        self.findings.make_room(most)
        for part in (self._findings_title, self.steps, self.findings):
            part.setVisible(most > 0)
        self.hint.setVisible(any(layer.revealed and layer.draw not in CASE_DRAWS for layer in self._layers.values()))
        self._show_case()

    def _show_count(self, row: LayerRow, layer: Layer) -> None:
        """How many findings there are. Of one below a threshold that is not the reader's, not even that it exists."""
        shown, is_told = len(self._listing.shown(layer)), layer.reveal.how != "hover"
        is_fixed = layer.draw in FINDING_DRAWS and "threshold" not in layer.adjustable
        if is_fixed and is_told and any(result.ai == layer.ai for result in self._results):
            row.show_fixed_count(shown)
        else:
            row.show_count(shown, self._listing.count(layer) if is_told else 0)

    def _segments(self, layer: Layer) -> tuple[SegmentStyle, ...]:
        """What a layer draws of label maps; a contour's are named by the layer that fills the same ones."""
        filled = any(other.ai == layer.ai and other.draw in ("fill", "pattern") for other in self._layers.values())
        if layer.draw not in ("contour", "fill", "pattern") or (layer.draw == "contour" and filled):
            return ()
        maps = [each for result in self._results if result.ai == layer.ai for each in result.maps if each.is_label]
        return tuple(dict.fromkeys(style for each in maps for style in segment_styles(layer, each)))

    def _show_case(self) -> None:
        selected = self.findings.selected
        chosen = selected.finding.id if selected is not None else ""
        for name, card in self._cards.items():
            card.show_said(case_elements(self._layers[name], self._results, self.layers, chosen))
