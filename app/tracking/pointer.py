"""The pointer's way over the images: raw positions kept cheaply, made into image points when they go to the log.

What belongs here: which image point lies under a viewport's point, batches of samples. What does not: Qt's events
(observer), patient space beyond one point (places).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from app.tracking.events import Event, PointerMoved
from app.tracking.places import Point, position_mm

DECIMALS = 2  # of columns and rows: PointerMoved's step of 0.01 px
MOST_KEPT = 1024  # samples between two flushes, so that a batch stays small even if the window can't flush

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
        column, row = round(self.left + self.across * x, DECIMALS), round(self.top + self.down * y, DECIMALS)
        position = position_mm(self.affine, column, row, self.slice_index)
        return Place(self.viewport, self.series_uid, column, row, self.slice_index, position)


class PointerWay:
    """Keeps the pointer's positions until they are handed to `record`, one event for each viewport and stack."""

    def __init__(self, record: Callable[[Event], None]) -> None:
        self._record = record
        self._kept: list[Raw] = []

    def add(self, raw: Raw) -> None:
        """One position: all that happens while the pointer moves. Working out what lies there waits for the flush."""
        self._kept.append(raw)
        if len(self._kept) >= MOST_KEPT:
            self.flush()

    def flush(self) -> None:
        """Hand over what is kept."""
        kept = self._kept
        if not kept:
            return
        self._kept = []
        start = 0
        for at in range(1, len(kept) + 1):
            if at == len(kept) or _stack(kept[at]) != _stack(kept[start]):
                self._record(_moved(kept[start:at]))
                start = at


_of_sight = attrgetter("viewport", "series_uid")


def _stack(raw: Raw) -> tuple[int, str]:
    stack: tuple[int, str] = _of_sight(raw[3])
    return stack


def _moved(way: list[Raw]) -> PointerMoved:
    sight = way[0][3]
    return PointerMoved(
        at_ns=way[-1][0],
        viewport=sight.viewport,
        series_uid=sight.series_uid,
        samples=tuple(
            (
                at_ns,
                round(there.left + there.across * x, DECIMALS),
                round(there.top + there.down * y, DECIMALS),
                there.slice_index,
            )
            for at_ns, x, y, there in way
        ),
    )
