"""What the bar above the images says of the trial in progress, in the reading room and at the station.

What belongs here: that. What does not: the bar (phase_bar).
"""

from __future__ import annotations

from collections.abc import Mapping

from app.reading import engine
from app.windows.phase_bar import PhaseBar
from app.windows.sitting_driver import SittingDriver
from study_configs.cases import Case


def show_heading(
    bar: PhaseBar, driver: SittingDriver, cases: Mapping[str, Case], *, phases: tuple[str, ...] = ()
) -> None:
    """The case's place in the sitting, where readers may know it, its history and the condition's notice."""
    script, state = driver.script, driver.state
    trial = engine.trial_now(script, state)
    bar.show_case(
        state.trial + 1 if trial.listed is None else len(state.done) + 1,
        len(script.trials) if script.progress else 0,
        phases=phases,
        history=cases[trial.case].history,
        practice=trial.practice,
        notice=trial.notice,
    )
