"""The ready-made views say in SQL what the projections say in Python, row by row.

Over sittings that were cut and gone on with, begun anew, gone back in, paused, left idle and frozen.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.store.acts import TrialVoided, Who, write
from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.projecting.projections import Course, Projection, project
from app.store.projecting.tables import EXPOSURES
from app.store.reader import ProtocolRecord, open_store
from app.store.writer import StoreWriter
from app.tracking import events as e
from app.tracking.attention import edges
from app.tracking.recorder import Recorder

from ..reading.test_log_and_tables import PROTOCOL, THREE, parts, read_on

SECOND = 1_000_000_000
COORDINATOR = Who("coordinator", "C")
ELEMENTS = tuple(("box", f"f{at}", "box", 0.5, 1.0, share) for at in range(3) for share in (0.5, 1.0))
WINDOW = {"window_centre": 40.0, "window_width": 400.0, "inverted": False}
Rows = list[dict[str, Any]]


def anything_else(chance: Random, at_ns: int) -> e.Event:
    """Something that the windows log beside what the engine lives by."""
    attention = (e.FocusLost, e.FocusGained, e.Paused, e.Unpaused, e.IdleEnded)
    shown = tuple(chance.sample(ELEMENTS, chance.randint(0, 3)))
    return chance.choice(
        [
            *(kind(at_ns=at_ns) for kind in attention),
            e.IdleStarted(at_ns=at_ns - chance.randint(0, 3 * SECOND)),
            e.WindowFroze(at_ns=at_ns, frozen_ms=chance.choice([100.0, 249.9, 250.0, 900.5])),
            e.ExposureChanged(at_ns=at_ns, viewport=chance.choice([-1, 0, 1]), elements=shown),
            e.ExposureChanged(at_ns=at_ns, viewport=0, elements=shown),
            e.CommandIssued(at_ns=at_ns, command=chance.choice(["slice.next", "window.lung"]), source="key"),
            e.BreakStarted(at_ns=at_ns, after_trial=0, at_least_s=0.5),
            e.BreakEnded(at_ns=at_ns),
            e.PointerMoved(at_ns=at_ns, viewport=0, series_uid="1.2", samples=((at_ns, 1.25, 2.5, 3),)),
        ]
    )


def lived(log: Sequence[e.Event], chance: Random) -> Iterator[e.Event]:
    """A log with all that happens in a room in between; now and then a case's images fail to show."""
    for event, following in zip(log, [*log[1:], log[-1]], strict=True):
        if not isinstance(event, e.CaseShown) or chance.random() < 0.8:
            yield event
        room_ns = following.at_ns - event.at_ns
        for at_ns in sorted(
            event.at_ns + chance.randint(0, max(room_ns, 0)) for _ in range(chance.choice([0, 0, 1, 2]))
        ):
            if not isinstance(event, e.SittingEnded):
                yield anything_else(chance, at_ns)


def cut(log: list[e.Event], chance: Random) -> list[e.Event]:
    return log[: chance.randint(2, len(log) - 1)]


def sitting_of(then: str, seed: int, *, left: bool) -> list[e.Event]:
    """A sitting of four trials that was cut off twice; `left`: once more, and taken up for a moment only."""
    chance = Random(seed)
    script = replace(THREE, restart_interrupted=then == "restart")
    log, _ = read_on(script, seed, [])
    for _ in range(2):
        log, _ = read_on(script, seed, cut(log, chance))
    if left:
        halfway = [at for at, event in enumerate(log) if isinstance(event, e.PhaseConfirmed) and event.phase == 0]
        log, _ = read_on(script, seed, log[: halfway[-2] + 2])
        last = max(at for at, event in enumerate(log) if isinstance(event, e.SittingStarted))
        begun = next(at for at, event in enumerate(log) if at > last and isinstance(event, e.PhaseStarted))
        log = log[: begun + chance.randint(1, 4)]
    return log


SITTINGS = [(then, seed) for then in ("restart", "resume") for seed in range(3)]


