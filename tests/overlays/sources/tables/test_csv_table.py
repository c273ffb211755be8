"""Tables of boxes and scores are read by their columns, and what is wrong is named by line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overlays.placing.results import placed
from overlays.result import AIResult, Box, Dot, Ellipsoid, ImageRef, OnImage
from overlays.sources.forms import read
from overlays.sources.refusals import NotAResult
from overlays.sources.tables import csv_table
from study_configs.problem import StudyProblem


def table(folder: Path, text: str) -> tuple[AIResult, ...]:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return read(folder / "t.csv")


def test_that_a_box_in_pixels_lies_on_its_image(tmp_path: Path):
    (result,) = table(tmp_path, "sop_uid,frame,x,y,width,height,label,score\n1.2.3,2,10,20,5,6,mass,0.5\n")
    (finding,) = result.findings
    assert finding.image == ImageRef("1.2.3", 2)
    assert finding.geometry == OnImage("box", ((9.5, 19.5), (14.5, 25.5)))
    assert (finding.label, finding.score) == ("mass", 0.5)


def test_that_a_table_as_luna16_has_them_is_read(tmp_path: Path):
    text = "seriesuid,coordX,coordY,coordZ,probability\n1.2.3,-61.2,14,-182.5,0.87\n1.2.3,1,2,3,0.1\n1.2.4,1,2,3,0.2\n"
    first, second = table(tmp_path, text)
    assert (first.series_uid, second.series_uid) == ("1.2.3", "1.2.4")
    assert first.findings[0].geometry == Dot((-61.2, 14, -182.5))
    assert [each.score for each in first.findings] == [0.87, 0.1]


def test_that_places_in_mm_are_boxes_or_spheres(tmp_path: Path):
    text = "series_uid,x_mm,y_mm,z_mm,width_mm,height_mm,depth_mm,diameter_mm\n1.2,1,2,3,4,5,6,\n1.2,1,2,3,,,,8\n"
    (result,) = table(tmp_path, text)
    assert result.findings[0].geometry == Box((1, 2, 3), (4, 5, 6))
    assert result.findings[1].geometry == Ellipsoid((1, 2, 3), ((4, 0, 0), (0, 4, 0), (0, 0, 4)))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_that_scores_of_whole_cases_and_sides_are_read(tmp_path: Path, separator: str):
    text = "exam_uid,label,score,side,category\n1.2.3,malignancy,0.25,left,4A\n1.2.3,density,,both,c\n"
    (result,) = table(tmp_path, text.replace(",", separator))
    first, second = result.assessments
    assert (first.name, first.score, first.side, first.category) == ("malignancy", 0.25, "left", "4A")
    assert (second.score, second.side, second.category) == (None, "both", "c")
    assert result.references[0].exam_uid == "1.2.3"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("series_uid,score\n1.2.3,0.5\n1.2.3,nan\n", 3, "score: 'nan' is no usable number"),
        ("series_uid,score\n1.2.3,inf\n", 2, "no usable number"),
        ("series_uid,score\n1.2.3,1.5\n", 2, "not between 0 and 1"),
        ("series_uid,score\n1.2.3,-0.1\n", 2, "not between 0 and 1"),
        ('series_uid,score\n1.2.3,"0,5"\n', 2, "decimal comma"),
        ("series_uid;score\n1.2.3;0,5\n", 2, "decimal comma"),
        ("series_uid,score\n1.2.3,0,5\n", 2, "3 cells"),
        ("series_uid,score\n,0.5\n", 2, "ties it to images"),
        ("series_uid,score\n1.2.x,0.5\n", 2, "no DICOM UID"),
        ("series_uid,label,score\n1.2.3,mass,\n", 2, "no place, no score"),
        ("series_uid,x,y,width,height,score\n1.2.3,1,2,3,4,.5\n", 2, "needs the image"),
        ("sop_uid,x,y,width,height\n1.2.3,1,2,0,4\n", 2, "no length"),
        ("sop_uid,x,y,width,height\n1.2.3,1,,3,4\n", 2, "Column y: it is empty"),
        ("sop_uid,x_mm,y_mm,z_mm\n1.2.3,1,2,3\n", 2, "needs the series"),
        ("seriesuid,coordX,coordY,coordZ\n1.2.3,1,zwei,3\n", 2, "Column coordY: 'zwei'"),
        ("sop_uid,x,y,width,heigth\n1.2.3,1,2,3,4\n", 1, "heigth: there is no such column; is it height"),
        ("sop_uid,score,score\n1.2.3,1,1\n", 1, "twice"),
        ("series_uid,id,score\n1.2,a,0.5\n1.2,a,0.6\n", 3, "stands in line 2 too"),
        ("label,score\nmass,0.5\n", 1, "which images"),
        ("sop_uid,side,score\n1.2,up,0.5\n", 2, "no side"),
        ("sop_uid,frame,score\n1.2,1.5,0.5\n", 2, "no number of a frame"),
        ('sop_uid,score\n1.2,"0.5\n', 2, "damaged"),
    ],
)
def test_that_what_is_wrong_is_named_by_line_and_column(tmp_path: Path, text: str, line: int, said: str):
    with pytest.raises(StudyProblem) as refused:
        table(tmp_path, text)
    assert said in refused.value.what
    assert refused.value.where.endswith(f"t.csv:{line}")


def test_that_scores_of_other_cases_never_come_to_this_one(tmp_path: Path, header):
    rows = ("1.2,,,.1", "9.9,,,.9", ",1.2.3,,.2", ",9.9.9,,.8", ",,1.2.3.0,.3", ",,9.9.9.9,.7")
    results = table(tmp_path, "exam_uid,series_uid,sop_uid,score\n" + "\n".join(rows))
    after = [placed(each, [header]) for each in results]
    assert [each.score for one in after for each in one.result.assessments] == [0.1, 0.2, 0.3]
    assert [len(each.refusals) for each in after] == [0, 1, 0, 1, 0, 1]


def test_that_columns_of_others_are_left_out_and_told(tmp_path: Path):
    (result,) = table(tmp_path, "sop_uid,score,hospital,scanner\n1.2,0.5,North,X\n")
    assert result.remarks == ("Columns that are not read: hospital, scanner.",)


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "name,age,city\nx,1,y\n", "Dear all, see below.\n"])
def test_that_any_other_table_is_no_result(tmp_path: Path, text: str):
    with pytest.raises(NotAResult):
        table(tmp_path, text)


def test_that_what_is_written_is_read_again(tmp_path: Path):
    text = (
        "series_uid,sop_uid,frame,id,label,score,side,x,y,width,height,x_mm,y_mm,z_mm,diameter_mm\n"
        "1.2,1.2.3,0,a,mass,0.5,left,10,20,5,6,,,,\n1.2,1.2.3,,b,mass,,,10,20,,,,,,\n1.2,,,c,nodule,0.25,,,,,,1,2,3,8\n"
        "1.2,,,d,malignancy,0.75,right,,,,,,,,\n"
    )
    results = table(tmp_path, text)
    csv_table.write(results, tmp_path / "again.csv")
    assert [(each.findings, each.assessments) for each in read(tmp_path / "again.csv")] == [
        (each.findings, each.assessments) for each in results
    ]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.sampled_from('abc,;\n\r"0123.\t-eE'), max_size=80))
def test_that_no_garbage_ends_in_anything_but_a_result_or_a_sentence(tmp_path: Path, garbage: str):
    try:
        table(tmp_path, "series_uid,score,label\n" + garbage)
    except StudyProblem as problem:
        assert problem.where  # noqa: PT017 either is right


def test_that_a_row_that_only_names_an_image_says_that_nothing_was_found_in_it(tmp_path: Path):
    first, second = table(tmp_path, "sop_uid,score,x,y,width,height\n1.2,0.9,1,1,5,5\n1.3,,,,,\n")
    assert [len(each.findings) for each in (first, second)] == [1, 0]
    assert second.assessments == ()
    assert second.references[0].sop_uids == ("1.3",)
