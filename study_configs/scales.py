"""Ordered scales of categories that AI results and planted errors speak in, such as BI-RADS.

What belongs here: the steps of each scale from harmless to worst, and moving along one. What does not: changing a
result (overlays.planting).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

ScaleName = Literal["BI-RADS", "BI-RADS 4ABC", "Lung-RADS", "PI-RADS", "TI-RADS", "LI-RADS", "ACR density"]

# From the published systems of the American College of Radiology; 0 (incomplete) and 6 (proven) are no steps.
SCALES: Mapping[ScaleName, tuple[str, ...]] = {
    "BI-RADS": ("1", "2", "3", "4", "5"),
    "BI-RADS 4ABC": ("1", "2", "3", "4A", "4B", "4C", "5"),
    "Lung-RADS": ("1", "2", "3", "4A", "4B", "4X"),
    "PI-RADS": ("1", "2", "3", "4", "5"),
    "TI-RADS": ("TR1", "TR2", "TR3", "TR4", "TR5"),
    "LI-RADS": ("LR-1", "LR-2", "LR-3", "LR-4", "LR-5"),
    "ACR density": ("A", "B", "C", "D"),
}
_IN_FRONT = re.compile(r"^(?:BI-?RADS|LUNG-?RADS|PI-?RADS|TI-?RADS|LI-?RADS|CATEGORY|ACR)[\s:_-]*", re.IGNORECASE)


def step_of(category: str, scale: Sequence[str]) -> int | None:
    """Where a category stands on the scale, from 0; None where it is no step of it.

    "BI-RADS 4A", "birads: 4a" and "4A" are the same step.
    """
    bare = _bare(category)
    return next((at for at, step in enumerate(scale) if bare in (_bare(step), step.upper())), None)


def moved(category: str, scale: Sequence[str], by: int) -> str | None:
    """The category `by` steps further, written as the given one is; None beyond the ends or for no step of it."""
    at = step_of(category, scale)
    if at is None or not 0 <= at + by < len(scale):
        return None
    return rewritten(category, scale, scale[at + by])


def rewritten(category: str, scale: Sequence[str], to: str) -> str:
    """Another step in the manner of the given category: "BI-RADS 4A" to "5" gives "BI-RADS 5"."""
    stem = _IN_FRONT.match(category)
    return f"{stem[0]}{to}" if stem and not _IN_FRONT.match(to) and to in scale else to


def _bare(category: str) -> str:
    return _IN_FRONT.sub("", category.strip()).upper()
