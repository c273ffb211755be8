"""Every text in the code has a finished Dutch translation, and the compiled files are those of today's texts."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = [Path(sys.executable).with_name(name) for name in ("pyside6-lupdate", "pyside6-lrelease")]


@pytest.mark.skipif(not all(tool.exists() for tool in TOOLS), reason="Qt's translation tools are not installed")
def test_that_every_text_in_the_code_has_its_dutch_and_the_compiled_files_are_up_to_date():
    checked = subprocess.run(
        [sys.executable, ".ci/translations", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.stdout.strip() == "Every text has its translation.", checked.stdout + checked.stderr
    assert checked.returncode == 0
