"""What the README tells people to write and type is right."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from pydicom.data import get_testdata_file
from typer.main import get_command

from app.cli import app
from study_configs.check import check
from study_configs.reading_order import reading_order
from study_configs.study import load_study

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```", README, re.DOTALL | re.MULTILINE)
    return [dedent(text) for _, text in found]


def test_that_the_study_of_the_readme_is_in_order(tmp_path: Path):
    cases, reference = blocks("csv")
    (protocol,) = blocks("yaml")
    for name in ("case-1", "case-2"):
        (tmp_path / "images" / name).mkdir(parents=True)
    (tmp_path / "cases.csv").write_text(cases)
    (tmp_path / "reference.csv").write_text(reference)
    (tmp_path / "protocol.yaml").write_text(protocol)
    report = check(tmp_path / "protocol.yaml")
    assert report.problems == ()
    assert [trial.case_id for trial in reading_order(load_study(tmp_path), "R1", 0).trials]


def test_that_every_file_the_readme_points_to_is_there():
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_that_the_readme_names_only_commands_there_are():
    known = set(get_command(app).commands)
    named = set(re.findall(r"readerlab (\w+)", README)) - {"demo", "run"}
    assert named <= known


def type_in(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *line.split()],
        cwd=folder,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_that_what_coordinators_and_technicians_are_told_to_type_runs(tmp_path: Path):
    told = README.partition("## For study coordinators")[2].partition("## Documents")[0]
    typed = re.findall(r"^readerlab (.*?)(?: +#.*)?$", told, re.MULTILINE)
    assert [line.split()[0] for line in typed] == ["new", "check", "desk", "shipped", "shipped", "shipped", "run"]
    for line in typed:
        if line.startswith("desk"):  # stays until it is closed; tests/test_tutorial.py sits at it
            continue
        done = type_in(tmp_path, f"{line} --reader t-1 --simulate hasty" if line.startswith("run") else line)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_that_the_study_of_the_readme_can_be_read_reported_exported_and_verified(tmp_path: Path):
    study = tmp_path / "my-study"
    for name in ("case-1", "case-2"):
        (study / "images" / name).mkdir(parents=True)
        shutil.copy(get_testdata_file("CT_small.dcm"), study / "images" / name)
    names = ("cases.csv", "reference.csv", "protocol.yaml")
    for name, text in zip(names, [*blocks("csv"), *blocks("yaml")], strict=True):
        (study / name).write_text(text, encoding="utf-8")
    typed = re.findall(r"^ *readerlab (\w+ my-study.*?)(?: #.*)?$", README, re.MULTILINE)
    first, then = (
        ["check", "plan", "run", "report", "export", "verify"],
        ["replay", "attention", "acts", "export", "seal", "sync"],
    )
    assert [line.split()[0] for line in typed] == [*first, *then]
    for line in typed[:-1]:  # there is no such database
        done = type_in(tmp_path, f"{line} --simulate hasty" if line.startswith("run") else line)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (study / "store" / "report.html").is_file()
    assert (tmp_path / "tables" / "decisions.csv").read_text("utf-8").count("simulated-hasty") == 2 * 2
    assert all((tmp_path / name).stat().st_size for name in ("reading.mp4", "seal.txt"))
