"""Clocks that are set and machines that sleep, played on clocks made for it."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.clocks import ClockWatch, system_clocks
from app.tracking.events import ClockJumped, Slept

S, MS = 1_000_000_000, 1_000_000


class Machine:
    """A machine whose clocks go as it is told, ns."""

    def __init__(self) -> None:
        self.awake, self.passed, self.wall = 5 * S, 9 * S, 10**18
        self.pause_ns = 0  # how long something else runs in the middle of reading the clocks
        self.watch = ClockWatch((self._read_awake, lambda: self.passed), lambda: self.wall)

    def _read_awake(self) -> int:
        self.awake += self.pause_ns
        return self.awake

    def run(self, ns: int) -> None:
        self.awake += ns
        self.passed += ns
        self.wall += ns

    def sleep(self, ns: int) -> None:
        self.passed += ns
        self.wall += ns


def test_that_time_which_only_passes_tells_nothing() -> None:
    machine = Machine()
    for _ in range(100):
        machine.run(100 * MS)
        assert machine.watch.look(1) == ()


def test_that_a_sleep_is_told_with_its_length_and_is_no_jump_of_the_clock() -> None:
    machine = Machine()
    machine.sleep(3600 * S)
    machine.run(100 * MS)
    assert machine.watch.look(7) == (Slept(at_ns=7, for_ms=3_600_000),)
    assert machine.watch.look(8) == ()


@given(st.integers(200, 10**9), st.sampled_from([1, -1]))
def test_that_a_clock_which_is_set_is_told_once_forward_or_back(ms: int, way: int) -> None:
    machine = Machine()
    machine.run(100 * MS)
    machine.wall += way * ms * MS
    assert machine.watch.look(7) == (ClockJumped(at_ns=7, by_ms=way * ms),)
    machine.run(100 * MS)
    assert machine.watch.look(8) == ()


def test_that_a_clock_which_is_slewed_is_none_that_jumped() -> None:
    machine = Machine()
    for _ in range(36_000):  # an hour at 500 parts in a million: 1.8 s in all
        machine.run(100 * MS)
        machine.wall += 50_000
        assert machine.watch.look(1) == ()


def test_that_a_sleep_and_a_clock_set_meanwhile_are_both_told() -> None:
    machine = Machine()
    machine.sleep(60 * S)
    machine.wall -= 2 * S
    assert machine.watch.look(1) == (Slept(at_ns=1, for_ms=60_000), ClockJumped(at_ns=1, by_ms=-2_000))


def test_that_a_reading_which_was_interrupted_is_left_out_and_nothing_is_lost_by_it() -> None:
    machine = Machine()
    machine.wall += 5 * S
    machine.pause_ns = 300 * MS
    assert machine.watch.look(1) == ()
    machine.passed += 600 * MS  # time passed on the other clocks while the first was held up
    machine.wall += 600 * MS
    machine.pause_ns = 0
    assert machine.watch.look(2) == (ClockJumped(at_ns=2, by_ms=5_000),)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's own clocks")
def test_that_the_clocks_of_this_machine_go_on_together() -> None:
    awake, passed = system_clocks()
    before = awake()
    assert passed() >= before > 0
    watch = ClockWatch()
    assert watch.look(1) == ()
