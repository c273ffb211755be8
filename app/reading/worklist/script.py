"""What a reading list and the calls of a block are, laid out for one sitting.

What belongs here: those values. What does not: making them (compiling), what has happened so far
(state) and what follows from it (standing, steps). No AI score enters here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # script holds these values, and pages are its own
    from app.reading.script import PageScript


@dataclass(frozen=True, slots=True)
class ListedExam:
    """One exam as its row of the list tells it: an invented patient, never the case's id."""

    patient: str
    age: int | None  # years
    sex: str  # F, M, O or ""
    modality: str
    description: str
    priority: str  # routine, urgent or stat
    arrives_ns: int  # in the block's time
    triaged: bool  # whether the AI's flag may stand here


@dataclass(frozen=True, slots=True)
class CallScript:
    """One telephone call: when it comes in the block's time, for how long it rings, what is said and asked."""

    at_ns: int
    rings_ns: int
    says: str
    page: PageScript


@dataclass(frozen=True, slots=True)
class TriageScript:
    """What AI does to the list: from which score on a case is flagged, whether that is told and whether it sorts."""

    ai: str
    threshold: float
    shows_tag: bool
    sorts: bool
    tag: str


@dataclass(frozen=True, slots=True)
class ListScript:
    """The list of one block and the bustle around it."""

    block: int
    columns: tuple[str, ...]
    choose: bool
    order: str  # planned, arrival or priority
    stat_interrupts: bool
    triage: TriageScript | None
    calls: tuple[CallScript, ...]
    clock: str  # none, elapsed or left
    block_ns: int | None
    quota: int | None
