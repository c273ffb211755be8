"""The check of an eye tracker: a page that shows points, and how far gaze was from each.

What belongs here: its three steps (set-up, points, result) and their keys. What does not: the tracker (gaze_desk),
errors (app.tracking.gaze.checking), painting (point_canvas).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from app.tracking.events import Event, GazeMoved, GazeSourceLost, GazeSourceOpened
from app.tracking.events.gaze import GazeSample
from app.tracking.gaze.checking import Outcome, PointError, calibrated, error_at, is_good, mean_deg, points_in
from app.tracking.gaze.screens import GazeScreen, Point
from app.tracking.recorder import clock
from app.windows.gaze.placing import centred
from app.windows.gaze.point_canvas import ErrorCanvas, PointCanvas
from app.windows.gaze.set_up_card import SetUpCard
from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.tracking import GazeCheck

SETTLE_MS, LOOK_MS, LATE_MS = 800, 1000, 300  # the eye comes; its samples count; those under way arrive
TICK_MS = 30


class CheckPage(QWidget):
    """`checked` tells each check that was made (GazeCalibrated); `closed` is whether the reader goes on with gaze."""

    checked = Signal(object)
    closed = Signal(bool)

    def __init__(self, check: GazeCheck, *, settle_ms: int = SETTLE_MS, look_ms: int = LOOK_MS) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Check of the eye tracker"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._check, self._settle_ms, self._look_ms = check, settle_ms, look_ms
        self._samples: list[GazeSample] = []
        self._points: tuple[Point, ...] = ()
        self._spans: list[tuple[int, int]] = []
        self._began_ns = 0
        self.errors: tuple[PointError, ...] = ()
        self._ticking = QTimer(self, interval=TICK_MS)
        self._ticking.timeout.connect(self._tick)
        self.card, self.canvas, self.result = SetUpCard(), PointCanvas(), _Result()
        self.card.started.connect(self.start)
        self.card.skipped.connect(lambda: self._close("without"))
        self.result.accept.clicked.connect(lambda: self._close("accepted"))
        self.result.repeat.clicked.connect(self.repeat)
        self.result.skip.clicked.connect(lambda: self._close("without"))
        self._stack = QStackedLayout(self)
        for page in (centred(self.card), self.canvas, self.result):
            self._stack.addWidget(page)

    @property
    def screen_as_said(self) -> GazeScreen:
        return self.card.screen_as_said()

    def open_on(self, screen: GazeScreen) -> None:
        """Begin with the set-up, for a window on this screen."""
        self.card.show_screen(screen)
        self._stack.setCurrentIndex(0)
        self.setFocus()

    def show_problem(self, words: str) -> None:
        """Why the tracker can't be used, before the points."""
        self.card.show_problem(words)

    def take(self, event: Event) -> None:
        """An event of the tracker, with all of its samples: they are kept nowhere."""
        match event:
            case GazeSourceOpened():
                self.card.show_tracker(event.name, event.rate_hz)
                self.card.show_problem("")
            case GazeSourceLost():
                self.card.show_tracker("", 0.0)
                self._stop()
            case GazeMoved():
                self.card.show_eyes(any(x is not None for _, x, *_ in event.samples))
                if self._ticking.isActive():
                    self._samples += event.samples

    def start(self) -> None:
        """Show the points, if a tracker is there."""
        if not self.card.start_button.isEnabled():
            return
        corner = self._corner()
        self._points = points_in(*corner, self.width(), self.height(), self._check.points)
        self._samples, self._spans, self.errors = [], [], ()
        self._stack.setCurrentIndex(1)
        self.setFocus()
        self._began_ns = clock()
        self._ticking.start()

    def repeat(self) -> None:
        self._tell("repeated")
        self._stack.setCurrentIndex(0)
        self.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, key = self._stack.currentIndex(), event.key()
        is_enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        acts: dict[tuple[int, str], Callable[[], None]] = {
            (0, "enter"): self.start,
            (0, "escape"): lambda: self._close("without"),
            (1, "escape"): self._stop,
            (2, "enter"): self.repeat if self.result.is_bad else lambda: self._close("accepted"),
            (2, "accept"): lambda: self._close("accepted"),
            (2, "repeat"): self.repeat,
            (2, "escape"): lambda: self._close("without"),
        }
        letters = {Qt.Key.Key_Escape: "escape", Qt.Key.Key_R: "repeat", Qt.Key.Key_A: "accept"}
        name = letters.get(Qt.Key(key), "enter" if is_enter else "")
        if (act := acts.get((step, name))) is not None and not event.isAutoRepeat():
            act()
        else:
            event.ignore()

    # --- the points

    def _tick(self) -> None:
        """Where we are among the points goes by the clock alone, so that a slow frame shifts nothing."""
        each_ms = self._settle_ms + self._look_ms
        passed_ms = (clock() - self._began_ns) / 1e6
        number = int(passed_ms // each_ms)
        if number >= len(self._points):
            self.canvas.show_point(None)
            if passed_ms >= each_ms * len(self._points) + LATE_MS:
                self._finish(each_ms)
            return
        share = (passed_ms - number * each_ms) / each_ms
        left, top = self._corner()
        x, y = self._points[number]
        self.canvas.show_point((x - left, y - top), share)

    def _finish(self, each_ms: int) -> None:
        self._ticking.stop()
        screen = self.screen_as_said
        begins = (self._began_ns + round((n * each_ms + self._settle_ms) * 1e6) for n in range(len(self._points)))
        self.errors = tuple(
            error_at(point, [s for s in self._samples if begin <= s[0] < begin + self._look_ms * 1e6], screen)
            for point, begin in zip(self._points, begins, strict=True)
        )
        self.result.show_errors(self.errors, self._corner(), self._check.at_most_deg)
        self._stack.setCurrentIndex(2)
        self.setFocus()

    def _stop(self) -> None:
        """Back to the set-up."""
        if self._ticking.isActive():
            self._ticking.stop()
            self._stack.setCurrentIndex(0)

    def _close(self, outcome: Outcome) -> None:
        self._ticking.stop()
        self._tell(outcome)
        self.closed.emit(outcome == "accepted")

    def _tell(self, outcome: Outcome) -> None:
        at_most = self._check.at_most_deg
        self.checked.emit(calibrated(clock(), self.errors, self.screen_as_said, outcome, at_most))

    def _corner(self) -> Point:
        """This page's top left corner on its screen, logical px."""
        at = self.mapToGlobal(QPoint(0, 0)) - self.screen().geometry().topLeft()
        return (float(at.x()), float(at.y()))


class _Result(QWidget):
    """The errors on the points themselves, and below the middle what to make of them; Enter does what is advised."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas = ErrorCanvas(self)
        self.title, self.words = label("", "heading"), label("", "quiet")
        self.accept, self.repeat = QPushButton(), QPushButton()
        self.skip = QPushButton(self.tr("Go on without the tracker   Esc"))
        self.is_bad = False
        for button in (self.accept, self.repeat, self.skip):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()

    def show_errors(self, errors: tuple[PointError, ...], corner: Point, at_most_deg: float) -> None:
        self.canvas.show_errors(errors, corner, at_most_deg)
        self.is_bad = is_good(errors, at_most_deg) is False
        self.accept.setText(self.tr("Accept all the same   A") if self.is_bad else self.tr("Accept   ⏎"))
        self.repeat.setText(self.tr("Repeat   ⏎") if self.is_bad else self.tr("Repeat   R"))
        set_role(self.accept, "" if self.is_bad else "primary", name="kind")
        set_role(self.repeat, "primary" if self.is_bad else "", name="kind")
        self.title.setText(self._verdict(errors, at_most_deg))
        self.words.setText(self._figures(errors, at_most_deg))

    def _verdict(self, errors: tuple[PointError, ...], at_most_deg: float) -> str:
        good = is_good(errors, at_most_deg)
        if good is None:
            return self.tr("Every point was seen; without the screen's size, degrees are not known")
        return self.tr("The tracker is good to read with") if good else self.tr("Set the tracker up again")

    def _figures(self, errors: tuple[PointError, ...], at_most_deg: float) -> str:
        known = [each.error_px for each in errors if each.error_px is not None]
        seen = self.tr("{seen} of {of} points were seen.").format(seen=len(known), of=len(errors))
        if not known:
            return seen
        px = self.tr("Mean error {px} px, worst {worst} px.").format(
            px=f"{sum(known) / len(known):.0f}", worst=f"{max(known):.0f}"
        )
        mean = mean_deg(errors)
        if mean is None:
            return f"{seen} {px}"
        deg = self.tr("Mean error {deg}°, at most {most}° are asked for.")
        return f"{seen} {px} {deg.format(deg=f'{mean:.2f}', most=f'{at_most_deg:g}')}"

    def _lay_out(self) -> None:
        theme = current_theme()
        self._panel = QWidget(self)
        inside = QVBoxLayout(self._panel)
        inside.setSpacing(theme.space(3))
        for line in (self.title, self.words):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(theme.space(3))
        row.addStretch()
        for button in (self.skip, self.repeat, self.accept):
            row.addWidget(button)
        row.addStretch()
        inside.addLayout(row)

    def resizeEvent(self, event: object) -> None:
        """The words stand between the middle point's own and the lower ones."""
        self.canvas.setGeometry(self.rect())
        width = min(self.width(), current_theme().px(640))
        height = self._panel.sizeHint().height()
        self._panel.setGeometry((self.width() - width) // 2, round(self.height() * 0.7 - height / 2), width, height)
