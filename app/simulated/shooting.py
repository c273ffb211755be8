"""What the scripts that take pictures for the documents have alike: letting windows come to rest, and small files.

What belongs here: waiting and writing. What does not: what is on a picture (viewer_pictures and others).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage

from study_configs.problem import StudyProblem

LOOK_MS = 50
FEWER = 0xF8  # the bits of a channel that are kept


def rest(milliseconds: int) -> None:
    """Lets the event loop run, which shares the interpreter with the threads that load."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], bool], what: str, within_ms: int) -> None:
    """Raises StudyProblem, naming `what` did not come."""
    for _ in range(within_ms // LOOK_MS):
        if is_so():
            return
        rest(LOOK_MS)
    raise StudyProblem(f"{what} did not come in time for its picture.", todo="Run it again.")


def write_small(image: QImage, file: Path, kept: int = FEWER) -> None:
    """The picture as a PNG in fewer colours, so that the repository stays small; `kept` are the bits of a channel."""
    pixels = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(pixels.constBits(), np.uint8).reshape(pixels.height(), pixels.bytesPerLine())
    colours = rows[:, : pixels.width() * 3].reshape(pixels.height(), pixels.width(), 3)[..., ::-1]
    cv2.imwrite(str(file), np.ascontiguousarray(colours & kept), [cv2.IMWRITE_PNG_COMPRESSION, 9])
