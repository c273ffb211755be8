"""How a grid of viewports is divided: cells over rows and columns, equal or not, and where each lies in pixels.

What belongs here: the frozen `Layout`, its names, dragging its lines. What does not: widgets (grid, layout_picker).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from study_configs.words import phrase

MOST_LINES = 4  # rows or columns of a layout with equal cells
MOST_CELLS = MOST_LINES * MOST_LINES
LEAST_SHARE = 0.08  # of the whole height or width that a row or column keeps when its line is dragged

Rect = tuple[int, int, int, int]  # left, top, width, height in logical pixels
Axis = Literal["row", "column"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One viewport's place: its first row and column, counted from 0, and how many of each it spans."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1

    def covers(self, row: int, column: int) -> bool:
        return self.row <= row < self.row + self.rows and self.column <= column < self.column + self.columns


@dataclass(frozen=True, slots=True)
class Layout:
    """Cells in the order of their viewports; rows and columns have shares of the height and width that add up to 1.

    Raises ValueError for cells that overlap or leave the grid, and for more than sixteen of them.
    """

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    row_shares: tuple[float, ...]
    column_shares: tuple[float, ...]

    def __post_init__(self) -> None:
        taken = [(r, c) for cell in self.cells for r, c in _squares(cell)]
        outside = any(not (0 <= r < self.rows and 0 <= c < self.columns) for r, c in taken)
        if outside or len(taken) != len(set(taken)) or not 1 <= len(self.cells) <= MOST_CELLS:
            raise ValueError("The cells of a layout overlap, leave it, or are too many.")
        if len(self.row_shares) != self.rows or len(self.column_shares) != self.columns:
            raise ValueError("A layout has one share for each row and each column.")

    @property
    def is_even(self) -> bool:
        """Whether it is a plain rows × columns layout with every cell of one size."""
        equal = len({*map(_rounded, self.row_shares)}) == 1 == len({*map(_rounded, self.column_shares)})
        return equal and len(self.cells) == self.rows * self.columns

    def rects(self, width: int, height: int, gap: int) -> tuple[Rect, ...]:
        """Each cell's place in a widget of width × height, with `gap` pixels between neighbours."""
        tops, lefts = _edges(self.row_shares, height, gap), _edges(self.column_shares, width, gap)
        return tuple(
            (
                lefts[cell.column][0],
                tops[cell.row][0],
                lefts[cell.column + cell.columns - 1][1] - lefts[cell.column][0],
                tops[cell.row + cell.rows - 1][1] - tops[cell.row][0],
            )
            for cell in self.cells
        )

    def line_at(self, x: float, y: float, width: int, height: int, gap: int) -> tuple[Axis, int] | None:
        """The line between rows or columns under a point, as (axis, index of the row or column before it)."""
        for axis, at, edges in (
            ("column", x, _edges(self.column_shares, width, gap)),
            ("row", y, _edges(self.row_shares, height, gap)),
        ):
            for index, (one, other) in enumerate(pairwise(edges)):
                if one[1] <= at < other[0]:
                    return ("column", index) if axis == "column" else ("row", index)
        return None

    def dragged(self, axis: Axis, index: int, share: float) -> Layout:
        """The layout whose line after row or column `index` lies at `share` of the whole, neighbours giving way."""
        shares = self.row_shares if axis == "row" else self.column_shares
        before, both = sum(shares[:index]), shares[index] + shares[index + 1]
        least = min(LEAST_SHARE, both / 2)
        first = max(least, min(both - least, share - before))
        moved = (*shares[:index], first, both - first, *shares[index + 2 :])
        return replace(self, row_shares=moved) if axis == "row" else replace(self, column_shares=moved)

    def evened(self) -> Layout:
        """The same cells with equal rows and equal columns."""
        return replace(self, row_shares=_equal(self.rows), column_shares=_equal(self.columns))


def even(rows: int, columns: int) -> Layout:
    """Equal cells, row by row."""
    cells = tuple(Cell(row, column) for row in range(rows) for column in range(columns))
    return Layout(rows, columns, cells, _equal(rows), _equal(columns))


