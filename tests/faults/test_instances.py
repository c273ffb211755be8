"""Two ReaderLabs on one store: the second is refused politely, and the first reads on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.assembling.composer import RunPlan
from app.assembling.running import run
from app.store.connection import beside
from app.store.verify import verify
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem
from study_configs.study import load_study

ROOT = Path(__file__).parents[2]
START_WITHIN_S = 60.0


def reading(study: Path, store: Path, reader: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "app", "run", str(study), "--store", str(store), "--reader", reader]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [*words, "--simulate", "careful"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_until_held(store: Path) -> None:
    until = time.monotonic() + START_WITHIN_S
    while not beside(store).exists():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_that_a_second_program_is_told_who_holds_the_store_and_the_first_reads_on(study: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    first = reading(study, store, "R1")
    wait_until_held(store)
    first.send_signal(signal.SIGSTOP)  # or it might have read to its end before the second looks
    second = reading(study, store, "R2")
    _, said = second.communicate(timeout=120)
    assert (second.returncode, "Traceback" in said) == (1, False)
    assert f"in use by another ReaderLab (__main__.py, process {first.pid}" in " ".join(said.split())
    first.send_signal(signal.SIGCONT)
    _, said = first.communicate(timeout=300)
    assert first.returncode == 0, said
    report = verify(store)
    assert (report.problems, report.sittings, report.unfinished) == ((), 1, ())


def test_that_a_second_window_of_one_program_is_refused_too(study: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    writer = StoreWriter(store)
    with pytest.raises(StudyProblem, match=f"in use by another ReaderLab.*process {os.getpid()}"):
        run(RunPlan(store, "R1", simulate="hasty"), lambda: load_study(study))
    writer.close()


def test_that_the_store_of_a_program_that_was_killed_is_free_again(study: Path, tmp_path: Path) -> None:
    """The word beside the store is no lock."""
    store = tmp_path / "store.sqlite"
    first = reading(study, store, "R1")
    wait_until_held(store)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=60)
    assert beside(store).exists()
    StoreWriter(store).close()
    assert verify(store).problems == ()
