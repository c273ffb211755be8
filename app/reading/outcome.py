"""What an event leads to, and the error for one that the law forbids.

What belongs here: those values. What does not: which event leads to what (the steps), the table of them (engine).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.reading.commands import Command
from app.reading.script import Script
from app.reading.state import ReadingState
from study_configs.problem import ProgramError


class OutOfTurn(ProgramError):
    """An event came that the law of the sitting does not allow at this stage."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event led to: the next state, and what the workstation has to do."""

    state: ReadingState
    commands: tuple[Command, ...] = ()


Step = Callable[[Script, ReadingState, Any], Outcome]


def unchanged(script: Script, state: ReadingState, event: object) -> Outcome:
    """The step of events that are allowed and change nothing."""
    return Outcome(state)
