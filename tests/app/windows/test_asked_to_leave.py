"""A signal that asks the program to stop falls into whatever runs: the window closes after it, not in its midst."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer

from app.assembling.application import guard_window


@pytest.mark.skipif(os.name == "nt", reason="these signals are those of other systems")
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_that_a_signal_closes_the_window_after_what_it_fell_into(qtbot, start, tmp_path: Path, asked) -> None:
    run = start()
    take_away = guard_window(tmp_path, run.window)
    visible = []

    class Act(QObject):
        """Something of ours that takes several steps, as painting does."""

        def go(self) -> None:
            signal.raise_signal(asked)
            visible.extend(run.window.isVisible() for _ in range(3))

    act = Act(run.window)
    try:
        QTimer.singleShot(0, act.go)
        with qtbot.waitSignal(run.window.left):
            pass
    finally:
        take_away()
    assert visible == [True] * 3
    assert not run.window.isVisible()
