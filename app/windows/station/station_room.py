"""The technician's station: the exam that arrives, the one before beside it, the AI's advice, a decision, the time.

What belongs here: bringing these together for one exam at a time. What does not: what is asked, when, and what is kept
(app.reading), receiving images (app.hospital, arrival_desk), the parts.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.reading import engine
from app.reading.asking import answers_now, missing, questions_now, versions_now
from app.reading.commands import OpenCase, StartPhase
from app.reading.state import Stage
from app.tracking.events import (
    AnswerGiven,
    AnswerValue,
    CaseShown,
    Paused,
    PhaseConfirmed,
    PhaseStarted,
    ProblemShown,
    Source,
    TrialStarted,
    Unpaused,
)
from app.tracking.events.station import Acquisition, AcquisitionBegan, AcquisitionComplete, SlicesArrived
from app.tracking.observer import Observer
from app.tracking.recorder import clock
from app.windows.commands import APP_COMMANDS
from app.windows.exposure_log import ExposureLog
from app.windows.grid_log import GridLog, watch_grid
from app.windows.key_names import key_name
from app.windows.labels import label
from app.windows.layer_desk import Adviser, LayerDesk
from app.windows.layer_stage import HOLD, LayerStage, panel_keys
from app.windows.phase_bar import PhaseBar
from app.windows.preferences import in_force
from app.windows.room_plan import RoomPlan
from app.windows.sitting_driver import SittingDriver
from app.windows.station.advice_words import sentences
from app.windows.station.arrival_desk import ArrivalDesk, Exam
from app.windows.station.decision_panel import DecisionPanel
from app.windows.station.station_plan import StationPlan
from app.windows.theme import current_theme, set_role
from overlays.panels.layer_panel import LayerPanel
from study_configs.problem import StudyProblem
from viewers.commands import command_for
from viewers.light_box import LightBox
from viewers.volume import SeriesHeader, Volume

APP_BY_KEY = {key: command.id for command in APP_COMMANDS for key in command.keys}
WHILE_PAUSED = frozenset({"pause", "help", "sign_out", "fullscreen", "about", "chrome.dimmer", "chrome.brighter"})
SIDE_PX = 380  # logical px at scale 1: buttons for fingers
TICK_MS = 200
NOW, BEFORE = 0, 1  # viewports


class StationRoom(QWidget):
    """Runs the trials of a sitting at the scanner: an exam arrives, and is accepted, repeated, or called about.

    `command_wanted(command, source)` passes on what the workstation has to do; `case_failed` and `advice_failed` carry
    a StudyProblem; `phase_ready(trial, phase)` when the decision can be taken.
    """

    command_wanted = Signal(str, str)
    case_failed = Signal(object)
    advice_failed = Signal(object)
    phase_ready = Signal(int, int)
    _before_loaded = Signal(int, object)  # trial, Future of the previous acquisition

    def __init__(
        self, driver: SittingDriver, plan: RoomPlan, station: StationPlan, observer: Observer, adviser: Adviser | None
    ) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "panel")
        self.driver, self.plan, self.station, self._observer = driver, plan, station, observer
        self.bar, self.panel = PhaseBar(), DecisionPanel()
        self.light = LightBox(plan.settings, lambda: tuple(self._headers), self._volume_of, plan.freedom)
        self.grid = self.light.grid
        self.grid.set_gestures(in_force(plan.settings.settings.gestures, plan.gestures))
        self.grid.set_layout(1, 2 if station.previous else 1)
        self.log = GridLog(self.grid, driver.observe)
        self.exposure = ExposureLog(self.grid, driver.observe)
        self.ai = LayerStage(self.grid, LayerPanel(panel_keys()))
        self.layers = LayerDesk(self.ai, driver, plan.layers, adviser)
        self.arrivals = ArrivalDesk(station.section.slices_per_s, self)
        self.heard, self.status = label("", "heading"), label("", "quiet")
        self.time, self.notice = label("", "title", wrap=False), label("", "caution")
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="previous")
        self._headers: dict[SeriesHeader, Volume] = {}
        self._opening: OpenCase | None = None
        self._exam: Exam | None = None
        self._is_paused = False
        self._tick = QTimer(self, interval=TICK_MS)
        self._time_up = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._lay_out()
        self._connect()
        watch_grid(observer, self.grid)

    def _lay_out(self) -> None:
        theme = current_theme()
        inside = QVBoxLayout()
        inside.setContentsMargins(*(theme.space(4),) * 4)
        inside.setSpacing(theme.space(3))
        for part in (self.status, self.time, self.heard, self.notice):
            inside.addWidget(part)
        inside.addStretch(1)
        inside.addWidget(self.panel)
        self.side = QWidget()
        self.side.setLayout(inside)
        self.side.setFixedWidth(theme.px(SIDE_PX))
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.light, 1)
        middle.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addLayout(middle, 1)
        self.panel.hide()

    def _connect(self) -> None:
        driver, arrivals = self.driver, self.arrivals
        driver.case_opened.connect(self._open_case)
        driver.phase_opened.connect(self._open_phase)
        driver.case_closed.connect(self._close_case)
        driver.state_changed.connect(self._follow)
        driver.saving.connect(lambda saving: self.bar.show_saved("saving" if saving else "saved"))
        driver.slow.connect(lambda: self.bar.show_saved("slow"))
        driver.stuck.connect(lambda _problem: self.bar.show_saved("failed"))
        arrivals.began.connect(self._begin_exam)
        arrivals.grew.connect(self._grow)
        arrivals.complete.connect(self._complete)
        arrivals.failed.connect(self._say_failed)
        self._before_loaded.connect(self._show_before, Qt.ConnectionType.QueuedConnection)
        self.grid.first_painted.connect(self._painted)
        self.grid.command_unknown.connect(self.perform)
        self.grid.hold_changed.connect(lambda command, down: self.layers.hold(down) if command == HOLD else None)
        self.layers.ready.connect(self._begin_phase)
        self.layers.failed.connect(self.advice_failed)
        self.ai.layer_changed.connect(lambda _layer: self._say_advice())
        self.panel.chosen.connect(self._answer)
        self.panel.confirmed.connect(self.confirm)
        self._tick.timeout.connect(self._show_time)
        self._time_up.timeout.connect(self._end_by_time)
        self.bar.pause_requested.connect(lambda: self.perform("pause", "button"))
        self.bar.help_requested.connect(lambda: self.command_wanted.emit("help", "button"))
        self.bar.about_requested.connect(lambda: self.command_wanted.emit("about", "button"))

    # --- exams arrive

    def _open_case(self, command: OpenCase) -> None:
        self._opening = command
        trial = engine.trial_now(self.driver.script, self.driver.state)
        self.log.begin(command.trial)
        self._show_heading()
        if self.driver.trial_open != command.trial:
            started = TrialStarted(at_ns=clock(), trial=command.trial, case=command.case, condition=trial.condition)
            self.driver.take(started)
        previous = self.station.previous.get(command.case)
        if previous is not None:
            future = self._worker.submit(_whole, previous)
            future.add_done_callback(lambda done: self._before_loaded.emit(command.trial, done))
        self._expect(command.trial, command.case, "first")

    def _expect(self, trial: int, case: str, acquisition: Acquisition) -> None:
        """The acquisition is what the technician waits for now."""
        self._exam = self._sent(trial, case, acquisition)
        self.status.setText(self.tr("Waiting for the scanner …"))
        self.heard.setText("")
        self.arrivals.show(self._exam)

    def _sent(self, trial: int, case: str, acquisition: Acquisition) -> Exam:
        source = self.plan.cases[case].path if acquisition == "first" else self.station.repeated[case]
        exam = Exam(trial, acquisition, self.station.folder(trial, acquisition))
        self.arrivals.send(exam, source, self.station.gap_s(trial))
        return exam

    def _begin_exam(self, exam: Exam) -> None:
        self.driver.observe(AcquisitionBegan(at_ns=clock(), trial=exam.trial, acquisition=exam.acquisition))

    def _grow(self, exam: Exam, volume: Volume) -> None:
        """More of the exam: the newest slice is shown; zoom and window stay as they are."""
        view = self.grid.viewports[NOW].view if self.grid.viewports[NOW].volume is not None else None
        slices = volume.stored.shape[0]
        self._headers = {header: held for header, held in self._headers.items() if header.series_uid != _uid(volume)}
        self._headers[volume.header.source] = volume
        kept = None if view is None or slices == 1 else replace(view, slice_index=slices - 1)
        self.grid.show_volume(NOW, volume, kept)
        self.status.setText(self.tr("Arriving: %n slice(s)", None, slices))
        arrived = SlicesArrived(at_ns=clock(), trial=exam.trial, acquisition=exam.acquisition, slices=slices)
        self.driver.observe(arrived)

    def _complete(self, exam: Exam, slices: int) -> None:
        """All of it is there; the time for the decision begins, and by the clock the next exam follows."""
        told = AcquisitionComplete(at_ns=clock(), trial=exam.trial, acquisition=exam.acquisition, slices=slices)
        self.driver.observe(told)
        if self.station.section.arrivals == "clock":
            self._send_following(exam)
        if exam == self._exam:
            waiting = self.arrivals.waiting
            self.status.setText(self.tr("%n more exam(s) waiting", None, waiting) if waiting else self.tr("Complete"))
            self._start_phase()

    def _send_following(self, exam: Exam) -> None:
        trials = self.driver.script.trials
        at = next((at for at, trial in enumerate(trials) if trial.index == exam.trial), len(trials))
        if exam.acquisition == "first" and at + 1 < len(trials):
            self._sent(trials[at + 1].index, trials[at + 1].case, "first")

    def _show_before(self, trial: int, future: Future[Volume]) -> None:
        if future.cancelled() or self.log.trial != trial:
            return
        try:
            volume = future.result()
        except StudyProblem as problem:
            self._say(problem.what)
            return
        self._headers[volume.header.source] = volume
        self.grid.show_volume(BEFORE, volume)
        self.grid.viewports[BEFORE].set_note("previous", self.tr("Previous acquisition"))

    def _volume_of(self, header: SeriesHeader) -> Volume:
        return self._headers[header]

    def _painted(self, index: int) -> None:
        opening = self._opening
        if opening is None or index != NOW or self._exam is None or self._exam.trial != opening.trial:
            return
        self._opening = None
        self.driver.take(CaseShown(at_ns=clock(), trial=opening.trial))

    def _say_failed(self, exam: Exam, problem: StudyProblem) -> None:
        self.driver.observe(ProblemShown(at_ns=clock(), what=problem.what, where=""))
        if exam == self._exam:
            self.case_failed.emit(problem)

    def try_again(self) -> None:
        """Look once more for the exam that failed."""
        if self._exam is not None:
            self.arrivals.show(self._exam)

    # --- a decision

    def _open_phase(self, command: StartPhase) -> None:
        self._time_up.stop()
        self._show_heading()
        trial = engine.trial_now(self.driver.script, self.driver.state)
        phase = engine.phase_now(self.driver.script, self.driver.state)
        self.panel.ask(phase.questions, self.station.section.decision)
        self.panel.hide()
        if command.phase > 0 and trial.case in self.station.repeated and self._shows("first"):
            self.layers.clear()
            self._expect(trial.index, trial.case, "repeated")
        elif self._exam is not None and self.arrivals.is_over(self._exam):
            self._start_phase()

    def _shows(self, acquisition: Acquisition) -> bool:
        return self._exam is not None and self._exam.acquisition == acquisition

    def _start_phase(self) -> None:
        """Once the acquisition is complete and the phase is open: ask for what the AI says of it."""
        script, state = self.driver.script, self.driver.state
        if state.stage is Stage.READING and state.phase_started_ns is None and not self.driver.busy:
            self.layers.start(self.plan.expected_in(practice=engine.trial_now(script, state).practice))

    def _begin_phase(self) -> None:
        script, state = self.driver.script, self.driver.state
        if state.stage is not Stage.READING or state.phase_started_ns is not None:
            return
        trial, phase = engine.trial_now(script, state), engine.phase_now(script, state)
        started = PhaseStarted(at_ns=clock(), trial=trial.index, phase=state.phase, layers=phase.layers)
        self.driver.take(started)
        self.grid.set_overlay_painter(BEFORE, None)  # the advice is about the new exam alone
        self._say_advice()
        self.panel.show()
        ends_ns = engine.ends_ns(script, self.driver.state)
        if ends_ns is not None:
            self._time_up.start(max(0, round((ends_ns - clock()) / 1e6)))
        self._tick.start()
        self.layers.begin()
        self.setFocus()
        self.phase_ready.emit(trial.index, state.phase)

    def _say_advice(self) -> None:
        self.heard.setText("\n".join(sentences(self.station.section, self.ai.layers, self.ai.results)))

    def _follow(self) -> None:
        if not self.driver.is_reading:
            return
        script, state = self.driver.script, self.driver.state
        asked = questions_now(script, state)
        standing = {each.question.id: each.answer for each in asked if each.answered}
        self.panel.show_answers(standing, [each.question.id for each in asked], not missing(script, state))
        self.layers.follow()

    def _answer(self, question: str, value: AnswerValue) -> None:
        here = self._here()
        if here is not None:
            self.driver.take(AnswerGiven(at_ns=clock(), trial=here[0], phase=here[1], question=question, value=value))

    def confirm(self) -> None:
        """Confirm the decision, unless something is open, too early, or on its way to the disk."""
        here = self._here()
        script, state = self.driver.script, self.driver.state
        ready_ns = engine.confirmable_from_ns(script, state) if here else None
        if here is not None and ready_ns is not None and clock() >= ready_ns and not missing(script, state):
            self._decide(*here)

    def _decide(self, trial: int, phase: int) -> None:
        self._time_up.stop()
        self._observer.flush()
        script, state = self.driver.script, self.driver.state
        answers, versions = answers_now(script, state), versions_now(script, state)
        confirmed = PhaseConfirmed(at_ns=clock(), trial=trial, phase=phase, answers=answers, versions=versions)
        self.driver.take(confirmed)

    def _end_by_time(self) -> None:
        """The phase's longest time is over: what stands is the decision."""
        here = self._here()
        if here is None:
            return
        ends_ns = engine.ends_ns(self.driver.script, self.driver.state)
        if ends_ns is not None and clock() < ends_ns:  # timers may come early
            self._time_up.start(1)
        else:
            self._decide(*here)

    def _here(self) -> tuple[int, int] | None:
        driver = self.driver
        if not driver.is_reading or driver.busy or driver.over or self._is_paused:
            return None
        return engine.trial_now(driver.script, driver.state).index, driver.state.phase

    def _close_case(self, trial: int) -> None:
        self._time_up.stop()
        self._tick.stop()
        self._observer.flush()
        self._exam = None
        self.arrivals.leave()
        self.panel.hide()
        self.layers.clear()
        self._headers.clear()
        self.light.clear()
        for part in (self.heard, self.time, self.status, self.notice):
            part.setText("")

    # --- words

    def _show_heading(self) -> None:
        script, state = self.driver.script, self.driver.state
        trial = engine.trial_now(script, state)
        history = self.plan.cases[trial.case].history
        self.bar.show_case(state.trial + 1, len(script.trials), history=history, practice=trial.practice)

    def _show_time(self) -> None:
        """The time that is left for the decision, or that it has taken, where the protocol shows a clock."""
        script, state = self.driver.script, self.driver.state
        if not self.driver.is_reading or state.phase_started_ns is None:
            return
        phase = engine.phase_now(script, state)
        if not phase.clock:
            return
        spent_s = (state.phase_spent_ns + clock() - state.phase_started_ns) / 1e9
        seconds = spent_s if phase.at_most_ns is None else max(0.0, phase.at_most_ns / 1e9 - spent_s)
        words = self.tr("{time} left") if phase.at_most_ns is not None else "{time}"
        self.time.setText(words.format(time=f"{int(seconds) // 60}:{int(seconds) % 60:02d}"))
        is_short = phase.warn_ns is not None and seconds * 1e9 <= phase.warn_ns
        set_role(self.time, "caution" if is_short else "title")

    def _say(self, words: str) -> None:
        self.notice.setText(words)

    # --- commands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = key_name(event)
        command, viewer = APP_BY_KEY.get(name), command_for(name) or command_for(event.text())
        if self._is_paused and command not in WHILE_PAUSED:
            return
        if not self._is_paused and self.panel.isVisible() and self.panel.handle_key(event):
            return
        if command is not None and not event.isAutoRepeat():
            self.perform(command, "key")
        elif viewer is not None:
            QApplication.sendEvent(self.grid, event)
        else:
            event.ignore()

    def perform(self, command: str, source: Source) -> None:
        """Do a command that is not the grid's own."""
        if command == "pause":
            self.set_paused(not self._is_paused)
        elif command == "confirm":
            self.confirm()
        elif command.startswith("layer."):
            self.ai.perform(command)
        else:
            self.command_wanted.emit(command, source)
            return
        self.log.command(command, source)

    def set_paused(self, paused: bool) -> None:
        """Blank the images; exams go on arriving, as they do at a scanner."""
        if paused == self._is_paused or self._exam is None:
            return
        self._is_paused = paused
        self.light.set_paused(paused, self.tr("Paused. P goes on."))
        self.panel.setEnabled(not paused)
        self.bar.set_paused(paused)
        self.layers.set_paused(paused)
        self.driver.take(Paused(at_ns=clock()) if paused else Unpaused(at_ns=clock()))

    def close_down(self) -> None:
        """The sitting ends here: the scanner stops, the exam leaves the screen."""
        self._opening = self._exam = None
        self._time_up.stop()
        self._tick.stop()
        self.arrivals.close()
        self._worker.shutdown(wait=False, cancel_futures=True)
        self.layers.clear()
        self.light.clear()


def _whole(path: Path) -> Volume:
    """An acquisition that is there already. Raises StudyProblem."""
    from viewers.dicom.load import load
    from viewers.dicom.scan import scan

    return load(scan(path).series[0])


def _uid(volume: Volume) -> str:
    return volume.header.series_uid
