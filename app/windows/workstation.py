"""The workstation's one window: sign-in, texts, the reading room, feedback, farewell, one after another.

What belongs here: which page is on top, messages over it, leaving in order. What does not: what happens on a page, and
where its parts come from (the composition root).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from app.crash import Failure
from app.reading import engine
from app.reading.script import Script
from app.tracking.events import Event, ProblemShown, SittingStarted, Source
from app.tracking.observer import Observer
from app.tracking.recorder import Recorder, clock
from app.windows.about import AboutOverlay
from app.windows.between_cases import BetweenCases, BetweenPlan
from app.windows.break_page import BreakPage
from app.windows.case_desk import CaseDesk
from app.windows.commands import APP_BY_KEY
from app.windows.display_log import display_described
from app.windows.display_page import DisplayPage
from app.windows.farewell import FarewellPage
from app.windows.held_words import held_words, unsaved_end_words
from app.windows.help_overlay import HelpOverlay, answer_groups, command_groups
from app.windows.icons import window_icon
from app.windows.key_names import key_name
from app.windows.language import current_language
from app.windows.layer_desk import Adviser
from app.windows.message import MessageOverlay
from app.windows.messages import Messages
from app.windows.pin_desk import Gate, PinDesk
from app.windows.preferences import PreferencesPage
from app.windows.reading_room import ReadingRoom
from app.windows.room_plan import RoomPlan
from app.windows.rooms import Room, make_room
from app.windows.saving_note import SavingNote
from app.windows.sign_in import SignInPage, StudyCard, Unfinished
from app.windows.sitting_driver import SittingDriver
from app.windows.surroundings import Surroundings
from app.windows.text_page import TextPage
from app.windows.theme import BRIGHTEST, DARKEST, apply_theme, current_theme
from app.windows.weighing import Scorer, Weighing
from app.windows.worklist.desk import WorklistDesk
from study_configs.problem import StudyProblem
from study_configs.words import phrase
from viewers.commands import command_for
from viewers.screens import set_measured
from viewers.tools.gestures import Gestures

if TYPE_CHECKING:
    from app.windows.gaze.gaze_desk import GazeDesk
    from app.windows.gaze.gaze_plan import GazePlan

TITLE = phrase("Workstation", "ReaderLab – research use, not for diagnosis")
BRIGHTNESS_STEP = 0.1


class SittingAdviser(Adviser, Scorer, Protocol):
    """What hands out AI results, and the scores that phases go by."""


@dataclass(frozen=True, slots=True, eq=False)
class SittingSetup:
    """Everything that a sitting's windows need; nothing in it tells truth or planted errors."""

    script: Script
    recorder: Recorder
    earlier: tuple[Event, ...]
    started: SittingStarted
    plan: RoomPlan
    between: BetweenPlan
    adviser: SittingAdviser | None
    idle_after_s: float
    gaze: GazePlan | None = None


SignIn = Callable[[str, Mapping[str, str]], SittingSetup]  # pseudonym, and what a new reader said of each stratum
Strata = Mapping[str, tuple[str, ...]]


