"""The emergency journal: what the store does not take survives a kill, and comes back exactly once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.store.reader import open_store
from app.store.safety.journal import SET_ASIDE, HeldRow, Journal, left_behind, read
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import PhaseConfirmed, PointerMoved, WheelTurned
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem

Begin = Callable[..., Recorder]
Confirmation = Callable[..., PhaseConfirmed]
ROOT = Path(__file__).parents[2]
WAY = tuple((at, 1.25, 2.5, 3) for at in range(20, 30))

FILL_AND_DIE = """
import os, signal, sys, threading
from pathlib import Path
from app.store.writer import StoreWriter
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord
from app.store.chain import sha256_of
from app.tracking.events import PhaseConfirmed, PointerMoved, WheelTurned
from app.tracking.recorder import Recorder
import app.store.writer as w
w.RETRY_S = 0.05
store, journals = Path(sys.argv[1]), Path(sys.argv[2])
trouble = threading.Event()
writer = StoreWriter(store, on_problem=lambda problem: trouble.set(), journals=journals)
source = b"readerlab: 1\\n"
protocol = ProtocolRecord(sha256_of(source), "faults", "1", "study", source)
enrol(writer, "R1", protocol, lambda index: {"index": index})
recorder = Recorder(writer, writer.begin_sitting(reader="R1", protocol_sha256=protocol.sha256, number=0))
recorder.commit(PhaseConfirmed(at_ns=0, trial=0, phase=0, answers={})).result(10)
writer.run(lambda c: c.execute("PRAGMA max_page_count=1").fetchall()).result(10)
future = recorder.commit(PhaseConfirmed(at_ns=1, trial=0, phase=1, answers={"note": "x" * 300_000}))
assert trouble.wait(20)
recorder.record(WheelTurned(at_ns=2, viewport=0, steps=1.0))
recorder.record(PointerMoved(at_ns=29, viewport=0, samples=tuple((at, 1.25, 2.5, 3) for at in range(20, 30))))
from time import monotonic, sleep
until = monotonic() + 20
while (writer.held is None or writer.held.events < 3) and monotonic() < until:
    sleep(0.01)
