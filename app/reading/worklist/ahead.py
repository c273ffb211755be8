"""What comes next in a block that has a reading list, and its clock.

What belongs here: the list, the case opened from it, or the one that was set aside; when the clock goes. What does not:
blocks without a list (ahead) and what events change (steps).
"""

from __future__ import annotations

from dataclasses import replace

from app.reading.script import Script
from app.reading.state import ReadingState, Stage
from app.reading.worklist.standing import interrupting_now, list_now, never_begun, waiting_now
from app.tracking.events import (
    BreakEnded,
    BreakStarted,
    CaseSuspended,
    CaseTakenUp,
    Event,
    Paused,
    ReadingHalted,
    ReadingWentOn,
    SittingEnded,
    TrialInterrupted,
    TrialStarted,
    Unpaused,
    WorklistShown,
)

STOPS = (Paused, BreakStarted, TrialInterrupted, SittingEnded)
GOES = (Unpaused, BreakEnded, WorklistShown, TrialStarted, CaseTakenUp)


def holds(script: Script, state: ReadingState) -> bool:
    """Whether a call keeps the sitting at the list of a block that has no more cases."""
    ringing, at = state.bustle.ringing, state.trial
    return ringing is not None and (at >= len(script.trials) or script.trials[at].block != ringing.block)


def next_on_list(script: Script, state: ReadingState) -> ReadingState:
    """Where it goes on in the block of the trial that `state.trial` points at: at the list, or with opening a case.

    A case that was opened and not finished goes first, then a stat exam that interrupts, then the case that it
    interrupted; else something has to be opened from the list.
    """
    state = _with_nothing_half_open(script, state)
    bustle = state.bustle
    if bustle.open is not None:
        return turned_to(script, state, bustle.open)
    if bustle.suspended and interrupting_now(script, state) is None:
        return turned_to(script, state, bustle.suspended[-1])
    left = never_begun(script, state)
    state = turned_to(script, state, left[0]) if left else state
    return replace(state, stage=Stage.LISTING)


def turned_to(script: Script, state: ReadingState, trial: int) -> ReadingState:
    """The state in which the trial of this index is the open one, as it stands."""
    if script.trials[state.trial].index == trial and trial not in state.aside:
        return state
    position = next(at for at, each in enumerate(script.trials) if each.index == trial)
    return state.turned_to(position, trial)


def fetched_next(script: Script, state: ReadingState) -> str:
    """The case that is likely to be opened after this one, "" where the list does not say."""
    here = script.trials[state.trial].index
    waiting = waiting_now(script, state) or tuple(trial for trial in state.bustle.suspended if trial != here)
    return next((trial.case for trial in script.trials if trial.index in waiting[:1]), "")


def _with_nothing_half_open(script: Script, state: ReadingState) -> ReadingState:
    """The state of this block's list, with the case that was read struck off and one that was set aside kept aside.

    So is a finished one that was opened again and left.
    """
    here = script.trials[state.trial]
    bustle = state.bustle.of_block(here.block)
    if bustle.open in state.done:
        bustle = replace(bustle, open=None)
    if here.index in {*bustle.suspended, *state.done} and here.index not in state.aside:
        state = state.set_aside(here.index, state.phase_spent_ns)
    return replace(state, bustle=bustle)


def timed(script: Script, state: ReadingState, event: Event) -> ReadingState:
    """The state with the block's clock stopped or going, as the event asks. It starts with the block's first case."""
    bustle, here = state.bustle, list_now(script, state)
    if here is None:
        return state
    if isinstance(event, TrialStarted) and not bustle.is_begun:
        bustle = replace(bustle, is_begun=True)
    if isinstance(event, GOES):
        bustle = bustle.running(event.at_ns)
    elif isinstance(event, STOPS) and not isinstance(event, CaseSuspended):
        bustle = bustle.standing(event.at_ns)
    elif isinstance(event, ReadingHalted):
        bustle = bustle.halted(event.at_ns)
    elif isinstance(event, ReadingWentOn):
        bustle = bustle.went_on(event.at_ns)
    return state if bustle is state.bustle else replace(state, bustle=bustle)


def cut_off(state: ReadingState, last_ns: int) -> ReadingState:
    """The state after a sign-in whose last event was at `last_ns`: its clock is never compared with the next one's."""
    bustle = state.bustle.standing(last_ns)
    if bustle.ringing is not None:  # it rings anew: what was said has to be said again
        bustle = replace(bustle, ringing=replace(bustle.ringing, is_taken=False))
    return replace(state, bustle=bustle)
