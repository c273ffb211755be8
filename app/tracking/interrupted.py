"""Which case begins anew after an interruption, so that what was confirmed in it before counts no longer.

What belongs here: that fold over events, for tables and reports, which have no script. What does not: the law that it
follows (app.reading), and what then counts (app.store, app.analysis).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.tracking.events import (
    CaseChosen,
    CaseSuspended,
    CaseTakenUp,
    Event,
    PhaseConfirmed,
    PhaseSkipped,
    SittingStarted,
    TrialReopened,
    TrialStarted,
)
from study_configs.protocol import Protocol


@dataclass(slots=True)
class BegunCases:
    """Follows a reader's events over all sign-ins. `phases` is how many phases a condition has.

    `open` is the trial that an interruption would hit: neither one that a stat exam set aside nor, while a finished one
    is looked at again, the one that was left for it (`left`).
    """

    restarts: bool
    phases: Mapping[str, int]
    sitting: int | None = None  # of the reading order
    open: int | None = None
    left: int | None = None
    conditions: dict[int, str] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)

    def take(self, event: Event) -> int | None:
        """Take in the next event; the trial that begins anew with it, None for none."""
        match event:
            case SittingStarted():
                return self._interrupted(event)
            case TrialStarted():
                self.conditions[event.trial] = event.condition
                self.open = event.trial
            case CaseChosen() | CaseTakenUp():
                self.open = event.trial
            case CaseSuspended():
                self.open = None
            case TrialReopened():
                self.left = self.left if self.open in self.done else self.open
                self.open = event.trial
            case PhaseConfirmed() | PhaseSkipped():
                self._over(event.trial, event.phase)
        return None

    def _over(self, trial: int, phase: int) -> None:
        if trial in self.done and trial == self.open:
            self.open, self.left = self.left, None
        if phase + 1 == self.phases.get(self.conditions.get(trial, ""), 0):
            self.done.add(trial)

    def _interrupted(self, event: SittingStarted) -> int | None:
        if event.sitting != self.sitting:  # what another sitting left open is no part of this one
            self.sitting, self.open, self.left = event.sitting, None, None
        anew = event.after_gap == "restart_case" or (self.restarts and event.after_gap != "resume")
        if not anew:
            return None
        if self.open in self.done:
            self.open, self.left = self.left, None
            return None
        known = self.open is not None and self.conditions.get(self.open, "") in self.phases
        return self.open if known else None


def begun_cases(protocol: Protocol | None) -> BegunCases:
    """At the beginning of a course; nothing begins anew under a protocol that can't be read."""
    if protocol is None:
        return BegunCases(restarts=False, phases={})
    phases = {name: len(condition.phases) for name, condition in protocol.conditions.items()}
    return BegunCases(protocol.reading.interrupted.same_case == "restart", phases)
