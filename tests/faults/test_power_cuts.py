"""Power cuts, simulated: every write to the disk is logged, and any mix of what was not yet synced is lost.

APSW lends SQLite a file system that keeps the log; the writer is the real one, over a connection of APSW's.
With synchronous=OFF decisions must be lost in some cuts: else these tests would prove nothing about FULL.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import pytest

from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed, WheelTurned
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem

Begin = Callable[..., Recorder]
SECTOR = 512  # disks write whole sectors; a longer write can be torn between them
DECISIONS = 40


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that SQLite asked of the disk: to write `data` at `at`, to cut off at `at`, to sync, to delete."""

    file: str
    kind: str  # write | truncate | sync | delete
    at: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """Everything that was asked of the disk, in order, from these files on."""

    before: dict[str, bytes] = field(default_factory=dict)
    log: list[Change] = field(default_factory=list)

    def after_cut(self, cut: int, chance: random.Random) -> dict[str, bytes]:
        """The files as a cut after so many changes can leave them: of what was not synced, some sectors are there."""
        files = {name: bytearray(content) for name, content in self.before.items()}
        synced = {each.file: at for at, each in enumerate(self.log[:cut]) if each.kind == "sync"}
        for at, change in enumerate(self.log[:cut]):
            is_safe = at < synced.get(change.file, -1)
            if change.kind == "delete":
                files.pop(change.file, None)
            elif change.kind == "truncate" and (is_safe or chance.random() < 0.5):
                del files.setdefault(change.file, bytearray())[change.at :]
            elif change.kind == "write":
                _put(files.setdefault(change.file, bytearray()), change, is_safe, chance)
        return {name: bytes(content) for name, content in files.items()}


def _put(content: bytearray, change: Change, is_safe: bool, chance: random.Random) -> None:
    whole = is_safe or chance.random() < 0.5
    for start in range(0, len(change.data), SECTOR):
        if whole or chance.random() < 0.5:
            part, at = change.data[start : start + SECTOR], change.at + start
            content.extend(bytes(max(0, at - len(content))))
            content[at : at + len(part)] = part


class LoggedFiles(apsw.VFS):
    """SQLite's own file system, with a log."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        super().__init__("logged", "")

    def xOpen(self, name: Any, flags: list[int]) -> LoggedFile:
        return LoggedFile(name, flags, self.disk)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.disk.log.append(Change(Path(filename).name, "delete"))
        super().xDelete(filename, syncdir)


class LoggedFile(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], disk: Disk) -> None:
        super().__init__("", name, flags)
        self.disk = disk
        self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary").name

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.log.append(Change(self.name, "write", offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self.disk.log.append(Change(self.name, "truncate", newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self.disk.log.append(Change(self.name, "sync"))


class ApswConnection:
    """As much of sqlite3's Connection as the writer uses."""

    def __init__(self, path: Path, synchronous: str) -> None:
        self._connection = apsw.Connection(str(path), vfs="logged")
        self._connection.set_busy_timeout(1000)
        self._synchronous = synchronous

    def execute(self, statement: str, values: Any = ()) -> Any:
        return self._connection.execute(statement.replace("=FULL", f"={self._synchronous}"), tuple(values))

    def executemany(self, statement: str, rows: Any) -> Any:
        return self._connection.executemany(statement, rows)

    @property
    def in_transaction(self) -> bool:
        return bool(self._connection.in_transaction)

    def close(self) -> None:
        self._connection.close()


@dataclass
class Told:
    """How much was asked of the disk when each decision was acknowledged."""

    disk: Disk
    acknowledged: list[int]
    receipt: str = ""


def read_on(folder: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch, synchronous: str) -> Told:
    """A sitting whose disk keeps a log, from a store that is there already."""
    store = folder / "store.sqlite"
    StoreWriter(store).close()
    told = Told(Disk({store.name: store.read_bytes()}), [])
    files = LoggedFiles(told.disk)
    with monkeypatch.context() as patch:
        patch.setattr("app.store.connection.connect", lambda path, **_: ApswConnection(path, synchronous))
        writer = StoreWriter(store)
        writer.run(lambda c: c.execute("PRAGMA wal_autocheckpoint=20").fetchall()).result(10)
        recorder = begin(writer)
        for phase in range(DECISIONS):
            recorder.record(WheelTurned(at_ns=phase, viewport=0, steps=1.0))
            recorder.commit(PhaseConfirmed(at_ns=phase, trial=0, phase=phase, answers={"note": "x" * 300})).result(10)
            told.acknowledged.append(len(told.disk.log))
        writer.close()
    files.unregister()
    return told


def lost_in(told: Told, cut: int, folder: Path, chance: random.Random) -> bool:
    """Whether a cut there loses a decision that was acknowledged before it, or the store."""
    folder.mkdir()
    for name, content in told.disk.after_cut(cut, chance).items():
        (folder / name).write_bytes(content)
    store = folder / "store.sqlite"
    promised = sum(at <= cut for at in told.acknowledged)
    try:
        with sqlite3.connect(store) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # takes over what the log holds
        connection.close()
        if verify(store).problems:
            return True
        with open_store(store) as opened:
            found = [event for each in opened.sittings() for event in opened.events(each.id)]
    except (StudyProblem, sqlite3.Error):
        return True
    return sum(isinstance(event, PhaseConfirmed) for event in found) < promised


def cuts(told: Told, count: int, chance: random.Random) -> list[int]:
    """Moments of the sitting itself: until it was closed in order."""
    return [chance.randint(1, told.acknowledged[-1]) for _ in range(count)]


@pytest.mark.parametrize("count", [60, pytest.param(600, marks=pytest.mark.slow)])
def test_that_no_power_cut_loses_an_acknowledged_decision(
    tmp_path: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    told, chance = read_on(tmp_path, begin, monkeypatch, "FULL"), random.Random(6)
    moments = cuts(told, count, chance)
    lost = [cut for at, cut in enumerate(moments) if lost_in(told, cut, tmp_path / f"cut-{at}", chance)]
    assert lost == []


def test_that_without_synchronous_writes_decisions_are_lost(
    tmp_path: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, chance = read_on(tmp_path, begin, monkeypatch, "OFF"), random.Random(6)
    moments = cuts(told, 40, chance)
    lost = [cut for at, cut in enumerate(moments) if lost_in(told, cut, tmp_path / f"cut-{at}", chance)]
    assert len(lost) > 10
