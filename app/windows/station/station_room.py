"""The technician's station: the exam that arrives, the one before beside it, the AI's advice, a decision, the time.

What belongs here: bringing these together for one exam at a time. What does not: what is asked, when, and what is kept
(app.reading), answers and the time for them (phase_desk), receiving images (app.hospital, arrival_desk), the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.hospital.arrivals import clear_away
from app.hospital.received import Received
from app.reading import engine
from app.reading.asking import questions_now
from app.reading.commands import OpenCase, StartPhase
from app.reading.state import Stage
from app.tracking.events import CaseShown, Paused, PhaseStarted, ProblemShown, Source, TrialStarted, Unpaused
from app.tracking.events.station import Acquisition, AcquisitionBegan, AcquisitionComplete, SlicesArrived
from app.tracking.observer import Observer
from app.tracking.recorder import clock
from app.windows.commands import APP_BY_KEY, WHILE_PAUSED
from app.windows.exposure_log import ExposureLog
from app.windows.grid_log import GridLog, watch_grid
from app.windows.heading import show_heading
from app.windows.key_names import key_name
from app.windows.layer_desk import Adviser, LayerDesk
from app.windows.layer_stage import HOLD, LayerStage, panel_keys
from app.windows.measure_log import MeasureLog
from app.windows.model_card import CardDesk
from app.windows.panel_exposure import PanelExposure
from app.windows.phase_bar import PhaseBar
from app.windows.phase_desk import PhaseDesk
from app.windows.preferences import in_force
from app.windows.room_plan import RoomPlan
from app.windows.sitting_driver import SittingDriver
from app.windows.station.acquisitions import acquisition_now
from app.windows.station.advice_words import sentences
from app.windows.station.arrival_desk import ArrivalDesk, Exam
from app.windows.station.decision_panel import DECISION_KEYS
from app.windows.station.exam_stage import BEFORE, NOW, ExamStage
from app.windows.station.previous_desk import PreviousDesk
from app.windows.station.station_plan import StationPlan
from app.windows.station.station_side import StationSide
from app.windows.theme import set_role
from overlays.layers.layer import Layer
from overlays.panels.layer_panel import LayerPanel
from study_configs.problem import StudyProblem
from viewers.commands import command_for
from viewers.desks.chips_desk import ChipsDesk
from viewers.light_box import LightBox

DECISIVE = frozenset({*(DECISION_KEYS[value] for value in ("accept", "repeat", "call")), "Return", "Enter"})


class StationRoom(QWidget):
    """Runs the trials of a sitting at the scanner: an exam arrives, and is accepted, repeated, or called about.

    `command_wanted(command, source)` passes on what the workstation has to do; `case_failed` and `advice_failed` carry
    a StudyProblem; `phase_ready(trial, phase)` when the decision can be taken.
    """

    command_wanted = Signal(str, str)
    case_failed = Signal(object)
    advice_failed = Signal(object)
    phase_ready = Signal(int, int)

    def __init__(
        self, driver: SittingDriver, plan: RoomPlan, station: StationPlan, observer: Observer, adviser: Adviser | None
    ) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "panel")
        self.driver, self.plan, self.station, self._observer = driver, plan, station, observer
        self.bar, self.layer_panel = PhaseBar(), LayerPanel(panel_keys())
        self.side = side = StationSide(self.layer_panel)
        self.board, self.panel, self.heard, self.layer_scroll = side.board, side.panel, side.heard, side.layers
        self.time, self.notice = side.time, side.notice
        self.light = LightBox(
            plan.settings, lambda: self.stage.headers, lambda header: self.stage.volume_of(header), plan.freedom
        )
        self.grid = self.light.grid
        self.grid.set_gestures(in_force(plan.settings.settings.gestures, plan.gestures))
        self.grid.set_layout(1, 2 if station.previous else 1)
        chips = ChipsDesk(self.grid)
        self.stage = ExamStage(self.grid, chips)
        self.light.say_on(chips)
        self.log = GridLog(self.grid, driver.observe)
        self.log.watch_fusion(self.light.fusion)
        self.log.watch_tools(self.light.measures)
        self.exposure = ExposureLog(self.grid, driver.observe)
        PanelExposure(self.layer_panel, self.exposure.show_panel, {self.heard: self.heard.painted})
        self.ai = LayerStage(self.grid, self.layer_panel)
        self.layers = LayerDesk(self.ai, driver, plan.layers, adviser)
        self.cards = CardDesk(self, self.layer_panel, driver, plan.cards)
        self.measure_log = MeasureLog(self.light.measures, driver)
        self.arrivals, self.previous = ArrivalDesk(station.sender, self), PreviousDesk(self)
        self._phase = PhaseDesk(driver, self.panel, observer)
        self._opening: OpenCase | None = None
        self._exam: Exam | None = None
        self.is_paused = False
        self._lay_out()
        self._connect()
        watch_grid(observer, self.grid)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.light, 1)
        middle.addWidget(self.side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        whole.addLayout(middle, 1)

    @property
    def panels(self) -> dict[str, QWidget]:
        """The named parts of the station, for the log; what comes later lies on what came before."""
        return {
            "bar": self.bar,
            **self.light.panels,
            "layers": self.layer_scroll,
            "findings": self.layer_panel.findings,
            "arrivals": self.board,
            "heard": self.heard,
            "questions": self.panel,
        }

    def _connect(self) -> None:
        driver, arrivals, grid = self.driver, self.arrivals, self.grid
        driver.case_opened.connect(self._open_case)
        driver.phase_opened.connect(self._open_phase)
        driver.case_closed.connect(self._close_case)
        driver.ended.connect(self._end)
        driver.state_changed.connect(self._follow)
        driver.saving.connect(lambda saving: self.bar.show_saved("saving" if saving else "saved"))
        driver.slow.connect(lambda: self.bar.show_saved("slow"))
        driver.stuck.connect(lambda _problem: self.bar.show_saved("failed"))
        arrivals.began.connect(self._begin_exam)
        arrivals.grew.connect(self._grow)
        arrivals.complete.connect(self._complete)
        arrivals.failed.connect(self._say_failed)
        arrivals.waiting_changed.connect(self.board.show_waiting)
        self.previous.loaded.connect(self.stage.show_before)
        self.previous.failed.connect(self._say_previous_failed)
        grid.installEventFilter(self)
        grid.first_painted.connect(self._painted)
        grid.command_unknown.connect(self.perform)
        grid.hold_changed.connect(self._hold)
        self.layers.ready.connect(self._begin_phase)
        self.layers.failed.connect(self.advice_failed)
        self.layers.waiting.connect(lambda: self.side.say(self.tr("The AI is still at work …")))
        self.ai.layer_changed.connect(lambda _layer: self._say_advice())
        self.layer_panel.reveal_wanted.connect(lambda _layer: grid.setFocus())
        self.cards.missing.connect(self.side.say)
        self.light.measures.refused.connect(self.side.say)
        self._phase.said.connect(self.side.warn)
        self._phase.shown.connect(self.side.show_time)
        self.bar.pause_requested.connect(lambda: self.perform("pause", "button"))
        self.bar.help_requested.connect(lambda: self.command_wanted.emit("help", "button"))
        self.bar.about_requested.connect(lambda: self.command_wanted.emit("about", "button"))

    # --- exams arrive

    def _open_case(self, command: OpenCase) -> None:
        self._opening = command
        script, state = self.driver.script, self.driver.state
        trial = engine.trial_now(script, state)
        self.log.begin(command.trial)
        show_heading(self.bar, self.driver, self.plan.cases)
        if self.driver.trial_open != command.trial:
            started = TrialStarted(at_ns=clock(), trial=command.trial, case=command.case, condition=trial.condition)
            self.driver.take(started)
        previous = self.station.previous.get(command.case)
        self.grid.viewports[BEFORE].set_empty_words(
            "" if previous is not None else self.tr("There is no previous acquisition.")
        )
        if previous is not None:
            self.previous.open(previous)
        self._expect(command.trial, command.case, acquisition_now(script, state, self.station.section.decision))

    def _expect(self, trial: int, case: str, acquisition: Acquisition) -> None:
        """The acquisition is what the technician waits for now."""
        known = acquisition if acquisition == "first" or case in self.station.repeated else "first"
        self._exam = self._sent(trial, case, known)
        self.side.say("", about="exam")
        self.heard.say(())
        self.stage.await_another()
        self.board.show_awaited()
        self.arrivals.show(self._exam)

    def _sent(self, trial: int, case: str, acquisition: Acquisition) -> Exam:
        source = self.plan.cases[case].path if acquisition == "first" else self.station.repeated[case]
        exam = Exam(trial, acquisition, self.station.folder(trial, acquisition))
        self.arrivals.send(exam, source, self.station.gap_s(trial))
        return exam

    def _begin_exam(self, exam: Exam) -> None:
        self.driver.observe(AcquisitionBegan(at_ns=clock(), trial=exam.trial, acquisition=exam.acquisition))

    def _grow(self, exam: Exam, came: Received) -> None:
        """More of the exam: the newest slice is shown; what cannot be is said, and kept in the log."""
        self.stage.show(came)
        self.board.show_arriving(came.slices)
        arrived = SlicesArrived(at_ns=clock(), trial=exam.trial, acquisition=exam.acquisition, slices=came.slices)
        self.driver.observe(arrived)
        remarks = "\n".join(came.remarks)
        if remarks != self.side.said("exam"):
            self.driver.observe(ProblemShown(at_ns=clock(), what=" ".join(came.remarks), where=""))
            self.side.say(remarks, about="exam")

    def _complete(self, exam: Exam, slices: int) -> None:
        """All of it is there; the time for the decision begins, and by the clock the next exam follows."""
        told = AcquisitionComplete(at_ns=clock(), trial=exam.trial, acquisition=exam.acquisition, slices=slices)
        self.driver.observe(told)
        if self.station.section.arrivals == "clock":
            self._send_following(exam)
        if exam == self._exam:
            self.board.show_complete(slices)
            self.stage.complete()
            self._start_phase()

    def _send_following(self, exam: Exam) -> None:
        trials = self.driver.script.trials
        at = next((at for at, trial in enumerate(trials) if trial.index == exam.trial), len(trials))
        if exam.acquisition == "first" and at + 1 < len(trials):
            self._sent(trials[at + 1].index, trials[at + 1].case, "first")

    def _say_previous_failed(self, problem: StudyProblem) -> None:
        self.driver.observe(ProblemShown(at_ns=clock(), what=problem.what, where=""))
        words = self.tr("The previous acquisition cannot be shown. {why}").format(why=problem.what)
        self.grid.viewports[BEFORE].set_empty_words(words)
        self.side.say(words, about="previous")

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
        """Have the exam that failed sent once more, as far as it is missing."""
        if self._exam is not None:
            self.arrivals.send_again(self._exam)

    # --- a decision

    def _open_phase(self, command: StartPhase) -> None:
        self._phase.stop()
        script, state, section = self.driver.script, self.driver.state, self.station.section
        show_heading(self.bar, self.driver, self.plan.cases)
        trial, phase = engine.trial_now(script, state), engine.phase_now(script, state)
        self.panel.start_phase(phase.questions, section.decision, section.reason)
        self.panel.hide()
        self.side.start_phase()
        acquisition = acquisition_now(script, state, section.decision)
        if acquisition == "repeated" and trial.case in self.station.repeated and not self._shows("repeated"):
            self.layers.clear()
            self._expect(trial.index, trial.case, "repeated")
        elif self._exam is not None and self.arrivals.is_over(self._exam):
            self._start_phase()

    def _shows(self, acquisition: Acquisition) -> bool:
        return self._exam is not None and self._exam.acquisition == acquisition

    def _start_phase(self) -> None:
        """Once the acquisition is complete, the phase open and nobody away: ask for what the AI says of it."""
        script, state = self.driver.script, self.driver.state
        if state.stage is Stage.READING and state.phase_started_ns is None and not self.is_paused:
            self.layers.start(self.plan.expected_in(practice=engine.trial_now(script, state).practice))

    def _begin_phase(self) -> None:
        """Unless a pause has begun while the AI was at work: then it is asked again after the pause."""
        script, state = self.driver.script, self.driver.state
        if state.stage is not Stage.READING or state.phase_started_ns is not None or self.is_paused:
            return
        trial, phase = engine.trial_now(script, state), engine.phase_now(script, state)
        self.side.say("")
        self.driver.take(PhaseStarted(at_ns=clock(), trial=trial.index, phase=state.phase, layers=phase.layers))
        self.grid.set_overlay_painter(BEFORE, None)  # the advice is about the new exam alone
        self._offer_layers()
        self._say_advice()
        self.panel.show()
        self._phase.begin()
        self.layers.begin()
        self.grid.setFocus()
        self.phase_ready.emit(trial.index, state.phase)

    def _offer_layers(self) -> None:
        """The panel stands where there is something to do in it, and not in a pause: it tells what the AI found."""
        handled = any(_can_be_handled(layer) for layer in self.ai.layers)
        self.layer_scroll.setVisible(handled and not self.is_paused)

    def _say_advice(self) -> None:
        self.heard.say(sentences(self.station.section, self.ai.layers, self.ai.results, self.stage.uids))

    def _follow(self) -> None:
        if not self.driver.is_reading:
            return
        self.panel.show_questions(questions_now(self.driver.script, self.driver.state))
        self.side.say("", about="answer")
        self.side.share()
        self.layers.follow()
        self._say_advice()

    def _hold(self, command: str, down: bool) -> None:
        """All AI goes while the key is down, what it says as well as what it draws."""
        if command == HOLD:
            self.heard.hide_for("held", down)
            self.layers.hold(down)

    def _close_case(self, trial: int) -> None:
        self._phase.stop()
        self._observer.flush()
        self._exam = None
        self.arrivals.leave()
        self.previous.leave()
        self.panel.hide()
        self.layer_scroll.hide()
        self.cards.close()
        self.layers.clear()
        self.heard.say(())
        self.light.clear()
        self.stage.clear()
        self.board.clear()
        self.side.be_quiet()

    # --- commands

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the decision mean the decision wherever the keyboard is: over the images, too."""
        return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._answers(event)

    def _answers(self, event: QKeyEvent) -> bool:
        if self.is_paused:
            return False
        if not self.panel.isVisible():
            return self._is_too_early(event)
        if not self.panel.handle_key(event):
            return False
        command = APP_BY_KEY.get(key_name(event))
        if command is not None and not event.isAutoRepeat():
            self.log.command(command, "key")
        return True

    def _is_too_early(self, event: QKeyEvent) -> bool:
        """A key of the decision means nothing else while the exam still comes, and says why it does nothing."""
        if self._exam is None or key_name(event) not in DECISIVE:
            return False
        if not event.isAutoRepeat():
            words = self.tr("Not yet: the decision is asked once the exam is complete.")
            self.side.say(words, about="answer")
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = key_name(event)
        command, viewer = APP_BY_KEY.get(name), command_for(name) or command_for(event.text())
        if self.is_paused and command not in WHILE_PAUSED and not (viewer and viewer.id in WHILE_PAUSED):
            return
        if self._answers(event):
            return
        if command is not None:
            if not event.isAutoRepeat():
                self.perform(command, "key")
        elif viewer is not None and not self.grid.hasFocus():
            self.grid.setFocus()
            QApplication.sendEvent(self.grid, event)
        else:
            event.ignore()

    def perform(self, command: str, source: Source) -> None:
        """Do a command that is not the grid's own."""
        acts: Mapping[str, Callable[[], object]] = {
            "pause": lambda: self.set_paused(not self.is_paused),
            "confirm": self._phase.confirm,
            "undo": self.panel.undo,
            "finding.next": lambda: self.ai.choose(1),
            "finding.previous": lambda: self.ai.choose(-1),
            "overlay.next": lambda: self.ai.next_image(1),
            "overlay.previous": lambda: self.ai.next_image(-1),
        }
        if command in acts:
            acts[command]()
        elif not (command.startswith("layer.") and self.ai.perform(command)):
            self.command_wanted.emit(command, source)
            return
        self.log.command(command, source)

    def set_paused(self, paused: bool) -> None:
        """Blank the images and what the AI says; exams go on arriving, as they do at a scanner.

        Not while a decision is being saved: another exam may stand there then.
        """
        if paused == self.is_paused or self._exam is None or (paused and self.driver.leaves_phase):
            return
        self.is_paused = paused
        self.light.set_paused(paused, self.tr("Paused. P goes on."))
        self.panel.setEnabled(not paused)
        self._offer_layers()
        self.heard.hide_for("paused", paused)
        self.bar.set_paused(paused)
        self.layers.set_paused(paused)
        self.driver.take(Paused(at_ns=clock()) if paused else Unpaused(at_ns=clock()))
        self._phase.set_paused(paused)
        if self.arrivals.is_over(self._exam):
            self._start_phase()
        (self if paused else self.grid).setFocus()

    def _end(self, reason: str, _receipt: str) -> None:
        """The sitting is over. Once everything of it is decided, nothing of what arrived is kept."""
        self.close_down()
        if reason == "finished":
            clear_away(self.station.incoming)

    def close_down(self) -> None:
        """The sitting ends here: the scanner stops, the exam leaves the screen."""
        self._opening = self._exam = None
        self._phase.stop()
        self.arrivals.close()
        self.previous.close()
        self.layers.clear()
        self.heard.say(())
        self.light.clear()
        self.stage.clear()


def _can_be_handled(layer: Layer) -> bool:
    """Whether there is anything in the panel that the technician can do with the layer."""
    return bool(layer.adjustable) or layer.reveal.how == "button" or layer.draw == "card"
