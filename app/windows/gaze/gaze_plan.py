"""What a protocol says of the eye tracker, for the windows; and the screen that a window is on.

What belongs here: those two values. What does not: receiving gaze (app.tracking.gaze).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QScreen

from app.tracking.gaze.lsl import GazeWish
from app.tracking.gaze.screens import GazeScreen
from study_configs.tracking import GazeCheck, Tracking
from viewers.screens import px_per_mm


@dataclass(frozen=True, slots=True)
class GazePlan:
    """Which stream, and the check before the first case, if any."""

    wish: GazeWish
    check: GazeCheck | None = None


def gaze_plan(tracking: Tracking) -> GazePlan | None:
    """None where the protocol asks for no tracker."""
    if tracking.gaze == "off":
        return None
    return GazePlan(GazeWish(tracking.stream, tracking.units, tracking.origin), tracking.check)


def described(screen: QScreen, distance_mm: float = 0.0) -> GazeScreen:
    """A screen as the workstation knows it; its size is as measured or as it says of itself, (0, 0) if neither."""
    size, ratio = screen.size(), px_per_mm(screen)
    mm = (size.width() / ratio, size.height() / ratio) if ratio else (0.0, 0.0)
    return GazeScreen((size.width(), size.height()), mm, distance_mm, screen.devicePixelRatio())
