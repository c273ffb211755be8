"""Phantom MR exams of the head as they come from a scanner: clean, moved, turned, or cut off at the top.

What belongs here: voxels, the faults, and where they show. What does not: DICOM (stacks), what AI says of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE, SLICES, SPACING_MM = 128, 16, (1.8, 9.0)
FAULTS = ("none", "motion", "positioning", "coverage")
Volume = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fault:
    """One of FAULTS; `severity` from 0 (hardly there) to 1 (useless)."""

    kind: str = "none"
    severity: float = 0.0

    def box_voxel(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Middle (column, row, slice) and size of the box in which the fault shows."""
        middle = (SIZE - 1) / 2
        if self.kind == "coverage":
            return (middle, middle, SLICES - 1.0), (SIZE * 0.7, SIZE * 0.8, 2.0)
        if self.kind == "positioning":
            return (middle + self._aside_px, middle, SLICES / 2), (SIZE * 0.8, SIZE * 0.9, SLICES * 0.8)
        return (middle, middle, SLICES / 2), (SIZE * 0.7, SIZE * 0.95, SLICES * 0.6)

    @property
    def _aside_px(self) -> float:
        return 10 * self.severity if self.kind == "positioning" else 0.0


CLEAN = Fault()


def head(seed: int, fault: Fault = CLEAN) -> Volume:
    """Brightness 0 to 4000 of shape (SLICES, SIZE, SIZE), feet first. One seed is one head."""
    rng = np.random.Generator(np.random.PCG64([seed, 19]))
    missing = 5.0 * fault.severity if fault.kind == "coverage" else 0.0
    textures = [rng.standard_normal((16, 16), np.float32) for _ in range(SLICES + 6)]
    volume = np.stack([_slice(textures[at], at - missing) for at in range(SLICES)])
    if fault.kind == "positioning":
        volume = np.stack([_turned(plane, fault) for plane in volume])
    if fault.kind == "motion":
        volume = np.stack([_ghosted(plane, fault.severity, at) for at, plane in enumerate(volume)])
    noise = np.abs(0.02 * rng.standard_normal(volume.shape, np.float32))
    return np.asarray(np.clip(volume + noise, 0, 1) * 3600, np.float32)


def _slice(texture: NDArray[np.float32], at: float) -> NDArray[np.float32]:
    """One axial slice; `at` counts from the skull's base, the vertex is at the last slice."""
    rows, columns = np.mgrid[:SIZE, :SIZE].astype(np.float32) / SIZE - 0.5
    height = (at + 1) / SLICES
    width = np.sqrt(max(0.0, 1 - max(0.0, height - 0.35) ** 2 / 0.46))  # narrower towards the vertex
    if width < 0.08:
        return np.zeros((SIZE, SIZE), np.float32)
    away = np.hypot(columns / (0.37 * width), rows / (0.44 * width))
    plane = np.clip((1 - away) * 14, 0, 1) * 0.36
    plane += 0.5 * np.clip(1 - np.abs(away - 0.96) * 22, 0, 1)  # fat under the skin
    plane -= 0.3 * np.clip(1 - np.abs(away - 0.88) * 26, 0, 1)  # bone
    detail = cv2.resize(texture, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    plane += np.clip((0.82 - away) * 20, 0, 1) * (0.12 + 0.07 * np.tanh(detail * 2))
    if 0.4 < height < 0.75:
        for side in (-1, 1):
            horn = np.hypot((columns - side * 0.06) / 0.035, (rows + 0.03) / 0.13)
            plane -= 0.34 * np.clip((1 - horn) * 4, 0, 1)
    return np.asarray(np.clip(plane, 0, 1), np.float32)


def _turned(plane: NDArray[np.float32], fault: Fault) -> NDArray[np.float32]:
    middle = (SIZE - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), 20 * fault.severity, 1.0)
    turn[0, 2] += 10 * fault.severity
    return np.asarray(cv2.warpAffine(plane, turn, (SIZE, SIZE)), np.float32)


def _ghosted(plane: NDArray[np.float32], severity: float, at: int) -> NDArray[np.float32]:
    """Ghosts along the phase direction (rows), and blur, as a head that nods makes them."""
    ghosts = plane.copy()
    for number, share in ((1, 0.34), (2, 0.2), (3, 0.12)):
        for way in (-1, 1):
            ghosts += severity * share * np.roll(plane, way * number * (9 + at % 3), axis=0) * 0.8
    blurred = cv2.GaussianBlur(ghosts, (0, 0), sigmaX=0.3, sigmaY=0.3 + 1.6 * severity)
    return np.asarray(blurred / (1 + 0.7 * severity), np.float32)
