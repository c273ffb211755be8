"""The reading list while somebody reads: what the clock brings becomes an event, and what is shown follows.

What belongs here: passing between list, telephone, the clock and the driver. What does not: what is due and what may be
opened (app.reading.worklist.standing), and the widgets' looks.
"""

from __future__ import annotations

from concurrent.futures import Future

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.reading.state import Stage
from app.reading.worklist import standing
from app.tracking.events import (
    AnswerValue,
    CallAnswered,
    CallTaken,
    CaseChosen,
    CaseSuspended,
    Event,
    ExamArrived,
    ExamTriaged,
    Paused,
    TrialReopened,
    Unpaused,
    WorklistShown,
)
from app.tracking.recorder import clock
from app.windows.commands import APP_COMMANDS
from app.windows.reading_room import ReadingRoom
from app.windows.sitting_driver import SittingDriver
from app.windows.weighing import Scorer
from app.windows.worklist.bar import WorklistBar
from app.windows.worklist.call_card import CallCard, RingingCard
from app.windows.worklist.page import WorklistPage
from study_configs.problem import StudyProblem
from viewers.news_line import NewsLine

TICK_MS = 200
KEY_OF = {command.id: command.keys[0] for command in APP_COMMANDS}


class WorklistDesk(QObject):
    """Runs the lists of a sitting; does nothing in one that has none.

    `page_wanted` asks for the list on top; `failed` says why AI triage could not be had.
    """

    page_wanted = Signal(QWidget, str)
    failed = Signal(object)  # StudyProblem
    _scored = Signal(int)  # trial, from the adviser's thread

    def __init__(self, window: QWidget, driver: SittingDriver, room: ReadingRoom, scorer: Scorer | None) -> None:
        super().__init__(window)
        self.driver, self._room, self._scorer = driver, room, scorer
        self.page = WorklistPage()
        self.bar = WorklistBar(KEY_OF["worklist.toggle"], room)
        self.ringing, self.call = RingingCard(KEY_OF["call.answer"], window), CallCard(window)
        self._asked: dict[int, Future[float | None]] = {}
        self._line = NewsLine(self)
        self._has_failed = self.is_paused = False
        self._spoken: tuple[int, int] | None = None  # block and number of the call whose card was opened
        self._tick = QTimer(self, interval=TICK_MS)
        layout = room.layout()
        assert isinstance(layout, QVBoxLayout)  # the phase bar, and the images under it
        layout.insertWidget(1, self.bar)
        self.bar.hide()
        self._connect()

    def _connect(self) -> None:
        driver = self.driver
        driver.worklist_opened.connect(self._open)
        driver.state_changed.connect(self._follow)
        driver.ended.connect(lambda *_: self.close())
        self.page.opened.connect(self.choose)
        self.ringing.picked_up.connect(self.pick_up)
        self.ringing.key_pressed.connect(self._pick_up_by_key)
        self.call.answered.connect(self._hang_up)
        self._tick.timeout.connect(self.look)
        self._scored.connect(self._flag, Qt.ConnectionType.QueuedConnection)
        if driver.script.lists:
            self._tick.start()

    def close(self) -> None:
        """The sitting is over: nothing comes any more."""
        self._tick.stop()
        self.ringing.be_silent()
        self.call.dismiss()

    # --- what the clock brings

    def look(self) -> None:
        """Record everything that is due by now, unless something is being saved; and move the clocks on."""
        driver = self.driver
        if driver.over:
            self.close()
            return
        self._follow_call()
        if self.is_paused:
            return
        while not (driver.busy or driver.over):
            due = standing.due_now(driver.script, driver.state, clock())
            if due is None:
                break
            self._come(due)
        self._ask_for_scores()
        face = standing.clock_face(driver.script, driver.state, clock())
        self.page.show_clock(face)
        self.bar.show_clock(face)

    def _come(self, due: Event) -> None:
        if isinstance(due, CaseSuspended):
            self._room.questions.flush()  # a text that is half typed is not lost
        self.driver.take(due)
        if isinstance(due, ExamArrived) and self.driver.state.stage is Stage.READING:
            rows = standing.rows_now(self.driver.script, self.driver.state)
            self.bar.tell(next(row for row in rows if row.trial == due.trial))

    # --- AI triage

    def _ask_for_scores(self) -> None:
        here = standing.list_now(self.driver.script, self.driver.state)
        if here is None or here.triage is None or self._scorer is None:
            return
        for trial in standing.triage_wanted(self.driver.script, self.driver.state):
            if trial not in self._asked:
                self._asked[trial] = self._scorer.top_score(trial, here.triage.ai)
                self._line.say_after(self._asked[trial], self._scored, trial)
            elif self._asked[trial].done():
                self._flag(trial)

    def _flag(self, trial: int) -> None:
        """The score is there: the exam is flagged or not. The next look asks again where it can't be told now."""
        driver, found = self.driver, self._asked.get(trial)
        here = standing.list_now(driver.script, driver.state)
        if driver.busy or driver.over or here is None or here.triage is None:
            return
        if found is None or not found.done() or found.cancelled():  # it was asked for once more meanwhile
            return
        if trial not in standing.triage_wanted(driver.script, driver.state):
            return
        if driver.state.stage not in standing.AMONG_CASES:
            return
        try:
            score = found.result()
        except StudyProblem as problem:
            self._say_failed(problem)
            return
        flagged = score is not None and score >= here.triage.threshold
        driver.take(ExamTriaged(at_ns=clock(), trial=trial, ai=here.triage.ai, top_score=score, flagged=flagged))

    def _say_failed(self, problem: StudyProblem) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(problem)

    def again(self) -> None:
        """Ask for the AI's scores once more."""
        self._has_failed = False
        self._asked.clear()

    # --- the list

    def set_paused(self, paused: bool) -> None:
        """Hide the list and stop its clock, or go on; only while it is on the screen and nothing is being saved.

        What is being saved could take the list away: the exam that was opened were read with all clocks at rest.
        """
        driver = self.driver
        if paused == self.is_paused or driver.over or driver.busy or driver.state.stage is not Stage.LISTING:
            return
        self.is_paused = paused
        driver.take(Paused(at_ns=clock()) if paused else Unpaused(at_ns=clock()))
        self.page.show_paused(paused, self.tr("Paused. {key} goes on.").format(key=KEY_OF["pause"]))

    def _open(self) -> None:
        """The engine wants something to be opened from the list."""
        self.page.begin()
        self.page_wanted.emit(self.page, "worklist")
        self.look()
        driver = self.driver
        here = standing.list_now(driver.script, driver.state)
        if here is None or driver.state.stage is not Stage.LISTING or driver.busy:
            return
        rows = standing.rows_now(driver.script, driver.state)
        shown = tuple(row.trial for row in rows)
        flagged = tuple(row.trial for row in rows if row.flagged)
        driver.take(WorklistShown(at_ns=clock(), block=here.block, trials=shown, flagged=flagged))

    def choose(self, trial: int) -> None:
        """The reader opens an exam from the list."""
        driver = self.driver
        waiting = standing.waiting_now(driver.script, driver.state)
        if driver.busy or driver.state.stage is not Stage.LISTING or self.is_paused:
            return
        if trial in standing.choosable_now(driver.script, driver.state):
            now = clock()
            block_ms = driver.state.bustle.at(now) // standing.MS_NS
            row = waiting.index(trial) + 1
            driver.take(CaseChosen(at_ns=now, trial=trial, block_ms=block_ms, row=row, waiting=len(waiting)))
        elif trial in standing.reopenable_now(driver.script, driver.state):
            driver.take(TrialReopened(at_ns=clock(), trial=trial))

    def drop(self) -> None:
        """Let the list down over the images, or take it up."""
        if self.bar.isVisible():
            self.bar.drop()

    def _follow(self) -> None:
        """Show the list, the line and the telephone as they stand after an event."""
        script, state = self.driver.script, self.driver.state
        here = standing.list_now(script, state)
        self.bar.setVisible(here is not None)
        self._follow_call()
        if here is None:
            return
        rows, tag = standing.rows_now(script, state), here.triage.tag if here.triage is not None else ""
        self.bar.show_list(rows, here.columns, tag)
        if state.stage is Stage.LISTING:
            choosable, stat = standing.choosable_now(script, state), standing.interrupting_now(script, state)
            again, is_over = standing.reopenable_now(script, state), state.bustle.is_over
            awaits_call = standing.awaits_call(script, state)
            how = {"is_over": is_over, "awaits_call": awaits_call}
            self.page.show_list(rows, here.columns, choosable, again, tag=tag, stat=stat, **how)

    # --- the telephone

    def pick_up(self) -> None:
        ringing, driver = self.driver.state.bustle.ringing, self.driver
        if ringing is None or not standing.rings_now(driver.script, driver.state) or driver.busy or driver.over:
            return
        driver.take(CallTaken(at_ns=clock(), block=ringing.block, call=ringing.call))

    def _pick_up_by_key(self) -> None:
        self._room.log.command("call.answer", "key")
        self.pick_up()

    def _hang_up(self, answers: dict[str, AnswerValue]) -> None:
        ringing = self.driver.state.bustle.ringing
        if ringing is not None:
            self.driver.take(CallAnswered(at_ns=clock(), block=ringing.block, call=ringing.call, answers=answers))

    def _follow_call(self) -> None:
        """The card of a call opens once: what was said there may still be on its way to the store."""
        script, state = self.driver.script, self.driver.state
        ringing, call = state.bustle.ringing, standing.call_now(script, state)
        if standing.rings_now(script, state):
            self.ringing.ring()
        else:
            self.ringing.be_silent()
        if ringing is None or call is None or not ringing.is_taken:
            self._spoken = None
            self.call.dismiss()
        elif self._spoken != (ringing.block, ringing.call):
            self._spoken = (ringing.block, ringing.call)
            self.call.show_call(call.says, call.page)
