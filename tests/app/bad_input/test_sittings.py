"""What can happen while somebody reads: power and processes die, disks fill, files vanish. No answer is ever lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.store.reader import open_store
from app.store.verify import verify
from app.tracking.events import (
    CaseShown,
    Event,
    PhaseConfirmed,
    ProblemShown,
    SittingEnded,
    SittingStarted,
    TrialInterrupted,
    TrialStarted,
)
from app.windows.farewell import FarewellPage
from app.windows.questions.answer_keys import Slot

from .conftest import ENVIRONMENT, SmallDisk, wait_for

READER = "simulated-careful"
DECISIONS = [(0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (4, 0), (4, 1)]  # trial and phase of the small study


def events_of(store: Path, reader: str = READER) -> list[Event]:
    with open_store(store) as opened:
        return [event for sitting in opened.sittings(reader=reader) for event in opened.events(sitting.id)]


def decisions(events: list[Event]) -> list[tuple[int, int]]:
    return [(event.trial, event.phase) for event in events if isinstance(event, PhaseConfirmed)]


# --- the process dies


def reading_to(study: Path, store: Path, events: int, moment: str = "written") -> subprocess.Popen[str]:
    """A careful simulated reader in a process of its own, which stands still at that event of some 800."""
    here = [sys.executable, str(Path(__file__).with_name("halting.py")), str(events), moment]
    words = [*here, "run", str(study / "protocol.yaml"), "--simulate", "careful", "--store", str(store)]
    process = subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    found = []
    how = os.WSTOPPED | os.WEXITED | os.WNOHANG | os.WNOWAIT
    wait_for(lambda: found.append(os.waitid(os.P_PID, process.pid, how)) or found[-1] is not None)
    assert found[-1].si_code == os.CLD_STOPPED, process.communicate()
    return process


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no process can be made to stand still here")
@pytest.mark.parametrize(("events", "moment"), [(1, "writing"), (150, "writing"), (300, "written"), (500, "writing")])
def test_that_a_killed_sitting_goes_on_where_it_was_and_loses_no_answer(
    readerlab, small_study: Path, tmp_path: Path, events: int, moment: str
) -> None:
    store = tmp_path / "readerlab.sqlite"
    process = reading_to(small_study, store, events, moment)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    before = events_of(store)
    assert verify(store).sound
    assert readerlab("report", store, "--out", tmp_path / "report.html").status == 0
    resumed = readerlab("run", small_study / "protocol.yaml", "--simulate", "careful", "--store", store)
    assert resumed.status == 0, resumed
    after = events_of(store)
    assert after[: len(before)] == before
    rest = after[len(before) :]
    assert isinstance(rest[0], SittingStarted)
    assert rest[0].resumed == bool(before)
    assert decisions(after) == DECISIONS
    left = next(trial for trial, _ in DECISIONS[len(decisions(before)) :])
    assert next(event.trial for event in rest if isinstance(event, TrialStarted)) == left
    assert verify(store, [resumed.out.split()[-1]]).sound
    assert readerlab("report", store, "--out", tmp_path / "report.html").status == 0


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="these signals are those of other systems")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_that_a_sitting_that_is_asked_to_stop_leaves_in_order(small_study: Path, tmp_path: Path, sent: int) -> None:
    store = tmp_path / "readerlab.sqlite"
    process = reading_to(small_study, store, 150)
    process.send_signal(sent)
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert verify(store, [out.split()[-1]]).sound
    events = events_of(store)
    assert isinstance(events[-1], SittingEnded)
    assert events[-1].reason == "signed_out"
    started = [event.trial for event in events if isinstance(event, TrialStarted)]
    if (started[-1], 0) not in decisions(events):
        assert any(isinstance(event, TrialInterrupted) for event in events)


# --- the real window


def press(window, name) -> None:
    QTest.keyClick(window.focusWidget() or window, name)


def sign_in(qtbot, window) -> None:
    page = window.sign_in_page
    page.reader.setFocus()
    page.reader.selectAll()
    QTest.keyClicks(page.reader, "tester")
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.text_page and not window.driver.busy)
    press(window, Qt.Key.Key_Return)


def reading(qtbot, window) -> None:
    qtbot.waitUntil(lambda: window.driver.is_reading and not window.driver.busy)


def answer(window, question: str = "nodule", value: str = "no") -> None:
    window.room.grid.setFocus()
    QTest.keyClicks(window.room.grid, window.room.questions.keys[Slot(question, value)].lower())


def confirm(qtbot, window) -> None:
    step = (window.driver.state.trial, window.driver.state.phase)
    qtbot.waitUntil(lambda: window.room.questions.confirm.possible)
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (window.driver.state.trial, window.driver.state.phase) != step)


def message(window) -> str:
    parts = (window.message.what, window.message.where, window.message.todo)
    return " ".join(part.text() for part in parts).replace("\u200b", "")


def read_on(qtbot, window, enough: Callable[[], bool]) -> None:
    while not enough():
        reading(qtbot, window)
        answer(window)
        confirm(qtbot, window)


def test_that_a_full_disk_is_told_and_reading_goes_on_when_there_is_space(
    qtbot, start, small_disk: SmallDisk, tmp_path: Path
) -> None:
    run = start(store=str(small_disk.folder / "readerlab.sqlite"))
    window = run.window
    sign_in(qtbot, window)
    read_on(qtbot, window, lambda: window.driver.state.trial == 1)
    reading(qtbot, window)
    small_disk.fill()
    answer(window)
    qtbot.waitUntil(lambda: window.room.questions.confirm.possible)
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(window.message.isVisible)
    assert "disk is full" in message(window)
    assert "readerlab.sqlite" in message(window)
    assert window.driver.state.trial == 1  # nothing is taken for saved
    kept = shutil.copytree(small_disk.folder, tmp_path / "as-it-is", ignore=shutil.ignore_patterns("ballast"))
    assert decisions(events_of(Path(kept) / "readerlab.sqlite", "tester")) == [(0, 0)]
    small_disk.free()
    press(window, Qt.Key.Key_Return)  # try again
    qtbot.waitUntil(lambda: not window.message.isVisible() and not window.driver.busy)
    qtbot.waitUntil(lambda: window.driver.state.trial == 2)
    read_on(qtbot, window, lambda: window.driver.state.trial == 3)
    run.close()
    assert decisions(run.events()) == [(0, 0), (1, 0), (2, 0)]
    assert verify(run.store).sound


@pytest.mark.slow
def test_that_a_sitting_left_while_the_disk_is_full_keeps_what_was_confirmed(
    qtbot, start, small_disk: SmallDisk
) -> None:
    run = start(store=str(small_disk.folder / "readerlab.sqlite"))
    sign_in(qtbot, run.window)
    read_on(qtbot, run.window, lambda: run.window.driver.state.trial == 2)
    reading(qtbot, run.window)
    small_disk.fill()
    answer(run.window)
    qtbot.waitUntil(lambda: run.window.room.questions.confirm.possible)
    press(run.window, Qt.Key.Key_Return)
    qtbot.waitUntil(run.window.message.isVisible)
    run.window.close()
    with pytest.raises(Exception, match="full"):
        run.kill()
    small_disk.free()
    assert verify(run.store).sound
    assert decisions(run.events()) == [(0, 0), (1, 0)]


def test_that_a_bad_file_among_good_ones_is_told_while_reading_goes_on(qtbot, start, study_copy: Path) -> None:
    slices = sorted((study_copy / "images" / "warm-1").iterdir())
    for number, file in enumerate(slices[:3]):
        file.write_bytes(file.read_bytes()[: 300 + 1000 * number])
    run = start(study_copy)
    sign_in(qtbot, run.window)
    reading(qtbot, run.window)
    qtbot.waitUntil(run.window.room.notice.isVisible)
    assert "3 files of this case can't be read" in run.window.room.notice.text()
    assert not run.window.message.isVisible()
    answer(run.window)
    confirm(qtbot, run.window)
    reading(qtbot, run.window)
    assert not run.window.room.notice.isVisible()
    run.close()
    events = run.events()
    told = [event for event in events if isinstance(event, ProblemShown)]
    assert len(told) == 3
    assert not any(str(study_copy) in event.what + event.where for event in told)  # folders can hold patients' names
    assert decisions(events) == [(0, 0)]


@pytest.mark.parametrize("comes_back", [True, False])
def test_that_a_case_that_vanished_can_be_tried_again_or_left(qtbot, start, study_copy: Path, comes_back: bool) -> None:
    run = start(study_copy)
    window = run.window
    hidden = study_copy / "hidden"
    (study_copy / "images").rename(hidden)
    sign_in(qtbot, window)
    qtbot.waitUntil(window.message.isVisible)
    assert "warm-1" in message(window)
    if comes_back:
        hidden.rename(study_copy / "images")
        press(window, Qt.Key.Key_Return)
        reading(qtbot, window)
        assert not window.message.isVisible()
    else:
        press(window, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: isinstance(window.pages.currentWidget(), FarewellPage))
        assert window.receipt
    run.close()
    events = run.events()
    assert len([event for event in events if isinstance(event, CaseShown)]) == comes_back
    assert isinstance(events[-1], SittingEnded)
    assert verify(run.store).sound


def test_that_a_case_that_vanishes_later_keeps_the_answers_before_it(qtbot, start, study_copy: Path) -> None:
    run = start(study_copy)
    window = run.window
    sign_in(qtbot, window)
    reading(qtbot, window)
    keep = {"warm-1", window.driver.script.trials[1].case}  # the next one may be in memory already
    for folder in (study_copy / "images").iterdir():
        if folder.name not in keep:
            shutil.rmtree(folder)
    read_on(qtbot, window, lambda: window.driver.state.trial == 2)
    qtbot.waitUntil(window.message.isVisible)
    assert window.driver.script.trials[2].case in message(window)
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: isinstance(window.pages.currentWidget(), FarewellPage))
    run.close()
    assert decisions(run.events()) == [(0, 0), (1, 0)]


def test_that_a_changed_study_file_is_refused_for_those_who_have_begun(qtbot, start, study_copy: Path) -> None:
    run = start(study_copy)
    sign_in(qtbot, run.window)
    read_on(qtbot, run.window, lambda: run.window.driver.state.trial == 1)
    run.close()
    protocol = study_copy / "protocol.yaml"
    protocol.write_text(protocol.read_text("utf-8").replace("Is there a nodule?", "Is there a lesion?"), "utf-8")
    again = start(study_copy)
    page = again.window.sign_in_page
    page.reader.setFocus()
    page.reader.selectAll()
    QTest.keyClicks(page.reader, "tester")
    press(again.window, Qt.Key.Key_Return)
    qtbot.waitUntil(again.window.message.isVisible)
    assert "changed" in message(again.window)
    assert "new version" in message(again.window)
    again.close()
    assert decisions(run.events()) == [(0, 0)]


def test_that_a_slider_over_a_hundred_thousand_values_can_be_answered(qtbot, start, study_copy: Path) -> None:
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text("utf-8").replace("answer: yes_no}", "answer: slider, from: 0, to: 99999}")
    protocol.write_text(text.replace("answer: marks, show_if: answer.nodule == yes", "answer: marks, required: false"))
    run = start(study_copy)
    sign_in(qtbot, run.window)
    reading(qtbot, run.window)
    key = run.window.room.questions.keys[Slot("nodule", None)]
    run.window.room.grid.setFocus()
    QTest.keyClicks(run.window.room.grid, key.lower())
    QTest.keyClicks(run.window.focusWidget(), "12345")
    press(run.window, Qt.Key.Key_Return)
    press(run.window, Qt.Key.Key_Escape)
    confirm(qtbot, run.window)
    run.close()
    decided = next(event for event in run.events() if isinstance(event, PhaseConfirmed))
    assert decided.answers == {"nodule": 12345}
