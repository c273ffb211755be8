"""What memory exams take, and whether very large ones stay usable: 400 and 5,000 slices, 2,000 frames, small budgets.

What belongs here: peaks, first images, scrolling at the end of a budget. What does not: how slices are chosen
(tests/viewers/test_memory).
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.load_series import write_series
from benchmarks.series_files import phantom_slices, write_cine
from benchmarks.window import figures

SLICES_OF_MANY = 5000
FRAMES = 2000
MANY_SIDE = 256
SMALL_BUDGET_MB = 256
SCROLLS = 100
Row = dict[str, object]


def measure() -> list[Row]:
    """The rows for the bench table."""
    with tempfile.TemporaryDirectory() as name:
        usual, many = Path(name) / "usual", Path(name) / "many"
        for folder, slices, side in ((usual, 400, 512), (many, SLICES_OF_MANY, MANY_SIDE)):
            folder.mkdir()
            write_series(folder, slices, side)
        images = phantom_slices()
        write_cine(Path(name) / "cine", FRAMES, images)
        write_cine(Path(name) / "compressed", FRAMES, images, "JPEG-LS")
        small = {"READERLAB_MEMORY_MB": str(SMALL_BUDGET_MB)}
        rows = [_memory_row("400 × 512² CT", figures(usual, SCROLLS), 400 * 512 * 512 * 2)]
        exams = {
            f"{SLICES_OF_MANY} slices of {MANY_SIDE}²": figures(many, SCROLLS, small),
            f"{FRAMES} frames of 512², plain": figures(Path(name) / "cine", SCROLLS, small),
            f"{FRAMES} frames of 512², JPEG-LS": figures(Path(name) / "compressed", SCROLLS, small),
        }
        for label, found in exams.items():
            rows += _large_rows(label, found)
        return rows


def _memory_row(label: str, found: dict[str, Any], volume_bytes: int) -> Row:
    goal = 1.15 * volume_bytes + (250 << 20)
    return _row(f"memory with {label}", found["peak_bytes"] / 2**20, goal / 2**20, "MiB", "1.15 × volume + 250 MiB")


def _large_rows(label: str, found: dict[str, Any]) -> list[Row]:
    budget = f"{label}, budget {SMALL_BUDGET_MB} MiB"
    waits = found["waits_ms"]
    return [
        _row(f"{budget}: first image", found["first_ms"], 1000.0, "ms", "budget"),
        _row(f"{budget}: scroll, p95", statistics.quantiles(waits, n=20)[-1], 50.0, "ms", "budget"),
        _row(f"{budget}: memory", found["peak_bytes"] / 2**20, SMALL_BUDGET_MB + 250.0, "MiB", "budget + 250 MiB"),
    ]


def _row(name: str, ours: float, goal: float, unit: str, peer_name: str) -> Row:
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": round(goal, 1),
        "peer_name": peer_name,
        "ratio": round(ours / goal, 3),
        "unit": unit,
        "goal": f"<= {goal:.0f} {unit}",
        "holds": ours <= goal,
    }


if __name__ == "__main__":
    for row in measure():
        print(row)
