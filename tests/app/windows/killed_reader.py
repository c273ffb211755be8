"""A reader in a process of its own, who sets layers in the first phase with AI, says `now`, and is killed.

Run as a program by test_layers_resumed: `python killed_reader.py STUDY STORE`. It writes nothing but its log.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.assembling.application import application
from app.assembling.composer import Composer, RunPlan
from app.reading.engine import phase_now
from app.store.writer import StoreWriter
from app.windows.questions.answer_keys import Slot
from app.windows.workstation import Workstation
from study_configs.study import load_study

READ_ON_MS = 500  # then whoever started this is told that it may be killed


class Reader:
    """Does the next thing whenever nothing is being saved."""

    def __init__(self, window: Workstation) -> None:
        self.window = window
        self.is_set = False
        self.timer = QTimer(interval=20)
        self.timer.timeout.connect(self.act)
        self.timer.start()

    def act(self) -> None:
        window = self.window
        if window.pages.currentWidget() is window.sign_in_page:
            window.sign_in_page.reader.setText("tester")
            QTest.keyClicks(window.sign_in_page.reader, "\r")
        elif window.driver is None or window.driver.busy:
            return
        elif window.pages.currentWidget() is window.text_page:
            QTest.keyClicks(window.focusWidget() or window, "\r")
        elif window.driver.is_reading and phase_now(window.driver.script, window.driver.state).ais:
            self.set_layers()
        elif window.driver.is_reading and window.room.questions.confirm.possible:
            QTest.keyClicks(window.focusWidget() or window, "\r")
        elif window.driver.is_reading and window.room.questions.isEnabled():
            window.room.grid.setFocus()
            QTest.keyClicks(window.room.grid, window.room.questions.keys[Slot("nodule", "no")].lower())

    def set_layers(self) -> None:
        if self.is_set:
            return
        self.is_set = True
        rows = self.window.room.layer_panel._rows
        rows["box"].threshold.setValue(30)
        rows["heat"].eye.click()
        rows["heat"].opacity.setValue(40)
        rows["heat"].colours.setCurrentIndex(3)
        QTimer.singleShot(READ_ON_MS, lambda: print("now", flush=True))


def main() -> None:
    application()
    writer = StoreWriter(Path(sys.argv[2]))
    study = load_study(Path(sys.argv[1]) / "protocol.yaml")
    window = Composer(RunPlan(Path(sys.argv[2])), study, writer, QApplication.instance()).workstation()
    window.resize(1280, 800)
    window.show()
    reader = Reader(window)
    QApplication.exec()
    reader.timer.stop()


if __name__ == "__main__":
    main()
