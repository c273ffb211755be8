"""What thresholds mean, worked out behind the window: nothing is told until it is known.

What belongs here: waiting for it. What does not: working it out (expected) and when it may be told (the reading room).
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from app.advice.expected import curve_for
from app.analysis.operating_points import Expected, OperatingCurve
from study_configs.problem import StudyProblem
from study_configs.study import Study


class LateCurve:
    """An AI's curve as soon as it is there; None for every threshold before, and where there is none."""

    def __init__(self, coming: Future[OperatingCurve | None]) -> None:
        self._coming = coming

    def __call__(self, threshold: float) -> Expected | None:
        if not self._coming.done() or self._coming.cancelled():
            return None
        if isinstance(self._coming.exception(), StudyProblem):  # `readerlab check` says it; readers just are not told
            return None
        curve = self._coming.result()
        return curve.at(threshold) if curve is not None else None


class LateCurves:
    """Works out the curves of a study's AIs in a thread of its own."""

    def __init__(self, study: Study, ais: Iterable[str]) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="expected")
        self.by_ai = {ai: LateCurve(self._worker.submit(curve_for, study, ai)) for ai in sorted(ais)}

    def close(self) -> None:
        self._worker.shutdown(wait=False, cancel_futures=True)
