"""A bare reading window in a process of its own, opening one folder: what the reader waits for and feels.

What belongs here: the run and its figures. What does not: files (series_files) and goals (load_series, stall, memory).
Run as `python -m benchmarks.window FOLDER [SCROLLS]`; the last line is the figures as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PATIENCE_S = 300.0
SCROLL_EVERY_MS = 40
CHOOSING_MS = 500  # a person sees the window before choosing a folder


def figures(
    folder: Path, scrolls: int = 0, environment: dict[str, str] | None = None, look_every_ms: int = 1
) -> dict[str, Any]:
    """Opens the folder in a new process and returns what it measured; memory in bytes, times in ms.

    The event loop is looked at so often that a stall is seen; whoever asks for the first image only asks for less,
    since looking takes the interpreter from the threads that read.
    """
    given = os.environ | (environment or {})
    if not given.get("DISPLAY"):
        given["QT_QPA_PLATFORM"] = "offscreen"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.window", str(folder), str(scrolls), str(look_every_ms)],
        env=given,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run(folder: Path, scrolls: int, look_every_ms: int = 1) -> dict[str, Any]:
    """Opens, watches the event loop until all is loaded and `scrolls` slices were walked through."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtWidgets import QHBoxLayout, QWidget

    from app.assembling.application import application
    from app.windows.case_desk import CaseDesk
    from app.windows.case_stage import CaseStage
    from study_configs.cases import Case
    from viewers.grid import ViewportGrid
    from viewers.panels.series_list import SeriesList

    app = application()
    window, grid, series, desk = QWidget(), ViewportGrid(), SeriesList(), CaseDesk()
    layout = QHBoxLayout(window)
    layout.addWidget(series)
    layout.addWidget(grid, 1)
    stage = CaseStage(grid, series, desk, "automatic")
    desk.opened.connect(stage.hang)
    window.resize(1400, 1000)
    window.show()
    loop = QEventLoop()
    QTimer.singleShot(CHOOSING_MS, loop.quit)
    loop.exec()
    at: dict[str, float] = {}
    gaps: list[tuple[float, float]] = []
    waits: list[float] = []
    last = began = time.perf_counter()
    last_queued = queued_ms()

    def tick() -> None:
        nonlocal last, last_queued
        now, queued = time.perf_counter(), queued_ms()
        gaps.append(((now - last) * 1000, (now - last) * 1000 - (queued - last_queued)))
        last, last_queued = now, queued
        if now > began + PATIENCE_S or ("loaded" in at and "first" in at and len(waits) >= scrolls):
            loop.quit()

    def scroll() -> None:
        viewport = grid.active_viewport
        if viewport.view is None or len(waits) >= scrolls:
            return
        asked = time.perf_counter()
        grid.perform("scroll.next", "program")
        while not viewport.is_painted and time.perf_counter() < asked + 5:
            app.processEvents()
        waits.append((time.perf_counter() - asked) * 1000)

    grid.first_painted.connect(lambda index: at.setdefault("first", (time.perf_counter() - began) * 1000))
    desk.loaded.connect(lambda case: at.setdefault("loaded", (time.perf_counter() - began) * 1000))
    ticking = QTimer(window, timerType=Qt.TimerType.PreciseTimer, interval=look_every_ms)
    ticking.timeout.connect(tick)
    scrolling = QTimer(window, interval=SCROLL_EVERY_MS)
    scrolling.timeout.connect(scroll)
    ticking.start()
    scrolling.start()
    last = began = time.perf_counter()
    cpu = time.process_time()
    desk.open(Case("bench", folder))
    loop.exec()
    found = {
        "first_ms": at.get("first"),
        "loaded_ms": at.get("loaded"),
        "stall_ms": max(gap for gap, _ in gaps),
        "stall_of_ours_ms": max(ours for _, ours in gaps),
        "stalls_over_15_ms": sum(gap > 15 for gap, _ in gaps),
        "cpu_ms": (time.process_time() - cpu) * 1000,
        "waits_ms": sorted(waits),
        "peak_bytes": peak_bytes(),
        "volume_bytes": desk.cache.used_bytes,
    }
    window.close()
    desk.close()
    return found


def peak_bytes() -> int:
    """The most memory that this process had at once (on Linux its own, not what it took over at its start)."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def queued_ms() -> float:
    """How long this thread has been ready to run while other programs had the cores (Linux; 0 elsewhere)."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6
    except OSError:
        return 0.0


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), *(int(word) for word in sys.argv[2:]))))
