"""Nodule shapes hold the volume that their diameter promises."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.phantoms.nodules import PlacedNodule, draw_nodule
from resources.phantoms.plan import Grid


@settings(max_examples=25, deadline=None)
@given(
    diameter=st.floats(4, 14),
    seed=st.integers(0, 10_000),
    at=st.tuples(st.floats(-60, 60), st.floats(-60, 60), st.floats(40, 200)),
)
def test_that_an_irregular_nodule_has_the_volume_of_its_ball(
    diameter: float, seed: int, at: tuple[float, float, float]
) -> None:
    grid = Grid(slices=300, pixel_mm=0.6)
    patches = draw_nodule(grid, PlacedNodule(at, diameter, "solid", "free"), np.random.default_rng(seed))
    volume = sum(float(p.occupancy.sum()) for p in patches) * grid.pixel_mm**2 * grid.slice_mm
    assert abs((volume / (np.pi / 6)) ** (1 / 3) - diameter) < 0.35


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_that_the_middle_of_a_nodule_is_its_centre(seed: int) -> None:
    grid = Grid(slices=300, pixel_mm=0.6)
    placed = PlacedNodule((12.3, -7.7, 101.1), 10.0, "solid", "free")
    (patch,) = draw_nodule(grid, placed, np.random.default_rng(seed))
    planes, rows, columns = (np.arange(s.start, s.stop) for s in patch.box)
    total = patch.occupancy.sum()
    found = (
        (patch.occupancy.sum((0, 1)) @ columns) / total,
        (patch.occupancy.sum((0, 2)) @ rows) / total,
        (patch.occupancy.sum((1, 2)) @ planes) / total,
    )
    off = (np.array(found) - grid.index(np.array(placed.centre_mm))) * [grid.pixel_mm, grid.pixel_mm, grid.slice_mm]
    assert np.linalg.norm(off) < 1.2  # bumps and spikes lean to one side
