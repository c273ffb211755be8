"""Logging what is painted: what it costs each painted frame, into a store, while a reader scrolls and drags.

What belongs here: one claim with its figures. What does not: painting itself (layers), other events (record).
Run with `python -m benchmarks.exposure` under a display (xvfb-run) or with QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from app.store.writer import StoreWriter
from app.tracking.events import Event, ExposureChanged
from app.windows.exposure_log import ExposureLog, Record
from benchmarks.draw import Figure, draw_frames, turn_wheel, wait_for_windows
from benchmarks.layers import SIZE, Claim, claims
from benchmarks.record import begun
from overlays.painting.painter import LayerPainter
from viewers.grid import ViewportGrid

GOAL_MS = 0.2
FRAMES, ROUNDS = 120, 3
CHANGING = ("scroll", "threshold drag", "opacity")


class TimedLog(ExposureLog):
    """The log as it is, with the time that each frame spent in it."""

    def __init__(self, grid: ViewportGrid, record: Record) -> None:
        self.spent_ms: list[float] = []
        self._so_far = 0.0
        super().__init__(grid, record)

    def _note(self, index: int) -> None:
        start = time.perf_counter()
        super()._note(index)
        self._so_far = time.perf_counter() - start

    def _compare(self, index: int) -> None:
        start = time.perf_counter()
        super()._compare(index)
        self.spent_ms.append((self._so_far + time.perf_counter() - start) * 1000)
        self._so_far = 0.0


def measure() -> list[Figure]:
    """The rows for the bench table."""
    _app = QApplication.instance() or QApplication([])  # kept, or Qt goes with it
    with tempfile.TemporaryDirectory() as name:
        writer = StoreWriter(Path(name) / "bench.sqlite")
        recorder = begun(writer)
        rows = [measured(claim, recorder.record) for claim in claims() if claim.name.startswith(CHANGING)]
        recorder.end("finished").result()
        writer.close()
    return rows


def measured(claim: Claim, record: Record) -> Figure:
    """What the log takes of a frame, 95th percentile, beside the whole frame without it; frames by turns."""
    records: list[ExposureChanged] = []

    def keep(event: Event) -> None:
        record(event)
        if isinstance(event, ExposureChanged):
            records.append(event)

    logged, bare = viewport_of(claim), viewport_of(claim)
    log = TimedLog(logged[0], keep)
    frames: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(ROUNDS):
        steps = range(turn * FRAMES, (turn + 1) * FRAMES)
        for is_logged, (grid, painter) in ((True, logged), (False, bare)):
            frames[is_logged] += frames_ms(claim, grid, painter, steps)
    for grid, painter in (logged, bare):
        painter.close()
        grid.close()
    p95, bare_ms = float(np.percentile(log.spent_ms, 95)), float(np.median(frames[False]))
    largest = max((len(each.elements) for each in records), default=0)
    return {
        "name": f"log of exposure in a frame, {claim.name}, p95 ({len(records)} records, at most {largest} elements)",
        "ours": round(p95, 3),
        "peer": round(bare_ms, 3),
        "peer_name": f"the whole frame without it, median; with it {np.median(frames[True]):.3f} ms",
        "ratio": round(p95 / bare_ms, 3),
        "unit": "ms",
        "goal": f"<= {GOAL_MS:g} ms",
        "holds": bool(records) and p95 <= GOAL_MS,
    }


def viewport_of(claim: Claim) -> tuple[ViewportGrid, LayerPainter]:
    grid, painter = ViewportGrid(), LayerPainter(claim.results, claim.layers)
    grid.resize(*SIZE)
    grid.show()
    grid.set_overlay_painter(0, painter)
    grid.show_volume(0, claim.volume)
    wait_for_windows()
    return grid, painter


def frames_ms(claim: Claim, grid: ViewportGrid, painter: LayerPainter, steps: range) -> list[float]:
    def act(widget: QWidget, step: int) -> None:
        if claim.change is None:
            turn_wheel(widget, step)
        else:
            painter.set_layer(claim.change(claim.layers[-1], step))
            widget.update()

    return [float(each) for each in draw_frames(grid.viewports[0], act, steps)[:, 0]]


if __name__ == "__main__":
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for row in measure():
        print(row)
