"""What must be true between the sections of a study file: names that are declared, and parts that fit together.

What belongs here: checks that need the whole protocol and its cases. What does not: types and ranges (shape).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from study_configs.cases import Case, Truth
from study_configs.comparison import ComparisonProblem, parse_condition
from study_configs.conditions import Phase
from study_configs.design import Split
from study_configs.layers import Layer, Reveal, threshold_of
from study_configs.planted import Planted
from study_configs.problems import closest, listed
from study_configs.protocol import Protocol
from study_configs.questions import Marks
from study_configs.shape import Report
from study_configs.yaml12 import Path

TRUTH = "truth"
BESIDE = frozenset({"text", "category", "example", "card"})  # drawn in the panel, not over the images
CAN_COME = "a rule that can come true in every phase that lists the layer"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules look at. `raw` is the file as written: a name whose section is faulty still counts as declared."""

    protocol: Protocol
    raw: Mapping[str, Any]
    cases: tuple[Case, ...]
    truths: Mapping[str, Truth]
    report: Report

    def declared(self, section: str) -> list[str]:
        entries = self.raw.get(section)
        return list(entries) if isinstance(entries, Mapping) else []

    @property
    def attributes(self) -> list[str]:
        return list(self.cases[0].attributes) if self.cases else []

    def need(self, code: str, section: str, name: str, path: Path) -> bool:
        """Report `name` unless the section declares it."""
        known = self.declared(section)
        if name not in known:
            noun = {"ai": "AI", "questions": "question", "layers": "layer", "conditions": "condition"}[section]
            expected = f"one of {listed(known)}" if known else f"a name that is declared under {section}"
            self.report.add(
                code, path, f"There is no {noun} {name}.", expected=expected, suggestion=closest(name, known)
            )
        return name in known


def check_names(checked: Checked) -> None:
    """Every name that is used is declared."""
    _planted_names(checked)
    _layer_names(checked)
    _condition_names(checked)
    _page_names(checked)
    _design_names(checked)
    _comparison_names(checked)


def check_sense(checked: Checked) -> None:
    """The declared parts fit together, and each is of use. For protocols whose names are all in order."""
    for rule in RULES:
        rule(checked)


def _planted_names(checked: Checked) -> None:
    for name, planted in checked.protocol.planted.items():
        checked.need("RL301", "ai", planted.ai, ("planted", name, "ai"))


def _layer_names(checked: Checked) -> None:
    for name, layer in checked.protocol.layers.items():
        if checked.need("RL301", "ai", layer.ai, ("layers", name, "ai")):
            _threshold_name(checked, name, layer)


def _threshold_name(checked: Checked, name: str, layer: Layer) -> None:
    ai = checked.protocol.ai.get(layer.ai)
    if ai is None or not isinstance(layer.at, str) or layer.at in ai.thresholds:
        return
    known = list(ai.thresholds)
    checked.report.add(
        "RL305",
        ("layers", name, "at"),
        f"The AI {layer.ai} has no threshold {layer.at}.",
        expected=f"one of {listed(known)}, or a number from 0 to 1" if known else "a number from 0 to 1",
        suggestion=closest(layer.at, known),
    )


def _condition_names(checked: Checked) -> None:
    for name, condition in checked.protocol.conditions.items():
        for at, phase in enumerate(condition.phases):
            here: Path = ("conditions", name, "phases", at)
            _each(checked, "RL303", "layers", phase.layers, (*here, "layers"))
            _each(checked, "RL302", "questions", phase.answer, (*here, "answer"))


def _each(checked: Checked, code: str, section: str, names: Sequence[str], path: Path) -> None:
    for at, name in enumerate(names):
        checked.need(code, section, name, (*path, at))


def _page_names(checked: Checked) -> None:
    for place, pages in (("before", checked.protocol.before), ("after", checked.protocol.after)):
        for at, page in enumerate(pages):
            _each(checked, "RL302", "questions", page.answer, (place, at, "answer"))