assert not future.done()
print(writer.held.journal, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def died(store: Path, journals: Path) -> Path:
    """A program that was killed while its disk was full; the journal that it left."""
    done = subprocess.run(
        [sys.executable, "-c", FILL_AND_DIE, str(store), str(journals)],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=120,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    return Path(done.stdout.strip())


def told(path: Path) -> list[str]:
    with open_store(path) as opened:
        return [type(event).__name__ for each in opened.sittings() for event in opened.events(each.id)]


def test_that_what_was_held_comes_back_after_a_kill_on_a_full_disk(store: Path, journals: Path, died: Path) -> None:
    before = verify(store)
    assert (before.problems, before.events) == ((), 1)
    writer = StoreWriter(store, journals=journals)
    assert [(each.rows, each.kept) for each in writer.played_back] == [(3, None)]
    writer.close()
    after = verify(store)
    assert (after.problems, after.events) == ((), 4)
    assert told(store) == ["PhaseConfirmed", "PhaseConfirmed", "WheelTurned", "PointerMoved"]
    with open_store(store) as opened:
        assert [event.samples for event in opened.events(1) if isinstance(event, PointerMoved)] == [WAY]
    assert list(journals.iterdir()) == []


def test_that_a_journal_that_was_played_back_already_changes_nothing(store: Path, journals: Path, died: Path) -> None:
    """The machine stopped between the commit and the removal of the journal."""
    kept = died.read_bytes()
    StoreWriter(store, journals=journals).close()
    died.write_bytes(kept)
    writer = StoreWriter(store, journals=journals)
    assert [each.rows for each in writer.played_back] == [0]
    writer.close()
    assert (verify(store).problems, verify(store).events) == ((), 4)
    assert list(journals.iterdir()) == []


def test_that_a_cut_between_playing_back_and_closing_makes_nobody_look_for_the_journal(
    store: Path, journals: Path, died: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise StudyProblem("The power failed.")

    holder = store.with_name(store.name + ".holder")
    assert b'"journal_begun": 1' in holder.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("app.store.writer.announce", cut)
        with pytest.raises(StudyProblem, match="power failed"):
            StoreWriter(store, journals=journals)
    assert list(journals.iterdir()) == []
    StoreWriter(store, journals=journals).close()
    assert (verify(store).problems, verify(store).events) == ((), 4)


def test_that_a_torn_last_line_is_left_out_and_the_rest_comes_back(store: Path, journals: Path, died: Path) -> None:
    died.write_bytes(died.read_bytes()[:-20])
    assert read(died).is_torn
    writer = StoreWriter(store, journals=journals)
    assert [(each.rows, each.kept) for each in writer.played_back] == [(2, None)]
    writer.close()
    assert (verify(store).problems, verify(store).events) == ((), 3)


def test_that_a_changed_line_ends_what_is_played_back_and_the_file_is_kept(
    store: Path, journals: Path, died: Path
) -> None:
    died.write_bytes(died.read_bytes().replace(b'"steps":1.0', b'"steps":2.0').replace(b"1.0", b"2.0"))
    writer = StoreWriter(store, journals=journals)
    (played,) = writer.played_back
    writer.close()
    assert played.kept is not None
    assert played.kept.name.endswith(SET_ASIDE)
    assert verify(store).problems == ()
    assert told(store) == ["PhaseConfirmed", "PhaseConfirmed"]


def test_that_another_folder_is_found_through_the_word_beside_the_store(
    store: Path, journals: Path, died: Path, tmp_path: Path
) -> None:
    """Somebody else opens the store, with a journal folder of their own."""
    writer = StoreWriter(store, journals=tmp_path / "elsewhere")
    assert [each.rows for each in writer.played_back] == [3]
    writer.close()


def test_that_a_store_whose_journal_is_out_of_reach_is_not_read_on(
    store: Path, journals: Path, died: Path, tmp_path: Path
) -> None:
    """The store was carried to another machine, where the journal is not."""
    shutil.move(journals, tmp_path / "another machine")
    with pytest.raises(StudyProblem, match="wait in an emergency journal that is not here"):
        StoreWriter(store, journals=tmp_path / "elsewhere")
    shutil.move(tmp_path / "another machine", journals)
    StoreWriter(store, journals=journals).close()
    assert verify(store).events == 4


def test_that_a_journal_whose_reader_has_read_on_is_kept_and_not_played_back(
    store: Path, journals: Path, died: Path, begin: Begin, confirmation: Confirmation, tmp_path: Path
) -> None:
    shutil.move(journals, tmp_path / "away")
    store.with_name(store.name + ".holder").unlink()
    writer = StoreWriter(store, journals=journals)
    begin(writer).commit(confirmation(1)).result(10)
    writer.close()
    shutil.move(tmp_path / "away", journals)
    writer = StoreWriter(store, journals=journals)
    assert [(each.rows, each.why) for each in writer.played_back] == [(0, "its reader has read on since")]
    writer.close()
    assert (verify(store).problems, verify(store).events) == ((), 2)
    assert [each.name.endswith(SET_ASIDE) for each in journals.iterdir()] == [True]


def test_that_a_journal_does_not_leap_over_what_a_store_that_was_put_back_lacks(
    store: Path,
    journals: Path,
    begin: Begin,
    confirmation: Confirmation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk filled up after a backup; the backup was put back, and its reader's next events wait in the journal."""
    trouble = threading.Event()
    writer = StoreWriter(store, on_problem=lambda _: trouble.set(), journals=journals)
    recorder = begin(writer)
    recorder.commit(confirmation(0)).result(10)
    writer.run(lambda c: c.execute("SELECT 1").fetchall()).result(10)
    shutil.copy(store, tmp_path / "older.sqlite")
    shutil.copy(store.with_name("store.sqlite-wal"), tmp_path / "older.sqlite-wal")
    recorder.commit(confirmation(1)).result(10)
    writer.run(lambda c: c.execute("PRAGMA max_page_count=1").fetchall()).result(10)
    recorder.commit(confirmation(2, "x" * 300_000))
    assert trouble.wait(10)
    with pytest.raises(StudyProblem, match="full"):
        writer.close()
    for ending in ("", "-wal"):
        shutil.copy(tmp_path / f"older.sqlite{ending}", f"{store}{ending}")
    again = StoreWriter(store, journals=journals)
    (played,) = again.played_back
    again.close()
    assert (played.rows, played.why) == (0, "its event 2 does not follow the last one in the store")
    assert played.kept is not None
    assert [row.kind for row in read(played.kept).rows] == ["PhaseConfirmed"]
    monkeypatch.setattr("app.store.safety.journal.default_folder", lambda: journals)
    report = verify(store)
    assert (report.problems, report.events) == ((), 1)
    assert f"{played.kept} did not fit and was set aside" in report.to_text()


def test_that_a_journal_of_another_store_is_left_alone(store: Path, journals: Path, died: Path, tmp_path: Path) -> None:
    other = StoreWriter(tmp_path / "other.sqlite", journals=journals)
    assert other.played_back == ()
    other.close()
    assert died.exists()


def test_that_what_is_held_is_in_the_journal_until_the_store_has_it(
    store: Path, journals: Path, begin: Begin, confirmation: Confirmation
) -> None:
    trouble, safe = threading.Event(), threading.Event()
    writer = StoreWriter(store, on_problem=lambda _: trouble.set(), on_safe=safe.set, journals=journals)
    recorder = begin(writer)
    writer.run(lambda c: c.execute("PRAGMA max_page_count=1").fetchall()).result(10)
    held = recorder.commit(confirmation(0, "x" * 300_000))
    assert trouble.wait(10)
    assert writer.held is not None
    assert (writer.held.events, writer.held.awaited) == (1, 1)
    (journal,) = journals.iterdir()
    assert writer.held.journal == journal
    assert [row.kind for row in read(journal).rows] == ["PhaseConfirmed"]
    assert left_behind([journals], journal.name.split("-")[0]) == []  # its writer lives
    begun, writer._begin = writer._begin, lambda: (roomier(writer), begun())[1]  # type: ignore[method-assign]
    held.result(10)
    assert safe.wait(10)
    assert (writer.held, list(journals.iterdir())) == (None, [])
    writer.close()
    assert verify(store).events == 1


def roomier(writer: StoreWriter) -> None:
    writer._connection.execute("PRAGMA max_page_count=1000000")


def test_that_it_is_said_when_the_journal_cannot_be_written_either(
    store: Path, tmp_path: Path, begin: Begin, confirmation: Confirmation
) -> None:
    (tmp_path / "file").write_text("")
    trouble = threading.Event()
    writer = StoreWriter(store, on_problem=lambda _: trouble.set(), journals=tmp_path / "file" / "journals")
    recorder = begin(writer)
    writer.run(lambda c: c.execute("PRAGMA max_page_count=1").fetchall()).result(10)
    recorder.commit(confirmation(0, "x" * 300_000))
    assert trouble.wait(10)
    assert writer.held is not None
    assert (writer.held.journal, writer.held.why) == (None, "Not a directory")
    with pytest.raises(StudyProblem, match="full"):
        writer.close()


def test_that_a_store_that_is_closed_while_it_cannot_be_written_leaves_its_journal(
    store: Path, journals: Path, begin: Begin, confirmation: Confirmation
) -> None:
    trouble = threading.Event()
    writer = StoreWriter(store, on_problem=lambda _: trouble.set(), journals=journals)
    recorder = begin(writer)
    writer.run(lambda c: c.execute("PRAGMA max_page_count=1").fetchall()).result(10)
    recorder.commit(confirmation(0, "x" * 300_000))
    assert trouble.wait(10)
    recorder.record(WheelTurned(at_ns=5, viewport=0, steps=1.0))
    with pytest.raises(StudyProblem, match="full"):
        writer.close()
    again = StoreWriter(store, journals=journals)
    assert [each.rows for each in again.played_back] == [2]
    again.close()
    assert (verify(store).problems, verify(store).events) == ((), 2)


def test_that_a_journal_that_cannot_be_played_back_yet_stays(
    store: Path, journals: Path, died: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("app.store.writer.refuse_lost", full)
        with pytest.raises(StudyProblem, match="disk is full"):
            StoreWriter(store, journals=journals)
    assert died.exists()
    StoreWriter(store, journals=journals).close()
    assert verify(store).events == 4


def row(seq: int, note: str = "") -> HeldRow:
    return HeldRow("s", seq, seq, "2026-01-01", "AnswerGiven", json.dumps({"note": note}), bytes([seq]) * 32, None)


@pytest.mark.parametrize("cut", range(1, 200, 13))
def test_that_any_cut_leaves_the_rows_before_it(tmp_path: Path, cut: int) -> None:
    journal = Journal(tmp_path, "u", tmp_path / "store.sqlite")
    journal.hold([row(0), row(1)])
    whole = len(journal.path.read_bytes())
    journal.hold([row(2, "samples" * 50)])
    journal.close()
    journal.path.write_bytes(journal.path.read_bytes()[: whole + cut])
    found = read(journal.path)
    assert (found.rows, found.is_torn, found.is_broken) == ((row(0), row(1)), True, False)


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_that_the_journal_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        journal = Journal(tmp_path / "new", "u", tmp_path / "store.sqlite")
        journal.hold([row(0)])
    finally:
        os.umask(before)
    assert [each.stat().st_mode & 0o777 for each in (journal.path.parent, journal.path)] == [0o700, 0o600]
    journal.forget()
    assert not journal.path.exists()
