"""The law of the reading list: what its events change, and what follows.

What belongs here: the steps that the engine's table names, and the block's clock. What does not: the list's rows and
what is due (worklist), and everything between the opening of a case and its end (trial_steps).
"""

from __future__ import annotations

from dataclasses import replace

from app.reading.ahead import go_on, opening, to_next_trial
from app.reading.asking import page_missing, page_refusals
from app.reading.commands import CloseCase
from app.reading.here import is_reopened
from app.reading.outcome import Outcome, OutOfTurn, Step
from app.reading.script import Script
from app.reading.state import ReadingState, Stage
from app.reading.trial_steps import trial_started
from app.reading.worklist import standing
from app.reading.worklist.ahead import turned_to
from app.reading.worklist.script import ListScript
from app.reading.worklist.state import Ringing
from app.tracking.events import (
    BlockTimeEnded,
    CallAnswered,
    CallMissed,
    CallRang,
    CallTaken,
    CaseChosen,
    CaseSuspended,
    CaseTakenUp,
    Event,
    ExamArrived,
    ExamTriaged,
    QuotaReached,
    TrialReopened,
    TrialStarted,
    WorklistShown,
)


def _list(script: Script, state: ReadingState, block: int | None = None) -> ListScript:
    here = standing.list_now(script, state)
    if here is None or (block is not None and here.block != block):
        raise OutOfTurn("there is no such reading list now")
    return here


def _shown(script: Script, state: ReadingState, event: WorklistShown) -> Outcome:
    _list(script, state, event.block)
    return Outcome(state)


def _arrived(script: Script, state: ReadingState, event: ExamArrived) -> Outcome:
    here, bustle = _list(script, state), state.bustle
    trial = next((t for t in standing.block_trials(script, here.block) if t.index == event.trial), None)
    if trial is None or trial.listed is None or event.trial in bustle.arrived or bustle.is_over:
        raise OutOfTurn(f"the exam of trial {event.trial} does not arrive now")
    if bustle.at(event.at_ns) < trial.listed.arrives_ns:
        raise OutOfTurn(f"the exam of trial {event.trial} arrives later")
    return Outcome(replace(state, bustle=replace(bustle, arrived=(*bustle.arrived, event.trial))))


def _triaged(script: Script, state: ReadingState, event: ExamTriaged) -> Outcome:
    """The flag follows from score and threshold; a score that nobody asked for has no place in the log."""
    here = _list(script, state)
    if here.triage is None or event.trial not in standing.triage_wanted(script, state) or event.ai != here.triage.ai:
        raise OutOfTurn(f"AI does not touch the place of trial {event.trial} in the list")
    if event.flagged != (event.top_score is not None and event.top_score >= here.triage.threshold):
        raise OutOfTurn(f"the flag of trial {event.trial} does not follow from its score")
    return Outcome(replace(state, bustle=state.bustle.with_flag(event.trial, event.flagged)))


def _chosen(script: Script, state: ReadingState, event: CaseChosen) -> Outcome:
    if event.trial not in standing.choosable_now(script, state):
        raise OutOfTurn(f"trial {event.trial} cannot be opened from the list now")
    return _on(script, replace(state, bustle=replace(state.bustle, open=event.trial)), event)


def _reopened(script: Script, state: ReadingState, event: TrialReopened) -> Outcome:
    """Back to a finished case from the list, in its last phase; the list comes again when that is over."""
    if event.trial not in standing.reopenable_now(script, state):
        raise OutOfTurn(f"trial {event.trial} cannot be opened again from the list now")
    state = replace(turned_to(script, state, event.trial), stage=Stage.OPENING)
    return Outcome(state, (opening(script, state),))


def _started(script: Script, state: ReadingState, event: TrialStarted) -> Outcome:
    """In a block with a list, only what was opened from it (or goes on) begins."""
    if (
        standing.list_now(script, state) is not None
        and state.bustle.open != event.trial
        and not is_reopened(script, state)
    ):
        raise OutOfTurn(f"trial {event.trial} was not opened from the list")
    return trial_started(script, state, event)


def _suspended(script: Script, state: ReadingState, event: CaseSuspended) -> Outcome:
    here = script.trials[state.trial].index
    if event.trial != here or event.stat != standing.interrupting_now(script, state) or standing.is_stat(script, here):
        raise OutOfTurn(f"nothing interrupts trial {event.trial}")
    shown_ns = 0 if state.phase_started_ns is None else max(0, event.at_ns - state.phase_started_ns)
    beneath = state.bustle.open  # where a finished case was opened again over it, else the case itself
    begun = () if beneath in (None, here) else (beneath,)
    bustle = replace(state.bustle, open=None, suspended=(*state.bustle.suspended, *begun, here))
    aside = replace(state.set_aside(here, state.phase_spent_ns + shown_ns), bustle=bustle)
    outcome = _on(script, aside, event)
    return Outcome(outcome.state, (CloseCase(event.trial), *outcome.commands))


