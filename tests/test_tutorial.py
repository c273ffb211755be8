"""docs/tutorial.md, followed word for word: every box is typed, in order, in one folder, and every **word** pressed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton, QTabWidget, QWidget

from app.assembling.application import application
from app.assembling.desk import desk_window
from app.store.acts import Released, WashoutOverridden
from app.windows.sign_in import SignInPage, StudyCard

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial.md"
TEXT = TUTORIAL.read_text(encoding="utf-8")
BOX = re.compile(r"^```\n(.*?)^```", re.DOTALL | re.MULTILINE)
BOLD = re.compile(r"\*\*(.+?)\*\*")
STEP = re.compile(r"^## \d\. [^\n]*\((\d+) minutes?\)\n(.*?)(?=^## )", re.DOTALL | re.MULTILINE)
TO_STUDY = (("mode: pilot", "mode: study"), ("version: 0.1.0", "version: 1.0.0"))  # what step 7 says to change
SIMULATED = ["--reader", "try-2", "--simulate", "hasty", "--pin-stdin"]  # in the place of a person at the workstation
DESK, RUN = "readerlab desk second-look", "readerlab run second-look"


def boxes() -> list[str]:
    return [line for box in BOX.findall(TEXT) for line in box.splitlines()]


def typed(line: str, folder: Path, *more: str, given: str = "") -> str:
    """What one line prints; it must succeed."""
    program, *words = shlex.split(line)
    assert program == "readerlab"
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)}
    command = [sys.executable, "-m", "app", *words, *more]
    done = subprocess.run(
        command, cwd=folder, env=env, input=given, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def make_it_a_study(protocol: Path) -> None:
    text = protocol.read_text(encoding="utf-8")
    for before, after in TO_STUDY:
        assert before in text
        assert f"`{before}` to `{after}`" in TEXT
        text = text.replace(before, after, 1)
    protocol.write_text(text, encoding="utf-8")


class Coordinator:
    """Sits at the desk and finds everything by the word that stands on it; `used` are those words, in order."""

    def __init__(self, qtbot: Any, file: Path, slips: Path) -> None:
        self.window = desk_window(None, application())
        self.used: list[str] = []
        self._qtbot, self.slips = qtbot, slips
        self.window.resize(1280, 800)
        self.window.show()
        self.window.open_study(file)
        self.until(lambda: self.window.outer.currentWidget() is self.window.sign_in)

    def until(self, is_so: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(is_so()), timeout=60_000)

    def shown(self, kind: type, words: str, inside: QWidget | None = None) -> Any:
        """The one visible thing of this kind with these words."""
        self.used.append(words)
        found = [each for each in (inside or self.window).findChildren(kind) if each.isVisible()]
        (this,) = [each for each in found if each.text() == words]
        return this

    def press(self, words: str, inside: QWidget | None = None) -> None:
        button = self.shown(QPushButton, words, inside)
        self.until(button.isEnabled)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def fill(self, words: str, text: str) -> None:
        field = self.shown(QLabel, words).buddy()
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, text)

    def turn_to(self, page: str) -> None:
        self.used.append(page)
        items = [self.window.navigation.item(row) for row in range(self.window.navigation.count())]
        (item,) = [each for each in items if each.text().split(maxsplit=1)[1] == page]
        at = self.window.navigation.visualItemRect(item).center()
        QTest.mouseClick(
            self.window.navigation.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at
        )
        assert self.window.stack.currentWidget().title.text() == page

    def open_tab(self, words: str) -> None:
        self.used.append(words)
        tabs = self.window.protocol.findChild(QTabWidget)
        (at,) = [at for at in range(tabs.count()) if tabs.tabText(at) == words]
        tabs.setCurrentIndex(at)

    def give_reason(self, confirm: str) -> None:
        card = self.window.reasons
        self.until(card.isVisible)
        QTest.keyClicks(card.reason, "The ethics board agreed.")
        self.press(confirm, card)

    def acts(self, kind: type) -> list[Any]:
        return [each.act for each in self.window.session.governed.recorded if isinstance(each.act, kind)]

    # --- the steps of the page

    def set_up(self) -> None:
        self.fill("Your name", "Ada Boer")
        self.fill("Password", "a long quiet river")
        self.fill("Password again", "a long quiet river")
        self.press("Set up and sign in")
        self.until(lambda: self.window.session.who is not None)

    def look(self) -> None:
        self.turn_to("Protocol")
        self.until(lambda: "nothing is wrong" in self.window.protocol.verdict.text())
        self.open_tab("In words")
        self.open_tab("Dry run")
        assert "Clean" in self.window.protocol.dry_run.state.text()
        self.turn_to("Preview")
        self.press("Open the preview")
        self.until(lambda: self.window.preview.window_open)
        preview = self.window.preview.window_open
        assert preview is not None
        self.until(lambda: preview.isVisible())
        self.press("Close the preview", preview)

    def enrol(self, reader: str) -> str:
        """Returns the reader's PIN, from the slip as it was saved."""
        page = self.window.readers
        self.turn_to("Readers")
        page.pseudonym.setText(reader)
        self.press("Enrol")
        self.until(page.slip_card.isVisible)
        self.press("Save as text …")
        self.press("Done, hide it")
        found = re.search(r"PIN:\s+(\d+)", self.slips.read_text(encoding="utf-8"))
        assert found
        return found[1]

    def release(self) -> None:
        self.turn_to("Release")
        self.press("Release …")
        self.give_reason("Release")
        self.until(lambda: self.acts(Released))

    def follow(self, reader: str) -> None:
        self.turn_to("Progress")
        self.until(lambda: self.window.progress.board.count("done") == 1)
        self.window.open_reader(reader)
        self.press("Override washout …")
        self.give_reason("Override the washout")
        self.used.pop()  # the page tells of the reason, not of this button
        self.until(lambda: self.acts(WashoutOverridden))
        self.shown(QPushButton, "Void trial …")
        self.used.append("Pause …")
        self.turn_to("Release")
        self.shown(QPushButton, self.used.pop(-2))
        self.used[-2:] = reversed(self.used[-2:])  # the page names the button first, then where it stands
        self.turn_to("Results")
        self.shown(QPushButton, "Export")
        self.shown(QPushButton, "Make the report …")


