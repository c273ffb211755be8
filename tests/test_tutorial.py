"""docs/tutorial.md, followed word for word: every box is typed, in order, in one folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial.md"
BOX = re.compile(r"^```\n(.*?)^```", re.DOTALL | re.MULTILINE)
TO_STUDY = (("mode: pilot", "mode: study"), ("version: 0.1.0", "version: 1.0.0"))  # what step 7 says to change


def boxes() -> list[str]:
    return [line for box in BOX.findall(TUTORIAL.read_text(encoding="utf-8")) for line in box.splitlines()]


def typed(line: str, folder: Path) -> str:
    """What one line prints; it must succeed."""
    program, *words = shlex.split(line)
    assert program == "readerlab"
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)}
    command = [sys.executable, "-m", "app", *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def make_it_a_study(protocol: Path) -> None:
    text = protocol.read_text(encoding="utf-8")
    for before, after in TO_STUDY:
        assert before in text
        assert f"`{before}` to `{after}`" in TUTORIAL.read_text(encoding="utf-8")
        text = text.replace(before, after, 1)
    protocol.write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_that_the_tutorial_holds_word_for_word(tmp_path: Path) -> None:
    said: dict[str, list[str]] = {}
    for line in boxes():
        again = line in said and "--dry-run" in line
        if again:
            make_it_a_study(tmp_path / "second-look" / "protocol.yaml")
        said.setdefault(line, []).append(typed(line, tmp_path))
    dry = next(printed for line, printed in said.items() if "--dry-run" in line)
    assert len(dry) == 2
    assert all("The export is clean." in printed for printed in dry)
    assert (tmp_path / "second-look" / "export" / "trials.csv").is_file()
    assert "agrees" in said["readerlab verify second-look"][0]
