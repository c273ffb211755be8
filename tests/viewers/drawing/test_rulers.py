import itertools

from hypothesis import given
from hypothesis import strategies as st

from viewers.drawing.rulers import ROOM_PX, STEPS_MM, step_mm, ticks


@given(st.floats(0.02, 60.0), st.floats(50, 3000))
def test_that_ticks_have_room_and_lie_a_round_length_apart(zoom, length):
    places = [place for place, _ in ticks(length, zoom)]
    gaps = [b - a for a, b in itertools.pairwise(places)]
    step = step_mm(zoom)
    assert step in STEPS_MM
    assert all(abs(gap - step * zoom) < 1e-6 for gap in gaps)
    assert step * zoom >= ROOM_PX or step == STEPS_MM[-1]
    assert all(-1e-6 <= place <= length + 1e-6 for place in places)


def test_that_long_ticks_are_a_centimetre_apart_at_usual_zooms():
    for zoom in (1.2, 2.0, 4.0, 6.0):
        long = [place for place, is_long in ticks(800, zoom) if is_long]
        assert abs((long[1] - long[0]) / zoom - 10) < 1e-6
