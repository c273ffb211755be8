"""What all events share: when they happened, and the values that several of them hold.

What belongs here: the base class. What does not: any kind of event (course, measures, viewing, advice, workplace).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Scalar = str | int | float | bool | None
AnswerValue = Scalar | tuple[str, ...]
Source = Literal["key", "mouse", "wheel", "menu", "button", "program", "simulated"]
Doer = Literal["reader", "undo", "redo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `at_ns` on the workstation's monotonic clock (ns)."""

    at_ns: int
    acknowledged: ClassVar[bool] = False  # True: shown as done only after a synchronous commit
