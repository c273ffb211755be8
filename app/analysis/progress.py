"""How far every reader of a study has come: the progress board as values, told from the log.

What belongs here: states of sessions, and the trials of one reader. What does not: windows, acts (app.store.acts).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Any, Literal

from app.store.acts_in_force import InForce
from app.store.reader import Enrolment, Sitting, StoreReader
from study_configs.protocol import Protocol

State = Literal["not_started", "in_progress", "done", "late", "washout", "decision", "dropped"]
COURSE = (
    "SittingStarted", "TrialStarted", "TrialReopened", "CaseShown", "PhaseConfirmed", "PhaseSkipped",
    "TrialInterrupted", "SittingEnded",
)  # fmt: skip
LATE_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a course, as far as progress goes by it."""

    sitting: int  # its row
    at_ns: int
    utc: str
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrialProgress:
    """One trial of a reader. `seconds` run from its first painted image to its last confirmation, all starts added."""

    index: int
    case: str
    condition: str
    session: int
    practice: bool
    phases_done: int
    phases: int
    starts: int
    seconds: float | None
    confirmed_utc: str
    voided: str = ""  # the reason, where a coordinator voided it

    @property
    def done(self) -> bool:
        return self.phases > 0 and self.phases_done >= self.phases


@dataclass(frozen=True, slots=True)
class SessionCell:
    """One reader × one session. `due` is when a washout ends, or ended; empty where there is none."""

    number: int
    state: State
    done: int
    of: int
    interruptions: int
    due: datetime | None = None
    last: datetime | None = None  # when something last happened in it
    logged: int = 0  # events of it in the log: what a decision on a gap is bound to
    overridden: bool = False  # its washout, by a coordinator


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """One reader on the board, with what a click on it shows."""

    reader: str
    index: int
    arm: str
    stratum: str
    sessions: tuple[SessionCell, ...]
    trials: tuple[TrialProgress, ...]
    sittings: tuple[Sitting, ...]
    interruptions: tuple[str, ...]  # in words, the latest last
    dropped: str = ""  # the reason


@dataclass(frozen=True, slots=True)
class Board:
    """Reader × session, with counts for a head line."""

    rows: tuple[ReaderRow, ...] = ()
    sessions: int = 0

    def count(self, state: State) -> int:
        return sum(cell.state == state for row in self.rows for cell in row.sessions)


def board(
    connection: Connection, protocol: Protocol, sha256: str, decided: InForce, now: datetime | None = None
) -> Board:
    """The board of one protocol from its store, with what coordinators decided. Raises StudyProblem."""
    store, moment = StoreReader(connection), now or datetime.now(UTC)
    sittings = store.sittings(protocol_sha256=sha256)
    happened = _happened(connection, sittings)
    counts = dict(connection.execute("SELECT sitting, events FROM heads"))
    rows = tuple(
        _row(protocol, each, [s for s in sittings if s.reader == each.reader], happened, counts, decided, moment)
        for each in store.enrolments(sha256)
    )
    return Board(rows, max((len(row.sessions) for row in rows), default=0))


def _happened(connection: Connection, sittings: Iterable[Sitting]) -> dict[int, list[Happened]]:
    """The events that progress goes by, by sitting's row."""
    marks = ",".join("?" * len(COURSE))
    query = f"SELECT sitting, at_ns, utc, kind, payload FROM events WHERE kind IN ({marks}) ORDER BY sitting, seq"
    found: dict[int, list[Happened]] = {sitting.id: [] for sitting in sittings}
    for sitting, at_ns, utc, kind, payload in connection.execute(query, COURSE):
        if sitting in found:
            found[sitting].append(Happened(sitting, at_ns, utc, kind, json.loads(payload)))
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """One session of one reader, as it was planned and as the log has it."""

    number: int
    trials: Sequence[TrialProgress]
    sittings: Sequence[Sitting]
    events: Sequence[Happened]
    logged: int


def _row(
    protocol: Protocol,
    enrolment: Enrolment,
    sittings: Sequence[Sitting],
    happened: Mapping[int, Sequence[Happened]],
    counts: Mapping[int, int],
    decided: InForce,
    now: datetime,
) -> ReaderRow:
    reader, order = enrolment.reader, enrolment.order
    voided = {trial: why for (who, trial), why in decided.voided.items() if who == reader}
    trials = _trials(protocol, order, [happened[sitting.id] for sitting in sittings], voided)
    cells: list[SessionCell] = []
    for part in _parts(trials, sittings, happened, counts):
        due = _washout_end(protocol, str(order.get("arm", "")), cells[-1] if cells else None)
        cells.append(_cell(protocol, reader, part, due, decided, now))
    return ReaderRow(
        reader,
        enrolment.index,
        str(order.get("arm", "")),
        enrolment.stratum or ", ".join(str(v) for v in dict(order.get("stratum") or {}).values()),
        tuple(cells),
        trials,
        tuple(sittings),
        tuple(_interruptions(sittings, happened)),
        decided.dropped.get(reader, ""),
    )


def _parts(
    trials: Sequence[TrialProgress],
    sittings: Sequence[Sitting],
    happened: Mapping[int, Sequence[Happened]],
    counts: Mapping[int, int],
) -> Iterator[_Part]:
    """The sessions of one reader, in order."""
    for number in sorted({trial.session for trial in trials}):
        mine = [sitting for sitting in sittings if sitting.number == number]
        events = [each for sitting in mine for each in happened[sitting.id]]
        logged = sum(counts.get(sitting.id, 0) for sitting in mine)
        yield _Part(number, [trial for trial in trials if trial.session == number], mine, events, logged)


