"""The log of what surrounds the reading: the program, the monitors, the parts of the window and their places.

What belongs here: starting these logs for one sitting. What does not: what each writes (panels_log, monitors_log), and
what the reader does (app.tracking.observer).
"""

from __future__ import annotations

import platform
from typing import Literal

from PySide6.QtCore import QObject, qVersion
from PySide6.QtWidgets import QWidget

from app.tracking.events import ApplicationEnded, ApplicationStarted
from app.tracking.observer import Observer
from app.tracking.recorder import clock
from app.version import version
from app.windows.monitors_log import MonitorsLog
from app.windows.panels_log import PanelsLog
from app.windows.rooms import Room
from app.windows.sitting_driver import SittingDriver

LOADED_NS = clock()  # the windows are loaded right after the program starts


class Surroundings(QObject):
    """Follows the program and its window from now on, and the room; `watch` adds parts that come later."""

    def __init__(self, window: QWidget, driver: SittingDriver, observer: Observer, room: Room) -> None:
        super().__init__(window)
        self._driver, self._observer = driver, observer
        driver.observe(_started())
        self.monitors = MonitorsLog(window, driver.observe)
        self.panels = PanelsLog(window, observer, driver.observe)
        self.panels.watch(room.panels)
        self.monitors.changed.connect(self.panels.look_again)
        room.light.screens.moved.connect(lambda is_out: self._follow_images(room) if is_out else None)

    def end(self, why: Literal["window_closed", "failed"]) -> None:
        """The program ends while the sitting still goes on."""
        self._observer.flush()
        self._driver.observe(ApplicationEnded(at_ns=clock(), why=why))

    def _follow_images(self, room: Room) -> None:
        """The images have a window of their own: it belongs to the reading like the first one."""
        self._observer.watch_window(room.grid.window())
        self.panels.watch(room.panels)


def _started() -> ApplicationStarted:
    now_ns = clock()
    return ApplicationStarted(
        at_ns=now_ns,
        running_for_ms=round((now_ns - LOADED_NS) / 1e6, 1),
        program_version=version(),
        python=platform.python_version(),
        qt=qVersion() or "",
        system=f"{platform.system()} {platform.release()}",
    )
