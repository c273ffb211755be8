"""How what a painter says it painted becomes a record of what was seen: one entry for each element, of bounded size.

What belongs here: the value `Painted` and pure functions over it. What does not: painting (painting), watching the
frames and writing events (app.windows.exposure_log).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

MOST_OF_A_LAYER = 200  # elements of one layer that are named one by one
MANY = "*"  # begins the element of a layer that paints more of them at once: `many_of`; its share says how many
SOME_OF_IT = 0.01  # the visible share that is recorded of one of many

Element = tuple[str, str, str, float, float, float]  # layer, element, draw, threshold, opacity, visible share


class Painted(NamedTuple):
    """One element of a layer as it stands on a viewport.

    `element` is the id of a finding, map, segment ("map/number"), assessment, advice or example. `share` is the part of
    its own picture on this slice that lies in the viewport, 0 to 1; what has no pixel there is not painted at all. A
    layer that paints more than `MOST_OF_A_LAYER` elements on one viewport tells them in one value for all ids that
    differ in their number alone (`many_of`): dragging a threshold over thousands of findings must not fill the log.
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


def many_of(ids: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Elements that each stand for many, and for how many.

    "*nodules-:1-1874,1880" is nodules-1 to nodules-1874, and nodules-1880. What has no number stands for itself.
    `each_of` gives the ids back.
    """
    numbers: dict[str, list[int]] = {}
    for name in dict.fromkeys(ids):
        stem = name.rstrip("0123456789")
        stem = name[: len(name) - len(name[len(stem) :].lstrip("0"))]
        if stem == name:
            yield name, 1
        else:
            numbers.setdefault(stem, []).append(int(name[len(stem) :]))
    for stem, found in numbers.items():
        yield f"{MANY}{stem}:{','.join(_runs(sorted(found)))}", len(found)


def each_of(element: str) -> tuple[str, ...]:
    """The ids that an element of a record stands for: itself, or all that `many_of` put into it."""
    if not element.startswith(MANY) or element == MANY:
        return (element,)
    stem, _, runs = element[len(MANY) :].rpartition(":")
    ends = [run.partition("-")[::2] for run in runs.split(",")]
    return tuple(f"{stem}{number}" for low, high in ends for number in range(int(low), int(high or low) + 1))


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """Rising numbers as "1-1874", "1880"."""
    first = last = numbers[0]
    for number in (*numbers[1:], None):
        if number is not None and number == last + 1:
            last = number
            continue
        yield str(first) if first == last else f"{first}-{last}"
        first = last = number if number is not None else last


def elements_of(painted: Sequence[Painted]) -> tuple[Element, ...]:
    """The record of what was painted, in the order of painting, shares to 2 decimals."""
    return tuple(
        each if each[5] == 1 or each[1].startswith(MANY) else (*each[:5], rounded(each[5])) for each in painted
    )


def rounded(share: float) -> float:
    """A visible share to 2 decimals, so that 0 and 1 keep meaning none and all of it."""
    return 1.0 if share >= 1 else min(0.99, max(0.01, round(share, 2)))
