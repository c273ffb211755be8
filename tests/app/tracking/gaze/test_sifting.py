"""Of gaze, only what falls into the reading window while it is read in is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.tracking.events.gaze import GazeMoved
from app.tracking.gaze.sifting import Sieve, Sight

WINDOW = (100.0, 50.0, 800.0, 600.0)
IN, OUT = (500.0, 300.0), (20.0, 300.0)


def moved(*samples: tuple[int, float | None, float | None]) -> GazeMoved:
    whole = tuple((at, x, y, 3.0, 3.1) for at, x, y in samples)
    return GazeMoved(at_ns=whole[-1][0], samples=whole)


def sieve(*sights: tuple[int, tuple[float, float, float, float] | None]) -> Sieve:
    made = Sieve()
    for at_ns, window in sights:
        made.look(Sight(at_ns, window))
    return made


def test_that_of_gaze_beside_the_window_only_the_time_is_kept():
    kept = sieve((0, WINDOW), (100, WINDOW)).sifted(moved((10, *IN), (20, *OUT), (30, *IN)))
    assert kept is not None
    assert kept.samples == ((10, *IN, 3.0, 3.1), (20, None, None, None, None), (30, *IN, 3.0, 3.1))
    assert kept.beside == 1


def test_that_a_sample_without_an_eye_is_not_said_to_be_beside_the_window():
    kept = sieve((0, WINDOW)).sifted(moved((10, None, None)))
    assert kept is not None
    assert kept.beside == 0
    assert kept.samples == ((10, None, None, 3.0, 3.1),)


def test_that_nothing_is_kept_of_a_pause_nor_of_the_moments_around_it():
    held = sieve((0, WINDOW), (100, None), (200, WINDOW), (300, WINDOW))
    kept = held.sifted(moved((50, *IN), (150, *IN), (199, *IN), (250, *IN)))
    assert kept is not None
    assert [sample[0] for sample in kept.samples] == [250]
    assert sieve((0, None), (100, None)).sifted(moved((50, *IN))) is None


def test_that_nothing_is_kept_of_before_the_first_look():
    assert sieve((100, WINDOW)).sifted(moved((99, *IN))) is None
    assert Sieve().sifted(moved((99, *IN))) is None


def test_that_a_window_that_was_moved_holds_only_what_was_in_it_before_and_after():
    aside = (300.0, 50.0, 800.0, 600.0)
    kept = sieve((0, WINDOW), (100, aside)).sifted(moved((40, 200.0, 300.0), (50, 1000.0, 300.0), (60, 400.0, 300.0)))
    assert kept is not None
    assert [sample[1] for sample in kept.samples] == [None, None, 400.0]
    assert kept.at_ns == 60


places = st.tuples(st.floats(-500, 2500), st.floats(-500, 2500))
looks = st.lists(st.tuples(st.integers(0, 1000), st.sampled_from([WINDOW, None])), max_size=40)


@given(looks, st.lists(st.tuples(st.integers(0, 1100), places), min_size=1, max_size=40))
def test_that_no_kept_place_lies_beside_the_window_or_next_to_a_look_that_forbids(sights, samples):
    sights = sorted(sights, key=lambda each: each[0])
    samples = sorted((at, *place) for at, place in samples)
    kept = sieve(*sights).sifted(moved(*samples))
    for at, x, y, *_ in kept.samples if kept is not None else ():
        before = [window for when, window in sights if when <= at]
        after = [window for when, window in sights if when > at]
        assert before[-1] is not None
        assert not after or after[0] is not None
        assert x is None or (100 <= x < 900 and 50 <= y < 650)
