"""Layers can be made, begin within their limits, and can be seen.

What belongs here: rules about layers. What does not: in which phases they stand and when they come (phases).
"""

from __future__ import annotations

from study_configs.ai import AI
from study_configs.layers import Layer, ThresholdRule, threshold_in_column, threshold_of
from study_configs.problems import listed
from study_configs.rules.checked import Checked

FINDINGS = frozenset({"box", "corner_marks", "arrow", "contour", "fill", "pattern", "chip"})  # what speaks of findings
BESIDE = frozenset({"text", "category", "example", "card"})  # drawn in the panel, not over the images


def check(checked: Checked) -> None:
    """Every layer by itself."""
    for name, layer in checked.protocol.layers.items():
        _can_be_made(checked, name, layer)
        _begins_within_its_limits(checked, name, layer)
        _can_be_shown(checked, name, layer)
        _thresholds_by_case(checked, name, layer)


def _can_be_made(checked: Checked, name: str, layer: Layer) -> None:
    if layer.explain is not None and checked.protocol.ai[layer.ai].model is None:
        what = f"{layer.explain} asks the model itself, and {layer.ai} has only results."
        checked.report.add("RL512", ("layers", name, "explain"), what, expected="an AI with a model")


def _begins_within_its_limits(checked: Checked, name: str, layer: Layer) -> None:
    low, high = layer.threshold_limits
    ai = checked.protocol.ai[layer.ai]
    wishes = layer.at.of if isinstance(layer.at, ThresholdRule) else (threshold_of(layer, ai),)
    for wish in wishes:
        at = ai.thresholds[wish] if isinstance(wish, str) else wish
        if "threshold" in layer.adjustable and not low <= at <= high:
            what = f"The threshold starts at {at:g}, outside {low:g} to {high:g}."
            checked.report.add("RL509", ("layers", name, "at"), what, expected="a threshold within threshold_limits")


def _can_be_shown(checked: Checked, name: str, layer: Layer) -> None:
    if layer.reveal == "toggle" and "visible" not in layer.adjustable:
        what = "This layer starts hidden (reveal: toggle), and adjustable does not list visible."
        checked.report.add("RL508", ("layers", name), what, expected="adjustable: [visible]", at_key=True)


def _thresholds_by_case(checked: Checked, name: str, layer: Layer) -> None:
    """A column of thresholds holds names of the AI's thresholds, or numbers within the limits, for every case."""
    if not isinstance(layer.at, ThresholdRule) or layer.at.column is None:
        return
    ai, column = checked.protocol.ai[layer.ai], layer.at.column
    low, high = layer.threshold_limits if "threshold" in layer.adjustable else (0.0, 1.0)
    wrong = [case.id for case in checked.read if not _lies(case.attributes.get(column, ""), ai, low, high)]
    if wrong:
        what = f"The column {column} has no threshold from {low:g} to {high:g} for {listed(wrong)}."
        expected = f"{listed([*ai.thresholds, f'a number from {low:g} to {high:g}'])} for each case"
        checked.report.add("RL530", ("layers", name, "at", "column"), what, expected=expected)


def _lies(written: str, ai: AI, low: float, high: float) -> bool:
    try:
        return low <= threshold_in_column(written, ai) <= high
    except (KeyError, ValueError):
        return False
