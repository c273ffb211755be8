"""One phase of questions in the real panel over the real law, without images: for pictures and tests.

What belongs here: the few events that panel and engine exchange. What does not: a whole sitting (reader, on_paper).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from PySide6.QtCore import QObject

from app.reading import engine
from app.reading.asking import marks_now, questions_now
from app.reading.earlier import earlier_answers, earlier_title
from app.reading.script import AskedQuestion, PhaseScript, Script, TrialScript
from app.reading.state import ReadingState, Stage
from app.tracking.events import (
    AnswerCleared,
    AnswerGiven,
    AnswerValue,
    Event,
    FindingsListed,
    MarkPlaced,
    MarkRemoved,
    PhaseConfirmed,
)
from app.windows.questions.question_panel import QuestionPanel
from study_configs.questions import Question

SECOND_NS = 1_000_000_000
QUESTION: TypeAdapter[Question] = TypeAdapter(Question)


def question(name: str, values: dict[str, Any]) -> AskedQuestion:
    """A question from its YAML values. Raises pydantic.ValidationError."""
    return AskedQuestion(name, QUESTION.validate_python(values))


def phase_of(questions: Iterable[AskedQuestion], name: str = "reading", *, commit: bool = False) -> PhaseScript:
    return PhaseScript(name, tuple(questions), (), frozenset({"ai"}), commit, 0, None)


class Form:
    """Hands what the panel emits to the engine, keeps the log, and shows the panel the state that follows."""

    def __init__(
        self,
        panel: QuestionPanel,
        phases: tuple[PhaseScript, ...],
        *,
        findings: tuple[str, ...] = (),
        lesions: dict[str, tuple[float, float, float]] | None = None,
        log: Iterable[Event] = (),
    ) -> None:
        trial = TrialScript(0, "case", "condition", False, phases, {}, lesions=lesions or {})
        self.panel, self.script = panel, Script((), (trial,), (), False, False)
        self.state = ReadingState(stage=Stage.READING, phase_started_ns=0)
        self.log: list[Event] = []
        self.confirmed = 0
        self._findings = findings
        for event in log:
            self._apply(event)
        self._heard = [
            panel.answer_given.connect(self._given),
            panel.answer_cleared.connect(self._cleared),
            panel.mark_remove_requested.connect(self._removed),
            panel.mark_restore_requested.connect(self._restored),
            panel.confirm_requested.connect(self.confirm),
        ]
        self._open()

    def close(self) -> None:
        """Listen to the panel no more."""
        while self._heard:
            QObject.disconnect(self._heard.pop())

    def take(self, event: Event) -> None:
        """An event happens; the panel shows what follows. Raises OutOfTurn for what the law forbids."""
        self._apply(event)
        self.show()

    def show(self) -> None:
        if self.state.stage is Stage.READING:
            self.panel.show_questions(questions_now(self.script, self.state), marks_now(self.script, self.state))

    def mark(self, name: str, of: str, slice_index: int = 40) -> None:
        """A mark is placed, as the images do it."""
        place = (10.0, 20.0, float(slice_index))
        self.take(
            MarkPlaced(
                at_ns=0, trial=0, phase=self.state.phase, question=of, mark=name, series_uid="1.2", sop_uid="1.2.3",
                slice_index=slice_index, column=100.0, row=120.0, position_mm=place,
            )
        )  # fmt: skip

    def confirm(self) -> None:
        self.confirmed += 1
        phase = self.state.phase
        self._apply(PhaseConfirmed(at_ns=SECOND_NS, trial=0, phase=phase, answers={}))
        if self.state.stage is Stage.READING and self.state.phase > phase:
            self.state = replace(self.state, phase_started_ns=0)
            self._open()
        else:
            self.close()  # as the reading room is left after the last phase

    def answers(self) -> dict[tuple[str, str], AnswerValue]:
        """What stands in the phase in progress, by question and target; nothing after the last."""
        if self.state.stage is not Stage.READING:
            return {}
        here = questions_now(self.script, self.state)
        return {(q.question.id, q.target): q.answer for q in here if q.answered and q.question.spec.answer != "marks"}

    def scope_of(self, name: str) -> str:
        """What a question of the phase in progress is about."""
        asked = engine.phase_now(self.script, self.state).questions
        return next(each.spec.per for each in asked if each.id == name)

    def _open(self) -> None:
        if self._findings:
            self._apply(FindingsListed(at_ns=0, trial=0, phase=self.state.phase, findings=self._findings))
        phase = engine.phase_now(self.script, self.state)
        earlier = earlier_answers(self.script, self.state)
        title = earlier_title(self.script, self.state)
        self.panel.start_phase(phase.questions, earlier=earlier, earlier_title=title)
        self.show()

    def _apply(self, event: Event) -> None:
        self.state = engine.handle(self.script, self.state, event).state
        self.log.append(event)

    def _given(self, question: str, target: str, value: AnswerValue) -> None:
        phase = self.state.phase
        self.take(AnswerGiven(at_ns=0, trial=0, phase=phase, question=question, target=target, value=value))

    def _cleared(self, question: str, target: str) -> None:
        self.take(AnswerCleared(at_ns=0, trial=0, phase=self.state.phase, question=question, target=target))

    def _restored(self, placed: MarkPlaced) -> None:
        self.take(replace(placed, phase=self.state.phase))

    def _removed(self, mark: str) -> None:
        placed = next(each for each in marks_now(self.script, self.state) if each.mark == mark)
        phase = self.state.phase
        self.take(MarkRemoved(at_ns=0, trial=0, phase=phase, question=placed.question, mark=mark))
