"""`readerlab check` looks at the images too: missing ones, unreadable ones, and lesions that lie in none."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.checking.case_images import image_problems
from study_configs.study import load_study


def codes(protocol: Path) -> list[tuple[str, str]]:
    steps: list[tuple[int, int, str]] = []
    study = load_study(protocol)
    found = [(problem.code, problem.key) for problem in image_problems(study, lambda *step: steps.append(step))]
    assert [step[2] for step in steps] == [case.id for case in study.cases]
    return found


@pytest.fixture
def protocol(study_copy: Path) -> Path:
    return study_copy / "protocol.yaml"


def test_that_a_sound_study_has_no_problem(protocol: Path) -> None:
    assert codes(protocol) == []


def test_that_a_case_whose_folder_is_empty_is_named(protocol: Path) -> None:
    for file in (protocol.parent / "images" / "c1").iterdir():
        file.unlink()
    assert codes(protocol) == [("RL415", "c1")]


def test_that_a_case_without_dicom_is_named(protocol: Path) -> None:
    for file in (protocol.parent / "images" / "c1").iterdir():
        file.write_text("no image")
    assert codes(protocol) == [("RL415", "c1")]


def test_that_a_damaged_file_is_named_beside_the_sound_ones(protocol: Path) -> None:
    first, *_ = sorted((protocol.parent / "images" / "c1").iterdir())
    (first.parent / "cut.dcm").write_bytes(first.read_bytes()[:400])
    assert codes(protocol) == [("RL416", "c1")]


def test_that_a_lesion_outside_its_images_is_named(protocol: Path) -> None:
    table = protocol.parent / "reference.csv"
    lines = table.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if ",yes," in line)
    case = lines[at].split(",")[0]
    lines[at] = f"{case},yes,n1,4000,0,0,8,nodule"
    table.write_text("\n".join(lines) + "\n", "utf-8")
    assert ("RL417", case) in codes(protocol)
