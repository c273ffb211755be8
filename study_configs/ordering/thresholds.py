"""Thresholds that differ from a layer's own: per condition, per reader, per case.

What belongs here: turning names and rules into numbers. What does not: the rules as values (layers).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from study_configs.layers import Layer, ThresholdRule, named_threshold, threshold_in_column, threshold_of
from study_configs.ordering.facts import Facts
from study_configs.ordering.places import Place
from study_configs.problem import StudyProblem


def thresholds_of_reader(place: Place, condition: str) -> Mapping[str, float]:
    """By layer, the thresholds that hold in all of this reader's trials of a condition and differ from the layer's own.

    Raises StudyProblem for a name that the AI does not have.
    """
    found: dict[str, float] = {}
    for name, layer in _layers(place.facts, condition).items():
        at = place.facts.protocol.conditions[condition].at.get(name, layer.at)
        if isinstance(at, ThresholdRule):
            if at.column is not None:
                continue
            at = place.thresholds[at.of]
        threshold = _number(place.facts, layer, at)
        if threshold != threshold_of(layer, place.facts.protocol.ai[layer.ai]):
            found[name] = threshold
    return found


@lru_cache(maxsize=64)
def thresholds_of_cases(facts: Facts, condition: str) -> Mapping[str, Mapping[str, float]]:
    """By case and layer, the thresholds that stand in a column of the manifest. Raises StudyProblem for others."""
    found: dict[str, dict[str, float]] = {}
    for name, layer in _layers(facts, condition).items():
        at = facts.protocol.conditions[condition].at.get(name, layer.at)
        if isinstance(at, ThresholdRule) and at.column is not None:
            for case in facts.study.cases:
                threshold = _in_column(facts, layer, case.id, at.column, case.attributes.get(at.column, ""))
                if threshold != threshold_of(layer, facts.protocol.ai[layer.ai]):
                    found.setdefault(case.id, {})[name] = threshold
    return found


def _layers(facts: Facts, condition: str) -> dict[str, Layer]:
    return {name: facts.protocol.layers[name] for name in facts.protocol.conditions[condition].layers}


def _number(facts: Facts, layer: Layer, at: str | float) -> float:
    try:
        return named_threshold(at, facts.protocol.ai[layer.ai])
    except KeyError:
        raise StudyProblem(
            f"The AI {layer.ai} has no threshold {at}.",
            where=str(facts.study.path),
            todo=f"Declare it under ai: {layer.ai}: thresholds.",
        ) from None


def _in_column(facts: Facts, layer: Layer, case: str, column: str, written: str) -> float:
    try:
        return threshold_in_column(written, facts.protocol.ai[layer.ai])
    except (KeyError, ValueError):
        raise StudyProblem(
            f"The case {case} has {written!r} in the column {column}, which is no threshold of {layer.ai}.",
            where=str(facts.study.path),
            todo="Write a number from 0 to 1, or the name of one of its thresholds.",
        ) from None
