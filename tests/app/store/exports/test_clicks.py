"""Clicks are counted in the phase in which the button went down, and in no other."""

from __future__ import annotations

from types import SimpleNamespace

from app.store.exports.scores import clicks_in
from app.tracking.events import Event, PhaseConfirmed, PhaseStarted, PointerPressed, TrialInterrupted


def pressed(at_ns: int) -> PointerPressed:
    return PointerPressed(
        at_ns=at_ns, viewport=0, button="left", series_uid="1.2", column=1.0, row=1.0, slice_index=0, position_mm=None
    )


def counted(*events: Event) -> dict[tuple[int, int], int]:
    logged = [SimpleNamespace(event=each) for each in events]
    return dict(clicks_in(SimpleNamespace(course=SimpleNamespace(parts=[(None, logged)]))))


def test_that_a_click_between_two_phases_belongs_to_neither():
    begun = [PhaseStarted(at_ns=at, trial=0, phase=phase, layers=()) for phase, at in enumerate((1, 10))]
    assert counted(
        begun[0], pressed(2), pressed(3), PhaseConfirmed(at_ns=4, trial=0, phase=0, answers={}), pressed(5),
        begun[1], pressed(11), TrialInterrupted(at_ns=12, trial=0, reason="called away"), pressed(13),
    ) == {(0, 0): 2, (0, 1): 1}  # fmt: skip