@pytest.fixture(scope="module", params=SITTINGS, ids=lambda each: f"{each[0]} {each[1]}")
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two readers of the same protocol; a trial of the second was voided."""
    then, seed = request.param
    path = tmp_path_factory.mktemp("views") / "store.sqlite"
    source = PROTOCOL.format(then=then).encode()
    protocol = ProtocolRecord(sha256_of(source), "tables", "1.0.0", "study", source)
    order = {"arm": "a", "trials": [{"index": at, "block": 1, "practice": at == 0} for at in range(4)]}
    writer = StoreWriter(path, program_version="test")
    for reader, kept in (("R1", seed), ("R2", seed + 100)):
        enrol(writer, reader, protocol, lambda index: order, stratum="resident")
        for part in parts(sitting_of(then, kept, left=reader == "R2")):
            sitting = writer.begin_sitting(reader=reader, protocol_sha256=protocol.sha256, number=1)
            recorder = Recorder(writer, sitting)
            for event in lived([each.event for each in part], Random(kept)):
                recorder.record(event)
    write(writer, COORDINATOR, TrialVoided(protocol.sha256, "R2", 1, "the fire alarm"))
    writer.close()
    return path


def courses(path: Path) -> list[Projection]:
    with open_store(path) as opened:
        found = []
        for enrolment in opened.enrolments():
            mine = opened.sittings(reader=enrolment.reader)
            log = tuple((sitting, list(opened.logged(sitting.id))) for sitting in mine)
            voided = {1: "the fire alarm"} if enrolment.reader == "R2" else {}
            found.append(project(Course(enrolment, opened.protocol(enrolment.protocol_sha256), 1, log, voided)))
        return found


def view(path: Path, query: str) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def by(rows: Rows, *keys: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row[key] for key in keys): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_that_sign_ins_are_the_sittings_of_an_export(store: Path) -> None:
    told = [row for course in courses(store) for row in course.sittings()]
    seen = view(store, "SELECT * FROM sign_ins ORDER BY sitting")
    names = ("reader", "stratum", "protocol_id", "protocol_version", "protocol_sha256", "mode", "number", "uid")
    assert [tuple(row[name] for name in (*names, "started_utc", "ended_utc", "events")) for row in seen] == [
        row[:11] for row in told
    ]
    assert [row["gap_hours"] is None for row in seen] == [row["sign_in"] == 1 for row in seen]
    assert all(row["gap_hours"] >= 0 for row in seen if row["sign_in"] > 1)


def test_that_decisions_are_those_of_an_export(store: Path) -> None:
    told = {}
    for row in (row for course in courses(store) for row in course.decisions()):
        reader, *_ = row
        trial, case, condition, phase, _, question, _, _, target, answer, number = row[7:18]
        told[reader, trial, case, condition, phase, question, target] = (answer, number, row[21])
    rows = view(store, "SELECT * FROM decisions")
    seen = by(rows, "reader", "trial", "case", "condition", "phase", "question", "target")
    assert told.keys() == seen.keys()
    for key, (answer, number, utc) in told.items():
        assert (seen[key]["answer_number"], seen[key]["confirmed_utc"]) == (number, utc)
        is_list = answer is not None and answer.startswith("[")
        if is_list:
            assert json.loads(seen[key]["answer"]) == json.loads(answer)
        elif number is None:
            assert seen[key]["answer"] == answer


def test_that_trials_are_those_of_an_export(store: Path) -> None:
    told = {}
    for course in courses(store):
        for row in course.trials():
            trial, case, condition, practice, started, starts, _, _, reopened, _ = row[7:17]
            told[row[0], trial] = (case, condition, practice, started, starts, reopened, row[-1])
    seen = by(view(store, "SELECT * FROM trials"), "reader", "trial")
    names = ("case", "condition", "practice", "started_utc", "starts", "reopened", "voided")
    assert {key: tuple(row[name] for name in names) for key, row in seen.items()} == told
    assert {row["arm"] for row in seen.values()} == {"a"}


def test_that_marks_are_those_of_an_export(store: Path) -> None:
    told = {}
    for row in (row for course in courses(store) for row in course.marks()):
        told[row[0], row[7], row[10], row[12], row[13]] = (row[14], *row[16:22])
    seen = by(view(store, "SELECT * FROM marks_confirmed"), "reader", "trial", "phase", "question", "mark")
    names = ("series_uid", "slice", "column", "row", "x_mm", "y_mm", "z_mm")
    assert {key: tuple(row[name] for name in names) for key, row in seen.items()} == told
    assert told


def test_that_phase_times_add_up_to_dwell(store: Path) -> None:
    seen = view(
        store, "SELECT reader, trial, phase, sum(raw_ms) raw, sum(active_ms) active FROM phase_times GROUP BY 1,2,3"
    )
    for course in courses(store):
        mine = {(row["trial"], row["phase"]): row for row in seen if row["reader"] == course.course.enrolment.reader}
        assert mine.keys() == course.times.phases.keys()
        for key, span in course.times.phases.items():
            assert (mine[key]["raw"], mine[key]["active"]) == pytest.approx((span.raw_ms, span.active_ms))


def test_that_ai_exposure_adds_up_to_the_ledger(store: Path) -> None:
    told: Counter[tuple[Any, ...]] = Counter()
    active: Counter[tuple[Any, ...]] = Counter()
    for course in courses(store):
        course.course = replace(course.course, with_voided=True)
        names = [field.name for field in EXPOSURES.fields]
        for row in (dict(zip(names, each, strict=True)) for each in course.exposures()):
            key = tuple(row[name] for name in ("reader", "trial", "phase", "viewport", "layer", "element", "draw"))
            told[key] += row["to_ms"] - row["from_ms"]
            active[key] += row["active_ms"]
    found = "reader, trial, phase, viewport, layer, element, draw"
    query = f"SELECT {found}, sum(raw_ms) raw, sum(active_ms) active FROM ai_exposure GROUP BY {found}"
    seen = by(view(store, query), *found.split(", "))
    assert seen.keys() == told.keys()
    assert told
    for key, row in seen.items():
        assert (row["raw"], row["active"]) == pytest.approx((told[key], active[key]), abs=1e-5)


def test_that_answer_revisions_count_every_change(store: Path) -> None:
    seen = view(store, "SELECT * FROM answer_revisions ORDER BY sitting, seq")
    with open_store(store) as opened:
        logged = [each for sitting in opened.sittings() for each in opened.logged(sitting.id)]
    given = [each for each in logged if isinstance(each.event, e.AnswerGiven | e.AnswerCleared)]
    assert [(row["sitting"], row["seq"]) for row in seen] == [(each.sitting, each.seq) for each in given]
    before: dict[tuple[Any, ...], Any] = {}
    counts: Counter[tuple[Any, ...]] = Counter()
    for row, each in zip(seen, given, strict=True):
        value = each.event.value if isinstance(each.event, e.AnswerGiven) else None
        key = (row["reader"], each.event.trial, each.event.phase, each.event.question, each.event.target)
        counts[key] += 1
        assert key[1:] == (row["trial"], row["phase"], row["question"], row["target"])
        assert row["revision"] == counts[key]
        assert (json.loads(row["value"]) if row["value"] else None) == (
            list(value) if isinstance(value, tuple) else value
        )
        assert (json.loads(row["value_before"]) if row["value_before"] else None) == before.get(key)
        before[key] = list(value) if isinstance(value, tuple) else value


def test_that_commands_name_the_phase_that_was_open(store: Path) -> None:
    told, open_now = [], None
    with open_store(store) as opened:
        for sitting in opened.sittings():
            open_now = None
            for each in opened.logged(sitting.id):
                match each.event:
                    case e.PhaseStarted(trial=trial, phase=phase):
                        open_now = (trial, phase)
                    case e.TrialStarted() | e.PhaseConfirmed() | e.TrialInterrupted() | e.SittingEnded():
                        open_now = None
                    case e.CommandIssued(command=command, source=source):
                        told.append((sitting.id, each.seq, *(open_now or (None, None)), command, source))
    seen = view(store, "SELECT * FROM commands ORDER BY sitting, seq")
    names = ("sitting", "seq", "trial", "phase", "command", "source")
    assert [tuple(row[name] for name in names) for row in seen] == told
    summed = view(store, "SELECT * FROM commands_by_phase")
    names = ("sitting", "trial", "phase", "command", "source")
    counted = Counter((sitting, *rest) for sitting, _, *rest in told)
    assert {tuple(row[name] for name in names): row["times"] for row in summed} == counted


PAIRS = {"focus": (e.FocusLost, e.FocusGained), "pause": (e.Paused, e.Unpaused), "idle": (e.IdleStarted, e.IdleEnded)}


def test_that_interruptions_run_from_their_beginning_to_their_end(store: Path) -> None:
    told = []
    with open_store(store) as opened:
        for sitting in opened.sittings():
            logged = list(opened.logged(sitting.id))
            for what, (begins, ends) in {**PAIRS, "break": (e.BreakStarted, e.BreakEnded)}.items():
                bounds = [each for each in logged if isinstance(each.event, begins | ends)]
                for at, each in enumerate(bounds):
                    if isinstance(each.event, begins) and (at == 0 or isinstance(bounds[at - 1].event, ends)):
                        end = next((x.event.at_ns for x in bounds[at:] if isinstance(x.event, ends)), None)
                        told.append((sitting.id, each.seq, what, each.event.at_ns, end))
            for at_ns, event in edges([each.event for each in logged], 0):
                if isinstance(event, e.WindowFroze):
                    seq = next(each.seq for each in logged if each.event is event)
                    told.append((sitting.id, seq, "freeze", at_ns, event.at_ns))
    names = ("sitting", "seq", "what", "from_ns", "until_ns")
    seen = view(store, "SELECT * FROM interruptions")
    assert sorted(tuple(row[name] for name in names) for row in seen) == sorted(told)
    for row in seen:
        if row["until_ns"] is not None:
            assert row["lasted_ms"] == pytest.approx((row["until_ns"] - row["from_ns"]) / 1e6, abs=1e-5)


def test_that_dense_events_say_how_many_samples_they_hold(store: Path) -> None:
    seen = view(store, "SELECT * FROM dense_events ORDER BY sitting, seq")
    with open_store(store) as opened:
        moved = [x for s in opened.sittings() for x in opened.logged(s.id) if isinstance(x.event, e.PointerMoved)]
    assert [(row["sitting"], row["seq"], row["samples"], row["series_uid"]) for row in seen] == [
        (each.sitting, each.seq, len(each.event.samples), "1.2") for each in moved
    ]
    assert moved


def test_that_page_answers_are_those_of_an_export(path: Path, play: Any) -> None:
    writer = StoreWriter(path)
    play(writer)
    writer.close()
    seen = by(view(path, "SELECT * FROM page_answers"), "page", "question")
    assert (seen["welcome", "years"]["answer"], seen["welcome", "years"]["answer_number"]) == ("7", 7.0)
    assert json.loads(seen["welcome", "known"]["answer"]) == ["a", "b"]
