"""Where a sitting stands: the trial, phase and page in progress, what is within reach in it, when it may end.

What belongs here: pure questions to script and state. What does not: changing the state (the steps), which questions
are asked (asking).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.reading.asking import comparable, known_answers, known_values
from app.reading.outcome import OutOfTurn
from app.reading.script import PageScript, PhaseScript, Script, TrialScript
from app.reading.state import ReadingState, Stage
from app.tracking.events import AnswerValue
from overlays.layers.reveal import is_revealed
from study_configs.comparison import Value, parse_condition


def trial_now(script: Script, state: ReadingState) -> TrialScript:
    return script.trials[state.trial]


def phase_now(script: Script, state: ReadingState) -> PhaseScript:
    return trial_now(script, state).phases[state.phase]


def pages_now(script: Script, state: ReadingState) -> tuple[PageScript, ...]:
    """The pages among which one is shown: before the cases, before the block of the trial that comes, or after all."""
    if state.stage is Stage.BLOCK_PAGES:
        return script.block_pages.get(trial_now(script, state).block, ())
    return script.before if state.stage is Stage.BEFORE else script.after


def page_now(script: Script, state: ReadingState) -> PageScript:
    return pages_now(script, state)[state.page]


def shows_page(page: PageScript, answers: Mapping[str, AnswerValue]) -> bool:
    """Whether a page is shown, after these answers on earlier pages of the sitting."""
    known: dict[str, Value] = {f"answer.{name}": comparable(value) for name, value in answers.items()}
    return not page.show_if or parse_condition(page.show_if).holds({**page.fixed, **known})


def ais_within_reach(script: Script, state: ReadingState) -> frozenset[str]:
    """The AIs whose results may be loaded now: none outside a running phase that opts in.

    Where every layer of an AI is held back, none of its results either until the first of them has come. A phase that
    is not to be taken opts in to nothing.
    """
    if state.stage is not Stage.READING or leaves_out(script, state) or weighs(script, state):
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


def is_reopened(script: Script, state: ReadingState) -> bool:
    """Whether the trial in progress was finished before, and the reader went back to it."""
    return trial_now(script, state).index in state.done


def is_closed(script: Script, state: ReadingState) -> bool:
    """Whether the answers of the phase in progress are committed already, and can only be looked at."""
    return is_reopened(script, state) and phase_now(script, state).commit


def reopenable(script: Script, state: ReadingState) -> tuple[int, ...]:
    """The finished trials of this block that the reader may go back to now, by index, in the order of the script.

    Never those that the reader was told about: an answer is not mended by the truth.
    """
    if script.navigation == "forward_only" or state.trial >= len(script.trials):
        return ()
    here = trial_now(script, state)
    same = (trial for trial in script.trials if trial.block == here.block and trial.index != here.index)
    return tuple(trial.index for trial in same if trial.index in state.done - state.told)


# --- phases that are taken only sometimes


def weighs(script: Script, state: ReadingState) -> tuple[str, ...]:
    """The AIs whose highest scores have to be known before it is clear whether the phase in progress is taken."""
    phase, trial = phase_now(script, state), trial_now(script, state)
    if not phase.only_if or (trial.index, state.phase) in state.scores or _hides(trial, phase):
        return ()
    names = parse_condition(phase.only_if).names
    return tuple(sorted(name.removeprefix("ai.") for name in names if name.startswith("ai.")))


def leaves_out(script: Script, state: ReadingState) -> str:
    """Why the phase in progress is left out (no_reveal, only_if); empty where it is taken or that is not known yet."""
    phase, trial = phase_now(script, state), trial_now(script, state)
    if _hides(trial, phase):
        return "no_reveal"
    if not phase.only_if or weighs(script, state) or is_reopened(script, state):
        return ""
    scores = state.scores.get((trial.index, state.phase), {})
    known = known_values(script, _confirmed_last(script, state))
    known |= {f"ai.{name}": score for name, score in scores.items()}
    return "" if parse_condition(phase.only_if).holds(known) else "only_if"


def _confirmed_last(script: Script, state: ReadingState) -> ReadingState:
    """The state with the answers that were confirmed last; a phase that starts empty has none of its own yet."""
    trial, phase = trial_now(script, state), phase_now(script, state)
    confirmed = [phase for index, phase in state.confirmed if index == trial.index]
    return replace(state, phase=max(confirmed)) if phase.fresh and confirmed else state


def _hides(trial: TrialScript, phase: PhaseScript) -> bool:
    return trial.no_reveal and bool(phase.layers)


# --- the phase's time


def confirmable_from_ns(script: Script, state: ReadingState) -> int | None:
    """When the phase may be confirmed (monotonic ns), None while it has not started."""
    if state.phase_started_ns is None:
        return None
    least = 0 if is_reopened(script, state) else phase_now(script, state).at_least_ns
    return state.phase_started_ns + max(0, least - state.phase_spent_ns)


def ends_ns(script: Script, state: ReadingState) -> int | None:
    """When the phase ends by itself (monotonic ns), None where it does not."""
    most = phase_now(script, state).at_most_ns
    if state.phase_started_ns is None or most is None or is_reopened(script, state):
        return None
    return state.phase_started_ns + max(0, most - state.phase_spent_ns)


def warns_ns(script: Script, state: ReadingState) -> int | None:
    """When the reader is warned that the phase will end by itself (monotonic ns), None where it is not."""
    over, before = ends_ns(script, state), phase_now(script, state).warn_ns
    return None if over is None or before is None else over - before


# --- what the steps require


def require_trial(script: Script, state: ReadingState, trial: int) -> None:
    if state.trial >= len(script.trials) or trial != trial_now(script, state).index:
        raise OutOfTurn(f"trial {trial} is not the trial in progress")


def require_phase(script: Script, state: ReadingState, trial: int, phase: int) -> None:
    require_trial(script, state, trial)
    if phase != state.phase:
        raise OutOfTurn(f"phase {phase} of trial {trial} is not the phase in progress ({state.phase})")
