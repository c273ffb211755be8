"""How long the phase in progress has been on the screen, over all the sign-ins that it took.

What belongs here: that time, from events. What does not: the clock of the running sign-in (app.windows.layer_states).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.tracking.events import (
    CaseSuspended,
    CaseTakenUp,
    Event,
    Paused,
    PhaseConfirmed,
    PhaseStarted,
    SittingEnded,
    SittingStarted,
    TrialInterrupted,
    Unpaused,
)


@dataclass(slots=True)
class PhaseTime:
    """Adds up a phase's time on the screen, pauses left out; clocks of two sign-ins are never compared.

    A sign-in that was cut off counts up to its last event.
    """

    here: tuple[int, int] | None = None  # trial, phase
    spent_ns: int = 0
    since_ns: int | None = None  # None: nothing runs
    last_ns: int = 0
    aside: dict[tuple[int, int], int] = field(default_factory=dict)  # of phases that another trial came between

    def take(self, event: Event) -> None:
        match event:
            case SittingStarted():
                self._stop(self.last_ns)
                self.last_ns = 0
            case PhaseStarted(trial=trial, phase=phase):
                if self.here != (trial, phase):
                    self._put_aside(event.at_ns)
                    self.spent_ns = self.aside.pop((trial, phase), 0)
                self.here, self.since_ns = (trial, phase), event.at_ns
            case CaseSuspended():
                self._put_aside(event.at_ns)
            case CaseTakenUp(trial=trial):
                self.here = next((here for here in self.aside if here[0] == trial), None)
                self.spent_ns = self.aside.pop(self.here) if self.here is not None else 0
            case PhaseConfirmed():
                self.here, self.since_ns, self.spent_ns = None, None, 0
            case Paused() | TrialInterrupted() | SittingEnded():
                self._stop(event.at_ns)
            case Unpaused():
                self.since_ns = event.at_ns if self.here is not None else None
        self.last_ns = max(self.last_ns, event.at_ns)

    def _put_aside(self, at_ns: int) -> None:
        self._stop(at_ns)
        if self.here is not None:
            self.aside[self.here] = self.spent_ns
        self.here, self.spent_ns = None, 0

    def ended(self) -> int:
        """The time spent, were the last event the end of everything."""
        return self.spent_ns + (0 if self.since_ns is None else max(0, self.last_ns - self.since_ns))

    def _stop(self, at_ns: int) -> None:
        if self.since_ns is not None:
            self.spent_ns += max(0, at_ns - self.since_ns)
        self.since_ns = None
