"""Busy sittings of simulated readers: they end, their logs hold together, and they are replayed and exported whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer

from app.assembling.replay import ReplayPlan, projected
from app.reading import engine
from app.simulated.reader import SimulatedReader
from app.store.exports.tidy import export
from app.store.verify import verify
from app.tracking.events import CallAnswered, CallMissed, CallRang, CaseSuspended, CaseTakenUp, PhaseConfirmed

from .conftest import CALL_S, STAT_S

pytestmark = pytest.mark.slow
RESTS = ("seed: 5}", "seed: 5, breaks: {every_cases: 2, at_least_s: 0}}")
TOLD = "feedback: {when: after_case, show: [own, truth]}\n"
TRIAGE = (
    "  clock: elapsed",
    "  triage: {ai: nodules, at: balanced, shows: both}\n  clock: left\n  block_min: 60\n  quota: 2",
)
LIMITED = (
    "{name: own view, answer: [nodule, note]}",
    "{name: own view, answer: [nodule, note], at_most_s: 300, warn_s: 60}",
)
BUSIER = ("at_min: [10]", "at_min: [10, 17, 34]")
STUDIES = {
    "breaks and feedback": ((RESTS,), TOLD),
    "triage, quota and the end of the time": ((TRIAGE, BUSIER), ""),
    "limits and a way back": ((LIMITED, BUSIER), "reading: {navigation: back}\n"),
    "calls that follow each other": ((RESTS, ("at_min: [10]", "at_min: [10, 10.01, 10.02]")), ""),
    "at will": ((RESTS,), "reading: {navigation: free}\n"),
}


@pytest.mark.parametrize("policy", ["hasty", "careful"])
@pytest.mark.parametrize("name", STUDIES)
def test_that_a_busy_sitting_ends_with_a_log_that_can_be_checked_replayed_and_exported(
    qtbot, start, busy, set_on_clock, tmp_path, name: str, policy: str
):
    changes, more = STUDIES[name]
    study = busy(*changes, more=more)
    run = start(study)
    reader = SimulatedReader(run.window, policy, "tester")
    steps = iter((CALL_S, STAT_S - CALL_S, 10, 1030, 10, 1400))
    listening = []

    def pass_time() -> None:
        """With every step that begins; what it brings comes before the reader's next act."""
        set_on_clock.set_on(next(steps, 0))
        QTimer.singleShot(0, run.window.worklist.look)

    def listen(_page: str) -> None:
        if not listening and run.window.room is not None:
            listening.append(run.window.room.phase_ready.connect(lambda *_: pass_time()))

    run.window.page_shown.connect(listen)
    with qtbot.waitSignal(run.window.left, timeout=240_000):
        reader.start()
    run.close()
    events = run.events()

    def of(*kinds):
        return [event for event in events if isinstance(event, kinds)]

    assert events[-1].reason == "finished"
    assert len(of(CallRang)) == len(of(CallAnswered, CallMissed)) >= 1
    assert {event.trial for event in of(CaseSuspended)} <= {event.trial for event in of(CaseTakenUp)}
    assert len(of(CaseSuspended)) >= 1
    script = run.window.driver.script
    assert engine.fold(script, events).done | engine.fold(script, events).unread == {0, 1, 2, 3, 4}
    assert verify(run.store).sound
    export(run.store, tmp_path / "out", {"csv"}, modes=("pilot",))
    with projected(ReplayPlan(run.store, study=study), waits=True) as (projector, _):
        moments = [event.at_ns - 1 for event in projector.reel.events if isinstance(event, PhaseConfirmed)]
        assert [projector.at(moment).warning for moment in moments] == [""] * len(moments)
