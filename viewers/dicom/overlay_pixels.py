"""The pixels of overlay planes, wherever their bits stand.

What belongs here: unpacking, and unused bits of stored values. What does not: which planes there are (overlay_planes).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewers.dicom.decode import frame_words, open_source
from viewers.presentation.shutters import OPEN, unpacked
from viewers.volume import Instance, OverlayPlane


def plane_pixels(plane: OverlayPlane, instance: Instance) -> NDArray[np.uint8]:
    """The plane's own pixels, (rows, columns), 255 where it draws. Raises BadFile where its file can't be read."""
    return _unpacked(plane) if plane.stored_bit < 0 else _from_stored_bit(plane, instance)


@lru_cache(maxsize=32)
def _unpacked(plane: OverlayPlane) -> NDArray[np.uint8]:
    return unpacked(plane)


@lru_cache(maxsize=32)
def _from_stored_bit(plane: OverlayPlane, instance: Instance) -> NDArray[np.uint8]:
    words = frame_words(open_source(instance.path), instance.frame)
    pixels = ((words.astype(np.int64) >> plane.stored_bit) & 1).astype(np.uint8) * np.uint8(OPEN)
    return pixels[: plane.rows, : plane.columns]
