"""AI results ready before they are wanted: computed in a process of their own, and kept on disk.

What belongs here: what to compute, where it is kept, the worker process and its queue. What does not: the computing
(prepare_worker, which alone imports the inference runtime), and when a case needs it.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue

from overlays.models.card import Card, accepts, load_card
from overlays.result import AIResult
from overlays.sources.own import result_file
from study_configs.problem import StudyProblem
from viewers.volume import SeriesHeader

RESULT_FILE = "result.json"
POLL_S = 0.1  # how soon a cancellation is noticed while the worker computes
COMPUTED_BY = ("overlays.models", "overlays.saliency")  # packages whose code decides what a result holds


@dataclass(frozen=True, slots=True)
class Wants:
    """What to compute: which model for which of the protocol's AIs, and for how many findings a saliency map.

    `model` is the folder that holds model.onnx and card.yaml; `sha256` is the hash that the protocol pins, or empty.
    """

    ai: str
    model: Path
    sha256: str = ""
    maps: int = 0
    masks: int = 200
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """The outcome for one case: a result, or the problem that stands in its way."""

    case: str
    ai: str
    result: AIResult | None
    problem: StudyProblem | None = None


OnDone = Callable[[Prepared], None]
OnProgress = Callable[[str, str, float], None]  # case, AI, share done (0..1)


def choose_series(card: Card, headers: Sequence[SeriesHeader]) -> SeriesHeader:
    """The series of a case that the model reads: of those that it accepts, the one with the most slices.

    Raises StudyProblem with the model's reason for each series where it accepts none.
    """
    accepted = [header for header in headers if not accepts(card, header)]
    if accepted:
        return max(accepted, key=lambda header: (header.frames, -header.series_number))
    reasons = sorted({accepts(card, header) for header in headers}) or ["The case holds no images."]
    raise StudyProblem(
        f"{card.name} can read none of the case's series. {' '.join(reasons)}",
        todo="Leave the case out, or take a model that is meant for it.",
    )


def kept_at(folder: Path, header: SeriesHeader, wants: Wants, card: Card) -> Path:
    """Where the result for this series is kept: named by all that decides it, so nothing outdated is ever found."""
    said = [card.sha256, wants.ai, header.series_uid, header.frame_of_reference_uid, _code_digest()]
    said += [f"{each.sop_uid}#{each.frame}" for each in header.instances]
    if wants.maps:
        said += [f"rise maps={wants.maps} masks={wants.masks} seed={wants.seed}"]
    return folder / hashlib.sha256("\n".join(said).encode()).hexdigest()[:32] / RESULT_FILE


def _code_digest() -> str:
    """SHA-256 over the sources that compute results: other code, other results."""
    digest = hashlib.sha256()
    for package in COMPUTED_BY:
        for source in sorted(files(package).iterdir(), key=lambda each: each.name):
            if source.name.endswith(".py"):
                digest.update(source.read_bytes())
    return digest.hexdigest()


def find_kept(folder: Path, headers: Sequence[SeriesHeader], wants: Wants) -> AIResult | None:
    """The kept result of a case, None where it has yet to be computed. Raises StudyProblem as `choose_series` does.

    A kept file that cannot be read any more counts as absent: it is computed again and written over. So does every
    file where the protocol pins another model than the card speaks of: loading the model then says so.
    """
    card = load_card(wants.model)
    path = kept_at(folder, choose_series(card, headers), wants, card)
    if not path.exists() or wants.sha256.lower() not in ("", card.sha256):
        return None
    try:
        return result_file.read(path)
    except StudyProblem:
        return None


@dataclass(frozen=True, slots=True)
class _Request:
    case: str
    headers: tuple[SeriesHeader, ...]
    wants: Wants
    on_done: OnDone
    on_progress: OnProgress
    dropped: threading.Event


@dataclass(frozen=True, slots=True)
class Job:
    """What is sent to the worker process."""

    headers: tuple[SeriesHeader, ...]
    wants: Wants
    folder: Path


@dataclass(frozen=True, slots=True)
class Progress:
    """From the worker: the share done, 0 to 1."""

    share: float


@dataclass(frozen=True, slots=True)
class Failure:
    """From the worker: a StudyProblem in its parts, since exceptions do not travel well."""

    what: str
    where: str
    todo: str


Answer = Progress | Failure | AIResult


def _run_worker(connection: Connection) -> None:
    """Start of the worker process; the inference runtime is imported here and nowhere in the window's process."""
    from overlays.prepare_worker import serve

    serve(connection)


