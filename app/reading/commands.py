"""What the reading engine tells the workstation to do next.

What belongs here: one frozen value per command. What does not: doing it (app.windows).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """An instruction from the engine to the workstation."""


@dataclass(frozen=True, slots=True)
class OpenText(Command):
    """Show a page of the protocol (its text, its questions); answer with TextAcknowledged."""

    text: str


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
class CloseCase(Command):
    """Take the case and everything over it off the screen."""

    trial: int


@dataclass(frozen=True, slots=True)
class OpenFeedback(Command):
    """Open truth, AI, planted errors and dwell of these trials; record FeedbackShown, later FeedbackClosed."""

    trials: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EndSitting(Command):
    """Nothing is left to do: record SittingEnded with this reason."""

    reason: str
