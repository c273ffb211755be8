"""The noise of a reconstructed CT image: correlated within a slice, a little between slices, stronger in the middle.

What belongs here: noise. What does not: texture of tissue (anatomy).
"""

from __future__ import annotations

import cv2
import numpy as np

from resources.phantoms.plan import Field

FINE_PX = 0.75
COARSE_PX = 2.4
_UNIT = 2.60  # brings the band-passed white noise back to unit deviation (measured)
_KEPT = 0.45  # of the slice before, since reconstructed slices overlap


class ReconstructionNoise:
    """Noise slice by slice, with the ramp-like rise and roll-off of filtered back projection's power spectrum."""

    def __init__(self, rng: np.random.Generator, rows: int) -> None:
        self._rng = rng
        self._rows = rows
        self._before = self._fresh()

    def next_slice(self) -> Field:
        """Noise of unit deviation, shape (rows, rows)."""
        own = self._fresh()
        out = (own + _KEPT * self._before) * np.float32(1 / np.sqrt(1 + _KEPT * _KEPT))
        self._before = own
        return np.asarray(out, np.float32)

    def _fresh(self) -> Field:
        white = self._rng.standard_normal((self._rows, self._rows), dtype=np.float32)
        fine = cv2.GaussianBlur(white, (7, 7), FINE_PX)
        return np.asarray((fine - cv2.GaussianBlur(white, (13, 13), COARSE_PX)) * np.float32(_UNIT), np.float32)


def noise_level(body: Field, sigma: float) -> Field:
    """The deviation in HU at each place: it grows with the depth under the skin, since fewer photons arrive."""
    depth = np.clip(-body / np.float32(95), 0, 1)
    return np.asarray(np.float32(sigma) * (0.45 + 0.65 * depth), np.float32)
