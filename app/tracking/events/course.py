"""What a sitting goes through: sign-in, trials, phases, answers, marks, decisions, feedback.

What belongs here: what app.reading folds over. What does not: what the reader looks at meanwhile (viewing, advice).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from app.tracking.events.base import AnswerValue, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingStarted(Event):
    """A reader signed in; `resumed` when an earlier, unfinished sitting of the same order goes on.

    `gap_hours` is how long it lay still, by the wall clock; `after_gap` what became of it where that was longer than
    the protocol allows, by its own rule or as a coordinator decided.
    """

    reader: str  # pseudonym
    protocol_id: str
    protocol_version: str
    protocol_sha256: str
    order_sha256: str
    mode: str
    sitting: int  # which sitting of the reading order, from 1
    resumed: bool
    program_version: str
    gap_hours: float | None = None
    after_gap: Literal["", "resume", "restart_case", "end_sitting"] = ""
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAcknowledged(Event):
    """The reader read a page (instructions, consent, a questionnaire) and went on.

    `sha256` names the version of the text that was shown, `answers` what the page's questions were answered, and
    `versions` which version of each question that was. `block` is the block of the order before which it was read, None
    for a page before or after the cases. `media_sha256` names the picture or film on the page; `watched` says whether
    it was seen to its end, or that this machine could not show it.
    """

    text: str
    sha256: str
    answers: dict[str, AnswerValue] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    block: int | None = None
    media_sha256: str = ""
    watched: Literal["", "to_the_end", "in_part", "could_not_be_shown"] = ""
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShown(Event):
    """A page came before the reader; its TextAcknowledged says that it was left."""

    text: str
    block: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStarted(Event):
    """A trial was opened, or taken up again: its case is being loaded."""

    trial: int
    case: str
    condition: str
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown(Event):
    """The case's first image was painted: the trial's clock starts here."""

    trial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted(Event):
    """All that the phase shows stands on the screen: its clock starts, its questions are open."""

    trial: int
    phase: int
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven(Event):
    """An answer was set or changed, not yet confirmed.

    `target` is what it is about: "" for the case, "right" or "left", a segment's value, an AI finding's id, a mark's
    id, a lesion's id.
    """

    trial: int
    phase: int
    question: str
    value: AnswerValue
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCleared(Event):
    """An answer was taken back, not yet confirmed; the question stands open again."""

    trial: int
    phase: int
    question: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPlaced(Event):
    """The reader pointed out a place (also when an existing mark is moved or drawn anew: the same id again).

    `position_mm` is LPS mm, or the image's own mm where it carries no patient geometry; of a `shape` other than a point
    it is the centre. `points_mm` in the same mm: box two opposite corners; ellipse its centre and the ends of two
    half-axes; line its ends; angle end, vertex, end; polygon its corners; brush none, and `mask` the painted voxels of
    the grid `mask_shape` (slices, rows, columns) in the form of SegmentPainted.
    """

    trial: int
    phase: int
    question: str
    mark: str
    series_uid: str
    sop_uid: str
    slice_index: int
    column: float
    row: float
    position_mm: tuple[float, float, float]
    shape: str = "point"
    points_mm: tuple[tuple[float, float, float], ...] = ()
    mask: str = ""
    mask_shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRemoved(Event):
    """The reader took a mark away."""

    trial: int
    phase: int
    question: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseConfirmed(Event):
    """The reader confirmed a phase. The decision: every answer that stood then, keyed question or question@target.

    `versions` holds the version of each question's words, by question.
    """

    trial: int
    phase: int
    answers: dict[str, AnswerValue]
    versions: dict[str, str] = field(default_factory=dict)
    acknowledged: ClassVar[bool] = True

    def has(self, mark: MarkPlaced) -> bool:
        """Whether a mark belongs to the decision: its question was asked then, and it stood."""
        stood = self.answers.get(mark.question, ())
        return isinstance(stood, tuple | list) and mark.mark in stood


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseWeighed(Event):
    """After the commit of the phase before: the highest scores of AIs in this case, for the phase's `only_if`.

    They are known to the program, not to the reader. An AI without any score in this case is not in it.
    """

    trial: int
    phase: int
    top_scores: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSkipped(Event):
    """A phase was left out: its `only_if` did not hold, or the trial is one in which AI stays hidden."""

    trial: int
    phase: int
    why: Literal["only_if", "no_reveal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsListed(Event):
    """The AI findings that questions per finding are about from now on: those that the phase's layers show.

    At the layers' own thresholds, not where the reader has moved them, so that each reader answers about the same.
    """

    trial: int
    phase: int
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWarned(Event):
    """The reader was told that the phase will end by itself in `left_s` seconds."""

    trial: int
    phase: int
    left_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReopened(Event):
    """The reader went back to a trial that was finished before; its committed answers stay closed."""

    trial: int
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakStarted(Event):
    """A break that the protocol makes: no reading time until it ends."""

    after_trial: int
    at_least_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEnded(Event):
    """The reader went on after a break."""

    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFeedbackShown(Event):
    """Between cases: what the protocol tells of these trials was opened to the reader."""

    trials: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFeedbackClosed(Event):
    """The reader left what was told between cases."""

    trials: tuple[int, ...]
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialInterrupted(Event):
    """The trial was left unfinished (crash, sign-out, an error of ours); a resumed sitting takes it up again."""

    trial: int
    reason: str
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackShown(Event):
    """Truth, planted errors and dwell of these trials were opened to the reader."""

    trials: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackClosed(Event):
    """The reader left what was told at the end."""

    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingEnded(Event):
    """The sign-in's last event; `counts` says how many events of each kind came before it, so that a gap shows.

    time_up: the protocol's longest sitting was over at the end of a case; the rest is read another time.
    """

    reason: Literal["finished", "signed_out", "failed", "time_up"]
    counts: dict[str, int]
    acknowledged: ClassVar[bool] = True
