"""Questions measure once, do not wait for themselves, and have what they speak of.

What belongs here: rules about questions by themselves. What does not: where they are asked (phases).
"""

from __future__ import annotations

from study_configs.questions import Marks, NumberAnswer, Question
from study_configs.rules.checked import Checked, names_in
from study_configs.yaml12 import Path


def check(checked: Checked) -> None:
    """Every question, and all of them together."""
    for name, question in checked.protocol.questions.items():
        _marks_are_per_case(checked, name, question)
        _does_not_wait_for_itself(checked, name, question)
        _lesions_are_known(checked, name, question)
        _can_be_measured(checked, name, question)
    _measured_once(checked)


def _marks_are_per_case(checked: Checked, name: str, question: Question) -> None:
    if isinstance(question, Marks) and question.per != "case":
        what = "Marks are made in a case, not in a mark or a sitting."
        checked.report.add("RL503", ("questions", name, "per"), what, expected="per: case")


def _does_not_wait_for_itself(checked: Checked, name: str, question: Question) -> None:
    if f"answer.{name}" in names_in(question.show_if):
        what = "This question is shown by its own answer, so it is never asked."
        checked.report.add("RL513", ("questions", name, "show_if"), what, expected="another question")


def _lesions_are_known(checked: Checked, name: str, question: Question) -> None:
    if question.per != "lesion":
        return
    path: Path = ("questions", name, "per")
    if checked.protocol.cases.reference is None:
        what = "Lesions are those of the reference, and there is none."
        checked.report.add("RL507", path, what, expected="cases: {reference: reference.csv}")
        return
    what = "Readers are shown where each lesion of the reference lies, so what they answer after it is no longer blind."
    checked.report.add("RL538", path, what, expected="such questions in the last phase of a condition")


def _can_be_measured(checked: Checked, name: str, question: Question) -> None:
    """A length can be taken over only where readers have the tool that measures."""
    tools = checked.protocol.reading.tools
    if not isinstance(question, NumberAnswer) or not question.from_measurement or tools is None:
        return
    if "measure" in (tools.without or ()) or (tools.allow is not None and "measure" not in tools.allow):
        what = "The last measured length is offered as the answer, and readers may not measure."
        checked.report.add(
            "RL534", ("questions", name, "from_measurement"), what, expected="measure among reading.tools.allow"
        )


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
