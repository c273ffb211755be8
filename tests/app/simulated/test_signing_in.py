"""Simulated readers where readers have PINs: a PIN comes on standard input, and stands nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.store.accounts import first_coordinator, make_account
from app.store.acts import Who
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import SittingEnded

PIN = "velvet-otter"  # a reader may have a password, too: no log holds these letters by chance


@pytest.fixture
def governed(tmp_path: Path) -> Path:
    """A store whose readers sign in with a PIN."""
    path = tmp_path / "store" / "readerlab.sqlite"
    path.parent.mkdir()
    writer = StoreWriter(path)
    ada = first_coordinator(writer, "Ada Vermeer", "nine quiet herons")
    make_account(writer, ada, Who("reader", "sim-1"), PIN)
    writer.close()
    return path


def run(study: Path, store: Path, *more: str, given: str = "") -> subprocess.CompletedProcess[str]:
    words = ("run", str(study), "--store", str(store), "--reader", "sim-1", "--simulate", "hasty", *more)
    home = {"XDG_CONFIG_HOME": str(store.parent / "home"), "XDG_DATA_HOME": str(store.parent / "home")}
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        env={**os.environ, **home, "QT_QPA_PLATFORM": "offscreen", "COLUMNS": "200"},
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_that_a_simulated_reader_signs_in_with_a_pin_from_standard_input(small_study: Path, governed: Path) -> None:
    done = run(small_study, governed, "--pin-stdin", given=f"{PIN}\n")
    assert done.returncode == 0, done.stderr
    assert PIN not in done.stdout + done.stderr
    assert verify(governed).sound
    with open_store(governed) as store:
        (sitting,) = store.sittings(reader="sim-1")
        last = list(store.events(sitting.id))[-1]
    assert isinstance(last, SittingEnded)
    assert last.reason == "finished"
    kept = [file.read_bytes() for file in governed.parent.rglob("*") if file.is_file()]
    assert not any(PIN.encode() in each for each in kept)


def test_that_a_wrong_pin_ends_the_command_with_what_the_page_says(small_study: Path, governed: Path) -> None:
    done = run(small_study, governed, "--pin-stdin", given="19375\n")
    assert done.returncode == 1
    assert "Pseudonym or PIN is wrong." in done.stderr
    assert "Traceback" not in done.stderr
    with open_store(governed) as store:
        assert not store.sittings()


@pytest.mark.parametrize(("more", "told"), [(("--pin-stdin",), "No PIN came"), ((), "--pin-stdin")])
def test_that_without_a_pin_it_is_said_how_to_give_one(
    small_study: Path, governed: Path, more: tuple[str, ...], told: str
) -> None:
    done = run(small_study, governed, *more)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_that_a_person_types_a_pin_on_the_first_page_only(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "app", "run", str(tmp_path), "--pin-stdin"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "first page" in done.stderr
