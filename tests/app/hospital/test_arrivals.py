"""Exams that arrive: sent by the simulated scanner, found whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.hospital.arrivals import COMPLETE, PART, arrived
from app.hospital.scanner import Scanner, slices_of
from study_configs.problem import StudyProblem


def test_that_every_slice_arrives_in_the_scanners_order_and_the_end_is_told(small_study: Path, tmp_path: Path):
    exam, folder = small_study / "images" / "c1", tmp_path / "in" / "1"
    scanner = Scanner(exam, folder, 2000)
    scanner.start()
    assert scanner.wait(30)
    there = arrived(folder)
    assert there.is_complete
    assert [file.read_bytes() for file in there.files] == [file.read_bytes() for file in slices_of(exam)]
    assert not [file for file in there.files if "c1" in str(file)], "names say nothing of the exam"


def test_that_half_a_file_is_not_there_yet(tmp_path: Path):
    (tmp_path / f"00001.dcm{PART}").write_bytes(b"half")
    (tmp_path / "00000.dcm").write_bytes(b"whole")
    there = arrived(tmp_path)
    assert [file.name for file in there.files] == ["00000.dcm"]
    assert not there.is_complete
    (tmp_path / COMPLETE).touch()
    assert arrived(tmp_path).is_complete
    assert not arrived(tmp_path / "not there").files


def test_that_a_scan_that_was_stopped_goes_on_where_it_was(small_study: Path, tmp_path: Path):
    exam, folder = small_study / "images" / "c1", tmp_path / "in"
    slow = Scanner(exam, folder, 0.001)
    slow.start()
    slow.stop()
    assert not arrived(folder).is_complete
    first = slices_of(exam)[0]
    (folder / "00001.dcm").write_bytes(first.read_bytes())
    written = (folder / "00001.dcm").stat().st_mtime_ns
    again = Scanner(exam, folder, 2000)
    again.start()
    assert again.wait(30)
    assert arrived(folder).is_complete
    assert (folder / "00001.dcm").stat().st_mtime_ns == written, "what has come is not sent twice"


def test_that_an_exam_without_images_is_said(tmp_path: Path):
    (tmp_path / "exam").mkdir()
    (tmp_path / "exam" / "notes.txt").write_text("no image")
    scanner = Scanner(tmp_path / "exam", tmp_path / "in", 100)
    scanner.start()
    assert scanner.wait(30)
    assert isinstance(scanner.problem, StudyProblem)
    with pytest.raises(StudyProblem):
        slices_of(tmp_path / "exam")
