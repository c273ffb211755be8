"""The law of a sitting: which event is allowed at which stage, and the fold over them.

What belongs here: the table of transitions. What does not: what each step changes (page_steps, trial_steps,
advice_steps, worklist.steps), what comes next (ahead); Qt, a clock, a disk: times come from events, and resuming is
folding over the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.reading import advice_steps, page_steps, trial_steps
from app.reading.here import (
    ais_within_reach,
    confirmable_from_ns,
    ends_ns,
    is_closed,
    layers_due,
    layers_revealed,
    page_now,
    pages_now,
    phase_now,
    reopenable,
    trial_now,
    warns_ns,
)
from app.reading.outcome import Outcome, OutOfTurn, Step, unchanged
from app.reading.script import Script
from app.reading.spent import PhaseTime
from app.reading.state import ReadingState, Stage
from app.reading.worklist import steps as worklist_steps
from app.reading.worklist.ahead import cut_off, timed
from app.tracking.events import (
    AIResultLoaded,
    AnswerCleared,
    AnswerGiven,
    BreakEnded,
    BreakStarted,
    CaseFeedbackClosed,
    CaseFeedbackShown,
    CaseShown,
    Event,
    FeedbackClosed,
    FeedbackShown,
    FindingsListed,
    LayerChanged,
    LayerRevealed,
    LayerWithdrawn,
    MarkPlaced,
    MarkRemoved,
    MeasurementChanged,
    MeasurementMade,
    MeasurementRemoved,
    PhaseConfirmed,
    PhaseSkipped,
    PhaseStarted,
    PhaseWeighed,
    SegmentPainted,
    SegmentRemoved,
    SittingEnded,
    SittingStarted,
    TextAcknowledged,
    TextShown,
    TimeWarned,
    TrialInterrupted,
    TrialReopened,
    TrialStarted,
)

__all__ = [
    "GOVERNED",
    "LAW",
    "OutOfTurn",
    "Outcome",
    "ais_within_reach",
    "confirmable_from_ns",
    "ends_ns",
    "fold",
    "handle",
    "is_closed",
    "layers_due",
    "layers_revealed",
    "left_off",
    "of_sitting",
    "page_now",
    "pages_now",
    "phase_now",
    "reopenable",
    "trial_now",
    "warns_ns",
]

DRAWINGS = (MeasurementMade, MeasurementChanged, MeasurementRemoved, SegmentPainted, SegmentRemoved)
PAGES = (Stage.BEFORE, Stage.BLOCK_PAGES, Stage.AFTER)
LAW: dict[tuple[Stage, type[Event]], Step] = {
    **{(stage, SittingStarted): page_steps.started for stage in Stage},
    **{(stage, TextShown): page_steps.text_shown for stage in PAGES},
    **{(stage, TextAcknowledged): page_steps.text_read for stage in PAGES},
    (Stage.OPENING, TrialStarted): trial_steps.trial_started,
    (Stage.OPENING, CaseShown): trial_steps.case_shown,
    (Stage.OPENING, TrialInterrupted): trial_steps.interrupted,
    (Stage.OPENING, TrialReopened): trial_steps.reopened,
    (Stage.OPENING, PhaseSkipped): trial_steps.phase_skipped,
    (Stage.READING, PhaseWeighed): trial_steps.phase_weighed,
    (Stage.READING, PhaseSkipped): trial_steps.phase_skipped,
    (Stage.READING, PhaseStarted): trial_steps.phase_started,
    (Stage.READING, TimeWarned): trial_steps.warned,
    (Stage.READING, AnswerGiven): trial_steps.answered,
    (Stage.READING, AnswerCleared): trial_steps.cleared,
    (Stage.READING, MarkPlaced): trial_steps.marked,
    (Stage.READING, MarkRemoved): trial_steps.unmarked,
    **{(Stage.READING, kind): trial_steps.drawn for kind in DRAWINGS},
    (Stage.READING, AIResultLoaded): advice_steps.ai_loaded,
    (Stage.READING, FindingsListed): advice_steps.findings_listed,
    (Stage.READING, LayerChanged): advice_steps.layer_changed,
    (Stage.READING, LayerRevealed): advice_steps.layer_revealed,
    (Stage.READING, LayerWithdrawn): advice_steps.layer_withdrawn,
    (Stage.READING, PhaseConfirmed): trial_steps.confirmed,
    (Stage.READING, TrialInterrupted): trial_steps.interrupted,
    (Stage.TELLING, CaseFeedbackShown): unchanged,
    (Stage.TELLING, CaseFeedbackClosed): page_steps.case_feedback_closed,
    (Stage.BREAK, BreakStarted): page_steps.break_started,
    (Stage.BREAK, BreakEnded): page_steps.break_ended,
    (Stage.FEEDBACK, FeedbackShown): unchanged,
    (Stage.FEEDBACK, FeedbackClosed): page_steps.feedback_closed,
    **{(stage, SittingEnded): unchanged for stage in Stage},
    **worklist_steps.LAW,
}
GOVERNED = frozenset(kind for _, kind in LAW)


def handle(script: Script, state: ReadingState, event: Event) -> Outcome:
    """The outcome of one event. Events that only observe (pointer, views, focus) change nothing. Raises OutOfTurn."""
    kind, state = type(event), timed(script, state, event)
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
        if isinstance(event, SittingStarted):
            state = cut_off(state, time.last_ns)
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
    state = cut_off(fold(script, so_far), time.last_ns)
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
