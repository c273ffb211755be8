"""A sitting as stretches of time in which nothing changed: the ground on which every measure adds up.

What belongs here: cutting time, what held in each stretch, sums by phase. What does not: reading events (collected),
where the pointer or gaze was (points).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.tracking.attention_measures.collected import NONE, Changes, Collected
from app.tracking.attention_measures.values import Here, Time
from app.tracking.events import SeriesOpened
from app.tracking.places import pixel_mm

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Steps:
    """What held from when on: `value[i]` from `at_ns[i]` to before the next, `NONE` before the first."""

    at_ns: Ints
    value: Ints

    def at(self, times: Ints) -> Ints:
        """What held at each of the times."""
        place = np.searchsorted(self.at_ns, times, side="right") - 1
        return np.where(place >= 0, self.value[place], NONE) if len(self.value) else np.full(len(times), NONE)


def steps_of(changes: Changes) -> Steps:
    """Changes in the order of the log; of several at one time the last one holds."""
    pairs = np.array(changes, dtype=np.int64).reshape(-1, 2)
    order = np.argsort(pairs[:, 0], kind="stable")
    return Steps(pairs[order, 0], pairs[order, 1])


@dataclass(frozen=True)
class Views:
    """Every view that was shown, one row each; `grids` are the stacks, `grid` says which one a view is of.

    `left`, `right`, `top`, `bottom` bound what the viewport showed, image pixels (pixel centres at whole numbers,
    outer edges at halves); they are infinite in logs of before a viewport's size was kept.
    """

    grids: tuple[Grid, ...]
    table: Floats

    @cached_property
    def grid(self) -> Ints:
        return self.table[:, 0].astype(np.int64)

    @cached_property
    def uids(self) -> tuple[str, ...]:
        """The names of the stacks, each once: one that was introduced again is the same."""
        return tuple(dict.fromkeys(grid.series_uid for grid in self.grids))

    @cached_property
    def name(self) -> Ints:
        """Which of `uids` each view shows."""
        number = {uid: at for at, uid in enumerate(self.uids)}
        return np.array([number[grid.series_uid] for grid in self.grids], dtype=np.int64)[self.grid]

    def stack(self, view: Ints) -> Grid:
        """The stack that these views show, at its deepest: one that is arriving is introduced again as it grows."""
        grids: list[Grid] = [self.grids[at] for at in distinct(self.grid[view]).tolist()]
        return max(grids, key=lambda grid: grid.frames)

    @cached_property
    def slice_index(self) -> Ints:
        return self.table[:, 1].astype(np.int64)

    @cached_property
    def slab_mm(self) -> Floats:
        return self.table[:, 8]

    @cached_property
    def zoom(self) -> Floats:
        """Logical pixels per mm."""
        return self.table[:, 4]

    @cached_property
    def px(self) -> tuple[Floats, Floats]:
        """Logical pixels of the screen that one image pixel takes: along a row, along a column."""
        column_mm = np.array([grid.column_mm for grid in self.grids])[self.grid]
        row_mm = np.array([grid.row_mm for grid in self.grids])[self.grid]
        return self.zoom * column_mm, self.zoom * row_mm

    @cached_property
    def magnification(self) -> Floats:
        """Device pixels per image pixel, the smaller of both directions."""
        across, down = self.px
        return np.minimum(across, down) * self.table[:, 7]

    def image_point(self, view: Ints, x_px: Floats, y_px: Floats) -> tuple[Floats, Floats]:
        """Points of the viewport (logical pixels from its top left) → image column and row in these views."""
        across, down = self.px
        width, height = self.table[view, 5], self.table[view, 6]
        column = self.table[view, 2] + (x_px - width / 2) / across[view]
        row = self.table[view, 3] + (y_px - height / 2) / down[view]
        return column, row

    def screen_point(self, view: Ints, column: Floats, row: Floats) -> tuple[Floats, Floats]:
        """Image column and row → points of the viewport, logical pixels from its top left."""
        across, down = self.px
        width, height = self.table[view, 5], self.table[view, 6]
        x_px = width / 2 + (column - self.table[view, 2]) * across[view]
        y_px = height / 2 + (row - self.table[view, 3]) * down[view]
        return x_px, y_px

    @cached_property
    def bounds(self) -> tuple[Floats, Floats, Floats, Floats]:
        """left, right, top, bottom of what was shown."""
        across, down = self.px
        width, height = self.table[:, 5], self.table[:, 6]
        half_x = np.where(width > 0, width / 2 / across, np.inf)
        half_y = np.where(height > 0, height / 2 / down, np.inf)
        column, row = self.table[:, 2], self.table[:, 3]
        return column - half_x, column + half_x, row - half_y, row + half_y


@dataclass(frozen=True)
class Grid:
    """One stack of slices: its name and size, and how its voxels lie in LPS mm (None: it does not say).

    `row_mm` and `column_mm` lead from one row and column to the next on the screen, as it is drawn.
    """

    series_uid: str
    rows: int
    columns: int
    frames: int
    affine: Floats | None
    row_mm: float
    column_mm: float


@dataclass(frozen=True)
class Timeline:
    """The stretches of a sitting that count: in a phase, from the case's first painted image on.

    `start_ns` and `length_ns` on one clock over all sign-ins; `phase` indexes `phases`; `view` is by viewport, NONE
    where it showed nothing.
    """

    phases: tuple[Here, ...]
    start_ns: Ints
    length_ns: Ints
    phase: Ints
    active: Flags
    views: Views
    view: dict[int, Ints]

    @cached_property
    def trial(self) -> Ints:
        return np.array([trial for trial, _ in self.phases], dtype=np.int64)[self.phase]

    @cached_property
    def shown(self) -> tuple[Ints, Ints]:
        """Every stretch with every view that was shown in it, in the order of time."""
        if not self.view:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        table = np.stack(list(self.view.values()), axis=1)
        stretch, viewport = np.nonzero(table != NONE)
        return stretch, table[stretch, viewport]

    @cached_property
    def weights(self) -> tuple[Floats, Floats]:
        """Raw and active length of each stretch, ns."""
        length = self.length_ns.astype(np.float64)
        return length, length * self.active

    @cached_property
    def phase_times(self) -> dict[Here, Time]:
        return {self.phases[phase]: time for (phase,), time in self.sums(self.phase)}

    @cached_property
    def into_phase_ns(self) -> Ints:
        """How much of its phase was over before each stretch, raw, over all sign-ins."""
        order = np.argsort(self.phase, kind="stable")
        before = np.cumsum(self.length_ns[order]) - self.length_ns[order]
        first = np.searchsorted(self.phase[order], np.arange(len(self.phases)))
        first = np.minimum(first, max(0, len(order) - 1))
        into = np.empty_like(before)
        into[order] = before - before[first[self.phase[order]]] if len(order) else before
        return into

    def sums(self, *keys: Ints, where: Ints | None = None) -> Iterator[tuple[tuple[int, ...], Time]]:
        """Time by the combinations of keys, which are as long as `where` (stretches; all of them without)."""
        raw, active = self.weights
        if where is not None:
            raw, active = raw[where], active[where]
        if not len(raw):
            return
        table, inverse = grouped(keys)
        raw_ms = np.bincount(inverse, raw) / 1e6
        active_ms = np.bincount(inverse, active) / 1e6
        for key, raw_of, active_of in zip(table.tolist(), raw_ms.tolist(), active_ms.tolist(), strict=True):
            yield tuple(key), Time(raw_of, active_of)


def grouped(keys: Iterable[Ints]) -> tuple[Ints, Ints]:
    """The combinations of keys that occur, in rising order, and which of them each row is.

    The keys are whole numbers from NONE on whose ranges multiplied fit 63 bits.
    """
    columns = [np.asarray(key, dtype=np.int64) - NONE for key in keys]
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    packed = np.ravel_multi_index(tuple(columns), tuple(sizes))
    found, inverse = np.unique(packed, return_inverse=True)
    return np.stack(np.unravel_index(found, tuple(sizes)), axis=1) + NONE, inverse


def distinct(values: Ints) -> Ints:
    """The values in rising order, each once (numpy's own `unique` hashes, which takes several times as long)."""
    ordered: Ints = np.sort(values, axis=None)
    found: Ints = ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0]
    return found


