"""The same task for every viewer: 1000×1000 device pixels, the same slices, label map and heat map, the same steps.

What belongs here: reading the task, timing a frame, printing the answer. What does not: any viewer.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIZE = 1000
WARM_UP, FRAMES = 10, 100
Array = NDArray[np.generic]


def task() -> tuple[Array, Array, Array, bool]:
    """(slices, label map, heat map 0..1 of one slice's shape, whether to show the two) from the command line."""
    folder = Path(sys.argv[1])
    slices, labels, heat = (np.load(folder / f"{name}.npy") for name in ("slices", "labels", "heat"))
    return slices, labels, heat, sys.argv[2] == "layers"


def run(show: Callable[[int], None], frames: int) -> None:
    """Times `show(slice)`, which returns when that slice is painted, up and down the stack; prints ms as JSON."""
    taken = []
    for step in range(WARM_UP + FRAMES):
        at = frames // 2 + (step if step // 40 % 2 == 0 else -step) % 40
        started = time.perf_counter_ns()
        show(at)
        taken.append((time.perf_counter_ns() - started) / 1e6)
    print(json.dumps(taken[WARM_UP:]))
