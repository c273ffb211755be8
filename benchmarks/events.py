"""One event in the thread that draws: bare, and as a real move of the mouse over a real viewport, 1,000 times a second.

What belongs here: what an event costs the windows while the store's writer works beside them. What does not: how many
the store takes, and how safe they are (benchmarks.record), what a frame costs (benchmarks.draw).

Ours is the whole of it, nothing taken off: Qt's delivery of the mouse move to a widget (QApplication.sendEvent), the
observer's event filter, the clock, what a real viewport with an image shows then, and as events of their own the beats,
ten a second, that work out the samples' places and hand them to the writer. The widget does nothing else about the
move; what a viewport does is its own matter, and the same without a log. The peers: the same move to a widget whose
Python event filter puts (time, x, y) onto a queue.SimpleQueue; and a put of a tuple alone.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.observer import Observer
from app.tracking.recorder import Recorder
from app.windows.grid_log import glance_at
from benchmarks.draw import volume_of
from benchmarks.record import an_event, begun
from viewers.viewport import Viewport
from viewers.volume import Window

SECONDS = 10
RATE_HZ = 1_000
GOAL_MEDIAN_US, GOAL_P99_US = 10.0, 50.0
Row = dict[str, object]
PUT, FILTER = "queue.SimpleQueue.put of a tuple", "an event filter in Python that puts (time, x, y) onto a SimpleQueue"


class BareFilter(QObject):
    """The least that can be done about a mouse move in Python: when, where, onto a queue."""

    def __init__(self, queue: SimpleQueue[tuple[int, float, float]]) -> None:
        super().__init__()
        self._queue = queue

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._queue.put((time.monotonic_ns(), event.position().x(), event.position().y()))
        return False


def at_rate_us(act: Callable[[int], object], beat: Callable[[], object] = lambda: None) -> tuple[list[float], float]:
    """How long each act took, µs, 1,000 a second, with a beat after every 100th; and the beats' share of one act, µs.

    A beat is an act of its own in the list.
    """
    taken, beats = [], []
    due = time.perf_counter_ns()
    for step in range(SECONDS * RATE_HZ):
        due += 1_000_000_000 // RATE_HZ
        while time.perf_counter_ns() < due:  # the thread is at work, as one that draws is: no waking from sleep
            pass
        taken.append(_timed_us(lambda step=step: act(step)))
        if step % (RATE_HZ // 10) == 0:
            beats.append(_timed_us(beat))
    return taken + beats, sum(beats) / len(taken)


def _timed_us(act: Callable[[], object]) -> float:
    start = time.perf_counter_ns()
    act()
    return (time.perf_counter_ns() - start) / 1000


def moves(widget: QWidget) -> Callable[[int], object]:
    """Moves the mouse over the widget in small steps, as Qt delivers it."""
    none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    points = [QPointF(100 + step % 400, 100 + step // 400) for step in range(SECONDS * RATE_HZ)]
    events = [QMouseEvent(QEvent.Type.MouseMove, point, point, none, none, plain) for point in points]
    return lambda step: QApplication.sendEvent(widget, events[step])


def with_image() -> Viewport:
    """A viewport of 1000 × 1000 that has painted a CT slice."""
    stored = np.random.default_rng(6).integers(-1000, 1000, (3, 512, 512)).astype(np.int16)
    viewport = Viewport()
    viewport.resize(1000, 1000)
    viewport.show_volume(volume_of(stored, "CT", (0.7, 0.7), Window(40, 400)))
    viewport.grab()
    return viewport


def observed(recorder: Recorder) -> tuple[list[float], float]:
    """Mouse moves with the observer that looks on, and its beats."""
    viewport, widget = with_image(), QWidget()
    observer = Observer(recorder.record)
    observer.watch_viewport(widget, glance_at(0, viewport))
    figures = at_rate_us(moves(widget), observer.beat)
    observer.close()
    return figures


def filtered() -> list[float]:
    widget, bare = QWidget(), BareFilter(SimpleQueue())
    widget.setMouseTracking(True)
    widget.installEventFilter(bare)
    return at_rate_us(moves(widget))[0]


def put() -> list[float]:
    queue: SimpleQueue[tuple[int, str]] = SimpleQueue()
    return at_rate_us(lambda step: queue.put((time.monotonic_ns(), "ViewChanged")))[0]


def measure() -> list[Row]:
    """The rows for the bench table."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "events.sqlite"
        writer = StoreWriter(path)
        recorder = begun(writer)
        bare, _ = at_rate_us(lambda step: recorder.record(an_event()))
        moved, share = observed(recorder)
        recorder.end("finished").result()
        writer.close()
        sound = verify(path).sound
    least, queued = filtered(), put()
    return [
        *_rows("record one event in the UI thread", bare, queued, PUT, sound),
        *_rows("log one mouse move in the UI thread, Qt's delivery included", moved, least, FILTER, sound),
        _row("the beats' share of one mouse move", share, statistics.fmean(least), GOAL_MEDIAN_US, FILTER, sound),
    ]


def _rows(what: str, ours: list[float], peers: list[float], peer: str, sound: bool) -> list[Row]:
    median, p99 = statistics.median, lambda values: statistics.quantiles(values, n=100)[-1]
    return [
        _row(f"{what}, median", median(ours), median(peers), GOAL_MEDIAN_US, peer, sound),
        _row(f"{what}, p99", p99(ours), p99(peers), GOAL_P99_US, peer, sound),
    ]


def _row(name: str, ours: float, peer: float, goal: float, peer_name: str, sound: bool) -> Row:
    return {
        "name": name,
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": peer_name,
        "ratio": round(ours / peer, 2),
        "unit": "µs",
        "goal": f"<= {goal:g} µs",
        "holds": sound and ours <= goal,
    }


if __name__ == "__main__":
    for row in measure():
        print(row)
