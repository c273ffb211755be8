"""What comes next in a sitting: the first thing that is still to be done from where it stands.

What belongs here: that order, between cases and within one. What does not: what an event changes (the steps).

    pages before → for each case: feedback about those before it, the end of the time, a break, pages before its block,
    the case itself → pages after → feedback
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, cast

from app.reading.commands import (
    CloseCase,
    Command,
    EndSitting,
    OpenBreak,
    OpenCase,
    OpenCaseFeedback,
    OpenFeedback,
    OpenText,
    OpenWorklist,
    SkipPhase,
    StartPhase,
    WeighPhase,
)
from app.reading.here import leaves_out, pages_now, phase_now, shows_page, trial_now, weighs
from app.reading.outcome import Outcome
from app.reading.script import PageScript, Script, TrialScript
from app.reading.state import ReadingState, Rest, Stage
from app.reading.worklist.ahead import fetched_next, holds, next_on_list


def go_on(script: Script, state: ReadingState, at_ns: int) -> Outcome:
    """The first thing that is still to be done from this stage on."""
    if state.stage is Stage.BEFORE:
        if (page := _next_page(script, state)) is not None:
            return page
        state = replace(state, stage=Stage.OPENING, page=0)
    if state.stage is Stage.OPENING:
        if (between := _between_cases(script, state, at_ns)) is not None:
            return between
        state = replace(state, stage=Stage.AFTER, page=0)
    if state.stage is Stage.AFTER:
        if (page := _next_page(script, state)) is not None:
            return page
        state = replace(state, stage=Stage.FEEDBACK)
    if state.stage is Stage.FEEDBACK and script.feedback:
        return Outcome(state, (OpenFeedback(script.feedback_trials or tuple(t.index for t in script.trials)),))
    return Outcome(replace(state, stage=Stage.FINISHED), (EndSitting("finished"),))


def enter_phase(script: Script, state: ReadingState) -> Command:
    """How the phase in progress is entered: started, left out, or weighed first."""
    trial = trial_now(script, state)
    if ais := weighs(script, state):
        return WeighPhase(trial.index, state.phase, ais)
    why = leaves_out(script, state)
    if why:
        return SkipPhase(trial.index, state.phase, cast(Literal["only_if", "no_reveal"], why))
    return StartPhase(trial.index, state.phase)


def after_phase(script: Script, state: ReadingState, at_ns: int) -> Outcome:
    """The next phase of the trial, from the answers of the one that is over; or the trial's end."""
    trial = trial_now(script, state)
    state = replace(state, phase_started_ns=None, phase_spent_ns=0)
    if state.phase + 1 == len(trial.phases) or trial.index in state.done:
        return finish_trial(script, state, at_ns)
    state = replace(state, phase=state.phase + 1)
    if not trial.phases[state.phase].fresh:
        state = state.carried_into(trial.index, state.phase)
    if state.stage is Stage.OPENING:
        return go_on(script, state, at_ns)
    return Outcome(state, (enter_phase(script, state),))


def finish_trial(script: Script, state: ReadingState, at_ns: int) -> Outcome:
    """The trial in progress is over; its answers stay, and the first one that is still to be read comes."""
    trial = trial_now(script, state)
    closing = (CloseCase(trial.index),) if state.stage is Stage.READING else ()
    if trial.index not in state.done and not trial.practice:
        state = replace(state, rest=replace(state.rest, cases=state.rest.cases + 1))
    taken = max((phase for index, phase in state.confirmed if index == trial.index), default=0)
    state = replace(state, phase=taken, stage=Stage.OPENING, done=state.done | {trial.index}).set_aside(trial.index)
    done = go_on(script, to_next_trial(script, state), at_ns)
    return Outcome(done.state, (*closing, *done.commands))


def to_next_trial(script: Script, state: ReadingState) -> ReadingState:
    """The state in which the first trial that is neither finished nor left out is open; behind the last without one."""
    behind = state.done | state.unread
    left = (position for position, trial in enumerate(script.trials) if trial.index not in behind)
    position = next(left, len(script.trials))
    if position == len(script.trials):
        return replace(state, trial=position, phase=0, drawn=(), phase_started_ns=None, phase_spent_ns=0)
    return state.turned_to(position, script.trials[position].index)


