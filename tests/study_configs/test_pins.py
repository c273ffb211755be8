"""Pins: after `check --pin` nothing that a protocol names changes unseen."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from study_configs.check import check
from study_configs.document import EXAMPLE
from study_configs.pins import file_differences, image_differences, pins_file, pins_of, read_pins, write_pins
from study_configs.problem import StudyProblem
from study_configs.problems import ProtocolProblems
from study_configs.study import Study, load_study


@pytest.fixture
def pinned(write_study) -> Study:
    text = EXAMPLE + "before: [ours_v1, {id: film_v1, text: Look, media: media/film.mp4}, welcome_v1]\n"
    path = write_study(text, practice=0)
    folder = path.parent
    for name in ("texts", "media"):
        (folder / name).mkdir()
    (folder / "texts" / "ours_v1.md").write_text("# Ours", "utf-8")
    (folder / "media" / "film.mp4").write_bytes(b"film")
    for case in (folder / "cases").iterdir():
        (case / "deeper").mkdir()
        (case / "1.dcm").write_bytes(case.name.encode())
        (case / "deeper" / "2.dcm").write_bytes(b"two")
    study = load_study(path)
    write_pins(study, pins_of(study))
    return study


def test_that_every_file_that_the_protocol_names_is_pinned(pinned: Study):
    pins = read_pins(pinned.path)
    assert pins is not None
    assert set(pins.files) == {
        "cases.csv", "reference.csv", "models/nodules.onnx", "texts/ours_v1.md", "media/film.mp4",
    }  # fmt: skip
    assert pins.files["cases.csv"] == hashlib.sha256((pinned.folder / "cases.csv").read_bytes()).hexdigest()
    assert {pin.files for pin in pins.images.values()} == {2}
    assert set(pins.images) == {f"cases/case-{at:02d}" for at in range(6)}


def test_that_unchanged_files_are_let_through(pinned: Study):
    assert load_study(pinned.path).sha256 == pinned.sha256
    assert image_differences(pinned) == []


@pytest.mark.parametrize("name", ["cases.csv", "reference.csv", "models/nodules.onnx", "texts/ours_v1.md"])
def test_that_a_changed_file_is_refused_by_name_with_both_digests(pinned: Study, name: str):
    file = pinned.folder / name
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(ProtocolProblems) as refused:
        load_study(pinned.path)
    (problem,) = refused.value.problems
    assert (problem.code, problem.key) == ("RL435", name)
    assert before[:16] in problem.what
    assert hashlib.sha256(file.read_bytes()).hexdigest()[:16] in problem.what
    assert "--pin" in problem.expected
    assert not check(pinned.path).ok
    assert check(pinned.path, pinned=False).ok  # to pin anew


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "1.dcm").write_bytes(b"other"),
        lambda folder: (folder / "3.dcm").write_bytes(b"one more"),
        lambda folder: (folder / "deeper" / "2.dcm").unlink(),
        lambda folder: (folder / "deeper" / "2.dcm").rename(folder / "2.dcm"),
    ],
)
def test_that_changed_images_are_refused_by_case(pinned: Study, change):
    change(pinned.folder / "cases" / "case-03")
    (problem,) = image_differences(pinned)
    assert (problem.code, problem.key) == ("RL435", "cases/case-03")


def test_that_a_case_that_was_added_is_told_apart(pinned: Study):
    pins = read_pins(pinned.path)
    assert pins is not None
    del pins.images["cases/case-05"]  # type: ignore[attr-defined]
    write_pins(pinned, pins)
    assert [(each.code, each.key) for each in image_differences(pinned)] == [("RL436", "cases/case-05")]


def test_that_images_that_were_compared_once_are_not_read_again_until_they_change(pinned: Study, tmp_path: Path):
    memory = tmp_path / "memory"
    read: list[str] = []
    assert image_differences(pinned, lambda done, of, what: read.append(what), memory) == []
    assert len(read) == 6
    assert image_differences(pinned, lambda done, of, what: read.append(what), memory) == []
    assert len(read) == 6
    file = pinned.folder / "cases" / "case-00" / "1.dcm"
    file.write_bytes(b"other")
    os.utime(file, ns=(1, 1))
    assert [each.key for each in image_differences(pinned, seen=memory)] == ["cases/case-00"]


UNREADABLE = {
    "empty": "", "a list": "[]", "cut off": "{", "without end": "[" * 100_000, "newer": json.dumps({"pins": 2}),
    "of another form": json.dumps({"pins": 1, "files": []}),
}  # fmt: skip


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_that_pins_that_cannot_be_understood_are_told_with_a_remedy(pinned: Study, text: str):
    pins_file(pinned.path).write_text(text, "utf-8")
    with pytest.raises(StudyProblem):
        read_pins(pinned.path)
    (problem,) = file_differences(pinned)
    assert problem.code == "RL437"
    assert "--pin" in problem.expected
