"""The log of the workstation's monitors, and of the one that the reading window is on.

What belongs here: turning Qt's screens into MonitorsDescribed, again whenever they change. What does not: what people
declare of a display (display_page), how large things are on it (viewers.screens).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from app.tracking.events import Event, MonitorsDescribed
from app.tracking.recorder import clock

Monitor = tuple[str, str, int, int, int, int, int, int, float, float, float, float]


class MonitorsLog(QObject):
    """Describes the monitors at once, and again when one comes, goes, changes, or the window is moved to another.

    `changed` follows each description after the first.
    """

    changed = Signal()

    def __init__(self, window: QWidget, record: Callable[[Event], None]) -> None:
        super().__init__(window)
        self._window, self._record = window, record
        self._told: tuple[tuple[Monitor, ...], str] | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._tell)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)  # there is a window
        app.screenAdded.connect(self._follow)
        app.screenRemoved.connect(self._soon.start)
        app.primaryScreenChanged.connect(self._soon.start)
        for screen in QGuiApplication.screens():
            self._follow(screen)
        handle = window.window().windowHandle()
        if handle is not None:
            handle.screenChanged.connect(self._soon.start)
        self._tell()

    def _follow(self, screen: QScreen) -> None:
        for changed in (screen.geometryChanged, screen.physicalSizeChanged, screen.refreshRateChanged):
            changed.connect(self._soon.start)
        screen.logicalDotsPerInchChanged.connect(self._soon.start)
        self._soon.start()

    def _tell(self) -> None:
        now = tuple(_described(screen) for screen in QGuiApplication.screens()), self._window.screen().name()
        if now == self._told:
            return
        is_news, self._told = self._told is not None, now
        self._record(MonitorsDescribed(at_ns=clock(), monitors=now[0], window_on=now[1]))
        if is_news:
            self.changed.emit()


def _described(screen: QScreen) -> Monitor:
    """A screen as MonitorsDescribed lists it; without its serial number, which names one machine."""
    place, scale, size = screen.geometry(), screen.devicePixelRatio(), screen.physicalSize()
    return (
        screen.name(),
        " ".join(part for part in (screen.manufacturer(), screen.model()) if part),
        round(place.width() * scale),
        round(place.height() * scale),
        place.x(),
        place.y(),
        place.width(),
        place.height(),
        scale,
        round(size.width(), 1),
        round(size.height(), 1),
        round(screen.refreshRate(), 2),
    )
