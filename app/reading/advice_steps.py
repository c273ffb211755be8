"""Steps of the law about AI: the barrier that keeps results away, layers that come and go, findings to be judged.

What belongs here: what these events change. What does not: the table of them (engine), what is within reach (here).
"""

from __future__ import annotations

from app.reading.asking import known_answers
from app.reading.here import ais_within_reach, phase_now, require_phase, trial_now
from app.reading.outcome import Outcome, OutOfTurn
from app.reading.script import HeldBack, Script
from app.reading.state import LayerKey, ReadingState, RevealKey
from app.tracking.events import AIResultLoaded, FindingsListed, LayerChanged, LayerRevealed, LayerWithdrawn
from overlays.layers.reveal import is_revealed


def ai_loaded(script: Script, state: ReadingState, event: AIResultLoaded) -> Outcome:
    """The barrier: no AI result comes within reach in a phase that has not opted in."""
    if event.ai not in ais_within_reach(script, state):
        raise OutOfTurn(f"AI {event.ai!r} is out of reach in phase {phase_now(script, state).name!r}")
    return Outcome(state)


def findings_listed(script: Script, state: ReadingState, event: FindingsListed) -> Outcome:
    """What questions per finding are about; answers about findings that are gone stay in the log alone."""
    require_phase(script, state, event.trial, event.phase)
    if event.findings and not ais_within_reach(script, state):
        raise OutOfTurn(f"findings came in phase {phase_now(script, state).name!r}, which shows no AI")
    return Outcome(state.with_findings(event.trial, event.phase, event.findings))


def layer_changed(script: Script, state: ReadingState, event: LayerChanged) -> Outcome:
    if event.layer not in phase_now(script, state).layers:
        raise OutOfTurn(f"layer {event.layer!r} does not belong to phase {phase_now(script, state).name!r}")
    if event.by == "protocol":
        return Outcome(state)
    key = LayerKey(trial_now(script, state).index, state.phase, event.layer)
    return Outcome(state.with_layer_set(key, event))


def layer_revealed(script: Script, state: ReadingState, event: LayerRevealed) -> Outcome:
    held = _held_back(script, state, event.layer)
    here_ns = 0 if state.phase_started_ns is None else event.at_ns - state.phase_started_ns
    seconds = (state.phase_spent_ns + here_ns) / 1e9
    is_due = is_revealed(held.rule, seconds, known_answers(script, state), event.how == "button")
    if event.how != held.rule.how or not is_due:
        raise OutOfTurn(f"layer {event.layer!r} came before its rule ({held.rule.how}) let it")
    key = RevealKey(trial_now(script, state).index, state.phase, event.layer, event.how)
    return Outcome(state.with_revealed(key))


def layer_withdrawn(script: Script, state: ReadingState, event: LayerWithdrawn) -> Outcome:
    rule = _held_back(script, state, event.layer).rule
    if rule.how != "if" or is_revealed(rule, 0.0, known_answers(script, state), asked=False):
        raise OutOfTurn(f"layer {event.layer!r} went although its rule ({rule.how}) keeps it")
    return Outcome(state.without_revealed(trial_now(script, state).index, state.phase, event.layer))


def _held_back(script: Script, state: ReadingState, layer: str) -> HeldBack:
    held = phase_now(script, state).held_back.get(layer)
    if held is None:
        raise OutOfTurn(f"layer {layer!r} is not held back in phase {phase_now(script, state).name!r}")
    return held
