"""CAD reports: what CAD found, what it thinks of it, and what it does not want shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from overlays.layers.layer import Layer, visible_findings
from overlays.result import AIResult, Finding, OnImage
from overlays.sources import forms
from overlays.sources.reports import cad_sr
from study_configs.problem import StudyProblem

from ..sr_making import (
    CERTAINTY,
    CT,
    LEFT,
    PROBABILITY,
    RIGHT,
    SR,
    CodeLike,
    coded,
    complaints,
    container,
    image,
    number,
    reference,
    report,
    scoord,
    scoord3d,
    words,
)

MAMMOGRAPHY, CHEST, COLON = f"{SR}50", f"{SR}65", f"{SR}69"
MASS: CodeLike = ("129788004", "SCT", "Mammographic breast mass")
CLUSTER: CodeLike = ("129769006", "SCT", "Calcification Cluster")
SINGLE: CodeLike = ("111059", "DCM", "Single Image Finding")
COMPOSITE: CodeLike = ("111015", "DCM", "Composite Feature")
INTENT: CodeLike = ("111056", "DCM", "Rendering Intent")
REQUIRED: CodeLike = ("111150", "DCM", "Presentation Required: Rendering device is expected to present")
NOT_SHOWN: CodeLike = ("111152", "DCM", "Not for Presentation: Rendering device expected not to present")
CENTRE: CodeLike = ("111010", "DCM", "Center")
OUTLINE: CodeLike = ("111041", "DCM", "Outline")
FEATURE: CodeLike = ("111011", "DCM", "Certainty of Feature")
IMAGE_LATERALITY: CodeLike = ("111027", "DCM", "Image Laterality")
LIBRARY: CodeLike = ("111028", "DCM", "Image Library")
SUMMARY: CodeLike = ("111017", "DCM", "CAD Processing and Findings Summary")
IMPRESSION: CodeLike = ("111034", "DCM", "Individual Impression/Recommendation")
DETECTIONS: CodeLike = ("111064", "DCM", "Summary of Detections")
ANALYSES: CodeLike = ("111065", "DCM", "Summary of Analyses")
SUCCEEDED: CodeLike = ("111222", "DCM", "Succeeded")
WITH: CodeLike = ("111242", "DCM", "All algorithms succeeded; with findings")
WITHOUT: CodeLike = ("111241", "DCM", "All algorithms succeeded; without findings")
VIEWS = {"1.2.3.5.1": LEFT, "1.2.3.5.2": LEFT, "1.2.3.5.3": RIGHT, "1.2.3.5.4": RIGHT}
ALGORITHM: CodeLike = ("111001", "DCM", "Algorithm Name")
VERSION: CodeLike = ("111003", "DCM", "Algorithm Version")


def intent(value: CodeLike) -> Dataset:
    return coded("HAS CONCEPT MOD", INTENT, value)


def single(
    view: int, what: CodeLike, *more: Dataset, certainty: float | None = 87, shown: CodeLike = REQUIRED
) -> Dataset:
    """A finding with its centre on the view of this number in the image library (TID 4006, 4021)."""
    centre = scoord("HAS PROPERTIES", CENTRE, "POINT", (100.5, 200.5), reference("SELECTED FROM", 1, 1, view))
    sure = () if certainty is None else (number("HAS PROPERTIES", CERTAINTY, certainty),)
    named = (words("HAS PROPERTIES", ALGORITHM, "MassFinder"), words("HAS PROPERTIES", VERSION, "7"))
    return coded("INFERRED FROM", SINGLE, what, intent(shown), *named, *sure, centre, *more)


def outline(view: int, *points: float) -> Dataset:
    return scoord("HAS PROPERTIES", OUTLINE, "POLYLINE", points, reference("SELECTED FROM", 1, 1, view))


def contained(finding: Dataset) -> Dataset:
    finding.RelationshipType = "CONTAINS"
    return finding


def composite(*singles: Dataset, what: CodeLike = MASS, certainty: float = 91, shown: CodeLike = REQUIRED) -> Dataset:
    """A mass that is seen in several views (TID 4004)."""
    type_ = coded(
        "HAS PROPERTIES",
        ("111016", "DCM", "Composite type"),
        ("111153", "DCM", "Target content items are related temporally"),
    )
    scope = coded(
        "HAS PROPERTIES",
        ("111057", "DCM", "Scope of Feature"),
        ("111158", "DCM", "Feature detected on multiple images"),
    )
    sure = number("HAS PROPERTIES", FEATURE, certainty)
    return coded("CONTAINS", COMPOSITE, what, intent(shown), type_, scope, sure, *singles)


def mammography(path: Path, *features: Dataset, summary: CodeLike = WITH, more: tuple[Dataset, ...] = ()) -> Path:
    """A whole mammography CAD report over four views (TID 4000)."""
    library = container(
        "CONTAINS",
        LIBRARY,
        *(image("CONTAINS", uid, coded("HAS ACQ CONTEXT", IMAGE_LATERALITY, side)) for uid, side in VIEWS.items()),
    )
    impression = container("INFERRED FROM", IMPRESSION, intent(REQUIRED), *features)
    root = container(
        "",
        ("111036", "DCM", "Mammography CAD Report"),
        library,
        coded("CONTAINS", SUMMARY, summary, *((impression,) if features else ())),
        coded("CONTAINS", DETECTIONS, SUCCEEDED),
        coded("CONTAINS", ANALYSES, SUCCEEDED),
        *more,
    )
    return report(path, root, MAMMOGRAPHY, tuple(VIEWS))


def read(path: Path) -> AIResult:
    (result,) = forms.read(path)
    return result


def test_that_a_mammography_report_of_these_tests_is_valid_for_others(tmp_path: Path) -> None:
    path = mammography(
        tmp_path / "cad.dcm",
        composite(single(1, MASS), single(2, MASS, outline(2, 90, 190, 110, 190, 110, 210, 90, 190))),
    )
    assert complaints(path) == []


def test_that_a_centre_lies_on_the_image_of_the_library_that_it_was_selected_from(tmp_path: Path) -> None:
    (finding,) = read(mammography(tmp_path / "cad.dcm", contained(single(3, CLUSTER)))).findings
    assert finding.label == "Calcification Cluster"
    assert finding.geometry == OnImage("point", ((100.0, 200.0),))
    assert finding.image
    assert finding.image.sop_uid == "1.2.3.5.3"
    assert finding.space
    assert finding.space.series_uid == "1.2.3.5"
    assert finding.score == pytest.approx(0.87)
    assert finding.laterality == "right"
    assert (finding.provenance.model, finding.provenance.version) == ("MassFinder", "7")


def test_that_an_outline_stands_before_the_centre(tmp_path: Path) -> None:
    path = mammography(
        tmp_path / "cad.dcm", contained(single(1, MASS, outline(1, 90, 190, 110, 190, 110, 210, 90, 190)))
    )
    (finding,) = read(path).findings
    assert finding.geometry == OnImage("polygon", ((89.5, 189.5), (109.5, 189.5), (109.5, 209.5)))


def test_that_a_centre_outside_its_outline_is_told(tmp_path: Path) -> None:
    path = mammography(tmp_path / "cad.dcm", contained(single(1, MASS, outline(1, 0, 0, 9, 0, 9, 9, 0, 0))))
    assert "centre lies outside its outline" in " ".join(read(path).remarks)


def test_that_parts_of_a_composite_feature_belong_together_and_know_its_certainty(tmp_path: Path) -> None:
    result = read(mammography(tmp_path / "cad.dcm", composite(single(1, MASS), single(2, MASS, certainty=None))))
    first, second = result.findings
    assert first.score == pytest.approx(0.87)
    assert dict(first.scores)["Mammographic breast mass: Certainty of Feature"] == pytest.approx(0.91)
    assert second.score == pytest.approx(0.91)  # its composite's, where it has none of its own
    assert first.tracking_id == second.tracking_id != ""


def test_that_a_composite_may_name_its_parts_by_reference(tmp_path: Path) -> None:
    by_reference = composite(reference("INFERRED FROM", 1, 2, 1, 2))
    result = read(mammography(tmp_path / "cad.dcm", contained(single(1, MASS, certainty=None)), by_reference))
    (finding,) = result.findings
    assert finding.score == pytest.approx(0.91)
    assert finding.said[-1].name
    assert ("part of", "Mammographic breast mass") in [(e.name, e.value) for e in finding.said]


def test_that_composites_that_rest_on_each_other_do_not_hang(tmp_path: Path) -> None:
    loop = composite(reference("INFERRED FROM", 1, 2, 1, 3), single(1, MASS))
    other = composite(reference("INFERRED FROM", 1, 2, 1, 2))
    assert len(read(mammography(tmp_path / "cad.dcm", loop, other)).findings) == 1


def _box_layer(threshold: float) -> Layer:
    return Layer("l", "", "box", "Marks", threshold=threshold)


def _ids(findings: tuple[Finding, ...]) -> list[str]:
    return [each.id for each in findings]


def test_that_a_candidate_not_for_presentation_is_kept_but_no_threshold_shows_it(tmp_path: Path) -> None:
    features = (contained(single(1, MASS)), contained(single(2, MASS, certainty=99, shown=NOT_SHOWN)))
    result = read(mammography(tmp_path / "cad.dcm", *features))
    assert [each.held_back for each in result.findings] == [False, True]
    assert _ids(visible_findings(result, _box_layer(0.0))) == ["1"]


def test_that_what_is_within_a_feature_not_for_presentation_is_held_back_too(tmp_path: Path) -> None:
    result = read(mammography(tmp_path / "cad.dcm", composite(single(1, MASS), shown=NOT_SHOWN)))
    assert result.findings[0].held_back


def test_that_the_probability_of_cancer_is_kept_beside_the_certainty(tmp_path: Path) -> None:
    path = mammography(tmp_path / "cad.dcm", contained(single(1, MASS, number("HAS PROPERTIES", PROBABILITY, 34))))
    (finding,) = read(path).findings
    assert finding.score == pytest.approx(0.87)
    assert dict(finding.scores) == {"Probability of cancer": pytest.approx(0.34)}


def test_that_a_report_without_findings_says_so(tmp_path: Path) -> None:
    result = read(mammography(tmp_path / "cad.dcm", summary=WITHOUT))
    assert result.findings == ()
    assert [each.category for each in result.assessments] == ["All algorithms succeeded; without findings"]


def test_that_a_summary_that_contradicts_the_findings_is_told(tmp_path: Path) -> None:
    result = read(mammography(tmp_path / "cad.dcm", contained(single(1, MASS)), summary=WITHOUT))
    assert "has findings, but says" in " ".join(result.remarks)


def test_that_failed_detections_are_told(tmp_path: Path) -> None:
    failed = container(
        "INFERRED FROM",
        ("111025", "DCM", "Failed Detections"),
        coded("CONTAINS", ("111022", "DCM", "Detection Performed"), CLUSTER),
    )
    more = (coded("CONTAINS", DETECTIONS, ("111223", "DCM", "Partially Succeeded"), failed),)
    remarks = " ".join(read(mammography(tmp_path / "cad.dcm", contained(single(1, MASS)), more=more)).remarks)
    assert "Failed: Calcification Cluster" in remarks
    assert "Partially Succeeded" in remarks


def test_that_assessments_of_a_side_are_read(tmp_path: Path) -> None:
    category = coded(
        "CONTAINS", ("111005", "DCM", "Assessment Category"), ("II.AC.b.4", "BI", "4 - Suspicious abnormality"),
        coded("HAS CONCEPT MOD", ("272741003", "SCT", "Laterality"), LEFT),
    )  # fmt: skip
    result = read(mammography(tmp_path / "cad.dcm", contained(single(1, MASS)), category))
    (found,) = [each for each in result.assessments if each.name == "Assessment Category"]
    assert (found.category, found.side) == ("4 - Suspicious abnormality", "left")


def test_that_a_side_that_the_image_contradicts_leaves_the_finding_out(tmp_path: Path) -> None:
    wrong = contained(single(3, MASS, coded("HAS PROPERTIES", ("272741003", "SCT", "Laterality"), LEFT)))
    result = read(mammography(tmp_path / "cad.dcm", wrong, contained(single(1, MASS))))
    assert [each.id for each in result.findings] == ["2"]
    assert "it says left, but its image shows the right" in " ".join(result.remarks)


def test_that_landmarks_are_no_findings(tmp_path: Path) -> None:
    result = read(
        mammography(
            tmp_path / "cad.dcm", contained(single(1, ("24142002", "SCT", "Nipple"))), contained(single(1, MASS))
        )
    )
    assert [each.label for each in result.findings] == ["Mammographic breast mass"]
    assert "Nipple is a landmark" in " ".join(result.remarks)


@pytest.mark.parametrize("value", [101, -1, "NaN", "inf", None])
def test_that_a_certainty_out_of_range_is_refused(tmp_path: Path, value: float | str | None) -> None:
    bad = single(1, MASS, number("HAS PROPERTIES", CERTAINTY, value), certainty=None)
    with pytest.raises(StudyProblem, match=r"Certainty of Finding|no number"):
        read(mammography(tmp_path / "cad.dcm", contained(bad)))


def chest(path: Path, *features: Dataset, sop_class: str = CHEST, title: str = "112000") -> Path:
    library = container("CONTAINS", LIBRARY, *(image("CONTAINS", f"1.2.3.5.{n}", sop_class=CT) for n in range(1, 4)))
    impression = container("INFERRED FROM", IMPRESSION, *features)
    root = container(
        "", (title, "DCM", "Chest CAD Report"), library, coded("CONTAINS", SUMMARY, WITH, impression),
        coded("CONTAINS", DETECTIONS, SUCCEEDED), coded("CONTAINS", ANALYSES, SUCCEEDED),
    )  # fmt: skip
    return report(path, root, sop_class, tuple(f"1.2.3.5.{n}" for n in range(1, 4)), CT)


NODULE: CodeLike = ("27925004", "SCT", "Nodule")
SIZE: CodeLike = ("81827009", "SCT", "Diameter")


@pytest.mark.parametrize(("sop_class", "title"), [(CHEST, "112000"), (COLON, "112220")])
def test_that_a_nodule_over_several_slices_is_read_with_its_size(tmp_path: Path, sop_class: str, title: str) -> None:
    size = number("HAS PROPERTIES", SIZE, 8.5, ("mm", "UCUM", "millimeter"))
    slices = [single(n, NODULE, outline(n, 10, 10, 20, 10, 20, 20, 10, 10), size, certainty=62) for n in (1, 2, 3)]
    path = chest(tmp_path / "cad.dcm", composite(*slices, what=NODULE), sop_class=sop_class, title=title)
    result = read(path)
    assert [each.image.sop_uid for each in result.findings if each.image] == ["1.2.3.5.1", "1.2.3.5.2", "1.2.3.5.3"]
    assert len({each.tracking_id for each in result.findings}) == 1
    assert [(e.name, e.value, e.units) for e in result.findings[0].measurements] == [("Diameter", 8.5, "mm")]
    assert complaints(path) == []


def test_that_coordinates_in_mm_stay_in_their_frame_of_reference(tmp_path: Path) -> None:
    feature = coded("CONTAINS", SINGLE, NODULE, scoord3d("HAS PROPERTIES", CENTRE, "POINT", (1.0, 2.0, 3.0)))
    (finding,) = read(chest(tmp_path / "cad.dcm", feature)).findings
    assert finding.space
    assert finding.space.frame_of_reference_uid == "1.2.3.6"
    assert finding.image is None


def test_that_a_mammography_report_with_another_title_is_refused(tmp_path: Path) -> None:
    path = report(tmp_path / "other.dcm", container("", ("18748-4", "LN", "Diagnostic imaging study")), MAMMOGRAPHY)
    with pytest.raises(StudyProblem, match="Diagnostic imaging study"):
        cad_sr.read(path)
