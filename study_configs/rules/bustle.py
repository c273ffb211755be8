"""The reading list, calls, the clock and the technician's station fit the rest of the protocol.

What belongs here: rules about the sections worklist and station, and the workflow. What does not: their columns.
"""

from __future__ import annotations

from study_configs.problems import listed
from study_configs.questions import Choice
from study_configs.rules.checked import Checked, names_in
from study_configs.station import DECISIONS
from study_configs.worklist import Worklist
from study_configs.yaml12 import Path


def check(checked: Checked) -> None:
    """The reading list where there is one, and the workflow."""
    worklist = checked.protocol.worklist
    if worklist is not None:
        _triage_is_seen(checked, worklist)
        _calls_come(checked, worklist)
        _has_an_effect(checked, worklist)
    _workflow(checked)


def _triage_is_seen(checked: Checked, worklist: Worklist) -> None:
    if worklist.triage is None or worklist.triage.conditions:
        return
    protocol = checked.protocol
    layers = [layer for name in protocol.conditions_in_use for layer in protocol.conditions[name].layers]
    if worklist.triage.ai not in {protocol.layers[layer].ai for layer in layers}:
        what = f"No condition shows layers of {worklist.triage.ai}, so no list is triaged."
        expected = f"conditions: {listed(list(protocol.conditions_in_use))}"
        checked.report.add("RL502", ("worklist", "triage", "ai"), what, expected=expected)


def _calls_come(checked: Checked, worklist: Worklist) -> None:
    for at, call in enumerate(worklist.calls):
        if worklist.block_min is None:
            continue
        late = [f"{minute:g}" for minute in call.at_min if minute >= worklist.block_min]
        if late:
            what = f"A block ends after {worklist.block_min:g} min, before the call at {listed(late)} min."
            path: Path = ("worklist", "calls", at, "at_min")
            checked.report.add("RL531", path, what, expected=f"minutes below {worklist.block_min:g}")


def _has_an_effect(checked: Checked, worklist: Worklist) -> None:
    has_stat = worklist.stat is not None or isinstance(worklist.priority, str) or worklist.priority.get("stat", 0) > 0
    if worklist.stat_interrupts and not has_stat:
        what = "No case is stat, so none interrupts."
        expected = "stat: case.urgency == stat, or priority: {routine: 9, stat: 1}"
        checked.report.add("RL531", ("worklist", "stat_interrupts"), what, expected=expected)
    if worklist.arrivals.pattern == "at_once" and "there_at_once" in worklist.arrivals.model_fields_set:
        what = "All cases are there at once, so there_at_once has no effect."
        expected = "pattern: regular, poisson or column"
        checked.report.add("RL531", ("worklist", "arrivals", "there_at_once"), what, expected=expected)
    if worklist.quota is not None and checked.read and worklist.quota > len(checked.read):
        what = f"Readers are told to reach {worklist.quota} cases, and there are {len(checked.read)}."
        checked.report.add("RL531", ("worklist", "quota"), what, expected=f"at most {len(checked.read)}")


def _workflow(checked: Checked) -> None:
    """The technician's station takes exams as they come from the scanner, and has no list to choose from."""
    protocol = checked.protocol
    if protocol.about.workflow == "reading":
        if "station" in protocol.model_fields_set:
            what = "The station is for protocols with workflow: technician."
            checked.report.add("RL531", ("station",), what, expected="protocol: {workflow: technician}", at_key=True)
        return
    if protocol.reading.navigation != "forward_only":
        what = "At the scanner there is no way back to an earlier exam."
        checked.report.add("RL532", ("reading", "navigation"), what, expected="navigation: forward_only")
    if protocol.worklist is not None and protocol.worklist.choose:
        what = "At the scanner exams come one after the other, and are not chosen."
        checked.report.add("RL532", ("worklist", "choose"), what, expected="choose: false")
    _is_decided(checked)


def _is_decided(checked: Checked) -> None:
    """The decision is a choice between what the station can do, and is asked."""
    protocol, name = checked.protocol, checked.protocol.station.decision
    question = protocol.questions[name]
    path: Path = ("questions", name)
    if not isinstance(question, Choice) or not set(question.options) <= set(DECISIONS):
        what = f"{name} is the decision at the station."
        expected = f"answer: choice, with some of the options {', '.join(DECISIONS)}"
        checked.report.add("RL532", path, what, expected=expected, at_key=True)
    for condition in protocol.conditions_in_use:
        _decides(checked, condition, name)


def _decides(checked: Checked, condition: str, decision: str) -> None:
    """Every step asks for the decision, and what is repeated is judged in a step of its own."""
    phases = checked.protocol.conditions[condition].phases
    for number, phase in enumerate(phases):
        if decision not in phase.answer:
            what = f"The phase {phase.name} of {condition} does not ask for the decision."
            at: Path = ("conditions", condition, "phases", number)
            checked.report.add("RL532", at, what, expected=f"answer: [{decision}]")
    judging = [n for n, phase in enumerate(phases) if f"answer.{decision}" in names_in(phase.only_if)]
    if checked.protocol.station.repeat is None:
        return
    for number in judging:
        if phases[number].layers:
            name = phases[number].name
            what = f"The AI has read the first acquisition, and {name} of {condition} is about the repeated one."
            at = ("conditions", condition, "phases", number, "layers")
            checked.report.add("RL532", at, what, expected="no layers in the phase that judges what was repeated")
    if not judging:
        what = f"Nothing in {condition} judges the repeated acquisition."
        expected = f"a later phase with only_if: answer.{decision} == repeat"
        checked.report.add("RL531", ("station", "repeat"), what, expected=expected)