# --- pages


def _next_page(script: Script, state: ReadingState) -> Outcome | None:
    """The next of the pages that is to be shown; None where none is left."""
    pages = pages_now(script, state)
    due = (at for at in range(state.page, len(pages)) if shows_page(pages[at], state.page_answers))
    at = next(due, None)
    if at is None:
        return None
    return Outcome(replace(state, page=at, page_shown_ns=None), (OpenText(pages[at].id, pages[at].block),))


# --- between cases


def _between_cases(script: Script, state: ReadingState, at_ns: int) -> Outcome | None:
    """What comes before the next case, or that case; None where none is left and nothing has to be told."""
    if holds(script, state):
        return Outcome(replace(state, stage=Stage.LISTING), (OpenWorklist(),))
    told = untold(script, state)
    if told:
        return Outcome(replace(state, stage=Stage.TELLING), (OpenCaseFeedback(told),))
    if state.trial >= len(script.trials):
        return None
    if script.at_most_ns is not None and at_ns - state.signed_in_ns >= script.at_most_ns:
        return Outcome(state, (EndSitting("time_up"),))
    if script.breaks is not None and _is_break_due(script, state):
        resting = replace(state, stage=Stage.BREAK)
        return Outcome(resting, (OpenBreak(last_done(script, state), script.breaks.at_least_s),))
    page = next(_unread_block_pages(script, state), None)
    if page is not None:
        at = script.block_pages[trial_now(script, state).block].index(page)
        state = replace(state, stage=Stage.BLOCK_PAGES, page=at, page_shown_ns=None)
        return Outcome(state, (OpenText(page.id, page.block),))
    if trial_now(script, state).block in script.lists:
        state = next_on_list(script, state)
        if state.stage is Stage.LISTING:
            return Outcome(state, (OpenWorklist(),))
    return _open_case(script, state)


def _open_case(script: Script, state: ReadingState) -> Outcome:
    """The case in whose phase the sitting stands; a phase that is known to be left out needs no images."""
    if phase_now(script, state).only_if or trial_now(script, state).no_reveal:
        entering = enter_phase(script, state)
        if isinstance(entering, SkipPhase):
            return Outcome(state, (entering,))
    return Outcome(state, (opening(script, state),))


def opening(script: Script, state: ReadingState) -> OpenCase:
    """The command that opens the trial in progress; the case after it can be fetched meanwhile."""
    trial = script.trials[state.trial]
    behind = state.done | state.unread | {trial.index}
    following = fetched_next(script, state) or next((t.case for t in script.trials if t.index not in behind), "")
    return OpenCase(trial.index, trial.case, following)


def untold(script: Script, state: ReadingState) -> tuple[int, ...]:
    """The finished trials that the reader has to be told about now."""
    return tuple(
        trial.index
        for trial in script.trials
        if trial.index in state.done - state.told
        and (trial.told == "after_case" or (trial.told == "after_block" and _is_block_over(script, state, trial)))
    )


def _is_block_over(script: Script, state: ReadingState, of: TrialScript) -> bool:
    behind = state.done | state.unread
    return all(trial.index in behind for trial in script.trials if trial.block == of.block)


def _is_break_due(script: Script, state: ReadingState) -> bool:
    rule, rest = script.breaks, state.rest
    assert rule is not None  # asked only then
    by_cases = rule.every_cases is not None and rest.cases >= rule.every_cases
    return by_cases or (rule.every_ns is not None and rest.reading_ns >= rule.every_ns)


def rested(state: ReadingState) -> ReadingState:
    """The state after a break: cases and minutes are counted anew."""
    return replace(state, stage=Stage.OPENING, rest=Rest())


def last_done(script: Script, state: ReadingState) -> int:
    """The last finished trial, by its place in the script; -1 before the first."""
    return max((trial.index for trial in script.trials if trial.index in state.done), default=-1)


def _unread_block_pages(script: Script, state: ReadingState) -> Iterator[PageScript]:
    block = trial_now(script, state).block
    for page in script.block_pages.get(block, ()):
        if (block, page.id) not in state.block_pages_read and shows_page(page, state.page_answers):
            yield page
