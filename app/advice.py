"""What AI says about a case in a trial: made ahead of need, kept on disk, given only to phases that opted in.

What belongs here: preparing results, planting errors (the truth is unsealed here and nowhere else while reading),
handing out. What does not: when a phase opts in (app.reading.engine) and showing anything (layer_desk).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.reading.engine import OutOfTurn
from overlays.planted import plant
from overlays.prepare import OnProgress, Prepared, Preparer, Wants, find_kept
from overlays.result import AIMap, AIResult, Finding
from overlays.sources import readerlab_json
from study_configs.design import PlannedTrial, ReadingOrder
from study_configs.layers import threshold_of
from study_configs.planting import PlannedError
from study_configs.problem import ProgramError, StudyProblem
from study_configs.study import Study
from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

MAPS = 3  # findings of a case that get a saliency map, best score first

Step = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Need:
    """One AI result of one case that somebody will see."""

    case: str
    ai: str


def needs_of(study: Study, trials: Iterable[PlannedTrial]) -> tuple[Need, ...]:
    """The results that these trials show, each once, in the order in which they are needed."""
    layers = study.protocol.layers
    found: dict[Need, None] = {}
    for trial in trials:
        for name in study.protocol.conditions[trial.condition].layers:
            found[Need(trial.case_id, layers[name].ai)] = None
    return tuple(found)


def every_need(study: Study) -> tuple[Need, ...]:
    """Every case with every AI that the protocol shows: what `readerlab prepare` computes."""
    shown = sorted({layer.ai for layer in study.protocol.layers.values()})
    return tuple(Need(case.id, ai) for case in study.cases if not case.practice for ai in shown)


def wants_of(study: Study, ai: str) -> Wants:
    """What to compute for one of the protocol's models. Raises StudyProblem where the AI has no model."""
    spec = study.protocol.ai[ai]
    if spec.model is None:
        raise StudyProblem(f"The AI {ai} has no model to run.", where=str(study.path))
    explained = any(layer.ai == ai and layer.explain is not None for layer in study.protocol.layers.values())
    folder = study.file(spec.model).parent
    return Wants(ai, folder, spec.sha256 or "", maps=MAPS if explained else 0, seed=study.protocol.design.seed % 2**31)


def model_hashes(study: Study) -> dict[str, str]:
    """The sha-256 of each AI's model, for the store to freeze with the order."""
    files = {name: ai.model for name, ai in study.protocol.ai.items() if ai.model is not None}
    return {name: sha256(study.file(model).read_bytes()).hexdigest() for name, model in files.items()}


