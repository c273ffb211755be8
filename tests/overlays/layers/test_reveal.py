"""When a layer comes: judged from time, answers, and what was asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overlays.layers.layer import Reveal
from overlays.layers.reveal import is_at_once, is_revealed, next_after_s

AFTER = Reveal("after", after_s=10.0)
IF = Reveal("if", only_if="answer.ct == yes")


def test_that_what_comes_at_once_is_there_whatever_happens():
    for how in ("shown", "toggle", "hover"):
        assert is_at_once(Reveal(how))
        assert is_revealed(Reveal(how), 0.0, {}, asked=False)


def test_that_a_button_is_waited_for_however_long():
    assert not is_revealed(Reveal("button"), 3600.0, {"answer.ct": "yes"}, asked=False)
    assert is_revealed(Reveal("button"), 0.0, {}, asked=True)


def test_that_time_reveals_for_good():
    assert not is_revealed(AFTER, 9.99, {}, asked=False)
    assert is_revealed(AFTER, 10.0, {}, asked=False)
    assert is_revealed(AFTER, 0.0, {}, asked=True), "it came before a crash"


def test_that_a_condition_lets_the_layer_come_and_go():
    assert not is_revealed(IF, 99.0, {}, asked=True)
    assert is_revealed(IF, 0.0, {"answer.ct": "yes"}, asked=False)
    assert not is_revealed(IF, 0.0, {"answer.ct": "no"}, asked=True)


@given(seconds=st.floats(0, 4000), due=st.lists(st.floats(0.01, 3600), max_size=6))
def test_that_after_the_time_that_was_announced_the_next_layer_is_there(seconds: float, due: list[float]):
    rules = [Reveal("after", after_s=each) for each in due]
    before = [is_revealed(rule, seconds, {}, asked=False) for rule in rules]
    wait = next_after_s(rules, seconds)
    assert (wait is None) == all(before)
    if wait is not None:
        after = [is_revealed(rule, seconds + wait + 1e-6, {}, asked=False) for rule in rules]
        assert sum(after) > sum(before)
