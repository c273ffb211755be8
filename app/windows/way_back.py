"""Going back to a case that was finished, where the protocol lets readers do so.

What belongs here: which case, and the events. What does not: what can be changed there (app.reading).
"""

from __future__ import annotations

from app.reading import engine
from app.tracking.events import TrialInterrupted, TrialReopened
from app.tracking.recorder import clock
from app.windows.sitting_driver import SittingDriver

WHY = "the reader went back to an earlier case"


def case_before(driver: SittingDriver) -> int | None:
    """The trial that the reader would go back to, by its index: the nearest before the one in progress."""
    script, state = driver.script, driver.state
    can = engine.reopenable(script, state)
    earlier = [trial.index for trial in script.trials[: state.trial] if trial.index in can]
    return earlier[-1] if earlier else None


def go_back(driver: SittingDriver) -> bool:
    """Leave the case in progress as it stands and open the one before; False where that cannot be now."""
    before = case_before(driver)
    if before is None or not driver.is_reading or driver.busy:
        return False
    left = engine.trial_now(driver.script, driver.state).index
    driver.take(TrialInterrupted(at_ns=clock(), trial=left, reason=WHY))
    driver.take(TrialReopened(at_ns=clock(), trial=before))
    return True
