"""Dwell in regions: findings of the AI, lesions of the reference, the reader's own marks, and the rest.

What belongs here: which stretches belong to a region, by point or by view. What does not: where points come from.
A region is a ball in patient space.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.tracking.attention_measures.collected import Collected, Region
from app.tracking.attention_measures.points import Points
from app.tracking.attention_measures.timeline import Flags, Floats, Grid, Ints, Timeline, Views, distinct
from app.tracking.attention_measures.values import Basis, RegionDwell, Settings, Spot, Time

REST = "rest"


@dataclass(frozen=True, slots=True)
class Ball:
    """A region with its radius."""

    region: Region
    radius_mm: float


def balls_of(what: Collected, spots: Mapping[str, Sequence[Spot]], settings: Settings) -> list[Ball]:
    """The regions of a sitting: what the log tells of findings and marks, and the lesions (`spots`, by case)."""
    told = [Ball(region, settings.region_mm) for region in what.regions]
    lesions = [
        Ball(Region("lesion", spot.name, trial, spot.centre_mm, 0), spot.radius_mm)
        for trial, case in what.cases.items()
        for spot in spots.get(case, ())
    ]
    return told + lesions


def dwell_by_point(line: Timeline, points: Points, balls: Iterable[Ball]) -> Iterator[RegionDwell]:
    """Time that the pointer or gaze was within each region's radius, in three dimensions; and in none."""
    parts = _parts(line.trial[points.stretch])
    members = []
    for ball in balls:
        part = parts.get(ball.region.trial, slice(0, 0))
        away = points.mm[part] - np.array(ball.region.centre_mm)
        near = np.einsum("ij,ij->i", away, away) <= ball.radius_mm**2
        stretch = points.stretch[part]
        members.append((ball.region, stretch[near & _in_force(line, stretch, ball.region)]))
    yield from _dwells(line, points.basis, members, points.stretch)


def dwell_by_view(line: Timeline, balls: Iterable[Ball]) -> Iterator[RegionDwell]:
    """Time that a region was in view: a slice through it shown, its middle within the viewport's part of the image."""
    stretches, views = line.shown
    parts = _parts(line.trial[stretches])
    of_trial = {trial: np.unique(views[part], return_inverse=True) for trial, part in parts.items()}
    members = []
    for ball in balls:
        if ball.region.trial not in parts:
            continue
        rows, row = of_trial[ball.region.trial]
        stretch = distinct(stretches[parts[ball.region.trial]][in_view(line.views, rows, ball)[row]])
        members.append((ball.region, stretch[_in_force(line, stretch, ball.region)]))
    yield from _dwells(line, "view", members, distinct(stretches))


def _parts(trial: Ints) -> dict[int, slice]:
    """For each trial the rows from its first to its last; a case that was taken up again later encloses others."""
    numbers, first = np.unique(trial, return_index=True)
    last = len(trial) - np.unique(trial[::-1], return_index=True)[1]
    return {number: slice(*ends) for number, *ends in zip(numbers.tolist(), first.tolist(), last.tolist(), strict=True)}


def _in_force(line: Timeline, stretch: Ints, region: Region) -> Flags:
    start = line.start_ns[stretch]
    in_force: Flags = (line.trial[stretch] == region.trial) & (start >= region.from_ns)
    return in_force if region.to_ns is None else in_force & (start < region.to_ns)


def in_view(views: Views, rows: Ints, ball: Ball) -> Flags:
    """Whether each of these views shows a ball.

    The plane of the slice (or the slab) cuts it, and the foot of its centre on the plane lies on what was shown of the
    image. Planes may lie at any angle and stacks may be tilted.
    """
    found = np.zeros(len(rows), dtype=bool)
    grids = views.grid[rows]
    for number in distinct(grids).tolist():
        mine = grids == number
        found[mine] = _shows(views, rows[mine], views.grids[number], ball)
    return found


def _shows(views: Views, rows: Ints, grid: Grid, ball: Ball) -> Flags:
    if grid.affine is None:
        return np.zeros(len(rows), dtype=bool)
    away_mm, column, row = feet(grid.affine, views.slice_index[rows], np.array(ball.region.centre_mm))
    left, right, top, bottom = (bound[rows] for bound in views.bounds)
    cut = away_mm <= ball.radius_mm + views.slab_mm[rows] / 2
    on_image = (column >= -0.5) & (column <= grid.columns - 0.5) & (row >= -0.5) & (row <= grid.rows - 0.5)
    inside = (column >= left) & (column <= right) & (row >= top) & (row <= bottom)
    seen: Flags = cut & on_image & inside
    return seen


def feet(affine: Floats, slices: Ints, place_mm: Floats) -> tuple[Floats, Floats, Floats]:
    """The distance (mm) of a place from the plane of each slice, and column and row of its foot there."""
    across, down, step, origin = (affine[:3, at] for at in range(4))
    normal = np.cross(across, down)
    normal = normal / np.linalg.norm(normal)
    away = place_mm - (step[None, :] * slices[:, None] + origin)
    plane = np.stack([across, down], axis=1)
    in_plane = away @ np.linalg.pinv(plane).T
    return np.abs(away @ normal), in_plane[:, 0], in_plane[:, 1]


def _dwells(line: Timeline, basis: Basis, members: list[tuple[Region, Ints]], of: Ints) -> Iterator[RegionDwell]:
    """One row for each phase and region that was in force in it, and the rest; a mark that moved is one region."""
    inside = np.zeros(len(line.start_ns), dtype=bool)
    named: dict[tuple[int, str, str], Ints] = {}
    for region, stretch in members:
        inside[stretch] = True
        key = (region.trial, region.kind, region.name)
        named.setdefault(key, np.zeros(0, dtype=np.int64))
        named[key] = distinct(np.concatenate([named[key], stretch]))
    phases = defaultdict(list)
    for at, (trial, _) in enumerate(line.phases):
        phases[trial].append(at)
    for (trial, kind, name), stretch in named.items():
        for at in phases[trial]:
            yield _dwell(line, basis, kind, name, at, stretch[line.phase[stretch] == at])
    rest = of[~inside[of]]
    order = np.argsort(line.phase[rest], kind="stable")
    rest, bounds = rest[order], np.searchsorted(line.phase[rest][order], np.arange(len(line.phases) + 1))
    present = set(distinct(line.phase[of]).tolist())
    for at in sorted(present):
        yield _dwell(line, basis, REST, REST, at, rest[bounds[at] : bounds[at + 1]])


def _dwell(line: Timeline, basis: Basis, kind: str, name: str, phase: int, stretch: Ints) -> RegionDwell:
    raw, active = (float(each[stretch].sum()) / 1e6 for each in line.weights)
    first = float(line.into_phase_ns[stretch[0]]) / 1e6 if len(stretch) else None
    visits = int((np.diff(stretch) > 1).sum()) + 1 if len(stretch) else 0
    trial, number = line.phases[phase]
    return RegionDwell(trial, number, basis, kind, name, Time(raw, active), visits, first)  # type: ignore[arg-type]
