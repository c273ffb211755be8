"""The store fails on every page that a reader can stand on: said in words, nothing acknowledged, gone on by itself.

Each page is also cut off in that state, as kill -9 or a power cut would: what lies on the disks is started anew, and
the emergency journal brings back what was held.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.reading import engine
from app.reading.state import Stage
from app.reading.worklist import standing
from app.reading.worklist.state import Bustle
from app.simulated.bustle import PICK_UP
from app.simulated.hands import code_of
from app.store.accounts import first_coordinator, make_account
from app.store.acts import Who
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import (
    BreakEnded,
    CallAnswered,
    CaseFeedbackClosed,
    Event,
    PhaseConfirmed,
    ReadingHalted,
    ReadingWentOn,
    SittingEnded,
    SittingStarted,
    TrialStarted,
)
from app.tracking.recorder import clock
from app.windows.debrief import DebriefPage
from app.windows.farewell import FarewellPage
from app.windows.workstation import Workstation
from study_configs.problem import StudyProblem

from ..app.conftest import small_study, study_copy
from ..app.windows.station.conftest import scanner_study
from ..app.windows.test_pin_sign_in import give
from ..app.windows.worklist.test_worklist import with_list
from .test_disks import fill
from .test_stopped_reading import Sitting, press

__all__ = ["scanner_study", "small_study", "study_copy"]  # fixtures

HOUR_NS = 3_600_000_000_000
PICK_UP_KEY = code_of(PICK_UP)
Begin = Callable[[Path], Sitting]


@pytest.fixture
def begin(qtbot, tmp_path: Path, journals: Path) -> Iterator[Begin]:
    """A workstation on a study, in a store whose disk fails when it is told to."""
    opened: list[Sitting] = []

    def begun(study: Path, store: Path = tmp_path / "disk" / "store.sqlite") -> Sitting:
        store.parent.mkdir(exist_ok=True)
        opened.append(Sitting(study / "protocol.yaml", store, journals))
        return opened[-1]

    yield begun
    for each in opened:
        if each.writer._thread.is_alive():
            each.close()


@pytest.fixture
def listed(study_copy: Path) -> Path:
    """A reading list whose exams are all there, and somebody who calls as soon as the first is read."""
    return with_list(study_copy, call_min=0.001)


def stopped(qtbot, sitting: Sitting, page: QWidget, words: str = "disk is full") -> None:
    """The message stands over the page in plain words, with what to do; the page itself has not moved on."""
    window = sitting.window
    qtbot.waitUntil(window.message.isVisible)
    assert words in window.message.what.text()
    assert sitting.store.name in window.message.where.text().replace("\u200b", "")
    assert window.message.todo.text()
    assert "emergency journal" in window.message.more.text()
    assert window.pages.currentWidget() is page


def gone_on(qtbot, sitting: Sitting) -> None:
    """There is room again: the message goes by itself, and nobody pressed anything."""
    window = sitting.window
    sitting.writer.full = False
    qtbot.waitUntil(lambda: not window.message.isVisible())
    qtbot.waitUntil(lambda: not window.driver.busy)


def cut_off(sitting: Sitting, journals: Path, to: Path) -> list[Event]:
    """What a start finds after kill -9 at this moment: the files as they lie on the disks, opened anew."""
    to.mkdir()
    for folder in (sitting.store.parent, journals):
        # by another process: closing a file of our own would drop SQLite's locks on it
        subprocess.run(["cp", "-r", str(folder), str(to / folder.name)], check=True)
    store = to / sitting.store.parent.name / sitting.store.name
    (store.parent / f"{store.name}.holder").unlink()  # it names the journal of the one that still runs
    writer = StoreWriter(store, journals=to / journals.name)
    assert [each.kept for each in writer.played_back] == [None]
    writer.close()
    assert verify(store).problems == ()
    return events_in(store)


def events_in(store: Path) -> list[Event]:
    with open_store(store) as opened:
        return [event for each in opened.sittings() for event in opened.events(each.id)]


def names(events: list[Event]) -> list[str]:
    return [type(each).__name__ for each in events]


def whole(sitting: Sitting) -> list[str]:
    """The sitting is over: the store is sound, and these kinds are in it."""
    sitting.close()
    assert verify(sitting.store).problems == ()
    return names(events_in(sitting.store))


def to_the_cases(qtbot, sitting: Sitting) -> None:
    """Sign in and read the texts."""
    window = sitting.window
    window.begin("tester")
    qtbot.waitUntil(lambda: not window.driver.busy)
    while window.pages.currentWidget() is window.text_page:
        before = window.driver.state
        press(window, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda before=before: window.driver.state is not before)
        qtbot.waitUntil(lambda: not window.driver.busy)


def reading(qtbot, window: Workstation) -> None:
    qtbot.waitUntil(lambda: window.driver.is_reading and not window.driver.busy)


def answer(qtbot, window: Workstation, *keys: Qt.Key) -> None:
    """Answer the questions beside the images, ready to be confirmed."""
    reading(qtbot, window)
    for key in keys:
        QTest.keyClick(window.room.grid, key)
    qtbot.waitUntil(lambda: window.room.questions.confirm.possible)


def read_practice(qtbot, window: Workstation) -> None:
    """The first case, which no break and no feedback follows."""
    answer(qtbot, window, Qt.Key.Key_N)
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.driver.state.trial == 1)


def test_that_a_full_disk_stops_the_reading_list_and_a_case_chosen_from_it_opens_by_itself(
    qtbot, begin: Begin, listed: Path, journals: Path, tmp_path: Path
) -> None:
    sitting = begin(listed)
    to_the_cases(qtbot, sitting)
    window, page = sitting.window, sitting.window.worklist.page
    qtbot.waitUntil(lambda: window.pages.currentWidget() is page and bool(page.table.rows))
    sitting.writer.fills_at = TrialStarted
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    stopped(qtbot, sitting, window.pages.currentWidget())
    assert window.driver.trial_open is None
    qtbot.waitUntil(lambda: sitting.writer.held.awaited == 1)
    assert "CaseChosen" in names(cut_off(sitting, journals, tmp_path / "cut"))
    gone_on(qtbot, sitting)
    reading(qtbot, window)
    kinds = whole(sitting)
    assert kinds.count("CaseChosen") == kinds.count("TrialStarted") == 1


def on_the_telephone(qtbot, sitting: Sitting) -> QWidget:
    """Signed in to the list, a case opened from it, and a call picked up over it."""
    to_the_cases(qtbot, sitting)
    window, desk = sitting.window, sitting.window.worklist
    qtbot.waitUntil(lambda: window.pages.currentWidget() is desk.page and bool(desk.page.table.rows))
    QTest.keyClick(desk.page.table, Qt.Key.Key_Return)
    reading(qtbot, window)
    qtbot.waitUntil(desk.ringing.isVisible)
    QTest.keyClick(window.room.grid, *PICK_UP_KEY)
    qtbot.waitUntil(desk.call.isVisible)
    return desk.call


def test_that_a_full_disk_holds_what_was_said_on_the_telephone(
    qtbot, begin: Begin, listed: Path, journals: Path, tmp_path: Path
) -> None:
    sitting = begin(listed)
    call = on_the_telephone(qtbot, sitting)
    window = sitting.window
    sitting.writer.fills_at = CallAnswered
    QTest.keyClick(call, Qt.Key.Key_Y)
    QTest.keyClick(call, Qt.Key.Key_Return)
    stopped(qtbot, sitting, window.room)
    assert window.driver.state.bustle.ringing is not None  # not answered before it is saved
    qtbot.waitUntil(lambda: sitting.writer.held.awaited == 1)
    assert "CallAnswered" in names(cut_off(sitting, journals, tmp_path / "cut"))
    gone_on(qtbot, sitting)
    qtbot.waitUntil(lambda: window.driver.state.bustle.ringing is None)
    assert not call.isVisible()
    answer(qtbot, window, Qt.Key.Key_N, Qt.Key.Key_9)  # the case under it is read on
    assert whole(sitting).count("CallAnswered") == 1


def test_that_a_disk_that_fills_in_the_midst_of_a_call_leaves_its_answers_on_the_card(
    qtbot, begin: Begin, listed: Path
) -> None:
    sitting = begin(listed)
    call = on_the_telephone(qtbot, sitting)
    QTest.keyClick(call, Qt.Key.Key_Y)
    sitting.writer.full = True
    QTest.keyClick(sitting.window, Qt.Key.Key_F11)  # something that nobody waits for
    stopped(qtbot, sitting, sitting.window.room)
    gone_on(qtbot, sitting)
    assert call.isVisible()
    assert call.answers() == {"later": "yes"}
    QTest.keyClick(call, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sitting.window.driver.state.bustle.ringing is None)
    assert whole(sitting).count("CallAnswered") == 1


def test_that_no_call_is_missed_and_no_time_of_a_block_passes_while_nothing_can_be_saved(
    qtbot, begin: Begin, listed: Path
) -> None:
    """The message covers the telephone, and a reader who may not read loses no minutes of the list."""
    sitting = begin(listed)
    to_the_cases(qtbot, sitting)
    window, desk = sitting.window, sitting.window.worklist
    qtbot.waitUntil(lambda: window.pages.currentWidget() is desk.page and bool(desk.page.table.rows))
    QTest.keyClick(desk.page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(desk.ringing.isVisible)
    sitting.writer.full = True
    QTest.keyClick(window, Qt.Key.Key_F11)
    stopped(qtbot, sitting, window.room)
    script, state = window.driver.script, window.driver.state
    for later_ns in (clock(), clock() + HOUR_NS):  # by the clock alone, however long it takes here
        assert standing.due_now(script, state, later_ns) is None
        assert state.bustle.at(later_ns) == state.bustle.spent_ns
    gone_on(qtbot, sitting)
    live, halted = window.driver.state.bustle, state.bustle
    assert live.at(live.since_ns) == halted.spent_ns  # it goes on from there
    QTest.keyClick(window.room.grid, *PICK_UP_KEY)
    qtbot.waitUntil(desk.call.isVisible)
    assert "CallMissed" not in whole(sitting)
    events = events_in(sitting.store)
    kinds = [type(each) for each in events]
    for kind, expected in ((ReadingHalted, halted), (ReadingWentOn, live)):  # resuming is a replay of the log
        folded = engine.fold(script, events[: kinds.index(kind) + 1]).bustle
        assert clocks(folded) == clocks(expected)


def clocks(bustle: Bustle) -> tuple[object, ...]:
    return bustle.spent_ns, bustle.since_ns, bustle.ringing, bustle.is_halted


def test_that_a_full_disk_stops_a_technicians_decision(
    qtbot, begin: Begin, scanner_study: Path, journals: Path, tmp_path: Path
) -> None:
    sitting = begin(scanner_study)
    to_the_cases(qtbot, sitting)
    window = sitting.window
    reading(qtbot, window)
    before = window.driver.state
    sitting.writer.fills_at = PhaseConfirmed
    press(window, Qt.Key.Key_A)
    press(window, Qt.Key.Key_Return)
    stopped(qtbot, sitting, window.room)
    assert window.driver.state.confirmed == before.confirmed
    qtbot.waitUntil(lambda: sitting.writer.held.awaited == 1)
    assert "PhaseConfirmed" in names(cut_off(sitting, journals, tmp_path / "cut"))
    gone_on(qtbot, sitting)
    qtbot.waitUntil(lambda: window.driver.state.confirmed != before.confirmed)
    qtbot.waitUntil(lambda: window.driver.state.trial == 1 and window.driver.is_reading)
    assert whole(sitting).count("PhaseConfirmed") == 1


def changed(folder: Path, old: str, new: str) -> Path:
    """The study with other words in its protocol."""
    protocol = folder / "protocol.yaml"
    text = protocol.read_text("utf-8")
    assert old in text
    protocol.write_text(text.replace(old, new), "utf-8")
    return folder


def test_that_a_full_disk_stops_a_break(qtbot, begin: Begin, study_copy: Path, journals: Path, tmp_path: Path) -> None:
    resting = changed(study_copy, "  seed: 5", "  breaks: {every_cases: 1, at_least_s: 0}\n  seed: 5")
    sitting = begin(resting)
    to_the_cases(qtbot, sitting)
    window = sitting.window
    read_practice(qtbot, window)
    answer(qtbot, window, Qt.Key.Key_N)
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.break_page)
    sitting.writer.fills_at = BreakEnded
    press(window, Qt.Key.Key_Return)
    stopped(qtbot, sitting, window.break_page)
    assert window.driver.state.stage is Stage.BREAK
    qtbot.waitUntil(lambda: sitting.writer.held.awaited == 1)
    assert "BreakEnded" in names(cut_off(sitting, journals, tmp_path / "cut"))
    gone_on(qtbot, sitting)
    reading(qtbot, window)
    kinds = whole(sitting)
    assert kinds.count("BreakStarted") == kinds.count("BreakEnded") == 1


@pytest.fixture
def told_after_each(study_copy: Path) -> Path:
    return changed(study_copy, "when: after_sitting", "when: after_case")


def feedback_page(qtbot, window: Workstation) -> DebriefPage:
    qtbot.waitUntil(lambda: isinstance(window.pages.currentWidget(), DebriefPage))
    return window.pages.currentWidget()


def test_that_a_full_disk_stops_the_leaving_of_what_is_told_of_a_case(
    qtbot, begin: Begin, told_after_each: Path, journals: Path, tmp_path: Path
) -> None:
    sitting = begin(told_after_each)
    to_the_cases(qtbot, sitting)
    window = sitting.window
    read_practice(qtbot, window)
    answer(qtbot, window, Qt.Key.Key_N)
    press(window, Qt.Key.Key_Return)
    page = feedback_page(qtbot, window)
    sitting.writer.fills_at = CaseFeedbackClosed
    press(window, Qt.Key.Key_Return)
    stopped(qtbot, sitting, page)
    qtbot.waitUntil(lambda: sitting.writer.held.awaited == 1)
    assert "CaseFeedbackClosed" in names(cut_off(sitting, journals, tmp_path / "cut"))
    gone_on(qtbot, sitting)
    reading(qtbot, window)
    kinds = whole(sitting)
    assert kinds.count("CaseFeedbackShown") == kinds.count("CaseFeedbackClosed") == 1


def test_that_a_disk_that_fills_as_a_case_is_saved_tells_of_it_once_it_can_be_read_and_written(
    qtbot, begin: Begin, told_after_each: Path
) -> None:
    """The case's confirmation is safe; what is told of it is read from a store that may fail by then."""
    sitting = begin(told_after_each)
    to_the_cases(qtbot, sitting)
    window = sitting.window
    read_practice(qtbot, window)
    answer(qtbot, window, Qt.Key.Key_N)

    def fill_now(is_saving: bool) -> None:
        if not is_saving and not sitting.writer.full:
            sitting.writer.full = True
            QTest.keyClick(window, Qt.Key.Key_Shift)  # logged, but not saved

    window.driver.saving.connect(fill_now)
    press(window, Qt.Key.Key_Return)
    stopped(qtbot, sitting, window.room)
    window.driver.saving.disconnect(fill_now)
    gone_on(qtbot, sitting)
    feedback_page(qtbot, window)
    kinds = whole(sitting)
    assert kinds.count("CaseFeedbackShown") == 1