def rows_by(*keys: Ints) -> Iterator[tuple[tuple[int, ...], Ints]]:
    """The rows of each combination of keys, in their order."""
    if not len(keys[0]):
        return
    table, inverse = grouped(keys)
    order = np.argsort(inverse, kind="stable")
    bounds = np.searchsorted(inverse[order], np.arange(len(table) + 1))
    for at, key in enumerate(table.tolist()):
        yield tuple(key), order[bounds[at] : bounds[at + 1]]


def views_of(what: Collected) -> Views:
    return Views(tuple(map(_grid, what.geometries)), np.array(what.views, dtype=np.float64).reshape(-1, 9))


def timeline(what: Collected, views: Views, more_cuts: Iterable[Steps] = ()) -> Timeline:
    """Cut the time of a sitting wherever anything changes; `more_cuts` are the changes of pointer, gaze and panels."""
    phase, attentive = steps_of(what.in_phase), steps_of(what.attentive)
    shown = {viewport: steps_of(changes) for viewport, changes in sorted(what.shown.items())}
    cuts = [phase, attentive, *shown.values(), *more_cuts]
    times = distinct(np.concatenate([np.append(each.at_ns, what.ended_ns) for each in cuts]))
    start, length = times[:-1], np.diff(times)
    in_phase = phase.at(start)
    counts = in_phase != NONE
    start, length = start[counts], length[counts]
    return Timeline(
        phases=tuple(what.phases),
        start_ns=start,
        length_ns=length,
        phase=in_phase[counts],
        active=attentive.at(start) != 0,
        views=views,
        view={viewport: each.at(start) for viewport, each in shown.items()},
    )


def _grid(opened: SeriesOpened) -> Grid:
    affine = np.array(opened.affine, dtype=np.float64).reshape(4, 4) if len(opened.affine) == 16 else None
    return Grid(opened.series_uid, opened.rows, opened.columns, opened.frames, affine, *pixel_mm(opened))
