"""A simulated reader without windows: obeys the engine's commands with events, as a reader and a workstation would.

What belongs here: the events that follow from each command. What does not: windows and pixels (reader), the law
(app.reading), writing the events down (the caller).
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.reading import engine
from app.reading.asking import OpenQuestion, answers_now, page_questions, questions_now, versions_now
from app.reading.commands import (
    CloseCase,
    Command,
    EndSitting,
    OpenBreak,
    OpenCase,
    OpenCaseFeedback,
    OpenFeedback,
    OpenText,
    OpenWorklist,
    SkipPhase,
    StartPhase,
    WeighPhase,
)
from app.reading.script import PageScript, Script
from app.reading.state import ReadingState
from app.simulated.on_paper_list import look_around, open_from_list
from app.simulated.plausible import plausible
from app.tracking.events import (
    AIResultLoaded,
    AnswerGiven,
    AnswerValue,
    BreakEnded,
    BreakStarted,
    CaseFeedbackClosed,
    CaseFeedbackShown,
    CaseShown,
    CaseTakenUp,
    Event,
    FeedbackClosed,
    FeedbackShown,
    FindingsListed,
    LayerRevealed,
    MarkPlaced,
    PhaseConfirmed,
    PhaseSkipped,
    PhaseStarted,
    PhaseWeighed,
    SittingEnded,
    SittingStarted,
    TextAcknowledged,
    TextShown,
    TimeWarned,
    TrialStarted,
)
from study_configs.problem import ProgramError
from study_configs.questions import Marks

Came = Literal["button", "after", "if"]
STEP_NS = 500_000_000  # between two acts
MOST_ACTS = 1000  # in one phase


@dataclass(frozen=True, slots=True)
class Told:
    """What an AI says of a case, as far as a reader on paper can take it in: ids and scores of its findings."""

    elements: tuple[str, ...] = ()
    scores: tuple[float | None, ...] = ()
    planted: tuple[str, ...] = ()
    top_score: float | None = None


Advise = Callable[[int, str], Told]  # of a trial (index), by an AI


def silent(trial: int, ai: str) -> Told:
    """An AI that finds nothing."""
    return Told()


class ReaderOnPaper:
    """Reads one sign-in from a script, by itself.

    The same seed gives the same answers in the same place of the sitting, however often it was cut off before.
    `earlier` are the events of sign-ins so far. Iterate over `events`; each is folded before the next is made.
    """

    def __init__(
        self,
        script: Script,
        *,
        seed: int = 7,
        advise: Advise = silent,
        earlier: Iterable[Event] = (),
        at_ns: int = 0,
        sha256_of: Mapping[str, str] | None = None,
    ) -> None:
        self.script, self.state = script, engine.left_off(script, earlier)
        self._seed, self._advise = seed, advise
        self._at_ns = at_ns
        self._sha256_of = sha256_of or {}
        self._due: deque[Command] = deque()

    def events(self, started: SittingStarted) -> Iterator[Event]:
        """Everything from signing in to the sign-in's last event."""
        yield self._take(started)
        while self._due:
            for event in self._obey(self._due.popleft()):
                yield self._take(event)

    def now(self, later_ns: int = STEP_NS) -> int:
        """The monotonic clock, which goes on with every act."""
        self._at_ns += later_ns
        return self._at_ns

    @property
    def is_called_away(self) -> bool:
        """Whether the engine wants something else by now, such as another case."""
        return bool(self._due)

    def _take(self, event: Event) -> Event:
        outcome = engine.handle(self.script, self.state, event)
        self.state = outcome.state
        self._due.extend(outcome.commands)
        return event

    def _obey(self, command: Command) -> Iterator[Event]:
        match command:
            case OpenText():
                yield from self._read(command)
            case OpenCase(trial=trial, case=case):
                if trial in self.state.bustle.suspended:
                    yield CaseTakenUp(at_ns=self.now(), trial=trial)
                condition = engine.trial_now(self.script, self.state).condition
                yield TrialStarted(at_ns=self.now(), trial=trial, case=case, condition=condition)
                yield CaseShown(at_ns=self.now(), trial=trial)
            case StartPhase(trial=trial, phase=phase):
                yield from self._read_phase(trial, phase)
            case WeighPhase(trial=trial, phase=phase, ais=ais):
                known = {ai: self._advise(trial, ai).top_score for ai in ais}
                top = {ai: score for ai, score in known.items() if score is not None}
                yield PhaseWeighed(at_ns=self.now(), trial=trial, phase=phase, top_scores=top)
            case SkipPhase(trial=trial, phase=phase, why=why):
                yield PhaseSkipped(at_ns=self.now(), trial=trial, phase=phase, why=why)
            case _:
                yield from self._obey_between(command)

    def _obey_between(self, command: Command) -> Iterator[Event]:
        """What comes between cases and at the end."""
        match command:
            case CloseCase():
                return
            case OpenWorklist():
                yield from open_from_list(self, self._top_score)
            case OpenBreak(after_trial=trial, at_least_s=seconds):
                yield BreakStarted(at_ns=self.now(), after_trial=trial, at_least_s=seconds)
                yield BreakEnded(at_ns=self.now(round(seconds * 1e9) + STEP_NS))
            case OpenCaseFeedback(trials=trials):
                yield CaseFeedbackShown(at_ns=self.now(), trials=trials)
                yield CaseFeedbackClosed(at_ns=self.now(), trials=trials)
            case OpenFeedback(trials=trials):
                yield FeedbackShown(at_ns=self.now(), trials=trials)
                yield FeedbackClosed(at_ns=self.now())
            case EndSitting(reason=reason):
                yield SittingEnded(at_ns=self.now(), reason=reason, counts={})
            case _:
                raise ProgramError(f"A reader on paper does not know the command {type(command).__name__}.")

    # --- pages

    def _read(self, command: OpenText) -> Iterator[Event]:
        page = engine.page_now(self.script, self.state)
        yield TextShown(at_ns=self.now(), text=command.text, block=command.block)
        answers = self.fill_in(page)
        yield TextAcknowledged(
            at_ns=self.now(page.at_least_ns + STEP_NS),
            text=page.id,
            sha256=self._sha256_of.get(page.id, ""),
            answers=answers,
            versions={asked.id: asked.spec.version for asked in page.questions if asked.id in answers},
            block=page.block,
        )

    def fill_in(self, page: PageScript) -> dict[str, AnswerValue]:
        """An answer to each question of a page."""
        given: dict[str, AnswerValue] = {}
        while open_ones := [each for each in page_questions(page, given) if not each.answered]:
            asked = open_ones[0].question
            given[asked.id] = plausible(asked.spec, self._chance("page", page.id, asked.id))
        return given

    # --- phases

    def _read_phase(self, trial: int, phase: int) -> Iterator[Event]:
        yield from self._take_in_advice(trial, phase)
        spec = engine.phase_now(self.script, self.state)
        yield PhaseStarted(at_ns=self.now(), trial=trial, phase=phase, layers=spec.layers)
        yield from look_around(self, self._top_score)
        if self.is_called_away:
            return
        yield from self._wait_for_layers(trial, phase)
        yield from self._answer_all(trial, phase)
        yield from self._layers_that_came(trial, phase)
        ready_ns = engine.confirmable_from_ns(self.script, self.state) or 0
        if (warned_ns := engine.warns_ns(self.script, self.state)) is not None and warned_ns < ready_ns:
            left_s = ((engine.ends_ns(self.script, self.state) or 0) - warned_ns) / 1e9
            yield TimeWarned(at_ns=self.now(max(0, warned_ns - self._at_ns)), trial=trial, phase=phase, left_s=left_s)
        yield PhaseConfirmed(
            at_ns=self.now(max(0, ready_ns - self._at_ns) + STEP_NS),
            trial=trial,
            phase=phase,
            answers=answers_now(self.script, self.state),
            versions=versions_now(self.script, self.state),
        )

    def _take_in_advice(self, trial: int, phase: int) -> Iterator[Event]:
        """What the AIs within reach say, and which of their findings are asked about: here, all."""
        reach = sorted(engine.ais_within_reach(self.script, self.state))
        for ai in reach:
            yield self._loaded(trial, ai)
        asked = any(each.spec.per == "finding" for each in engine.phase_now(self.script, self.state).questions)
        if reach and asked:
            listed = tuple(element for ai in reach for element in self._advise(trial, ai).elements)
            yield FindingsListed(at_ns=self.now(), trial=trial, phase=phase, findings=listed)

    def _loaded(self, trial: int, ai: str) -> Event:
        told = self._advise(trial, ai)
        return AIResultLoaded(
            at_ns=self.now(), trial=trial, ai=ai, series_uid="", model_sha256="", findings=len(told.elements),
            planted=told.planted, scores=told.scores, elements=told.elements, top_score=told.top_score,
        )  # fmt: skip

    def _wait_for_layers(self, trial: int, phase: int) -> Iterator[Event]:
        """Every layer behind a button is asked for, once, and every one that comes after a time is waited for."""
        for name, held in engine.phase_now(self.script, self.state).held_back.items():
            if name in engine.layers_revealed(self.script, self.state):
                continue
            if held.rule.how == "button":
                yield from self._revealed(name, "button", trial, 0)
            elif held.rule.how == "after":
                yield from self._revealed(name, "after", trial, round(held.rule.after_s * 1e9))

    def _layers_that_came(self, trial: int, phase: int) -> Iterator[Event]:
        """The layers that answers brought; what is asked about their findings is answered, too."""
        came = engine.layers_revealed(self.script, self.state)
        for name in sorted(engine.layers_due(self.script, self.state, 0.0) - came):
            yield from self._revealed(name, "if", trial, 0)
        yield from self._answer_all(trial, phase)

    def _revealed(self, name: str, how: Came, trial: int, wait_ns: int) -> Iterator[Event]:
        """The layer comes; results that only it shows are loaded then."""
        there = engine.ais_within_reach(self.script, self.state)
        yield LayerRevealed(at_ns=self.now(wait_ns + STEP_NS), layer=name, how=how)
        for ai in sorted(engine.ais_within_reach(self.script, self.state) - there):
            yield self._loaded(trial, ai)

    def _answer_all(self, trial: int, phase: int) -> Iterator[Event]:
        if engine.is_closed(self.script, self.state):
            return
        for _ in range(MOST_ACTS):
            asked = next((each for each in questions_now(self.script, self.state) if not each.answered), None)
            if asked is None:
                return
            yield self._answered(asked, trial, phase)
        raise ProgramError("A reader on paper finds no end of questions.")

    def _answered(self, asked: OpenQuestion, trial: int, phase: int) -> Event:
        question = asked.question
        if isinstance(question.spec, Marks):
            return MarkPlaced(
                at_ns=self.now(), trial=trial, phase=phase, question=question.id, mark=f"{question.id}-1",
                series_uid="", sop_uid="", slice_index=0, column=1.0, row=1.0, position_mm=(1.0, 2.0, 3.0),
                shape=question.spec.shape,
            )  # fmt: skip
        value = plausible(question.spec, self._chance(trial, phase, question.id, asked.target))
        return AnswerGiven(
            at_ns=self.now(), trial=trial, phase=phase, question=question.id, value=value, target=asked.target
        )

    def _top_score(self, trial: int, ai: str) -> float | None:
        return self._advise(trial, ai).top_score

    def _chance(self, *where: object) -> random.Random:
        return random.Random(repr((self._seed, *where)))


def read_to_the_end(reader: ReaderOnPaper, started: SittingStarted) -> tuple[list[Event], ReadingState]:
    """All events of one sign-in, and where it stands after them."""
    events = list(reader.events(started))
    return events, reader.state
