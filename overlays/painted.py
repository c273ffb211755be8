"""What the last paint put on the screen, element by element, for the record of what a reader saw.

What belongs here: the frozen value. What does not: painting (painter) and writing records (overlays.exposure).
"""

from __future__ import annotations

from dataclasses import dataclass

from study_configs.layers import Draw


@dataclass(frozen=True, slots=True)
class Painted:
    """One element of one layer on the screen.

    `element` is the id of a finding, map, assessment, advice or example. `visible_share` is the share (0..1) of its
    picture on this slice that lies inside the viewport.
    """

    layer: str
    element: str
    draw: Draw
    threshold: float
    opacity: float
    visible_share: float
