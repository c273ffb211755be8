import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewers.cine import RATES, Cine, cine_of, next_rate

DURATIONS = st.lists(st.floats(0.01, 2.0), min_size=2, max_size=30).map(tuple)


@given(DURATIONS, st.sampled_from(RATES), st.booleans(), st.floats(0, 100))
def test_that_a_frame_stays_until_the_next_is_due(durations, rate, bounce, elapsed):
    cine = Cine(durations, rate, bounce)
    wait = cine.wait_s(elapsed)
    assert 0 < wait <= durations[cine.at(elapsed)] / rate + 1e-6
    assert cine.at(elapsed + wait * 0.5) == cine.at(elapsed)


@given(DURATIONS, st.booleans())
def test_that_each_frame_of_a_round_is_shown_and_neighbours_follow_one_another(durations, bounce):
    cine, elapsed, seen = Cine(durations, 1.0, bounce), 0.0, []
    for _ in range(3 * len(durations)):
        seen.append(cine.at(elapsed))
        elapsed += cine.wait_s(elapsed) + 1e-7
    assert set(seen) == set(range(len(durations)))
    steps = {abs(b - a) for a, b in itertools.pairwise(seen)}
    assert steps <= ({1} if bounce else {1, len(durations) - 1})


@given(DURATIONS, st.booleans(), st.data())
def test_that_it_goes_on_from_the_frame_that_is_shown(durations, bounce, data):
    cine = Cine(durations, 1.0, bounce)
    frame = data.draw(st.integers(0, len(durations) - 1))
    assert cine.at(cine.begins_s(frame) + 1e-9) == frame


@pytest.mark.parametrize(
    ("frame_ms", "fps"), [((), 10.0), ((40.0,), 25.0), ((50.0, 150.0, 100.0), 10.0), ((0.0,), 10.0)]
)
def test_that_the_speed_is_the_files_own_or_ten_frames_a_second(make_volume, frame_ms, fps):
    header = replace(make_volume(np.zeros((3, 4, 4), np.int16)).header, frame_ms=frame_ms)
    assert cine_of(header).fps == pytest.approx(fps)
    assert cine_of(header, rate=2.0).fps == pytest.approx(2 * fps)


def test_that_rates_go_up_and_down_and_stop_at_their_ends():
    assert next_rate(1.0, 1) == 1.5
    assert next_rate(1.0, -1) == 0.75
    assert next_rate(RATES[-1], 1) == RATES[-1]
    assert next_rate(RATES[0], -1) == RATES[0]
