"""Where the reader looked, as an eye tracker told it: its stream, its check against the screen, its samples.

What belongs here: what an analyst needs to judge and to use gaze. What does not: receiving it (app.tracking.gaze),
where windows lay on the screen (workplace), what lay there (viewing).

Gaze is in logical pixels of the screen that the reading window is on, counted from that screen's top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.tracking.events.base import Column, DenseEvent, Event

GazeSample = tuple[int, float | None, float | None, float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeSourceOpened(Event):
    """A tracker's samples come in from `at_ns` on; once more after it was lost.

    `units` are those in which it sends places ("normalised", "px", "mm"); `rate_hz` is what it declares, 0 without a
    regular rate. `declared_px` is the screen that its places in px or mm are counted on, in its own pixels.
    """

    name: str
    kind: str  # how it came: "lsl"
    rate_hz: float
    units: str
    channels: tuple[str, ...] = ()  # labels, in the stream's order
    source_id: str = ""
    manufacturer: str = ""
    model: str = ""
    screen_px: tuple[int, int] = (0, 0)  # the screen's logical pixels that gaze is given in
    screen_mm: tuple[float, float] = (0.0, 0.0)  # as declared or described; (0, 0) if unknown
    declared_px: tuple[float, float] = (0.0, 0.0)
    distance_mm: float = 0.0  # from eye to screen, as declared; 0 if unknown
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeSourceLost(Event):
    """No samples come in any more; `at_ns` is when that was noticed, `last_ns` the last sample's time (0: none)."""

    name: str
    reason: str  # "silent" | "closed" | "not_found" | "unusable" | "ended"
    last_ns: int = 0
    samples: int = 0  # received since it was opened
    dropped: int = 0  # missing among them, by the declared rate


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeClockSynced(Event):
    """How the tracker's clock lies to the workstation's: its time stamps + `offset_ns` are on the monotonic clock."""

    name: str
    offset_ns: int
    uncertainty_ms: float  # half the round trip of the exchange, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeCalibrated(Event):
    """The tracker was checked against points on the screen: where each point lay and how far gaze was from it.

    One value per point and list, in the order shown. `error` is the distance from the point to the mean of gaze,
    `spread` the root mean square of the samples around that mean; None where too few samples came. Degrees are None
    where the screen's size or the reader's distance is unknown.
    """

    points: tuple[tuple[float, float], ...]  # logical px of the screen
    error_px: tuple[float | None, ...]
    error_deg: tuple[float | None, ...]
    spread_px: tuple[float | None, ...]
    spread_deg: tuple[float | None, ...]
    samples: tuple[int, ...]
    outcome: str  # "accepted" | "repeated" | "without": the reader goes on without gaze
    at_most_deg: float  # what the protocol allows; 0 where it sets nothing
    screen_px: tuple[int, int]
    screen_mm: tuple[float, float]
    distance_mm: float

    @property
    def accepted(self) -> bool:
        return self.outcome == "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeMoved(DenseEvent):
    """Gaze samples: (at_ns, x, y, left pupil, right pupil); None where the tracker saw no eye, as in a blink.

    `at_ns` of the event is that of its last sample. `dropped` samples are missing in it or before it, by the rate that
    the tracker declares. `beside` of its samples lay beside the reading window: only their times are kept. While the
    reader pauses or another program is in front, no sample is kept at all.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("at_ns", "ns"),
        Column("x_px", "px", 0.01, missing=True),
        Column("y_px", "px", 0.01, missing=True),
        Column("pupil_left_mm", "mm", 0.001, missing=True),
        Column("pupil_right_mm", "mm", 0.001, missing=True),
    )
    samples: tuple[GazeSample, ...]
    dropped: int = 0
    beside: int = 0
