"""A file is told by what is in it, and a folder of mixed files sorts itself out."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import nibabel
import numpy as np
import pytest

from overlays.inspecting.together import inspected
from overlays.result import AIResult, Box, Finding, Provenance
from overlays.sources import forms
from overlays.sources.folder import ai_files
from overlays.sources.forms import form_of, read
from overlays.sources.own import result_file
from overlays.sources.refusals import NotAResult
from study_configs.problem import StudyProblem
from viewers.dicom.scan import scan

MODEL = Provenance("model", "nodules", "1")


def a_result(path: Path) -> None:
    finding = Finding("f", "nodule", 0.5, Box((0, 0, 0), (5, 5, 5)), MODEL)
    result_file.write(AIResult("nodules", "1.2.3", "1.9", (finding,), (), MODEL), path)


def a_volume(path: Path) -> None:
    nibabel.save(nibabel.Nifti1Image(np.zeros((2, 3, 4), np.uint8), np.eye(4)), path)


def test_that_every_form_has_a_module_that_reads_it():
    known = {*forms.DICOM.values(), forms.NIFTI, forms.NRRD, forms.META, forms.JSON, forms.TABLE}
    for form in known:
        assert callable(import_module(f"overlays.sources.{form.module}").read)


@pytest.mark.parametrize(
    ("tail", "name"),
    [
        ("66.4", "DICOM SEG"),
        ("66.7", "DICOM label map SEG"),
        ("30", "DICOM parametric map"),
        ("88.33", "DICOM SR"),
        ("88.34", "DICOM SR"),
        ("88.50", "DICOM mammography CAD SR"),
        ("88.65", "DICOM chest CAD SR"),
        ("11.1", "DICOM presentation state"),
        ("11.3", "DICOM presentation state"),
        ("481.3", "DICOM RT structure set"),
        ("7", "DICOM secondary capture"),
        ("7.4", "DICOM secondary capture"),
    ],
)
def test_that_dicom_is_told_by_its_sop_class(tail: str, name: str):
    found = forms.dicom_form(forms.STORAGE + tail)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("tail", ["2", "4.1", "1.2", "66.5", "481.2", "77.1.6", "9.1.1"])
def test_that_images_and_plans_are_no_results(tail: str):
    assert forms.dicom_form(forms.STORAGE + tail) is None
    assert forms.dicom_form("1.2.3.4") is None


def test_that_names_say_nothing_of_what_is_in_a_file(tmp_path: Path):
    a_volume(tmp_path / "a.nii")
    a_result(tmp_path / "b.json")
    shutil.move(tmp_path / "a.nii", tmp_path / "notes.txt")
    shutil.move(tmp_path / "b.json", tmp_path / "picture.png")
    assert form_of(tmp_path / "notes.txt").name == "NIfTI"
    assert read(tmp_path / "picture.png")[0].ai == "nodules"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty file"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"PK\x03\x04", "a zip archive"),
        (b"<?xml version='1.0'?>", "an XML file"),
        (b"Dear reader", "a text"),
        (bytes(range(256)), "a file of an unknown kind"),
        (gzip.compress(b"something", mtime=0), "a gzip file that holds no NIfTI"),
        (b"\x1f\x8b\x08garbage", "a gzip file that holds no NIfTI"),
    ],
)
def test_that_anything_else_is_refused_by_what_it_is(tmp_path: Path, data: bytes, said: str):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(NotAResult, match=said):
        read(tmp_path / "x")


@pytest.mark.parametrize("what", ["missing", "folder"])
def test_that_what_is_no_file_is_refused(tmp_path: Path, what: str):
    with pytest.raises(StudyProblem, match="no such file"):
        read(tmp_path if what == "folder" else tmp_path / "missing")


# --- folders ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    a_result(tmp_path / "ours.json")
    a_volume(tmp_path / "free.nii.gz")
    a_volume(tmp_path / "named.nii.gz")
    told = {"readerlab_ai": 2, "series_uid": "1.2.3", "provenance": {"origin": "model", "model": "m"}}
    (tmp_path / "named.json").write_text(json.dumps(told | {"maps": [{"file": "named.nii.gz"}]}), encoding="utf-8")
    (tmp_path / "broken.json").write_text('{"readerlab_ai": 2, "findings": 7}', encoding="utf-8")
    (tmp_path / "readme.txt").write_text("Read me.", encoding="utf-8")
    (tmp_path / "table.csv").write_text("sop_uid,score\n1.2,0.5\n", encoding="utf-8")
    return tmp_path


def test_that_a_folder_of_mixed_files_sorts_itself_out(mixed: Path):
    steps: list[tuple[int, int]] = []
    found = ai_files(mixed, lambda done, of: steps.append((done, of)))
    assert [path.name for path, _ in found.results] == ["free.nii.gz", "named.json", "ours.json", "table.csv"]
    (broken,) = found.problems
    assert broken.path.name == "broken.json"
    assert [each.path.name for each in found.left_out] == ["readme.txt"]
    assert steps[-1][0] == steps[-1][1]


def test_that_a_file_which_was_named_itself_is_refused_if_it_is_none(mixed: Path):
    found = ai_files([mixed / "readme.txt", mixed / "ours.json"])
    assert [each.what for each in found.problems] == ["This is a text, no AI result."]
    assert len(found.results) == 1


def test_that_too_many_files_are_not_read(mixed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("overlays.sources.folder.MOST_RESULTS", 1)
    found = ai_files(mixed)
    assert len(found.results) == 1
    assert any("more than 1 files" in each.what for each in found.problems)


def test_that_real_images_and_results_are_told_apart(shared: Path):
    found = ai_files(scan(shared / "derived_ai"))
    read_names = {path.name for path, _ in found.results}
    assert {"ct_seg_binary_overlap.dcm", "ct_pm_saliency_float32.dcm", "dx_tid1500_boxes_scoord.dcm"} <= read_names
    assert {each.path.name for each in found.problems} >= {"bad_seg_pixeldata_short.dcm"}


# --- inspect ---------------------------------------------------------------------------------------------------------


def test_that_inspect_tells_what_a_volume_holds(tmp_path: Path):
    values = np.array([[[0, 1], [1, 2]]], np.uint8)
    nibabel.save(nibabel.Nifti1Image(values, np.diag([2.0, 3, 4, 1])), tmp_path / "a.nii")
    report = inspected(tmp_path / "a.nii")
    assert not report.errors
    (record,) = report.as_dict()["objects"]
    (told,) = record["maps"]
    assert record["kind"] == "NIfTI"
    assert told["affine"] == [[-2, 0, 0, 0], [0, -3, 0, 0], [0, 0, 4, 0], [0, 0, 0, 1]]
    assert [(each["number"], each["voxels"]) for each in told["segments"]] == [(1, 2), (2, 1)]
    assert "voxels: segment 1 2, segment 2 1" in report.to_text()


def test_that_inspect_of_what_cannot_be_read_is_an_error(mixed: Path):
    done = subprocess.run(

        [sys.executable, "-c", "from app.cli import main; main()", "inspect", str(mixed), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert [Path(each["path"]).name for each in report["errors"]] == ["broken.json"]
    kinds = {Path(each["path"]).name: each["kind"] for each in report["objects"]}
    assert kinds["table.csv"] == "CSV"
    assert "Traceback" not in done.stderr


def test_that_inspect_places_results_over_the_images_beside_them(shared: Path):
    images = shared / "QIICR+dcmqi" / "data" / "segmentations"
    report = inspected(images)
    assert not report.errors
    by_name = {Path(str(each["path"])).name: each for each in report.objects}
    volume, segmentation = by_name["liver_seg.nrrd"], by_name["partial_overlaps.dcm"]
    assert volume["frame_of_reference"] == segmentation["frame_of_reference"] != ""
    assert any("by its grid" in each for each in volume["remarks"])
    counted = {each["label"]: each["voxels"] for one in segmentation["maps"] for each in one["segments"]}
    overlapping = by_name["partial_overlaps-1.nrrd"]["maps"][0]["segments"]
    assert [each["voxels"] for each in overlapping] == [counted["GREEN"], counted["LIGHT_BLUE"], counted["DARK_BLUE"]]


def test_that_the_examples_of_the_docs_are_right(tmp_path: Path):
    page = (Path(__file__).parents[3] / "docs" / "ai_results.md").read_text(encoding="utf-8")
    examples = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    a_volume(tmp_path / "case.nii.gz")
    np.savez_compressed(tmp_path / "case-1.map-0.npz", values=np.zeros((2, 3, 4), np.float32))
    for number, example in enumerate(examples):
        (tmp_path / f"{number}.json").write_text(example, encoding="utf-8")
        assert all(each.findings or each.maps for each in read(tmp_path / f"{number}.json"))
    assert len(examples) == 3


def test_that_the_docs_name_every_column_and_key():
    from overlays.sources.own import form
    from overlays.sources.tables.table_file import COLUMNS

    page = (Path(__file__).parents[3] / "docs" / "ai_results.md").read_text(encoding="utf-8")
    parts = (form.ResultForm, form.FindingForm, form.MapForm, form.ExampleForm)
    keys = {key for part in parts for key in part.model_fields} | set(COLUMNS)
    assert not {key for key in keys if f"`{key}" not in page and f'"{key}"' not in page}
