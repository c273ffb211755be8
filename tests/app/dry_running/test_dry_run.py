"""The dry run: clean over a sound protocol; and every kind of hole in an export is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.dry_running.examining import Row, Tables, examine
from app.dry_running.paper import Seat, fill, seats
from app.dry_running.run import DryRunOutcome, dry_run, keep
from app.shipped.folder import make_shipped
from app.store.acts_in_force import in_force_of
from app.store.exports.tidy import export
from app.store.reader import open_store
from study_configs.reading_order import ReadingOrder
from study_configs.study import Study, load_study


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    """Two arms, two strata, planted errors drawn for each reader, answers to every case, questionnaires."""
    return load_study(make_shipped("gaube_2021", tmp_path_factory.mktemp("dry") / "gaube"))


@pytest.fixture(scope="module")
def filled(study: Study, tmp_path_factory) -> tuple[Sequence[ReadingOrder], Tables]:
    folder = tmp_path_factory.mktemp("filled")
    who, _ = seats(study)
    orders = fill(study, folder / "store.sqlite", who, lambda done, total, what: None)
    export(folder / "store.sqlite", folder / "export", frozenset({"csv"}), {"pilot"})
    return orders, Tables.read(folder / "export")


def test_that_a_sound_protocol_comes_out_clean(study: Study) -> None:
    outcome = dry_run(study)
    assert outcome.ok, outcome.to_text()
    assert outcome.trials == outcome.readers * 8
    assert "The export is clean." in outcome.to_text()


def test_that_its_readers_fill_a_turn_of_the_design_and_every_stratum(study: Study) -> None:
    who, turn = seats(study)
    assert {seat.slot for seat in who} >= set(range(turn))
    assert {seat.stratum["expertise"] for seat in who} == {"radiology", "other"}


def test_that_both_arms_are_read(filled: tuple[Sequence[ReadingOrder], Tables]) -> None:
    orders, _ = filled
    assert {order.arm for order in orders} == {"ai_label", "human_label"}


Spoil = Callable[[Tables], Tables]


def without_last(name: str) -> Spoil:
    return lambda tables: replace(tables, **{name: list(getattr(tables, name))[:-1]})


def with_cell(name: str, column: str, value: str) -> Spoil:
    def spoil(tables: Tables) -> Tables:
        rows: list[Row] = list(getattr(tables, name))
        return replace(tables, **{name: [{**rows[0], column: value}, *rows[1:]]})

    return spoil


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (without_last("trials"), "the export does not"),
        (with_cell("trials", "phases_confirmed", "0"), "only 0 phases"),
        (with_cell("trials", "condition", "another"), "where the plan has"),
        (with_cell("trials", "protocol_sha256", "0" * 64), "other protocols"),
        (with_cell("decisions", "answer", ""), "0 of 1 answers"),
        (with_cell("decisions", "trial", "999"), "does not have"),
        (with_cell("ai", "planted", '["inaccurate/chest-9"]'), "not planned"),
        (with_cell("sittings", "ended_utc", ""), "did not end"),
        (lambda tables: replace(tables, ai=[{**row, "planted": "[]"} for row in tables.ai]), "did not meet"),
        (lambda tables: replace(tables, trials=[*tables.trials, tables.trials[0]]), "twice"),
        (lambda tables: replace(tables, cases=[]), "No truth"),
        (lambda tables: replace(tables, questions=[]), "does not explain"),
    ],
)
def test_that_every_kind_of_hole_is_found(study: Study, filled, spoil: Spoil, said: str) -> None:
    orders, tables = filled
    assert examine(study, orders, tables) == []
    found = examine(study, orders, spoil(tables))
    assert any(said in sentence for sentence in found), found


def test_that_too_few_planted_errors_are_found(study: Study, filled) -> None:
    orders, tables = filled
    errors = [error for trial in orders[0].trials for error in trial.planted]
    trials = tuple(
        replace(trial, planted=tuple(error for error in trial.planted if error.id != errors[0].id))
        for trial in orders[0].trials
    )
    found = examine(study, [replace(orders[0], trials=trials)], tables)
    assert any("in 1 cases, not in 2" in sentence for sentence in found), found


def test_that_a_clean_outcome_is_kept_for_the_release_of_this_very_file(study: Study, tmp_path: Path) -> None:
    store = tmp_path / "readerlab.sqlite"
    keep(DryRunOutcome(study.sha256, 1, 1, 1, 8, 40, (), ()), store)
    with open_store(store) as reader:
        assert in_force_of(reader.connection, study.sha256).dry_run_is_clean
        assert not in_force_of(reader.connection, "0" * 64).dry_run_is_clean


def test_that_a_later_outcome_with_problems_takes_its_place(study: Study, tmp_path: Path) -> None:
    store = tmp_path / "readerlab.sqlite"
    clean = DryRunOutcome(study.sha256, 1, 1, 1, 8, 40, (), ())
    keep(clean, store)
    keep(replace(clean, problems=("A trial is missing.",)), store)
    with open_store(store) as reader:
        assert not in_force_of(reader.connection, study.sha256).dry_run_is_clean


def test_that_a_seat_says_who_reads(study: Study) -> None:
    who, _ = seats(study)
    assert who[0] == Seat("dry-run-01", 0, {"expertise": "radiology"})
