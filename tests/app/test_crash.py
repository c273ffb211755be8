"""Errors of ours, wherever they surface, are written down, and the first is handed on."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.crash import CrashHook, Failure


@pytest.fixture
def failures(tmp_path: Path):
    taken: list[Failure] = []
    hook = CrashHook(tmp_path, taken.append)
    hook.install()
    yield taken
    hook.uninstall()


def test_that_an_uncaught_error_is_written_down_and_handed_on_once(failures: list[Failure], tmp_path: Path) -> None:
    for words in ("first", "second"):
        error = ValueError(words)
        sys.excepthook(ValueError, error, None)
    assert [failure.what for failure in failures] == ["ValueError: first"]
    reports = sorted(tmp_path.glob("crash-*.txt"))
    assert len(reports) == 2
    assert "ValueError: first" in reports[0].read_text()


def test_that_an_error_in_a_thread_is_handed_on(failures: list[Failure]) -> None:
    def fail() -> None:
        raise KeyError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "in a thread" in failures[0].report


def test_that_a_report_goes_among_the_temporary_files_where_its_folder_takes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    hook = CrashHook(Path("/proc/nowhere"), lambda failure: None)
    hook.take(Failure("what", "the whole report"))
    (report,) = hook.reports
    assert report.parent == tmp_path
    assert "the whole report" in report.read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


def test_that_a_report_that_can_be_written_nowhere_is_said_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc/nothing")
    hook = CrashHook(Path("/proc/nowhere"), lambda failure: None)
    hook.take(Failure("what", "the whole report"))
    assert "the whole report" in capsys.readouterr().err


def test_that_a_run_that_died_of_a_signal_is_told_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "fault.log"
    program = (
        "import os, sys, pathlib; from app.crash import FaultFile; "
        "FaultFile(pathlib.Path(sys.argv[1])); os.kill(os.getpid(), 11)"
    )
    died = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert died.returncode == -signal.SIGSEGV
    script = "import sys, pathlib; from app.crash import FaultFile; f = FaultFile(pathlib.Path(sys.argv[1])); "
    told = subprocess.run(
        [sys.executable, "-c", script + "print(f.last_run_died_of); f.close()", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Segmentation fault" in told.stdout
    assert not path.exists()
    assert list(tmp_path.glob("fault.*.txt"))


def test_that_a_run_that_ended_well_leaves_nothing(tmp_path: Path) -> None:
    program = "import sys, pathlib; from app.crash import FaultFile; FaultFile(pathlib.Path(sys.argv[1])).close()"
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "fault.log")], check=True)
    assert list(tmp_path.iterdir()) == []
