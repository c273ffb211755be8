"""Garbage that a window leaves is taken apart by the windows' thread, whoever makes the next object."""

from __future__ import annotations

import gc
import threading

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


def test_that_python_left_alone_takes_it_apart_in_any_thread(qapp, ended_in: list[int]) -> None:
    """The reason for the collector. Where Python no longer does so, it may go."""
    leave(ended_in)
    gc.enable()
    try:
        worker, _ = worked()
    finally:
        gc.disable()
    assert worker in ended_in


def test_that_what_has_grown_old_is_collected_too(qapp, ended_in: list[int]) -> None:
    kept = Left(ended_in)
    gc.collect()
    del kept
    for _ in range(gc.get_threshold()[2] + 1):
        gc.collect(1)
    assert not ended_in
    collector(qapp).look()
    assert len(ended_in) == 1


def test_that_a_process_has_one_collector(qapp) -> None:
    assert collector(qapp) is collector(qapp)
    assert len(qapp.findChildren(Collector)) == 1
    assert not gc.isenabled()
