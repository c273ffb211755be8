"""Exposure: when each element of the AI was on the screen, from the log alone.

What belongs here: one fold over events, in integer ns. What does not: writing the records (app.windows.exposure_log),
what follows for a study (app.analysis.exposure).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Generic, TypeVar

from app.tracking.attention import FREEZE_FROM_MS, Attention, edges, sittings
from app.tracking.events import (
    CaseShown,
    Event,
    ExposureChanged,
    PhaseConfirmed,
    PhaseStarted,
    SittingEnded,
    TrialInterrupted,
    TrialStarted,
    ViewChanged,
)
from overlays.layers.exposure import SOME_OF_IT, Element, each_of

K = TypeVar("K", bound=Hashable)
PANEL = -1  # the viewport number of the panel beside the images
SAME_FRAME_NS = 1_000_000  # a frame's view and its exposure are recorded one after the other, microseconds apart
Where = tuple[str, int, int]  # series UID, lowest and highest slice


@dataclass(frozen=True, slots=True)
class Exposure:
    """One element of a layer as it stood unchanged on one viewport (-1: the panel), within one phase.

    `from_ns` and `to_ns` are the workstation's clock, comparable within one sign-in. `active_ns` is the part of it with
    an attentive reader: the window in front, not paused, idle or frozen. `share` is how much of the element's own
    picture lay in the viewport. `series_uid` is the stack that it lay over, `first_slice` and `last_slice` the lowest
    and highest slice of it that the viewport showed meanwhile; "" and -1 for the panel, and where no view is known.
    """

    trial: int
    phase: int
    viewport: int
    layer: str
    element: str
    draw: str
    from_ns: int
    to_ns: int
    active_ns: int
    threshold: float
    opacity: float
    share: float
    series_uid: str = ""
    first_slice: int = -1
    last_slice: int = -1


@dataclass(frozen=True, slots=True)
class Total:
    """How long an element was on any of the images in a phase, however styled; on several at once counts once."""

    trial: int
    phase: int
    layer: str
    element: str
    draw: str
    raw_ns: int
    active_ns: int
    largest_share: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a reader was exposed to: every interval, in the order of their ends, and totals."""

    exposures: tuple[Exposure, ...]
    totals: tuple[Total, ...]


def ledger(events: Iterable[Event], *, freeze_from_ms: float = FREEZE_FROM_MS) -> Ledger:
    """Fold the events of one sitting, or of several one after the other, into the ledger of exposure.

    Counts while a phase is open, from the case's first painted image on. A pause blanks the images, so that nothing is
    exposed; while the window lacks the focus, or nobody stirs, what is painted stays exposed and only `active_ns`
    stops. A sitting that was cut off counts up to its last event.
    """
    exposures: list[Exposure] = []
    totals: dict[tuple[int, int, str, str, str], Total] = {}
    for sitting in sittings(events):
        fold = _Fold(exposures, totals)
        for at_ns, event in edges(sitting, freeze_from_ms):
            fold.take(at_ns, event)
        fold.close()
    return Ledger(tuple(exposures), tuple(totals.values()))


@dataclass(slots=True)
class _Spans(Generic[K]):
    """Which keys hold now, and since when: (clock, attentive clock)."""

    since: dict[K, tuple[int, int]] = field(default_factory=dict)

    def become(self, keys: Mapping[K, None], now: tuple[int, int]) -> list[tuple[K, int, int, int]]:
        """From now on these hold; returns what ended: key, from, to, attentive part (ns)."""
        ended = [key for key in self.since if key not in keys]
        spans = []
        for key in ended:
            began, active = self.since.pop(key)
            if now[0] > began:
                spans.append((key, began, now[0], now[1] - active))
        for key in keys:
            self.since.setdefault(key, now)
        return spans