class Preparer:
    """Prepares cases one after another in a worker process, the first asked for first.

    All callbacks come from the preparer's own thread: a window passes them on through a queued signal. Each request
    ends in exactly one `on_done`, unless it is cancelled.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._requests: SimpleQueue[_Request | None] = SimpleQueue()
        self._latest: dict[tuple[str, str], _Request] = {}
        self._closing = threading.Event()
        self._worker: BaseProcess | None = None
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="preparer", daemon=True)
        self._thread.start()

    def request(
        self,
        case: str,
        headers: Sequence[SeriesHeader],
        wants: Wants,
        on_done: OnDone,
        on_progress: OnProgress = lambda case, ai, share: None,
    ) -> None:
        """Ask for a case's result; returns at once. What is kept on disk comes without computing."""
        request = _Request(case, tuple(headers), wants, on_done, on_progress, threading.Event())
        self._latest[case, wants.ai] = request
        self._requests.put(request)

    def cancel(self, case: str, ai: str) -> None:
        """Give up the last request for a case, also while it is computed; nothing more is called for it."""
        request = self._latest.pop((case, ai), None)
        if request is not None:
            request.dropped.set()

    def close(self) -> None:
        """Stop the worker and wait for the thread; requests not yet answered are dropped."""
        self._closing.set()
        self._requests.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while (request := self._requests.get()) is not None and not self._closing.is_set():
                if not self._is_dropped(request):
                    self._answer(request)
        finally:
            self._stop_worker()

    def _is_dropped(self, request: _Request) -> bool:
        return self._closing.is_set() or request.dropped.is_set()

    def _answer(self, request: _Request) -> None:
        try:
            result = find_kept(self._folder, request.headers, request.wants) or self._compute(request)
            prepared = Prepared(request.case, request.wants.ai, result)
        except StudyProblem as problem:
            prepared = Prepared(request.case, request.wants.ai, None, problem)
        if not self._is_dropped(request):
            request.on_done(prepared)

    def _compute(self, request: _Request) -> AIResult | None:
        """The worker's result; None where the request was dropped meanwhile. Raises StudyProblem."""
        connection = self._started()
        try:
            connection.send(Job(request.headers, request.wants, self._folder))
            while not self._is_dropped(request):
                if not connection.poll(POLL_S):
                    continue
                answer: Answer = connection.recv()
                if isinstance(answer, AIResult):
                    return answer
                if isinstance(answer, Failure):
                    raise StudyProblem(answer.what, where=answer.where, todo=answer.todo)
                request.on_progress(request.case, request.wants.ai, answer.share)
        except (EOFError, OSError) as error:
            self._stop_worker()
            raise StudyProblem(
                "The process that runs the AI has stopped unexpectedly; its last words are in the terminal.",
                where=request.case,
                todo="Try again; if it stops again, the computer may be out of memory.",
            ) from error
        self._stop_worker()
        return None

    def _started(self) -> Connection:
        if self._connection is not None and self._worker is not None and self._worker.is_alive():
            return self._connection
        self._stop_worker()
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._worker = context.Process(target=_run_worker, args=(theirs,), name="readerlab-ai", daemon=True)
        self._worker.start()
        theirs.close()
        return self._connection

    def _stop_worker(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.join()
            self._worker.close()
        if self._connection is not None:
            self._connection.close()
        self._worker, self._connection = None, None
