"""Shows slices as they land: watches the folders in which acquisitions arrive and loads what is there, off the window.

What belongs here: when to look, and handing on volumes. What does not: what lies in a folder (app.hospital.arrivals),
sending (app.hospital.scanner), showing (station_room).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.hospital.arrivals import Arrived, arrived
from app.hospital.scanner import Scanner
from app.tracking.events.station import Acquisition
from study_configs.problem import StudyProblem
from viewers.volume import Volume

LOOK_MS = 80


@dataclass(frozen=True, slots=True)
class Exam:
    """One acquisition of a trial's exam, and the folder in which it arrives."""

    trial: int
    acquisition: Acquisition
    folder: Path


class ArrivalDesk(QObject):
    """One acquisition is on the screen at a time; others may arrive meanwhile.

    `began(Exam)` when its first slice is due, `grew(Exam, Volume)` whenever more of the exam that is shown is in
    memory, `complete(Exam, slices)` once for each exam when all of it has come (for the exam on the screen after its
    last `grew`), `failed(Exam, StudyProblem)`.
    """

    began = Signal(object)
    grew = Signal(object, object)
    complete = Signal(object, int)
    failed = Signal(object, object)
    _loaded = Signal(object, object)  # Exam, Future

    def __init__(self, slices_per_s: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._slices_per_s = slices_per_s
        self._shown: Exam | None = None
        self._scanners: dict[Exam, Scanner] = {}
        self._seen: dict[Exam, int] = {}  # slices that were announced
        self._over: set[Exam] = set()
        self._reading = False
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="arrivals")
        self._look_again = QTimer(self, interval=LOOK_MS)
        self._look_again.timeout.connect(self._look)
        self._loaded.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def send(self, exam: Exam, source: Path, after_s: float) -> None:
        """Let the simulated scanner send an exam after some time; one that is on its way already goes on."""
        if exam in self._scanners:
            return
        scanner = self._scanners[exam] = Scanner(source, exam.folder, self._slices_per_s)
        QTimer.singleShot(round(after_s * 1000), self, lambda: self._begin(exam, scanner))

    def show(self, exam: Exam) -> None:
        """From here on this exam is loaded as far as it has come, and as it comes."""
        self._shown = exam
        self._seen.pop(exam, None)
        self._over.discard(exam)
        self._look_again.start()

    def leave(self) -> None:
        """Nothing is on the screen any more; what arrives goes on arriving."""
        self._shown = None

    def is_over(self, exam: Exam) -> bool:
        """Whether all of the exam that is shown has come and is on the screen."""
        return exam in self._over

    @property
    def waiting(self) -> int:
        """How many exams have arrived wholly and were not shown yet."""
        return sum(exam in self._over and exam not in self._seen for exam in self._scanners)

    def close(self) -> None:
        self._look_again.stop()
        self._shown = None
        for scanner in self._scanners.values():
            scanner.stop()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _begin(self, exam: Exam, scanner: Scanner) -> None:
        if self._scanners.get(exam) is scanner:
            scanner.start()
            self._look_again.start()
            self.began.emit(exam)

    def _look(self) -> None:
        for exam, scanner in tuple(self._scanners.items()):
            if scanner.problem is not None and exam not in self._over:
                self._over.add(exam)
                self.failed.emit(exam, scanner.problem)
        if self._shown is not None and self._shown not in self._over and not self._reading:
            self._read(self._shown)
        for exam in tuple(self._scanners):  # a listener may send the next one
            if exam is not self._shown and exam not in self._over and arrived(exam.folder).is_complete:
                self._over.add(exam)
                self.complete.emit(exam, len(arrived(exam.folder).files))

    def _read(self, exam: Exam) -> None:
        try:
            there = arrived(exam.folder)
        except StudyProblem as problem:
            self._over.add(exam)
            self.failed.emit(exam, problem)
            return
        if len(there.files) > self._seen.get(exam, 0) or (there.is_complete and there.files):
            self._reading = True
            future = self._worker.submit(_volume_of, there)
            future.add_done_callback(lambda done: self._loaded.emit(exam, done))

    def _take(self, exam: Exam, future: Future[tuple[Arrived, Volume]]) -> None:
        self._reading = False
        if future.cancelled() or exam is not self._shown:
            return
        try:
            there, volume = future.result()
        except StudyProblem as problem:
            self._over.add(exam)
            self.failed.emit(exam, problem)
            return
        if len(there.files) > self._seen.get(exam, 0):
            self._seen[exam] = len(there.files)
            self.grew.emit(exam, volume)
        if there.is_complete:
            self._over.add(exam)
            self.complete.emit(exam, len(there.files))


def _volume_of(there: Arrived) -> tuple[Arrived, Volume]:
    """What is there, in memory. Raises StudyProblem where a file is no image."""
    from viewers.dicom.load import load
    from viewers.dicom.scan import scan

    return there, load(scan(there.files).series[0])
