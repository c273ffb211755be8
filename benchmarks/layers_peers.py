"""Scrolling with a label map, contours and a heat map, and dragging a map's threshold: ours against napari.

What belongs here: handing napari the same slices, label map and heat map, and holding its times against ours. What does
not: our goals in ms (layers). READERLAB_PEERS names a Python that has napari; without it nothing is measured, and said.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.draw import FRAMES, WARM_UP, Figure, ct_stack, draw_frames, turn_wheel
from benchmarks.draw_peers import Peer, peer_times
from benchmarks.layers import CONTOURS, HEAT, LABELS, Claim, heat, organs, other_threshold, our_viewport
from benchmarks.layers import wait_until_painted as wait
from overlays.painting.painter import LayerPainter

TURNS, GOAL = 2, 3.0
SLICES = 20  # of the maps, repeated along the stack


def measure() -> list[Figure]:
    """A row for each way of using the layers; none where napari is not there."""
    python = os.environ.get("READERLAB_PEERS", "")
    if not python:
        print("READERLAB_PEERS is not set: napari's layers are not measured", file=sys.stderr)
        return []
    _app = QApplication.instance() or QApplication([])  # kept, or Qt goes with it
    stack = ct_stack()
    maps = (organs(stack), heat(stack))
    scroll = Claim(
        "scroll, 10-segment label map, contours and heat map", GOAL, (LABELS, CONTOURS, HEAT), maps, stack, None, 12
    )
    drag = Claim("threshold drag of a heat map", GOAL, (HEAT,), maps[1:], stack, other_threshold)
    with tempfile.TemporaryDirectory() as folder:
        for name, values in (
            ("slices", stack.stored),
            ("labels", maps[0].maps[0].values),
            ("heat", maps[1].maps[0].values),
        ):
            np.save(Path(folder) / f"{name}.npy", values if name == "slices" else values[:SLICES])
        return [
            compare(claim, Peer("napari", (python, "napari_layers.py", kind), GOAL, True), Path(folder))
            for claim, kind in ((scroll, "scroll"), (drag, "threshold"))
        ]


def compare(claim: Claim, peer: Peer, task: Path) -> Figure:
    """Medians of ours and napari's, by turns."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(TURNS):
        ours += our_times(claim)
        theirs += peer_times(peer, task)
    our_ms, peer_ms = float(np.median(ours)), float(np.median(theirs))
    return {
        "name": f"{claim.name}, 1000×1000, median to painted, vs {peer.name}",
        "ours": round(our_ms, 3),
        "peer": round(peer_ms, 3),
        "peer_name": peer.name,
        "ratio": round(our_ms / peer_ms, 3),
        "unit": "ms",
        "goal": f">= {claim.goal_ms:g} × faster",
        "holds": peer_ms >= claim.goal_ms * our_ms,
    }


def our_times(claim: Claim) -> list[float]:
    painter = LayerPainter(claim.results, claim.layers)
    viewport = our_viewport(claim, painter)
    wait(claim, painter)

    def act(widget: QWidget, step: int) -> None:
        if claim.change is None:
            turn_wheel(widget, step)
            return
        painter.set_layer(claim.change(claim.layers[-1], step))
        widget.update()

    try:
        times = draw_frames(viewport, act, range(WARM_UP + 4 * FRAMES))
        return [float(ms) for ms in times[:, 0]]
    finally:
        viewport.close()
        painter.close()
        QGuiApplication.processEvents()


if __name__ == "__main__":
    for line in measure():
        print(json.dumps(line, ensure_ascii=False))
