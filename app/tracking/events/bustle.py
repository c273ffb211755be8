"""What happens around the cases: the reading list, exams that arrive, stat cases, telephone calls, the block's time.

What belongs here: what a protocol's section worklist brings about, and what the reader does with it. What does not:
reading a case (course).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from app.tracking.events.base import AnswerValue, Event
from app.tracking.events.course import TrialInterrupted


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistShown(Event):
    """The reading list came to the screen; `trials` are its rows from the top, `flagged` those with the AI's flag."""

    block: int
    trials: tuple[int, ...]
    flagged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamArrived(Event):
    """An exam came onto the list, `block_ms` after the block's first case was opened (pauses and breaks left out)."""

    trial: int
    block_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamTriaged(Event):
    """The AI's result for an exam on the list is there: its highest score, and whether that flags the exam.

    Nothing of the result comes within the reader's reach by it but the flag, where the protocol shows one.
    """

    trial: int
    ai: str
    top_score: float | None
    flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChosen(Event):
    """An exam was opened from the list: its row from the top (from 1) of `waiting` unread ones, and who chose it."""

    trial: int
    block_ms: int
    row: int
    waiting: int
    by: Literal["reader", "list"] = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSuspended(TrialInterrupted):
    """A stat exam came: the case that was read is set aside, with all its answers, and goes on after it."""

    stat: int  # trial of the exam that came


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTakenUp(Event):
    """A case that was set aside goes on where it was; it is started and shown again after this."""

    trial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRang(Event):
    """The telephone began to ring. `call` is the call's place among those of the block, from 0."""

    block: int
    call: int
    block_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTaken(Event):
    """The reader picked up: from now on the caller's words are on the screen."""

    block: int
    call: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(Event):
    """The reader answered the caller's questions and hung up."""

    block: int
    call: int
    answers: dict[str, AnswerValue] = field(default_factory=dict)
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMissed(Event):
    """Nobody picked up for as long as it rang."""

    block: int
    call: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaReached(Event):
    """As many cases of the block are read as readers were told to reach."""

    block: int
    read: int
    block_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTimeEnded(Event):
    """The block's minutes are over: cases that were not begun are not read."""

    block: int
    unread: tuple[int, ...]
