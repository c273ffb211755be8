"""The colour maps that protocols and readers may choose for what AI maps, by name.

What belongs here: names and what kind each is. What does not: the colours themselves (overlays.layers.colour).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ColourMap:
    """One colour map. `source` names it in the library that keeps it; "dicom:" for palettes of DICOM PS3.6 Annex B,
    which parametric maps name as their own; "" for ReaderLab's own ramps.

    sequential: lightness rises or falls evenly, for values from nothing to much. diverging: lightness rises to the
    middle of the range and falls again, for signed values whose range is centred on nothing. standard: DICOM's,
    lighter with every value, but unevenly. rainbow: not perceptual; it draws edges where the values have none, and is
    here for comparison with what vendors show.
    """

    name: str
    source: str
    kind: Literal["sequential", "diverging", "standard", "rainbow"]


COLOUR_MAPS = (
    ColourMap("inferno", "bids:inferno", "sequential"),
    ColourMap("magma", "bids:magma", "sequential"),
    ColourMap("plasma", "bids:plasma", "sequential"),
    ColourMap("viridis", "bids:viridis", "sequential"),
    ColourMap("cividis", "cividis:cividis", "sequential"),
    ColourMap("batlow", "crameri:batlow", "sequential"),
    ColourMap("lajolla", "crameri:lajolla", "sequential"),
    ColourMap("oslo", "crameri:oslo", "sequential"),
    ColourMap("devon", "crameri:devon", "sequential"),
    ColourMap("turku", "crameri:turku", "sequential"),
    ColourMap("mako", "seaborn:mako", "sequential"),
    ColourMap("rocket", "seaborn:rocket", "sequential"),
    ColourMap("amber", "", "sequential"),
    ColourMap("ice", "", "sequential"),
    ColourMap("vik", "crameri:vik", "diverging"),
    ColourMap("broc", "crameri:broc", "diverging"),
    ColourMap("hot_iron", "dicom:hot_iron", "standard"),
    ColourMap("hot_metal_blue", "dicom:hot_metal_blue", "standard"),
    ColourMap("pet", "dicom:pet", "rainbow"),
    ColourMap("pet_20_step", "dicom:pet_20_step", "rainbow"),
    ColourMap("turbo", "google:turbo", "rainbow"),
)
NAMES = tuple(each.name for each in COLOUR_MAPS)
