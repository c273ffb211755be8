"""The case desk: what becomes of fetching when the window closes."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.windows.case_desk import CaseDesk
from study_configs.cases import Case


def test_that_closing_while_a_case_still_waits_for_its_turn_is_quiet(qtbot, tmp_path: Path):
    desk = CaseDesk()
    failed: list[str] = []
    desk.failed.connect(lambda case, problem: failed.append(case))
    turn = threading.Event()
    desk._scanner.submit(turn.wait)  # the one scanner is busy with another case
    desk.open(Case("case-1", tmp_path))
    threading.Timer(0.05, turn.set).start()
    desk.close()
    with qtbot.captureExceptions() as exceptions:
        QApplication.processEvents()
    assert exceptions == []
    assert failed == []
