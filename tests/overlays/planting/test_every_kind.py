"""Every planted error in every shape and map: the same each time, marked for the log, invisible to readers."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overlays.digest import digest
from overlays.merging import merged
from overlays.planting import Case, Elsewhere, centre_mm, diameter_mm, plant
from overlays.result import (
    Advice,
    AIMap,
    AIResult,
    Assessment,
    Box,
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    Finding,
    Geometry,
    ImageRef,
    Point,
    Polygon,
    Polyline,
    Segment,
)
from study_configs.planting import PlannedError
from study_configs.problem import StudyProblem
from viewers import geometry
from viewers.volume import Volume

from ..conftest import AXIAL, MODEL, make_header, make_result, make_volume

SEEDS = st.integers(0, 2**31)
OWN: dict[str, dict[str, Any]] = {
    "false_positive": {},
    "false_negative": {},
    "shifted": {"shift_mm": 9.0},
    "resized": {"factor": 1.5},
    "score": {"score": 0.31},
    "decoupled": {},
    "category": {"scale": ("1", "2", "3", "4A", "4B", "4C", "5"), "by": 1},
    "wrong_side": {},
    "wrong_label": {"label": "lymph node"},
    "distractor": {},
    "sham": {},
}
KINDS = sorted(OWN)
MAPS = ("binary", "label", "fractional", "probability", "saliency", "parametric")
THERE = (36.0, 48.0, 20.0)  # a voxel in the lung that lies to the image's left


def planned(kind: str, seed: int = 1) -> PlannedError:
    return PlannedError("rule/case-1", "nodules", kind, seed, **OWN[kind])  # type: ignore[arg-type]


class Lesion:
    diameter_mm = 8.0

    def __init__(self, position_mm: Point) -> None:
        self.position_mm = position_mm


def mm(column: float, row: float, k: float) -> Point:
    x, y, z = geometry.apply(AXIAL, (column, row, k))
    return float(x), float(y), float(z)


def chest(series: str = "1.2.3") -> Volume:
    volume = make_volume(make_header(AXIAL, (40, 96, 128), series=series, frame=f"{series}.9"))
    row, column = np.mgrid[0:96, 0:128]
    body = ((column - 64) / 58.0) ** 2 + ((row - 48) / 44.0) ** 2 < 1
    lungs = np.minimum(np.hypot(column - 36, row - 48), np.hypot(column - 92, row - 48)) < 20
    volume.stored[:] = np.where(lungs, -850, np.where(body, 40, -1000)) + 1024
    return volume


def square(at: Point, half: float = 4.0) -> tuple[Point, ...]:
    x, y, z = at
    return ((x - half, y - half, z), (x + half, y - half, z), (x + half, y + half, z), (x - half, y + half, z))


SHAPES: dict[str, Any] = {
    "dot": Dot,
    "box": lambda at: Box(at, (8.0, 8.0, 8.0)),
    "sphere": lambda at: Ellipsoid(at, ((4.0, 0.0, 0.0), (0.0, 4.0, 0.0), (0.0, 0.0, 4.0))),
    "ellipse": lambda at: Ellipse(at, ((5.0, 0.0, 0.0), (0.0, 3.0, 0.0))),
    "polygon": lambda at: Polygon(square(at)),
    "line": lambda at: Polyline(square(at)[::2]),
    "stack": lambda at: ContourStack(tuple(square((at[0], at[1], at[2] + d)) for d in (-1.5, 0.0, 1.5)), 1.5),
}


def a_map(kind: str, at: Point, finding: str, series: str = "") -> AIMap:
    """Hot at a place, on a grid four times coarser than the images'."""
    affine = AXIAL @ np.diag([2.0, 2, 2, 1])
    k, j, i = np.indices((20, 48, 64))
    away = np.linalg.norm(geometry.apply(affine, np.stack([i, j, k], axis=-1)) - np.asarray(at), axis=-1)
    if kind in ("binary", "label"):
        values = np.where(away < 5, 1, 0).astype(np.uint8)
        return AIMap("m", "lung nodule", kind, values, affine, (0, 1), "", MODEL, finding, segments=(Segment(1, "n"),))  # type: ignore[arg-type]
    hot = np.exp(-((away / 5) ** 2))
    if kind == "fractional":
        values = np.rint(hot * 255).astype(np.uint8)
        return AIMap("m", "share", kind, values, affine, (0.0, 1.0), "", MODEL, finding, slope=1 / 255)
    return AIMap("m", "heat", kind, hot.astype(np.float32), affine, (0.0, 1.0), "", MODEL, finding)  # type: ignore[arg-type]


