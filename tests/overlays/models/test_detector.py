"""The detector finds a phantom's nodules at their place in mm, whichever way the series lies."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from overlays.models.card import demo_model_folder, load_card
from overlays.models.detector import detect
from overlays.models.session import LoadedModel
from overlays.result import AIResult, Box
from resources.phantoms.chest_ct import PhantomExam, write_series
from study_configs.problem import StudyProblem
from training.evaluate import auc, read_case
from training.settings import HELD_OUT_SEEDS
from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.volume import Volume


@pytest.fixture(scope="module")
def result(detector: LoadedModel, phantom_volume: Volume) -> AIResult:
    return detect(detector, phantom_volume, ai="nodules")


def best_near(result: AIResult, centre: NDArray[np.float64], reach_mm: float) -> float:
    """The best score within reach of a place; 0 where there is none."""
    near = [
        f.score
        for f in result.findings
        if isinstance(f.geometry, Box) and np.linalg.norm(np.subtract(f.geometry.centre_mm, centre)) <= reach_mm
    ]
    return max(near, default=0.0)


def test_that_most_nodules_of_a_phantom_are_found_where_they_are(result: AIResult, phantom: PhantomExam) -> None:
    scores = [best_near(result, np.array(n.centre_mm), max(n.diameter_mm / 2, 3.0)) for n in phantom.nodules]
    assert sum(score > 0.2 for score in scores) >= len(scores) - 1, scores


def test_that_findings_are_sorted_apart_and_down_to_the_cards_minimum(result: AIResult) -> None:
    outputs = load_card(demo_model_folder()).outputs
    scores = [f.score for f in result.findings]
    assert scores == sorted(scores, reverse=True)
    assert all(outputs.minimum_score <= score <= 1 for score in scores)
    places = np.array([f.geometry.centre_mm for f in result.findings if isinstance(f.geometry, Box)])
    gaps = np.linalg.norm(places[:, None] - places[None], axis=-1)[~np.eye(len(places), dtype=bool)]
    assert (gaps > outputs.apart_mm * 0.97).all()
    assert len({f.id for f in result.findings}) == len(scores)


def test_that_reading_twice_finds_the_same(detector: LoadedModel, phantom_volume: Volume, result: AIResult) -> None:
    again = detect(detector, phantom_volume, ai="nodules")
    assert [(f.score, f.geometry) for f in again.findings] == [(f.score, f.geometry) for f in result.findings]


def turned(volume: Volume, order: tuple[int, int, int], flips: tuple[int, ...]) -> Volume:
    """The same body stored along other axes; `order` and `flips` speak of (slice, row, column)."""
    stored = np.transpose(volume.stored, order)
    affine = volume.header.affine
    assert affine is not None
    columns = affine[:, [2 - axis for axis in order[::-1]]].copy()
    turned_affine = np.column_stack([columns, affine[:, 3]])
    for axis in flips:
        n = stored.shape[axis]
        turned_affine[:3, 3] += turned_affine[:3, 2 - axis] * (n - 1)
        turned_affine[:3, 2 - axis] *= -1
        stored = np.flip(stored, axis)
    spacing = np.linalg.norm(turned_affine[:3, :3], axis=0)
    slices, rows, columns_n = stored.shape
    instance = volume.header.instances[0]
    header = dataclasses.replace(
        volume.header,
        rows=rows,
        columns=columns_n,
        instances=(instance,) * slices,
        affine=turned_affine,
        spacing_mm=(float(spacing[1]), float(spacing[0])),
        slice_spacing_mm=float(spacing[2]),
    )
    return Volume(header, np.ascontiguousarray(stored), np.ones(slices, np.bool_))


@pytest.mark.parametrize(
    ("order", "flips"), [((0, 1, 2), (0,)), ((0, 1, 2), (1, 2)), ((1, 0, 2), (0, 2)), ((2, 0, 1), (1,))]
)
def test_that_flipped_coronal_and_sagittal_series_give_the_same_findings(
    detector: LoadedModel, phantom_volume: Volume, result: AIResult, order: tuple[int, int, int], flips: tuple[int, ...]
) -> None:
    """The cells need not fall on the same places, but strong findings stay within 2 mm."""
    other = detect(detector, turned(phantom_volume, order, flips), ai="nodules")
    for finding in [f for f in result.findings if f.score > 0.5]:
        assert isinstance(finding.geometry, Box)
        assert best_near(other, np.array(finding.geometry.centre_mm), 2.0) > 0.25


def test_that_an_oblique_series_gives_the_same_findings_turned(
    detector: LoadedModel, phantom_volume: Volume, result: AIResult
) -> None:
    angle = 0.35
    turn = np.array(
        [[1, 0, 0, 5.0], [0, np.cos(angle), -np.sin(angle), -3], [0, np.sin(angle), np.cos(angle), 9], [0, 0, 0, 1]]
    )
    header = dataclasses.replace(phantom_volume.header, affine=turn @ phantom_volume.header.grid_affine)
    other = detect(detector, Volume(header, phantom_volume.stored, phantom_volume.loaded), ai="nodules")
    assert len(other.findings) == len(result.findings)
    for ours, theirs in zip(result.findings, other.findings, strict=True):
        assert isinstance(ours.geometry, Box)
        assert isinstance(theirs.geometry, Box)
        expected = (turn @ np.append(ours.geometry.centre_mm, 1.0))[:3]
        assert theirs.geometry.centre_mm == pytest.approx(tuple(expected), abs=1e-6)


def test_that_a_series_read_from_its_files_gives_the_same_findings(
    detector: LoadedModel, phantom: PhantomExam, result: AIResult, tmp_path: Path
) -> None:
    write_series(phantom, tmp_path, case="read-back")
    (header,) = scan(tmp_path).series
    read = detect(detector, load(header), ai="nodules")
    assert [f.score for f in read.findings] == pytest.approx([f.score for f in result.findings], abs=1e-4)
    for ours, theirs in zip(result.findings, read.findings, strict=True):
        assert isinstance(ours.geometry, Box)
        assert isinstance(theirs.geometry, Box)
        assert theirs.geometry.centre_mm == pytest.approx(ours.geometry.centre_mm, abs=0.05)


def test_that_a_radiograph_is_refused(detector: LoadedModel, phantom_volume: Volume) -> None:
    header = dataclasses.replace(phantom_volume.header, modality="CR")
    with pytest.raises(StudyProblem, match="reads CT only"):
        detect(detector, Volume(header, phantom_volume.stored, phantom_volume.loaded), ai="nodules")


@pytest.mark.slow
def test_that_the_cards_area_under_the_curve_is_found_again(detector: LoadedModel) -> None:
    """On the first twelve held-out exams, so within a wide tolerance."""
    cases = [read_case(detector, seed) for seed in HELD_OUT_SEEDS[:12]]
    found = auc([c.score for c in cases if c.hits], [c.score for c in cases if not c.hits])
    assert found == pytest.approx(detector.card.performance.case_auc.value, abs=0.2)
