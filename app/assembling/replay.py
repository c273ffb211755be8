"""The replay put together: a sitting from the store, what it is drawn with, the window or the film.

What belongs here: making those for one another and closing them. What does not: what any of them does, who may see it
(app.commands).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.assembling.application import application, folder_for_reports, guard_window, leave_out_start_up

if TYPE_CHECKING:
    from app.conduct.replaying import Check
    from app.store.location import Location
    from app.windows.replay.fetching import Fetcher
    from app.windows.replay.film import FilmPlan, Step
    from app.windows.replay.projector import Projector


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """Which sitting of which store or central database; `study` where it does not lie around the store."""

    store: Location
    sitting: int | None = None
    study: Path | None = None
    size: tuple[int, int] | None = None

    @property
    def beside(self) -> Path:
        """The folder around the store; of a central database, where the study lies, or the one that we are in."""
        if isinstance(self.store, Path):
            return self.store.parent
        if self.study is None:
            return Path.cwd()
        return self.study if self.study.is_dir() else self.study.parent


def replay(plan: ReplayPlan) -> int:
    """Open the window on a sitting and stay until it is closed. Returns the exit status. Raises StudyProblem."""
    from app.windows.replay.window import ReplayWindow

    gc.disable()  # as in running.run
    app = application(plan.size)
    with projected(plan) as (projector, fetcher):
        window = ReplayWindow(projector, fetcher)
        guard = guard_window(folder_for_reports(plan.beside), window)
        try:
            if plan.size is None:
                window.showMaximized()
            else:
                window.resize(*plan.size)
                window.show()
            leave_out_start_up()
            return app.exec()
        finally:
            guard()


def film(plan: ReplayPlan, wanted: FilmPlan, step: Step) -> tuple[Check, ...]:
    """Write a sitting as a film; returns what was compared with the log. Raises StudyProblem."""
    from app.windows.replay.film import write

    application(wanted.size)
    with projected(plan, waits=True) as (projector, _):
        return write(projector, wanted, step)


def picture(plan: ReplayPlan, at_s: float, file: Path) -> None:
    """A PNG of the window at a moment, for the documents. Raises StudyProblem."""
    from app.simulated.shooting import rest, wait_until, write_small
    from app.windows.replay.window import ReplayWindow

    application(plan.size)
    with projected(plan) as (projector, fetcher):
        window = ReplayWindow(projector, fetcher)
        window.resize(*(plan.size or (1280, 800)))
        window.show()
        window.show_at(projector.reel.starts_ns + at_s * 1e9)
        wait_until(lambda: not projector.is_waiting, "The case", 60_000)
        window.show_at(window.at_ns)
        rest(200)
        write_small(window.grab().toImage(), file)
        window.close()


@contextmanager
def projected(plan: ReplayPlan, *, waits: bool = False) -> Iterator[tuple[Projector, Fetcher]]:
    """A sitting ready to be shown; `waits`: a moment is shown only once its images are there. Raises StudyProblem."""
    from app.analysis.replay.recorded import recorded
    from app.conduct.replaying import TrialSource, checked_before, prepared_folder, study_beside
    from app.store.location import open_any
    from app.windows.replay.fetching import Fetcher
    from app.windows.replay.projector import Projector

    with open_any(plan.store) as store:
        found = recorded(store, plan.sitting)
    study = study_beside(plan.store, plan.study)
    checks = checked_before(plan.store, found, study)
    with prepared_folder(plan.beside) as prepared:
        fetcher = Fetcher(TrialSource(found, study, prepared))
        try:
            yield Projector(found, checks, fetcher.wait if waits else fetcher), fetcher
        finally:
            fetcher.close()