def free(cells: Sequence[Cell], row_shares: Sequence[float] = (), column_shares: Sequence[float] = ()) -> Layout:
    """Cells of any size; shares need not add up to 1, and are equal where none are given. Raises ValueError."""
    rows = max(cell.row + cell.rows for cell in cells)
    columns = max(cell.column + cell.columns for cell in cells)
    return Layout(rows, columns, tuple(cells), _shares(row_shares, rows), _shares(column_shares, columns))


def layout_named(name: str) -> Layout:
    """The layout behind "2x3" or one of `FREE_LAYOUTS`. Raises ValueError for another name."""
    if name in FREE_LAYOUTS:
        return FREE_LAYOUTS[name][1]
    match = re.fullmatch(rf"([1-{MOST_LINES}])x([1-{MOST_LINES}])", name)
    if match is None:
        raise ValueError(f"There is no layout {name}.")
    return even(int(match[1]), int(match[2]))


def layout_names() -> tuple[str, ...]:
    """Every name that `layout_named` takes."""
    lines = range(1, MOST_LINES + 1)
    return (*(f"{rows}x{columns}" for rows in lines for columns in lines), *FREE_LAYOUTS)


def layout_for(count: int) -> Layout:
    """The smallest even layout with room for `count` viewports, wider than high where it isn't square."""
    shapes = ((1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (2, 4), (3, 3), (3, 4), (4, 4))
    return even(*next((shape for shape in shapes if shape[0] * shape[1] >= count), shapes[-1]))


def _squares(cell: Cell) -> list[tuple[int, int]]:
    return [(cell.row + r, cell.column + c) for r in range(cell.rows) for c in range(cell.columns)]


def _equal(count: int) -> tuple[float, ...]:
    return (1 / count,) * count


def _shares(given: Sequence[float], count: int) -> tuple[float, ...]:
    if not given:
        return _equal(count)
    if len(given) != count or min(given) <= 0:
        raise ValueError("A layout has one share above 0 for each row and each column.")
    return tuple(share / sum(given) for share in given)


def _rounded(share: float) -> float:
    return round(share, 6)


def _edges(shares: Sequence[float], length: int, gap: int) -> list[tuple[int, int]]:
    """(first pixel, one past the last) of each row or column."""
    room = length - gap * (len(shares) - 1)
    ends = [round(room * sum(shares[: n + 1])) for n in range(len(shares))]
    starts = [0, *ends[:-1]]
    return [(start + gap * n, end + gap * n) for n, (start, end) in enumerate(zip(starts, ends, strict=True))]


FREE_LAYOUTS: dict[str, tuple[str, Layout]] = {
    "1+2": (
        phrase("ViewerLayouts", "One large, two beside it"),
        free([Cell(0, 0, 2), Cell(0, 1), Cell(1, 1)], (), (2, 1)),
    ),
    "1+3": (
        phrase("ViewerLayouts", "One large, three beside it"),
        free([Cell(0, 0, 3), Cell(0, 1), Cell(1, 1), Cell(2, 1)], (), (3, 1)),
    ),
    "1/3": (
        phrase("ViewerLayouts", "One large, three below"),
        free([Cell(0, 0, 1, 3), Cell(1, 0), Cell(1, 1), Cell(1, 2)], (2, 1)),
    ),
    "2/1": (phrase("ViewerLayouts", "Two above, a wide one below"), free([Cell(0, 0), Cell(0, 1), Cell(1, 0, 1, 2)])),
    "1+5": (
        phrase("ViewerLayouts", "One large, five around it"),
        free([Cell(0, 0, 2, 2), Cell(0, 2), Cell(1, 2), Cell(2, 0), Cell(2, 1), Cell(2, 2)]),
    ),
    "2+4": (
        phrase("ViewerLayouts", "Two large, four below"),
        free([Cell(0, 0, 1, 2), Cell(0, 2, 1, 2), *(Cell(1, column) for column in range(4))], (2, 1)),
    ),
}
