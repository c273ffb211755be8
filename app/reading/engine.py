"""The law of a sitting: which event is allowed at which stage, what it changes, what to do next.

What belongs here: the table of transitions and the pure functions it names. What does not: Qt, a clock, a disk: times
come from events, and resuming is folding over the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from app.reading.asking import known_answers, missing, page_missing, page_refusals, refusal
from app.reading.commands import CloseCase, Command, EndSitting, OpenCase, OpenFeedback, OpenText, StartPhase
from app.reading.script import HeldBack, PageScript, PhaseScript, Script, TrialScript
from app.reading.spent import PhaseTime
from app.reading.state import AnswerKey, Drawing, LayerKey, MarkKey, ReadingState, RevealKey, Stage
from app.tracking.events import (
    AIResultLoaded,
    AnswerCleared,
    AnswerGiven,
    CaseShown,
    Event,
    FeedbackClosed,
    FeedbackShown,
    LayerChanged,
    LayerRevealed,
    LayerWithdrawn,
    MarkPlaced,
    MarkRemoved,
    MeasurementChanged,
    MeasurementMade,
    MeasurementRemoved,
    PhaseConfirmed,
    PhaseStarted,
    SegmentPainted,
    SegmentRemoved,
    SittingEnded,
    SittingStarted,
    TextAcknowledged,
    TrialInterrupted,
    TrialStarted,
)
from overlays.layers.reveal import is_revealed
from study_configs.problem import ProgramError


class OutOfTurn(ProgramError):
    """An event came that the law of the sitting does not allow at this stage."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event led to: the next state, and what the workstation has to do."""

    state: ReadingState
    commands: tuple[Command, ...] = ()


Step = Callable[[Script, ReadingState, Any], Outcome]


def handle(script: Script, state: ReadingState, event: Event) -> Outcome:
    """The outcome of one event. Events that only observe (pointer, views, focus) change nothing. Raises OutOfTurn."""
    kind = type(event)
    if kind not in GOVERNED:
        return Outcome(state)
    step = LAW.get((state.stage, kind))
    if step is None:
        raise OutOfTurn(f"{kind.__name__} is not allowed while {state.stage.value}")
    return step(script, state, event)


def fold(script: Script, events: Iterable[Event]) -> ReadingState:
    """Where the sitting stands after these events; a pure function of script and log, so a resume is a replay."""
    state, time = ReadingState(), PhaseTime()
    for event in events:
        time.take(event)
        if isinstance(event, SittingStarted):
            state = replace(state, phase_spent_ns=time.spent_ns)
        state = handle(script, state, event).state
    return state


def left_off(script: Script, events: Iterable[Event]) -> ReadingState:
    """Where a sitting that is to go on stands after all events of its sign-ins so far."""
    so_far, time = list(events), PhaseTime()
    for event in so_far:
        time.take(event)
    state = fold(script, so_far)
    return replace(state, phase_spent_ns=time.ended())


def of_sitting(course: Iterable[Event], sitting: int) -> list[Event]:
    """The part of a reader's course that belongs to one sitting of the reading order, over all its sign-ins."""
    part: list[Event] = []
    inside = False
    for event in course:
        if isinstance(event, SittingStarted):
            inside = event.sitting == sitting
        if inside:
            part.append(event)
    return part


def trial_now(script: Script, state: ReadingState) -> TrialScript:
    return script.trials[state.trial]


def phase_now(script: Script, state: ReadingState) -> PhaseScript:
    return trial_now(script, state).phases[state.phase]


def page_now(script: Script, state: ReadingState) -> PageScript:
    return (script.before if state.stage is Stage.BEFORE else script.after)[state.page]


def ais_within_reach(script: Script, state: ReadingState) -> frozenset[str]:
    """The AIs whose results may be loaded now: none outside a running phase that opts in.

    Where every layer of an AI is held back, none of its results either until the first of them has come.
    """
    if state.stage is not Stage.READING:
        return frozenset()
    held_back, came = phase_now(script, state).held_back, layers_revealed(script, state)
    return phase_now(script, state).ais_first | {held_back[name].ai for name in came if held_back[name].ai}


