"""What the AI says of an exam's quality, as plain sentences for a technician.

What belongs here: findings, scores and advice turned into sentences. What does not: showing them (station_room).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from overlays.layers.layer import Layer, visible_findings
from overlays.result import AIResult
from study_configs.station import Station

SAYS = ("text", "category")  # layers that speak of the case as a whole


def sentences(section: Station, layers: Iterable[Layer], results: Iterable[AIResult]) -> tuple[str, ...]:
    """One for each thing that the layers on the screen speak of, each once; what is hidden says nothing."""
    shown, by_ai = [layer for layer in layers if layer.is_painted], {result.ai: result for result in results}
    if not shown or not by_ai:
        return ()
    said = [line for layer in shown if layer.ai in by_ai for line in _of_layer(section, layer, by_ai[layer.ai])]
    return tuple(dict.fromkeys(said)) or ((section.nothing_found,) if section.nothing_found else ())


def _of_layer(section: Station, layer: Layer, result: AIResult) -> Iterator[str]:
    for finding in visible_findings(result, layer):
        yield from _filled(section.sentence, finding.label, finding.score)
    if layer.draw == "text":
        yield from (advice.text for advice in result.advice)
    if layer.draw == "category":
        for said in result.assessments:
            if said.score is None or said.score >= layer.threshold:
                yield from _filled(section.sentence, said.category or said.name, said.score)


def _filled(sentence: str, label: str, score: float | None) -> Sequence[str]:
    """The sentence; without the score, and the brackets around it, where there is none."""
    if not sentence:
        return ()
    if score is None:
        bare = sentence[: sentence.index("{score")].rstrip(" (–-,:") if "{score" in sentence else sentence
        return (bare.format(label=label),)
    return (sentence.format(label=label, score=score),)
