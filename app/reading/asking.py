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
from study_configs.questions import Question
from study_configs.words import phrase, translate

SIDES = {"right": phrase("Answers", "right side"), "left": phrase("Answers", "left side")}


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question as it stands now. `target` is what it is about, see AnswerKey; empty for questions per case.

    `target_number` counts the targets of one question from 1; 0 for questions per case. `closed`: the answer is
    committed, and can only be looked at.
    """

    question: AskedQuestion
    target: str
    target_number: int
    answer: AnswerValue
    answered: bool
    closed: bool = False

    @property
    def title(self) -> str:
        """The question, and in words what it is about."""
        ask = self.question.spec.ask
        return f"{ask} ({self.about})" if self.target else ask

    @property
    def about(self) -> str:
        """What the question is about, in words; empty for questions per case."""
        return target_in_words(self.question.spec, self.target, self.target_number)


def target_in_words(spec: Question, target: str, number: int) -> str:
    """A target as readers are told of it: "mark 2", "left side", a segment's label; empty for the whole case."""
    match spec.per:
        case "side":
            return translate("Answers", SIDES[target])
        case "segment":
            return spec.segments.get(target, target)
        case "mark":
            return translate("Answers", "mark {number}").format(number=number)
        case "finding":
            return translate("Answers", "finding {number}").format(number=number)
        case "lesion":
            return translate("Answers", "place {number}").format(number=number)
    return ""


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
    asked = (q for q in questions_now(script, state) if q.question.spec.required and not q.closed)
    return tuple(q.title for q in asked if not q.answered)


def answers_now(script: Script, state: ReadingState) -> dict[str, AnswerValue]:
    """Every answer that stands now, keyed `question` or `question@target`; of marks questions, the marks' ids."""
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


def versions_now(script: Script, state: ReadingState) -> dict[str, str]:
    """The version of each answered question's words, by question."""
    return {q.question.id: q.question.spec.version for q in questions_now(script, state) if q.answered}


def known_answers(script: Script, state: ReadingState) -> dict[str, Value]:
    """The answers about the case that stand now, from this phase or carried into it, as "answer.QUESTION"."""
    return {name: value for name, value in known_values(script, state).items() if name.startswith("answer.")}


def known_values(script: Script, state: ReadingState, target: str = "") -> dict[str, Value]:
    """What `show_if` may speak of: case.COLUMN, answer.QUESTION, condition, phase, arm, reader.STRATUM.

    Answers are those of this phase about the case, and about the target where one is named: the target's go first.
    """
    trial, phase = _here(script, state)
    values: dict[str, Value] = {f"case.{name}": value for name, value in trial.attributes.items()}
    values |= {f"reader.{name}": value for name, value in script.stratum.items()}
    values |= {"condition": trial.condition, "phase": phase.name, "arm": script.arm}
    here = [
        (key, value) for key, value in state.answers.items() if (key.trial, key.phase) == (trial.index, state.phase)
    ]
    for about in dict.fromkeys(("", target)):
        values |= {f"answer.{key.question}": comparable(value) for key, value in here if key.target == about}
    return values


def page_questions(page: PageScript, given: Mapping[str, AnswerValue]) -> tuple[OpenQuestion, ...]:
    """The questions of a page before or after the cases, with the answers given on it so far."""
    known: dict[str, Value] = {f"answer.{name}": comparable(value) for name, value in given.items()}
    known |= page.fixed
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
    closed = phase.commit and trial.index in state.done
    about_case = known_values(script, state)
    for question in phase.questions:
        if question.spec.per == "case":
            if _is_asked(question, about_case):
                yield _as_it_stands(trial, state, question, "", 0, closed)
            continue
        for number, target in enumerate(targets_now(script, state, question), start=1):
            if _is_asked(question, known_values(script, state, target)):
                yield _as_it_stands(trial, state, question, target, number, closed)


def targets_now(script: Script, state: ReadingState, question: AskedQuestion) -> tuple[str, ...]:
    """What a question is asked about now, in the order in which it is asked; ("",) for the whole case."""
    trial, _ = _here(script, state)
    match question.spec.per:
        case "side":
            return tuple(SIDES)
        case "segment":
            return tuple(question.spec.segments)
        case "mark":
            return tuple(placed.mark for placed in marks_now(script, state))
        case "finding":
            return state.findings.get((trial.index, state.phase), ())
        case "lesion":
            return tuple(trial.lesions)
    return ("",)


def _as_it_stands(
    trial: TrialScript, state: ReadingState, question: AskedQuestion, target: str, number: int, closed: bool
) -> OpenQuestion:
    if question.spec.answer == "marks":
        marks = tuple(key.mark for key in state.marks if _is_here(key, trial, state) and key.question == question.id)
        return OpenQuestion(question, target, number, marks, bool(marks), closed)
    key = AnswerKey(trial.index, state.phase, question.id, target)
    return OpenQuestion(question, target, number, state.answers.get(key), key in state.answers, closed)


def _is_asked(question: AskedQuestion, known: Mapping[str, Value]) -> bool:
    return question.spec.show_if is None or parse_condition(question.spec.show_if).holds(known)


def comparable(value: AnswerValue) -> Value:
    return ",".join(value) if isinstance(value, tuple) else value


def _here(script: Script, state: ReadingState) -> tuple[TrialScript, PhaseScript]:
    trial = script.trials[state.trial]
    return trial, trial.phases[state.phase]


def _is_here(key: MarkKey, trial: TrialScript, state: ReadingState) -> bool:
    return (key.trial, key.phase) == (trial.index, state.phase)
