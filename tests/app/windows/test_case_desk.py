"""The case desk: what becomes of fetching when a case is left, loading is stopped, the window closes."""

from __future__ import annotations

import threading
from pathlib import Path

import pydicom
from pydicom.data import get_testdata_file
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


def test_that_a_case_that_was_left_is_scanned_no_further_and_the_next_one_opens(qtbot, tmp_path: Path):
    data = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for name, count in (("long", 300), ("short", 3)):
        (tmp_path / name).mkdir()
        for number in range(count):
            data.SOPInstanceUID, data.ImagePositionPatient = f"1.2.{name == 'long':d}.{number}", [0, 0, number]
            data.save_as(tmp_path / name / f"{number:03d}")
    desk, told, left = CaseDesk(), list[tuple[str, int, int]](), threading.Event()
    desk.scanning.connect(lambda *news: told.append(news))
    look = desk._told
    desk._told = lambda *news: left.wait() and look(*news)  # the scanner gets no further before the case is left
    opened = list[str]()
    desk.opened.connect(lambda fetched: opened.append(fetched.case.id))
    desk.open(Case("long", tmp_path / "long"))
    with qtbot.waitSignal(desk.loaded):
        desk.open(Case("short", tmp_path / "short"))
        left.set()
    assert opened == ["short"]
    assert ("short", 3, 3) in told
    assert "long" not in {case for case, _, _ in told}
    assert desk.progress == (3, 3)
    with qtbot.waitSignal(desk.loaded):
        desk.open(Case("long", tmp_path / "long"))
    assert desk.progress == (300, 300)
    desk.close()


def test_that_loading_can_be_stopped_and_begun_anew(qtbot, tmp_path: Path):
    data = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for number in range(20):
        data.SOPInstanceUID, data.ImagePositionPatient = f"1.2.{number}", [0, 0, number]
        data.save_as(tmp_path / f"{number:03d}")
    desk = CaseDesk()
    with qtbot.waitSignal(desk.opened):
        desk.open(Case("one", tmp_path))
    desk.stop()
    qtbot.waitUntil(lambda: all(loading.loader.is_done for loading in desk._shown))
    with qtbot.waitSignal(desk.loaded):
        desk.retry()
    assert desk.progress == (20, 20)
    desk.close()
