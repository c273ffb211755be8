"""The reading list as it stands: its rows, what is due by the block's clock, what may be opened next.

What belongs here: pure questions to script and state. What does not: changing the state (steps) and showing
anything (app.windows.worklist.page).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.reading.here import reopenable
from app.reading.script import Script, TrialScript
from app.reading.state import ReadingState, Stage
from app.reading.worklist.script import CallScript, ListedExam, ListScript
from app.reading.worklist.state import Bustle, Ringing
from app.tracking.events import (
    BlockTimeEnded,
    CallMissed,
    CallRang,
    CaseSuspended,
    Event,
    ExamArrived,
    QuotaReached,
)
from study_configs.worklist import PRIORITIES

AMONG_CASES = (Stage.LISTING, Stage.OPENING, Stage.READING)
BETWEEN_CASES = (Stage.TELLING, Stage.BREAK)  # nothing new comes, and a call that came is still a call
Status = Literal["new", "open", "set aside", "done", "not read"]
RANK: dict[str, int] = {priority: -rank for rank, priority in enumerate(PRIORITIES)}  # the most urgent first
MS_NS = 1_000_000


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row: the exam, its place among the block's cases (from 1, as planned), and what became of it."""

    trial: int
    number: int
    exam: ListedExam
    status: Status
    flagged: bool  # as the row says it: never where the list tells nothing of the AI


@dataclass(frozen=True, slots=True)
class ClockFace:
    """What readers see of the time: the seconds passed or left (None: no clock), and how many of the quota are read."""

    seconds: float | None
    is_left: bool
    read: int
    quota: int | None


def list_now(script: Script, state: ReadingState) -> ListScript | None:
    """The list of the block in progress; None where it has none, and outside the cases."""
    block = state.bustle.block
    if block is None:
        return None
    is_here = state.trial < len(script.trials) and script.trials[state.trial].block == block
    return script.lists.get(block) if is_here or state.stage is Stage.LISTING else None


def block_trials(script: Script, block: int) -> tuple[TrialScript, ...]:
    return tuple(trial for trial in script.trials if trial.block == block)


def rows_now(script: Script, state: ReadingState) -> tuple[ListRow, ...]:
    """The exams that have arrived: first the one that is read, then those to be read in the list's order, then others.

    Others are cases set aside, read, and not read because the block's time was over.
    """
    here = list_now(script, state)
    if here is None:
        return ()
    rows = {row.trial: row for row in _rows(script, state, here)}
    begun = [row for row in rows.values() if row.status == "open"]
    waiting = [rows[trial] for trial in waiting_now(script, state)]
    rest = [row for status in ("set aside", "done", "not read") for row in rows.values() if row.status == status]
    return (*begun, *waiting, *rest)


def waiting_now(script: Script, state: ReadingState) -> tuple[int, ...]:
    """The trials that could be opened, in the order of the list: the first is the next one."""
    here = list_now(script, state)
    if here is None or state.bustle.is_over:
        return ()
    closed = {*state.done, *state.unread, *state.bustle.suspended, state.bustle.open}
    coming = [trial for trial in block_trials(script, here.block) if trial.index in state.bustle.arrived]
    waiting = [trial for trial in coming if trial.index not in closed]
    return tuple(trial.index for trial in sorted(waiting, key=lambda trial: _place(here, state.bustle, trial)))


def choosable_now(script: Script, state: ReadingState) -> tuple[int, ...]:
    """The trials that may be opened now: all that wait where readers choose, else the first; a stat exam goes first."""
    here, waiting = list_now(script, state), waiting_now(script, state)
    if here is None or not waiting:
        return ()
    if interrupting_now(script, state) is not None or not here.choose:
        return waiting[:1]
    return waiting


def reopenable_now(script: Script, state: ReadingState) -> tuple[int, ...]:
    """The finished trials that may be opened again from the list; none while a stat exam waits."""
    if state.stage is not Stage.LISTING or interrupting_now(script, state) is not None:
        return ()
    return reopenable(script, state)


