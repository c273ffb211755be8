"""The case desk: fetches a case's images in the background, and the next case's while this one is read.

What belongs here: scanning, loading, the order of both, passing loader threads' news into the window's thread. What does
not: showing images (viewers.grid) and AI results (layer_desk).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal

from study_configs.cases import Case
from study_configs.problem import StudyProblem
from viewers.dicom.load import SeriesLoader
from viewers.dicom.scan import Scan, scan
from viewers.hanging import Hanging, first_slice, hang
from viewers.volume import SeriesHeader, Volume


@dataclass(eq=False)
class FetchedCase:
    """A case whose files were sorted, and the loaders of those of its series that were begun, by header key."""

    case: Case
    scan: Scan
    hanging: Hanging
    loaders: dict[str, SeriesLoader] = field(default_factory=dict)

    @property
    def series(self) -> tuple[SeriesHeader, ...]:
        return self.scan.series

    @property
    def first(self) -> SeriesHeader | None:
        """The series whose image is painted first; None where the hanging is empty."""
        shown = [index for index in self.hanging.shown if index is not None]
        return self.series[shown[0]] if shown else None

    def volume(self, header: SeriesHeader) -> Volume:
        """The volume of a series, complete or filling. Raises KeyError where loading has not begun."""
        volume = self.loaders[header.key].volume
        assert volume is not None  # start() makes it
        return volume

    @property
    def is_ready(self) -> bool:
        """Whether the first image can be painted."""
        header = self.first
        if header is None or header.key not in self.loaders:
            return False
        return bool(self.volume(header).loaded[first_slice(header)])

    @property
    def is_loaded(self) -> bool:
        return all(header.key in self.loaders and self.loaders[header.key].is_done for header in self.series)

    @property
    def progress(self) -> tuple[int, int]:
        """(images loaded, images in all)."""
        done = sum(int(loader.volume.loaded.sum()) for loader in self.loaders.values() if loader.volume is not None)
        return done, sum(header.frames for header in self.series)

    def close(self) -> None:
        for loader in self.loaders.values():
            loader.cancel()


News = Literal["scanned", "slice", "done", "problem"]


class CaseDesk(QObject):
    """Holds at most two cases: the one that is read, and the next.

    `opened` comes once for each `open`, when the first image can be painted: within the call itself for a case that was
    fetched before. `failed` comes instead when the case cannot be read at all.
    """

    opened = Signal(object)  # FetchedCase
    failed = Signal(str, object)  # case id, StudyProblem
    slice_loaded = Signal(str, int)  # header key, slice: of the case that is open
    image_lost = Signal(object)  # FileProblem: one image of the open case cannot be read
    loaded = Signal(str)  # case id: everything is in memory
    _news = Signal(str, object, object)  # from other threads: case id, kind, what

    def __init__(self) -> None:
        super().__init__()
        self._cases: dict[str, FetchedCase] = {}
        self._failures: dict[str, StudyProblem] = {}
        self._scanning: set[str] = set()
        self._wanted: str | None = None  # opened by the reader, first image not there yet
        self._open: str | None = None
        self._next: Case | None = None
        self._scanner = ThreadPoolExecutor(1, thread_name_prefix="scan")
        self._news.connect(self._on_news, Qt.ConnectionType.QueuedConnection)

    def open(self, case: Case, following: Case | None = None) -> None:
        """Bring this case to the screen, and fetch the following one once this one is loaded."""
        self._open = self._wanted = case.id
        self._next = following
        self._drop_others({case.id, following.id if following else ""})
        self._fetch(case)
        self._hand_over()
        self._fetch_next()

    def fetch(self, case: Case) -> None:
        """Begin to fetch a case that the reader will open soon."""
        self._fetch(case)

    def retry(self, case: Case) -> None:
        """Read a case's files again after a failure."""
        self._forget(case.id)
        self.open(case, self._next)

    def release(self) -> None:
        """The open case leaves the screen; its memory goes with the next `open`."""
        self._open = self._wanted = None

    def need(self, header: SeriesHeader) -> Volume | None:
        """The volume of a series of the open case, begun now if it was not yet; None without an open case."""
        fetched = self._cases.get(self._open or "")
        if fetched is None:
            return None
        self._start(fetched, header)
        return fetched.volume(header)

    def prioritise(self, header: SeriesHeader, slice_index: int, direction: int) -> None:
        """Go on loading from where the reader is."""
        fetched = self._cases.get(self._open or "")
        if fetched is not None and header.key in fetched.loaders and not fetched.loaders[header.key].is_done:
            fetched.loaders[header.key].prioritise(slice_index, direction)

    def close(self) -> None:
        """Stop everything and wait for the threads."""
        self._scanner.shutdown(cancel_futures=True)
        for fetched in self._cases.values():
            fetched.close()
        for fetched in self._cases.values():
            for loader in fetched.loaders.values():
                loader.wait()
        self._cases.clear()

    # --- in the window's thread

    def _fetch(self, case: Case) -> None:
        if case.id in self._cases or case.id in self._scanning or case.id in self._failures:
            return
        self._scanning.add(case.id)
        future = self._scanner.submit(scan, case.path)
        future.add_done_callback(lambda done: self._news.emit(case.id, "scanned", (case, done)))

    def _on_news(self, case_id: str, kind: News, what: object) -> None:
        if kind == "scanned":
            self._scanned(*what)  # type: ignore[misc]
        fetched = self._cases.get(case_id)
        if fetched is None:
            return
        if kind == "slice" and case_id == self._open:
            self.slice_loaded.emit(*what)  # type: ignore[misc]
        if kind == "problem" and case_id == self._open:
            self.image_lost.emit(what)
        if kind == "done":
            self._start_next_series(fetched)
        self._hand_over()
        if fetched.is_loaded and kind == "done":
            self.loaded.emit(case_id)
            self._fetch_next()

    def _scanned(self, case: Case, future: Future[Scan]) -> None:
        if case.id not in self._scanning:
            return
        self._scanning.discard(case.id)
        try:
            found = future.result()
            self._refuse_without_images(case, found)
            fetched = FetchedCase(case, found, hang(found.series))
            self._cases[case.id] = fetched
            for index in dict.fromkeys(i for i in fetched.hanging.shown if i is not None):
                self._start(fetched, fetched.series[index])
        except StudyProblem as problem:
            self._cases.pop(case.id, None)
            self._failures[case.id] = problem
            self._say_failed()

    @staticmethod
    def _refuse_without_images(case: Case, found: Scan) -> None:
        if found.series:
            return
        first = found.problems[0] if found.problems else None
        raise StudyProblem(
            first.what if first else "There is no image in this case.",
            where=str(first.path if first else case.path),
            todo=first.todo if first else "Put the case's images in place, then try again.",
        )

    def _start(self, fetched: FetchedCase, header: SeriesHeader) -> None:
        if header.key in fetched.loaders:
            return
        loader = SeriesLoader()
        case_id, key = fetched.case.id, header.key
        loader.on_slice(lambda index: self._news.emit(case_id, "slice", (key, index)))
        loader.on_problem(lambda problem: self._news.emit(case_id, "problem", problem))
        loader.on_done(lambda: self._news.emit(case_id, "done", key))
        loader.start(header, first_slice(header))
        fetched.loaders[key] = loader

    def _start_next_series(self, fetched: FetchedCase) -> None:
        """One series after the other, those on the screen first."""
        if not all(loader.is_done for loader in fetched.loaders.values()):
            return
        waiting = next((header for header in fetched.series if header.key not in fetched.loaders), None)
        if waiting is not None:
            self._start(fetched, waiting)

    def _hand_over(self) -> None:
        fetched = self._cases.get(self._wanted or "")
        if fetched is not None and fetched.is_ready:
            self._wanted = None
            self.opened.emit(fetched)
        elif fetched is not None and self._first_is_lost(fetched):
            self._fail(fetched)
        else:
            self._say_failed()

    def _first_is_lost(self, fetched: FetchedCase) -> bool:
        header = fetched.first
        loader = fetched.loaders.get(header.key) if header else None
        return loader is not None and header is not None and first_slice(header) in loader.failures

    def _fail(self, fetched: FetchedCase) -> None:
        header = fetched.first
        assert header is not None  # _first_is_lost says so
        lost = fetched.loaders[header.key].failures[first_slice(header)]
        fetched.close()
        del self._cases[fetched.case.id]
        self._failures[fetched.case.id] = StudyProblem(lost.what, where=str(lost.path), todo=lost.todo)
        self._say_failed()

    def _say_failed(self) -> None:
        if self._wanted is not None and self._wanted in self._failures:
            case_id, self._wanted = self._wanted, None
            self.failed.emit(case_id, self._failures[case_id])

    def _fetch_next(self) -> None:
        fetched = self._cases.get(self._open or "")
        if self._next is not None and fetched is not None and fetched.is_loaded:
            self._fetch(self._next)

    def _drop_others(self, kept: set[str]) -> None:
        for case_id in set(self._cases) | set(self._failures) | self._scanning:
            if case_id not in kept:
                self._forget(case_id)

    def _forget(self, case_id: str) -> None:
        fetched = self._cases.pop(case_id, None)
        if fetched is not None:
            fetched.close()
        self._failures.pop(case_id, None)
        self._scanning.discard(case_id)
