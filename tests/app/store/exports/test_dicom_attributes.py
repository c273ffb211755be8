"""DICOM attributes leave by name, and only those on the list."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pydicom.datadict import dictionary_VR, tag_for_keyword
from typer.testing import CliRunner

from app.cli import app
from app.store.exports.dicom_attributes import ALLOWED, allowed, write_series
from study_configs.problem import StudyProblem
from study_configs.study import Study
from viewers.dicom.scan import scan

Done = tuple[Study, Path]


@pytest.mark.parametrize(
    "name", ["PatientName", "PatientID", "StudyDate", "SeriesDescription", "InstitutionName", "kvp"]
)
def test_that_an_attribute_that_is_not_on_the_list_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(StudyProblem, match=f"{name} may not leave") as refused:
        allowed(f"Modality,{name}")
    assert all(each in refused.value.todo for each in ALLOWED)


def test_that_the_list_holds_no_name_date_time_or_free_text() -> None:
    kinds = {name: dictionary_VR(tag) for name in ALLOWED if (tag := tag_for_keyword(name)) is not None}
    assert set(kinds) == set(ALLOWED)
    machine = {"Manufacturer", "ManufacturerModelName", "ConvolutionKernel", "FilterType"}  # what a maker writes
    assert {
        name for name, kind in kinds.items() if kind in ("PN", "DA", "TM", "DT", "LO", "LT", "ST", "UT", "SH")
    } <= machine


def test_that_each_series_has_what_its_first_image_says(read_on_paper: Done, tmp_path: Path) -> None:
    study = read_on_paper[0]
    path = write_series(study, allowed("Modality, PixelSpacing,Rows,KVP"), tmp_path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = {(row["case"], row["series_uid"]): row for row in csv.DictReader(file)}
    headers = {(case.id, header.series_uid): header for case in study.cases for header in scan(case.path).series}
    assert rows.keys() == headers.keys()
    for key, header in headers.items():
        assert (rows[key]["Modality"], rows[key]["Rows"]) == (header.modality, str(header.rows))
        assert tuple(map(float, rows[key]["PixelSpacing"].split("\\"))) == pytest.approx(header.spacing_mm)
        assert int(rows[key]["images"]) == len(header.instances)


def run(*words: object) -> object:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_that_the_command_writes_every_form_and_says_what_is_wrong(read_on_paper: Done, tmp_path: Path) -> None:
    _, store = read_on_paper
    at = store.parent / "study"
    named = ("--dicom-attributes", "Modality", "--study", at)
    done = run("export", store, tmp_path / "t", "--mode", "pilot", "--format", "jsonl", *named)
    assert done.exit_code == 0, done.output
    assert {"trials.jsonl", "series.csv", "datapackage.json"} <= {each.name for each in (tmp_path / "t").iterdir()}
    assert not list((tmp_path / "t").glob("*.parquet"))
    for words, said in (
        (("--for", "spss"), "there are tables, bids, xes, imrmc, rjafroc, mrmcaov, collab-cxr"),
        (("--format", "csv,xlsx"), "there are csv, parquet, jsonl"),
        (("--allow", "everything"), "there are duplicates, missing-truth, incomplete"),
        (("--dicom-attributes", "Modality"), "needs --study"),
        (("--blinded", "--for", "bids"), "tables alone"),
    ):
        wrong = run("export", store, tmp_path / "no", "--mode", "pilot", *words)
        assert wrong.exit_code == 2
        assert said in " ".join(wrong.output.replace("│", " ").split())
    assert not (tmp_path / "no").exists()
    refused = run("export", store, tmp_path / "no", "--dicom-attributes", "PatientName", "--study", at)
    assert isinstance(refused.exception, StudyProblem)
