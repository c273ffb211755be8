"""How a finding or map is shown: the frozen `Layer` and the changes a reader may make to it.

What belongs here: visibility, opacity, threshold, colours as values. What does not: painting (paint), Qt (panel).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import Literal

from overlays.result import AIMap, AIResult, Finding, Polygon
from study_configs import ai
from study_configs.problem import StudyProblem

Draw = Literal["box", "contour", "heatmap"]
Adjustable = Literal["visible", "opacity", "threshold"]

LABEL_FIELDS = ("label", "score", "id")  # all that a reader may be told: provenance would give planted errors away
TITLES: dict[Draw, str] = {"box": "Marks", "contour": "Contours", "heatmap": "Heat map"}
_SAFE_FORMAT = re.compile(r"[<>^]?\d{0,2}(\.\d)?[%fgds]?")


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
    colours: str = "inferno"  # maps; a colour map's name
    opacity: float = 1.0
    threshold: float = 0.0
    visible: bool = True
    label: str = "{score:.0%}"
    adjustable: frozenset[Adjustable] = frozenset({"visible", "opacity"})
    threshold_limits: tuple[float, float] = (0.0, 1.0)
    source: str = ""  # what readers are told the AI is called, such as "LungAid"


def from_protocol(layer_id: str, wanted: ai.Layer, source: ai.AI) -> Layer:
    """The layer as a protocol sets it up, before any reader changed it; `reveal: toggle` starts hidden."""
    change: frozenset[Adjustable] = frozenset(wanted.adjustable)
    return Layer(
        id=layer_id,
        ai=wanted.ai,
        draw=wanted.draw,
        title=wanted.title or TITLES[wanted.draw],
        colour=wanted.colour,
        colours=wanted.colours,
        opacity=wanted.opacity,
        threshold=ai.threshold_of(wanted, source),
        visible=wanted.reveal == "shown",
        label=check_label(wanted.label, where=f"layers.{layer_id}.label"),
        adjustable=change | {"visible"} if wanted.reveal == "toggle" else change,
        threshold_limits=wanted.threshold_limits,
        source=source.shown_as,
    )


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

    A contour layer draws contours only: a box has none, and an outline made up from it would claim more than AI said.
    """
    if result.ai != layer.ai or layer.draw == "heatmap":
        return ()
    drawn = (finding for finding in result.findings if layer.draw == "box" or isinstance(finding.geometry, Polygon))
    shown = [finding for finding in drawn if finding.score >= layer.threshold]
    return tuple(sorted(shown, key=lambda finding: (-finding.score, finding.id)))


def visible_maps(result: AIResult, layer: Layer, layers: Sequence[Layer], chosen: str = "") -> tuple[AIMap, ...]:
    """The maps that this layer draws: the chosen finding's own if it has one, else all that go with shown findings.

    A map that explains a finding below the threshold of its AI's finding layers is left out, since its hot spot would
    show what the threshold hides.
    """
    if result.ai != layer.ai:
        return ()
    finding_layers = [other for other in layers if other.ai == layer.ai and other.draw == "box"]
    shown = {finding.id for other in finding_layers for finding in visible_findings(result, other)}
    maps = [each for each in result.maps if not each.finding or not finding_layers or each.finding in shown]
    of_chosen = tuple(each for each in maps if chosen and each.finding == chosen)
    return of_chosen or tuple(maps)


def map_level(layer: Layer, ai_map: AIMap) -> float:
    """The map value from which the layer draws: its threshold as a share of the map's fixed range."""
    low, high = ai_map.value_range
    return low + layer.threshold * (high - low)


def caption(finding: Finding, layer: Layer) -> str:
    """The finding's text beside its box, by the layer's format string."""
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


def _require(layer: Layer, change: Adjustable) -> None:
    if change not in layer.adjustable:
        raise StudyProblem(f"The protocol keeps the {change} of layer {layer.id!r} fixed.")


def _within(layer: Layer, name: str, value: float, limits: tuple[float, float]) -> float:
    low, high = limits
    if not low <= value <= high:
        raise StudyProblem(f"The {name} {value:g} of layer {layer.id!r} lies outside {low:g} to {high:g}.")
    return float(value)
