"""What is shipped: the wheel holds the five packages whole, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("app", "viewers", "overlays", "study_configs", "resources")


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(out.glob("readerlab-*.whl"))) as wheel:
        return frozenset(wheel.namelist())


@pytest.mark.slow
def test_that_the_wheel_holds_every_file_of_the_five_packages(wheel_names: frozenset[str]):
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode != 0:
        pytest.skip("not a git checkout, so the tree's files are not known")
    expected = {name for name in tracked.stdout.splitlines() if (ROOT / name).is_file()}
    shipped = {name for name in wheel_names if ".dist-info/" not in name}
    assert shipped == expected


@pytest.mark.slow
def test_that_the_wheel_names_the_command_and_the_licences(wheel_names: frozenset[str]):
    info = {name.split(".dist-info/", 1)[1] for name in wheel_names if ".dist-info/" in name}
    assert {"entry_points.txt", "licenses/LICENSE", "licenses/resources/fonts/LICENSE.txt"} <= info


def test_that_the_locks_name_no_address():
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8"), lock.name
        assert "--hash=sha256:" in lock.read_text(encoding="utf-8")


def test_that_a_package_from_another_folder_is_noticed(tmp_path: Path):
    stranger = tmp_path / "viewers"
    stranger.mkdir()
    (stranger / "__init__.py").write_text("")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", "from app.cli import main; main()", "--version"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "viewers" in done.stderr
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr
