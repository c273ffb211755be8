"""Computing one AI's result for one case: detection, then a saliency map for each of the best findings.

What belongs here: the order of the work, and the worker process's loop. What does not: queueing and keeping (prepare).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from threadpoolctl import threadpool_limits

from overlays.models.card import load_card
from overlays.models.detector import detect
from overlays.models.session import LoadedModel, load_model
from overlays.prepare import Answer, Failure, Job, Progress, Wants, choose_series, find_kept, kept_at
from overlays.result import AIResult
from overlays.saliency.rise import explain
from overlays.sources.own import result_file
from study_configs.problem import StudyProblem
from viewers.dicom.load import load
from viewers.volume import SeriesHeader, Volume

LOADED, DETECTED = 0.1, 0.25  # shares of the work done after loading the images and after detection
NICENESS = 10  # the viewer goes first

Share = Callable[[float], None]


def prepare(headers: Sequence[SeriesHeader], wants: Wants, share: Share = lambda done: None) -> AIResult:
    """The AI's result for a case, computed here and now. `share` is called with 0..1 as the work goes on.

    Raises StudyProblem where the model or the images are not as they should be, or do not go together.
    """
    model = load_model(wants.model, sha256=wants.sha256)
    volume = load(choose_series(model.card, headers))
    share(LOADED)
    result = detect(model, volume, ai=wants.ai)
    share(DETECTED)
    return _with_maps(model, volume, result, wants, share)


def prepare_kept(
    folder: Path, headers: Sequence[SeriesHeader], wants: Wants, share: Share = lambda done: None
) -> AIResult:
    """The kept result, else a new one, which is then kept. Raises StudyProblem as `prepare` does."""
    kept = find_kept(folder, headers, wants)
    if kept is not None:
        return kept
    result = prepare(headers, wants, share)
    card = load_card(wants.model)
    result_file.write(result, kept_at(folder, choose_series(card, headers), wants, card))
    return result


def _with_maps(model: LoadedModel, volume: Volume, result: AIResult, wants: Wants, share: Share) -> AIResult:
    best = sorted(result.findings, key=lambda finding: finding.rank)[: wants.maps]
    maps = []
    for number, finding in enumerate(best):

        def masked(done: int, of: int, number: int = number) -> None:
            share(DETECTED + (1 - DETECTED) * (number + done / of) / len(best))

        maps.append(explain(model, volume, finding, masks=wants.masks, seed=wants.seed, progress=masked))
    share(1.0)
    return replace(result, maps=(*result.maps, *maps))


def serve(connection: Connection) -> None:
    """Answer jobs until the other side goes away. Anything but a StudyProblem ends the process with its traceback."""
    with contextlib.suppress(AttributeError, OSError):  # Windows has no niceness; some containers forbid it
        os.nice(NICENESS)
    with threadpool_limits(1):  # matrix products beside the inference runtime's threads double the time
        while True:
            try:
                job: Job = connection.recv()
            except EOFError:
                return
            connection.send(_answer(job, connection))


def _answer(job: Job, connection: Connection) -> Answer:
    try:
        return prepare_kept(job.folder, job.headers, job.wants, lambda done: connection.send(Progress(done)))
    except StudyProblem as problem:
        return Failure(problem.what, problem.where, problem.todo)
