"""RISE maps point at the finding, lie at its place in mm, and are the same for the same seed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from overlays.models.detector import detect
from overlays.models.session import LoadedModel
from overlays.result import AIMap, Box, Finding, Polygon
from overlays.saliency.rise import CROP_CELLS, NOISE, VALUE_RANGE, draw_masks, explain
from study_configs.problem import StudyProblem
from viewers.volume import Volume


@pytest.fixture(scope="module")
def finding(detector: LoadedModel, phantom_volume: Volume) -> Finding:
    return detect(detector, phantom_volume, ai="nodules").findings[0]


@pytest.fixture(scope="module")
def saliency(detector: LoadedModel, phantom_volume: Volume, finding: Finding) -> AIMap:
    return explain(detector, phantom_volume, finding, masks=120, seed=3)


def test_that_the_map_is_hottest_in_the_findings_box(saliency: AIMap, finding: Finding) -> None:
    hottest = np.array(np.unravel_index(int(saliency.values.argmax()), saliency.values.shape))[::-1]
    place = (saliency.affine @ np.append(hottest, 1.0))[:3]
    assert isinstance(finding.geometry, Box)
    half = np.array(finding.geometry.size_mm) / 2 + 2.0  # a cell of tolerance
    assert (np.abs(place - finding.geometry.centre_mm) <= half).all()


def test_that_the_map_keeps_raw_values_and_says_how_it_was_made(saliency: AIMap, finding: Finding) -> None:
    assert saliency.values.dtype == np.float32
    assert saliency.values.shape == (CROP_CELLS,) * 3
    assert saliency.values.min() < 0
    assert saliency.values.max() > NOISE
    assert saliency.units == "log-odds"
    assert saliency.value_range == VALUE_RANGE
    assert saliency.finding == finding.id
    assert "120 masks, seed 3" in saliency.provenance.note
    assert "-1000 HU" in saliency.provenance.note


def test_that_the_same_seed_gives_the_same_map_and_progress_is_told(
    detector: LoadedModel, phantom_volume: Volume, finding: Finding
) -> None:
    told: list[tuple[int, int]] = []
    first = explain(detector, phantom_volume, finding, masks=20, seed=5, progress=lambda n, of: told.append((n, of)))
    second = explain(detector, phantom_volume, finding, masks=20, seed=5)
    other = explain(detector, phantom_volume, finding, masks=20, seed=6)
    assert np.array_equal(first.values, second.values)
    assert not np.array_equal(first.values, other.values)
    assert told[-1] == (20, 20)
    assert [n for n, _ in told] == sorted(n for n, _ in told)


def test_that_masks_are_smooth_and_show_half() -> None:
    masks = draw_masks(np.random.default_rng(1), 40, CROP_CELLS)
    assert masks.min() >= 0
    assert masks.max() <= 1
    assert float(masks.mean()) == pytest.approx(0.5, abs=0.02)
    assert float(np.abs(np.diff(masks, axis=1)).max()) < 0.35


def test_that_only_boxes_inside_the_series_are_explained(
    detector: LoadedModel, phantom_volume: Volume, finding: Finding
) -> None:
    outline = dataclasses.replace(finding, geometry=Polygon(((0, 0, 0), (1, 0, 0), (0, 1, 0))))
    far = dataclasses.replace(finding, geometry=Box((9e3, 0.0, 0.0), (5.0, 5.0, 5.0)))
    with pytest.raises(StudyProblem, match="only box findings"):
        explain(detector, phantom_volume, outline, masks=8)
    with pytest.raises(StudyProblem, match="outside this series"):
        explain(detector, phantom_volume, far, masks=8)
