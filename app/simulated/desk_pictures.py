"""Pictures of the coordinator's desk for docs/desk.md: every page, with readers at every stage, on two screens.

What belongs here: what each picture shows. What does not: the study in them (desk_study) and the text around them.
Run as `python -m app.simulated.desk_pictures docs/images/desk`; it needs no other files.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from app.conduct.previewing import PreviewAs
from app.simulated.desk_study import COORDINATOR, PASSWORD, make_desk_study
from app.simulated.layer_pictures import write
from app.windows.desk.preview_page import Walk
from app.windows.desk.recent import RecentFiles
from app.windows.desk.window import DeskWindow
from app.windows.theme import apply_theme, scale_for
from study_configs.problem import ProgramError
from study_configs.study import Study

SIZE = (1280, 800)
PATIENCE_S = 60.0
MISTAKES = (("at: balanced", "at: ballanced"), ("planned: 12", "plannd: 12"), ("washout_days: 28", "washout_days: -3"))
AMENDED = (("version: 1.0.0", "version: 1.1.0"), ("expected_s: 45", "expected_s: 60"), ("planned: 12", "planned: 16"))

MakeWalk = Callable[[Study, PreviewAs], Walk]


@dataclass(slots=True)
class Studio:
    """The desk's window and the study file that it shows."""

    app: QApplication
    window: DeskWindow
    file: Path

    def until(self, is_there: Callable[[], object], what: str) -> None:
        """Let the window live until something is there. Raises ProgramError after a minute."""
        since = time.monotonic()
        while not is_there():
            if time.monotonic() - since > PATIENCE_S:
                raise ProgramError(f"The picture waited in vain for {what}.")
            self.app.processEvents()
            time.sleep(0.005)
        self.rest()

    def rest(self, seconds: float = 0.3) -> None:
        since = time.monotonic()
        while time.monotonic() - since < seconds:
            self.app.processEvents()

    def rewrite(self, changes: tuple[tuple[str, str], ...]) -> None:
        """Change the file on the disk, as an editor would, and wait until the desk has seen it."""
        text = self.file.read_text(encoding="utf-8")
        for old, new in changes:
            text = text.replace(old, new)
        before = self.window.session.checked
        self.file.write_text(text, encoding="utf-8")
        self.until(lambda: self.window.session.checked is not before, "the file to be read again")


def take(folder: Path, app: QApplication, make_walk: MakeWalk) -> None:
    """Take every picture."""
    apply_theme(app, scale_for(SIZE[1]))
    place = folder / f"{SIZE[0]}x{SIZE[1]}"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="readerlab-desk-") as scratch:
        file = make_desk_study(Path(scratch) / "when-ai-comes")
        window = DeskWindow(make_walk, lambda study, step: (), recent=RecentFiles(Path(scratch) / "recent.json"))
        window.resize(*SIZE)
        window.show()
        for name, widget in _shots(Studio(app, window, file)):
            app.processEvents()
            write(widget.grab(), place / f"{name}.png")
        window.close()


def _shots(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """Each picture's name and what to take, in the order of a coordinator's day."""
    window, session = studio.window, studio.window.session
    window.recent.add(studio.file)
    window.start.follow()
    yield "start", window
    window.open_study(studio.file)
    studio.until(lambda: session.governed.has_coordinator, "the store")
    window.sign_in.name.setText(COORDINATOR)
    window.sign_in.password.setText(PASSWORD)
    yield "sign-in", window
    window.sign_in.go_on()
    studio.until(lambda: session.who is not None, "the sign-in")
    studio.rest()
    yield "protocol", window
    window.protocol.tabs.setCurrentIndex(2)
    yield "dry-run", window
    window.protocol.tabs.setCurrentIndex(0)
    yield from _plan(studio)
    yield from _people(studio)
    yield from _results(studio)
    studio.rewrite(MISTAKES)
    window.show_page(window.protocol)
    yield "problems", window


def _plan(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    window = studio.window
    window.show_page(window.plan)
    studio.until(window.plan.reader.count, "the plan")
    window.plan.show_button.click()
    window.reasons.reason.setPlainText("Checking the spacing of planted errors before release.")
    window.reasons.confirm.click()
    studio.until(window.plan.picture.shows_planted, "the planted errors")
    for at, name in enumerate(("plan-picture", "plan-order", "plan-balance", "plan-minutes")):
        window.plan.tabs.setCurrentIndex(at)
        yield name, window
    window.show_page(window.preview)
    studio.until(window.preview.open_button.isEnabled, "an order")
    with_ai = next(at for at in range(window.preview.trial.count()) if "with_ai" in window.preview.trial.itemText(at))
    window.preview.trial.setCurrentIndex(with_ai)
    yield "preview", window
    window.preview.open()
    walk = window.preview.window_open
    assert walk is not None  # it was opened just now
    room = walk.walk_room()
    ready: list[int] = []
    room.phase_ready.connect(lambda *_: ready.append(1))
    studio.until(lambda: ready, "the case")
    studio.rest(1.0)
    yield "preview-window", walk
    window.preview.close_preview()


def _people(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    window = studio.window
    window.show_page(window.readers)
    window.readers.strata["experience"].setCurrentIndex(1)  # type: ignore[attr-defined]
    yield "readers", window
    window.readers.pseudonym.setText("elm-608")
    window.readers.enrol()
    studio.until(window.readers.slip_card.isVisible, "the slip")
    yield "slip", window
    window.show_page(window.progress)
    yield "progress", window
    window.open_reader("hazel-118")
    yield "reader", window
    window.reader.trials.setCurrentCell(4, 0)
    window.reader.void_button.click()
    window.reasons.reason.setPlainText("The reader was called away in the middle of it.")
    yield "reason", window
    window.reasons.dismiss()


def _results(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    window = studio.window
    window.show_page(window.release)
    yield "release", window
    studio.rewrite(AMENDED)
    studio.rest()
    yield "amend", window
    studio.rewrite(tuple((new, old) for old, new in AMENDED))
    window.show_page(window.results)
    window.results.export()
    studio.until(window.results.exported.isVisible, "the export")
    yield "results", window
    window.show_page(window.thresholds)
    window.thresholds.compute()
    studio.until(window.thresholds.body.isVisible, "the counts")
    yield "operating-points", window


def main(folder: Path) -> None:
    from app.assembling.application import application
    from app.assembling.desk import TemporaryWalk

    app = application()
    take(folder, app, lambda study, wished: TemporaryWalk(study, wished, app))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
