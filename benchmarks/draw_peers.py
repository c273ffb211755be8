"""Scrolling to the painted frame, ours against other viewers on the same slices, label map and heat map.

What belongs here: handing each viewer the task and holding its times against ours. What does not: how each of them
draws (benchmarks.peers). Run with `python -m benchmarks draw_peers` under a display. READERLAB_PEERS names a Python
that has pyqtgraph, vtk and napari; READERLAB_CORNERSTONE a folder in which `npm install` was run over
benchmarks/peers/cornerstone/package.json; READERLAB_CHROMIUM a Chromium. What is absent is left out, and said.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from benchmarks.draw import (
    FRAMES,
    WARM_UP,
    Figure,
    Times,
    ct_stack,
    draw_frames,
    heat_map,
    label_map,
    our_viewport,
    turn_wheel,
)

SCRIPTS = Path(__file__).parent / "peers"
TURNS = 2  # of ours and of each peer, one after the other
LONGEST_S = 300


@dataclass(frozen=True, slots=True)
class Peer:
    """Another viewer: what runs it, how many times slower it must be, and whether it shows layers."""

    name: str
    command: tuple[str, ...]
    goal: float
    with_layers: bool
    folder: Path = SCRIPTS


def measure() -> list[Figure]:
    """One row for each peer that is there."""
    _app = QApplication.instance() or QApplication([])  # kept, or Qt goes with it
    with tempfile.TemporaryDirectory() as folder:
        write_task(Path(folder))
        return [compare(peer, Path(folder)) for peer in peers()]


def write_task(folder: Path) -> None:
    np.save(folder / "slices.npy", ct_stack().stored)
    np.save(folder / "labels.npy", label_map().astype(np.uint8))
    np.save(folder / "heat.npy", heat_map())


def peers() -> Iterator[Peer]:
    """Those that this machine has."""
    python = os.environ.get("READERLAB_PEERS", "")
    if python:
        yield Peer("pyqtgraph's bare ImageItem", (python, "pyqtgraph_scroll.py"), 2.5, True)
        for name, script in (("VTK's image viewer", "vtk_scroll.py"), ("napari", "napari_scroll.py")):
            yield Peer(name, (python, script), 10.0, False)
            yield Peer(name, (python, script), 10.0, True)
    else:
        print("READERLAB_PEERS is not set: pyqtgraph, VTK and napari are not measured", file=sys.stderr)
    packages = os.environ.get("READERLAB_CORNERSTONE", "")
    browser = os.environ.get("READERLAB_CHROMIUM") or shutil.which("chromium") or ""
    if packages and browser:
        script = str(SCRIPTS / "cornerstone" / "scroll.mjs")
        yield Peer("Cornerstone3D, CPU mode", ("node", script, browser), 2.0, False, Path(packages))
    else:
        print("READERLAB_CORNERSTONE is not set: Cornerstone3D is not measured", file=sys.stderr)


def compare(peer: Peer, task: Path) -> Figure:
    """Medians of ours and the peer's, by turns."""
    ours, theirs = [], []
    for _ in range(TURNS):
        ours.append(our_times(peer.with_layers))
        theirs += peer_times(peer, task)
    our_ms, peer_ms = float(np.median(np.concatenate(ours)[:, 0])), float(np.median(theirs))
    layers = "label map and heat map" if peer.with_layers else "grey"
    return {
        "name": f"scroll, 1000×1000 viewport, {layers}, median to painted frame, vs {peer.name}",
        "ours": round(our_ms, 3),
        "peer": round(peer_ms, 3),
        "peer_name": peer.name,
        "ratio": round(our_ms / peer_ms, 3),
        "unit": "ms",
        "goal": f">= {peer.goal:g} × faster",
        "holds": peer_ms >= peer.goal * our_ms,
    }


def our_times(with_layers: bool) -> Times:
    viewport = our_viewport(ct_stack(), (1000, 1000), with_layers)
    try:
        return draw_frames(viewport, turn_wheel, range(WARM_UP + 4 * FRAMES))
    finally:
        viewport.close()
        QGuiApplication.processEvents()


def peer_times(peer: Peer, task: Path) -> list[float]:
    """The peer's frames in ms. Raises CalledProcessError where it fails."""
    kind = "layers" if peer.with_layers else "grey"
    program, script, *rest = peer.command
    command = [program, script, str(task), *(rest or [kind])]
    packages = peer.folder / "node_modules"
    if packages.is_dir():
        command[1] = _beside(packages, Path(script))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=peer.folder, env=environment, capture_output=True, text=True, timeout=LONGEST_S, check=True
    )
    times: list[float] = json.loads(done.stdout.strip().splitlines()[-1])
    return times


def _beside(packages: Path, script: Path) -> str:
    """A copy of the script and its page beside the packages that they import."""
    for each in (script, script.with_name("page.js")):
        shutil.copy(each, packages.parent / each.name)
    return script.name


if __name__ == "__main__":
    for line in measure():
        print(json.dumps(line, ensure_ascii=False))
