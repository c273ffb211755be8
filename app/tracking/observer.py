"""[Qt] The observer: turns Qt's events on the recorded widgets into events of the log.

What belongs here: one event filter, idleness, clocks and the freeze watchdog. What does not: meaning (windows record
commands and views as they carry them out), what lies under the pointer (pointer), text that somebody types, anything
outside the reading window.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Callable
from functools import partial
from time import monotonic_ns
from typing import IO, cast

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from app.tracking.clocks import ClockWatch
from app.tracking.events import (
    Event,
    FocusGained,
    FocusLost,
    IdleEnded,
    IdleStarted,
    KeyPressed,
    PointerPressed,
    PointerReleased,
    Slept,
    WheelTurned,
    WindowFroze,
)
from app.tracking.pointer import PointerWay, Sight
from app.tracking.recorder import clock

BEAT_MS = 100
WAY_BEATS = 2  # after so many of them the pointer's samples go to the log's writer, which writes them at once
FREEZE_FROM_MS = 250.0
TRACE_AFTER_S = 2.0
TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
WHEEL_STEP = 120.0  # eighths of a degree in one notch
SHIFTS = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
MOUSE_MOVE = QEvent.Type.MouseMove

Glance = Callable[[], Sight | None]  # what a viewport shows now; None where it shows no image


class Observer(QObject):
    """One event filter for the reading window and its viewports; hands events to `record`.

    `entered` and `left` tell over which panel the pointer comes and goes, `shifted` that one moved or was hidden.
    `freeze_trace`, an open file, receives the stacks of all threads when the window does not answer for 2 s.
    """

    entered = Signal(QWidget)
    left = Signal(QWidget)
    shifted = Signal()

    def __init__(
        self,
        record: Callable[[Event], None],
        *,
        idle_after_s: float = 30.0,
        freeze_trace: IO[str] | None = None,
        clocks: ClockWatch | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._record = record
        self._idle_after_ns = round(idle_after_s * 1e9)
        self._freeze_trace = freeze_trace
        self._clocks = clocks or ClockWatch()
        self._windows: list[QWidget] = []
        self.has_lost_focus = False
        self._viewports: dict[QObject, Glance] = {}
        self._panels: list[QWidget] = []
        self._way = PointerWay(record)
        self._beats = 0
        self._add = self._way.add
        self._last_input_ns = self._last_beat_ns = clock()
        self._idle = False
        pressed, released = partial(self._pressed, PointerPressed), partial(self._pressed, PointerReleased)
        self._handlers: dict[QEvent.Type, Callable[[QObject, QEvent], None]] = {
            QEvent.Type.TabletMove: cast(Callable[[QObject, QEvent], None], self._moved),
            QEvent.Type.MouseButtonPress: pressed,
            QEvent.Type.MouseButtonDblClick: pressed,  # Qt's second press of a double click
            QEvent.Type.TabletPress: pressed,
            QEvent.Type.MouseButtonRelease: released,
            QEvent.Type.TabletRelease: released,
            QEvent.Type.Wheel: self._wheeled,
            QEvent.Type.ShortcutOverride: self._key_pressed,
            QEvent.Type.WindowDeactivate: self._deactivated,
            QEvent.Type.WindowActivate: self._activated,
            QEvent.Type.Enter: lambda watched, _event: self.entered.emit(watched),
            QEvent.Type.Leave: lambda watched, _event: self.left.emit(watched),
            **{kind: lambda _watched, _event: self.shifted.emit() for kind in SHIFTS},
        }
        self._heart = QTimer(self)
        self._heart.setTimerType(Qt.TimerType.PreciseTimer)
        self._heart.timeout.connect(self.beat)
        self._heart.start(BEAT_MS)

    def watch_window(self, window: QWidget) -> None:
        """Record focus and keys (by name, outside text fields) of the reading window, or of one more beside it.

        Going from one of them to another loses no focus.
        """
        self._windows.append(window)
        window.installEventFilter(self)

    def watch_viewport(self, widget: QWidget, glance: Glance) -> None:
        """Record pointer, buttons and wheel over a viewport; `glance` says what it shows."""
        self._viewports[widget] = glance
        widget.setMouseTracking(True)
        widget.installEventFilter(self)

    def watch_panel(self, panel: QWidget) -> None:
        """Tell when the pointer comes over a part of the window, and when that part moves."""
        self._panels.append(panel)
        panel.installEventFilter(self)

    def flush(self) -> None:
        """Hand over the pointer samples kept so far; called before a trial ends or a decision is committed."""
        self._way.flush()

    def close(self) -> None:
        """Hand over what is kept, and stop watching."""
        self.flush()
        self._heart.stop()
        if self._freeze_trace is not None:
            faulthandler.cancel_dump_traceback_later()
        for widget in [*self._viewports, *self._panels, *self._windows]:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._viewports.clear()
        self._panels.clear()
        self._windows.clear()

    def beat(self) -> None:
        """Ten times a second: every other time samples go out; a late beat is a freeze, a long silence idleness."""
        self._beats += 1
        if self._beats % WAY_BEATS == 0:
            self.flush()
        now_ns = clock()
        befell = self._clocks.look(now_ns)
        for event in befell:
            self._record(event)
        late_ms = (now_ns - self._last_beat_ns) / 1e6 - BEAT_MS
        self._last_beat_ns = now_ns
        if late_ms >= FREEZE_FROM_MS and not any(isinstance(event, Slept) for event in befell):
            self._record(WindowFroze(at_ns=now_ns, frozen_ms=late_ms))
        if not self._idle and now_ns - self._last_input_ns >= self._idle_after_ns:
            self._idle = True
            self._record(IdleStarted(at_ns=self._last_input_ns + self._idle_after_ns))
        if self._freeze_trace is not None:
            faulthandler.dump_traceback_later(TRACE_AFTER_S, file=self._freeze_trace)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's hook: looks, never takes the event away. Moves of the mouse, the commonest by far, are done first."""
        kind = event.type()
        if kind is MOUSE_MOVE:
            self._moved(watched, event)  # type: ignore[arg-type]  # Qt's type says which class it is
        elif (handle := self._handlers.get(kind)) is not None:
            handle(watched, event)
        return False

    # --- one handler per kind of Qt event

    def _moved(self, watched: QObject, event: QMouseEvent) -> None:
        """A position is kept with what the viewport shows, and worked out at the next beat."""
        self._last_input_ns = now_ns = monotonic_ns()
        if self._idle:
            self._stir(now_ns)
        glance = self._viewports.get(watched)
        if glance is not None and (sight := glance()) is not None:
            x, y = event.position().toTuple()
            self._add((now_ns, x, y, sight))

    def _pressed(self, kind: type[PointerPressed] | type[PointerReleased], watched: QObject, event: QEvent) -> None:
        now_ns = self._input()
        mouse = cast(QMouseEvent, event)
        sight = self._sight(watched)
        if sight is None:
            return
        self.flush()  # the way that led there comes first
        place = sight.place(mouse.position().x(), mouse.position().y())
        self._record(
            kind(
                at_ns=now_ns,
                viewport=place.viewport,
                button=str(mouse.button().name).removesuffix("Button").lower(),
                series_uid=place.series_uid,
                column=place.column,
                row=place.row,
                slice_index=place.slice_index,
                position_mm=place.position_mm,
                stamp_ms=mouse.timestamp(),
            )
        )

    def _wheeled(self, watched: QObject, event: QEvent) -> None:
        now_ns = self._input()
        wheel = cast(QWheelEvent, event)
        sight = self._sight(watched)
        if sight is not None:
            steps = wheel.angleDelta().y() / WHEEL_STEP
            stamp_ms = wheel.timestamp()
            self._record(WheelTurned(at_ns=now_ns, viewport=sight.viewport, steps=steps, stamp_ms=stamp_ms))

    def _key_pressed(self, watched: QObject, event: QEvent) -> None:
        """Every key reaches the window as a ShortcutOverride, shortcuts too; text fields keep theirs to themselves."""
        now_ns = self._input()
        if watched in self._windows and not _typing():
            key = cast(QKeyEvent, event)
            self._record(KeyPressed(at_ns=now_ns, key=key_name(key), stamp_ms=key.timestamp()))

    def _deactivated(self, watched: QObject, event: QEvent) -> None:
        if watched in self._windows and QApplication.activeWindow() not in self._windows:
            self.has_lost_focus = True
            self._record(FocusLost(at_ns=clock()))

    def _activated(self, watched: QObject, event: QEvent) -> None:
        if watched not in self._windows:
            return
        self._input()
        if self.has_lost_focus:
            self.has_lost_focus = False
            self._record(FocusGained(at_ns=clock()))

    def _sight(self, watched: QObject) -> Sight | None:
        glance = self._viewports.get(watched)
        return glance() if glance is not None else None

    # --- idleness

    def _input(self) -> int:
        """Note that the reader did something, and return when."""
        self._last_input_ns = now_ns = clock()
        if self._idle:
            self._stir(now_ns)
        return now_ns

    def _stir(self, now_ns: int) -> None:
        self._idle = False
        self._record(IdleEnded(at_ns=now_ns))


def key_name(event: QKeyEvent) -> str:
    """The key's portable name with its modifiers, such as "PgDown" or "Ctrl+Z"; a modifier alone by Qt's name."""
    key = Qt.Key(event.key())
    if key in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr):
        return key.name.removeprefix("Key_")
    combination = QKeyCombination(event.modifiers(), key)
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)


def _typing() -> bool:
    widget = QApplication.focusWidget()
    return isinstance(widget, TEXT_FIELDS) or (isinstance(widget, QComboBox) and widget.isEditable())
