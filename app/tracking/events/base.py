"""What all events share: when they happened, and the values that several of them hold.

What belongs here: the base class, and how an event's many samples are laid out. What does not: any kind of event
(course, measures, viewing, advice, workplace), and packing samples (app.tracking.samples).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import ClassVar, Literal

Scalar = str | int | float | bool | None
AnswerValue = Scalar | tuple[str, ...]
Source = Literal["key", "mouse", "wheel", "menu", "button", "program", "simulated"]
Doer = Literal["reader", "undo", "redo"]


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a sample: its name, its unit, and the whole numbers that it is stored as.

    `step` None: the value is a whole number itself (ns, a slice's index). Else it is a float, a whole multiple of
    `step` (0.01 px). `missing`: a sample may hold None here (an eye tracker during a blink).
    """

    name: str
    unit: str
    step: float | None = None
    missing: bool = False

    def rounded(self, value: float | None) -> float | None:
        """The nearest value that is stored exactly; None for a float that is no number."""
        if value is None or not isfinite(value):
            return None
        return self.value(self.whole(value))

    def whole(self, value: float) -> int:
        """The whole number that stands for a value."""
        if self.step is None:
            return round(value)
        return round(value * round(1 / self.step)) if self.step < 1 else round(value / self.step)

    def value(self, whole: int) -> float:
        """The value that a whole number stands for: an int without a step, else a float."""
        if self.step is None:
            return whole
        return whole / round(1 / self.step) if self.step < 1 else whole * self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `at_ns` on the workstation's monotonic clock (ns)."""

    at_ns: int
    acknowledged: ClassVar[bool] = False  # True: shown as done only after a synchronous commit


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseEvent(Event):
    """An event with many samples, each one value per column: a field `samples`, a tuple of such tuples.

    Every value is rounded to its column's step already, so that packing them (app.tracking.samples) loses nothing. The
    first column is the sample's own time on the monotonic clock, and `at_ns` that of the last sample.
    """

    columns: ClassVar[tuple[Column, ...]] = ()
