"""Fetches the previous acquisition of an exam, off the window.

What belongs here: that. What does not: showing it (exam_stage), acquisitions that arrive (arrival_desk).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from study_configs.problem import StudyProblem
from viewers.news_line import NewsLine
from viewers.volume import Volume


class PreviousDesk(QObject):
    """`loaded(Volume)` or `failed(StudyProblem)` comes after each `open`, unless it was left or another was opened."""

    loaded = Signal(object)
    failed = Signal(object)
    _came = Signal(int, object)  # turn, Future

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="previous")
        self._line = NewsLine(self)
        self._turn = 0
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def open(self, path: Path) -> None:
        self.leave()
        told = partial(self._line.say, self._came, self._turn)
        self._worker.submit(_whole, path).add_done_callback(told)

    def leave(self) -> None:
        """What is still on its way is thrown away."""
        self._turn += 1

    def close(self) -> None:
        self.leave()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _take(self, turn: int, future: Future[Volume]) -> None:
        if turn != self._turn or future.cancelled():
            return
        try:
            volume = future.result()
        except StudyProblem as problem:
            self.failed.emit(problem)
            return
        self.loaded.emit(volume)


def _whole(path: Path) -> Volume:
    """The largest stack of an acquisition that is there already. Raises StudyProblem."""
    from viewers.dicom.load import load
    from viewers.dicom.scan import scan

    series = scan(path).series
    if not series:
        raise StudyProblem("No image of it can be read.", where=str(path))
    return load(max(series, key=lambda header: header.frames))
