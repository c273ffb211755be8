"""The driver of a sitting: each act becomes an event, is made safe, moves the state on; what follows is announced.

What belongs here: the order of those four, and what happens when the store is slow. What does not: study logic
(app.reading) and widgets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.reading import engine
from app.reading.asking import questions_now
from app.reading.commands import (
    CloseCase,
    Command,
    EndSitting,
    OpenBreak,
    OpenCase,
    OpenCaseFeedback,
    OpenFeedback,
    OpenText,
    OpenWorklist,
    SkipPhase,
    StartPhase,
    WeighPhase,
)
from app.reading.script import Script
from app.reading.state import ReadingState, Stage
from app.tracking.events import (
    AnswerCleared,
    AnswerGiven,
    Event,
    PhaseConfirmed,
    PhaseSkipped,
    ReadingHalted,
    ReadingWentOn,
    SittingEnded,
    SittingStarted,
    TrialInterrupted,
    TrialStarted,
)
from app.tracking.recorder import Recorder, clock
from study_configs.problem import StudyProblem

EndReason = Literal["finished", "signed_out", "failed", "time_up"]
WARN_AFTER_MS = 1_000
STOP_AFTER_MS = 5_000
LOOK_EVERY_MS = 500  # at the store, which can fail while nothing is being confirmed, and recover
LEAVE_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class _Pending:
    """An event that waits for its commit, and what it will lead to."""

    event: Event
    outcome: engine.Outcome
    future: Future[str]


@dataclass(frozen=True, slots=True)
class _Leaving:
    """How a sitting was left whose end the store does not have yet."""

    reason: EndReason
    why: str  # of the trial that was open


class SittingDriver(QObject):
    """Owns the reading state of one sitting; windows hand it events and listen to its signals.

    An acknowledged event moves the state on only after its commit; events that come meanwhile wait in line. An event
    that the law forbids raises OutOfTurn and never reaches the log.
    """

    text_opened = Signal(str)
    case_opened = Signal(object)  # OpenCase
    phase_opened = Signal(object)  # StartPhase
    phase_weighed = Signal(object)  # WeighPhase: scores are wanted
    case_closed = Signal(int)  # trial
    worklist_opened = Signal()
    case_feedback_opened = Signal(tuple)  # trials
    break_opened = Signal(object)  # OpenBreak
    feedback_opened = Signal(tuple)  # trials
    state_changed = Signal()
    held = Signal()  # the first case, or the list, waits for release_cases()
    ended = Signal(str, str)  # reason, receipt
    saving = Signal(bool)
    confirming = Signal(bool)  # the same, of nothing but a phase's confirmation
    slow = Signal()  # a commit has not come for 1 s
    stuck = Signal(object)  # StudyProblem: the store can't be written, or a commit has not come for 5 s
    freed = Signal()  # after `stuck`: everything is saved
    _acknowledged = Signal(object)

    def __init__(self, script: Script, recorder: Recorder, earlier: Iterable[Event] = ()) -> None:
        super().__init__()
        self.script, self.recorder = script, recorder
        self.state: ReadingState = engine.left_off(script, earlier)
        self.trial_open: int | None = (
            None  # index of the trial that was started and is neither finished nor interrupted
        )
        self.over = False
        self._waiting: deque[tuple[Event, bool]] = deque()  # and whether it came while something was being saved
        self._pending: _Pending | None = None
        self._is_stuck = self._is_ending = False
        self._holds = False
        self._held: Command | None = None
        self._warn = self._timer(WARN_AFTER_MS, self._say_slow)
        self._stop = self._timer(STOP_AFTER_MS, self._say_stuck)
        self._look = QTimer(self, interval=LOOK_EVERY_MS)
        self._look.timeout.connect(self.look_at_store)
        self._late = QTimer(self, interval=LOOK_EVERY_MS)
        self._late.timeout.connect(self._look_for_end)
        self._leaving: _Leaving | None = None
        self._acknowledged.connect(self._on_acknowledged, Qt.ConnectionType.QueuedConnection)

    def _timer(self, after_ms: int, slot: object) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=after_ms)
        timer.timeout.connect(slot)
        return timer

    @property
    def busy(self) -> bool:
        """Whether something is being saved, so that no further act can be taken now."""
        return self._pending is not None

    @property
    def takes_answers(self) -> bool:
        """Whether the phase on the screen goes on after what is being saved: what is answered meanwhile waits in line.

        A call that was answered leaves the phase open; confirming it, or leaving the case, does not.
        """
        return self.is_reading and not self.leaves_phase

    @property
    def leaves_phase(self) -> bool:
        """Whether the phase on the screen is over with what is being saved."""
        here, pending = self.state, self._pending
        if not self.is_reading or pending is None:
            return False
        then = pending.outcome.state
        place = (here.stage, here.trial, here.phase, here.phase_started_ns)
        return place != (then.stage, then.trial, then.phase, then.phase_started_ns)

    def start(self, started: SittingStarted) -> None:
        self._look.start()
        self.take(started)

    def hold_cases(self) -> None:
        """Let the first case wait for something that must come before it; `held` says when it would have come."""
        self._holds = True

    def release_cases(self) -> None:
        """Open the case that waited, if one did; none waits any more."""
        self._holds, held, self._held = False, self._held, None
        if held is not None and not self.over:
            self._perform(held)

    def take(self, event: Event) -> None:
        """Record an act and move on. Raises OutOfTurn, before anything is written, for what the law forbids."""
        if self.over:
            return
        self._waiting.append((event, self.busy))
        self._go_on()

    def observe(self, event: Event) -> None:
        """Record what only observes: at once, whatever is being saved, and nothing after the sitting's end."""
        if not (self.over or self._is_ending):
            self.recorder.record(event)

    def try_again(self) -> None:
        """Hand a refused event to the store once more; say so again where it can't take it."""
        pending = self._pending
        if pending is None:
            self._is_stuck = False
        elif not pending.future.done():  # the store tries by itself
            self._warn.start()
            self._stop.start()
        else:
            self._hand_in_again()

    def _hand_in_again(self) -> None:
        """A refused event was not taken: the store gets it anew."""
        pending = self._pending
        if pending is not None and pending.future.done() and pending.future.exception() is not None:
            if isinstance(pending.event, SittingEnded):
                self.end(pending.event.reason)
            else:
                self._save(pending.event, engine.handle(self.script, self.state, pending.event))

    def leave(self, reason: EndReason, why: str, within_s: float = LEAVE_WITHIN_S) -> str:
        """End at once: what waits is written, the trial marked interrupted, the sitting ended. Blocks up to `within_s`.

        Returns the receipt, empty where the store could not confirm: then `ended` has it once the store takes the end.
        Called at closing and after an error of ours.
        """
        if self.over:
            return ""
        self.over = True
        for timer in (self._warn, self._stop, self._look):
            timer.stop()
        if self._pending is not None and isinstance(self._pending.event, SittingEnded):
            reason = self._pending.event.reason
        if ended := self._settle(within_s):
            return ended
        self._record_waiting()
        self._leaving = _Leaving(reason, why)
        self._late.start()
        return self._write_end(within_s)

    def _look_for_end(self) -> None:
        assert self._leaving is not None  # whoever awaits the end has left
        if receipt := self._write_end(0.0):
            self.ended.emit(self._leaving.reason, receipt)

    def _write_end(self, within_s: float) -> str:
        """What ends a sitting that is left, as far as the store takes it; the receipt, empty until that is safe."""
        assert self._leaving is not None
        if self.trial_open is not None:
            interrupted = TrialInterrupted(at_ns=clock(), trial=self.trial_open, reason=self._leaving.why)
            if _is_refused(self.recorder.commit(interrupted)):
                return ""
            self.trial_open = None
        future = self.recorder.end(self._leaving.reason)
        receipt = _result(future, within_s)
        if receipt or (_is_refused(future) and not isinstance(future.exception(), StudyProblem)):
            self._late.stop()  # it is safe, or the store was closed
        return receipt

    def _settle(self, within_s: float) -> str:
        """Wait for the event that is being saved and take over its state; its commands are not carried out any more.

        Returns the receipt where that event was the sitting's last.
        """
        pending, self._pending = self._pending, None
        head = _result(pending.future, within_s) if pending is not None else ""
        if pending is not None and head:
            self._move_on(pending.event, pending.outcome)
        elif pending is not None:  # nobody knows whether it will be written: nothing that the law governs may follow it
            self._waiting = deque(each for each in self._waiting if type(each[0]) not in engine.GOVERNED)
        return head if pending is not None and isinstance(pending.event, SittingEnded) else ""

    def _record_waiting(self) -> None:
        """What was in line: an answer counts where the phase goes on; what would lead to something else is too late."""
        for event, _ in self._waiting:
            try:
                outcome = engine.handle(self.script, self.state, event)
            except engine.OutOfTurn:
                continue
            if not event.acknowledged:
                self.recorder.record(event)
                self._move_on(event, outcome)
        self._waiting.clear()

    # --- one event at a time

    def _go_on(self) -> None:
        while self._waiting and self._pending is None and not self.over:
            event, had_to_wait = self._waiting.popleft()
            if had_to_wait and isinstance(event, AnswerGiven | AnswerCleared) and not self._is_asked(event):
                continue
            outcome = engine.handle(self.script, self.state, event)
            if event.acknowledged:
                self._save(event, outcome)
            else:
                self.recorder.record(event)
                self._apply(event, outcome)

    def _is_asked(self, event: AnswerGiven | AnswerCleared) -> bool:
        """An answer that waited in line can be about a question that another one in that line took away."""
        return (event.question, event.target) in (
            (asked.question.id, asked.target) for asked in questions_now(self.script, self.state)
        )

    def _save(self, event: Event, outcome: engine.Outcome) -> None:
        self._await(event, outcome, self.recorder.commit(event))

    def _await(self, event: Event, outcome: engine.Outcome, future: Future[str]) -> None:
        self._pending = _Pending(event, outcome, future)
        self._say_saving(event, True)
        self._warn.start()
        self._stop.start()
        future.add_done_callback(self._acknowledged.emit)

    def _on_acknowledged(self, future: Future[str]) -> None:
        pending = self._pending
        if pending is None or pending.future is not future:
            return
        error = future.exception()
        if error is not None:
            self._refused(error)
            return
        self._warn.stop()
        self._stop.stop()
        self._free()
        assert self._pending is not None  # freeing moves nothing on
        outcome, self._pending = self._pending.outcome, None
        self._say_saving(pending.event, False)
        self._apply(pending.event, outcome)
        if isinstance(pending.event, SittingEnded):
            self._finish(pending.event.reason, future.result())
        self._go_on()

    def _say_saving(self, event: Event, is_saving: bool) -> None:
        self.saving.emit(is_saving)
        if isinstance(event, PhaseConfirmed):
            self.confirming.emit(is_saving)

    def _refused(self, error: BaseException) -> None:
        if not isinstance(error, StudyProblem):
            raise error
        self._stick(error)

    def look_at_store(self) -> bool:
        """A store that fails stops the reading also while nothing is confirmed; one that recovers lets it go on.

        Returns whether it fails: `freed` then comes.
        """
        problem = self.recorder.problem
        if problem is not None and not self._is_stuck:
            self._stick(problem)
        elif problem is None and self._is_stuck and self._pending is None:
            self._free()
        elif problem is None and self._is_stuck:
            self._hand_in_again()
        return self._is_stuck

    def _say_slow(self) -> None:
        if self.recorder.problem is not None:
            self._say_stuck()
        else:
            self.slow.emit()

    def _say_stuck(self) -> None:
        unknown = StudyProblem(
            self.tr("The last answer has not been saved for five seconds."),
            where=str(self.recorder.path),
            todo=self.tr("Check the disk that holds the store. Reading goes on by itself as soon as it is saved."),
        )
        self._stick(self.recorder.problem or unknown)

    def _stick(self, problem: StudyProblem) -> None:
        self._warn.stop()
        self._stop.stop()
        if not self._is_stuck:
            self._mark(ReadingHalted(at_ns=clock(), why=problem.what))
        self._is_stuck = True
        self.stuck.emit(problem)

    def _free(self) -> None:
        if self._is_stuck:
            self._is_stuck = False
            self._mark(ReadingWentOn(at_ns=clock()))
            self.freed.emit()

    def _mark(self, event: ReadingHalted | ReadingWentOn) -> None:
        """Into the log at once, whatever waits; the clocks of the state heed it, also of the one that is to come."""
        self.observe(event)
        self.state = engine.handle(self.script, self.state, event).state
        if self._pending is not None:
            outcome = self._pending.outcome
            state = engine.handle(self.script, outcome.state, event).state
            self._pending = replace(self._pending, outcome=replace(outcome, state=state))

    def _apply(self, event: Event, outcome: engine.Outcome) -> None:
        self._move_on(event, outcome)
        if type(event) in engine.GOVERNED:
            self.state_changed.emit()
        for command in outcome.commands:
            if self._holds and isinstance(command, (OpenCase, OpenWorklist)):
                self._held = command
                self.held.emit()
            else:
                self._perform(command)

    def _move_on(self, event: Event, outcome: engine.Outcome) -> None:
        self.state = outcome.state
        if isinstance(event, TrialStarted):
            self.trial_open = event.trial
        if isinstance(event, TrialInterrupted) or any(isinstance(c, CloseCase) for c in outcome.commands):
            self.trial_open = None

    def _perform(self, command: Command) -> None:
        match command:
            case OpenText(text=text):
                self.text_opened.emit(text)
            case OpenCase():
                self.case_opened.emit(command)
            case StartPhase():
                self.phase_opened.emit(command)
            case CloseCase(trial=trial):
                self.case_closed.emit(trial)
            case SkipPhase(trial=trial, phase=phase, why=why):
                self.take(PhaseSkipped(at_ns=clock(), trial=trial, phase=phase, why=why))
            case WeighPhase():
                self.phase_weighed.emit(command)
            case EndSitting(reason=reason):
                self.end(reason)
            case _:
                self._perform_between(command)

    def _perform_between(self, command: Command) -> None:
        """What comes between cases and after them."""
        match command:
            case OpenWorklist():
                self.worklist_opened.emit()
            case OpenCaseFeedback(trials=trials):
                self.case_feedback_opened.emit(trials)
            case OpenBreak():
                self.break_opened.emit(command)
            case OpenFeedback(trials=trials):
                self.feedback_opened.emit(trials)

    def end(self, reason: EndReason) -> None:
        """Write the sitting's last event; `ended` follows with the receipt."""
        self._is_ending = True
        future = self.recorder.end(reason)
        event = SittingEnded(at_ns=clock(), reason=reason, counts={})
        self._await(event, engine.Outcome(self.state), future)

    def _finish(self, reason: str, receipt: str) -> None:
        self.over = True
        self._look.stop()
        self.ended.emit(reason, receipt)

    @property
    def is_reading(self) -> bool:
        """Whether a phase is on the screen and takes answers."""
        return self.state.stage is Stage.READING and self.state.phase_started_ns is not None


def _is_refused(future: Future[str]) -> bool:
    return future.done() and future.exception() is not None


def _result(future: Future[str], within_s: float) -> str:
    """The head hash of a commit, empty where it did not come in time or was refused."""
    done, _ = wait([future], timeout=within_s)
    if not done or future.exception() is not None:
        return ""
    return future.result()
