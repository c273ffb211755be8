"""An eye tracker's check in a window of its own, without a study: `readerlab gaze`.

What belongs here: that window's life. What does not: its page (app.windows.gaze).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.assembling.application import application

if TYPE_CHECKING:
    from app.tracking.events import Event, GazeCalibrated
    from study_configs.tracking import Tracking


def check_gaze(asked: Tracking) -> GazeCalibrated | None:
    """Show the check until it is accepted or left; the last check, None where none was made."""
    from PySide6.QtWidgets import QMainWindow

    from app.tracking.events import GazeCalibrated
    from app.windows.gaze.gaze_desk import GazeDesk
    from app.windows.gaze.gaze_plan import gaze_plan
    from app.windows.icons import window_icon

    plan = gaze_plan(asked)
    assert plan is not None  # the command asks for gaze
    app = application()
    made: list[GazeCalibrated] = []

    def observe(event: Event) -> None:
        if isinstance(event, GazeCalibrated):
            made.append(event)

    window = QMainWindow()
    window.setWindowIcon(window_icon())
    window.setWindowTitle("ReaderLab – research use, not for diagnosis")
    desk = GazeDesk(window, plan, observe)
    desk.page_wanted.connect(lambda page, _name: window.setCentralWidget(page))
    desk.checked.connect(window.close)
    desk.start()
    window.showMaximized()
    desk.check()
    try:
        app.exec()
    finally:
        desk.close()
    return made[-1] if made else None
