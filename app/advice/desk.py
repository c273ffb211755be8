"""What AI says about a case in a trial: made ahead of need, kept on disk, given only to phases that opted in.

What belongs here: what is made when, and handing out. What does not: finding and placing result files (result_files),
planting errors (making), when a phase opts in (app.reading.engine), showing anything (layer_desk).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from app.advice import packed
from app.advice.making import Making
from app.advice.needs import Need, needs_of, wants_of
from app.advice.result_files import ResultFiles
from app.advice.top_score import top_score
from app.reading.engine import OutOfTurn
from overlays.digest import Digested, digested
from overlays.merging import merged
from overlays.prepare import OnProgress, Prepared, Preparer, find_kept
from overlays.result import AIResult
from study_configs.problem import ProgramError, StudyProblem
from study_configs.reading_order import PlannedTrial, ReadingOrder
from study_configs.study import Study
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

Step = Callable[[int, int, str], None]


class Advice:
    """Prepares and hands out AI results for one reader's order.

    `begin` makes everything ahead in the background, in the order of need, planted errors and all. `result` answers a
    trial by reading one file; nobody here holds a result.
    """

    def __init__(self, study: Study, order: ReadingOrder | None, folder: Path) -> None:
        self._study, self._folder = study, folder
        self._trials: Mapping[int, PlannedTrial] = {t.index: t for t in order.trials} if order is not None else {}
        self._preparer = Preparer(folder)
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="advice-make")
        self._giver = ThreadPoolExecutor(1, thread_name_prefix="advice-give")
        self._scanner = ThreadPoolExecutor(1, thread_name_prefix="advice-scan")  # the workers may wait for it
        self._made: dict[Need, Future[None]] = {}
        self._headers: dict[str, Future[tuple[SeriesHeader, ...]]] = {}
        self._shown: dict[tuple[int, str], Future[Path]] = {}
        self._files = {name: ResultFiles(study, name) for name, ai in study.protocol.ai.items() if ai.results}
        self._making = Making(study, order, folder, self._honest, self._headers_of, self._stamp)
        self._lock = Lock()

    def begin(self, trials: Iterable[PlannedTrial]) -> None:
        """Make what these trials will show, the first needed first."""
        coming = list(trials)
        for need in needs_of(self._study, coming):
            self._make(need)
        for trial in coming:
            for need in needs_of(self._study, (trial,)):
                self._show(trial, need.ai)

    def prepare(self, needs: Iterable[Need], on_step: Step = lambda done, of, what: None) -> dict[Need, StudyProblem]:
        """Compute these results now and wait; returns what could not be made, with the reason."""
        wanted = tuple(needs)
        problems: dict[Need, StudyProblem] = {}
        for done, need in enumerate(wanted):
            on_step(done, len(wanted), f"{need.ai}: {need.case}")
            try:
                self._make(need).result()
            except StudyProblem as problem:
                problems[need] = problem
        on_step(len(wanted), len(wanted), "AI results")
        return problems

    def result(self, trial: int, ai: str, within_reach: frozenset[str]) -> Future[Digested]:
        """What the AI says in this trial, errors planted. Raises OutOfTurn for an AI that is out of reach now."""
        if ai not in within_reach:
            raise OutOfTurn(f"AI {ai!r} is out of reach in this phase")
        made = self._show(self._trials[trial], ai)
        return self._giver.submit(self._given, trial, ai, made)

    def top_score(self, trial: int, ai: str) -> Future[float | None]:
        """The highest score in what the AI says in this trial, errors planted; for phases that go by it.

        Not for showing: the result itself stays here.
        """
        made = self._show(self._trials[trial], ai)
        return self._giver.submit(lambda: top_score(self._given(trial, ai, made).result))

    def close(self) -> None:
        self._preparer.close()
        self._maker.shutdown(wait=False, cancel_futures=True)
        self._giver.shutdown(wait=False, cancel_futures=True)
        self._scanner.shutdown(wait=False, cancel_futures=True)

    # --- making

    def _show(self, trial: PlannedTrial, ai: str) -> Future[Path]:
        """The file of what a trial shows of an AI, on its way; one that failed is tried again."""
        known = self._shown.get((trial.index, ai))
        if known is None or (known.done() and known.exception() is not None):
            known = self._shown[trial.index, ai] = self._maker.submit(self._making.make, trial, ai)
        return known

    def _make(self, need: Need, on_progress: OnProgress = lambda case, ai, share: None) -> Future[None]:
        with self._lock:
            known = self._made.get(need)
            if known is not None and not (known.done() and known.exception() is not None):
                return known
            made: Future[None] = Future()
            self._made[need] = made
        if self._study.protocol.ai[need.ai].model is None:
            made.set_result(None)
            return made
        self._scanned(need.case).add_done_callback(lambda found: self._request(need, found, made, on_progress))
        return made

    def _scanned(self, case: str) -> Future[tuple[SeriesHeader, ...]]:
        with self._lock:
            known = self._headers.get(case)
            if known is None or (known.done() and known.exception() is not None):
                path = self._study.case(case).path
                known = self._headers[case] = self._scanner.submit(lambda: scan(path).series)
        return known

    def _request(
        self, need: Need, found: Future[tuple[SeriesHeader, ...]], made: Future[None], on_progress: OnProgress
    ) -> None:
        def done(prepared: Prepared) -> None:
            if prepared.problem is not None:
                made.set_exception(prepared.problem)
            else:
                made.set_result(None)

        if found.cancelled():
            return
        error = found.exception()
        if error is not None:
            made.set_exception(error)
            return
        self._preparer.request(need.case, found.result(), wants_of(self._study, need.ai), done, on_progress)

    # --- giving

    def _given(self, trial: int, ai: str, made: Future[Path]) -> Digested:
        result = packed.read(made.result())
        if result is None:  # it was damaged or taken away since it was made
            result = packed.read(self._making.make(self._trials[trial], ai))
        if result is None:
            raise ProgramError("A result was made and is not there.")
        return digested(result)

    def _honest(self, need: Need) -> AIResult:
        """What the AI says of a case, before any error is planted."""
        headers = self._headers_of(need.case)
        if need.ai in self._files:
            return self._files[need.ai].of_case(need.case, headers)
        self._make(need).result()
        kept = find_kept(self._folder, headers, wants_of(self._study, need.ai))
        if kept is None:
            raise ProgramError(f"The result of {need.ai} for {need.case} was made and is not there.")
        return merged([kept], need.ai, headers)

    def _headers_of(self, case: str) -> tuple[SeriesHeader, ...]:
        return self._scanned(case).result()

    def _stamp(self, ai: str) -> str:
        return self._files[ai].stamp if ai in self._files else repr(wants_of(self._study, ai))
