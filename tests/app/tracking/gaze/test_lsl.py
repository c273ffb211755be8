"""A real LSL outlet in another process: what it sends lands in events, and its death disturbs nobody."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from app.tracking.events import GazeClockSynced, GazeMoved, GazeSourceLost, GazeSourceOpened
from app.tracking.gaze import lsl
from app.tracking.gaze.lsl import GazeWish, Heard, LslFinder, clocks_apart, streams_heard
from app.tracking.gaze.receiver import GazeReceiver, Offset
from app.tracking.gaze.screens import GazeScreen
from app.tracking.gaze.streams import layout_of
from app.tracking.samples import packed, unpacked
from study_configs.problem import StudyProblem

SCREEN = GazeScreen((1280, 800), (320.0, 200.0), 600.0, dpr=2.0)
Listen = Callable[..., GazeReceiver]
WAIT_S = 60.0


@pytest.fixture
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tracker that gets no processor for a while is not lost, and its clock is compared once."""
    monkeypatch.setattr("app.tracking.gaze.receiver.SILENT_S", 60.0)
    monkeypatch.setattr("app.tracking.gaze.receiver.SYNC_S", 3600.0)


@pytest.fixture
def listen(taken) -> Iterator[Listen]:
    receivers: list[GazeReceiver] = []

    def start(name: str, screen: GazeScreen = SCREEN, **wish) -> GazeReceiver:
        receivers.append(GazeReceiver(LslFinder(GazeWish(name, **wish)), taken.append, screen))
        receivers[-1].start()
        return receivers[-1]

    yield start
    for receiver in receivers:
        receiver.stop()


def _samples(taken) -> list[tuple]:
    return [sample for event in taken.of(GazeMoved) for sample in event.samples]


def test_that_a_trackers_samples_come_in_with_their_own_times_and_none_is_missing(
    start_tracker, listen, taken, busy_machine
):
    tracker = start_tracker(rate_hz=250)
    listen(tracker.name)
    taken.wait_for(lambda: len(_samples(taken)) >= 200)
    samples = _samples(taken)
    opened = taken.wait_for_kind(GazeSourceOpened)
    assert (opened.name, opened.rate_hz, opened.units, opened.model) == (tracker.name, 250, "normalised", "Script")
    assert taken.index(opened) < taken.index(taken.of(GazeMoved)[0])
    assert {sample[1:] for sample in samples} == {(640.0, 400.0, None, None)}
    steps_ms = {round((b[0] - a[0]) / 1e6, 2) for a, b in itertools.pairwise(samples)}
    assert steps_ms == {4.0}
    assert abs(time.monotonic_ns() - samples[-1][0]) < 60e9  # on this machine's monotonic clock
    assert sum(event.dropped for event in taken.of(GazeMoved)) == 0


def test_that_a_batch_goes_through_the_stores_packing_unchanged(start_tracker, listen, taken):
    listen(start_tracker(rate_hz=500, layout="eyes").name)
    event = taken.wait_for_kind(GazeMoved, 4)
    assert event.samples[0][1:] == (640.0, 400.0, 3.5, 3.5)
    header, data = packed(event)
    assert unpacked("GazeMoved", event.at_ns, header, data) == event


class Played:
    """A tracker of 500 Hz played without a clock: whoever waits for so long gets what comes in so long."""

    name, kind, source_id, rate_hz = "played", "lsl", "", 500.0
    layout = layout_of("", 2, units="normalised")

    def __init__(self) -> None:
        self.now_s = 0.0

    def pull(self, within_s: float) -> tuple[np.ndarray, np.ndarray]:
        times = self.now_s + np.arange(1, round(within_s * self.rate_hz) + 1) / self.rate_hz
        self.now_s += within_s
        return times, np.full((len(times), 2), 0.5)

    def offset(self) -> Offset:
        return Offset(0, 0.0)

    def close(self) -> None:
        pass


def test_that_batches_are_short(taken):
    found, stopped = [Played()], threading.Event()

    def take(event) -> None:
        taken.append(event)
        if len(taken.of(GazeMoved)) == 6:
            receiver._stopping.set()
            stopped.set()

    receiver = GazeReceiver(lambda: found.pop() if found else None, take, SCREEN)
    receiver.start()
    assert stopped.wait(30)
    receiver.stop()
    for event in taken.of(GazeMoved):
        assert event.at_ns - event.samples[0][0] <= 100e6


def test_that_the_clocks_are_compared(start_tracker, listen, taken):
    listen(start_tracker().name)
    synced = taken.wait_for_kind(GazeClockSynced)
    assert synced.uncertainty_ms < 50
    assert abs(synced.offset_ns) < 1e9 or sys.platform != "linux"  # LSL's clock is the monotonic one there


