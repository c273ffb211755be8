"""Where places in mm lie among the slices of a series that the log describes.

What belongs here: LPS mm → slice index for lesions, marks and findings. What does not: dwell and drawing.
"""

from __future__ import annotations

import numpy as np

from app.tracking.events import SeriesOpened

Point = tuple[float, float, float]


def slice_of(series: SeriesOpened, place_mm: Point) -> int | None:
    """The index of the slice nearest to an LPS place, None outside the stack or without patient geometry."""
    if not series.affine:
        return None
    affine = np.asarray(series.affine, dtype=np.float64).reshape(4, 4)
    voxel = np.linalg.solve(affine, np.array([*place_mm, 1.0]))
    index = round(float(voxel[2]))
    return index if 0 <= index < series.frames else None
