"""A phantom colon: a tube of gas that winds through an abdomen, small and coarse, with polyps on its wall.

What belongs here: voxels in HU and where the polyps are. What does not: DICOM (stacks).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE, SLICES, SPACING_MM = 80, 12, (4.0, 10.0)
GAS_HU, TISSUE_HU, FAT_HU = -950.0, 40.0, -90.0
RADIUS_PX = 6.0
RING_PX = (26.0, 22.0)


@dataclass(frozen=True, slots=True)
class Polyp:
    """A polyp at an angle of the colon's course (0 to 1 of a turn), in a slice, on its inner wall."""

    turn: float
    slice: int
    diameter_mm: float

    @property
    def voxel(self) -> tuple[float, float, float]:
        """(column, row, slice) of its middle."""
        angle = 2 * np.pi * self.turn
        inner = np.array([RING_PX[0] - RADIUS_PX + 1, RING_PX[1] - RADIUS_PX + 1])
        middle = (SIZE - 1) / 2
        return middle + inner[0] * float(np.cos(angle)), middle + inner[1] * float(np.sin(angle)), float(self.slice)


def colon(seed: int, polyps: tuple[Polyp, ...]) -> NDArray[np.float32]:
    """HU of shape (SLICES, SIZE, SIZE)."""
    rng = np.random.Generator(np.random.PCG64([seed, 17]))
    rows, columns = np.mgrid[:SIZE, :SIZE].astype(np.float32) - np.float32((SIZE - 1) / 2)
    body = np.hypot(columns / 38, rows / 32)
    ring = np.hypot(columns / RING_PX[0], rows / RING_PX[1])
    volume = np.empty((SLICES, SIZE, SIZE), np.float32)
    for index, plane in enumerate(volume):
        folds = 1 + 0.12 * np.sin(14 * np.arctan2(rows, columns) + index + rng.uniform(0, 0.5))
        wall = np.abs(ring - 1) * 24 / (RADIUS_PX * folds)
        plane[:] = np.where(body < 1, TISSUE_HU, GAS_HU)
        plane[(body > 0.93) & (body < 1)] = FAT_HU
        plane[(wall < 1) & (body < 0.92)] = GAS_HU
    for polyp in polyps:
        _add_polyp(volume, polyp)
    return volume + 18 * rng.standard_normal(volume.shape, np.float32)


def _add_polyp(volume: NDArray[np.float32], polyp: Polyp) -> None:
    column, row, plane = polyp.voxel
    z, y, x = np.indices(volume.shape, np.float32)
    away = np.sqrt(
        ((x - column) * SPACING_MM[0]) ** 2 + ((y - row) * SPACING_MM[0]) ** 2 + ((z - plane) * SPACING_MM[1]) ** 2
    )
    volume[away < max(polyp.diameter_mm / 2, SPACING_MM[0] * 0.8)] = TISSUE_HU + 10
