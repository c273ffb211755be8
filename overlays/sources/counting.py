"""How many voxels have each number in a label map, counted quickly.

What belongs here: counting. What does not: what the numbers stand for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 1 << 22  # voxels; OpenCV's counts are float32 and exact to 1 << 24


def voxel_counts(values: NDArray[Any]) -> NDArray[np.int64]:
    """Voxels of (slices, rows, columns) for each number from 0 to 65535; the values are whole and in that range."""
    import cv2

    deep = values.dtype != np.uint8
    bins = 65536 if deep else 256
    counts = np.zeros(65536, np.int64)
    flat = values.reshape(1, -1)
    for start in range(0, flat.size, BLOCK):
        whole = np.ascontiguousarray(flat[:, start : start + BLOCK], np.uint16 if deep else np.uint8)
        counts[:bins] += cv2.calcHist([whole], [0], None, [bins], [0, bins])[:, 0].astype(np.int64)
    return counts
