"""A progress bar for jobs that take more than a second.

What belongs here: the bar. What does not: what the jobs do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on standard error once something takes more than a second; call it with (done, of, what)."""
    import time

    began = time.monotonic()
    bars: list[Progress] = []

    def step(done: int, of: int, what: str) -> None:
        if not bars and time.monotonic() - began > 1.0 and done < of:
            bars.append(_bar(title))
            bars[0].start()
        if bars:
            bars[0].update(bars[0].task_ids[0], completed=done, total=of, description=f"{title}: {what}")

    try:
        yield step
    finally:
        for bar in bars:
            bar.stop()


def _bar(title: str) -> Progress:
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    bar.add_task(title, total=None)
    return bar
