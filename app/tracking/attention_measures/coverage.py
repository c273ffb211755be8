"""How much of a stack was covered: by what was shown at which magnification, or by a field around pointer or gaze.

What belongs here: covered voxels by phase and stack. What does not: levels and radii (values), points (points).
A slice is divided into cells: its pixels, or 64 × 64 parts of it where it has more. A cell counts as covered where its
middle is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from app.tracking.attention_measures.points import Points
from app.tracking.attention_measures.timeline import Flags, Floats, Grid, Ints, Timeline, distinct, grouped, rows_by
from app.tracking.attention_measures.values import Coverage, Level, Settings

MOST_CELLS = 64  # along a row or column of a slice


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one stack's slices."""

    grid: Grid

    @property
    def across(self) -> int:
        return min(self.grid.columns, MOST_CELLS)

    @property
    def down(self) -> int:
        return min(self.grid.rows, MOST_CELLS)

    @property
    def of(self) -> int:
        return self.across * self.down * self.grid.frames

    def first_column(self, column: Floats) -> Ints:
        """The first cell whose middle lies at an image column or beyond it."""
        return _first(column, self.grid.columns, self.across)

    def first_row(self, row: Floats) -> Ints:
        return _first(row, self.grid.rows, self.down)


def _first(place: Floats, size: int, cells: int) -> Ints:
    at = (np.nan_to_num(place, posinf=1e9, neginf=-1e9) + 0.5) * cells / size - 0.5
    return np.clip(np.ceil(at - 1e-9), 0, cells).astype(np.int64)


def coverage_by_view(line: Timeline, settings: Settings) -> Iterator[Coverage]:
    """For each phase, stack and level: the share of cells that were shown so."""
    stretch, view = line.shown
    views = line.views
    active = line.weights[1][stretch]
    for (phase, _), rows in rows_by(line.phase[stretch], views.name[view]):
        grid = views.stack(view[rows])
        if not (grid.rows and grid.columns and grid.frames):
            continue
        here = _rectangles(line, Cells(grid), view[rows])
        trial, number = line.phases[phase]
        for level, (slices, cells) in _covered(here, views.magnification[view[rows]], active[rows], settings.levels):
            asked = (level.magnification, level.shown_ms, None, None)
            share = cells / Cells(grid).of
            yield Coverage(trial, number, "view", grid.series_uid, *asked, slices, grid.frames, share)


def _rectangles(line: Timeline, cells: Cells, view: Ints) -> Ints:
    """Slice, and the cells shown of it: from row, to row, from column, to column (n, 5); the ends are outside."""
    left, right, top, bottom = (bound[view] for bound in line.views.bounds)
    rows = (cells.first_row(top), cells.first_row(bottom + 1e-9))
    columns = (cells.first_column(left), cells.first_column(right + 1e-9))
    return np.stack([line.views.slice_index[view], *rows, *columns], axis=1)


def _covered(
    rectangles: Ints, magnification: Floats, active_ns: Floats, levels: Iterable[Level]
) -> Iterator[tuple[Level, tuple[int, int]]]:
    """For each level, how many slices and cells were shown so for long enough in all."""
    levels = tuple(levels)
    for floor in dict.fromkeys(level.magnification for level in levels):
        enough = magnification >= floor - 1e-9
        shown_ms, areas = _shown_ms(rectangles[enough], active_ns[enough])
        for level in levels:
            if level.magnification == floor:
                cells = (_long_enough(shown_ms, level.shown_ms) * areas).sum(axis=(1, 2))
                yield level, (int((cells > 0).sum()), int(cells.sum()))


