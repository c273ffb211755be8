"""Broken study files: each gets exactly the codes and lines that it says itself, in words that help.

The first line of each file, or a file NAME.expect beside it, says what is expected: `CODE@LINE`, with `FILE:` before it
where another file than the protocol is meant. Line 0 is the file as a whole.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from study_configs.check import check
from study_configs.problems import CODES, Problem
from study_configs.yaml12 import MAX_BYTES

BROKEN = Path(__file__).parent / "broken"
FILES = sorted([*BROKEN.glob("*.yaml"), *(each for each in BROKEN.glob("*/protocol.yaml"))])
_EXPECTED = re.compile(r"(?:(?P<file>[\w.]+):)?(?P<code>RL\d{3})@(?P<line>\d+)")


def _name(path: Path) -> str:
    return path.stem if path.parent == BROKEN else path.parent.name


def _expected(path: Path) -> Counter[tuple[str, str, int]]:
    sidecar = path.with_suffix(".expect")
    said = sidecar.read_text("utf-8") if sidecar.exists() else path.read_text("utf-8").splitlines()[0]
    found = _EXPECTED.finditer(said)
    return Counter((each["file"] or "protocol.yaml", each["code"], int(each["line"])) for each in found)


def _study(path: Path, folder: Path) -> Path:
    """A study folder with the broken file as its protocol, and the shared tables where it has none of its own."""
    shutil.copytree(BROKEN / "study", folder)
    for at in range(6):
        (folder / "cases" / f"case-{at:02d}").mkdir(parents=True)
    own = path.parent.iterdir() if path.parent != BROKEN else [path]
    for file in own:
        shutil.copy(file, folder / ("protocol.yaml" if file == path else file.name))
    return folder / "protocol.yaml"


def test_that_there_are_broken_files_of_every_kind():
    assert len(FILES) >= 60
    assert all(_expected(path) for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_that_a_broken_study_gets_its_codes_and_lines_and_a_remedy(path: Path, tmp_path: Path):
    report = check(_study(path, tmp_path / "study"))
    found = Counter((Path(each.file).name, each.code, each.line) for each in report.problems)
    assert found == _expected(path), report.to_text()
    assert "Traceback" not in report.to_text()
    for problem in report.problems:
        _says_what_to_do(problem)


def _says_what_to_do(problem: Problem) -> None:
    text = problem.to_text()
    assert problem.code in CODES
    assert problem.what.strip()
    assert not problem.key or problem.key in text
    assert problem.expected or problem.example or problem.suggestion, f"no remedy: {text}"


def test_that_a_file_larger_than_any_protocol_is_refused(tmp_path: Path):
    path = _study(BROKEN / "wrong_key.yaml", tmp_path / "study")
    path.write_bytes(b"# " + b"x" * MAX_BYTES)
    (problem,) = check(path).problems
    assert problem.code == "RL103"
    _says_what_to_do(problem)
