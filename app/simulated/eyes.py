"""What a simulated reader sees: pixels on the screen, and the boxes that lie over them. Never the truth.

What belongs here: looking at what is shown. What does not: deciding (reader).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

BRIGHT, DARK = 150, 110  # grey levels of a spot, and of what surrounds it
SPOT_PX2 = (25, 900)
ROUND = 0.6  # area of the spot over that of its enclosing circle
SURROUNDING_PX = 6


def picture(widget: QWidget) -> NDArray[np.uint8]:
    """A widget's pixels as grey levels (rows, columns), logical pixels."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    image = image.scaled(widget.size())
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()].copy()


def round_spots(grey: NDArray[np.uint8]) -> list[QPoint]:
    """Bright round spots in a dark surrounding, the largest first: what a nodule in a lung looks like."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats((grey >= BRIGHT).astype(np.uint8))
    found = []
    for spot in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[spot])
        circle = np.pi * (max(width, height) / 2) ** 2
        if not SPOT_PX2[0] <= area <= SPOT_PX2[1] or area < ROUND * circle:
            continue
        around = _around(grey, labels == spot, left, top, width, height)
        if around.size and np.mean(around) <= DARK:
            found.append((area, QPoint(round(float(centres[spot][0])), round(float(centres[spot][1])))))
    return [place for _, place in sorted(found, key=lambda each: -each[0])]


def _around(
    grey: NDArray[np.uint8], spot: NDArray[np.bool_], left: int, top: int, width: int, height: int
) -> NDArray[np.uint8]:
    rows = slice(max(0, top - SURROUNDING_PX), top + height + SURROUNDING_PX)
    columns = slice(max(0, left - SURROUNDING_PX), left + width + SURROUNDING_PX)
    return grey[rows, columns][~spot[rows, columns]]
