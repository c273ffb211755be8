"""Phantom chest radiographs: lungs, ribs, heart, and one of a few findings.

What belongs here: pixels, and where the finding is. What does not: DICOM (films).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE, SPACING_MM = 256, 1.4
FINDINGS = ("normal", "nodule", "mass", "pneumonia", "effusion", "pneumothorax", "cardiomegaly")
Field = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ChestFinding:
    """What is wrong, and where: `at` is (column, row), `size_mm` its width and height."""

    kind: str
    at: tuple[float, float]
    size_mm: tuple[float, float]


def draw_finding(rng: np.random.Generator, kind: str) -> ChestFinding | None:
    """A finding of that kind in a plausible place; None for normal."""
    side = -1 if rng.random() < 0.5 else 1  # -1: the patient's right, at the left of the image
    lung = SIZE / 2 + side * SIZE * rng.uniform(0.17, 0.24)
    if kind == "normal":
        return None
    if kind in ("nodule", "mass"):
        size = float(rng.uniform(14, 22) if kind == "nodule" else rng.uniform(32, 46))
        return ChestFinding(kind, (lung, SIZE * rng.uniform(0.3, 0.62)), (size, size))
    if kind == "pneumonia":
        return ChestFinding(kind, (lung, SIZE * rng.uniform(0.5, 0.64)), (70.0, 60.0))
    if kind == "effusion":
        return ChestFinding(kind, (SIZE / 2 + side * SIZE * 0.23, SIZE * 0.74), (95.0, 55.0))
    if kind == "pneumothorax":
        return ChestFinding(kind, (SIZE / 2 + side * SIZE * 0.27, SIZE * 0.26), (60.0, 80.0))
    return ChestFinding("cardiomegaly", (SIZE * 0.54, SIZE * 0.62), (190.0, 120.0))


def chest_film(seed: int, finding: ChestFinding | None) -> NDArray[np.uint16]:
    """Twelve-bit pixels (SIZE, SIZE); bone is bright, air is dark."""
    rng = np.random.Generator(np.random.PCG64([seed, 7]))
    rows, columns = np.mgrid[:SIZE, :SIZE].astype(np.float32) / SIZE
    image = np.full((SIZE, SIZE), 0.55, np.float32)
    image -= 0.5 * _smooth(1.02 - np.hypot((columns - 0.5) / 0.47, (rows - 0.55) / 0.62), 0.03, invert=True)
    for side in (-1, 1):
        lung = 1 - np.hypot((columns - 0.5 - side * 0.21) / 0.15, (rows - 0.47) / 0.34)
        image -= 0.36 * _smooth(lung, 0.08) * _smooth(0.79 + 0.02 * side - rows, 0.02)
    image += 0.16 * _smooth(0.075 - np.abs(columns - 0.5), 0.02)  # spine and mediastinum
    large = finding is not None and finding.kind == "cardiomegaly"
    heart = 1 - np.hypot((columns - 0.55) / (0.23 if large else 0.15), (rows - 0.64) / (0.17 if large else 0.14))
    image += 0.24 * _smooth(heart, 0.1)
    _add_ribs(image)
    if finding is not None and not large:
        _add_finding(image, finding)
    texture = cv2.GaussianBlur(rng.standard_normal((SIZE, SIZE), np.float32), (0, 0), 2.0)
    image += 0.09 * texture + 0.012 * rng.standard_normal((SIZE, SIZE), np.float32)
    return np.rint(np.clip(image, 0, 1) * 4000).astype(np.uint16)


def _smooth(distance: Field, width: float, *, invert: bool = False) -> Field:
    """1 inside (distance above 0), 0 outside, over `width`."""
    share = np.clip(distance / width * 0.5 + 0.5, 0, 1)
    return np.asarray(1 - share if invert else share, np.float32)


def _add_ribs(image: Field) -> None:
    for number in range(9):
        middle = 0.17 + 0.068 * number
        for side in (-1, 1):
            centre = (round(SIZE * (0.5 + side * 0.2)), round(SIZE * (middle + 0.1)))
            axes = (round(SIZE * 0.2), round(SIZE * 0.11))
            layer = np.zeros_like(image)
            cv2.ellipse(layer, centre, axes, side * -8, 185, 355, 0.10, 5, cv2.LINE_AA)
            image += cv2.GaussianBlur(layer, (0, 0), 1.4)


def _add_finding(image: Field, finding: ChestFinding) -> None:
    rows, columns = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    width, height = (size / SPACING_MM / 2 for size in finding.size_mm)
    away = np.hypot((columns - finding.at[0]) / width, (rows - finding.at[1]) / height)
    if finding.kind == "pneumothorax":
        image -= 0.12 * np.exp(-(away**4))
    else:
        image += {"nodule": 0.26, "mass": 0.26, "pneumonia": 0.20, "effusion": 0.34}[finding.kind] * np.exp(-(away**4))
