"""Fixations: those of the published file, known ones made by hand, and whatever hypothesis thinks of."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tracking.gaze.fixations import Joining, by_dispersion, by_velocity, speeds

PUBLISHED = Path(__file__).parents[5] / "shared" / "mrmc" / "gaze_synth_250hz.csv"
MS = 1_000_000


def _published() -> tuple[np.ndarray, np.ndarray]:
    if not PUBLISHED.exists():
        pytest.skip("the published gaze is not on this machine")
    with PUBLISHED.open() as file:
        rows = [[float(value or "nan") for value in row] for row in list(csv.reader(file))[1:]]
    table = np.array(rows)
    return (table[:, 0] * MS).astype(np.int64), table[:, 1:]


def _spans_ms(fixations) -> list[tuple[int, int]]:
    return [(each.begin_ns // MS, each.end_ns // MS) for each in fixations]


def test_that_velocity_finds_the_published_fixations():
    found = by_velocity(*_published())
    assert _spans_ms(found) == [
        (0, 296), (336, 752), (864, 1428), (1468, 2164), (2204, 2420), (2460, 2716), (2756, 3132),
    ]  # fmt: skip


def test_that_dispersion_finds_the_published_fixations():
    found = by_dispersion(*_published())
    assert _spans_ms(found) == [
        (0, 304), (328, 756), (860, 1436), (1460, 2172), (2196, 2428), (2452, 2720), (2748, 3132),
    ]  # fmt: skip


def test_that_joining_leaves_fixations_on_different_places_apart():
    assert len(by_velocity(*_published(), joining=Joining())) == 7


def test_that_another_library_finds_the_same_by_velocity():
    """pymovements keeps to even intervals, and needs speeds: ours."""
    events = pytest.importorskip("pymovements.events", reason="pymovements is not installed")
    times, deg = _published()
    before, after = np.maximum(np.arange(len(times)) - 1, 0), np.minimum(np.arange(len(times)) + 1, len(times) - 1)
    velocities = (deg[after] - deg[before]) / ((times[after] - times[before]) / 1e9)[:, None]
    theirs = events.ivt(velocities=velocities, timesteps=times // MS, minimum_duration=100, velocity_threshold=30.0)
    assert list(zip(theirs.frame["onset"], theirs.frame["offset"], strict=True)) == _spans_ms(by_velocity(times, deg))


# --- gaze whose fixations are known


@st.composite
def _scanpaths(draw) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """Resting for 120-600 ms, then a saccade of 3° or more within two samples; at any rate, with a tremor of 0.02°."""
    step_ms = draw(st.sampled_from([2, 4, 8, 16]))
    rests = draw(st.lists(st.integers(120, 600), min_size=1, max_size=8))
    places = [(draw(st.integers(-4, 4)) * 3.0, 6.0 * (number % 2)) for number in range(len(rests))]
    tremor = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    times, deg, known, now = [], [], [], 0
    for ms, place in zip(rests, places, strict=True):
        count = ms // step_ms + 2
        known.append((now, now + (count - 1) * step_ms))
        times += [now + at * step_ms for at in range(count)]
        deg += [np.array(place) + tremor.uniform(-0.01, 0.01, 2) for _ in range(count)]
        now = times[-1] + step_ms
    return np.array(times, np.int64) * MS, np.array(deg), known


@settings(deadline=None, max_examples=60)
@given(_scanpaths())
def test_that_known_fixations_are_found_by_dispersion_to_the_sample(path):
    times, deg, known = path
    assert _spans_ms(by_dispersion(times, deg)) == known


@settings(deadline=None, max_examples=60)
@given(_scanpaths())
def test_that_known_fixations_are_found_by_velocity_but_for_the_samples_beside_a_saccade(path):
    times, deg, known = path
    step = int(times[1] - times[0]) // MS
    found = _spans_ms(by_velocity(times, deg, at_least_ms=50))
    assert len(found) == len(known)
    for (begin, end), (known_begin, known_end) in zip(found, known, strict=True):
        assert 0 <= begin - known_begin <= step
        assert 0 <= known_end - end <= step


def _dispersion_as_published(times, deg, within, least_ns) -> list[tuple[int, int]]:
    """Salvucci & Goldberg's own words, sample by sample and slowly: a peer for the quick one."""
    found, begin = [], 0
    while begin < len(times):
        end = begin
        while end < len(times) and times[end] - times[begin] < least_ns:
            end += 1
        if end == len(times):
            break
        window = deg[begin : end + 1]
        if np.isnan(window).any() or np.ptp(window, axis=0).sum() > within:
            begin += 1
            continue
        while end + 1 < len(times) and np.ptp(deg[begin : end + 2], axis=0).sum() <= within:
            end += 1
        found.append((times[begin] // MS, times[end] // MS))
        begin = end + 1
    return found


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.one_of(st.just(None), st.tuples(st.integers(0, 9), st.integers(0, 9)))),
        max_size=60,
    )
)
def test_that_dispersion_is_what_the_paper_describes_whatever_the_samples(steps):
    times = np.cumsum([step for step, _ in steps]).astype(np.int64) * MS
    deg = np.array([(np.nan, np.nan) if place is None else (place[0] / 4, place[1] / 4) for _, place in steps])
    ours = by_dispersion(times, deg.reshape(-1, 2))
    assert _spans_ms(ours) == _dispersion_as_published(times, deg.reshape(-1, 2), 1.0, 100 * MS)


def test_that_a_blink_within_a_fixation_cuts_it_and_joining_heals_it():
    times = np.arange(100, dtype=np.int64) * 4 * MS
    deg = np.zeros((100, 2))
    deg[50:60] = np.nan
    assert len(by_velocity(times, deg)) == 2
    (whole,) = by_velocity(times, deg, joining=Joining())
    assert (whole.begin_ns, whole.end_ns, whole.samples) == (0, 396 * MS, 88)


def test_that_samples_that_were_dropped_are_no_fixation_however_little_the_eye_moved():
    times = np.concatenate([np.arange(50), np.arange(300, 350)]).astype(np.int64) * 4 * MS
    found = by_velocity(times, np.zeros((100, 2)))
    assert [each.ms < 300 for each in found] == [True, True]
    assert [each.ms < 300 for each in by_dispersion(times, np.zeros((100, 2)))] == [True, True]


def test_that_uneven_samples_out_of_order_and_twice_are_put_right():
    rng = np.random.default_rng(3)
    even = np.arange(200, dtype=np.int64) * 16 * MS
    times = even + rng.integers(-2 * MS, 2 * MS, 200)
    deg = np.where((np.arange(200) < 100)[:, None], [[0.0, 0.0]], [[5.0, 5.0]])
    shuffled = rng.permutation(200)
    found = by_velocity(np.append(times[shuffled], times[7]), np.append(deg[shuffled], [deg[7]], axis=0))
    assert [round(each.x) for each in found] == [0, 5]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_that_next_to_no_samples_are_no_fixation(count: int):
    times, deg = np.arange(count, dtype=np.int64), np.zeros((count, 2))
    assert by_velocity(times, deg) == by_dispersion(times, deg) == []
    assert len(speeds(times, deg)) == count