def sign_in(window: Workstation, reader: str = "tester") -> None:
    """By the keyboard, on the first page."""
    page = window.sign_in_page
    page.reader.setFocus()
    page.reader.selectAll()
    QTest.keyClicks(page.reader, reader)
    QTest.keyClick(page.reader, Qt.Key.Key_Return)


def test_that_nobody_is_signed_in_to_a_full_disk_and_the_next_try_begins(
    qtbot, begin: Begin, small_study: Path, small_disk: Path
) -> None:
    sitting = begin(small_study, small_disk / "store.sqlite")
    window, page = sitting.window, sitting.window.sign_in_page
    ballast = small_disk / "ballast"
    fill(ballast)
    sign_in(window)
    assert window.message.isVisible()
    assert window.message.what.text() == "The disk is full, so this was not done."
    assert "Free some space" in window.message.todo.text()
    assert window.pages.currentWidget() is page
    press(window, Qt.Key.Key_Return)  # close
    assert not window.message.isVisible()
    assert page.reader.text() == "tester"
    ballast.unlink()
    sign_in(window)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.text_page)
    assert whole(sitting).count("SittingStarted") == 1


def test_that_a_disk_that_fills_while_somebody_signs_in_lets_the_sitting_begin_by_itself(
    qtbot, begin: Begin, small_study: Path, journals: Path, tmp_path: Path
) -> None:
    sitting = begin(small_study)
    window, page = sitting.window, sitting.window.sign_in_page
    sitting.writer.fills_at = SittingStarted  # after the enrolment
    sign_in(window)
    stopped(qtbot, sitting, page)
    qtbot.waitUntil(lambda: sitting.writer.held.awaited == 1)
    assert "SittingStarted" in names(cut_off(sitting, journals, tmp_path / "cut"))
    gone_on(qtbot, sitting)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.text_page)
    assert whole(sitting).count("SittingStarted") == 1


