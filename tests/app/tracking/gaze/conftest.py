"""A tracker in another process, and what comes of it."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.tracking.events import Event

TRACKER = Path(__file__).with_name("tracker.py")
WAIT_S = 30.0


class Tracker:
    """A process with a real LSL outlet."""

    def __init__(self, rate_hz: float = 250, layout: str = "normalised", name: str = "") -> None:
        self.name = name or f"tracker-{uuid.uuid4().hex[:12]}"  # other tests run on this machine, too
        self.process = subprocess.Popen(
            [sys.executable, str(TRACKER), self.name, str(rate_hz), layout],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def tell(self, order: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{order}\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


class Taken(list[Event]):
    """The events of a receiver, and waiting for some."""

    def of(self, kind: type[Event]) -> list[Event]:
        return [each for each in list(self) if isinstance(each, kind)]

    def wait_for(self, wished: Callable[[], object]) -> None:
        until = time.monotonic() + WAIT_S
        while not wished():
            assert time.monotonic() < until, [type(each).__name__ for each in self][-20:]
            time.sleep(0.01)

    def wait_for_kind(self, kind: type[Event], count: int = 1) -> Event:
        self.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]


@pytest.fixture
def start_tracker() -> Iterator[Callable[..., Tracker]]:
    from app.tracking.gaze.lsl import need_lsl
    from study_configs.problem import StudyProblem

    try:
        need_lsl()
    except StudyProblem as problem:
        pytest.skip(str(problem))
    started: list[Tracker] = []

    def start(rate_hz: float = 250, layout: str = "normalised", name: str = "") -> Tracker:
        started.append(Tracker(rate_hz, layout, name))
        return started[-1]

    yield start
    for tracker in started:
        tracker.kill()


@pytest.fixture
def taken() -> Taken:
    return Taken()
