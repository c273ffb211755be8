"""pyqtgraph: bare ImageItems in a view of 1000×1000 pixels."""

from __future__ import annotations

import numpy as np
import pyqtgraph
from frames import SIZE, run, task
from pyqtgraph.Qt import QtWidgets

slices, labels, heat, with_layers = task()
pyqtgraph.setConfigOptions(imageAxisOrder="row-major")
app = pyqtgraph.mkQApp()
window = pyqtgraph.GraphicsView()
box = pyqtgraph.ViewBox(lockAspect=True, invertY=True, border=None)
window.setCentralItem(box)
window.resize(SIZE, SIZE)
grey = pyqtgraph.ImageItem(slices[0], levels=(-160, 240))
box.addItem(grey)
over = []
if with_layers:
    for values, levels in ((labels, (0, 1)), (heat, (0.0, 1.0))):
        item = pyqtgraph.ImageItem(values[0] if values.ndim == 3 else values, levels=levels)
        table = np.zeros((256, 4), np.uint8)
        table[:, 0] = np.arange(256)
        table[:, 3] = np.where(np.arange(256) > 50, 128, 0)
        item.setLookupTable(table)
        box.addItem(item)
        over.append((item, values, levels))
box.setRange(xRange=(0, slices.shape[2]), yRange=(0, slices.shape[1]), padding=0)
window.show()
QtWidgets.QApplication.processEvents()


def show(index: int) -> None:
    grey.setImage(slices[index], autoLevels=False)
    for item, values, levels in over:
        item.setImage(values[index % len(values)], levels=levels)
    window.viewport().repaint()


run(show, len(slices))
