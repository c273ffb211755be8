"""The commands as people type them: what they print, their exit status, and no traceback whatever is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from study_configs.problem import StudyProblem

COMMANDS = ("demo", "run", "check", "plan", "prepare", "explain", "inspect", "render", "verify", "export", "report")


def readerlab(*arguments: object, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def wrong(*arguments: object, status: int = 1) -> str:
    """What a command says on standard error when it can't do its job."""
    done = readerlab(*arguments)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_that_every_command_has_help_with_an_example() -> None:
    listed = readerlab("--help").stdout
    for command in COMMANDS:
        assert command in listed
        assert f"Example: readerlab {command}" in readerlab(command, "--help").stdout


def test_that_the_list_of_commands_is_whole_in_80_columns() -> None:
    from typer.testing import CliRunner

    from app.cli import app

    listed = CliRunner().invoke(app, ["--help"], terminal_width=80).stdout.partition("Commands:")[2]
    assert "..." not in listed
    assert all(f"\n  {command} " in listed for command in COMMANDS)


def test_that_the_version_is_told() -> None:
    assert readerlab("--version").stdout.startswith("readerlab ")


def test_that_asking_wrongly_is_status_2() -> None:
    assert "PROTOCOL" in wrong("run", status=2)
    wrong("nonsense", status=2)
    wrong("run", "--cases", "x", "--simulate", "nobody", status=2)


def test_that_the_shipped_demo_can_be_checked_and_planned_without_its_images() -> None:
    checked = readerlab("check", "demo", "--json")
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["ok"]
    planned = readerlab("plan", "demo", "--readers", 3, "--csv").stdout.splitlines()
    assert planned[0].startswith("reader,position")
    assert len(planned) == 1 + 3 * 10


def test_that_a_broken_protocol_is_told_line_by_line(study_copy: Path) -> None:
    protocol = study_copy / "protocol.yaml"
    protocol.write_text(protocol.read_text().replace("mode: pilot", "mode: pilto"))
    done = readerlab("check", protocol)
    assert done.returncode == 1
    assert "protocol.yaml:3" in done.stdout
    assert "RL204" in done.stdout
    assert "pilto" in wrong("plan", protocol) + wrong("run", protocol, "--simulate", "hasty")


def test_that_a_folder_without_images_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert str(empty) in wrong("run", "--cases", empty, "--simulate", "hasty", "--store", tmp_path / "s.sqlite")


def test_that_a_truncated_file_is_an_error_in_inspect(small_study: Path, tmp_path: Path) -> None:
    whole = next((small_study / "images" / "c1").iterdir()).read_bytes()
    (tmp_path / "cut.dcm").write_bytes(whole[: len(whole) // 2])
    done = readerlab("inspect", tmp_path, "--json")
    assert done.returncode == 1
    assert "cut.dcm" in json.loads(done.stdout)["errors"][0]["path"]


def test_that_a_slice_is_rendered_to_a_picture(small_study: Path, tmp_path: Path) -> None:
    out = tmp_path / "slice.png"
    assert readerlab("render", small_study / "images" / "c1", out, "--size", "64x64").returncode == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "like -600,1500" in wrong("render", small_study / "images" / "c1", out, "--window", "lung")


def test_that_stores_that_are_none_are_refused_by_every_command_that_reads_one(tmp_path: Path) -> None:
    nothing, text = tmp_path / "nothing.sqlite", tmp_path / "text.sqlite"
    text.write_text("not a database at all, but long enough to look at" * 100)
    for command in (("verify",), ("report",), ("export",)):
        rest = (tmp_path / "out",) if command == ("export",) else ()
        assert "no such store" in wrong(*command, nothing, *rest)
        assert "not a ReaderLab store" in wrong(*command, text, *rest)


def test_that_a_store_on_a_read_only_place_is_refused_before_anything_is_read(small_study: Path) -> None:
    said = wrong("run", small_study / "protocol.yaml", "--simulate", "hasty", "--store", "/proc/readerlab/s.sqlite")
    assert "/proc/readerlab" in said


def test_that_check_reads_the_images_too(study_copy: Path) -> None:
    for file in (study_copy / "images" / "c1").iterdir():
        file.unlink()
    done = readerlab("check", study_copy)
    assert done.returncode == 1
    assert "RL415 at c1" in done.stdout


def test_that_a_machine_without_a_screen_is_told_so(small_study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.commands.reading import need_a_screen

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(StudyProblem, match="no screen"):
        need_a_screen()


@pytest.mark.slow
def test_that_a_simulated_sitting_can_be_verified_exported_and_reported(small_study: Path, tmp_path: Path) -> None:
    store = tmp_path / "store" / "readerlab.sqlite"
    read = readerlab("run", small_study / "protocol.yaml", "--simulate", "hasty", "--store", store)
    assert read.returncode == 0, read.stderr
    receipt = next(line.split()[-1] for line in read.stdout.splitlines() if line.startswith("Receipt"))
    assert json.loads(readerlab("verify", store, "--receipt", receipt, "--json").stdout)["sound"]
    assert readerlab("export", store, tmp_path / "tables", "--mode", "pilot").returncode == 0
    assert list((tmp_path / "tables").rglob("*.csv"))
    report = tmp_path / "report.html"
    assert readerlab("report", store, "--out", report).returncode == 0
    assert report.read_text().startswith("<!doctype html>")
