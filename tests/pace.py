"""How long work may take, said for one machine and kept on any: a slower one gets as much longer as it is slower.

What belongs here: time of the processor (what other programs take of it, or a machine that stands still, does not
count) and how slow this machine is. What does not: how long to wait for what comes in its own time (conftest).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from statistics import median
from time import thread_time

from psutil import NoSuchProcess, Process

QUIET_BEAT_MS = 0.53  # on the machine that the bounds in these tests were set on, while it was quiet
BEATS = 15


def least_ms(work: Callable[[], object], times: int = 5) -> float:
    """The least of this thread's processor time that `work` takes, in ms of the machine that bounds were set on."""
    return min(_ms(work) for _ in range(times)) / slowness()


@contextmanager
def within_ms(limit_ms: float) -> Iterator[None]:
    """Fails where the block takes more of this thread's processor time, in ms as `least_ms` has them."""
    began = thread_time()
    yield
    took_ms = (thread_time() - began) * 1000
    assert took_ms < limit_ms or took_ms < limit_ms * slowness(), f"took {took_ms:.0f} ms"


def slowness() -> float:
    """How many times slower this machine is; 1 at least."""
    return max(1.0, median(_ms(_beat) for _ in range(BEATS)) / QUIET_BEAT_MS)


def spent_s() -> float:
    """The processor time that this process and its children, living or not, have spent so far."""
    process = Process()
    own = process.cpu_times()
    spent = own.user + own.system + own.children_user + own.children_system
    for child in process.children():
        with suppress(NoSuchProcess):
            times = child.cpu_times()
            spent += times.user + times.system
    return spent


def _ms(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return (thread_time() - began) * 1000


def _beat() -> dict[int, tuple[int, int]]:
    """Something for Python to do."""
    found = {}
    for n in range(7_000):
        found[n & 255] = (n, n * n)
    return found
