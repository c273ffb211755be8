"""What a sitting goes through: sign-in, trials, phases, answers, marks, decisions, feedback.

What belongs here: what app.reading folds over. What does not: what the reader looks at meanwhile (viewing, advice).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from app.tracking.events.base import AnswerValue, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingStarted(Event):
    """A reader signed in; `resumed` when an earlier, unfinished sitting of the same order goes on."""

    reader: str  # pseudonym
    protocol_id: str
    protocol_version: str
    protocol_sha256: str
    order_sha256: str
    mode: str
    sitting: int  # which sitting of the reading order, from 1
    resumed: bool
    program_version: str
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAcknowledged(Event):
    """The reader read a page (instructions, consent, a questionnaire) and went on.

    `sha256` names the version of the text that was shown, `answers` what the page's questions were answered.
    """

    text: str
    sha256: str
    answers: dict[str, AnswerValue] = field(default_factory=dict)
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStarted(Event):
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
    trial: int
    phase: int
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven(Event):
    """An answer was set or changed, not yet confirmed. `target` is a mark's id for questions per mark, else empty."""

    trial: int
    phase: int
    question: str
    value: AnswerValue
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCleared(Event):
    trial: int
    phase: int
    question: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPlaced(Event):
    """The reader pointed out a place (also when an existing mark is moved: the same id again).

    `position_mm` is LPS mm, or the image's own mm where it carries no patient geometry.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRemoved(Event):
    trial: int
    phase: int
    question: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseConfirmed(Event):
    """The reader confirmed a phase. The decision: every answer that stood then, keyed question or question@mark."""

    trial: int
    phase: int
    answers: dict[str, AnswerValue]
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
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingEnded(Event):
    """The sitting's last event; `counts` says how many events of each kind came before it, so that a gap shows."""

    reason: Literal["finished", "signed_out", "failed"]
    counts: dict[str, int]
    acknowledged: ClassVar[bool] = True
