"""RT structure sets: volumes, points and lines in mm, and what is odd about them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from overlays.result import (
    AIResult,
    ContourStack,
    Dot,
    Finding,
    Geometry,
    OnImage,
    Polygon,
    Polyline,
    Provenance,
    Space,
)
from overlays.sources import forms
from overlays.sources.drawings import structure_set_writing
from study_configs.problem import StudyProblem

from ..sr_making import complaints

CT_FILE = Path(get_testdata_file("CT_small.dcm"))
MODEL = Provenance("model", "OrganAid", "1", maker="Acme")
FRAME = str(dcmread(CT_FILE, stop_before_pixels=True).FrameOfReferenceUID)
SERIES = str(dcmread(CT_FILE, stop_before_pixels=True).SeriesInstanceUID)
Ring = tuple[tuple[float, float, float], ...]


def square(z: float, low: float = 0.0, high: float = 10.0) -> Ring:
    return (low, low, z), (high, low, z), (high, high, z), (low, high, z)


def result_of(*shapes: Geometry) -> AIResult:
    space = Space(frame_of_reference_uid=FRAME)
    findings = tuple(Finding(str(n), f"organ {n}", None, each, MODEL, space=space) for n, each in enumerate(shapes, 1))
    return AIResult("", SERIES, FRAME, findings, (), MODEL)


def written(path: Path, *shapes: Geometry) -> Path:
    structure_set_writing.write(result_of(*shapes), [CT_FILE], path)
    return path


def read(path: Path) -> AIResult:
    (result,) = forms.read(path)
    return result


def changed(path: Path, **elements: Any) -> Path:
    """A structure set of one stack of squares, with the first contour's elements changed."""
    written(path, ContourStack((square(0), square(3), square(6)), 3.0))
    made = dcmread(path)
    for keyword, value in elements.items():
        setattr(made.ROIContourSequence[0].ContourSequence[0], keyword, value)
    made.save_as(path)
    return path


def flat(ring: Sequence[Sequence[float]]) -> list[float]:
    return [value for point in ring for value in point]


SHAPES: tuple[Geometry, ...] = (
    ContourStack((square(0), square(2.5), square(5)), 2.5),
    Polygon(square(1)),
    Dot((1.0, 2.0, 3.0)),
    Polyline(((0.0, 0.0, 0.0), (5.0, 5.0, 5.0))),
)


def test_that_shapes_come_back_as_they_were_written(tmp_path: Path) -> None:
    back = read(written(tmp_path / "s.dcm", *SHAPES))
    assert tuple(each.geometry for each in back.findings) == SHAPES
    assert [each.label for each in back.findings] == ["organ 1", "organ 2", "organ 3", "organ 4"]
    assert {each.space for each in back.findings} == {Space(SERIES, FRAME)}
    assert back.remarks == ()


def test_that_others_find_no_fault_with_what_we_write(tmp_path: Path) -> None:
    assert [line for line in complaints(written(tmp_path / "s.dcm", *SHAPES)) if line.startswith("Error")] == []


def test_that_shapes_in_pixels_are_told_to_be_left_out(tmp_path: Path) -> None:
    both = result_of(SHAPES[0], OnImage("point", ((1, 1),)))
    left = structure_set_writing.write(both, [CT_FILE], tmp_path / "s.dcm")
    assert left == ("Finding 2 is left out: a structure set holds no OnImage.",)


def test_that_a_contour_within_another_stays_a_contour_of_the_same_volume(tmp_path: Path) -> None:
    rings = (square(0), square(0, 3, 6), square(3), square(3, 3, 6))
    (finding,) = read(written(tmp_path / "s.dcm", ContourStack(rings, 3.0))).findings
    assert finding.geometry == ContourStack(rings, 3.0)


def test_that_uneven_planes_are_told(tmp_path: Path) -> None:
    result = read(written(tmp_path / "s.dcm", ContourStack((square(0), square(3), square(6), square(12)), 3.0)))
    (finding,) = result.findings
    assert isinstance(finding.geometry, ContourStack)
    assert finding.geometry.spacing_mm == 3.0
    assert "3 to 6 mm apart" in " ".join(result.remarks)


@pytest.mark.parametrize(
    ("ring", "why"),
    [
        (((0, 0, 0), (10, 10, 0), (10, 0, 0), (0, 10, 0)), "without area"),
        (((0, 0, 0), (10, 12, 0), (10, 0, 0), (0, 10, 0)), "cross themselves"),
        (((0, 0, 0), (10, 0, 0), (10, 10, 8), (0, 10, 0)), "not flat"),
        (
            (
                (0, 0, 0),
                (9, 0, 0),
                (9, 9, 0),
                (4, 9, 0),
                (4, 6, 0),
                (5, 6, 0),
                (5, 5, 0),
                (4, 6, 0),
                (4, 9, 0),
                (0, 9, 0),
            ),
            "keyholes",
        ),
    ],
)
def test_that_odd_contours_are_told(tmp_path: Path, ring: Ring, why: str) -> None:
    path = changed(tmp_path / "s.dcm", ContourData=flat(ring), NumberOfContourPoints=len(ring))
    assert why in " ".join(read(path).remarks)


