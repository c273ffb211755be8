"""How a finding or map is shown: the frozen `Layer` and the changes a reader may make to it.

What belongs here: visibility, opacity, threshold, colours as values. What does not: painting (painting), Qt (panels).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import Literal

from overlays.layers.sizes import across_mm
from overlays.result import AIMap, AIResult, ContourStack, Ellipse, Ellipsoid, Finding, Polygon, Polyline
from study_configs import layers as protocol_layers
from study_configs.ai import AI
from study_configs.layers import Adjustable, Blend, Draw
from study_configs.problem import StudyProblem
from study_configs.words import phrase, translate

FINDING_DRAWS = frozenset({"box", "corner_marks", "arrow", "contour", "fill", "pattern", "chip"})
MAP_DRAWS = frozenset({"contour", "fill", "pattern", "heatmap", "isolines"})
FIELD_DRAWS = frozenset({"heatmap", "isolines"})
MARKS = frozenset({"box", "corner_marks", "arrow", "chip"})
OUTLINED = (Polygon, Polyline, Ellipse, Ellipsoid, ContourStack)
CASE_DRAWS = frozenset({"text", "category", "example", "card"})

LABEL_FIELDS = ("label", "score", "id")  # all that a reader may be told: provenance would give planted errors away
TITLES: dict[Draw, str] = {
    "box": phrase("Layers", "Marks"),
    "corner_marks": phrase("Layers", "Marks"),
    "arrow": phrase("Layers", "Arrows"),
    "contour": phrase("Layers", "Contours"),
    "fill": phrase("Layers", "Regions"),
    "pattern": phrase("Layers", "Regions"),
    "chip": phrase("Layers", "Scores"),
    "heatmap": phrase("Layers", "Heat map"),
    "isolines": phrase("Layers", "Isolines"),
    "text": phrase("Layers", "Advice"),
    "category": phrase("Layers", "Category"),
    "example": phrase("Layers", "Example"),
    "card": phrase("Layers", "About this AI"),
}
_SAFE_FORMAT = re.compile(r"[<>^]?\d{0,2}(\.\d)?[%fgds]?")


@dataclass(frozen=True, slots=True)
class Reveal:
    """When a layer comes: at once, when switched on, when asked for, under the pointer, after a time, or if."""

    how: Literal["shown", "toggle", "button", "hover", "after", "if"] = "shown"
    after_s: float = 0.0
    only_if: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One AI element on the screen, as the protocol set it up and the reader may have changed it.

    `threshold` is a number on the continuous score (findings), or a share of the map's fixed value range (maps; see
    `map_level`); nothing below it is drawn.
    `label` is a format string over the finding's label and score, such as "{label} {score:.0%}".
    """

    id: str
    ai: str
    draw: Draw
    title: str
    colour: str = "#ffb454"  # findings; sRGB hex
    colours: str = "inferno"  # maps; a colour map's name (overlays.layers.colour)
    opacity: float = 1.0
    threshold: float = 0.0
    visible: bool = True
    label: str = "{score:.0%}"
    adjustable: frozenset[Adjustable] = frozenset({"visible", "opacity"})
    threshold_limits: tuple[float, float] = (0.0, 1.0)
    source: str = ""  # what readers are told the AI is called, such as "LungAid"
    width: float = 1.6  # of lines, logical px
    blend: Blend = "normal"
    smoothing_mm: float = 0.0  # of maps: the standard deviation of a Gaussian
    interpolation: Literal["smooth", "nearest"] = "smooth"  # of maps that are fields; segments are always nearest
    least_mm: float = 0.0  # what is smaller across is not drawn
    levels: tuple[float, ...] = ()  # of isolines, shares of the map's range
    only: tuple[str, ...] = ()  # labels of findings or segments; empty: all
    reveal: Reveal = Reveal()
    revealed: bool = True  # False until its reveal rule lets it come; it is then neither painted nor listed

    @property
    def is_painted(self) -> bool:
        """Whether anything of it may be on the screen now."""
        return self.revealed and self.visible


def from_protocol(layer_id: str, wanted: protocol_layers.Layer, source: AI) -> Layer:
    """The layer as a protocol sets it up, before any reader changed it; `reveal: toggle` starts hidden."""
    change: frozenset[Adjustable] = frozenset(wanted.adjustable)
    reveal = reveal_of(wanted)
    return Layer(
        id=layer_id,
        ai=wanted.ai,
        draw=wanted.draw,
        title=wanted.title or translate("Layers", TITLES[wanted.draw]),
        colour=wanted.colour,
        colours=wanted.colours,
        opacity=wanted.opacity,
        threshold=protocol_layers.threshold_of(wanted, source),
        visible=reveal.how != "toggle",
        label=check_label(wanted.label, where=f"layers.{layer_id}.label"),
        adjustable=change | {"visible"} if reveal.how == "toggle" else change,
        threshold_limits=wanted.threshold_limits,
        source=source.shown_as,
        width=wanted.width,
        blend=wanted.blend,
        smoothing_mm=wanted.smoothing_mm,
        interpolation=wanted.interpolation,
        least_mm=wanted.least_mm,
        levels=wanted.levels,
        only=wanted.only,
        reveal=reveal,
        revealed=reveal.how in ("shown", "toggle", "hover"),
    )


