"""Colours as DICOM keeps them: PCS values, which are CIELab D50 scaled to 16 bits (PS3.3 C.10.7.1.1).

What belongs here: those to sRGB and back. What does not: whose colours they are (gsps, segmentations).
"""

from __future__ import annotations

import numpy as np

Colour = tuple[int, int, int]  # sRGB
D50_TO_SRGB = np.array(  # Bradford adapted
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
)


def from_lab(lab: tuple[int, ...]) -> Colour | None:
    """A colour in PCS values as sRGB; None where there is none."""
    if len(lab) != 3:
        return None
    lightness, a, b = lab[0] * 100 / 65_535, lab[1] * 255 / 65_535 - 128, lab[2] * 255 / 65_535 - 128
    y = (lightness + 16) / 116
    xyz = np.array([_unlab(y + a / 500) * 0.9642, _unlab(y), _unlab(y - b / 200) * 0.8249])
    linear = np.clip(D50_TO_SRGB @ xyz, 0, 1)
    shown = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (round(float(v) * 255) for v in shown)
    return red, green, blue


def _unlab(t: float) -> float:
    return t**3 if t > 6 / 29 else 3 * (6 / 29) ** 2 * (t - 4 / 29)


def to_lab(colour: Colour) -> list[int]:
    """A colour in PCS values: the reverse of `from_lab`."""
    shares = np.array(colour) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    ratios = np.linalg.solve(D50_TO_SRGB, linear) / (0.9642, 1.0, 0.8249)
    x, y, z = np.where(ratios > (6 / 29) ** 3, np.cbrt(ratios), ratios / (3 * (6 / 29) ** 2) + 4 / 29)
    scaled = (116 * y - 16) / 100, (500 * (x - y) + 128) / 255, (200 * (y - z) + 128) / 255
    return [round(float(np.clip(each, 0, 1)) * 65_535) for each in scaled]
