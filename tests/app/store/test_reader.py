"""What was written comes back as the same values."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.store.connection import problem_from
from app.store.reader import ProtocolRecord, StoreReader, finished_readers, open_store
from app.store.writer import StoreWriter
from app.tracking.events import AnswerGiven, PhaseConfirmed, PointerMoved, SittingEnded, SittingStarted
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
ANSWERS = SCALARS | st.lists(st.text(), max_size=3).map(tuple)
PIXELS = st.integers(-(10**6), 10**6).map(lambda hundredths: hundredths / 100)
SAMPLES = st.tuples(st.integers(0, 2**61), PIXELS, PIXELS, st.integers(0, 900))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=ANSWERS, answers=st.dictionaries(st.text(), ANSWERS, max_size=4), samples=st.lists(SAMPLES, max_size=5))
def test_that_events_come_back_equal(
    writer: StoreWriter, begin: Callable[..., Recorder], value: object, answers: dict, samples: list
) -> None:
    recorder = begin(writer)
    events = [
        AnswerGiven(at_ns=1, trial=0, phase=0, question="q", value=value),
        PhaseConfirmed(at_ns=2, trial=0, phase=0, answers=answers),
        PointerMoved(at_ns=3, viewport=0, samples=tuple(samples)),
    ]
    for event in events:
        recorder.record(event)
    assert writer.run(lambda connection: StoreReader(connection).events(recorder.sitting)).result(10) == events


def test_that_a_course_joins_the_sittings_of_one_reader_in_order(
    path: Path, play: Callable[..., str], protocol: ProtocolRecord
) -> None:
    writer = StoreWriter(path)
    play(writer, "R1", protocol, end=False)
    play(writer, "R2", protocol)
    play(writer, "R1", protocol)
    writer.close()
    with open_store(path) as store:
        course = store.course("R1", protocol.sha256)
        mine = store.sittings(reader="R1")
    assert [type(event) for event in course].count(SittingStarted) == 2
    assert isinstance(course[-1], SittingEnded)
    assert [sitting.ended_utc is None for sitting in mine] == [True, False]


def test_that_an_event_kind_of_a_later_program_is_refused_with_what_to_do(path: Path, play: Callable[..., str]) -> None:
    writer = StoreWriter(path)
    play(writer)
    writer.close()
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER events_no_update")
    connection.execute("UPDATE events SET kind = 'TelepathyFelt' WHERE seq = 3")
    connection.commit()
    connection.close()
    with open_store(path) as store, pytest.raises(StudyProblem, match=r"TelepathyFelt.*Update ReaderLab"):
        store.events(1)


def test_that_a_store_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(StudyProblem, match="no such store"), open_store(path):
        pass


def test_that_an_empty_file_is_no_store(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(StudyProblem, match="not a ReaderLab store"), open_store(path):
        pass


def test_that_a_reader_has_finished_only_at_the_end_of_a_sitting(
    writer: StoreWriter, path: Path, play: Callable[..., str]
) -> None:
    play(writer, "R1")
    play(writer, "R2", end=False)
    writer.close()
    assert finished_readers(path) == {"R1"}


@pytest.mark.parametrize(("free", "meant"), [(0, "The disk is full"), (10**9, "The disk reports errors")])
def test_that_an_io_error_on_a_full_disk_is_told_as_a_full_disk(
    path: Path, monkeypatch: pytest.MonkeyPatch, free: int, meant: str
) -> None:
    monkeypatch.setattr("app.store.connection.disk_usage", lambda folder: SimpleNamespace(free=free))
    assert problem_from(sqlite3.OperationalError("disk I/O error"), path).what.startswith(meant)