def test_that_who_signs_out_on_a_full_disk_is_told_and_gets_the_receipt_once_there_is_room(
    qtbot, begin: Begin, small_study: Path, journals: Path, tmp_path: Path
) -> None:
    sitting = begin(small_study)
    to_the_cases(qtbot, sitting)
    window = sitting.window
    reading(qtbot, window)
    sitting.writer.full = True
    QTest.keyClick(window, Qt.Key.Key_F11)
    stopped(qtbot, sitting, window.room)
    QTest.keyClick(window.message, Qt.Key.Key_Escape)  # leave the case and sign out
    page = window.pages.currentWidget()
    assert isinstance(page, FarewellPage)
    assert page.receipt.text() == "The store could not confirm the end of the sitting."
    for words in ("disk is full", "emergency journal", "Leave this page open"):
        assert words in page.unsaved.text()
    assert "SittingEnded" not in names(cut_off(sitting, journals, tmp_path / "cut"))  # it goes on from its journal
    sitting.writer.full = False
    qtbot.waitUntil(lambda: bool(window.receipt))
    page, receipt = window.pages.currentWidget(), window.receipt
    assert isinstance(page, FarewellPage)
    assert page.receipt.text().replace(" ", "") == receipt
    assert not page.unsaved.isVisible()
    kinds = whole(sitting)
    assert kinds[-1] == "SittingEnded"
    assert kinds.count("SittingEnded") == kinds.count("TrialInterrupted") == 1
    assert verify(sitting.store, [receipt]).sound


