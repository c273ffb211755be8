"""Training patches: the targets follow the nodule through cutting and flipping."""

from __future__ import annotations

import numpy as np
import pytest

from training.patches import CELLS, PatchMaker, targets
from training.settings import PATCH
from training.volumes import Sample


def test_that_targets_peak_at_the_nodule_and_point_to_it() -> None:
    centre = np.array([[20.3, 11.8, 30.1]], np.float32)
    heat, offset, diameter, counts = targets(centre, np.array([8.0], np.float32))
    k, j, i = np.unravel_index(int(heat.argmax()), heat.shape)
    middle = np.array([i, j, k]) * 2 + 0.5
    assert middle + offset[:, k, j, i] == pytest.approx(centre[0], abs=1e-4)
    assert diameter[k, j, i] == 8.0
    assert heat[k, j, i] == 1.0
    assert 1 < counts.sum() < 30


def test_that_batches_show_the_bright_ball_where_the_heat_is() -> None:
    shape = (90, 100, 110)
    centre = np.array([52.0, 47.0, 44.0])
    k, j, i = np.indices(shape, sparse=True)
    ball = (i - centre[0]) ** 2 + (j - centre[1]) ** 2 + (k - centre[2]) ** 2 < 16
    sample = Sample(
        1, np.where(ball, 0, -900).astype(np.int16), centre[None].astype(np.float32), np.full(1, 8.0, np.float32)
    )
    batch = PatchMaker([sample], seed=4).batch(12)
    assert batch.values.shape == (12, 1, PATCH, PATCH, PATCH)
    assert batch.heat.shape == (12, 1, CELLS, CELLS, CELLS)
    seen = [n for n in range(12) if batch.heat[n].max() == 1.0]
    assert seen
    for n in seen:
        cell = np.array(np.unravel_index(int(batch.heat[n, 0].argmax()), (CELLS,) * 3)) * 2
        assert batch.values[n, 0][tuple(cell)] > 0.5


def test_that_the_same_seed_draws_the_same_batches() -> None:
    sample = Sample(
        1,
        np.random.default_rng(2).integers(-900, 100, (80, 80, 80)).astype(np.int16),
        np.full((1, 3), 40.0, np.float32),
        np.full(1, 6.0, np.float32),
    )
    first, second = (PatchMaker([sample], seed=9).batch(4) for _ in range(2))
    assert np.array_equal(first.values, second.values)
    assert np.array_equal(first.heat, second.heat)
