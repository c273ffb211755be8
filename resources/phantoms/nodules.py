"""Nodules with exact truth, and the harmless things that look like them.

What belongs here: where they are put, their shape and density. What does not: the lung that they lie in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resources.phantoms.anatomy import Anatomy
from resources.phantoms.plan import COARSE, COARSE_Z, Field, Grid
from resources.phantoms.trees import Branches, Points

Density = Literal["solid", "part-solid", "ground-glass"]
Site = Literal["free", "pleural", "vascular"]

DENSITIES: tuple[Density, ...] = ("solid", "part-solid", "ground-glass")
SITES: tuple[Site, ...] = ("free", "pleural", "vascular")
RadiusOf = Callable[[NDArray[np.floating]], NDArray[np.floating]]

APART_MM = 24.0  # between the middles of any two lesions of one exam
DIAMETER_MM = (4.0, 14.0)


@dataclass(frozen=True, slots=True)
class PlacedNodule:
    """One nodule in the body frame. `diameter_mm` is that of the ball of equal volume."""

    centre_mm: tuple[float, float, float]
    diameter_mm: float
    density: Density
    site: Site


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A small solid drawn into the volume: its box (slice, row, column), occupancy 0..1 and HU per voxel."""

    box: tuple[slice, slice, slice]
    occupancy: Field
    hu: Field
    lung_only: bool = False  # where it ends at the pleura instead of lying over the chest wall


def place_nodules(
    grid: Grid, anatomy: Anatomy, vessels: Branches, count: int, rng: np.random.Generator
) -> tuple[PlacedNodule, ...]:
    """Choose sizes, densities and places; raises RuntimeError where the lungs have no room for so many."""
    placed: list[PlacedNodule] = []
    for _ in range(count):
        site = SITES[rng.choice(3, p=[0.5, 0.25, 0.25])]
        density = DENSITIES[rng.choice(3, p=[0.66, 0.17, 0.17])]
        low, high = DIAMETER_MM if density == "solid" else (6.5, DIAMETER_MM[1])
        diameter = float(np.round(low + (high - low) * rng.beta(1.1, 1.7), 1))
        taken = [p.centre_mm for p in placed]
        centre = _find_place(grid, anatomy, vessels, site, diameter / 2, taken, rng)
        placed.append(PlacedNodule(centre, diameter, density, site))
    return tuple(placed)


