"""The pointer's way over the images: raw positions kept cheaply, made into image points when they go to the log.

What belongs here: which image point lies under a viewport's point, batches of samples. What does not: Qt's events
(observer), patient space beyond one point (places).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from app.tracking.events import Event, PointerMoved
from app.tracking.places import Point, position_mm

PARTS = 100  # of a pixel, in which columns and rows are kept: PointerMoved's step of 0.01 px

Raw = tuple[int, float, float, "Sight"]  # at_ns, x and y in the viewport's logical pixels, what it showed then


@dataclass(frozen=True, slots=True)
class Place:
    """A point of an image: column and row (pixel centres at whole numbers) on a slice of a viewport's stack."""

    viewport: int
    series_uid: str
    column: float
    row: float
    slice_index: int
    position_mm: Point | None


@dataclass(frozen=True, slots=True)
class Sight:
    """What a viewport shows at a moment, as far as it says what lies under the pointer.

    The image point under (x, y), logical pixels of the viewport, is column `left` + `across` · x and row `top` +
    `down` · y. `affine` is the stack's, as in SeriesOpened; empty without patient geometry.
    """

    viewport: int
    series_uid: str
    slice_index: int
    left: float
    across: float
    top: float
    down: float
    affine: tuple[float, ...] = ()

    def place(self, x: float, y: float) -> Place:
        """The image point under a point of the viewport; beside the image, where it would lie if that went on."""
        column = round(PARTS * (self.left + self.across * x)) / PARTS
        row = round(PARTS * (self.top + self.down * y)) / PARTS
        position = position_mm(self.affine, column, row, self.slice_index)
        return Place(self.viewport, self.series_uid, column, row, self.slice_index, position)


class PointerWay:
    """Keeps the pointer's positions until they are handed to `record`, one event for each viewport and stack."""

    def __init__(self, record: Callable[[Event], None]) -> None:
        self._record = record
        self._kept: list[Raw] = []
        self.add: Callable[[Raw], None] = self._kept.append  # all that happens while the pointer moves

    def flush(self) -> None:
        """Work out what lay under the positions that are kept, and hand it over."""
        kept = self._kept[:]
        if not kept:
            return
        self._kept.clear()
        start, here = 0, kept[0][3]
        for at, raw in enumerate(kept):
            if raw[3] is not here and _stack(raw[3]) != _stack(here):
                self._record(_moved(kept[start:at]))
                start = at
            here = raw[3]
        self._record(_moved(kept[start:]))


def _sight(raw: Raw) -> Sight:
    return raw[3]


def _stack(sight: Sight) -> tuple[int, str]:
    return sight.viewport, sight.series_uid


def _moved(way: list[Raw]) -> PointerMoved:
    first = way[0][3]
    samples: list[tuple[int, float, float, int]] = []
    for there, run in groupby(way, key=_sight):
        left, across, top, down = (PARTS * part for part in (there.left, there.across, there.top, there.down))
        at = there.slice_index
        samples += [(ns, round(left + across * x) / PARTS, round(top + down * y) / PARTS, at) for ns, x, y, _ in run]
    return PointerMoved(at_ns=way[-1][0], viewport=first.viewport, series_uid=first.series_uid, samples=tuple(samples))
