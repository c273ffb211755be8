"""The recorder hands over and counts."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from app.tracking.events import Event, FocusLost, PhaseConfirmed, SittingEnded, WheelTurned
from app.tracking.held import Held
from app.tracking.recorder import Recorder, clock
from study_configs.problem import ProgramError, StudyProblem


class ListLog:
    """A log in memory that can be told to be full."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, Event]] = []
        self.full = False
        self.problem: StudyProblem | None = None
        self.held: Held | None = None
        self.path = Path("store.sqlite")

    def append(self, sitting: int, event: Event, utc_ns: int) -> None:
        self.taken.append((sitting, event))

    def commit(self, sitting: int, event: Event, utc_ns: int) -> Future[str]:
        future: Future[str] = Future()
        if self.full:
            future.set_exception(StudyProblem("The disk is full."))
        else:
            self.taken.append((sitting, event))
            future.set_result("ab")
        return future


@pytest.fixture
def log() -> ListLog:
    return ListLog()


def test_that_the_last_event_counts_all_before_it(log: ListLog) -> None:
    recorder = Recorder(log, 7)
    for event in (FocusLost(at_ns=1), WheelTurned(at_ns=2, viewport=0, steps=1.0), FocusLost(at_ns=3)):
        recorder.record(event)
    assert recorder.commit(PhaseConfirmed(at_ns=4, trial=0, phase=0, answers={})).result() == "ab"
    assert recorder.end("finished").result() == "ab"
    last = log.taken[-1][1]
    assert isinstance(last, SittingEnded)
    assert last.counts == {"FocusLost": 2, "WheelTurned": 1, "PhaseConfirmed": 1}
    assert {sitting for sitting, _ in log.taken} == {7}


def test_that_a_refused_event_is_not_counted(log: ListLog) -> None:
    recorder = Recorder(log, 7)
    log.full = True
    with pytest.raises(StudyProblem):
        recorder.commit(PhaseConfirmed(at_ns=4, trial=0, phase=0, answers={})).result()
    assert recorder.counts == {}


def test_that_a_sitting_ends_once_and_nothing_follows_its_end(log: ListLog) -> None:
    recorder = Recorder(log, 7)
    first = recorder.end("finished")
    recorder.record(FocusLost(at_ns=9))  # the window closes
    assert recorder.end("signed_out") is first
    with pytest.raises(ProgramError, match="after the sitting's end"):
        recorder.commit(PhaseConfirmed(at_ns=9, trial=0, phase=0, answers={})).result()
    assert [type(event) for _, event in log.taken] == [SittingEnded]


def test_that_an_end_that_was_refused_can_be_asked_for_again(log: ListLog) -> None:
    recorder = Recorder(log, 7)
    log.full = True
    with pytest.raises(StudyProblem):
        recorder.end("finished").result()
    log.full = False
    recorder.record(FocusLost(at_ns=9))
    assert recorder.end("finished").result() == "ab"
    assert [type(event) for _, event in log.taken] == [FocusLost, SittingEnded]


def test_that_the_clock_only_goes_forward() -> None:
    times = [clock() for _ in range(100)]
    assert times == sorted(times)
