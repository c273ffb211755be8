"""What a reader is told after the sitting, case by case, as plain values.

What belongs here: the values, and answers in words. What does not: gathering them from store and truth
(app.analysis) and drawing them (app.windows.debrief).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.reading.answers import DONT_KNOW
from app.tracking.events import AnswerValue
from study_configs.questions import (
    SEPARATOR,
    Choice,
    Choices,
    Likert,
    Marks,
    Matrix,
    NumberAnswer,
    Pairwise,
    Question,
    Ranking,
    ScaleAnswer,
    Slider,
)
from study_configs.questions import Verdict as VerdictQuestion
from study_configs.words import phrase, translate

Verdict = Literal["right", "wrong", "not applicable"]


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """One question in words: the answer before AI was shown ("" in conditions of one phase), and the last answer."""

    title: str
    first: str
    final: str

    @property
    def changed(self) -> bool:
        return self.first not in ("", self.final)


@dataclass(frozen=True, slots=True)
class PeerAnswers:
    """How other readers answered one question about a case: each answer in words, and how many gave it. No names."""

    title: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PicturedPlace:
    """A place to be drawn on an image: LPS mm of its middle, on which slice (from 0), and the words beside it."""

    kind: Literal["lesion", "mark", "finding"]
    position_mm: tuple[float, float, float]
    slice_index: int
    words: str
    diameter_mm: float = 0.0  # of a lesion, where it is known
    shape: str = "point"  # of a mark, with its points in LPS mm as MarkPlaced keeps them
    points_mm: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class FeedbackPicture:
    """The slice of a case that says most: that of the lesion, else of the best AI finding, else of the first mark."""

    series: str  # key of the series
    slice_index: int
    images: int  # of the series
    places: tuple[PicturedPlace, ...]


@dataclass(frozen=True, slots=True)
class CaseFeedback:
    """One case as the reader sees it afterwards. Leave out (empty, "not applicable") what the protocol does not show.

    `own_first` judges the decision that was made before AI was shown, "not applicable" in conditions of one phase;
    `ai` judges the AI as it was shown, planted errors included. `planted` says each planted error in words.
    `dwell_ms` has one entry a slice of the main series; `*_slices` are slice indices from 0. `saw_ai` is False in
    unaided conditions. `seconds` is active reading time.
    """

    case: str
    title: str
    condition_title: str
    answers: tuple[AnsweredQuestion, ...]
    truth: str
    own_final: Verdict
    own_first: Verdict = "not applicable"
    saw_ai: bool = False
    ai: Verdict = "not applicable"
    ai_summary: str = ""
    planted: tuple[str, ...] = ()
    practice: bool = False
    dwell_ms: tuple[float, ...] = ()
    lesion_slices: tuple[int, ...] = ()
    mark_slices: tuple[int, ...] = ()
    finding_slices: tuple[int, ...] = ()
    picture: FeedbackPicture | None = None
    seconds: float = 0.0
    peers: tuple[PeerAnswers, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedbackSummary:
    """The sitting in numbers: (right, judged) without AI and with it; planted errors that were (caught, followed)."""

    without_ai: tuple[int, int]
    with_ai: tuple[int, int]
    planted_caught: int
    planted_followed: int


def summarise(cases: tuple[CaseFeedback, ...]) -> FeedbackSummary:
    """Count over the cases; practice, and cases without a known truth, count nowhere.

    A decision that was made before AI came counts as without AI, the one after it as with AI: a case of
    commit → reveal → revise counts in both. A planted error was followed where AI and the final answer are both wrong,
    caught where AI is wrong and the answer right.
    """
    judged = [c for c in cases if not c.practice and c.own_final != "not applicable"]
    two_steps = [c for c in judged if c.saw_ai and c.own_first != "not applicable"]
    before = [c.own_final for c in judged if not c.saw_ai] + [c.own_first for c in two_steps]
    after = [c.own_final for c in judged if c.saw_ai]
    misled = [c.own_final for c in judged if c.saw_ai and c.planted and c.ai == "wrong"]
    return FeedbackSummary(
        (before.count("right"), len(before)),
        (after.count("right"), len(after)),
        misled.count("right"),
        misled.count("wrong"),
    )


VERDICTS = {
    "accept": phrase("Answers", "Accept"),
    "modify": phrase("Answers", "Modify"),
    "reject": phrase("Answers", "Reject"),
}


def answer_in_words(question: Question, value: AnswerValue) -> str:
    """An answer as the reader gave it: the option's label, the number with its unit, the point on its scale."""
    if value is None:
        return ""
    if value == DONT_KNOW and question.dont_know:
        return translate("Answers", "Don't know")
    if isinstance(value, tuple):
        return _list_in_words(question, value)
    match question:
        case Choice():
            return question.options.get(str(value), str(value))
        case Likert():
            return _point_in_words(question, value)
        case ScaleAnswer():
            return f"{question.scale} {value}"
        case VerdictQuestion():
            return translate("Answers", VERDICTS[str(value)])
        case Slider() | NumberAnswer() if isinstance(value, int | float):
            return f"{value:g} {question.unit}".strip()
    yes_no = (
        {"yes": translate("Answers", "Yes"), "no": translate("Answers", "No")} if question.answer == "yes_no" else {}
    )
    return yes_no.get(str(value), str(value))


def _point_in_words(question: Likert, value: AnswerValue) -> str:
    if question.labels and isinstance(value, int) and 1 <= value <= len(question.labels):
        return question.labels[value - 1]
    return translate("Answers", "{value} of {points}").format(value=value, points=question.points)


def _list_in_words(question: Question, values: tuple[str, ...]) -> str:
    match question:
        case Marks():
            return translate("Answers", "%n mark(s)", None, len(values))
        case Choices():
            return ", ".join(question.options.get(value, value) for value in values) or translate("Answers", "None")
        case Ranking():
            return ", ".join(f"{at}. {question.options.get(value, value)}" for at, value in enumerate(values, start=1))
        case Matrix():
            cells = [value.partition(SEPARATOR) for value in values]
            return "; ".join(f"{question.rows.get(row, row)}: {question.options.get(at, at)}" for row, _, at in cells)
        case Pairwise():
            return "; ".join(_pair_in_words(question, value) for value in values)
    return ", ".join(values)


def _pair_in_words(question: Pairwise, value: str) -> str:
    sign = "~" if "~" in value else ">"
    one, _, other = value.partition(sign)
    return f"{question.options.get(one, one)} {sign} {question.options.get(other, other)}"
