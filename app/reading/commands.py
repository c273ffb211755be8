"""What the reading engine tells the workstation to do next.

What belongs here: one frozen value per command. What does not: doing it (app.windows).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Command:
    """An instruction from the engine to the workstation."""


@dataclass(frozen=True, slots=True)
class OpenText(Command):
    """Show a page of the protocol (its text, its questions, its media); record TextShown, later TextAcknowledged.

    `block` is the block of the order before which it is read, None for a page before or after the cases.
    """

    text: str
    block: int | None = None


@dataclass(frozen=True, slots=True)
class OpenCase(Command):
    """Load and paint a case; record TrialStarted, and CaseShown once its first image is painted.

    `next_case` is the case to fetch meanwhile, empty after the last.
    """

    trial: int
    case: str
    next_case: str


@dataclass(frozen=True, slots=True)
class StartPhase(Command):
    """Ask the phase's questions and put its layers within reach (all other AI out of reach); record PhaseStarted."""

    trial: int
    phase: int


@dataclass(frozen=True, slots=True)
class WeighPhase(Command):
    """Whether a phase is taken depends on these AIs: record PhaseWeighed with their highest scores in this case.

    Nothing of them is shown by that.
    """

    trial: int
    phase: int
    ais: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkipPhase(Command):
    """The phase is left out: record PhaseSkipped with this reason."""

    trial: int
    phase: int
    why: Literal["only_if", "no_reveal"]


@dataclass(frozen=True, slots=True)
class CloseCase(Command):
    """Take the case and everything over it off the screen."""

    trial: int


@dataclass(frozen=True, slots=True)
class OpenCaseFeedback(Command):
    """Between cases: tell the reader about these trials; record CaseFeedbackShown, later CaseFeedbackClosed."""

    trials: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenBreak(Command):
    """A break, of at least so many seconds; record BreakStarted at once, BreakEnded when the reader goes on."""

    after_trial: int
    at_least_s: float


@dataclass(frozen=True, slots=True)
class OpenWorklist(Command):
    """Show the reading list; the reader chooses the next case from it (CaseChosen)."""


@dataclass(frozen=True, slots=True)
class OpenFeedback(Command):
    """Open truth, AI, planted errors and dwell of these trials; record FeedbackShown, later FeedbackClosed."""

    trials: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EndSitting(Command):
    """Nothing is left to do, or the longest sitting is over (time_up): record SittingEnded with this reason."""

    reason: Literal["finished", "time_up"]
