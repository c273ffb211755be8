"""Measurement reports of AI: what is read of them, what is left out and why, and which are refused."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path

import highdicom
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.uid import ImplicitVRLittleEndian

from overlays.result import (
    Advice,
    AIMap,
    AIResult,
    Assessment,
    Box,
    Code,
    ContourStack,
    Dot,
    Ellipse,
    Ellipsoid,
    Finding,
    Geometry,
    ImageRef,
    InSegment,
    Measured,
    OnImage,
    Polygon,
    Polyline,
    Provenance,
    Said,
    Segment,
    Space,
)
from overlays.sources import forms
from overlays.sources.refusals import NotAResult
from overlays.sources.reports import writing
from overlays.sources.reports.tree import tree_of
from overlays.sources.segment_findings import resolved
from study_configs.problem import StudyProblem
from tests.pace import within_ms
from viewers.dicom.problems import BadFile

from ..sr_making import (
    CERTAINTY,
    CT,
    FINDING,
    LATERALITY,
    LEFT,
    MEASUREMENTS,
    NODULE,
    PERCENT,
    PROBABILITY,
    REGION,
    REPORT,
    RIGHT,
    SERIES,
    SITE,
    SOURCE,
    SPACE,
    SR,
    CodeLike,
    coded,
    complaints,
    container,
    group,
    image,
    measurement_report,
    node,
    number,
    program,
    reference,
    region,
    report,
    scoord,
    scoord3d,
    words,
)

MILLIMETRE: CodeLike = ("mm", "UCUM", "millimeter")
UNITY: CodeLike = ("1", "UCUM", "no units")
MODEL = Provenance("model", "LungAid", "2.1", maker="Acme")


def read(path: Path) -> AIResult:
    (result,) = forms.read(path)
    return result


def one(path: Path, *children: object) -> Finding:
    """The finding of a report with one group that has these items."""
    (finding,) = read(measurement_report(path / "r.dcm", group(*children))).findings  # type: ignore[arg-type]
    return finding


# --- what a finding is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "points", "expected"),
    [
        ("POINT", (10.5, 20.5), OnImage("point", ((10, 20),))),
        ("MULTIPOINT", (10.5, 20.5, 1.5, 2.5), OnImage("point", ((10, 20), (1, 2)))),
        ("POLYLINE", (0.5, 0.5, 9.5, 0.5, 9.5, 9.5, 0.5, 0.5), OnImage("polygon", ((0, 0), (9, 0), (9, 9)))),
        ("POLYLINE", (0.5, 0.5, 9.5, 0.5, 9.5, 9.5), OnImage("polyline", ((0, 0), (9, 0), (9, 9)))),
        ("CIRCLE", (10.5, 10.5, 10.5, 15.5), OnImage("ellipse", ((5, 10), (15, 10), (10, 5), (10, 15)))),
        ("ELLIPSE", (0.5, 5.5, 10.5, 5.5, 5.5, 3.5, 5.5, 7.5), OnImage("ellipse", ((0, 5), (10, 5), (5, 3), (5, 7)))),
    ],
)
def test_that_a_region_is_read_in_pixels_from_their_centres(
    tmp_path: Path, shape: str, points: tuple[float, ...], expected: OnImage
) -> None:
    assert one(tmp_path, coded("CONTAINS", FINDING, NODULE), region(shape, points)).geometry == expected


@pytest.mark.parametrize(
    ("shape", "points", "expected"),
    [
        ("POINT", (1, 2, 3), Dot((1, 2, 3))),
        ("POLYGON", (0, 0, 5, 9, 0, 5, 9, 9, 5, 0, 0, 5), Polygon(((0, 0, 5), (9, 0, 5), (9, 9, 5)))),
        ("POLYLINE", (0, 0, 5, 9, 0, 5, 9, 9, 7), Polyline(((0, 0, 5), (9, 0, 5), (9, 9, 7)))),
        ("ELLIPSE", (-4, 0, 5, 4, 0, 5, 0, -2, 5, 0, 2, 5), Ellipse((0, 0, 5), ((4, 0, 0), (0, 2, 0)))),
        (
            "ELLIPSOID",
            (-4, 0, 5, 4, 0, 5, 0, -2, 5, 0, 2, 5, 0, 0, 4, 0, 0, 6),
            Ellipsoid((0, 0, 5), ((4, 0, 0), (0, 2, 0), (0, 0, 1))),
        ),
    ],
)
def test_that_a_region_in_mm_lies_in_its_frame_of_reference(
    tmp_path: Path, shape: str, points: tuple[float, ...], expected: Geometry
) -> None:
    finding = one(tmp_path, scoord3d("CONTAINS", REGION, shape, points))
    assert finding.geometry == expected
    assert finding.space == Space(frame_of_reference_uid=SPACE)
    assert finding.image is None


def test_that_several_points_in_mm_are_findings_of_their_own(tmp_path: Path) -> None:
    path = measurement_report(tmp_path / "r.dcm", group(scoord3d("CONTAINS", REGION, "MULTIPOINT", (1, 2, 3, 4, 5, 6))))
    assert [(each.id, each.geometry) for each in read(path).findings] == [
        ("1.1", Dot((1, 2, 3))),
        ("1.2", Dot((4, 5, 6))),
    ]


def test_that_parallel_outlines_in_mm_are_one_volume(tmp_path: Path) -> None:
    rings = [(0, 0, z, 9, 0, z, 9, 9, z, 0, 0, z) for z in (0, 2.5, 5)]
    finding = one(tmp_path, *(scoord3d("CONTAINS", REGION, "POLYGON", ring) for ring in rings))
    assert isinstance(finding.geometry, ContourStack)
    assert finding.geometry.spacing_mm == 2.5
    assert len(finding.geometry.contours_mm) == 3


def test_that_what_is_said_of_a_finding_is_read(tmp_path: Path) -> None:
    site = coded("CONTAINS", SITE, ("39607008", "SCT", "Lung structure"), coded("HAS CONCEPT MOD", LATERALITY, LEFT))
    finding = one(
        tmp_path,
        words("HAS OBS CONTEXT", ("112039", "DCM", "Tracking Identifier"), "nodule 7"),
        coded("CONTAINS", FINDING, NODULE),
        site,
        coded("CONTAINS", ("129715009", "SCT", "Margin"), ("129742005", "SCT", "Spiculated")),
        coded("CONTAINS", ("111005", "DCM", "Assessment Category"), ("4A", "99X", "Lung-RADS 4A")),
        number("CONTAINS", PROBABILITY, 87),
        number("CONTAINS", ("410668003", "SCT", "Length"), 12.5, MILLIMETRE),
        region(ReferencedFrameNumber=3),
    )
    assert finding.label == "Nodule"
    assert finding.code == Code(*NODULE)
    assert finding.tracking_id == "nodule 7"
    assert (finding.site, finding.laterality, finding.category) == ("Lung structure", "left", "Lung-RADS 4A")
    assert finding.said == (Said("Margin", "Spiculated"),)
    assert finding.score == pytest.approx(0.87)
    assert finding.measurements == (Measured("Length", 12.5, "mm"),)
    assert finding.image == ImageRef("1.2.3.5.1", 2)
    assert finding.space == Space(series_uid=SERIES)


def test_that_several_scores_are_kept_by_name_the_certainty_of_the_finding_first(tmp_path: Path) -> None:
    private: CodeLike = ("p1", "99X", "Malignancy probability")
    scores = (
        number("CONTAINS", PROBABILITY, 40),
        number("CONTAINS", private, 0.25, UNITY),
        number("CONTAINS", CERTAINTY, 90),
    )
    finding = one(tmp_path, *scores, region())
    assert finding.score == pytest.approx(0.9)
    assert finding.scores == (("Probability of cancer", pytest.approx(0.4)), ("Malignancy probability", 0.25))


def test_that_a_calcium_score_is_a_measurement(tmp_path: Path) -> None:
    finding = one(tmp_path, number("CONTAINS", ("112058", "DCM", "Calcium score"), 412, UNITY), region())
    assert finding.score is None
    assert finding.measurements == (Measured("Calcium score", 412, ""),)


def test_that_a_number_without_region_is_an_assessment_of_the_case(tmp_path: Path) -> None:
    path = measurement_report(
        tmp_path / "r.dcm",
        group(coded("CONTAINS", FINDING, ("36118008", "SCT", "Pneumothorax")), number("CONTAINS", CERTAINTY, 5)),
        group(words("CONTAINS", ("121106", "DCM", "Comment"), "Compare with the prior.")),
    )
    result = read(path)
    assert [(each.name, each.score) for each in result.assessments] == [("Pneumothorax", pytest.approx(0.05))]
    assert [each.text for each in result.advice] == ["Compare with the prior."]
    assert result.findings == ()


def test_that_an_evaluation_of_one_image_stays_on_it(tmp_path: Path) -> None:
    quality = coded("CONTAINS", ("363679005", "99X", "Quality"), ("poor", "99X", "Poor"))
    result = read(measurement_report(tmp_path / "r.dcm", group(image("CONTAINS", "1.2.3.5.1", name=SOURCE), quality)))
    (found,) = result.assessments
    assert (found.name, found.category, found.image) == ("Quality", "Poor", ImageRef("1.2.3.5.1"))


def test_that_provenance_names_the_device_and_when(tmp_path: Path) -> None:
    more = (
        coded("HAS OBS CONTEXT", ("121005", "DCM", "Observer Type"), ("121007", "DCM", "Device")),
        words("HAS OBS CONTEXT", ("121013", "DCM", "Device Observer Name"), "nodule-ai"),
    )
    result = read(measurement_report(tmp_path / "r.dcm", group(region()), more=more))
    assert result.provenance.model == "nodule-ai"
    assert result.provenance.made_at == "2026-01-02T11:00:00+00:00"
    assert (result.patient, result.references[0].series_uid) == ("P1", SERIES)


def test_that_a_person_alone_is_no_model(tmp_path: Path) -> None:
    more = (coded("HAS OBS CONTEXT", ("121005", "DCM", "Observer Type"), ("121006", "DCM", "Person")),)
    result = read(measurement_report(tmp_path / "r.dcm", group(region()), more=more))
    assert result.provenance.origin == "human_written"
    assert "a person observed this" in " ".join(result.remarks)


# --- what is left out, and refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (scoord("CONTAINS", REGION, "POINT", (1.0, 2.0)), "names no image"),
        (region("CIRCLE", (1.0, 2.0)), "CIRCLE SCOORD of 1 points"),
        (region("SPLINE", (1.0, 2.0, 3.0, 4.0)), "SPLINE SCOORD"),
        (region("POINT", (1e9, 2.0)), "farther away than any image"),
        (scoord3d("CONTAINS", REGION, "POINT", (1, 2, 3), ""), "names no frame of reference"),
        (scoord3d("CONTAINS", REGION, "POINT", (1, 2, 1e7)), "farther away than any patient"),
        (scoord3d("CONTAINS", REGION, "ELLIPSE", (0, 0, 0, 9, 0, 0, 50, 50, 0, 60, 60, 0)), "no shape"),
        (region(uid="1.2.3.5.1", sop_class="1.2.840.10008.5.1.4.1.1.77.1.6"), "whole slide"),
    ],
)
def test_that_a_region_that_cannot_be_shown_is_left_out_with_its_reason(tmp_path: Path, bad: object, why: str) -> None:
    result = read(measurement_report(tmp_path / "r.dcm", group(bad), group(region())))  # type: ignore[arg-type]
    assert [each.id for each in result.findings] == ["2"]
    assert why in " ".join(result.remarks)


def test_that_a_side_that_its_site_contradicts_leaves_a_finding_out(tmp_path: Path) -> None:
    wrong = coded("CONTAINS", SITE, ("x", "99X", "Left breast"), coded("HAS CONCEPT MOD", LATERALITY, RIGHT))
    result = read(measurement_report(tmp_path / "r.dcm", group(wrong, region()), group(region())))
    assert [each.id for each in result.findings] == ["2"]
    assert "it says right, but its site 'Left breast' lies left" in " ".join(result.remarks)


def test_that_an_outline_that_crosses_itself_is_told(tmp_path: Path) -> None:
    bow = region("POLYLINE", (0, 0, 10, 10, 10, 0, 0, 10, 0, 0))
    assert "crosses itself" in " ".join(read(measurement_report(tmp_path / "r.dcm", group(bow))).remarks)


def test_that_images_missing_from_the_evidence_are_told(tmp_path: Path) -> None:
    result = read(measurement_report(tmp_path / "r.dcm", group(region(uid="9.9.9"))))
    assert result.findings[0].space is None
    assert "missing from the report's own list of evidence" in " ".join(result.remarks)


@pytest.mark.parametrize(
    ("value", "unit"),
    [(101, PERCENT), (1.5, UNITY), ("NaN", UNITY), (-0.1, UNITY), (0.5, MILLIMETRE), (None, UNITY)],
)
def test_that_a_score_out_of_range_refuses_the_report(
    tmp_path: Path, value: float | str | None, unit: CodeLike
) -> None:
    path = measurement_report(tmp_path / "r.dcm", group(number("CONTAINS", PROBABILITY, value, unit), region()))
    with pytest.raises(StudyProblem, match=r"Finding 1: the score 'Probability of cancer'"):
        read(path)


def test_that_a_report_of_another_kind_is_named_by_its_title(tmp_path: Path) -> None:
    root = container(
        "", ("11528-7", "LN", "Radiology Report"), words("CONTAINS", ("121073", "DCM", "Impression"), "Normal.")
    )
    with pytest.raises(StudyProblem, match=r"Radiology Report \(11528-7, LN\)"):
        forms.read(report(tmp_path / "r.dcm", root, f"{SR}22"))
    with pytest.raises(NotAResult, match="Radiology Report"):
        forms.read(report(tmp_path / "plain.dcm", root, f"{SR}11"))


def test_that_an_empty_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyProblem, match="nothing that can be shown"):
        read(measurement_report(tmp_path / "r.dcm"))


def test_that_content_without_end_is_refused(tmp_path: Path) -> None:
    deep = container("CONTAINS", MEASUREMENTS)
    for _ in range(60):
        deep = container("CONTAINS", MEASUREMENTS, deep)
    with pytest.raises(StudyProblem, match="nested deeper"):
        read(report(tmp_path / "r.dcm", container("", REPORT, deep), f"{SR}34"))


def test_that_a_region_may_stand_elsewhere_in_the_report(tmp_path: Path) -> None:
    by_reference = group(coded("CONTAINS", FINDING, NODULE), reference("CONTAINS", 1, 1, 2, 1))
    result = read(measurement_report(tmp_path / "r.dcm", by_reference, group(region())))
    assert result.findings[0].geometry == result.findings[1].geometry


def test_that_a_reference_to_nothing_is_told(tmp_path: Path) -> None:
    lost = group(reference("CONTAINS", 1, 9, 9), region())
    assert "refers to content that is not in the report" in " ".join(
        read(measurement_report(tmp_path / "r.dcm", lost)).remarks
    )


def test_that_a_tree_whose_root_is_no_container_is_refused() -> None:
    with pytest.raises(BadFile, match="titled container"):
        tree_of(node("", "TEXT", REPORT))


# --- segments -------------------------------------------------------------------------------------------------------


def _segmented(tmp_path: Path, number: int = 2) -> AIResult:
    named = image(
        "CONTAINS", "7.7", name=("121191", "DCM", "Referenced Segment"),
        sop_class="1.2.840.10008.5.1.4.1.1.66.4", ReferencedSegmentNumber=number,
    )  # fmt: skip
    return read(measurement_report(tmp_path / "r.dcm", group(coded("CONTAINS", FINDING, NODULE), named)))


def _segmentation(values: NDArray[np.uint8]) -> AIResult:
    affine = np.array([[2.0, 0, 0, -10], [0, 3.0, 0, -20], [0, 0, 5.0, -30], [0, 0, 0, 1]])
    segments = (Segment(1, "Lung"), Segment(2, "Nodule"))
    found = AIMap("map-1", "", "label", values, affine, (0, 2), "", MODEL, segments=segments)
    return AIResult("", SERIES, SPACE, (), (found,), MODEL, sop_uid="7.7")


def test_that_a_finding_in_a_segment_gets_the_box_around_its_voxels(tmp_path: Path) -> None:
    values = np.zeros((4, 5, 6), np.uint8)
    values[1:3, 2:4, 3:6] = 2
    report_, _ = resolved((_segmented(tmp_path), _segmentation(values)))
    assert report_.findings[0].geometry == Box((-2.0, -12.5, -22.5), (6.0, 6.0, 10.0))
    assert report_.findings[0].space == Space(SERIES, SPACE)


def test_that_a_finding_whose_segment_is_not_there_stays_unresolved(tmp_path: Path) -> None:
    alone = _segmented(tmp_path)
    assert alone.findings[0].geometry == InSegment("7.7", 2)
    (after,) = resolved((alone,))
    assert after == alone or after.findings == alone.findings
    with_empty, _ = resolved((alone, _segmentation(np.zeros((4, 5, 6), np.uint8))))
    assert with_empty.findings[0].geometry == InSegment("7.7", 2)


# --- writing --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def slice_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pydicom.data import get_testdata_file

    path = tmp_path_factory.mktemp("source") / "ct.dcm"
    source = dcmread(get_testdata_file("CT_small.dcm"))
    source.save_as(path)
    return path


def _result(source: Path, *shapes: Geometry, **more: object) -> AIResult:
    """A finding for each shape: those in pixels on the image, those in mm in its frame of reference."""
    header = dcmread(source, stop_before_pixels=True)
    where = ImageRef(str(header.SOPInstanceUID))
    series, frame = str(header.SeriesInstanceUID), str(header.FrameOfReferenceUID)
    findings = tuple(
        Finding(
            str(n), "nodule", 0.875, shape, MODEL,
            image=where if isinstance(shape, OnImage) else None,
            space=Space(series_uid=series) if isinstance(shape, OnImage) else Space(frame_of_reference_uid=frame),
            **more,  # type: ignore[arg-type]
        )
        for n, shape in enumerate(shapes, 1)
    )  # fmt: skip
    return AIResult("", series, "", findings, (), MODEL)


def _round(source: Path, result: AIResult) -> AIResult:
    path = source.with_name("written.dcm")
    assert writing.write(result, [source], path) == ()
    return read(path)


SHAPES: tuple[Geometry, ...] = (
    OnImage("point", ((3, 4),)),
    OnImage("polygon", ((1, 1), (20, 1), (10, 15))),
    OnImage("polyline", ((1, 1), (20, 1), (10, 15))),
    OnImage("ellipse", ((5, 20), (25, 20), (15, 15), (15, 25))),
    Dot((1, 2, 3)),
    Polygon(((0, 0, 5), (10, 0, 5), (10, 10, 5))),
    Polyline(((0, 0, 5), (10, 0, 6))),
    Ellipse((1, 1, 1), ((5, 0, 0), (0, 3, 0))),
    Ellipsoid((1, 1, 1), ((5, 0, 0), (0, 3, 0), (0, 0, 2))),
    ContourStack((((0, 0, 0), (5, 0, 0), (5, 5, 0)), ((0, 0, 2), (5, 0, 2), (5, 5, 2))), 2.0),
)


def test_that_shapes_come_back_as_they_were_written(slice_file: Path) -> None:
    back = _round(slice_file, _result(slice_file, *SHAPES))
    assert tuple(each.geometry for each in back.findings) == SHAPES
    assert all(each.score == pytest.approx(0.875, abs=1e-12) for each in back.findings)


def test_that_what_is_said_comes_back(slice_file: Path) -> None:
    given_ = _result(
        slice_file, SHAPES[0], laterality="left", site="Lung", category="4A", scores=(("texture", 0.25),),
        measurements=(Measured("diameter", 8.2, "mm"),), said=(Said("margin", "spiculated"),), tracking_id="t1",
        tracking_uid="1.2.3", code=Code(*NODULE),
    )  # fmt: skip
    (before,), (after,) = given_.findings, _round(slice_file, given_).findings
    for name in (
        "laterality",
        "site",
        "category",
        "measurements",
        "said",
        "tracking_id",
        "tracking_uid",
        "code",
        "image",
    ):
        assert getattr(after, name) == getattr(before, name), name
    assert after.scores == (("texture", pytest.approx(0.25)),)


def test_that_assessments_and_advice_come_back(slice_file: Path) -> None:
    image_ = ImageRef(str(dcmread(slice_file, stop_before_pixels=True).SOPInstanceUID))
    said = (
        Assessment("assessment-1", "malignancy", 0.75, MODEL, "BI-RADS 4", "left"),
        Assessment("assessment-2", "density", None, MODEL, "B", "", image_),
    )
    given_ = AIResult("", "", "", (), (), MODEL, assessments=said, advice=(Advice("advice-1", "Look again.", MODEL),))
    back = _round(slice_file, given_)
    known = [(each.name, each.score, each.category, each.side, each.image) for each in back.assessments]
    assert known == [("malignancy", pytest.approx(0.75), "BI-RADS 4", "left", None), ("density", None, "B", "", image_)]
    assert [each.text for each in back.advice] == ["Look again."]


def test_that_a_box_comes_back_as_the_volume_that_it_fills(slice_file: Path) -> None:
    (finding,) = _round(slice_file, _result(slice_file, Box((1, 1, 1), (4, 6, 8)))).findings
    assert isinstance(finding.geometry, ContourStack)
    points = np.array(finding.geometry.contours_mm).reshape(-1, 3)
    assert np.ptp(points[:, 0]) == 4
    assert np.ptp(points[:, 1]) == 6
    assert np.ptp(points[:, 2]) + finding.geometry.spacing_mm == 8


def test_that_others_find_no_fault_with_what_we_write(slice_file: Path) -> None:
    _round(slice_file, _result(slice_file, *SHAPES))
    assert complaints(slice_file.with_name("written.dcm")) == []


def test_that_highdicom_reads_the_same_regions(slice_file: Path) -> None:
    _round(slice_file, _result(slice_file, *SHAPES[:4], tracking_id="t"))
    theirs = highdicom.sr.srread(slice_file.with_name("written.dcm")).content.get_planar_roi_measurement_groups()
    types = [each.roi.graphic_type.value for each in theirs]
    assert types == ["POINT", "POLYLINE", "POLYLINE", "ELLIPSE"]
    assert theirs[0].roi.value.tolist() == [[3.5, 4.5]]
    assert theirs[1].get_measurements()[0].value == pytest.approx(87.5)


def test_that_dcmqi_reads_the_same_numbers(slice_file: Path) -> None:
    given_ = _result(slice_file, SHAPES[0], SHAPES[1], measurements=(Measured("diameter", 8.2, "mm"),))
    _round(slice_file, given_)
    written, out = slice_file.with_name("written.dcm"), slice_file.with_name("theirs.json")
    command = [program("tid1500reader"), "--inputDICOM", str(written), "--outputMetadata", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    theirs = json.loads(out.read_text())["Measurements"]
    assert [len(each["measurementItems"]) for each in theirs] == [2, 2]
    values = {each["quantity"]["CodeMeaning"]: float(each["value"]) for each in theirs[0]["measurementItems"]}
    assert values == {"Certainty of Finding": pytest.approx(87.5), "diameter": pytest.approx(8.2)}


def test_that_what_a_report_cannot_hold_is_told(slice_file: Path) -> None:
    outside = _result(slice_file, OnImage("point", ((-5, 3),)), OnImage("point", ((3, 3),)))
    left = writing.write(outside, [slice_file], slice_file.with_name("partly.dcm"))
    assert left == ("Finding 1 is left out: it reaches beyond its image, where a report holds no coordinates.",)


pixels = st.floats(0, 127, width=32).map(
    lambda value: math.floor(value * 8) / 8
)  # exact in 32 bits with half a pixel more


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(pixels, pixels), min_size=3, max_size=12, unique=True), st.floats(0, 1))
def test_that_any_outline_and_score_come_back(
    slice_file: Path, points: list[tuple[float, float]], score: float
) -> None:
    result = _result(slice_file, OnImage("polygon", tuple(points)))
    (finding,) = result.findings
    scored = AIResult(
        "", result.series_uid, "", (Finding("1", "n", score, finding.geometry, MODEL, finding.image),), (), MODEL
    )
    (back,) = _round(slice_file, scored).findings
    assert back.geometry == finding.geometry
    assert back.score == pytest.approx(score, abs=1e-9)


def test_that_an_unknown_image_class_is_no_obstacle(tmp_path: Path) -> None:
    assert one(tmp_path, region(sop_class=CT)).image == ImageRef("1.2.3.5.1")


@pytest.mark.parametrize(
    ("character_set", "word"),
    [
        ("ISO_IR 192", "größer 結節"),
        ("ISO_IR 100", "Knötchen"),
        (["", "ISO 2022 IR 87"], "結節"),
        ("ISO_IR 144", "узел"),
    ],
)
def test_that_words_in_any_character_set_are_read(tmp_path: Path, character_set: object, word: str) -> None:
    group_ = group(coded("CONTAINS", FINDING, ("27925004", "SCT", word)), region())
    result = read(measurement_report(tmp_path / "sr.dcm", group_, group_, SpecificCharacterSet=character_set))
    assert [each.label for each in result.findings] == [word, word]
    assert {each.code.meaning for each in result.findings if each.code} == {word}


@pytest.mark.slow
def test_that_two_thousand_groups_are_read_in_two_seconds(tmp_path: Path) -> None:
    groups = [group(coded("CONTAINS", FINDING, NODULE), region(), number("CONTAINS", PROBABILITY, 87))] * 2000
    path = measurement_report(tmp_path / "sr.dcm", *groups)
    read(path)
    with within_ms(4_000):  # 1000 on a quiet core
        assert len(read(path).findings) == 2000


def test_that_a_report_in_implicit_vr_says_the_same(tmp_path: Path) -> None:
    size = number("CONTAINS", ("81827009", "SCT", "Diameter"), 8.5, MILLIMETRE)
    spoken = group(coded("CONTAINS", FINDING, NODULE), region(), number("CONTAINS", PROBABILITY, 87), size)
    plain = measurement_report(tmp_path / "plain.dcm", spoken)
    made = dcmread(plain)
    made.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    made.save_as(tmp_path / "other.dcm", implicit_vr=True)
    assert read(tmp_path / "other.dcm").findings == read(plain).findings
