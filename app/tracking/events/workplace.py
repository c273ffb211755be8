"""What becomes of attention and of the workstation: focus, pauses, frozen windows, screens, problems.

What belongs here: what dwell has to know beside the views. What does not: dwell itself (app.tracking.dwell).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.tracking.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusLost(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusGained(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """The reader pressed pause: the image is blanked and dwell stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaused(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleStarted(Event):
    """No input for the protocol's `idle_after_s`; `at_ns` is the last input plus that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleEnded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFroze(Event):
    """The GUI thread did not answer for `frozen_ms`, which falsifies dwell."""

    frozen_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayDescribed(Event):
    screen: str
    width: int
    height: int
    scale: float
    depth: int
    gsdf: str = "unknown"  # yes | no | unknown: what a person declared of its calibration (DICOM PS3.14)
    checked: str = ""  # when it was calibrated last, as declared
    l_min: float | None = None  # cd/m², as declared
    l_max: float | None = None
    ambient_lux: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemShown(Event):
    """A message that the reader saw: a file that could not be read, an AI result that failed."""

    what: str
    where: str
