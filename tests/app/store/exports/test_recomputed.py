"""What a statistician computes from an export alone, by its codebook, is what the protocol planned."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from app.dry_running.paper import fill, seats
from app.shipped.folder import make_shipped
from app.store.acts import ReaderDropped, TrialVoided, Who, write
from app.store.exports.tidy import export
from app.store.writer import StoreWriter
from study_configs.study import Study, load_study

NAMES = ["bernstein_2023", "dratsch_2023", "inkpen_2022", "kim_2025", "rezazade_2023"]
Rows = list[dict[str, Any]]
Done = tuple[Study, Path]


@pytest.fixture(scope="module", params=NAMES)
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """A short form, read by readers on paper; trial 2 of the first was voided, and the second left the study."""
    folder = tmp_path_factory.mktemp(request.param)
    study = load_study(make_shipped(request.param, folder / "study", short=True))
    store = folder / "store.sqlite"
    fill(study, store, seats(study)[0], lambda done, of, what: None)
    writer = StoreWriter(store)
    for act in (
        TrialVoided(study.sha256, "dry-run-01", 2, "the fire alarm"),
        ReaderDropped(study.sha256, "dry-run-02", "moved"),
    ):
        write(writer, Who("coordinator", "C"), act)
    writer.close()
    export(store, folder / "export", {"csv", "parquet"}, {study.protocol.about.mode})
    return study, folder / "export"


def table(done: Done, name: str) -> Rows:
    return pyarrow.parquet.read_table(done[1] / f"{name}.parquet").to_pylist()


def trials_of(rows: Iterable[dict[str, Any]]) -> set[tuple[str, int]]:
    return {(row["reader"], row["trial"]) for row in rows}


def test_that_each_reader_read_what_was_planned_in_each_condition(done: Done) -> None:
    protocol = done[0].protocol
    read = [row for row in table(done, "trials") if not row["practice"]]
    for reader in table(done, "readers"):
        own = [row for row in read if row["reader"] == reader["reader"]]
        assert len(own) == reader["trials_planned"]
        assert {row["arm"] for row in own} == {reader["arm"]}
        sessions = Counter(row["condition"] for row in own if row["probe"] is None)
        assert set(sessions) == set(protocol.meeting_of(reader["arm"] or "").names)
        assert len(set(sessions.values())) == 1  # every case once in each
        assert sum(row["probe"] is not None for row in own) == len(own) - sessions.total()
    assert {row["reader"]: row["dropped"] for row in table(done, "readers") if row["dropped"]} == {
        "dry-run-02": "moved"
    }


def test_that_practice_is_block_nought_and_nothing_else_is(done: Done) -> None:
    practice = {case.id for case in done[0].cases if case.practice}
    trials = table(done, "trials")
    assert all(row["practice"] == (row["block"] == 0) == (row["case"] in practice) for row in trials)
    assert {row["case"] for row in trials if row["block"] == 0} == practice
    assert all((row["block"] == 0) == (row["case"] in practice) for row in table(done, "decisions"))


def test_that_planted_errors_met_are_those_planned_with_their_kind(done: Done) -> None:
    rules = {row["planted"]: row for row in table(done, "planted")}
    assert set(rules) == set(done[0].protocol.planted)
    voided = trials_of(row for row in table(done, "trials") if row["voided"])
    met: dict[str, set[tuple[int, str]]] = {}
    for row in table(done, "ai"):
        for name, _, case in (error.partition("/") for error in json.loads(row["planted"])):
            assert (rules[name]["ai"], row["case"]) == (row["ai"], case)
            assert row["condition"] in (json.loads(rules[name]["conditions"]) or [row["condition"]])
            met.setdefault(row["reader"], set()).add((row["trial"], name))
    for reader in table(done, "readers"):
        found = met.get(reader["reader"], set())
        lost = sum(who == reader["reader"] for who, _ in voided)
        assert reader["planted_planned"] - lost <= len({trial for trial, _ in found}) <= reader["planted_planned"]
        conditions = {row["condition"] for row in table(done, "ai") if row["reader"] == reader["reader"]}
        for name, rule in rules.items():
            if rule["cases"] != "all" and not lost:
                assert sum(each == name for _, each in found) == int(rule["cases"]) * len(conditions)


def test_that_every_question_has_its_answers_for_each_thing_it_is_asked_about(done: Done) -> None:
    asked = {row["question"]: row for row in table(done, "questions")}
    answers: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in table(done, "decisions"):
        answers.setdefault((row["reader"], row["trial"], row["phase"], row["question"]), []).append(row)
    for (*_, question), rows in answers.items():
        scale = json.loads(asked[question]["scale"])
        targets = {
            "case": {None},
            "side": {"right", "left"},
            "segment": set(scale.get("segments") or ()),
        }[asked[question]["per"]]
        assert Counter(row["target"] for row in rows) == Counter(targets)
        assert {(row["question_version"], row["about"]) for row in rows} == {
            (asked[question]["version"], asked[question]["per"])
        }


def test_that_a_voided_trial_is_in_trials_and_events_alone(done: Done) -> None:
    trials = table(done, "trials")
    assert {(*key, row["voided"]) for row in trials if row["voided"] for key in [(row["reader"], row["trial"])]} == {
        ("dry-run-01", 2, "the fire alarm")
    }
    for name in ("decisions", "ai", "marks", "dwell", "layers", "exposures", "skipped"):
        assert ("dry-run-01", 2) not in trials_of(table(done, name)), name
    assert trials_of(table(done, "decisions")) == trials_of(trials) - {("dry-run-01", 2)}


def test_that_the_dictionary_explains_every_column_and_no_other(done: Done) -> None:
    folder = done[1]
    with (folder / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        told = {(row["table"], row["column"]): row["meaning"] for row in csv.DictReader(file)}
    there = set()
    for file in sorted(folder.glob("*.parquet")):
        there |= {(file.stem, name) for name in pyarrow.parquet.read_schema(file).names}
    assert set(told) == there
    assert all(told.values())
