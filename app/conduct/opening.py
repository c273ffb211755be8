"""Opening a sitting: who reads, under which frozen order, which sitting of it is due, and what happened before.

What belongs here: the road from a study and a reader's name to a script and a recorder. What does not: windows, and the
course of the sitting itself (app.reading, sitting_driver).
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from app.conduct.enrolling import enrol_reader
from app.conduct.washout import last_read, may_begin, washout_days
from app.reading.compiling import compile_script
from app.reading.engine import fold, of_sitting
from app.reading.gap import AfterGap, after_gap
from app.reading.script import Script
from app.reading.state import Stage
from app.store.accounts import accounts, has_coordinator
from app.store.acts import GapDecided
from app.store.acts_in_force import in_force_of
from app.store.reader import Sitting, StoreReader
from app.store.releases import finished_before, refuse_closed, sittings_of_line
from app.store.verify import blaming_damage, verify_open
from app.store.writer import StoreWriter
from app.tracking.events import Event, SittingStarted
from app.tracking.recorder import Recorder, clock
from app.version import version
from study_configs.problem import StudyProblem
from study_configs.reading_order import ReadingOrder
from study_configs.study import Study
from study_configs.words import phrase, translate


@dataclass(frozen=True, slots=True, eq=False)
class OpenedSitting:
    """A sitting that is ready to run. `order` names the planted errors: it goes to `app.advice` and to no window."""

    study: Study
    order: ReadingOrder
    script: Script
    recorder: Recorder
    earlier: tuple[Event, ...]
    started: SittingStarted


def open_sitting(
    study: Study,
    writer: StoreWriter,
    reader: str,
    models: Mapping[str, str] | None = None,
    stratum: Mapping[str, str] | None = None,
) -> OpenedSitting:
    """Enrol the reader (a pseudonym) or find the order that was frozen before, and begin the sitting that is due.

    `models` maps an AI's id to the sha-256 of its model; `stratum` is what a new reader of a study with strata says of
    itself. Raises StudyProblem where nothing is left to read, the washout
    is not over, or the order names a case that the study has lost.
    """
    with _blaming_damage(writer):
        return _opened(study, writer, reader, models, stratum)


def _opened(
    study: Study,
    writer: StoreWriter,
    reader: str,
    models: Mapping[str, str] | None,
    stratum: Mapping[str, str] | None,
) -> OpenedSitting:
    about = study.protocol.about
    writer.run(lambda connection: _refuse_closed(connection, study, reader)).result()
    frozen = enrol_reader(study, writer, reader, stratum, models=models)
    order = ReadingOrder.from_json(json.dumps(frozen.order))
    _refuse_lost_cases(study, order)
    before = writer.run(lambda connection: _before(connection, reader, study.sha256)).result()
    number, script, earlier = _due(study, order, before.course, before.finished)
    if number not in before.overridden:
        _refuse_within_washout(study, order, number, before.sittings)
    gap_hours = _gap_hours(before, number) if earlier else None
    gone_on = after_gap(script, gap_hours, before.decided(number, len(earlier)))
    if gone_on is None:
        raise _waits_for_coordinator(study, gap_hours or 0.0)
    key = writer.begin_sitting(reader=reader, protocol_sha256=study.sha256, number=number, provenance=_provenance())
    started = SittingStarted(
        at_ns=clock(),
        reader=reader,
        protocol_id=about.id,
        protocol_version=about.version,
        protocol_sha256=study.sha256,
        order_sha256=frozen.sha256,
        mode=about.mode,
        sitting=number,
        resumed=bool(earlier),
        program_version=version(),
        gap_hours=None if gap_hours is None else round(gap_hours, 3),
        after_gap=gone_on,
    )
    return OpenedSitting(study, order, script, Recorder(writer, key), tuple(earlier), started)


@dataclass(frozen=True, slots=True)
class _Before:
    """What one reader did until now, and what coordinators decided about it.

    `sittings` and `finished` (numbers) are also those of versions that the protocol took the place of, `course` is not;
    the washout does not hold for the sittings in `overridden`. `left_utc` is when each sitting was last at work,
    `gaps` what was decided of those that lay still for too long.
    """

    course: Sequence[Event]
    sittings: Sequence[Sitting]
    finished: frozenset[int]
    overridden: frozenset[int]
    left_utc: Mapping[int, str] = field(default_factory=dict)
    gaps: Mapping[int, GapDecided] = field(default_factory=dict)

    def decided(self, number: int, events: int) -> AfterGap:
        """What a coordinator decided of the gap after so many events of a sitting; nothing of an earlier one."""
        gap = self.gaps.get(number)
        return gap.decision if gap is not None and gap.events == events else ""


def _before(connection: Connection, reader: str, protocol_sha256: str) -> _Before:
    acts, store = in_force_of(connection, protocol_sha256), StoreReader(connection)
    overrides, mine = acts.overrides, store.sittings(reader=reader, protocol_sha256=protocol_sha256)
    return _Before(
        StoreReader(connection).course(reader, protocol_sha256),
        sittings_of_line(connection, reader, protocol_sha256),
        finished_before(connection, reader, protocol_sha256),
        frozenset(number for who, number in overrides if who == reader),
        {sitting.number: store.last_utc(sitting) for sitting in mine},
        {number: gap for (who, number), gap in acts.gaps.items() if who == reader},
    )


def _gap_hours(before: _Before, number: int) -> float:
    """How long a sitting lay still, by the wall clock; a clock that was set back makes no gap."""
    left = datetime.fromisoformat(before.left_utc[number])
    return max(0.0, (datetime.now(UTC) - left).total_seconds() / 3600)


def _waits_for_coordinator(study: Study, gap_hours: float) -> StudyProblem:
    what = translate("Problems", "Your sitting was interrupted {hours} hours ago, longer than this study allows.")
    return StudyProblem(
        what.format(hours=f"{gap_hours:.0f}"),
        where=study.protocol.about.title,
        todo=translate("Problems", "Ask the coordinator of the study to decide how you go on."),
    )


def asks_pin(connection: Connection, study: Study) -> bool:
    """Whether readers need a PIN here: a coordinator enrols them, or gave PINs. Then all need one, so that the first
    page does not tell who has."""
    by_coordinator = study.protocol.design.readers.enrol == "coordinator"
    return has_coordinator(connection) and (by_coordinator or bool(accounts(connection, "reader")))


def _refuse_closed(connection: Connection, study: Study, reader: str) -> None:
    """Raise StudyProblem where the protocol is not open, or coordinators enrol and this reader is not enrolled."""
    about = study.protocol.about
    refuse_closed(connection, study.sha256, about.mode, reader)
    if study.protocol.design.readers.enrol == "self":
        return
    if not has_coordinator(connection):
        _refuse_ungoverned(study)
    elif StoreReader(connection).order(reader, study.sha256) is None:
        raise StudyProblem(
            translate("Problems", "You are not enrolled in this study."),
            where=about.title,
            todo=translate("Problems", "Ask the coordinator of the study to enrol you."),
        )


def _refuse_ungoverned(study: Study) -> None:
    """Demos and pilots can be tried before there is a coordinator; what counts can't."""
    about = study.protocol.about
    if about.mode == "study":
        raise StudyProblem(
            translate("Problems", "No coordinator has set this study up yet."),
            where=about.title,
            todo=translate("Problems", "A coordinator opens `readerlab desk` on it and enrols the readers."),
        )


