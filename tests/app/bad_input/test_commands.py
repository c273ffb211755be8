"""Asking wrongly: what the commands say to those who do not know them yet."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.main import get_command

from app.cli import app

COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]


def test_that_without_words_the_commands_are_listed(readerlab) -> None:
    said = readerlab()
    assert said.status == 2
    assert all(f"\n  {name} " in said.out + said.err for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_that_every_command_has_help_with_an_example_of_itself(inside, name: str) -> None:
    said = inside(name, "--help")
    assert said.status == 0
    assert f"Example: readerlab {name}" in said.out


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("inspect",),
        ("inspect", "--no-such-option", "a"),
        ("run",),
        ("run", "a", "--cases", "b"),
        ("run", "--cases", "b", "--simulate", "nobody"),
        ("plan", "demo", "--readers", "0"),
        ("plan", "demo", "--readers", "many"),
        ("plan", "demo", "--readers", "1000000"),
        ("plan", "demo", "--seconds", "inf"),
        ("render", "a", "b.png", "--slice", "0"),
        ("run", "a", "--reader", "two\nlines"),
        ("run", "a", "--reader", "x" * 33),
        ("run", "a", "--reader", "José"),
    ],
)
def test_that_asking_wrongly_is_told_in_few_words_with_status_2(inside, words: tuple[str, ...]) -> None:
    said = inside(*words)
    assert said.status == 2
    assert "Error:" in said.err
    assert len(said.err.splitlines()) < 12


@pytest.mark.parametrize("command", ["inspect", "check", "plan", "verify", "report"])
def test_that_a_path_that_no_disk_can_hold_is_told(readerlab, command: str) -> None:
    said = readerlab(command, "x" * 5000)
    assert said.status == 1
    assert "too long" in said.err or "no such store" in said.err
    assert len(said.err) < 1000 or command in ("verify", "report")


def test_that_pictures_cannot_go_into_a_file(refused, small_study: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = ("run", small_study, "--simulate", "hasty", "--store", tmp_path / "s.sqlite", "--screenshots")
    assert str(tmp_path / "file") in refused(*run, tmp_path / "file", timeout_s=30)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
def test_that_a_pipe_is_not_waited_for(readerlab, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for command in ("inspect", "check", "verify"):
        said = readerlab(command, pipe, timeout_s=20)
        assert said.status == 1
        assert str(pipe) in said.out + said.err


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--size", "0x0"),
        ("--size", "999999x999999"),
        ("--size", "nanxinf"),
        ("--size", "large"),
        ("--window", "lung"),
        ("--window", "1,nan"),
        ("--slice", "99"),
        ("--series", "9"),
    ],
)
def test_that_a_picture_that_cannot_be_is_refused(
    inside, small_study: Path, tmp_path: Path, option: str, value: str
) -> None:
    out = tmp_path / "picture.png"
    said = inside("render", small_study / "images" / "c1", out, f"{option}={value}")
    assert said.status in (1, 2)
    assert "Write" in said.err or "Name one of them" in said.err
    assert not out.exists()
