"""How simulated readers behave: how far they look, what they try, whom they follow. None of them knows the truth.

What belongs here: the numbers, by name. What does not: doing it (reader).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """One way to read. Shares and chances are 0 to 1; `seed` makes a policy read the same way each time."""

    name: str
    seed: int
    slices_looked_at: int  # stops on the way through a stack
    follows_ai: float  # chance to take over what the AI shows
    trusts_own_eyes: float  # chance to call what looks like a nodule one
    tries_tools: bool  # windows, zoom, layouts, layers' sliders
    pace_ms: int  # between two acts


POLICIES = {
    "careful": Policy("careful", 7, 40, 0.8, 0.6, True, 12),
    "hasty": Policy("hasty", 11, 6, 0.95, 0.4, False, 4),
}
