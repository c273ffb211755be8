"""Whole sittings in real windows over a study whose secrets all hold one odd word: it must be nowhere to be found."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from app.conduct.opening import open_sitting
from app.crash import failure_from, write_report
from app.reading import engine
from app.simulated.reader import SimulatedReader
from app.store.writer import StoreWriter
from app.tracking.events import AnswerGiven, CaseShown, PhaseStarted, ProblemShown, TextAcknowledged, TrialStarted
from app.tracking.recorder import clock
from app.windows.debrief import DebriefPage
from study_configs.problem import StudyProblem
from study_configs.study import load_study

from .reachable import clipboard_texts, file_names, window_texts

ODD = "zqx"
LOOK_MS = 1_000
HELD_S = 1.0  # of processor time, so that a machine that stands still holds nothing open
SECRETS = (  # conditions, their titles, planted rules, ids of AIs and layers, what the truth says
    ("unaided: {phases", f"{ODD}plain: {{title: {ODD}-title-1, phases"),
    ("commit_reveal:\n", f"{ODD}helped:\n    title: {ODD}-title-2\n"),
    ("condition: unaided", f"condition: {ODD}plain"),
    ("[unaided, commit_reveal]", f"[{ODD}plain, {ODD}helped]"),
    ("  invented: {", f"  {ODD}planted: {{"),
    ('nodules: {results: "ai/*.json"', f'{ODD}nodules: {{results: "{ODD}-ai/*.json"'),
    ("ai: nodules", f"ai: {ODD}nodules"),
    ("  sure:", '  remark: {ask: "Anything else?", answer: text}\n  sure:'),
    ("places, sure]", "places, sure, remark]"),
)
OTHER = f"{ODD}-other-reader"


def marked(folder: Path, feedback: str) -> Path:
    """The study in this folder with the odd word in every secret."""
    path = folder / "protocol.yaml"
    text = path.read_text(encoding="utf-8")
    for plain, odd in SECRETS:
        assert plain in text
        text = text.replace(plain, odd)
    path.write_text(text.replace("feedback: {when: after_sitting", f"feedback: {{when: {feedback}"), encoding="utf-8")
    for result in (folder / "ai").rename(folder / f"{ODD}-ai").glob("*.json"):
        result.write_text(result.read_text("utf-8").replace('"nodules"', f'"{ODD}nodules"'), encoding="utf-8")
    reference = folder / "reference.csv"
    reference.write_text(reference.read_text().replace(",n1,", f",{ODD}-lesion,").replace("solid", f"{ODD}-label"))
    return folder


def read_by_another(study: Path, store: Path) -> None:
    """Somebody else's sitting in the same store, with an answer, left in the midst."""
    store.parent.mkdir(parents=True, exist_ok=True)
    writer = StoreWriter(store)
    opened = open_sitting(load_study(study / "protocol.yaml"), writer, OTHER)
    opened.recorder.commit(opened.started).result(120)
    here = {"trial": 0, "phase": 0}
    for event in (
        TextAcknowledged(at_ns=1, text="hello", sha256="", answers={}),
        TrialStarted(at_ns=2, trial=0, case=opened.order.trials[0].case_id, condition=f"{ODD}plain"),
        CaseShown(at_ns=3, trial=0),
        PhaseStarted(at_ns=4, **here, layers=()),
        AnswerGiven(at_ns=5, **here, question="remark", value=f"{ODD}-answer"),
    ):
        opened.recorder.record(event)
    opened.recorder.end("signed_out").result(120)
    writer.close()