def layers_revealed(script: Script, state: ReadingState) -> frozenset[str]:
    """The layers of the phase in progress that were held back and have come."""
    came = state.revealed_in(trial_now(script, state).index, state.phase)
    return came & phase_now(script, state).held_back.keys()


def layers_due(script: Script, state: ReadingState, seconds: float) -> frozenset[str]:
    """The held back layers of the phase in progress that may be seen now, `seconds` (without pauses) into it."""
    answers, came = known_answers(script, state), layers_revealed(script, state)
    held_back = phase_now(script, state).held_back
    return frozenset(name for name, held in held_back.items() if is_revealed(held.rule, seconds, answers, name in came))


def confirmable_from_ns(script: Script, state: ReadingState) -> int | None:
    """When the phase may be confirmed (monotonic ns), None while it has not started."""
    if state.phase_started_ns is None:
        return None
    return state.phase_started_ns + phase_now(script, state).at_least_ns


def ends_ns(script: Script, state: ReadingState) -> int | None:
    """When the phase ends by itself (monotonic ns), None where it does not."""
    at_most_ns = phase_now(script, state).at_most_ns
    return None if state.phase_started_ns is None or at_most_ns is None else state.phase_started_ns + at_most_ns


# --- steps -----------------------------------------------------------------------------------------------------------


def _start(script: Script, state: ReadingState, event: SittingStarted) -> Outcome:
    """A sitting starts, or goes on where the log left it."""
    if state.stage is Stage.SIGNED_OUT:
        state = replace(state, stage=Stage.BEFORE)
    if state.stage is Stage.READING:
        state = replace(state, stage=Stage.OPENING, phase_started_ns=None)
    if state.stage is Stage.OPENING and script.restart_interrupted:
        state = _trial_afresh(script, state)
    return _next(script, state)


def _trial_afresh(script: Script, state: ReadingState) -> ReadingState:
    """The trial in progress as it began; what was answered in it before stays in the log."""
    if state.trial >= len(script.trials):
        return state
    trial = trial_now(script, state).index
    confirmed = frozenset(pair for pair in state.confirmed if pair[0] != trial)
    return replace(state.without_trial(trial), phase=0, confirmed=confirmed)


def _page_read(script: Script, state: ReadingState, event: TextAcknowledged) -> Outcome:
    page = page_now(script, state)
    if event.text != page.id:
        raise OutOfTurn(f"page {event.text!r} was acknowledged while {page.id!r} is shown")
    wrong = page_refusals(page, event.answers) or page_missing(page, event.answers)
    if wrong:
        raise OutOfTurn(f"page {page.id!r} was left with: " + ", ".join(wrong))
    return _next(script, replace(state, page=state.page + 1))


def _trial_started(script: Script, state: ReadingState, event: TrialStarted) -> Outcome:
    _require_trial(script, state, event.trial)
    return Outcome(state)


def _case_shown(script: Script, state: ReadingState, event: CaseShown) -> Outcome:
    _require_trial(script, state, event.trial)
    reading = replace(state, stage=Stage.READING, phase_started_ns=None)
    return Outcome(reading, (StartPhase(event.trial, state.phase),))


def _phase_started(script: Script, state: ReadingState, event: PhaseStarted) -> Outcome:
    _require_phase(script, state, event.trial, event.phase)
    return Outcome(replace(state, phase_started_ns=event.at_ns))


def _answered(script: Script, state: ReadingState, event: AnswerGiven) -> Outcome:
    _require_phase(script, state, event.trial, event.phase)
    why_not = refusal(script, state, event.question, event.target, event.value)
    if why_not:
        raise OutOfTurn(why_not)
    return Outcome(state.with_answer(AnswerKey(event.trial, event.phase, event.question, event.target), event.value))


def _cleared(script: Script, state: ReadingState, event: AnswerCleared) -> Outcome:
    _require_phase(script, state, event.trial, event.phase)
    return Outcome(state.without_answer(AnswerKey(event.trial, event.phase, event.question, event.target)))


