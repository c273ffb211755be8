"""How a reader went through a stack: drilling through its depth, or scanning its slices one by one.

What belongs here: courses through depth, changes of quadrant, the index of both. What does not: where the reader was.
Drilling and scanning: Drew et al. 2013, doi:10.1167/13.10.3; courses: Ba et al. 2020, doi:10.1117/1.JMI.7.4.045501;
full runs, half runs and oscillations: den Boer et al. 2018, doi:10.1007/s10459-018-9828-z (docs/attention.md says what
is theirs and what is ours).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.tracking.attention_measures.collected import NONE
from app.tracking.attention_measures.points import Points
from app.tracking.attention_measures.timeline import Floats, Grid, Ints, Timeline, rows_by
from app.tracking.attention_measures.values import Profile, Settings, Strategy

PARTS_OF_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Depth:
    """The way through the slices of one stack in one phase, in the viewport that showed it longest."""

    slices: Ints  # as they followed each other
    frames: int
    active_s: float


def profiles(line: Timeline, tracks: Sequence[Points], settings: Settings) -> Iterator[Profile]:
    """One row for each phase and stack of more than one slice, and for each of pointer and gaze that there is."""
    quadrants = [_quadrants(line, points) for points in tracks]
    for (phase, name), (grid, depth) in _depths(line).items():
        if not tracks:
            yield _profile(line, phase, grid, depth, "view", None, settings)
        for points, changes in zip(tracks, quadrants, strict=True):
            found = changes.get((phase, name), 0)
            yield _profile(line, phase, grid, depth, points.basis, found, settings)


def _depths(line: Timeline) -> dict[tuple[int, int], tuple[Grid, Depth]]:
    """By phase and stack."""
    longest: dict[tuple[int, int], tuple[Grid, Depth]] = {}
    for view in line.view.values():
        stretch = np.flatnonzero(view != NONE)
        for (phase, name), rows in rows_by(line.phase[stretch], line.views.name[view[stretch]]):
            grid = line.views.stack(view[stretch[rows]])
            active_s = float(line.weights[1][stretch[rows]].sum()) / 1e9
            slices = line.views.slice_index[view[stretch[rows]]]
            changed = np.flatnonzero(np.diff(slices, prepend=NONE))
            depth = Depth(slices[changed], grid.frames, active_s)
            before = longest.get((phase, name))
            if grid.frames > 1 and (before is None or active_s > before[1].active_s):
                longest[phase, name] = (grid, depth)
    return longest


def _profile(
    line: Timeline, phase: int, grid: Grid, depth: Depth, basis: str, quadrants: int | None, settings: Settings
) -> Profile:
    runs = courses(depth.slices)
    full = sum(run >= settings.full_run * depth.frames for run in runs)
    half = sum(settings.half_run * depth.frames <= run < settings.full_run * depth.frames for run in runs)
    parts = depth.slices * PARTS_OF_DEPTH // depth.frames
    deep = int((np.diff(parts) != 0).sum())
    index = index_of(deep, quadrants)
    trial, number = line.phases[phase]
    moves = (len(depth.slices) - 1, int(np.abs(np.diff(depth.slices)).sum()))
    kinds = (len(runs), full, half, len(runs) - full - half)
    told = (depth.active_s, *moves, *kinds, deep, quadrants, index, _strategy(index))
    return Profile(trial, number, basis, grid.series_uid, *told)  # type: ignore[arg-type]


def courses(slices: Sequence[int] | Ints) -> list[int]:
    """The lengths (slices travelled) of the stretches of scrolling in one direction."""
    steps = np.diff(np.asarray(slices, dtype=np.int64))
    steps = steps[steps != 0]
    if not len(steps):
        return []
    turns = np.flatnonzero(np.diff(np.sign(steps))) + 1
    return [int(np.abs(run).sum()) for run in np.split(steps, turns)]


def index_of(depth_changes: int, quadrant_changes: int | None) -> float | None:
    """(depth − quadrants) / (depth + quadrants), 1 for drilling alone, −1 for scanning alone; None where neither."""
    if quadrant_changes is None or depth_changes + quadrant_changes == 0:
        return None
    return (depth_changes - quadrant_changes) / (depth_changes + quadrant_changes)


def _strategy(index: float | None) -> Strategy:
    if index is None or index == 0:
        return ""
    return "driller" if index > 0 else "scanner"


def _quadrants(line: Timeline, points: Points) -> dict[tuple[int, int], int]:
    """How often an attentive pointer or gaze came from one quarter of a stack's slices into another, by phase, stack.

    Quarters meet in the middle of the image.
    """
    views = line.views
    attentive = np.flatnonzero(line.active[points.stretch])
    if not len(attentive):
        return {}
    stretch, view = points.stretch[attentive], points.view[attentive]
    columns = np.array([grid.columns for grid in views.grids])[views.grid[view]]
    rows = np.array([grid.rows for grid in views.grids])[views.grid[view]]
    right = _beyond(points.column[attentive], columns)
    below = _beyond(points.row[attentive], rows)
    quarter = right + 2 * below
    return {
        (phase, name): int((np.diff(quarter[at]) != 0).sum())
        for (phase, name), at in rows_by(line.phase[stretch], views.name[view])
    }


def _beyond(place: Floats, size: Ints) -> Ints:
    return (place > (size - 1) / 2).astype(np.int64)
