"""Colours for grey levels: maps by name, and grey pictures through them.

What belongs here: the maps in resources/colour_maps and their order. What does not: values to grey levels (grey).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

from study_configs.problem import ProgramError
from study_configs.words import phrase, translate

Pixels = NDArray[np.uint8]

# Name in a View and file name → what people read, in the order in which they come by turns. "" is grey.
TITLES = {
    "": phrase("ViewerColours", "Grey"),
    "hot_iron": phrase("ViewerColours", "Hot iron"),
    "inferno": phrase("ViewerColours", "Inferno"),
    "viridis": phrase("ViewerColours", "Viridis"),
    "cividis": phrase("ViewerColours", "Cividis"),
    "hot_metal_blue": phrase("ViewerColours", "Hot metal blue"),
    "pet": phrase("ViewerColours", "PET"),
    "pet_20_step": phrase("ViewerColours", "PET 20 step"),
    "turbo": phrase("ViewerColours", "Turbo"),
}
NAMES = tuple(TITLES)


def title_of(name: str) -> str:
    """The map's name for people."""
    return translate("ViewerColours", TITLES.get(name, name))


def next_name(name: str) -> str:
    """The map after this one; after the last comes grey."""
    return NAMES[(NAMES.index(name) + 1) % len(NAMES)]


@lru_cache(maxsize=len(NAMES))
def colours(name: str) -> Pixels:
    """The 256 colours of a map as (256, 3) uint8, blue green red."""
    if name not in TITLES:
        raise ProgramError(f"There is no colour map {name!r}.")
    if not name:
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    lines = files("resources").joinpath("colour_maps", f"{name}.csv").read_text(encoding="ascii").split()
    rgb = np.array([[int(part) for part in line.split(",")] for line in lines], np.uint8)
    return np.ascontiguousarray(rgb[:, ::-1])


def coloured(grey: Pixels, name: str) -> Pixels:
    """A grey picture (rows, columns) as (rows, columns, 4) BGRA through a map."""
    return np.asarray(cv2.cvtColor(cv2.applyColorMap(grey, colours(name)[:, None]), cv2.COLOR_BGR2BGRA), np.uint8)
