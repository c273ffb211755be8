"""The ledger: what was on the screen, from when to when, and how much of it before an attentive reader."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking import events as e
from app.tracking.exposure import PANEL, ledger

MS = 1_000_000
BOX = ("box", "f1", "box", 0.5, 1.0, 1.0)
FADED = ("box", "f1", "box", 0.5, 0.4, 1.0)
HALF = ("box", "f1", "box", 0.5, 1.0, 0.5)
HEAT = ("heat", "m1", "heatmap", 0.3, 0.45, 1.0)


def shown(at_ms, *elements, viewport=0):
    return e.ExposureChanged(at_ns=at_ms * MS, viewport=viewport, elements=elements)


def reading(*happened, phase=0, ends_ms=1000):
    return [
        e.TrialStarted(at_ns=0, trial=3, case="c1", condition="aided"),
        e.CaseShown(at_ns=0, trial=3),
        e.PhaseStarted(at_ns=0, trial=3, phase=phase, layers=("box", "heat")),
        *happened,
        e.PhaseConfirmed(at_ns=ends_ms * MS, trial=3, phase=phase, answers={}),
    ]


def spans(events):
    return [
        (each.element, each.opacity, each.share, each.from_ns // MS, each.to_ns // MS, each.active_ns // MS)
        for each in ledger(events).exposures
    ]


def test_that_an_element_is_exposed_from_its_record_to_the_one_without_it():
    assert spans(reading(shown(100, BOX), shown(400))) == [("f1", 1.0, 1.0, 100, 400, 300)]


def test_that_a_change_of_style_or_share_begins_a_new_interval_and_others_go_on():
    events = reading(shown(100, BOX, HEAT), shown(300, FADED, HEAT), shown(500, HALF, HEAT))
    assert spans(events) == [
        ("f1", 1.0, 1.0, 100, 300, 200),
        ("f1", 0.4, 1.0, 300, 500, 200),
        ("m1", 0.45, 1.0, 100, 1000, 900),
        ("f1", 1.0, 0.5, 500, 1000, 500),
    ]


def test_that_the_end_of_a_phase_ends_what_is_still_painted():
    assert spans([*reading(shown(900, BOX)), shown(1100)]) == [("f1", 1.0, 1.0, 900, 1000, 100)]


def test_that_what_is_painted_before_the_phase_counts_from_its_start():
    before = [
        e.TrialStarted(at_ns=0, trial=3, case="c1", condition="aided"),
        e.CaseShown(at_ns=0, trial=3),
        shown(50, BOX),
        e.PhaseStarted(at_ns=200 * MS, trial=3, phase=0, layers=("box",)),
        e.PhaseConfirmed(at_ns=300 * MS, trial=3, phase=0, answers={}),
    ]
    assert spans(before) == [("f1", 1.0, 1.0, 200, 300, 100)]


def test_that_absence_stops_attentive_time_and_a_pause_ends_exposure():
    away = (shown(100, BOX), e.FocusLost(at_ns=200 * MS), e.FocusGained(at_ns=500 * MS))
    pause = (e.Paused(at_ns=600 * MS), shown(600), e.Unpaused(at_ns=800 * MS), shown(800, BOX))
    assert spans(reading(*away, *pause)) == [("f1", 1.0, 1.0, 100, 600, 200), ("f1", 1.0, 1.0, 800, 1000, 200)]


def test_that_totals_count_an_element_on_two_viewports_once_and_leave_the_panel_out():
    panel = ("box", "f1", "list", 0.5, 1.0, 1.0)
    events = reading(
        shown(0, panel, viewport=PANEL),
        shown(100, HALF),
        shown(200, BOX, viewport=1),
        shown(300),
        shown(700, viewport=1),
    )
    (total,) = ledger(events).totals
    assert (total.raw_ns // MS, total.active_ns // MS, total.largest_share) == (600, 600, 1.0)


def test_that_a_cut_off_sitting_counts_to_its_last_event_and_the_next_starts_afresh():
    start = {
        "reader": "R", "protocol_id": "p", "protocol_version": "1", "protocol_sha256": "", "order_sha256": "",
        "mode": "study", "sitting": 1, "resumed": False, "program_version": "1",
    }  # fmt: skip
    cut_off = [
        e.SittingStarted(at_ns=0, **start),
        *reading(shown(100, BOX))[:-1],
        e.KeyPressed(at_ns=250 * MS, key="A"),
    ]
    assert spans([*cut_off, e.SittingStarted(at_ns=0, **start), *reading()]) == [("f1", 1.0, 1.0, 100, 250, 150)]


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 2), st.sets(st.sampled_from([BOX, FADED, HEAT]))), max_size=30
    )
)
def test_that_intervals_of_one_element_on_one_viewport_never_overlap_and_agree_with_the_records(records):
    records = sorted(records, key=lambda each: each[0])
    found = ledger(reading(*(shown(at, *sorted(kept), viewport=v) for at, v, kept in records))).exposures
    for moment in range(45):
        state = {}
        for at, viewport, kept in records:
            if at <= moment:
                state[viewport] = kept
        painted = {(v, each[1], each[4]) for v, kept in state.items() for each in kept}
        in_force = [(x.viewport, x.element, x.opacity) for x in found if x.from_ns <= moment * MS < x.to_ns]
        assert sorted(in_force) == sorted(painted)
    for one in {(x.viewport, x.layer, x.element, x.opacity) for x in found}:
        mine = sorted((x.from_ns, x.to_ns) for x in found if (x.viewport, x.layer, x.element, x.opacity) == one)
        assert all(before[1] <= after[0] for before, after in pairwise(mine))


@pytest.mark.parametrize("event", [shown(5, BOX), e.FusionChanged(at_ns=1, viewport=0, series_uid="1.2")])
def test_that_a_record_comes_back_from_its_json_as_it_was(event):
    import json

    values = json.loads(json.dumps(e.payload(event)))
    assert e.from_payload(type(event).__name__, event.at_ns, values) == event


def test_that_the_ledger_answers_for_each_finding_of_a_crowd_whether_it_was_on_the_screen():
    crowd = ("marks", "*nodules-:1-300,305", "box", 0.2, 1.0, 301.0)
    book = ledger(reading(shown(100, crowd), shown(400)))
    seen = {total.element: total for total in book.totals}
    assert seen.keys() == {f"nodules-{number}" for number in (*range(1, 301), 305)}
    assert {(total.raw_ns, total.largest_share) for total in seen.values()} == {(300_000_000, 0.01)}
    assert [each.element for each in book.exposures] == ["*nodules-:1-300,305"], "intervals stay small"


def looking(at_ms, index, uid="1.2", viewport=0):
    return e.ViewChanged(
        at_ns=at_ms * MS, viewport=viewport, series_uid=uid, slice_index=index, centre_px=(0.0, 0.0), zoom=1.0,
        window_centre=0.0, window_width=1.0, inverted=False,
    )  # fmt: skip


def places(events):
    return [(each.series_uid, each.first_slice, each.last_slice) for each in ledger(events).exposures]


def later(event, microseconds):
    return replace(event, at_ns=event.at_ns + microseconds * 1000)


@pytest.mark.parametrize("view_comes", [-300, 300], ids=["view before exposure", "exposure before view"])
def test_that_the_ledger_says_over_which_slices_an_element_lay(view_comes):
    """A frame's view and its exposure are recorded microseconds apart, in whichever order."""
    frames = [(100, 4, (BOX,)), (200, 5, (BOX,)), (300, 6, (BOX,)), (400, 7, ())]
    happened = []
    for at_ms, index, elements in frames:
        happened += [later(looking(at_ms, index), view_comes), shown(at_ms, *elements)]
    assert places(reading(*sorted(happened, key=lambda each: each.at_ns))) == [("1.2", 4, 6)]


def test_that_each_viewport_has_its_own_place_and_the_panel_none():
    panel = ("box", "f1", "list", 0.5, 1.0, 1.0)
    events = reading(
        looking(0, 3), looking(0, 9, uid="1.2@coronal", viewport=1), shown(0, panel, viewport=PANEL),
        shown(100, BOX), shown(100, BOX, viewport=1),
    )  # fmt: skip
    assert sorted(places(events)) == [("", -1, -1), ("1.2", 3, 3), ("1.2@coronal", 9, 9)]