def reveal_of(wanted: protocol_layers.Layer) -> Reveal:
    """The reveal rule that a protocol gives a layer."""
    if isinstance(wanted.reveal, str):
        return Reveal(wanted.reveal)
    if wanted.reveal.after_s is not None:
        return Reveal("after", after_s=wanted.reveal.after_s)
    return Reveal("if", only_if=wanted.reveal.only_if or "")


def with_visible(layer: Layer, visible: bool) -> Layer:
    """The layer switched on or off. Raises StudyProblem where the protocol does not let the reader do it."""
    _require(layer, "visible")
    return replace(layer, visible=visible)


def with_opacity(layer: Layer, opacity: float) -> Layer:
    """The layer faded to 0..1. Raises StudyProblem where the protocol does not let the reader do it."""
    _require(layer, "opacity")
    return replace(layer, opacity=_within(layer, "opacity", opacity, (0.0, 1.0)))


def with_threshold(layer: Layer, threshold: float) -> Layer:
    """The layer from another threshold on. Raises StudyProblem outside the protocol's limits, or where it is fixed."""
    _require(layer, "threshold")
    return replace(layer, threshold=_within(layer, "threshold", threshold, layer.threshold_limits))


def visible_findings(result: AIResult, layer: Layer) -> tuple[Finding, ...]:
    """The findings that this layer draws, highest score first: of its own AI, from its threshold on.

    A layer of contours, fills or patterns draws only what has an outline of its own: a box has none, and an outline
    made up from it would claim more than AI said. Findings without a score show at every threshold, and those that
    their maker holds back at none.
    """
    if result.ai != layer.ai or layer.draw not in FINDING_DRAWS:
        return ()
    has_outline = layer.draw not in ("contour", "fill", "pattern")
    shown = [
        finding
        for finding in result.findings
        if not finding.held_back
        and (has_outline or isinstance(finding.geometry, OUTLINED))
        and (finding.score is None or finding.score >= layer.threshold)
        and (not layer.only or finding.label in layer.only)
        and (layer.least_mm <= 0 or across_mm(finding.geometry) >= layer.least_mm)
    ]
    return tuple(sorted(shown, key=lambda finding: finding.rank))


def visible_maps(result: AIResult, layer: Layer, layers: Sequence[Layer], chosen: str = "") -> tuple[AIMap, ...]:
    """The maps that this layer draws: the chosen finding's own if it has one, else all that go with shown findings.

    A map that explains a finding below the threshold of its AI's finding layers is left out, since its hot spot would
    show what the threshold hides.
    """
    if result.ai != layer.ai:
        return ()
    finding_layers = [other for other in layers if other.ai == layer.ai and other.draw in MARKS]
    shown = {finding.id for other in finding_layers for finding in visible_findings(result, other)}
    maps = [each for each in result.maps if not each.finding or not finding_layers or each.finding in shown]
    if layer.draw in FIELD_DRAWS and any(not each.is_label for each in maps):
        maps = [each for each in maps if not each.is_label]  # numbers of segments are no values beside those of a field
    of_chosen = tuple(each for each in maps if chosen and each.finding == chosen)
    return of_chosen or tuple(maps)


def map_level(layer: Layer, ai_map: AIMap) -> float:
    """The map value from which the layer draws: its threshold as a share of the map's fixed range."""
    low, high = ai_map.value_range
    return low + layer.threshold * (high - low)


def caption(finding: Finding, layer: Layer) -> str:
    """The finding's text beside its box, by the layer's format string."""
    if finding.score is None:  # the number goes, the words around it stay
        return re.sub(r"\{score[^}]*\}", "", layer.label).strip().format(label=finding.label, id=finding.id)
    return layer.label.format(label=finding.label, score=finding.score, id=finding.id)


def check_label(text: str, *, where: str = "") -> str:
    """The format string itself, if it says only what a reader may know. Raises StudyProblem otherwise."""
    todo = 'Use {label}, {score} and {id}, such as "{label} {score:.0%}".'
    try:
        parts = list(Formatter().parse(text))
        for _, name, spec, conversion in parts:
            if name is not None and (name not in LABEL_FIELDS or conversion or not _SAFE_FORMAT.fullmatch(spec or "")):
                raise StudyProblem(
                    f"The label {text!r} asks for {name!r} in a way that is not offered.", where=where, todo=todo
                )
        text.format(label="", score=0.5, id="")
    except (ValueError, IndexError, KeyError) as error:
        raise StudyProblem(f"The label {text!r} is not a format string: {error}.", where=where, todo=todo) from error
    return text


def with_colours(layer: Layer, colours: str) -> Layer:
    """The layer through another colour map. Raises StudyProblem where the protocol does not let the reader do it."""
    _require(layer, "colours")
    return replace(layer, colours=colours)


def _require(layer: Layer, change: Adjustable) -> None:
    if change not in layer.adjustable:
        raise StudyProblem(f"The protocol keeps the {change} of layer {layer.id!r} fixed.")


def _within(layer: Layer, name: str, value: float, limits: tuple[float, float]) -> float:
    low, high = limits
    if not low <= value <= high:
        raise StudyProblem(f"The {name} {value:g} of layer {layer.id!r} lies outside {low:g} to {high:g}.")
    return float(value)
