"""napari: an image layer, a labels layer and a heat map in a canvas of 1000×1000 pixels."""

from __future__ import annotations

import napari
from frames import SIZE, run, task
from qtpy.QtWidgets import QApplication

slices, labels, heat, with_layers = task()
viewer = napari.Viewer(show=True)
viewer.window._qt_window.resize(SIZE + 400, SIZE + 200)
viewer.add_image(slices, contrast_limits=(-160, 240))
if with_layers:
    repeats = len(slices) // len(labels)
    viewer.add_labels(labels.repeat(repeats, axis=0).astype("uint8"), opacity=0.5)
    viewer.add_image(heat.repeat(repeats, axis=0), colormap="inferno", opacity=0.5, contrast_limits=(0, 1))
canvas = viewer.window._qt_viewer.canvas
canvas.native.setFixedSize(SIZE, SIZE)
QApplication.processEvents()
viewer.reset_view()
drawn = [0]
canvas._scene_canvas.events.draw.connect(lambda _event: drawn.__setitem__(0, drawn[0] + 1))


def show(index: int) -> None:
    before = drawn[0]
    viewer.dims.set_current_step(0, index)
    while drawn[0] == before:
        QApplication.processEvents()


for _ in range(50):
    QApplication.processEvents()
run(show, len(slices))
