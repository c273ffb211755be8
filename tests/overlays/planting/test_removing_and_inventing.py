from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overlays.planting import Case, Elsewhere, centre_mm, diameter_mm, plant, speaks_of
from overlays.planting.inventing import APART_MM
from overlays.planting.places import Place, free_place, plausible
from overlays.result import AIResult
from study_configs.planting import PlannedError
from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.volume import Volume

from ..conftest import AXIAL, make_finding, make_header, make_map, make_result, make_volume

SEEDS = st.integers(0, 2**31)
THRESHOLD = 0.5


@dataclass(frozen=True)
class Lesion:
    position_mm: tuple[float, float, float] | None
    diameter_mm: float | None = 8.0


def error(kind: Literal["false_positive", "false_negative"], seed: int = 1, **more: float) -> PlannedError:
    return PlannedError("rule/case-1", "nodules", kind, seed, **more)


def mm(column: float, row: float, k: float) -> tuple[float, float, float]:
    x, y, z = geometry.apply(AXIAL, (column, row, k))
    return float(x), float(y), float(z)


def chest() -> Volume:
    """A body with two lungs in air; the lungs hold vessels, one lies left and one right in the image."""
    volume = make_volume(make_header(AXIAL, (40, 96, 128)))
    row, column = np.mgrid[0:96, 0:128]
    body = ((column - 64) / 58.0) ** 2 + ((row - 48) / 44.0) ** 2 < 1
    lungs = np.minimum(np.hypot(column - 36, row - 48), np.hypot(column - 92, row - 48)) < 20
    stored = np.where(lungs, -850, np.where(body, 40, -1000)) + 1024
    volume.stored[:] = stored
    return volume


def lungs_of(volume: Volume) -> np.ndarray:
    return volume.stored[0] == -850 + 1024


def test_that_a_missed_lesion_loses_its_findings_and_their_maps_and_only_those():
    lesion, elsewhere = mm(40, 40, 10), mm(90, 40, 30)
    findings = (make_finding("nodules-1", 0.9, lesion), make_finding("nodules-2", 0.4, elsewhere))
    zeros = np.zeros((4, 4, 4), np.float32)
    maps = tuple(make_map(zeros, AXIAL, f"m{n}", f"nodules-{n}") for n in (1, 2))
    planted = plant(make_result(findings, maps), error("false_negative"), Case([Lesion(lesion)], (chest(),), THRESHOLD))
    assert [each.score for each in planted.findings] == [0.4]
    assert [each.id for each in planted.maps] == ["nodules-1-map"]
    assert planted.findings[0].id == "nodules-1", "a gap in the numbers would give the planted error away"
    assert planted.maps[0].finding == "nodules-1"
    assert (planted.provenance.planted, planted.provenance.note) == ("rule/case-1", "false_negative")


def test_that_a_whole_case_map_cools_down_over_the_missed_lesion_and_nowhere_else():
    lesion = mm(40, 40, 10)
    warm = make_map(np.full((10, 24, 32), 0.8, np.float32), AXIAL @ np.diag([4.0, 4, 4, 1]))
    planted = plant(make_result((), (warm,)), error("false_negative"), Case([Lesion(lesion)], (chest(),), 0.5))
    (cooled,) = planted.maps
    at = np.round(geometry.apply(geometry.inverse(warm.affine), lesion)).astype(int)
    assert cooled.values[at[2], at[1], at[0]] < 0.2
    assert cooled.values[0, 23, 31] == pytest.approx(0.8, abs=0.01)
    assert cooled.provenance.origin == "edited"
    assert warm.values.min() == np.float32(0.8), "the model's own map is not touched"


def test_that_missing_what_the_model_missed_already_is_noted():
    planted = plant(make_result(), error("false_negative"), Case([Lesion(mm(40, 40, 10))], (chest(),), 0.5))
    assert "by itself" in planted.provenance.note


def test_that_nothing_can_be_missed_without_a_lesion():
    with pytest.raises(StudyProblem, match="has none"):
        plant(make_result(), error("false_negative"), Case([], (chest(),), 0.5))


def test_that_an_error_for_another_ai_is_refused():
    with pytest.raises(StudyProblem, match="nodules"):
        plant(make_result(ai="other"), error("false_positive"), Case([], (chest(),), 0.5))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_that_an_invention_is_one_new_finding_above_the_threshold_in_the_lung_away_from_all_else(seed: int):
    volume = chest()
    lesions = [Lesion(mm(36, 48, 20), 12.0)]
    before = make_result((make_finding("nodules-1", 0.8, mm(92, 48, 10)),))
    planted = plant(before, error("false_positive", seed), Case(lesions, (volume,), THRESHOLD))
    (invented,) = [each for each in planted.findings if each.provenance.planted]
    assert invented.provenance.origin == "sham"
    assert THRESHOLD < invented.score < 1
    assert len(planted.findings) == 2
    assert not any(speaks_of(invented, lesion) for lesion in lesions)
    centre = centre_mm(invented.geometry)
    assert np.linalg.norm(np.subtract(centre, mm(92, 48, 10))) > 5 + APART_MM
    column, row, k = np.round(geometry.apply(geometry.inverse(AXIAL), centre)).astype(int)
    assert lungs_of(volume)[row, column]
    assert 0 <= k < volume.header.frames
    assert sorted(each.id for each in planted.findings) == ["nodules-1", "nodules-2"]
    again = plant(before, error("false_positive", seed), Case(lesions, (volume,), THRESHOLD))
    assert again.findings == planted.findings


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_that_the_models_own_near_miss_is_raised_first_but_never_one_that_is_a_lesion(seed: int):
    lesion = mm(36, 48, 20)
    found = (make_finding("nodules-1", 0.45, lesion), make_finding("nodules-2", 0.3, mm(90, 40, 30)))
    planted = plant(make_result(found), error("false_positive", seed), Case([Lesion(lesion)], (chest(),), THRESHOLD))
    (raised,) = [each for each in planted.findings if each.provenance.planted]
    assert centre_mm(raised.geometry) == centre_mm(found[1].geometry)
    assert raised.score > THRESHOLD
    assert raised.provenance.origin == "edited"
    assert [each.id for each in planted.findings] == ["nodules-1", "nodules-2"]
    assert planted.findings[0] == raised


