"""The numbers of one phantom body: how large, where its levels lie, how dense its blood is.

What belongs here: the sampling grid and the seeded body plan. What does not: turning them into shapes (anatomy, bones).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]

COVERAGE_MM = 300.0  # from below the costophrenic recess to above the lung apices
COARSE = 4  # in-plane pixels per cell of the coarse grid on which the organs are laid out
COARSE_Z = 2  # slices per cell of it


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the voxels lie in the body frame: x to the patient's left, y to the back, z to the head, in mm.

    The middle of the image is x = y = 0; the middle of the first slice is z = 0.
    """

    slices: int
    pixel_mm: float
    rows: int = 512

    @property
    def slice_mm(self) -> float:
        return COVERAGE_MM / self.slices

    def axis_mm(self) -> Field:
        """The x (and y) of every pixel, shape (rows,)."""
        return ((np.arange(self.rows) - (self.rows - 1) / 2) * self.pixel_mm).astype(np.float32)

    def coarse_axis_mm(self) -> Field:
        """The x (and y) of every coarse cell: the mean of the pixels that it covers."""
        return np.asarray(self.axis_mm().reshape(-1, COARSE).mean(axis=1), np.float32)

    def coarse_z_mm(self) -> Field:
        """The z of the coarse planes; the last lies on or beyond the last slice."""
        planes = (self.slices - 1 + COARSE_Z - 1) // COARSE_Z + 1
        return (np.arange(planes) * COARSE_Z * self.slice_mm).astype(np.float32)

    def index(self, points_mm: NDArray[np.floating]) -> NDArray[np.float64]:
        """Points (…, 3) in the body frame → (column, row, slice)."""
        middle = (self.rows - 1) / 2
        scale = np.array([self.pixel_mm, self.pixel_mm, self.slice_mm])
        return np.asarray(np.asarray(points_mm, np.float64) / scale + np.array([middle, middle, 0.0]))


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """What the seed decided about one body. Lengths in mm, densities in HU."""

    size: float  # 1 is an average adult
    depth: float  # front-to-back proportion
    fat_mm: float  # subcutaneous fat over the chest
    breasts: float  # 0 for none
    lung_top: float  # shifts of levels along z
    right_dome: float
    left_dome: float
    heart: float  # size of the heart
    heart_tilt: float
    kyphosis: float
    blood_hu: float
    contrast: bool
    lung_hu: float
    lung_gradient_hu: float
    bone_hu: float
    noise_hu: float
    pixel_mm: float


def draw_plan(rng: np.random.Generator) -> BodyPlan:
    """A body plan drawn from the ranges of adult chest CT; some exams have contrast medium."""
    size = float(rng.uniform(0.92, 1.06))
    fat_mm = float(rng.uniform(7, 22))
    contrast = bool(rng.random() < 0.5)
    return BodyPlan(
        size=size,
        depth=float(rng.uniform(0.93, 1.07)),
        fat_mm=fat_mm,
        breasts=float(rng.uniform(0.7, 1.2)) if rng.random() < 0.5 else 0.0,
        lung_top=float(rng.uniform(-8, 6)),
        right_dome=float(rng.uniform(88, 106)),
        left_dome=float(rng.uniform(78, 96)),
        heart=float(rng.uniform(0.92, 1.1)),
        heart_tilt=float(rng.uniform(-0.12, 0.12)),
        kyphosis=float(rng.uniform(4, 12)),
        blood_hu=float(rng.uniform(140, 210)) if contrast else float(rng.uniform(36, 48)),
        contrast=contrast,
        lung_hu=float(rng.uniform(-885, -845)),
        lung_gradient_hu=float(rng.uniform(35, 75)),
        bone_hu=float(rng.uniform(130, 230)),
        noise_hu=float(rng.uniform(13, 22)),
        pixel_mm=round(0.66 * size + 0.0025 * fat_mm + 0.02, 3),
    )