class Advice:
    """Prepares and hands out AI results for one reader's order.

    `begin` computes ahead in the background, in the order of need. `result` answers a trial with its planted errors in
    place; results are read from disk when a phase asks and are held by nobody here.
    """

    def __init__(self, study: Study, order: ReadingOrder | None, folder: Path) -> None:
        self._study, self._folder = study, folder
        self._trials: Mapping[int, PlannedTrial] = {t.index: t for t in order.trials} if order is not None else {}
        self._preparer = Preparer(folder)
        self._worker = ThreadPoolExecutor(2, thread_name_prefix="advice")
        self._scanner = ThreadPoolExecutor(1, thread_name_prefix="advice-scan")  # the workers may wait for it
        self._made: dict[Need, Future[None]] = {}
        self._headers: dict[str, Future[tuple[SeriesHeader, ...]]] = {}

    def begin(self, trials: Iterable[PlannedTrial]) -> None:
        """Compute what these trials will show, the first needed first."""
        for need in needs_of(self._study, trials):
            self._make(need)

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

    def result(self, trial: int, ai: str, within_reach: frozenset[str]) -> Future[AIResult]:
        """What the AI says in this trial, errors planted. Raises OutOfTurn for an AI that is out of reach now."""
        if ai not in within_reach:
            raise OutOfTurn(f"AI {ai!r} is out of reach in this phase")
        planned = self._trials[trial]
        made = self._make(Need(planned.case_id, ai))
        return self._worker.submit(self._given, planned, ai, made)

    def close(self) -> None:
        self._preparer.close()
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._scanner.shutdown(wait=False, cancel_futures=True)

    # --- making

    def _make(self, need: Need, on_progress: OnProgress = lambda case, ai, share: None) -> Future[None]:
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

    def _given(self, planned: PlannedTrial, ai: str, made: Future[None]) -> AIResult:
        made.result()
        headers = self._scanned(planned.case_id).result()
        result = self._kept(ai, headers, planned.case_id)
        for error in planned.planted:
            if error.ai == ai:
                result = self._with_error(result, error, planned.case_id, headers)
        return result

    def _kept(self, ai: str, headers: tuple[SeriesHeader, ...], case: str) -> AIResult:
        spec = self._study.protocol.ai[ai]
        if spec.results is not None:
            return _result_file(self._study, ai, spec.results, headers, case)
        kept = find_kept(self._folder, headers, wants_of(self._study, ai))
        if kept is None:
            raise ProgramError(f"The result of {ai} for {case} was made and is not there.")
        return kept

    def _with_error(
        self, result: AIResult, error: PlannedError, case: str, headers: tuple[SeriesHeader, ...]
    ) -> AIResult:
        truth = self._study.truth.unseal().get(case)
        header = next((each for each in headers if each.series_uid == result.series_uid), headers[0])
        return plant(
            result,
            error,
            lesions=truth.lesions if truth is not None else (),
            image=load(header) if error.kind == "false_positive" else header,
            threshold=_shown_from(self._study, result.ai),
            map_like=self._map_like(result, case) if error.kind == "false_positive" else None,
            finding_like=self._finding_like(result, case) if error.kind == "false_positive" else None,
        )

    def _map_like(self, result: AIResult, case: str) -> AIMap | None:
        """A map of the same AI: of this case, else of the first case of the order that has one."""
        own = next(iter(result.maps), None)
        spec = self._study.protocol.ai[result.ai]
        makes_maps = spec.model is None or wants_of(self._study, result.ai).maps > 0
        if own is not None or not makes_maps:
            return own
        return next((ai_map for other in self._others(result.ai, case) for ai_map in other.maps), None)

    def _finding_like(self, result: AIResult, case: str) -> Finding | None:
        """A finding of the same AI, so that an invented one bears the name that real ones do."""
        own = next(iter(result.findings), None)
        if own is not None:
            return own
        return next((finding for other in self._others(result.ai, case) for finding in other.findings), None)

    def _others(self, ai: str, case: str) -> Iterator[AIResult]:
        """What the AI says of the order's other cases, in the order's own turn; what can't be made is left out."""
        for need in needs_of(self._study, self._trials.values()):
            if need.ai != ai or need.case == case:
                continue
            try:
                self._make(need).result()
                yield self._kept(ai, self._scanned(need.case).result(), need.case)
            except StudyProblem:
                continue


def _shown_from(study: Study, ai: str) -> float:
    """The highest threshold at which any layer of this AI begins to show findings."""
    layers = [layer for layer in study.protocol.layers.values() if layer.ai == ai and layer.draw != "heatmap"]
    return max((threshold_of(layer, study.protocol.ai[ai]) for layer in layers), default=0.5)


def _result_file(study: Study, ai: str, pattern: str, headers: tuple[SeriesHeader, ...], case: str) -> AIResult:
    """The result among the study's own files that was made from a series of this case."""
    uids = {header.series_uid for header in headers}
    for path in sorted(study.folder.glob(pattern)):
        result = readerlab_json.read(path)
        if result.ai == ai and result.series_uid in uids:
            return result
    raise StudyProblem(
        f"There is no result of {ai} for the case {case}.",
        where=str(study.folder / pattern),
        todo="Put the result file in place, then try again.",
    )
