"""Recording one event: what it costs the thread that draws, while the writer makes it safe in another.

What belongs here: one claim with its figures. What does not: what is written and that it survives (tests/app/store).
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.store.chain import canonical, sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import Event, PhaseConfirmed, ViewChanged, payload
from app.tracking.observer import Observer
from app.tracking.pointer import Sight
from app.tracking.recorder import Recorder, clock

EVENTS = 3_000
PEER_EVENTS = 300
CONFIRMATIONS = 200
PAUSE_S = 0.0005  # a lively reader: 2,000 events a second at most
MOVES, ROUNDS = 500, 15
GOAL_US = 20.0
SYNCHRONOUS = "sqlite3, insert and commit per event"
Row = dict[str, object]


def an_event() -> ViewChanged:
    """The commonest event: a slice was scrolled into view. Making it is part of the cost."""
    return ViewChanged(
        at_ns=clock(),
        viewport=0,
        series_uid="1.2.826.0.1.3680043.8.498.1",
        slice_index=117,
        centre_px=(255.5, 255.5),
        zoom=2.7,
        window_centre=-600.0,
        window_width=1500.0,
        inverted=False,
    )


def timed_us(act: Callable[[Event], object], events: int) -> list[float]:
    """How long each event took its caller, µs, at a lively reader's pace."""
    taken = []
    for _ in range(events):
        start = time.perf_counter_ns()
        act(an_event())
        taken.append((time.perf_counter_ns() - start) / 1000)
        time.sleep(PAUSE_S)
    return taken


def begun(writer: StoreWriter) -> Recorder:
    protocol = ProtocolRecord(sha256_of("bench"), "bench", "1", "demo", b"bench")
    enrol(writer, "simulated-1", protocol, lambda index: {"index": index})
    return Recorder(writer, writer.begin_sitting(reader="simulated-1", protocol_sha256=protocol.sha256, number=1))


def ours(folder: Path) -> tuple[list[float], list[float], bool]:
    """µs of each recorded event, ms of each confirmation until it is safe, and whether the store is sound then."""
    path = folder / "ours.sqlite"
    writer = StoreWriter(path)
    recorder = begun(writer)
    recorded = timed_us(recorder.record, EVENTS)
    confirmed = [confirmed_ms(recorder, phase) for phase in range(CONFIRMATIONS)]
    recorder.end("finished").result()
    writer.close()
    report = verify(path)
    return recorded, confirmed, report.sound and report.events == EVENTS + CONFIRMATIONS + 1


def confirmed_ms(recorder: Recorder, phase: int) -> float:
    start = time.perf_counter()
    recorder.commit(PhaseConfirmed(at_ns=clock(), trial=0, phase=phase, answers={"suspicion": 40})).result()
    return (time.perf_counter() - start) * 1000


def synchronous(folder: Path) -> list[float]:
    """µs of each event with sqlite3 as most programs use it: insert and commit at once, with the same safety."""
    connection = sqlite3.connect(folder / "peer.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, at_ns INTEGER, kind TEXT, payload TEXT)")

    def insert(event: Event) -> None:
        row = (event.at_ns, type(event).__name__, canonical(payload(event)))
        connection.execute("INSERT INTO events (at_ns, kind, payload) VALUES (?, ?, ?)", row)

    taken = timed_us(insert, PEER_EVENTS)
    connection.close()
    return taken


def mouse_moves_us() -> tuple[float, float]:
    """µs of one mouse move through Qt, with an observer that looks on and without: medians of alternating rounds."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    widget = QWidget()
    taken: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * ROUNDS):
        observer = Observer(lambda event: None) if turn % 2 else None
        if observer is not None:
            observer.watch_viewport(widget, lambda: Sight(0, "1.2.3", 117, 0.0, 1.0, 0.0, 1.0))
        taken[observer is not None].append(_moves_us(widget))
        if observer is not None:
            observer.close()
    application.processEvents()
    return statistics.median(taken[True]), statistics.median(taken[False])


def _moves_us(widget: QWidget) -> float:
    none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    points = [QPointF(step % 400, step // 400) for step in range(MOVES)]
    start = time.perf_counter()
    for point in points:
        QApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseMove, point, point, none, none, plain))
    return (time.perf_counter() - start) / MOVES * 1e6


def measure() -> list[Row]:
    """The rows for the bench table."""
    with tempfile.TemporaryDirectory() as name:
        recorded, confirmed, sound = ours(Path(name))
        peer = synchronous(Path(name))
    median, peer_median = statistics.median(recorded), statistics.median(peer)
    p95 = statistics.quantiles(recorded, n=20)[-1]
    safe_ms = statistics.median(confirmed)
    observed, bare = mouse_moves_us()
    return [
        _row("record one event, median in the caller", median, peer_median, "µs", GOAL_US, sound),
        _row(
            "record one event, p95 in the caller", p95, statistics.quantiles(peer, n=20)[-1], "µs", 2 * GOAL_US, sound
        ),
        _row("a confirmation until it is safe, median", safe_ms, peer_median / 1000, "ms", 20.0, sound),
        _row("observe one mouse move, median", observed - bare, bare, "µs", GOAL_US, sound, "the move itself in Qt"),
    ]


def _row(
    name: str, value: float, peer: float, unit: str, goal: float, sound: bool, peer_name: str = SYNCHRONOUS
) -> Row:
    return {
        "name": name,
        "ours": round(value, 2),
        "peer": round(peer, 2),
        "peer_name": peer_name,
        "ratio": round(value / peer, 3),
        "unit": unit,
        "goal": f"<= {goal:g} {unit}",
        "holds": sound and value <= goal,
    }


if __name__ == "__main__":
    for row in measure():
        print(row)
