"""Dwell by view, pointer and gaze in sittings whose times are known to the millisecond."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tracking import events as e
from app.tracking.attention_measures.measuring import measured
from app.tracking.attention_measures.values import Settings, Spot, Time
from app.tracking.dwell import dwell
from tests.app.tracking.attention_measures.scripted import (
    AXIAL,
    MS,
    begun,
    confirmed,
    ended,
    entered,
    happening,
    loaded,
    looked,
    marked,
    moved,
    painted,
    placed,
    reading,
    series,
    signed_in,
    unmarked,
    view,
)

EXACT = Settings(region_mm=3.0)


def slices(found, basis="view"):
    return {(x.series_uid, x.slice_index): x.time.raw_ms for x in found.slices if x.basis == basis}


def regions(found, basis, what="raw_ms"):
    return {(x.kind, x.name): getattr(x.time, what) for x in found.regions if x.basis == basis}


def panels(found, basis):
    return {x.panel: x.time.raw_ms for x in found.panels if x.basis == basis}


# --- by view


def test_that_each_slice_has_the_time_between_its_view_and_the_next():
    found = measured(reading(view(0, 3), view(200, 4), view(500, 3)))
    assert slices(found) == {("1.2", 3): 700.0, ("1.2", 4): 300.0}
    assert found.phases == {(0, 0): Time(1000.0, 1000.0)}


def test_that_two_viewports_with_one_slice_count_once_and_with_two_both():
    found = measured(reading(view(0, 3), view(0, 3, viewport=1), view(400, 4, viewport=1)))
    assert slices(found) == {("1.2", 3): 1000.0, ("1.2", 4): 600.0}


def test_that_absence_stops_active_time_alone():
    away = (
        happening(e.FocusLost, 100), happening(e.FocusGained, 200),
        happening(e.Paused, 300), happening(e.Unpaused, 350),
        happening(e.IdleStarted, 400), happening(e.IdleEnded, 500),
        e.WindowFroze(at_ns=900 * MS, frozen_ms=300.0),
    )  # fmt: skip
    found = measured(reading(view(0, 3), *away))
    (only,) = [each for each in found.slices if each.basis == "view"]
    assert (only.time.raw_ms, only.time.active_ms) == (1000.0, 1000.0 - 100 - 50 - 100 - 300)


def test_that_time_before_the_first_image_and_between_phases_counts_for_nothing():
    events = [
        signed_in(),
        e.TrialStarted(at_ns=0, trial=0, case="case 0", condition="c"),
        series(),
        e.PhaseStarted(at_ns=0, trial=0, phase=0, layers=()),
        view(50, 1),
        e.CaseShown(at_ns=100 * MS, trial=0),
        confirmed(300),
        e.PhaseStarted(at_ns=500 * MS, trial=0, phase=1, layers=()),
        confirmed(600, phase=1),
        ended(900),
    ]
    found = measured(events)
    assert found.phases == {(0, 0): Time(200.0, 200.0), (0, 1): Time(100.0, 100.0)}
    assert [each.time.raw_ms for each in found.slices] == [200.0, 100.0]


# --- by pointer


def test_that_the_pointer_stays_on_its_place_while_the_slices_change_under_it():
    events = reading(view(0, 3), moved((100, 10, 10, 3)), view(300, 4), view(600, 5))
    assert slices(measured(events), "pointer") == {("1.2", 3): 200.0, ("1.2", 4): 300.0, ("1.2", 5): 400.0}


def test_that_the_pointer_leaves_the_image_when_it_enters_another_panel():
    events = reading(view(0, 3), moved((100, 10, 10, 3)), entered(400, "questions"), moved((700, 10, 10, 3)))
    found = measured(events)
    assert slices(found, "pointer") == {("1.2", 3): 600.0}
    assert panels(found, "pointer") == {"": 100.0, "viewport 0": 600.0, "questions": 300.0}


def test_that_a_view_that_moves_under_the_pointer_moves_it_over_the_image():
    lesion = {"case 0": [Spot("L", (10.0, 10.0, 15.0), 1.0)]}
    shifted = view(400, 3, centre=(20.5, 15.5))  # the image moves 5 mm to the left: the pointer is at column 15 then
    events = reading(view(0, 3), moved((100, 10, 10, 3)), shifted)
    found = regions(measured(events, lesion), "pointer")
    assert found == {("lesion", "L"): 300.0, ("rest", "rest"): 600.0}


def test_that_an_enlarged_image_keeps_the_pointer_where_it_is_on_the_screen():
    lesion = {"case 0": [Spot("L", (13.0, 15.5, 15.0), 0.6)]}
    larger = view(400, 3, zoom=20.0)  # 5 mm beside the middle become 2.5 mm
    events = reading(view(0, 3), moved((100, 10.5, 15.5, 3)), larger)
    assert regions(measured(events, lesion), "pointer")["lesion", "L"] == 600.0


def test_that_a_pointer_over_an_emptied_viewport_is_on_no_image():
    events = reading(view(0, 3), moved((0, 10, 10, 3)), e.ViewportEmptied(at_ns=250 * MS, viewport=0))
    assert slices(measured(events), "pointer") == {("1.2", 3): 250.0}


# --- regions


def test_that_regions_are_balls_in_space_with_the_stated_radius():
    lesion = {"case 0": [Spot("L", (10.0, 10.0, 50.0), 6.0)]}  # slices 9, 10, 11 lie within 6 mm
    over = [view(100 * at, at + 8) for at in range(5)]  # 100 ms each on 8 to 12, the last until 1000
    found = measured(reading(*over, moved((0, 10, 10, 8))), lesion)
    assert regions(found, "pointer") == {("lesion", "L"): 300.0, ("rest", "rest"): 700.0}
    assert regions(found, "view") == {("lesion", "L"): 300.0, ("rest", "rest"): 700.0}


def test_that_a_finding_is_a_region_from_its_first_exposure_on():
    events = reading(view(0, 0), loaded(0, (10.0, 10.0, 0.0)), moved((0, 10, 10, 0)), painted(300, "f1"), painted(400))
    found = measured(events, settings=EXACT)
    assert regions(found, "pointer") == {("finding", "ai/f1"): 700.0, ("rest", "rest"): 300.0}
    assert [each.first_ms for each in found.regions if each.kind == "finding"] == [300.0, 300.0]


def test_that_own_marks_count_from_their_placing_to_their_removal_and_move_with_the_reader():
    events = reading(
        view(0, 0),
        moved((0, 10, 10, 0)),
        marked(100, "m", (10.0, 10.0, 0.0)),
        marked(300, "m", (20.0, 20.0, 0.0)),
        moved((500, 20, 20, 0)),
        unmarked(800, "m"),
    )
    found = measured(events, settings=EXACT)
    assert regions(found, "pointer") == {("mark", "m"): 200.0 + 300.0, ("rest", "rest"): 500.0}
    assert [each.visits for each in found.regions if each.kind == "mark" and each.basis == "pointer"] == [2]


def test_that_a_region_outside_the_viewports_part_of_the_image_is_not_in_view():
    lesion = {"case 0": [Spot("L", (4.0, 4.0, 0.0), 2.0)]}
    close = view(400, 0, zoom=40.0, centre=(20.0, 20.0))  # 8 mm across: 16 to 24
    found = measured(reading(view(0, 0), close), lesion)
    assert regions(found, "view") == {("lesion", "L"): 400.0, ("rest", "rest"): 600.0}


def test_that_visits_and_the_time_to_the_first_are_told():
    lesion = {"case 0": [Spot("L", (10.0, 10.0, 0.0), 2.0)]}
    events = reading(view(0, 0), moved((0, 20, 20, 0), (250, 10, 10, 0), (300, 20, 20, 0), (600, 10, 10, 0)))
    found = [x for x in measured(events, lesion).regions if (x.basis, x.kind) == ("pointer", "lesion")]
    assert [(x.visits, x.first_ms, x.time.raw_ms) for x in found] == [(2, 250.0, 450.0)]


TILTED = tuple(  # 30° gantry tilt: rows run down and to the feet, slices follow the table
    float(value)
    for value in (1, 0, 0, -20, 0, math.cos(math.pi / 6), 0, 7, 0, -math.sin(math.pi / 6), 4, 3, 0, 0, 0, 1)
)
TURNED = tuple(float(value) for value in (0, 0, 2, 5, 0.8, 0, 0, 6, 0, -0.8, 0, 7, 0, 0, 0, 1))  # sagittal, 0.8 mm


@pytest.mark.parametrize("affine", [TILTED, TURNED, AXIAL])
def test_that_regions_are_found_in_tilted_and_turned_stacks(affine):
    column, row, index = 9.0, 12.0, 5
    rows = [affine[at : at + 4] for at in (0, 4, 8)]
    place = tuple(each[0] * column + each[1] * row + each[2] * index + each[3] for each in rows)
    lesion = {"case 0": [Spot("L", place, 1.0)]}
    events = reading(view(0, 2), view(300, 5), moved((500, 9, 12, 5)), opened=[series(affine=affine)])
    found = measured(events, lesion)
    assert regions(found, "view") == {("lesion", "L"): 700.0, ("rest", "rest"): 300.0}
    assert regions(found, "pointer") == {("lesion", "L"): 500.0, ("rest", "rest"): 0.0}


def test_that_the_foot_of_a_place_is_perpendicular_on_a_tilted_slice():
    """A place 2 mm off the plane of a tilted slice is in view of a 3 mm ball and not of one of 1 mm."""
    normal = (0.0, math.sin(math.pi / 6), math.cos(math.pi / 6))
    on = (9.0 - 20, 12 * math.cos(math.pi / 6) + 7, 12 * -math.sin(math.pi / 6) + 5 * 4 + 3)
    place = tuple(at + 2 * each for at, each in zip(on, normal, strict=True))
    events = reading(view(0, 5), opened=[series(affine=TILTED)])
    near = {radius: measured(events, {"case 0": [Spot("L", place, radius)]}) for radius in (1.0, 3.0)}
    times = {radius: regions(found, "view")["lesion", "L"] for radius, found in near.items()}
    assert times == {1.0: 0.0, 3.0: 1000.0}


def test_that_images_without_patient_geometry_have_slices_but_no_regions():
    lesion = {"case 0": [Spot("L", (10.0, 10.0, 0.0), 99.0)]}
    events = reading(view(0, 0), moved((0, 10, 10, 0)), opened=[series(affine=())])
    found = measured(events, lesion)
    assert slices(found, "pointer") == {("1.2", 0): 1000.0}
    assert regions(found, "pointer")["lesion", "L"] == regions(found, "view")["lesion", "L"] == 0.0


# --- layers, panels, gaze


def test_that_a_layer_is_under_the_pointer_while_its_viewport_paints_it():
    events = reading(
        view(0, 0), view(0, 0, viewport=1), moved((0, 5, 5, 0)), painted(200, "f1", viewport=1), painted(300, "f1"),
        painted(700),
    )  # fmt: skip
    assert [(x.layer, x.time.raw_ms) for x in measured(events).layers] == [("box", 400.0)]


SCREEN = (("viewport 0", 100.0, 50.0, 320.0, 320.0), ("questions", 500.0, 50.0, 200.0, 320.0))


def test_that_gaze_goes_from_the_screen_through_viewport_and_view_to_the_patient():
    lesion = {"case 0": [Spot("L", (10.0, 12.0, 20.0), 0.5)]}
    x_px, y_px = 100 + (10 + 0.5) * 10, 50 + (12 + 0.5) * 10
    samples = looked(
        *((at, x_px, y_px) for at in range(0, 500, 20)), *((at, 600.0, 60.0) for at in range(500, 700, 20))
    )
    found = measured(reading(placed(0, *SCREEN), view(0, 4), samples), lesion)
    assert regions(found, "gaze") == {("lesion", "L"): 500.0, ("rest", "rest"): 0.0}
    assert panels(found, "gaze") == {"viewport 0": 500.0, "questions": 280.0, "": 220.0}  # the last sample: 100 ms more
    assert panels(found, "view") == {"viewport 0": 1000.0, "questions": 1000.0}


def test_that_blinks_and_gaps_are_dwell_nowhere():
    samples = looked((0, 150.0, 100.0), (20, None, None), (60, 150.0, 100.0), (400, 150.0, 100.0))
    found = measured(reading(placed(0, *SCREEN), view(0, 4), samples))
    assert slices(found, "gaze") == {("1.2", 4): 20.0 + 100.0 + 100.0}


# --- laws

MOMENTS = st.lists(st.tuples(st.sampled_from("vwpqxfgi"), st.integers(0, 9), st.integers(1, 80)), max_size=25)


def told(story):
    """Events from letters: views of two viewports, the pointer on them, panels, focus, idleness."""
    at, events = 0, [view(0, 0), view(0, 1, viewport=1)]
    for letter, number, after in story:
        at += after
        events.append({
            "v": view(at, number), "w": view(at, number, viewport=1), "p": moved((at, number, 8, 0)),
            "q": moved((at, 8, number, 0), viewport=1), "x": entered(at, "questions"),
            "f": happening(e.FocusLost, at), "g": happening(e.FocusGained, at),
            "i": painted(at, "f1") if number % 2 else painted(at),
        }[letter])  # fmt: skip
    return at, [loaded(0, (5.0, 8.0, 0.0)), *events]


@given(MOMENTS)
@settings(max_examples=60, deadline=None)
def test_that_parts_sum_to_wholes_and_active_time_is_never_more_than_raw(story):
    at, events = told(story)
    found = measured(reading(*events, till=at + 50), settings=EXACT)
    whole = found.phases[0, 0].raw_ms
    assert whole == at + 50
    on_image = math.fsum(slices(found, "pointer").values())
    assert math.fsum(regions(found, "pointer").values()) == pytest.approx(on_image)  # one region: no overlap
    if any(isinstance(each, e.PointerMoved | e.PointerEntered) for each in events) and panels(found, "pointer"):
        assert math.fsum(panels(found, "pointer").values()) == pytest.approx(whole)
    for each in (*found.slices, *found.regions, *found.panels, *found.layers):
        assert 0 <= each.time.active_ms <= each.time.raw_ms <= whole + 1e-9


@given(MOMENTS)
@settings(max_examples=60, deadline=None)
def test_that_slices_by_view_agree_with_the_dwell_that_reports_show(story):
    at, events = told(story)
    sitting = reading(*events, till=at + 50)
    other = {key[3]: span.raw_ms - 3 * span.active_ms for key, span in dwell(sitting).slices.items()}
    mine = [each for each in measured(sitting).slices if each.basis == "view"]
    assert {each.slice_index: each.time.raw_ms - 3 * each.time.active_ms for each in mine} == pytest.approx(other)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(1, 100)), min_size=2, max_size=12), st.integers(1, 10))
@settings(max_examples=40, deadline=None)
def test_that_a_sitting_that_was_resumed_measures_as_one_that_went_on(walk, cut):
    """Cut after a view; the new sign-in begins with another clock, and with the same view and pointer again."""
    times = [sum(after for _, after in walk[:at]) for at in range(len(walk) + 1)]
    steps = [(start, index) for start, (index, _) in zip(times, walk, strict=False)]
    lesion = {"case 0": [Spot("L", (10.0, 10.0, 50.0), 11.0)]}

    def shown(part, shift):
        return [x for at, index in part for x in (view(at - shift, index), moved((at - shift, 10, 10, index)))]

    whole = reading(*shown(steps, 0), till=times[-1])
    cut = min(cut, len(steps) - 1)
    broken_off = steps[cut][0]
    first = [signed_in(), *begun(), *shown(steps[:cut], 0), e.KeyPressed(at_ns=broken_off * MS, key="A")]
    shift = broken_off - 77
    second = [signed_in(77, resumed=True), *begun(77), *shown(steps[cut:], shift), confirmed(times[-1] - shift)]
    one, two = measured(whole, lesion), measured([*first, *second], lesion)
    assert (one.phases, one.slices, one.coverage, one.profiles) == (two.phases, two.slices, two.coverage, two.profiles)
    assert [(x.kind, x.basis, x.time, x.visits) for x in one.regions] == [
        (x.kind, x.basis, x.time, x.visits) for x in two.regions
    ]


def test_that_the_order_of_samples_in_batches_does_not_matter():
    whole = moved((0, 1, 1, 0), (100, 9, 9, 0), (200, 20, 20, 0))
    parts = [moved((0, 1, 1, 0)), moved((100, 9, 9, 0), (200, 20, 20, 0))]
    one, two = (measured(reading(view(0, 0), *each)) for each in ([whole], parts))
    assert one == two
    assert all(later.at_ns >= earlier.at_ns for earlier, later in pairwise(parts))