@pytest.mark.parametrize(
    ("elements", "why"),
    [
        ({"ContourData": [1, 2, 3, 4], "NumberOfContourPoints": 1}, "4 numbers for 1 points"),
        ({"NumberOfContourPoints": 7}, "12 numbers for 7 points"),
        ({"ContourData": [0, 0, 0, 9, 0, 0, 9, 9, 1e8], "NumberOfContourPoints": 3}, "farther away than any patient"),
    ],
)
def test_that_damaged_contours_refuse_the_file(tmp_path: Path, elements: dict[str, Any], why: str) -> None:
    with pytest.raises(StudyProblem, match=why):
        read(changed(tmp_path / "s.dcm", **elements))


def test_that_an_unknown_kind_of_contour_is_left_out(tmp_path: Path) -> None:
    result = read(changed(tmp_path / "s.dcm", ContourGeometricType="SPLINE"))
    assert "kind SPLINE is left out" in " ".join(result.remarks)
    (finding,) = result.findings
    assert isinstance(finding.geometry, ContourStack)
    assert len(finding.geometry.contours_mm) == 2


def _edited(path: Path, edit: Any) -> Path:
    written(path, *SHAPES[:2])
    made = dcmread(path)
    edit(made)
    made.save_as(path)
    return path


def _drop_frames(made: Dataset) -> None:
    del made.ReferencedFrameOfReferenceSequence
    del made.FrameOfReferenceUID
    del made.StructureSetROISequence[0].ReferencedFrameOfReferenceUID


def _repeat_number(made: Dataset) -> None:
    made.StructureSetROISequence[1].ROINumber = 1


def _observe(made: Dataset) -> None:
    made.RTROIObservationsSequence[0].RTROIInterpretedType = "GTV"
    made.StructureSetROISequence[0].ROIName = "Kidney left"
    made.StructureSetROISequence[0].ROIGenerationAlgorithm = "MANUAL"


def test_that_a_region_without_frame_of_reference_is_left_out(tmp_path: Path) -> None:
    result = read(_edited(tmp_path / "s.dcm", _drop_frames))
    assert [each.label for each in result.findings] == ["organ 2"]
    assert "'organ 1' is left out: it names no frame of reference" in " ".join(result.remarks)


def test_that_two_regions_of_one_number_refuse_the_file(tmp_path: Path) -> None:
    with pytest.raises(StudyProblem, match="Two regions have the number 1"):
        read(_edited(tmp_path / "s.dcm", _repeat_number))


def test_that_name_type_and_side_are_read(tmp_path: Path) -> None:
    first = read(_edited(tmp_path / "s.dcm", _observe)).findings[0]
    assert (first.label, first.laterality, first.provenance.origin) == ("Kidney left", "left", "human_written")
    assert ("type", "GTV") in [(each.name, each.value) for each in first.said]


hundredths = st.integers(-50_000, 50_000).map(lambda value: value / 100)


@settings(max_examples=25, deadline=None)
@given(
    hundredths,
    st.integers(10, 500).map(lambda v: v / 100),
    st.integers(2, 6),
    st.integers(1, 9000).map(lambda v: v / 100),
)
def test_that_any_even_stack_comes_back(
    tmp_path_factory: pytest.TempPathFactory, start: float, step: float, count: int, size: float
) -> None:
    rings = tuple(square(round(start + step * n, 2), 0.0, size) for n in range(count))
    path = tmp_path_factory.mktemp("stack") / "s.dcm"
    (finding,) = read(written(path, ContourStack(rings, step))).findings
    assert isinstance(finding.geometry, ContourStack)
    assert finding.geometry.contours_mm == rings
    assert finding.geometry.spacing_mm == pytest.approx(step, abs=2e-3)


def test_that_a_contour_without_points_takes_nothing_from_the_others(tmp_path: Path) -> None:
    """Templates of planning systems hold contours that somebody has yet to draw."""
    written(tmp_path / "rt.dcm", ContourStack((square(0), square(3), square(6)), 3.0))
    made = dcmread(tmp_path / "rt.dcm")
    empty = made.ROIContourSequence[0].ContourSequence[0]
    empty.ContourData, empty.NumberOfContourPoints = [], 0
    made.save_as(tmp_path / "rt.dcm")
    (finding,) = read(tmp_path / "rt.dcm").findings
    assert isinstance(finding.geometry, ContourStack)
    assert finding.geometry.contours_mm == (square(3), square(6))
    for each in made.ROIContourSequence[0].ContourSequence:
        each.ContourData, each.NumberOfContourPoints = [], 0
    made.save_as(tmp_path / "rt.dcm")
    with pytest.raises(StudyProblem, match="no contours"):
        read(tmp_path / "rt.dcm")
