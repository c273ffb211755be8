"""How what a painter says it painted becomes a record of what was seen: one entry for each element, of bounded size.

What belongs here: the value `Painted` and pure functions over it. What does not: painting (painting), watching the
frames and writing events (app.windows.exposure_log).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

MOST_OF_A_LAYER = 200  # elements of one layer that are named one by one
MANY = "*"  # the element of a layer that paints more of them at once; its share says how many

Element = tuple[str, str, str, float, float, float]  # layer, element, draw, threshold, opacity, visible share


class Painted(NamedTuple):
    """One element of a layer as it stands on a viewport.

    `element` is the id of a finding, map, segment ("map/number"), assessment, advice or example. `share` is the part of
    its own picture on this slice that lies in the viewport, 0 to 1; what has no pixel there is not painted at all. A
    layer that paints more than `MOST_OF_A_LAYER` elements on one viewport tells so in one value, `MANY`, instead:
    dragging a threshold over thousands of findings must not fill the log, and which ones they were follows from its
    threshold and the view.
    """

    layer: str
    element: str
    draw: str
    threshold: float
    opacity: float
    share: float


def painted_of(how: tuple[str, str, float, float], pieces: Iterable[tuple[str, float]]) -> Iterator[Painted]:
    """What a layer (its id, draw, threshold, opacity) painted in pieces (element, share): each element once.

    An element in several pieces, such as a box and its words, counts with its largest share.
    """
    layer, draw, threshold, opacity = how
    largest: dict[str, float] = {}
    for element, share in pieces:
        if share > largest.get(element, 0.0):
            largest[element] = share
    for element, share in largest.items():
        yield Painted(layer, element, draw, threshold, opacity, share)


def elements_of(painted: Sequence[Painted]) -> tuple[Element, ...]:
    """The record of what was painted, in the order of painting, shares to 2 decimals."""
    return tuple(each if each[5] == 1 or each[1] == MANY else (*each[:5], rounded(each[5])) for each in painted)


def rounded(share: float) -> float:
    """A visible share to 2 decimals, so that 0 and 1 keep meaning none and all of it."""
    return 1.0 if share >= 1 else min(0.99, max(0.01, round(share, 2)))
