"""Disks that fill, fail, vanish and lie: the reading stops in words, and what was held is saved once it can be."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed
from app.tracking.recorder import Recorder
from study_configs.problem import ProgramError, StudyProblem

Begin = Callable[..., Recorder]
Confirmation = Callable[..., PhaseConfirmed]


class Watched:
    """A store's writer, and what it says."""

    def __init__(self, path: Path, journals: Path) -> None:
        self.problems: list[StudyProblem | ProgramError] = []
        self.trouble, self.safe = threading.Condition(), threading.Event()
        self.writer = StoreWriter(path, on_problem=self._hear, on_safe=self.safe.set, journals=journals)

    def _hear(self, problem: StudyProblem | ProgramError) -> None:
        with self.trouble:
            self.problems.append(problem)
            self.trouble.notify_all()

    def problem(self) -> StudyProblem:
        """The first problem, which is waited for: in words, with the file and what to do."""
        self.wait_for("")
        (problem, *_) = self.problems
        assert isinstance(problem, StudyProblem)
        assert problem.todo
        assert self.writer.path.name in problem.where
        return problem

    def wait_for(self, words: str) -> None:
        """Wait for a problem that says so."""
        with self.trouble:
            assert self.trouble.wait_for(lambda: any(words in str(each) for each in self.problems), 20), self.problems

    def assert_held(self) -> None:
        assert self.writer.held is not None
        assert self.writer.held.journal is not None
        assert self.writer.held.journal.exists()


def watching(store: Path, journals: Path, begin: Begin, confirmation: Confirmation) -> tuple[Watched, Recorder]:
    """A store with its first answer safe."""
    watched = Watched(store, journals)
    recorder = begin(watched.writer)
    recorder.commit(confirmation(0)).result(10)
    return watched, recorder


def phases(store: Path) -> list[int]:
    with open_store(store) as opened:
        events = [event for each in opened.sittings() for event in opened.events(each.id)]
    return [event.phase for event in events if isinstance(event, PhaseConfirmed)]


def assert_sound(store: Path, expected: list[int]) -> None:
    assert verify(store).problems == ()
    assert phases(store) == expected


def elsewhere(code: str, *arguments: object) -> None:
    """Do it in another process: closing a file of our own would drop SQLite's locks on it."""
    words = [sys.executable, "-c", code, *map(str, arguments)]
    subprocess.run(words, check=True, capture_output=True, timeout=60)


def test_that_a_full_disk_holds_everything_until_there_is_room(
    small_disk: Path, journals: Path, begin: Begin, confirmation: Confirmation
) -> None:
    store = small_disk / "store.sqlite"
    watched, recorder = watching(store, journals, begin, confirmation)
    ballast = small_disk / "ballast"
    fill(ballast)
    held = recorder.commit(confirmation(1, "x" * 200_000))
    assert "disk is full" in watched.problem().what
    assert not held.done()
    watched.assert_held()
    with pytest.raises(StudyProblem, match="full"):
        recorder.commit(confirmation(2)).result(1)
    ballast.unlink()
    held.result(20)
    assert watched.safe.wait(20)
    assert list(journals.iterdir()) == []
    recorder.commit(confirmation(2)).result(10)
    watched.writer.close()
    assert_sound(store, [0, 1, 2])


def fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def test_that_a_disk_that_turns_read_only_holds_everything_for_the_next_start(
    failing_disk: Path, journals: Path, begin: Begin, confirmation: Confirmation, tmp_path: Path
) -> None:
    """ext4 makes itself read-only at the first error; nothing short of mounting it anew helps."""
    store = failing_disk / "store.sqlite"
    watched, recorder = watching(store, journals, begin, confirmation)
    fail(failing_disk)
    held = recorder.commit(confirmation(1))
    assert watched.problem().what.startswith(("The disk reports errors", "The store has become read-only"))
    watched.assert_held()
    with pytest.raises(StudyProblem):
        watched.writer.close()
    assert isinstance(held.exception(1), StudyProblem)
    mount_again(failing_disk, tmp_path / "disk.img")
    writer = StoreWriter(store, journals=journals)
    assert [each.rows for each in writer.played_back] == [1]
    writer.close()
    assert_sound(store, [0, 1])


