"""The progress board, told from logs at every stage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.analysis.progress import Board, board
from app.analysis.readings import Reading
from app.analysis.record import study_records
from app.conduct.governing import look
from app.simulated.desk_study import Stage, govern, read_on_paper, write_study
from app.store.acts import GapDecided, ReaderDropped, TrialVoided, WashoutOverridden, record
from app.store.acts_in_force import InForce, in_force_of
from app.store.glimpse import glimpse
from app.store.writer import StoreWriter
from study_configs.study import Study, load_study

STAGES = (
    Stage("done-1", "resident", (90, 60, 30)),
    Stage("left-1", "specialist", (40,), 5, 3),
    Stage("away-1", "resident", (12,)),
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return load_study(write_study(tmp_path_factory.mktemp("progress") / "study"))


@pytest.fixture
def store(study: Study, tmp_path: Path) -> Path:
    path = tmp_path / "store" / "readerlab.sqlite"
    read_on_paper(study, path, govern(study, path), STAGES)
    return path


def board_of(study: Study, store: Path, now: datetime | None = None) -> Board:
    with glimpse(store) as connection:
        force = in_force_of(connection, study.sha256)
        return board(connection, study.protocol, study.sha256, force, now)


def do(store: Path, *acts: object) -> None:
    writer = StoreWriter(store)
    for act in acts:
        writer.run(lambda c, act=act: record(c, _who(), act)).result()  # type: ignore[misc, arg-type]
    writer.close()


def _who() -> object:
    from app.store.acts import Who

    return Who("coordinator", "Marije de Vries")


def states(found: Board) -> dict[str, list[str]]:
    return {row.reader: [cell.state for cell in row.sessions] for row in found.rows}


def test_that_each_reader_stands_where_the_log_says(study: Study, store: Path) -> None:
    assert states(board_of(study, store)) == {
        "done-1": ["done", "done", "done"],
        "left-1": ["done", "decision", "not_started"],
        "away-1": ["done", "washout", "not_started"],
    }


def test_that_trials_are_counted_by_their_confirmed_phases(study: Study, store: Path) -> None:
    rows = {row.reader: row for row in board_of(study, store).rows}
    assert all(trial.done for trial in rows["done-1"].trials)
    assert all(trial.seconds for trial in rows["done-1"].trials)
    left = [trial for trial in rows["left-1"].trials if trial.session == 2]
    assert sum(trial.phases_done for trial in left) == 5
    assert len(rows["left-1"].interruptions) >= 1


def test_that_a_washout_ends_and_grows_late(study: Study, store: Path) -> None:
    now = datetime.now(UTC)
    assert states(board_of(study, store, now + timedelta(days=17)))["away-1"][1] == "not_started"
    assert states(board_of(study, store, now + timedelta(days=25)))["away-1"][1] == "late"


def test_that_decisions_change_the_board_and_hold_for_their_gap_only(study: Study, store: Path) -> None:
    row = next(row for row in board_of(study, store).rows if row.reader == "left-1")
    events = row.sessions[1].logged
    do(
        store,
        WashoutOverridden(study.sha256, "away-1", 2, "leaves the country"),
        TrialVoided(study.sha256, "done-1", 7, "a fire alarm"),
        ReaderDropped(study.sha256, "left-1", "moved away"),
    )
    after = {row.reader: row for row in board_of(study, store).rows}
    assert [cell.state for cell in after["away-1"].sessions][1] == "not_started"
    assert after["done-1"].trials[7].voided == "a fire alarm"
    assert [cell.state for cell in after["left-1"].sessions] == ["done", "dropped", "dropped"]
    decided = InForce(study.sha256, gaps={("left-1", 2): GapDecided(study.sha256, "left-1", 2, "resume", events, "ok")})
    with glimpse(store) as connection:
        assert states(board(connection, study.protocol, study.sha256, decided))["left-1"][1] == "in_progress"
    other = InForce(
        study.sha256, gaps={("left-1", 2): GapDecided(study.sha256, "left-1", 2, "resume", events - 1, "ok")}
    )
    with glimpse(store) as connection:
        assert states(board(connection, study.protocol, study.sha256, other))["left-1"][1] == "decision"


def test_that_a_study_without_a_store_is_new(study: Study, tmp_path: Path) -> None:
    found = look(tmp_path / "none.sqlite", study)
    assert found.state == "new"
    assert not found.has_coordinator
    assert found.board.rows == ()


def test_that_a_voided_trial_counts_in_no_report(study: Study, store: Path) -> None:
    read = {row.trial for row in _readings_of(store, "done-1")}
    do(store, TrialVoided(study.sha256, "done-1", 9, "the wrong patient's images"))
    assert {row.trial for row in _readings_of(store, "done-1")} == read - {9}
    assert 9 in read


def _readings_of(store: Path, reader: str) -> tuple[Reading, ...]:
    (record,) = study_records(store)
    return next(each.readings for each in record.readers if each.reader == reader)
