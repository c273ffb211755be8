"""A test pattern for a screen, at one pattern pixel per device pixel.

What belongs here: the pattern as pixels and the window that shows it. What does not: what a person makes of it
(display_page). The figures follow the ideas of AAPM TG18-QC and SMPTE RP 133; the drawing is our own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QWidget

Grey = NDArray[np.uint8]

STEPS = 18
GROUND, GRID = 72, 100
FIVE_PERCENT = 13  # of 255
FAINT = 4  # grey levels between a step and the squares in its corners


def pattern(width: int, height: int) -> Grey:
    """The pattern for a screen of width × height device pixels, shape (height, width); both at least 320."""
    made = np.full((height, width), GROUND, np.uint8)
    unit = max(24, min(width // 16, height // 12))
    _grid(made, unit)
    _ramps(made, unit)
    _steps(made, unit)
    _near_black_and_white(made, unit)
    _line_pairs(made, unit)
    _border(made)
    return made


def step_levels() -> list[int]:
    """The grey levels of the steps, from black to white."""
    return [round(255 * n / (STEPS - 1)) for n in range(STEPS)]


def step_boxes(width: int, height: int) -> list[tuple[int, int, int]]:
    """Where the steps lie: (left, top, side) in device pixels, in three rows of six, in the middle of the screen."""
    unit = max(24, min(width // 16, height // 12))
    left, top = width // 2 - 3 * unit, height // 2 - unit * 3 // 2
    return [(left + (n % 6) * unit, top + (n // 6) * unit, unit) for n in range(STEPS)]


def _grid(made: Grey, unit: int) -> None:
    """Squares over all of the screen: each must be square, each line straight."""
    height, width = made.shape
    made[height // 2 % unit :: unit, :] = GRID
    made[:, width // 2 % unit :: unit] = GRID


def _border(made: Grey) -> None:
    """Two white lines around: all four edges must be seen."""
    for inset in (0, 4):
        made[inset, inset : made.shape[1] - inset] = made[-1 - inset, inset : made.shape[1] - inset] = 255
        made[inset : made.shape[0] - inset, inset] = made[inset : made.shape[0] - inset, -1 - inset] = 255


def _ramps(made: Grey, unit: int) -> None:
    """Every grey level from black to white, and back below: no level may stand out."""
    height, width = made.shape
    across = slice(2 * unit, width - 2 * unit)
    ramp = np.linspace(0, 255, across.stop - across.start).round().astype(np.uint8)
    made[unit : unit + unit // 2, across] = ramp
    made[height - unit - unit // 2 : height - unit, across] = ramp[::-1]


def _steps(made: Grey, unit: int) -> None:
    """Eighteen greys, each with a darker and a brighter square in its corners that must just be seen."""
    height, width = made.shape
    small = max(6, unit // 5)
    for level, (left, top, side) in zip(step_levels(), step_boxes(width, height), strict=True):
        made[top : top + side, left : left + side] = level
        inset = small // 2
        bright, dark = min(255, level + FAINT), max(0, level - FAINT)
        made[top + inset : top + inset + small, left + inset : left + inset + small] = bright
        end = side - inset
        made[top + end - small : top + end, left + end - small : left + end] = dark


def _near_black_and_white(made: Grey, unit: int) -> None:
    """5 % in black and 95 % in white (SMPTE RP 133): both inner squares must be seen."""
    height, width = made.shape
    top = height // 2 - unit
    for left, level, inner in (
        (width // 2 - 6 * unit, 0, FIVE_PERCENT),
        (width // 2 + 4 * unit, 255, 255 - FIVE_PERCENT),
    ):
        made[top : top + 2 * unit, left : left + 2 * unit] = level
        quarter = unit // 2
        made[top + quarter : top + 3 * quarter, left + quarter : left + 3 * quarter] = inner


def _line_pairs(made: Grey, unit: int) -> None:
    """Lines of one and of two pixels, upright and flat, in the corners and above the middle: all must be apart."""
    height, width = made.shape
    ends = (unit // 2, width - unit // 2 - 2 * unit)
    places = [(x, y) for x in ends for y in (2 * unit, height - 4 * unit)]
    for left, top in (*places, (width // 2 - unit, height // 2 - 4 * unit)):
        half = unit - 2
        made[top : top + half, left : left + half] = _lines(half, 1)
        made[top : top + half, left + unit : left + unit + half] = _lines(half, 1).T
        made[top + unit : top + unit + half, left : left + half] = _lines(half, 2)
        made[top + unit : top + unit + half, left + unit : left + unit + half] = _lines(half, 2).T


def _lines(side: int, thickness: int) -> Grey:
    """Upright black and white lines, shape (side, side)."""
    row = np.where(np.arange(side) // thickness % 2, 255, 0).astype(np.uint8)
    return np.tile(row, (side, 1))


class PatternWindow(QWidget):
    """Shows the pattern over a whole screen; any key or click closes it and gives the keyboard back."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(self.tr("Test pattern; any key closes it"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._made: Grey | None = None

    def show_on(self, screen: QScreen) -> None:
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        if self._made is None or self._made.shape != (height, width):
            self._made = pattern(width, height)
        image = QImage(self._made.data, width, height, width, QImage.Format.Format_Grayscale8)
        with QPainter(self) as painter:
            painter.scale(1 / ratio, 1 / ratio)  # a pattern pixel is a device pixel
            painter.drawImage(0, 0, image)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        self._leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._leave()

    def _leave(self) -> None:
        self.hide()
        self.closed.emit()
