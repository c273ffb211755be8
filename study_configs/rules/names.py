"""Every name that is used is declared.

What belongs here: names of AIs, questions, layers, conditions, arms, thresholds, cases and columns. What does not:
names in comparisons (comparisons), whether what is named fits (the other rules).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from study_configs.layers import Layer, ThresholdRule
from study_configs.problems import closest, listed
from study_configs.rules.checked import Checked
from study_configs.yaml12 import Path

CASE = "case"  # the case itself, which can come again: repeats, and samples with replacement


def check(checked: Checked) -> None:
    """All names but those in comparisons."""
    _planted(checked)
    _layers(checked)
    _conditions(checked)
    _pages(checked)
    _meetings(checked)
    _order_of_cases(checked)
    _sittings_apart(checked)
    _worklist(checked)
    _station(checked)
    for arm in checked.protocol.feedback.arms:
        checked.need("RL311", "arms", arm, ("feedback", "arms", arm))


def _planted(checked: Checked) -> None:
    for name, planted in checked.protocol.planted.items():
        here: Path = ("planted", name)
        checked.need("RL301", "ai", planted.ai, (*here, "ai"))
        if planted.by_ai is not None:
            checked.need("RL301", "ai", planted.by_ai, (*here, "by_ai"))
        checked.need_each("RL304", "conditions", planted.conditions, (*here, "conditions"))
        if isinstance(planted.cases, tuple) and checked.cases:
            for at, case in enumerate(planted.cases):
                checked.need_case(case, (*here, "cases", at))


def _layers(checked: Checked) -> None:
    for name, layer in checked.protocol.layers.items():
        if checked.need("RL301", "ai", layer.ai, ("layers", name, "ai")):
            _thresholds_of(checked, layer, ("layers", name, "at"))


def _thresholds_of(checked: Checked, layer: Layer, path: Path) -> None:
    if not isinstance(layer.at, ThresholdRule):
        _threshold(checked, layer.ai, layer.at, path)
        return
    for at, each in enumerate(layer.at.of):
        _threshold(checked, layer.ai, each, (*path, "of", at))
    if layer.at.column is not None:
        checked.need_attribute(layer.at.column, (*path, "column"), truth=False)


def _threshold(checked: Checked, ai_name: str, at: str | float, path: Path) -> None:
    ai = checked.protocol.ai.get(ai_name)
    if ai is None or not isinstance(at, str) or at in _declared_thresholds(checked, ai_name):
        return
    known = list(ai.thresholds)
    checked.report.add(
        "RL305",
        path,
        f"The AI {ai_name} has no threshold {at}.",
        expected=f"one of {listed(known)}, or a number from 0 to 1" if known else "a number from 0 to 1",
        suggestion=closest(at, known),
    )


def _declared_thresholds(checked: Checked, ai_name: str) -> Collection[str]:
    """As the file has them: one with a faulty value is declared all the same."""
    written = checked.raw["ai"][ai_name].get("thresholds")
    return written if isinstance(written, Mapping) else ()


def _conditions(checked: Checked) -> None:
    for name, condition in checked.protocol.conditions.items():
        here: Path = ("conditions", name)
        for ai in condition.shown_as:
            checked.need("RL301", "ai", ai, (*here, "shown_as", ai))
        for layer, at in condition.at.items():
            if checked.need("RL303", "layers", layer, (*here, "at", layer)) and layer in checked.protocol.layers:
                _threshold(checked, checked.protocol.layers[layer].ai, at, (*here, "at", layer))
        for number, phase in enumerate(condition.phases):
            checked.need_each("RL303", "layers", phase.layers, (*here, "phases", number, "layers"))
            checked.need_each("RL302", "questions", phase.answer, (*here, "phases", number, "answer"))


def _pages(checked: Checked) -> None:
    for place, pages in (("before", checked.protocol.before), ("after", checked.protocol.after)):
        for at, page in enumerate(pages):
            checked.need_each("RL302", "questions", page.answer, (place, at, "answer"))


def _meetings(checked: Checked) -> None:
    for path, meeting in checked.meetings():
        nested = any(not isinstance(entry, str) for entry in meeting.of)
        if not nested:
            checked.need_each("RL304", "conditions", meeting.names, (*path, "of"))
            continue
        for at, entry in enumerate(meeting.of):
            if isinstance(entry, str):
                checked.need("RL304", "conditions", entry, (*path, "of", at))
            else:
                checked.need_each("RL304", "conditions", entry, (*path, "of", at))
    for path, meeting in checked.meetings():
        for at, name in enumerate(getattr(meeting, "balance", ())):
            checked.need_attribute(name, (*path, "balance", at))


def _order_of_cases(checked: Checked) -> None:
    cases = checked.protocol.design.cases
    here: Path = ("design", "cases")
    for key, limits in (("max_run", cases.max_run), ("min_distance", cases.min_distance)):
        for name in limits:
            checked.need_attribute(name, (*here, key, name), also=(CASE,))
    for at, name in enumerate(cases.sample_balance):
        checked.need_attribute(name, (*here, "sample_balance", at))


def _sittings_apart(checked: Checked) -> None:
    """Practice, split-plot sets, repeats, hidden cases, probes."""
    design = checked.protocol.design
    if design.practice.condition is not None:
        checked.need("RL304", "conditions", design.practice.condition, ("design", "practice", "condition"))
    if design.split_plot is not None:
        for at, name in enumerate(design.split_plot.balance):
            checked.need_attribute(name, ("design", "split_plot", "balance", at))
        if design.split_plot.column is not None:
            checked.need_attribute(design.split_plot.column, ("design", "split_plot", "column"), truth=False)
    for at, probe in enumerate(design.probes):
        checked.need("RL304", "conditions", probe.condition, ("design", "probes", at, "condition"))
        _cases(checked, probe.cases, ("design", "probes", at, "cases"))
    for key, wish in (("repeats", design.repeats), ("no_reveal", design.no_reveal)):
        if wish is not None:
            _cases(checked, wish.cases, ("design", key, "cases"))


def _cases(checked: Checked, cases: int | str | tuple[str, ...], path: Path) -> None:
    if isinstance(cases, tuple) and checked.cases:
        for at, name in enumerate(cases):
            checked.need_case(name, (*path, at))


def _worklist(checked: Checked) -> None:
    worklist = checked.protocol.worklist
    if worklist is None:
        return
    checked.need_each("RL304", "conditions", worklist.conditions, ("worklist", "conditions"))
    if isinstance(worklist.priority, str):
        checked.need_attribute(worklist.priority, ("worklist", "priority"), truth=False)
    if worklist.arrivals.column is not None:
        checked.need_attribute(worklist.arrivals.column, ("worklist", "arrivals", "column"), truth=False)
    if worklist.triage is not None:
        here: Path = ("worklist", "triage")
        if checked.need("RL301", "ai", worklist.triage.ai, (*here, "ai")):
            _threshold(checked, worklist.triage.ai, worklist.triage.at, (*here, "at"))
        checked.need_each("RL304", "conditions", worklist.triage.conditions, (*here, "conditions"))
    for at, call in enumerate(worklist.calls):
        checked.need_each("RL302", "questions", call.answer, ("worklist", "calls", at, "answer"))
        checked.need_each("RL304", "conditions", call.conditions, ("worklist", "calls", at, "conditions"))


def _station(checked: Checked) -> None:
    station = checked.protocol.station
    if checked.protocol.about.workflow == "technician":
        checked.need("RL302", "questions", station.decision, ("station", "decision"))
    if station.reason is not None:
        checked.need("RL302", "questions", station.reason, ("station", "reason"))
    for key, column in (("repeat", station.repeat), ("previous", station.previous)):
        if column is not None:
            checked.need_attribute(column, ("station", key), truth=False)
