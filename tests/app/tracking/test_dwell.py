"""Dwell against a slow peer that asks, for every stretch of time, what was true in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tracking import events as e
from app.tracking.dwell import Dwell, Span, dwell

MS = 1_000_000
Make = Callable[[int], e.Event]


def view(at_ns: int, viewport: int, index: int) -> e.ViewChanged:
    return e.ViewChanged(
        at_ns=at_ns, viewport=viewport, series_uid="1.2", slice_index=index, centre_px=(0.0, 0.0), zoom=1.0,
        window_centre=0.0, window_width=1.0, inverted=False,
    )  # fmt: skip


def layer(at_ns: int, name: str, visible: bool) -> e.LayerChanged:
    return e.LayerChanged(at_ns=at_ns, layer=name, visible=visible, opacity=1.0, threshold=0.5, by="reader")


def trial(number: int, start: int) -> list[e.Event]:
    return [
        e.TrialStarted(at_ns=start, trial=number, case="c", condition="k"),
        e.CaseShown(at_ns=start, trial=number),
        e.PhaseStarted(at_ns=start, trial=number, phase=0, layers=("box", "map")),
    ]


def sitting(at_ns: int) -> e.SittingStarted:
    return e.SittingStarted(
        at_ns=at_ns, reader="R", protocol_id="p", protocol_version="1", protocol_sha256="", order_sha256="",
        mode="demo", sitting=0, resumed=False, program_version="",
    )  # fmt: skip


MOMENTS: list[Make] = [
    *(lambda at_ns, v=v, s=s: view(at_ns, v, s) for v in (0, 1) for s in (0, 1, 2)),
    lambda at_ns: e.ViewportEmptied(at_ns=at_ns, viewport=1),
    *(lambda at_ns, n=n, v=v: layer(at_ns, n, v) for n in ("box", "map") for v in (True, False)),
    lambda at_ns: e.LayersHeld(at_ns=at_ns, hidden=True),
    lambda at_ns: e.LayersHeld(at_ns=at_ns, hidden=False),
    *(
        lambda at_ns, kind=kind: kind(at_ns=at_ns)
        for kind in (e.FocusLost, e.FocusGained, e.Paused, e.Unpaused, e.IdleStarted, e.IdleEnded)
    ),
    lambda at_ns: e.ReadingHalted(at_ns=at_ns, why="The disk is full."),
    lambda at_ns: e.ReadingWentOn(at_ns=at_ns),
    lambda at_ns: e.WindowFroze(at_ns=at_ns, frozen_ms=300.0),
    lambda at_ns: e.WindowFroze(at_ns=at_ns, frozen_ms=100.0),
    lambda at_ns: e.PhaseConfirmed(at_ns=at_ns, trial=0, phase=0, answers={}),
    lambda at_ns: e.PhaseStarted(at_ns=at_ns, trial=0, phase=1, layers=("map",)),
    lambda at_ns: e.WheelTurned(at_ns=at_ns, viewport=0, steps=1.0),
]
STORIES = st.lists(st.tuples(st.sampled_from(MOMENTS), st.integers(1, 900)), min_size=1, max_size=25)


def told(story: list[tuple[Make, int]]) -> list[e.Event]:
    """A sitting of one trial with these moments, each so many ms after the one before."""
    at_ns, events = 10_000 * MS, trial(0, 10_000 * MS)
    for make, after_ms in story:
        at_ns += after_ms * MS
        events.append(make(at_ns))
    return [*events, e.SittingEnded(at_ns=at_ns + 50 * MS, reason="finished", counts={})]


def last(events: list[e.Event], until: int, *kinds: type[e.Event]) -> e.Event | None:
    """The latest event of these kinds in force at a time."""
    return next((x for x in reversed(events) if isinstance(x, kinds) and x.at_ns <= until), None)


def peer(events: list[e.Event]) -> tuple[dict, dict, dict]:
    """The same dwell by asking the whole log about every stretch between two breakpoints."""
    frozen = [(x.at_ns - 300 * MS, x.at_ns) for x in events if isinstance(x, e.WindowFroze) and x.frozen_ms == 300]
    breaks = sorted({x.at_ns for x in events} | {start for start, _ in frozen})
    slices, layers, phases = (defaultdict(lambda: [0, 0]) for _ in range(3))
    for start, end in pairwise(breaks):
        phase = last(events, start, e.PhaseStarted, e.PhaseConfirmed, e.SittingEnded)
        if not isinstance(phase, e.PhaseStarted):
            continue
        attentive = (
            not isinstance(last(events, start, e.FocusLost, e.FocusGained), e.FocusLost)
            and not isinstance(last(events, start, e.Paused, e.Unpaused), e.Paused)
            and not isinstance(last(events, start, e.ReadingHalted, e.ReadingWentOn), e.ReadingHalted)
            and not isinstance(last(events, start, e.IdleStarted, e.IdleEnded), e.IdleStarted)
            and not any(a <= start < b for a, b in frozen)
        )
        here = (0, phase.phase)
        touched = [phases[here]]
        touched += [slices[(*here, "1.2", index)] for index in displayed(events, start)]
        touched += [layers[(*here, name)] for name in visible(events, start)]
        for span in touched:
            span[0] += end - start
            span[1] += (end - start) * attentive
    return slices, layers, phases


def displayed(events: list[e.Event], at_ns: int) -> set[int]:
    found = set()
    for viewport in (0, 1):
        mine = [x for x in events if getattr(x, "viewport", None) == viewport]
        shown = last(mine, at_ns, e.ViewChanged, e.ViewportEmptied)
        if isinstance(shown, e.ViewChanged):
            found.add(shown.slice_index)
    return found


def visible(events: list[e.Event], at_ns: int) -> set[str]:
    held = last(events, at_ns, e.LayersHeld)
    if isinstance(held, e.LayersHeld) and held.hidden:
        return set()
    found = set()
    for name in ("box", "map"):
        changed = last([x for x in events if getattr(x, "layer", None) == name], at_ns, e.LayerChanged)
        taken = [x for x in events if isinstance(x, e.PhaseStarted) and name not in x.layers and x.at_ns <= at_ns]
        if isinstance(changed, e.LayerChanged) and changed.visible and all(x.at_ns < changed.at_ns for x in taken):
            found.add(name)
    return found


def spans(sums: dict) -> dict:
    return {key: Span(raw / 1e6, active / 1e6) for key, (raw, active) in sums.items() if raw}


@settings(max_examples=300, deadline=None)
@given(story=STORIES)
def test_that_dwell_agrees_with_asking_about_every_stretch_of_time(story: list[tuple[Make, int]]) -> None:
    events = told(story)
    found = dwell(events)
    assert (found.slices, found.layers, found.phases) == tuple(spans(sums) for sums in peer(events))


@settings(max_examples=100, deadline=None)
@given(story=STORIES)
def test_that_in_one_viewport_the_slices_dwell_adds_up_to_the_attentive_time(story: list[tuple[Make, int]]) -> None:
    events = [x for x in told(story) if getattr(x, "viewport", 0) == 0]
    events.insert(3, view(events[0].at_ns, 0, 0))
    found = dwell(events)
    for part in ("raw_ms", "active_ms"):
        in_slices = sum(getattr(span, part) for span in found.slices.values())
        assert in_slices == pytest.approx(sum(getattr(span, part) for span in found.phases.values()), abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(story=STORIES, every=st.integers(1, 40), size=st.integers(1, 10))
def test_that_dwell_does_not_depend_on_how_pointer_samples_were_batched(
    story: list[tuple[Make, int]], every: int, size: int
) -> None:
    events = told(story)
    batched: list[e.Event] = []
    for number, event in enumerate(events):
        batched.append(event)
        if number % every == 0:
            samples = tuple((event.at_ns, 1.0, 1.0, 0) for _ in range(size))
            batched.append(e.PointerMoved(at_ns=event.at_ns, viewport=0, samples=samples))
    assert dwell(batched) == dwell(events)


@settings(max_examples=50, deadline=None)
@given(story=STORIES)
def test_that_sittings_with_clocks_of_their_own_add_up(story: list[tuple[Make, int]]) -> None:
    events = told(story)
    one = dwell([sitting(0), *events])
    both = dwell([sitting(10**15), *told(story), sitting(0), *events])
    doubled = {key: (2 * span.raw_ms, 2 * span.active_ms) for key, span in one.slices.items()}
    assert {key: (span.raw_ms, span.active_ms) for key, span in both.slices.items()} == doubled


def test_that_idleness_noticed_late_counts_from_when_it_began() -> None:
    events = [
        *trial(0, 0),
        view(0, 0, 5),
        view(900 * MS, 0, 6),  # a cine loop goes on by itself
        e.IdleStarted(at_ns=500 * MS),
        e.IdleEnded(at_ns=2000 * MS),
        e.PhaseConfirmed(at_ns=2100 * MS, trial=0, phase=0, answers={}),
    ]
    assert dwell(events).slices == {(0, 0, "1.2", 5): Span(900.0, 500.0), (0, 0, "1.2", 6): Span(1200.0, 100.0)}


def test_that_a_sitting_that_was_cut_off_counts_up_to_its_last_event() -> None:
    events = [*trial(0, 0), view(0, 0, 5), e.WheelTurned(at_ns=700 * MS, viewport=0, steps=1.0)]
    assert dwell(events).phases == {(0, 0): Span(700.0, 700.0)}


def test_that_no_events_are_no_dwell() -> None:
    assert dwell([]) == Dwell({}, {}, {})