def a_result(shape: Geometry, ai_map: AIMap | None, series: str = "1.2.3", *, image: bool = False) -> AIResult:
    at = centre_mm(shape)
    on = ImageRef(f"{series}.20") if image else None
    found = Finding("f", "nodule", 0.82, shape, MODEL, on, laterality="right", site="right upper lobe", category="4A")
    weak = Finding("g", "nodule", 0.2, Box(mm(92, 40, 12), (6.0, 6.0, 6.0)), MODEL, category="2")
    whole = make_result((found, weak), () if ai_map is None else (ai_map,))
    case = Assessment("a", "malignancy", 0.7, MODEL, category="4A", side="right")
    advice = Advice("t", "BI-RADS 4A: nodule in the right upper lobe.", MODEL, "f")
    whole = replace(
        whole, assessments=(case,), advice=(advice,), series_uid=series, frame_of_reference_uid=f"{series}.9"
    )
    assert at == centre_mm(shape)
    return merged([whole], "nodules")


def a_case(elsewhere: AIResult) -> Case:
    return Case([Lesion(mm(*THERE))], (chest(),), 0.5, (Elsewhere(elsewhere, (chest("1.7"),)),))


def strings_of(
    value: Any,
    skip: frozenset[str] = frozenset(
        {"provenance", "references", "remarks", "patient", "sop_uid", "tracking_uid", "tracking_id", "space"}
    ),
) -> set[str]:
    """Every text in what a reader may be shown."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, (tuple, list)):
        return set().union(*(strings_of(each) for each in value)) if value else set()
    if is_dataclass(value) and not isinstance(value, type):
        return set().union(*(strings_of(getattr(value, f.name)) for f in fields(value) if f.name not in skip))
    return set()


def touched(result: AIResult) -> set[str]:
    parts = (*result.findings, *result.maps, *result.assessments, *result.advice, result)
    return {part.provenance.planted for part in parts} - {""}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_that_every_error_in_every_shape_is_the_same_each_time_and_marked(kind: str, shape: str) -> None:
    if kind == "resized" and shape == "dot":
        return
    honest = a_result(SHAPES[shape](mm(*THERE)), a_map("saliency", mm(*THERE), "f"))
    case = a_case(a_result(SHAPES[shape](mm(90, 50, 14)), a_map("saliency", mm(90, 50, 14), "f"), "1.7"))
    before = digest(honest)
    one, again = (plant(honest, planned(kind), case) for _ in range(2))
    assert digest(one) == digest(again)
    assert digest(one) != before, "an error changes what is shown"
    assert digest(honest) == before, "the AI's own result is not touched"
    assert touched(one) == {"rule/case-1"}
    assert kind in one.provenance.note
    assert [each.id for each in one.findings] == [f"nodules-{n}" for n in range(1, len(one.findings) + 1)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("map_kind", MAPS)
@pytest.mark.parametrize("of", ["f", ""])
def test_that_maps_of_every_kind_keep_their_kind_and_numbers(kind: str, map_kind: str, of: str) -> None:
    honest = a_result(SHAPES["sphere"](mm(*THERE)), a_map(map_kind, mm(*THERE), of))
    case = a_case(a_result(SHAPES["sphere"](mm(90, 50, 14)), a_map(map_kind, mm(90, 50, 14), of), "1.7"))
    planted = plant(honest, planned(kind), case)
    (before,) = honest.maps
    for after in planted.maps:
        assert (after.values.dtype, after.kind, after.value_range, after.slope) == (
            before.values.dtype,
            before.kind,
            before.value_range,
            before.slope,
        )
        assert set(np.unique(after.values)) <= {0, 1} or not after.is_label
        assert np.isfinite(after.values.astype(float)).all()
    assert {each.id.rpartition("-map")[0] for each in planted.maps} <= {"nodules", *(f.id for f in planted.findings)}


@pytest.mark.parametrize("kind", KINDS)
def test_that_no_text_that_a_reader_may_see_tells_of_it(kind: str) -> None:
    """Every text of a planted result is one that honest results have, but for what the protocol itself put in."""
    honest = a_result(SHAPES["box"](mm(*THERE)), a_map("saliency", mm(*THERE), "f"))
    other = a_result(SHAPES["box"](mm(90, 50, 14)), a_map("saliency", mm(90, 50, 14), "f"), "1.7")
    planted = plant(honest, planned(kind), a_case(other))
    known = strings_of(honest) | strings_of(other)
    said = {
        "lymph node",
        "4B",
        "left",
        "left upper lobe",
        "BI-RADS 4B: nodule in the right upper lobe.",
        "BI-RADS 4A: nodule in the left upper lobe.",
        "BI-RADS 4A: lymph node in the right upper lobe.",
    }
    ids = {f"nodules-{n}{end}" for n in range(1, 5) for end in ("", "-map")}
    assert strings_of(planted) <= known | said | ids


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS, st.sampled_from(sorted(set(SHAPES) - {"dot"})))
def test_that_a_shift_is_as_long_as_asked_in_whatever_direction_and_stays_in_the_body(seed: int, shape: str) -> None:
    honest = a_result(SHAPES[shape](mm(*THERE)), None)
    planted = plant(honest, planned("shifted", seed), a_case(honest))
    (moved,) = [each for each in planted.findings if each.provenance.planted]
    voxel = np.linalg.norm(AXIAL[:3, :3].sum(axis=1))  # shapes that lie on the grid go on lying on it
    assert np.linalg.norm(np.subtract(centre_mm(moved.geometry), mm(*THERE))) == pytest.approx(9.0, abs=voxel / 2)
    assert diameter_mm(moved) == pytest.approx(diameter_mm(honest.findings[0]))
    assert moved.provenance.origin == "shifted"
    assert [f for f in planted.findings if not f.provenance.planted] == [honest.findings[1]]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS)
def test_that_a_finding_on_one_image_stays_in_the_plane_of_that_image(seed: int) -> None:
    honest = a_result(SHAPES["polygon"](mm(*THERE)), None, image=True)
    planted = plant(honest, planned("shifted", seed), a_case(honest))
    (moved,) = [each for each in planted.findings if each.provenance.planted]
    assert {point[2] for point in moved.geometry.points_mm} == {mm(*THERE)[2]}  # type: ignore[union-attr]
    assert moved.image == honest.findings[0].image


def test_that_a_map_goes_with_its_finding() -> None:
    for map_kind in MAPS:
        for of in ("f", ""):
            honest = a_result(SHAPES["sphere"](mm(*THERE)), a_map(map_kind, mm(*THERE), of))
            planted = plant(honest, planned("shifted", 5), a_case(honest))
            (moved,) = [each for each in planted.findings if each.provenance.planted]
            (after,) = planted.maps
            hottest = np.argwhere(after.values >= 0.95 * after.values.max())[:, ::-1].mean(axis=0)
            away = geometry.apply(after.affine, hottest) - np.asarray(centre_mm(moved.geometry))
            assert np.linalg.norm(away) < 2.5, (map_kind, of)


@pytest.mark.parametrize("map_kind", MAPS)
@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_that_a_finding_is_brought_from_the_like_place_of_another_case(shape: str, map_kind: str) -> None:
    """The case has nothing but a finding at its lesion; the other one has its own in the other lung."""
    there = mm(90, 50, 14)
    honest = a_result(SHAPES[shape](mm(*THERE)), None)
    honest = replace(honest, findings=honest.findings[:1])
    other = a_result(SHAPES[shape](there), a_map(map_kind, there, "f"), "1.7")
    other = replace(other, findings=other.findings[:1])
    planted = plant(honest, planned("false_positive", 4), a_case(other))
    (brought,) = [each for each in planted.findings if each.provenance.planted]
    assert type(brought.geometry) is type(other.findings[0].geometry)
    assert np.linalg.norm(np.subtract(centre_mm(brought.geometry), there)) < 12, "the images are alike"
    assert brought.score is not None
    assert brought.score > 0.5
    (carried,) = planted.maps
    assert (carried.finding, carried.provenance.origin) == (brought.id, "sham")
    hottest = np.argwhere(carried.values >= 0.95 * carried.values.max())[:, ::-1].mean(axis=0)
    away = geometry.apply(carried.affine, hottest) - np.asarray(centre_mm(brought.geometry))
    assert np.linalg.norm(away) < 2.5
    assert not strings_of(brought) - strings_of(other) - {brought.id}


def test_that_the_other_side_is_the_mirror_image_in_place_and_words() -> None:
    honest = a_result(SHAPES["box"](mm(*THERE)), None)
    planted = plant(honest, planned("wrong_side"), a_case(honest))
    found = planted.findings[0]
    middle = (mm(0, 0, 0)[0] + mm(127, 0, 0)[0]) / 2
    assert centre_mm(found.geometry)[0] == pytest.approx(2 * middle - mm(*THERE)[0], abs=1.5)
    assert (found.laterality, found.site, planted.assessments[0].side) == ("left", "left upper lobe", "left")
    assert planted.advice[0].text == "BI-RADS 4A: nodule in the left upper lobe."


def test_that_a_category_moves_wherever_it_is_said() -> None:
    honest = a_result(SHAPES["box"](mm(*THERE)), None)
    planted = plant(honest, planned("category"), a_case(honest))
    assert [each.category for each in planted.findings] == ["4B", "2"]
    assert planted.assessments[0].category == "4B"
    assert planted.advice[0].text.startswith("BI-RADS 4B:")


def test_that_nothing_moves_beyond_the_end_of_a_scale() -> None:
    honest = a_result(SHAPES["box"](mm(*THERE)), None)
    beyond = replace(planned("category"), by=5)
    with pytest.raises(StudyProblem, match="ends there"):
        plant(honest, beyond, a_case(honest))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS)
def test_that_a_sham_looks_like_the_ai_and_knows_nothing(seed: int) -> None:
    honest = a_result(SHAPES["sphere"](mm(*THERE)), a_map("saliency", mm(*THERE), ""))
    other = a_result(SHAPES["sphere"](mm(90, 50, 14)), a_map("saliency", mm(90, 50, 14), ""), "1.7")
    planted = plant(honest, planned("sham", seed), a_case(other))
    assert len(planted.findings) == len(other.findings)
    assert {each.score for each in planted.findings} <= {each.score for each in other.findings}
    assert {each.provenance.origin for each in (*planted.findings, *planted.assessments, planted)} == {"sham"}
    assert (planted.series_uid, planted.frame_of_reference_uid) == (honest.series_uid, honest.frame_of_reference_uid)


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_planted_result_can_be_written_and_read_again(kind: str, tmp_path: Path) -> None:
    from app.advice import packed
    from overlays.sources.own import result_file

    honest = a_result(SHAPES["stack"](mm(*THERE)), a_map("label", mm(*THERE), "f"))
    case = a_case(a_result(SHAPES["stack"](mm(90, 50, 14)), a_map("label", mm(90, 50, 14), "f"), "1.7"))
    planted = plant(honest, planned(kind), case)
    result_file.write(planted, tmp_path / "x.json")
    again = result_file.read(tmp_path / "x.json")
    assert digest(again) == digest(planted)
    assert touched(again) == touched(planted)
    packed.write(planted, tmp_path / "packed")
    unpacked = packed.read(tmp_path / "packed")
    assert unpacked is not None
    assert digest(unpacked) == digest(planted)
    assert unpacked.provenance == planted.provenance