def _marked(script: Script, state: ReadingState, event: MarkPlaced) -> Outcome:
    _require_phase(script, state, event.trial, event.phase)
    return Outcome(state.with_mark(MarkKey(event.trial, event.phase, event.question, event.mark), event))


def _unmarked(script: Script, state: ReadingState, event: MarkRemoved) -> Outcome:
    _require_phase(script, state, event.trial, event.phase)
    return Outcome(state.without_mark(MarkKey(event.trial, event.phase, event.question, event.mark)))


def _drawn(script: Script, state: ReadingState, event: Drawing) -> Outcome:
    """Measuring and painting: they belong to the trial and stay through its phases."""
    _require_phase(script, state, event.trial, event.phase)
    return Outcome(state.with_drawing(event))


def _ai_loaded(script: Script, state: ReadingState, event: AIResultLoaded) -> Outcome:
    """The barrier: no AI result comes within reach in a phase that has not opted in."""
    if event.ai not in ais_within_reach(script, state):
        raise OutOfTurn(f"AI {event.ai!r} is out of reach in phase {phase_now(script, state).name!r}")
    return Outcome(state)


def _layer_changed(script: Script, state: ReadingState, event: LayerChanged) -> Outcome:
    if event.layer not in phase_now(script, state).layers:
        raise OutOfTurn(f"layer {event.layer!r} does not belong to phase {phase_now(script, state).name!r}")
    if event.by == "protocol":
        return Outcome(state)
    key = LayerKey(trial_now(script, state).index, state.phase, event.layer)
    return Outcome(state.with_layer_set(key, event))


def _layer_revealed(script: Script, state: ReadingState, event: LayerRevealed) -> Outcome:
    held = _held_back(script, state, event.layer)
    here_ns = 0 if state.phase_started_ns is None else event.at_ns - state.phase_started_ns
    seconds = (state.phase_spent_ns + here_ns) / 1e9
    is_due = is_revealed(held.rule, seconds, known_answers(script, state), event.how == "button")
    if event.how != held.rule.how or not is_due:
        raise OutOfTurn(f"layer {event.layer!r} came before its rule ({held.rule.how}) let it")
    key = RevealKey(trial_now(script, state).index, state.phase, event.layer, event.how)
    return Outcome(state.with_revealed(key))


def _layer_withdrawn(script: Script, state: ReadingState, event: LayerWithdrawn) -> Outcome:
    rule = _held_back(script, state, event.layer).rule
    if rule.how != "if" or is_revealed(rule, 0.0, known_answers(script, state), asked=False):
        raise OutOfTurn(f"layer {event.layer!r} went although its rule ({rule.how}) keeps it")
    return Outcome(state.without_revealed(trial_now(script, state).index, state.phase, event.layer))


def _held_back(script: Script, state: ReadingState, layer: str) -> HeldBack:
    held = phase_now(script, state).held_back.get(layer)
    if held is None:
        raise OutOfTurn(f"layer {layer!r} is not held back in phase {phase_now(script, state).name!r}")
    return held


def _confirmed(script: Script, state: ReadingState, event: PhaseConfirmed) -> Outcome:
    _require_phase(script, state, event.trial, event.phase)
    _require_confirmable(script, state, event)
    confirmed = state.confirmed | {(event.trial, event.phase)}
    state = replace(state, confirmed=confirmed, phase_started_ns=None, phase_spent_ns=0)
    if state.phase + 1 < len(trial_now(script, state).phases):
        state = replace(state, phase=state.phase + 1).carried_into(event.trial, state.phase + 1)
        return Outcome(state, (StartPhase(event.trial, state.phase),))
    done = _next(script, replace(state, stage=Stage.OPENING, trial=state.trial + 1, phase=0, drawn=()))
    return Outcome(done.state, (CloseCase(event.trial), *done.commands))


def _interrupted(script: Script, state: ReadingState, event: TrialInterrupted) -> Outcome:
    return Outcome(replace(state, stage=Stage.OPENING, phase_started_ns=None))


def _unchanged(script: Script, state: ReadingState, event: Event) -> Outcome:
    return Outcome(state)


