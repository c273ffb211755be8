"""Readers can be told what the feedback promises, and are told of planted errors; truth does not come too early.

What belongs here: rules about the section feedback. What does not: making the feedback (app.analysis).
"""

from __future__ import annotations

from study_configs.design import Crossed
from study_configs.feedback import Feedback
from study_configs.rules.checked import Checked
from study_configs.yaml12 import Path

_TELLS = frozenset({"truth", "planted", "ai"})


def check(checked: Checked) -> None:
    """The feedback of all, and where an arm has another."""
    feedback = checked.protocol.feedback
    _can_be_given(checked, feedback, ("feedback",))
    for arm in feedback.arms:
        _can_be_given(checked, feedback.of_arm(arm), ("feedback", "arms", arm))
    planned = checked.protocol.design.readers.planned
    if "peers" in feedback.show and planned is not None and feedback.min_group > planned:
        what = f"Peers are shown from {feedback.min_group} readers on, and {planned} are planned."
        checked.report.add("RL531", ("feedback", "min_group"), what, expected=f"at most {planned}")


def _can_be_given(checked: Checked, feedback: Feedback, path: Path) -> None:
    planted = bool(checked.protocol.planted)
    if feedback.when == "never":
        if planted:
            what = "Readers are shown mistakes made on purpose, and are never told."
            checked.report.add("RL515", path, what, expected="feedback: {when: after_sitting}", at_key=True)
        return
    if "truth" in feedback.show and checked.protocol.cases.reference is None and "show" in feedback.model_fields_set:
        what = "The feedback shows the truth, and there is no reference."
        checked.report.add("RL507", (*path, "show"), what, expected="cases: {reference: reference.csv}")
    if planted and "planted" not in feedback.show:
        what = "Readers get feedback and are not told which mistakes were planted."
        checked.report.add("RL514", (*path, "show"), what, expected="show: [planted, …]")
    _does_not_come_too_early(checked, feedback, path)


def _does_not_come_too_early(checked: Checked, feedback: Feedback, path: Path) -> None:
    """Cases that come again must not have been told before."""
    if feedback.when == "after_study" or _TELLS.isdisjoint(feedback.show):
        return
    again = _cases_come_again(checked, feedback.when)
    if again:
        what = f"Readers are told about cases that {again}."
        checked.report.add("RL537", (*path, "when"), what, expected="when: after_study")


def _cases_come_again(checked: Checked, when: str) -> str:
    """How cases come again after this feedback; empty where they do not."""
    design = checked.protocol.design
    crossed = [meeting for _, meeting in checked.meetings() if isinstance(meeting, Crossed) and len(meeting.names) > 1]
    within = when in ("after_case", "after_block")
    if any(within or meeting.sessions == "each" for meeting in crossed):
        return "they read again in another condition"
    if when == "after_case" and (design.repeats is not None or design.cases.replacement):
        return "they read again in the same block"
    return ""
