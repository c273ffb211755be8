"""The reading room: series, images, layers and questions of the case that is read.

What belongs here: putting the parts beside each other, and passing what they say to the driver and back. What does not:
study logic (app.reading), fetching (case_desk), AI (layer_desk), marks (marks_desk), pages around it (workstation).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.reading import engine
from app.reading.asking import marks_now, questions_now
from app.reading.commands import OpenCase, StartPhase
from app.reading.earlier import earlier_answers, earlier_title
from app.reading.state import Stage
from app.tracking.events import (
    CaseShown,
    CaseTakenUp,
    Paused,
    PhaseStarted,
    ProblemShown,
    Source,
    TrialStarted,
    Unpaused,
)
from app.tracking.observer import Observer
from app.tracking.recorder import clock
from app.windows.case_desk import CaseDesk, FetchedCase
from app.windows.case_stage import CaseStage
from app.windows.commands import APP_BY_KEY, APP_COMMANDS, WHILE_PAUSED
from app.windows.exposure_log import ExposureLog
from app.windows.grid_log import GridLog, watch_grid
from app.windows.heading import show_heading
from app.windows.key_names import key_name
from app.windows.labels import label
from app.windows.layer_desk import Adviser, LayerDesk
from app.windows.layer_scroll import LayerScroll, SharedSide
from app.windows.layer_stage import HOLD, LayerStage, panel_keys
from app.windows.measure_log import MeasureLog
from app.windows.model_card import CardDesk
from app.windows.panel_exposure import PanelExposure
from app.windows.phase_bar import PhaseBar
from app.windows.phase_desk import PhaseDesk
from app.windows.preferences import in_force
from app.windows.questions.marks_desk import MarksDesk
from app.windows.questions.marks_shapes import ShapesDesk
from app.windows.questions.question_panel import QuestionPanel
from app.windows.questions.target_desk import TargetDesk
from app.windows.room_plan import RoomPlan
from app.windows.sitting_driver import SittingDriver
from app.windows.theme import current_theme, set_role
from app.windows.way_back import case_before, go_back
from overlays.panels.layer_panel import LayerPanel
from overlays.panels.listing import Listed
from study_configs.problem import StudyProblem
from study_configs.questions import Marks
from viewers.commands import command_for
from viewers.fidelity import Note
from viewers.light_box import LightBox
from viewers.panels.series_list import SeriesList
from viewers.volume import SeriesHeader

KEY_OF = {command.id: command.keys[0] for command in APP_COMMANDS}
NOTICE_MS = 5_000


class ReadingRoom(QWidget):
    """Runs the trials of a sitting: opens cases, starts phases, takes answers and marks, confirms.

    `command_wanted` is a command of the workstation (help, about, sign out …); `case_failed` a case that can't be read.
    """

    command_wanted = Signal(str, str)  # command, source
    case_failed = Signal(object)  # StudyProblem
    advice_failed = Signal(object)  # StudyProblem
    case_painted = Signal(str)  # case id
    phase_ready = Signal(int, int)  # trial, phase: questions stand, layers lie over the images

    def __init__(
        self,
        driver: SittingDriver,
        desk: CaseDesk,
        plan: RoomPlan,
        observer: Observer,
        adviser: Adviser | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "panel")
        self.driver, self.desk, self.plan, self._observer = driver, desk, plan, observer
        self.bar, self.series = PhaseBar(), SeriesList()
        self.light = LightBox(plan.settings, self._headers, desk.need, plan.freedom, self._layer_notes)
        self.grid = self.light.grid
        self.grid.set_gestures(in_force(plan.settings.settings.gestures, plan.gestures))
        self.layer_panel = LayerPanel(panel_keys())
        self.questions = QuestionPanel()
        self.layer_scroll = LayerScroll(self.layer_panel, self.questions.minimumWidth())
        self.notice = label("", "caution")
        self.log = GridLog(self.grid, driver.observe)
        self.log.watch_fusion(self.light.fusion)
        self.log.watch_tools(self.light.measures)
        self.exposure = ExposureLog(self.grid, driver.observe)
        PanelExposure(self.layer_panel, self.exposure.show_panel)
        self.ai = LayerStage(self.grid, self.layer_panel)
        self.layers = LayerDesk(self.ai, driver, plan.layers, adviser)
        self.stage = CaseStage(self.grid, self.series, desk, plan.hanging)
        self.light.say_on(self.stage.chips)
        self.light.times.left.connect(self.desk.leave)
        self.measure_log = MeasureLog(self.light.measures, driver)
        self.marks = MarksDesk(self.grid, driver, ShapesDesk(self.light.measures, driver))
        self.cards = CardDesk(self, self.layer_panel, driver, plan.cards)
        self.targets = TargetDesk(self.questions, self.marks, self.ai, self.light.measures)
        self._opening: OpenCase | None = None
        self.is_paused = False
        self._phase = PhaseDesk(driver, self.questions, observer)
        self._said = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._lay_out()
        self._connect()
        watch_grid(observer, self.grid)

    def _lay_out(self) -> None:
        theme = current_theme()
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        self.notice.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(1))
        self.notice.hide()
        for part in (self.notice, self.layer_scroll):
            side.addWidget(part)
        side.addWidget(self.questions, 1)
        self.side = QWidget()
        self.side.setLayout(side)
        self.side.setFixedWidth(self.questions.minimumWidth())
        self.shared = SharedSide(self.side, self.layer_scroll, self.questions)
        self.series.setFixedWidth(self.series.minimumWidth())
        self.series.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.series)
        middle.addWidget(self.light, 1)
        middle.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addLayout(middle, 1)
        self.layer_scroll.hide()

    @property
    def panels(self) -> dict[str, QWidget]:
        """The named parts of the room, for the log; what comes later lies on what came before."""
        return {
            "bar": self.bar,
            "series": self.series,
            **self.light.panels,
            "layers": self.layer_scroll,
            "findings": self.layer_panel.findings,
            "questions": self.questions,
        }

    def _connect(self) -> None:
        driver, grid, questions = self.driver, self.grid, self.questions
        driver.case_opened.connect(self._open_case)
        driver.phase_opened.connect(self._open_phase)
        driver.case_closed.connect(self._close_case)
        driver.state_changed.connect(self._follow)
        driver.saving.connect(lambda saving: self.bar.show_saved("saving" if saving else "saved"))
        driver.confirming.connect(self._show_confirming)
        self.desk.opened.connect(self._hang)
        self.desk.failed.connect(self._say_case_failed)
        grid.first_painted.connect(self._painted)
        grid.command_unknown.connect(self.perform)
        grid.hold_changed.connect(lambda command, down: self.layers.hold(down) if command == HOLD else None)
        self.stage.lost.connect(self._say_lost)
        self.stage.keys.key_images_changed.connect(self.log.key_images)
        self.light.measures.refused.connect(self.say)
        self.stage.filled.connect(lambda: self.marks.show(questions.active_mark))
        questions.mark_chosen.connect(self._go_to_mark)
        questions.left.connect(self.grid.setFocus)
        self.marks.picked.connect(self._pick_mark)
        self.marks.refused.connect(self.say)
        self.ai.unseen.connect(self._bring)
        self.cards.missing.connect(self.say)
        self.layer_panel.reveal_wanted.connect(lambda _layer: grid.setFocus())  # the button is gone
        self.layers.ready.connect(self._begin_phase)
        self.layers.failed.connect(self.advice_failed)
        self.layers.waiting.connect(lambda: self.say(self.tr("The AI is still at work …"), lasting=True))
        self._phase.said.connect(lambda words: self.say(words, lasting=True))
        self._phase.shown.connect(self.bar.show_clock)
        self.bar.back_requested.connect(lambda: self.perform("case.back", "button"))
        self._said.timeout.connect(self._be_quiet)
        self.bar.mark_tool_requested.connect(lambda: grid.perform("mark.tool", "button"))
        grid.marking_changed.connect(self.bar.show_marking)
        self.bar.pause_requested.connect(lambda: self.perform("pause", "button"))
        self.bar.help_requested.connect(lambda: self.command_wanted.emit("help", "button"))
        self.bar.about_requested.connect(lambda: self.command_wanted.emit("about", "button"))
        driver.slow.connect(lambda: self.bar.show_saved("slow"))
        driver.stuck.connect(lambda problem: self.bar.show_saved("failed"))

    # --- cases

    def _open_case(self, command: OpenCase) -> None:
        self._opening = command
        cases, following = self.plan.cases, command.next_case
        trial = engine.trial_now(self.driver.script, self.driver.state)
        self.log.begin(command.trial)
        self._show_heading()
        if command.trial in self.driver.state.bustle.suspended:
            self.driver.take(CaseTakenUp(at_ns=clock(), trial=command.trial))
        if self.driver.trial_open != command.trial:
            self.driver.take(
                TrialStarted(at_ns=clock(), trial=command.trial, case=command.case, condition=trial.condition)
            )
        self.desk.open(cases[command.case], cases[following] if following else None)
        if self.stage.case is None:
            self.say(self.tr("Loading the images …"), lasting=True)

    def try_again(self) -> None:
        """Fetch the case that failed once more."""
        self.desk.retry()

    def _hang(self, case: FetchedCase) -> None:
        self.stage.hang(case)
        self.light.show_states(case.scan)

    def _headers(self) -> tuple[SeriesHeader, ...]:
        return self.stage.case.series if self.stage.case is not None else ()

    def _layer_notes(self, index: int, header: SeriesHeader) -> tuple[Note, ...]:
        return self.ai.notes(header)

    def _painted(self, index: int) -> None:
        opening, shown = self._opening, self.stage.case
        if opening is None or shown is None or shown.case.id != opening.case:
            return
        self._opening = None
        self._be_quiet()
        self.case_painted.emit(opening.case)
        self.driver.take(CaseShown(at_ns=clock(), trial=opening.trial))

    def _close_case(self, trial: int) -> None:
        self._phase.stop()
        self.cards.close()
        self._observer.flush()
        self.layers.clear()
        self.layer_scroll.hide()
        self.marks.clear()
        self.grid.set_marking(False)
        self.light.clear()
        self.stage.clear()

    def _say_case_failed(self, case_id: str, problem: StudyProblem) -> None:
        self.say("")
        self.driver.observe(ProblemShown(at_ns=clock(), what=problem.what, where=case_id))
        self.case_failed.emit(problem)

    def _say_lost(self, words: str) -> None:
        self.driver.observe(ProblemShown(at_ns=clock(), what=self._without_folder(words), where=""))
        self.say(words, lasting=True)

    def _without_folder(self, words: str) -> str:
        """The words with the case's id for its folder: folders can hold patients' names, and the log holds none."""
        case = self.stage.case
        return words if case is None else words.replace(str(case.case.path), case.case.id)

    # --- phases

    def _open_phase(self, command: StartPhase) -> None:
        self._phase.stop()
        self._show_heading()
        phase = engine.phase_now(self.driver.script, self.driver.state)
        self.layer_scroll.setVisible(bool(phase.layers))
        self.bar.offer_marking(any(isinstance(asked.spec, Marks) for asked in phase.questions))
        self.questions.start_phase(
            phase.questions,
            earlier=earlier_answers(self.driver.script, self.driver.state),
            earlier_title=earlier_title(self.driver.script, self.driver.state),
        )
        self.shared.start_phase()
        self.questions.setEnabled(False)
        trial = engine.trial_now(self.driver.script, self.driver.state)
        self.layers.start(self.plan.expected_in(practice=trial.practice))

    def _begin_phase(self) -> None:
        """All that the phase shows is there: its clock starts, its questions stand."""
        script, state = self.driver.script, self.driver.state
        if state.stage is not Stage.READING or state.phase_started_ns is not None:
            return
        trial, phase = engine.trial_now(script, state), engine.phase_now(script, state)
        self._be_quiet()
        self.questions.setEnabled(not self.is_paused)
        self.driver.take(PhaseStarted(at_ns=clock(), trial=trial.index, phase=state.phase, layers=phase.layers))
        self.bar.offer_back(case_before(self.driver) is not None)
        self._phase.begin()
        self.layers.begin()
        self.shared.settle()
        self.grid.setFocus()
        self.phase_ready.emit(trial.index, state.phase)

    def _follow(self) -> None:
        """Show questions and marks as they stand after an event."""
        if not self.driver.is_reading:
            return
        script, state = self.driver.script, self.driver.state
        self.questions.show_questions(questions_now(script, state), marks_now(script, state))
        self.marks.show(self.questions.active_mark)
        self.targets.follow()
        self.layers.follow()

    def _show_heading(self) -> None:
        trial = engine.trial_now(self.driver.script, self.driver.state)
        show_heading(self.bar, self.driver, self.plan.cases, phases=tuple(phase.name for phase in trial.phases))
        self.bar.show_phase(self.driver.state.phase)

    def _show_confirming(self, saving: bool) -> None:
        """A call that was answered meanwhile is saved too, and closes no question."""
        if self.driver.is_reading and saving:
            self.questions.show_saving()
        elif self.driver.is_reading:
            self.questions.show_saved()

    def _be_quiet(self) -> None:
        """Nothing but what must stay in view: files of the case that can't be read."""
        self.say(self.stage.unread, lasting=True)

    def say(self, words: str, *, lasting: bool = False) -> None:
        """A quiet sentence beside the images, for a few seconds or until the next one; empty takes it away."""
        self.notice.setText(words)
        self.notice.setVisible(bool(words))
        if words and not lasting:
            self._said.start()
        else:
            self._said.stop()

    # --- marks

    def _go_to_mark(self, mark: str) -> None:
        self.marks.go_to(mark)
        self.marks.show(mark)

    def _pick_mark(self, mark: str) -> None:
        self.questions.set_active_mark(mark)
        self.marks.show(mark)

    # --- commands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the images did not take: answers, the workstation's commands, and the viewer's from elsewhere."""
        name = key_name(event)
        command = APP_BY_KEY.get(name)
        viewer = command_for(name) or command_for(event.text())
        if self.is_paused and command not in WHILE_PAUSED and not (viewer and viewer.id in WHILE_PAUSED):
            return
        if self.questions.isEnabled() and self.questions.handle_key(event):
            if command is not None and not event.isAutoRepeat():
                self.log.command(command, "key")
        elif command is not None:
            if not event.isAutoRepeat():
                self.perform(command, "key")
        elif viewer is not None:
            self.grid.setFocus()
            QApplication.sendEvent(self.grid, event)
        else:
            event.ignore()

    def perform(self, command: str, source: Source) -> None:
        """Do a command that is not the grid's own."""
        if self._perform_here(command):
            self.log.command(command, source)
        else:
            self.command_wanted.emit(command, source)

    def _perform_here(self, command: str) -> bool:
        if command.startswith("layer."):
            return self.ai.perform(command)
        act = {
            "confirm": self.questions.request_confirm,
            "case.back": self._go_back,
            "undo": self.questions.undo,
            "pause": lambda: self.set_paused(not self.is_paused),
            "mark.next": lambda: self.questions.choose_mark(1),
            "mark.previous": lambda: self.questions.choose_mark(-1),
            "mark.remove": lambda: self.marks.remove(self.questions.active_mark),
            "finding.next": lambda: self.ai.choose(1),
            "finding.previous": lambda: self.ai.choose(-1),
            "overlay.next": lambda: self.ai.next_image(1),
            "overlay.previous": lambda: self.ai.next_image(-1),
            "layer_panel.toggle": self._toggle_layers,
            "series_list.toggle": self.stage.toggle_list,
        }.get(command)
        if act is None:
            return False
        act()
        return True

    def _go_back(self) -> None:
        self.questions.flush()
        go_back(self.driver)

    def _toggle_layers(self) -> None:
        if self.ai.layers:
            self.layer_scroll.setVisible(not self.layer_scroll.isVisible())

    def _bring(self, listed: Listed) -> None:
        """A finding that no viewport shows: its series comes to the active one."""
        if self.stage.bring(lambda header: self.ai.lies_in(listed, header)):
            self.ai.go_to(listed)

    def set_paused(self, paused: bool) -> None:
        """Blank the images and stop the dwell clock, or go on.

        Not while a step that is confirmed is being saved: the case may be gone then, and the next one opened blank.
        """
        if paused == self.is_paused or self.stage.case is None or (paused and self.driver.leaves_phase):
            return
        self.questions.flush()
        self.is_paused = paused
        self.light.set_paused(paused, self.tr("Paused. {key} goes on.").format(key=KEY_OF["pause"]))
        for part in (self.series, self.layer_panel):
            part.setEnabled(not paused)
        self.questions.setEnabled(not paused and self.driver.state.phase_started_ns is not None)
        self.bar.set_paused(paused)
        self.layers.set_paused(paused)
        self.driver.take(Paused(at_ns=clock()) if paused else Unpaused(at_ns=clock()))
        self._phase.set_paused(paused)
        (self if paused else self.grid).setFocus()

    def close_down(self) -> None:
        """The sitting ends here: stop clocks, take the case off the screen."""
        self._opening = None
        self._phase.stop()
        self.questions.setEnabled(False)
        self.layers.clear()
        self.marks.clear()
        self.light.clear()
        self.stage.clear()
