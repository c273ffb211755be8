"""What a reading list draws: arrivals, priorities, invented patients, calls."""

from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from study_configs import bustle_draws
from study_configs.cases import Case
from study_configs.draws import Draws
from study_configs.worklist import Arrivals, Call


@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(0, 5))
def test_that_exams_come_in_their_planned_order_with_one_at_the_beginning(seed, count, there):
    arrivals = Arrivals(pattern="poisson", per_hour=30.0, there_at_once=there)
    found = [Case(f"c{number}", None) for number in range(count)]  # type: ignore[arg-type]
    times = bustle_draws._arrivals(arrivals, found, Draws(seed))
    assert times == sorted(times)
    assert times[0] == 0
    assert times == bustle_draws._arrivals(arrivals, found, Draws(seed))


def test_that_gaps_at_random_have_the_mean_that_was_asked_for():
    draws = Draws("gaps", 1)
    drawn = [bustle_draws._exponential(draws) for _ in range(20_000)]
    assert abs(sum(drawn) / len(drawn) - 1) < 0.03


@given(st.integers(0, 300), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_that_priorities_keep_their_shares_to_within_one(count, routine, urgent, stat):
    weights = {"routine": routine, "urgent": urgent, "stat": stat}
    drawn = bustle_draws._shares(weights, count)
    assert len(drawn) == count
    for name, weight in weights.items():
        if sum(weights.values()):
            assert abs(drawn.count(name) - count * weight / sum(weights.values())) < 1


def test_that_no_patient_stands_twice_on_a_list_of_a_thousand():
    names = list(islice(bustle_draws._patients(Draws("names", 7)), 1000))
    assert len(set(names)) == 1000


def test_that_calls_keep_their_distances():
    call = Call(every_min=(5.0, 10.0), says="Room 3?")
    times = list(bustle_draws._call_times(call, 60.0, Draws("calls", 1)))
    gaps = [then - before for before, then in zip([0.0, *times], times, strict=False)]
    assert all(300 <= gap <= 600 for gap in gaps)
    assert times[-1] <= 3600