def test_that_a_near_miss_with_a_map_is_preferred_and_its_map_warms_with_its_score():
    found = tuple(make_finding(f"nodules-{n}", 0.4 - n / 100, mm(30 + 20 * n, 48, 20)) for n in (1, 2, 3))
    values = np.full((20, 48, 64), 0.05, np.float32)
    values[9:12, 23:26, 44:47] = 0.1
    weak = make_map(values, AXIAL @ np.diag([2.0, 2, 2, 1]), "m", "nodules-3")
    planted = plant(make_result(found, (weak,)), error("false_positive", score=0.74), Case([], (chest(),), THRESHOLD))
    (warmed,) = planted.maps
    raised = planted.findings[0]
    assert centre_mm(raised.geometry) == centre_mm(found[2].geometry)
    assert (warmed.finding, warmed.provenance.planted) == (raised.id, "rule/case-1")
    column, row, k = np.round(geometry.apply(geometry.inverse(warmed.affine), mm(90, 48, 20))).astype(int)
    assert warmed.values[k, row, column] == pytest.approx(0.05 + 2 * 0.05, rel=0.05), "twice the score"
    assert np.count_nonzero(warmed.values != weak.values) <= 27, "the background is as quiet as before"
    assert weak.values.max() == np.float32(0.1), "the model's own map is not touched"


def test_that_the_protocol_may_say_the_size_and_the_score():
    planted = plant(
        make_result(), error("false_positive", diameter_mm=9.0, score=0.83), Case([], (chest(),), THRESHOLD)
    )
    (invented,) = planted.findings
    assert (invented.score, diameter_mm(invented)) == (0.83, 9.0)


def with_map(result: AIResult) -> AIResult:
    grid = AXIAL @ np.diag([4.0, 4, 4, 1])
    values = np.zeros((10, 24, 32), np.float32)
    values[2, 12, 23] = 0.7
    return replace(result, maps=(make_map(values, grid, "m1", "nodules-1"),))


def test_that_an_invention_gets_a_map_like_the_real_ones_hot_where_it_lies():
    before = with_map(make_result((make_finding("nodules-1", 0.8, mm(92, 48, 10)),)))
    planted = plant(before, error("false_positive"), Case([], (chest(),), THRESHOLD))
    (invented,) = [each for each in planted.findings if each.provenance.planted]
    (sham,) = [each for each in planted.maps if each.provenance.planted]
    real = before.maps[0]
    assert (sham.finding, sham.provenance.origin) == (invented.id, "sham")
    assert (sham.value_range, sham.units, sham.kind, sham.label) == (
        real.value_range,
        real.units,
        real.kind,
        real.label,
    )
    assert 0.4 < sham.values.max() <= 1.0
    hottest = np.unravel_index(sham.values.argmax(), sham.values.shape)[::-1]
    away = geometry.apply(sham.affine, hottest) - np.asarray(centre_mm(invented.geometry))
    assert np.linalg.norm(away) < 8


def test_that_a_case_without_maps_takes_the_manner_of_another_case():
    like = with_map(make_result()).maps[0]
    planted = plant(
        make_result(),
        error("false_positive"),
        Case([], (chest(),), THRESHOLD, (Elsewhere(make_result((), (like,)), (chest(),)),)),
    )
    (sham,) = planted.maps
    centre = centre_mm(planted.findings[0].geometry)
    inside = geometry.apply(geometry.inverse(sham.affine), centre)
    assert inside == pytest.approx((np.array(sham.values.shape[::-1]) - 1) / 2, abs=1e-6)


def test_that_a_map_is_not_invented_for_an_ai_that_shows_none():
    planted = plant(make_result(), error("false_positive"), Case([], (chest(),), THRESHOLD))
    assert planted.maps == ()


def test_that_a_full_image_is_refused():
    everywhere = [Lesion(mm(64, 48, 20), 500.0)]
    with pytest.raises(StudyProblem, match="no free place"):
        plant(make_result(), error("false_positive"), Case(everywhere, (chest(),), THRESHOLD))


def test_that_lung_is_told_from_the_air_around_the_body():
    volume = chest()
    found = plausible(volume, 20)
    assert found.any()
    assert not (found & ~lungs_of(volume)).any()


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_that_on_a_film_a_place_is_where_it_is_bright_however_it_is_stored(photometric: str):
    header = replace(make_header(AXIAL, (1, 96, 128)), modality="DX", photometric=photometric)
    film = make_volume(header)
    row, column = np.mgrid[0:96, 0:128]
    bright = np.hypot(column - 50, row - 48) < 25
    film.stored[0] = np.where(bright == (photometric == "MONOCHROME2"), 3000, 100)
    found = plausible(film, 0)
    assert found.any()
    assert not (found & (np.hypot(column - 50, row - 48) > 31)).any()


def test_that_a_header_alone_gives_a_place_in_the_middle_half_of_the_image():
    header = make_header(AXIAL)
    centre = free_place(header, [Place((1e4, 0, 0), 1.0)], 5.0, np.random.default_rng(2))
    column, row, _ = geometry.apply(geometry.inverse(AXIAL), centre)
    assert 32 <= column <= 96
    assert 24 <= row <= 72