def test_that_a_disk_that_is_unplugged_and_plugged_in_again_goes_on_by_itself(
    failing_disk: Path, journals: Path, begin: Begin, confirmation: Confirmation, tmp_path: Path
) -> None:
    store = failing_disk / "store.sqlite"
    watched, recorder = watching(store, journals, begin, confirmation)
    subprocess.run(["umount", "-l", str(failing_disk)], check=True)
    held = recorder.commit(confirmation(1))
    assert "moved or deleted" in watched.problem().what
    watched.assert_held()
    subprocess.run(["mount", "-o", "loop", str(tmp_path / "disk.img"), str(failing_disk)], check=True)
    held.result(20)
    recorder.commit(confirmation(2)).result(10)
    watched.writer.close()
    assert_sound(store, [0, 1, 2])


def fail(disk: Path) -> None:
    """Have the file system notice an error, as its kernel offers for tests."""
    device = subprocess.run(["findmnt", "-no", "SOURCE", str(disk)], capture_output=True, text=True, check=True)
    trigger = Path("/sys/fs/ext4") / Path(device.stdout.strip()).name / "trigger_fs_error"
    if not trigger.exists():
        pytest.skip("this kernel offers no error on demand")
    trigger.write_text("1")


def mount_again(disk: Path, image: Path) -> None:
    subprocess.run(["umount", str(disk)], check=True)
    subprocess.run(["e2fsck", "-p", str(image)], capture_output=True, check=False)
    subprocess.run(["mount", "-o", "loop", str(image), str(disk)], check=True)


def test_that_a_store_on_a_read_only_mount_is_refused_in_words(small_disk: Path, journals: Path) -> None:
    store = small_disk / "store.sqlite"
    StoreWriter(store, journals=journals).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StudyProblem, match="read-only") as refused:
        StoreWriter(store, journals=journals)
    assert (refused.value.where, bool(refused.value.todo)) == (str(store), True)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    StoreWriter(store, journals=journals).close()


LOSE_RIGHTS = """
import os, sys, threading
from pathlib import Path
import app.store.writer as w
from app.store.writer import StoreWriter
w.RETRY_S = 0.05
os.seteuid(65534)
try:
    StoreWriter(Path(sys.argv[1]), journals=Path(sys.argv[2])).close()
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs POSIX permissions")
@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_that_a_store_one_may_not_write_is_refused_in_words(journals: Path, mode: int) -> None:
    if os.geteuid() != 0:
        pytest.skip("only the administrator can become another user")
    folder = Path(os.path.realpath("/var/tmp")) / f"readerlab-faults-{os.getpid()}-{mode}"
    folder.mkdir(mode=0o755)
    try:
        store = folder / "store.sqlite"
        StoreWriter(store, journals=journals).close()
        os.chown(store, 65534, 65534)
        store.chmod(mode)
        root = str(Path(__file__).parents[2])
        done = subprocess.run(
            [sys.executable, "-c", LOSE_RIGHTS, str(store), str(journals)],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": root},
        )  # fmt: skip
    finally:
        shutil.rmtree(folder)
    assert done.stdout.startswith("StudyProblem"), done.stdout + done.stderr
    assert str(store) in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("what", ["store", "log", "both"])
def test_that_a_store_that_is_moved_away_is_saved_when_it_is_put_back(
    tmp_path: Path, journals: Path, begin: Begin, confirmation: Confirmation, what: str
) -> None:
    store = tmp_path / "store.sqlite"
    log = store.with_name(store.name + "-wal")
    moved = {"store": [store], "log": [log], "both": [store, log]}[what]
    watched, recorder = watching(store, journals, begin, confirmation)
    (tmp_path / "away").mkdir()
    for file in moved:
        file.rename(tmp_path / "away" / file.name)
    held = recorder.commit(confirmation(1))
    watched.problem()
    for file in moved:
        if not file.exists():
            (tmp_path / "away" / file.name).rename(file)
    held.result(20)
    watched.writer.close()
    assert_sound(store, [0, 1])


def test_that_a_log_that_was_deleted_takes_nothing_with_it(
    tmp_path: Path, journals: Path, begin: Begin, confirmation: Confirmation
) -> None:
    """Somebody tidies up the -wal file, which holds all that was saved since the store was opened."""
    store = tmp_path / "store.sqlite"
    watched, recorder = watching(store, journals, begin, confirmation)
    store.with_name(store.name + "-wal").unlink()
    recorder.commit(confirmation(1)).result(20)
    recorder.commit(confirmation(2)).result(10)
    watched.writer.close()
    assert_sound(store, [0, 1, 2])


def test_that_a_deleted_store_leaves_what_was_held_in_the_journal(
    tmp_path: Path, journals: Path, begin: Begin, confirmation: Confirmation
) -> None:
    store = tmp_path / "store.sqlite"
    watched, recorder = watching(store, journals, begin, confirmation)
    store.unlink()
    recorder.commit(confirmation(1))
    assert "moved or deleted" in watched.problem().what
    with pytest.raises(StudyProblem, match="moved or deleted"):
        watched.writer.close()
    (journal,) = journals.iterdir()
    assert b'"kind":"PhaseConfirmed"' in journal.read_bytes()


def test_that_an_older_copy_in_its_place_is_not_taken_for_the_store(
    tmp_path: Path, journals: Path, begin: Begin, confirmation: Confirmation
) -> None:
    store, copy = tmp_path / "store.sqlite", tmp_path / "copy"
    StoreWriter(store, journals=journals).close()
    shutil.copy(store, copy)
    watched, recorder = watching(store, journals, begin, confirmation)
    store.unlink()
    store.with_name(store.name + "-wal").unlink()
    shutil.copy(copy, store)
    held = recorder.commit(confirmation(1))
    watched.problem()
    watched.wait_for("Another file stands")
    assert not held.done()
    with pytest.raises(StudyProblem):
        watched.writer.close()


CORRUPT = """
import sys
with open(sys.argv[1], "r+b") as file:
    whole = file.read()
    open(sys.argv[2], "wb").write(whole)
    file.seek(4096)
    file.write(b"\\xff" * (len(whole) - 4096))