@dataclass(frozen=True, slots=True)
class LeftSitting:
    """A sitting that a reader left: it goes on at trial `at` of `of`, both from 1."""

    reader: str
    at: int
    of: int


def left_sittings(study: Study, writer: StoreWriter) -> tuple[LeftSitting, ...]:
    """The sittings of this protocol that were begun and not finished. Raises StudyProblem over a damaged store."""
    with _blaming_damage(writer):
        courses = writer.run(
            lambda connection: [
                (each.reader, each.order, _before(connection, each.reader, study.sha256))
                for each in StoreReader(connection).enrolments(study.sha256)
            ]
        ).result()
        found = [_left(study, *each) for each in courses]
    return tuple(left for left in found if left is not None)


def _blaming_damage(writer: StoreWriter) -> AbstractContextManager[None]:
    """As `app.store.verify.blaming_damage`, over the connection that holds the store."""
    return blaming_damage(
        writer.path, lambda _: writer.run(lambda connection: verify_open(connection, writer.path)).result()
    )


def _left(study: Study, reader: str, frozen: Any, before: _Before) -> LeftSitting | None:
    try:
        order = ReadingOrder.from_json(json.dumps(frozen))
        _refuse_lost_cases(study, order)
        _, script, earlier = _due(study, order, before.course, before.finished)
    except StudyProblem:  # finished, or no longer readable: signing in says which
        return None
    if not earlier:
        return None
    return LeftSitting(reader, min(fold(script, earlier).trial + 1, len(script.trials)), len(script.trials))


def _due(
    study: Study, order: ReadingOrder, course: Sequence[Event], finished: frozenset[int]
) -> tuple[int, Script, list[Event]]:
    """The first sitting of the order that is not finished, with its script and the events that belong to it."""
    for number in sorted({trial.sitting for trial in order.trials} - finished):
        script = compile_script(study, order, number)
        earlier = of_sitting(course, number)
        if fold(script, earlier).stage is not Stage.FINISHED:
            return number, script, earlier
    raise StudyProblem(
        phrase("Problems", "This reader has finished every sitting of this protocol."),
        where=study.protocol.about.title,
        todo=phrase("Problems", "Sign in as another reader, or open the report with `readerlab report`."),
    )


def _refuse_lost_cases(study: Study, order: ReadingOrder) -> None:
    known = {case.id for case in study.cases}
    lost = [trial.case_id for trial in order.trials if trial.case_id not in known]
    if lost:
        raise StudyProblem(
            f"The order that was drawn for this reader names the case {lost[0]}, which the study no longer has.",
            where=str(study.folder),
            todo="Put the case back, or enrol the reader under a new version of the protocol.",
        )


def _refuse_within_washout(study: Study, order: ReadingOrder, number: int, sittings: Sequence[Sitting]) -> None:
    allowed = may_begin(study, order, number, last_read(sittings))
    if allowed is not None and datetime.now(UTC) < allowed:
        days = washout_days(study, order)
        raise StudyProblem(
            f"The next session may begin {days} days after the last, on {allowed.astimezone():%d %B %Y at %H:%M}.",
            where=study.protocol.about.title,
            todo=phrase("Problems", "Come back then."),
        )


def _provenance() -> dict[str, str]:
    return {"program": f"readerlab {version()}", "python": platform.python_version(), "system": platform.system()}
