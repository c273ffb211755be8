"""When a reader attended to the screen: one fold over events, shared by all that counts time.

What belongs here: sittings apart, when events take effect, attentive or not. What does not: what was on the screen
(dwell, exposure).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.tracking.events import (
    Event,
    FocusGained,
    FocusLost,
    IdleEnded,
    IdleStarted,
    Paused,
    ReadingHalted,
    ReadingWentOn,
    SittingStarted,
    Unpaused,
    WindowFroze,
)

FREEZE_FROM_MS = 250.0  # a shorter freeze is not told apart from looking


@dataclass(frozen=True, slots=True, kw_only=True)
class Thaw(Event):
    """The end of a freeze."""


@dataclass(slots=True)
class Attention:
    """Whether the reader attends: the window in front, nothing paused, halted, idle or frozen."""

    focused: bool = True
    paused: bool = False
    halted: bool = False
    idle: bool = False
    freezes: int = 0

    def __bool__(self) -> bool:
        return self.focused and not (self.paused or self.halted or self.idle or self.freezes)

    def take(self, event: Event) -> None:
        match event:
            case FocusLost() | FocusGained():
                self.focused = isinstance(event, FocusGained)
            case Paused() | Unpaused():
                self.paused = isinstance(event, Paused)
            case ReadingHalted() | ReadingWentOn():
                self.halted = isinstance(event, ReadingHalted)
            case IdleStarted() | IdleEnded():
                self.idle = isinstance(event, IdleStarted)
            case WindowFroze():
                self.freezes += 1
            case Thaw():
                self.freezes -= 1


def sittings(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Each sitting has a monotonic clock of its own."""
    part: list[Event] = []
    for event in events:
        if isinstance(event, SittingStarted) and part:
            yield part
            part = []
        part.append(event)
    if part:
        yield part


def edges(events: Sequence[Event], freeze_from_ms: float = FREEZE_FROM_MS) -> list[tuple[int, Event]]:
    """When each event takes effect, in time order: a freeze is known only at its end, idleness only once noticed."""
    found: list[tuple[int, Event]] = []
    for event in events:
        if not isinstance(event, WindowFroze):
            found.append((event.at_ns, event))
        elif event.frozen_ms >= freeze_from_ms:
            found.append((event.at_ns - round(event.frozen_ms * 1e6), event))
            found.append((event.at_ns, Thaw(at_ns=event.at_ns)))
    return sorted(found, key=lambda edge: edge[0])
