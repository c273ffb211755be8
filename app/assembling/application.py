"""The process that windows live in: one application, errors of ours caught, requests to stop heard, garbage in time.

What belongs here: what every window of ours needs around it. What does not: any one window.
"""

from __future__ import annotations

import gc
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.crash import Failure
    from app.windows.desk.window import DeskWindow
    from app.windows.replay.window import ReplayWindow
    from app.windows.viewer import ViewerWindow
    from app.windows.workstation import Workstation

SIGNAL_MS = 250  # how soon a request to stop is heard
SWITCH_S = 0.001  # how long a thread may keep the window's thread from running


def application(size: tuple[int, int] | None = None) -> QApplication:
    """The one QApplication, in ReaderLab's look and the system's language; in the scale that suits `size` if given."""
    from PySide6.QtWidgets import QApplication

    from app.assembling.collecting import collector
    from app.windows.language import choose, install_language
    from app.windows.theme import apply_theme, scale_for

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # nobody makes a smaller one
    app.setApplicationName("ReaderLab")
    apply_theme(app, scale_for(size[1]) if size is not None else None)
    install_language(app, choose())
    collector(app)
    sys.setswitchinterval(SWITCH_S)
    return app


def folder_for_reports(wished: Path) -> Path:
    """Where a report of an error of ours would lie: beside the settings, or where anybody may write."""
    try:
        wished.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir())
    return wished


def guard_window(folder: Path, window: Workstation | ViewerWindow | DeskWindow | ReplayWindow) -> Callable[[], None]:
    """Catch every error of ours, and the signals that ask to stop; returns what takes the guard away again."""
    from PySide6.QtCore import QObject, Qt, QTimer, Signal, qInstallMessageHandler

    from app.crash import CrashHook
    from app.windows.qt_messages import install_qt_messages

    class Bridge(QObject):
        """Carries a failure from the thread it happened in to the window's, and a signal out of what it fell into."""

        failed = Signal(object)
        asked_to_leave = Signal()

    bridge = Bridge(window)
    bridge.failed.connect(window.fail, Qt.ConnectionType.QueuedConnection)
    # Python runs a signal's handler between any two steps of ours, within a paint event or a half-taken answer too
    bridge.asked_to_leave.connect(window.close, Qt.ConnectionType.QueuedConnection)

    def on_failure(failure: Failure) -> None:
        lies = f"The report lies in {hook.reports[-1].parent}."
        print(f"Something went wrong in ReaderLab: {failure.kind}. {lies}", file=sys.stderr)
        bridge.failed.emit(failure)

    hook = CrashHook(folder, on_failure)
    hook.install()
    install_qt_messages(hook.take)
    before = [signal.signal(each, lambda *_: bridge.asked_to_leave.emit()) for each in (signal.SIGINT, signal.SIGTERM)]
    ticking = QTimer(window, interval=SIGNAL_MS)
    ticking.timeout.connect(lambda: None)  # Python looks at signals while it runs only; Qt's loop can sleep for ever
    ticking.start()

    def take_away() -> None:
        ticking.stop()
        hook.uninstall()
        qInstallMessageHandler(None)
        for each, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(each, handler)

    return take_away


def leave_out_start_up() -> None:
    """Collections from now on (collecting) leave out what start-up made, and are short."""
    gc.freeze()
