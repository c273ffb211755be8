"""The plain viewer put together: `readerlab view`.

What belongs here: making that window and staying until it is closed. What does not: what it shows (app.windows.viewer).
"""

from __future__ import annotations

import gc
from pathlib import Path

from app.assembling.application import application, folder_for_reports, guard_window, leave_out_start_up


def view(path: Path) -> int:
    """Open the plain viewer on a folder, an archive or a file, and stay until it is closed. Returns the exit status."""
    from PySide6.QtCore import QTimer

    from app.windows.language import suit
    from app.windows.viewer import ViewerWindow
    from viewers.screens import set_measured
    from viewers.settings import SettingsFile, settings_path

    gc.disable()  # as in running.run
    app = application()
    file = SettingsFile(settings_path("viewer"))
    file.read_or_go_on()
    set_measured(dict(file.settings.px_per_mm))
    suit(app, file.settings)
    window = ViewerWindow(file)
    guard = guard_window(folder_for_reports(file.path.parent), window)
    try:
        window.showMaximized()
        leave_out_start_up()
        QTimer.singleShot(0, lambda: window.open_path(path))
        if problem := file.problem:
            QTimer.singleShot(0, lambda: window.message.show_problem(problem))
        return app.exec()
    finally:
        guard()
