"""Colours of layers: colour maps by name for fields, a set of distinct colours for segments.

What belongs here: tables from a value's share of its range to sRGB, and segments' colours. What does not: the list of
names (study_configs.colour_names), thresholds and opacity (painting).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from overlays.result import Colour, Segment
from study_configs.colour_names import COLOUR_MAPS, NAMES, ColourMap
from study_configs.problem import StudyProblem
from study_configs.problems import closest
from viewers.drawing import colour_maps

OF_DICOM = "dicom:"
_RAMPS = {
    "amber": ((48, 26, 0), (255, 180, 84), (255, 240, 214)),
    "ice": ((6, 24, 48), (86, 164, 230), (226, 244, 255)),
}
_MAPS = {each.name: each for each in COLOUR_MAPS}

# Okabe and Ito's set (jfly.uni-koeln.de/color) with grey for black, then those of Tol's sets (personal.sron.nl/~pault)
# that stay furthest from all before them in normal vision, protanopia and deuteranopia.
SEGMENT_COLOURS: tuple[Colour, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (240, 228, 66),
    (204, 121, 167),
    (0, 158, 115),
    (213, 94, 0),
    (221, 221, 221),
    (0, 114, 178),
    (17, 119, 51),
    (221, 204, 119),
    (136, 34, 85),
    (153, 221, 255),
)


def check_name(name: str) -> ColourMap:
    """The colour map of that name. StudyProblem for one that is not offered, with the nearest that is."""
    if name not in _MAPS:
        near = closest(name, NAMES)
        todo = f"Did you mean {near}?" if near else f"Choose one of {', '.join(NAMES)}."
        raise StudyProblem(f"There is no colour map {name!r}.", todo=todo)
    return _MAPS[name]


@lru_cache(maxsize=len(COLOUR_MAPS))
def table(name: str) -> NDArray[np.uint8]:
    """256 sRGB colours of shape (256, 3), from the lowest to the highest value. StudyProblem for another name."""
    source = check_name(name).source
    colours = np.round(255 * (_library_table(source) if source else _ramp(_RAMPS[name]))).astype(np.uint8)
    fixed = np.ascontiguousarray(colours)
    fixed.setflags(write=False)
    return fixed


def _library_table(source: str) -> NDArray[np.float64]:
    if source.startswith(OF_DICOM):
        return np.asarray(colour_maps.colours(source.removeprefix(OF_DICOM))[:, ::-1] / 255.0, np.float64)
    from cmap import Colormap  # 50 ms, for who paints a heat map

    return np.asarray(Colormap(source).lut(256)[:, :3], np.float64)


def _ramp(stops: tuple[Colour, ...]) -> NDArray[np.float64]:
    share, at = np.linspace(0, 1, 256), np.linspace(0, 1, len(stops))
    columns = [np.interp(share, at, [stop[channel] / 255 for stop in stops]) for channel in range(3)]
    return np.stack(columns, axis=1)


def colour_at(name: str, share: float) -> Colour:
    """The sRGB colour for a value's share (0..1) of its range."""
    red, green, blue = table(name)[round(min(1.0, max(0.0, share)) * 255)]
    return int(red), int(green), int(blue)


def segment_colour(segment: Segment) -> Colour:
    """What the file recommends (RecommendedDisplayCIELabValue, PS3.3 C.8.20.2), else one by the segment's number."""
    return segment.colour or SEGMENT_COLOURS[(segment.number - 1) % len(SEGMENT_COLOURS)]
