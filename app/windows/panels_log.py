"""The log of where the named parts of the window lie, and which of them the pointer is over.

What belongs here: turning places of widgets into PanelsPlaced, entering and leaving into PointerEntered. What does not:
Qt's events themselves (app.tracking.observer), where on an image the pointer is (grid_log).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.tracking.events import Event, PanelsPlaced, PointerEntered
from app.tracking.observer import Observer
from app.tracking.recorder import clock

Record = Callable[[Event], None]
Places = tuple[tuple[str, float, float, float, float], ...]
VIEWPORT = "viewport "
MENU = "menu"


class PanelsLog(QObject):
    """Writes where panels lie whenever that has changed, and each panel that the pointer comes over.

    `watch` may be called again with more panels; of two that overlap, the one named later lies on top.
    """

    def __init__(self, window: QWidget, observer: Observer, record: Record) -> None:
        super().__init__(window)
        self._window, self._observer, self._record = window, observer, record
        self._names: dict[QWidget, str] = {}
        self._over: list[QWidget] = []  # entered and not left, outermost first
        self._told_over = ""
        self._told: tuple[Places, str] = ((), "")  # and on which screen
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._tell_places)
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._tell_over)
        observer.entered.connect(self._enter)
        observer.left.connect(self._leave)
        observer.shifted.connect(self._soon.start)

    def watch(self, panels: Mapping[str, QWidget]) -> None:
        """Follow these from now on."""
        for name, panel in panels.items():
            self._names[panel] = name
            part: QWidget | None = panel
            while part is not None:  # what moves with its parent is not told so itself
                self._observer.watch_panel(part)
                part = part.parentWidget()
        self._soon.start()

    def look_again(self) -> None:
        """The window may be on another screen, or its screen lie or count elsewhere."""
        self._soon.start()

    def _tell_places(self) -> None:
        screen = self._window.screen()
        origin = screen.geometry().topLeft()
        placed = []
        for panel, name in self._names.items():
            seen = panel.visibleRegion().boundingRect() if panel.isVisible() else None
            if seen is None or seen.isEmpty():
                continue
            rect = panel.rect() if name.startswith(VIEWPORT) else seen
            corner = panel.mapToGlobal(rect.topLeft()) - origin
            placed.append((name, float(corner.x()), float(corner.y()), float(rect.width()), float(rect.height())))
        now = tuple(placed), screen.name()
        if now != self._told:
            self._told = now
            self._record(PanelsPlaced(at_ns=clock(), panels=now[0], screen=now[1]))

    def _enter(self, panel: QWidget) -> None:
        if panel in self._names:
            self._over = [each for each in self._over if each is not panel] + [panel]
            self._settled.start()

    def _leave(self, panel: QWidget) -> None:
        """Qt tells what was left before what is entered: both count once it has told all."""
        if panel in self._over:
            self._over.remove(panel)
            self._settled.start()

    def _tell_over(self) -> None:
        is_menu = isinstance(QApplication.activePopupWidget(), QMenu)
        over = MENU if is_menu else self._names[self._over[-1]] if self._over else ""
        if over != self._told_over:
            self._told_over = over
            self._record(PointerEntered(at_ns=clock(), panel=over))
