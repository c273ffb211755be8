"""Backups: made after a sitting's end, checked, few, and never in the way."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from app.store.safety.backup import Backups, back_up, beside
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed, WheelTurned
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem

Begin = Callable[..., Recorder]


def confirmed(phase: int) -> PhaseConfirmed:
    return PhaseConfirmed(at_ns=phase, trial=0, phase=phase, answers={})


def test_that_a_sitting_that_ended_is_in_a_backup_that_can_be_put_in_the_stores_place(
    path: Path, tmp_path: Path, begin: Begin
) -> None:
    writer = StoreWriter(path, backups=beside(path))
    recorder = begin(writer)
    recorder.commit(confirmed(0)).result(10)
    receipt = recorder.end("finished").result(10)
    writer.close()
    assert writer.backup_problem is None
    (made,) = beside(path).folder.iterdir()
    assert verify(made, [receipt]).problems == ()
    restored = tmp_path / "restored.sqlite"
    shutil.copy(made, restored)
    again = StoreWriter(restored)
    begin(again, "R2").end("finished").result(10)
    again.close()
    assert (verify(restored, [receipt]).problems, verify(restored).sittings) == ((), 2)


def test_that_no_backup_is_made_without_a_sitting(path: Path) -> None:
    StoreWriter(path, backups=beside(path)).close()
    assert not beside(path).folder.exists()


def test_that_the_newest_are_kept_and_other_files_left(path: Path, tmp_path: Path, begin: Begin) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("notes.txt", "store-old.sqlite"):
        (folder / name).write_text("mine")
    for reader in range(4):
        writer = StoreWriter(path, backups=Backups(folder, 2))
        begin(writer, f"R{reader}").end("finished").result(10)
        writer.close()
    left = sorted(each.name for each in folder.iterdir())
    assert {"notes.txt", "store-old.sqlite"} <= set(left)
    made = [folder / name for name in left if name.startswith("store-2")]
    assert [verify(each).sittings for each in made] == [3, 4]


def test_that_a_copy_that_was_cut_off_is_cleared_away_after_a_day(path: Path, tmp_path: Path, begin: Begin) -> None:
    """ReaderLab was killed in the middle of a backup; each such copy is as large as the store."""
    folder = tmp_path / "backups"
    folder.mkdir()
    names = [f"{path.stem}-2026010{day}T000000000000Z{path.suffix}.partial" for day in (1, 2)]
    old, young, theirs = [folder / each for each in (*names, "thesis.partial")]
    for each in (old, young, theirs):
        each.write_bytes(b"half")
    for each in (old, theirs):
        os.utime(each, (0, 0))
    writer = StoreWriter(path, backups=Backups(folder))
    recorder = begin(writer)
    recorder.end("finished").result(10)
    writer.close()
    assert writer.backup_problem is None
    assert [each.exists() for each in (old, young, theirs)] == [False, True, True]


def test_that_none_is_made_where_none_is_kept(path: Path, begin: Begin, tmp_path: Path) -> None:
    writer = StoreWriter(path, backups=Backups(tmp_path / "backups", 0))
    begin(writer).end("finished").result(10)
    writer.close()
    assert not (tmp_path / "backups").exists()


def test_that_a_backup_that_fails_is_told_and_takes_nothing_from_the_sitting(
    path: Path, begin: Begin, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    writer = StoreWriter(path, backups=Backups(tmp_path / "file" / "backups"))
    receipt = begin(writer).end("finished").result(10)
    writer.close()
    assert isinstance(writer.backup_problem, StudyProblem)
    assert "backup" in writer.backup_problem.what
    assert verify(path, [receipt]).problems == ()


def test_that_a_damaged_store_makes_no_backup(path: Path, begin: Begin, tmp_path: Path) -> None:
    writer = StoreWriter(path)
    recorder = begin(writer)
    for step in range(3000):
        recorder.record(WheelTurned(at_ns=step, viewport=0, steps=1.0))
    recorder.end("finished").result(30)
    writer.close()
    whole = path.read_bytes()
    at = whole.rindex(b"WheelTurned") // 4096 * 4096
    path.write_bytes(whole[:at] + b"\xff" * 4096 + whole[at + 4096 :])
    connection = sqlite3.connect(path)
    with pytest.raises(StudyProblem, match="backup"):
        back_up(connection, path, Backups(tmp_path / "backups"))
    connection.close()
    assert list((tmp_path / "backups").iterdir()) == []


def test_that_decisions_are_taken_while_a_backup_is_made(path: Path, begin: Begin, tmp_path: Path) -> None:
    """What is confirmed between two steps of the copy is in the store at once, and in the copy too."""
    writer = StoreWriter(path, backups=Backups(tmp_path / "backups"))
    first, second = begin(writer, "R1"), begin(writer, "R2")
    for step in range(20_000):
        first.record(WheelTurned(at_ns=step, viewport=0, steps=1.0))
    first.end("finished").result(30)
    for phase in range(20):
        second.commit(confirmed(phase)).result(10)
    writer.close()
    assert writer.backup_problem is None
    (made,) = (tmp_path / "backups").iterdir()
    assert verify(made).problems == ()
    assert (verify(path).problems, verify(path).events) == ((), 20_021)
