"""Starters: a commented protocol for a study of one's own, from a few answers.

What belongs here: which answers there are, and the files that they make. What does not: asking (app.commands), pictures
to try it out with (app.shipped.starter).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from study_configs.starters.pieces import BOX, CONDITIONS, DESIGNS, PLANTED, QUESTIONS, Subject, Way

Kind = Literal["crossed", "split", "arms", "single"]
KINDS: dict[Kind, str] = {
    "crossed": "every reader reads every case without and with AI, in sessions some weeks apart",
    "split": "every reader reads each case once, half of them with AI",
    "arms": "one group of readers reads with AI, another without",
    "single": "one way of reading for everybody",
}
WAYS: dict[Way, str] = {
    "concurrent": "AI is there from the start",
    "second": "own answer first, then AI, then a final answer",
    "on_demand": "AI comes when the reader asks for it",
    "safety_net": "AI comes only where the reader said no and it suspects something",
    "none": "no AI at all",
}
SUBJECTS: dict[Subject, str] = {
    "nodule": "nodules on chest images: yes or no, suspicion, places",
    "breast": "mammograms: BI-RADS, probability of cancer",
    "other": "anything else: a finding, yes or no, and how sure",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """The answers to the few questions, with what a coordinator gets who answers none."""

    name: str
    kind: Kind = "crossed"
    way: Way = "concurrent"
    subject: Subject = "nodule"
    readers: int = 12
    cases: int = 24
    planted: int = 0

    @property
    def has_ai(self) -> bool:
        return self.way != "none"


def starter(wishes: Wishes) -> dict[str, str]:
    """The text of each file of the study folder, by its name; it checks once images and AI results are there."""
    return {
        "protocol.yaml": protocol_text(wishes),
        "cases.csv": _cases_text(wishes),
        "reference.csv": _reference_text(wishes),
    }


def protocol_text(wishes: Wishes) -> str:
    """The commented study file."""
    subject = QUESTIONS[wishes.subject]
    parts = [
        _top(wishes),
        subject.ai if wishes.has_ai else "",
        PLANTED.format(ai=subject.ai_name, count=wishes.planted) if wishes.has_ai and wishes.planted else "",
        BOX.format(ai=subject.ai_name, reveal=_reveal(wishes)) if wishes.has_ai else "",
        subject.text,
        _conditions(wishes),
        _design(wishes),
        _rest(wishes),
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts if part)


def _top(wishes: Wishes) -> str:
    return f"""\
# yaml-language-server: $schema=protocol.schema.json
#
# A study of your own: {KINDS[wishes.kind]}.
# Every line is a decision; change what does not suit. docs/protocol.md explains every key.
#   readerlab check {wishes.name}             what is wrong with it, with line and remedy
#   readerlab plan {wishes.name}              who reads what and when
#   readerlab check {wishes.name} --dry-run   simulated readers fill it, before anybody reads

readerlab: 1                          # version of the study language

protocol:
  id: {wishes.name}
  version: 0.1.0                      # give it a new one whenever this file changes after reading began
  mode: pilot                         # pilot while you try it out, study when you read for real
  title: {wishes.name.replace("-", " ").replace("_", " ").capitalize()}

cases:
  manifest: cases.csv                 # one row a case: case, path, history, and columns of your own
  reference: reference.csv            # what is true of each case; sealed from readers until the feedback
  # practice: [case-01]               # cases to get used to the room with; they are not analysed
"""


def _reveal(wishes: Wishes) -> str:
    return "button" if wishes.way == "on_demand" else "shown"


def _conditions(wishes: Wishes) -> str:
    subject = QUESTIONS[wishes.subject]
    asked = ", ".join(subject.asked)
    unaided = CONDITIONS["none"].format(asked=asked)
    aided = CONDITIONS[wishes.way].format(
        asked=asked, positive=subject.decision, no=subject.negative, ai=subject.ai_name
    )
    wanted = [unaided] if not wishes.has_ai else [aided] if wishes.kind == "single" else [unaided, aided]
    return "conditions:                           # the ways of reading\n" + "\n".join(wanted)


def _design(wishes: Wishes) -> str:
    kind = wishes.kind if wishes.has_ai else "single"
    return DESIGNS[kind].format(readers=wishes.readers, condition="with_ai" if wishes.has_ai else "unaided")


def _rest(wishes: Wishes) -> str:
    hanging = QUESTIONS[wishes.subject].hanging
    when = "after_study" if wishes.kind == "crossed" else "after_sitting"
    shown = "own, ai, truth, planted" if wishes.has_ai else "own, truth"
    return f"""\
reading:
  hanging: {hanging:<26} # how a case hangs
  navigation: forward_only            # no way back to an earlier case
  expected_s: 60                      # seconds that a case takes, for the plan
  idle_after_s: 30                    # after this long without a movement, the reader counts as absent
  interrupted: {{same_case: restart}}   # a case that was interrupted is read anew

before: [consent_v1, welcome_v1]      # texts; your own go into texts/NAME.md
after: [nasa_tlx]                     # a questionnaire that comes with ReaderLab; so do sus and trust_jian

feedback:
  when: {when}
  show: [{shown}]
"""


def _cases_text(wishes: Wishes) -> str:
    rows = (f"case-{at:02d},images/case-{at:02d}," for at in range(1, wishes.cases + 1))
    return "\n".join(["case,path,history", *rows]) + "\n"


def _reference_text(wishes: Wishes) -> str:
    """Every second case is positive until the coordinator says how it is."""
    rows = (f"case-{at:02d},{'no' if at % 2 else 'yes'},,,,,," for at in range(1, wishes.cases + 1))
    return "\n".join(["case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label", *rows]) + "\n"
