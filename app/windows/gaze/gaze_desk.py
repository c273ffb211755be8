"""The eye tracker of a window: received beside everything else, checked before the first case, stopped at the end.

What belongs here: bringing a receiver's events into the window's thread and to the log, as far as they may be kept, and
the page before the first case. What does not: receiving (app.tracking.gaze), the pages (check_page, waiting_page).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.reading.state import Stage
from app.reading.worklist.standing import list_now
from app.tracking.events import Event, GazeCalibrated, GazeMoved, GazeSourceLost, GazeSourceOpened
from app.tracking.gaze.lsl import LslFinder
from app.tracking.gaze.receiver import GazeReceiver
from app.tracking.gaze.sifting import Sieve, Sight
from app.tracking.observer import Observer
from app.tracking.recorder import clock
from app.windows.gaze.check_page import CheckPage
from app.windows.gaze.gaze_plan import GazePlan, described
from app.windows.gaze.waiting_page import WaitingPage
from app.windows.sitting_driver import SittingDriver
from study_configs.problem import StudyProblem

Page = CheckPage | WaitingPage


class Part(Protocol):
    """A part of the window that readers can pause."""

    is_paused: bool


def always() -> bool:
    """Who tries a tracker without a study is there, and nothing is kept."""
    return True


class GazeDesk(QObject):
    """`observe` gets the tracker's events in the window's thread; of its samples, those in the window while `is_read`
    says that somebody reads in it. `page_wanted` shows the check, or that no tracker is there; `checked` says that this
    is over. After a check's "go on without" nothing more is received. Once it is over, `lost` and `heard_again` tell
    of a tracker that died and of its return; `check` may then be called once more.
    """

    page_wanted = Signal(QWidget, str)
    checked = Signal()
    lost = Signal()
    heard_again = Signal()
    _arrived = Signal(object)

    def __init__(
        self,
        window: QWidget,
        plan: GazePlan,
        observe: Callable[[Event], None],
        is_read: Callable[[], bool] = always,
    ) -> None:
        super().__init__(window)
        self._window, self._plan, self._observe, self._is_read = window, plan, observe, is_read
        self._sieve = Sieve()
        self._opened: GazeSourceOpened | None = None  # the tracker that is heard now
        self._is_read_with = False  # the page before the first case is over
        self._screen_name = window.screen().name()
        self.page: Page | None = None
        self.receiver: GazeReceiver | None = None
        self.problem: StudyProblem | None = None
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin to look for the tracker; returns at once. Where LSL is not there, `problem` says so and all goes on."""
        try:
            find = LslFinder(self._plan.wish)
        except StudyProblem as problem:
            self.problem = problem
            self._observe(GazeSourceLost(at_ns=clock(), name="", reason="not_found"))
            return
        distance = self._plan.check.distance_mm if self._plan.check is not None else 0
        self.receiver = GazeReceiver(find, self._arrived.emit, described(self._window.screen(), distance))
        self.receiver.start()

    def check(self) -> None:
        """Show the check, or where none is asked for, that the tracker is not heard; else say that it is over."""
        if self._plan.check is None and self._opened is not None:
            self.checked.emit()
            return
        if self._plan.check is None:
            self.page = WaitingPage(self._plan.wish.stream, was_heard=self._is_read_with)
            self.page.closed.connect(self._start_reading)
        else:
            self.page = CheckPage(self._plan.check)
            self.page.checked.connect(self._log)
            self.page.closed.connect(self._go_on)
            self.page.open_on(described(self._window.screen(), self._plan.check.distance_mm))
        self.page_wanted.emit(self.page, "gaze")
        self.page.setFocus()
        if self._opened is not None:  # while pages were read
            self.page.take(self._opened)
        self._say_problem()

    def follow_screen(self) -> None:
        """The window is on another screen, or its screen has another scale: gaze counts in that one's pixels now.

        What a person said of the size of the same screen holds on.
        """
        if self.receiver is None:
            return
        was, name = self.receiver.screen, self._window.screen().name()
        now = described(self._window.screen(), was.distance_mm)
        if name == self._screen_name and was.has_mm:
            now = replace(now, mm=was.mm)
        self.receiver.screen, self._screen_name = now, name

    def close(self) -> None:
        """Receive nothing more."""
        if self.receiver is not None:
            self.receiver.stop()

    def _take(self, event: Event) -> None:
        if isinstance(event, GazeMoved):
            self._sieve.look(self._sight())
            if (kept := self._sieve.sifted(event)) is not None:
                self._observe(kept)
        else:
            self._observe(event)
        if isinstance(event, GazeSourceOpened | GazeSourceLost):
            self._opened = event if isinstance(event, GazeSourceOpened) else None
            self._say_changed()
        if self.page is not None:
            self.page.take(event)
        if not isinstance(event, GazeMoved):
            self._say_problem()

    def _say_changed(self) -> None:
        """A tracker that dies disturbs nobody in the midst of a case: whoever listens waits for the next."""
        if self._is_read_with and self.page is None:
            (self.lost if self._opened is None else self.heard_again).emit()

    def _sight(self) -> Sight:
        """The window's picture, without its frame, on its screen."""
        window = self._window
        if not window.isVisible() or window.isMinimized() or not self._is_read():
            return Sight(clock(), None)
        corner = window.mapToGlobal(QPoint(0, 0)) - window.screen().geometry().topLeft()
        return Sight(clock(), (float(corner.x()), float(corner.y()), float(window.width()), float(window.height())))

    def _say_problem(self) -> None:
        problem = self.problem or (self.receiver.problem if self.receiver is not None else None)
        if problem is not None and self.page is not None:
            self.page.show_problem(f"{problem.what} {problem.todo}")

    def _log(self, check: GazeCalibrated) -> None:
        self._observe(check)
        if self.receiver is not None and isinstance(self.page, CheckPage):
            self.receiver.screen = self.page.screen_as_said

    def _start_reading(self, with_gaze: bool) -> None:
        """Nobody was checked: the tracker is looked for on, and the log says that it was not there.

        Of one that was lost it says so already.
        """
        if not with_gaze and self.problem is None and not self._is_read_with:
            self._observe(GazeSourceLost(at_ns=clock(), name=self._plan.wish.stream, reason="not_found"))
        self._leave_page()

    def _go_on(self, with_gaze: bool) -> None:
        if not with_gaze:
            self.close()
        self._leave_page()

    def _leave_page(self) -> None:
        page, self.page = self.page, None
        self._is_read_with = True
        self.checked.emit()
        if page is not None:
            page.deleteLater()


def follow_gaze(
    window: QWidget, driver: SittingDriver, plan: GazePlan, observer: Observer, parts: Sequence[Part]
) -> GazeDesk:
    """Receive the eye tracker of a sitting from before its first event on, and check it before its first case.

    One that is lost is waited for before the next case: a protocol that asks for gaze is not read on without it, unless
    the reader says so. Not on a reading list, whose time would pass meanwhile.
    Nothing is kept while one of `parts` is paused, on breaks, and while another program has the focus. Whoever shows
    pages connects `page_wanted`, which comes no earlier than the driver's first event.
    """

    def is_read() -> bool:
        rests = driver.over or driver.state.stage is Stage.BREAK or any(part.is_paused for part in parts)
        return not (rests or observer.has_lost_focus)

    desk = GazeDesk(window, plan, driver.observe, is_read)
    driver.hold_cases()
    driver.held.connect(desk.check)
    driver.ended.connect(desk.close)
    desk.checked.connect(driver.release_cases)
    desk.lost.connect(lambda: driver.hold_cases() if list_now(driver.script, driver.state) is None else None)
    desk.heard_again.connect(driver.release_cases)
    desk.start()
    return desk
