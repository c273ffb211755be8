"""The pieces that starters are put together from, as text with comments.

What belongs here: the words of a starter. What does not: which pieces go together (starters).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Way = Literal["concurrent", "second", "on_demand", "safety_net", "none"]
Subject = Literal["nodule", "breast", "other"]


@dataclass(frozen=True, slots=True)
class Piece:
    """What readers judge: the AI that helps, the questions, and how images hang.

    `decision` is the question that the safety net looks at, `negative` the comparison that holds for a no.
    """

    ai_name: str
    ai: str
    text: str
    asked: tuple[str, ...]
    decision: str
    negative: str
    hanging: str


_AI = """
ai:
  {name}:
    results: ai/{name}/*.json         # made elsewhere: JSON, DICOM SEG or SR, NIfTI ...; or model: models/model.onnx
    shown_as: {shown_as:<23} # the name that readers are told
    thresholds: {{sensitive: 0.2, balanced: 0.5, specific: 0.8}}   # points on its score, from 0 to 1
"""

QUESTIONS: Mapping[Subject, Piece] = {
    "nodule": Piece(
        "nodules",
        _AI.format(name="nodules", shown_as="LungAid"),
        """
questions:
  nodule:
    ask: Is there a nodule?
    answer: yes_no
    measures: decision                # what the report compares with the truth
  suspicion:
    ask: How likely is a nodule?
    answer: slider                    # it starts empty, so that no number is suggested
    from: 0
    to: 100
    unit: "%"
    measures: rating                  # what the report draws an ROC curve from
  places:
    ask: Point at each nodule that you see.
    answer: marks
    show_if: answer.nodule == yes
""",
        ("nodule", "suspicion", "places"),
        "nodule",
        "answer.nodule == no",
        "automatic",
    ),
    "breast": Piece(
        "cancer",
        _AI.format(name="cancer", shown_as="MammoAid"),
        """
questions:
  category:
    ask: Which BI-RADS category?
    answer: scale
    scale: BI-RADS                    # its categories and their meanings come with it
    only: ["1", "2", "3", "4", "5"]
    measures: decision                # what the report compares with the truth ...
    positive_from: "4"                # ... from this category on it is positive
  probability:
    ask: How likely is cancer?
    answer: slider                    # it starts empty, so that no number is suggested
    from: 0
    to: 100
    unit: "%"
    measures: rating                  # what the report draws an ROC curve from
""",
        ("category", "probability"),
        "category",
        "answer.category < 4",
        "mammography",
    ),
    "other": Piece(
        "findings",
        _AI.format(name="findings", shown_as="AI"),
        """
questions:
  finding:
    ask: Is the finding there?        # put your own question here
    answer: yes_no
    measures: decision                # what the report compares with the truth
  suspicion:
    ask: How likely is it?
    answer: slider                    # it starts empty, so that no number is suggested
    from: 0
    to: 100
    unit: "%"
    measures: rating                  # what the report draws an ROC curve from
""",
        ("finding", "suspicion"),
        "finding",
        "answer.finding == no",
        "automatic",
    ),
}

PLANTED = """
planted:                              # mistakes on purpose, sealed until the feedback
  invented: {{ai: {ai}, kind: false_positive, cases: {count}, from: negative}}
"""

BOX = """
layers:
  box:
    ai: {ai}
    draw: box
    label: "{{score:.0%}}"              # the score beside each box, as a percentage
    at: balanced                      # nothing below this threshold is drawn
    reveal: {reveal:<25} # shown, toggle, button, hover, or {{after_s: 10}}
"""

CONDITIONS: Mapping[Way, str] = {
    "none": """\
  unaided:
    title: Without AI
    phases:
      - {{name: reading, answer: [{asked}], commit: true}}
""",
    "concurrent": """\
  with_ai:
    title: With AI from the start
    phases:
      - {{name: reading with AI, layers: [box], answer: [{asked}], commit: true}}
""",
    "on_demand": """\
  with_ai:
    title: With AI on demand
    phases:
      - {{name: reading with AI, layers: [box], answer: [{asked}], commit: true}}
""",
    "second": """\
  with_ai:
    title: Own view first, then AI
    phases:
      - {{name: own view, answer: [{asked}], commit: true}}   # saved before any AI is even loaded
      - {{name: with AI, layers: [box], answer: [{asked}], commit: true, at_least_s: 3}}
""",
    "safety_net": """\
  with_ai:
    title: AI as a safety net
    phases:
      - {{name: own view, answer: [{asked}], commit: true}}   # saved before any AI is even loaded
      - name: with AI
        only_if: "{no} and ai.{ai} >= 0.5"   # else this step is left out
        layers: [box]
        answer: [{asked}]
        commit: true
""",
}

DESIGNS: Mapping[str, str] = {
    "crossed": """
design:
  crossed:                            # every case in every condition, each in a session of its own
    of: [unaided, with_ai]
    order: latin_square               # as many readers begin with one as with the other
    washout_days: 28                  # least days between the sessions of a reader
  cases: {{order: random, max_run: {{truth: 4}}}}   # never more than four alike in a row
  readers: {{planned: {readers}}}
  seed: 1                             # any number; it decides every draw, so that orders can be made again
""",
    "split": """
design:
  split:                              # each case once for each reader, and over two readers once in each condition
    of: [unaided, with_ai]
    order: latin_square
    balance: [truth]                  # sets of cases with as many positives each as can be
  cases: {{order: random, max_run: {{truth: 4}}}}   # never more than four alike in a row
  readers: {{planned: {readers}}}
  seed: 1                             # any number; it decides every draw, so that orders can be made again
""",
    "arms": """
design:
  arms:                               # each reader is in one
    control: {{crossed: {{of: [unaided]}}}}
    ai: {{crossed: {{of: [with_ai]}}}}
  cases: {{order: random, max_run: {{truth: 4}}}}   # never more than four alike in a row
  readers:
    planned: {readers}
    strata: {{experience: [resident, specialist]}}   # asked at enrolment; arms are balanced within each
    assign: least_filled_by_completed   # a reader who drops out is made up for
  seed: 1                             # any number; it decides every draw, so that orders can be made again
""",
    "single": """
design:
  crossed: {{of: [{condition}]}}
  cases: {{order: random, max_run: {{truth: 4}}}}   # never more than four alike in a row
  readers: {{planned: {readers}}}
  seed: 1                             # any number; it decides every draw, so that orders can be made again
""",
}