class Spy:
    """Looks through everything reachable, again and again while somebody reads, until the debrief."""

    def __init__(self, run, *folders: Path) -> None:
        self._run, self._folders = run, folders
        self.found: set[tuple[str, str]] = set()
        self.looks, self.pages, self.told = 0, set(), False
        self._timer = QTimer(run.window, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        run.window.page_shown.connect(lambda _name: self.look())
        self.look()

    def look(self) -> None:
        page = self._run.window.pages.currentWidget()
        if isinstance(page, DebriefPage):
            self.told = True
        if self.told:
            return
        self.looks += 1
        self.pages.add(type(page).__name__)
        self._note(window_texts())
        self._note(("clipboard", text) for text in clipboard_texts())
        self._note(("file", name) for name in file_names(*self._folders))

    def _note(self, seen: Iterator[tuple[str, str]]) -> None:
        self.found |= {(where, text[:200]) for where, text in seen if ODD in text.casefold()}


def read_through(qtbot, run, *folders: Path) -> Spy:
    spy = Spy(run, *folders)
    reader = SimulatedReader(run.window, "hasty", "tester")
    with qtbot.waitSignal(run.window.left, timeout=240_000):
        reader.start()
    return spy


@pytest.mark.slow
@pytest.mark.parametrize("feedback", ["never", "after_sitting"])
def test_that_no_secret_is_reachable_before_feedback(qtbot, start, study_copy: Path, feedback: str, capfd) -> None:
    study = marked(study_copy, feedback)
    store = study.parent / "store" / "readerlab.sqlite"
    read_by_another(study, store)
    before = set(Path(tempfile.gettempdir()).iterdir())
    run = start(study)
    spy = read_through(qtbot, run, store.parent)
    new = set(Path(tempfile.gettempdir()).iterdir()) - before
    assert spy.found == set()
    assert spy.looks > 5
    assert spy.told == (feedback != "never")
    assert {"SignInPage", "TextPage", "ReadingRoom"} <= spy.pages
    assert not [each for each in new if ODD in each.name]
    assert ODD not in "".join(capfd.readouterr())
    run.close()


def test_that_the_spy_finds_what_is_there(qtbot, qapp) -> None:
    """The audit is worth as much as its eyes: a secret in each place that it looks at is found."""
    from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QTextEdit, QWidget

    for hide in (
        lambda w: QLabel("zqx", w), lambda w: QLineEdit("zqx", w), lambda w: w.setToolTip("zqx"),
        lambda w: w.setAccessibleName("zqx"), lambda w: w.setAccessibleDescription("zqx"),
        lambda w: w.setWindowTitle("zqx"), lambda w: w.setObjectName("zqx"), lambda w: w.setProperty("own", "zqx"),
        lambda w: QTextEdit("<b>zqx</b>", w), lambda w: w.setStatusTip("zqx"), lambda w: w.setWhatsThis("zqx"),
        lambda w: w.addAction("zqx"), lambda w: _listed(QListWidget(w), QListWidgetItem("a case")),
        lambda w: QLineEdit(w).setPlaceholderText("zqx"), lambda w: QLabel("zqx", w).hide(),
    ):  # fmt: skip
        widget = QWidget()
        qtbot.addWidget(widget)
        hide(widget)
        assert any(ODD in text for where, text in window_texts()), hide
        widget.close()
        widget.deleteLater()
        qtbot.waitUntil(lambda: not any(ODD in text for _, text in window_texts()))


def _listed(view, item) -> None:
    from PySide6.QtCore import Qt

    item.setData(Qt.ItemDataRole.UserRole, "zqx")
    view.addItem(item)


def test_that_a_crash_report_holds_no_value_of_the_program(tmp_path: Path) -> None:
    def fails(truth: str) -> None:
        planted = truth * 2
        raise KeyError(len(planted))

    try:
        fails(ODD)
    except KeyError as error:
        report = write_report(tmp_path, failure_from(error))
    assert ODD not in report.read_text(encoding="utf-8").replace("fails(ODD)", "")


def reading(qtbot, run) -> None:
    """Sign in and read on to the first case."""
    window = run.window
    window.begin("tester")
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.text_page and not window.driver.busy, timeout=30_000)
    page = engine.page_now(window.driver.script, window.driver.state)
    window.driver.take(TextAcknowledged(at_ns=clock(), text=page.id, sha256="", answers={}))
    qtbot.waitUntil(lambda: window.driver.is_reading, timeout=60_000)


def test_that_an_error_of_ours_in_a_sitting_tells_the_reader_its_kind_alone(qtbot, start, study_copy: Path) -> None:
    """The report beside the store has it all; the reader's window has nothing of the error's own words."""
    run = start(marked(study_copy, "never"))
    reading(qtbot, run)
    run.window.fail(failure_from(KeyError(f"{ODD}planted/c2")))
    qtbot.waitUntil(run.window.message.isVisible, timeout=10_000)
    texts = [text for _, text in window_texts()]
    assert any("KeyError" in text for text in texts)
    assert not [text for text in texts if ODD in text]


