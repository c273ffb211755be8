"""Killing readers: what 200 deaths without warning (kill -9) at random moments of real sittings cost.

What belongs here: one claim with its figures. What does not: the killing itself, which the fault-injection suite does
too (tests/faults/killed_sittings.py).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from app.shipped.folder import make_shipped

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "tests" / "faults" / "killed_sittings.py"
KILLS, SEED = 200, 6
POINTER_GOAL_MS = 250.0
LIMIT_S = 3_000
Row = dict[str, object]


def killed(kills: int, seed: int, folder: Path) -> dict[str, Any]:
    """What the program prints: see `killed_sittings.judged`."""
    protocol = make_shipped("bernstein_2023", folder / "study", short=True)
    command = [sys.executable, str(PROGRAM), str(protocol), str(folder / "store.sqlite"), str(kills), str(seed)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(folder / "state")}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=True, timeout=LIMIT_S)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def measure() -> list[Row]:
    """The rows for the bench table."""
    with tempfile.TemporaryDirectory() as name:
        told = killed(KILLS, SEED, Path(name))
    sound = not (told["problems"] or told["failed"] or told["asked_again"] or told["pointer_holes"])
    lost_ms = told["pointer_lost_ms"]
    print(
        f"{told['kills']} kills, {told['acknowledged']} acknowledged events, {len(told['lost'])} lost; pointer samples "
        f"lost in {told['pointer_lives']} lives: median {statistics.median(lost_ms)} ms, most {max(lost_ms)} ms; "
        f"resumed each time and verified: {sound}",
        file=sys.stderr,
    )
    return [
        _row(
            f"kill -9 at {told['kills']} random moments: acknowledged events lost",
            len(told["lost"]),
            0,
            "events",
            sound,
        ),
        _row(
            f"kill -9 at {told['kills']} random moments, pointer samples lost, most",
            max(lost_ms),
            POINTER_GOAL_MS,
            "ms",
            sound,
        ),
        _row(
            f"kill -9 at {told['kills']} random moments, pointer samples lost, median",
            statistics.median(lost_ms),
            POINTER_GOAL_MS,
            "ms",
            sound,
        ),
    ]


def _row(name: str, value: float, goal: float, unit: str, sound: bool) -> Row:
    return {
        "name": name,
        "ours": value,
        "peer": goal,
        "peer_name": "what may be lost",
        "ratio": round(value / goal, 3) if goal else float(value),
        "unit": unit,
        "goal": f"<= {goal:g} {unit}",
        "holds": sound and value <= goal,
    }


if __name__ == "__main__":
    for row in measure():
        print(row)
