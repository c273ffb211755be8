"""The phase in progress as a reader or technician works on it: answers, confirming, its end by time.

What belongs here: from what the questions beside the images say to the events of the phase. What does not: opening a
phase and what is over the images (the rooms), the law (app.reading).
"""

from __future__ import annotations

import math
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from app.reading import engine
from app.reading.asking import answers_now, missing, versions_now
from app.tracking.events import AnswerCleared, AnswerGiven, AnswerValue, PhaseConfirmed
from app.tracking.observer import Observer
from app.tracking.recorder import clock
from app.windows.phase_timer import PhaseTimer
from app.windows.sitting_driver import SittingDriver


class Questions(Protocol):
    """What asks beside the images, in the reading room or at the station."""

    @property
    def answer_given(self) -> SignalInstance: ...  # question, target, value

    @property
    def answer_cleared(self) -> SignalInstance: ...  # question, target

    @property
    def confirm_requested(self) -> SignalInstance: ...

    def restart_clock(self, available_in_s: float) -> None: ...  # before that nothing is confirmed

    def flush(self) -> None: ...  # hand over what is half typed


class PhaseDesk(QObject):
    """`begin` once the phase is on the screen, `stop` when it is over. Nothing is taken during a pause."""

    said = Signal(str)  # a sentence for the reader
    shown = Signal(str)  # what the phase's clock reads

    def __init__(self, driver: SittingDriver, questions: Questions, observer: Observer) -> None:
        super().__init__(driver)
        self._driver, self._questions, self._observer = driver, questions, observer
        self._is_paused = False
        self._timer = PhaseTimer(driver)
        self._timer.over.connect(self._end_by_time)
        self._timer.warned.connect(self._warn)
        self._timer.shown.connect(self.shown)
        questions.answer_given.connect(self._answer)
        questions.answer_cleared.connect(self._clear)
        questions.confirm_requested.connect(self.confirm)

    def begin(self) -> None:
        ready_ns = engine.confirmable_from_ns(self._driver.script, self._driver.state) or 0
        self._questions.restart_clock(max(0, ready_ns - clock()) / 1e9)  # no sooner than the law
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def set_paused(self, paused: bool) -> None:
        """Nothing is taken meanwhile. Time goes on, and what ended in the pause ends after it."""
        self._is_paused = paused
        if not paused:
            self._timer.look_again()

    def confirm(self) -> None:
        """Confirm the phase, unless something is open, too early, or on its way to the disk."""
        here = self._here()
        script, state = self._driver.script, self._driver.state
        ready_ns = engine.confirmable_from_ns(script, state) if here else None
        if here is None or ready_ns is None or clock() < ready_ns or missing(script, state):
            return
        self._decide(*here)

    def _answer(self, question: str, target: str, value: AnswerValue) -> None:
        here = self._asked()
        if here is not None:
            trial, phase = here
            self._driver.take(
                AnswerGiven(at_ns=clock(), trial=trial, phase=phase, question=question, value=value, target=target)
            )

    def _clear(self, question: str, target: str) -> None:
        here = self._asked()
        if here is not None:
            trial, phase = here
            self._driver.take(AnswerCleared(at_ns=clock(), trial=trial, phase=phase, question=question, target=target))

    def _decide(self, trial: int, phase: int) -> None:
        self._observer.flush()
        script, state = self._driver.script, self._driver.state
        answers, versions = answers_now(script, state), versions_now(script, state)
        self._driver.take(PhaseConfirmed(at_ns=clock(), trial=trial, phase=phase, answers=answers, versions=versions))

    def _end_by_time(self) -> None:
        """The phase's longest time is over: what stands is the decision."""
        self._questions.flush()
        here = self._here()
        if here is None:
            return
        ends_ns = engine.ends_ns(self._driver.script, self._driver.state)
        if ends_ns is not None and clock() < ends_ns:  # timers may come early
            self._timer.look_again()
        else:
            self._decide(*here)

    def _warn(self, left_s: float) -> None:
        self.said.emit(self.tr("This step ends by itself in {seconds} s.").format(seconds=math.ceil(left_s)))

    def _here(self) -> tuple[int, int] | None:
        """(trial, phase) while it can be confirmed: it takes answers, and nothing is being saved."""
        return None if self._driver.busy else self._asked()

    def _asked(self) -> tuple[int, int] | None:
        """(trial, phase) while answers are taken: a phase runs and is not over with what is being saved, no pause."""
        driver = self._driver
        if not driver.takes_answers or driver.over or self._is_paused:
            return None
        return engine.trial_now(driver.script, driver.state).index, driver.state.phase
