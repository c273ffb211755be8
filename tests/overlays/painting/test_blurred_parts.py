from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from overlays.cutting.fields import part_read
from overlays.layers.layer import Layer
from overlays.painting import fields
from overlays.painting.painter import LayerPainter
from overlays.result import AIMap
from viewers.view import Slab
from viewers.volume import Volume

from ..conftest import make_map, make_result
from .test_maps_painted import GRID, VIEW, painted, turned

HEAT = Layer("heat", "nodules", "heatmap", "Heat", threshold=0.2, colours="viridis")
SIGMA_MM = 4.0
pytestmark = pytest.mark.usefixtures("qapp")
FLIPPED = GRID @ np.array([[-1, 0, 0, 30], [0, 1, 0, 0], [0, 0, -1, 11], [0, 0, 0, 1.0]])


def noise(affine: np.ndarray = GRID, places: tuple[float, ...] = ()) -> AIMap:
    values = np.random.default_rng(5).random((12, 26, 31), np.float32)
    values[4, 3:6, 7:9] = np.nan
    return replace(make_map(values, affine), places=places)


@pytest.mark.parametrize(
    "part", [((3, 6), (2, 20), (5, 31)), ((0, 1), (0, 26), (0, 31)), ((11, 12), (25, 26), (30, 31))]
)
@pytest.mark.parametrize("places", [(), tuple(float(n * 1.5 + (n > 6)) for n in range(12))])
def test_that_a_part_is_blurred_as_in_the_whole(part, places):
    ai_map = noise(places=places)
    whole, ours = fields.smoothed(ai_map, SIGMA_MM), fields.smoothed(ai_map, SIGMA_MM, part)
    (first, last), (top, bottom), (left, right) = part
    assert np.allclose(ours.values, whole.values[first:last, top:bottom, left:right], atol=1e-6, equal_nan=True)
    corner = whole.affine @ (left, top, 0 if places else first, 1)
    assert np.allclose(ours.affine @ (0, 0, 0, 1), corner)
    assert ours.places == places[first:last]


@pytest.mark.parametrize("affine", [GRID, FLIPPED, turned(GRID, 0.3)], ids=["upright", "flipped", "turned"])
@pytest.mark.parametrize("slice_index", [2, 10, 13])
@pytest.mark.parametrize("slab", [None, Slab("maximum", 9.0)])
def test_that_a_slice_shows_the_whole_map_blurred(
    volume: Volume, affine: np.ndarray, slice_index: int, slab: Slab | None
):
    view = replace(VIEW, slice_index=slice_index, slab=slab)
    ai_map = noise(affine)
    ours = painted(LayerPainter([make_result((), (ai_map,))], [replace(HEAT, smoothing_mm=SIGMA_MM)]), volume, view)
    whole = fields.smoothed(ai_map, SIGMA_MM)
    truth = painted(LayerPainter([make_result((), (whole,))], [HEAT]), volume, view)
    assert np.abs(ours.astype(int) - truth).max() <= 2
    assert ours.any() == truth.any()


def test_that_a_slice_beside_the_map_needs_none_of_it(volume: Volume):
    far = GRID.copy()
    far[2, 3] += 5000
    assert part_read(noise(far), volume.header, 10) is None
