"""What all pages of the desk speak of: the study file, its check, its store, and who sits here.

What belongs here: keeping these up to date off the window's thread, and saying that they changed. What does not: what
pages show of them, and what acts mean (app.conduct.governing, app.store).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from app.checking.study_files import file_problems
from app.conduct.governing import Governed, act_on, look
from app.store.acts import Who
from app.store.glimpse import Signature, signature
from app.store.writer import StoreWriter
from app.windows.desk.jobs import Jobs, Step
from study_configs.check import CheckReport, check
from study_configs.problem import StudyProblem
from study_configs.study import Study, load_study, protocol_file

POLL_MS = 2_000  # how often the store's size and time are asked for
AGAIN_MS = 150  # editors write in steps; the file is read once it rests


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A study file as it was found: its text, what is wrong, and the study where nothing is.

    `with_files` is whether AI results and images were looked at, too.
    """

    path: Path
    text: str
    report: CheckReport
    study: Study | None
    with_files: bool = False


class DeskSession(QObject):
    """The study at this desk. `checked` and `governed` are the last that is known; signals say when they change."""

    checked_changed = Signal()
    governed_changed = Signal()
    who_changed = Signal()
    failed = Signal(object)  # StudyProblem

    def __init__(self, store: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = Jobs(self)
        self.checked: Checked | None = None
        self.governed = Governed()
        self.known: Study | None = None  # the study of this file when it was right last
        self.who: Who | None = None
        self._store = store
        self._seen: Signature | None = None
        self._again = again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        again.timeout.connect(self.check_again)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _path: again.start())
        self._watcher.directoryChanged.connect(lambda _path: again.start())
        self._polling = QTimer(self, interval=POLL_MS)
        self._polling.timeout.connect(self._poll)

    @property
    def study(self) -> Study | None:
        return self.checked.study if self.checked is not None else None

    @property
    def path(self) -> Path | None:
        return self.checked.path if self.checked is not None else None

    @property
    def store(self) -> Path:
        """The store beside the study file, unless another was named. Raises StudyProblem before a file is open."""
        if self._store is not None:
            return self._store
        if self.checked is None:
            raise StudyProblem("No study file is open.", todo="Open one on the page Protocol.")
        return self.checked.path.parent / "store" / "readerlab.sqlite"

    # --- the file

    def open(self, path: Path) -> None:
        """Open and check a study file (or its folder) and watch it from now on; a file that is gone is a finding."""
        file = protocol_file(path)
        if self._watcher.files() or self._watcher.directories():
            self._watcher.removePaths([*self._watcher.files(), *self._watcher.directories()])
        self._watch(file)
        self._read(file)
        self._polling.start()

    def check_again(self) -> None:
        """Read the file again: it changed on the disk, or somebody asked."""
        if self.checked is not None:
            self._watch(self.checked.path)  # editors put a new file in its place, which is not watched yet
            self._read(self.checked.path)

    def recheck(self) -> None:
        """Check the file again although its text is the same, and with it AI results and images, which takes longer."""
        if self.checked is not None:
            file = self.checked.path
            self.job(
                self.tr("Check"), lambda step: _with_files(_checked(file), step), self._take_checked, self.failed.emit
            )

    def _watch(self, file: Path) -> None:
        wanted = [str(each) for each in (file, file.parent) if each.exists()]
        known = {*self._watcher.files(), *self._watcher.directories()}
        if fresh := [each for each in wanted if each not in known]:
            self._watcher.addPaths(fresh)

    def _read(self, file: Path) -> None:
        before = self.checked
        if before is not None and before.path == file and before.text == _text(file):
            return
        self.jobs.look(lambda: _checked(file), self._take_checked, self.failed.emit)

    def _take_checked(self, checked: Checked) -> None:
        is_other = self.checked is None or self.checked.path != checked.path
        self.checked = checked
        if is_other:
            self.who, self.governed, self._seen, self.known = None, Governed(), None, None
        self.known = checked.study or self.known
        self.checked_changed.emit()
        self.refresh()
        if is_other:
            self.who_changed.emit()

    # --- the store

    def refresh(self) -> None:
        """Look at the store again."""
        store, study = self.store, self.known
        self._seen = signature(store)
        self.jobs.look(lambda: look(store, study), self._take_governed, self.failed.emit)

    def _take_governed(self, governed: Governed) -> None:
        self.governed = governed
        self.governed_changed.emit()

    def _poll(self) -> None:
        if self.checked is not None and not self.jobs.busy and signature(self.store) != self._seen:
            self.refresh()

    def act(
        self,
        do: Callable[[StoreWriter, Who], Any],
        done: Callable[[Any], None] = lambda _answer: None,
        failed: Callable[[StudyProblem], None] | None = None,
    ) -> None:
        """Do something to the store as who sits here, off the window's thread; what it says goes to `done`."""
        who = self.who
        if who is None:
            (failed or self.failed.emit)(StudyProblem("Nobody is signed in.", todo="Sign in first."))
            return
        store = self.store

        def finished(answer: Any) -> None:
            self.refresh()
            done(answer)

        work = lambda: act_on(store, lambda writer: do(writer, who))  # noqa: E731 two steps of one thing
        self.jobs.look(work, finished, failed or self.failed.emit)

    def job(
        self,
        title: str,
        work: Callable[[Step], Any],
        done: Callable[[Any], None],
        failed: Callable[[StudyProblem], None],
    ) -> None:
        """A long job with progress; says so where another one runs."""
        if not self.jobs.start(title, work, done, failed):
            failed(StudyProblem("Another job is running.", todo="Wait for it, or stop it at the bottom of the window."))

    def set_who(self, who: Who | None) -> None:
        self.who = who
        self.who_changed.emit()
        self.refresh()

    def close(self) -> None:
        self._polling.stop()
        self._again.stop()
        self.jobs.close()


def _text(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError:
        return None


def _with_files(checked: Checked, step: Step) -> Checked:
    """The same with what is wrong with the files that the study names; as it is where the study cannot be read."""
    if checked.study is None:
        return checked
    report = checked.report.with_problems(file_problems(checked.study, step))
    return replace(checked, report=report, study=checked.study if report.ok else None, with_files=True)


def _checked(file: Path) -> Checked:
    """Check a file, and load it where it can be read. A text that changes meanwhile is read again: it is watched."""
    report = check(file)
    study = load_study(file) if report.ok else None
    return Checked(file, _text(file) or "", report, study)
