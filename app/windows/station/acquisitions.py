"""Which acquisition a phase at the station is about: the exam as it first came, or as it was repeated.

What belongs here: that question to script and state. What does not: sending and showing acquisitions.
"""

from __future__ import annotations

from app.reading import engine
from app.reading.script import Script
from app.reading.state import AnswerKey, ReadingState
from app.tracking.events.station import Acquisition
from study_configs.comparison import parse_condition


def acquisition_now(script: Script, state: ReadingState, decision: str) -> Acquisition:
    """The repeated one from the first phase on that is taken because of the decision to repeat."""
    trial = engine.trial_now(script, state)
    taken = {state.phase} | {phase for index, phase in state.confirmed if index == trial.index and phase < state.phase}
    return "repeated" if any(_judges_repeat(script, state, phase, decision) for phase in taken) else "first"


def _judges_repeat(script: Script, state: ReadingState, phase: int, decision: str) -> bool:
    trial = engine.trial_now(script, state)
    only_if = trial.phases[phase].only_if
    if not only_if or f"answer.{decision}" not in parse_condition(only_if).names:
        return False
    confirmed = [number for index, number in state.confirmed if index == trial.index and number < phase]
    before = AnswerKey(trial.index, max(confirmed), decision, "") if confirmed else None
    return before is not None and state.answers.get(before) == "repeat"
