"""How large findings are.

What belongs here: lengths of shapes in mm. What does not: where they lie (reach, cutting) and what is shown (layers).
"""

from __future__ import annotations

import numpy as np

from overlays.result import Box, ContourStack, Dot, Ellipse, Ellipsoid, Geometry, InSegment, OnImage


def across_mm(shape: Geometry) -> float:
    """The longest extent: a box's longest edge, twice an ellipsoid's longest half axis, else the longest edge of the
    box along patient axes that holds the shape; endless for points and shapes in pixels, which have no size in mm.
    """
    if isinstance(shape, Dot | OnImage | InSegment):
        return float("inf")
    if isinstance(shape, Box):
        return max(shape.size_mm)
    if isinstance(shape, Ellipsoid | Ellipse):
        return 2 * float(np.linalg.norm(np.asarray(shape.half_axes_mm), axis=1).max())
    points = np.concatenate(shape.contours_mm) if isinstance(shape, ContourStack) else np.asarray(shape.points_mm)
    return float(np.ptp(points, axis=0).max())
