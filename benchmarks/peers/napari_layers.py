"""napari: an image, a label map filled, the same as contours, and a heat map in a canvas of 1000×1000 pixels.

The kind tells what is timed: "scroll" turns through the slices, "threshold" drags the heat map's lower limit.
"""

from __future__ import annotations

import sys

import napari
from frames import SIZE, run, task
from qtpy.QtWidgets import QApplication

slices, labels, heat, _ = task()
viewer = napari.Viewer(show=True)
viewer.window._qt_window.resize(SIZE + 400, SIZE + 200)
viewer.add_image(slices, contrast_limits=(-160, 240))
repeats = len(slices) // len(labels)
if sys.argv[2] == "scroll":
    viewer.add_labels(labels.repeat(repeats, axis=0), opacity=0.4)
    outlines = viewer.add_labels(labels.repeat(repeats, axis=0), opacity=1.0)
    outlines.contour = 1
hot = viewer.add_image(heat.repeat(repeats, axis=0), colormap="inferno", opacity=0.5, contrast_limits=(0.2, 1))
canvas = viewer.window._qt_viewer.canvas
canvas.native.setFixedSize(SIZE, SIZE)
QApplication.processEvents()
viewer.reset_view()
drawn = [0]
canvas._scene_canvas.events.draw.connect(lambda _event: drawn.__setitem__(0, drawn[0] + 1))


def show(index: int) -> None:
    before = drawn[0]
    if sys.argv[2] == "scroll":
        viewer.dims.set_current_step(0, index)
    else:
        hot.contrast_limits = (0.2 + 0.7 * (index % 80) / 80, 1)
    while drawn[0] == before:
        QApplication.processEvents()


for _ in range(50):
    QApplication.processEvents()
run(show, len(slices))