def _find_place(
    grid: Grid,
    anatomy: Anatomy,
    vessels: Branches,
    site: Site,
    radius: float,
    taken: list[tuple[float, float, float]],
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """A place for a ball of this radius that keeps away from the other lesions."""
    if site == "vascular":
        candidates = _vessel_places(grid, anatomy, vessels, radius)
    else:
        limits = (-radius - 1.5, -radius * 0.35) if site == "pleural" else (-99.0, -radius - 2.0)
        candidates = lung_places(grid, anatomy, *limits)
    for _ in range(400):
        at = candidates[rng.integers(len(candidates))] + rng.uniform(-1, 1, 3)
        if all(np.linalg.norm(at - np.array(other)) > APART_MM for other in taken):
            x, y, z = np.round(at, 2)
            return float(x), float(y), float(z)
    raise RuntimeError("the lungs of this phantom have no room for so many lesions")


def lung_places(grid: Grid, anatomy: Anatomy, low: float, high: float) -> Points:
    """Coarse cell middles whose distance to the lung's surface lies between two numbers (negative inside)."""
    axis, step = grid.coarse_axis_mm(), COARSE_Z * grid.slice_mm
    k, j, i = np.nonzero((anatomy.lung > low) & (anatomy.lung < high))
    places = np.stack([axis[i], axis[j], k * step], axis=1).astype(np.float64)
    return places[(places[:, 2] > 15) & (places[:, 2] < (grid.slices - 1) * grid.slice_mm - 10)]


def _vessel_places(grid: Grid, anatomy: Anatomy, vessels: Branches, radius: float) -> Points:
    """Places beside middle-sized vessels inside the lung."""
    chosen = (vessels.leaves >= 2) & (vessels.leaves < 30)
    places = vessels.end[chosen] + np.array([0.0, radius * 0.5, 0.0])
    return np.asarray(places[depth_in_lung(grid, anatomy, places) < -radius - 2.0])


def depth_in_lung(grid: Grid, anatomy: Anatomy, places: Points) -> NDArray[np.float32]:
    """The lung's distance field at the nearest coarse cell; 99 outside the grid."""
    at = grid.index(places)
    i, j = (np.rint((at[:, a] - (COARSE - 1) / 2) / COARSE).astype(int) for a in (0, 1))
    k = np.rint(at[:, 2] / COARSE_Z).astype(int)
    nz, ny, nx = anatomy.lung.shape
    inside = (i >= 0) & (i < nx) & (j >= 0) & (j < ny) & (k >= 0) & (k < nz)
    out = np.full(len(places), 99, np.float32)
    out[inside] = anatomy.lung[k[inside], j[inside], i[inside]]
    return out


def draw_nodule(grid: Grid, nodule: PlacedNodule, rng: np.random.Generator) -> list[Patch]:
    """The voxels of one nodule: an irregular ball, with a solid core where it is part-solid."""
    rough = float(rng.uniform(0.03, 0.09))
    spikes = int(rng.integers(3, 8)) if nodule.diameter_mm > 8 and rng.random() < 0.4 else 0
    radius = nodule.diameter_mm / 2
    if nodule.density == "solid":
        return [_ball(grid, nodule.centre_mm, radius, float(rng.uniform(5, 60)), rng, rough, spikes)]
    veil = _ball(grid, nodule.centre_mm, radius, float(rng.uniform(-690, -560)), rng, rough * 1.3, spikes, edge_mm=1.8)
    if nodule.density == "ground-glass":
        return [veil]
    core = _ball(grid, nodule.centre_mm, radius * float(rng.uniform(0.4, 0.6)), float(rng.uniform(-60, 30)), rng, rough)
    return [veil, core]


def _ball(
    grid: Grid,
    centre: tuple[float, float, float],
    radius: float,
    hu: float,
    rng: np.random.Generator,
    rough: float = 0.05,
    spikes: int = 0,
    edge_mm: float = 1.1,
    stretch: tuple[float, float, float] = (1.0, 1.0, 1.0),
    lung_only: bool = False,
) -> Patch:
    """A star-shaped solid whose volume is that of the ball, whatever its bumps."""
    box, dx, dy, dz = _around(grid, centre, radius * max(stretch) * 1.7 + 2)
    u, v, w = dx / stretch[0], dy / stretch[1], dz / stretch[2]
    distance = np.sqrt(u * u + v * v + w * w) + np.float32(1e-4)
    bumps = _bumps(rng, rough, spikes)
    scale = (float(np.mean(bumps(_directions()) ** 3))) ** (-1 / 3)
    surface = radius * scale * bumps(np.stack([u / distance, v / distance, w / distance], axis=-1))
    filled = np.clip((surface - distance) / np.float32(edge_mm) + 0.5, 0, 1).astype(np.float32)
    grain = rng.normal(0, 12, filled.shape).astype(np.float32)
    return Patch(box, filled, np.float32(hu) + grain, lung_only)


def _bumps(rng: np.random.Generator, rough: float, spikes: int) -> RadiusOf:
    """A function from unit directions (…, 3) to a relative radius."""
    waves = rng.normal(0, 1, (5, 3)) * rng.uniform(1.5, 4.5, (5, 1))
    phases = rng.uniform(0, 2 * np.pi, 5)
    rays = rng.normal(0, 1, (spikes, 3))
    rays /= np.linalg.norm(rays, axis=1, keepdims=True) + 1e-9

    def radius(direction: NDArray[np.floating]) -> NDArray[np.floating]:
        out = 1 + rough * np.cos(direction @ waves.T + phases).sum(axis=-1)
        if spikes:
            out = out + 0.45 * (np.clip(direction @ rays.T, 0, 1) ** 40).sum(axis=-1)
        return np.asarray(np.maximum(out, 0.3))

    return radius


def _directions(count: int = 400) -> NDArray[np.float64]:
    """Evenly spread unit directions (Fibonacci lattice)."""
    n = np.arange(count) + 0.5
    z = 1 - 2 * n / count
    turn = np.pi * (1 + 5**0.5) * n
    flat = np.sqrt(1 - z * z)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)


def _around(
    grid: Grid, centre: tuple[float, float, float], reach: float
) -> tuple[tuple[slice, slice, slice], Field, Field, Field]:
    """The box of voxels within reach of a place, and the offsets of its columns, rows and slices from it in mm."""
    column, row, plane = grid.index(np.array(centre))
    spans = []
    for at, step, n in (
        (plane, grid.slice_mm, grid.slices),
        (row, grid.pixel_mm, grid.rows),
        (column, grid.pixel_mm, grid.rows),
    ):
        spans.append(slice(max(0, int(np.floor(at - reach / step))), min(n, int(np.ceil(at + reach / step)) + 1)))
    dz = ((np.arange(spans[0].start, spans[0].stop) - plane) * grid.slice_mm).astype(np.float32)[:, None, None]
    dy = ((np.arange(spans[1].start, spans[1].stop) - row) * grid.pixel_mm).astype(np.float32)[None, :, None]
    dx = ((np.arange(spans[2].start, spans[2].stop) - column) * grid.pixel_mm).astype(np.float32)[None, None, :]
    return (spans[0], spans[1], spans[2]), dx, dy, dz


