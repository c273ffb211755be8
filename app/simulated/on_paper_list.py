"""How a reader on paper lives with a reading list: waits for exams, opens the first, answers the telephone.

What belongs here: the events of those acts. What does not: reading a case (on_paper), the law (app.reading.worklist).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from app.reading.script import PageScript, Script
from app.reading.state import ReadingState, Stage
from app.reading.worklist import standing
from app.tracking.events import (
    AnswerValue,
    CallAnswered,
    CallRang,
    CallTaken,
    CaseChosen,
    CaseSuspended,
    Event,
    ExamTriaged,
    WorklistShown,
)
from study_configs.problem import ProgramError

MOST_ACTS = 5000  # at one list, before something is opened or the block is over


class AtTheList(Protocol):
    """What of a reader is needed here; `state` is that after the last event that was taken from it."""

    script: Script
    state: ReadingState

    def now(self, later_ns: int = ...) -> int: ...

    def fill_in(self, page: PageScript) -> Mapping[str, AnswerValue]: ...

    @property
    def is_called_away(self) -> bool: ...


TopScore = Callable[[int, str], float | None]  # of a trial, by an AI


def open_from_list(reader: AtTheList, top_score: TopScore) -> Iterator[Event]:
    """Look at the list and open the exam on top, as soon as there is one; nothing where the block is over by then."""
    here = standing.list_now(reader.script, reader.state)
    if here is None:
        raise ProgramError("There is no reading list to open an exam from.")
    rows = tuple(row.trial for row in standing.rows_now(reader.script, reader.state))
    yield WorklistShown(at_ns=reader.now(), block=here.block, trials=rows)
    for _ in range(MOST_ACTS):
        yield from look_around(reader, top_score)
        if reader.is_called_away or reader.state.stage is not Stage.LISTING:
            return
        if choosable := standing.choosable_now(reader.script, reader.state):
            yield _chosen(reader, choosable[0])
            return
        reader.now(_until_something_comes(reader))
    raise ProgramError("A reader on paper waits for an exam that never comes.")


def look_around(reader: AtTheList, top_score: TopScore) -> Iterator[Event]:
    """Everything that is due by now: exams, their triage, calls (each is answered), a stat exam that interrupts."""
    while (due := standing.due_now(reader.script, reader.state, reader.now(0))) is not None:
        yield due
        if isinstance(due, CallRang):
            yield from _answered(reader, due)
        if isinstance(due, CaseSuspended) or reader.is_called_away:
            return
    for trial in standing.triage_wanted(reader.script, reader.state):
        yield _triaged(reader, trial, top_score)


def _answered(reader: AtTheList, rang: CallRang) -> Iterator[Event]:
    call = standing.call_now(reader.script, reader.state)
    if call is not None:
        yield CallTaken(at_ns=reader.now(), block=rang.block, call=rang.call)
        answers = dict(reader.fill_in(call.page))
        yield CallAnswered(at_ns=reader.now(), block=rang.block, call=rang.call, answers=answers)


def _triaged(reader: AtTheList, trial: int, top_score: TopScore) -> Event:
    here = standing.list_now(reader.script, reader.state)
    if here is None or here.triage is None:
        raise ProgramError("Only a list with triage wants scores.")
    score = top_score(trial, here.triage.ai)
    flagged = score is not None and score >= here.triage.threshold
    return ExamTriaged(at_ns=reader.now(), trial=trial, ai=here.triage.ai, top_score=score, flagged=flagged)


def _chosen(reader: AtTheList, trial: int) -> Event:
    waiting = standing.waiting_now(reader.script, reader.state)
    now = reader.now()
    block_ms = reader.state.bustle.at(now) // standing.MS_NS
    return CaseChosen(at_ns=now, trial=trial, block_ms=block_ms, row=waiting.index(trial) + 1, waiting=len(waiting))


def _until_something_comes(reader: AtTheList) -> int:
    """Nanoseconds until the next exam comes or the block's time is over, whichever is first."""
    here, bustle = standing.list_now(reader.script, reader.state), reader.state.bustle
    if here is None:
        return 0
    exams = [each for each in standing.block_trials(reader.script, here.block) if each.index not in bustle.arrived]
    coming = [each.listed.arrives_ns for each in exams if each.listed is not None]
    ends = [] if here.block_ns is None else [here.block_ns]
    return max(1, min([*coming, *ends], default=1) - bustle.at(reader.now(0)))
