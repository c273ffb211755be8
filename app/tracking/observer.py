"""[Qt] The observer: turns Qt's events on the recorded widgets into events of the log.

What belongs here: one event filter, pointer batches, idleness, the freeze watchdog. What does not: meaning (windows
record commands and views as they carry them out), text that somebody types, anything outside the reading window.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, cast

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from app.tracking.events import (
    Clicked,
    Event,
    FocusGained,
    FocusLost,
    IdleEnded,
    IdleStarted,
    KeyPressed,
    PointerMoved,
    WheelTurned,
    WindowFroze,
)
from app.tracking.recorder import clock

BEAT_MS = 100
POINTER_FLUSH_NS = 250_000_000
POINTER_SAMPLES = 64
FREEZE_FROM_MS = 250.0
TRACE_AFTER_S = 2.0
TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
WHEEL_STEP = 120.0  # eighths of a degree in one notch

Sample = tuple[int, float, float, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a widget position lies: image point (column, row; pixel centres at integers) on a slice of a viewport."""

    viewport: int
    column: float
    row: float
    slice_index: int


Locate = Callable[[float, float], Place | None]  # widget position in logical pixels; None beside the image


class Observer(QObject):
    """One event filter for the reading window and its viewports; hands events to `record`, keeps none.

    `freeze_trace`, an open file, receives the stacks of all threads when the window does not answer for 2 s.
    """

    def __init__(
        self,
        record: Callable[[Event], None],
        *,
        idle_after_s: float = 30.0,
        freeze_trace: IO[str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._record = record
        self._idle_after_ns = round(idle_after_s * 1e9)
        self._freeze_trace = freeze_trace
        self._window: QWidget | None = None
        self._viewports: dict[QObject, Locate] = {}
        self._samples: dict[int, list[Sample]] = {}
        self._last_input_ns = self._last_beat_ns = clock()
        self._idle = False
        self._handlers: dict[QEvent.Type, Callable[[QObject, QEvent], None]] = {
            QEvent.Type.MouseMove: self._moved,
            QEvent.Type.MouseButtonPress: self._clicked,
            QEvent.Type.Wheel: self._wheeled,
            QEvent.Type.ShortcutOverride: self._pressed,
            QEvent.Type.WindowDeactivate: self._deactivated,
            QEvent.Type.WindowActivate: self._activated,
        }
        self._heart = QTimer(self)
        self._heart.setTimerType(Qt.TimerType.PreciseTimer)
        self._heart.timeout.connect(self._beat)
        self._heart.start(BEAT_MS)

    def watch_window(self, window: QWidget) -> None:
        """Record focus and keys (by name, outside text fields) of the reading window."""
        self._window = window
        window.installEventFilter(self)

    def watch_viewport(self, widget: QWidget, locate: Locate) -> None:
        """Record pointer, clicks and wheel over a viewport; `locate` maps its positions to image points."""
        self._viewports[widget] = locate
        widget.setMouseTracking(True)
        widget.installEventFilter(self)

    def flush(self) -> None:
        """Hand over the pointer samples kept so far; called before a trial ends or a decision is committed."""
        for viewport, samples in self._samples.items():
            self._record(PointerMoved(at_ns=samples[-1][0], viewport=viewport, samples=tuple(samples)))
        self._samples.clear()

    def close(self) -> None:
        """Hand over what is kept, and stop watching."""
        self.flush()
        self._heart.stop()
        if self._freeze_trace is not None:
            faulthandler.cancel_dump_traceback_later()
        for widget in [*self._viewports, self._window]:
            if widget is not None:
                widget.removeEventFilter(self)
        self._viewports.clear()
        self._window = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's hook: looks, never takes the event away."""
        handle = self._handlers.get(event.type())
        if handle is not None:
            handle(watched, event)
        return False

    # --- one handler per kind of Qt event

    def _moved(self, watched: QObject, event: QEvent) -> None:
        now_ns = self._input()
        place = self._place(watched, cast(QMouseEvent, event))
        if place is None:
            return
        samples = self._samples.setdefault(place.viewport, [])
        samples.append((now_ns, place.column, place.row, place.slice_index))
        if len(samples) >= POINTER_SAMPLES or now_ns - samples[0][0] >= POINTER_FLUSH_NS:
            self.flush()

    def _clicked(self, watched: QObject, event: QEvent) -> None:
        now_ns = self._input()
        mouse = cast(QMouseEvent, event)
        place = self._place(watched, mouse)
        if place is not None:
            self._record(_click(now_ns, mouse.button(), place))

    def _wheeled(self, watched: QObject, event: QEvent) -> None:
        now_ns = self._input()
        wheel = cast(QWheelEvent, event)
        place = self._place(watched, wheel)
        if place is not None:
            steps = wheel.angleDelta().y() / WHEEL_STEP
            self._record(WheelTurned(at_ns=now_ns, viewport=place.viewport, steps=steps))

    def _pressed(self, watched: QObject, event: QEvent) -> None:
        """Every key reaches the window as a ShortcutOverride, shortcuts too; text fields keep theirs to themselves."""
        now_ns = self._input()
        if watched is self._window and not _typing():
            self._record(KeyPressed(at_ns=now_ns, key=key_name(cast(QKeyEvent, event))))

    def _deactivated(self, watched: QObject, event: QEvent) -> None:
        if watched is self._window:
            self._record(FocusLost(at_ns=clock()))

    def _activated(self, watched: QObject, event: QEvent) -> None:
        if watched is self._window:
            self._input()
            self._record(FocusGained(at_ns=clock()))

    def _place(self, watched: QObject, event: QMouseEvent | QWheelEvent) -> Place | None:
        locate = self._viewports.get(watched)
        if locate is None:
            return None
        position = event.position()
        return locate(position.x(), position.y())

    # --- idleness and freezes

    def _input(self) -> int:
        """Note that the reader did something, and return when."""
        now_ns = clock()
        self._last_input_ns = now_ns
        if self._idle:
            self._idle = False
            self._record(IdleEnded(at_ns=now_ns))
        return now_ns

    def _beat(self) -> None:
        """Ten times a second: a late beat is a freeze, a long silence is idleness, and old samples go out."""
        now_ns = clock()
        late_ms = (now_ns - self._last_beat_ns) / 1e6 - BEAT_MS
        self._last_beat_ns = now_ns
        if late_ms >= FREEZE_FROM_MS:
            self._record(WindowFroze(at_ns=now_ns, frozen_ms=late_ms))
        if not self._idle and now_ns - self._last_input_ns >= self._idle_after_ns:
            self._idle = True
            self._record(IdleStarted(at_ns=self._last_input_ns + self._idle_after_ns))
        if any(now_ns - samples[0][0] >= POINTER_FLUSH_NS for samples in self._samples.values()):
            self.flush()
        if self._freeze_trace is not None:
            faulthandler.dump_traceback_later(TRACE_AFTER_S, file=self._freeze_trace)


def key_name(event: QKeyEvent) -> str:
    """The key's portable name with its modifiers, such as "PgDown" or "Ctrl+Z"; a modifier alone by Qt's name."""
    key = Qt.Key(event.key())
    if key in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr):
        return key.name.removeprefix("Key_")
    combination = QKeyCombination(event.modifiers(), key)
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)


def _click(at_ns: int, button: Qt.MouseButton, place: Place) -> Clicked:
    return Clicked(
        at_ns=at_ns,
        viewport=place.viewport,
        button=str(button.name).removesuffix("Button").lower(),
        column=place.column,
        row=place.row,
        slice_index=place.slice_index,
    )


def _typing() -> bool:
    widget = QApplication.focusWidget()
    return isinstance(widget, TEXT_FIELDS) or (isinstance(widget, QComboBox) and widget.isEditable())
