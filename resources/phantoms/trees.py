"""Pulmonary arteries, veins and airways that branch through the lobes, and how round things are drawn into voxels.

What belongs here: growing trees and rasterising tubes. What does not: the great vessels (anatomy).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from resources.phantoms.anatomy import Anatomy
from resources.phantoms.plan import COARSE_Z, BodyPlan, Grid

Points = NDArray[np.float64]

LEAVES = 1350  # end branches per lung and tree
MURRAY = 2.7  # radius of the parent to this power is the sum of the children's
LEAF_MM = 0.43


@dataclass(frozen=True, slots=True, eq=False)
class Branches:
    """Straight pieces of a tree in the body frame: ends (n, 3), radii there (n,), how many end branches lie beyond."""

    start: Points
    end: Points
    start_mm: Points
    end_mm: Points
    leaves: NDArray[np.int64]

    def only(self, keep: NDArray[np.bool_]) -> Branches:
        return Branches(self.start[keep], self.end[keep], self.start_mm[keep], self.end_mm[keep], self.leaves[keep])


@dataclass(frozen=True, slots=True, eq=False)
class LungTrees:
    """The trees of both lungs."""

    vessels: Branches
    airways: Branches


def grow_trees(plan: BodyPlan, grid: Grid, anatomy: Anatomy, rng: np.random.Generator) -> LungTrees:
    """Arteries and veins of their own for each lung; the airways follow the first generations of the arteries."""
    k = plan.size
    vessels, airways = [], []
    for side, hilum in ((-1, (-36, 4, 174)), (1, (38, 8, 180))):
        root = np.array(hilum, np.float64) * k
        vein_root = root + np.array([0, 6, -24.0])
        arteries = _grow_lung(grid, anatomy, rng, side, root, 1.0)
        veins = _grow_lung(grid, anatomy, rng, side, vein_root, 0.92)
        vessels += [arteries, veins]
        airways.append(_alongside(arteries, rng))
    airways.append(_central_airways(k))
    return LungTrees(_merged(vessels), _merged(airways))


def _grow_lung(
    grid: Grid, anatomy: Anatomy, rng: np.random.Generator, side: int, root: Points, thickness: float
) -> Branches:
    pieces: list[tuple[Points, Points, float, float, int]] = []
    lobes = (0, 1, 2) if side < 0 else (3, 4)
    cells = {lobe: _lobe_points(grid, anatomy, lobe, side) for lobe in lobes}
    total = sum(len(points) for points in cells.values())
    for points in cells.values():
        count = max(3, round(LEAVES * len(points) / max(total, 1)))
        if len(points) >= count:
            targets = points[rng.choice(len(points), count, replace=False)]
            targets = targets + rng.uniform(-1.4, 1.4, targets.shape)
            _branch(pieces, rng, root, targets, thickness, None)
    start, end, a, b, n = zip(*pieces, strict=True)
    return _bent(Branches(np.array(start), np.array(end), np.array(a), np.array(b), np.array(n)), rng)


def _bent(tree: Branches, rng: np.random.Generator) -> Branches:
    """Every piece in two, with a bend between them, since no vessel runs straight."""
    length = np.linalg.norm(tree.end - tree.start, axis=1, keepdims=True)
    middle = (tree.start + tree.end) / 2 + rng.normal(0, 0.05, tree.start.shape) * length
    half_mm = (tree.start_mm + tree.end_mm) / 2
    return Branches(
        np.concatenate([tree.start, middle]),
        np.concatenate([middle, tree.end]),
        np.concatenate([tree.start_mm, half_mm]),
        np.concatenate([half_mm, tree.end_mm]),
        np.concatenate([tree.leaves, tree.leaves]),
    )


def _lobe_points(grid: Grid, anatomy: Anatomy, lobe: int, side: int) -> Points:
    """Cell middles of one lobe that keep clear of pleura and fissures."""
    inside = (anatomy.lung < -4.5) & (anatomy.lobe == lobe) & (anatomy.fissure > 4)
    axis = grid.coarse_axis_mm()
    inside &= (np.sign(axis) == side)[None, None, :]
    k, j, i = np.nonzero(inside)
    return np.stack([axis[i], axis[j], k * COARSE_Z * grid.slice_mm], axis=1).astype(np.float64)


def _branch(
    pieces: list[tuple[Points, Points, float, float, int]],
    rng: np.random.Generator,
    start: Points,
    targets: Points,
    thickness: float,
    parent_mm: float | None,
) -> None:
    """Grow towards the middle of the targets, then split them in two and grow on (a stack, not recursion)."""
    stack = [(start, targets, parent_mm)]
    while stack:
        at, ends, above_mm = stack.pop()
        n = len(ends)
        radius = thickness * LEAF_MM * n ** (1 / MURRAY)
        if n == 1:
            pieces.append((at, ends[0], min(radius, above_mm or radius), 0.25, 1))
            continue
        middle = ends.mean(axis=0)
        reach = 0.36 if n > 40 else 0.45
        jitter = rng.normal(0, 0.05, 3) * np.linalg.norm(middle - at)
        fork = at + reach * (middle - at) + jitter
        pieces.append((at, fork, min(radius * 1.12, above_mm or 99.0), radius, n))
        spread = ends - middle
        across = np.linalg.eigh(spread.T @ spread + 1e-6 * np.eye(3))[1][:, -1] + rng.normal(0, 0.25, 3)
        along = spread @ across
        upper = along > np.quantile(along, rng.uniform(0.3, 0.7))
        if upper.all() or not upper.any():
            upper = np.arange(n) < n // 2
        stack += [(fork, ends[upper], radius), (fork, ends[~upper], radius)]


def _alongside(arteries: Branches, rng: np.random.Generator) -> Branches:
    """Airways beside the arteries of the first generations, tapering faster than they do."""
    near = arteries.only(arteries.leaves >= 26)
    offset = np.array([0.0, 0.55, 0.35]) + rng.normal(0, 0.05, 3)
    shift = 1.9 * offset
    scale = np.clip(0.42 + near.leaves / 500, 0.42, 0.8)
    return Branches(
        near.start + shift * near.start_mm[:, None],
        near.end + shift * near.end_mm[:, None],
        near.start_mm * scale,
        near.end_mm * scale,
        near.leaves,
    )


def _central_airways(k: float) -> Branches:
    """Trachea, main and lobar bronchi."""
    lines = [
        [(0, 8, 310, 8.5), (1, 11, 250, 8.5), (2, 13, 210, 8.5), (2, 14, 197, 8.8)],
        [(1, 14, 198, 7.5), (-14, 13, 187, 6.8), (-27, 11, 180, 6)],
        [(3, 14, 198, 7), (20, 15, 184, 6), (38, 16, 174, 5.2)],
        [(-22, 12, 184, 4.5), (-38, 9, 190, 4), (-48, 6, 197, 3)],
        [(-26, 11, 180, 5), (-33, 12, 164, 4.4), (-38, 16, 148, 3.4)],
        [(36, 16, 175, 4.2), (47, 9, 183, 3.4), (54, 4, 190, 2.6)],
        [(37, 16, 175, 4.4), (43, 19, 158, 3.8), (48, 24, 142, 3)],
    ]
    pieces = [(a, b) for line in lines for a, b in pairwise(line)]
    ends = np.array(pieces, np.float64) * k
    return Branches(ends[:, 0, :3], ends[:, 1, :3], ends[:, 0, 3], ends[:, 1, 3], np.full(len(ends), 999))


def _merged(parts: list[Branches]) -> Branches:
    return Branches(
        np.concatenate([p.start for p in parts]),
        np.concatenate([p.end for p in parts]),
        np.concatenate([p.start_mm for p in parts]),
        np.concatenate([p.end_mm for p in parts]),
        np.concatenate([p.leaves for p in parts]),
    )


def draw_branches(grid: Grid, branches: Branches, into: NDArray[np.uint8], grow_mm: float = 0.0) -> None:
    """Draw tubes as occupancies (0..255) into `into` (slices, rows, columns), keeping the larger value.

    Thin tubes are widened to the voxel and dimmed by as much, so that they hold their partial volume.
    """
    points, radii = _beads(branches, grow_mm)
    order = np.ceil((radii + 0.6) / grid.pixel_mm).astype(int)
    for reach in np.unique(order):
        chosen = order == reach
        step = max(1, int(4e6 / (2 * reach + 1) ** 3))
        for first in range(0, int(chosen.sum()), step):
            part = np.nonzero(chosen)[0][first : first + step]
            _stamp(grid, points[part], radii[part], int(reach), into)


def _beads(branches: Branches, grow_mm: float) -> tuple[Points, Points]:
    """Points along every piece, close enough to read as a tube, with their radii."""
    length = np.linalg.norm(branches.end - branches.start, axis=1)
    mean = (branches.start_mm + branches.end_mm) / 2
    count = np.maximum(2, np.ceil(length / np.clip(mean * 0.55, 0.45, 2.0)).astype(int))
    which = np.repeat(np.arange(len(count)), count)
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    t = place / (count[which] - 1)
    points = branches.start[which] + t[:, None] * (branches.end - branches.start)[which]
    return points, branches.start_mm[which] + t * (branches.end_mm - branches.start_mm)[which] + grow_mm


def _stamp(grid: Grid, points: Points, radii: Points, reach: int, into: NDArray[np.uint8]) -> None:
    """Draw balls of like size at once: every ball's box of voxels is one row of a table."""
    reach_z = int(np.ceil((reach * grid.pixel_mm) / grid.slice_mm))
    k, j, i = (axis.ravel() for axis in np.mgrid[-reach_z : reach_z + 1, -reach : reach + 1, -reach : reach + 1])
    at = grid.index(points)
    base = np.rint(at).astype(np.int64)
    rest = (base - at).astype(np.float32)
    dx = (rest[:, 0:1] + i.astype(np.float32)) * np.float32(grid.pixel_mm)
    dy = (rest[:, 1:2] + j.astype(np.float32)) * np.float32(grid.pixel_mm)
    dz = (rest[:, 2:3] + k.astype(np.float32)) * np.float32(grid.slice_mm)
    distance = np.sqrt(dx * dx + dy * dy + dz * dz)
    shown = np.maximum(radii, 0.45).astype(np.float32)[:, None]
    dim = np.minimum(radii / 0.45, 1).astype(np.float32)[:, None] ** 2
    value = (np.clip((shown - distance) / np.float32(0.9) + 0.5, 0, 1) * dim * 255).astype(np.uint8)
    column, row, plane = base[:, 0:1] + i, base[:, 1:2] + j, base[:, 2:3] + k
    inside = (
        (column >= 0) & (column < grid.rows) & (row >= 0) & (row < grid.rows) & (plane >= 0) & (plane < grid.slices)
    )
    inside &= value > 0
    flat = (plane * grid.rows + row) * grid.rows + column
    np.maximum.at(into.reshape(-1), flat[inside], value[inside])