def _taken_up(script: Script, state: ReadingState, event: CaseTakenUp) -> Outcome:
    """The case that was set aside last is open again: everything in it stands as it was left."""
    bustle = state.bustle
    if not bustle.suspended or event.trial != bustle.suspended[-1] or event.trial != script.trials[state.trial].index:
        raise OutOfTurn(f"trial {event.trial} does not go on now")
    return Outcome(replace(state, bustle=replace(bustle, open=event.trial, suspended=bustle.suspended[:-1])))


def _rang(script: Script, state: ReadingState, event: CallRang) -> Outcome:
    here, bustle = _list(script, state, event.block), state.bustle
    if bustle.ringing is not None or event.call in bustle.rang or event.call >= len(here.calls):
        raise OutOfTurn(f"call {event.call} does not come now")
    if bustle.at(event.at_ns) < here.calls[event.call].at_ns:
        raise OutOfTurn(f"call {event.call} comes later")
    ringing = Ringing(event.block, event.call, event.at_ns)
    return Outcome(replace(state, bustle=replace(bustle, ringing=ringing, rang=bustle.rang | {event.call})))


def _picked_up(script: Script, state: ReadingState, event: CallTaken) -> Outcome:
    ringing = _ringing(state, event.block, event.call, is_taken=False)
    return Outcome(replace(state, bustle=replace(state.bustle, ringing=replace(ringing, is_taken=True))))


def _answered(script: Script, state: ReadingState, event: CallAnswered) -> Outcome:
    _ringing(state, event.block, event.call, is_taken=True)
    page = script.lists[event.block].calls[event.call].page
    wrong = page_refusals(page, event.answers) or page_missing(page, event.answers)
    if wrong:
        raise OutOfTurn(f"call {event.call} was answered with: " + ", ".join(wrong))
    return _silent(script, state, event)


def _missed(script: Script, state: ReadingState, event: CallMissed) -> Outcome:
    ringing = _ringing(state, event.block, event.call, is_taken=False)
    rings_ns = script.lists[event.block].calls[event.call].rings_ns
    if ringing.since_ns is None or event.at_ns - ringing.since_ns < rings_ns:
        raise OutOfTurn(f"call {event.call} still rings")
    return _silent(script, state, event)


def _ringing(state: ReadingState, block: int, call: int, *, is_taken: bool) -> Ringing:
    ringing = state.bustle.ringing
    if ringing is None or (ringing.block, ringing.call, ringing.is_taken) != (block, call, is_taken):
        raise OutOfTurn(f"call {call} is not in progress in this way")
    return ringing


def _silent(script: Script, state: ReadingState, event: Event) -> Outcome:
    """The call is over; a list that was only held up by it makes way."""
    state = replace(state, bustle=replace(state.bustle, ringing=None))
    block = state.bustle.block
    if state.stage is Stage.LISTING and block is not None and not standing.never_begun(script, state):
        return _on(script, to_next_trial(script, state), event)
    return Outcome(state)


def _quota(script: Script, state: ReadingState, event: QuotaReached) -> Outcome:
    here = _list(script, state, event.block)
    read = standing.read_in_block(script, state, here.block)
    if here.quota is None or state.bustle.quota_reached or event.read != read or read < here.quota:
        raise OutOfTurn("the quota is not reached now")
    return Outcome(replace(state, bustle=replace(state.bustle, quota_reached=True)))


def _time_over(script: Script, state: ReadingState, event: BlockTimeEnded) -> Outcome:
    """What was begun is read to its end; what was not begun is left out for good."""
    here = _list(script, state, event.block)
    if here.block_ns is None or state.bustle.is_over or state.bustle.at(event.at_ns) < here.block_ns:
        raise OutOfTurn("the block's time is not over")
    if event.unread != standing.never_begun(script, state):
        raise OutOfTurn("these are not the cases that nobody has begun")
    state = replace(state, unread=state.unread | set(event.unread), bustle=replace(state.bustle, is_over=True))
    return _on(script, to_next_trial(script, state), event) if state.stage is Stage.LISTING else Outcome(state)


def _on(script: Script, state: ReadingState, event: Event) -> Outcome:
    return go_on(script, replace(state, stage=Stage.OPENING), event.at_ns)


ANY_TIME: dict[type[Event], Step] = {
    ExamArrived: _arrived,
    ExamTriaged: _triaged,
    CallRang: _rang,
    CallTaken: _picked_up,
    CallAnswered: _answered,
    CallMissed: _missed,
    QuotaReached: _quota,
    BlockTimeEnded: _time_over,
}
LAW: dict[tuple[Stage, type[Event]], Step] = {
    **{(stage, kind): step for stage in standing.AMONG_CASES for kind, step in ANY_TIME.items()},
    **{
        (stage, kind): ANY_TIME[kind]
        for stage in standing.BETWEEN_CASES
        for kind in (CallTaken, CallAnswered, CallMissed)
    },
    (Stage.LISTING, WorklistShown): _shown,
    (Stage.LISTING, CaseChosen): _chosen,
    (Stage.LISTING, TrialReopened): _reopened,
    (Stage.READING, CaseSuspended): _suspended,
    (Stage.OPENING, CaseTakenUp): _taken_up,
    (Stage.OPENING, TrialStarted): _started,
}
