"""Paints AI layers over a slice, with legends beside it and notes on what is not shown.

What belongs here: `LayerPainter`, which a viewport calls in its own paint event: what is shown, in which order, from
kept pictures. What does not: making the pictures (marks, maps, legend, words) and what a reader may change (layers).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import inf

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter

from overlays.layers import colour
from overlays.layers.case_elements import case_elements
from overlays.layers.exposure import MOST_OF_A_LAYER, Painted, many_of, painted_of
from overlays.layers.layer import FINDING_DRAWS, MAP_DRAWS, Layer, check_label, visible_findings, visible_maps
from overlays.painting import legend
from overlays.painting.captions import Caption, apart
from overlays.painting.chips import Chip, smaller
from overlays.painting.crowds import CROWD
from overlays.painting.drawable import why_not
from overlays.painting.kept import Kept
from overlays.painting.maps import MapPainter
from overlays.painting.marks import LONGEST_SHARE, FindingPainter, FindingSet, Seen, bounds_on, hit
from overlays.painting.sampling import Screen
from overlays.painting.scene import Drawn, Placed, Scene
from overlays.painting.words import badges
from overlays.painting.workshop import Workshop
from overlays.placing.results import lies_on, stranger
from overlays.result import AIMap, AIResult, Finding
from study_configs.layers import Blend
from study_configs.words import translate
from viewers.view import View
from viewers.volume import SeriesHeader, Volume

MARGIN_PX = 10
MOST_BADGES = 6  # of a layer: more would reach the ruler and the letters at the edge
BADGES_FROM_PX = 360  # viewports narrower than this have no room for badges beside their corner texts
WAITING = "…"
CORNER_TEXT_LINES = 5.5  # at the top left, above the badges
MODES = {
    "normal": QPainter.CompositionMode.CompositionMode_SourceOver,
    "screen": QPainter.CompositionMode.CompositionMode_Screen,
    "multiply": QPainter.CompositionMode.CompositionMode_Multiply,
}


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """Layers over the image, then what stands beside it, for one place of everything."""

    layers: tuple[Drawn, ...]
    beside: tuple[Placed, ...]


class LayerPainter:
    """Paints AI results over whatever slice a viewport shows; one painter per viewport.

    Layers listed first lie lowest, and within each way of drawing maps lie below findings. A result that may not lie
    over the viewport's series, or any part of which cannot be drawn, is not shown at all, and a note says so. `hold`
    hides everything for as long as a key is down. Nothing here knows the truth or tells a planted error from another
    finding. `on_painted` is called in `paint` whenever what is painted has changed.

    With a `workshop` nothing of a layer is painted but "…" while its maps are being made there; without, painting
    waits for them, so that pictures come from results, layers and view alone.
    """

    def __init__(
        self, results: Iterable[AIResult] = (), layers: Iterable[Layer] = (), workshop: Workshop | None = None
    ) -> None:
        self._workshop = workshop
        self._results: tuple[AIResult, ...] = ()
        self._layers: tuple[Layer, ...] = ()
        self._hidden, self._chosen, self._hovered = False, "", ""
        self._findings, self._maps, self._others = FindingPainter(), MapPainter(workshop), Kept(128)
        self._composed = Kept(2)  # the viewport's own and a magnifier glass's
        self._last: Composed | None = None
        self._painted: tuple[Painted, ...] | None = ()
        self.on_painted: Callable[[tuple[Painted, ...]], None] | None = None
        self._font, self._small = QFont(), smaller(QFont())  # the viewport's, and ours, for which pictures are kept
        self.set_results(results)
        self.set_layers(layers)

    # --- what to paint

    @property
    def layers(self) -> tuple[Layer, ...]:
        return self._layers

    def set_results(self, results: Iterable[AIResult]) -> None:
        self._results = tuple(results)
        self._forget()

    def set_layers(self, layers: Iterable[Layer]) -> None:
        """Raises StudyProblem for a label or a colour map that is not offered."""
        self._layers = tuple(layers)
        self._composed.clear()
        for layer in self._layers:
            check_label(layer.label, where=f"layer {layer.id}")
            colour.check_name(layer.colours)

    def set_layer(self, layer: Layer) -> None:
        """Put a changed layer in the place of the one with its id."""
        self.set_layers(layer if layer.id == old.id else old for old in self._layers)

    def choose(self, finding_id: str) -> None:
        """Emphasise one finding and show its own map; "" for none."""
        self._chosen = finding_id
        self._composed.clear()

    def hover(self, finding_id: str) -> None:
        """The finding under the pointer ("" for none), which layers that are revealed by hovering paint."""
        if finding_id != self._hovered:
            self._hovered = finding_id
            self._composed.clear()

    def hold(self, hidden: bool) -> None:
        """Hide all AI (key down) or show it again (key up)."""
        self._hidden = hidden
        self._composed.clear()

    def close(self) -> None:
        """Let go of results and pictures; painting afterwards draws nothing."""
        self._results, self._layers = (), ()
        self._forget()

    def _forget(self) -> None:
        self._findings.forget()
        self._maps.forget()
        self._others.clear()
        self._composed.clear()

    # --- what was painted

    @property
    def painted(self) -> tuple[Painted, ...]:
        """What the last paint put on the screen, lowest first; nothing while AI is held away."""
        if self._painted is None:
            self._painted = tuple(_painted(self._last.layers if self._last else ()))
        return self._painted

    def refusals(self, header: SeriesHeader) -> tuple[str, ...]:
        """One sentence for each result that has a layer but is not shown over this series."""
        notes = []
        for result in self._results:
            layer = next((layer for layer in self._layers if layer.ai == result.ai), None)
            reason = "" if layer is None else self._refused(result, header)
            if layer is not None and reason:
                words = translate("Layers", "{name} is not shown here: {reason}.")
                notes.append(words.format(name=layer.source or layer.title, reason=reason))
        return tuple(notes)

    def finding_at(self, header: SeriesHeader, view: View, width: int, height: int, x: float, y: float) -> str:
        """The id of the finding under a viewport point, of layers that show it or would when hovered; "" for none."""
        if self._hidden:
            return ""
        scene = Scene(header, view, Screen(width, height), self._small)
        found = [
            each for layer, result in self._shown(header, FINDING_DRAWS) for each in self._seen(scene, layer, result)[1]
        ]
        return hit(scene, found, x, y)

    # --- painting

    def paint(self, qpainter: QPainter, volume: Volume, view: View, width: int, height: int, dpr: float = 1.0) -> None:
        """Paint every visible layer; the painter's coordinates are the viewport's logical pixels.

        `width` and `height` are logical pixels, `dpr` device pixels per logical pixel.
        """
        self._use(qpainter.font())
        screen = Screen(width, height, dpr)
        made = 0 if self._workshop is None else self._workshop.count
        key = (volume.header, view.slice_index, view.slab, view.centre_px, view.zoom, screen, made)
        composed = self._composed.get(key, lambda: self._compose(Scene(volume.header, view, screen, self._small)))
        qpainter.save()
        for drawn in composed.layers:
            if drawn.layer is not None:
                _place(qpainter, drawn.pictures, drawn.layer.opacity, drawn.layer.blend)
        qpainter.setClipping(False)  # the viewport clips to the image; words, notes and legends may stand beside it
        for drawn in composed.layers:
            _place(qpainter, drawn.words, drawn.words_opacity)
        _place(qpainter, composed.beside)
        qpainter.restore()
        self._tell(composed)

    def _tell(self, composed: Composed) -> None:
        if composed is self._last:
            return
        self._last, self._painted = composed, None
        if self.on_painted is not None:
            self.on_painted(self.painted)

    def _use(self, font: QFont) -> None:
        if font != self._font:
            self._font, self._small = font, smaller(font)
            self._forget()

    def _compose(self, scene: Scene) -> Composed:
        layers = () if self._hidden else tuple(self._layers_drawn(scene))
        beside = self._hint(scene) if self._hidden else self._beside(scene)
        return Composed(layers, (*beside, *self._notes(scene)))

    def _layers_drawn(self, scene: Scene) -> Iterator[Drawn]:
        for layer, result in self._shown(scene.header, MAP_DRAWS):
            maps = self._visible_maps(layer, result, scene.header)
            if maps and self._maps.is_ready(layer, maps):
                yield Drawn(layer, tuple(self._maps.placed(scene, layer, maps)))
            elif maps:
                at = QPointF(scene.screen.width / 2, scene.screen.height - 4.0 * MARGIN_PX)
                yield Drawn(None, (), (scene.placed(Chip(WAITING, at, scene, centred=True).picture()),))
        yield from self._findings_drawn(scene)
        yield from self._badges(scene)

    def _findings_drawn(self, scene: Scene) -> Iterator[Drawn]:
        """The findings of all layers, lowest layer first, and their texts, kept apart among all of them."""
        made: list[tuple[Drawn, list[Caption]]] = []
        without: list[Seen] = []
        for layer, result in self._shown(scene.header, FINDING_DRAWS):
            findings, seen = self._seen(scene, layer, result)
            if layer.reveal.how == "hover":
                seen = tuple(each for each in seen if each.finding.id == self._hovered)
            made.append(self._findings.drawn(scene, layer, seen, self._chosen, findings))
            without += [] if made[-1][1] or len(seen) >= CROWD else seen
        captions = [caption for _, several in made for caption in several]
        texts = iter(apart(scene, captions, [partial(bounds_on, scene, each) for each in without]))
        for drawn, own in made:
            words = [piece for _ in own for piece in next(texts)]
            yield replace(drawn, words=(*drawn.words, *words))

    def _seen(self, scene: Scene, layer: Layer, result: AIResult) -> tuple[FindingSet, tuple[Seen, ...]]:
        """The layer's findings on this slice from its threshold on, the highest score last, so that it lies on top."""
        findings = self._others.get(
            ("findings", result, scene.header.source, layer.draw, layer.only, layer.least_mm),
            lambda: FindingSet(tuple(self._findings_on(scene.header, layer, result))),
        )
        seen = self._findings.seen(scene, findings)
        return findings, seen[bisect_left(seen, layer.threshold, key=_score) :]

    def _findings_on(self, header: SeriesHeader, layer: Layer, result: AIResult) -> Iterator[Finding]:
        """All that the layer may ever draw over the series, the lowest score first."""
        for each in reversed(visible_findings(result, replace(layer, threshold=0.0))):
            if not lies_on(result, each, header):
                yield each

    def _elsewhere(self, result: AIResult, ai_map: AIMap, header: SeriesHeader) -> str:
        return self._others.get(("lies on", ai_map, header.source), lambda: lies_on(result, ai_map, header))

    def _visible_maps(self, layer: Layer, result: AIResult, header: SeriesHeader) -> tuple[AIMap, ...]:
        shown = visible_maps(result, layer, self._layers, self._chosen)
        maps = tuple(each for each in shown if not self._elsewhere(result, each, header))
        if layer.reveal.how == "hover":
            return tuple(each for each in maps if each.finding and each.finding == self._hovered)
        return maps

    def _shown(self, header: SeriesHeader, draws: frozenset[str]) -> list[tuple[Layer, AIResult]]:
        return [
            (layer, result)
            for layer in self._layers
            if layer.is_painted and layer.draw in draws
            for result in self._results
            if layer.ai == result.ai and not self._refused(result, header)
        ]

    def _refused(self, result: AIResult, header: SeriesHeader) -> str:
        """Why nothing of a result is shown over a series: all of it belongs elsewhere, or a part cannot be drawn."""

        def reason() -> str:
            parts: tuple[Finding | AIMap, ...] = (*result.findings, *result.maps)
            is_here = any(not lies_on(result, part, header) for part in parts)
            return ("" if is_here else stranger(result, header)) or why_not(result, header)

        return self._others.get(("refused", result, header), reason)

    # --- beside the image

    def _hint(self, scene: Scene) -> Iterator[Placed]:
        if any(layer.is_painted for layer in self._layers):
            at = QPointF(scene.screen.width / 2, scene.screen.height - 4.0 * MARGIN_PX)
            yield scene.placed(Chip(translate("Layers", "AI hidden"), at, scene, centred=True).picture())

    def _beside(self, scene: Scene) -> Iterator[Placed]:
        shown = [
            (layer, self._visible_maps(layer, result, scene.header))
            for layer, result in self._shown(scene.header, MAP_DRAWS)
        ]
        for at, picture in legend.legends(scene, [(layer, maps) for layer, maps in shown if maps], self._others):
            yield Placed(at, picture, ())

    def _badges(self, scene: Scene) -> Iterator[Drawn]:
        """Categories and scores of the whole case that its layers show, below each other at the left edge.

        They stand below the corner's texts, and a crowd is cut short: the panel beside the images has them all.
        """
        y = MARGIN_PX + CORNER_TEXT_LINES * scene.line_px
        shown = self._shown(scene.header, frozenset({"category"})) if scene.screen.width >= BADGES_FROM_PX else []
        are_several = len({layer.source for layer, _ in shown}) > 1
        for layer, result in shown:
            told = {each.id for each in case_elements(layer, (result,), self._layers)}
            wanted = [each for each in badges(result, scene.header, scene.view.slice_index) if each[0].id in told]
            for assessment, words in wanted[:MOST_BADGES]:
                chip = self._badge(scene, f"{layer.source} · {words}" if are_several else words, y)
                yield Drawn(layer, (), (scene.placed(chip.picture(), ((assessment.id, 1.0),)),))
                y += chip.place.height() + 3
            if len(wanted) > MOST_BADGES:
                chip = self._badge(scene, f"+ {len(wanted) - MOST_BADGES}", y)
                yield Drawn(None, (), (scene.placed(chip.picture()),))
                y += chip.place.height() + 3

    def _badge(self, scene: Scene, words: str, y: float) -> Chip:
        return Chip(words, QPointF(MARGIN_PX, y), scene, most_px=LONGEST_SHARE * scene.screen.width)

    def _notes(self, scene: Scene) -> Iterator[Placed]:
        y = scene.screen.height - 6.0 * MARGIN_PX
        for note in self.refusals(scene.header):
            chip = Chip(note, QPointF(scene.screen.width / 2, y), scene, centred=True)
            yield scene.placed(chip.picture())
            y -= chip.place.height() + 3


def _score(seen: Seen) -> float:
    """What thresholds cut by: what has no score is shown at all of them."""
    return inf if seen.finding.score is None else seen.finding.score


def _place(qpainter: QPainter, pictures: Iterable[Placed], opacity: float = 1.0, blend: Blend = "normal") -> None:
    qpainter.setOpacity(opacity)
    qpainter.setCompositionMode(MODES[blend])
    for at, image, _ in pictures:
        qpainter.drawImage(at, image)


def _painted(layers: Iterable[Drawn]) -> Iterator[Painted]:
    for drawn in layers:
        layer = drawn.layer
        if layer is None or layer.opacity <= 0:
            continue
        count = max(sum(len(each.elements) for each in pieces) for pieces in (drawn.pictures, drawn.words))
        if count > MOST_OF_A_LAYER:
            ids = (element for each in (*drawn.pictures, *drawn.words) for element, _ in each.elements)
            for element, of in many_of(ids):
                yield Painted(layer.id, element, layer.draw, layer.threshold, layer.opacity, float(of))
            continue
        pieces = (piece for each in (*drawn.pictures, *drawn.words) for piece in each.elements)
        yield from painted_of((layer.id, layer.draw, layer.threshold, layer.opacity), pieces)
