"""The picture of a plan as PNG: its SVG, drawn by Qt without a screen.

What belongs here: SVG → PNG. What does not: the picture itself (study_configs.plan_picture).
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from study_configs.problem import StudyProblem

_SCALE = 2  # pixels for one of the picture's own
_MOST_PIXELS = 16_000  # along a side


def write_png(svg: str, file: Path) -> None:
    """Write the SVG as PNG, twice its size where that fits. Raises StudyProblem where the file cannot be written."""
    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        application = QGuiApplication([])  # fonts need one
    else:
        application = None
    renderer = QSvgRenderer(QByteArray(svg.encode("utf-8")))
    size = renderer.defaultSize()
    scale = min(_SCALE, _MOST_PIXELS / max(size.width(), size.height(), 1))
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    if not image.save(str(file)):
        raise StudyProblem("The picture cannot be written.", where=str(file), todo="Name a file in a folder of yours.")
    del application