def interrupting_now(script: Script, state: ReadingState) -> int | None:
    """The stat exam that has come and has to be read before anything else; None where there is none."""
    here = list_now(script, state)
    if here is None or not here.stat_interrupts:
        return None
    exams = {trial.index: trial.listed for trial in block_trials(script, here.block)}
    return next((trial for trial in waiting_now(script, state) if _is_stat(exams[trial])), None)


def is_stat(script: Script, trial: int) -> bool:
    """Whether a trial (by its index) is one of a stat exam."""
    return any(each.index == trial and _is_stat(each.listed) for each in script.trials)


def triage_wanted(script: Script, state: ReadingState) -> tuple[int, ...]:
    """The exams on the list whose AI score is not known yet, where AI sorts or flags it."""
    here = list_now(script, state)
    if here is None or here.triage is None:
        return ()
    exams = {trial.index: trial.listed for trial in block_trials(script, here.block)}
    known = state.bustle.flags.keys()
    return tuple(t for t in state.bustle.arrived if t not in known and (exam := exams[t]) is not None and exam.triaged)


def call_now(script: Script, state: ReadingState) -> CallScript | None:
    """The call that rings or is answered; None where the telephone is silent."""
    ringing = state.bustle.ringing
    if ringing is None or ringing.block not in script.lists:
        return None
    return script.lists[ringing.block].calls[ringing.call]


def rings_now(script: Script, state: ReadingState) -> bool:
    """Whether it can be heard and picked up: not while the block's clock stands, after which it rings anew."""
    ringing = state.bustle.ringing
    return call_now(script, state) is not None and ringing is not None and _is_heard(ringing)


def awaits_call(script: Script, state: ReadingState) -> bool:
    """Whether the list stands there only because of a call: nothing is left to read on it, now or later."""
    return state.stage is Stage.LISTING and state.bustle.ringing is not None and not never_begun(script, state)


def _is_heard(ringing: Ringing) -> bool:
    return not ringing.is_taken and ringing.since_ns is not None


def clock_face(script: Script, state: ReadingState, now_ns: int) -> ClockFace | None:
    """What the reader sees of the block's time and quota; None where the protocol shows neither."""
    here = list_now(script, state)
    if here is None or (here.clock == "none" and here.quota is None):
        return None
    passed_ns = state.bustle.at(now_ns)
    left_ns = max(0, (here.block_ns or 0) - passed_ns)
    shown = {"none": None, "elapsed": passed_ns / 1e9, "left": left_ns / 1e9}[here.clock]
    return ClockFace(shown, here.clock == "left", read_in_block(script, state, here.block), here.quota)


def read_in_block(script: Script, state: ReadingState, block: int) -> int:
    return sum(trial.index in state.done for trial in block_trials(script, block))


# --- what the clock brings


def due_now(script: Script, state: ReadingState, now_ns: int) -> Event | None:
    """The next thing that is due by the clock, as the event to record; None where nothing is. Ask again after each."""
    here = list_now(script, state)
    if here is not None and state.stage in AMONG_CASES:
        return next(_due(script, state, here, now_ns), None)
    return next(_missed(script, state, now_ns), None) if state.stage in BETWEEN_CASES else None


def _due(script: Script, state: ReadingState, here: ListScript, now_ns: int) -> Iterator[Event]:
    bustle, block = state.bustle, here.block
    passed_ns = bustle.at(now_ns)
    block_ms = passed_ns // MS_NS
    if not bustle.is_over:
        end_ns = passed_ns if here.block_ns is None else min(passed_ns, here.block_ns)
        for trial in _to_come(script, bustle, block):
            if trial.listed is not None and trial.listed.arrives_ns <= end_ns:
                yield ExamArrived(at_ns=now_ns, trial=trial.index, block_ms=block_ms)
    read = read_in_block(script, state, block)
    if here.quota is not None and read >= here.quota and not bustle.quota_reached:
        yield QuotaReached(at_ns=now_ns, block=block, read=read, block_ms=block_ms)
    if here.block_ns is not None and passed_ns >= here.block_ns and not bustle.is_over:
        yield BlockTimeEnded(at_ns=now_ns, block=block, unread=never_begun(script, state))
    if bustle.ringing is None and bustle.since_ns is not None and not bustle.is_over:
        for number, call in enumerate(here.calls):
            if number not in bustle.rang and call.at_ns <= passed_ns:
                yield CallRang(at_ns=now_ns, block=block, call=number, block_ms=block_ms)
    yield from _missed(script, state, now_ns)
    yield from _interruption(script, state, now_ns)


