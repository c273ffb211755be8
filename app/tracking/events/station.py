"""What arrives at the scanner-side station: acquisitions, slice by slice.

What belongs here: what the scanner sends. What does not: what the technician decides (course: answers and decisions).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.tracking.events.base import Event

Acquisition = Literal["first", "repeated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcquisitionBegan(Event):
    """The scanner begins to send an acquisition of a trial's exam; it may belong to a later trial than the one open."""

    trial: int
    acquisition: Acquisition


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicesArrived(Event):
    """So many slices of the acquisition are there and on the screen."""

    trial: int
    acquisition: Acquisition
    slices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AcquisitionComplete(Event):
    """The last slice of the acquisition has come."""

    trial: int
    acquisition: Acquisition
    slices: int
