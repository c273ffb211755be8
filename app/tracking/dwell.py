"""Dwell by view: how long each slice and each layer was in front of an attentive reader.

What belongs here: one fold over events, in integer ns. What does not: Qt, the store, other bases (pointer, gaze).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from app.tracking.attention import FREEZE_FROM_MS, Attention, edges, sittings
from app.tracking.events import (
    CaseShown,
    Event,
    LayerChanged,
    LayersHeld,
    PhaseConfirmed,
    PhaseStarted,
    SittingEnded,
    TrialInterrupted,
    TrialStarted,
    ViewChanged,
    ViewportEmptied,
)

K = TypeVar("K")
Slice = tuple[int, int, str, int]  # trial, phase, series UID, slice index
LayerKey = tuple[int, int, str]  # trial, phase, layer
PhaseKey = tuple[int, int]  # trial, phase


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: `raw_ms` on the clock, `active_ms` of it with an attentive reader."""

    raw_ms: float
    active_ms: float


@dataclass(frozen=True, slots=True)
class Dwell:
    """Time on the basis "view". Two viewports that show the same slice count once, two that show two slices count both.

    `phases` run from the first painted image (or the phase's start, if later) to the confirmation.
    """

    slices: dict[Slice, Span]
    layers: dict[LayerKey, Span]
    phases: dict[PhaseKey, Span]


def dwell(events: Iterable[Event], *, freeze_from_ms: float = FREEZE_FROM_MS) -> Dwell:
    """Fold the events of one sitting, or of several one after the other, into dwell.

    A reader is attentive while the window has the focus, nothing is paused, idle or frozen (for `freeze_from_ms` or
    longer). Time counts from the first image of a trial on, while a phase is open. A sitting that was cut off counts up
    to its last event.
    """
    sums = _Sums()
    for sitting in sittings(events):
        _fold(sitting, sums, freeze_from_ms)
    return sums.dwell()


@dataclass(slots=True)
class _Sums:
    slices: defaultdict[Slice, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    layers: defaultdict[LayerKey, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    phases: defaultdict[PhaseKey, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def dwell(self) -> Dwell:
        return Dwell(_spans(self.slices), _spans(self.layers), _spans(self.phases))


def _spans(sums: dict[K, list[int]]) -> dict[K, Span]:
    return {key: Span(raw / 1e6, active / 1e6) for key, (raw, active) in sums.items() if raw}


@dataclass(slots=True)
class _State:
    """What is in front of the reader, and whether the reader attends to it."""

    trial: int = -1
    phase: int = -1
    case_shown: bool = False
    views: dict[int, tuple[str, int]] = field(default_factory=dict)  # viewport → series UID, slice index
    layers: set[str] = field(default_factory=set)  # switched on
    held: bool = False
    attention: Attention = field(default_factory=Attention)


def _fold(sitting: Sequence[Event], sums: _Sums, freeze_from_ms: float) -> None:
    state, since = _State(), 0
    for at_ns, event in edges(sitting, freeze_from_ms):
        _count(state, at_ns - since, sums)
        _apply(state, event)
        since = at_ns


def _count(state: _State, passed_ns: int, sums: _Sums) -> None:
    if state.phase < 0 or not state.case_shown:
        return
    here = (state.trial, state.phase)
    touched = [sums.phases[here]]
    touched += [sums.slices[(*here, series, index)] for series, index in set(state.views.values())]
    touched += [sums.layers[(*here, layer)] for layer in state.layers if not state.held]
    for span in touched:
        span[0] += passed_ns
        span[1] += passed_ns if state.attention else 0


def _apply(state: _State, event: Event) -> None:
    match event:
        case TrialStarted(trial=trial):
            state.trial, state.phase, state.case_shown = trial, -1, False
            state.views, state.layers = {}, set()
        case CaseShown():
            state.case_shown = True
        case PhaseStarted(trial=trial, phase=phase, layers=layers):
            state.trial, state.phase = trial, phase
            state.layers &= set(layers)
        case PhaseConfirmed() | TrialInterrupted() | SittingEnded():
            state.phase = -1
        case ViewChanged(viewport=viewport, series_uid=series, slice_index=index):
            state.views[viewport] = (series, index)
        case ViewportEmptied(viewport=viewport):
            state.views.pop(viewport, None)
        case LayerChanged(layer=layer, visible=visible, revealed=revealed):
            (state.layers.add if visible and revealed else state.layers.discard)(layer)
        case LayersHeld(hidden=hidden):
            state.held = hidden
        case _:
            state.attention.take(event)
