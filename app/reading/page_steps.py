"""Steps of the law between cases: signing in, pages, breaks, feedback.

What belongs here: what these events change. What does not: the table of them (engine), what comes next (ahead).
"""

from __future__ import annotations

from dataclasses import replace

from app.reading.ahead import go_on, rested, to_next_trial
from app.reading.asking import page_missing, page_refusals
from app.reading.commands import EndSitting
from app.reading.here import page_now, trial_now
from app.reading.outcome import Outcome, OutOfTurn
from app.reading.script import PageScript, Script
from app.reading.state import ReadingState, Stage
from app.reading.worklist.standing import list_now
from app.tracking.events import (
    BreakEnded,
    BreakStarted,
    CaseFeedbackClosed,
    FeedbackClosed,
    SittingStarted,
    TextAcknowledged,
    TextShown,
)

BETWEEN = (Stage.BLOCK_PAGES, Stage.TELLING, Stage.BREAK, Stage.LISTING)


def started(script: Script, state: ReadingState, event: SittingStarted) -> Outcome:
    """A sitting starts, or goes on where the log left it; a break that was cut off begins again."""
    state = replace(state, signed_in_ns=event.at_ns, page_shown_ns=None)
    if state.stage is Stage.SIGNED_OUT:
        state = replace(state, stage=Stage.BEFORE)
    if state.stage is Stage.READING:
        state = replace(state, stage=Stage.OPENING, phase_started_ns=None)
    if state.stage in BETWEEN:
        state = replace(state, stage=Stage.OPENING, page=0, rest=replace(state.rest, since_ns=None))
    if state.stage is Stage.OPENING and _is_afresh(script, event):
        state = _trial_afresh(script, state)
    if state.stage is Stage.OPENING and event.after_gap == "end_sitting":
        state = _rest_unread(script, state)
    return go_on(script, state, event.at_ns)


def _is_afresh(script: Script, event: SittingStarted) -> bool:
    return event.after_gap == "restart_case" or (script.restart_interrupted and event.after_gap != "resume")


def _trial_afresh(script: Script, state: ReadingState) -> ReadingState:
    """The trial in progress as it began; what was answered in it before stays in the log.

    A trial that was finished before and opened again keeps its answers: the reader only leaves it.
    """
    if state.trial >= len(script.trials):
        return state
    trial = trial_now(script, state).index
    if trial in state.done:
        return to_next_trial(script, state)
    if list_now(script, state) is not None and state.bustle.open != trial:
        return state  # nothing of this block was open
    return replace(state.without_trial(trial), phase=0)


def _rest_unread(script: Script, state: ReadingState) -> ReadingState:
    left = frozenset(trial.index for trial in script.trials) - state.done
    return to_next_trial(script, replace(state, unread=state.unread | left))


def text_shown(script: Script, state: ReadingState, event: TextShown) -> Outcome:
    _require_page(script, state, event)
    return Outcome(replace(state, page_shown_ns=event.at_ns))


def text_read(script: Script, state: ReadingState, event: TextAcknowledged) -> Outcome:
    """A page was read. Before a block, it counts for that block alone."""
    page = _require_page(script, state, event)
    _require_read(state, page, event)
    state = replace(state.with_page_answers(event.answers), page_shown_ns=None)
    if state.stage is Stage.BLOCK_PAGES:
        read = state.block_pages_read | {(page.block or 0, page.id)}
        return go_on(script, replace(state, stage=Stage.OPENING, page=0, block_pages_read=read), event.at_ns)
    return go_on(script, replace(state, page=state.page + 1), event.at_ns)


def _require_page(script: Script, state: ReadingState, event: TextShown | TextAcknowledged) -> PageScript:
    page = page_now(script, state)
    if event.text != page.id or event.block != page.block:
        raise OutOfTurn(f"page {event.text!r} came while {page.id!r} is shown")
    return page


def _require_read(state: ReadingState, page: PageScript, event: TextAcknowledged) -> None:
    wrong = page_refusals(page, event.answers) or page_missing(page, event.answers)
    if wrong:
        raise OutOfTurn(f"page {page.id!r} was left with: " + ", ".join(wrong))
    if page.at_least_ns and (state.page_shown_ns is None or event.at_ns < state.page_shown_ns + page.at_least_ns):
        raise OutOfTurn(f"page {page.id!r} was left before its shortest time was over")


def break_started(script: Script, state: ReadingState, event: BreakStarted) -> Outcome:
    return Outcome(replace(state, rest=replace(state.rest, since_ns=event.at_ns)))


def break_ended(script: Script, state: ReadingState, event: BreakEnded) -> Outcome:
    since_ns, rule = state.rest.since_ns, script.breaks
    least_ns = 0 if rule is None else int(rule.at_least_s * 1e9)
    if since_ns is None or event.at_ns < since_ns + least_ns:
        raise OutOfTurn("a break was left before its shortest time was over")
    return go_on(script, rested(state), event.at_ns)


def case_feedback_closed(script: Script, state: ReadingState, event: CaseFeedbackClosed) -> Outcome:
    told = replace(state, stage=Stage.OPENING, told=state.told | set(event.trials))
    return go_on(script, told, event.at_ns)


def feedback_closed(script: Script, state: ReadingState, event: FeedbackClosed) -> Outcome:
    return Outcome(replace(state, stage=Stage.FINISHED), (EndSitting("finished"),))
