"""What an AI said about a case as a reader met it, and whether that was a yes or a no.

What belongs here: the value, and folding it from what was loaded and which layers showed it. What does not: readings
(readings), judging them (accuracy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.tracking.events import AIResultLoaded
from overlays.layers.layer import FINDING_DRAWS
from study_configs.layers import Layer, threshold_of
from study_configs.protocol import Protocol
from study_configs.questions import ScaleAnswer
from study_configs.reading_order import PlannedTrial
from study_configs.scales import categories

Assessed = tuple[str, str, float | None]  # what of the case, such as BI-RADS; the category or ""; the score


@dataclass(frozen=True, slots=True)
class Advice:
    """What an AI said about a case as the reader met it, planted errors included.

    `threshold` is that of its findings' layer when the phase was confirmed: findings below it were not on the screen,
    those in `never_drawn` at no threshold. `assessed` is what was shown of the case as a whole. `marks` says whether a
    layer drew findings at all, and `words` whether one gave advice in words.
    """

    ai: str
    scores: tuple[float | None, ...]  # None: shown at every threshold
    places_mm: tuple[tuple[float, float, float], ...]
    planted: tuple[str, ...]
    threshold: float
    elements: tuple[str, ...] = ()  # ids of the findings, as the log of exposure names them
    never_drawn: frozenset[int] = frozenset()  # places of findings that no layer draws
    assessed: tuple[Assessed, ...] = ()
    assessed_positive: bool | None = None
    marks: bool = True
    words: bool = False

    @property
    def positive(self) -> bool | None:
        """Yes or no: as its category on the scale of the decision says, else as its findings do.

        None where it is neither: advice in words, a map, a category of another scale.
        """
        if self.assessed_positive is not None:
            return self.assessed_positive
        return bool(self.shown) if self.marks else None

    @property
    def shown(self) -> tuple[int, ...]:
        """The places of the findings that were drawn, among all."""
        drawn = range(len(self.scores)) if self.marks else ()
        return tuple(at for at in drawn if at not in self.never_drawn and self.is_shown(self.scores[at]))

    def is_shown(self, score: float | None) -> bool:
        """Whether a finding of this score reaches the threshold."""
        return score is None or score >= self.threshold


def advice_of(
    protocol: Protocol,
    planned: PlannedTrial,
    layers: Sequence[str],
    loaded: Mapping[str, AIResultLoaded],
    thresholds: Mapping[str, float],
) -> tuple[Advice, ...]:
    """What each AI behind these layers said in a trial; `thresholds` are those that the log says were set.

    An AI of which nothing but its card was shown said nothing.
    """
    found: dict[str, list[str]] = {}
    for name in layers:
        layer = protocol.layers[name]
        if layer.draw != "card" and layer.ai in loaded:
            found.setdefault(layer.ai, []).append(name)
    now = {name: _threshold(protocol, planned, name, thresholds) for names in found.values() for name in names}
    return tuple(_advice(protocol, loaded[ai], {name: now[name] for name in names}) for ai, names in found.items())


def _threshold(protocol: Protocol, planned: PlannedTrial, name: str, thresholds: Mapping[str, float]) -> float:
    layer = protocol.layers[name]
    own = planned.thresholds.get(name, threshold_of(layer, protocol.ai[layer.ai]))
    return thresholds.get(name, own)


def _advice(protocol: Protocol, loaded: AIResultLoaded, thresholds: Mapping[str, float]) -> Advice:
    drawn = {name: protocol.layers[name] for name in thresholds}
    marking = [name for name, layer in drawn.items() if layer.draw in FINDING_DRAWS]
    rating = [name for name, layer in drawn.items() if layer.draw == "category"]
    assessed = tuple(
        dict.fromkeys(
            each for name in rating for each in loaded.assessed if _is_said(drawn[name], each, thresholds[name])
        )
    )
    return Advice(
        ai=loaded.ai,
        scores=loaded.scores,
        places_mm=loaded.places_mm,
        planted=loaded.planted,
        threshold=thresholds[marking[0] if marking else next(iter(thresholds))],
        elements=loaded.elements,
        never_drawn=frozenset(at for at, element in enumerate(loaded.elements) if element in loaded.never_drawn),
        assessed=assessed,
        assessed_positive=_on_scale_of_decision(protocol, assessed),
        marks=bool(marking),
        words=any(layer.draw == "text" for layer in drawn.values()),
    )


def _is_said(layer: Layer, each: Assessed, threshold: float) -> bool:
    """As the badge beside the images has it (overlays.layers.case_elements)."""
    name, _, score = each
    return (not layer.only or name in layer.only) and (score is None or score >= threshold)


def _on_scale_of_decision(protocol: Protocol, assessed: Sequence[Assessed]) -> bool | None:
    """Whether the worst category reaches the one from which the protocol takes the readers' own for positive."""
    for question in protocol.questions.values():
        if isinstance(question, ScaleAnswer) and question.positive_from is not None:
            steps = list(categories(question.scale))
            said = [
                steps.index(category) for name, category, _ in assessed if name == question.scale and category in steps
            ]
            return max(said) >= steps.index(question.positive_from) if said else None
    return None
