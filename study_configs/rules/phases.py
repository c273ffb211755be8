"""Steps of a condition are taken, layers come, questions stand where they can be asked.

What belongs here: rules about one phase and those before it. What does not: layers by themselves (layers), questions
by themselves (questions).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set

from study_configs.conditions import Condition, Phase
from study_configs.layers import Layer, Reveal
from study_configs.problems import listed
from study_configs.questions import Marks, Verdict
from study_configs.rules.checked import Checked, names_in
from study_configs.rules.layers import BESIDE, FINDINGS
from study_configs.yaml12 import Path

CAN_COME = "a rule that can come true in every phase that lists the layer"
_IN_A_CASE = ("case", "side", "segment", "finding", "mark", "lesion")


def check(checked: Checked) -> None:
    """Every phase of every condition, and every page and call."""
    for name, condition in checked.protocol.conditions.items():
        for at, phase in enumerate(condition.phases):
            here: Path = ("conditions", name, "phases", at)
            earlier = condition.phases[:at]
            _layers_can_come(checked, name, phase, earlier)
            _is_taken(checked, phase, earlier, here)
            _questions(checked, phase, earlier, (*here, "answer"))
        _thresholds_of_shown_layers(checked, name, condition)
    _pages(checked)
    _calls(checked)


def _asked(phases: Sequence[Phase]) -> set[str]:
    return {question for phase in phases for question in phase.answer}


def _layers_can_come(checked: Checked, condition: str, phase: Phase, earlier: Sequence[Phase]) -> None:
    asked = _asked((*earlier, phase))
    for name in dict.fromkeys(phase.layers):
        what = _never_comes(checked.protocol.layers[name], phase, asked)
        if what:
            place = f"in the phase {phase.name} of {condition}"
            checked.report.add("RL519", ("layers", name, "reveal"), f"{what} {place}.", expected=CAN_COME)
    for name, times in Counter(phase.layers).items():
        if times > 1:
            path: Path = ("conditions", condition, "phases", len(earlier), "layers")
            checked.report.add(
                "RL516", path, f"{name} is shown {times} times on one screen.", expected="each layer once"
            )


def _never_comes(layer: Layer, phase: Phase, asked: Set[str]) -> str:
    """Why the layer never shows in a phase, given the questions that are asked by then; empty where it can."""
    if layer.reveal == "hover" and layer.draw in BESIDE:
        return "This layer stands beside the images, where no pointer finds it,"
    if not isinstance(layer.reveal, Reveal):
        return ""
    after_s, only_if = layer.reveal.after_s, layer.reveal.only_if
    if after_s is not None and phase.at_most_s is not None and after_s >= phase.at_most_s:
        return f"This layer comes after {after_s:g} s, which is not before the end (at_most_s {phase.at_most_s:g})"
    unasked = sorted(names_in(only_if) - {f"answer.{question}" for question in asked})
    return f"This layer waits for {listed(unasked)}, which is not asked by then" if unasked else ""


def _is_taken(checked: Checked, phase: Phase, earlier: Sequence[Phase], here: Path) -> None:
    names = names_in(phase.only_if)
    asked = {f"answer.{question}" for question in _asked(earlier)}
    unasked = sorted(name for name in names if name.startswith("answer.") and name not in asked)
    if unasked:
        what = f"This step waits for {listed(unasked)}, which is not asked before it."
        expected = f"one of {listed(sorted(asked))}" if asked else "a step before it that asks"
        checked.report.add("RL522", (*here, "only_if"), what, expected=expected)


def _questions(checked: Checked, phase: Phase, earlier: Sequence[Phase], path: Path) -> None:
    _asked_once(checked, phase.answer, path)
    _scopes(checked, phase.answer, path, _IN_A_CASE, "per: case, side, segment, finding, mark or lesion")
    for at, name in enumerate(phase.answer):
        missing = _what_it_is_asked_about_is_missing(checked, name, phase, earlier)
        if missing is not None:
            checked.report.add("RL503", (*path, at), missing[0], expected=missing[1])


def _what_it_is_asked_about_is_missing(
    checked: Checked, name: str, phase: Phase, earlier: Sequence[Phase]
) -> tuple[str, str] | None:
    """What is wrong and what was expected, where this phase has nothing that the question could be about."""
    question = checked.protocol.questions[name]
    marked = any(isinstance(checked.protocol.questions[each], Marks) for each in phase.answer)
    if question.per == "mark" and not marked:
        what = f"{name} is asked for each mark, and this phase asks for no marks."
        return what, "a question with answer: marks in the same phase"
    if question.per == "finding" and not _shows_findings(checked, phase):
        what = f"{name} is asked for each finding of the AI, and this phase shows none."
        return what, f"a layer in this phase that draws findings: {', '.join(sorted(FINDINGS))}"
    if isinstance(question, Verdict) and not any(each.shows_ai for each in (*earlier, phase)):
        return (
            f"{name} asks what the reader makes of the AI's advice, and no phase so far shows any.",
            "a phase with layers",
        )
    return None


def _shows_findings(checked: Checked, phase: Phase) -> bool:
    return any(checked.protocol.layers[name].draw in FINDINGS for name in phase.layers)


def _thresholds_of_shown_layers(checked: Checked, name: str, condition: Condition) -> None:
    for layer in condition.at:
        if layer not in condition.layers:
            what = f"{name} sets a threshold of {layer}, and none of its phases shows that layer."
            checked.report.add("RL531", ("conditions", name, "at", layer), what, expected="a layer of its phases")
    shown = {checked.protocol.layers[layer].ai for layer in condition.layers}
    for ai in condition.shown_as:
        if ai not in shown:
            what = f"{name} says who {ai} is shown as, and none of its phases shows {ai}."
            checked.report.add("RL531", ("conditions", name, "shown_as", ai), what, expected="an AI that it shows")


def _pages(checked: Checked) -> None:
    for place, pages in (("before", checked.protocol.before), ("after", checked.protocol.after)):
        for at, page in enumerate(pages):
            path: Path = (place, at, "answer")
            _asked_once(checked, page.answer, path)
            _scopes(checked, page.answer, path, ("sitting",), "per: sitting")


def _calls(checked: Checked) -> None:
    for at, call in enumerate(checked.protocol.worklist.calls if checked.protocol.worklist else ()):
        path: Path = ("worklist", "calls", at, "answer")
        _asked_once(checked, call.answer, path)
        _scopes(checked, call.answer, path, ("sitting",), "per: sitting")


def _asked_once(checked: Checked, names: Sequence[str], path: Path) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            what = f"{name} is asked {times} times on one screen."
            checked.report.add("RL516", path, what, expected="each question once")


def _scopes(checked: Checked, names: Sequence[str], path: Path, allowed: tuple[str, ...], expected: str) -> None:
    for at, name in enumerate(names):
        per = checked.protocol.questions[name].per
        if per not in allowed:
            what = f"{name} is asked per {per}, which does not belong here."
            checked.report.add("RL503", (*path, at), what, expected=expected)