@pytest.mark.parametrize("signal", ["case_failed", "advice_failed"])
def test_that_what_cannot_be_loaded_in_a_study_names_no_ai_and_no_file(
    qtbot, start, study_copy: Path, signal: str
) -> None:
    study = marked(study_copy, "never")
    protocol = study / "protocol.yaml"
    protocol.write_text(protocol.read_text("utf-8").replace("mode: pilot", "mode: study"), encoding="utf-8")
    run = start(study)
    reading(qtbot, run)
    what = f"There is no result of {ODD}-sham for the case c1."
    getattr(run.window.room, signal).emit(
        StudyProblem(what, where=f"/study/ai/{ODD}-planted.json", todo="Put it back.")
    )
    qtbot.waitUntil(run.window.message.isVisible, timeout=10_000)
    texts = [text for _, text in window_texts()]
    assert any("could not be loaded" in text for text in texts)
    assert not [text for text in texts if ODD in text]
    run.window.message.dismiss()
    run.close()
    told = [event.what for event in run.events() if isinstance(event, ProblemShown)]
    assert what in told


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks at processes in /proc")
def test_that_no_process_argument_environment_open_file_or_output_tells_a_secret(
    study_copy: Path, tmp_path: Path
) -> None:
    """The program as a reader's desk starts it, with its workers, looked at from outside while it runs.

    A result's file is open while it is read, under the name that the coordinator gave it: one that stays open counts.
    """
    study, scratch = marked(study_copy, "never"), tmp_path / "scratch"
    scratch.mkdir()
    store = tmp_path / "store" / "readerlab.sqlite"
    store.parent.mkdir()
    command = [sys.executable, "-m", "app", "run", str(study), "--store", str(store), "--simulate", "hasty"]
    home = {name: str(tmp_path / "home") for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    child = subprocess.Popen(
        command,
        env={**os.environ, **home, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    found, looks = set(), 0
    held: dict[OpenFile, float] = {}  # what the program had spent when it was first seen open
    while child.poll() is None:
        looks += 1
        spent_s = _spent_s(child.pid)
        held = {each: held.get(each, spent_s) for each in _open_files(child.pid)}
        found |= {each.name for each, since_s in held.items() if ODD in each.name and spent_s - since_s >= HELD_S}
        found |= {each.name for each in held if ODD in each.name and not Path(each.name).is_relative_to(study)}
        found |= {text for text in _told_by_processes(child.pid) if ODD in text}
        found |= {name for name in file_names(scratch, store.parent) if ODD in name}
        try:
            child.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    said = child.stdout.read().decode() if child.stdout else ""
    assert child.returncode == 0, said
    assert found == set()
    assert ODD not in said
    assert looks > 5
    for left in (each for each in scratch.rglob("*") if each.is_file()):
        assert ODD.encode() not in left.read_bytes(), left


@dataclass(frozen=True, slots=True)
class OpenFile:
    process: str
    descriptor: str
    name: str


def _open_files(session: int) -> Iterator[OpenFile]:
    """What every process of this session has open."""
    for process in _processes(session):
        for descriptor in _descriptors(process):
            with suppress(OSError):  # it was closed
                yield OpenFile(process.name, descriptor.name, str(descriptor.readlink()))


def _spent_s(session: int) -> float:
    """Processor time of every process of this session, those that have ended and were waited for included."""
    ticks = 0
    for process in _processes(session):
        with suppress(OSError):  # it has ended
            ticks += sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _descriptors(process: Path) -> list[Path]:
    try:
        return list((process / "fd").iterdir())
    except OSError:  # it has ended
        return []


def _told_by_processes(session: int) -> Iterator[str]:
    """Arguments and environment of every process of this session."""
    for process in _processes(session):
        for name in ("cmdline", "environ", "comm"):
            with suppress(OSError):  # it has ended
                yield (process / name).read_bytes().decode(errors="replace")


def _processes(session: int) -> Iterator[Path]:
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and os.getsid(int(process.name)) == session:
                yield process
