"""The demo study's folder: made once, exact truth, honest in its light form. Phantoms are made small here."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import demo
from study_configs.check import check
from study_configs.study import load_study


@pytest.fixture
def few_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phantoms of the fewest slices, and only two of them, made in this process."""
    monkeypatch.setattr(demo, "SLICES", 24)
    monkeypatch.setattr(demo, "PHANTOMS", demo.PHANTOMS[:2])
    monkeypatch.setattr(
        demo, "_made_phantoms", lambda images: [(c.id, demo._make_phantom(c, images / c.id)) for c in demo.PHANTOMS]
    )


@pytest.mark.slow
def test_that_the_study_is_made_once_and_its_truth_is_that_of_the_phantoms(few_slices: None, tmp_path: Path) -> None:
    steps: list[str] = []
    protocol = demo.make_study(tmp_path, lambda done, total, what: steps.append(what))
    assert steps[-1] == "the demo study"
    made = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert demo.make_study(tmp_path) == protocol
    assert {path: path.stat().st_mtime_ns for path in made} == made
    reference = (tmp_path / "reference.csv").read_text().splitlines()
    assert [line.split(",")[:2] for line in reference[1:]] == [["chest-01", "yes"], ["chest-02", "no"]]
    assert len(list((tmp_path / "images" / "chest-01").glob("*.dcm"))) == 24


def test_that_the_light_form_is_a_valid_study_with_the_same_cases() -> None:
    with demo.light_study() as path:
        report = check(path)
        study = load_study(path)
    assert report.ok, report.to_text()
    assert [case.id for case in study.cases if not case.practice] == [case.id for case in demo.PHANTOMS]
    assert {case.id for case in study.cases if case.practice} == {case.id for case in demo.CLINICAL}
    positive = {case for case, truth in study.truth.unseal().items() if truth.positive}
    assert positive == {case.id for case in demo.PHANTOMS if case.nodules}


def test_that_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Exception, match="can't be made here"):
        demo.make_study(tmp_path / "file" / "study")


def test_that_the_real_images_are_installed() -> None:
    for case in demo.CLINICAL:
        assert demo.clinical_file(case.file).is_file()
