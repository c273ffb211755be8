"""The film and the pictures of docs/replay.md: a simulated reader reads the demo, and a case of that is replayed.

Run as `python docs/replay_film.py docs/images/replay`; takes 2.5 minutes of CPU time (11 minutes on two busy cores),
needs no screen and no other files. The store of a demo that was read already may be named after the folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SIZE = (960, 600)
WINDOW = (1280, 800)
BEFORE_S = 1.5  # of the sitting, before AI comes; the film ends with the decision that follows
LONG_S, FPS = 14.0, 8  # of the film


def read_demo(folder: Path) -> Path:
    """A simulated reader reads the demo; returns the store."""
    words = [sys.executable, "-m", "app", "demo", "--folder", str(folder), "--simulate", "careful", "--reader", "R01"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return folder / "store" / "readerlab.sqlite"


def last_reveal(store: Path) -> tuple[float, float, float]:
    """When AI came last, when a finding was painted after that, and the decision: in seconds of the sitting."""
    from app.analysis.replay.recorded import recorded
    from app.analysis.replay.signs import signs
    from app.store.reader import open_store
    from app.tracking.events import ExposureChanged

    with open_store(store) as opened:
        events = recorded(opened).events
    reveal = [each.at_ns for each in signs(events) if each.kind == "reveal"][-1]
    decision = next(each.at_ns for each in signs(events) if each.kind == "decision" and each.at_ns > reveal)
    painted = [each for each in events if isinstance(each, ExposureChanged) and each.at_ns > reveal]
    found = next(each.at_ns for each in painted if each.viewport >= 0 and "box" in {one[2] for one in each.elements})
    first = events[0].at_ns
    return (reveal - first) / 1e9, (found - first) / 1e9, (decision - first) / 1e9


def take(folder: Path, store: Path) -> None:
    """Write the film and the window's picture into a folder."""
    from app.assembling.replay import ReplayPlan, film, picture
    from app.windows.replay.film import FilmPlan

    folder.mkdir(parents=True, exist_ok=True)
    reveal_s, found_s, decision_s = last_reveal(store)
    begin_s, end_s = reveal_s - BEFORE_S, decision_s
    speed = (end_s - begin_s) / LONG_S
    part = FilmPlan(folder / "replay.webp", SIZE, speed=speed, fps=FPS, from_s=begin_s, until_s=end_s)
    film(ReplayPlan(store), part, lambda done, of, what: None)
    picture(ReplayPlan(store, size=WINDOW), found_s + 0.05, folder / "window.png")


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as scratch:
        take(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else read_demo(Path(scratch)))