def _design_names(checked: Checked) -> None:
    design = checked.protocol.design
    for way, meeting in (("crossed", design.crossed), ("split", design.split)):
        if meeting is not None:
            _each(checked, "RL304", "conditions", meeting.names, ("design", way, "of"))
    if design.practice.condition is not None:
        checked.need("RL304", "conditions", design.practice.condition, ("design", "practice", "condition"))
    for name in design.cases.max_run:
        _attribute(checked, name, ("design", "cases", "max_run", name))
    if isinstance(design.split, Split):
        for at, name in enumerate(design.split.balance):
            _attribute(checked, name, ("design", "split", "balance", at))


def _attribute(checked: Checked, name: str, path: Path) -> None:
    known = [TRUTH, *checked.attributes]
    if name == TRUTH and checked.protocol.cases.reference is None:
        checked.report.add("RL507", path, "truth needs a reference.", expected="cases: {reference: reference.csv}")
    elif checked.cases and name not in known:
        what = f"The manifest has no column {name}."
        checked.report.add("RL308", path, what, expected=f"one of {listed(known)}", suggestion=closest(name, known))


def _comparison_names(checked: Checked) -> None:
    for name, question in checked.protocol.questions.items():
        if question.show_if is not None:
            _comparison(checked, question.show_if, ("questions", name, "show_if"), asks=True)
    practice = checked.protocol.cases.practice
    if isinstance(practice, str):
        _comparison(checked, practice, ("cases", "practice"), asks=False)
    for name, layer in checked.protocol.layers.items():
        if isinstance(layer.reveal, Reveal) and layer.reveal.only_if is not None:
            answers = [f"answer.{question}" for question in checked.declared("questions")]
            _known(checked, layer.reveal.only_if, ("layers", name, "reveal", "only_if"), answers)


def _comparison(checked: Checked, text: str, path: Path, *, asks: bool) -> None:
    answers = [f"answer.{name}" for name in checked.declared("questions")] if asks else []
    known = [*(f"case.{name}" for name in checked.attributes), *answers, *(["condition", "phase"] if asks else [])]
    _known(checked, text, path, known)


def _known(checked: Checked, text: str, path: Path, known: Sequence[str]) -> None:
    for name in sorted(_names(text)):
        if name in known or (name.startswith("case.") and not checked.cases):
            continue
        what = f"Nothing is called {name} in a comparison here."
        checked.report.add("RL308", path, what, expected=f"one of {listed(known)}", suggestion=closest(name, known))


def _names(text: str) -> frozenset[str]:
    try:
        return parse_condition(text).names
    except ComparisonProblem:  # reported where its section was validated
        return frozenset()


def _layers_can_be_made(checked: Checked) -> None:
    for name, layer in checked.protocol.layers.items():
        ai = checked.protocol.ai[layer.ai]
        if layer.explain is not None and ai.model is None:
            what = f"{layer.explain} asks the model itself, and {layer.ai} has only results."
            checked.report.add("RL512", ("layers", name, "explain"), what, expected="an AI with a model")


def _thresholds_within_limits(checked: Checked) -> None:
    for name, layer in checked.protocol.layers.items():
        low, high = layer.threshold_limits
        at = threshold_of(layer, checked.protocol.ai[layer.ai])
        if "threshold" in layer.adjustable and not low <= at <= high:
            what = f"The threshold starts at {at:g}, outside {low:g} to {high:g}."
            checked.report.add("RL509", ("layers", name, "at"), what, expected="a threshold within threshold_limits")


def _hidden_layers_can_be_shown(checked: Checked) -> None:
    for name, layer in checked.protocol.layers.items():
        if layer.reveal == "toggle" and "visible" not in layer.adjustable:
            what = "This layer starts hidden (reveal: toggle), and adjustable does not list visible."
            checked.report.add("RL508", ("layers", name), what, expected="adjustable: [visible]", at_key=True)


def _layers_can_come(checked: Checked) -> None:
    for name, condition in checked.protocol.conditions.items():
        for at, phase in enumerate(condition.phases):
            asked = {question for each in condition.phases[: at + 1] for question in each.answer}
            for layer in dict.fromkeys(phase.layers):
                what = _never_comes(checked.protocol.layers[layer], phase, asked)
                if what:
                    place = f"in the phase {phase.name} of {name}"
                    checked.report.add("RL519", ("layers", layer, "reveal"), f"{what} {place}.", expected=CAN_COME)


