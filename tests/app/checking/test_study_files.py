"""A study is looked at as a whole: AI results first, then images; and no dry run begins without images."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from app.assembling.desk import run_dry
from app.checking.study_files import file_problems
from app.tracking.gaze import lsl
from study_configs.study import Study, load_study


@pytest.fixture
def gutted(study_copy: Path) -> Study:
    """A study that loses the files of its first case."""
    study = load_study(study_copy / "protocol.yaml")
    folder = study.cases[0].path
    shutil.rmtree(folder)
    folder.mkdir()
    return study


def _no_step(done: int, of: int, what: str) -> None:
    """Nobody watches."""


def test_that_a_sound_study_has_nothing_wrong(study_copy: Path) -> None:
    assert file_problems(load_study(study_copy / "protocol.yaml"), _no_step) == ()


def test_that_a_machine_that_cannot_receive_eye_trackers_is_told_of_where_one_is_asked_for(
    study_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    protocol = study_copy / "protocol.yaml"
    protocol.write_text(f"{protocol.read_text('utf-8').rstrip()}\ntracking: {{gaze: lsl}}\n", "utf-8")
    monkeypatch.setitem(sys.modules, "pylsl", None)
    lsl._pylsl.cache_clear()
    (problem,) = file_problems(load_study(protocol), _no_step)
    lsl._pylsl.cache_clear()
    assert (problem.code, problem.severity, problem.key) == ("RL438", "warning", "tracking.gaze")
    assert "readerlab[gaze]" in problem.what


def test_that_missing_images_are_found(gutted: Study) -> None:
    assert "RL415" in {problem.code for problem in file_problems(gutted, _no_step)}


def test_that_the_desks_dry_run_refuses_a_study_whose_images_are_gone(gutted: Study) -> None:
    wrong = run_dry(gutted, _no_step)
    assert any("RL415" in sentence for sentence in wrong)
