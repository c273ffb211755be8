"""What the reader answered in the phase before, in words, to stand beside the questions of this one.

What belongs here: pure questions to script and state. What does not: showing it (windows).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.reading.engine import trial_now
from app.reading.feedback import answer_in_words
from app.reading.script import Script
from app.reading.state import ReadingState


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """A question and its answer of an earlier phase, in words, as a locked line."""

    title: str
    answer: str


def earlier_answers(script: Script, state: ReadingState) -> tuple[EarlierAnswer, ...]:
    """The answers per case of the phase before; none in the first."""
    if state.phase == 0:
        return ()
    trial = trial_now(script, state)
    specs = {asked.id: asked.spec for asked in trial.phases[state.phase - 1].questions}
    return tuple(
        EarlierAnswer(specs[key.question].ask, answer_in_words(specs[key.question], value))
        for key, value in state.answers.items()
        if (key.trial, key.phase, key.target) == (trial.index, state.phase - 1, "") and key.question in specs
    )


def earlier_title(script: Script, state: ReadingState) -> str:
    """What the phase before is called; empty in the first."""
    return trial_now(script, state).phases[state.phase - 1].name.capitalize() if state.phase else ""