@pytest.fixture
def coordinate(
    qtbot: Any, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], Coordinator]:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    slips = tmp_path / "slip.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(slips), ""))

    def sit_down(file: Path) -> Coordinator:
        coordinator = Coordinator(qtbot, file, slips)
        qtbot.addWidget(coordinator.window)
        return coordinator

    return sit_down


@pytest.mark.slow
def test_that_the_tutorial_holds_word_for_word(tmp_path: Path, coordinate: Callable[[Path], Coordinator]) -> None:
    said: dict[str, list[str]] = {}
    desk, pin = None, ""
    for line in boxes():
        if line in said and "--dry-run" in line:
            make_it_a_study(tmp_path / "second-look" / "protocol.yaml")
        if line == DESK:
            desk = coordinate(tmp_path / "second-look" / "protocol.yaml")
            desk.set_up()
            desk.look()
            pin = desk.enrol("try-2")
            desk.release()
            continue
        told = typed(line, tmp_path, *SIMULATED, given=f"{pin}\n") if line == RUN else typed(line, tmp_path)
        said.setdefault(line, []).append(told)
    assert desk is not None
    desk.used += ["PIN or password", "Begin"]  # the simulated reader types and presses them: see the test below
    desk.follow("try-2")
    assert desk.used == BOLD.findall(TEXT.partition("## 7.")[2])
    dry = next(printed for line, printed in said.items() if "--dry-run" in line)
    assert len(dry) == 2
    assert all("The export is clean." in printed for printed in dry)
    assert (tmp_path / "second-look" / "export" / "trials.csv").is_file()
    assert "agrees" in said["readerlab verify second-look"][0]


def test_that_the_readers_words_of_the_tutorial_stand_on_the_first_page(qtbot: Any, qapp: QApplication) -> None:
    application()
    page = SignInPage(StudyCard("Second look", "study", "second-look", "1.0.0", "0" * 64, 6), asks_pin=True)
    qtbot.addWidget(page)
    words = {each.text() for kind in (QLabel, QPushButton) for each in page.findChildren(kind)}
    assert {"PIN or password", "Begin"} < words


READ_A_MINUTE, TYPED_A_MINUTE = 200, 150  # words of a foreign language read slowly; characters typed with two fingers
PRESS_S, CHANGE_S, ENROLLED = 6, 45, 6  # to find, think and press; to change a line of the protocol; readers


def reckoned_minutes(step: str) -> float:
    """What one step takes: reading it, typing its boxes, pressing what is in bold, changing what it lists."""
    lines = "".join(BOX.findall(step))
    presses = sum(
        len(BOLD.findall(line)) * (ENROLLED if "for each reader" in line else 1) for line in step.splitlines()
    )
    changes = len(re.findall(r"^- ", step, re.MULTILINE))
    seconds = presses * PRESS_S + changes * CHANGE_S
    return len(step.split()) / READ_A_MINUTE + len(lines) / TYPED_A_MINUTE + seconds / 60


def test_that_the_thirty_minutes_are_honest() -> None:
    steps = [(int(minutes), reckoned_minutes(step)) for minutes, step in STEP.findall(TEXT)]
    assert len(steps) == 7
    assert sum(minutes for minutes, _ in steps) <= 30
    assert all(reckoned <= minutes for minutes, reckoned in steps), steps
