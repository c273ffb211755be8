"""Where the viewports lay beside one another, in the reader's logical pixels.

What belongs here: rectangles. What does not: scaling them to a window, painting (app.windows.replay).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.analysis.replay.situation import Box, Situation
from app.analysis.screens import Screens

GAP_PX = 18.0  # between viewports and on their right: room for the bar of times per slice
UNSAID_PX = (640, 640)  # of viewports in logs that do not say their size


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Each viewport's rectangle by number, and the size of all of them together."""

    boxes: Mapping[int, Box]
    width: float
    height: float


def arranged(screens: Screens, situation: Situation) -> Arrangement:
    """By the places that the log says; else in rows and columns, in the order of their numbers."""
    placed = _as_placed(screens, situation)
    boxes = placed if placed is not None else _in_rows(screens, max(1, situation.columns))
    width = max((left + w for left, _, w, _ in boxes.values()), default=0.0)
    height = max((top + h for _, top, _, h in boxes.values()), default=0.0)
    return Arrangement(boxes, width + GAP_PX, height)


def size_of(screens: Screens, viewport: int) -> tuple[int, int]:
    """A viewport's logical pixels."""
    size = screens.screens[viewport].viewed.size_px
    return size if min(size) > 0 else UNSAID_PX


def _as_placed(screens: Screens, situation: Situation) -> dict[int, Box] | None:
    """Where the last record of the window's panels says; None where it is of another layout than what is shown."""
    found: dict[int, Box] = {}
    for viewport in screens.screens:
        box = situation.panels.get(f"viewport {viewport}")
        if box is None or (round(box[2]), round(box[3])) != size_of(screens, viewport):
            return None
        found[viewport] = box
    return _spread(found) if found else None


def _spread(boxes: dict[int, Box]) -> dict[int, Box]:
    """From the top left corner of all, with room for a gap wherever a viewport begins."""
    lefts = sorted({left for left, _, _, _ in boxes.values()})
    tops = sorted({top for _, top, _, _ in boxes.values()})
    return {
        viewport: (left - lefts[0] + GAP_PX * lefts.index(left), top - tops[0] + GAP_PX * tops.index(top), w, h)
        for viewport, (left, top, w, h) in boxes.items()
    }


def _in_rows(screens: Screens, columns: int) -> dict[int, Box]:
    found: dict[int, Box] = {}
    left = top = tallest = 0.0
    for place, viewport in enumerate(sorted(screens.screens)):
        if place and place % columns == 0:
            left, top, tallest = 0.0, top + tallest + GAP_PX, 0.0
        width, height = size_of(screens, viewport)
        found[viewport] = (left, top, width, height)
        left, tallest = left + width + GAP_PX, max(tallest, height)
    return found
