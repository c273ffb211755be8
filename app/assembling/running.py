"""A study run at this workstation: `readerlab run`.

What belongs here: opening study, store and window in order, and closing them whatever happens. What does not: the parts
of a sitting (composer), the process around a window (application).
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.assembling.application import application, guard_window, leave_out_start_up
from app.assembling.composer import Composer, RunPlan, Safety
from study_configs.problem import StudyProblem
from study_configs.words import phrase, translate

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.crash import FaultFile
    from app.store.safety.playback import PlayedBack
    from app.store.writer import StoreWriter
    from app.windows.workstation import Workstation
    from study_configs.study import Study

FAULT_FILE = "fault.log"
LEFT_HELD = phrase(
    "Problems",
    "It waits in the emergency journal in {folder}, and is saved when this store is next opened here. Make the store "
    "writable, then start ReaderLab again.",
)


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How the run ended: the exit status, the receipt of a sitting that ended, and why a simulated reader left."""

    status: int
    receipt: str
    problem: StudyProblem | None = None
    remark: str = ""  # what the coordinator should know, though nothing is lost


def run(plan: RunPlan, load_study: Callable[[], Study]) -> RunOutcome:
    """Open the window on a study and stay until it is closed.

    Raises StudyProblem where the study or the store can't be opened, or the store can't be closed in order; a window
    with that message was shown then.
    """
    gc.disable()  # nothing that start-up makes is garbage; looking for it costs a tenth of the time (later: collecting)
    app = application(plan.size)
    try:
        study = load_study()
        _refuse_bad_results(study)
        writer = _open_store(plan.store, plan.safety)
        try:
            outcome = _run(plan, study, writer, app)
        finally:
            _close(writer)
        return _with_backup(outcome, plan, writer, app)
    except StudyProblem as problem:
        if not plan.simulate:
            _show_alone(app, problem)
        raise


def _close(writer: StoreWriter) -> None:
    """Let go of the store. Raises StudyProblem, with where it waits, for what could not be saved up to the end."""
    try:
        writer.close()
    except StudyProblem as problem:
        journal = writer.held.journal if writer.held is not None else None
        if journal is None:
            raise
        waits = translate("Problems", LEFT_HELD).format(folder=journal.parent)
        raise StudyProblem(problem.what, where=problem.where, todo=waits) from problem


def _refuse_bad_results(study: Study) -> None:
    """The coordinator is told at the start, rather than every reader case by case. Raises StudyProblem."""
    if any(ai.results is not None for ai in study.protocol.ai.values()):
        from app.advice.result_files import refuse_unreadable

        refuse_unreadable(study)


def _with_backup(outcome: RunOutcome, plan: RunPlan, writer: StoreWriter, app: QApplication) -> RunOutcome:
    """The store is safe and closed; a backup that failed is said, and takes nothing away from the sitting."""
    if writer.backup_problem is None:
        return outcome
    if not plan.simulate:
        _show_alone(app, writer.backup_problem)
    return replace(outcome, remark=str(writer.backup_problem))


def _open_store(path: Path, safety: Safety) -> StoreWriter:
    from app.store.safety.backup import Backups, beside
    from app.store.writer import StoreWriter
    from app.version import version

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyProblem(
            f"The folder of the store can't be made ({error.strerror}).",
            where=str(path.parent),
            todo="Choose a place that you may write, with --store.",
        ) from error
    backups = Backups(safety.backups or beside(path).folder, safety.backups_kept)
    return StoreWriter(path, program_version=version(), journals=safety.journals, backups=backups)


def _run(plan: RunPlan, study: Study, writer: StoreWriter, app: QApplication) -> RunOutcome:
    from app.crash import FaultFile

    composer = Composer(plan, study, writer, app)
    window = composer.workstation()
    window.save_seal = partial(_save_seal, window, writer)
    fault = FaultFile(plan.store.parent / FAULT_FILE)
    if fault.last_run_died_of and not plan.simulate:
        window.tell(_news(fault))
    for played in writer.played_back:
        window.tell(_played_back(played, plan.store))
    guard = guard_window(plan.store.parent, window)
    try:
        _show(window, plan)
        begin(window, plan)
        app.exec()
    finally:
        guard()
        composer.close()
        fault.close()
    return RunOutcome(window.exit_code, window.receipt, window.left_for)


def _save_seal(window: Workstation, writer: StoreWriter, path: Path) -> None:
    """The seal of the sitting that the window showed. Raises StudyProblem."""
    from app.store.seals import take
    from app.version import version
    from app.windows.seal_file import write_seal

    assert window.driver is not None  # who says farewell to a sitting had one
    sitting = window.driver.recorder.sitting
    write_seal(writer.run(lambda store: take(store, version(), sitting)).result(), path)


def _news(fault: FaultFile) -> StudyProblem:
    return StudyProblem(
        "ReaderLab stopped unexpectedly the last time.",
        where=str(fault.path.parent),
        todo="Nothing that was shown as saved is lost. What it said last lies beside the store.",
    )


def _played_back(played: PlayedBack, store: Path) -> StudyProblem:
    if played.kept is None:
        return StudyProblem(
            phrase("Problems", "What could not be saved the last time has been saved now, from the emergency journal."),
            where=str(store),
            todo=phrase("Problems", "You can go on reading."),
        )
    return StudyProblem(
        phrase("Problems", "An emergency journal could not be played back whole; it was kept."),
        where=f"{played.kept}: {played.why}",
        todo=phrase("Problems", "Tell the coordinator of the study, and keep that file."),
    )


def _show(window: Workstation, plan: RunPlan) -> None:
    if plan.size is not None:
        window.resize(*plan.size)
        window.show()
    else:
        window.showMaximized()
    leave_out_start_up()


def begin(window: Workstation, plan: RunPlan) -> None:
    """Let a simulated reader take the controls, or sign the named reader in; where there are PINs, it is asked for."""
    if plan.simulate:
        from app.simulated.reader import SimulatedReader

        window.unattended = True
        name = plan.reader or f"simulated-{plan.simulate}"
        reader = SimulatedReader(window, plan.simulate, name, plan.screenshots, plan.pin)
        reader.start()
    elif plan.reader and not window.sign_in_page.asks_pin:
        from PySide6.QtCore import QTimer

        QTimer.singleShot(0, lambda: window.begin(plan.reader))


def _show_alone(app: QApplication, problem: StudyProblem) -> None:
    """A window with nothing but this message, for those who started ReaderLab without a terminal."""
    from PySide6.QtWidgets import QMainWindow

    from app.windows.message import MessageOverlay
    from app.windows.workstation import TITLE

    window = QMainWindow()
    window.setWindowTitle(TITLE)
    window.resize(720, 360)
    message = MessageOverlay(window)
    message.chosen.connect(window.close)
    window.show()
    message.show_problem(problem)
    app.exec()
