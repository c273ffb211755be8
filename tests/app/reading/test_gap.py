"""A sitting that lay still for longer than the protocol allows: the protocol's rule, or a coordinator's decision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.conduct.opening import open_sitting
from app.reading.commands import EndSitting, OpenCase
from app.reading.engine import fold, handle, of_sitting
from app.store.acts import GapDecided, Who, write
from app.store.writer import StoreWriter
from app.tracking.events import CaseShown, PhaseStarted, TextAcknowledged, TrialStarted
from study_configs.problem import StudyProblem
from study_configs.study import Study, load_study


@pytest.fixture
def writer(tmp_path: Path):
    made = StoreWriter(tmp_path / "readerlab.sqlite")
    yield made
    made.close()


def study_with(folder: Path, interrupted: str) -> Study:
    path = folder / "protocol.yaml"
    path.write_text(path.read_text("utf-8") + f"reading: {{interrupted: {{{interrupted}}}}}\n", "utf-8")
    return load_study(path)


def leave_within_a_case(study: Study, writer: StoreWriter, monkeypatch: pytest.MonkeyPatch, hours: float) -> int:
    """Read up to the first case, and go on so many hours later; returns how many events were left."""
    opened = open_sitting(study, writer, "R01")
    case = opened.script.trials[0]
    events = [
        opened.started,
        TextAcknowledged(at_ns=opened.started.at_ns + 1, text="hello", sha256=""),
        TrialStarted(at_ns=opened.started.at_ns + 2, trial=case.index, case=case.case, condition=case.condition),
        CaseShown(at_ns=opened.started.at_ns + 3, trial=case.index),
        PhaseStarted(at_ns=opened.started.at_ns + 4, trial=case.index, phase=0, layers=()),
    ]
    for event in events:
        opened.recorder.commit(event).result(120)

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + timedelta(hours=hours)

    monkeypatch.setattr("app.conduct.opening.datetime", Later)
    return len(events)


def test_that_a_short_gap_changes_nothing(
    study_copy: Path, writer: StoreWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_with(study_copy, "max_gap_hours: 24, then: ask_coordinator")
    leave_within_a_case(study, writer, monkeypatch, hours=3)
    started = open_sitting(study, writer, "R01").started
    assert started.after_gap == ""
    assert started.gap_hours == pytest.approx(3, abs=0.1)


def test_that_after_a_long_gap_a_coordinator_decides_once(
    study_copy: Path, writer: StoreWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_with(study_copy, "max_gap_hours: 24, then: ask_coordinator")
    left = leave_within_a_case(study, writer, monkeypatch, hours=50)
    with pytest.raises(StudyProblem, match="interrupted 50 hours ago"):
        open_sitting(study, writer, "R01")
    decided = GapDecided(study.sha256, "R01", 1, "restart_case", left, "was ill")
    write(writer, Who("coordinator", "C"), decided)
    again = open_sitting(study, writer, "R01")
    assert again.started.after_gap == "restart_case"
    again.recorder.commit(again.started).result(120)
    with pytest.raises(StudyProblem, match="interrupted"):
        open_sitting(study, writer, "R01")  # a gap of its own: the decision was about the one before


def test_that_the_protocol_can_end_a_sitting_that_lay_still(
    study_copy: Path, writer: StoreWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_with(study_copy, "max_gap_hours: 24, then: end_sitting")
    leave_within_a_case(study, writer, monkeypatch, hours=50)
    opened = open_sitting(study, writer, "R01")
    left = handle(opened.script, fold(opened.script, of_sitting(opened.earlier, 1)), opened.started)
    assert left.state.unread == {trial.index for trial in opened.script.trials}
    assert not any(isinstance(command, OpenCase | EndSitting) for command in left.commands)
