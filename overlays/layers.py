"""How a finding or map is shown: the frozen `Layer` and the changes a reader may make to it.

What belongs here: visibility, opacity, threshold, colours as values. What does not: painting (paint), Qt (panel).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Draw = Literal["box", "contour", "heatmap"]
Adjustable = Literal["visible", "opacity", "threshold"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One AI element on the screen, as the protocol set it up and the reader may have changed it.

    `threshold` is a number on the continuous score (findings) or value (maps); nothing below it is drawn.
    `label` is a format string over the finding's fields, such as "{label} {score:.0%}".
    """

    id: str
    ai: str
    draw: Draw
    title: str
    colour: str = "#ffb454"  # findings; sRGB hex
    colours: str = "inferno"  # maps; a colour map's name
    opacity: float = 1.0
    threshold: float = 0.0
    visible: bool = True
    label: str = "{score:.0%}"
    adjustable: frozenset[Adjustable] = frozenset({"visible", "opacity"})
    threshold_limits: tuple[float, float] = (0.0, 1.0)
