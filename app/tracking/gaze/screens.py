"""The screen that gaze lies on: pixels, millimetres and degrees.

What belongs here: one screen as a value, and lengths on it. What does not: asking for its size (app.windows.gaze).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class GazeScreen:
    """A flat screen in front of a reader whose eyes are `distance_mm` before its middle.

    `px` (width, height) is in logical pixels, `dpr` device pixels in each. `mm` (0, 0) or `distance_mm` 0: not known,
    and then nothing can be told in degrees.
    """

    px: tuple[int, int]
    mm: tuple[float, float] = (0.0, 0.0)
    distance_mm: float = 0.0
    dpr: float = 1.0

    @property
    def device_px(self) -> Point:
        return (self.px[0] * self.dpr, self.px[1] * self.dpr)

    @property
    def has_mm(self) -> bool:
        return min(self.mm) > 0 and min(self.px) > 0

    @property
    def has_degrees(self) -> bool:
        return self.has_mm and self.distance_mm > 0

    def angle(self, one: Point, other: Point) -> float | None:
        """Degrees between the eye's lines to two points (logical px); None where size or distance is not known."""
        if not self.has_degrees:
            return None
        a, b = self._from_eye(one), self._from_eye(other)
        dot = sum(x * y for x, y in zip(a, b, strict=True))
        cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
        size = sqrt(sum(x * x for x in cross))
        return degrees(atan2(size, dot))

    def to_degrees(self, x_px: Floats, y_px: Floats) -> Floats:
        """Degrees right of and below the middle, shape (n, 2), each axis by itself: atan(mm / distance).

        Raises ValueError where size or distance is not known.
        """
        if not self.has_degrees:
            raise ValueError("The screen's size or the reader's distance is not known.")
        places = np.column_stack([x_px, y_px]) - np.array(self.px) / 2
        return np.asarray(np.degrees(np.arctan2(places * np.array(self.mm) / np.array(self.px), self.distance_mm)))

    def px_per_degree(self) -> float | None:
        """Logical px in a degree at the middle of the screen, along x; None where that is not known."""
        if not self.has_degrees:
            return None
        return float(self.distance_mm * np.tan(np.radians(1.0)) * self.px[0] / self.mm[0])

    def _from_eye(self, point: Point) -> tuple[float, float, float]:
        x, y = ((point[at] - self.px[at] / 2) * self.mm[at] / self.px[at] for at in (0, 1))
        return (x, y, self.distance_mm)