def _never_comes(layer: Layer, phase: Phase, asked: Set[str]) -> str:
    """Why the layer never shows in a phase, given the questions that are asked by then; empty where it can."""
    if layer.reveal == "hover" and layer.draw in BESIDE:
        return "This layer stands beside the images, where no pointer finds it,"
    if not isinstance(layer.reveal, Reveal):
        return ""
    after_s, only_if = layer.reveal.after_s, layer.reveal.only_if
    if after_s is not None and phase.at_most_s is not None and after_s >= phase.at_most_s:
        return f"This layer comes after {after_s:g} s, which is not before the end (at_most_s {phase.at_most_s:g})"
    unasked = sorted(_names(only_if or "") - {f"answer.{question}" for question in asked})
    return f"This layer waits for {listed(unasked)}, which is not asked by then" if unasked else ""


def _planted_fit(checked: Checked) -> None:
    shown = _ais_shown(checked.protocol)
    for name, planted in checked.protocol.planted.items():
        if planted.ai not in shown:
            what = f"No condition of the design shows {planted.ai}."
            checked.report.add("RL502", ("planted", name, "ai"), what, expected=f"one of {listed(sorted(shown))}")
        if checked.protocol.cases.reference is None:
            what = "Planted errors are drawn by the reference, and there is none."
            checked.report.add(
                "RL507", ("planted", name), what, expected="cases: {reference: reference.csv}", at_key=True
            )
        elif checked.cases:
            _enough_cases(checked, name, planted)


def _enough_cases(checked: Checked, name: str, planted: Planted) -> None:
    read = [case for case in checked.cases if not case.practice]
    fit = [
        case
        for case in read
        if case.id in checked.truths and planted.wants_positive in (None, checked.truths[case.id].positive)
    ]
    wanted = sum(
        other.quota
        for other in checked.protocol.planted.values()
        if other.ai == planted.ai and other.wants_positive == planted.wants_positive
    )
    if wanted > len(fit):
        kind = "positive" if planted.wants_positive else "negative"
        what = f"{wanted} {kind} cases are wanted for planted errors of {planted.ai}, and there are {len(fit)}."
        checked.report.add("RL501", ("planted", name, "cases"), what, expected=f"at most {len(fit)}")


def _ais_shown(protocol: Protocol) -> set[str]:
    names = (layer for condition in protocol.conditions_in_use for layer in protocol.conditions[condition].layers)
    return {protocol.layers[name].ai for name in names}


def _questions_fit_their_place(checked: Checked) -> None:
    for name, condition in checked.protocol.conditions.items():
        for at, phase in enumerate(condition.phases):
            _phase_questions(checked, phase.answer, ("conditions", name, "phases", at, "answer"))
    for place, pages in (("before", checked.protocol.before), ("after", checked.protocol.after)):
        for at, page in enumerate(pages):
            path: Path = (place, at, "answer")
            _asked_once(checked, page.answer, path)
            _scopes(checked, page.answer, path, ("sitting",), "per: sitting")


def _phase_questions(checked: Checked, names: Sequence[str], path: Path) -> None:
    questions = checked.protocol.questions
    _asked_once(checked, names, path)
    _scopes(checked, names, path, ("case", "mark"), "per: case or per: mark")
    has_marks = any(isinstance(questions[name], Marks) for name in names)
    for at, name in enumerate(names):
        if questions[name].per == "mark" and not has_marks:
            what = f"{name} is asked for each mark, and this phase asks for no marks."
            checked.report.add("RL503", (*path, at), what, expected="a question with answer: marks in the same phase")


def _asked_once(checked: Checked, names: Sequence[str], path: Path) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            checked.report.add(
                "RL516", path, f"{name} is asked {times} times on one screen.", expected="each question once"
            )


def _scopes(checked: Checked, names: Sequence[str], path: Path, allowed: tuple[str, ...], expected: str) -> None:
    for at, name in enumerate(names):
        per = checked.protocol.questions[name].per
        if per not in allowed:
            checked.report.add(
                "RL503", (*path, at), f"{name} is asked per {per}, which does not belong here.", expected=expected
            )


def _marks_are_per_case(checked: Checked) -> None:
    for name, question in checked.protocol.questions.items():
        if isinstance(question, Marks) and question.per != "case":
            what = "Marks are made in a case, not in a mark or a sitting."
            checked.report.add("RL503", ("questions", name, "per"), what, expected="per: case")


