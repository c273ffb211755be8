"""Garbage that a window leaves is taken apart by the windows' thread, whoever makes the next object."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt

from app.assembling.collecting import Collector, collector

MANY = 200_000  # objects: far more than start a full collection


class Left(QObject):
    """A thing of ours in a cycle, as a window's parts are; says which thread takes it apart."""

    def __init__(self, ended_in: list[int]) -> None:
        super().__init__()
        self.myself = self
        self.destroyed.connect(lambda: ended_in.append(threading.get_ident()), Qt.ConnectionType.DirectConnection)


@pytest.fixture
def ended_in() -> list[int]:
    """The threads in which the things that were left have ended."""
    return []


def worked() -> tuple[int | None, list[list[int]]]:
    """What a loader does in a thread of its own, which is told: it makes objects, and more of them."""
    made: list[list[int]] = []
    thread = threading.Thread(target=lambda: made.extend([number] for number in range(MANY)))
    thread.start()
    thread.join()
    return thread.ident, made


def leave(ended_in: list[int], count: int = 10) -> None:
    for _ in range(count):
        Left(ended_in)


def test_that_no_other_thread_takes_a_window_apart(qtbot, ended_in: list[int]) -> None:
    leave(ended_in)
    _, made = worked()
    assert not ended_in
    qtbot.waitUntil(lambda: len(ended_in) == 10)
    assert made  # it was there all the time, and is no garbage
    assert set(ended_in) == {threading.main_thread().ident}


LEFT_ALONE = """
import gc, threading
from PySide6.QtCore import QCoreApplication, QObject, Qt

ended_in = []

class Left(QObject):
    def __init__(self):
        super().__init__()
        self.myself = self
        self.destroyed.connect(lambda: ended_in.append(threading.get_ident()), Qt.ConnectionType.DirectConnection)

app = QCoreApplication([])
gc.collect()
Left()
made = []
worker = threading.Thread(target=lambda: made.extend([number] for number in range(200_000)))
worker.start()
worker.join()
print(ended_in == [worker.ident])
"""


def test_that_python_left_alone_takes_it_apart_in_any_thread() -> None:
    """The reason for the collector. Where Python no longer does so, it may go."""
    words = [sys.executable, "-c", LEFT_ALONE]
    assert subprocess.run(words, capture_output=True, text=True, check=False).stdout == "True\n"


class FullCollections:
    """Counts how often all objects were gone through."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        self.count += phase == "start" and info["generation"] == 2


@pytest.fixture
def full() -> Iterator[FullCollections]:
    counting = FullCollections()
    gc.callbacks.append(counting)
    yield counting
    gc.callbacks.remove(counting)


@pytest.fixture
def ours(qapp) -> Iterator[Collector]:
    """One that has seen nothing yet, beside the process's own."""
    seen_nothing = Collector(qapp)
    yield seen_nothing
    seen_nothing.setParent(None)
    seen_nothing.deleteLater()


def grow_old(ours: Collector) -> None:
    """Everything young is kept once more, until a full collection is due by the number of lesser ones."""
    for generation in (0, 1):
        for _ in range(gc.get_threshold()[generation + 1] + 1):
            gc.collect(generation)
        ours.look()


def test_that_what_has_grown_old_is_collected_too(ours: Collector, ended_in: list[int]) -> None:
    kept = Left(ended_in)
    gc.collect()
    del kept
    made = [[number] for number in range(MANY)]
    assert not ended_in
    grow_old(ours)
    assert len(ended_in) == 1
    assert made


def test_that_all_is_gone_through_only_once_a_quarter_more_has_grown_old(
    ours: Collector, full: FullCollections
) -> None:
    begun = [[number] for number in range(1_000)]
    grow_old(ours)
    all_there_is = len(gc.get_objects())
    full.count = 0
    few = [[number] for number in range(all_there_is // 100)]
    grow_old(ours)
    assert full.count == 0
    many = [[number] for number in range(all_there_is // 2)]
    grow_old(ours)
    assert full.count == 1
    assert begun
    assert few
    assert many


def test_that_a_process_has_one_collector(qapp) -> None:
    assert collector(qapp) is collector(qapp)
    assert not gc.isenabled()