@dataclass(slots=True)
class _Fold:
    """What is on the screen in one sitting, and whether it counts."""

    exposures: list[Exposure]
    totals: dict[tuple[int, int, str, str, str], Total]
    attention: Attention = field(default_factory=Attention)
    at_ns: int = 0
    active_ns: int = 0  # of the sitting so far
    here: tuple[int, int] = (-1, -1)  # trial, phase
    is_open: bool = False
    case_shown: bool = False
    painted: dict[int, tuple[Element, ...]] = field(default_factory=dict)  # by viewport, also between phases
    intervals: _Spans[tuple[int, Element]] = field(default_factory=_Spans)
    any_image: _Spans[tuple[str, str, str]] = field(default_factory=_Spans)
    largest: dict[tuple[int, int, str, str, str], float] = field(default_factory=dict)
    views: dict[int, list[tuple[int, str, int]]] = field(default_factory=dict)  # by viewport: from when on, what

    def take(self, at_ns: int, event: Event) -> None:
        self.active_ns += (at_ns - self.at_ns) if self.attention else 0
        self.at_ns = at_ns
        match event:
            case TrialStarted(trial=trial):
                self._count(False)
                self.here, self.case_shown = (trial, -1), False
            case CaseShown():
                self.case_shown = True
                self._count(self.is_open)
            case PhaseStarted(trial=trial, phase=phase):
                self._count(False)
                self.here = (trial, phase)
                self._count(True)
            case PhaseConfirmed() | TrialInterrupted() | SittingEnded():
                self._count(False)
            case ExposureChanged(viewport=viewport, elements=elements):
                self.painted[viewport] = elements
                self._count(self.is_open)
            case ViewChanged(viewport=viewport, series_uid=series, slice_index=index):
                self.views.setdefault(viewport, []).append((at_ns, series, index))
            case _:
                self.attention.take(event)

    def close(self) -> None:
        self._count(False)

    def _count(self, is_open: bool) -> None:
        """From now on what is painted counts, or nothing does."""
        self.is_open = is_open
        counts = is_open and self.case_shown
        shown = [(viewport, each) for viewport, elements in self.painted.items() for each in elements if counts]
        now = (self.at_ns, self.active_ns)
        for (viewport, each), began, ended, active in self.intervals.become(dict.fromkeys(shown), now):
            self._add(viewport, each, began, ended, active)
        over_images = {
            (layer, name, draw): None
            for viewport, (layer, element, draw, *_) in shown
            if viewport != PANEL
            for name in each_of(element)
        }
        for (layer, element, draw), began, ended, active in self.any_image.become(over_images, now):
            self._sum(layer, element, draw, ended - began, active)

    def _add(self, viewport: int, each: Element, began: int, ended: int, active: int) -> None:
        layer, element, draw, threshold, opacity, share = each
        trial, phase = self.here
        if viewport != PANEL:
            names = each_of(element)
            seen = share if names == (element,) else SOME_OF_IT
            for name in names:
                key = (trial, phase, layer, name, draw)
                self.largest[key] = max(seen, self.largest.get(key, 0.0))
        what, style = (viewport, layer, element, draw), (threshold, opacity, float(share))
        where = self._where(viewport, began, ended)
        self.exposures.append(Exposure(trial, phase, *what, began, ended, active, *style, *where))

    def _where(self, viewport: int, began: int, ended: int) -> Where:
        """What the viewport showed in an interval."""
        shown = self.views.get(viewport, [])
        first = max(0, bisect_right(shown, began + SAME_FRAME_NS, key=itemgetter(0)) - 1)
        after = max(first + 1, bisect_left(shown, ended - SAME_FRAME_NS, key=itemgetter(0)))
        part = shown[first:after]
        if not part:
            return "", -1, -1
        slices = [index for _, series, index in part if series == part[-1][1]]
        return part[-1][1], min(slices), max(slices)

    def _sum(self, layer: str, element: str, draw: str, raw: int, active: int) -> None:
        key = (*self.here, layer, element, draw)
        before = self.totals.get(key)
        if before is not None:
            raw, active = raw + before.raw_ns, active + before.active_ns
        self.totals[key] = Total(*key, raw, active, self.largest.get(key, 0.0))
