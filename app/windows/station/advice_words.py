"""What the AI says of an exam's quality, as plain sentences for a technician.

What belongs here: findings, scores and advice turned into sentences, each with what it speaks of. What does not:
showing them (heard).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from overlays.layers.layer import Layer, visible_findings
from overlays.result import AIResult
from study_configs.station import Station

NOTHING = "nothing_found"  # the element of the sentence that says that there is nothing to say


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and the element of a layer that it speaks of (a finding's, an assessment's or an advice's id)."""

    words: str
    layer: Layer
    element: str


def sentences(
    section: Station, layers: Iterable[Layer], results: Iterable[AIResult], on_screen: Collection[str]
) -> tuple[Said, ...]:
    """What the layers on the screen speak of. What is hidden says nothing, and no result of another acquisition than
    those `on_screen` (series UIDs) does."""
    by_ai = {result.ai: result for result in results if result.series_uid in on_screen}
    shown = [layer for layer in layers if layer.is_painted and layer.ai in by_ai]
    said = tuple(each for layer in shown for each in _of_layer(section, layer, by_ai[layer.ai]))
    if said or not section.nothing_found:
        return said
    return tuple(Said(section.nothing_found, layer, NOTHING) for layer in shown)


def _of_layer(section: Station, layer: Layer, result: AIResult) -> Iterator[Said]:
    for finding in visible_findings(result, layer):
        if section.sentence:
            yield Said(_filled(section.sentence, finding.label, finding.score), layer, finding.id)
    if layer.draw == "text":
        yield from (Said(advice.text, layer, advice.id) for advice in result.advice)
    if layer.draw == "category" and section.sentence:
        for said in result.assessments:
            if said.score is None or said.score >= layer.threshold:
                yield Said(_filled(section.sentence, said.category or said.name, said.score), layer, said.id)


def _filled(sentence: str, label: str, score: float | None) -> str:
    """The sentence; without the score, and the brackets around it, where there is none."""
    if score is None:
        bare = sentence[: sentence.index("{score")].rstrip(" (–-,:") if "{score" in sentence else sentence
        return bare.format(label=label)
    return sentence.format(label=label, score=score)