def _feedback_closed(script: Script, state: ReadingState, event: FeedbackClosed) -> Outcome:
    return Outcome(replace(state, stage=Stage.FINISHED), (EndSitting("finished"),))


def _next(script: Script, state: ReadingState) -> Outcome:
    """The first thing that is still to be done from this stage on."""
    if state.stage is Stage.BEFORE:
        if state.page < len(script.before):
            return Outcome(state, (OpenText(script.before[state.page].id),))
        state = replace(state, stage=Stage.OPENING, page=0)
    if state.stage is Stage.OPENING:
        if state.trial < len(script.trials):
            return Outcome(state, (_opening(script, state),))
        state = replace(state, stage=Stage.AFTER, page=0)
    if state.stage is Stage.AFTER:
        if state.page < len(script.after):
            return Outcome(state, (OpenText(script.after[state.page].id),))
        state = replace(state, stage=Stage.FEEDBACK)
    if state.stage is Stage.FEEDBACK and script.feedback:
        return Outcome(state, (OpenFeedback(tuple(t.index for t in script.trials)),))
    return Outcome(replace(state, stage=Stage.FINISHED), (EndSitting("finished"),))


def _opening(script: Script, state: ReadingState) -> OpenCase:
    trial = script.trials[state.trial]
    following = script.trials[state.trial + 1].case if state.trial + 1 < len(script.trials) else ""
    return OpenCase(trial.index, trial.case, following)


def _require_confirmable(script: Script, state: ReadingState, event: PhaseConfirmed) -> None:
    """Raises OutOfTurn before the phase's shortest time, and with questions open before its longest."""
    ready_ns, over_ns = confirmable_from_ns(script, state), ends_ns(script, state)
    if ready_ns is None or event.at_ns < ready_ns:
        raise OutOfTurn("confirmed before the phase's shortest time was over")
    lacking = missing(script, state)
    if lacking and (over_ns is None or event.at_ns < over_ns):
        raise OutOfTurn("confirmed without an answer to " + ", ".join(lacking))


def _require_trial(script: Script, state: ReadingState, trial: int) -> None:
    if state.trial >= len(script.trials) or trial != trial_now(script, state).index:
        raise OutOfTurn(f"trial {trial} is not the trial in progress")


def _require_phase(script: Script, state: ReadingState, trial: int, phase: int) -> None:
    _require_trial(script, state, trial)
    if phase != state.phase:
        raise OutOfTurn(f"phase {phase} of trial {trial} is not the phase in progress ({state.phase})")


DRAWINGS = (MeasurementMade, MeasurementChanged, MeasurementRemoved, SegmentPainted, SegmentRemoved)
LAW: dict[tuple[Stage, type[Event]], Step] = {
    **{(stage, SittingStarted): _start for stage in Stage},
    (Stage.BEFORE, TextAcknowledged): _page_read,
    (Stage.AFTER, TextAcknowledged): _page_read,
    (Stage.OPENING, TrialStarted): _trial_started,
    (Stage.OPENING, CaseShown): _case_shown,
    (Stage.OPENING, TrialInterrupted): _interrupted,
    (Stage.READING, PhaseStarted): _phase_started,
    (Stage.READING, AnswerGiven): _answered,
    (Stage.READING, AnswerCleared): _cleared,
    (Stage.READING, MarkPlaced): _marked,
    (Stage.READING, MarkRemoved): _unmarked,
    **{(Stage.READING, kind): _drawn for kind in DRAWINGS},
    (Stage.READING, AIResultLoaded): _ai_loaded,
    (Stage.READING, LayerChanged): _layer_changed,
    (Stage.READING, LayerRevealed): _layer_revealed,
    (Stage.READING, LayerWithdrawn): _layer_withdrawn,
    (Stage.READING, PhaseConfirmed): _confirmed,
    (Stage.READING, TrialInterrupted): _interrupted,
    (Stage.FEEDBACK, FeedbackShown): _unchanged,
    (Stage.FEEDBACK, FeedbackClosed): _feedback_closed,
    **{(stage, SittingEnded): _unchanged for stage in Stage},
}
GOVERNED = frozenset(kind for _, kind in LAW)