class Workstation(QMainWindow):
    """Shows one sitting from sign-in to farewell.

    `sign_in` makes a sitting for a pseudonym and raises StudyProblem where that can't be done. Without `reader` the
    sign-in page asks for one; with a `gate`, also for a PIN, which the gate looks at. `receipt` and `exit_code` say how
    it ended.
    """

    page_shown = Signal(str)  # sign-in | text | room | break | debrief | farewell | message
    left = Signal()

    def __init__(
        self,
        card: StudyCard,
        sign_in: SignIn,
        *,
        suggestion: str = "",
        unfinished: tuple[Unfinished, ...] = (),
        desk: CaseDesk | None = None,
        gate: Gate | None = None,
        strata_for: Callable[[str], Strata] = lambda reader: {},
    ) -> None:
        super().__init__()
        self.setWindowIcon(window_icon())
        self.setMinimumSize(1024, 640)
        self.receipt, self.exit_code = "", 0
        self.unattended = False  # nobody is there to read a message and to choose
        self.left_for: StudyProblem | None = None  # why an unattended sitting was left
        self.save_seal: Callable[[Path], None] | None = None  # of this sitting, into a file
        self.driver: SittingDriver | None = None
        self.room: Room | None = None
        self.preferences: PreferencesPage | None = None
        self.display: DisplayPage | None = None
        self.observer: Observer | None = None
        self.gaze: GazeDesk | None = None
        self.worklist: WorklistDesk | None = None
        self._surroundings: Surroundings | None = None
        self._sign_in, self._strata_for = sign_in, strata_for
        self._setup: SittingSetup | None = None
        self.desk = desk or CaseDesk()
        self.pages = QStackedWidget()
        self.setCentralWidget(self.pages)
        self._furnish()
        self.sign_in_page = SignInPage(card, suggestion=suggestion, unfinished=unfinished, asks_pin=gate is not None)
        self.sign_in_page.signed_in.connect(self.begin)
        self._pins = PinDesk(gate, self) if gate is not None else None
        if self._pins is not None:
            self.sign_in_page.pin_given.connect(self._pins.check)
            self._pins.accepted.connect(self.begin)
            self._pins.refused.connect(self._refuse_pin)
        self._show(self.sign_in_page, "sign-in")

    def _furnish(self) -> None:
        """The pages that every sitting has, in the language and size of type that now hold."""
        self._look = (current_language(), current_theme())
        self.setWindowTitle(self.tr(TITLE))
        self.text_page = TextPage()
        self.break_page = BreakPage()
        self.pages.addWidget(self.text_page)
        self.pages.addWidget(self.break_page)
        self.message = MessageOverlay(self)
        self.messages = Messages(self.message)
        self.messages.shown.connect(lambda: self.page_shown.emit("message"))
        self.saving = SavingNote(self)
        self.help, self.about = HelpOverlay(self), AboutOverlay(self)

    def _furnish_anew(self) -> None:
        """Once it is known who reads: another language or size of type needs other pages."""
        if self._look == (current_language(), current_theme()):
            return
        for old in (self.text_page, self.break_page, self.message, self.saving, self.help, self.about):
            old.hide()
            old.deleteLater()
        self._furnish()

    def tell(self, news: StudyProblem) -> None:
        """Say this as soon as the window is there."""
        QTimer.singleShot(0, lambda: self.say(news, {"close": lambda: None}))

    # --- the course of a sitting

    def begin(self, reader: str) -> None:
        """Sign this reader in and start, or go on with, the sitting that is due; once, however often it is asked."""
        if self.driver is not None:
            return
        stratum = self.sign_in_page.stratum_of(reader)
        try:
            asked = {} if stratum else self._strata_for(reader)
            if asked:
                self.sign_in_page.ask_strata(reader, asked)
                return
            setup = self._sign_in(reader, stratum)
        except StudyProblem as problem:
            self.sign_in_page.rest(False)
            self.say(problem, {"close": lambda: None})
            return
        self._setup = setup
        self._furnish_anew()
        self.driver = SittingDriver(setup.script, setup.recorder, setup.earlier)
        self.observer = Observer(self.driver.observe, idle_after_s=setup.idle_after_s, parent=self)
        self.observer.watch_window(self)
        self.room = make_room(self.driver, self.desk, setup.plan, self.observer, setup.adviser)
        self.preferences = PreferencesPage(self, setup.plan.settings, setup.plan.gestures)
        self.preferences.gestures_changed.connect(self.room.grid.set_gestures)
        self.display = DisplayPage(self, setup.plan.settings)
        self.display.declared.connect(lambda _declared: self._describe_display())
        set_measured(dict(setup.plan.settings.settings.px_per_mm))
        self.pages.addWidget(self.room)
        self._listen(self.driver, self.room)
        self._fetch_first_case(setup)
        if setup.gaze is not None and not self.unattended:  # nobody's eyes are there
            from app.windows.gaze.gaze_desk import follow_gaze  # a start without a tracker waits for none of it

            self.gaze = follow_gaze(self, self.driver, setup.gaze, self.observer, self._parts())
            self.gaze.page_wanted.connect(self._show)
        self.driver.start(setup.started)
        self._watch_surroundings(self.driver, self.observer, self.room)
        self._describe_display()
        if setup.plan.settings.problem is not None:
            self.tell(setup.plan.settings.problem)

    def _parts(self) -> list[Room | WorklistDesk]:
        return [each for each in (self.room, self.worklist) if each is not None]

    def _watch_surroundings(self, driver: SittingDriver, observer: Observer, room: Room) -> None:
        self._surroundings = Surroundings(self, driver, observer, room)
        self._surroundings.monitors.changed.connect(self._describe_display)
        if self.gaze is not None:
            self._surroundings.monitors.changed.connect(self.gaze.follow_screen)
        lists = {"worklist": self.worklist.page, "worklist bar": self.worklist.bar} if self.worklist is not None else {}
        pages = {"text": self.text_page, "break": self.break_page}
        over = {"help": self.help, "about": self.about, "message": self.message}
        self._surroundings.panels.watch({**lists, **pages, **over})

    def _refuse_pin(self, problem: StudyProblem) -> None:
        self.sign_in_page.show_problem(f"{problem.what} {problem.todo}")

    def _listen(self, driver: SittingDriver, room: Room) -> None:
        assert self._setup is not None  # begin() set it
        between = BetweenCases(driver, self._setup.between, self.text_page, self.break_page)
        between.page_wanted.connect(self._show)
        between.failed.connect(lambda told: self._say_unloaded(told, between.again))
        weighing = Weighing(driver, self._setup.adviser)
        weighing.failed.connect(lambda told: self._say_unloaded(told, weighing.again))
        if isinstance(room, ReadingRoom):
            self.worklist = worklist = WorklistDesk(self, driver, room, self._setup.adviser)
            worklist.page_wanted.connect(self._show)
            worklist.failed.connect(lambda told: self._say_unloaded(told, worklist.again))
        driver.case_opened.connect(lambda command: self._show(room, "room"))
        driver.ended.connect(self._say_farewell)
        driver.stuck.connect(self._stop_reading)
        driver.freed.connect(lambda: self.messages.take_back(driver.try_again))
        driver.saving.connect(self._show_saving)
        driver.slow.connect(lambda: self.saving.show_slow() if self.pages.currentWidget() is not room else None)
        room.command_wanted.connect(self.perform)
        room.case_failed.connect(lambda told: self._say_unloaded(told, room.try_again))
        room.advice_failed.connect(lambda told: self._say_unloaded(told, room.layers.again))

    def _stop_reading(self, problem: StudyProblem) -> None:
        """The store can't be written: nothing goes on until it can; then all does, by itself."""
        assert self.driver is not None  # who reads has one
        self.saving.show_saving(False)
        choices: dict[str, Callable[[], object]] = {"retry": self.driver.try_again}
        if not self.unattended:
            choices["leave"] = self.sign_out
        self.say(problem, choices, held_words(self.driver.recorder.held))

    def _show_saving(self, saving: bool) -> None:
        """The rooms say it in their bars."""
        self.saving.show_saving(saving and self.pages.currentWidget() is not self.room)

    def _fetch_first_case(self, setup: SittingSetup) -> None:
        """The first case loads behind the instructions."""
        assert self.driver is not None  # begin() made it
        if setup.plan.station is None and self.driver.state.trial < len(setup.script.trials):
            self.desk.fetch(setup.plan.cases[setup.script.trials[self.driver.state.trial].case])

    def _say_farewell(self, reason: str, receipt: str) -> None:
        self.receipt = receipt
        if self.observer is not None:
            self.observer.close()
        assert self.driver is not None  # whoever leaves was there
        unsaved = "" if receipt else unsaved_end_words(self.driver.recorder)
        page = FarewellPage(reason, receipt, self.save_seal if receipt else None, unsaved)
        page.closed.connect(self.close)
        self._show(page, "farewell")

    def sign_out(self) -> None:
        """Leave in order: the trial is marked interrupted, everything is written; the sitting goes on another time."""
        if self.driver is None or self.driver.over:
            self.close()
            return
        self._hand_over_half_typed()
        self._end("signed_out", "the reader signed out")
        self._say_farewell("signed_out", self.receipt)

    def _hand_over_half_typed(self) -> None:
        if isinstance(self.room, ReadingRoom):
            self.room.questions.flush()

    def _say_ended(self, why: Literal["window_closed", "failed"]) -> None:
        if self._surroundings is not None:
            self._surroundings.end(why)

    def _end(self, reason: str, why: str) -> None:
        assert self.driver is not None
        self.messages.forget()
        if self.gaze is not None:
            self.gaze.close()
        if self.observer is not None:
            self.observer.close()
        if self.room is not None:
            self.room.close_down()
        if self.worklist is not None:
            self.worklist.close()
        self.receipt = self.driver.leave(reason, why)  # type: ignore[arg-type]

    def fail(self, failure: Failure) -> None:
        """An error of ours: save the sitting, leave the trial, say what was saved."""
        self.exit_code = 1
        saved = self.tr("Nothing was being read.")
        if self.driver is not None and not self.driver.over:
            self._say_ended("failed")
            self._end("failed", failure.what)
            saved = (
                self.tr("Every answer that was shown as saved is safe. The case that was open is read again later.")
                if self.receipt
                else self.tr("The store could not confirm the last events.")
            )
        if self.unattended:
            QTimer.singleShot(0, self.close)
            return
        problem = StudyProblem(
            self.tr("Something went wrong in ReaderLab: {what}").format(what=failure.kind),
            todo=" ".join((saved, self.tr("A report was written beside the store."))),
        )
        self.say(problem, {"close": self.close})

    # --- messages and commands

    def say(self, problem: StudyProblem, choices: Mapping[str, Callable[[], object]], more: str = "") -> None:
        """Say it over the page until one of the choices is taken; what was said before comes again after it."""
        if self.driver is not None:
            # without its place: a path can hold a patient's name, and the log holds none
            self.driver.observe(ProblemShown(at_ns=clock(), what=problem.what, where=""))
        self.messages.say(problem, choices, more)
        if self.unattended and set(choices) != {"retry"}:  # what can only be tried again may still come right
            self.left_for, self.exit_code = problem, 1
            QTimer.singleShot(0, self.close)

    def _say_unloaded(self, problem: StudyProblem, again: Callable[[], object]) -> None:
        """A part of the case could not be had. In a study the log alone says which: names of AIs and files unblind."""
        assert self._setup is not None  # begin() set it
        told = problem
        if self._setup.plan.mode == "study" and self.driver is not None:
            self.driver.observe(ProblemShown(at_ns=clock(), what=problem.what, where=""))
            told = StudyProblem(
                self.tr("Something that this case needs could not be loaded."),
                todo=self.tr("Try again. If that does not help, leave and tell the coordinator of the study."),
            )
        self.say(told, {"retry": again, "leave": self.sign_out})

    def perform(self, command: str, source: Source) -> None:
        """Do one of the workstation's own commands."""
        acts: Mapping[str, Callable[[], object]] = {
            "help": self._open_help,
            "about": self.about.open,
            "preferences.show": lambda: self.preferences.open_page() if self.preferences is not None else None,
            "pattern.show": lambda: self.display.open_for(self.screen()) if self.display is not None else None,
            "sign_out": self.sign_out,
            "call.answer": lambda: self.worklist.pick_up() if self.worklist is not None else None,
            "pause": self._pause_list,
            "worklist.toggle": lambda: self.worklist.drop() if self.worklist is not None else None,
            "fullscreen": lambda: self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen),
            "chrome.dimmer": lambda: self._dim(-BRIGHTNESS_STEP),
            "chrome.brighter": lambda: self._dim(BRIGHTNESS_STEP),
        }
        if self.room is not None:
            self.room.log.command(command, source)  # also what nobody does just now
        if command in acts:
            acts[command]()

    def _pause_list(self) -> None:
        """The pause of the reading list; the rooms have one of their own."""
        if self.worklist is not None and self.pages.currentWidget() is self.worklist.page:
            self.worklist.set_paused(not self.worklist.is_paused)

    def _open_help(self) -> None:
        groups = command_groups(self._setup.plan.freedom.without if self._setup is not None else frozenset())
        if isinstance(self.room, ReadingRoom) and self.driver is not None and self.driver.is_reading:
            asked = engine.phase_now(self.driver.script, self.driver.state).questions
            groups = answer_groups(asked, self.room.questions.keys) + groups
        gestures = self.room.grid.active_viewport.gestures if self.room is not None else Gestures()
        self.help.open_with(groups, gestures)

    def _dim(self, by: float) -> None:
        app, theme = QApplication.instance(), current_theme()
        if isinstance(app, QApplication):
            apply_theme(app, theme.scale, min(BRIGHTEST, max(DARKEST, theme.brightness + by)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commands that hold on every page; in the reading room the images get what nobody else has."""
        room = self.room
        if (
            room is not None
            and self.pages.currentWidget() is room
            and not room.isAncestorOf(self.focusWidget() or self)
        ):
            room.grid.setFocus()
            QApplication.sendEvent(room.grid, event)
            return
        viewer = command_for(key_name(event)) or command_for(event.text())
        command = APP_BY_KEY.get(key_name(event)) or (viewer.id if viewer is not None else "")
        if command and not event.isAutoRepeat():
            self.perform(command, "key")

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.driver is not None and not self.driver.over:
            self._say_ended("window_closed")
            self._hand_over_half_typed()
            self._end("signed_out", "the window was closed")
        if self.observer is not None:
            self.observer.close()
        if self._pins is not None:
            self._pins.close()
        self.desk.close()
        event.accept()
        self.left.emit()

    # --- pages

    def _show(self, page: QWidget, name: str) -> None:
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        page.setFocus()
        self.page_shown.emit(name)

    def _describe_display(self) -> None:
        """The screen, and what people declared of it, into the log."""
        if self.driver is None or self.driver.over or self._setup is None:
            return
        self.driver.take(display_described(self.screen(), self._setup.plan.settings.settings))
