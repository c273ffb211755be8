"""Beginning a study, its schema, and bringing an older file up to date, as people type it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from study_configs.check import check
from study_configs.document import EXAMPLE, schema_text
from study_configs.problem import StudyProblem

RUNNER = CliRunner()


def _done(*arguments: object, given: str = "") -> str:
    outcome = RUNNER.invoke(app, [str(each) for each in arguments], input=given, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


@pytest.mark.parametrize(("subject", "ai"), [("nodule", "second"), ("breast", "safety_net"), ("other", "on_demand")])
def test_that_a_new_study_over_phantoms_can_be_checked_at_once(tmp_path: Path, subject: str, ai: str):
    folder = tmp_path / "my-study"
    _done("new", folder, "--yes", "--cases", 8, "--subject", subject, "--ai", ai, "--planted", 1, "--phantoms")
    assert "0 errors, 0 warnings. It can be read." in _done("check", folder)
    assert (folder / "protocol.schema.json").read_text("utf-8") == schema_text()
    assert len(list((folder / "images").iterdir())) == 8


def test_that_a_new_study_without_cases_says_what_is_to_do(tmp_path: Path):
    folder = tmp_path / "my-study"
    told = _done("new", folder, "--yes", "--cases", 4, "--ai", "none")
    assert "1. Put each case's DICOM files" in told
    assert check(folder).ok  # until images are there, only they are missing
    outcome = RUNNER.invoke(app, ["check", str(folder)])
    assert outcome.exit_code == 1
    assert "RL415" in outcome.output


def test_that_questions_are_asked_in_words_and_a_wrong_answer_is_asked_again(tmp_path: Path):
    folder = tmp_path / "asked"
    told = _done("new", folder, given="breest\nbreast\nsecond\nsplit\n6\n10\n")
    assert "There is no 'breest' here" in told
    assert "every reader reads each case once" in told
    text = (folder / "protocol.yaml").read_text("utf-8")
    assert "BI-RADS" in text
    assert "split:" in text
    assert "planned: 6" in text
    assert len((folder / "cases.csv").read_text("utf-8").splitlines()) == 11


def test_that_a_folder_with_something_in_it_is_left_alone(tmp_path: Path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("dear diary", "utf-8")
    with pytest.raises(StudyProblem, match="not empty"):
        _done("new", folder, "--yes")
    assert [each.name for each in folder.iterdir()] == ["notes.txt"]


def test_that_a_name_that_cannot_be_an_id_is_refused(tmp_path: Path):
    assert RUNNER.invoke(app, ["new", str(tmp_path / "my study"), "--yes"]).exit_code == 2


def test_that_the_schema_is_printed_or_written(tmp_path: Path):
    assert json.loads(_done("schema"))["title"] == "ReaderLab study file"
    _done("schema", "--out", tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_text("utf-8") == schema_text()


def test_that_a_file_in_the_newest_version_is_not_touched(tmp_path: Path):
    path = tmp_path / "protocol.yaml"
    path.write_text(EXAMPLE, "utf-8")
    assert "Nothing was changed" in _done("migrate", path)
    assert path.read_text("utf-8") == EXAMPLE
    assert [each.name for each in tmp_path.iterdir()] == ["protocol.yaml"]


def test_that_a_newer_file_is_told_to_need_a_newer_program(tmp_path: Path):
    path = tmp_path / "protocol.yaml"
    path.write_text(EXAMPLE.replace("readerlab: 1", "readerlab: 7"), "utf-8")
    with pytest.raises(StudyProblem, match="newer ReaderLab"):
        _done("migrate", path)
    outcome = RUNNER.invoke(app, ["check", str(path)])
    assert outcome.exit_code == 1
    assert "RL112" in outcome.output


def test_that_an_older_file_is_written_anew_and_the_old_one_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from study_configs import migrations, protocol
    from study_configs.migrations import Step, rewriting

    def renamed(data):
        return {**data, "protocol": {**data["protocol"], "mode": "trial"}}

    step = Step(1, "mode pilot is called trial.", renamed)
    monkeypatch.setattr(protocol, "LANGUAGE_VERSION", 2)
    monkeypatch.setattr(migrations, "STEPS", (step,))
    monkeypatch.setattr(rewriting.rewritten, "__defaults__", ((step,),))
    path = tmp_path / "protocol.yaml"
    path.write_text(EXAMPLE + "# a remark\n", "utf-8")
    assert step.what in _done("migrate", path)
    assert (tmp_path / "protocol.yaml.v1").read_text("utf-8") == EXAMPLE + "# a remark\n"
    changed = path.read_text("utf-8")
    assert "readerlab: 2" in changed
    assert "mode: trial" in changed
    assert changed.endswith("# a remark\n")


def test_that_pinned_files_that_change_are_refused_by_check_and_run_until_they_are_pinned_again(tmp_path: Path):
    folder = tmp_path / "my-study"
    _done("new", folder, "--yes", "--cases", 4, "--phantoms")
    _done("check", folder, "--pin")
    assert "It can be read." in _done("check", folder)
    image = next((folder / "images" / "film-02").iterdir())
    image.write_bytes(image.read_bytes() + b"\0\0")
    outcome = RUNNER.invoke(app, ["check", str(folder)])
    assert outcome.exit_code == 1
    assert "RL435 at images/film-02" in outcome.output
    run = [sys.executable, "-m", "app", "run", str(folder), "--simulate", "careful"]
    read = subprocess.run(run, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True)
    assert read.returncode == 1
    assert "RL435 at images/film-02" in read.stderr
    assert "Traceback" not in read.stderr
    _done("check", folder, "--pin")
    assert "It can be read." in _done("check", folder)
