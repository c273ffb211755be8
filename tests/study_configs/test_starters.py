"""Starters: whatever is answered, the protocol that comes of it is sound, commented, and what was asked for."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from study_configs.check import check
from study_configs.rules import Checked, check_names, check_sense
from study_configs.shape import Report, shape
from study_configs.starters import KINDS, SUBJECTS, WAYS, Wishes, protocol_text, starter
from study_configs.yaml12 import load


@pytest.mark.parametrize(("kind", "way", "subject"), list(itertools.product(KINDS, WAYS, SUBJECTS)))
@pytest.mark.parametrize("planted", [0, 2])
def test_that_a_starter_has_neither_errors_nor_warnings(kind, way, subject, planted):
    text = protocol_text(Wishes("my-study", kind, way, subject, planted=planted))
    document = load(text.encode(), "p.yaml")
    report = Report("p.yaml", document.places, list(document.problems))
    shaped = shape(document, report)
    assert shaped.protocol is not None
    checked = Checked(shaped.protocol, shaped.data, (), {}, report)
    check_names(checked)
    check_sense(checked)
    assert report.problems == []
    assert shaped.protocol.about.id == "my-study"
    assert bool(shaped.protocol.planted) == (planted > 0 and way != "none")
    assert any(condition.shows_ai for condition in shaped.protocol.conditions.values()) == (way != "none")


def test_that_a_starter_explains_itself():
    text = protocol_text(Wishes("my-study"))
    assert text.splitlines()[0] == "# yaml-language-server: $schema=protocol.schema.json"
    assert text.count("  # ") >= 15
    assert max(len(line) for line in text.splitlines()) <= 120


def test_that_the_tables_have_a_row_for_each_case():
    files = starter(Wishes("my-study", cases=7))
    assert len(files["cases.csv"].splitlines()) == len(files["reference.csv"].splitlines()) == 8


def _begun(folder: Path, cases: int) -> Path:
    """A study folder as `readerlab new` leaves it, with room for images and AI results."""
    folder.mkdir()
    for name, text in starter(Wishes("my-study", cases=cases)).items():
        (folder / name).write_text(text, "utf-8")
    for at in range(1, cases + 1):
        (folder / "images" / f"case-{at:02d}").mkdir(parents=True)
    return folder


def test_that_a_check_of_a_study_just_begun_says_what_is_left_to_do(tmp_path: Path):
    said = check(_begun(tmp_path / "my-study", 8)).to_text()
    left = said.split("What is left to do:\n")[1].splitlines()
    assert [line.strip()[0] for line in left] == ["1", "2", "3", "4"]
    assert "8 of 8 (images/case-01" in left[0]
    assert "reference.csv" in left[1]
    assert "ai/nodules/*.json" in left[2]
    assert left[3].endswith(f"readerlab check {tmp_path / 'my-study'}")


def test_that_of_many_problems_alike_only_a_few_are_told(tmp_path: Path):
    folder = _begun(tmp_path / "my-study", 40)
    shutil.rmtree(folder / "images")
    report = check(folder)
    missing = [each for each in report.problems if each.code == "RL407"]
    assert len(missing) == 40
    said = report.to_text().split("What is left")[0]
    assert said.count("error RL407") in (3, 40)
    assert said.count("error RL407") == 40 or "37 more like this (RL407)" in said
