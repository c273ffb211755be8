"""How long four linked viewports take from one wheel notch until all of them are painted, with overlays in each.

What belongs here: one claim with its figures. What does not: one viewport alone (draw).
Run with `python -m benchmarks.linked` under a display (xvfb-run); without one Qt's offscreen platform is used.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.draw import (
    FRAMES,
    ROUNDS,
    WARM_UP,
    Figure,
    PeerViewport,
    Time,
    Times,
    ct_stack,
    layer_painter,
    rows,
    turn_wheel,
    wait_for_windows,
)
from study_configs.problem import ProgramError
from viewers.grid import ViewportGrid
from viewers.volume import Volume

PEER = "four plain Qt viewers, QPainter scaling the 8-bit slice"
SIZES = ((1000, 1000), (1900, 1050))
GOAL_MS = 12.0


def measure() -> list[Figure]:
    """The figures of this claim, in the format of build/bench.json."""
    _app = QApplication.instance() or QApplication([])  # kept, or Qt goes with it
    stacks = four_series(ct_stack())
    figures = []
    for size in SIZES:
        ours, peer = timed(our_grid(stacks, size), PeerGrid(stacks[0], size))
        name = f"2×2 linked scroll with overlays, {size[0]}×{size[1]} ({QGuiApplication.platformName()})"
        figures += rows(name, ours, peer, (None, GOAL_MS), PEER)
    return figures


def four_series(stack: Volume) -> tuple[Volume, ...]:
    """The same voxels as four series in one frame of reference, so that nothing is shared but them."""
    headers = [replace(stack.header, series_uid=f"1.2.3.{n}") for n in range(4)]
    return tuple(Volume(header, stack.stored, stack.loaded) for header in headers)


def our_grid(stacks: tuple[Volume, ...], size: tuple[int, int]) -> ViewportGrid:
    grid = ViewportGrid()
    grid.resize(*size)
    grid.set_layout(2, 2)
    grid.show()
    for index, volume in enumerate(stacks):
        grid.set_overlay_painter(index, layer_painter(volume))
        grid.show_volume(index, volume)
    return grid


class PeerGrid(QWidget):
    """Four plain viewers in one window; whoever scrolls one scrolls all."""

    def __init__(self, stack: Volume, size: tuple[int, int]) -> None:
        super().__init__()
        half = (size[0] // 2, size[1] // 2)
        self.viewports = tuple(PeerViewport(stack, half, True) for _ in range(4))
        for number, viewport in enumerate(self.viewports):
            viewport.setParent(self)
            viewport.move(number % 2 * half[0], number // 2 * half[1])
            viewport.show()
        self.resize(*size)
        self.show()


def timed(ours: ViewportGrid, peer: PeerGrid) -> tuple[Times, Times]:
    """Both by turns, so that whatever else the machine does hits both; the window whose turn it is lies in front."""
    taken: tuple[list[Time], list[Time]] = ([], [])
    for turn in range(ROUNDS):
        steps = range(turn * (WARM_UP + FRAMES), (turn + 1) * (WARM_UP + FRAMES))
        for window, times, frame in ((ours, taken[0], our_frame), (peer, taken[1], peer_frame)):
            if QGuiApplication.platformName() != "offscreen":  # where no window covers another
                window.raise_()
            wait_for_windows()
            times += [frame(window, step) for step in steps][WARM_UP:]
    for window in (ours, peer):
        window.close()
    return np.array(taken[0]), np.array(taken[1])


def our_frame(grid: ViewportGrid, step: int) -> Time:
    """One notch over the first viewport, until the last of the four is on the screen at the same place."""
    started, started_cpu = time.perf_counter_ns(), time.thread_time_ns()
    turn_wheel(grid.viewports[0], step)
    while not all(viewport.is_painted for viewport in grid.shown) or not _level(grid):
        QApplication.processEvents()
    ended, ended_cpu = time.perf_counter_ns(), time.thread_time_ns()
    QApplication.processEvents()
    if not _level(grid):
        raise ProgramError("The linked viewports stand at different slices: these frames prove nothing.")
    return (ended - started) / 1e6, (ended_cpu - started_cpu) / 1e6


def _level(grid: ViewportGrid) -> bool:
    return len({viewport.view.slice_index for viewport in grid.shown if viewport.view is not None}) == 1


def peer_frame(window: PeerGrid, step: int) -> Time:
    started, started_cpu = time.perf_counter_ns(), time.thread_time_ns()
    for viewport in window.viewports:
        turn_wheel(viewport, step)
    window.repaint()
    ended, ended_cpu = time.perf_counter_ns(), time.thread_time_ns()
    QApplication.processEvents()
    return (ended - started) / 1e6, (ended_cpu - started_cpu) / 1e6


if __name__ == "__main__":
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for line in measure():
        print(json.dumps(line, ensure_ascii=False))
