"""The real command in a process of its own, and small disks that can be filled or closed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from study_configs.problem import StudyProblem

ENVIRONMENT = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "COLUMNS": "120"}


@dataclass(frozen=True)
class Said:
    """What a command said and with which exit status."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return (self.out + self.err).strip().splitlines()


Readerlab = Callable[..., Said]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "app", *map(str, arguments)]


def wait_for(is_so: Callable[[], bool], within_s: float = 120.0) -> None:
    """Look again and again until another process has come that far."""
    end = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def handles(process: int, asked: signal.Signals) -> bool:
    """Whether a program has said what is to be done with a signal, by what the system knows of it."""
    caught = next(
        line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("SigCgt")
    )
    return bool(int(caught.split()[1], 16) >> (asked - 1) & 1)


@pytest.fixture
def readerlab(tmp_path: Path) -> Readerlab:
    """Run a command as people type it. Whatever happens, no traceback is shown and no signal ends it."""

    def run(*arguments: object, timeout_s: float = 300, before: tuple[str, ...] = ()) -> Said:
        words = [*before, *command(*arguments)]
        environment = {**ENVIRONMENT, "XDG_DATA_HOME": str(tmp_path / "data")}
        done = subprocess.run(
            words, env=environment, capture_output=True, text=True, timeout=timeout_s, check=False, errors="replace"
        )
        assert done.returncode in (0, 1, 2), f"ended by {done.returncode}: {done.stderr}"
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def inside() -> Readerlab:
    """The same command within this process, for sweeps: an error that nobody foresaw is raised here."""

    def run(*arguments: object) -> Said:
        try:
            done = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
        except StudyProblem as problem:  # `main` prints it
            return Said(1, "", str(problem))
        return Said(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def refused(readerlab: Readerlab) -> Callable[..., str]:
    """Run a command that can't do its job; returns its message, which is short and says what to do."""

    def run(*arguments: object, status: int = 1, **how: object) -> str:
        said = readerlab(*arguments, **how)
        assert said.status == status, said
        assert said.err.strip(), "nothing was said"
        assert len(said.err) < 2000
        return said.err.strip()

    return run


@pytest.fixture(scope="session")
def finished_store(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that a simulated reader filled; tests that break it copy it first."""
    store = tmp_path_factory.mktemp("finished") / "readerlab.sqlite"
    words = command("run", small_study / "protocol.yaml", "--simulate", "hasty", "--store", store)
    subprocess.run(words, env=ENVIRONMENT, check=True, capture_output=True, timeout=300)
    return store


@pytest.fixture
def store_copy(finished_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(finished_store, tmp_path / "copy.sqlite"))


class SmallDisk:
    """A file system of its own, in memory. `fill` leaves no byte free, `free` gives the space back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        with (self.folder / "ballast").open("ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                self._write_until_full(file.fileno(), bytes(size))

    @staticmethod
    def _write_until_full(descriptor: int, block: bytes) -> None:
        while True:
            try:
                if os.write(descriptor, block) < len(block):
                    return
            except OSError:
                return

    def free(self) -> None:
        (self.folder / "ballast").unlink()

    def close_for_writing(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True, capture_output=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """8 MiB of disk; skipped where this user may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(folder)]
    try:
        subprocess.run(words, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a small disk can't be mounted here: {error}")
    yield SmallDisk(folder)
    subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)
