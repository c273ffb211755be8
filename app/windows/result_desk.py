"""The result desk of the plain viewer: reads AI results that lie among the images, behind the images, in a thread.

What belongs here: reading in the background, once the images are there. What does not: what they are (overlays.found)
and showing them (layer_stage).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from app.windows.case_desk import FetchedCase
from overlays.found import FoundResults, found_results, joined
from study_configs.problem import StudyProblem
from viewers.dicom.scan import Scan, scan
from viewers.news_line import NewsLine


class ResultDesk(QObject):
    """`found(FoundResults)` comes with everything that was read so far, after each reading; `failed` with a problem.

    `images_found(path)` comes for files that were dropped and hold images: they are to be opened.
    """

    found = Signal(object)
    failed = Signal(object)  # StudyProblem
    images_found = Signal(object)  # Path
    _sorted = Signal(object, object)  # from the thread: paths, Future of whether there are images
    _read = Signal(int, object)  # from the thread: of which case, Future

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="results")
        self._line = NewsLine(self)
        self._case: FetchedCase | None = None
        self._waiting = False
        self._so_far: list[FoundResults] = []
        self._turn = 0
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._sorted.connect(self._direct, Qt.ConnectionType.QueuedConnection)

    def open(self, case: FetchedCase) -> None:
        """Another case is being hung: what lies among its files waits for `begin`."""
        self.clear()
        self._case = case
        self._waiting = bool(case.scan.other or case.scan.skipped)

    def begin(self) -> None:
        """The images are on the screen: read what lies among their files, once."""
        if self._case is not None and self._waiting:
            self._waiting = False
            self._submit(self._case.scan)

    def add(self, paths: Sequence[Path]) -> None:
        """Read these files too, for the case that is open."""
        if self._case is not None:
            self._submit(list(paths))

    def take(self, paths: Sequence[Path]) -> None:
        """Files or folders that were dropped: images are to be opened, anything else is read for the open case."""
        future = self._worker.submit(holds_images, paths)
        future.add_done_callback(partial(self._line.say, self._sorted, list(paths)))

    def clear(self) -> None:
        """Let go of the case; what is still being read is thrown away."""
        self._turn += 1
        self._case = None
        self._waiting = False
        self._so_far = []

    def close(self) -> None:
        self.clear()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _submit(self, where: Scan | list[Path]) -> None:
        assert self._case is not None  # there is a case to read for
        turn, series = self._turn, self._case.series
        future = self._worker.submit(found_results, where, series)
        future.add_done_callback(partial(self._line.say, self._read, turn))

    def _direct(self, paths: list[Path], future: Future[bool]) -> None:
        if future.cancelled():
            return
        if future.result() or self._case is None:
            self.images_found.emit(paths[0] if len(paths) == 1 else common_folder(paths))
        else:
            self.add(paths)

    def _take(self, turn: int, future: Future[FoundResults]) -> None:
        if turn != self._turn or future.cancelled():
            return
        try:
            self._so_far.append(future.result())
        except StudyProblem as problem:
            self.failed.emit(problem)
            return
        self.found.emit(joined(self._so_far))


def holds_images(paths: Sequence[Path]) -> bool:
    """Whether any of the files or folders holds an image that can be shown."""
    try:
        return bool(scan(paths).series)
    except StudyProblem:  # nothing in it is DICOM: results have other forms, too
        return False


def common_folder(paths: Sequence[Path]) -> Path:
    """The folder that all of these lie in."""
    return Path(os.path.commonpath([path.parent for path in paths]))
