"""The eye tracker of a window: received beside everything else, checked before the first case, stopped at the end.

What belongs here: bringing a receiver's events into the window's thread and to the log, and the check page. What does
not: receiving (app.tracking.gaze), the page's steps (check_page).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.tracking.events import Event, GazeCalibrated, GazeMoved, GazeSourceLost
from app.tracking.gaze.lsl import LslFinder
from app.tracking.gaze.receiver import GazeReceiver
from app.tracking.recorder import clock
from app.windows.gaze.check_page import CheckPage
from app.windows.gaze.gaze_plan import GazePlan, described
from app.windows.sitting_driver import SittingDriver
from study_configs.problem import StudyProblem


class GazeDesk(QObject):
    """`observe` gets every event of the tracker, in the window's thread. `page_wanted` shows the check, `checked` says
    that it is over. After "go on without" nothing more is received.
    """

    page_wanted = Signal(QWidget, str)
    checked = Signal()
    _arrived = Signal(object)

    def __init__(self, window: QWidget, plan: GazePlan, observe: Callable[[Event], None]) -> None:
        super().__init__(window)
        self._window, self._plan, self._observe = window, plan, observe
        self.page: CheckPage | None = None
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
        """Show the check, or say at once that it is over where none is asked for."""
        if self._plan.check is None:
            self.checked.emit()
            return
        self.page = CheckPage(self._plan.check)
        self.page.checked.connect(self._log)
        self.page.closed.connect(self._go_on)
        self.page_wanted.emit(self.page, "gaze")
        self.page.open_on(described(self._window.screen(), self._plan.check.distance_mm))
        if self.problem is not None:
            self.page.card.show_problem(f"{self.problem.what} {self.problem.todo}")

    def close(self) -> None:
        """Receive nothing more."""
        if self.receiver is not None:
            self.receiver.stop()

    def _take(self, event: Event) -> None:
        self._observe(event)
        if self.page is None:
            return
        self.page.take(event)
        problem = self.receiver.problem if self.receiver is not None else None
        if problem is not None and not isinstance(event, GazeMoved):
            self.page.card.show_problem(f"{problem.what} {problem.todo}")

    def _log(self, check: GazeCalibrated) -> None:
        self._observe(check)
        if self.receiver is not None and self.page is not None:
            self.receiver.screen = self.page.screen_as_said

    def _go_on(self, with_gaze: bool) -> None:
        page, self.page = self.page, None
        if not with_gaze:
            self.close()
        self.checked.emit()
        if page is not None:
            page.deleteLater()


def follow_gaze(window: QWidget, driver: SittingDriver, plan: GazePlan) -> GazeDesk:
    """Receive the eye tracker of a sitting from before its first event on, and check it before its first case.

    Whoever shows pages connects `page_wanted`, which comes no earlier than the driver's first event.
    """
    desk = GazeDesk(window, plan, driver.observe)
    driver.hold_cases()
    driver.held.connect(desk.check)
    driver.ended.connect(desk.close)
    desk.checked.connect(driver.release_cases)
    desk.start()
    return desk
