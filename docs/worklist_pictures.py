"""Pictures of the reading list for docs/worklist.md, taken from the real window over phantom exams.

What belongs here: the study that is shown, and what is done before each picture. What does not: the windows, the text.
Run as `python docs/worklist_pictures.py docs/images/worklist`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.assembling.application import application
from app.assembling.composer import Composer, RunPlan
from app.simulated.shooting import rest, wait_until, write_small
from app.store.writer import StoreWriter
from app.windows.worklist.desk import WorklistDesk
from app.windows.workstation import Workstation
from overlays.result import AIResult, Box, Finding, Provenance
from overlays.sources.own import result_file
from resources.phantoms.chest_ct import make_exam
from resources.phantoms.series import write_series
from study_configs.study import load_study
from viewers.dicom.scan import scan

SIZE = (1280, 800)
PATIENCE_MS, REST_MS = 40_000, 400
SLICES = 24
PROTOCOL = """
readerlab: 1
protocol: {id: list, version: 1.0.0, mode: demo, title: A busy hour}
cases: {manifest: cases.csv}
ai:
  nodules: {results: "ai/*.json", shown_as: LungAid, thresholds: {balanced: 0.5}}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no}
  sure: {ask: "How sure are you?", answer: likert, points: 5, ends: ["Guessing", "Certain"]}
  later: {ask: "Can room 3 wait?", answer: yes_no, per: sitting}
conditions:
  triaged: {phases: [{name: reading, answer: [nodule, sure]}]}
design: {cases: {order: fixed}, seed: 20261122}
worklist:
  columns: [pseudonym, age, sex, modality, description, priority, arrived, status, ai]
  order: priority
  choose: true
  arrivals: {pattern: column, column: comes}
  priority: urgency
  stat_interrupts: true
  triage: {ai: nodules, at: balanced, shows: both, tag: "LungAid: suspicious", conditions: [triaged]}
  calls: [{at_min: [0.1], says: "Room 3: the patient wants to leave. Do you still need her?", answer: [later]}]
  clock: left
  block_min: 20
  quota: 5
"""
CASES = (  # nodules, urgency, seconds at which it comes, what was done
    (0, "routine", 0, "CT of the chest, follow-up"),
    (2, "routine", 0, "CT of the chest"),
    (0, "urgent", 0, "CT of the chest, dyspnoea"),
    (1, "routine", 0, "Low-dose CT of the chest, screening"),
    (0, "routine", 3, "CT of the chest, before surgery"),
    (1, "stat", 14, "CT of the chest, haemoptysis"),
)


def write_study(folder: Path) -> Path:
    """The study of the pictures in `folder`; returns its protocol file."""
    rows = ["case,path,history,modality,description,urgency,comes"]
    (folder / "ai").mkdir(parents=True)
    for number, (nodules, urgency, comes, done) in enumerate(CASES, 1):
        case = f"case-{number}"
        exam = make_exam(100 + number, nodules, slices=SLICES)
        write_series(exam, folder / "images" / case, case=case)
        rows.append(f'{case},images/{case},"Cough for six weeks, ex-smoker",CT,"{done}",{urgency},{comes}')
        header = scan(folder / "images" / case).series[0]
        origin = Provenance("model", "LungAid")
        found = tuple(
            Finding(f"n{at}", "nodule", 0.9, Box(nodule.centre_mm, (20.0, 20.0, 20.0)), origin)
            for at, nodule in enumerate(exam.nodules)
        )
        result = AIResult("nodules", header.series_uid, header.frame_of_reference_uid, found, (), origin)
        result_file.write(result, folder / "ai" / f"{case}.json")
    (folder / "cases.csv").write_text("\n".join(rows), encoding="utf-8")
    protocol = folder / "protocol.yaml"
    protocol.write_text(PROTOCOL, encoding="utf-8")
    return protocol


def take(app: QApplication, folder: Path) -> None:
    """All pictures into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        study, store = load_study(write_study(Path(made) / "study")), Path(made) / "store.sqlite"
        writer = StoreWriter(store)
        composer = Composer(RunPlan(store), study, writer, app)
        window = composer.workstation()
        window.resize(*SIZE)
        window.show()
        window.begin("reader-1")
        desk = window.worklist
        assert desk is not None  # the protocol has a list
        _take_all(window, desk, folder)
        window.close()
        composer.close()
        writer.close()


def _take_all(window: Workstation, desk: WorklistDesk, folder: Path) -> None:
    driver, table, room = desk.driver, desk.page.table, window.room
    assert room is not None
    come(lambda: len(driver.state.bustle.flags) == 4)
    save(window, folder / "list.png")
    press(table, Qt.Key.Key_Return)
    come(lambda: driver.is_reading and not driver.busy)
    come(lambda: bool(desk.bar.news.text()))
    desk.drop()
    save(window, folder / "over-the-images.png")
    desk.drop()
    press(room, Qt.Key.Key_Y)
    come(desk.ringing.isVisible)
    save(window, folder / "telephone-rings.png")
    desk.pick_up()
    come(desk.call.isVisible)
    save(window, folder / "telephone.png")
    press(desk.call, Qt.Key.Key_N)
    press(desk.call, Qt.Key.Key_Return)
    come(lambda: window.pages.currentWidget() is desk.page and not driver.busy)
    save(window, folder / "stat.png")


def come(is_so: Callable[[], bool]) -> None:
    wait_until(is_so, "What the reading list shows next", PATIENCE_MS)


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)
    rest(REST_MS // 4)


def save(window: QWidget, file: Path) -> None:
    """The window in fewer colours, so that the repository stays small."""
    rest(REST_MS)
    write_small(window.grab().toImage(), file)


if __name__ == "__main__":
    take(application(), Path(sys.argv[1]))
