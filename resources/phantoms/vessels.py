"""Phantom vessels: the arteries at the base of the brain as a stack of slices, and single vessels that flow or stall.

What belongs here: voxels and where aneurysms are. What does not: DICOM (stacks, films).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE, SLICES, SPACING_MM = 96, 16, (1.5, 3.0)
STALL_SIZE, STALL_MM = 128, 0.01
# Courses in shares of (column, row, slice): the patient's right is at the left.
COURSES = {
    "ica_right": ((0.38, 0.58, 0.0), (0.36, 0.52, 0.3), (0.40, 0.46, 0.5)),
    "mca_right": ((0.40, 0.46, 0.5), (0.30, 0.44, 0.55), (0.20, 0.40, 0.65), (0.14, 0.34, 0.8)),
    "aca_right": ((0.40, 0.46, 0.5), (0.47, 0.38, 0.6), (0.48, 0.26, 0.95)),
    "acom": ((0.47, 0.38, 0.6), (0.53, 0.38, 0.6)),
    "basilar": ((0.50, 0.72, 0.0), (0.50, 0.66, 0.45)),
}
Volume = NDArray[np.float32]


def courses() -> dict[str, tuple[tuple[float, float, float], ...]]:
    """Every artery's course; the left ones mirror the right ones."""
    mirrored = {
        name.replace("right", "left"): tuple((1 - x, y, z) for x, y, z in course)
        for name, course in COURSES.items()
        if name.endswith("right")
    }
    return {**COURSES, **mirrored}


@dataclass(frozen=True, slots=True)
class Aneurysm:
    """A pouch on an artery; `share` is how far along its course it lies."""

    artery: str
    share: float
    diameter_mm: float

    @property
    def voxel(self) -> tuple[float, float, float]:
        """(column, row, slice) of its middle."""
        x, y, z = _along(courses()[self.artery], self.share)
        return x * (SIZE - 1), y * (SIZE - 1) + self.diameter_mm / 2 / SPACING_MM[0], z * (SLICES - 1)


def brain_vessels(seed: int, aneurysms: tuple[Aneurysm, ...], *, bone: bool) -> Volume:
    """Brightness from 0 (nothing) to 1 (blood) of shape (SLICES, SIZE, SIZE); with bone, a skull of 1.5 around it."""
    rng = np.random.Generator(np.random.PCG64([seed, 11]))
    volume = _head(rng, bone=bone)
    for course in courses().values():
        for share in np.linspace(0, 1, 40):
            _add_ball(volume, _scaled(_along(course, float(share))), 2.6)
    for aneurysm in aneurysms:
        _add_ball(volume, aneurysm.voxel, aneurysm.diameter_mm)
    volume += 0.03 * rng.standard_normal(volume.shape, np.float32)
    return np.clip(volume, 0, 1.6)


def _head(rng: np.random.Generator, *, bone: bool) -> Volume:
    """Grey tissue within an oval."""
    rows, columns = np.mgrid[:SIZE, :SIZE].astype(np.float32) / SIZE - 0.5
    away = np.hypot(columns / 0.43, rows / 0.48)
    volume = np.empty((SLICES, SIZE, SIZE), np.float32)
    for plane in volume:
        texture = cv2.resize(rng.standard_normal((12, 12), np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
        plane[:] = np.clip((1 - away) * 12, 0, 1) * (0.24 + 0.025 * texture)
        if bone:
            plane += np.clip(1 - np.abs(away - 0.94) * 18, 0, 1) * 1.2
    return volume


def _along(course: tuple[tuple[float, float, float], ...], share: float) -> tuple[float, float, float]:
    """The point at a share of the way, each leg taking as long as the others."""
    legs = list(pairwise(course))
    at = min(share, 1.0) * len(legs)
    leg = min(int(at), len(legs) - 1)
    start, end = np.array(legs[leg][0]), np.array(legs[leg][1])
    x, y, z = start + (end - start) * (at - leg)
    return float(x), float(y), float(z)


def _scaled(share: tuple[float, float, float]) -> tuple[float, float, float]:
    return share[0] * (SIZE - 1), share[1] * (SIZE - 1), share[2] * (SLICES - 1)


def _add_ball(volume: Volume, at: tuple[float, float, float], diameter_mm: float) -> None:
    """Blood within a ball, in the box around it alone."""
    reach = int(np.ceil(diameter_mm / SPACING_MM[0])) + 2
    column, row, plane = (round(value) for value in at)
    deep = int(np.ceil(diameter_mm / SPACING_MM[1])) + 1
    box = tuple(
        slice(max(0, middle - width), middle + width + 1)
        for middle, width in ((plane, deep), (row, reach), (column, reach))
    )
    part = volume[box]
    z, y, x = np.indices(part.shape, np.float32)
    away = np.sqrt(
        ((x + box[2].start - at[0]) * SPACING_MM[0]) ** 2
        + ((y + box[1].start - at[1]) * SPACING_MM[0]) ** 2
        + ((z + box[0].start - at[2]) * SPACING_MM[1]) ** 2
    )
    np.maximum(part, np.clip(1.2 - away / diameter_mm * 1.3, 0, 1), out=part)


def stalled_vessel(seed: int, *, stalled: bool, contrast: float) -> NDArray[np.uint16]:
    """A small vessel among others, twelve bits. In one that flows cells blur into streaks; in a stall they stand still.

    `contrast` from 0 (hard to tell) to 1. The marked vessel runs through the middle.
    """
    rng = np.random.Generator(np.random.PCG64([seed, 13]))
    image = np.full((STALL_SIZE, STALL_SIZE), 0.30, np.float32)
    for _ in range(5):
        _add_vessel(rng, image, rng.uniform(0, 1) * STALL_SIZE, 0.12)
    _add_vessel(rng, image, STALL_SIZE / 2, 0.42)
    rows, columns = np.mgrid[:STALL_SIZE, :STALL_SIZE].astype(np.float32)
    for column in np.linspace(12, STALL_SIZE - 12, 8) + rng.uniform(-3, 3, 8):
        long = 2.2 if stalled else 2.2 + 6 * contrast
        cell = np.exp(-(((columns - column) / long) ** 2) - ((rows - STALL_SIZE / 2) / 2.4) ** 2)
        image -= (0.16 + 0.2 * contrast if stalled else 0.10) * cell
    image += 0.02 * rng.standard_normal(image.shape, np.float32)
    return np.rint(np.clip(image, 0, 1) * 4000).astype(np.uint16)


def _add_vessel(rng: np.random.Generator, image: NDArray[np.float32], middle: float, brightness: float) -> None:
    rows, columns = np.mgrid[:STALL_SIZE, :STALL_SIZE].astype(np.float32)
    bend = 3 * np.sin(columns / STALL_SIZE * 6.28 * rng.uniform(0.4, 0.9)) if brightness < 0.3 else 0
    image += brightness * np.exp(-(((rows - middle + bend) / 6) ** 4))
