"""Puts a rendered picture on the screen, device pixel for device pixel.

What belongs here: that one act, for viewports and magnifier glasses. What does not: making pictures (render).
"""

from __future__ import annotations

import cv2
from PySide6.QtGui import QImage, QPainter

from viewers.drawing.render import Picture

STRIP_ROWS = 256  # of a picture that are converted and blitted at a time


def paint_picture(painter: QPainter, picture: Picture, ratio: float) -> None:
    """Blits device pixel for device pixel: the painter's scale is taken back for the picture.

    Grey is widened to the screen's format strip by strip, which mostly stays in the processor's cache meanwhile.
    """
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    for row in range(0, len(picture.pixels), STRIP_ROWS):
        strip = picture.pixels[row : row + STRIP_ROWS]
        pixels = strip if strip.ndim == 3 else cv2.cvtColor(strip, cv2.COLOR_GRAY2BGRA)
        image = QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_RGB32)
        painter.drawImage(picture.left, picture.top + row, image)
    painter.restore()
