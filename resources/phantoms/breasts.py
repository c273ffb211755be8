"""Phantom mammograms: two views of both breasts, with density, masses and clusters of calcifications.

What belongs here: pixels, and where the lesions are. What does not: DICOM (films).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS, SPACING_MM = 256, 192, 0.8
DENSITIES = ("A", "B", "C", "D")
VIEWS = ("CC", "MLO")
Field = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BreastLesion:
    """A mass or a cluster of calcifications; its depth from the chest wall and its height, as shares of the breast."""

    side: str  # R or L
    kind: str  # mass or calcifications
    depth: float
    height: float
    diameter_mm: float
    contrast: float  # how much brighter than what is around it, 0 to 1

    def pixel(self, view: str) -> tuple[float, float]:
        """(column, row) on this side's view; in the oblique one the breast hangs lower."""
        across = 8 + self.depth * 0.62 * COLUMNS
        down = ROWS * (0.5 + (self.height - 0.5) * 0.6) + (0.06 * ROWS if view == "MLO" else 0.0)
        return (COLUMNS - 1 - across if self.side == "R" else across), down


def mammogram(
    seed: int, side: str, view: str, density: str, lesions: tuple[BreastLesion, ...] = ()
) -> NDArray[np.uint16]:
    """Twelve-bit pixels (ROWS, COLUMNS), chest wall at the inner edge: at the right for R, at the left for L."""
    rng = np.random.Generator(np.random.PCG64([seed, ord(side), VIEWS.index(view)]))
    rows, columns = np.mgrid[:ROWS, :COLUMNS].astype(np.float32)
    middle = ROWS * (0.56 if view == "MLO" else 0.5)
    inside = 1 - np.hypot(columns / (0.82 * COLUMNS), (rows - middle) / (0.43 * ROWS))
    tissue = _tissue(rng, inside, DENSITIES.index(density))
    if view == "MLO":
        tissue += 0.35 * np.clip(1 - (columns / 46 + rows / 120), 0, 1)  # the pectoral muscle
    for lesion in lesions:
        if lesion.side == side:
            column, row = lesion.pixel(view)
            column = COLUMNS - 1 - column if side == "R" else column  # drawn as a left breast
            _add_lesion(rng, tissue, lesion, (column, row), (columns, rows))
    edge = 1 / (1 + np.exp(-np.clip(inside * 40, -30, 30)))
    image = np.clip(tissue, 0, 1) * edge + 0.008 * rng.standard_normal(tissue.shape, np.float32) * edge
    drawn = np.rint(np.clip(image, 0, 1) * 3900).astype(np.uint16)
    return np.ascontiguousarray(drawn[:, ::-1] if side == "R" else drawn)


def _tissue(rng: np.random.Generator, inside: Field, density: int) -> Field:
    """Fat with strands of fibroglandular tissue, the more the denser."""
    texture = np.zeros_like(inside)
    for cells, share in ((6, 1.0), (14, 0.7), (40, 0.4), (96, 0.25)):
        grid = rng.standard_normal((cells, cells), np.float32)
        texture += share * cv2.resize(grid, (COLUMNS, ROWS), interpolation=cv2.INTER_CUBIC)
    gland = np.clip(inside * 1.7, 0, 1) * np.clip(0.5 + 0.28 * texture + 0.16 * (density - 1.5), 0, 1)
    return np.asarray(0.22 + (0.22 + 0.09 * density) * gland, np.float32)


def _add_lesion(
    rng: np.random.Generator, tissue: Field, lesion: BreastLesion, at: tuple[float, float], grid: tuple[Field, Field]
) -> None:
    columns, rows = grid
    radius = lesion.diameter_mm / 2 / SPACING_MM
    if lesion.kind == "mass":
        angle = np.arctan2(rows - at[1], columns - at[0])
        spikes = 1 + 0.18 * np.cos(7 * angle + rng.uniform(0, 6.3))
        away = np.hypot(columns - at[0], rows - at[1]) / (radius * spikes)
        tissue += lesion.contrast * 0.42 * np.exp(-(away**3))
        return
    for _ in range(9):
        x, y = np.array(at) + rng.normal(0, radius / 2, 2)
        tissue += lesion.contrast * 0.6 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 0.7)
