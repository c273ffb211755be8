"""Which questions stand before the reader now, which are still open, and which answers they take.

What belongs here: pure questions to script and state. What does not: changing the state (engine) and widgets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.reading import answers
from app.reading.script import AskedQuestion, PageScript, PhaseScript, Script, TrialScript
from app.reading.state import AnswerKey, MarkKey, ReadingState
from app.tracking.events import AnswerValue, MarkPlaced
from study_configs.comparison import Value, parse_condition
from study_configs.words import translate


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question as it stands now. `target` is a mark's id for questions per mark, else empty."""

    question: AskedQuestion
    target: str
    target_number: int  # 1-based number of the mark, 0 for questions per case
    answer: AnswerValue
    answered: bool

    @property
    def title(self) -> str:
        ask = self.question.spec.ask
        about = translate("Answers", "{question} (mark {number})")
        return about.format(question=ask, number=self.target_number) if self.target else ask


def questions_now(script: Script, state: ReadingState) -> tuple[OpenQuestion, ...]:
    """The questions to show, in the protocol's order; those whose `show_if` does not hold are left out."""
    return tuple(_open_questions(script, state))


def marks_now(script: Script, state: ReadingState, question: str = "") -> tuple[MarkPlaced, ...]:
    """The marks of the phase in progress (of one question, or of all), in the order in which they were first placed."""
    trial, _ = _here(script, state)
    return tuple(
        placed
        for key, placed in state.marks.items()
        if (key.trial, key.phase) == (trial.index, state.phase) and question in ("", key.question)
    )


def missing(script: Script, state: ReadingState) -> tuple[str, ...]:
    """The titles of required questions that have no answer yet."""
    return tuple(q.title for q in questions_now(script, state) if q.question.spec.required and not q.answered)


def answers_now(script: Script, state: ReadingState) -> dict[str, AnswerValue]:
    """Every answer that stands now, keyed `question` or `question@mark`; marks questions count as their marks' ids."""
    return {
        q.question.id + (f"@{q.target}" if q.target else ""): q.answer
        for q in questions_now(script, state)
        if q.answered
    }


def refusal(script: Script, state: ReadingState, question: str, target: str, value: AnswerValue) -> str:
    """Why the answer cannot be taken, empty when it can."""
    for asked in questions_now(script, state):
        if asked.question.id == question and asked.target == target:
            return answers.refusal(asked.question.spec, value)
    return f"question {question!r} is not asked now"


def known_answers(script: Script, state: ReadingState) -> dict[str, Value]:
    """The answers about the case that stand now, from this phase or carried into it, as "answer.QUESTION"."""
    known = _known_values(*_here(script, state), state)
    return {name: value for name, value in known.items() if name.startswith("answer.")}


def page_questions(page: PageScript, given: Mapping[str, AnswerValue]) -> tuple[OpenQuestion, ...]:
    """The questions of a page before or after the cases, with the answers given on it so far."""
    known: dict[str, Value] = {f"answer.{name}": _comparable(value) for name, value in given.items()}
    return tuple(
        OpenQuestion(question, "", 0, given.get(question.id), question.id in given)
        for question in page.questions
        if _is_asked(question, known)
    )


def page_missing(page: PageScript, given: Mapping[str, AnswerValue]) -> tuple[str, ...]:
    """The titles of a page's required questions that have no answer yet."""
    return tuple(q.title for q in page_questions(page, given) if q.question.spec.required and not q.answered)


def page_refusals(page: PageScript, given: Mapping[str, AnswerValue]) -> tuple[str, ...]:
    """Why the page's answers cannot be taken; empty when they can."""
    asked = {q.question.id: q.question.spec for q in page_questions(page, given)}
    unasked = tuple(f"question {name!r} is not asked on this page" for name in given if name not in asked)
    return unasked + tuple(
        why for name, value in given.items() if name in asked and (why := answers.refusal(asked[name], value))
    )


def _open_questions(script: Script, state: ReadingState) -> Iterator[OpenQuestion]:
    trial, phase = _here(script, state)
    known = _known_values(trial, phase, state)
    for question in phase.questions:
        if not _is_asked(question, known):
            continue
        if question.spec.per == "mark":
            for number, mark in enumerate(_mark_ids(script, state), start=1):
                yield _as_it_stands(trial, state, question, mark, number)
        else:
            yield _as_it_stands(trial, state, question, "", 0)


def _as_it_stands(
    trial: TrialScript, state: ReadingState, question: AskedQuestion, target: str, number: int
) -> OpenQuestion:
    if question.spec.answer == "marks":
        marks = tuple(key.mark for key in state.marks if _is_here(key, trial, state) and key.question == question.id)
        return OpenQuestion(question, target, number, marks, bool(marks))
    key = AnswerKey(trial.index, state.phase, question.id, target)
    return OpenQuestion(question, target, number, state.answers.get(key), key in state.answers)


def _mark_ids(script: Script, state: ReadingState) -> tuple[str, ...]:
    return tuple(placed.mark for placed in marks_now(script, state))


def _is_asked(question: AskedQuestion, known: Mapping[str, Value]) -> bool:
    return question.spec.show_if is None or parse_condition(question.spec.show_if).holds(known)


def _known_values(trial: TrialScript, phase: PhaseScript, state: ReadingState) -> dict[str, Value]:
    """What `show_if` may speak of: `case.<column>`, `answer.<question>` of this phase, `condition`, `phase`."""
    values: dict[str, Value] = {f"case.{name}": value for name, value in trial.attributes.items()}
    values |= {"condition": trial.condition, "phase": phase.name}
    for key, value in state.answers.items():
        if (key.trial, key.phase, key.target) == (trial.index, state.phase, ""):
            values[f"answer.{key.question}"] = _comparable(value)
    return values


def _comparable(value: AnswerValue) -> Value:
    return ",".join(value) if isinstance(value, tuple) else value


def _here(script: Script, state: ReadingState) -> tuple[TrialScript, PhaseScript]:
    trial = script.trials[state.trial]
    return trial, trial.phases[state.phase]


def _is_here(key: MarkKey, trial: TrialScript, state: ReadingState) -> bool:
    return (key.trial, key.phase) == (trial.index, state.phase)