def _shown_ms(rectangles: Ints, active_ns: Floats) -> tuple[Floats, Ints]:
    """How long each part of each slice was shown in all (slice, row, column), ms, and how many cells a part has.

    Parts are what the edges of all rectangles divide a slice into.
    """
    parts, inverse = grouped(rectangles.T) if len(rectangles) else (rectangles, np.empty(0, np.int64))
    weights = np.bincount(inverse, active_ns, minlength=len(parts)) / 1e6
    slices, at = np.unique(parts[:, 0], return_inverse=True)
    rows, columns = distinct(parts[:, 1:3]), distinct(parts[:, 3:5])
    total = np.zeros((len(slices), len(rows), len(columns)))
    top, bottom, left, right = (np.searchsorted(edges, parts[:, column]) for edges, column in (
        (rows, 1), (rows, 2), (columns, 3), (columns, 4)
    ))  # fmt: skip
    for down, across, sign in ((top, left, 1), (bottom, left, -1), (top, right, -1), (bottom, right, 1)):
        np.add.at(total, (at, down, across), sign * weights)
    shown_ms = np.cumsum(np.cumsum(total, axis=1), axis=2)[:, :-1, :-1]
    return shown_ms, np.diff(rows)[:, None] * np.diff(columns)[None, :]


def _long_enough(shown_ms: Floats, at_least_ms: float) -> Flags:
    return shown_ms >= at_least_ms - 1e-6 if at_least_ms > 0 else shown_ms > 1e-6


def coverage_by_point(
    line: Timeline, points: Points, radius_mm: Floats, field_mm: float | None, field_deg: float | None
) -> Iterator[Coverage]:
    """For each phase and stack: the share of cells within a field around the attentive pointer or gaze.

    `radius_mm` is the field's radius at each of the points. The field lies in the slice that was pointed at.
    """
    views = line.views
    attentive = line.active[points.stretch] & np.isfinite(radius_mm) & np.isfinite(points.mm[:, 0])
    for (phase, _), rows in rows_by(line.phase[points.stretch], views.name[points.view]):
        grid = views.stack(points.view[rows])
        if not (grid.rows and grid.columns and grid.frames) or grid.affine is None:
            continue
        rows = rows[attentive[rows]]
        slices, cells = _fields(Cells(grid), points, views.slice_index[points.view], radius_mm, rows)
        trial, number = line.phases[phase]
        asked = (None, 0.0, field_mm, field_deg)
        share = cells / Cells(grid).of
        yield Coverage(trial, number, points.basis, grid.series_uid, *asked, slices, grid.frames, share)


def _fields(cells: Cells, points: Points, slices: Ints, radius_mm: Floats, rows: Ints) -> tuple[int, int]:
    """How many slices and cells the fields around points cover; points are moved to the middle of their cell."""
    if not len(rows):
        return 0, 0
    grid = cells.grid
    down = np.minimum(((points.row[rows] + 0.5) * cells.down / grid.rows).astype(np.int64), cells.down - 1)
    across = np.minimum(((points.column[rows] + 0.5) * cells.across / grid.columns).astype(np.int64), cells.across - 1)
    radius = np.round(radius_mm[rows] * 2).astype(np.int64)  # half millimetres
    fields, _ = grouped((radius, slices[rows], down, across))
    touched = distinct(fields[:, 1])
    margin = max(int(np.abs(each).max()) for each in _disc(cells, fields[-1, 0] / 2))
    wide = (len(touched), cells.down + 2 * margin, cells.across + 2 * margin)  # with room for fields over the edges
    covered = np.zeros(wide, dtype=bool)
    for halves in distinct(fields[:, 0]).tolist():
        mine = fields[fields[:, 0] == halves]
        middles = np.ravel_multi_index((np.searchsorted(touched, mine[:, 1]), *(mine[:, 2:] + margin).T), wide)
        dy, dx = _disc(cells, halves / 2)
        covered.reshape(-1)[(middles[:, None] + (dy * wide[2] + dx)).ravel()] = True
    inside = covered[:, margin : margin + cells.down, margin : margin + cells.across]
    return int(inside.any(axis=(1, 2)).sum()), int(inside.sum())


def _disc(cells: Cells, radius_mm: float) -> tuple[Ints, Ints]:
    """The cells, by rows and columns from the middle one, whose middle lies within a radius."""
    grid = cells.grid
    cell_down, cell_across = grid.rows * grid.row_mm / cells.down, grid.columns * grid.column_mm / cells.across
    most_down, most_across = int(radius_mm / cell_down), int(radius_mm / cell_across)
    y, x = np.mgrid[-most_down : most_down + 1, -most_across : most_across + 1]
    inside = np.hypot(y * cell_down, x * cell_across) <= radius_mm + 1e-9
    return y[inside], x[inside]
