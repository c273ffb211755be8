"""Long jobs off the window's thread, with progress and a way to stop them.

What belongs here: running them, and the strip that shows it. What does not: what the jobs do.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.problem import ProgramError, StudyProblem

Step = Callable[[int, int, str], None]  # done, of, what


class Stopped(Exception):
    """The person at the desk stopped the job; raised inside it, at its next step."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    title: str
    work: Callable[[Step], Any]
    done: Callable[[Any], None]
    failed: Callable[[StudyProblem], None]
    stop: Event


class Jobs(QObject):
    """Runs jobs one after the other; their answers come back in the window's thread.

    A job is given a function to call at each of its steps, which raises Stopped once somebody asked for that. Errors
    of ours go on to `sys.excepthook`, as those of a slot do. `quiet` jobs show no progress.
    """

    began = Signal(str)
    stepped = Signal(int, int, str)
    ended = Signal()
    _over = Signal(object, object, object)  # job, answer, error

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = ThreadPoolExecutor(1, thread_name_prefix="desk-job")
        self._lookers = ThreadPoolExecutor(1, thread_name_prefix="desk-look")
        self._running: _Job | None = None
        self._is_closed = False
        self._over.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        title: str,
        work: Callable[[Step], Any],
        done: Callable[[Any], None],
        failed: Callable[[StudyProblem], None],
    ) -> bool:
        """Begin a job; False, and nothing happens, while another one runs."""
        if self._running is not None or self._is_closed:
            return False
        self._running = job = _Job(title, work, done, failed, Event())
        self.began.emit(title)
        self._workers.submit(self._run, job)
        return True

    def look(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[StudyProblem], None]
    ) -> None:
        """A quick job that shows no progress, such as reading the store; in line with others of its kind."""
        if not self._is_closed:
            self._lookers.submit(self._run, _Job("", lambda _step: work(), done, failed, Event()))

    def stop(self) -> None:
        """Ask the running job to stop; it does at its next step."""
        if self._running is not None:
            self._running.stop.set()

    def close(self) -> None:
        self._is_closed = True
        self.stop()
        self._workers.shutdown(wait=True, cancel_futures=True)
        self._lookers.shutdown(wait=True, cancel_futures=True)

    @property
    def busy(self) -> bool:
        return self._running is not None

    def _run(self, job: _Job) -> None:
        def step(done: int, of: int, what: str) -> None:
            if job.stop.is_set():
                raise Stopped
            self.stepped.emit(done, of, what)

        try:
            self._over.emit(job, job.work(step), None)
        except BaseException as error:  # noqa: BLE001 it is raised again in the window's thread
            self._over.emit(job, None, error)

    def _end(self, job: _Job, answer: Any, error: BaseException | None) -> None:
        if job is self._running:
            self._running = None
            self.ended.emit()
        if self._is_closed or isinstance(error, Stopped):
            return
        if error is None:
            job.done(answer)
        elif isinstance(error, StudyProblem):
            job.failed(error)
        elif isinstance(error, OSError):
            where = "" if error.filename is None else str(error.filename)
            job.failed(StudyProblem(f"{error.strerror or error}.", where=where, todo="Check the path and the disk."))
        else:
            raise ProgramError(f"{job.title or 'A look at the store'} failed: {error!r}") from error


class JobStrip(QFrame):
    """A line at the bottom of the window while a job runs: what it is, how far, and Stop."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        theme = current_theme()
        self._jobs = jobs
        self.title, self.what = label("", "strong", wrap=False), label("", "quiet", wrap=False)
        self.bar, self.stop = QProgressBar(), QPushButton(self.tr("Stop"))
        self.bar.setFixedWidth(theme.px(240))
        self.bar.setTextVisible(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(4), theme.space(2), theme.space(4), theme.space(2))
        row.setSpacing(theme.space(3))
        row.addWidget(self.title)
        row.addWidget(self.bar)
        row.addWidget(self.what, 1)
        row.addWidget(self.stop)
        self.stop.clicked.connect(self._ask_to_stop)
        jobs.began.connect(self._begin)
        jobs.stepped.connect(self._step)
        jobs.ended.connect(self.hide)
        self.hide()

    def _begin(self, title: str) -> None:
        self.title.setText(title)
        self.what.setText("")
        self.bar.setRange(0, 0)
        self.stop.setEnabled(True)
        self.show()

    def _step(self, done: int, of: int, what: str) -> None:
        self.bar.setRange(0, max(1, of))
        self.bar.setValue(done)
        self.what.setText(what)

    def _ask_to_stop(self) -> None:
        self.stop.setEnabled(False)
        self.what.setText(self.tr("Stopping after this step …"))
        self._jobs.stop()