"""
MEND = """
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(4096)
    file.write(open(sys.argv[2], "rb").read()[4096:])
"""


def test_that_a_damaged_page_met_while_writing_stops_the_reading_and_loses_nothing_held(
    tmp_path: Path, journals: Path, begin: Begin, confirmation: Confirmation
) -> None:
    store, copy = tmp_path / "store.sqlite", tmp_path / "copy"
    first = StoreWriter(store, journals=journals)
    begin(first, "R0").commit(confirmation(0)).result(10)
    first.close()
    watched = Watched(store, journals)
    recorder = begin(watched.writer)
    watched.writer.run(lambda c: c.execute("PRAGMA shrink_memory").fetchall()).result(10)
    elsewhere(CORRUPT, store, copy)
    held = recorder.commit(confirmation(1))
    problem = watched.problem()
    assert "damaged" in problem.what
    watched.assert_held()
    elsewhere(MEND, store, copy)
    held.result(20)
    watched.writer.close()
    assert_sound(store, [0, 1])


def test_that_a_damaged_store_is_refused_when_it_is_opened(tmp_path: Path, journals: Path, begin: Begin) -> None:
    store = tmp_path / "store.sqlite"
    StoreWriter(store, journals=journals).close()
    elsewhere(CORRUPT, store, tmp_path / "copy")
    with pytest.raises(StudyProblem, match="damaged") as refused:
        StoreWriter(store, journals=journals)
    assert (refused.value.where, bool(refused.value.todo)) == (str(store), True)


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def test_that_a_store_locked_by_another_program_is_refused_in_words(tmp_path: Path, journals: Path) -> None:
    store = tmp_path / "store.sqlite"
    StoreWriter(store, journals=journals).close()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(StudyProblem, match="in use by another program") as refused:
        StoreWriter(store, journals=journals)
    assert "Close the other" in refused.value.todo
    process.communicate("")
    StoreWriter(store, journals=journals).close()


def test_that_a_newer_store_keeps_its_journal(tmp_path: Path, journals: Path) -> None:
    store = tmp_path / "store.sqlite"
    StoreWriter(store, journals=journals).close()
    with sqlite3.connect(store) as connection:
        connection.execute("INSERT INTO schema_version SELECT max(version) + 1, '', '' FROM schema_version")
        (uid,) = connection.execute("SELECT uid FROM act_heads").fetchone()
    connection.close()
    journals.mkdir()
    waiting = journals / f"{uid}-00000000.journal"
    waiting.write_bytes(b"")
    with pytest.raises(StudyProblem, match="newer ReaderLab"):
        StoreWriter(store, journals=journals)
    assert waiting.exists()
