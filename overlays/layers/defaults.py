"""The layers that results get where no protocol says how they are shown: in the plain viewer and when rendering.

What belongs here: one or a few layers for each kind of thing in a result. What does not: painting them, reading them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from overlays.layers.layer import FINDING_DRAWS, MAP_DRAWS, Layer
from overlays.result import AIResult, Box, Dot, Finding
from study_configs.colour_names import NAMES
from study_configs.layers import Adjustable, Draw
from study_configs.words import phrase, translate

PAINTED = FINDING_DRAWS | MAP_DRAWS
TITLES: dict[Draw, str] = {
    "box": phrase("DefaultLayers", "Findings"),
    "contour": phrase("DefaultLayers", "Outlines"),
    "fill": phrase("DefaultLayers", "Segments"),
    "heatmap": phrase("DefaultLayers", "Map"),
    "text": phrase("DefaultLayers", "Advice"),
    "category": phrase("DefaultLayers", "Assessment"),
    "example": phrase("DefaultLayers", "Examples"),
}
COLOURS = ("#ffb454", "#56b4e9", "#cc79a7", "#009e73", "#f0e442", "#d55e00")  # one for each result, by turns
LONGEST_TITLE = 60  # letters, as in a protocol
FIELDS = frozenset({"fractional", "probability", "saliency", "parametric"})


def default_layers(results: Iterable[AIResult]) -> tuple[Layer, ...]:
    """Layers that show all of these results: marks or outlines with label and score, segments filled and outlined,
    fields as heat maps, what is said of the case beside the images. Whatever means
    something may be changed.
    """
    known = tuple(results)
    names = [result.provenance.model for result in known]
    return tuple(
        replace(layer, source=_told_apart(result, names))
        for number, result in enumerate(known)
        for layer in _layers(result, number)
    )


def _told_apart(result: AIResult, names: list[str]) -> str:
    """The model's name; with its version, or the form that it came in, where there are several of the name."""
    origin = result.provenance
    if names.count(origin.model) < 2:
        return origin.model
    return f"{origin.model} {origin.version or origin.form}".strip()


def _layers(result: AIResult, number: int) -> Iterator[Layer]:
    colour = COLOURS[number % len(COLOURS)]
    shown = [finding for finding in result.findings if not finding.held_back]
    if any(_is_marked(finding) for finding in shown):
        yield _layer(result, "box", colour, label=_label(shown), has_scores=_have_scores(shown))
    elif shown or any(each.is_label for each in result.maps):
        yield _layer(result, "contour", colour, label=_label(shown), has_scores=_have_scores(shown))
    if any(each.is_label for each in result.maps):
        yield _layer(result, "fill", colour, opacity=0.3)
        if any(_is_marked(finding) for finding in shown):
            yield _layer(result, "contour", colour, label="")
    if any(each.kind in FIELDS for each in result.maps):
        colours = _colours(result)
        heat = _layer(result, "heatmap", colour, opacity=0.45, threshold=0.1, colours=colours, has_scores=True)
        yield replace(heat, title=_name_of_field(result) or heat.title)
    if result.assessments:
        yield _layer(result, "category", colour)
    if result.advice:
        yield _layer(result, "text", colour)
    if result.examples:
        yield _layer(result, "example", colour)


def _name_of_field(result: AIResult) -> str:
    """What the result's one field is called; empty where it has several of different names."""
    names = {each.label for each in result.maps if each.kind in FIELDS}
    name = names.pop()[:LONGEST_TITLE] if len(names) == 1 else ""
    return name[:1].upper() + name[1:]


def _is_marked(finding: Finding) -> bool:
    return isinstance(finding.geometry, Box | Dot)


def _label(findings: Iterable[Finding]) -> str:
    return "{label} {score:.0%}" if _have_scores(findings) else "{label}"


def _have_scores(findings: Iterable[Finding]) -> bool:
    return any(finding.score is not None for finding in findings)


def _colours(result: AIResult) -> str:
    """The map's own colour map where it is one that is kept here."""
    own = (each.colours.replace(" ", "_") for each in result.maps if each.kind in FIELDS)
    return next((name for name in own if name in NAMES), "inferno")


def _layer(
    result: AIResult,
    draw: Draw,
    colour: str,
    *,
    label: str = "{score:.0%}",
    opacity: float = 1.0,
    threshold: float = 0.0,
    colours: str = "inferno",
    has_scores: bool = False,
) -> Layer:
    """`has_scores`: whether a threshold means anything."""
    painted: tuple[Adjustable, ...] = ("visible", "opacity") if draw in PAINTED else ("visible",)
    scored: tuple[Adjustable, ...] = ("threshold", "colours") if has_scores else ()
    return Layer(
        id=f"{result.ai}/{draw}",
        ai=result.ai,
        draw=draw,
        title=translate("DefaultLayers", TITLES[draw]),
        colour=colour,
        colours=colours,
        opacity=opacity,
        threshold=threshold,
        label=label,
        adjustable=frozenset((*painted, *scored)),
        source=result.provenance.model,
    )
