"""How what a painter says it painted becomes a record of what was seen: one entry for each element, of bounded size.

What belongs here: the value `Painted` and pure functions over it. What does not: painting (painting), watching the
frames and writing events (app.windows.exposure_log).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MOST_OF_A_LAYER = 200  # elements of one layer that a record names one by one
MANY = "*"  # the element of a layer that paints more of them at once; its share says how many

Element = tuple[str, str, str, float, float, float]  # layer, element, draw, threshold, opacity, visible share


@dataclass(frozen=True, slots=True)
class Painted:
    """One element of a layer as it stands on a viewport.

    `element` is the id of a finding, map, segment ("map/number"), assessment, advice or example. `share` is the part of
    its own picture on this slice that lies in the viewport, 0 to 1; what has no pixel there is not painted at all.
    """

    layer: str
    element: str
    draw: str
    threshold: float
    opacity: float
    share: float


def elements_of(painted: Sequence[Painted]) -> tuple[Element, ...]:
    """The record of what was painted, in the order of painting, shares to 2 decimals.

    An element that was painted in several pieces counts once, with its largest share. A layer that paints more than
    `MOST_OF_A_LAYER` elements on one viewport is recorded as one entry `MANY` instead, so that dragging a threshold
    over thousands of findings does not fill the log; which ones they were follows from its threshold and the view.
    """
    entries: dict[tuple[str, str, str], Element] = {}
    crowded = _crowded(painted)
    for each in painted:
        if (each.layer, each.draw) in crowded:
            continue
        key = (each.layer, each.element, each.draw)
        share = rounded(each.share)
        if key not in entries or share > entries[key][5]:
            entries[key] = (*key, each.threshold, each.opacity, share)
    return (*entries.values(), *crowded.values())


def _crowded(painted: Sequence[Painted]) -> dict[tuple[str, str], Element]:
    """One entry for each layer that paints too much to be named."""
    if len(painted) <= MOST_OF_A_LAYER:
        return {}
    counts = Counter((each.layer, each.draw) for each in painted)
    styles = {(each.layer, each.draw): (each.threshold, each.opacity) for each in painted}
    return {
        (layer, draw): (layer, MANY, draw, *styles[layer, draw], float(count))
        for (layer, draw), count in counts.items()
        if count > MOST_OF_A_LAYER
    }


def rounded(share: float) -> float:
    """A visible share to 2 decimals, so that 0 and 1 keep meaning none and all of it."""
    return 1.0 if share >= 1 else min(0.99, max(0.01, round(share, 2)))
