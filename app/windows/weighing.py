"""Whether a phase that goes by an AI's score is taken: asks for the scores once the answers before it are committed.

What belongs here: asking, and the event. What does not: the comparison (app.reading), anything on the screen: what is
learnt here comes before no reader.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from app.reading.commands import WeighPhase
from app.reading.here import trial_now
from app.reading.state import Stage
from app.tracking.events import PhaseWeighed
from app.tracking.recorder import clock
from app.windows.sitting_driver import SittingDriver
from study_configs.problem import StudyProblem
from viewers.news_line import NewsLine


class Scorer(Protocol):
    """What knows the highest score that an AI gives a case: `app.advice.Advice`, or a stand-in in a test."""

    def top_score(self, trial: int, ai: str) -> Future[float | None]: ...


class Weighing(QObject):
    """Answers the driver's `phase_weighed`; `failed` says why it could not, and `again` asks once more."""

    failed = Signal(object)  # StudyProblem
    _arrived = Signal(object)  # WeighPhase

    def __init__(self, driver: SittingDriver, scorer: Scorer | None) -> None:
        super().__init__(driver)
        self._driver, self._scorer = driver, scorer
        self._wanted: WeighPhase | None = None
        self._asked: dict[str, Future[float | None]] = {}
        self._line = NewsLine(self)
        driver.phase_weighed.connect(self._ask)
        driver.saving.connect(self._look_again)
        self._arrived.connect(self._look, Qt.ConnectionType.QueuedConnection)

    def again(self) -> None:
        if self._wanted is not None:
            self._ask(self._wanted)

    def _ask(self, wanted: WeighPhase) -> None:
        self._wanted = wanted
        if self._scorer is None:
            words = self.tr("This study goes by an AI's score, and no AI was prepared.")
            self.failed.emit(StudyProblem(words, todo=self.tr("Start it again.")))
            return
        self._asked = {ai: self._scorer.top_score(wanted.trial, ai) for ai in wanted.ais}
        for future in self._asked.values():
            self._line.say_after(future, self._arrived, wanted)

    def _look_again(self, is_saving: bool) -> None:
        """A case can be set aside while its scores are on their way: they count only once that is clear."""
        if not is_saving and self._wanted is not None:
            self._arrived.emit(self._wanted)

    def _look(self, wanted: WeighPhase) -> None:
        if wanted != self._wanted or self._driver.busy or not all(future.done() for future in self._asked.values()):
            return
        try:
            scores = {ai: future.result() for ai, future in self._asked.items()}
        except StudyProblem as problem:
            self.failed.emit(problem)
            return
        self._wanted = None
        if not self._is_in_progress(wanted):
            return
        top = {ai: score for ai, score in scores.items() if score is not None}
        self._driver.take(PhaseWeighed(at_ns=clock(), trial=wanted.trial, phase=wanted.phase, top_scores=top))

    def _is_in_progress(self, wanted: WeighPhase) -> bool:
        """Whether the phase still waits; one of a case that was set aside asks anew when that goes on."""
        script, state = self._driver.script, self._driver.state
        if state.stage is not Stage.READING:
            return False
        return (trial_now(script, state).index, state.phase) == (wanted.trial, wanted.phase)