def _measured_once(checked: Checked) -> None:
    measuring: dict[str, str] = {}
    for name, question in checked.protocol.questions.items():
        if question.measures is not None and question.measures in measuring:
            what = f"{measuring[question.measures]} measures the {question.measures} already."
            checked.report.add("RL518", ("questions", name, "measures"), what, expected="one question for each measure")
        elif question.measures is not None:
            measuring[question.measures] = name
    if not measuring and checked.protocol.cases.reference is not None:
        what = "No question measures a decision or a rating, so the report will have no accuracy."
        checked.report.add(
            "RL517", ("questions",), what, expected="measures: decision or measures: rating", at_key=True
        )


def _no_question_waits_for_itself(checked: Checked) -> None:
    for name, question in checked.protocol.questions.items():
        if question.show_if is not None and f"answer.{name}" in _names(question.show_if):
            what = "This question is shown by its own answer, so it is never asked."
            checked.report.add("RL513", ("questions", name, "show_if"), what, expected="another question")


def _everything_is_used(checked: Checked) -> None:
    protocol = checked.protocol
    used = protocol.conditions_in_use
    _unused(checked, "RL504", "conditions", protocol.conditions, used)
    phases = [phase for name in used for phase in protocol.conditions[name].phases]
    pages = [name for page in (*protocol.before, *protocol.after) for name in page.answer]
    _unused(
        checked,
        "RL505",
        "questions",
        protocol.questions,
        [*pages, *(name for phase in phases for name in phase.answer)],
    )
    _unused(checked, "RL506", "layers", protocol.layers, [name for phase in phases for name in phase.layers])


def _unused(checked: Checked, code: str, section: str, declared: Iterable[str], used: Iterable[str]) -> None:
    seen = set(used)
    for name in declared:
        if name not in seen:
            checked.report.add(code, (section, name), f"{name} is declared and never used.", at_key=True)


def _feedback_can_be_given(checked: Checked) -> None:
    feedback = checked.protocol.feedback
    planted = bool(checked.protocol.planted)
    if feedback.when == "never":
        if planted:
            what = "Readers are shown mistakes made on purpose, and are never told."
            checked.report.add("RL515", ("feedback",), what, expected="feedback: {when: after_sitting}", at_key=True)
        return
    if "truth" in feedback.show and checked.protocol.cases.reference is None and "show" in feedback.model_fields_set:
        what = "The feedback shows the truth, and there is no reference."
        checked.report.add("RL507", ("feedback", "show"), what, expected="cases: {reference: reference.csv}")
    if planted and "planted" not in feedback.show:
        what = "Readers get feedback and are not told which mistakes were planted."
        checked.report.add("RL514", ("feedback", "show"), what, expected="show: [planted, …]")


def _cases_suffice(checked: Checked) -> None:
    read = [case for case in checked.cases if not case.practice]
    if checked.cases and not read:
        checked.report.add("RL408", ("cases", "practice"), "Every case is practice.", expected="cases that are read")
    split = checked.protocol.design.split
    if read and split is not None and len(read) % len(split.names):
        what = f"{len(read)} cases cannot be split evenly over {len(split.names)} conditions; some get one more."
        checked.report.add(
            "RL510", ("design", "split"), what, expected=f"a multiple of {len(split.names)} cases", at_key=True
        )


def _truth_is_known(checked: Checked) -> None:
    if checked.protocol.cases.reference is None:
        return
    missing = [case.id for case in checked.cases if not case.practice and case.id not in checked.truths]
    if missing:
        what = f"No row in the reference: {listed(missing)}."
        checked.report.add(
            "RL409", ("cases", "reference"), what, expected="a row for each case; with an empty lesion if it has none"
        )


RULES: tuple[Callable[[Checked], None], ...] = (
    _layers_can_be_made,
    _thresholds_within_limits,
    _hidden_layers_can_be_shown,
    _layers_can_come,
    _planted_fit,
    _questions_fit_their_place,
    _marks_are_per_case,
    _measured_once,
    _no_question_waits_for_itself,
    _everything_is_used,
    _feedback_can_be_given,
    _cases_suffice,
    _truth_is_known,
)