def test_that_a_disk_that_fills_at_the_moment_of_signing_out_gives_the_receipt_later(
    qtbot, begin: Begin, small_study: Path
) -> None:
    sitting = begin(small_study)
    to_the_cases(qtbot, sitting)
    window = sitting.window
    reading(qtbot, window)
    sitting.writer.full = True
    window.driver.leave = partial(window.driver.leave, within_s=0.1)
    window.perform("sign_out", "key")
    assert isinstance(window.pages.currentWidget(), FarewellPage)
    assert not window.receipt
    sitting.writer.full = False
    qtbot.waitUntil(lambda: bool(window.receipt))
    receipt, kinds = window.receipt, whole(sitting)
    assert kinds.count("SittingEnded") == kinds.count("TrialInterrupted") == 1
    assert verify(sitting.store, [receipt]).sound


def test_that_the_last_page_comes_only_once_the_end_is_saved(
    qtbot, begin: Begin, scanner_study: Path, journals: Path, tmp_path: Path
) -> None:
    sitting = begin(scanner_study)
    to_the_cases(qtbot, sitting)
    window = sitting.window
    sitting.writer.fills_at = SittingEnded
    for at in range(3):
        qtbot.waitUntil(lambda at=at: window.driver.is_reading and window.driver.state.trial == at)
        qtbot.waitUntil(lambda: not window.driver.busy)
        press(window, Qt.Key.Key_A)
        press(window, Qt.Key.Key_Return)
    stopped(qtbot, sitting, window.room)
    assert not window.receipt
    qtbot.waitUntil(lambda: sitting.writer.held.awaited == 1)
    assert names(cut_off(sitting, journals, tmp_path / "cut"))[-1] == "SittingEnded"
    gone_on(qtbot, sitting)
    qtbot.waitUntil(lambda: isinstance(window.pages.currentWidget(), FarewellPage))
    receipt = window.receipt
    assert whole(sitting)[-1] == "SittingEnded"
    assert verify(sitting.store, [receipt]).sound


