"""Steps of the law within a case: opening it, its phases, answers, marks, drawings, going back to one.

What belongs here: what these events change. What does not: the table of them (engine), AI (advice_steps), what comes
next (ahead).
"""

from __future__ import annotations

from dataclasses import replace

from app.reading.ahead import after_phase, enter_phase, opening
from app.reading.asking import missing, refusal
from app.reading.commands import CloseCase, SkipPhase, StartPhase
from app.reading.here import (
    confirmable_from_ns,
    ends_ns,
    is_closed,
    phase_now,
    reopenable,
    require_phase,
    require_trial,
    trial_now,
    weighs,
)
from app.reading.outcome import Outcome, OutOfTurn
from app.reading.script import Script
from app.reading.state import AnswerKey, Drawing, MarkKey, ReadingState, Stage
from app.tracking.events import (
    AnswerCleared,
    AnswerGiven,
    CaseShown,
    MarkPlaced,
    MarkRemoved,
    PhaseConfirmed,
    PhaseSkipped,
    PhaseStarted,
    PhaseWeighed,
    TimeWarned,
    TrialInterrupted,
    TrialReopened,
    TrialStarted,
)

# --- the case


def trial_started(script: Script, state: ReadingState, event: TrialStarted) -> Outcome:
    require_trial(script, state, event.trial)
    return Outcome(state)


def case_shown(script: Script, state: ReadingState, event: CaseShown) -> Outcome:
    require_trial(script, state, event.trial)
    reading = replace(state, stage=Stage.READING, phase_started_ns=None)
    return Outcome(reading, (enter_phase(script, reading),))


def interrupted(script: Script, state: ReadingState, event: TrialInterrupted) -> Outcome:
    return Outcome(replace(state, stage=Stage.OPENING, phase_started_ns=None))


def reopened(script: Script, state: ReadingState, event: TrialReopened) -> Outcome:
    """Back to a finished trial, in its last phase; the one that was left goes on when that is over."""
    if event.trial not in reopenable(script, state):
        raise OutOfTurn(f"trial {event.trial} cannot be opened again now")
    left = trial_now(script, state).index
    position = next(at for at, trial in enumerate(script.trials) if trial.index == event.trial)
    state = state.set_aside(left, state.phase_spent_ns).turned_to(position, event.trial)
    state = replace(state, stage=Stage.OPENING)
    return Outcome(state, (CloseCase(left), opening(script, state)))


# --- phases


def phase_started(script: Script, state: ReadingState, event: PhaseStarted) -> Outcome:
    require_phase(script, state, event.trial, event.phase)
    if not isinstance(enter_phase(script, state), StartPhase):
        raise OutOfTurn(f"phase {event.phase} of trial {event.trial} is not to be taken")
    return Outcome(replace(state, phase_started_ns=event.at_ns))


def phase_weighed(script: Script, state: ReadingState, event: PhaseWeighed) -> Outcome:
    """The AI's scores for a phase that may be left out: they are known after the commit of the one before it."""
    require_phase(script, state, event.trial, event.phase)
    if not weighs(script, state) or state.phase_started_ns is not None:
        raise OutOfTurn(f"phase {event.phase} of trial {event.trial} does not go by any AI's score")
    state = state.with_scores(event.trial, event.phase, event.top_scores)
    return Outcome(state, (enter_phase(script, state),))


def phase_skipped(script: Script, state: ReadingState, event: PhaseSkipped) -> Outcome:
    require_phase(script, state, event.trial, event.phase)
    if enter_phase(script, state) != SkipPhase(event.trial, event.phase, event.why):
        raise OutOfTurn(f"phase {event.phase} of trial {event.trial} is not to be left out ({event.why})")
    state = replace(state, skipped=state.skipped | {(event.trial, event.phase)})
    return after_phase(script, state, event.at_ns)


def warned(script: Script, state: ReadingState, event: TimeWarned) -> Outcome:
    require_phase(script, state, event.trial, event.phase)
    return Outcome(state)


def confirmed(script: Script, state: ReadingState, event: PhaseConfirmed) -> Outcome:
    require_phase(script, state, event.trial, event.phase)
    _require_confirmable(script, state, event)
    assert state.phase_started_ns is not None  # else it were not confirmable
    here_ns = event.at_ns - state.phase_started_ns
    rest = replace(state.rest, reading_ns=state.rest.reading_ns + state.phase_spent_ns + here_ns)
    state = replace(state, confirmed=state.confirmed | {(event.trial, event.phase)}, rest=rest)
    return after_phase(script, state, event.at_ns)


def _require_confirmable(script: Script, state: ReadingState, event: PhaseConfirmed) -> None:
    """Raises OutOfTurn before the phase's shortest time, and with questions open before its longest."""
    ready_ns, over_ns = confirmable_from_ns(script, state), ends_ns(script, state)
    if ready_ns is None or event.at_ns < ready_ns:
        raise OutOfTurn("confirmed before the phase's shortest time was over")
    lacking = missing(script, state)
    if lacking and (over_ns is None or event.at_ns < over_ns):
        raise OutOfTurn("confirmed without an answer to " + ", ".join(lacking))


# --- answers, marks, drawings


def answered(script: Script, state: ReadingState, event: AnswerGiven) -> Outcome:
    _require_open(script, state, event)
    why_not = refusal(script, state, event.question, event.target, event.value)
    if why_not:
        raise OutOfTurn(why_not)
    return Outcome(state.with_answer(AnswerKey(event.trial, event.phase, event.question, event.target), event.value))


def cleared(script: Script, state: ReadingState, event: AnswerCleared) -> Outcome:
    _require_open(script, state, event)
    return Outcome(state.without_answer(AnswerKey(event.trial, event.phase, event.question, event.target)))


def marked(script: Script, state: ReadingState, event: MarkPlaced) -> Outcome:
    _require_open(script, state, event)
    return Outcome(state.with_mark(MarkKey(event.trial, event.phase, event.question, event.mark), event))


def unmarked(script: Script, state: ReadingState, event: MarkRemoved) -> Outcome:
    _require_open(script, state, event)
    return Outcome(state.without_mark(MarkKey(event.trial, event.phase, event.question, event.mark)))


def drawn(script: Script, state: ReadingState, event: Drawing) -> Outcome:
    """Measuring and painting: they belong to the trial and stay through its phases."""
    require_phase(script, state, event.trial, event.phase)
    return Outcome(state.with_drawing(event))


def _require_open(
    script: Script, state: ReadingState, event: AnswerGiven | AnswerCleared | MarkPlaced | MarkRemoved
) -> None:
    require_phase(script, state, event.trial, event.phase)
    if is_closed(script, state):
        raise OutOfTurn(f"the answers of phase {phase_now(script, state).name!r} were committed")
