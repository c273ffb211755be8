"""What becomes of attention and of the workstation: focus, pauses, frozen windows, screens, problems.

What belongs here: what dwell has to know beside the views. What does not: dwell itself (app.tracking.dwell).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.tracking.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusLost(Event):
    """The reader went to a window that is none of the reading: dwell stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusGained(Event):
    """The reader came back to a reading window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """The reader pressed pause: the image is blanked and dwell stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaused(Event):
    """The reader went on after a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingHalted(Event):
    """The store could not save: a message covers the window, and dwell and a reading list's clock stop until
    `ReadingWentOn`; no call is missed meanwhile. The longest time of a phase passes on, as in a pause."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingWentOn(Event):
    """What was held is saved, and the reader is back before the images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleStarted(Event):
    """No input for the protocol's `idle_after_s`; `at_ns` is the last input plus that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleEnded(Event):
    """The reader stirred again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFroze(Event):
    """The GUI thread did not answer for `frozen_ms`, which falsifies dwell."""

    frozen_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayDescribed(Event):
    """The screen that the reading window is on, and what people have declared of it; again when either changes."""

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
    type_scale: float = 0.0  # of the window's type, 1 at 800 px of height; 0 in logs of before it was kept


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemShown(Event):
    """A message that the reader saw: a file that could not be read, an AI result that failed."""

    what: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStarted(Event):
    """The program that this sitting runs in: it had been running for `running_for_ms` when the sitting began."""

    running_for_ms: float
    program_version: str
    python: str = ""
    qt: str = ""
    system: str = ""  # such as "Linux 6.1"; never the machine's name


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationEnded(Event):
    """The program ends and takes the sitting with it, also where a signal asked it to.

    Not in a sitting that was finished or signed out: that is sealed while the program goes on, to its last page.
    """

    why: Literal["window_closed", "failed"]  # failed: an error of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorsDescribed(Event):
    """The monitors of the workstation, and which one the reading window is on; again when any of it changes.

    Each monitor: (name, manufacturer and model, width and height in device pixels, left, top, width and height in
    logical pixels of the desktop, device pixels in each, physical width and height in mm or 0, refresh rate in Hz).
    """

    monitors: tuple[tuple[str, str, int, int, int, int, int, int, float, float, float, float], ...]
    window_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelsPlaced(Event):
    """Where the named parts of the reading window lie from `at_ns` on: (name, left, top, width, height).

    Logical pixels of the screen that the window is on, from that screen's top left corner; what is hidden is not in it.
    Of two that overlap, the one named later lies on top.
    """

    panels: tuple[tuple[str, float, float, float, float], ...]
    screen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockJumped(Event):
    """The workstation's wall clock (UTC) was set by so much against its monotonic clock; forward is positive."""

    by_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slept(Event):
    """The machine slept for so long; noticed afterwards. The monotonic clock may have stood still meanwhile."""

    for_ms: float
