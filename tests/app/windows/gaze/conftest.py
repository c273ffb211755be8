"""A tracker in another process, for whole sittings."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TRACKER = Path(__file__).parents[2] / "tracking" / "gaze" / "tracker.py"


@pytest.fixture
def tracker() -> Iterator[tuple[str, subprocess.Popen]]:
    """The name of a stream with gaze in the middle of the screen at 100 Hz, and the process that sends it."""
    from app.tracking.gaze.lsl import need_lsl
    from study_configs.problem import StudyProblem

    try:
        need_lsl()
    except StudyProblem as problem:
        pytest.skip(str(problem))
    name = f"tracker-{uuid.uuid4().hex[:12]}"
    process = send(name)
    yield name, process
    end(process)


@pytest.fixture
def start_again() -> Iterator[Callable[[str], None]]:
    """Lets a tracker that died send once more, in a new process, as whoever runs the study would."""
    started: list[subprocess.Popen] = []
    yield lambda name: started.append(send(name))
    for process in started:
        end(process)


def send(name: str) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, str(TRACKER), name, "100", "eyes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()