def _cell(
    protocol: Protocol, reader: str, part: _Part, due: datetime | None, decided: InForce, now: datetime
) -> SessionCell:
    last = max((_moment(each.utc) for each in part.events), default=None)
    overridden = (reader, part.number) in decided.overrides
    gap = decided.gaps.get((reader, part.number))
    state: State
    if any(each.kind == "SittingEnded" and each.payload["reason"] == "finished" for each in part.events):
        state = "done"
    elif reader in decided.dropped:
        state = "dropped"
    elif part.sittings:
        gap_decided = gap is not None and gap.events == part.logged
        state = _state_of_begun(protocol, last or now, gap_decided=gap_decided, now=now)
    elif due is not None and now < due and not overridden:
        state = "washout"
    else:
        state = "late" if due is not None and now > due + LATE_AFTER else "not_started"
    done, left = sum(trial.done for trial in part.trials), _times_left(part.sittings, part.events)
    return SessionCell(part.number, state, done, len(part.trials), left, due, last, part.logged, overridden)


def _times_left(sittings: Sequence[Sitting], events: Sequence[Happened]) -> int:
    """Sign-ins that were left within a trial, and those that were cut off; the last may still be going on."""
    left = {each.sitting for each in events if each.kind == "TrialInterrupted"}
    cut_off = {sitting.id for sitting in sittings[:-1] if sitting.ended_utc is None}
    return len(left | cut_off)


def _state_of_begun(protocol: Protocol, last: datetime, *, gap_decided: bool, now: datetime) -> State:
    """A session that was begun and not finished: in progress, late, or waiting for a coordinator's word."""
    rule = protocol.reading.interrupted
    gap = timedelta(hours=rule.max_gap_hours) if rule.max_gap_hours is not None else None
    if gap is not None and now - last > gap and rule.then == "ask_coordinator":
        return "in_progress" if gap_decided else "decision"
    return "late" if now - last > LATE_AFTER else "in_progress"


def _washout_end(protocol: Protocol, arm: str, before: SessionCell | None) -> datetime | None:
    """When the next session may begin; None where no washout holds, or the session before it is not finished."""
    meeting = protocol.meeting_of(arm)
    if before is None or before.state != "done" or before.last is None or not meeting.washout_days:
        return None
    return before.last + timedelta(days=meeting.washout_days)


@dataclass(slots=True)
class _Times:
    """What the log says of one trial."""

    starts: int = 0
    shown_ns: int | None = None
    seconds: float = 0.0
    phases: set[int] = field(default_factory=set)
    confirmed_utc: str = ""


def _trials(
    protocol: Protocol, order: Mapping[str, Any], parts: Iterable[Sequence[Happened]], voided: Mapping[int, str]
) -> tuple[TrialProgress, ...]:
    times: dict[int, _Times] = {}
    for part in parts:
        for each in part:
            if "trial" in each.payload:
                _take(times.setdefault(int(each.payload["trial"]), _Times()), each)
    return tuple(
        _trial(protocol, planned, times.get(planned["index"], _Times()), voided) for planned in order["trials"]
    )


def _take(times: _Times, happened: Happened) -> None:
    if happened.kind == "TrialStarted":
        times.starts, times.shown_ns = times.starts + 1, None
    elif happened.kind == "CaseShown":
        times.shown_ns = happened.at_ns
    elif happened.kind in ("PhaseConfirmed", "PhaseSkipped"):
        times.phases.add(int(happened.payload["phase"]))
        if times.shown_ns is not None:
            times.seconds += (happened.at_ns - times.shown_ns) / 1e9
            times.shown_ns = happened.at_ns
        times.confirmed_utc = happened.utc


def _trial(protocol: Protocol, planned: Mapping[str, Any], times: _Times, voided: Mapping[int, str]) -> TrialProgress:
    condition = protocol.conditions.get(planned["condition"])
    phases = condition.phases if condition is not None else ()
    taken = [phase for phase in phases if not (planned.get("no_reveal") and phase.layers)]
    return TrialProgress(
        planned["index"],
        planned["case_id"],
        planned["condition"],
        planned["sitting"],
        planned["practice"],
        len(times.phases),
        len(taken),
        times.starts,
        times.seconds or None,
        times.confirmed_utc,
        voided.get(planned["index"], ""),
    )


def _interruptions(sittings: Sequence[Sitting], happened: Mapping[int, Sequence[Happened]]) -> Iterable[str]:
    for sitting in sittings:
        events = happened[sitting.id]
        for each in events:
            if each.kind == "TrialInterrupted":
                yield f"{local(each.utc)}: trial {each.payload['trial'] + 1}, {each.payload['reason']}"
        if sitting.ended_utc is None and events:
            yield f"{local(events[-1].utc)}: cut off, or still being read"


def local(utc: str) -> str:
    """A moment of the store for people, in this machine's time."""
    return _moment(utc).astimezone().strftime("%d %b %Y, %H:%M") if utc else ""


def _moment(utc: str) -> datetime:
    return datetime.fromisoformat(utc)
