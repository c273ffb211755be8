"""The case desk: fetches a case's images in the background, and the next case's while this one is read.

What belongs here: scanning, which series are wanted when, passing loader threads' news into the window's thread. What
does not: keeping volumes (viewers.cache), showing them (viewers.grid), AI results (layer_desk).
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from study_configs.cases import Case
from study_configs.hanging import HangingProtocol
from study_configs.hanging_files import shipped_hangings
from study_configs.problem import StudyProblem
from study_configs.words import translate
from viewers.cache import Loading, VolumeCache
from viewers.comparing.exams import in_reading_order
from viewers.comparing.hanging import Hanging, first_slice, hang
from viewers.dicom.problems import FileProblem
from viewers.dicom.sandbox import warm_up
from viewers.dicom.scan import Progress, Scan, scan
from viewers.volume import SeriesHeader, Volume

PAINTING_MS = 100  # the longest that loaders rest for the first image


@dataclass(frozen=True, slots=True, eq=False)
class FetchedCase:
    """A case whose files were sorted into series: those of the current exam first, then those of its priors."""

    case: Case
    scan: Scan
    series: tuple[SeriesHeader, ...]
    hanging: Hanging

    @property
    def hung(self) -> tuple[SeriesHeader, ...]:
        """The series that the case opens with, each once, in the order of the viewports."""
        return tuple(self.series[index] for index in dict.fromkeys(self.hanging.shown) if index is not None)

    @property
    def in_order(self) -> tuple[SeriesHeader, ...]:
        """All series, those first that the case opens with."""
        return self.hung + tuple(header for header in self.series if header not in self.hung)


class CaseDesk(QObject):
    """Fetches cases and says when one can be painted.

    `opened` comes once for each `open`, when the first image is in memory: within the call itself for a case that was
    fetched before. `failed` comes instead when the case cannot be read.
    """

    opened = Signal(object)  # FetchedCase
    failed = Signal(str, object)  # case id, StudyProblem
    image_lost = Signal(object)  # FileProblem: one image of the open case cannot be read
    loaded = Signal(str)  # case id: what the case opens with is in memory
    ready = Signal(str)  # case id: the next case was fetched, its first image is in memory
    scanning = Signal(str, int, int)  # case id, files looked at, files in all
    _scanned = Signal(object, object)  # from the scanner's thread: Case, Future
    _news = Signal(str)  # from loader threads: case id

    def __init__(self, cache: VolumeCache | None = None) -> None:
        super().__init__()
        self.cache = cache or VolumeCache()
        self._cases: dict[str, FetchedCase] = {}
        self._failures: dict[str, StudyProblem] = {}
        self._scanning: set[str] = set()
        self._open: Case | None = None
        self._next: Case | None = None
        self._is_handed_over = self._is_loaded = self._is_next_ready = False
        self._shown: list[Loading] = []
        self._lost_said: set[tuple[str, int]] = set()
        self._wish: str | HangingProtocol = "automatic"
        self._scanner = ThreadPoolExecutor(1, thread_name_prefix="scan")
        self._scanner.submit(shipped_hangings)  # read while nobody waits for them
        self._scanned.connect(self._on_scanned, Qt.ConnectionType.QueuedConnection)
        self._news.connect(self._on_news, Qt.ConnectionType.QueuedConnection)
        self._painting = QTimer(self, singleShot=True, interval=PAINTING_MS)
        self._painting.timeout.connect(self.go_on)

    def set_hanging(self, wish: str | HangingProtocol) -> None:
        """How cases hang from now on, as the protocol says."""
        self._wish = wish

    def open(self, case: Case, following: Case | None = None) -> None:
        """Bring this case to the screen; the following one is fetched when this one is in memory."""
        self.release()
        self._open, self._next = case, following
        self._is_handed_over = self._is_loaded = self._is_next_ready = False
        kept = {case.id, following.id if following else ""}
        for forgotten in set(self._cases) - kept:
            self._forget(forgotten)
        self._failures.clear()
        self._scan(case)
        self._show()

    def fetch(self, case: Case) -> None:
        """Begin to fetch a case that will be opened soon, such as the first one behind the instructions."""
        self._next = case
        self._scan(case)

    def retry(self) -> None:
        """Read the open case's files again after a failure."""
        case, following = self._open, self._next
        if case is not None:
            self._forget(case.id)
            self.open(case, following)

    def need(self, header: SeriesHeader) -> Volume:
        """The volume of a series of the open case, ahead of others. Raises StudyProblem where it cannot fit."""
        loading = self.cache.show(header, first_slice(header))
        if loading not in self._shown:
            self._shown.append(loading)
            self._listen(loading)
        return loading.volume

    def leave(self, header: SeriesHeader) -> None:
        """A series is in no viewport any more while its case is open: it may go when room is needed."""
        self._shown = [loading for loading in self._shown if loading.header.key != header.key]
        self.cache.hide(header.key)

    def prioritise(self, header: SeriesHeader, slice_index: int, direction: int) -> None:
        """Go on loading from where the reader is."""
        loading = self.cache.get(header.key)
        if loading is not None and not loading.loader.is_done:
            loading.loader.prioritise(slice_index, direction)

    def lost(self, header: SeriesHeader) -> dict[int, FileProblem]:
        """The slices of a series that cannot be read, and why."""
        loading = self.cache.get(header.key)
        return dict(loading.loader.failures) if loading is not None else {}

    @property
    def progress(self) -> tuple[int, int]:
        """Slices in memory and slices in all, of the series that are on the screen."""
        volumes = [loading.volume for loading in self._shown]
        return sum(int(volume.loaded.sum()) for volume in volumes), sum(volume.header.frames for volume in volumes)

    def stop(self) -> None:
        """Load no more of what is on the screen; what is there stays, and `retry` begins anew."""
        for loading in self._shown:
            loading.loader.cancel()

    @property
    def next_is_ready(self) -> bool:
        """Whether the next case's first image is in memory."""
        return self._is_next_ready

    def release(self) -> None:
        """The open case leaves the screen."""
        shown, self._shown = self._shown, []
        for loading in shown:
            self.cache.hide(loading.header.key)
        self._open = None

    def close(self) -> None:
        """Stop everything and wait for the threads."""
        self._scanner.shutdown(cancel_futures=True)
        self.cache.close()

    # --- scanning

    def _scan(self, case: Case) -> None:
        if case.id in self._cases or case.id in self._scanning:
            return
        self._scanning.add(case.id)
        future = self._scanner.submit(fetched_case, case, self._wish, lambda done, of: self._told(case, done, of))
        future.add_done_callback(lambda done: self._scanned.emit(case, done))

    def _told(self, case: Case, done: int, of: int) -> None:
        """In the scanner's thread: how far it is; a case that was left is looked at no further."""
        if not self._is_wanted(case):
            raise CancelledError
        self.scanning.emit(case.id, done, of)

    def _is_wanted(self, case: Case) -> bool:
        return any(wanted is not None and wanted.id == case.id for wanted in (self._open, self._next))

    def _on_scanned(self, case: Case, future: Future[FetchedCase]) -> None:
        self._scanning.discard(case.id)
        if future.cancelled():  # the window closed before its turn came
            return
        if isinstance(future.exception(), CancelledError):
            if self._is_wanted(case):  # again
                self._scan(case)
            return
        try:
            self._cases[case.id] = future.result()
        except StudyProblem as problem:
            self._failures[case.id] = problem
            self._say_failed()
            return
        if self._open is not None and case.id == self._open.id:
            self._show()
        else:
            self._fetch_ahead()

    def _forget(self, case_id: str) -> None:
        fetched = self._cases.pop(case_id, None)
        for header in fetched.series if fetched else ():
            self.cache.drop(header.key)

    # --- loading

    def _show(self) -> None:
        """Ask for what the open case opens with, as soon as its files are sorted."""
        fetched = self._cases.get(self._open.id) if self._open else None
        if fetched is None:
            return
        try:
            for header in fetched.hung:
                self.need(header)
        except StudyProblem as problem:
            self._fail(problem)
            return
        self._look()

    def _listen(self, loading: Loading) -> None:
        case_id = self._open.id if self._open else ""
        loader = loading.loader
        loader.on_slice(lambda index: self._news.emit(case_id) if not self._is_handed_over else None)
        loader.on_problem(lambda problem: self._news.emit(case_id))
        loader.on_done(lambda: self._news.emit(case_id))

    def _on_news(self, case_id: str) -> None:
        if self._open is not None and case_id == self._open.id:
            self._look()
        elif self._next is not None and case_id == self._next.id:
            self._look_at_next()

    def _look(self) -> None:
        """Compare what is in memory with what was announced, and announce the rest, each once."""
        fetched = self._cases.get(self._open.id) if self._open else None
        if fetched is None:
            return
        if not self._is_handed_over and self._all_is_lost(fetched):
            return
        if not self._is_handed_over and self._first_is_there(fetched):
            self._is_handed_over = True
            self.opened.emit(fetched)
            self._let_paint_first()
        if self._is_handed_over:  # before, nobody would see it
            self._say_lost()
        if not self._is_loaded and self._is_handed_over and all(loading.loader.is_done for loading in self._shown):
            self._is_loaded = True
            self._scanner.submit(warm_up)  # the next case may be compressed, and a decoder takes a while to start
            self.loaded.emit(fetched.case.id)
            self._fetch_ahead()

    def _let_paint_first(self) -> None:
        """Loaders rest until the first image is painted: they would compete with it for memory and the interpreter."""
        for loading in self._shown:
            loading.loader.pause()
        self._painting.start()

    def go_on(self) -> None:
        """The first image is on the screen, or took too long: loaders go on."""
        self._painting.stop()
        for loading in self._shown:
            loading.loader.resume()

    def _first_is_there(self, fetched: FetchedCase) -> bool:
        """Whether the image that the case opens with is in memory; where that one is lost, any other."""
        header = fetched.hung[0]
        loading = self.cache.get(header.key)
        if loading is None:
            return False
        if first_slice(header) not in loading.loader.failures:
            return bool(loading.volume.loaded[first_slice(header)])
        return any(bool(each.volume.loaded.any()) for each in self._of(fetched))

    def _of(self, fetched: FetchedCase) -> list[Loading]:
        """What the case opens with, as far as it is in memory or on its way."""
        found = (self.cache.get(header.key) for header in fetched.hung)
        return [loading for loading in found if loading is not None]

    def _all_is_lost(self, fetched: FetchedCase) -> bool:
        """Says so where nothing of what the case opens with can be read."""
        ended = [each.loader for each in self._of(fetched) if each.loader.is_done and not each.volume.loaded.any()]
        lost = next((problem for loader in ended for problem in loader.failures.values()), None)
        if lost is None or len(ended) < len(fetched.hung):
            return False
        self._fail(StudyProblem(lost.what, where=str(lost.path), todo=lost.todo))
        return True

    def _say_lost(self) -> None:
        for loading in self._shown:
            for index, problem in tuple(loading.loader.failures.items()):
                if (loading.header.key, index) not in self._lost_said:
                    self._lost_said.add((loading.header.key, index))
                    self.image_lost.emit(problem)

    def _fail(self, problem: StudyProblem) -> None:
        assert self._open is not None  # only an open case is looked at
        self._forget(self._open.id)
        self._shown.clear()
        self._failures[self._open.id] = problem
        self._say_failed()

    def _say_failed(self) -> None:
        if self._open is not None and self._open.id in self._failures:
            self.failed.emit(self._open.id, self._failures[self._open.id])

    # --- ahead of need

    def _fetch_ahead(self) -> None:
        """The rest of the open case, then the next one, behind whatever the screen needs."""
        if self._open is not None and not self._is_loaded:
            return
        wanted = [*self._headers(self._open), *self._headers(self._next)]
        self.cache.prefetch(wanted)
        if self._next is not None:
            self._scan(self._next)
            self._listen_to_next()

    def _headers(self, case: Case | None) -> tuple[SeriesHeader, ...]:
        fetched = self._cases.get(case.id) if case else None
        return fetched.in_order if fetched else ()

    def _listen_to_next(self) -> None:
        fetched = self._cases.get(self._next.id) if self._next else None
        loading = self.cache.get(fetched.hung[0].key) if fetched else None
        if fetched is None or loading is None:
            return
        case_id = fetched.case.id
        loading.loader.on_slice(lambda index: self._news.emit(case_id) if not self._is_next_ready else None)
        self._look_at_next()

    def _look_at_next(self) -> None:
        fetched = self._cases.get(self._next.id) if self._next else None
        if fetched is not None and not self._is_next_ready and self._first_is_there(fetched):
            self._is_next_ready = True
            self.ready.emit(fetched.case.id)


def fetched_case(case: Case, wish: str | HangingProtocol, on_progress: Progress | None = None) -> FetchedCase:
    """Sorts a case's files and finds out how they hang: in the scanner's thread. Raises StudyProblem."""
    found = scan(case.path, on_progress)
    _refuse_without_images(case, found)
    series = in_reading_order(found.series)
    return FetchedCase(case, found, series, hang(series, wish, shipped_hangings()))


def _refuse_without_images(case: Case, found: Scan) -> None:
    if found.series:
        return
    first = found.problems[0] if found.problems else None
    raise StudyProblem(
        first.what if first else translate("CaseDesk", "There is no image in this case."),
        where=str(first.path if first else case.path),
        todo=first.todo if first else translate("CaseDesk", "Put the case's images in place, then try again."),
    )
