"""The images in a window of their own, on the next screen where there is one.

What belongs here: taking the grid out of its place and putting it back. What does not: what is on it.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QApplication, QLabel, QSplitter, QVBoxLayout, QWidget

from viewers.grid import ViewportGrid

COMMAND = "window.second"


class ScreenDesk(QObject):
    """Does `window.second`. Keys that the images do not take go on to the window that they came from."""

    moved = Signal(bool)  # into a window of their own (True), or back

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._window: ImageWindow | None = None
        self._stand_in: QLabel | None = None
        grid.add_performer(self.perform)

    @property
    def is_out(self) -> bool:
        return self._window is not None

    def perform(self, command_id: str) -> bool:
        if command_id != COMMAND:
            return False
        self.bring_back() if self.is_out else self.take_out()
        return True

    def take_out(self) -> None:
        """Moves the images to the next screen, full screen; to a window over this one where there is one screen."""
        home = self._grid.parentWidget()
        if self.is_out or home is None:
            return
        here = self._grid.screen()
        self._stand_in = QLabel(self.tr("The images are in a window of their own. Ctrl+F11 brings them back."))
        self._stand_in.setAlignment(Qt.AlignmentFlag.AlignCenter)
        _exchange(self._grid, self._stand_in)
        self._window = ImageWindow(self._grid, home)
        self._window.closed.connect(self.bring_back)
        self._show_on(next_screen(here), here)
        self._grid.show()
        self._grid.setFocus()
        self.moved.emit(True)

    def bring_back(self) -> None:
        if self._window is None or self._stand_in is None:
            return
        window, self._window = self._window, None
        _exchange(self._stand_in, self._grid)
        self._stand_in.deleteLater()
        self._stand_in = None
        window.hide()
        window.deleteLater()
        self._grid.show()
        self._grid.setFocus()
        self.moved.emit(False)

    def _show_on(self, screen: QScreen, here: QScreen) -> None:
        if self._window is None:
            return
        self._window.setGeometry(screen.availableGeometry())
        if screen is here:
            self._window.show()
        else:
            self._window.setScreen(screen)
            self._window.showFullScreen()


class ImageWindow(QWidget):
    """Holds the grid; passes on what it does not take."""

    closed = Signal()

    def __init__(self, grid: ViewportGrid, home: QWidget) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._home = home
        self.setWindowTitle(home.window().windowTitle() or self.tr("Images"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(grid)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        QApplication.sendEvent(self._home, event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        QApplication.sendEvent(self._home, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()  # the images are never closed: they go back
        self.closed.emit()


def next_screen(here: QScreen) -> QScreen:
    """The screen after this one, round about; this one where it is alone."""
    screens = QGuiApplication.screens()
    return screens[(screens.index(here) + 1) % len(screens)]


def _exchange(there: QWidget, fresh: QWidget) -> None:
    """Puts `fresh` where `there` is, in whatever layout or splitter that is."""
    holder = there.parentWidget()
    if isinstance(holder, QSplitter):
        holder.replaceWidget(holder.indexOf(there), fresh)
    elif holder is not None and (layout := holder.layout()) is not None:
        layout.replaceWidget(there, fresh)
