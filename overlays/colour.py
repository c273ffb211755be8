"""Colour maps by name, for heat maps and their legends.

What belongs here: tables from a value's share of its range to sRGB; inferno, magma, plasma, viridis, cividis
and turbo are OpenCV's own tables, amber and ice plain ramps. What does not: thresholds and opacity (paint).
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from study_configs.problem import StudyProblem

_OPENCV = {
    "inferno": cv2.COLORMAP_INFERNO,
    "magma": cv2.COLORMAP_MAGMA,
    "plasma": cv2.COLORMAP_PLASMA,
    "viridis": cv2.COLORMAP_VIRIDIS,
    "cividis": cv2.COLORMAP_CIVIDIS,
    "turbo": cv2.COLORMAP_TURBO,
}
_RAMPS = {
    "amber": ((48, 26, 0), (255, 180, 84), (255, 240, 214)),
    "ice": ((6, 24, 48), (86, 164, 230), (226, 244, 255)),
}

NAMES = (*_OPENCV, *_RAMPS)


@lru_cache(maxsize=len(NAMES))
def table(name: str) -> NDArray[np.uint8]:
    """256 sRGB colours of shape (256, 3), from the lowest to the highest value. StudyProblem for another name."""
    if name in _OPENCV:
        ramp = np.arange(256, dtype=np.uint8)[:, None]
        colours = np.asarray(cv2.applyColorMap(ramp, _OPENCV[name]))[:, 0, ::-1]
    elif name in _RAMPS:
        stops = np.array(_RAMPS[name], np.float64)
        share = np.linspace(0, 1, 256)
        columns = [np.interp(share, np.linspace(0, 1, len(stops)), stops[:, c]) for c in range(3)]
        colours = np.round(np.stack(columns, axis=1)).astype(np.uint8)
    else:
        raise StudyProblem(f"There is no colour map {name!r}.", todo=f"Choose one of {', '.join(NAMES)}.")
    fixed = np.ascontiguousarray(colours)
    fixed.setflags(write=False)
    return fixed


def colour_at(name: str, share: float) -> tuple[int, int, int]:
    """The sRGB colour for a value's share (0..1) of its range."""
    red, green, blue = table(name)[round(min(1.0, max(0.0, share)) * 255)]
    return int(red), int(green), int(blue)