FAILURES = {
    "read-only": (sqlite3.OperationalError("attempt to write a readonly database"), "has become read-only"),
    "locked": (sqlite3.OperationalError("database is locked"), "in use by another"),
    "failing": (sqlite3.OperationalError("disk I/O error"), "reports errors"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_that_a_page_says_what_keeps_it_from_being_saved(qtbot, begin: Begin, small_study: Path, failure: str) -> None:
    sitting = begin(small_study)
    sitting.writer.error, words = FAILURES[failure]
    sitting.window.begin("tester")
    qtbot.waitUntil(lambda: sitting.window.pages.currentWidget() is sitting.window.text_page)
    sitting.writer.full = True
    press(sitting.window, Qt.Key.Key_Return)
    stopped(qtbot, sitting, sitting.window.text_page, words)
    gone_on(qtbot, sitting)
    assert whole(sitting).count("TextAcknowledged") == 1


@pytest.mark.skipif(os.name == "nt", reason="an open file can't be moved there")
def test_that_a_store_that_vanishes_in_a_break_is_told_and_the_break_ends_once_it_is_back(
    qtbot, begin: Begin, study_copy: Path, tmp_path: Path
) -> None:
    sitting = begin(changed(study_copy, "  seed: 5", "  breaks: {every_cases: 1, at_least_s: 0}\n  seed: 5"))
    to_the_cases(qtbot, sitting)
    window = sitting.window
    read_practice(qtbot, window)
    answer(qtbot, window, Qt.Key.Key_N)
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.break_page)
    sitting.store.parent.rename(tmp_path / "away")
    press(window, Qt.Key.Key_Return)
    stopped(qtbot, sitting, window.break_page, "moved or deleted")
    (tmp_path / "away").rename(sitting.store.parent)
    gone_on(qtbot, sitting)
    reading(qtbot, window)
    assert whole(sitting).count("BreakEnded") == 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("nth", [1, 3, 6])
def test_that_nothing_is_lost_when_a_stopped_sitting_is_killed(
    qtbot, begin: Begin, study: Path, journals: Path, tmp_path: Path, nth: int
) -> None:
    """A real kill -9, at a page and over cases, while the message stands; the next start takes the journal up."""
    store = tmp_path / "store.sqlite"
    program = Path(__file__).with_name("killed_while_stopped.py")
    done = subprocess.run(
        [sys.executable, str(program), str(study), str(store), str(journals), str(nth)],
        capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(program.parents[2])},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    told = json.loads(done.stdout)
    assert told["message"]
    assert len(told["safe"]) == nth - 1
    writer = StoreWriter(store, journals=journals)
    (played,) = writer.played_back
    assert played.rows >= told["held"]  # and what came between the message and the kill
    assert played.kept is None
    writer.close()
    assert verify(store).problems == ()
    assert list(journals.iterdir()) == []
    found = [(type(each).__name__, each.at_ns) for each in events_in(store)]
    assert [each for each in map(tuple, told["safe"]) if each not in found] == []
    again = Sitting(study, store, journals)
    again.window.begin("tester")
    qtbot.waitUntil(lambda: again.window.driver is not None and not again.window.driver.busy)
    again.close()
    started = [each for each in events_in(store) if isinstance(each, SittingStarted)]
    assert [each.resumed for each in started] == [False, True]


def test_that_a_pin_given_to_a_full_disk_is_answered_in_words_and_may_be_given_again(
    qtbot, begin: Begin, small_study: Path, small_disk: Path
) -> None:
    store, ballast = small_disk / "store.sqlite", small_disk / "ballast"
    writer = StoreWriter(store)
    ada = first_coordinator(writer, "Ada Vermeer", "nine quiet herons")
    make_account(writer, ada, Who("reader", "R01"), "73914")
    writer.close()
    sitting = begin(small_study, store)
    window, page = sitting.window, sitting.window.sign_in_page
    fill(ballast)
    give(page, "R01", "73914")
    qtbot.waitUntil(lambda: not page.reader.isReadOnly())
    assert page.hint.text().startswith("The disk is full, so this was not done. Free some space")
    assert window.pages.currentWidget() is page
    ballast.unlink()
    give(page, "R01", "73914")
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.text_page)
    qtbot.waitUntil(lambda: not window.driver.busy)
    assert whole(sitting).count("SittingStarted") == 1


def test_that_a_reader_whose_signing_out_is_refused_leaves_nothing_at_work(
    qtbot, begin: Begin, small_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That somebody signed out is an act of its own; where it can't be written, AI is let go of all the same."""
    sitting = begin(small_study)
    to_the_cases(qtbot, sitting)
    closed = []
    monkeypatch.setattr(sitting.composer._advice, "close", partial(closed.append, "advice"))
    refused = StudyProblem("The disk is full, so this was not done.")
    monkeypatch.setattr(sitting.composer, "_sign_out", Mock(side_effect=[refused, None]))
    with pytest.raises(StudyProblem, match="full"):
        sitting.composer.close()
    assert closed == ["advice"]
    monkeypatch.undo()
