"""Shows slices as they land: watches the folders in which acquisitions arrive and loads what is there, off the window.

What belongs here: when to look, and handing on what came. What does not: what lies in a folder (app.hospital.arrivals),
what can be shown of it (app.hospital.received), sending (app.hospital.scanner), showing (exam_stage).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.hospital.arrivals import Arrived, arrived
from app.hospital.received import Received, received
from app.hospital.scanner import Sender
from app.tracking.events.station import Acquisition
from app.windows.station.station_plan import SenderFor
from study_configs.problem import StudyProblem

LOOK_MS = 80


@dataclass(frozen=True, slots=True)
class Exam:
    """One acquisition of a trial's exam, and the folder in which it arrives."""

    trial: int
    acquisition: Acquisition
    folder: Path


class ArrivalDesk(QObject):
    """One acquisition is on the screen at a time; others may arrive meanwhile.

    `began(Exam)` when its first slice is due, `grew(Exam, Received)` whenever more of the exam that is shown is in
    memory, `complete(Exam, slices)` once for each exam when all of it has come (for the exam on the screen after its
    last `grew`), `failed(Exam, StudyProblem)`, `waiting_changed(exams)` when more or fewer wait behind the one shown.
    """

    began = Signal(object)
    grew = Signal(object, object)
    complete = Signal(object, int)
    failed = Signal(object, object)
    waiting_changed = Signal(int)
    _loaded = Signal(object, object)  # Exam, Future

    def __init__(self, sender_for: SenderFor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sender_for = sender_for
        self._shown: Exam | None = None
        self._senders: dict[Exam, Sender] = {}
        self._sources: dict[Exam, Path] = {}
        self._seen: dict[Exam, int] = {}  # files that were announced
        self._over: set[Exam] = set()
        self._waiting = 0
        self._reading = False
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="arrivals")
        self._look_again = QTimer(self, interval=LOOK_MS)
        self._look_again.timeout.connect(self._look)
        self._loaded.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def send(self, exam: Exam, source: Path, after_s: float) -> None:
        """Let an exam be sent after some time, at once where it has begun; one that is on its way already goes on."""
        if exam in self._senders:
            return
        self._sources[exam] = source
        sender = self._senders[exam] = self._sender_for(source, exam.folder)
        wait_ms = 0 if exam.folder.exists() else round(after_s * 1000)
        QTimer.singleShot(wait_ms, self, lambda: self._begin(exam, sender))

    def send_again(self, exam: Exam) -> None:
        """After a failure: what is missing is sent, and what came is read once more."""
        if self._senders[exam].problem is not None:
            sender = self._senders[exam] = self._sender_for(self._sources[exam], exam.folder)
            sender.start()
        self.show(exam)

    def show(self, exam: Exam) -> None:
        """From here on this exam is loaded as far as it has come, and as it comes."""
        self._shown = exam
        self._seen.pop(exam, None)
        self._over.discard(exam)
        self._look_again.start()
        self._count_waiting()

    def leave(self) -> None:
        """Nothing is on the screen any more; what arrives goes on arriving."""
        self._shown = None

    def is_over(self, exam: Exam) -> bool:
        """Whether all of the exam that is shown has come and is on the screen."""
        return exam in self._over

    @property
    def waiting(self) -> int:
        """How many exams have arrived wholly and were not shown yet."""
        return sum(exam in self._over and exam not in self._seen for exam in self._senders)

    def close(self) -> None:
        self._look_again.stop()
        self._shown = None
        for sender in self._senders.values():
            sender.stop()
        self._senders.clear()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _begin(self, exam: Exam, sender: Sender) -> None:
        if self._senders.get(exam) is sender:
            self.began.emit(exam)
            sender.start()
            self._look_again.start()

    def _look(self) -> None:
        for exam, sender in tuple(self._senders.items()):
            if sender.problem is not None and exam not in self._over:
                self._fail(exam, sender.problem)
        if self._shown is not None and self._shown not in self._over and not self._reading:
            self._read(self._shown)
        for exam in tuple(self._senders):  # a listener may send the next one
            if exam is not self._shown and exam not in self._over:
                self._look_behind(exam)
        self._count_waiting()

    def _look_behind(self, exam: Exam) -> None:
        """An exam that nobody looks at yet."""
        there = self._there(exam)
        if there is not None and there.is_complete:
            self._over.add(exam)
            self.complete.emit(exam, len(there.files))

    def _there(self, exam: Exam) -> Arrived | None:
        try:
            return arrived(exam.folder)
        except StudyProblem as problem:
            self._fail(exam, problem)
            return None

    def _count_waiting(self) -> None:
        if self.waiting != self._waiting:
            self._waiting = self.waiting
            self.waiting_changed.emit(self._waiting)

    def _fail(self, exam: Exam, problem: StudyProblem) -> None:
        self._over.add(exam)
        self.failed.emit(exam, problem)

    def _read(self, exam: Exam) -> None:
        there = self._there(exam)
        if there is not None and (len(there.files) > self._seen.get(exam, 0) or there.is_complete):
            self._reading = True
            future = self._worker.submit(lambda: (there, received(there)))
            future.add_done_callback(lambda done: self._loaded.emit(exam, done))

    def _take(self, exam: Exam, future: Future[tuple[Arrived, Received]]) -> None:
        self._reading = False
        if future.cancelled() or exam is not self._shown:
            return
        try:
            there, came = future.result()
        except StudyProblem as problem:
            self._fail(exam, problem)
            return
        if came.stacks and len(there.files) > self._seen.get(exam, 0):
            self._seen[exam] = len(there.files)
            self.grew.emit(exam, came)
        if there.is_complete and came.slices:
            self._over.add(exam)
            self.complete.emit(exam, len(there.files))
        elif there.is_complete:
            self._fail(exam, _nothing_came(came, exam.folder))


def _nothing_came(came: Received, folder: Path) -> StudyProblem:
    what = " ".join(("The exam came without an image that can be shown.", *came.remarks))
    return StudyProblem(what, where=str(folder), todo="Let the scanner send it again, or sign out.")