def test_that_a_clock_that_runs_apart_is_taken_into_account():
    class Lsl:
        @staticmethod
        def local_clock() -> float:
            return time.monotonic() - 1234.5

    offset_ns, uncertainty_ns = clocks_apart(Lsl)
    assert offset_ns == pytest.approx(1234.5e9, abs=uncertainty_ns + 1e6)


def test_that_blinks_are_samples_without_a_place(start_tracker, listen, taken, busy_machine):
    tracker = start_tracker()
    listen(tracker.name)
    taken.wait_for_kind(GazeMoved)
    tracker.tell("nan")
    taken.wait_for(lambda: _samples(taken)[-1][1:3] == (None, None))
    tracker.tell("see")
    taken.wait_for(lambda: _samples(taken)[-1][1:3] == (640.0, 400.0))


def test_that_samples_that_never_came_are_counted(start_tracker, listen, taken, busy_machine):
    tracker = start_tracker(rate_hz=100)
    listen(tracker.name)
    taken.wait_for_kind(GazeMoved, 2)
    tracker.tell("skip 20")
    taken.wait_for(lambda: sum(event.dropped for event in taken.of(GazeMoved)) > 0)
    assert sum(event.dropped for event in taken.of(GazeMoved)) == 20


def test_that_a_tracker_that_dies_is_told_lost_and_told_again_once_it_is_back(
    start_tracker, listen, taken, busy_machine
):
    tracker = start_tracker()
    receiver = listen(tracker.name)
    taken.wait_for_kind(GazeMoved)
    tracker.kill()
    lost = taken.wait_for_kind(GazeSourceLost)
    assert (lost.reason, lost.name) == ("closed", tracker.name)
    assert lost.samples == len(_samples(taken))
    assert lost.last_ns == _samples(taken)[-1][0]
    assert receiver.is_running
    start_tracker(name=tracker.name)
    assert taken.wait_for_kind(GazeSourceOpened, 2).again


def test_that_a_tracker_that_falls_silent_is_told_lost(start_tracker, listen, taken):
    tracker = start_tracker()
    listen(tracker.name)
    taken.wait_for_kind(GazeMoved)
    tracker.tell("pause")
    assert taken.wait_for_kind(GazeSourceLost).reason == "silent"
    tracker.tell("go")
    assert taken.wait_for_kind(GazeSourceOpened, 2).again


def test_that_a_stream_without_places_is_refused_once_and_in_words(start_tracker, listen, taken):
    receiver = listen(start_tracker(layout="aux").name)
    taken.wait_for_kind(GazeSourceLost)
    assert taken.of(GazeSourceLost)[0].reason == "unusable"
    assert "where on the screen" in str(receiver.problem)
    assert not taken.of(GazeMoved)


def test_that_a_stream_that_does_not_say_its_unit_needs_the_protocols_word(start_tracker, listen, taken):
    tracker = start_tracker(layout="mute")
    refused = listen(tracker.name)
    taken.wait_for_kind(GazeSourceLost)
    assert "Name the unit" in str(refused.problem)
    listen(tracker.name, units="normalised")
    taken.wait_for_kind(GazeMoved)


def test_that_pixels_of_the_screen_become_logical_pixels(start_tracker, listen, taken):
    tracker = start_tracker(layout="px")
    tracker.tell("look 512 256")
    listen(tracker.name)
    taken.wait_for(lambda: _samples(taken) and _samples(taken)[-1][1:3] == (256.0, 128.0))


def test_that_streams_are_listed(start_tracker):
    tracker = start_tracker(rate_hz=60, layout="eyes")
    found: dict[str, Heard] = {}
    until = time.monotonic() + WAIT_S
    while tracker.name not in found:
        assert time.monotonic() < until
        found = {each.name: each for each in streams_heard(1.0)}
    assert (found[tracker.name].type, found[tracker.name].channels, found[tracker.name].rate_hz) == ("Gaze", 6, 60)


def test_that_stopping_does_not_wait_for_a_tracker_that_never_comes(start_tracker, listen, taken):
    start_tracker()  # skips where there is no LSL
    receiver = listen("nobody-has-this-name")
    receiver.stop()
    assert not taken


def test_that_stopping_does_not_wait_for_what_holds_the_receiver(taken):
    """LSL was seen to hold a call for 5 s; here one is held until the stop has returned."""
    held, let_go = threading.Event(), threading.Event()

    def find() -> None:
        held.set()
        let_go.wait(60)

    receiver = GazeReceiver(find, taken.append, SCREEN)
    receiver.start()
    assert held.wait(30)
    receiver.stop()
    assert receiver.is_running
    let_go.set()


def test_that_without_pylsl_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    lsl._pylsl.cache_clear()
    with pytest.raises(StudyProblem, match=r"readerlab\[gaze\]"):
        LslFinder(GazeWish())
    lsl._pylsl.cache_clear()
