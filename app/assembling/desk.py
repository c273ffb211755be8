"""The coordinator's desk put together: the window, the reading windows of a preview, and dry runs.

What belongs here: making these parts and handing them to each other. What does not: what any of them does.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.assembling.application import application, folder_for_reports, guard_window
from app.assembling.composer import PREPARED, Composer, RunPlan
from app.conduct.previewing import READER, PreviewAs, walk
from app.version import version
from study_configs.study import Study

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.windows.desk.jobs import Step
    from app.windows.desk.window import DeskWindow

CLEARED_WITHIN_S = 120


class TemporaryWalk:
    """A workstation in the middle of a study, on a store in a folder that is deleted with it."""

    def __init__(self, study: Study, wished: PreviewAs, app: QApplication, prepared: Path | None = None) -> None:
        from app.conduct.enrolling import protocol_record
        from app.store.enrolment import enrol
        from app.store.writer import StoreWriter

        walked, order = walk(study, wished)
        self._folder = tempfile.TemporaryDirectory(prefix="readerlab-preview-")
        folder = Path(self._folder.name)
        if prepared is not None and prepared.is_dir():
            shutil.copytree(prepared, folder / PREPARED)
        self._writer = StoreWriter(folder / "preview.sqlite", program_version=version())
        frozen = json.loads(order.to_json())
        enrol(
            self._writer, READER, protocol_record(study), lambda _index: frozen, models={}, truth=study.truth.to_json()
        )
        self._composer = Composer(RunPlan(folder / "preview.sqlite", READER), walked, self._writer, app)
        self.window = self._composer.workstation()
        self.window.begin(READER)

    def close(self) -> None:
        self._composer.close()
        self._writer.close()
        threading.Thread(target=_cleared, args=(self._folder,), name="preview-clear").start()


def _cleared(folder: tempfile.TemporaryDirectory[str]) -> None:
    """Delete the folder as soon as nothing writes into it any more: an AI result that was being made ends first."""
    for _ in range(CLEARED_WITHIN_S * 10):
        try:
            folder.cleanup()
        except OSError:
            time.sleep(0.1)
        else:
            return
    folder.cleanup()  # now it may be said what holds it


def desk_window(store: Path | None, app: QApplication) -> DeskWindow:
    """The desk's window, not shown yet. `store` None: the one beside the study file."""
    from app.windows.desk.window import DeskWindow

    def preview(study: Study, wished: PreviewAs) -> TemporaryWalk:
        return TemporaryWalk(study, wished, app, window.session.store.parent / PREPARED)

    window = DeskWindow(preview, run_dry, store=store)
    return window


def run_dry(study: Study, step: Step) -> tuple[str, ...]:
    """Let simulated readers fill the study; what went wrong, a sentence each. Raises StudyProblem.

    Nobody reads before AI results and images are right, as with `readerlab check --dry-run`.
    """
    from app.checking.study_files import file_problems
    from app.dry_running.run import dry_run

    wrong = [each for each in file_problems(study, step) if each.severity == "error"]
    if wrong:
        return tuple(each.to_text() for each in wrong)
    return tuple(str(problem) for problem in dry_run(study, step).problems)


def run_desk(protocol: Path | None, store: Path | None) -> int:
    """Open the desk and stay until it is closed. Returns the exit status."""
    app = application()
    window = desk_window(store, app)
    place = store.parent if store is not None else protocol.parent if protocol is not None else Path.home()
    guard = guard_window(folder_for_reports(place), window)
    try:
        window.showMaximized()
        if protocol is not None:
            window.open_study(protocol)
        app.exec()
    finally:
        guard()
    return window.exit_code
