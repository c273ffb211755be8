"""Planted errors have an AI that readers see, a reference to be drawn by, and cases enough.

What belongs here: rules about the section planted. What does not: drawing them (planting), whether an AI's result lets
them be planted (app.advice.rehearsal).
"""

from __future__ import annotations

from collections.abc import Iterable

from study_configs.planted import Planted
from study_configs.problems import listed
from study_configs.rules.checked import Checked
from study_configs.yaml12 import Path


def check(checked: Checked) -> None:
    """Every rule that plants errors."""
    for name, planted in checked.protocol.planted.items():
        _is_seen(checked, name, planted)
        _replaces_by_another(checked, name, planted)
        if checked.protocol.cases.reference is None and planted.wants_positive is not None:
            what = "Planted errors are drawn by the reference, and there is none."
            expected = "cases: {reference: reference.csv}, or from: any"
            checked.report.add("RL507", ("planted", name), what, expected=expected, at_key=True)
        elif checked.cases and (checked.truths_known or planted.wants_positive is None):
            _enough_cases(checked, name, planted)


def _is_seen(checked: Checked, name: str, planted: Planted) -> None:
    shown = _ais_shown(checked, checked.protocol.conditions_in_use)
    if planted.ai not in shown:
        what = f"No condition of the design shows {planted.ai}."
        expected = f"one of {listed(sorted(shown))}" if shown else "a layer of this AI in a condition of the design"
        checked.report.add("RL502", ("planted", name, "ai"), what, expected=expected)
        return
    for at, condition in enumerate(planted.conditions):
        if planted.ai not in _ais_shown(checked, [condition]):
            what = f"The condition {condition} does not show {planted.ai}."
            path: Path = ("planted", name, "conditions", at)
            checked.report.add("RL502", path, what, expected=f"a condition with a layer of {planted.ai}")


def _ais_shown(checked: Checked, conditions: Iterable[str]) -> set[str]:
    protocol = checked.protocol
    names = (layer for condition in conditions for layer in protocol.conditions[condition].layers)
    return {protocol.layers[name].ai for name in names}


def _replaces_by_another(checked: Checked, name: str, planted: Planted) -> None:
    if planted.by_ai == planted.ai:
        what = f"The result of {planted.ai} is replaced by itself."
        checked.report.add("RL536", ("planted", name, "by_ai"), what, expected="another AI")


def _enough_cases(checked: Checked, name: str, planted: Planted) -> None:
    met = {case.id for case in checked.meeting(planted.where)} if planted.where is not None else None
    fit = [case.id for case in checked.read if _fits(checked, case.id, planted) and (met is None or case.id in met)]
    path: Path = ("planted", name, "cases")
    if isinstance(planted.cases, tuple):
        _named_cases_fit(checked, planted, fit, path)
        return
    rivals = [other for other in checked.protocol.planted.values() if _draws_from_the_same(other, planted)]
    wanted = sum(other.quota for other in rivals)
    if wanted > len(fit) or not fit:
        kind = {True: "positive ", False: "negative ", None: ""}[planted.wants_positive]
        what = f"{wanted or 'All'} {kind}cases are wanted for planted errors of {planted.ai}, and there are {len(fit)}."
        checked.report.add("RL501", path, what, expected=f"at most {len(fit)}")


def _draws_from_the_same(other: Planted, planted: Planted) -> bool:
    """Whether two rules can want the same trials."""
    apart = other.conditions and planted.conditions and not set(other.conditions) & set(planted.conditions)
    alike = (other.ai, other.wants_positive, other.where) == (planted.ai, planted.wants_positive, planted.where)
    return alike and not apart


def _named_cases_fit(checked: Checked, planted: Planted, fit: list[str], path: Path) -> None:
    for at, case in enumerate(planted.cases if isinstance(planted.cases, tuple) else ()):
        if case not in fit:
            kind = {True: "positive", False: "negative", None: "read"}[planted.wants_positive]
            what = f"This error cannot be planted in {case}, which is not {kind} or does not meet where."
            checked.report.add("RL312", (*path, at), what, expected=f"one of {listed(fit)}" if fit else "another from")


def _fits(checked: Checked, case: str, planted: Planted) -> bool:
    if planted.wants_positive is None:
        return True
    return case in checked.truths and checked.truths[case].positive == planted.wants_positive
