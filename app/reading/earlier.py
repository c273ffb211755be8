"""What the reader answered in the phases before, in words, to stand beside the questions of this one.

What belongs here: pure questions to script and state. What does not: showing it (windows).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.reading.asking import target_in_words
from app.reading.feedback import answer_in_words
from app.reading.here import trial_now
from app.reading.script import PhaseScript, Script
from app.reading.state import AnswerKey, ReadingState
from study_configs.questions import Question


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """A question and its answer of an earlier phase, in words, as a locked line; `committed` where it is final."""

    title: str
    answer: str
    question: str = ""
    target: str = ""
    committed: bool = False


def earlier_answers(script: Script, state: ReadingState) -> tuple[EarlierAnswer, ...]:
    """The answers of the last phase before this one that was taken; none in the first."""
    before = _phase_before(script, state)
    if before is None:
        return ()
    trial = trial_now(script, state)
    phase = trial.phases[before]
    here = [(key, value) for key, value in state.answers.items() if (key.trial, key.phase) == (trial.index, before)]
    numbers = _numbers(state, trial.index, before, tuple(trial.lesions))
    return tuple(
        _line(phase, key, answer_in_words(spec, value), numbers.get(key.target, 0))
        for key, value in here
        if (spec := _specs(phase).get(key.question)) is not None
    )


def is_committed(script: Script, state: ReadingState) -> bool:
    """Whether the answers of the phase before are final, so that what is asked now cannot change them."""
    before = _phase_before(script, state)
    return before is not None and trial_now(script, state).phases[before].commit


def earlier_title(script: Script, state: ReadingState) -> str:
    """What the phase before is called; empty in the first."""
    before = _phase_before(script, state)
    return "" if before is None else trial_now(script, state).phases[before].name.capitalize()


def _phase_before(script: Script, state: ReadingState) -> int | None:
    """The last phase before this one that was taken."""
    trial = trial_now(script, state).index
    taken = (phase for phase in reversed(range(state.phase)) if (trial, phase) not in state.skipped)
    return next(taken, None)


def _line(phase: PhaseScript, key: AnswerKey, answer: str, number: int) -> EarlierAnswer:
    spec = _specs(phase)[key.question]
    about = target_in_words(spec, key.target, number)
    return EarlierAnswer(f"{spec.ask} ({about})" if about else spec.ask, answer, key.question, key.target, phase.commit)


def _specs(phase: PhaseScript) -> dict[str, Question]:
    return {asked.id: asked.spec for asked in phase.questions}


def _numbers(state: ReadingState, trial: int, phase: int, lesions: tuple[str, ...]) -> dict[str, int]:
    """The number by which readers know each mark, finding and pointed place."""
    marks = tuple(key.mark for key in state.marks if (key.trial, key.phase) == (trial, phase))
    lists = (marks, state.findings.get((trial, phase), ()), lesions)
    return {target: number for each in lists for number, target in enumerate(each, start=1)}
