"""What a reader sees when the store fails: the reading stops on every page, in words, and goes on by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.assembling.application import application
from app.assembling.composer import Composer, RunPlan
from app.simulated.reader import SimulatedReader
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import Event, PhaseConfirmed, ProblemShown
from app.windows.debrief import DebriefPage
from app.windows.workstation import Workstation
from study_configs.problem import StudyProblem
from study_configs.study import load_study


class Faulty(StoreWriter):
    """A store whose disk can be full, or slow: its transactions then fail, or wait, before they are committed."""

    def __init__(self, path: Path, journals: Path) -> None:
        self.full, self.let_through = False, threading.Event()
        self.let_through.set()
        self.error: Exception = OSError(28, "No space left on device")
        self.fills_at: type[Event] | None = None  # the disk is full from the moment when this one is handed in
        self.kinds: list[str] = []
        super().__init__(path, journals=journals)

    def commit(self, sitting: int, event: Event, utc_ns: int) -> Future[str]:
        self.kinds.append(type(event).__name__)
        if self.fills_at is None or not isinstance(event, self.fills_at):
            return super().commit(sitting, event, utc_ns)
        self.let_through.clear()  # or what came before could fail first, and this one were refused
        future = super().commit(sitting, event, utc_ns)
        self.full, self.fills_at = True, None
        self.let_through.set()
        return future

    def _write(self, heads: dict[int, Any]) -> None:
        super()._write(heads)
        self.let_through.wait(30)
        if self.full:
            raise self.error


class Sitting:
    """A workstation on the study, and its faulty store."""

    def __init__(self, study: Path, store: Path, journals: Path) -> None:
        application((1280, 800))
        self.store = store
        self.writer = Faulty(store, journals)
        plan = RunPlan(store, "tester", size=(1280, 800))
        self.composer = Composer(plan, load_study(study), self.writer, QApplication.instance())
        self.window: Workstation = self.composer.workstation()
        self.window.resize(1280, 800)
        self.window.show()

    def close(self) -> None:
        self.writer.full = False
        self.writer.let_through.set()
        self.close_as_it_is()

    def close_as_it_is(self) -> None:
        self.window.close()
        self.composer.close()
        self.window.deleteLater()
        self.writer.close()


@pytest.fixture
def begin_reading(qtbot, study: Path, tmp_path: Path, journals: Path) -> Iterator[Callable[[], Sitting]]:
    opened: list[Sitting] = []

    def begun() -> Sitting:
        opened.append(Sitting(study, tmp_path / "store.sqlite", journals))
        return opened[-1]

    yield begun
    for each in opened:
        if each.writer._thread.is_alive():
            each.close()


def press(window: Workstation, key: Qt.Key) -> None:
    QTest.keyClick(window.focusWidget() or window, key)


def to_first_page(qtbot, sitting: Sitting) -> None:
    sitting.window.begin("tester")
    qtbot.waitUntil(lambda: sitting.window.pages.currentWidget() is sitting.window.text_page)
    qtbot.waitUntil(lambda: not sitting.window.driver.busy)


def test_that_a_full_disk_stops_a_page_and_the_next_comes_by_itself_once_there_is_room(qtbot, begin_reading) -> None:
    sitting = begin_reading()
    to_first_page(qtbot, sitting)
    window, state = sitting.window, sitting.window.driver.state
    sitting.writer.full = True
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(window.message.isVisible)
    assert "disk is full" in window.message.what.text()
    assert sitting.store.name in window.message.where.text().replace("\u200b", "")
    assert "Free some space" in window.message.todo.text()
    assert "emergency journal" in window.message.more.text()
    assert list(window.message.buttons) == ["retry", "leave"]
    assert window.driver.state is state
    window.grab().save(str(Path(sitting.store.parent) / "stopped.png"))
    sitting.writer.full = False
    qtbot.waitUntil(lambda: not window.message.isVisible())
    qtbot.waitUntil(lambda: window.driver.state is not state)
    sitting.close()
    assert verify(sitting.store).problems == ()
    with open_store(sitting.store) as opened:
        shown = [event for event in opened.events(1) if isinstance(event, ProblemShown)]
    assert len(shown) == 1
    assert shown[0].where == ""


def test_that_a_store_that_fails_while_nothing_is_confirmed_stops_the_reading_too(qtbot, begin_reading) -> None:
    sitting = begin_reading()
    to_first_page(qtbot, sitting)
    window = sitting.window
    sitting.writer.full = True
    press(window, Qt.Key.Key_F11)  # a command, which nobody waits for
    qtbot.waitUntil(window.message.isVisible)
    window.messages.answer("retry")
    window.message.dismiss()
    qtbot.waitUntil(window.message.isVisible)  # it still is
    sitting.writer.full = False
    qtbot.waitUntil(lambda: not window.message.isVisible())
    sitting.close()
    assert verify(sitting.store).problems == ()
    with open_store(sitting.store) as store:  # the reader had a message before the images meanwhile
        kinds = [type(each).__name__ for each in store.events(1)]
    halted, went_on = kinds.index("ReadingHalted"), kinds.index("ReadingWentOn")
    assert halted < went_on
    assert "ReadingWentOn" not in kinds[:halted]


def test_that_a_slow_disk_is_told_after_a_second_and_stops_the_reading_after_five(
    qtbot, begin_reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.windows.sitting_driver.WARN_AFTER_MS", 300)
    monkeypatch.setattr("app.windows.sitting_driver.STOP_AFTER_MS", 900)
    sitting = begin_reading()
    to_first_page(qtbot, sitting)
    window, state = sitting.window, sitting.window.driver.state
    said: list[str] = []
    note = window.saving
    monkeypatch.setattr(note, "setText", lambda words: (said.append(words), QLabel.setText(note, words)))
    sitting.writer.let_through.clear()
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(said) == 2)
    assert said == ["Saving …", "Saving takes longer than usual …"]
    assert window.saving.isVisible()
    window.grab().save(str(Path(sitting.store.parent) / "slow.png"))
    qtbot.waitUntil(window.message.isVisible)
    assert "not been saved for five seconds" in window.message.what.text()
    assert sitting.store.name in window.message.where.text().replace("\u200b", "")
    assert window.driver.state is state
    sitting.writer.let_through.set()
    qtbot.waitUntil(lambda: not window.message.isVisible())
    assert not window.saving.isVisible()
    sitting.close()


def test_that_who_leaves_while_nothing_can_be_saved_finds_everything_again(
    qtbot, begin_reading, study: Path, journals: Path
) -> None:
    sitting = begin_reading()
    to_first_page(qtbot, sitting)
    sitting.writer.full = True
    press(sitting.window, Qt.Key.Key_Return)
    qtbot.waitUntil(sitting.window.message.isVisible)
    held = sitting.writer.held.events
    sitting.window.messages.answer("leave")
    with pytest.raises(StudyProblem, match="disk is full"):
        sitting.close_as_it_is()
    assert len(list(journals.iterdir())) == 1
    again = begin_reading()
    assert again.writer.played_back[0].rows >= held
    again.close()
    assert verify(again.store).problems == ()
    with open_store(again.store) as opened:
        assert "TextAcknowledged" in [type(event).__name__ for event in opened.events(1)]


@pytest.mark.slow
def test_that_a_disk_that_fills_before_every_confirmation_stops_each_page_and_changes_nothing(
    qtbot, begin_reading, tmp_path: Path
) -> None:
    """Texts, cases, feedback: each is stopped, let go on, and comes out as in any other sitting."""
    sitting = begin_reading()
    window, writer = sitting.window, sitting.writer
    pages: list[str] = []

    def fill(_saving: bool) -> None:
        if _saving and not writer.full and window.driver.recorder.problem is None:
            writer.full = True

    def make_room(name: str) -> None:
        if name == "message":
            pages.append(type(window.pages.currentWidget()).__name__)
            writer.full = False

    window.unattended = True
    window.page_shown.connect(make_room)
    simulated = SimulatedReader(window, "hasty", "tester")
    simulated.start()
    qtbot.waitUntil(lambda: window.driver is not None)
    window.driver.saving.connect(fill)
    with qtbot.waitSignal(window.left, timeout=180_000):
        pass
    sitting.close()
    assert {"TextPage", "ReadingRoom"} <= set(pages)
    assert verify(sitting.store).problems == ()
    with open_store(sitting.store) as opened:
        kinds = [type(event).__name__ for event in opened.events(1)]
    assert kinds[-1] == "SittingEnded"
    assert DebriefPage.__name__ in pages or "FeedbackShown" not in kinds


def test_that_keys_pressed_while_a_page_is_saved_confirm_nothing_twice(qtbot, begin_reading) -> None:
    """An impatient reader presses Return again and again; the page that comes next is not confirmed unseen."""
    sitting = begin_reading()
    to_first_page(qtbot, sitting)
    window, state = sitting.window, sitting.window.driver.state
    sitting.writer.let_through.clear()
    for _ in range(5):
        press(window, Qt.Key.Key_Return)
    assert window.driver.busy
    assert sitting.writer.kinds.count("TextAcknowledged") == 1
    sitting.writer.let_through.set()
    qtbot.waitUntil(lambda: window.driver.state is not state and not window.driver.busy)
    sitting.close()
    assert sitting.writer.kinds.count("TextAcknowledged") == 1
    with open_store(sitting.store) as opened:
        kinds = [type(each).__name__ for each in opened.events(1)]
    assert kinds.count("TextAcknowledged") == 1


def test_that_what_is_pressed_while_an_answer_is_saved_comes_to_one_confirmation(qtbot, begin_reading) -> None:
    """In the reading room: the case is confirmed, the disk is slow, and the reader goes on pressing keys."""
    sitting = begin_reading()
    window = sitting.window
    window.unattended = True
    simulated = SimulatedReader(window, "hasty", "tester")
    confirmed: list[int] = []
    commit = sitting.writer.commit

    def slow_at_the_first(number: int, event: Event, utc_ns: int) -> Future[str]:
        if isinstance(event, PhaseConfirmed):
            confirmed.append(event.phase)
            if len(confirmed) == 1:
                sitting.writer.let_through.clear()
                simulated._timer.stop()
        return commit(number, event, utc_ns)

    sitting.writer.commit = slow_at_the_first
    simulated.start()
    qtbot.waitUntil(lambda: bool(confirmed))
    assert window.driver.busy
    for key in (Qt.Key.Key_Return, Qt.Key.Key_1, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        press(window, key)
    assert len(confirmed) == 1
    sitting.writer.let_through.set()
    qtbot.waitUntil(lambda: not window.driver.busy)
    assert len(confirmed) == 1
    sitting.close()
    assert verify(sitting.store).problems == ()
    with open_store(sitting.store) as opened:
        assert [type(each).__name__ for each in opened.events(1)].count("PhaseConfirmed") == 1
