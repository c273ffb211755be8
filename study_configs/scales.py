"""Ordered scales of categories that readers, AI results and planted errors speak in, such as BI-RADS.

What belongs here: categories with short meanings, the steps from harmless to worst, moving along them. What does not:
changing a result (overlays.planting).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from study_configs.words import phrase

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
# Short meanings in our words, after the atlases of the American College of Radiology: BI-RADS 5th edition (2013),
# Lung-RADS v2022, PI-RADS v2.1 (2019), TI-RADS (2017), LI-RADS v2018. Plain categories: no scoring is done here.
MEANINGS: Mapping[ScaleName, Mapping[str, str]] = {
    "BI-RADS": {
        "0": phrase("Scales", "Incomplete"),
        "1": phrase("Scales", "Negative"),
        "2": phrase("Scales", "Benign"),
        "3": phrase("Scales", "Probably benign"),
        "4": phrase("Scales", "Suspicious"),
        "5": phrase("Scales", "Highly suggestive of malignancy"),
        "6": phrase("Scales", "Known malignancy"),
    },
    "BI-RADS 4ABC": {
        "0": phrase("Scales", "Incomplete"),
        "1": phrase("Scales", "Negative"),
        "2": phrase("Scales", "Benign"),
        "3": phrase("Scales", "Probably benign"),
        "4A": phrase("Scales", "Low suspicion"),
        "4B": phrase("Scales", "Moderate suspicion"),
        "4C": phrase("Scales", "High suspicion"),
        "5": phrase("Scales", "Highly suggestive of malignancy"),
        "6": phrase("Scales", "Known malignancy"),
    },
    "Lung-RADS": {
        "0": phrase("Scales", "Incomplete"),
        "1": phrase("Scales", "Negative"),
        "2": phrase("Scales", "Benign"),
        "3": phrase("Scales", "Probably benign"),
        "4A": phrase("Scales", "Suspicious"),
        "4B": phrase("Scales", "Very suspicious"),
        "4X": phrase("Scales", "Very suspicious, further features"),
    },
    "PI-RADS": {
        "1": phrase("Scales", "Very low"),
        "2": phrase("Scales", "Low"),
        "3": phrase("Scales", "Intermediate"),
        "4": phrase("Scales", "High"),
        "5": phrase("Scales", "Very high"),
    },
    "TI-RADS": {
        "TR1": phrase("Scales", "Benign"),
        "TR2": phrase("Scales", "Not suspicious"),
        "TR3": phrase("Scales", "Mildly suspicious"),
        "TR4": phrase("Scales", "Moderately suspicious"),
        "TR5": phrase("Scales", "Highly suspicious"),
    },
    "LI-RADS": {
        "LR-NC": phrase("Scales", "Not categorizable"),
        "LR-TIV": phrase("Scales", "Tumour in vein"),
        "LR-1": phrase("Scales", "Definitely benign"),
        "LR-2": phrase("Scales", "Probably benign"),
        "LR-3": phrase("Scales", "Intermediate probability"),
        "LR-4": phrase("Scales", "Probably hepatocellular carcinoma"),
        "LR-5": phrase("Scales", "Definitely hepatocellular carcinoma"),
        "LR-M": phrase("Scales", "Malignant, not specifically hepatocellular"),
    },
    "ACR density": {
        "A": phrase("Scales", "Almost entirely fatty"),
        "B": phrase("Scales", "Scattered fibroglandular density"),
        "C": phrase("Scales", "Heterogeneously dense"),
        "D": phrase("Scales", "Extremely dense"),
    },
}


def categories(scale: ScaleName) -> Mapping[str, str]:
    """Every category of a scale with its short meaning (English; translate it in the context Scales)."""
    return MEANINGS[scale]


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