def never_begun(script: Script, state: ReadingState) -> tuple[int, ...]:
    """The trials of the block that nobody has begun: they are not read once the block's time is over."""
    begun = {*state.done, *state.unread, *state.bustle.suspended, state.bustle.open}
    block = state.bustle.block
    return tuple(trial.index for trial in script.trials if trial.block == block and trial.index not in begun)


def _to_come(script: Script, bustle: Bustle, block: int) -> list[TrialScript]:
    left = [trial for trial in block_trials(script, block) if trial.index not in bustle.arrived]
    return sorted(left, key=lambda trial: trial.listed.arrives_ns if trial.listed is not None else 0)


def _interruption(script: Script, state: ReadingState, now_ns: int) -> Iterator[Event]:
    """A stat exam waits while another one is read; nobody is taken from the telephone."""
    stat, on_the_phone = interrupting_now(script, state), state.bustle.ringing
    if state.stage is not Stage.READING or stat is None or state.bustle.since_ns is None:
        return
    if on_the_phone is not None and on_the_phone.is_taken:
        return
    here = script.trials[state.trial].index
    if not is_stat(script, here):
        yield CaseSuspended(at_ns=now_ns, trial=here, reason="a stat exam came", stat=stat)


def _missed(script: Script, state: ReadingState, now_ns: int) -> Iterator[Event]:
    ringing, call = state.bustle.ringing, call_now(script, state)
    if ringing is None or call is None or ringing.since_ns is None or not _is_heard(ringing):
        return
    if now_ns - ringing.since_ns >= call.rings_ns:
        yield CallMissed(at_ns=now_ns, block=ringing.block, call=ringing.call)


# --- rows


def _rows(script: Script, state: ReadingState, here: ListScript) -> Iterator[ListRow]:
    tells = here.triage is not None and here.triage.shows_tag
    for number, trial in enumerate(block_trials(script, here.block), 1):
        if trial.index in state.bustle.arrived and trial.listed is not None:
            flagged = tells and state.bustle.flags.get(trial.index, False)
            yield ListRow(trial.index, number, trial.listed, _status(script, state, trial.index), flagged)


def _status(script: Script, state: ReadingState, trial: int) -> Status:
    if trial in state.done:
        is_open = state.stage in (Stage.OPENING, Stage.READING) and script.trials[state.trial].index == trial
        return "open" if is_open else "done"
    if trial in state.unread:
        return "not read"
    if trial in state.bustle.suspended:
        return "set aside"
    return "open" if trial == state.bustle.open else "new"


def _is_stat(exam: ListedExam | None) -> bool:
    return exam is not None and exam.priority == "stat"


def _place(here: ListScript, bustle: Bustle, trial: TrialScript) -> tuple[object, ...]:
    """What the list is sorted by: an interrupting stat exam, then the AI's flag, then the protocol's order."""
    exam = trial.listed
    assert exam is not None  # every trial of a listed block is listed
    goes_first = here.stat_interrupts and exam.priority == "stat"
    flagged = here.triage is not None and here.triage.sorts and bustle.flags.get(trial.index, False)
    by = {"planned": (), "arrival": (exam.arrives_ns,), "priority": (RANK[exam.priority], exam.arrives_ns)}
    stat_first = here.order == "priority" and exam.priority == "stat"
    return (not goes_first, not stat_first, not flagged, by[here.order], trial.index)
