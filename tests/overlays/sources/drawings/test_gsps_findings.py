"""What AI drew into presentation states: shapes, labels and scores, and what lies nowhere in the image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from highdicom import UID, pr
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.data import get_testdata_file

from overlays.result import AIResult, Finding, Geometry, ImageRef, OnImage, Pixel, Provenance
from overlays.sources import forms
from overlays.sources.drawings import gsps_writing
from overlays.sources.drawings.gsps import label_of
from overlays.sources.refusals import NotAResult
from study_configs.problem import StudyProblem
from viewers.measuring.evidence import source_image

from ..sr_making import complaints

MODEL = Provenance("model", "ChestAid", "1", maker="Acme")
CT_FILE = Path(get_testdata_file("CT_small.dcm"))
SQUARE = [[10.5, 10.5], [20.5, 10.5], [20.5, 20.5], [10.5, 20.5], [10.5, 10.5]]


def state(path: Path, graphics: Sequence[pr.GraphicObject], texts: Sequence[pr.TextObject] = ()) -> Path:
    """A presentation state that draws these over a CT slice."""
    source = source_image(CT_FILE)
    layer = pr.GraphicLayer("AI", order=1)
    drawn = graphics or texts
    annotation = {"graphic_objects": list(graphics) or None, "text_objects": list(texts) or None}
    annotations = [pr.GraphicAnnotation([source], layer, **annotation)] if drawn else None
    made = pr.GrayscaleSoftcopyPresentationState(
        [source], UID(), 1, UID(), 1, "Acme", "ChestAid", "1", "0", "MARKS",
        graphic_annotations=annotations, graphic_layers=[layer] if drawn else None,
    )  # fmt: skip
    made.save_as(path)
    return path


def graphic(shape: str, points: Sequence[Sequence[float]], units: str = "PIXEL", **more: bool) -> pr.GraphicObject:
    import numpy as np

    return pr.GraphicObject(shape, np.array(points, float), units, **more)


def text(words: str, at: Pixel, units: str = "PIXEL") -> pr.TextObject:
    return pr.TextObject(words, units, anchor_point=at, anchor_point_visible=True)


def read(path: Path) -> AIResult:
    (result,) = forms.read(path)
    return result


@pytest.mark.parametrize(
    ("shape", "points", "expected"),
    [
        ("POINT", [[10.5, 20.5]], OnImage("point", ((10, 20),))),
        ("POLYLINE", SQUARE, OnImage("polygon", ((10, 10), (20, 10), (20, 20), (10, 20)))),
        ("POLYLINE", SQUARE[:3], OnImage("polyline", ((10, 10), (20, 10), (20, 20)))),
        ("CIRCLE", [[10.5, 10.5], [10.5, 15.5]], OnImage("ellipse", ((5, 10), (15, 10), (10, 5), (10, 15)))),
    ],
)
def test_that_drawings_are_read_in_pixels_from_their_centres(
    tmp_path: Path, shape: str, points: list[list[float]], expected: OnImage
) -> None:
    (finding,) = read(state(tmp_path / "s.dcm", [graphic(shape, points)])).findings
    assert finding.geometry == expected
    header = dcmread(CT_FILE, stop_before_pixels=True)
    assert finding.image == ImageRef(str(header.SOPInstanceUID))
    assert finding.space
    assert finding.space.series_uid == header.SeriesInstanceUID


def test_that_a_text_is_the_label_and_score_of_the_drawing_beside_it(tmp_path: Path) -> None:
    far = [[x + 60, y + 60] for x, y in SQUARE]
    texts = [text("Nodule 98%", (12.0, 9.0)), text("Effusion 34 %", (70.0, 70.0))]
    result = read(state(tmp_path / "s.dcm", [graphic("POLYLINE", far), graphic("POLYLINE", SQUARE)], texts))
    assert [(each.label, each.score) for each in result.findings] == [("Effusion", 0.34), ("Nodule", 0.98)]


def test_that_one_text_speaks_of_all_that_it_was_drawn_with(tmp_path: Path) -> None:
    both = [graphic("POINT", [[10.5, 10.5]]), graphic("POINT", [[50.5, 50.5]])]
    result = read(state(tmp_path / "s.dcm", both, [text("87%", (10.5, 10.5))]))
    assert [each.score for each in result.findings] == [0.87, 0.87]


def test_that_a_text_that_points_at_a_place_is_a_point(tmp_path: Path) -> None:
    (finding,) = read(state(tmp_path / "s.dcm", [], [text("Nodule", (30.5, 40.5))])).findings
    assert (finding.label, finding.score, finding.geometry) == ("Nodule", None, OnImage("point", ((30, 40),)))


def test_that_what_is_relative_to_the_screen_is_left_out(tmp_path: Path) -> None:
    drawn = [graphic("POLYLINE", [[0.1, 0.1], [0.2, 0.2]], "DISPLAY"), graphic("POINT", [[10.5, 10.5]])]
    result = read(state(tmp_path / "s.dcm", drawn))
    assert len(result.findings) == 1
    assert "relative to the screen" in " ".join(result.remarks)


def test_that_a_text_on_the_screen_is_advice(tmp_path: Path) -> None:
    box = pr.TextObject("No findings", "DISPLAY", bounding_box=(0.0, 0.0, 0.5, 0.1))
    result = read(state(tmp_path / "s.dcm", [], [box]))
    assert (result.findings, [each.text for each in result.advice]) == ((), ["No findings"])


def test_that_an_outline_that_crosses_itself_is_told(tmp_path: Path) -> None:
    bow = [[10.5, 10.5], [20.5, 20.5], [20.5, 10.5], [10.5, 20.5], [10.5, 10.5]]
    assert "crosses itself" in " ".join(read(state(tmp_path / "s.dcm", [graphic("POLYLINE", bow)])).remarks)


def test_that_a_state_without_annotations_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(NotAResult, match="without annotations"):
        read(state(tmp_path / "s.dcm", []))


@pytest.mark.parametrize(
    ("words", "label", "score"),
    [
        ("98%", "", 0.98),
        ("Ndl 98%", "Ndl", 0.98),
        ("Nodule (98 %)", "Nodule", 0.98),
        ("Mass: 7,5%", "Mass", 0.075),
        ("score 0.98", "", 0.98),
        ("Nodule, probability: 0.5", "Nodule", 0.5),
        ("Confidence 87%", "", 0.87),
        ("Stenosis 70%", "Stenosis 70%", None),
        ("LVEF 55%", "LVEF 55%", None),
        ("Nodule 120%", "Nodule 120%", None),
        ("12.5 mm", "12.5 mm", None),
        ("Nodule", "Nodule", None),
    ],
)
def test_that_percentages_are_scores_where_they_speak_of_no_quantity(
    words: str, label: str, score: float | None
) -> None:
    found = label_of(words)
    assert found.words == label
    assert found.score == (None if score is None else pytest.approx(score))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_that_any_text_is_read_without_delay(words: str) -> None:
    found = label_of(words)
    assert found.score is None or 0 <= found.score <= 1


# --- writing --------------------------------------------------------------------------------------------------------


def _result(*shapes: Geometry) -> AIResult:
    header = dcmread(CT_FILE, stop_before_pixels=True)
    where = ImageRef(str(header.SOPInstanceUID))
    findings = tuple(Finding(str(n), "nodule", 0.87, shape, MODEL, where) for n, shape in enumerate(shapes, 1))
    return AIResult("", str(header.SeriesInstanceUID), "", findings, (), MODEL)


SHAPES = (
    OnImage("point", ((3, 4),)),
    OnImage("polygon", ((1, 1), (20, 1), (10, 15))),
    OnImage("polyline", ((1, 1), (20, 1), (10, 15))),
    OnImage("ellipse", ((5, 20), (25, 20), (15, 15), (15, 25))),
)


def test_that_shapes_labels_and_scores_come_back(tmp_path: Path) -> None:
    path = tmp_path / "written.dcm"
    assert gsps_writing.write(_result(*SHAPES), [CT_FILE], path) == ()
    back = read(path)
    assert tuple(each.geometry for each in back.findings) == SHAPES
    assert {(each.label, each.score) for each in back.findings} == {("nodule", 0.87)}


def test_that_others_find_no_fault_with_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "written.dcm"
    gsps_writing.write(_result(*SHAPES), [CT_FILE], path)
    assert [line for line in complaints(path) if line.startswith("Error")] == []


def test_that_findings_on_other_images_are_told(tmp_path: Path) -> None:
    elsewhere = Finding("2", "nodule", 0.5, SHAPES[0], MODEL, ImageRef("9.9.9"))
    result = _result(SHAPES[0])
    both = AIResult("", "", "", (*result.findings, elsewhere), (), MODEL)
    assert gsps_writing.write(both, [CT_FILE], tmp_path / "w.dcm") == (
        "Finding 2 is left out: it lies on none of these images.",
    )
    with pytest.raises(StudyProblem, match="No finding lies"):
        gsps_writing.write(AIResult("", "", "", (elsewhere,), (), MODEL), [CT_FILE], tmp_path / "x.dcm")