def draw_confounders(
    grid: Grid,
    anatomy: Anatomy,
    vessels: Branches,
    nodules: tuple[PlacedNodule, ...],
    rng: np.random.Generator,
) -> list[Patch]:
    """Granulomas, thick vessel forks, lymph nodes on fissures, scars and an apical cap, away from the nodules."""
    taken = [n.centre_mm for n in nodules]
    patches: list[Patch] = []
    for draw, at_most in ((_granuloma, 2), (_thick_fork, 3), (_fissural_node, 2), (_scar, 2)):
        for _ in range(int(rng.integers(0, at_most + 1))):
            patches.append(draw(grid, anatomy, vessels, taken, rng))
    if rng.random() < 0.4:
        patches += _apical_caps(grid, anatomy, rng)
    return patches


def _granuloma(
    grid: Grid, anatomy: Anatomy, vessels: Branches, taken: list[tuple[float, float, float]], rng: np.random.Generator
) -> Patch:
    radius = float(rng.uniform(1.2, 2.4))
    centre = _find_place(grid, anatomy, vessels, "free", radius, taken, rng)
    return _ball(grid, centre, radius, float(rng.uniform(450, 900)), rng, 0.03)


def _thick_fork(
    grid: Grid, anatomy: Anatomy, vessels: Branches, taken: list[tuple[float, float, float]], rng: np.random.Generator
) -> Patch:
    radius = float(rng.uniform(1.7, 2.6))
    centre = _find_place(grid, anatomy, vessels, "vascular", radius, taken, rng)
    back = (centre[0], centre[1] - radius * 0.5, centre[2])
    long = (1.0, 1.0, float(rng.uniform(1.2, 2.0)))
    return _ball(grid, back, radius, float(rng.uniform(0, 40)), rng, 0.04, stretch=long)


def _fissural_node(
    grid: Grid, anatomy: Anatomy, vessels: Branches, taken: list[tuple[float, float, float]], rng: np.random.Generator
) -> Patch:
    axis, step = grid.coarse_axis_mm(), COARSE_Z * grid.slice_mm
    k, j, i = np.nonzero((anatomy.fissure < 2.0) & (anatomy.lung < -8))
    pick = rng.integers(len(k))
    centre = (float(axis[i[pick]]), float(axis[j[pick]]), float(k[pick] * step))
    return _ball(grid, centre, float(rng.uniform(1.3, 2.0)), 20.0, rng, 0.05, stretch=(1.5, 1.3, 0.7))


def _scar(
    grid: Grid, anatomy: Anatomy, vessels: Branches, taken: list[tuple[float, float, float]], rng: np.random.Generator
) -> Patch:
    """A band of atelectasis near the diaphragm or the pleura, much longer than thick."""
    centre = _find_place(grid, anatomy, vessels, "pleural", 4.0, taken, rng)
    stretch = (float(rng.uniform(3.0, 6.0)), float(rng.uniform(2.0, 4.0)), 0.8)
    if rng.random() < 0.5:
        stretch = (0.8, stretch[0], stretch[1])
    return _ball(grid, centre, 1.5, float(rng.uniform(-250, 0)), rng, 0.06, stretch=stretch, lung_only=True)


def _apical_caps(grid: Grid, anatomy: Anatomy, rng: np.random.Generator) -> list[Patch]:
    """Pleural thickening over one or both apices."""
    places = lung_places(grid, anatomy, -3.0, -0.5)
    caps = []
    for side in (-1, 1):
        own = places[np.sign(places[:, 0]) == side]
        if len(own) and rng.random() < 0.7:
            top = own[np.argsort(own[:, 2])[-12:]].mean(axis=0)
            stretch = (float(rng.uniform(2.5, 4)), float(rng.uniform(2.5, 4)), 1.0)
            centre = (float(top[0]), float(top[1]), float(top[2]))
            hu = float(rng.uniform(-20, 40))
            caps.append(_ball(grid, centre, 3.0, hu, rng, 0.1, stretch=stretch, lung_only=True))
    return caps
