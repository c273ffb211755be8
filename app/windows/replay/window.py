"""The replay's window: the view of one sitting, its cases to jump to, its controls and keys.

What belongs here: playing, stepping, jumping. What does not: what a moment looks like (view), where it comes from
(projector).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QMainWindow, QVBoxLayout, QWidget

from app.analysis.replay.signs import past_stretches
from app.analysis.replay.words import UNSAID
from app.crash import Failure
from app.windows.icons import window_icon
from app.windows.key_names import key_name
from app.windows.message import MessageOverlay
from app.windows.replay.controls import Controls
from app.windows.replay.fetching import Fetcher
from app.windows.replay.projector import Projector
from app.windows.replay.view import ReplayView
from app.windows.theme import current_theme, set_role
from study_configs.problem import StudyProblem

SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
SIGNS = ("decision", "reveal", "case")
FRAME_MS = 33
JUMP_NS = 5_000_000_000
KEYS = {
    "Space": "play",
    "Right": "forward",
    "Left": "back",
    ".": "event.next",
    ",": "event.previous",
    "D": "decision.next",
    "Shift+D": "decision.previous",
    "A": "reveal.next",
    "Shift+A": "reveal.previous",
    "N": "case.next",
    "P": "case.previous",
    "+": "faster",
    "Shift++": "faster",
    "=": "faster",
    "-": "slower",
    "I": "idle",
    "T": "truth",
    "L": "pointer",
    "G": "gaze",
    "Home": "first",
    "End": "last",
    "F11": "fullscreen",
    "Ctrl+Q": "close",
}


class ReplayWindow(QMainWindow):
    """Plays one sitting. `fetcher` belongs to the window, which closes it."""

    def __init__(self, projector: Projector, fetcher: Fetcher) -> None:
        super().__init__()
        self._projector, self._fetcher = projector, fetcher
        self._at_ns, self.skips_idle = float(projector.reel.starts_ns), False
        self._event_times = [each.at_ns for each in projector.reel.events if not isinstance(each, UNSAID)]
        self._passed = QElapsedTimer()
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._tick)
        self._again = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._again.timeout.connect(self._look_again)
        self.view, self.cases, self.controls = ReplayView(projector), QListWidget(), Controls()
        self.message = MessageOverlay(self)
        self.setWindowIcon(window_icon())
        self.setMinimumSize(1000, 620)
        reader = projector.recorded.sitting.reader
        self.setWindowTitle(self.tr("{0} – replay – ReaderLab – research use, not for diagnosis").format(reader))
        self._lay_out()
        self._connect()
        self.show_at(projector.reel.starts_ns)

    @property
    def at_ns(self) -> int:
        return round(self._at_ns)

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def show_at(self, at_ns: float) -> None:
        """Go to a moment, within the sitting."""
        reel = self._projector.reel
        self._at_ns = min(max(at_ns, reel.starts_ns), reel.ends_ns)
        self.view.show_at(self.at_ns)
        self._mark_case()
        if self._projector.is_waiting and not self.is_playing:
            self._again.start()

    def perform(self, command: str) -> None:
        """One of the commands of KEYS."""
        self._acts[command]()
        self.controls.show_state(is_playing=self.is_playing, skips_idle=self.skips_idle, wishes=self._projector.wishes)

    # --- playing

    def _tick(self) -> None:
        passed_ns = self._passed.restart() * 1e6 * self._projector.speed
        at_ns = self._at_ns + (0 if self._projector.is_waiting else passed_ns)
        if self.skips_idle:
            at_ns = past_stretches(self._projector.stretches, round(at_ns))
        self.show_at(at_ns)
        if self.at_ns >= self._projector.reel.ends_ns:
            self._timer.stop()
            self.controls.show_state(is_playing=False, skips_idle=self.skips_idle, wishes=self._projector.wishes)

    def _look_again(self) -> None:
        """What was loading may be there now."""
        if not self.is_playing and self.isVisible():
            self.show_at(self._at_ns)

    def _play(self) -> None:
        if self.is_playing:
            self._timer.stop()
            return
        if self.at_ns >= self._projector.reel.ends_ns:
            self.show_at(self._projector.reel.starts_ns)
        self._passed.start()
        self._timer.start()

    def _go_faster(self, steps: int) -> None:
        place = SPEEDS.index(self._projector.speed) + steps
        self._projector.speed = SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]
        self.show_at(self._at_ns)

    # --- going to places

    def _step(self, times: list[int], way: int) -> None:
        """To the next or previous of these moments; nowhere where there is none."""
        place = bisect_right(times, self.at_ns) if way > 0 else bisect_left(times, self.at_ns) - 1
        if 0 <= place < len(times):
            self.show_at(times[place])

    def _to_sign(self, kind: str, way: int) -> None:
        self._step([each.at_ns for each in self._projector.signs if each.kind == kind], way)

    def _wish(self, name: str) -> None:
        wishes = self._projector.wishes
        setattr(wishes, name, not getattr(wishes, name))
        self.show_at(self._at_ns)

    def _skip(self) -> None:
        self.skips_idle = not self.skips_idle

    @property
    def _acts(self) -> Mapping[str, Callable[[], object]]:
        reel = self._projector.reel
        return {
            "play": self._play,
            "forward": lambda: self.show_at(self._at_ns + JUMP_NS),
            "back": lambda: self.show_at(self._at_ns - JUMP_NS),
            "event.next": lambda: self._step(self._event_times, 1),
            "event.previous": lambda: self._step(self._event_times, -1),
            **{f"{kind}.next": partial(self._to_sign, kind, 1) for kind in SIGNS},
            **{f"{kind}.previous": partial(self._to_sign, kind, -1) for kind in ("decision", "reveal", "case")},
            "faster": lambda: self._go_faster(1),
            "slower": lambda: self._go_faster(-1),
            "idle": self._skip,
            "truth": lambda: self._wish("truth"),
            "pointer": lambda: self._wish("pointer"),
            "gaze": lambda: self._wish("gaze"),
            "first": lambda: self.show_at(reel.starts_ns),
            "last": lambda: self.show_at(reel.ends_ns),
            "fullscreen": lambda: self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen),
            "close": self.close,
        }

    # --- the window

    def _lay_out(self) -> None:
        theme = current_theme()
        set_role(self.cases, "list")
        self.cases.setFixedWidth(theme.px(190))
        self.cases.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cases.setAccessibleName(self.tr("Cases of this sitting"))
        self.cases.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for sign in self._projector.signs:
            if sign.kind == "case":
                item = QListWidgetItem(f"{self.cases.count() + 1}   {sign.short}")
                item.setData(Qt.ItemDataRole.UserRole, sign.at_ns)
                item.setToolTip(sign.words)
                self.cases.addItem(item)
        heading = QLabel(self.tr("Cases"))
        heading.setContentsMargins(theme.space(3), theme.space(3), 0, theme.space(1))
        set_role(heading, "small")
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(heading)
        left.addWidget(self.cases, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(left)
        row.addWidget(self.view, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.controls)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.controls.wished.connect(self.perform)
        self.view.bar.sought.connect(self.show_at)
        self.cases.itemClicked.connect(lambda item: self.show_at(item.data(Qt.ItemDataRole.UserRole)))

    def _mark_case(self) -> None:
        """The case of this moment in the list, and the one after it fetched ahead."""
        cases = [each for each in self._projector.signs if each.kind == "case"]
        row = bisect_right([each.at_ns for each in cases], self.at_ns) - 1
        if row != self.cases.currentRow():
            self.cases.setCurrentRow(row)
        if row + 1 < len(cases) and not self._projector.is_waiting:
            self._fetcher.ahead(cases[row + 1].trial)

    def fail(self, failure: Failure) -> None:
        """An error of ours: say so; a replay changes nothing."""
        self._timer.stop()
        what = self.tr("Something went wrong in ReaderLab: {0}").format(failure.what)
        self.message.show_problem(StudyProblem(what, todo=self.tr("A report was written. Open the replay again.")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = KEYS.get(key_name(event))
        if command is None:
            super().keyPressEvent(event)
        else:
            self.perform(command)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        self._fetcher.close()
        event.accept()
